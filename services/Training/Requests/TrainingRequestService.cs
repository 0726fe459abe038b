using Google.Protobuf;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Courses;
using Qudao.Training.Enrolments;
using Qudao.Training.Partners;
using Qudao.Training.Sessions;
using Qudao.Training.Trainees;
using Qudao.Training.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Training.Requests;

/// <summary>Training requests 培训申请 from the request to the filed record.</summary>
public sealed class TrainingRequestService(Db db, Lookups lookups, TrainingSettings settings) : V1.TrainingRequestService.TrainingRequestServiceBase
{
    private const string Collection = "trainingRequests";

    public override async Task<TrainingRequest> CreateTrainingRequest(CreateTrainingRequestRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.TrainingRequest;
        var course = await db.ReadAsync(s => CourseStore.GetAsync(s, Ids.Of(asked.Course, "courses")));
        var partner = await lookups.SignedPartnerAsync(asked.Partner, "training_request.partner", Errors.MissingIf(course is null, "training_request.course", asked.Course));
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await CourseStore.OfferedAsync(tx, asked.Course, "training_request.course");
            var row = NewRow(tx, asked, partner, await Places.NowAsync(tx, partner.ScopePath), caller);
            await TrainingStore.InsertAsync(tx, row);
            await TrainingWrites.RecordAsync(tx, row, caller, "training.request", new { row.PartnerName, asked.Course, To = TrainingRules.ToldOfRequests });
            return ToMessage(row, [], caller);
        });
    }

    public override Task<TrainingRequest> GetTrainingRequest(GetTrainingRequestRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => await ToMessageAsync(s, await FindAsync(s, request.Name, context.Caller()), context.Caller()));

    public override Task<ListTrainingRequestsResponse> ListTrainingRequests(ListTrainingRequestsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var rows = await TrainingStore.ListAsync(s, page, StateText(request.State), Ids.Of(request.Partner, "partners"), caller.Scope);
            var reply = new ListTrainingRequestsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            var trainees = await EnrolmentStore.OfSessionsAsync(s, [.. rows.Select(row => row.SessionId).OfType<string>()]);
            reply.TrainingRequests.Add(rows.Select(row => ToMessage(row, trainees[(row.SessionId ?? "", row.PartnerId)], caller)));
            return reply;
        });

    public override async Task<TrainingRequest> ScheduleTraining(ScheduleTrainingRequest request, ServerCallContext context)
    {
        var (start, end) = (request.StartTime.ToDateTimeOffset(), request.EndTime.ToDateTimeOffset());
        var lecturer = await lookups.LecturerAsync(request.Lecturer, "lecturer", TrainingRules.Slot(start, end, db.Clock.GetUtcNow(), settings));
        return await MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Scheduled, (tx, row) =>
        {
            TrainingRules.RequireAlone(row);
            (row.SessionId, row.LecturerId) = (row.Id, Ids.Of(request.Lecturer, "staff"));
            row.Place = request.Place.Length > 0 ? request.Place : row.Place;
            (row.StartUs, row.EndUs) = (start.Micros(), end.Micros());
            return SessionWrites.ScheduleOwnAsync(tx, row, lecturer.DisplayName, context.Caller().OrganisationId, context.Caller());
        });
    }

    public override Task<TrainingRequest> RejectTraining(RejectTrainingRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Rejected, (_, row) =>
        {
            row.Reason = request.Reason;
            return Task.CompletedTask;
        });

    public override Task<TrainingRequest> CancelTraining(CancelTrainingRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Cancelled, (tx, row) =>
        {
            row.Reason = request.Reason;
            return TrainingWrites.LeaveSessionAsync(tx, row, request.Reason, context.Caller());
        });

    public override Task<TrainingRequest> HoldTraining(HoldTrainingRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Held, async (tx, row) =>
        {
            TrainingRules.RequireAlone(row);
            TrainingRules.RequireBegun(row.StartUs, tx.Now);
            var session = (await SessionStore.AnyAsync(tx, row.Id))!;
            var partner = new PartnerRow { Id = row.PartnerId, Name = row.PartnerName, ScopePath = row.ScopePath, AssigneeId = row.AssigneeId };
            foreach (var trainee in request.Trainees)
                await EnrolmentWrites.ReportAsync(tx, session, new Person(trainee.DisplayName.Trim(), "", trainee.Position, partner, row.ScopePath, row.AssigneeId), trainee.Attended);
            await SessionWrites.HoldAsync(tx, session, context.Caller(), settings);
        });

    public override Task<TrainingRequest> EvaluateTraining(EvaluateTrainingRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Evaluated, async (tx, row) =>
        {
            TrainingRules.RequireAlone(row);
            (row.Effect, row.Feedback) = (request.Effect, request.Feedback);
            var session = (await SessionStore.AnyAsync(tx, row.Id))!;
            var attended = (await EnrolmentStore.OfSessionAsync(tx, row.Id)).Where(t => t.PartnerId == row.PartnerId && t.Attendance == EnrolmentRules.Attended).ToList();
            Errors.ThrowIfAny(TrainingRules.Scores(request.Scores.Count, attended.Count));
            foreach (var (trainee, score) in attended.Zip(request.Scores))
            {
                trainee.Score = score;
                await EnrolmentStore.UpdateAsync(tx, trainee);
            }
            await SessionWrites.CloseAsync(tx, session, request.Effect, request.Feedback, context.Caller());
            await tx.PublishAsync(new TrainingCompleted
            {
                AggregateId = row.Id,
                Version = row.Version + 1,
                ScopePath = row.ScopePath,
                AssigneeId = row.AssigneeId,
                PartnerId = row.PartnerId,
                CourseId = row.CourseId,
                Attended = attended.Count,
                Effect = row.Effect,
                HeldDate = ChinaTime.DateOf(Clock.FromMicros(row.StartUs ?? tx.NowMicros)),
            });
        });

    public override Task<TrainingRequest> FileTraining(FileTrainingRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Filed, (_, _) => Task.CompletedTask);

    public override async Task ExportTrainingRequest(ExportTrainingRequestRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = await db.ReadAsync(s => FindAsync(s, request.Name, caller));
        var course = await db.ReadAsync(s => CourseStore.GetAsync(s, row.CourseId));
        var organisation = await lookups.OrganisationOfAsync($"partners/{row.PartnerId}");
        await db.WriteAsync(async tx =>
        {
            await tx.LogExportAsync(caller, "training.export", new { request.Name }, rows: 1);
            await tx.AuditAsync(caller, "training.export", request.Name, row.ScopePath, row.AssigneeId, new { row.PartnerName });
        }, context.CancellationToken);
        await responseStream.SendAsync(context, TrainingRequestForm.Of(organisation, course?.Title ?? "", row, caller.PhoneFor(row.Phone, row.AssigneeId)));
    }

    /// <summary>The one way a request moves: found in scope, etag and state checked, changed, told to the others.</summary>
    private Task<TrainingRequest> MoveAsync(
        ServerCallContext context, IMessage request, string name, string etag, string requestId, string to, Func<Tx, TrainingRow, Task> change) =>
        db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await FindAsync(tx, name, context.Caller());
            Etag.Check(etag, row.Version, name);
            TrainingRules.RequireMove(row.State, to);
            var from = row.State;
            row.State = to;
            await change(tx, row);
            await TrainingStore.UpdateAsync(tx, row);
            await TrainingWrites.RecordAsync(tx, row, context.Caller(), "training." + to, new { from, to, row.Reason });
            return await ToMessageAsync(tx, row, context.Caller());
        });

    private static async Task<TrainingRow> FindAsync(Session s, string name, Caller caller) =>
        await TrainingStore.GetAsync(s, Ids.Of(name, Collection), caller.Scope) ?? throw Errors.NotFound(name);

    private static TrainingRow NewRow(Tx tx, TrainingRequest asked, PartnerRow partner, string path, Caller caller) => new()
    {
        Id = tx.NewId(),
        Version = 1,
        ScopePath = path,
        AssigneeId = partner.AssigneeId,
        PartnerId = partner.Id,
        PartnerName = partner.Name,
        CourseId = Ids.Of(asked.Course, "courses"),
        Expected = asked.ExpectedTrainees,
        WishUs = asked.WishTime.ToDateTimeOffset().Micros(),
        Place = asked.Place,
        Contact = asked.Contact,
        Phone = asked.Phone,
        Way = WayText(asked.Way),
        State = TrainingRules.Requested,
        Requester = caller.Name,
        CreatedUs = tx.NowMicros,
        UpdatedUs = tx.NowMicros,
    };

    private static async Task<TrainingRequest> ToMessageAsync(Session s, TrainingRow row, Caller caller) =>
        ToMessage(row, row.SessionId is null ? [] : (await EnrolmentStore.OfSessionAsync(s, row.SessionId)).Where(e => e.PartnerId == row.PartnerId), caller);

    private static TrainingRequest ToMessage(TrainingRow row, IEnumerable<EnrolmentRow> trainees, Caller caller)
    {
        var message = new TrainingRequest
        {
            Name = $"{Collection}/{row.Id}",
            Partner = $"partners/{row.PartnerId}",
            PartnerDisplayName = row.PartnerName,
            Course = $"courses/{row.CourseId}",
            ExpectedTrainees = row.Expected,
            WishTime = Times.Of(row.WishUs),
            Place = row.Place,
            Contact = row.Contact,
            Phone = caller.PhoneFor(row.Phone, row.AssigneeId),
            Way = Ways[row.Way],
            State = StateOf[row.State],
            Lecturer = row.LecturerId is null ? "" : $"staff/{row.LecturerId}",
            StartTime = Times.Of(row.StartUs),
            EndTime = Times.Of(row.EndUs),
            Effect = row.Effect,
            Feedback = row.Feedback,
            Reason = row.Reason,
            Requester = row.Requester,
            Etag = Etag.Of(row.Version),
            CreateTime = Times.Of(row.CreatedUs),
            UpdateTime = Times.Of(row.UpdatedUs),
            TrainingSession = row.SessionId is null ? "" : $"trainingSessions/{row.SessionId}",
        };
        message.Trainees.Add(trainees.Select(ToMessage));
        return message;
    }

    private static Trainee ToMessage(EnrolmentRow row)
    {
        var trainee = new Trainee { DisplayName = row.TraineeName, Position = row.Position, Attended = row.Attendance == EnrolmentRules.Attended };
        if (row.Score is { } score)
            trainee.Score = score;
        return trainee;
    }

    private static readonly Dictionary<string, TrainingWay> Ways = new()
    {
        [""] = TrainingWay.Unspecified,
        ["internal"] = TrainingWay.Internal,
        ["online"] = TrainingWay.Online,
        ["practice"] = TrainingWay.Practice,
        ["external"] = TrainingWay.External,
    };

    private static readonly Dictionary<string, TrainingState> StateOf = new()
    {
        [TrainingRules.Requested] = TrainingState.Requested,
        [TrainingRules.Scheduled] = TrainingState.Scheduled,
        [TrainingRules.Held] = TrainingState.Held,
        [TrainingRules.Evaluated] = TrainingState.Evaluated,
        [TrainingRules.Filed] = TrainingState.Filed,
        [TrainingRules.Rejected] = TrainingState.Rejected,
        [TrainingRules.Cancelled] = TrainingState.Cancelled,
    };

    private static string WayText(TrainingWay way) => Ways.First(pair => pair.Value == way).Key;

    private static string StateText(TrainingState state) => StateOf.FirstOrDefault(pair => pair.Value == state).Key ?? "";
}
