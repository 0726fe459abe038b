using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>The tree changes shape: what is below goes along, nobody is lost, and what is closed stays closed.</summary>
public class OrganisationMoveTests
{
    private Network network = null!;

    [SetUp]
    public async Task StartAsync()
    {
        network = await Network.StartAsync();
        await CreateAsync("east", OrganisationKind.Region, "hq");
        await CreateAsync("west", OrganisationKind.Region, "hq");
    }

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_centre_moves_with_everything_it_has()
    {
        var agent = await network.Manager.AgentAsync("南京代理");
        var shop = await network.Manager.ShopAsync("南京一店", parent: agent.Name);
        await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = $"staff/{network.WangId}" });
        var visit = await network.Wang.Visits.PlanVisitAsync(new PlanVisitRequest
        {
            Visit = new Visit { Partner = shop.Name, Kind = VisitKind.ClientVisit, PlannedDate = ChinaTime.Today(network.Service.Clock).ToString("yyyy-MM-dd") },
        });
        var territory = await network.Manager.Territories.ClaimTerritoryAsync(new ClaimTerritoryRequest { Partner = agent.Name, CityCode = "3201", Agreement = "agreements/a1" });

        var moved = await MoveAsync("js", "east");

        Assert.That((moved.ScopePath, moved.Parent), Is.EqualTo(("/hq/east/js/", "organisations/east")));
        var there = Manager("/hq/east/js/");
        Assert.Multiple(async () =>
        {
            Assert.That((await there.GetAsync(agent)).ScopePath, Is.EqualTo(agent.ScopePath.Replace("/hq/js/", "/hq/east/js/")));
            Assert.That((await there.GetAsync(shop)).ScopePath, Is.EqualTo(shop.ScopePath.Replace("/hq/js/", "/hq/east/js/")));
            Assert.That((await there.Visits.GetVisitAsync(new GetVisitRequest { Name = visit.Name })).Name, Is.EqualTo(visit.Name));
            Assert.That((await there.Territories.ListTerritoriesAsync(new ListTerritoriesRequest())).Territories.Single().Name, Is.EqualTo(territory.Name));
            Assert.That((await there.Staff.GetStaffAsync(new GetStaffRequest { Name = $"staff/{network.WangId}" })).ScopePath, Is.EqualTo("/hq/east/js/"));
        });
        var trail = await Acting("auditor", "/hq/east/js/").Operations.ListAuditEntriesAsync(new ListAuditEntriesRequest { Resource = shop.Name });
        Assert.That(trail.AuditEntries.Select(entry => entry.Action), Is.EqualTo(new[] { "partner.assign", "partner.create" }), "what was done stays with the record");
        var told = (await network.Service.PublishedAsync<OrganisationChanged>()).Last();
        Assert.That((told.AggregateId, told.Version, told.ScopePath, told.PreviousScopePath), Is.EqualTo(("js", 2L, "/hq/east/js/", "/hq/js/")));
        Assert.That((await network.Service.PublishedAsync<PartnerChanged>()).Count(e => e.ScopePath.Contains("east", StringComparison.Ordinal)), Is.Zero, "one event for the centre, none for each partner");

        // Whoever read the shop before the move must read it again.
        var stale = await Refused.Async(StatusCode.Aborted, async () => await there.Partners.UpdatePartnerAsync(new UpdatePartnerRequest { Partner = shop, UpdateMask = new() { Paths = { "address" } } }));
        Assert.That(stale, Is.EqualTo(new[] { "ETAG_MISMATCH" }));
        Assert.That((await Acting("salesperson", "/hq/east/js/", network.WangId).Visits.CancelVisitAsync(new CancelVisitRequest { Name = visit.Name, Reason = "改期" })).State, Is.EqualTo(VisitState.Cancelled));
    }

    [Test]
    public async Task A_token_of_the_old_place_sees_nothing_and_leaves_nothing_there()
    {
        var shop = await network.Manager.ShopAsync("南京一店");
        await MoveAsync("js", "east");
        await Refused.Async(StatusCode.NotFound, async () => await network.Manager.GetAsync(shop));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.ShopAsync("南京二店")), Does.Contain("partner.organisation NOT_FOUND"));
        Assert.That((await network.Manager.Partners.ListPartnersAsync(new ListPartnersRequest())).Partners, Is.Empty);
        // A centre that comes to the place must not be seen by it either.
        await CreateAsync("jsn", OrganisationKind.Centre, "hq", "35");
        await Acting("sales-manager", "/hq/jsn/").ShopAsync("厦门一店", "3502");
        Assert.That((await network.Manager.Partners.ListPartnersAsync(new ListPartnersRequest())).Partners, Is.Empty);
    }

    [Test]
    public async Task Moving_takes_both_places_a_reason_and_no_cycle()
    {
        await CreateAsync("jsa", OrganisationKind.Centre, "js", "50");
        await MoveAsync("js", "east");
        Assert.Multiple(async () =>
        {
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => MoveAsync("east", "east")), Does.Contain("parent CYCLE"));
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => MoveAsync("js", "jsa")), Does.Contain("parent CYCLE"));
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => MoveAsync("east", "zj")), Does.Contain("parent WRONG_KIND"));
            Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => MoveAsync("hq", "east")), Does.Contain("HQ_STAYS"));
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => MoveAsync("jsa", "nowhere")), Does.Contain("parent NOT_FOUND"));
            var manager = Acting("centre-general-manager", "/hq/east/js/");
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await manager.Organisations.MoveOrganisationAsync(
                new MoveOrganisationRequest { Name = "organisations/jsa", Parent = "organisations/zj", Reason = "扩张" })), Does.Contain("parent NOT_FOUND"));
            await Refused.Async(StatusCode.NotFound, async () => await manager.Organisations.MoveOrganisationAsync(
                new MoveOrganisationRequest { Name = "organisations/zj", Parent = "organisations/js", Reason = "扩张" }));
        });
        var again = await MoveAsync("js", "east");
        Assert.That(again.Etag, Is.EqualTo("v2"), "a move to where it is changes nothing");
    }

    [Test]
    public async Task Moves_at_the_same_moment_make_no_cycle_and_no_orphan()
    {
        string[] regions = ["a1", "a2", "a3", "a4"];
        foreach (var id in regions)
            await CreateAsync(id, OrganisationKind.Region, "hq");
        var shops = new List<Partner>();
        var random = new Random(7);
        for (var round = 0; round < 12; round++)
        {
            var moves = Enumerable.Range(0, 6).Select(_ => (regions[random.Next(4)], random.Next(4) == 0 ? "hq" : regions[random.Next(4)])).ToList();
            await Task.WhenAll(moves.Select(move => TryAsync(() => MoveAsync(move.Item1, move.Item2)))
                .Append(TryAsync(async () => shops.Add(await ShopAtAsync(regions[random.Next(4)], $"店{round}")))));
            var tree = (await network.Admin.Organisations.GetOrganisationTreeAsync(new GetOrganisationTreeRequest())).Nodes.Select(node => node.Organisation).ToDictionary(o => o.Name);
            foreach (var organisation in tree.Values.Where(o => o.Parent.Length > 0))
                Assert.That(organisation.ScopePath, Is.EqualTo($"{tree[organisation.Parent].ScopePath}{organisation.Name["organisations/".Length..]}/"));
            foreach (var shop in shops)
            {
                var now = await network.Admin.GetAsync(shop);
                Assert.That(now.ScopePath, Is.EqualTo($"{tree[now.Organisation].ScopePath}{now.Name["partners/".Length..]}/"));
            }
        }
        Assert.That(shops, Has.Count.EqualTo(12));
    }

    [Test]
    public async Task The_tree_comes_in_one_call_with_what_each_has()
    {
        await CreateAsync("jsyx", OrganisationKind.Department, "js");
        await network.Manager.ShopAsync("南京一店");
        await MoveAsync("js", "east");
        var tree = await network.Admin.Organisations.GetOrganisationTreeAsync(new GetOrganisationTreeRequest());
        Assert.That(tree.Nodes.Select(node => (node.Organisation.Name["organisations/".Length..], node.Depth, node.StaffCount, node.PartnerCount, node.SignedCount)), Is.EqualTo(new[]
        {
            ("hq", 0, 0L, 0L, 0L), ("east", 1, 0L, 0L, 0L), ("js", 2, 2L, 1L, 0L), ("jsyx", 3, 0L, 0L, 0L), ("west", 1, 0L, 0L, 0L), ("zj", 1, 0L, 0L, 0L),
        }));
        var own = await Acting("salesperson", "/hq/east/js/", network.WangId).Organisations.GetOrganisationTreeAsync(new GetOrganisationTreeRequest());
        Assert.That(own.Nodes.Select(node => (node.Organisation.Name, node.Depth, node.PartnerCount)),
            Is.EqualTo(new[] { ("organisations/js", 0, 0L), ("organisations/jsyx", 1, 0L) }), "a salesperson counts what is assigned to her");
    }

    [Test]
    public async Task A_centre_is_closed_once_it_is_empty_and_takes_nothing_any_more()
    {
        var zhejiang = new CloseOrganisationRequest { Name = "organisations/zj", Reason = "并入江苏" };
        var shop = await network.ZhejiangManager.ShopAsync("杭州一店", "3301");
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.Admin.Organisations.CloseOrganisationAsync(zhejiang)), Does.Contain("ORGANISATION_IN_USE"));
        await network.ZhejiangManager.AdvanceAsync(shop, PartnerStage.Lost, "关店");
        var closed = await network.Admin.Organisations.CloseOrganisationAsync(zhejiang);
        Assert.That((closed.State, closed.ProvinceCode), Is.EqualTo((OrganisationState.Closed, "")));
        Assert.That((await network.Service.PublishedAsync<OrganisationChanged>())[^1], Has.Property("AggregateId").EqualTo("zj").And.Property("Closed").True);
        Assert.Multiple(async () =>
        {
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.ZhejiangManager.ShopAsync("杭州二店", "3301")), Does.Contain("partner.organisation CLOSED"));
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => CreateAsync("zja", OrganisationKind.Department, "zj")), Does.Contain("organisation.parent CLOSED"));
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => MoveAsync("js", "zj")), Does.Contain("parent CLOSED"));
            Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => MoveAsync("zj", "east")), Does.Contain("ORGANISATION_CLOSED"));
            Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.Admin.Organisations.CloseOrganisationAsync(zhejiang)), Does.Contain("ORGANISATION_CLOSED"));
        });
        await CreateAsync("zj2", OrganisationKind.Centre, "hq", "33");
        Assert.That((await network.Admin.Organisations.GetOrganisationTreeAsync(new GetOrganisationTreeRequest())).Nodes.Select(n => n.Organisation.Name), Has.None.EqualTo("organisations/zj"));
        Assert.That((await network.Admin.Organisations.GetOrganisationTreeAsync(new GetOrganisationTreeRequest { ShowClosed = true })).Nodes.Select(n => n.Organisation.Name), Has.One.EqualTo("organisations/zj"));
    }

    [Test]
    public async Task A_name_and_a_province_are_corrected()
    {
        var centre = await network.Admin.Organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = "organisations/zj" });
        centre.DisplayName = "浙东中心";
        centre.ProvinceCode = "35";
        var changed = await network.Admin.Organisations.UpdateOrganisationAsync(new UpdateOrganisationRequest { Organisation = centre });
        Assert.That((changed.DisplayName, changed.ProvinceCode, changed.Etag), Is.EqualTo(("浙东中心", "35", "v2")));
        changed.ProvinceCode = "32";
        Assert.That(await Refused.Async(StatusCode.AlreadyExists, async () => await network.Admin.Organisations.UpdateOrganisationAsync(new UpdateOrganisationRequest { Organisation = changed })), Does.Contain("ORGANISATION_EXISTS"));
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Manager.Organisations.UpdateOrganisationAsync(new UpdateOrganisationRequest { Organisation = changed }));
    }

    private static async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.InvalidArgument or StatusCode.Aborted)
        {
            // A cycle, or too deep.
        }
    }

    private Acting Acting(string role, string path, string? staff = null) => new(network, network.Service.TokenFor(role, path, staff));

    private Acting Manager(string path) => Acting("sales-manager", path, "manager");

    private async Task<Partner> ShopAtAsync(string organisation, string name) => await network.Admin.Partners.CreatePartnerAsync(new CreatePartnerRequest
    {
        Partner = new Partner { DisplayName = name, Kind = PartnerKind.Terminal, CityCode = "3201", Organisation = $"organisations/{organisation}" },
    });

    private async Task<Organisation> MoveAsync(string id, string parent) =>
        await network.Admin.Organisations.MoveOrganisationAsync(new MoveOrganisationRequest { Name = $"organisations/{id}", Parent = $"organisations/{parent}", Reason = "调整" });

    private async Task CreateAsync(string id, OrganisationKind kind, string parent, string province = "") =>
        await network.Admin.Organisations.CreateOrganisationAsync(new CreateOrganisationRequest
        {
            OrganisationId = id,
            Organisation = new Organisation { DisplayName = id, Kind = kind, Parent = $"organisations/{parent}", ProvinceCode = province },
        });
}
