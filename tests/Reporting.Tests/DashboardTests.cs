using System.Text.Json;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class DashboardTests(DatabaseUnderTest database)
{
    private static readonly DateTimeOffset Opened = ChinaTime.At(new(2026, 11, 10), new TimeOnly(9, 0));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private ReportingHouse house = null!;

    [SetUp]
    public async Task StartAsync() => house = await ReportingHouse.StartAsync(database);

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    [Test]
    public async Task The_funnel_counts_who_stands_where_and_who_came_there()
    {
        await house.Service.HearAsync(Heard.Partner("p3", "/hq/js/p3/", "s1", "surveyed", city: "3205"));
        await house.Service.HearAsync(Heard.Partner("p3", "/hq/js/p3/", "s1", "target", "surveyed", 2, city: "3205"));
        await house.Service.HearAsync(Heard.Partner("p3", "/hq/js/p3/", "s1", "target", "target", 3, city: "3205"));

        var funnel = await house.Dashboards(house.Hq).GetFunnelAsync(new GetFunnelRequest());

        Assert.That(funnel.Stages.Where(stage => stage.Reached > 0).Select(stage => (stage.Stage_, stage.Count, stage.Reached)), Is.EqualTo(new[]
        {
            ("surveyed", 0L, 1L), ("target", 1L, 1L), ("signed", 3L, 3L), ("trained", 1L, 1L),
        }));
        Assert.That(funnel.Stages, Has.Count.EqualTo(9));
        Assert.That(funnel.Total, Is.EqualTo(5));
        Assert.That(funnel.Cells.Select(cell => (cell.OrganisationName, cell.City, cell.Stage, cell.Count)), Is.EquivalentTo(new[]
        {
            ("江苏销售服务中心", "南京市", "signed", 2L), ("江苏销售服务中心", "苏州市", "target", 1L), ("江苏销售服务中心", "苏州市", "trained", 1L), ("浙江销售服务中心", "杭州市", "signed", 1L),
        }));
        Assert.That((await house.Dashboards(house.Manager).GetFunnelAsync(new GetFunnelRequest())).Total, Is.EqualTo(4));
        Assert.That((await house.Dashboards(house.S1).GetFunnelAsync(new GetFunnelRequest())).Total, Is.EqualTo(3));
        Assert.That((await house.Dashboards(house.S1).GetFunnelAsync(new GetFunnelRequest { CityCode = "3205" })).Total, Is.EqualTo(1));
        Assert.That((await house.Dashboards(house.S9).GetFunnelAsync(new GetFunnelRequest())).Total, Is.EqualTo(1));
        Assert.That((await house.Dashboards(house.Hq).GetFunnelAsync(new GetFunnelRequest { Organisation = "organisations/js" })).Total, Is.EqualTo(4));
    }

    [Test]
    public async Task A_centre_that_moves_is_counted_where_it_is()
    {
        await house.Service.HearAsync(Heard.Organisation("east", "/hq/east/", "region"));
        await house.Service.HearAsync(Heard.Organisation("js", "/hq/east/js/", version: 2, name: "江苏销售服务中心") with { PreviousScopePath = "/hq/js/", ParentId = "east" });
        // Told before the move, and heard after it.
        await house.Service.HearAsync(Heard.Partner("p3", "/hq/js/p3/", "s1", "surveyed", city: "3205"));
        var all = await house.Dashboards(house.Hq).GetFunnelAsync(new GetFunnelRequest());
        var east = await house.Dashboards(house.Hq).GetFunnelAsync(new GetFunnelRequest { Organisation = "organisations/east" });
        Assert.That(east.Cells.Where(cell => cell.OrganisationName == "江苏销售服务中心"), Is.EquivalentTo(all.Cells.Where(cell => cell.OrganisationName == "江苏销售服务中心")).And.Not.Empty);
        Assert.That(east.Total, Is.EqualTo(all.Total - 1), "Zhejiang's one is not there");
        Assert.That((await house.Dashboards(house.Manager).GetFunnelAsync(new GetFunnelRequest())).Total, Is.Zero, "a token of the old place");
    }

    [Test]
    public async Task Ticket_times_are_counted_by_kind_and_within_the_scope()
    {
        await house.Service.HearAsync(Heard.Ticket("t1", "p1", Opened, first: 30, resolution: 100, breached: true, level: 2, satisfaction: 4));
        await house.Service.HearAsync(Heard.Ticket("t2", "p1", Opened, first: 10, resolution: 300, satisfaction: 5));
        await house.Service.HearAsync(Heard.Ticket("t3", "p2", Opened, "repair", "open"));
        await house.Service.HearAsync(Heard.Ticket("t4", "p9", Opened, first: 999));
        await house.Service.HearAsync(Heard.Ticket("t5", "p1", Opened.AddMonths(-2), first: 999));

        var times = await house.Dashboards(house.Manager).GetTicketTimesAsync(new GetTicketTimesRequest());

        Assert.That((times.All.Count, times.All.Open, times.All.FirstResponseBreaches, times.All.Escalated), Is.EqualTo((3L, 1L, 1L, 1L)));
        Assert.That((times.All.FirstResponse.Count, times.All.FirstResponse.Average, times.All.FirstResponse.P90), Is.EqualTo((2L, 20d, 30L)));
        Assert.That((times.All.Resolution.Count, times.All.Resolution.Average, times.All.Resolution.P90), Is.EqualTo((2L, 200d, 300L)));
        Assert.That((times.All.Rated, times.All.Satisfaction), Is.EqualTo((2L, 4.5)));
        Assert.That(times.Kinds.Select(kind => (kind.Kind, kind.Count)), Is.EqualTo(new[] { ("complaint", 2L), ("repair", 1L) }));
        Assert.That((await house.Dashboards(house.S2).GetTicketTimesAsync(new GetTicketTimesRequest())).All.Count, Is.EqualTo(1));
        Assert.That((await house.Dashboards(house.S9).GetTicketTimesAsync(new GetTicketTimesRequest())).All.FirstResponse.Average, Is.EqualTo(999));
    }

    [Test]
    public async Task Who_watches_sees_each_change_of_his_figures_and_no_other()
    {
        using var watched = house.Dashboards(house.S1).WatchNetworkFigures(new WatchNetworkFiguresRequest());
        Assert.That((await NextAsync(watched)).Sales.Quantity, Is.Zero);
        await house.ReportAsync(house.Manager, ("p2", "2026-11-17", "GT-100", 9));
        await house.ReportAsync(house.Manager, ("p1", "2026-11-17", "GT-100", 3));
        Assert.That((await NextAsync(watched)).Sales.Quantity, Is.EqualTo(3), "the other salesperson's nine are no news to him");
        await house.Service.HearAsync(Heard.Ticket("t1", "p1", Opened, first: 30));
        Assert.That((await NextAsync(watched)).Tickets.All.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_watch_ends_in_its_time_over_REST_too()
    {
        var lines = (await house.Service.Rest(house.Manager).GetStringAsync("/v1/dashboards/network:watch?seconds=1&month=2026-10")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(1));
        Assert.That(NetworkFigures.Parser.ParseJson(lines[0]).Month, Is.EqualTo("2026-10"));
    }

    [Test]
    public async Task A_service_that_stops_ends_its_watches()
    {
        using var watched = new StreamReader(await house.Service.Rest(house.S1).GetStreamAsync("/v1/dashboards/network:watch?seconds=300"));
        Assert.That(await watched.ReadLineAsync().WaitAsync(Patience), Does.StartWith("{"));
        var stopping = house.DisposeAsync().AsTask();
        Assert.That((await watched.ReadToEndAsync().WaitAsync(Patience)).Trim(), Is.Empty);
        await stopping.WaitAsync(Patience);
        house = null!;
    }

    [Test]
    public async Task A_trend_has_every_day_and_the_best()
    {
        await house.ReportAsync(house.Manager, ("p1", "2026-11-12", "GT-100", 3), ("p2", "2026-11-14", "GT-100", 5), ("p1", "2026-11-08", "GT-100", 2));

        var trend = await house.Dashboards(house.Hq).GetSalesTrendAsync(new GetSalesTrendRequest { From = "2026-11-12", To = "2026-11-16" });

        Assert.That(trend.Points.Select(point => (point.Period, point.Quantity)), Is.EqualTo(new[]
        {
            ("2026-11-12", 3L), ("2026-11-13", 0L), ("2026-11-14", 5L), ("2026-11-15", 0L), ("2026-11-16", 0L),
        }));
        Assert.That(trend.Ranking.Select(row => (row.Key, row.Quantity)), Is.EqualTo(new[] { ("partners/p2", 5L), ("partners/p1", 3L) }));
        Assert.That((trend.Quantity, trend.PreviousQuantity), Is.EqualTo((8L, 2L)));
        var weeks = await house.Dashboards(house.Hq).GetSalesTrendAsync(new GetSalesTrendRequest { From = "2026-11-12", To = "2026-11-16", Grain = SalesGrain.Week });
        Assert.That(weeks.Points.Select(point => (point.Period, point.Quantity)), Is.EqualTo(new[] { ("2026-11-09", 8L), ("2026-11-16", 0L) }));
        Assert.That((await house.Dashboards(house.S2).GetSalesTrendAsync(new GetSalesTrendRequest())).Quantity, Is.EqualTo(5));
    }

    [Test]
    public async Task Sales_are_ranked_and_mixed_beside_the_period_and_the_year_before()
    {
        await house.ReportAsync(house.Hq, ("p1", "2026-10-03", "GT-100", 3), ("p2", "2026-11-14", "GT-200", 5), ("p9", "2026-10-31", "GT-200", 9), ("p1", "2026-09-30", "GT-100", 7),
            ("p1", "2025-10-01", "GT-100", 2), ("p2", "2025-11-18", "GT-100", 1), ("p2", "2025-11-19", "GT-100", 100));
        async Task<SalesTrend> AskAsync(string token, SalesGroup rankBy) =>
            await house.Dashboards(token).GetSalesTrendAsync(new GetSalesTrendRequest { From = "2026-10-01", To = "2026-11-18", Grain = SalesGrain.Quarter, RankBy = rankBy });

        var trend = await AskAsync(house.Hq, SalesGroup.Tree);
        var people = await AskAsync(house.Manager, SalesGroup.Salesperson);

        Assert.That(trend.Points.Select(point => (point.Period, point.Quantity)), Is.EqualTo(new[] { ("2026-10-01", 17L) }));
        Assert.That((trend.Quantity, trend.PreviousQuantity, trend.YearAgoQuantity), Is.EqualTo((17L, 7L, 3L)));
        Assert.That(trend.Ranks.Select(row => $"{row.Key} {row.DisplayName} {row.Quantity} {row.PreviousQuantity} {row.YearAgoQuantity}"), Is.EqualTo(new[]
        {
            "organisations/hq 总部 17 7 3", "organisations/zj 浙江销售服务中心 9 0 0", "organisations/js 江苏销售服务中心 8 7 3",
        }));
        Assert.That(trend.Mix.Select(row => (row.Key, row.Quantity)), Is.EqualTo(new[] { ("GT-200", 14L), ("GT-100", 3L) }));
        Assert.That(people.Ranks.Select(row => $"{row.Key} {row.DisplayName} {row.Quantity} {row.PreviousQuantity} {row.YearAgoQuantity}"),
            Is.EqualTo(new[] { "staff/s2 员工s2 5 0 1", "staff/s1 员工s1 3 7 2" }));
    }

    [Test]
    public async Task Obligations_are_counted_by_state_and_duty()
    {
        async Task<ObligationSummary> SummaryAsync(string token) => await house.Dashboards(token).GetObligationSummaryAsync(new GetObligationSummaryRequest());
        await Eventually.Async(async () => (await SummaryAsync(house.Hq)).Cells.Count(cell => cell.Rule == "obligationRules/self-appraisal" && cell.States.Sum(s => s.Count) == 3) == 1,
            TimeSpan.FromSeconds(30), "everybody has his obligations");
        await house.Service.HearAsync(new Events.StatisticsSubmitted
        {
            AggregateId = "y",
            Version = 1,
            ScopePath = "/hq/js/",
            OrganisationId = "js",
            StaffId = "m1",
            ReportDay = new(2026, 11, 18),
            Rows = 1,
        });

        var hq = await SummaryAsync(house.Hq);
        var statistics = hq.Cells.Where(cell => cell.Rule == "obligationRules/agreement-statistics").ToList();
        Assert.That(statistics.Select(cell => (cell.Organisation, cell.OrganisationName, cell.DisplayName, cell.States.Single().State)), Is.EquivalentTo(new[]
        {
            ("organisations/js", "江苏销售服务中心", "协议签订统计表", ObligationState.OnTime), ("organisations/zj", "浙江销售服务中心", "协议签订统计表", ObligationState.Scheduled),
        }));
        Assert.That(hq.States.Sum(state => state.Count), Is.EqualTo(hq.Cells.Sum(cell => cell.States.Sum(state => state.Count))));
        Assert.That((await SummaryAsync(house.Manager)).Cells.Select(cell => cell.Organisation).Distinct(), Is.EqualTo(new[] { "organisations/js" }));
        Assert.That((await SummaryAsync(house.S9)).Cells.Select(cell => cell.Organisation).Distinct(), Is.EqualTo(new[] { "organisations/zj" }));
        var self = (await SummaryAsync(house.S1)).Cells.Single(cell => cell.Rule == "obligationRules/self-appraisal");
        Assert.That(self.States.Sum(state => state.Count), Is.EqualTo(1), "others' own are not shown");
    }

    [Test]
    public async Task One_call_brings_the_first_screen_over_rest_too()
    {
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 10), "reported"));
        await house.Service.HearAsync(Heard.Visit("v2", "p1", new(2026, 11, 11), "missed"));
        await house.Service.HearAsync(Heard.Visit("v3", "p2", new(2026, 11, 11), "planned"));
        await house.Service.HearAsync(Heard.Visit("v4", "p1", new(2026, 10, 11), "reported"));
        await house.Service.HearAsync(Heard.Trained("tr1", "p2", new(2026, 11, 12), 8));
        await house.Service.HearAsync(new Events.TrainingRequestChanged { AggregateId = "tr1", Version = 3, ScopePath = "/hq/js/", PartnerId = "p2", State = "held", CourseId = "c", StartTime = Opened });
        await house.Service.HearAsync(Heard.Signed("g1", "a1", new(2026, 11, 3), "city-agent"));
        await house.Service.HearAsync(new Events.AgreementChanged { AggregateId = "g1", Version = 6, ScopePath = "/hq/js/", PartnerId = "a1", Kind = "city-agent", State = "active" });
        await house.Service.HearAsync(new Events.TerritoryChanged { AggregateId = "te", Version = 1, ScopePath = "/hq/js/", CityCode = "3201", PartnerId = "a1", State = "active" });
        await house.Service.HearAsync(new Events.TerritoryConflictOpened { AggregateId = "c", Version = 1, ScopePath = "/hq/js/", CityCode = "3201", HolderPartnerId = "a1", ClaimantPartnerId = "p2" });
        await house.ReportAsync(house.Manager, ("p1", "2026-11-17", "GT-100", 5));

        var figures = await house.Dashboards(house.Manager).GetNetworkFiguresAsync(new GetNetworkFiguresRequest());

        Assert.That((figures.Month, figures.Funnel.Total, figures.Sales.Quantity, figures.Sales.Points.Count), Is.EqualTo(("2026-11", 3L, 5L, 30)));
        Assert.That((figures.Activity.Visits, figures.Activity.VisitsReported, figures.Activity.VisitsMissed), Is.EqualTo((3L, 1L, 1L)));
        Assert.That((figures.Activity.TrainingsHeld, figures.Activity.TrainedPeople, figures.Activity.AgreementsSigned), Is.EqualTo((1L, 8L, 1L)));
        Assert.That((figures.CitiesHeld, figures.ConflictsOpened), Is.EqualTo((1L, 1L)));
        var s9 = await house.Dashboards(house.S9).GetNetworkFiguresAsync(new GetNetworkFiguresRequest());
        Assert.That((s9.Activity.Visits, s9.Activity.AgreementsSigned, s9.CitiesHeld, s9.ConflictsOpened, s9.Sales.Quantity), Is.EqualTo((0L, 0L, 0L, 0L, 0L)));
        using var json = JsonDocument.Parse(await house.Service.Rest(house.Manager).GetStringAsync("/v1/dashboards/network?month=2026-11"));
        Assert.That(json.RootElement.GetProperty("activity").GetProperty("visits").ToString(), Is.EqualTo("3"));
    }

    private static async Task<NetworkFigures> NextAsync(AsyncServerStreamingCall<NetworkFigures> watched)
    {
        Assert.That(await watched.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience), Is.True);
        return watched.ResponseStream.Current;
    }
}
