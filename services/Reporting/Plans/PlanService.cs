using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Plans;

/// <summary>Plans 计划: the targets of an organisation for a month.</summary>
public sealed class PlanService(Db db) : V1.PlanService.PlanServiceBase
{
    public override async Task<Plan> CreatePlan(CreatePlanRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        try
        {
            return await db.WriteOnceAsync(context, request, request.RequestId, tx => CreateAsync(tx, request.Plan, caller));
        }
        catch (Exception e) when (db.Dialect.IsUniqueViolation(e))
        {
            throw Exists(request.Plan);
        }
    }

    public override async Task<Plan> GetPlan(GetPlanRequest request, ServerCallContext context) =>
        PlanFigures.ToMessage(await db.ReadAsync(s => FindAsync(s, request.Name, context.Caller())));

    public override async Task<ListPlansResponse> ListPlans(ListPlansRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => PlanStore.ListAsync(s, request.Month, Ids.Of(request.Organisation, "organisations"), caller.Scope, page.After, page.Fetch));
        var reply = new ListPlansResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Plans.Add(rows.Select(PlanFigures.ToMessage));
        return reply;
    }

    public override Task<Plan> UpdatePlan(UpdatePlanRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Plan;
        return db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, asked.Name, caller);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            PlanRules.Apply(row, asked, request.UpdateMask?.Paths ?? []);
            row.UpdatedUs = tx.NowMicros;
            await PlanStore.UpdateAsync(tx, row);
            row.Version++;
            await tx.AuditAsync(caller, "plan.update", asked.Name, row.ScopePath, null, new { row.Agents, row.Terminals, row.SalesQuantity, row.Note });
            return PlanFigures.ToMessage(row);
        }, context.CancellationToken);
    }

    public override Task<PlanProgress> GetPlanProgress(GetPlanProgressRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => await PlanFigures.ProgressAsync(s, await FindAsync(s, request.Name, context.Caller())));

    private static async Task<Plan> CreateAsync(Tx tx, Plan plan, Caller caller)
    {
        var organisation = await NetworkStore.OrganisationAsync(tx, Ids.Of(plan.Organisation, "organisations"), caller.Scope);
        Errors.ThrowIfAny([.. PlanRules.Create(plan), .. Errors.MissingIf(organisation is null && plan.Organisation.Length > 0, "plan.organisation", plan.Organisation)]);
        if (await PlanStore.IdOfAsync(tx, plan.Month, organisation!.Id) is not null)
            throw Exists(plan);
        var row = new PlanRow
        {
            Id = tx.NewId(),
            Month = plan.Month,
            OrganisationId = organisation.Id,
            OrganisationName = organisation.Name,
            ScopePath = organisation.ScopePath,
            Agents = plan.Agents,
            Terminals = plan.Terminals,
            SalesQuantity = plan.SalesQuantity,
            Note = plan.Note,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
            Version = 1,
        };
        await PlanStore.InsertAsync(tx, row);
        await tx.AuditAsync(caller, "plan.create", $"plans/{row.Id}", row.ScopePath, null, new { row.Month, row.OrganisationId, row.Agents, row.Terminals, row.SalesQuantity });
        return PlanFigures.ToMessage(row);
    }

    private static Refusal Exists(Plan plan) =>
        Errors.Conflict("PLAN_EXISTS", $"{plan.Month} 的计划已存在，请修改原计划。", $"There is a plan for {plan.Month} already; update it.");

    private static async Task<PlanRow> FindAsync(Session session, string name, Caller caller) =>
        await PlanStore.GetAsync(session, Ids.Of(name, "plans"), caller.Scope) ?? throw Errors.NotFound(name);
}
