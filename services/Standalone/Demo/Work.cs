using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Standalone.Demo;

/// <summary>What a centre works by: the month's plan decomposed 计划分解表 and its progress 拓展进度表, and the salespeople's journals 销售日志.</summary>
internal sealed class Work(DemoRun run)
{
    private DateOnly First => new(run.Day.Year, run.Day.Month, 1);

    public Task PlanAsync() => run.EachAsync(Company.Centres, PlanAsync);

    public Task WriteAsync() => run.EachAsync(
        from centre in Company.Centres from login in centre.Salespeople from journal in Journals(centre, login) select (centre, login, journal),
        one => WriteAsync(one.centre, one.login, one.journal));

    /// <summary>From headquarters to the general manager, the manager and the salespeople; then how far it is, with what is done about the gaps.</summary>
    private async Task PlanAsync(Centre centre)
    {
        var (hq, gm, manager) = (Client("hq.sales"), Client(centre.GeneralManager), Client(centre.Manager));
        var whole = await CreateAsync(hq, centre.GeneralManager, new Decomposition { Organisation = centre.Resource, Month = run.Month, Stages = { Stages(1, 1, 0, 1) } });
        await hq.IssueDecompositionAsync(new IssueDecompositionRequest { RequestId = $"demo-issue-{centre.Id}", Name = whole });
        var ofManager = await CreateAsync(gm, centre.Manager, new Decomposition { Parent = whole, Stages = { Stages(1, 1, 0, 1) } });
        await gm.IssueBelowAsync(new IssueBelowRequest { RequestId = $"demo-issue-{centre.Manager}", Parent = whole });
        await CreateAsync(manager, centre.Salespeople[0], new Decomposition { Parent = ofManager, Stages = { Stages(1, 1, 0, 0) } });
        await CreateAsync(manager, centre.Salespeople[1], new Decomposition { Parent = ofManager, Stages = { Stages(0, 0, 0, 1) } });
        await manager.IssueBelowAsync(new IssueBelowRequest { RequestId = $"demo-issue-below-{centre.Id}", Parent = ofManager });
        // A week that has no day of the month has no progress of it: so it is when a load goes on days later.
        if (ChinaTime.EndOfWeek(run.Today) < First || ChinaTime.StartOfWeek(run.Today) > ChinaTime.EndOfMonth(First))
            return;
        var report = new SubmitProgressRequest { RequestId = $"demo-progress-{centre.Id}", Name = ofManager, Kind = ProgressKind.Week };
        foreach (var (kind, completion, measure) in new[]
        {
            (StageKind.Prepare, "目标名单与资料已备齐", "补齐两家目标客户的资料"), (StageKind.Start, "启动会已召开，任务已分配到人", "尽快召开启动会"),
            (StageKind.RoundOne, "重点客户已洽谈两轮", "由经理陪同拜访重点客户，争取本月签约"), (StageKind.RoundTwo, "候选客户已确定", "增加一名候选客户"), (StageKind.Finish, "按计划收尾", "提前整理签约资料"),
        })
            report.Remarks.Add(new StageRemark { Kind = kind, Completion = completion, Measure = measure, ExpectedDate = $"{run.Day.AddDays(10):yyyy-MM-dd}" });
        await manager.SubmitProgressAsync(report);
    }

    private async Task<string> CreateAsync(DecompositionService.DecompositionServiceClient client, string implementer, Decomposition asked)
    {
        asked.Implementer = run.Cast[implementer].Staff;
        return (await client.CreateDecompositionAsync(new CreateDecompositionRequest { RequestId = $"demo-plan-{implementer}", Decomposition = asked })).Name;
    }

    private IEnumerable<DecompositionStage> Stages(long agentsOne, long terminalsOne, long agentsTwo, long terminalsTwo) =>
    [
        Stage(StageKind.Prepare, 2, "整理目标客户名单与签约资料"), Stage(StageKind.Start, 4, "召开启动会，分解到人"), Stage(StageKind.RoundOne, 15, "拜访并洽谈重点客户", agentsOne, terminalsOne),
        Stage(StageKind.RoundTwo, 25, "补签候选客户", agentsTwo, terminalsTwo), Stage(StageKind.Finish, 28, "资料归档，总结得失"),
    ];

    private DecompositionStage Stage(StageKind kind, int day, string content, long agents = 0, long terminals = 0) =>
        new() { Kind = kind, DueDate = $"{First.AddDays(day - 1):yyyy-MM-dd}", Content = content, Agents = agents, Terminals = terminals };

    /// <summary>Today's and yesterday's, this week's, and last month's.</summary>
    private IEnumerable<Journal> Journals(Centre centre, string login)
    {
        foreach (var day in new[] { run.Day.AddDays(-1), run.Day })
            yield return new Journal
            {
                Kind = JournalKind.Daily,
                Day = $"{day:yyyy-MM-dd}",
                Daily = new DailyJournal { MorningMeeting = "核对昨日进度，分派拜访", EveningMeeting = "汇总洽谈结果", PlanMorning = "拜访两家目标客户", PlanAfternoon = "整理签约资料，电话回访老客户" },
            };
        var target = run.ShopsOf(centre).First(shop => shop.Salesperson == login && shop.Fate == Fate.Negotiating).Partner;
        yield return new Journal
        {
            Kind = JournalKind.Weekly,
            Day = $"{run.Day:yyyy-MM-dd}",
            Weekly = new WeeklyJournal
            {
                Rows =
                {
                    new WeekRow { Kind = WeekRowKind.Agents, Plan = 0, NextPlan = 0 },
                    new WeekRow { Kind = WeekRowKind.Terminals, Plan = 1, NextPlan = 1, Reason = "客户总部审批未完成", Improvement = "下周陪同客户提交审批资料" },
                    new WeekRow { Kind = WeekRowKind.Sales, Plan = 20, NextPlan = 25, Reason = "两家门店库存不足", Improvement = "协调提前发货" },
                    new WeekRow { Kind = WeekRowKind.NewClientVisits, Plan = 2, NextPlan = 3, Reason = "行程冲突", Improvement = "提前一天确认预约" },
                    new WeekRow { Kind = WeekRowKind.TargetClientVisits, Partner = target, Plan = 1, NextPlan = 1, Reason = "客户出差", Improvement = "改约下周二上午" },
                },
            },
        };
        yield return new Journal
        {
            Kind = JournalKind.Monthly,
            Day = $"{First.AddMonths(-1):yyyy-MM-dd}",
            Monthly = new MonthlyJournal
            {
                Failures = "一家目标客户因总部政策调整推迟签约。",
                LikelyWins = "两家洽谈中的门店已确认合作意向。",
                NextMonth = { new NextMonthLine { Item = "重点城市", Agents = 1, Terminals = 1, Sales = 60, Visits = 12 }, new NextMonthLine { Item = "其他城市", Terminals = 1, Sales = 20, Visits = 6 } },
            },
        };
    }

    /// <summary>Handed in, but for today's; the manager has accepted the first salesperson's and sent one back to the second.</summary>
    private async Task WriteAsync(Centre centre, string login, Journal journal)
    {
        var writer = run.Cast[login].As<JournalService.JournalServiceClient>();
        var manager = run.Cast[centre.Manager].As<JournalService.JournalServiceClient>();
        var key = $"demo-{login}-{journal.Kind}-{journal.Day}";
        var isToday = journal.Kind == JournalKind.Daily && journal.Day == $"{run.Day:yyyy-MM-dd}";
        var begun = await writer.CreateJournalAsync(new CreateJournalRequest { RequestId = key, Journal = journal });
        if (isToday && login == centre.Salespeople[1])
            return;
        await writer.SubmitJournalAsync(new SubmitJournalRequest { RequestId = key, Name = begun.Name });
        if (isToday || journal.Kind == JournalKind.Weekly)
            return;
        if (login == centre.Salespeople[0])
            await manager.AcceptJournalAsync(new AcceptJournalRequest { RequestId = key, Name = begun.Name, Comment = "安排合理，继续跟进重点客户。" });
        else if (journal.Kind == JournalKind.Daily)
            await manager.ReturnJournalAsync(new ReturnJournalRequest { RequestId = key, Name = begun.Name, Reason = "请写明拜访客户的名称和洽谈结果。" });
    }

    private DecompositionService.DecompositionServiceClient Client(string login) => run.Cast[login].As<DecompositionService.DecompositionServiceClient>();
}
