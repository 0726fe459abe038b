using System.Net;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>One action on many partners: tried first, done once, each with its own result.</summary>
public class BulkActionTests
{
    private Network network = null!;

    [SetUp]
    public async Task StartAsync() => network = await Network.StartAsync();

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task What_a_trial_says_is_what_happens_and_the_trial_changes_nothing()
    {
        var shops = await ShopsAsync(3);
        await network.Manager.AdvanceAsync(shops[0], PartnerStage.Target);
        await network.Manager.AdvanceAsync(shops[1], PartnerStage.Lost, "关店");
        var request = new StartBulkActionRequest
        {
            Kind = BulkActionKind.Advance,
            Stage = PartnerStage.Target,
            Partners = { shops.Select(shop => shop.Name).Append("partners/unknown") },
            DryRun = true,
        };
        request.Partners.Add(shops[2].Name);
        var before = (await network.Service.PublishedAsync<PartnerChanged>()).Count;
        var tried = await RunAsync(request);
        Assert.That((await network.Service.PublishedAsync<PartnerChanged>()).Count, Is.EqualTo(before));
        Assert.That((await network.Manager.GetAsync(shops[2])).Stage, Is.EqualTo(PartnerStage.Surveyed));

        request.DryRun = false;
        var done = await RunAsync(request);
        Assert.That(done.Items, Is.EqualTo(tried.Items));
        Assert.That(done.Items, Is.EquivalentTo(new[]
        {
            (shops[0].Name, BulkItemState.Unchanged, ""), (shops[1].Name, BulkItemState.Done, ""), (shops[2].Name, BulkItemState.Done, ""), ("partners/unknown", BulkItemState.Refused, "NOT_FOUND"),
        }));
        Assert.That(done.Result, Is.EqualTo(new BulkActionResult { Total = 4, Done = 2, Unchanged = 1, Refused = 1 }));
        Assert.That(tried.Result, Is.EqualTo(new BulkActionResult { DryRun = true, Total = 4, Done = 2, Unchanged = 1, Refused = 1 }));
        Assert.That((await network.Manager.GetAsync(shops[2])).Stage, Is.EqualTo(PartnerStage.Target));
    }

    [Test]
    public async Task A_filter_takes_what_it_finds_now_and_the_result_can_be_carried_away()
    {
        var shops = await ShopsAsync(120);
        await network.Manager.ShopAsync("苏州店", "3205");
        var merged = await network.Manager.ShopAsync("南京一号店");
        await network.Manager.Duplicates.MergePartnersAsync(new MergePartnersRequest { Name = shops[0].Name, Source = merged.Name });
        var request = new StartBulkActionRequest { Kind = BulkActionKind.Assign, Assignee = $"staff/{network.WangId}", Filter = new BulkFilter { CityCode = "3201" }, RequestId = "once" };
        var first = await network.Manager.Bulk.StartBulkActionAsync(request);
        Assert.That(first.ProgressTotal, Is.EqualTo(120));
        Assert.That((await network.Manager.Operations.GetOperationAsync(new GetOperationRequest { Name = first.Name })).ProgressTotal, Is.EqualTo(120), "its size is known before it begins");
        Assert.That((await network.Manager.Bulk.StartBulkActionAsync(request)).Name, Is.EqualTo(first.Name), "the same request starts nothing new");
        var done = await FinishAsync(network.Manager, first);
        Assert.That((done.ProgressDone, BulkActionResult.Parser.ParseJson(done.ResultJson).Done), Is.EqualTo((120L, 120L)));
        Assert.That((await network.Wang.Partners.ListPartnersAsync(new ListPartnersRequest { PageSize = 1000 })).Partners.Select(p => p.Name), Is.EquivalentTo(shops.Select(s => s.Name)));

        using var sheet = await network.Manager.Rest.GetAsync($"/v1/{done.Name}/items:export");
        Assert.That(sheet.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await sheet.Content.ReadAsByteArrayAsync())[..2], Is.EqualTo("PK"u8.ToArray()));
        await Refused.Async(StatusCode.NotFound, async () => await network.CentreManager.Bulk.ListBulkActionItemsAsync(new ListBulkActionItemsRequest { Operation = done.Name }));
    }

    [Test]
    public async Task Work_goes_on_after_a_restart_and_each_partner_is_acted_on_once()
    {
        await ShopsAsync(400);
        var operation = await network.Manager.Bulk.StartBulkActionAsync(new StartBulkActionRequest { Kind = BulkActionKind.Advance, Stage = PartnerStage.Target, Filter = new BulkFilter() });
        await Eventually.Async(async () => (await network.Manager.Operations.GetOperationAsync(new GetOperationRequest { Name = operation.Name })).ProgressDone > 0, TimeSpan.FromSeconds(30), "it begins");
        await network.Service.RestartAsync();
        var done = await FinishAsync(network.Manager, operation);
        Assert.That(BulkActionResult.Parser.ParseJson(done.ResultJson), Is.EqualTo(new BulkActionResult { Total = 400, Done = 400 }));
        var told = (await network.Service.PublishedAsync<PartnerChanged>()).Where(e => e.Stage == "target").ToList();
        Assert.That(told.Select(e => e.AggregateId).Distinct().Count(), Is.EqualTo(400));
        Assert.That(told, Has.Count.EqualTo(400));
    }

    [Test]
    public async Task Cancelled_work_stops_where_it_stands()
    {
        await ShopsAsync(600);
        var operation = await network.Manager.Bulk.StartBulkActionAsync(new StartBulkActionRequest { Kind = BulkActionKind.Advance, Stage = PartnerStage.Target, Filter = new BulkFilter() });
        await network.Manager.Operations.CancelOperationAsync(new CancelOperationRequest { Name = operation.Name });
        var done = await FinishAsync(network.Manager, operation);
        Assert.That(done.Error.Code, Is.EqualTo((int)StatusCode.Cancelled));
        var moved = (await network.Service.PublishedAsync<PartnerChanged>()).Count(e => e.Stage == "target");
        Assert.That(moved, Is.EqualTo(done.ProgressDone).And.LessThan(600));
    }

    [Test]
    public async Task An_agent_handed_over_takes_its_shops_along()
    {
        await network.CreateCentreAsync("ah", "安徽销售服务中心", "34");
        var agent = await network.Manager.AgentAsync("南京代理");
        var shop = await network.Manager.ShopAsync("南京一店", parent: agent.Name);
        var alone = await network.Manager.ShopAsync("南京二店");
        await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = alone.Name, Assignee = $"staff/{network.WangId}" });
        var territory = await network.Manager.Territories.ClaimTerritoryAsync(new ClaimTerritoryRequest { Partner = agent.Name, CityCode = "3201", Agreement = "agreements/a1" });
        var request = new StartBulkActionRequest { Kind = BulkActionKind.Transfer, Organisation = "organisations/ah", Reason = "并入安徽", Partners = { alone.Name, shop.Name, agent.Name } };
        Assert.That((await RunAsync(request, network.Manager)).Items.Select(item => item.Reason), Is.All.EqualTo("NOT_FOUND"), "the other centre is not the manager's");
        var done = await RunAsync(request, network.Admin);
        Assert.That(done.Items.Select(item => item.State), Is.EquivalentTo(new[] { BulkItemState.Done, BulkItemState.Done, BulkItemState.Unchanged }));
        var (agentNow, shopNow, aloneNow) = (await network.Admin.GetAsync(agent), await network.Admin.GetAsync(shop), await network.Admin.GetAsync(alone));
        Assert.Multiple(async () =>
        {
            Assert.That(agentNow.ScopePath, Is.EqualTo(agent.ScopePath.Replace("/js/", "/ah/")));
            Assert.That((shopNow.ScopePath, shopNow.Parent, shopNow.Organisation), Is.EqualTo((shop.ScopePath.Replace("/js/", "/ah/"), agent.Name, "organisations/ah")));
            Assert.That((aloneNow.Assignee, aloneNow.Organisation), Is.EqualTo(("", "organisations/ah")), "who does not work there looks after it no longer");
            var there = new Acting(network, network.Service.TokenFor("sales-manager", "/hq/ah/"));
            Assert.That((await there.Territories.ListTerritoriesAsync(new ListTerritoriesRequest())).Territories.Select(t => t.Name), Is.EqualTo(new[] { territory.Name }));
        });
    }

    [Test]
    public async Task Many_get_a_credit_grade_and_who_has_it_keeps_it()
    {
        var shops = await ShopsAsync(2);
        await network.Manager.Files.GradeCreditAsync(new GradeCreditRequest { Name = shops[0].Name, Grade = CreditGrade.B, Reason = "按期付款" });
        var done = await RunAsync(new StartBulkActionRequest { Kind = BulkActionKind.Grade, CreditGrade = CreditGrade.B, Reason = "年度评定", Filter = new BulkFilter() });
        Assert.That(done.Result, Is.EqualTo(new BulkActionResult { Total = 2, Done = 1, Unchanged = 1 }));
        var grades = await network.Manager.Files.ListCreditGradingsAsync(new ListCreditGradingsRequest { Partner = shops[1].Name });
        Assert.That(grades.Gradings.Select(g => (g.Grade, g.Reason)), Is.EqualTo(new[] { (CreditGrade.B, "年度评定") }));
    }

    [Test]
    public async Task Every_fault_of_the_request_is_named_and_rights_are_needed()
    {
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Bulk.StartBulkActionAsync(new StartBulkActionRequest { Kind = BulkActionKind.Transfer })),
            Is.EqualTo(new[] { "INVALID_ARGUMENT", "partners ONE_OF", "organisation REQUIRED" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Bulk.StartBulkActionAsync(
            new StartBulkActionRequest { Kind = BulkActionKind.Advance, Filter = new BulkFilter(), Partners = { "partners/a" } })), Is.EqualTo(new[] { "INVALID_ARGUMENT", "partners ONE_OF", "stage REQUIRED" }));
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Wang.Bulk.StartBulkActionAsync(new StartBulkActionRequest { Kind = BulkActionKind.Assign, Filter = new BulkFilter() }));
    }

    private async Task<List<Partner>> ShopsAsync(int n) => [.. await Task.WhenAll(Enumerable.Range(1, n).Select(i => network.Manager.ShopAsync($"南京{i}店")))];

    private async Task<(BulkActionResult Result, List<(string Name, BulkItemState State, string Reason)> Items)> RunAsync(StartBulkActionRequest request, Acting? acting = null)
    {
        acting ??= network.Manager;
        var done = await FinishAsync(acting, await acting.Bulk.StartBulkActionAsync(request));
        var items = await acting.Bulk.ListBulkActionItemsAsync(new ListBulkActionItemsRequest { Operation = done.Name, PageSize = 1000 });
        return (BulkActionResult.Parser.ParseJson(done.ResultJson), [.. items.Items.Select(item => (item.Partner, item.State, item.Reason))]);
    }

    internal static async Task<Operation> FinishAsync(Acting acting, Operation operation)
    {
        var now = operation;
        await Eventually.Async(async () => (now = await acting.Operations.GetOperationAsync(new GetOperationRequest { Name = operation.Name })).Done, TimeSpan.FromSeconds(60), "the operation ends");
        return now;
    }
}
