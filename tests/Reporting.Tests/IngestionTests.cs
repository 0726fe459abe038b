using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.TestKit;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Reporting.Tests;

/// <summary>Thousands of lines in a stream, or a file of them: each line has its own outcome, and a break loses nothing.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class IngestionTests(DatabaseUnderTest database)
{
    private const string Csv = "日期,机构,产品编码,数量\n2026-11-16,机构p1,gt-100,5\n2026-11-17,p2,GT-100,7\n2026-11-17,机构p9,GT-100,1\n明天,机构p1,G T,-3\n2026-11-17,p1,GT-100,\n";

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
    public async Task A_stream_stores_what_is_sound_and_tells_of_each_line()
    {
        await house.ReportAsync(house.Manager, ("p1", "2026-11-16", "GT-0", 5), ("p1", "2026-11-16", "GT-1", 5));
        (string, string, string, long)[] odd =
        [
            ("p1", "2026-11-16", "gt-0", 5), ("p1", "2026-11-16", "GT-1", 6), ("p9", "2026-11-16", "GT-1", 1), ("p1", "2026-11-19", "G T", 1),
            ("p2", "2026-11-16", "GT-2", 3), ("p2", "2026-11-16", "gt-2", 3), ("p2", "2026-11-16", "GT-2", 4),
        ];

        var told = await StreamAsync(house.Manager, "r1", 0, [.. odd.Select(ReportingHouse.Line), new DailySalesLine { Partner = "p1" }], Many(1000), Many(500, from: 1000));

        Assert.That((told.LinesDone, told.Stored, told.Unchanged, told.Refused, told.Complete), Is.EqualTo((1508L, 1501L, 2L, 5L, true)));
        Assert.That(told.Refusals.Select(one => $"{one.Line} {string.Join(", ", one.Faults.Select(fault => $"{fault.Field} {fault.Reason}"))}"), Is.EqualTo(new[]
        {
            "1 quantity ALREADY_REPORTED", "2 partner NOT_FOUND", "3 day IN_FUTURE, product_code BAD_FORMAT", "6 quantity ALREADY_REPORTED",
            "7 partner BAD_FORMAT, day REQUIRED, product_code REQUIRED, quantity REQUIRED",
        }));
        var listed = await AllAsync(told.Name, 400);
        Assert.That(listed.Select(one => one.Line), Is.EqualTo(Enumerable.Range(0, 1508)));
        Assert.That(listed.Take(8).Select(one => one.Outcome), Is.EqualTo(new[]
        {
            SalesOutcome.Unchanged, SalesOutcome.Refused, SalesOutcome.Refused, SalesOutcome.Refused, SalesOutcome.Stored, SalesOutcome.Unchanged, SalesOutcome.Refused, SalesOutcome.Refused,
        }));
        Assert.That((await AllAsync(told.Name, 2, SalesOutcome.Refused)).Select(one => one.Line), Is.EqualTo(new[] { 1, 2, 3, 6, 7 }));
        Assert.That(await SumAsync(), Is.EqualTo(1500 + 5 + 5 + 3));
        Assert.That(await house.Service.PublishedAsync<DailySalesReported>(), Has.Count.EqualTo(1503));
    }

    [Test]
    public async Task A_stream_that_broke_off_goes_on_where_it_was()
    {
        using (var broken = house.Sales(house.Manager).IngestDailySales())
        {
            await broken.RequestStream.WriteAsync(Piece("r1", 0, Many(300)));
            await broken.RequestStream.WriteAsync(Piece("", 0, Many(300, from: 300)));
            await Eventually.Async(async () => await SumAsync() == 600, TimeSpan.FromSeconds(30), "both pieces are stored before the stream ends");
        }

        var gap = Assert.ThrowsAsync<RpcException>(() => StreamAsync(house.Manager, "r1", 601, Many(1)))!;
        var whole = await StreamAsync(house.Manager, "r1", 0, Many(500), Many(400, from: 500));
        var again = await StreamAsync(house.Manager, "r1", 900);
        var more = Assert.ThrowsAsync<RpcException>(() => StreamAsync(house.Manager, "r1", 900, Many(1)))!;

        Assert.That(gap.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(one => one.Field), Is.EqualTo(new[] { "first_line" }));
        Assert.That((whole.LinesDone, whole.Stored, whole.Unchanged, whole.Refused, whole.Complete), Is.EqualTo((900L, 900L, 0L, 0L, true)));
        Assert.That(again, Is.EqualTo(whole));
        Assert.That(more.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(one => one.Reason), Is.EqualTo(new[] { "REQUEST_ID_REUSED" }));
        Assert.That(await SumAsync(), Is.EqualTo(900));
    }

    [Test]
    public async Task An_ingestion_is_its_callers_alone_and_a_piece_is_checked_as_such()
    {
        var told = await StreamAsync(house.S1, "r1", 0, Many(1));
        var foreign = await ReportingHouse.RefusalOfAsync(house.Sales(house.Manager).GetSalesIngestionAsync(new GetSalesIngestionRequest { Name = told.Name }));
        var lines = await ReportingHouse.RefusalOfAsync(house.Sales(house.Manager).ListSalesIngestionLinesAsync(new ListSalesIngestionLinesRequest { Parent = told.Name }));
        var nameless = Assert.ThrowsAsync<RpcException>(() => StreamAsync(house.S1, "", 0, Many(1001)))!;
        var trainer = Assert.ThrowsAsync<RpcException>(() => StreamAsync(house.Service.TokenFor("trainer", "/hq/js/", "t1"), "r1", 0))!;

        Assert.That(new[] { foreign.Code, lines.Code }, Is.All.EqualTo(StatusCode.NotFound));
        Assert.That(nameless.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(one => one.Field), Is.EquivalentTo(new[] { "request_id", "lines" }));
        Assert.That(trainer.StatusCode, Is.EqualTo(StatusCode.PermissionDenied));
        Assert.That((await house.Sales(house.S1).GetSalesIngestionAsync(new GetSalesIngestionRequest { Name = told.Name })), Is.EqualTo(told));
    }

    [Test]
    public async Task A_file_is_imported_row_by_row_and_its_faults_come_back_as_a_sheet()
    {
        var started = await house.Sales(house.Manager).ImportDailySalesAsync(new ImportDailySalesRequest { File = new HttpBody { ContentType = "text/csv", Data = ByteString.CopyFromUtf8(Csv) } });
        var done = await DoneAsync(started);
        var result = SalesIngestion.Parser.ParseJson(done.ResultJson);

        Assert.That((done.ProgressDone, done.ProgressTotal, result.Stored, result.Refused, result.Complete), Is.EqualTo((5L, 5L, 2L, 3L, true)));
        Assert.That(await SumAsync(), Is.EqualTo(12));
        var rest = house.Service.Rest(house.Manager);
        var sheet = await rest.GetStringAsync($"/v1/{started.Name}/salesRows:export");
        Assert.That(sheet.Split("\r\n").Skip(1).Where(row => row.Length > 0).Select(row => string.Join(',', row.Replace("\"", "", StringComparison.Ordinal).Split(',')[..4])),
            Is.EqualTo(new[] { "2026-11-17,机构p9,GT-100,1", "明天,机构p1,G T,'-3", "2026-11-17,p1,GT-100," }));
        Assert.That(sheet, Does.Contain("日期：“明天”不是日期").And.Contain("产品编码：").And.Contain("销量：").And.Contain("机构："));
        // Mended, the sheet is imported as it is: its fault column is ignored.
        using var mended = new ByteArrayContent(Encoding.UTF8.GetBytes(sheet.Replace("机构p9", "机构a1", StringComparison.Ordinal)));
        mended.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var reply = await rest.PostAsync("/v1/dailySales:import", mended);
        using var second = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        result = SalesIngestion.Parser.ParseJson((await DoneAsync(new Operation { Name = second.RootElement.GetProperty("name").GetString() })).ResultJson);
        Assert.That((result.Stored, result.Refused), Is.EqualTo((1L, 2L)));
        var foreign = Assert.ThrowsAsync<HttpRequestException>(() => house.Service.Rest(house.S1).GetStringAsync($"/v1/{started.Name}/salesRows:export"))!;
        Assert.That((int)foreign.StatusCode!, Is.EqualTo(404));
    }

    [Test]
    public async Task What_was_kept_long_enough_is_forgotten_but_the_lines()
    {
        var told = await StreamAsync(house.Manager, "r1", 0, Many(3));
        await house.Service.MoveClockAsync(ChinaTime.At(ReportingHouse.Today.AddDays(91), new TimeOnly(12, 0)));
        await Eventually.Async(async () => (await ReportingHouse.CodeOfAsync(house.Sales(house.Manager).GetSalesIngestionAsync(new GetSalesIngestionRequest { Name = told.Name }))) == StatusCode.NotFound,
            TimeSpan.FromSeconds(30), "the ingestion is forgotten");
        Assert.That(await SumAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task Holes_are_the_working_days_that_are_over_without_a_report()
    {
        // Those that are suspended, or not signed yet, owe nothing.
        await house.Service.HearAsync(Heard.Partner("p3", "/hq/js/p3/", "s2", "suspended", "signed"));
        await house.Service.HearAsync(Heard.Partner("p4", "/hq/js/p4/", "s2", "target", ""));
        await house.Service.MoveClockAsync(ChinaTime.At(new DateOnly(2026, 11, 24), new TimeOnly(12, 0)));
        await house.ReportAsync(house.Manager, ("p1", "2026-11-18", "GT-100", 0), ("p1", "2026-11-23", "GT-100", 4), ("p2", "2026-11-19", "GT-100", 4));
        var request = new ListSalesHolesRequest { From = "2026-11-16", To = "2026-11-30", PageSize = 3 };

        var holes = await HolesAsync(house.Manager, request);

        // From the day they were signed, the 18th, without the weekend, today and the days to come.
        Assert.That(holes, Is.EqualTo(new[]
        {
            "a1 18", "a1 19", "a1 20", "a1 23", "p1 19", "p1 20", "p2 18", "p2 20", "p2 23",
        }));
        Assert.That(await HolesAsync(house.S2, request), Is.EqualTo(holes.Where(hole => hole.StartsWith("p2", StringComparison.Ordinal))));
        Assert.That(await HolesAsync(house.Hq, new ListSalesHolesRequest(request) { Organisation = "organisations/zj" }), Is.EqualTo(new[] { "p9 18", "p9 19", "p9 20", "p9 23" }));
        Assert.That(await HolesAsync(house.Hq, new ListSalesHolesRequest(request) { Partner = "partners/p1" }), Is.EqualTo(new[] { "p1 19", "p1 20" }));
    }

    private static IEnumerable<DailySalesLine> Many(int count, int from = 0) =>
        Enumerable.Range(from, count).Select(i => ReportingHouse.Line(("p1", $"{new DateOnly(2026, 11, 15).AddDays(-i % 40):yyyy-MM-dd}", $"M-{i / 40}", 1)));

    private static IngestDailySalesRequest Piece(string requestId, long firstLine, IEnumerable<DailySalesLine> lines) =>
        new() { RequestId = requestId, FirstLine = firstLine, Lines = { lines } };

    private async Task<SalesIngestion> StreamAsync(string token, string requestId, long firstLine, params IEnumerable<DailySalesLine>[] pieces)
    {
        using var call = house.Sales(token).IngestDailySales();
        try
        {
            for (var i = 0; i < Math.Max(1, pieces.Length); i++)
                await call.RequestStream.WriteAsync(Piece(i == 0 ? requestId : "", i == 0 ? firstLine : 0, i < pieces.Length ? pieces[i] : []));
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Refused before all was sent: the answer says why.
        }
        return await call;
    }

    private async Task<List<SalesIngestionLine>> AllAsync(string name, int pageSize, SalesOutcome outcome = SalesOutcome.Unspecified)
    {
        var lines = new List<SalesIngestionLine>();
        var request = new ListSalesIngestionLinesRequest { Parent = name, PageSize = pageSize, Outcome = outcome };
        do
        {
            var page = await house.Sales(house.Manager).ListSalesIngestionLinesAsync(request);
            lines.AddRange(page.Lines);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return lines;
    }

    private async Task<string[]> HolesAsync(string token, ListSalesHolesRequest asked)
    {
        var holes = new List<string>();
        var request = asked.Clone();
        do
        {
            var page = await house.Sales(token).ListSalesHolesAsync(request);
            holes.AddRange(page.Holes.Select(hole => $"{hole.Partner["partners/".Length..]} {hole.Day[8..]}"));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return [.. holes];
    }

    private async Task<long> SumAsync() =>
        (await house.Sales(house.Manager).GetSalesSummaryAsync(new GetSalesSummaryRequest { From = "2026-01-01", To = "2026-12-31", Grain = SalesGrain.Year })).Quantity;

    private async Task<Operation> DoneAsync(Operation operation)
    {
        var client = new OperationsService.OperationsServiceClient(house.Service.Grpc(house.Manager));
        await Eventually.Async(async () => (operation = await client.GetOperationAsync(new GetOperationRequest { Name = operation.Name })).Done, TimeSpan.FromSeconds(30), "the import is done");
        return operation;
    }
}
