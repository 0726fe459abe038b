using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.Courses;
using Qudao.Training.Partners;
using Qudao.Training.Sessions;
using Qudao.Training.Trainees;
using Qudao.Training.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Training.Enrolments;

/// <summary>Rosters 签到表: who is expected, who came, and how they did.</summary>
public sealed class EnrolmentService(Db db, Lookups lookups) : V1.EnrolmentService.EnrolmentServiceBase
{
    private const string Collection = "enrolments";
    private const int MostPeople = 1000;

    public override async Task<Enrolment> CreateEnrolment(CreateEnrolmentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Enrolment;
        // Somebody outside names his own people only.
        if (caller.PartnerId is not null && asked.Partner.Length == 0)
            throw Errors.Invalid("enrolment.partner", "必填", "is required", "REQUIRED");
        var partner = asked.Partner.Length > 0 ? await lookups.SignedPartnerAsync(asked.Partner, "enrolment.partner") : null;
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var session = await SessionStore.GetAsync(tx, Ids.Of(asked.TrainingSession, "trainingSessions"), caller)
                ?? throw Errors.Invalid("enrolment.training_session", "没有这个培训场次。", "There is no such session.", "NOT_FOUND");
            var now = partner is null ? null : await PartnerStore.NowAsync(tx, partner);
            var person = new Person(asked.DisplayName.Trim(), asked.Phone, asked.Position, now, now?.ScopePath ?? session.ScopePath, now?.AssigneeId);
            var (row, fault) = await EnrolmentWrites.EnrolAsync(tx, session.Id, person);
            if (row is null)
                throw fault!;
            await AuditAsync(tx, caller, session, "session.enrol", new { row.TraineeName, row.PartnerName });
            return ToMessage(row, caller);
        });
    }

    public override Task<ListEnrolmentsResponse> ListEnrolments(ListEnrolmentsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var session = await SessionAsync(s, request.TrainingSession, caller);
            var rows = await EnrolmentStore.ListAsync(s, session.Id, RosterScope(session, caller), page.After, page.Fetch);
            var reply = new ListEnrolmentsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.Enrolments.Add(rows.Select(row => ToMessage(row, caller)));
            return reply;
        });

    public override Task<Empty> DeleteEnrolment(DeleteEnrolmentRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var row = await EnrolmentStore.GetAsync(tx, Ids.Of(request.Name, Collection), context.Caller().Scope) ?? throw Errors.NotFound(request.Name);
            var session = (await SessionStore.AnyAsync(tx, row.SessionId))!;
            SessionRules.RequireOpen(session.State, forMarks: false);
            await EnrolmentWrites.WithdrawAsync(tx, row);
            await AuditAsync(tx, context.Caller(), session, "session.withdraw", new { row.TraineeName, row.PartnerName });
            return new Empty();
        }, context.CancellationToken);

    public override Task<RecordAttendanceResponse> RecordAttendance(RecordAttendanceRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var reply = new RecordAttendanceResponse();
            var session = await OpenAsync(tx, request.TrainingSession, context.Caller());
            Requests.TrainingRules.RequireBegun(session.StartUs, tx.Now);
            var rows = await RosterAsync(tx, session, [.. request.Marks.Select(mark => mark.Enrolment)], "marks");
            foreach (var (row, mark) in rows.Zip(request.Marks))
            {
                row.Attendance = Codes.Of(mark.Attendance);
                row.Score = row.Attendance == EnrolmentRules.Attended ? row.Score : null;
                await EnrolmentStore.UpdateAsync(tx, row);
                reply.Enrolments.Add(ToMessage(row, context.Caller()));
            }
            await AuditAsync(tx, context.Caller(), session, "session.mark", new { Marks = rows.ToDictionary(row => row.Id, row => row.Attendance) });
            return reply;
        });

    public override Task<RecordScoresResponse> RecordScores(RecordScoresRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var reply = new RecordScoresResponse();
            var session = await OpenAsync(tx, request.TrainingSession, context.Caller());
            var rows = await RosterAsync(tx, session, [.. request.Scores.Select(mark => mark.Enrolment)], "scores");
            Errors.ThrowIfAny([.. rows.Select((row, i) => (row, i)).Where(each => each.row.Attendance != EnrolmentRules.Attended)
                .Select(each => new Violation($"scores[{each.i}].enrolment", $"“{each.row.TraineeName}”没有出勤", $"{each.row.TraineeName} did not attend", "NOT_ATTENDED"))]);
            foreach (var (row, mark) in rows.Zip(request.Scores))
            {
                row.Score = mark.Score;
                await EnrolmentStore.UpdateAsync(tx, row);
                reply.Enrolments.Add(ToMessage(row, context.Caller()));
            }
            await AuditAsync(tx, context.Caller(), session, "session.score", new { Scores = rows.ToDictionary(row => row.Id, row => row.Score) });
            return reply;
        });

    public override async Task<ImportRosterResponse> ImportRoster(ImportRosterRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var session = await db.ReadAsync(s => SessionAsync(s, request.TrainingSession, caller));
        return await new RosterImport(db, lookups).RunAsync(request, caller, session.Id, session.ScopePath, work =>
            db.WriteOnceAsync(context, request, request.RequestId, async tx =>
            {
                var reply = await work(tx);
                await AuditAsync(tx, caller, session, "session.import-roster", new { reply.Created, reply.Unchanged, Errors = reply.Errors.Count });
                return reply;
            }));
    }

    public override async Task ExportRoster(ExportRosterRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var (form, session, people) = await db.ReadAsync(async s =>
        {
            var found = await SessionAsync(s, request.TrainingSession, caller);
            var rows = await EnrolmentStore.ListAsync(s, found.Id, RosterScope(found, caller), "", MostPeople);
            rows.ForEach(row => row.Phone = caller.PhoneFor(row.Phone, row.AssigneeId));
            var course = await CourseStore.GetAsync(s, found.CourseId);
            string[] lines = [$"课程：{course?.Title}", $"时间：{Times.Shown(found.StartUs)} 至 {Times.Shown(found.EndUs)}", $"讲师：{found.LecturerName}"];
            return (RosterForm.Form(lines, rows), found, rows.Count);
        });
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.LogExportAsync(caller, "session.export-roster", new { request.TrainingSession }, people);
            await AuditAsync(tx, caller, session, "session.export-roster", new { session.Enrolled });
            return new Empty();
        });
        using var file = new MemoryStream();
        SheetWriter.Write(file, SheetFormat.Xlsx, form);
        context.GetHttpContext().Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{RosterForm.Title}.xlsx")}";
        await responseStream.WriteAsync(new HttpBody { ContentType = SheetWriter.MediaType(SheetFormat.Xlsx), Data = ByteString.CopyFrom(file.ToArray()) });
    }

    /// <summary>Who gives the session sees everybody on its roster; anybody else those in his scope.</summary>
    private static Scope RosterScope(SessionRow session, Caller caller) =>
        caller.StaffId is not null && caller.StaffId == session.LecturerId ? new Scope("/", null) : caller.Scope;

    private static async Task<SessionRow> SessionAsync(Session s, string name, Caller caller) =>
        await SessionStore.GetAsync(s, Ids.Of(name, "trainingSessions"), caller) ?? throw Errors.NotFound(name);

    private static async Task<SessionRow> OpenAsync(Tx tx, string name, Caller caller)
    {
        var session = await SessionAsync(tx, name, caller);
        SessionRules.RequireOpen(session.State, forMarks: true);
        return session;
    }

    /// <summary>The named ones of the roster, in the order they are named; who is not on it is a fault of the field that names him.</summary>
    private static async Task<List<EnrolmentRow>> RosterAsync(Tx tx, SessionRow session, IReadOnlyList<string> names, string list)
    {
        var roster = (await EnrolmentStore.OfSessionAsync(tx, session.Id)).ToDictionary(row => $"{Collection}/{row.Id}");
        Errors.ThrowIfAny([.. names.Select((name, i) => (name, i)).Where(each => !roster.ContainsKey(each.name))
            .Select(each => new Violation($"{list}[{each.i}].enrolment", "不在该场次的名单中", "is not on the roster of the session", "NOT_FOUND"))]);
        return [.. names.Select(name => roster[name])];
    }

    private static Task AuditAsync(Tx tx, Caller caller, SessionRow session, string action, object detail) =>
        tx.AuditAsync(caller, action, $"trainingSessions/{session.Id}", session.ScopePath, session.AssigneeId, detail);

    internal static Enrolment ToMessage(EnrolmentRow row, Caller caller)
    {
        var message = new Enrolment
        {
            Name = $"{Collection}/{row.Id}",
            TrainingSession = $"trainingSessions/{row.SessionId}",
            Trainee = $"trainees/{row.TraineeId}",
            DisplayName = row.TraineeName,
            Phone = caller.PhoneFor(row.Phone, row.AssigneeId),
            Position = row.Position,
            Partner = row.PartnerId is null ? "" : $"partners/{row.PartnerId}",
            PartnerDisplayName = row.PartnerName,
            Attendance = Codes.To<Attendance>(row.Attendance),
            Etag = Etag.Of(row.Version),
        };
        if (row.Score is { } score)
            message.Score = score;
        return message;
    }
}
