using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Events;

namespace Qudao.Dealer.Tests;

/// <summary>How many agents a city takes, who held it when, and which cities are free.</summary>
public class TerritoryPolicyTests
{
    private Network network = null!;
    private Partner first = null!, second = null!, third = null!;

    [SetUp]
    public async Task StartAsync()
    {
        network = await Network.StartAsync();
        (first, second, third) = (await network.Manager.AgentAsync("第一代理"), await network.Manager.AgentAsync("第二代理"), await network.Manager.AgentAsync("第三代理"));
    }

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_city_takes_as_many_agents_as_its_centre_allows()
    {
        var policy = await network.CentreManager.Policies.GetNetworkPolicyAsync(new GetNetworkPolicyRequest { Name = "networkPolicies/js" });
        Assert.That((policy.AgentsPerCity, policy.Etag, policy.InheritedFrom, policy.SuspendWithoutEvidence), Is.EqualTo((1, "", "", false)));
        policy.CityLimits.Add(new CityLimit { CityCode = "3201", Agents = 2 });
        policy = await network.CentreManager.Policies.UpdateNetworkPolicyAsync(new UpdateNetworkPolicyRequest { NetworkPolicy = policy });
        Assert.That(policy.Etag, Is.EqualTo("v1"));

        var (a, b) = (await ClaimAsync(first), await ClaimAsync(second));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(third)), Does.Contain("TERRITORY_CONFLICT"));
        await ClaimAsync(first, "3202");
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(second, "3202")), Does.Contain("TERRITORY_CONFLICT"), "elsewhere one is the rule");

        await network.Manager.Territories.ReleaseTerritoryAsync(new ReleaseTerritoryRequest { Name = a.Name, Reason = "业绩不达标" });
        Assert.That((await ClaimAsync(third)).State, Is.EqualTo(TerritoryState.Reserved), "the place given up is free");
        Assert.That((await network.Manager.Territories.ListTerritoriesAsync(new ListTerritoriesRequest { CityCode = "3201", Partner = second.Name })).Territories.Single().Name, Is.EqualTo(b.Name));
    }

    [Test]
    public async Task A_policy_holds_below_until_somebody_there_sets_another()
    {
        var hq = new NetworkPolicy { Name = "networkPolicies/hq", AgentsPerCity = 3 };
        await network.Admin.Policies.UpdateNetworkPolicyAsync(new UpdateNetworkPolicyRequest { NetworkPolicy = hq });
        var inherited = await network.CentreManager.Policies.GetNetworkPolicyAsync(new GetNetworkPolicyRequest { Name = "networkPolicies/js" });
        Assert.That((inherited.AgentsPerCity, inherited.InheritedFrom), Is.EqualTo((3, "organisations/hq")));
        var own = new NetworkPolicy { Name = "networkPolicies/js", AgentsPerCity = 1 };
        await network.CentreManager.Policies.UpdateNetworkPolicyAsync(new UpdateNetworkPolicyRequest { NetworkPolicy = own });
        await ClaimAsync(first);
        await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(second));

        await Refused.Async(StatusCode.NotFound, async () => await network.CentreManager.Policies.UpdateNetworkPolicyAsync(new UpdateNetworkPolicyRequest { NetworkPolicy = hq }));
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Manager.Policies.UpdateNetworkPolicyAsync(new UpdateNetworkPolicyRequest { NetworkPolicy = own }));
        own.CityLimits.Add([new CityLimit { CityCode = "3201", Agents = 1 }, new CityLimit { CityCode = "3201", Agents = 2 }]);
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.CentreManager.Policies.UpdateNetworkPolicyAsync(new UpdateNetworkPolicyRequest { NetworkPolicy = own })),
            Is.EqualTo(new[] { "INVALID_ARGUMENT", "network_policy.city_limits[1].city_code TWICE" }));
    }

    [Test]
    public async Task A_city_changes_hands_and_its_history_says_when_and_why()
    {
        await ClaimAsync(first);
        var reserved = (await ListAsync()).Single();
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => TransferAsync(reserved, second)), Does.Contain("TERRITORY_NOT_ACTIVE"));
        await network.Service.HearAsync(PartnerTests.Signed(first, "a1", "3201"));
        await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(second));
        await network.Service.HearAsync(PartnerTests.Signed(second, "b1"));

        var held = (await ListAsync()).Single();
        var shop = await network.Manager.ShopAsync("南京一店");
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => TransferAsync(held, shop)), Does.Contain("NOT_A_CITY_AGENT"));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => TransferAsync(held, first)), Does.Contain("HOLDS_ALREADY"));
        var taken = await TransferAsync(held, second);
        Assert.That((taken.State, taken.Partner, taken.Agreement), Is.EqualTo((TerritoryState.Active, second.Name, "agreements/b1")));

        var history = await ListAsync();
        Assert.That(history.Select(t => (t.Partner, t.State, t.EndReason)), Is.EqualTo(new[] { (first.Name, TerritoryState.Released, "股权变更"), (second.Name, TerritoryState.Active, "") }));
        Assert.That(history[0].HoldEndTime, Is.EqualTo(history[1].HoldStartTime));
        Assert.That(history[1].HoldEndTime, Is.Null);
        var conflict = (await network.Manager.Territories.ListTerritoryConflictsAsync(new ListTerritoryConflictsRequest())).TerritoryConflicts.Single();
        Assert.That((conflict.Open, conflict.Ruling), Is.EqualTo((false, "股权变更")), "who has got the city disputes it no longer");
        Assert.That((await network.Service.PublishedAsync<TerritoryChanged>()).TakeLast(2).Select(e => (e.PartnerId, e.State)),
            Is.EqualTo(new[] { (first.Name["partners/".Length..], "released"), (second.Name["partners/".Length..], "active") }));
    }

    [Test]
    public async Task A_conflict_is_dismissed_once()
    {
        await ClaimAsync(first);
        await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(second));
        var conflict = (await network.Manager.Territories.ListTerritoryConflictsAsync(new ListTerritoryConflictsRequest { OpenOnly = true })).TerritoryConflicts.Single();
        var request = new DismissTerritoryConflictRequest { Name = conflict.Name, Reason = "已有独家代理" };
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Wang.Territories.DismissTerritoryConflictAsync(request));
        Assert.That((await network.Manager.Territories.DismissTerritoryConflictAsync(request)).Ruling, Is.EqualTo("已有独家代理"));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.Manager.Territories.DismissTerritoryConflictAsync(request)), Does.Contain("CONFLICT_CLOSED"));
        Assert.That((await network.Manager.Territories.ListTerritoryConflictsAsync(new ListTerritoryConflictsRequest { OpenOnly = true })).TerritoryConflicts, Is.Empty);
    }

    [Test]
    public async Task Free_cities_are_those_that_nobody_holds()
    {
        var before = (await network.Manager.Territories.ListCityAvailabilityAsync(new ListCityAvailabilityRequest())).Cities;
        Assert.That(before, Has.Count.EqualTo(13).And.All.Property("Free").True, "Jiangsu has thirteen cities");
        await ClaimAsync(first);
        var nanjing = (await network.Manager.Territories.ListCityAvailabilityAsync(new ListCityAvailabilityRequest())).Cities[0];
        Assert.That((nanjing.City, nanjing.Free, nanjing.AgentCount, nanjing.AgentLimit, nanjing.Holders.Single().Partner), Is.EqualTo(("南京市", false, 1, 1, first.Name)));
        Assert.That((await network.Manager.Territories.ListCityAvailabilityAsync(new ListCityAvailabilityRequest { FreeOnly = true })).Cities, Has.Count.EqualTo(12));
        var wang = (await network.Wang.Territories.ListCityAvailabilityAsync(new ListCityAvailabilityRequest())).Cities[0];
        Assert.That((wang.Free, wang.Holders.Count), Is.EqualTo((false, 0)), "that it is taken is known, by whom only to those who may see him");
        Assert.That((await network.Admin.Territories.ListCityAvailabilityAsync(new ListCityAvailabilityRequest { ProvinceCode = "33" })).Cities, Is.Not.Empty);
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Admin.Territories.ListCityAvailabilityAsync(new ListCityAvailabilityRequest())), Does.Contain("province_code REQUIRED"));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Territories.ListCityAvailabilityAsync(new ListCityAvailabilityRequest { ProvinceCode = "33" })), Does.Contain("province_code OUTSIDE_PROVINCE"));
    }

    private async Task<Territory> ClaimAsync(Partner partner, string city = "3201") =>
        await network.Manager.Territories.ClaimTerritoryAsync(new ClaimTerritoryRequest { CityCode = city, Partner = partner.Name, Agreement = $"agreements/{partner.Name["partners/".Length..]}x{city}" });

    private async Task<Territory> TransferAsync(Territory territory, Partner to) => await network.Manager.Territories.TransferTerritoryAsync(
        new TransferTerritoryRequest { Name = territory.Name, Partner = to.Name, Agreement = "agreements/b1", Reason = "股权变更" });

    private async Task<IReadOnlyList<Territory>> ListAsync() => (await network.Manager.Territories.ListTerritoriesAsync(new ListTerritoriesRequest { CityCode = "3201" })).Territories;
}
