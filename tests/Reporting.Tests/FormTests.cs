using Google.Api;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

/// <summary>附件四, 附件五 in its three forms and 附件六: every cell of the file beside the expected sheet.</summary>
internal sealed class FormTests
{
    private ReportingHouse house = null!;
    private string gm = "";

    [SetUp]
    public async Task StartAsync()
    {
        house = await ReportingHouse.StartAsync();
        gm = house.Service.TokenFor("centre-general-manager", "/hq/js/", "g1");
        await house.Service.HearAsync(Heard.Staff("g1", "js", "/hq/js/", "centre-general-manager"));
    }

    [TearDown]
    public Task StopAsync() => house.DisposeAsync().AsTask();

    [Test]
    public async Task The_decomposition_is_the_manuals_form()
    {
        var centre = await IssuedAsync();

        Assert.That(await SheetAsync(Decompositions(house.S1).ExportDecomposition(new ExportDecompositionRequest { Name = centre.Name }).ResponseStream), Is.EqualTo(new[]
        {
            "计划分解表",
            "机构名称：江苏销售服务中心    月份：2026-11",
            "计划下达人：h1    计划落实人：员工g1",
            "阶段|工作内容|市代（家）|4S店（家）|完成时间",
            "准备阶段|名单与资料|||2026-11-02",
            "启动阶段||||2026-11-03",
            "第一轮拓展||2|3|2026-11-15",
            "第二轮拓展||1|1|2026-11-28",
            "收尾阶段||||2026-11-30",
            "合计||3|4",
            "分解明细",
            "计划落实人|第一轮 / 第二轮完成时间|市代（家）|4S店（家）|状态",
            "员工m1|2026-11-15 / 2026-11-28|2|4|已下达",
            "下级分解合计低于本计划的原因：一家代理推迟",
            "计划下达人签字：                    计划落实人签字：                    日期：",
        }));
        Assert.That(await house.Service.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM audit WHERE action = 'decomposition.export'")), Is.EqualTo(1));
    }

    [Test]
    public async Task The_progress_is_the_manuals_form()
    {
        var centre = await IssuedAsync();
        await house.Service.HearAsync(Heard.Signed("g1", "a1", new(2026, 11, 14), "city-agent"));
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 3), "reported"));
        await Decompositions(gm).SubmitProgressAsync(new SubmitProgressRequest
        {
            Name = centre.Name,
            Kind = ProgressKind.Week,
            Remarks =
            {
                new StageRemark { Kind = StageKind.Prepare, Completion = "名单已齐" }, new StageRemark { Kind = StageKind.Start, Completion = "已启动" },
                new StageRemark { Kind = StageKind.RoundOne, Measure = "增派一人", ExpectedDate = "2026-11-25" },
            },
        });

        Assert.That(await SheetAsync(Decompositions(house.Hq).ExportProgress(new ExportProgressRequest { Name = centre.Name }).ResponseStream), Is.EqualTo(new[]
        {
            "拓展进度表",
            "机构名称：江苏销售服务中心    月份：2026-11    截至日期：2026-11-18    本月拜访：1 次",
            "计划下达人：h1    计划落实人：员工g1",
            "阶段|工作内容|完成时间|计划||实际达成情况|||差距||调整举措",
            "阶段|工作内容|完成时间|市代|4S店|市代|4S店|完成情况|市代|4S店|调整举措|预计完成日期",
            "准备阶段|名单与资料|2026-11-02|||||名单已齐",
            "启动阶段||2026-11-03|||||已启动",
            "第一轮拓展||2026-11-15|2|3|1|0||1|3|增派一人|2026-11-25",
            "第二轮拓展||2026-11-28|1|1|0|0||1|1",
            "收尾阶段||2026-11-30",
            "合计|||3|4|1|0||2|4",
            "下级分解合计低于本计划的原因：一家代理推迟",
            "计划下达人签字：                    计划落实人签字：                    日期：",
        }));
    }

    [Test]
    public async Task The_three_journals_are_the_manuals_forms()
    {
        await house.Service.HearAsync(Heard.Visit("v1", "p1", ReportingHouse.Today, "reported"));
        await house.Service.HearAsync(Heard.Signed("g2", "p1", ReportingHouse.Today));
        await house.ReportAsync(house.S1, ("p1", "2026-11-18", "GT-100", 3), ("a1", "2026-11-18", "GT-100", 5));
        var daily = await BeginAsync(new Journal { Kind = JournalKind.Daily, Daily = new DailyJournal { MorningMeeting = "分派", EveningMeeting = "总结", PlanMorning = "拜访", PlanAfternoon = "整理" } });
        await Journals(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = daily });
        await Journals(house.Manager).AcceptJournalAsync(new AcceptJournalRequest { Name = daily, Comment = "很好" });
        var weekly = await BeginAsync(new Journal
        {
            Kind = JournalKind.Weekly,
            Weekly = new WeeklyJournal
            {
                Rows =
                {
                    new WeekRow { Kind = WeekRowKind.Terminals, Plan = 2, Reason = "客户出差", Improvement = "再访", NextPlan = 1 },
                    new WeekRow { Kind = WeekRowKind.TargetClientVisits, Partner = "partners/p1", Plan = 1, NextPlan = 2 },
                },
            },
        });
        var monthly = await BeginAsync(new Journal
        {
            Kind = JournalKind.Monthly,
            Monthly = new MonthlyJournal { Failures = "无", LikelyWins = "苏州远通", NextMonth = { new NextMonthLine { Item = "南京", Agents = 1, Sales = 30 }, new NextMonthLine { Item = "无锡", Terminals = 2, Visits = 8 } } },
        });

        Assert.That(await ExportAsync(daily), Is.EqualTo(new[]
        {
            "工作日志",
            "机构名称：江苏销售服务中心    填报人：s1    期间：2026-11-18",
            "项目|内容|数量|备注",
            "晨会|分派", "夕会|总结", "本日计划（上午）|拜访", "本日计划（下午）|整理", "签约数量|市级代理|0", "签约数量|4S店|1",
            "拜访记录", "序号|客户单位|拜访类型|状态", "1|机构p1|客户拜访|已汇报",
            "销售量", "市级代理|4S店 / 机构|数量|产品", "机构a1|机构a1|5|GT-100", "机构a1|机构p1|3|GT-100", "合计||8",
            "主管点评：很好", "点评人：m1",
        }));
        Assert.That(await ExportAsync(weekly), Is.EqualTo(new[]
        {
            "周计划及检讨表",
            "机构名称：江苏销售服务中心    填报人：s1    期间：2026-W47",
            "项目|目标客户|本周计划|本周成果|差距原因|改进方法|下周计划",
            "市代拓展|||0", "4S拓展||2|1|客户出差|再访|1", "产品销售数量|||8", "新客户拜访次数|||1", "目标客户拜访|机构p1|1|1|||2",
            "主管点评：", "点评人：",
        }));
        Assert.That(await ExportAsync(monthly), Is.EqualTo(new[]
        {
            "月度工作总结",
            "机构名称：江苏销售服务中心    填报人：s1    期间：2026-11",
            "项目|应完成|实际完成|本月|累计",
            "拜访次数||1", "市级代理拓展|0|0", "4S店拓展|0|1", "产品销量|||8|8",
            "未完成情况及原因", "内容", "无", "有望签约", "内容", "苏州远通",
            "下月计划", "项目|市代|4S店|销量|拜访", "南京|1|0|30|0", "无锡|0|2|0|8", "小计|1|2|30|8",
            "主管点评：", "点评人：",
        }));
        var foreign = Assert.ThrowsAsync<RpcException>(() => BytesAsync(Journals(house.S2).ExportJournal(new ExportJournalRequest { Name = daily }).ResponseStream));
        Assert.That(foreign!.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task A_filled_form_comes_back_into_its_draft_and_one_with_faults_does_not()
    {
        var centre = await IssuedAsync();
        var file = await BytesAsync(Decompositions(house.Hq).ExportDecomposition(new ExportDecompositionRequest { Name = centre.Name }).ResponseStream);
        var draft = await Decompositions(house.Hq).CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Organisation = "organisations/js", Month = "2026-12", Implementer = "staff/g1" } });
        var otherMonth = await ImportAsync(draft.Name, file);
        const string Bad = "阶段,工作内容,市代（家）,4S店（家）,完成时间\n准备阶段,x,,,2026-12-01\n准备阶段,x,1,,2026-12-01\n第三轮,x,-1,x,昨天\n";
        var bad = await ImportAsync(draft.Name, System.Text.Encoding.UTF8.GetBytes(Bad));
        const string Twice = "阶段,市代,4S店,完成时间\n准备阶段,1,,2026-12-01\n准备阶段,,,2026-12-01\n";
        var twice = await ImportAsync(draft.Name, System.Text.Encoding.UTF8.GetBytes(Twice));
        var good = System.Text.Encoding.UTF8.GetBytes("阶段,市代,4S店,完成时间\n第一轮拓展,2,3,2026年12月15日\n收尾阶段,,,2026/12/30\n合计,9,9,\n随便写,x,y,z\n");
        var dry = await ImportAsync(draft.Name, good, dryRun: true);
        var untouched = await Decompositions(house.Hq).GetDecompositionAsync(new GetDecompositionRequest { Name = draft.Name });
        var taken = await ImportAsync(draft.Name, good);
        var issued = Assert.ThrowsAsync<RpcException>(() => ImportAsync(centre.Name, good));
        var none = Assert.ThrowsAsync<RpcException>(() => ImportAsync(draft.Name, System.Text.Encoding.UTF8.GetBytes("a,b\n1,2\n")));

        Assert.That(Faults(otherMonth), Is.EqualTo(new[] { "7 完成时间", "8 完成时间" }), "the rounds' dates lie in November");
        Assert.That(Faults(bad), Is.EqualTo(new[] { "4 市代", "4 4S店", "4 完成时间", "4 阶段" }));
        Assert.That(Faults(twice), Is.EqualTo(new[] { "2 市代", "3 阶段" }));
        Assert.That(dry.Decomposition.Agents, Is.EqualTo(2));
        Assert.That(untouched, Is.EqualTo(draft));
        Assert.That(Faults(taken), Is.Empty);
        Assert.That(taken.Decomposition.Stages.Select(stage => $"{stage.Kind} {stage.Agents} {stage.Terminals} {stage.DueDate}"), Is.EqualTo(new[] { "RoundOne 2 3 2026-12-15", "Finish 0 0 2026-12-30" }));
        Assert.That(await Decompositions(house.Hq).GetDecompositionAsync(new GetDecompositionRequest { Name = draft.Name }), Is.EqualTo(taken.Decomposition));
        Assert.That((issued!.StatusCode, none!.StatusCode), Is.EqualTo((StatusCode.FailedPrecondition, StatusCode.InvalidArgument)));
    }

    [Test]
    public async Task A_filled_journal_comes_back_and_one_with_faults_does_not()
    {
        var weekly = await BeginAsync(new Journal
        {
            Kind = JournalKind.Weekly,
            Weekly = new WeeklyJournal { Rows = { new WeekRow { Kind = WeekRowKind.Terminals, Plan = 2, Reason = "出差", NextPlan = 1 }, new WeekRow { Kind = WeekRowKind.TargetClientVisits, Partner = "partners/p1", NextPlan = 2 } } },
        });
        var before = await Journals(house.S1).GetJournalAsync(new GetJournalRequest { Name = weekly });
        var same = await TakeAsync(weekly, await BytesAsync(Journals(house.S1).ExportJournal(new ExportJournalRequest { Name = weekly }).ResponseStream));
        var bad = await TakeAsync(weekly, "项目,目标客户,本周计划,差距原因,改进方法,下周计划\n市代拓展,,x,,,-1\n跑步,,1,,,1\n目标客户拜访,别家,1,,,1\n");
        var dry = await TakeAsync(weekly, "项目,本周计划,下周计划\n市代拓展,1,9\n", dryRun: true);
        var filled = await TakeAsync(weekly, "项目,目标客户,本周计划,差距原因,改进方法,下周计划\n市代拓展,,1,未谈妥,再谈,3\n目标客户拜访,机构p1,4,,,5\n主管点评：,,,,,\n");
        var daily = await TakeAsync(await BeginAsync(new Journal { Kind = JournalKind.Daily }), "项目,内容\n晨会,分派\n本日计划（上午）,拜访\n签约数量,市级代理\n");
        var monthly = await BeginAsync(new Journal { Kind = JournalKind.Monthly, Monthly = new MonthlyJournal { Failures = "无", LikelyWins = "远通", NextMonth = { new NextMonthLine { Item = "南京", Agents = 1, Sales = 30 } } } });
        var whole = await TakeAsync(monthly, await BytesAsync(Journals(house.S1).ExportJournal(new ExportJournalRequest { Name = monthly }).ResponseStream));
        var foreign = Assert.ThrowsAsync<RpcException>(() => Journals(house.S2).ImportJournalAsync(new ImportJournalRequest { Name = weekly, File = new HttpBody { Data = ByteString.CopyFromUtf8("a") } }).ResponseAsync);

        Assert.That(same.Errors, Is.Empty);
        Assert.That(same.Journal.Weekly.Rows.Single(row => row.Kind == WeekRowKind.Terminals), Is.EqualTo(before.Weekly.Rows.Single(row => row.Kind == WeekRowKind.Terminals)));
        Assert.That(same.Journal.Weekly.Rows.Single(row => row.Partner == "partners/p1").NextPlan, Is.EqualTo(2));
        Assert.That(bad.Errors.Select(error => $"{error.Row} {error.Column}"), Is.EqualTo(new[] { "2 本周计划", "2 下周计划", "3 项目", "4 目标客户" }));
        Assert.That(bad.Journal.Weekly, Is.EqualTo(same.Journal.Weekly), "nothing is taken");
        Assert.That(dry.Journal.Weekly.Rows[0].NextPlan, Is.EqualTo(9));
        Assert.That(filled.Journal.Weekly.Rows.Where(row => row.HasNextPlan).Select(row => $"{row.Kind} {row.Plan} {row.Reason} {row.NextPlan}"), Is.EqualTo(new[] { "Agents 1 未谈妥 3", "TargetClientVisits 4  5" }));
        Assert.That(await Journals(house.S1).GetJournalAsync(new GetJournalRequest { Name = weekly }), Is.EqualTo(filled.Journal));
        Assert.That((daily.Journal.Daily.MorningMeeting, daily.Journal.Daily.PlanMorning, daily.Journal.Daily.PlanAfternoon), Is.EqualTo(("分派", "拜访", "")));
        Assert.That((whole.Journal.Monthly.Failures, whole.Journal.Monthly.LikelyWins), Is.EqualTo(("无", "远通")));
        Assert.That(whole.Journal.Monthly.NextMonth, Is.EqualTo(new[] { new NextMonthLine { Item = "南京", Agents = 1, Sales = 30 } }));
        Assert.That(foreign!.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task A_form_with_faults_comes_back_with_each_beside_its_row_and_mended_it_is_taken()
    {
        var draft = await Decompositions(house.Hq).CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Organisation = "organisations/js", Month = "2026-12", Implementer = "staff/g1" } });
        var file = await BytesAsync(Decompositions(house.Hq).ExportDecomposition(new ExportDecompositionRequest { Name = (await IssuedAsync()).Name }).ResponseStream);
        var checkedForm = await BytesAsync(Decompositions(house.Hq).CheckDecompositionForm(new CheckDecompositionFormRequest { Name = draft.Name, File = new HttpBody { Data = ByteString.CopyFrom(file) } }).ResponseStream);
        var csv = "阶段,市代,4S店,完成时间\n准备阶段,,,昨天\n第三轮,-1,x,2026-12-05\n";
        using var rest = await house.Service.Rest(house.Hq, "en").PostAsync($"/v1/{draft.Name}:checkForm", new StringContent(csv, System.Text.Encoding.UTF8, "text/csv"));
        var taken = await ImportAsync(draft.Name, System.Text.Encoding.UTF8.GetBytes("阶段,市代,4S店,完成时间,错误\n第一轮拓展,2,3,2026-12-15,完成时间：不对\n"));

        var lines = Sheet.Read(checkedForm).Single().Rows;
        Assert.That(lines.Select(row => row.Number), Is.EqualTo(Sheet.Read(file).Single().Rows.Select(row => row.Number)), "each row stands where it stood");
        Assert.That(lines.Select(row => string.Join('|', row.Cells).TrimEnd('|')).Skip(3).Take(7), Is.EqualTo(new[]
        {
            "阶段|工作内容|市代（家）|4S店（家）|完成时间|错误", "准备阶段|名单与资料|||2026-11-02", "启动阶段||||2026-11-03",
            "第一轮拓展||2|3|2026-11-15|完成时间：须在 2026-12 之内。", "第二轮拓展||1|1|2026-11-28|完成时间：须在 2026-12 之内。", "收尾阶段||||2026-11-30", "合计||3|4",
        }));
        Assert.That(rest.Content.Headers.ContentDisposition!.FileNameStar, Is.EqualTo("计划分解表-错误.xlsx"));
        Assert.That(Sheet.Read(await rest.Content.ReadAsByteArrayAsync()).Single().Rows.Select(row => string.Join('|', row.Cells)).Skip(1), Is.EqualTo(new[]
        {
            "阶段|市代|4S店|完成时间|错误", "准备阶段|||昨天|完成时间 “昨天” is not a date such as 2026-03-05",
            "第三轮|-1|x|2026-12-05|市代 must be 0 to 100000; 4S店 “x” is not a whole number; 阶段 must be one of 准备阶段, 启动阶段, 第一轮拓展, 第二轮拓展, 收尾阶段",
        }));
        Assert.That((taken.Errors, taken.Decomposition.Agents), Is.EqualTo((new Google.Protobuf.Collections.RepeatedField<FormError>(), 2L)));
    }

    [Test]
    public async Task Each_of_the_three_journals_comes_back_with_its_faults()
    {
        var weekly = await BeginAsync(new Journal { Kind = JournalKind.Weekly, Weekly = new WeeklyJournal() });
        var monthly = await BeginAsync(new Journal { Kind = JournalKind.Monthly, Monthly = new MonthlyJournal { Failures = "无", LikelyWins = "远通", NextMonth = { new NextMonthLine { Item = "南京", Agents = 1, Sales = 30 } } } });
        var daily = await BeginAsync(new Journal { Kind = JournalKind.Daily, Daily = new DailyJournal { MorningMeeting = "分派" } });
        var longText = new string('长', 1001);

        Assert.That(await CheckAsync(weekly, "项目,本周计划,下周计划\n市代拓展,x,-1\n跑步,1,1\n"), Is.EqualTo(new[]
        {
            "错误", "项目|本周计划|下周计划|错误", "市代拓展|x|-1|本周计划：“x”不是整数；下周计划：须为 0 至 100000", "跑步|1|1|项目：须为：市代拓展、4S拓展、产品销售数量、新客户拜访次数、目标客户拜访",
        }));
        Assert.That(await CheckAsync(daily, $"项目,内容\n晨会,{longText}\n"), Is.EqualTo(new[] { "错误", "项目|内容|错误", $"晨会|{longText}|内容：最多 1000 个字" }));
        var file = await BytesAsync(Journals(house.S1).ExportJournal(new ExportJournalRequest { Name = monthly }).ResponseStream);
        var whole = await BytesAsync(Journals(house.S1).CheckJournalForm(new CheckJournalFormRequest { Name = monthly, File = new HttpBody { Data = ByteString.CopyFrom(file) } }).ResponseStream);
        Assert.That((await TakeAsync(monthly, whole)).Journal.Monthly, Is.EqualTo((await Journals(house.S1).GetJournalAsync(new GetJournalRequest { Name = monthly })).Monthly), "what comes back is the form still");
        var foreign = await ReportingHouse.RefusalOfStreamAsync(Journals(house.S2).CheckJournalForm(new CheckJournalFormRequest { Name = monthly, File = new HttpBody { Data = ByteString.CopyFrom(file) } }));
        Assert.That(foreign.Code, Is.EqualTo(StatusCode.NotFound));
    }

    private Task<string[]> CheckAsync(string name, string file) =>
        SheetAsync(Journals(house.S1).CheckJournalForm(new CheckJournalFormRequest { Name = name, File = new HttpBody { ContentType = "text/csv", Data = ByteString.CopyFromUtf8(file) } }).ResponseStream);

    private async Task<ImportJournalResponse> TakeAsync(string name, byte[] file) =>
        await Journals(house.S1).ImportJournalAsync(new ImportJournalRequest { Name = name, File = new HttpBody { Data = ByteString.CopyFrom(file) } });

    private async Task<ImportJournalResponse> TakeAsync(string name, string file, bool dryRun = false) =>
        await Journals(house.S1).ImportJournalAsync(new ImportJournalRequest { Name = name, DryRun = dryRun, File = new HttpBody { ContentType = "text/csv", Data = ByteString.CopyFromUtf8(file) } });

    private V1.DecompositionService.DecompositionServiceClient Decompositions(string token) => new(house.Service.Grpc(token));

    private V1.JournalService.JournalServiceClient Journals(string token) => new(house.Service.Grpc(token));

    private static IEnumerable<string> Faults(ImportDecompositionResponse reply) => reply.Errors.Select(error => $"{error.Row} {error.Column}");

    private async Task<ImportDecompositionResponse> ImportAsync(string name, byte[] file, bool dryRun = false) => await Decompositions(house.Hq).ImportDecompositionAsync(
        new ImportDecompositionRequest { Name = name, DryRun = dryRun, File = new HttpBody { ContentType = "text/csv", Data = ByteString.CopyFrom(file) } });

    private async Task<string> BeginAsync(Journal journal)
    {
        journal.Day = "2026-11-18";
        return (await Journals(house.S1).CreateJournalAsync(new CreateJournalRequest { Journal = journal })).Name;
    }

    private Task<string[]> ExportAsync(string name) => SheetAsync(Journals(house.S1).ExportJournal(new ExportJournalRequest { Name = name }).ResponseStream);

    private async Task<Decomposition> IssuedAsync()
    {
        var centre = await Decompositions(house.Hq).CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Organisation = "organisations/js", Month = "2026-11", Implementer = "staff/g1", Stages = { Stages(2, 3) } } });
        await Decompositions(house.Hq).IssueDecompositionAsync(new IssueDecompositionRequest { Name = centre.Name });
        await Decompositions(gm).CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Parent = centre.Name, Implementer = "staff/m1", Stages = { Stages(1, 3) } } });
        await Decompositions(gm).IssueBelowAsync(new IssueBelowRequest { Parent = centre.Name, ShortfallReason = "一家代理推迟" });
        return centre;
    }

    private static IEnumerable<DecompositionStage> Stages(long agents, long terminals) =>
    [
        new() { Kind = StageKind.Prepare, DueDate = "2026-11-02", Content = "名单与资料" },
        new() { Kind = StageKind.Start, DueDate = "2026-11-03" },
        new() { Kind = StageKind.RoundOne, DueDate = "2026-11-15", Agents = agents, Terminals = terminals },
        new() { Kind = StageKind.RoundTwo, DueDate = "2026-11-28", Agents = 1, Terminals = 1 },
        new() { Kind = StageKind.Finish, DueDate = "2026-11-30" },
    ];

    /// <summary>Every row that is not empty, its cells between bars; empty cells at its end are left out.</summary>
    private static async Task<string[]> SheetAsync(IAsyncStreamReader<HttpBody> stream) =>
        [.. Sheet.Read(await BytesAsync(stream)).Single().Rows.Select(row => string.Join('|', row.Cells).TrimEnd('|'))];

    private static async Task<byte[]> BytesAsync(IAsyncStreamReader<HttpBody> stream)
    {
        using var file = new MemoryStream();
        await foreach (var piece in stream.ReadAllAsync())
            piece.Data.WriteTo(file);
        return file.ToArray();
    }
}
