using System.IO.Compression;
using System.Text.Json;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Reporting.Forms;
using Qudao.Reporting.V1;
using Qudao.TestKit;
using Qudao.Training.V1;

namespace Qudao.Reporting.Tests;

/// <summary>The general manager's report, and all forms of an organisation and a period in one file.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class FormSetTests(DatabaseUnderTest database)
{
    private const string Index = "目录.xlsx";

    private readonly FakeSurveys surveys = new();
    private FakeService others = null!;
    private ReportingHouse house = null!;
    private string gm = "";

    [SetUp]
    public async Task StartAsync()
    {
        surveys.Held = null;
        others = await FakeService.StartAsync(surveys, new FakeStatistics(), new FakeRequests());
        house = await ReportingHouse.StartAsync(database, others.Address);
        gm = house.Service.TokenFor("centre-general-manager", "/hq/js/", "g1");
        await house.Service.HearAsync(Heard.Staff("g1", "js", "/hq/js/", "centre-general-manager"));
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
        await others.DisposeAsync();
    }

    [Test]
    public async Task The_general_managers_report_counts_the_month_beside_plan_and_months_before()
    {
        await house.Plans(gm).CreatePlanAsync(new CreatePlanRequest { Plan = new Plan { Organisation = "organisations/js", Month = "2026-11", Agents = 2, Terminals = 4, SalesQuantity = 100 } });
        await house.Plans(gm).CreatePlanAsync(new CreatePlanRequest { Plan = new Plan { Organisation = "organisations/js", Month = "2026-12", Agents = 1, SalesQuantity = 120 } });
        await house.Service.HearAsync(Heard.Signed("g1", "a1", new(2026, 11, 2), "city-agent"));
        await house.Service.HearAsync(Heard.Signed("g2", "p1", new(2026, 10, 3)));
        await house.Service.HearAsync(Heard.Signed("g3", "p1", new(2026, 11, 9)));
        await house.Service.HearAsync(Heard.Signed("g4", "p2", new(2026, 11, 3)));
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 3), "reported"));
        await house.Service.HearAsync(Heard.Visit("v2", "p1", new(2026, 11, 4), "missed"));
        await house.Service.HearAsync(Heard.Trained("t1", "p1", new(2026, 11, 5), 6));
        await house.Service.HearAsync(Heard.Ticket("k1", "p1", ChinaTime.At(new(2026, 11, 5), new TimeOnly(9, 0)), satisfaction: 4, breached: true));
        await house.ReportAsync(house.Manager, ("p1", "2026-11-03", "GT-100", 30), ("p2", "2026-11-04", "GT-200", 15), ("p1", "2026-10-31", "GT-100", 10), ("p1", "2025-11-30", "GT-100", 8), ("a1", "2026-11-05", "GT-100", 5));
        await house.Service.HearAsync(Heard.Signed("g9", "p9", new(2026, 11, 3)));

        var sheet = await SheetAsync(Forms(gm).ExportManagerReport(new ExportManagerReportRequest { Organisation = "organisations/js" }).ResponseStream);
        var whole = await SheetAsync(Forms(house.Hq).ExportManagerReport(new ExportManagerReportRequest { Organisation = "organisations/hq", Month = "2026-11" }).ResponseStream);

        var duties = sheet.SkipWhile(line => line != "五、报送情况").ToList();
        Assert.That(sheet.TakeWhile(line => line != "五、报送情况"), Is.EqualTo(new[]
        {
            "总经理月报", "机构名称：江苏销售服务中心    月份：2026-11",
            "项目|本月计划|本月完成|完成率|上月完成|去年同月|下月计划", "市级代理拓展（家）|2|1|0.5|0|0|1", "4S店拓展（家）|4|1|0.25|1|0|0", "产品销量（件）|100|50|0.5|10|8|120",
            "一、拓展与拜访", "项目|本月|上月", "拜访登记（次）|2|0", "拜访已汇报（次）|1|0", "拜访未汇报（次）|1|0", "签订协议（份）|3|1",
            "二、人员业绩", "销售人员|市代（家）|4S店（家）|拜访（次）|销量（件）", "员工s1|1|0|1|35", "员工s2|0|1|0|15", "合计|1|1|1|50",
            "三、产品销量", "产品|本月|上月", "GT-100|35|10", "GT-200|15|0",
            "四、培训与售后服务", "项目|本月|上月", "培训（场）|1|0", "参训（人次）|6|0", "受理工单（件）|1|0", "其中投诉（件）|1|0", "首次响应超时（件）|1|0", "解决超时（件）|0|0", "满意度（1–5 分）|4",
        }));
        Assert.That(duties[..2], Is.EqualTo(new[] { "五、报送情况", "事项|按时|迟报|未报|及时率" }));
        Assert.That(duties.SkipWhile(line => line != "六、存在问题与改进措施"), Is.EqualTo(new[] { "六、存在问题与改进措施", "存在问题|原因分析|改进措施|责任人|完成时间", "总经理签字：                    日期：" }));
        Assert.That(whole.SkipWhile(line => line != "二、各机构业绩").Take(5), Is.EqualTo(new[]
        {
            "二、各机构业绩", "机构|市代（家）|4S店（家）|拜访（次）|销量（件）", "江苏销售服务中心|1|1|1|50", "浙江销售服务中心|0|1|0|0", "合计|1|2|1|50",
        }));
    }

    [Test]
    public async Task The_report_is_for_who_sees_all_of_the_organisation()
    {
        var asked = new ExportManagerReportRequest { Organisation = "organisations/js" };
        Assert.That(await CodeAsync(Forms(house.S1).ExportManagerReport(asked).ResponseStream), Is.EqualTo(StatusCode.PermissionDenied));
        Assert.That(await CodeAsync(Forms(house.Stranger).ExportManagerReport(asked).ResponseStream), Is.EqualTo(StatusCode.NotFound));
        Assert.That(await CodeAsync(Forms(gm).ExportManagerReport(new ExportManagerReportRequest { Organisation = "organisations/js", Month = "2026-12" }).ResponseStream), Is.EqualTo(StatusCode.InvalidArgument));
    }

    [Test]
    public async Task A_set_holds_every_form_and_the_index_tells_of_each()
    {
        await FillAsync();

        var done = await DoneAsync(await Forms(gm).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2026-11" }), gm);

        Assert.That(done.Error, Is.Null, $"{done.Error}");
        var set = FormSet.Parser.ParseJson(done.ResultJson);
        using var zip = await ZipAsync(gm, done.Name);
        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EquivalentTo(new[]
        {
            "江苏销售服务中心/附件一 市场及客户信息调研表 2026-11.xlsx", "江苏销售服务中心/附件二 协议签订统计表 2026-11-18.xlsx", "江苏销售服务中心/附件三 培训申请表 机构p1 2026-11-10.xlsx",
            "江苏销售服务中心/附件四 计划分解表 员工g1 2026-11.xlsx", "江苏销售服务中心/附件五 工作日志 s1 2026-11-18.xlsx", "江苏销售服务中心/附件五 周计划及检讨表 s1 2026-W47.xlsx",
            "江苏销售服务中心/附件六 拓展进度表 员工g1 2026-11.xlsx", "江苏销售服务中心/总经理月报 2026-11.xlsx", Index,
        }));
        Assert.That((set.FileName, set.Forms, set.Missing, set.SizeBytes), Is.EqualTo(("江苏销售服务中心 表单 2026-11.zip", 8L, 2L, zip.Entries.Sum(entry => entry.Length))));
        Assert.That(await RowsAsync(zip, Index), Is.EqualTo(new[]
        {
            "目录", "期间：2026-11    制作：g1    日期：2026-11-18", "序号|机构|表单|对象|期间|结果|文件 / 原因",
            "1|江苏销售服务中心|附件一 市场及客户信息调研表||2026-11|已导出|江苏销售服务中心/附件一 市场及客户信息调研表 2026-11.xlsx",
            "2|江苏销售服务中心|附件二 协议签订统计表||2026-11-18|已导出|江苏销售服务中心/附件二 协议签订统计表 2026-11-18.xlsx",
            "3|江苏销售服务中心|附件三 培训申请表|机构p1|2026-11-10|已导出|江苏销售服务中心/附件三 培训申请表 机构p1 2026-11-10.xlsx",
            "4|江苏销售服务中心|附件四 计划分解表|员工g1|2026-11|已导出|江苏销售服务中心/附件四 计划分解表 员工g1 2026-11.xlsx",
            "5|江苏销售服务中心|附件五 工作日志|s1|2026-11-18|已导出|江苏销售服务中心/附件五 工作日志 s1 2026-11-18.xlsx",
            "6|江苏销售服务中心|附件五 周计划及检讨表|s1|2026-W47|已导出|江苏销售服务中心/附件五 周计划及检讨表 s1 2026-W47.xlsx",
            "7|江苏销售服务中心|附件五 月度工作总结||2026-11|缺|本期没有您可查看的此类表单。",
            "8|江苏销售服务中心|附件六 拓展进度表|员工g1|2026-11|已导出|江苏销售服务中心/附件六 拓展进度表 员工g1 2026-11.xlsx",
            "9|江苏销售服务中心|考评表||2026-11|缺|本期没有您可查看的此类表单。",
            "10|江苏销售服务中心|总经理月报||2026-11|已导出|江苏销售服务中心/总经理月报 2026-11.xlsx",
            "共 8 份，缺 2 份",
        }));
        Assert.That((await RowsAsync(zip, "江苏销售服务中心/附件四 计划分解表 员工g1 2026-11.xlsx"))[0], Is.EqualTo("计划分解表"), "a form is whole in its place");
        Assert.That(await ReadAsync(zip, "江苏销售服务中心/附件一 市场及客户信息调研表 2026-11.xlsx"), Is.EqualTo(FakeSurveys.File), "what others made comes as they made it");
    }

    [Test]
    public async Task Over_REST_the_file_has_its_Chinese_name_and_is_nobody_elses()
    {
        var done = await DoneAsync(await Forms(gm).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2026-Q4", Kinds = { FormKind.ManagerReport } }), gm);
        var path = $"/v1/{done.Name}/formSet:download";
        using var reply = await house.Service.Rest(gm).GetAsync(path);
        using var foreign = await house.Service.Rest(house.Hq).GetAsync(path);
        using var zip = new ZipArchive(new MemoryStream(await reply.Content.ReadAsByteArrayAsync()));

        Assert.That((reply.Content.Headers.ContentType!.MediaType, reply.Content.Headers.ContentDisposition!.FileNameStar), Is.EqualTo(("application/zip", "江苏销售服务中心 表单 2026-Q4.zip")));
        Assert.That(zip.Entries.Select(entry => entry.Name), Is.EqualTo(new[] { "总经理月报 2026-10.xlsx", "总经理月报 2026-11.xlsx", Index }));
        Assert.That((int)foreign.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task All_below_is_in_the_set_and_what_the_caller_may_not_see_is_told()
    {
        await FillAsync();
        var all = await DoneAsync(await Forms(house.Hq).ExportFormSetAsync(new ExportFormSetRequest
        { Organisation = "organisations/hq", Period = "2026-11", Below = true, Kinds = { FormKind.ManagerReport, FormKind.Decomposition, FormKind.MarketSurvey } }), house.Hq);
        var own = await DoneAsync(await Forms(house.S2).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2026-11" }), house.S2);
        using var zip = await ZipAsync(house.Hq, all.Name);
        using var small = await ZipAsync(house.S2, own.Name);

        Assert.That(zip.Entries.Count(entry => entry.Name.StartsWith("总经理月报", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That((await RowsAsync(zip, Index)).Count(line => line.Contains("附件四", StringComparison.Ordinal) && line.EndsWith("本期没有您可查看的此类表单。", StringComparison.Ordinal)), Is.EqualTo(2), "HQ and Zhejiang");
        var told = (await RowsAsync(small, Index)).Where(line => line.Contains("|缺|", StringComparison.Ordinal)).Select(line => line[(line.IndexOf('|') + 1)..]).ToList();
        Assert.That(told, Has.Member("江苏销售服务中心|附件一 市场及客户信息调研表||2026-11|缺|您没有查看此表的权限。"));
        Assert.That(told, Has.Member("江苏销售服务中心|附件五 工作日志||2026-11|缺|本期没有您可查看的此类表单。"), "another's journal");
        Assert.That(told, Has.Member("江苏销售服务中心|总经理月报||2026-11|缺|月报汇总整个机构的数据，仅限可查看整个机构的人员。"));
    }

    [Test]
    public async Task A_set_is_cancelled_between_two_forms_and_has_no_file_then()
    {
        surveys.Held = new TaskCompletionSource();
        var operation = await Forms(gm).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2026-11", RequestId = "c1" });
        await surveys.Asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That((await ReportingHouse.RefusalOfStreamAsync(Forms(gm).DownloadFormSet(new DownloadFormSetRequest { Operation = operation.Name }))).Reason, Is.EqualTo("OPERATION_RUNNING"));
        await new V1.OperationsService.OperationsServiceClient(house.Service.Grpc(gm)).CancelOperationAsync(new CancelOperationRequest { Name = operation.Name });
        surveys.Held.SetResult();
        var done = await DoneAsync(operation, gm);

        Assert.That(done.Error.Code, Is.EqualTo((int)StatusCode.Cancelled));
        Assert.That((await ReportingHouse.RefusalOfStreamAsync(Forms(gm).DownloadFormSet(new DownloadFormSetRequest { Operation = operation.Name }))).Reason, Is.EqualTo("FILE_NOT_KEPT"));
        Assert.That((await Forms(gm).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2026-11", RequestId = "c1" })).Name, Is.EqualTo(operation.Name));
    }

    /// <summary>As it stands when an instance died after its second form: the operation is open, and two forms are there.</summary>
    [Test]
    public async Task A_set_that_a_restart_cut_off_goes_on_after_the_last_form()
    {
        await FillAsync();
        var done = await DoneAsync(await Forms(gm).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2026-11" }), gm);
        var id = done.Name["reporting/operations/".Length..];
        var (asked, before) = (surveys.Count, await BytesAsync(Forms(gm).DownloadFormSet(new DownloadFormSetRequest { Operation = done.Name }).ResponseStream));
        var argument = JsonSerializer.SerializeToUtf8Bytes(new FormSetAsked("organisations/js", "2026-11", FormNames.All, false, "Bearer " + gm));
        await house.Service.Db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("DELETE FROM form_set_pieces WHERE operation_id = @id AND ordinal >= 2", new { id });
            await tx.ExecuteAsync("UPDATE form_set_items SET state = 'pending', size_bytes = 0, crc = 0 WHERE operation_id = @id AND ordinal >= 2 AND state = 'made'", new { id });
            await tx.ExecuteAsync("UPDATE form_sets SET complete = 0 WHERE operation_id = @id", new { id });
            await tx.ExecuteAsync("UPDATE operations SET done = 0, result = NULL, progress_done = 2, lease_until_us = 0, argument = @argument WHERE id = @id", new { id, argument });
        });
        await house.Service.RestartAsync();
        var again = await DoneAsync(done, gm);

        Assert.That((again.Error, again.ProgressDone, surveys.Count), Is.EqualTo(((Google.Rpc.Status?)null, done.ProgressDone, asked)), "the survey was there already");
        Assert.That(await BytesAsync(Forms(gm).DownloadFormSet(new DownloadFormSetRequest { Operation = done.Name }).ResponseStream), Has.Length.EqualTo(before.Length));
    }

    [Test]
    public async Task What_a_set_cannot_be_of_is_told_at_once()
    {
        var bad = await ReportingHouse.RefusalOfAsync(Forms(gm).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2026-13" }));
        var later = await ReportingHouse.RefusalOfAsync(Forms(gm).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2027" }));
        var foreign = await ReportingHouse.CodeOfAsync(Forms(house.Stranger).ExportFormSetAsync(new ExportFormSetRequest { Organisation = "organisations/js", Period = "2026" }));

        Assert.That((bad.Fields, later.Fields), Is.EqualTo((new[] { "period BAD_FORMAT" }, new[] { "period OUT_OF_RANGE" })));
        Assert.That(foreign, Is.EqualTo(StatusCode.NotFound));
        Assert.That(new[] { "2026-11", "2026-Q4", "2026", "2026-00", "2026-Q5", "26-11", "2026-11\n", "" }.Select(label => FormRules.PeriodOf(label)?.Label ?? "-"), Is.EqualTo(new[] { "2026-11", "2026-Q4", "2026", "-", "-", "-", "-", "-" }));
    }

    /// <summary>A plan and two journals of Jiangsu.</summary>
    private async Task FillAsync()
    {
        var decompositions = new V1.DecompositionService.DecompositionServiceClient(house.Service.Grpc(house.Hq));
        var plan = new Decomposition { Organisation = "organisations/js", Month = "2026-11", Implementer = "staff/g1" };
        plan.Stages.Add(new[] { StageKind.Prepare, StageKind.Start, StageKind.RoundOne, StageKind.RoundTwo, StageKind.Finish }.Select((kind, i) => new DecompositionStage
        { Kind = kind, DueDate = $"2026-11-{10 + i}", Agents = DecompositionStageAgents(kind) }));
        var centre = await decompositions.CreateDecompositionAsync(new CreateDecompositionRequest { Decomposition = plan });
        await decompositions.IssueDecompositionAsync(new IssueDecompositionRequest { Name = centre.Name });
        var journals = new V1.JournalService.JournalServiceClient(house.Service.Grpc(house.S1));
        foreach (var journal in new[]
        {
            new Journal { Kind = JournalKind.Daily, Day = "2026-11-18", Daily = new DailyJournal { MorningMeeting = "分派", EveningMeeting = "总结", PlanMorning = "拜访", PlanAfternoon = "整理" } },
            new Journal { Kind = JournalKind.Weekly, Day = "2026-11-18", Weekly = new WeeklyJournal { Rows = { WeekRows() } } },
        })
        {
            var begun = await journals.CreateJournalAsync(new CreateJournalRequest { Journal = journal });
            await journals.SubmitJournalAsync(new SubmitJournalRequest { Name = begun.Name });
        }
    }

    private static long DecompositionStageAgents(StageKind kind) => kind is StageKind.RoundOne or StageKind.RoundTwo ? 1 : 0;

    private static IEnumerable<WeekRow> WeekRows() => System.Enum.GetValues<WeekRowKind>().Where(kind => kind is not (WeekRowKind.Unspecified or WeekRowKind.TargetClientVisits))
        .Select(kind => new WeekRow { Kind = kind, Plan = 0, NextPlan = 1 });

    private V1.FormService.FormServiceClient Forms(string token) => new(house.Service.Grpc(token));

    private async Task<Operation> DoneAsync(Operation operation, string token)
    {
        var client = new V1.OperationsService.OperationsServiceClient(house.Service.Grpc(token));
        await Eventually.Async(async () => (operation = await client.GetOperationAsync(new GetOperationRequest { Name = operation.Name })).Done, TimeSpan.FromSeconds(30), "the operation is done");
        return operation;
    }

    private async Task<ZipArchive> ZipAsync(string token, string operation) =>
        new(new MemoryStream(await BytesAsync(Forms(token).DownloadFormSet(new DownloadFormSetRequest { Operation = operation }).ResponseStream)));

    private static async Task<byte[]> ReadAsync(ZipArchive zip, string name)
    {
        await using var entry = await zip.GetEntry(name)!.OpenAsync();
        using var file = new MemoryStream();
        await entry.CopyToAsync(file);
        return file.ToArray();
    }

    private static async Task<string[]> RowsAsync(ZipArchive zip, string name) => Rows(await ReadAsync(zip, name));

    private static async Task<string[]> SheetAsync(IAsyncStreamReader<HttpBody> stream) => Rows(await BytesAsync(stream));

    private static string[] Rows(byte[] file) => [.. Sheet.Read(file).Single().Rows.Select(row => string.Join('|', row.Cells).TrimEnd('|'))];

    private static async Task<byte[]> BytesAsync(IAsyncStreamReader<HttpBody> stream)
    {
        using var file = new MemoryStream();
        await foreach (var piece in stream.ReadAllAsync())
            piece.Data.WriteTo(file);
        return file.ToArray();
    }

    private static async Task<StatusCode> CodeAsync(IAsyncStreamReader<HttpBody> stream)
    {
        try
        {
            await BytesAsync(stream);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    /// <summary>Dealer's survey form. It is not for salespeople's exports here.</summary>
    private sealed class FakeSurveys : SurveyService.SurveyServiceBase
    {
        public static readonly byte[] File = [.. Enumerable.Range(0, 700_000).Select(i => (byte)(i * 7))];

        public int Count { get; private set; }

        public TaskCompletionSource? Held { get; set; }

        public TaskCompletionSource Asked { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task ExportSurveys(ExportSurveysRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
        {
            var token = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(context.RequestHeaders.GetValue("authorization")!["Bearer ".Length..]);
            if (token.Claims.Any(claim => claim is { Type: "roles", Value: "salesperson" }))
                throw new RpcException(new Status(StatusCode.PermissionDenied, "no"));
            Count++;
            Asked.TrySetResult();
            if (Held is { } held)
                await held.Task;
            foreach (var piece in File.Chunk(65536))
                await responseStream.WriteAsync(new HttpBody { Data = ByteString.CopyFrom(piece) });
        }
    }

    private sealed class FakeStatistics : AgreementStatisticsService.AgreementStatisticsServiceBase
    {
        public override Task ExportAgreementStatistics(ExportAgreementStatisticsRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context) =>
            responseStream.WriteAsync(new HttpBody { Data = ByteString.CopyFromUtf8(request.Organisation + request.ReportDay) });
    }

    /// <summary>Three requests: of October, of November, and of another centre's partner.</summary>
    private sealed class FakeRequests : TrainingRequestService.TrainingRequestServiceBase
    {
        private static readonly (string Id, string Partner, DateOnly Day)[] All = [("r1", "p1", new(2026, 10, 10)), ("r2", "p1", new(2026, 11, 10)), ("r3", "p9", new(2026, 11, 11))];

        public override Task<ListTrainingRequestsResponse> ListTrainingRequests(ListTrainingRequestsRequest request, ServerCallContext context) => Task.FromResult(new ListTrainingRequestsResponse
        {
            TrainingRequests =
            {
                All.Select(one => new TrainingRequest
                {
                    Name = $"trainingRequests/{one.Id}", Partner = $"partners/{one.Partner}", PartnerDisplayName = $"机构{one.Partner}", CreateTime = Timestamp.FromDateTimeOffset(ChinaTime.StartOfDay(one.Day)),
                }),
            },
        });

        public override Task ExportTrainingRequest(ExportTrainingRequestRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context) =>
            responseStream.WriteAsync(new HttpBody { Data = ByteString.CopyFromUtf8(request.Name) });
    }
}
