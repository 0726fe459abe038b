using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.Bookings;
using Qudao.Training.Courses;
using Qudao.Training.V1;

namespace Qudao.Training.Lecturers;

/// <summary>Lecturers 培训讲师, their hours and their absences.</summary>
public sealed class LecturerService(Db db, Lookups lookups) : V1.LecturerService.LecturerServiceBase
{
    private const string Collection = "lecturers";
    private const int MostAbsences = 1000;

    public override async Task<Lecturer> CreateLecturer(CreateLecturerRequest request, ServerCallContext context)
    {
        var asked = request.Lecturer;
        var staff = await lookups.LecturerAsync(asked.Staff, "lecturer.staff");
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var id = Ids.Of(staff.Name, "staff");
            if (await LecturerStore.AnyAsync(tx, id) is not null)
                throw Errors.Conflict("LECTURER_EXISTS", $"“{staff.DisplayName}”已是讲师。", $"{staff.DisplayName} is a lecturer already.");
            var row = new LecturerRow
            {
                Id = id,
                Version = 1,
                DisplayName = staff.DisplayName,
                ScopePath = await Places.NowAsync(tx, staff.ScopePath),
                CreatedUs = tx.NowMicros,
                UpdatedUs = tx.NowMicros,
            };
            await FillAsync(tx, row, asked);
            await LecturerStore.InsertAsync(tx, row);
            await AuditAsync(tx, context.Caller(), "lecturer.create", row, new { row.DisplayName, row.Courses, row.Windows });
            return ToMessage(row);
        });
    }

    public override Task<Lecturer> GetLecturer(GetLecturerRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => ToMessage(await FindAsync(s, request.Name, context.Caller())));

    public override async Task<ListLecturersResponse> ListLecturers(ListLecturersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => LecturerStore.ListAsync(s, page, caller.Scope));
        var reply = new ListLecturersResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Lecturers.Add(rows.Select(ToMessage));
        return reply;
    }

    public override Task<Lecturer> UpdateLecturer(UpdateLecturerRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Lecturer.Name, context.Caller());
            Etag.Check(request.Lecturer.Etag, row.Version, request.Lecturer.Name);
            await FillAsync(tx, row, Updates.Merge(ToMessage(row), request.Lecturer, request.UpdateMask, LecturerRules.Changeable));
            await LecturerStore.UpdateAsync(tx, row);
            await AuditAsync(tx, context.Caller(), "lecturer.update", row, new { row.Courses, row.Windows, row.Retired });
            return ToMessage(row);
        }, context.CancellationToken);

    public override Task<Absence> CreateAbsence(CreateAbsenceRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var lecturer = await FindAsync(tx, request.Parent, context.Caller());
            var row = new AbsenceRow
            {
                Id = tx.NewId(),
                LecturerId = lecturer.Id,
                StartUs = Times.Micros(request.Absence.StartTime),
                EndUs = Times.Micros(request.Absence.EndTime),
                Reason = request.Absence.Reason,
            };
            await Booking.TakeAsync(tx, row.Id, row.StartUs, row.EndUs, [Resource.Lecturer(lecturer.Id, lecturer.DisplayName)]);
            await LecturerStore.InsertAbsenceAsync(tx, row);
            await AuditAsync(tx, context.Caller(), "lecturer.absent", lecturer, new { Start = Times.Shown(row.StartUs), End = Times.Shown(row.EndUs), row.Reason });
            return ToMessage(row);
        });

    public override Task<ListAbsencesResponse> ListAbsences(ListAbsencesRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var lecturer = await FindAsync(s, request.Parent, context.Caller());
            var reply = new ListAbsencesResponse();
            reply.Absences.Add((await LecturerStore.AbsencesAsync(s, lecturer.Id, db.Clock.NowMicros(), MostAbsences)).Select(ToMessage));
            return reply;
        });

    public override Task<Empty> DeleteAbsence(DeleteAbsenceRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var parts = request.Name.Split('/');
            if (parts is not [Collection, var lecturerId, "absences", var id])
                throw Errors.NotFound(request.Name);
            var lecturer = await LecturerStore.GetAsync(tx, lecturerId, context.Caller().Scope) ?? throw Errors.NotFound(request.Name);
            if (!await LecturerStore.DeleteAbsenceAsync(tx, id, lecturer.Id))
                throw Errors.NotFound(request.Name);
            await Booking.FreeAsync(tx, id);
            await AuditAsync(tx, context.Caller(), "lecturer.present", lecturer, new { Absence = id });
            return new Empty();
        }, context.CancellationToken);

    private static async Task FillAsync(Tx tx, LecturerRow row, Lecturer asked)
    {
        for (var i = 0; i < asked.Courses.Count; i++)
            _ = await CourseStore.GetAsync(tx, Ids.Of(asked.Courses[i], "courses"))
                ?? throw Errors.Invalid($"lecturer.courses[{i}]", "没有这门课程。", "There is no such course.", "NOT_FOUND");
        row.Courses = string.Join(',', asked.Courses.Select(course => Ids.Of(course, "courses")));
        row.Windows = LecturerRules.Text(asked.Windows);
        row.Introduction = asked.Introduction;
        row.Retired = asked.Retired;
    }

    private static Task AuditAsync(Tx tx, Caller caller, string action, LecturerRow row, object detail) =>
        tx.AuditAsync(caller, action, $"{Collection}/{row.Id}", row.ScopePath, null, detail);

    private static async Task<LecturerRow> FindAsync(Session s, string name, Caller caller) =>
        await LecturerStore.GetAsync(s, Ids.Of(name, Collection), caller.Scope) ?? throw Errors.NotFound(name);

    private static Lecturer ToMessage(LecturerRow row)
    {
        var message = new Lecturer
        {
            Name = $"{Collection}/{row.Id}",
            Staff = $"staff/{row.Id}",
            DisplayName = row.DisplayName,
            Introduction = row.Introduction,
            Retired = row.Retired,
            Etag = Etag.Of(row.Version),
        };
        message.Courses.Add(row.Courses.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => $"courses/{id}"));
        message.Windows.Add(LecturerRules.Windows(row.Windows).Select(w =>
            new TeachingWindow { Weekday = w.Weekday, Start = LecturerRules.Shown(w.Start), End = LecturerRules.Shown(w.End) }));
        return message;
    }

    private static Absence ToMessage(AbsenceRow row) => new()
    {
        Name = $"{Collection}/{row.LecturerId}/absences/{row.Id}",
        StartTime = Times.Of(row.StartUs),
        EndTime = Times.Of(row.EndUs),
        Reason = row.Reason,
    };
}
