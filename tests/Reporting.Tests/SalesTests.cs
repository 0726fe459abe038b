using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Qudao.Events;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class SalesTests(DatabaseUnderTest database)
{
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
    public async Task Reported_lines_stand_and_are_published()
    {
        var reply = await house.ReportAsync(house.S1, ("p1", "2026-11-17", "gt-100", 5), ("p1", "2026-11-18", "GT-100", 0));

        Assert.That(reply.Created, Is.EqualTo(2));
        Assert.That(reply.DailySales.Select(line => (line.Partner, line.PartnerName, line.Day, line.ProductCode, line.Quantity, line.Corrected)), Is.EqualTo(new[]
        {
            ("partners/p1", "机构p1", "2026-11-17", "GT-100", 5L, false),
            ("partners/p1", "机构p1", "2026-11-18", "GT-100", 0L, false),
        }));
        var listed = await house.Sales(house.Manager).ListDailySalesAsync(new ListDailySalesRequest());
        Assert.That(listed.DailySales, Is.EqualTo(reply.DailySales));
        var published = await house.Service.PublishedAsync<DailySalesReported>();
        Assert.That(published.Select(e => (e.PartnerId, e.Day, e.ProductCode, e.Quantity, e.Version, e.ScopePath, e.AssigneeId)), Is.EquivalentTo(new[]
        {
            ("p1", new DateOnly(2026, 11, 17), "GT-100", 5L, 1L, "/hq/js/a1/p1/", "s1"),
            ("p1", new DateOnly(2026, 11, 18), "GT-100", 0L, 1L, "/hq/js/a1/p1/", "s1"),
        }));
    }

    [Test]
    public async Task All_faults_are_named_at_once_and_nothing_is_stored()
    {
        await house.ReportAsync(house.S1, ("p1", "2026-11-16", "GT-100", 5));
        var request = new ReportDailySalesRequest();
        request.Lines.Add(new[]
        {
            ("p1", "2026-11-17", "GT-100", 1L), ("p1", "2026-11-19", "GT-100", 1), ("nobody", "2026-11-17", "GT-100", 1), ("p1", "2026-11-16", "GT-100", 6),
            ("p1", "2026-11-17", "gt-100", 1), ("p1", "2026-11-17", "产品", 1), ("p9", "2026-11-17", "GT-100", 1),
        }.Select(ReportingHouse.Line));

        var (code, _, fields) = await ReportingHouse.RefusalOfAsync(house.Sales(house.S1).ReportDailySalesAsync(request));

        Assert.That(code, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(fields, Is.EquivalentTo(new[]
        {
            "lines[1].day IN_FUTURE", "lines[2].partner NOT_FOUND", "lines[3].quantity ALREADY_REPORTED", "lines[4] DUPLICATE",
            "lines[5].product_code BAD_FORMAT", "lines[6].partner NOT_FOUND",
        }));
        Assert.That((await house.Sales(house.Hq).ListDailySalesAsync(new ListDailySalesRequest())).DailySales, Has.Count.EqualTo(1));
        Assert.That(await house.Service.PublishedAsync<DailySalesReported>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Malformed_lines_are_refused_by_field()
    {
        var request = new ReportDailySalesRequest();
        request.Lines.Add(new DailySalesLine { Partner = "p1", Day = "18.11.2026", ProductCode = "GT-100" });
        request.Lines.Add(new DailySalesLine { Partner = "partners/p1", Day = "2026-11-18", ProductCode = "GT-100", Quantity = -1 });

        var (code, _, fields) = await ReportingHouse.RefusalOfAsync(house.Sales(house.S1).ReportDailySalesAsync(request));

        Assert.That(code, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(fields, Is.EquivalentTo(new[]
        {
            "lines[0].partner BAD_FORMAT", "lines[0].day BAD_FORMAT", "lines[0].quantity REQUIRED", "lines[1].quantity OUT_OF_RANGE",
        }));
    }

    [Test]
    public async Task The_same_line_again_changes_nothing()
    {
        var first = await house.ReportAsync(house.S1, ("p1", "2026-11-17", "GT-100", 5));
        var second = await house.ReportAsync(house.S1, ("p1", "2026-11-17", "gt-100", 5));

        Assert.That(second.Created, Is.Zero);
        Assert.That(second.DailySales, Is.EqualTo(first.DailySales));
        Assert.That(await house.Service.PublishedAsync<DailySalesReported>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_request_id_reports_once()
    {
        var request = new ReportDailySalesRequest { RequestId = "r1", Lines = { ReportingHouse.Line(("p1", "2026-11-17", "GT-100", 5)) } };

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => await house.Sales(house.S1).ReportDailySalesAsync(request)));

        Assert.That(replies.Distinct(), Has.Exactly(1).Items);
        Assert.That(replies[0].Created, Is.EqualTo(1));
    }

    [Test]
    public async Task A_correction_keeps_what_it_was_and_moves_the_sums()
    {
        var line = (await house.ReportAsync(house.S1, ("p1", "2026-11-17", "GT-100", 5))).DailySales[0];

        var corrected = await house.Sales(house.Manager).CorrectDailySalesAsync(new CorrectDailySalesRequest { Name = line.Name, Quantity = 3, Reason = "退货两台", Etag = line.Etag });

        Assert.That((corrected.Quantity, corrected.Corrected), Is.EqualTo((3L, true)));
        Assert.That(await house.Sales(house.S1).GetDailySalesAsync(new GetDailySalesRequest { Name = line.Name }), Is.EqualTo(corrected));
        var corrections = await house.Sales(house.S1).ListSalesCorrectionsAsync(new ListSalesCorrectionsRequest { Parent = line.Name });
        Assert.That(corrections.SalesCorrections.Select(c => (c.PreviousQuantity, c.Quantity, c.Reason, c.Corrector)), Is.EqualTo(new[] { (5L, 3L, "退货两台", "m1") }));
        var sum = await house.Sales(house.S1).GetSalesSummaryAsync(new GetSalesSummaryRequest { From = "2026-11-01", To = "2026-11-30", Grain = SalesGrain.Month });
        Assert.That(sum.Quantity, Is.EqualTo(3));
        var last = (await house.Service.PublishedAsync<DailySalesReported>())[^1];
        Assert.That((last.Quantity, last.Version), Is.EqualTo((3L, 2L)));
    }

    [Test]
    public async Task A_correction_from_an_old_reading_is_refused()
    {
        var line = (await house.ReportAsync(house.S1, ("p1", "2026-11-17", "GT-100", 5))).DailySales[0];
        await house.Sales(house.S1).CorrectDailySalesAsync(new CorrectDailySalesRequest { Name = line.Name, Quantity = 3, Reason = "更正" });

        var stale = await ReportingHouse.RefusalOfAsync(house.Sales(house.S1).CorrectDailySalesAsync(
            new CorrectDailySalesRequest { Name = line.Name, Quantity = 4, Reason = "更正", Etag = line.Etag }));
        var same = await ReportingHouse.RefusalOfAsync(house.Sales(house.S1).CorrectDailySalesAsync(
            new CorrectDailySalesRequest { Name = line.Name, Quantity = 3, Reason = "更正" }));

        Assert.That((stale.Code, stale.Reason), Is.EqualTo((StatusCode.Aborted, "ETAG_MISMATCH")));
        Assert.That(same.Fields, Is.EqualTo(new[] { "quantity UNCHANGED" }));
        Assert.That((await house.Sales(house.S1).GetDailySalesAsync(new GetDailySalesRequest { Name = line.Name })).Quantity, Is.EqualTo(3));
    }

    [Test]
    public async Task Everybody_sees_what_is_his_and_nothing_else()
    {
        var p1 = (await house.ReportAsync(house.S1, ("p1", "2026-11-17", "GT-100", 5))).DailySales[0];
        await house.ReportAsync(house.Manager, ("p2", "2026-11-17", "GT-100", 7));
        await house.ReportAsync(house.S9, ("p9", "2026-11-17", "GT-100", 100));
        var agent = house.Service.TokenFor("partner-agent", "/hq/js/a1/", partnerId: "a1", organisationId: "js");

        async Task<long> SumAsync(string token) =>
            (await house.Sales(token).GetSalesSummaryAsync(new GetSalesSummaryRequest { From = "2026-11-01", To = "2026-11-18" })).Quantity;
        async Task<int> CountAsync(string token) => (await house.Sales(token).ListDailySalesAsync(new ListDailySalesRequest())).DailySales.Count;

        Assert.That(await SumAsync(house.Hq), Is.EqualTo(112));
        Assert.That(await SumAsync(house.Manager), Is.EqualTo(12));
        Assert.That(await SumAsync(house.S1), Is.EqualTo(5));
        Assert.That(await SumAsync(house.S2), Is.EqualTo(7));
        Assert.That(await SumAsync(agent), Is.EqualTo(5));
        Assert.That(await SumAsync(house.S9), Is.EqualTo(100));
        Assert.That(await CountAsync(house.Manager), Is.EqualTo(2));
        Assert.That(await CountAsync(house.S9), Is.EqualTo(1));
        foreach (var foreign in new[] { house.S2, house.S9, house.Stranger })
        {
            var get = await ReportingHouse.RefusalOfAsync(house.Sales(foreign).GetDailySalesAsync(new GetDailySalesRequest { Name = p1.Name }));
            var history = await ReportingHouse.RefusalOfAsync(house.Sales(foreign).ListSalesCorrectionsAsync(new ListSalesCorrectionsRequest { Parent = p1.Name }));
            var correct = await ReportingHouse.RefusalOfAsync(house.Sales(foreign).CorrectDailySalesAsync(
                new CorrectDailySalesRequest { Name = p1.Name, Quantity = 1, Reason = "x" }));
            Assert.That(new[] { get.Code, history.Code, correct.Code }, Is.All.EqualTo(StatusCode.NotFound));
        }
        var organisation = await ReportingHouse.RefusalOfAsync(house.Sales(house.S9).GetSalesSummaryAsync(
            new GetSalesSummaryRequest { From = "2026-11-01", To = "2026-11-18", Organisation = "organisations/js" }));
        Assert.That(organisation.Code, Is.EqualTo(StatusCode.NotFound));
        var agentCorrects = await ReportingHouse.RefusalOfAsync(house.Sales(agent).CorrectDailySalesAsync(
            new CorrectDailySalesRequest { Name = p1.Name, Quantity = 1, Reason = "x" }));
        Assert.That(agentCorrects.Code, Is.EqualTo(StatusCode.PermissionDenied));
    }

    [Test]
    public async Task A_partner_that_is_reassigned_takes_its_sales_along()
    {
        await house.ReportAsync(house.S1, ("p1", "2026-11-17", "GT-100", 5));

        await house.Service.HearAsync(Heard.Partner("p1", "/hq/js/a1/p1/", "s2", previous: "signed", parent: "a1", version: 2));

        Assert.That((await house.Sales(house.S2).ListDailySalesAsync(new ListDailySalesRequest())).DailySales, Has.Count.EqualTo(1));
        Assert.That((await house.Sales(house.S1).ListDailySalesAsync(new ListDailySalesRequest())).DailySales, Is.Empty);
    }

    [Test]
    public async Task A_summary_is_divided_as_asked()
    {
        await house.ReportAsync(house.Manager, ("p1", "2026-11-15", "GT-100", 1), ("p1", "2026-11-16", "GT-100", 2), ("a1", "2026-11-16", "GT-200", 4), ("p2", "2026-11-16", "GT-200", 8));

        async Task<string[]> RowsAsync(SalesGrain grain, SalesGroup group) =>
            [.. (await house.Sales(house.Manager).GetSalesSummaryAsync(new GetSalesSummaryRequest { From = "2026-11-15", To = "2026-11-18", Grain = grain, GroupBy = group }))
                .Rows.Select(row => $"{row.Period} {row.Key} {row.DisplayName} {row.Quantity}")];

        Assert.That(await RowsAsync(SalesGrain.Day, SalesGroup.Period), Is.EqualTo(new[] { "2026-11-15   1", "2026-11-16   14" }));
        Assert.That(await RowsAsync(SalesGrain.Week, SalesGroup.Period), Is.EqualTo(new[] { "2026-11-09   1", "2026-11-16   14" }));
        Assert.That(await RowsAsync(SalesGrain.Month, SalesGroup.Product), Is.EqualTo(new[] { "2026-11-01 GT-100 GT-100 3", "2026-11-01 GT-200 GT-200 12" }));
        Assert.That(await RowsAsync(SalesGrain.Month, SalesGroup.Partner),
            Is.EqualTo(new[] { "2026-11-01 partners/a1 机构a1 4", "2026-11-01 partners/p1 机构p1 3", "2026-11-01 partners/p2 机构p2 8" }));
        Assert.That(await RowsAsync(SalesGrain.Month, SalesGroup.Agent), Is.EqualTo(new[] { "2026-11-01   8", "2026-11-01 partners/a1 机构a1 7" }));
        Assert.That(await RowsAsync(SalesGrain.Month, SalesGroup.Organisation), Is.EqualTo(new[] { "2026-11-01 organisations/js 江苏销售服务中心 15" }));
    }

    [Test]
    public async Task Over_rest_a_report_a_correction_and_a_summary_are_as_over_grpc()
    {
        var rest = house.Service.Rest(house.S1);

        using var reported = await rest.PostAsJsonAsync("/v1/dailySales:report", new { lines = new[] { new { partner = "partners/p1", day = "2026-11-17", productCode = "GT-100", quantity = "5" } } });
        var name = JsonDocument.Parse(await reported.Content.ReadAsStringAsync()).RootElement.GetProperty("dailySales")[0].GetProperty("name").GetString();
        using var corrected = await rest.PostAsJsonAsync($"/v1/{name}:correct", new { quantity = "4", reason = "更正" });
        using var corrections = JsonDocument.Parse(await rest.GetStringAsync($"/v1/{name}/corrections"));
        using var summary = JsonDocument.Parse(await rest.GetStringAsync("/v1/dailySales:summary?from=2026-11-01&to=2026-11-30&grain=SALES_GRAIN_MONTH"));
        using var wrong = await rest.PostAsJsonAsync("/v1/dailySales:report", new { lines = new[] { new { partner = "partners/p9", day = "2026-11-31" } } });

        Assert.That(corrected.IsSuccessStatusCode, await corrected.Content.ReadAsStringAsync());
        Assert.That(corrections.RootElement.GetProperty("salesCorrections").GetArrayLength(), Is.EqualTo(1));
        Assert.That(summary.RootElement.GetProperty("quantity").ToString(), Is.EqualTo("4"));
        Assert.That((int)wrong.StatusCode, Is.EqualTo(400));
        Assert.That(await wrong.Content.ReadAsStringAsync(), Does.Contain("lines[0].day").And.Contain("lines[0].product").And.Contain("lines[0].quantity"));
    }

    [Test]
    public async Task A_range_that_is_too_long_or_backwards_is_refused()
    {
        var backwards = await ReportingHouse.RefusalOfAsync(house.Sales(house.Hq).GetSalesSummaryAsync(new GetSalesSummaryRequest { From = "2026-11-02", To = "2026-11-01" }));
        var endless = await ReportingHouse.RefusalOfAsync(house.Sales(house.Hq).GetSalesSummaryAsync(new GetSalesSummaryRequest { From = "2026-01-01", To = "2026-11-01" }));

        Assert.That(backwards.Fields, Is.EqualTo(new[] { "to OUT_OF_RANGE" }));
        Assert.That(endless.Fields, Is.EqualTo(new[] { "to OUT_OF_RANGE" }));
    }

    [Test]
    public async Task Pages_follow_one_another_and_keep_their_filter()
    {
        await house.ReportAsync(house.Manager, [.. Enumerable.Range(1, 5).Select(day => ("p1", $"2026-11-0{day}", "GT-100", (long)day))]);
        var days = new List<string>();
        var request = new ListDailySalesRequest { PageSize = 2, From = "2026-11-02" };
        do
        {
            var page = await house.Sales(house.S1).ListDailySalesAsync(request);
            days.AddRange(page.DailySales.Select(line => line.Day));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.That(days, Is.EqualTo(new[] { "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05" }));
        var first = await house.Sales(house.S1).ListDailySalesAsync(new ListDailySalesRequest { PageSize = 2 });
        var other = await ReportingHouse.RefusalOfAsync(house.Sales(house.S1).ListDailySalesAsync(
            new ListDailySalesRequest { PageSize = 2, PageToken = first.NextPageToken, Partner = "partners/p1" }));
        Assert.That(other.Fields, Is.EqualTo(new[] { "page_token INVALID" }));
    }

    /// <summary>Whatever is reported and corrected, each summary is the naive sum of the lines as they stand.</summary>
    [Test]
    public async Task Summaries_are_the_sums_of_the_lines([Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        (string Id, string Agent, string Organisation)[] partners = [("a1", "partners/a1", "js"), ("p1", "partners/a1", "js"), ("p2", "", "js"), ("p9", "", "zj")];
        var lines = new Dictionary<(string Partner, DateOnly Day, string Product), (long Quantity, string Name)>();
        for (var round = 0; round < 12; round++)
        {
            var batch = Enumerable.Range(0, 25)
                .Select(_ => (Partner: partners[random.Next(4)].Id, Day: new DateOnly(2026, 8, 20).AddDays(random.Next(90)), Product: $"GT-{random.Next(3)}"))
                .Distinct().Where(key => !lines.ContainsKey(key)).ToList();
            var reply = await house.ReportAsync(house.Hq, [.. batch.Select(key => (key.Partner, $"{key.Day:yyyy-MM-dd}", key.Product, (long)random.Next(100)))]);
            foreach (var (key, line) in batch.Zip(reply.DailySales))
                lines[key] = (line.Quantity, line.Name);
            var wrong = lines.ElementAt(random.Next(lines.Count));
            await house.Sales(house.Hq).CorrectDailySalesAsync(new CorrectDailySalesRequest { Name = wrong.Value.Name, Quantity = wrong.Value.Quantity + 1, Reason = "更正" });
            lines[wrong.Key] = (wrong.Value.Quantity + 1, wrong.Value.Name);
        }

        var ranges = new[] { ("2026-08-20", "2026-11-18"), ("2026-09-01", "2026-10-31"), ("2026-09-02", "2026-10-30"), ("2026-10-05", "2026-10-06") };
        foreach (var (from, to) in ranges)
            foreach (var grain in new[] { SalesGrain.Day, SalesGrain.Week, SalesGrain.Month })
                foreach (var groupBy in new[] { SalesGroup.Period, SalesGroup.Partner, SalesGroup.Agent, SalesGroup.Organisation, SalesGroup.Product })
                {
                    var summary = await house.Sales(house.Hq).GetSalesSummaryAsync(new GetSalesSummaryRequest { From = from, To = to, Grain = grain, GroupBy = groupBy });
                    var inRange = lines.Where(line => string.CompareOrdinal($"{line.Key.Day:yyyy-MM-dd}", from) >= 0 && string.CompareOrdinal($"{line.Key.Day:yyyy-MM-dd}", to) <= 0).ToList();
                    var naive = from line in inRange
                                let partner = partners.Single(p => p.Id == line.Key.Partner)
                                let key = groupBy switch
                                {
                                    SalesGroup.Partner => $"partners/{partner.Id}",
                                    SalesGroup.Agent => partner.Agent,
                                    SalesGroup.Organisation => $"organisations/{partner.Organisation}",
                                    SalesGroup.Product => line.Key.Product,
                                    _ => "",
                                }
                                group line.Value.Quantity by (Period: PeriodOf(line.Key.Day, grain), key) into cell
                                where cell.Sum() > 0
                                select $"{cell.Key.Period} {cell.Key.key} {cell.Sum()}";
                    Assert.That(summary.Rows.Select(row => $"{row.Period} {row.Key} {row.Quantity}"), Is.EquivalentTo(naive), $"{from} to {to} {grain} {groupBy}");
                    Assert.That(summary.Quantity, Is.EqualTo(inRange.Sum(line => line.Value.Quantity)));
                    Assert.That(summary.Totals.Sum(row => row.Quantity), Is.EqualTo(summary.Quantity));
                    Assert.That(summary.Totals.Select(row => row.Quantity), Is.Ordered.Descending);
                }
    }

    private static string PeriodOf(DateOnly day, SalesGrain grain)
    {
        while (grain == SalesGrain.Week && day.DayOfWeek != DayOfWeek.Monday)
            day = day.AddDays(-1);
        return grain == SalesGrain.Month ? $"{day:yyyy-MM}-01" : $"{day:yyyy-MM-dd}";
    }
}
