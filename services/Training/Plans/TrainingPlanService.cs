using Google.Protobuf;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Courses;
using Qudao.Training.V1;

namespace Qudao.Training.Plans;

/// <summary>Annual training plans 年度培训计划 and what was held of them.</summary>
public sealed class TrainingPlanService(Db db, Lookups lookups) : V1.TrainingPlanService.TrainingPlanServiceBase
{
    private const string Collection = "trainingPlans";

    public override async Task<TrainingPlan> CreateTrainingPlan(CreateTrainingPlanRequest request, ServerCallContext context)
    {
        var organisation = await lookups.OrganisationAsync(request.TrainingPlan.Organisation, context.Caller(), "training_plan.organisation");
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new PlanRow
            {
                Id = tx.NewId(),
                Version = 1,
                OrganisationId = organisation.Id,
                ScopePath = await Places.NowAsync(tx, organisation.ScopePath),
                Year = request.TrainingPlan.Year,
                Goal = request.TrainingPlan.Goal,
                State = PlanRules.Draft,
                CreatedUs = tx.NowMicros,
                UpdatedUs = tx.NowMicros,
            };
            if (await PlanStore.ExistsAsync(tx, row))
                throw Errors.Conflict("PLAN_EXISTS", $"{row.Year} 年度计划已存在。", $"There is a plan for {row.Year} already.");
            await PlanStore.InsertAsync(tx, row);
            await PlanStore.ReplaceItemsAsync(tx, row.Id, await ItemsAsync(tx, row.Id, request.TrainingPlan.Items, []));
            await TellAsync(tx, context.Caller(), "plan.create", row);
            return await ToMessageAsync(tx, row);
        });
    }

    public override Task<TrainingPlan> GetTrainingPlan(GetTrainingPlanRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => await ToMessageAsync(s, await FindAsync(s, request.Name, context.Caller())));

    public override Task<ListTrainingPlansResponse> ListTrainingPlans(ListTrainingPlansRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var rows = await PlanStore.ListAsync(s, page, request.Year, caller.Scope);
            var reply = new ListTrainingPlansResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            var items = await PlanStore.ItemsAsync(s, [.. rows.Select(row => row.Id)]);
            reply.TrainingPlans.Add(rows.Select(row => ToMessage(row, items[row.Id])));
            return reply;
        });

    public override Task<TrainingPlan> UpdateTrainingPlan(UpdateTrainingPlanRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var asked = request.TrainingPlan;
            var row = await FindAsync(tx, asked.Name, context.Caller());
            Etag.Check(asked.Etag, row.Version, asked.Name);
            PlanRules.RequireChangeable(row.State);
            var known = (await PlanStore.ItemsAsync(tx, [row.Id]))[row.Id].Select(item => item.Id).ToHashSet();
            row.Goal = asked.Goal;
            await PlanStore.UpdateAsync(tx, row);
            await PlanStore.ReplaceItemsAsync(tx, row.Id, await ItemsAsync(tx, row.Id, asked.Items, known));
            await TellAsync(tx, context.Caller(), "plan.update", row);
            return await ToMessageAsync(tx, row);
        }, context.CancellationToken);

    public override Task<TrainingPlan> SubmitTrainingPlan(SubmitTrainingPlanRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, PlanRules.Submitted, async (tx, row) =>
        {
            PlanRules.RequireItems((await PlanStore.ItemsAsync(tx, [row.Id]))[row.Id].Count());
            (row.SubmitterId, row.Reason) = (context.Caller().RequireStaff(), "");
        });

    public override Task<TrainingPlan> ApproveTrainingPlan(ApproveTrainingPlanRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, PlanRules.Approved, (tx, row) =>
        {
            var approver = context.Caller().RequireStaff();
            PlanRules.RequireOther(row.SubmitterId, approver);
            (row.ApproverId, row.ApproveDate) = (approver, ChinaTime.DateOf(tx.Now));
            return Task.CompletedTask;
        });

    public override Task<TrainingPlan> ReturnTrainingPlan(ReturnTrainingPlanRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.Name, request.Etag, request.RequestId, PlanRules.Returned, (_, row) =>
        {
            (row.Reason, row.ApproverId, row.ApproveDate) = (request.Reason, null, null);
            return Task.CompletedTask;
        });

    public override Task<TrainingPlanProgress> GetTrainingPlanProgress(GetTrainingPlanProgressRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var row = await FindAsync(s, request.Name, context.Caller());
            var items = (await PlanStore.ItemsAsync(s, [row.Id]))[row.Id];
            var actuals = (await PlanStore.ActualsAsync(s, row.Id)).ToDictionary(actual => actual.ItemId);
            var today = ChinaTime.Today(db.Clock);
            var reply = new TrainingPlanProgress();
            reply.Items.Add(items.Select(item => Progress(row, item, actuals.GetValueOrDefault(item.Id) ?? new PlanActualRow(), today)));
            (reply.PlannedSessions, reply.PlannedTrainees) = (reply.Items.Sum(i => i.Item.Sessions), reply.Items.Sum(i => i.Item.Trainees));
            (reply.HeldSessions, reply.AttendedTrainees) = (reply.Items.Sum(i => i.Held), reply.Items.Sum(i => i.Attended));
            var (from, until) = (ChinaTime.StartOfDay(new DateOnly(row.Year, 1, 1)).Micros(), ChinaTime.EndOfDay(new DateOnly(row.Year, 12, 31)).Micros());
            reply.UnplannedSessions = (int)await PlanStore.UnplannedAsync(s, row.OrganisationId, from, until);
            return reply;
        });

    private Task<TrainingPlan> MoveAsync(ServerCallContext context, IMessage request, string name, string etag, string requestId, string to, Func<Tx, PlanRow, Task> change) =>
        db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await FindAsync(tx, name, context.Caller());
            Etag.Check(etag, row.Version, name);
            PlanRules.RequireMove(row.State, to);
            row.State = to;
            await change(tx, row);
            await PlanStore.UpdateAsync(tx, row);
            await TellAsync(tx, context.Caller(), "plan." + to, row);
            return await ToMessageAsync(tx, row);
        });

    /// <summary>The lines as they are stored: one that names a line of this plan stays that line, with the sessions that name it.</summary>
    private static async Task<List<PlanItemRow>> ItemsAsync(Tx tx, string plan, IReadOnlyList<TrainingPlanItem> items, HashSet<string> known)
    {
        var rows = new List<PlanItemRow>();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Id.Length > 0 && !known.Contains(items[i].Id))
                throw Errors.Invalid($"training_plan.items[{i}].id", "计划中没有这一项。", "The plan has no such line.", "NOT_FOUND");
            var course = await CourseStore.OfferedAsync(tx, items[i].Course, $"training_plan.items[{i}].course");
            rows.Add(new PlanItemRow
            {
                Id = items[i].Id.Length > 0 ? items[i].Id : tx.NewId(),
                PlanId = plan,
                Ordinal = i,
                CourseId = course.Id,
                Goal = items[i].Goal,
                Way = Codes.Of(items[i].Way),
                Month = items[i].Month,
                Sessions = items[i].Sessions,
                Trainees = items[i].Trainees,
            });
        }
        return rows;
    }

    private static async Task TellAsync(Tx tx, Caller caller, string action, PlanRow row)
    {
        await tx.AuditAsync(caller, action, $"{Collection}/{row.Id}", row.ScopePath, null, new { row.Year, row.State, row.Reason });
        await tx.PublishAsync(new TrainingPlanChanged
        {
            AggregateId = row.Id,
            Version = row.Version,
            ScopePath = row.ScopePath,
            OrganisationId = row.OrganisationId,
            Year = row.Year,
            State = row.State,
            SubmitterId = row.SubmitterId,
            ApproverId = row.ApproverId,
            Reason = row.Reason,
        });
    }

    private static async Task<PlanRow> FindAsync(Session s, string name, Caller caller) =>
        await PlanStore.GetAsync(s, Ids.Of(name, Collection), caller.Scope) ?? throw Errors.NotFound(name);

    private static async Task<TrainingPlan> ToMessageAsync(Session s, PlanRow row) => ToMessage(row, (await PlanStore.ItemsAsync(s, [row.Id]))[row.Id]);

    private static TrainingPlan ToMessage(PlanRow row, IEnumerable<PlanItemRow> items)
    {
        var message = new TrainingPlan
        {
            Name = $"{Collection}/{row.Id}",
            Organisation = $"organisations/{row.OrganisationId}",
            Year = row.Year,
            Goal = row.Goal,
            State = Codes.To<TrainingPlanState>(row.State),
            Reason = row.Reason,
            Submitter = row.SubmitterId is null ? "" : $"staff/{row.SubmitterId}",
            Approver = row.ApproverId is null ? "" : $"staff/{row.ApproverId}",
            ApproveDate = Times.Day(row.ApproveDate),
            Etag = Etag.Of(row.Version),
            CreateTime = Times.Of(row.CreatedUs),
        };
        message.Items.Add(items.Select(ToMessage));
        return message;
    }

    private static TrainingPlanItem ToMessage(PlanItemRow row) => new()
    {
        Id = row.Id,
        Course = $"courses/{row.CourseId}",
        Goal = row.Goal,
        Way = Codes.To<TrainingWay>(row.Way),
        Month = row.Month,
        Sessions = row.Sessions,
        Trainees = row.Trainees,
    };

    private static TrainingPlanItemProgress Progress(PlanRow plan, PlanItemRow item, PlanActualRow actual, DateOnly today) => new()
    {
        Item = ToMessage(item),
        Scheduled = (int)actual.Scheduled,
        Held = (int)actual.Held,
        Attended = (int)actual.Attended,
        Behind = PlanRules.IsBehind(plan.Year, item.Month, item.Sessions, (int)actual.Held, today),
    };
}
