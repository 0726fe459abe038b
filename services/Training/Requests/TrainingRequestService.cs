using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Courses;
using Qudao.Training.V1;
using DealerV1 = Qudao.Dealer.V1;
using StandingService = Qudao.Contract.V1.StandingService;

namespace Qudao.Training.Requests;

/// <summary>Training requests 培训申请 from the request to the filed record.</summary>
public sealed class TrainingRequestService(
    Db db, DealerV1.PartnerService.PartnerServiceClient partners, DealerV1.StaffService.StaffServiceClient staff, StandingService.StandingServiceClient standings)
    : V1.TrainingRequestService.TrainingRequestServiceBase
{
    private const string Collection = "trainingRequests";

    public override async Task<TrainingRequest> CreateTrainingRequest(CreateTrainingRequestRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.TrainingRequest;
        var partner = await partners.GetPartnerAsync(new DealerV1.GetPartnerRequest { Name = asked.Partner }).FoundAsync();
        var course = await db.ReadAsync(s => CourseStore.GetAsync(s, Ids.Of(asked.Course, "courses")));
        Errors.ThrowIfAny([
            .. Errors.MissingIf(partner is null, "training_request.partner", asked.Partner), .. Errors.MissingIf(course is null, "training_request.course", asked.Course)]);
        var standing = await standings.GetStandingAsync(new Contract.V1.GetStandingRequest { Partner = asked.Partner });
        if (!standing.Effective)
            throw Errors.Precondition("PARTNER_NOT_SIGNED",
                $"“{partner!.DisplayName}”没有有效协议，签约后才能申请培训。", $"{partner.DisplayName} has no effective agreement; training needs one.");
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = NewRow(tx, asked, partner!, await Places.NowAsync(tx, partner!.ScopePath), caller);
            await TrainingStore.InsertAsync(tx, row);
            await RecordAsync(tx, row, caller, "training.request", new { row.PartnerName, asked.Course });
            return ToMessage(row, []);
        });
    }

    public override Task<TrainingRequest> GetTrainingRequest(GetTrainingRequestRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var row = await FindAsync(s, request.Name, context.Caller());
            return ToMessage(row, await TrainingStore.TraineesAsync(s, row.Id));
        });

    public override Task<ListTrainingRequestsResponse> ListTrainingRequests(ListTrainingRequestsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var rows = await TrainingStore.ListAsync(s, page, StateText(request.State), Ids.Of(request.Partner, "partners"), caller.Scope);
            var reply = new ListTrainingRequestsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            var trainees = await TrainingStore.TraineesAsync(s, [.. rows.Select(row => row.Id)]);
            reply.TrainingRequests.Add(rows.Select(row => ToMessage(row, trainees[row.Id])));
            return reply;
        });

    public override async Task<TrainingRequest> ScheduleTraining(ScheduleTrainingRequest request, ServerCallContext context)
    {
        var (start, end) = (request.StartTime.ToDateTimeOffset(), request.EndTime.ToDateTimeOffset());
        var lecturer = await staff.GetStaffAsync(new DealerV1.GetStaffRequest { Name = request.Lecturer }).FoundAsync();
        return await MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Scheduled, async (tx, row) =>
        {
            Errors.ThrowIfAny([.. TrainingRules.Slot(start, end, tx.Now), .. TrainingRules.Lecturer(request.Lecturer, lecturer)]);
            row.LecturerId = Ids.Of(request.Lecturer, "staff");
            row.Place = request.Place.Length > 0 ? request.Place : row.Place;
            (row.StartUs, row.EndUs) = (start.Micros(), end.Micros());
            await TrainingStore.FreeAsync(tx, row.Id);
            if (!await TrainingStore.TryBookAsync(tx, $"staff/{row.LecturerId}", row.Id, start.Micros(), end.Micros()))
                throw DoubleBooked($"讲师“{lecturer!.DisplayName}”", $"The lecturer {lecturer.DisplayName}");
            if (!await TrainingStore.TryBookAsync(tx, $"place/{row.Place}", row.Id, start.Micros(), end.Micros()))
                throw DoubleBooked($"场地“{row.Place}”", $"The place {row.Place}");
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
            return TrainingStore.FreeAsync(tx, row.Id);
        });

    public override Task<TrainingRequest> HoldTraining(HoldTrainingRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Held, async (tx, row) =>
        {
            TrainingRules.RequireBegun(row.StartUs, tx.Now);
            for (var i = 0; i < request.Trainees.Count; i++)
                await TrainingStore.InsertTraineeAsync(tx, TraineeOf(row.Id, i, request.Trainees[i]));
        });

    public override Task<TrainingRequest> EvaluateTraining(EvaluateTrainingRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, TrainingRules.Evaluated, async (tx, row) =>
        {
            (row.Effect, row.Feedback) = (request.Effect, request.Feedback);
            var attended = (await TrainingStore.TraineesAsync(tx, row.Id)).Where(t => t.Attended).ToList();
            Errors.ThrowIfAny(TrainingRules.Scores(request.Scores.Count, attended.Count));
            foreach (var (trainee, score) in attended.Zip(request.Scores))
            {
                trainee.Score = score;
                await TrainingStore.UpdateScoreAsync(tx, trainee);
            }
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
            await RecordAsync(tx, row, context.Caller(), "training." + to, new { from, to, row.Reason });
            return ToMessage(row, await TrainingStore.TraineesAsync(tx, row.Id));
        });

    /// <summary>Cancels everything of a partner that is not held yet, and frees what was booked for it.</summary>
    public static async Task CancelAllOfAsync(Tx tx, string partnerId, string reason)
    {
        foreach (var row in await TrainingStore.OpenOfPartnerAsync(tx, partnerId))
        {
            var from = row.State;
            (row.State, row.Reason) = (TrainingRules.Cancelled, reason);
            await TrainingStore.FreeAsync(tx, row.Id);
            await TrainingStore.UpdateAsync(tx, row);
            await RecordAsync(tx, row, Caller.System, "training." + row.State, new { from, to = row.State, row.Reason });
        }
    }

    /// <summary>Takes a scheduled request back to where it waits for a lecturer and a time.</summary>
    internal static async Task UnscheduleAsync(Tx tx, TrainingRow row, string reason)
    {
        await TrainingStore.FreeAsync(tx, row.Id);
        (row.State, row.LecturerId, row.StartUs, row.EndUs, row.Reason) = (TrainingRules.Requested, null, null, null, reason);
        await TrainingStore.UpdateAsync(tx, row);
        await RecordAsync(tx, row, Caller.System, "training.unscheduled", new { reason });
    }

    private static async Task RecordAsync(Tx tx, TrainingRow row, Caller caller, string action, object detail)
    {
        await tx.PublishAsync(new TrainingRequestChanged
        {
            AggregateId = row.Id,
            Version = row.Version,
            ScopePath = row.ScopePath,
            AssigneeId = row.AssigneeId,
            PartnerId = row.PartnerId,
            State = row.State,
            CourseId = row.CourseId,
            StartTime = row.StartUs is { } start ? Clock.FromMicros(start) : null,
        });
        await tx.AuditAsync(caller, action, $"{Collection}/{row.Id}", row.ScopePath, row.AssigneeId, detail);
    }

    private static async Task<TrainingRow> FindAsync(Session s, string name, Caller caller) =>
        await TrainingStore.GetAsync(s, Ids.Of(name, Collection), caller.Scope) ?? throw Errors.NotFound(name);

    private static Refusal DoubleBooked(string zh, string en) =>
        Errors.Precondition("DOUBLE_BOOKED", $"{zh}在该时段已有安排。", $"{en} is already booked at that time.");

    private static TrainingRow NewRow(Tx tx, TrainingRequest asked, DealerV1.Partner partner, string path, Caller caller) => new()
    {
        Id = tx.NewId(),
        Version = 1,
        ScopePath = path,
        AssigneeId = partner.Assignee.Length > 0 ? Ids.Of(partner.Assignee, "staff") : null,
        PartnerId = Ids.Of(partner.Name, "partners"),
        PartnerName = partner.DisplayName,
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

    private static TraineeRow TraineeOf(string request, int ordinal, Trainee trainee) => new()
    {
        RequestId = request,
        Ordinal = ordinal,
        Name = trainee.DisplayName,
        Position = trainee.Position,
        Attended = trainee.Attended,
    };

    private static TrainingRequest ToMessage(TrainingRow row, IEnumerable<TraineeRow> trainees)
    {
        var message = new TrainingRequest
        {
            Name = $"{Collection}/{row.Id}",
            Partner = $"partners/{row.PartnerId}",
            PartnerDisplayName = row.PartnerName,
            Course = $"courses/{row.CourseId}",
            ExpectedTrainees = row.Expected,
            WishTime = Time(row.WishUs),
            Place = row.Place,
            Contact = row.Contact,
            Phone = row.Phone,
            Way = Ways[row.Way],
            State = StateOf[row.State],
            Lecturer = row.LecturerId is null ? "" : $"staff/{row.LecturerId}",
            StartTime = row.StartUs is { } start ? Time(start) : null,
            EndTime = row.EndUs is { } end ? Time(end) : null,
            Effect = row.Effect,
            Feedback = row.Feedback,
            Reason = row.Reason,
            Requester = row.Requester,
            Etag = Etag.Of(row.Version),
            CreateTime = Time(row.CreatedUs),
            UpdateTime = Time(row.UpdatedUs),
        };
        message.Trainees.Add(trainees.Select(ToMessage));
        return message;
    }

    private static Trainee ToMessage(TraineeRow row)
    {
        var trainee = new Trainee { DisplayName = row.Name, Position = row.Position, Attended = row.Attended };
        if (row.Score is { } score)
            trainee.Score = score;
        return trainee;
    }

    private static Timestamp Time(long micros) => Timestamp.FromDateTimeOffset(Clock.FromMicros(micros));

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
