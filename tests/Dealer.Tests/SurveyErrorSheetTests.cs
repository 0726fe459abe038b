using System.Text;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.Surveys;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>What was wrong with a file comes back as the same sheet, is mended, and goes in.</summary>
public class SurveyErrorSheetTests
{
    private static readonly string[] Rows =
    [
        "江苏,南京,好店,福特,\"1,200\",大明路1号,王先生,025-52426777,是,位置好",
        "江苏,苏州,数字店,别克,很多,,,打电话,也许,",
        "浙江,杭州,外省店,,-5,,,,,",
    ];

    private Network network = null!;

    [SetUp]
    public async Task StartAsync()
    {
        network = await Network.StartAsync();
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 11, 20, 9, 0, 0, ChinaTime.Offset));
    }

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public void Every_fault_of_a_row_is_told_not_the_first_alone()
    {
        var line = SurveyForm.Read(SurveyTests.Csv($"火星,南京,{new string('长', 101)},,-1,,{new string('名', 51)},打电话,也许,")).Single();
        Assert.That(line.Errors.Select(e => e.Column).Distinct(), Is.EquivalentTo(new[] { "地区", "销售终端(4S店)名称", "年销量", "联系人", "电话", "是/否为拓展目标" }));
        Assert.That(line.Entry, Is.Null);
        Assert.That(SurveyForm.Read(SurveyTests.Csv(",,,,,,,,,x")).Single().Errors.Select(e => e.Column), Is.EquivalentTo(new[] { "地区", "销售终端(4S店)名称" }));
    }

    [TestCase(SheetFormat.Xlsx)]
    [TestCase(SheetFormat.Csv)]
    [TestCase(SheetFormat.CsvGb18030)]
    public async Task It_comes_back_in_the_format_it_was_sent_in_and_goes_in_once_mended(SheetFormat format)
    {
        var operation = await ImportedAsync(network.Wang, FileOf(format), dryRun: false);
        var file = await DownloadAsync(network.Wang, operation, "");
        Assert.That(Sheet.FormatOf(file), Is.EqualTo(format));
        var table = SheetTable.Find(Sheet.Read(file), "地区", "城市", "销售终端(4S店)名称", "年销量", "电话", "是/否为拓展目标", "错误").Rows;
        Assert.That(table.Select(r => r["销售终端(4S店)名称"]), Is.EqualTo(new[] { "数字店", "外省店" }));
        Assert.That(table[0]["年销量"], Is.EqualTo("很多"), "as it was written");
        foreach (var column in new[] { "年销量", "电话", "是/否为拓展目标" })
            Assert.That(table[0]["错误"], Does.Contain(column));
        Assert.That(table[1]["错误"], Does.Contain("地区").And.Contain("年销量"));

        var mended = SurveyForm.Read(file).Select(line => line.Record).ToList();
        using var output = new MemoryStream();
        var form = SurveyForm.Form("2026-11");
        SheetWriter.Write(output, format, form with
        {
            Columns = [.. form.Columns, new SheetColumn("错误", 60)],
            Rows = [["江苏", "苏州", mended[0]["销售终端(4S店)名称"], "别克", 300, "", "", "0512-65001234", "是", "", table[0]["错误"]]],
        });
        var result = await SurveyTests.ImportAsync(network.Wang, output.ToArray());
        Assert.That((result.Created, result.ErrorCount), Is.EqualTo((1L, 0L)));
        var row = (await SurveyTests.AllAsync(network.Wang)).Single(s => s.DisplayName == "数字店");
        Assert.That((row.AnnualVolume, row.Target), Is.EqualTo((300L, true)));
    }

    [Test]
    public async Task A_trial_gives_it_too_whole_if_asked_in_any_format_and_after_a_restart()
    {
        var operation = await ImportedAsync(network.Wang, FileOf(SheetFormat.Csv), dryRun: true);
        await network.Service.RestartAsync();
        var all = Sheet.Read(await DownloadAsync(network.Wang, operation, "?allRows=true&format=SURVEY_FILE_FORMAT_XLSX"));
        var rows = SheetTable.Find(all, "销售终端(4S店)名称", "年销量", "错误").Rows;
        Assert.That(rows.Select(r => (r["销售终端(4S店)名称"], r["错误"].Length > 0)), Is.EqualTo(new[] { ("好店", false), ("数字店", true), ("外省店", true) }));
        Assert.That(all[0].Rows[0][0], Is.EqualTo("市场及客户信息调研表"), "the manual's layout");
        Assert.That(await SurveyTests.AllAsync(network.Wang), Is.Empty);
    }

    [Test]
    public async Task A_colleagues_shop_is_among_the_faults()
    {
        await SurveyTests.ImportAsync(network.Li, SurveyTests.Csv("江苏,南京,李店,,,,,,,"));
        var operation = await ImportedAsync(network.Wang, SurveyTests.Csv("江苏,南京,李店,,也许,,,,,", "江苏,南京,我店,,,,,,,"), dryRun: false);
        var rows = SheetTable.Find(Sheet.Read(await DownloadAsync(network.Wang, operation, "")), "销售终端(4S店)名称", "错误").Rows;
        Assert.That(rows.Single()["错误"], Does.Contain("年销量").And.Contain("该机构由其他同事负责"));
    }

    [Test]
    public async Task It_is_for_whoever_may_see_the_operation()
    {
        var operation = await ImportedAsync(network.Wang, FileOf(SheetFormat.Csv), dryRun: true);
        foreach (var stranger in new[] { network.Li, network.Manager, network.Admin })
            await Refused.Async(StatusCode.NotFound, async () => await stranger.Surveys.ExportSurveyImport(new ExportSurveyImportRequest { Operation = operation.Name }).ResponseStream.MoveNext());
        await Refused.Async(StatusCode.NotFound, async () => await network.Wang.Surveys.ExportSurveyImport(new ExportSurveyImportRequest { Operation = "dealer/operations/unknown" }).ResponseStream.MoveNext());
        await network.Service.MoveClockAsync(new DateTimeOffset(2027, 2, 20, 9, 0, 0, ChinaTime.Offset));
        await Eventually.Async(async () => await network.Service.Db.ReadAsync(s => SurveyImportStore.FileAsync(s, operation.Name["dealer/operations/".Length..])) is null, TimeSpan.FromSeconds(20), "the file is kept no longer");
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.Wang.Surveys.ExportSurveyImport(new ExportSurveyImportRequest { Operation = operation.Name }).ResponseStream.MoveNext()),
            Is.EqualTo(new[] { "FILE_NOT_KEPT" }));
    }

    private static byte[] FileOf(SheetFormat format)
    {
        var utf8 = SurveyTests.Csv(Rows);
        if (format == SheetFormat.Csv)
            return utf8;
        if (format == SheetFormat.CsvGb18030)
            return CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetBytes(Encoding.UTF8.GetString(utf8));
        using var output = new MemoryStream();
        SheetWriter.Write(output, format, SurveyForm.Form("2026-11") with { Rows = Sheet.Read(utf8)[0].Rows.Skip(1).Select(row => (IReadOnlyList<object?>)[.. row.Cells]) });
        return output.ToArray();
    }

    private static async Task<Operation> ImportedAsync(Acting who, byte[] file, bool dryRun) => await SurveyTests.DoneAsync(who, await SurveyTests.StartAsync(who, file, dryRun: dryRun));

    private static async Task<byte[]> DownloadAsync(Acting who, Operation operation, string query)
    {
        using var reply = await who.Rest.GetAsync($"/v1/{operation.Name}/surveyRows:export{query}");
        var file = await reply.Content.ReadAsByteArrayAsync();
        Assert.That(reply.IsSuccessStatusCode, Encoding.UTF8.GetString(file));
        return file;
    }
}
