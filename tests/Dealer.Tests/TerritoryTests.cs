using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.Territories;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>One active city agent for each city.</summary>
public class TerritoryTests
{
    private const string Nanjing = "3201";
    private static readonly DateTimeOffset Morning = new(2026, 11, 20, 8, 0, 0, ChinaTime.Offset);

    private Network network = null!;
    private Partner first = null!, second = null!;

    [SetUp]
    public async Task StartAsync()
    {
        network = await Network.StartAsync();
        await network.Service.MoveClockAsync(Morning);
        first = await network.Manager.AgentAsync("第一代理");
        second = await network.Manager.AgentAsync("第二代理");
    }

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_claim_is_held_for_its_agreement_and_confirmed_by_the_signing()
    {
        var claim = await ClaimAsync(first, "a1");
        Assert.That((claim.State, claim.City, claim.Partner), Is.EqualTo((TerritoryState.Reserved, "南京市", first.Name)));
        Assert.That(claim.ReserveUntil.ToDateTimeOffset(), Is.EqualTo(Morning.AddMinutes(15)).Within(TimeSpan.FromMinutes(1)));
        Assert.That((await ClaimAsync(first, "a1")).Name, Is.EqualTo(claim.Name), "again is granted again");

        await network.Service.HearAsync(PartnerTests.Signed(first, "a1", Nanjing));
        await network.Service.MoveClockAsync(Morning.AddHours(1));
        Assert.That(await TerritoryWrites.ReleaseExpiredAsync(network.Service.Db), Is.Zero);
        var held = (await network.Manager.Territories.ListTerritoriesAsync(new ListTerritoriesRequest { CityCode = Nanjing })).Territories.Single();
        Assert.That((held.Name, held.State, held.ReserveUntil), Is.EqualTo((claim.Name, TerritoryState.Active, (Google.Protobuf.WellKnownTypes.Timestamp?)null)));
        Assert.That((await network.Manager.GetAsync(first)).Stage, Is.EqualTo(PartnerStage.Signed));
        Assert.That((await ClaimAsync(first, "a2")).State, Is.EqualTo(TerritoryState.Active), "its holder may renew");
    }

    [Test]
    public async Task A_second_claim_is_refused_and_leaves_one_conflict()
    {
        await ClaimAsync(first, "a1");
        await network.Service.HearAsync(PartnerTests.Signed(first, "a1", Nanjing));
        for (var i = 0; i < 2; i++)
        {
            var call = network.Marketing.Territories.ClaimTerritoryAsync(Request(second, "b1"));
            var refused = Assert.ThrowsAsync<RpcException>(async () => await call);
            Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition));
            Assert.That(refused.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason, Is.EqualTo("TERRITORY_CONFLICT"));
            Assert.That(refused.Status.Detail, Does.Contain("第一代理"));
        }
        var conflict = (await network.Manager.Territories.ListTerritoryConflictsAsync(new ListTerritoryConflictsRequest())).TerritoryConflicts.Single();
        Assert.That((conflict.Holder, conflict.Claimant, conflict.CityCode, conflict.Open, conflict.Agreement), Is.EqualTo((first.Name, second.Name, Nanjing, true, "agreements/b1")));
        var told = (await network.Service.PublishedAsync<TerritoryConflictOpened>()).Single();
        Assert.That((told.HolderPartnerId, told.ClaimantPartnerId, told.ScopePath), Is.EqualTo((first.Name["partners/".Length..], second.Name["partners/".Length..], second.ScopePath)));
        Assert.That((await network.ZhejiangManager.Territories.ListTerritoryConflictsAsync(new ListTerritoryConflictsRequest())).TerritoryConflicts, Is.Empty);
        Assert.That((await network.ZhejiangManager.Territories.ListTerritoriesAsync(new ListTerritoriesRequest())).Territories, Is.Empty);
    }

    [Test]
    public async Task A_refused_claim_with_a_request_id_is_refused_again_the_same_way()
    {
        await ClaimAsync(first, "a1");
        for (var i = 0; i < 2; i++)
            Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(second, "b1", "claim-1")), Is.EqualTo(new[] { "TERRITORY_CONFLICT" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => ClaimAsync(second, "b2", "claim-1")), Does.Contain("request_id REQUEST_ID_REUSED"));
    }

    [Test]
    public async Task A_claim_that_is_not_signed_in_time_is_given_up()
    {
        var claim = await ClaimAsync(first, "a1");
        await network.Service.MoveClockAsync(Morning.AddMinutes(16));
        await Eventually.Async(async () => (await StateAsync(claim)) == TerritoryState.Released, TimeSpan.FromSeconds(20), "the claim is given up");
        Assert.That((await ClaimAsync(second, "b1")).State, Is.EqualTo(TerritoryState.Reserved));
        Assert.That((await network.Service.PublishedAsync<TerritoryChanged>()).Select(e => $"{e.PartnerId == first.Name["partners/".Length..]} {e.State}"),
            Is.EqualTo(new[] { "True reserved", "True released", "False reserved" }));
    }

    [Test]
    public async Task A_signing_after_the_claim_ran_out_takes_the_free_city_or_opens_a_conflict()
    {
        await network.Service.HearAsync(PartnerTests.Signed(first, "a1", Nanjing));
        var held = (await network.Manager.Territories.ListTerritoriesAsync(new ListTerritoriesRequest())).Territories.Single();
        Assert.That((held.State, held.Partner), Is.EqualTo((TerritoryState.Active, first.Name)));
        await network.Service.HearAsync(PartnerTests.Signed(second, "b1", Nanjing));
        Assert.That((await network.Manager.GetAsync(second)).Stage, Is.EqualTo(PartnerStage.Signed));
        Assert.That((await network.Manager.Territories.ListTerritoryConflictsAsync(new ListTerritoryConflictsRequest())).TerritoryConflicts, Has.Count.EqualTo(1));
        Assert.That(await StateAsync(held), Is.EqualTo(TerritoryState.Active));
    }

    [Test]
    public async Task Ending_the_partnership_frees_the_city()
    {
        await network.Service.HearAsync(PartnerTests.Signed(first, "a1", Nanjing));
        await network.HqManager.AdvanceAsync(first, PartnerStage.Terminated, "重大违规", "裁定书");
        Assert.That((await ClaimAsync(second, "b1")).State, Is.EqualTo(TerritoryState.Reserved));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(first, "a2")), Is.EqualTo(new[] { "PARTNER_STOPPED" }));
    }

    [Test]
    public async Task Only_city_agents_claim_and_only_in_their_province()
    {
        var shop = await network.Manager.ShopAsync("南京一店");
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(shop, "a1")), Is.EqualTo(new[] { "NOT_A_CITY_AGENT" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Territories.ClaimTerritoryAsync(
            new ClaimTerritoryRequest { CityCode = "3301", Partner = first.Name, Agreement = "agreements/a1" })), Does.Contain("city_code OUTSIDE_PROVINCE"));
        await Refused.Async(StatusCode.NotFound, async () => await network.ZhejiangManager.Territories.ClaimTerritoryAsync(Request(first, "a1")));
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Wang.Territories.ClaimTerritoryAsync(Request(first, "a1")));
    }

    [Test]
    public async Task Of_sixty_four_parallel_claims_exactly_one_wins()
    {
        var agents = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => network.Manager.AgentAsync($"代理{i}", "3205")));
        var outcomes = await Task.WhenAll(agents.Select(async (agent, i) =>
        {
            try
            {
                return (await network.Manager.Territories.ClaimTerritoryAsync(new ClaimTerritoryRequest { CityCode = "3205", Partner = agent.Name, Agreement = $"agreements/c{i}" })).Partner;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
            {
                return "";
            }
        }));
        Assert.That(outcomes.Where(o => o.Length > 0).ToList(), Has.Count.EqualTo(1));
        Assert.That((await network.Manager.Territories.ListTerritoriesAsync(new ListTerritoriesRequest { CityCode = "3205" })).Territories.Single().Partner, Is.EqualTo(outcomes.Single(o => o.Length > 0)));
        Assert.That((await network.Manager.Territories.ListTerritoryConflictsAsync(new ListTerritoryConflictsRequest { PageSize = 100 })).TerritoryConflicts, Has.Count.EqualTo(63));
    }

    [Test]
    public async Task The_claim_and_its_conflict_are_on_the_audit_trail()
    {
        var claim = await ClaimAsync(first, "a1");
        await Refused.Async(StatusCode.FailedPrecondition, () => ClaimAsync(second, "b1"));
        var audit = await network.CentreManager.Operations.ListAuditEntriesAsync(new ListAuditEntriesRequest { Resource = claim.Name });
        Assert.That(audit.AuditEntries.Select(a => a.Action), Is.EqualTo(new[] { "territory.claim" }));
    }

    private static ClaimTerritoryRequest Request(Partner partner, string agreement, string requestId = "") =>
        new() { CityCode = Nanjing, Partner = partner.Name, Agreement = $"agreements/{agreement}", RequestId = requestId };

    private async Task<Territory> ClaimAsync(Partner partner, string agreement, string requestId = "") =>
        await network.Manager.Territories.ClaimTerritoryAsync(Request(partner, agreement, requestId));

    private async Task<TerritoryState> StateAsync(Territory territory) =>
        (await network.Manager.Territories.ListTerritoriesAsync(new ListTerritoriesRequest())).Territories.Single(t => t.Name == territory.Name).State;
}
