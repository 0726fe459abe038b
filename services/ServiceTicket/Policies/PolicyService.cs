using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Policies;

/// <summary>SLA policies 服务时限 and escalation chains 升级链.</summary>
public sealed class PolicyService(Db db, OrganisationService.OrganisationServiceClient organisations) : V1.PolicyService.PolicyServiceBase
{
    public override async Task<SlaPolicy> GetSlaPolicy(GetSlaPolicyRequest request, ServerCallContext context)
    {
        var id = Ids.Of(request.Name, "slaPolicies");
        return ToMessage(await db.ReadAsync(s => PolicyStore.PolicyAsync(s, id, context.Caller().Scope)) ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListSlaPoliciesResponse> ListSlaPolicies(ListSlaPoliciesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => PolicyStore.ListPoliciesAsync(s, Ids.Of(request.Organisation, "organisations"), caller.Scope, page.After, page.Fetch));
        var reply = new ListSlaPoliciesResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.SlaPolicies.Add(rows.Select(ToMessage));
        return reply;
    }

    public override async Task<SlaPolicy> UpdateSlaPolicy(UpdateSlaPolicyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var policy = request.SlaPolicy;
        var id = Ids.Of(policy.Name, "slaPolicies");
        var (code, kind, severity, grade) = PolicyRules.ReadPolicy(id)!.Value;
        var organisation = await OrganisationAsync(code, context);
        return await db.WriteAsync(async tx =>
        {
            organisation.ScopePath = await Places.NowAsync(tx, organisation.ScopePath);
            var row = await PolicyStore.PolicyAsync(tx, id, caller.Scope)
                ?? OwnOf(PolicyRules.Choose(await PolicyStore.PoliciesAsync(tx, Words.Of(kind), Words.Of(severity), grade), organisation.ScopePath), id, grade, organisation);
            Etag.Check(policy.Etag, row.Version, policy.Name);
            var before = new { row.FirstResponseMinutes, row.ResolutionMinutes, row.Calendar };
            PolicyRules.Apply(row, policy, request.UpdateMask?.Paths ?? []);
            row.UpdatedUs = tx.NowMicros;
            await PolicyStore.SaveAsync(tx, row);
            await tx.AuditAsync(caller, "sla-policy.update", policy.Name, row.ScopePath, null,
                new { Before = before, After = new { row.FirstResponseMinutes, row.ResolutionMinutes, row.Calendar } });
            return ToMessage(row);
        }, context.CancellationToken);
    }

    public override async Task<EscalationChain> GetEscalationChain(GetEscalationChainRequest request, ServerCallContext context)
    {
        var id = Ids.Of(request.Name, "escalationChains");
        return ToMessage(await db.ReadAsync(s => PolicyStore.ChainAsync(s, id, context.Caller().Scope)) ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListEscalationChainsResponse> ListEscalationChains(ListEscalationChainsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => PolicyStore.ListChainsAsync(s, Ids.Of(request.Organisation, "organisations"), caller.Scope, page.After, page.Fetch));
        var reply = new ListEscalationChainsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.EscalationChains.Add(rows.Select(ToMessage));
        return reply;
    }

    public override async Task<EscalationChain> UpdateEscalationChain(UpdateEscalationChainRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var chain = request.EscalationChain;
        var id = Ids.Of(chain.Name, "escalationChains");
        var (code, kind) = PolicyRules.ReadChain(id)!.Value;
        var organisation = await OrganisationAsync(code, context);
        return await db.WriteAsync(async tx =>
        {
            var row = await PolicyStore.ChainAsync(tx, id, caller.Scope)
                ?? new ChainRow { Id = id, OrganisationId = code, Kind = Words.Of(kind), ScopePath = await Places.NowAsync(tx, organisation.ScopePath), Steps = "[]" };
            Etag.Check(chain.Etag, row.Version, chain.Name);
            var before = row.ReadSteps();
            row.WriteSteps(chain.Steps.Select(step => new Step(step.AfterMinutes, step.Role)));
            row.UpdatedUs = tx.NowMicros;
            await PolicyStore.SaveAsync(tx, row);
            await tx.AuditAsync(caller, "escalation-chain.update", chain.Name, row.ScopePath, null, new { Before = before, After = row.ReadSteps() });
            return ToMessage(row);
        }, context.CancellationToken);
    }

    /// <summary>Asked on the caller's behalf: an organisation outside the caller's scope is not found.</summary>
    private async Task<Organisation> OrganisationAsync(string code, ServerCallContext context)
    {
        PolicyRules.RequireMayChange(code, context.Caller());
        return await organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = $"organisations/{code}" }, cancellationToken: context.CancellationToken);
    }

    private static PolicyRow OwnOf(PolicyRow? above, string id, string grade, Organisation organisation)
    {
        var row = above ?? throw new InvalidOperationException($"There is no default policy above slaPolicies/{id}.");
        row.Id = id;
        row.Grade = grade;
        row.OrganisationId = Ids.Of(organisation.Name, "organisations");
        row.ScopePath = organisation.ScopePath;
        row.Version = 0;
        return row;
    }

    private static SlaPolicy ToMessage(PolicyRow row)
    {
        var policy = new SlaPolicy
        {
            Name = $"slaPolicies/{row.Id}",
            Organisation = $"organisations/{row.OrganisationId}",
            Kind = Words.Parse<TicketKind>(row.Kind),
            Severity = Words.Parse<TicketSeverity>(row.Severity),
            Calendar = Words.Parse<SlaCalendar>(row.Calendar),
            PartnerGrade = row.Grade.ToUpperInvariant(),
            Etag = Etag.Of(row.Version),
            UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        };
        if (row.FirstResponseMinutes is { } first)
            policy.FirstResponseMinutes = (int)first;
        if (row.ResolutionMinutes is { } resolution)
            policy.ResolutionMinutes = (int)resolution;
        return policy;
    }

    private static EscalationChain ToMessage(ChainRow row)
    {
        var chain = new EscalationChain
        {
            Name = $"escalationChains/{row.Id}",
            Organisation = $"organisations/{row.OrganisationId}",
            Kind = Words.Parse<TicketKind>(row.Kind),
            Etag = Etag.Of(row.Version),
            UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        };
        chain.Steps.Add(row.ReadSteps().Select(step => new EscalationStep { AfterMinutes = step.AfterMinutes, Role = step.Role }));
        return chain;
    }
}
