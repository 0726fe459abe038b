using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Journals;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class JournalTests(DatabaseUnderTest database)
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

    private string Gm => house.Service.TokenFor("centre-general-manager", "/hq/js/", "g1");

    [Test]
    public async Task The_daily_journal_fills_itself_in_while_it_is_a_draft_and_stays_as_it_was_handed_in()
    {
        var draft = await DailyAsync(house.S1);
        Assert.That((draft.State, draft.Period, draft.Writer, draft.WriterName, draft.OrganisationName), Is.EqualTo((JournalState.Draft, "2026-11-18", "staff/s1", "s1", "江苏销售服务中心")));
        Assert.That((draft.Daily.Visits.Count, draft.Daily.Sales.Count, draft.Daily.TerminalsSigned), Is.EqualTo((0, 0, 0L)));
        await house.Service.HearAsync(Heard.Visit("v1", "p1", ReportingHouse.Today, "reported"));
        await house.Service.HearAsync(Heard.Visit("v2", "a1", ReportingHouse.Today, "cancelled"));
        await house.Service.HearAsync(Heard.Visit("v3", "a1", new(2026, 11, 17), "reported"));
        await house.Service.HearAsync(Heard.Signed("g1", "a1", ReportingHouse.Today, "city-agent"));
        await house.Service.HearAsync(Heard.Signed("g2", "p1", ReportingHouse.Today));
        await house.Service.HearAsync(Heard.Signed("g3", "p2", ReportingHouse.Today));
        await house.ReportAsync(house.Manager, ("p1", "2026-11-18", "GT-100", 3), ("p1", "2026-11-18", "GT-200", 2), ("a1", "2026-11-18", "GT-100", 5), ("p2", "2026-11-18", "GT-100", 99),
            ("p1", "2026-11-17", "GT-100", 77));

        var filled = await GetAsync(house.S1, draft.Name);
        Assert.That(filled.Daily.Visits.Select(visit => $"{visit.Partner} {visit.PartnerName} {visit.Kind} {visit.State}"), Is.EqualTo(new[] { "partners/p1 机构p1 client-visit reported" }));
        Assert.That((filled.Daily.AgentsSigned, filled.Daily.TerminalsSigned), Is.EqualTo((1L, 1L)));
        Assert.That(filled.Daily.Sales.Select(sale => $"{sale.AgentName} {sale.ProductCode} {sale.PartnerName} {sale.Quantity}"),
            Is.EqualTo(new[] { "机构a1 GT-100 机构a1 5", "机构a1 GT-100 机构p1 3", "机构a1 GT-200 机构p1 2" }), "his own, not s2's, of that day");

        var submitted = await Client(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = draft.Name, Etag = filled.Etag });
        await house.ReportAsync(house.Manager, ("a1", "2026-11-18", "GT-300", 1));
        await house.Service.HearAsync(Heard.Visit("v4", "p1", ReportingHouse.Today, "reported"));

        Assert.That(submitted.State, Is.EqualTo(JournalState.Submitted));
        Assert.That(submitted.Daily, Is.EqualTo(filled.Daily));
        Assert.That((await GetAsync(house.S1, draft.Name)).Daily, Is.EqualTo(filled.Daily), "frozen");
        Assert.That((await GetAsync(house.Manager, draft.Name)).Daily, Is.EqualTo(filled.Daily));
        var again = await Client(house.Manager).ReturnJournalAsync(new ReturnJournalRequest { Name = draft.Name, Reason = "请写明洽谈结果" });
        Assert.That(again.Daily, Is.EqualTo(filled.Daily), "the manager sees what was handed in");
        Assert.That((await GetAsync(house.S1, draft.Name)).Daily.Sales, Has.Count.EqualTo(4), "its writer what is counted now");
    }

    [Test]
    public async Task A_journal_is_handed_in_returned_handed_in_again_and_accepted_and_its_duty_with_it()
    {
        var journal = await DailyAsync(house.S1);
        await Client(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = journal.Name });
        await DutyIsAsync("work-journal", "2026-11-18", ObligationState.OnTime);
        var returned = await Client(house.Manager).ReturnJournalAsync(new ReturnJournalRequest { Name = journal.Name, Reason = "请写明洽谈结果" });
        await DutyIsAsync("work-journal", "2026-11-18", ObligationState.Returned);
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 11, 19), new TimeOnly(8, 0)));
        await Client(house.S1).UpdateJournalAsync(new UpdateJournalRequest { Journal = new Journal { Name = journal.Name, Daily = new DailyJournal(journal.Daily) { EveningMeeting = "已补充" } } });
        var again = await Client(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = journal.Name });
        await DutyIsAsync("work-journal", "2026-11-18", ObligationState.Late);
        var accepted = await Client(house.Manager).AcceptJournalAsync(new AcceptJournalRequest { Name = journal.Name, Comment = "写得很好", Etag = again.Etag });
        await DutyIsAsync("work-journal", "2026-11-18", ObligationState.Accepted);

        Assert.That((returned.State, returned.Comment, returned.ReviewerName), Is.EqualTo((JournalState.Returned, "请写明洽谈结果", "m1")));
        Assert.That((again.State, again.Comment, again.Daily.EveningMeeting), Is.EqualTo((JournalState.Submitted, "", "已补充")));
        Assert.That((accepted.State, accepted.Comment, accepted.ReviewerName), Is.EqualTo((JournalState.Accepted, "写得很好", "m1")));
        var duty = (await house.Obligations(house.Hq).ListObligationsAsync(Duty("work-journal", "2026-11-18"))).Obligations.Single();
        Assert.That((duty.Reviewer, duty.ReviewNote, duty.Automatic), Is.EqualTo(("m1", "写得很好", true)));
    }

    [Test]
    public async Task The_weekly_form_counts_the_week_and_asks_only_for_what_is_missing()
    {
        var last = await Client(house.S1).CreateJournalAsync(new CreateJournalRequest
        {
            Journal = new Journal { Kind = JournalKind.Weekly, Day = "2026-11-11", Weekly = new WeeklyJournal { Rows = { Row(WeekRowKind.Sales, 4), Row(WeekRowKind.Agents, 1), Target("p1", 2) } } },
        });
        Assert.That(last.Period, Is.EqualTo("2026-W46"));
        await house.Service.HearAsync(Heard.Signed("g1", "p1", new(2026, 11, 16)));
        await house.Service.HearAsync(Heard.Visit("v0", "p1", new(2026, 11, 12), "reported"));
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 16), "reported"));
        await house.Service.HearAsync(Heard.Visit("v2", "a1", new(2026, 11, 17), "reported"));
        await house.Service.HearAsync(Heard.Visit("v3", "a1", new(2026, 11, 18), "planned"));
        await house.ReportAsync(house.S1, ("p1", "2026-11-16", "GT-100", 3), ("a1", "2026-11-18", "GT-100", 2), ("p1", "2026-11-15", "GT-100", 50));

        var draft = await Client(house.S1).CreateJournalAsync(new CreateJournalRequest { Journal = new Journal { Kind = JournalKind.Weekly, Day = "2026-11-18" } });

        Assert.That(Text(draft), Is.EqualTo(new[] { "Agents 1 0", "Terminals - 1", "Sales 4 5", "NewClientVisits - 1", "TargetClientVisits 机构p1 2 1" }), "the plans are last week's");
        var missing = await ReportingHouse.RefusalOfAsync(Client(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = draft.Name }));
        Assert.That(missing.Fields, Is.EquivalentTo(new[]
        {
            "weekly.rows NEXT_PLAN_REQUIRED", "weekly.rows NEXT_PLAN_REQUIRED", "weekly.rows NEXT_PLAN_REQUIRED", "weekly.rows NEXT_PLAN_REQUIRED",
            "weekly.rows[0].reason REQUIRED", "weekly.rows[0].improvement REQUIRED", "weekly.rows[4].reason REQUIRED", "weekly.rows[4].improvement REQUIRED",
        }));
        var gap = new WeekRow(Row(WeekRowKind.Agents, 1)) { Reason = "客户出差", Improvement = "下周一再访" };
        await Client(house.S1).UpdateJournalAsync(new UpdateJournalRequest
        {
            Journal = new Journal { Name = draft.Name, Weekly = new WeeklyJournal { Rows = { gap, Row(WeekRowKind.Terminals, 2), Row(WeekRowKind.Sales, 6), Row(WeekRowKind.NewClientVisits, 0), new WeekRow(Target("p1", 1)) { Plan = 1 } } } },
        });
        var submitted = await Client(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = draft.Name });

        Assert.That(Text(submitted), Is.EqualTo(new[] { "Agents 1 0", "Terminals - 1", "Sales 4 5", "NewClientVisits - 1", "TargetClientVisits 机构p1 1 1" }), "his own plan goes before last week's");
        await DutyIsAsync("weekly-journal", "2026-W47", ObligationState.OnTime);
    }

    [Test]
    public async Task A_client_that_was_merged_is_aimed_at_as_its_survivor()
    {
        await Client(house.S1).CreateJournalAsync(new CreateJournalRequest { Journal = new Journal { Kind = JournalKind.Weekly, Day = "2026-11-11", Weekly = new WeeklyJournal { Rows = { Target("p1", 3), Target("a1", 2) } } } });
        var draft = await Client(house.S1).CreateJournalAsync(new CreateJournalRequest { Journal = new Journal { Kind = JournalKind.Weekly, Day = "2026-11-18", Weekly = new WeeklyJournal { Rows = { Target("p1", 1) } } } });
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 16), "reported"));
        await house.Service.HearAsync(new PartnerMerged { AggregateId = "p1", Version = 9, ScopePath = "/hq/js/a1/", SurvivorId = "a1", SurvivorName = "机构a1", SurvivorVersion = 9 });

        Assert.That(Text(await GetAsync(house.S1, draft.Name)).Last(), Is.EqualTo("TargetClientVisits 机构a1 3 1"));
    }

    [Test]
    public async Task The_monthly_form_stands_beside_the_plan_and_sums_what_comes_next()
    {
        await house.Service.HearAsync(Heard.Staff("g1", "js", "/hq/js/", "centre-general-manager"));
        await IssuedForS1Async(agents: 2, terminals: 1);
        await house.Service.HearAsync(Heard.Signed("g1", "a1", new(2026, 11, 2), "city-agent"));
        await house.Service.HearAsync(Heard.Signed("g2", "p1", new(2026, 11, 3)));
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 3), "reported"));
        await house.ReportAsync(house.S1, ("p1", "2026-11-03", "GT-100", 3), ("p1", "2026-10-31", "GT-100", 40));

        var draft = await Client(house.S1).CreateJournalAsync(new CreateJournalRequest
        {
            Journal = new Journal
            {
                Kind = JournalKind.Monthly,
                Day = "2026-11-18",
                Monthly = new MonthlyJournal { LikelyWins = "苏州远通", NextMonth = { new NextMonthLine { Item = "南京", Agents = 1, Sales = 30 }, new NextMonthLine { Item = "无锡", Terminals = 2, Visits = 8, Sales = 12 } } },
            },
        });
        var missing = await ReportingHouse.RefusalOfAsync(Client(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = draft.Name }));
        await Client(house.S1).UpdateJournalAsync(new UpdateJournalRequest
        { Journal = new Journal { Name = draft.Name, Monthly = new MonthlyJournal(draft.Monthly) { Failures = "一名代理延期", Sales = 999_999 } }, UpdateMask = new() { Paths = { "monthly" } } });
        var monthly = (await Client(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = draft.Name })).Monthly;

        Assert.That(missing.Fields, Is.EqualTo(new[] { "monthly.failures REQUIRED" }), "one agent of two is missing");
        Assert.That((monthly.Visits, monthly.AgentsDue, monthly.AgentsActual, monthly.TerminalsDue, monthly.TerminalsActual, monthly.Sales, monthly.SalesCumulative), Is.EqualTo((1L, 2L, 1L, 1L, 1L, 3L, 43L)));
        Assert.That(monthly.NextMonthTotal, Is.EqualTo(new NextMonthLine { Item = "小计", Agents = 1, Terminals = 2, Sales = 42, Visits = 8 }));
        await DutyIsAsync("monthly-journal", "2026-11", ObligationState.OnTime);
    }

    [Test]
    public async Task A_journal_is_its_writers_and_once_handed_in_his_superiors()
    {
        var journal = await DailyAsync(house.S1);
        var managers = await DailyAsync(house.Manager);
        string[] others = [house.S2, house.S9, house.Stranger, house.Service.TokenFor("training-manager", "/hq/js/", "t1"), house.Service.TokenFor("finance", "/hq/js/", "f1"),
            house.Service.TokenFor("auditor", "/hq/", "u1")];
        foreach (var token in others.Concat([house.Manager, Gm, house.Hq]))
            Assert.That((await ReportingHouse.RefusalOfAsync(Client(token).GetJournalAsync(new GetJournalRequest { Name = journal.Name }))).Code, Is.EqualTo(StatusCode.NotFound), "a draft");
        await Client(house.S1).SubmitJournalAsync(new SubmitJournalRequest { Name = journal.Name });
        await Client(house.Manager).SubmitJournalAsync(new SubmitJournalRequest { Name = managers.Name });

        foreach (var token in others)
        {
            Assert.That((await ReportingHouse.RefusalOfAsync(Client(token).GetJournalAsync(new GetJournalRequest { Name = journal.Name }))).Code, Is.EqualTo(StatusCode.NotFound));
            Assert.That((await Client(token).ListJournalsAsync(new ListJournalsRequest())).Journals, Is.Empty);
        }
        foreach (var token in new[] { Gm, house.Hq })
            Assert.That((await Client(token).ListJournalsAsync(new ListJournalsRequest())).Journals.Select(one => one.Writer), Is.EquivalentTo(new[] { "staff/s1", "staff/m1" }));
        Assert.That((await Client(house.Manager).ListJournalsAsync(new ListJournalsRequest { Writer = "staff/s1" })).Journals.Single().Name, Is.EqualTo(journal.Name));
        Assert.That((await Client(house.S1).ListJournalsAsync(new ListJournalsRequest())).Journals.Single().Name, Is.EqualTo(journal.Name), "not his manager's");
        var agent = house.Service.TokenFor("partner-agent", "/hq/js/a1/", partnerId: "a1", organisationId: "js");
        Assert.That((await ReportingHouse.RefusalOfAsync(Client(agent).ListJournalsAsync(new ListJournalsRequest()))).Code, Is.EqualTo(StatusCode.PermissionDenied));

        var own = await ReportingHouse.RefusalOfAsync(Client(house.Manager).AcceptJournalAsync(new AcceptJournalRequest { Name = managers.Name }));
        var foreign = await ReportingHouse.RefusalOfAsync(Client(house.Manager).UpdateJournalAsync(new UpdateJournalRequest { Journal = new Journal { Name = journal.Name, Daily = new DailyJournal() } }));
        var powerless = await ReportingHouse.RefusalOfAsync(Client(house.S1).AcceptJournalAsync(new AcceptJournalRequest { Name = journal.Name }));
        Assert.That((own.Code, own.Reason), Is.EqualTo((StatusCode.PermissionDenied, "NOT_SUPERIOR")));
        Assert.That((foreign.Code, foreign.Reason), Is.EqualTo((StatusCode.PermissionDenied, "NOT_YOURS")));
        Assert.That((powerless.Code, powerless.Reason), Is.EqualTo((StatusCode.PermissionDenied, "PERMISSION_DENIED")));
        Assert.That((await Client(Gm).AcceptJournalAsync(new AcceptJournalRequest { Name = managers.Name })).State, Is.EqualTo(JournalState.Accepted));
    }

    [Test]
    public async Task What_cannot_be_is_named_at_once_and_there_is_one_journal_of_a_period()
    {
        var client = Client(house.S1);
        var empty = await ReportingHouse.RefusalOfAsync(client.CreateJournalAsync(new CreateJournalRequest { Journal = new Journal() }));
        var bad = await ReportingHouse.RefusalOfAsync(client.CreateJournalAsync(new CreateJournalRequest
        {
            Journal = new Journal
            {
                Kind = JournalKind.Daily,
                Day = "2026-11-19",
                Weekly = new WeeklyJournal
                {
                    Rows = { Row(WeekRowKind.Sales, 1), Row(WeekRowKind.Sales, 2), new WeekRow { Kind = WeekRowKind.TargetClientVisits }, Target("p9", 1), new WeekRow { Kind = WeekRowKind.Agents, Partner = "partners/p1" } },
                },
            },
        }));
        var targets = await ReportingHouse.RefusalOfAsync(client.CreateJournalAsync(new CreateJournalRequest
        {
            Journal = new Journal { Kind = JournalKind.Weekly, Day = "2026-11-18", Weekly = new WeeklyJournal { Rows = { Target("a1", 1), Target("p1", 1), Target("p1", 1), Target("x", 1) } } },
        }));
        var journal = await DailyAsync(house.S1);
        var twice = await ReportingHouse.RefusalOfAsync(client.CreateJournalAsync(new CreateJournalRequest { Journal = new Journal { Kind = JournalKind.Daily, Day = "2026-11-18" } }));
        var other = await ReportingHouse.RefusalOfAsync(client.UpdateJournalAsync(new UpdateJournalRequest { Journal = new Journal { Name = journal.Name, Monthly = new MonthlyJournal() } }));
        var stale = await ReportingHouse.RefusalOfAsync(client.SubmitJournalAsync(new SubmitJournalRequest { Name = journal.Name, Etag = "v9" }));
        var wordless = await client.UpdateJournalAsync(new UpdateJournalRequest { Journal = new Journal { Name = journal.Name, Daily = new DailyJournal { PlanMorning = "拜访" } } });
        var missing = await ReportingHouse.RefusalOfAsync(client.SubmitJournalAsync(new SubmitJournalRequest { Name = journal.Name, Etag = wordless.Etag }));

        Assert.That(empty.Fields, Is.EquivalentTo(new[] { "journal.kind REQUIRED", "journal.day REQUIRED" }));
        Assert.That(bad.Fields, Is.EquivalentTo(new[]
        {
            "journal.day OUT_OF_RANGE", "journal.weekly OTHER_KIND", "journal.weekly.rows[1].kind DUPLICATE", "journal.weekly.rows[2].partner REQUIRED",
            "journal.weekly.rows[3].partner NOT_FOUND", "journal.weekly.rows[4].partner NOT_A_TARGET",
        }));
        Assert.That(targets.Fields, Is.EquivalentTo(new[] { "journal.weekly.rows[2].partner DUPLICATE", "journal.weekly.rows[3].kind TOO_MANY", "journal.weekly.rows[3].partner NOT_FOUND" }));
        Assert.That((twice.Code, twice.Reason), Is.EqualTo((StatusCode.AlreadyExists, "JOURNAL_EXISTS")));
        Assert.That(other.Fields, Is.EqualTo(new[] { "journal.monthly OTHER_KIND" }));
        Assert.That(stale.Code, Is.EqualTo(StatusCode.Aborted));
        Assert.That(missing.Fields, Is.EqualTo(new[] { "daily.plan_afternoon REQUIRED" }));
        Assert.That((await GetAsync(house.S1, journal.Name)).State, Is.EqualTo(JournalState.Draft), "nothing was handed in");
        await client.DeleteJournalAsync(new DeleteJournalRequest { Name = journal.Name });
        Assert.That((await ReportingHouse.RefusalOfAsync(client.GetJournalAsync(new GetJournalRequest { Name = journal.Name }))).Code, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task A_list_turns_its_pages_newest_first()
    {
        for (var day = 10; day <= 18; day++)
            await Client(house.S1).CreateJournalAsync(new CreateJournalRequest { Journal = new Journal { Kind = JournalKind.Daily, Day = $"2026-11-{day}" } });
        var days = new List<string>();
        var request = new ListJournalsRequest { PageSize = 4, Kind = JournalKind.Daily, From = "2026-11-11", To = "2026-11-17" };
        do
        {
            var page = await Client(house.S1).ListJournalsAsync(request);
            days.AddRange(page.Journals.Select(one => one.Day[^2..]));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.That(days, Is.EqualTo(new[] { "17", "16", "15", "14", "13", "12", "11" }));
    }

    private V1.JournalService.JournalServiceClient Client(string token) => new(house.Service.Grpc(token));

    private async Task<Journal> GetAsync(string token, string name) => await Client(token).GetJournalAsync(new GetJournalRequest { Name = name });

    private async Task<Journal> DailyAsync(string token) => await Client(token).CreateJournalAsync(new CreateJournalRequest
    {
        Journal = new Journal { Kind = JournalKind.Daily, Day = "2026-11-18", Daily = new DailyJournal { MorningMeeting = "分派任务", PlanMorning = "拜访机构p1", PlanAfternoon = "整理资料", TerminalsSigned = 99 } },
    });

    private static WeekRow Row(WeekRowKind kind, long next) => new() { Kind = kind, NextPlan = next };

    private static WeekRow Target(string partner, long next) => new() { Kind = WeekRowKind.TargetClientVisits, Partner = $"partners/{partner}", NextPlan = next };

    private static IEnumerable<string> Text(Journal journal) => journal.Weekly.Rows.Select(row =>
        $"{row.Kind} {(row.PartnerName.Length > 0 ? row.PartnerName + " " : "")}{(row.HasPlan ? $"{row.Plan}" : "-")} {row.Result}");

    private static ListObligationsRequest Duty(string rule, string period) => new() { Rule = $"obligationRules/{rule}", Period = period, Staff = "staff/s1" };

    private Task DutyIsAsync(string rule, string period, ObligationState state) => Eventually.Async(
        async () => (await house.Obligations(house.Hq).ListObligationsAsync(Duty(rule, period))).Obligations.Any(one => one.State == state),
        TimeSpan.FromSeconds(20), $"{rule} of {period} is {state}");

    private async Task IssuedForS1Async(long agents, long terminals)
    {
        var client = new V1.DecompositionService.DecompositionServiceClient(house.Service.Grpc(house.Hq));
        var centre = await client.CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Organisation = "organisations/js", Month = "2026-11", Implementer = "staff/g1", Stages = { Stages(agents, terminals) } } });
        await client.IssueDecompositionAsync(new IssueDecompositionRequest { Name = centre.Name });
        var above = centre.Name;
        foreach (var implementer in new[] { "m1", "s1" })
        {
            await client.CreateDecompositionAsync(new CreateDecompositionRequest { Decomposition = new Decomposition { Parent = above, Implementer = $"staff/{implementer}", Stages = { Stages(agents, terminals) } } });
            above = (await client.IssueBelowAsync(new IssueBelowRequest { Parent = above })).Decompositions.Single().Name;
        }
    }

    private static IEnumerable<DecompositionStage> Stages(long agents, long terminals) => Enum.GetValues<StageKind>().Where(kind => kind != StageKind.Unspecified).Select(kind => new DecompositionStage
    {
        Kind = kind,
        DueDate = $"2026-11-{10 + (int)kind}",
        Agents = kind == StageKind.RoundOne ? agents : 0,
        Terminals = kind == StageKind.RoundTwo ? terminals : 0,
    });
}

/// <summary>What may be done with a journal in which state, and by whom: every combination.</summary>
internal sealed class JournalRulesTests
{
    private static readonly string[] States = [JournalRules.Draft, JournalRules.Submitted, JournalRules.Returned, JournalRules.Accepted];

    [Test]
    public void A_journal_moves_as_the_manual_says_and_no_other_way()
    {
        var moves = from state in States from to in States where JournalRules.MayMove(state, to) select $"{state} {to}";

        Assert.That(moves, Is.EquivalentTo(new[] { "draft submitted", "returned submitted", "submitted accepted", "submitted returned" }));
        Assert.That(States.Where(JournalRules.IsOpen), Is.EquivalentTo(new[] { "draft", "returned" }));
    }

    [Test]
    public void Only_those_above_the_writer_review_his()
    {
        var ranks = new[] { "salesperson", "sales-manager", "centre-general-manager", "hq-sales", "administrator" };
        var reviewed = from writer in ranks from reader in ranks where MayReview(writer, reader) select $"{writer} < {reader}";

        Assert.That(reviewed, Is.EquivalentTo(from w in Enumerable.Range(0, ranks.Length) from r in Enumerable.Range(0, ranks.Length) where w < r select $"{ranks[w]} < {ranks[r]}"));
    }

    private static bool MayReview(string writer, string reader)
    {
        try
        {
            JournalRules.RequireSuperior(new JournalRow { WriterId = "w", WriterRank = Ranks.Of([writer]) },
                new Caller("r", "r", "r", null, "js", new Scope("/hq/js/", null), [reader], ""));
            return true;
        }
        catch (Refusal refusal) when (refusal.Reason == "NOT_SUPERIOR")
        {
            return false;
        }
    }
}
