using Google.Protobuf;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Bookings;
using Qudao.Training.Courses;
using Qudao.Training.Enrolments;
using Qudao.Training.Lecturers;
using Qudao.Training.Plans;
using Qudao.Training.Requests;
using Qudao.Training.Rooms;
using Qudao.Training.V1;

namespace Qudao.Training.Sessions;

/// <summary>Sessions 培训场次: scheduled without booking anything twice, held and closed with what they brought.</summary>
public sealed class TrainingSessionService(Db db, Lookups lookups, TrainingSettings settings) : V1.TrainingSessionService.TrainingSessionServiceBase
{
    private const string Collection = "trainingSessions";
    private const int MostCandidates = 200;

    public override async Task<TrainingSession> CreateTrainingSession(CreateTrainingSessionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.TrainingSession;
        var organisation = await lookups.OrganisationAsync(asked.Organisation, caller, "training_session.organisation");
        var lecturer = asked.Lecturer.Length > 0 ? await lookups.LecturerAsync(asked.Lecturer, "training_session.lecturer") : null;
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var course = await CourseStore.OfferedAsync(tx, asked.Course, "training_session.course");
            var requests = await RequestsAsync(tx, asked, caller);
            await CheckRoomAsync(tx, asked, caller);
            await CheckPlanAsync(tx, asked, organisation.Id);
            var row = NewRow(tx, asked, course, organisation.Id, lecturer?.DisplayName ?? "");
            // A session for one shop alone is that shop's to see.
            (row.ScopePath, row.AssigneeId) = requests is [var only] ? (only.ScopePath, only.AssigneeId) : (await Places.NowAsync(tx, organisation.ScopePath), null);
            await SessionWrites.BookAsync(tx, row);
            await SessionStore.InsertAsync(tx, row);
            foreach (var answered in requests)
                await TrainingWrites.JoinAsync(tx, answered, row, caller);
            await SessionWrites.TellAsync(tx, row, caller, "session.schedule");
            return await ToMessageAsync(tx, row);
        });
    }

    public override Task<TrainingSession> GetTrainingSession(GetTrainingSessionRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => await ToMessageAsync(s, await SessionStore.GetAsync(s, Ids.Of(request.Name, Collection), context.Caller()) ?? throw Errors.NotFound(request.Name)));

    public override Task<ListTrainingSessionsResponse> ListTrainingSessions(ListTrainingSessionsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var filter = new SessionFilter(Codes.Of(request.State), Ids.Of(request.Lecturer, "staff"),
                request.FromTime is null ? long.MinValue : Times.Micros(request.FromTime), request.UntilTime is null ? long.MaxValue : Times.Micros(request.UntilTime));
            var rows = await SessionStore.ListAsync(s, page, filter, caller);
            var reply = new ListTrainingSessionsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            var answered = await TrainingStore.OfSessionsAsync(s, [.. rows.Select(row => row.Id)]);
            reply.TrainingSessions.Add(rows.Select(row => ToMessage(row, answered[row.Id])));
            return reply;
        });

    public override async Task<TrainingSession> RescheduleTrainingSession(RescheduleTrainingSessionRequest request, ServerCallContext context)
    {
        var lecturer = request.Lecturer.Length > 0 ? await lookups.LecturerAsync(request.Lecturer, "lecturer") : null;
        return await MoveAsync(context, request, request.Name, request.Etag, request.RequestId, SessionRules.Scheduled, async (tx, row) =>
        {
            (row.StartUs, row.EndUs, row.Reason) = (Times.Micros(request.StartTime), Times.Micros(request.EndTime), "");
            if (lecturer is not null)
                (row.LecturerId, row.LecturerName) = (Ids.Of(lecturer.Name, "staff"), lecturer.DisplayName);
            if (request.Room.Length > 0)
            {
                var room = await RoomStore.GetAsync(tx, Ids.Of(request.Room, "rooms"), context.Caller().Scope)
                    ?? throw Errors.Invalid("room", "没有这间教室。", "There is no such room.", "NOT_FOUND");
                RequireFits(room, row.Capacity, "room");
                (row.RoomId, row.Place) = (room.Id, "");
            }
            await SessionWrites.BookAsync(tx, row);
            await SessionWrites.SaveAsync(tx, row, context.Caller(), "session.reschedule");
            foreach (var answered in await TrainingStore.ScheduledInAsync(tx, row.Id))
                await TrainingWrites.JoinAsync(tx, answered, row, context.Caller());
        });
    }

    public override Task<TrainingSession> CancelTrainingSession(CancelTrainingSessionRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, SessionRules.Cancelled, async (tx, row) =>
        {
            await SessionWrites.CancelAsync(tx, row, request.Reason, context.Caller());
            foreach (var answered in await TrainingStore.ScheduledInAsync(tx, row.Id))
                await TrainingWrites.UnscheduleAsync(tx, answered, $"场次已取消：{request.Reason}", context.Caller());
        });

    public override Task<TrainingSession> HoldTrainingSession(HoldTrainingSessionRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, SessionRules.Held, async (tx, row) =>
        {
            TrainingRules.RequireBegun(row.StartUs, tx.Now);
            if (row.Attended == 0)
                throw Errors.Precondition("NOBODY_CAME", "至少须有一人出勤；无人参加请取消该场次。", "Somebody must have attended; cancel a session nobody came to.");
            await SessionWrites.HoldAsync(tx, row, context.Caller(), settings);
            foreach (var answered in await TrainingStore.ScheduledInAsync(tx, row.Id))
                await TrainingWrites.FollowAsync(tx, answered, TrainingRules.Held, context.Caller());
        });

    public override Task<TrainingSession> CloseTrainingSession(CloseTrainingSessionRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, SessionRules.Closed, async (tx, row) =>
        {
            await SessionWrites.CloseAsync(tx, row, request.Effect, request.Feedback, context.Caller());
            foreach (var answered in await TrainingStore.HeldInAsync(tx, row.Id))
            {
                (answered.Effect, answered.Feedback) = (request.Effect, request.Feedback);
                await TrainingWrites.FollowAsync(tx, answered, TrainingRules.Evaluated, context.Caller());
            }
            await CompleteAsync(tx, row);
        });

    public override Task<ProposeSlotsResponse> ProposeSlots(ProposeSlotsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var course = await CourseStore.OfferedAsync(s, request.Course, "course");
            var lecturers = await LecturersAsync(s, request, course.Id, caller);
            var moved = request.TrainingSession.Length == 0 ? null
                : await SessionStore.OwnAsync(s, Ids.Of(request.TrainingSession, Collection), caller.Scope) ?? throw Errors.Invalid([Errors.Missing("training_session", request.TrainingSession)]);
            var rooms = request.WithoutRoom ? null : await RoomsAsync(s, request, Math.Max(request.Trainees, moved?.Capacity ?? 0), caller);
            var roster = moved is null ? [] : (await EnrolmentStore.OfSessionAsync(s, moved.Id)).Select(row => $"trainee/{row.TraineeId}").ToList();
            var (wish, days) = (request.WishTime.ToDateTimeOffset(), request.Days == 0 ? settings.ProposalDays : request.Days);
            string[] keys = [.. lecturers.Select(l => $"staff/{l.Id}"), .. (rooms ?? []).Select(r => $"room/{r.Id}"), .. roster];
            var busy = (await Booking.BusyAsync(s, keys, wish.AddDays(-days - 1).Micros(), wish.AddDays(days + 2).Micros())).Where(row => row.RequestId != moved?.Id);
            var minutes = request.Minutes == 0 ? course.Minutes : request.Minutes;
            var length = TimeSpan.FromMinutes((minutes + LecturerRules.Quarter - 1) / LecturerRules.Quarter * LecturerRules.Quarter);
            var found = new SlotFinder(WorkingCalendar.Default, busy, db.Clock.GetUtcNow(), roster)
                .Find(lecturers, rooms, wish, length, days, request.Count == 0 ? settings.Proposals : request.Count);
            var reply = new ProposeSlotsResponse();
            reply.Slots.Add(found.Select(ToMessage));
            return reply;
        });

    /// <summary>Each partner with somebody who attended is trained.</summary>
    private static async Task CompleteAsync(Tx tx, SessionRow row)
    {
        var attended = (await EnrolmentStore.OfSessionAsync(tx, row.Id)).Where(e => e is { PartnerId: not null, Attendance: EnrolmentRules.Attended });
        foreach (var partner in attended.GroupBy(e => e.PartnerId!))
            await tx.PublishAsync(new TrainingCompleted
            {
                AggregateId = row.Id,
                Version = row.Version,
                ScopePath = partner.First().ScopePath,
                AssigneeId = partner.First().AssigneeId,
                PartnerId = partner.Key,
                CourseId = row.CourseId,
                Attended = partner.Count(),
                Effect = row.Effect,
                HeldDate = ChinaTime.DateOf(Clock.FromMicros(row.StartUs)),
            });
    }

    /// <summary>The one way a session moves: found in scope, etag and state checked, changed, told to the others.</summary>
    private Task<TrainingSession> MoveAsync(
        ServerCallContext context, IMessage request, string name, string etag, string requestId, string to, Func<Tx, SessionRow, Task> change) =>
        db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await SessionStore.OwnAsync(tx, Ids.Of(name, Collection), context.Caller().Scope) ?? throw Errors.NotFound(name);
            Etag.Check(etag, row.Version, name);
            SessionRules.RequireMove(row.State, to);
            await change(tx, row);
            return await ToMessageAsync(tx, row);
        });

    /// <summary>The requests a session is to answer: in scope, waiting, of its course, and with room for all.</summary>
    private static async Task<List<TrainingRow>> RequestsAsync(Tx tx, TrainingSession asked, Caller caller)
    {
        var rows = new List<TrainingRow>();
        var faults = new List<Violation>();
        for (var i = 0; i < asked.TrainingRequests.Count; i++)
        {
            var field = $"training_session.training_requests[{i}]";
            var row = await TrainingStore.GetAsync(tx, Ids.Of(asked.TrainingRequests[i], "trainingRequests"), caller.Scope);
            if (row is null)
                faults.Add(new Violation(field, "没有这份培训申请。", "There is no such request.", "NOT_FOUND"));
            else if (row.State != TrainingRules.Requested || rows.Any(r => r.Id == row.Id))
                faults.Add(new Violation(field, "该申请不在待排期状态。", "The request does not wait to be scheduled.", "WRONG_STATE"));
            else if ($"courses/{row.CourseId}" != asked.Course)
                faults.Add(new Violation(field, "该申请的课程不同。", "The request is for another course.", "OTHER_COURSE"));
            else
                rows.Add(row);
        }
        if (rows.Sum(r => r.Expected) is var expected && expected > asked.Capacity)
            faults.Add(new Violation("training_session.capacity", $"所含申请预计 {expected} 人，超过容量。", $"Its requests expect {expected} people.", "TOO_SMALL"));
        Errors.ThrowIfAny(faults);
        return rows;
    }

    private static async Task CheckRoomAsync(Tx tx, TrainingSession asked, Caller caller)
    {
        if (asked.Room.Length == 0)
            return;
        var room = await RoomStore.GetAsync(tx, Ids.Of(asked.Room, "rooms"), caller.Scope)
            ?? throw Errors.Invalid("training_session.room", "没有这间教室。", "There is no such room.", "NOT_FOUND");
        RequireFits(room, asked.Capacity, "training_session.capacity");
    }

    private static async Task CheckPlanAsync(Tx tx, TrainingSession asked, string organisation)
    {
        if (asked.PlanItem.Length > 0 && await PlanStore.CourseOfItemAsync(tx, asked.PlanItem, organisation) is var course && $"courses/{course}" != asked.Course)
            throw Errors.Invalid("training_session.plan_item", "该机构已批准的年度计划中没有此课程的这一项。", "The organisation's approved plan has no such line for this course.", "NOT_FOUND");
    }

    private static void RequireFits(RoomRow room, int capacity, string field)
    {
        if (capacity > room.Capacity)
            throw Errors.Invalid(field, $"教室“{room.Name}”最多容纳 {room.Capacity} 人。", $"The room {room.Name} holds {room.Capacity} people at most.", "TOO_LARGE");
    }

    private static async Task<List<Candidate>> LecturersAsync(Session s, ProposeSlotsRequest request, string course, Caller caller)
    {
        var rows = request.Lecturer.Length == 0
            ? await LecturerStore.AvailableAsync(s, caller.Scope, MostCandidates)
            : [await LecturerStore.GetAsync(s, Ids.Of(request.Lecturer, "lecturers"), caller.Scope) ?? throw Errors.Invalid("lecturer", "没有这位讲师。", "There is no such lecturer.", "NOT_FOUND")];
        return [.. rows.Where(row => !row.Retired && LecturerRules.Teaches(row, course)).Select(row => new Candidate(row.Id, row.DisplayName, LecturerRules.Windows(row.Windows)))];
    }

    private static async Task<List<RoomCandidate>> RoomsAsync(Session s, ProposeSlotsRequest request, int seats, Caller caller)
    {
        var rows = request.Room.Length == 0
            ? await RoomStore.FittingAsync(s, Math.Max(1, seats), caller.Scope, MostCandidates)
            : [await RoomStore.GetAsync(s, Ids.Of(request.Room, "rooms"), caller.Scope) ?? throw Errors.Invalid("room", "没有这间教室。", "There is no such room.", "NOT_FOUND")];
        return [.. rows.Where(row => !row.Closed && row.Capacity >= seats).Select(row => new RoomCandidate(row.Id, row.Name))];
    }

    private static SessionRow NewRow(Tx tx, TrainingSession asked, CourseRow course, string organisation, string lecturerName) => new()
    {
        Id = tx.NewId(),
        Version = 1,
        OrganisationId = organisation,
        CourseId = course.Id,
        Way = Codes.Of(asked.Way),
        LecturerId = asked.Lecturer.Length > 0 ? Ids.Of(asked.Lecturer, "staff") : null,
        LecturerName = lecturerName,
        Provider = asked.Provider,
        RoomId = asked.Room.Length > 0 ? Ids.Of(asked.Room, "rooms") : null,
        Place = asked.Place,
        Link = asked.Link,
        StartUs = Times.Micros(asked.StartTime),
        EndUs = Times.Micros(asked.EndTime),
        Capacity = asked.Capacity,
        State = SessionRules.Scheduled,
        PlanItemId = asked.PlanItem.Length > 0 ? asked.PlanItem : null,
        CreatedUs = tx.NowMicros,
        UpdatedUs = tx.NowMicros,
    };

    private static async Task<TrainingSession> ToMessageAsync(Session s, SessionRow row) => ToMessage(row, (await TrainingStore.OfSessionsAsync(s, [row.Id]))[row.Id]);

    private static TrainingSession ToMessage(SessionRow row, IEnumerable<AnsweredRow> answered)
    {
        var message = new TrainingSession
        {
            Name = $"{Collection}/{row.Id}",
            Course = $"courses/{row.CourseId}",
            Organisation = row.OrganisationId.Length > 0 ? $"organisations/{row.OrganisationId}" : "",
            Way = Codes.To<TrainingWay>(row.Way),
            Lecturer = row.LecturerId is null ? "" : $"staff/{row.LecturerId}",
            LecturerDisplayName = row.LecturerName,
            Provider = row.Provider,
            Room = row.RoomId is null ? "" : $"rooms/{row.RoomId}",
            Place = row.Place,
            Link = row.Link,
            StartTime = Times.Of(row.StartUs),
            EndTime = Times.Of(row.EndUs),
            Capacity = row.Capacity,
            State = Codes.To<TrainingSessionState>(row.State),
            Reason = row.Reason,
            Enrolled = row.Enrolled,
            Attended = row.Attended,
            Effect = row.Effect,
            Feedback = row.Feedback,
            PlanItem = row.PlanItemId ?? "",
            Etag = Etag.Of(row.Version),
            CreateTime = Times.Of(row.CreatedUs),
            UpdateTime = Times.Of(row.UpdatedUs),
        };
        message.TrainingRequests.Add(answered.Select(a => $"trainingRequests/{a.Id}"));
        return message;
    }

    private static SlotProposal ToMessage(FreeSlot slot) => new()
    {
        Lecturer = $"staff/{slot.Lecturer.Id}",
        LecturerDisplayName = slot.Lecturer.Name,
        Room = slot.Room is null ? "" : $"rooms/{slot.Room.Id}",
        RoomDisplayName = slot.Room?.Name ?? "",
        StartTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(slot.Start),
        EndTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(slot.End),
    };
}
