using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.Surveys;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Dealer.Tests;

/// <summary>The market survey with the real file: 484 shops of the whole country, 50 of them in Jiangsu.</summary>
public class SurveyTests
{
    private const string Month = "2026-11";
    private const int InJiangsu = 50, InAll = 484;

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
    public async Task A_salesperson_enters_the_shops_of_her_province_and_the_others_are_reported_by_row()
    {
        var result = await ImportAsync(network.Wang, RealFile("market-survey.xlsx"));
        Assert.Multiple(() =>
        {
            Assert.That((result.Created, result.Updated, result.Unchanged), Is.EqualTo((InJiangsu, 0, 0)));
            Assert.That(result.ErrorCount, Is.EqualTo(InAll - InJiangsu));
            Assert.That(result.Errors, Has.Count.EqualTo(InAll - InJiangsu));
            // Row 1 is the title, row 2 the header.
            Assert.That(result.Errors[0], Has.Property("Row").EqualTo(3).And.Property("Column").EqualTo("地区"));
            Assert.That(result.Errors[0].MessageZh, Is.EqualTo("上海市不属于本中心的省份（江苏省）"));
        });
        var surveys = await AllAsync(network.Wang);
        Assert.That(surveys, Has.Count.EqualTo(InJiangsu));
        Assert.That(surveys, Has.All.Property("Month").EqualTo(Month));
        Assert.That(await CountAsync(network.Marketing), Is.EqualTo(InJiangsu), "nothing of the other provinces is stored");

        var jiangning = surveys.First(s => s.City == "南京江宁");
        Assert.That((jiangning.Region, jiangning.CityCode, jiangning.DisplayName, jiangning.Phone), Is.EqualTo(("江苏", "3201", "景山福联汽车服务有限公司", "025-52105888")));
        var partner = await network.Wang.Partners.GetPartnerAsync(new GetPartnerRequest { Name = jiangning.Partner });
        Assert.That((partner.Stage, partner.Kind, partner.Assignee, partner.Brands), Is.EqualTo((PartnerStage.Surveyed, PartnerKind.Terminal, $"staff/{network.WangId}", "福特")));

        var submitted = (await network.Service.PublishedAsync<SurveySubmitted>()).Single();
        Assert.That((submitted.OrganisationId, submitted.Month, submitted.Rows, submitted.StaffId, submitted.ScopePath), Is.EqualTo(("js", Month, (long)InJiangsu, network.WangId, "/hq/js/")));
    }

    [TestCase("market-survey.xlsx")]
    [TestCase("market-survey.gb18030.csv")]
    public async Task The_same_file_again_changes_nothing_and_still_submits(string file)
    {
        await ImportAsync(network.Wang, RealFile(file));
        var before = await AllAsync(network.Wang);
        var events = (await network.Service.PublishedAsync<PartnerChanged>()).Count;
        var again = await ImportAsync(network.Wang, RealFile(file));
        Assert.That((again.Created, again.Updated, again.Unchanged), Is.EqualTo((0, 0, InJiangsu)));
        Assert.That(await AllAsync(network.Wang), Is.EqualTo(before), "no version moves");
        Assert.That(await network.Service.PublishedAsync<PartnerChanged>(), Has.Count.EqualTo(events));
        Assert.That((await network.Service.PublishedAsync<SurveySubmitted>()).Select(e => e.Version), Is.EqualTo(new[] { 1L, 2L }));
    }

    [Test]
    public async Task Both_formats_say_the_same()
    {
        await ImportAsync(network.Wang, RealFile("market-survey.xlsx"));
        var csv = await ImportAsync(network.Wang, RealFile("market-survey.gb18030.csv"));
        Assert.That((csv.Created, csv.Updated, csv.Unchanged), Is.EqualTo((0, 0, InJiangsu)));
    }

    [Test]
    public async Task Headquarters_enters_all_each_to_its_centre()
    {
        var result = await ImportAsync(network.Marketing, RealFile("market-survey.xlsx"));
        Assert.That((result.Created, result.ErrorCount), Is.EqualTo((InAll, 0)), string.Join("\n", result.Errors.Take(5)));
        Assert.That(await CountAsync(network.Manager), Is.EqualTo(InJiangsu));
        Assert.That(await CountAsync(network.ZhejiangManager), Is.EqualTo(48));
        Assert.That((await network.Service.PublishedAsync<SurveySubmitted>()).Select(e => e.OrganisationId), Is.EquivalentTo(new[] { "js", "zj", "hq" }));

        // Nobody looks after them yet: who surveys them does.
        var wang = await ImportAsync(network.Wang, RealFile("market-survey.xlsx"));
        Assert.That((wang.Created, wang.Updated), Is.EqualTo((0, InJiangsu)));
        Assert.That(await CountAsync(network.Wang), Is.EqualTo(InJiangsu));
        Assert.That(await AllAsync(network.Wang), Has.Count.EqualTo(InJiangsu));

        // And a colleague cannot take them from her.
        var li = await ImportAsync(network.Li, RealFile("market-survey.xlsx"));
        Assert.That((li.Created, li.Updated, li.Unchanged, li.ErrorCount), Is.EqualTo((0, 0, 0, InAll)));
        Assert.That(li.Errors.Single(e => e.Row == 41), Has.Property("MessageEn").EqualTo("a colleague looks after this shop"));
    }

    [Test]
    public async Task A_dry_run_tells_and_stores_nothing()
    {
        var told = await ImportAsync(network.Wang, RealFile("market-survey.gb18030.csv"), dryRun: true);
        Assert.That((told.Created, told.DryRun, told.ErrorCount), Is.EqualTo((InJiangsu, true, 70)));
        Assert.That(await CountAsync(network.Marketing), Is.Zero);
        Assert.That(await AllAsync(network.Marketing), Is.Empty);
        Assert.That(await network.Service.PublishedAsync<SurveySubmitted>(), Is.Empty);
    }

    [Test]
    public async Task Faults_are_told_by_row_and_column_and_the_sound_rows_are_stored()
    {
        var result = await ImportAsync(network.Wang, Csv(
            "江苏,南京,好店,福特,\"1,200\",大明路1号,王先生,025-52426777,是,位置好",
            "江苏,南京,好 店,福特,,,,,,",
            "江苏,杭州,杭州店,,,,,,,",
            "火星,南京,火星店,,,,,,,",
            "江苏,苏州,数字店,,很多,,,,也许,",
            "江苏,苏州,电话店,,,,,打电话,,",
            "江苏,,无城店,,,,,,,",
            "江苏,苏州,,,,,,,,"));
        Assert.That(result.Created, Is.EqualTo(1));
        Assert.That(result.Errors.Select(e => $"{e.Row} {e.Column}"), Is.EqualTo(new[]
        {
            "3 销售终端(4S店)名称", "4 城市", "5 地区", "6 年销量", "6 是/否为拓展目标", "7 电话", "8 城市", "9 销售终端(4S店)名称",
        }));
        Assert.That(result.Errors[0].MessageZh, Is.EqualTo("与第 2 行是同一家"));
        var survey = (await AllAsync(network.Wang)).Single();
        Assert.That((survey.AnnualVolume, survey.Target, survey.Advantage, survey.Contact), Is.EqualTo((1200L, true, "位置好", "王先生")));
    }

    [Test]
    public async Task A_new_month_is_a_new_survey_and_brings_the_client_file_up_to_date_without_erasing_it()
    {
        await ImportAsync(network.Wang, Csv("江苏,南京,好店,福特,100,大明路1号,王先生,025-52426777,是,"));
        await ImportAsync(network.Wang, Csv("江苏,南京,好店,福特,150,,,,,"), "2026-12");
        var surveys = await AllAsync(network.Wang);
        Assert.That(surveys.Select(s => (s.Month, s.AnnualVolume, s.Contact)), Is.EqualTo(new[] { ("2026-11", 100L, "王先生"), ("2026-12", 150L, "") }));
        var partner = await network.Wang.Partners.GetPartnerAsync(new GetPartnerRequest { Name = surveys[0].Partner });
        Assert.That((partner.AnnualVolume, partner.Contact, partner.Phone), Is.EqualTo((150L, "王先生", "025-52426777")));
    }

    [Test]
    public async Task What_people_corrected_since_stays_when_the_same_file_comes_again()
    {
        await ImportAsync(network.Wang, Csv("江苏,南京,好店,福特,100,,,025-52426777,,"));
        var partner = (await network.Wang.Partners.ListPartnersAsync(new ListPartnersRequest())).Partners.Single();
        partner.Phone = "13800000000";
        await network.Wang.Partners.UpdatePartnerAsync(new UpdatePartnerRequest { Partner = partner, UpdateMask = new() { Paths = { "phone" } } });
        Assert.That((await ImportAsync(network.Wang, Csv("江苏,南京,好店,福特,100,,,025-52426777,,"))).Unchanged, Is.EqualTo(1));
        Assert.That((await network.Wang.GetAsync(partner)).Phone, Is.EqualTo("13800000000"));
        Assert.That((await ImportAsync(network.Wang, Csv("江苏,南京,好店,林肯,100,,,025-52426777,,"))).Updated, Is.EqualTo(1));
        Assert.That((await network.Wang.GetAsync(partner)).Brands, Is.EqualTo("林肯"));
    }

    [Test]
    public async Task A_file_that_is_no_survey_is_refused_at_once()
    {
        foreach (var (file, reason) in new[] { ("PK not really"u8.ToArray(), "BAD_FILE"), ("a,b\n1,2"u8.ToArray(), "BAD_FILE"), (Csv(), "NO_ROWS") })
            Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => StartAsync(network.Wang, file)), Is.EqualTo(new[] { "INVALID_ARGUMENT", $"file {reason}" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => StartAsync(network.Wang, Csv("江苏,南京,好店,,,,,,,"), "2027-01")), Is.EqualTo(new[] { "INVALID_ARGUMENT", "month TOO_LATE" }));
    }

    [Test]
    public async Task An_import_that_was_cut_off_goes_on_where_it_stood()
    {
        var argument = new ImportSurveysRequest { File = new HttpBody { Data = ByteString.CopyFrom(RealFile("market-survey.xlsx")) }, Month = Month }.ToByteArray();
        var caller = new Caller("marketing", "马红", "marketing", null, "hq", new Scope("/hq/", null), ["hq-marketing"], "test");
        var row = new OperationRow { Id = "01kimport", Kind = SurveyImport.Kind, Argument = argument };
        await network.Service.Db.WriteAsync(tx => tx.ExecuteAsync("""
            INSERT INTO operations (id, kind, owner, caller, argument, done, progress_done, progress_total, created_us, updated_us, lease_until_us, cancel_requested)
            VALUES ('01kimport', 'survey-import', 'marketing', '{}', '', 0, 0, 484, 0, 0, 9000000000000000, 0)
            """));

        // The first run is cut off at its third step: two stand, the third leaves nothing.
        await network.Service.Db.WriteAsync(tx => tx.ExecuteAsync(
            "CREATE TRIGGER cut BEFORE UPDATE ON operations WHEN NEW.progress_done > 200 BEGIN SELECT RAISE(ABORT, 'cut off'); END"));
        Assert.That(async () => await SurveyImport.RunAsync(network.Service.Services, new JobRun(row, caller)), Throws.Exception);
        await network.Service.Db.WriteAsync(tx => tx.ExecuteAsync("DROP TRIGGER cut"));
        row.ProgressDone = await network.Service.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT progress_done FROM operations WHERE id = '01kimport'"));
        Assert.That(row.ProgressDone, Is.EqualTo(200));
        Assert.That(await CountAsync(network.Marketing), Is.EqualTo(200));
        Assert.That(await network.Service.PublishedAsync<SurveySubmitted>(), Is.Empty);

        var result = (SurveyImportResult)(await SurveyImport.RunAsync(network.Service.Services, new JobRun(row, caller)))!;
        Assert.That((result.Created, result.Unchanged), Is.EqualTo((InAll, 0)));
        Assert.That(await CountAsync(network.Marketing), Is.EqualTo(InAll));
        Assert.That(await network.Service.PublishedAsync<SurveySubmitted>(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_cancelled_import_stops_and_what_it_committed_stays()
    {
        var operation = await StartAsync(network.Marketing, RealFile("market-survey.xlsx"));
        await network.Marketing.Operations.CancelOperationAsync(new CancelOperationRequest { Name = operation.Name });
        var done = await DoneAsync(network.Marketing, operation);
        // It may have been faster than the cancelling.
        Assert.That(done.Error?.Code ?? 0, Is.EqualTo(done.ProgressDone < InAll ? (int)StatusCode.Cancelled : 0));
        Assert.That(await CountAsync(network.Marketing), Is.EqualTo(done.ProgressDone));
    }

    [Test]
    public async Task One_request_id_is_one_import()
    {
        var request = new ImportSurveysRequest { File = new HttpBody { Data = ByteString.CopyFrom(RealFile("market-survey.gb18030.csv")) }, RequestId = "once" };
        var first = await network.Wang.Surveys.ImportSurveysAsync(request);
        Assert.That(await network.Wang.Surveys.ImportSurveysAsync(request), Is.EqualTo(first));
        await DoneAsync(network.Wang, first);
        Assert.That((await network.Wang.Operations.ListOperationsAsync(new ListOperationsRequest())).Operations, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_form_is_exported_as_it_was_imported_and_the_export_is_audited()
    {
        await ImportAsync(network.Wang, RealFile("market-survey.xlsx"));
        using var reply = await network.Manager.Rest.GetAsync($"/v1/surveys:export?month={Month}");
        var file = await reply.Content.ReadAsByteArrayAsync();
        Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.OK), Encoding.UTF8.GetString(file));
        Assert.That(reply.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
        Assert.That(reply.Content.Headers.ContentDisposition?.FileNameStar, Is.EqualTo("市场及客户信息调研表-2026-11.xlsx"));

        var exported = SurveyForm.Read(file).Select(l => SurveyForm.Cells(l.Entry!.Cells)).ToList();
        var imported = SurveyForm.Read(RealFile("market-survey.xlsx")).Where(l => l.Entry!.ProvinceCode == "32").Select(l => SurveyForm.Cells(l.Entry!.Cells)).ToList();
        Assert.That(exported, Is.EqualTo(imported));
        Assert.That(Sheet.Read(file)[0].Rows[0][0], Is.EqualTo("市场及客户信息调研表"));

        var audit = await network.CentreManager.Operations.ListAuditEntriesAsync(new ListAuditEntriesRequest { Resource = "surveys" });
        Assert.That(audit.AuditEntries.Select(a => (a.Action, a.ActorName)), Is.EqualTo(new[] { ("survey.export", "陈经理") }));
    }

    [Test]
    public async Task Nobody_else_sees_any_of_it()
    {
        var result = await ImportAsync(network.Wang, Csv("江苏,南京,好店,福特,100,,,025-52426777,,"));
        Assert.That(result.Created, Is.EqualTo(1));
        var name = (await AllAsync(network.Wang)).Single().Name;
        foreach (var stranger in new[] { network.Li, network.ZhejiangManager })
        {
            await Refused.Async(StatusCode.NotFound, async () => await stranger.Surveys.GetSurveyAsync(new GetSurveyRequest { Name = name }));
            Assert.That(await AllAsync(stranger), Is.Empty);
            var file = await stranger.Rest.GetByteArrayAsync($"/v1/surveys:export?month={Month}");
            Assert.That(Sheet.Read(file).SelectMany(s => s.Rows).SelectMany(r => r.Cells), Has.None.Contains("好店"));
        }
        await Refused.Async(StatusCode.NotFound, async () => await network.ZhejiangManager.Surveys.ExportSurveys(new ExportSurveysRequest { Organisation = "organisations/js" }).ResponseStream.MoveNext());
        var operation = (await network.Wang.Operations.ListOperationsAsync(new ListOperationsRequest())).Operations.Single();
        await Refused.Async(StatusCode.NotFound, async () => await network.Li.Operations.GetOperationAsync(new GetOperationRequest { Name = operation.Name }));
    }

    [Test]
    public async Task The_file_is_the_body_over_REST()
    {
        using var body = new ByteArrayContent(RealFile("market-survey.gb18030.csv"));
        body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var reply = await network.Wang.Rest.PostAsync("/v1/surveys:import?month=2026-10", body);
        var text = await reply.Content.ReadAsStringAsync();
        Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        var done = await DoneAsync(network.Wang, JsonParser.Default.Parse<Operation>(text));
        Assert.That(SurveyImportResult.Parser.ParseJson(done.ResultJson), Has.Property("Created").EqualTo(InJiangsu).And.Property("Month").EqualTo("2026-10"));
    }

    internal static byte[] RealFile(string name) => File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", name));

    internal static byte[] Csv(params string[] rows) =>
        Encoding.UTF8.GetBytes(string.Join("\r\n", rows.Prepend("地区,城市,销售终端(4S店)名称,主营车型,年销量,地址,联系人,电话,是/否为拓展目标,拓展优势")));

    internal static async Task<Operation> StartAsync(Acting who, byte[] file, string month = "", bool dryRun = false) =>
        await who.Surveys.ImportSurveysAsync(new ImportSurveysRequest { File = new HttpBody { Data = ByteString.CopyFrom(file) }, Month = month, DryRun = dryRun });

    internal static async Task<SurveyImportResult> ImportAsync(Acting who, byte[] file, string month = "", bool dryRun = false)
    {
        var done = await DoneAsync(who, await StartAsync(who, file, month, dryRun));
        Assert.That(done.Error, Is.Null);
        Assert.That(done.ProgressDone, Is.EqualTo(done.ProgressTotal));
        return SurveyImportResult.Parser.ParseJson(done.ResultJson);
    }

    internal static async Task<Operation> DoneAsync(Acting who, Operation operation)
    {
        await Eventually.Async(async () => (operation = await who.Operations.GetOperationAsync(new GetOperationRequest { Name = operation.Name })).Done,
            TimeSpan.FromSeconds(60), "the import is done");
        return operation;
    }

    internal static async Task<List<Survey>> AllAsync(Acting who) =>
        [.. (await who.Surveys.ListSurveysAsync(new ListSurveysRequest { PageSize = 1000 })).Surveys];

    private static async Task<int> CountAsync(Acting who) => (await who.Partners.ListPartnersAsync(new ListPartnersRequest { PageSize = 1000 })).Partners.Count;
}
