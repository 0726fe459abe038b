using Grpc.Core;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Policies;

/// <summary>What an organisation sets for itself and everything below it 管理规则.</summary>
public sealed class NetworkPolicyService(Db db) : V1.NetworkPolicyService.NetworkPolicyServiceBase
{
    public override async Task<NetworkPolicy> GetNetworkPolicy(GetNetworkPolicyRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        return await db.ReadAsync(async s =>
        {
            var organisation = await OrganisationAsync(s, request.Name, scope);
            return ToMessage(await PolicyStore.NearestAsync(s, organisation.ScopePath), organisation.Id);
        });
    }

    public override Task<NetworkPolicy> UpdateNetworkPolicy(UpdateNetworkPolicyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.NetworkPolicy;
        return db.WriteAsync(async tx =>
        {
            var organisation = await OrganisationAsync(tx, asked.Name, caller.Scope);
            await OrganisationWrites.HoldAsync(tx, organisation);
            var row = await PolicyStore.GetAsync(tx, organisation.Id) ?? new PolicyRow { OrganisationId = organisation.Id, ScopePath = organisation.ScopePath };
            Etag.Check(asked.Etag, row.Version, asked.Name);
            var policy = asked.Clone();
            (policy.Name, policy.InheritedFrom, policy.Etag) = ("", "", "");
            await PolicyStore.SaveAsync(tx, row, policy);
            await tx.AuditAsync(caller, "network-policy.update", asked.Name, row.ScopePath, null, new { Policy = policy.ToString() });
            return ToMessage(row, organisation.Id);
        }, context.CancellationToken);
    }

    private static async Task<OrganisationRow> OrganisationAsync(Session s, string name, Scope scope) =>
        await OrganisationStore.GetAsync(s, Ids.Of(name, "networkPolicies"), scope) ?? throw Errors.NotFound(name);

    private static NetworkPolicy ToMessage(PolicyRow? row, string organisationId)
    {
        var policy = row is null ? PolicyRules.Default : NetworkPolicy.Parser.ParseFrom(row.Body);
        policy.Name = $"networkPolicies/{organisationId}";
        if (row?.OrganisationId == organisationId)
            policy.Etag = Etag.Of(row.Version);
        else if (row is not null)
            policy.InheritedFrom = $"organisations/{row.OrganisationId}";
        return policy;
    }
}
