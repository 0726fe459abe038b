using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

/// <summary>Dealer as Contract sees it: partners, staff and organisations within the caller's scope, and cities one agent each.</summary>
internal sealed class FakeDealer : IAsyncDisposable
{
    private readonly FakeService service;

    private FakeDealer(FakeService service, FakePartners partners, FakeTerritories territories) =>
        (this.service, Partners, Territories) = (service, partners, territories);

    public FakePartners Partners { get; }

    public FakeTerritories Territories { get; }

    public string Address => service.Address;

    public static async Task<FakeDealer> StartAsync()
    {
        var (partners, territories) = (new FakePartners(), new FakeTerritories());
        return new FakeDealer(await FakeService.StartAsync(partners, territories, new FakeOrganisations(), new FakeStaff()), partners, territories);
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    /// <summary>The scope in the token that came along; a call without one is refused as Dealer would.</summary>
    private static Scope ScopeOf(ServerCallContext context)
    {
        var header = context.RequestHeaders.GetValue("authorization") ?? throw Refused(Errors.Unauthenticated(), context);
        var token = new JsonWebToken(header["Bearer ".Length..]);
        return new Scope(token.GetClaim(TokenClaims.ScopePath).Value, token.TryGetClaim(TokenClaims.Assignee, out var assignee) ? assignee.Value : null);
    }

    private static RpcException Refused(Refusal refusal, ServerCallContext context) => Errors.ToRpc(refusal, Errors.Language(context));

    internal sealed class FakePartners : PartnerService.PartnerServiceBase
    {
        private readonly ConcurrentDictionary<string, Partner> all = new();

        /// <summary>Adds or replaces a partner below the Jiangsu centre, "/hq/js/{id}/", version 1.</summary>
        public Partner Put(string id, PartnerKind kind, string cityCode = "3201", string? assignee = null, string organisation = "js", string? name = null)
        {
            var partner = new Partner
            {
                Name = $"partners/{id}",
                DisplayName = name ?? $"{id} 汽车销售有限公司",
                Kind = kind,
                Stage = PartnerStage.Negotiating,
                CityCode = cityCode,
                Organisation = $"organisations/{organisation}",
                Assignee = assignee is null ? "" : $"staff/{assignee}",
                ScopePath = $"/hq/{organisation}/{id}/",
                Etag = "v1",
            };
            return all[partner.Name] = partner;
        }

        public override Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context)
        {
            var scope = ScopeOf(context);
            return all.TryGetValue(request.Name, out var partner) && scope.Sees(partner.ScopePath, partner.Assignee.Length == 0 ? null : Ids.Of(partner.Assignee, "staff"))
                ? Task.FromResult(partner)
                : throw Refused(Errors.NotFound(request.Name), context);
        }
    }

    internal sealed class FakeTerritories : TerritoryService.TerritoryServiceBase
    {
        private readonly ConcurrentDictionary<string, string> holderOfCity = new();

        public ConcurrentQueue<ClaimTerritoryRequest> Claims { get; } = new();

        public override Task<Territory> ClaimTerritory(ClaimTerritoryRequest request, ServerCallContext context)
        {
            ScopeOf(context);
            Claims.Enqueue(request);
            if (holderOfCity.GetOrAdd(request.CityCode, request.Partner) != request.Partner)
                throw Refused(Errors.Precondition("TERRITORY_CONFLICT", "该城市已有市级代理商。", "The city has an agent already."), context);
            return Task.FromResult(new Territory { CityCode = request.CityCode, Partner = request.Partner, Agreement = request.Agreement, State = TerritoryState.Reserved });
        }
    }

    internal sealed class FakeOrganisations : OrganisationService.OrganisationServiceBase
    {
        public override Task<Organisation> GetOrganisation(GetOrganisationRequest request, ServerCallContext context)
        {
            var code = Ids.Of(request.Name, "organisations");
            var path = code == "hq" ? "/hq/" : $"/hq/{code}/";
            return code is "hq" or "js" or "zj" && ScopeOf(context).Sees(path, null)
                ? Task.FromResult(new Organisation { Name = request.Name, DisplayName = code switch { "hq" => "总部", "js" => "江苏销售服务中心", _ => "浙江销售服务中心" }, ScopePath = path })
                : throw Refused(Errors.NotFound(request.Name), context);
        }
    }

    internal sealed class FakeStaff : StaffService.StaffServiceBase
    {
        public override Task<Staff> GetStaff(GetStaffRequest request, ServerCallContext context) =>
            request.Name.StartsWith("staff/js-", StringComparison.Ordinal) && ScopeOf(context).Sees("/hq/js/", null)
                ? Task.FromResult(new Staff { Name = request.Name, DisplayName = $"员工 {request.Name}", Active = !request.Name.EndsWith("-left", StringComparison.Ordinal) })
                : throw Refused(Errors.NotFound(request.Name), context);
    }
}
