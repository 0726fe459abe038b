using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Decompositions;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class DecompositionTests(DatabaseUnderTest database)
{
    private ReportingHouse house = null!;

    [SetUp]
    public async Task StartAsync()
    {
        month = "2026-11";
        house = await ReportingHouse.StartAsync(database);
        await house.Service.HearAsync(Heard.Staff("g1", "js", "/hq/js/", "centre-general-manager"));
        await house.Service.HearAsync(Heard.Staff("g9", "zj", "/hq/zj/", "centre-general-manager"));
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    private string month = "";

    private string Gm => house.Service.TokenFor("centre-general-manager", "/hq/js/", "g1");

    [Test]
    public async Task A_plan_is_decomposed_from_the_centre_to_its_salespeople()
    {
        month = "2026-12";
        var centre = await CentreAsync((4, 8), (2, 4));
        Assert.That((centre.Level, centre.State, centre.IssuerName, centre.ImplementerName), Is.EqualTo((DecompositionLevel.Centre, DecompositionState.Issued, "h1", "员工g1")));
        Assert.That((centre.Agents, centre.Terminals), Is.EqualTo((6L, 12L)));
        var manager = await ManagerAsync(centre, (4, 8), (2, 4));
        await DraftAsync(house.Manager, manager, "s1", (3, 4), (1, 2));
        await DraftAsync(house.Manager, manager, "s2", (1, 4), (1, 2));

        var issued = (await Client(house.Manager).IssueBelowAsync(new IssueBelowRequest { Parent = manager.Name })).Decompositions;

        Assert.That(issued.Select(one => (one.Level, one.State, one.Implementer, one.IssuerName, one.Month, one.Organisation)), Is.EqualTo(new[]
        {
            (DecompositionLevel.Salesperson, DecompositionState.Issued, "staff/s1", "m1", "2026-12", "organisations/js"),
            (DecompositionLevel.Salesperson, DecompositionState.Issued, "staff/s2", "m1", "2026-12", "organisations/js"),
        }));
        Assert.That(issued[0].Stages.Select(stage => $"{stage.Kind} {stage.DueDate} {stage.Agents}/{stage.Terminals}"), Is.EqualTo(new[]
        {
            "Prepare 2026-12-02 0/0", "Start 2026-12-03 0/0", "RoundOne 2026-12-15 3/4", "RoundTwo 2026-12-28 1/2", "Finish 2026-12-30 0/0",
        }));
        Assert.That((await Client(Gm).GetDecompositionAsync(new GetDecompositionRequest { Name = manager.Name })).ShortfallReason, Is.Empty);
        await DutyIsAsync("plan-decomposition", "2026-12", ObligationState.OnTime);
    }

    [Test]
    public async Task A_level_that_is_less_than_the_one_above_needs_a_reason_which_is_kept()
    {
        await house.Plans(house.Hq).CreatePlanAsync(new CreatePlanRequest { Plan = new Plan { Month = "2026-11", Organisation = "organisations/js", Agents = 7, Terminals = 12 } });
        var draft = await DraftCentreAsync((4, 8), (2, 4));
        var belowPlan = await ReportingHouse.RefusalOfAsync(Client(house.Hq).IssueDecompositionAsync(new IssueDecompositionRequest { Name = draft.Name }));
        var centre = await Client(house.Hq).IssueDecompositionAsync(new IssueDecompositionRequest { Name = draft.Name, ShortfallReason = "一名代理延后到十二月" });
        var manager = await ManagerAsync(centre, (4, 8), (2, 4));
        await DraftAsync(house.Manager, manager, "s1", (4, 8), (2, 3));
        var below = await ReportingHouse.RefusalOfAsync(Client(house.Manager).IssueBelowAsync(new IssueBelowRequest { Parent = manager.Name }));
        // More in one round makes up for nothing in another.
        await Client(house.Manager).IssueBelowAsync(new IssueBelowRequest { Parent = manager.Name, ShortfallReason = "一家店已停业" });
        var short1 = await Client(Gm).GetDecompositionAsync(new GetDecompositionRequest { Name = manager.Name });
        // The second salesperson closes it.
        await DraftAsync(house.Manager, manager, "s2", (0, 0), (0, 1));
        await Client(house.Manager).IssueBelowAsync(new IssueBelowRequest { Parent = manager.Name });
        var whole = await Client(Gm).GetDecompositionAsync(new GetDecompositionRequest { Name = manager.Name });

        Assert.That(belowPlan.Fields, Is.EqualTo(new[] { "shortfall_reason SHORTFALL" }));
        Assert.That(centre.PlanShortfallReason, Is.EqualTo("一名代理延后到十二月"));
        Assert.That(below.Fields, Is.EqualTo(new[] { "shortfall_reason SHORTFALL" }));
        Assert.That(short1.ShortfallReason, Is.EqualTo("一家店已停业"));
        Assert.That(whole.ShortfallReason, Is.Empty);
    }

    [Test]
    public async Task What_is_issued_is_adjusted_with_a_reason_and_keeps_its_history()
    {
        var centre = await CentreAsync((4, 8), (2, 4));
        var manager = await ManagerAsync(centre, (4, 8), (2, 4));
        var update = await ReportingHouse.RefusalOfAsync(Client(Gm).UpdateDecompositionAsync(new UpdateDecompositionRequest
        { Decomposition = new Decomposition { Name = manager.Name, Stages = { Stages((1, 1), (1, 1)) } } }));
        var delete = await ReportingHouse.RefusalOfAsync(Client(Gm).DeleteDecompositionAsync(new DeleteDecompositionRequest { Name = manager.Name }));
        var less = await ReportingHouse.RefusalOfAsync(Client(Gm).AdjustDecompositionAsync(Adjust(manager.Name, "市场变化", "", (3, 8), (2, 4))));
        var wordless = await ReportingHouse.RefusalOfAsync(Client(Gm).AdjustDecompositionAsync(Adjust(manager.Name, "", "", (4, 8), (2, 4))));

        var adjusted = await Client(Gm).AdjustDecompositionAsync(Adjust(manager.Name, "市场变化", "代理商推迟签约", (3, 8), (2, 4)));
        var above = await Client(Gm).GetDecompositionAsync(new GetDecompositionRequest { Name = centre.Name });
        // The centre's own is lowered to what the manager has: nothing is short any more.
        var lowered = await Client(house.Hq).AdjustDecompositionAsync(Adjust(centre.Name, "随市场调整", "", (3, 8), (2, 4)));
        var stale = await ReportingHouse.RefusalOfAsync(Client(Gm).AdjustDecompositionAsync(new AdjustDecompositionRequest(Adjust(manager.Name, "x", "", (4, 8), (2, 4))) { Etag = manager.Etag }));

        Assert.That((update.Reason, delete.Reason, stale.Code), Is.EqualTo(("ISSUED", "ISSUED", StatusCode.Aborted)));
        Assert.That(less.Fields, Is.EqualTo(new[] { "shortfall_reason SHORTFALL" }));
        Assert.That(wordless.Fields, Is.EqualTo(new[] { "reason REQUIRED" }));
        Assert.That((adjusted.Agents, above.ShortfallReason, lowered.ShortfallReason), Is.EqualTo((5L, "代理商推迟签约", "")));
        var revisions = (await Client(house.S1).ListDecompositionRevisionsAsync(new ListDecompositionRevisionsRequest { Parent = manager.Name })).Revisions;
        Assert.That(revisions.Select(one => (one.Stages[2].Agents, one.Reason, one.ShortfallReason, one.EditorName)), Is.EqualTo(new[]
        {
            (4L, "", "", "g1"), (3L, "市场变化", "代理商推迟签约", "g1"),
        }));
    }

    [Test]
    public async Task Progress_counts_what_was_signed_and_visited_by_whose_it_is()
    {
        var centre = await CentreAsync((1, 3), (1, 1));
        var manager = await ManagerAsync(centre, (1, 3), (1, 1));
        await DraftAsync(house.Manager, manager, "s1", (1, 2), (1, 1));
        var s1 = (await Client(house.Manager).IssueBelowAsync(new IssueBelowRequest { Parent = manager.Name, ShortfallReason = "s2 休假" })).Decompositions[0];
        await house.Service.HearAsync(Heard.Signed("g1", "a1", new(2026, 11, 15), "city-agent"));
        await house.Service.HearAsync(Heard.Signed("g2", "p1", new(2026, 11, 16)));
        await house.Service.HearAsync(Heard.Signed("g3", "p2", new(2026, 11, 1)));
        // Before the month, another centre's, after the day that is asked for, a renewal.
        await house.Service.HearAsync(Heard.Signed("g4", "p9", new(2026, 11, 3), organisation: "zj"));
        await house.Service.HearAsync(Heard.Signed("g5", "p1", new(2026, 11, 17), number: "renewal"));
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 10), "reported"));
        await house.Service.HearAsync(Heard.Visit("v2", "p1", new(2026, 11, 11), "missed"));
        await house.Service.HearAsync(Heard.Visit("v3", "p2", new(2026, 10, 30), "reported"));

        Assert.That(await TextAsync(house.S1, s1), Is.EqualTo("RoundOne 1/1 0/2 due gap, RoundTwo 0/1 1/1 | 1/2 1/3, visits 1"));
        Assert.That(await TextAsync(house.Manager, manager), Is.EqualTo("RoundOne 1/1 0/3 due gap, RoundTwo 0/1 1/1 | 1/2 1/4, visits 1"), "his salesperson's, not the other's");
        Assert.That(await TextAsync(house.Hq, centre), Is.EqualTo("RoundOne 1/1 1/3 due gap, RoundTwo 0/1 1/1 | 1/2 2/4, visits 1"), "the whole centre's");
        Assert.That(await TextAsync(house.Hq, centre, "2026-11-15"), Is.EqualTo("RoundOne 1/1 1/3 due gap, RoundTwo 0/1 0/1 | 1/2 1/4, visits 1"));
        Assert.That(await TextAsync(house.Hq, centre, "2026-11-14"), Is.EqualTo("RoundOne 0/1 1/3, RoundTwo 0/1 0/1 | 0/2 1/4, visits 1"));
        var future = await ReportingHouse.RefusalOfAsync(Client(house.Hq).GetDecompositionProgressAsync(new GetDecompositionProgressRequest { Name = centre.Name, AsOf = "2026-11-19" }));
        Assert.That(future.Fields, Is.EqualTo(new[] { "as_of OUT_OF_RANGE" }));
    }

    [Test]
    public async Task A_gap_demands_a_measure_and_the_weeks_report_fulfils_its_duty()
    {
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 11, 23), new TimeOnly(9, 0)));
        var centre = await CentreAsync((1, 1), (0, 1));
        var bare = new SubmitProgressRequest { Name = centre.Name, Kind = ProgressKind.Week };
        var gaps = await ReportingHouse.RefusalOfAsync(Client(Gm).SubmitProgressAsync(bare));
        var half = await ReportingHouse.RefusalOfAsync(Client(Gm).SubmitProgressAsync(new SubmitProgressRequest(bare)
        {
            Remarks = { Done(StageKind.Prepare), Done(StageKind.Start), new StageRemark { Kind = StageKind.RoundOne, Measure = "每日走访两家" } },
        }));
        var past = await ReportingHouse.RefusalOfAsync(Client(Gm).SubmitProgressAsync(new SubmitProgressRequest(bare)
        {
            Remarks = { Done(StageKind.Prepare), Done(StageKind.Prepare), new StageRemark { Kind = StageKind.RoundOne, Measure = "x", ExpectedDate = "2026-11-17" } },
        }));
        var early = await ReportingHouse.RefusalOfAsync(Client(Gm).SubmitProgressAsync(new SubmitProgressRequest(bare) { Kind = ProgressKind.Month }));

        var report = await Client(Gm).SubmitProgressAsync(new SubmitProgressRequest(bare)
        {
            Remarks = { Done(StageKind.Prepare), Done(StageKind.Start), new StageRemark { Kind = StageKind.RoundOne, Measure = "每日走访两家", ExpectedDate = "2026-11-25" } },
        });
        await house.Service.HearAsync(Heard.Signed("g1", "a1", new(2026, 11, 14), "city-agent"));
        var kept = await Client(house.S1).GetProgressReportAsync(new GetProgressReportRequest { Name = report.Name });
        // What was said before need not be said again.
        var again = await Client(Gm).SubmitProgressAsync(bare);
        var listed = (await Client(house.Hq).ListProgressReportsAsync(new ListProgressReportsRequest { Parent = centre.Name })).ProgressReports;

        Assert.That(gaps.Fields, Is.EqualTo(new[] { "remarks MEASURE_REQUIRED", "remarks MEASURE_REQUIRED", "remarks MEASURE_REQUIRED" }));
        Assert.That(half.Fields, Is.EqualTo(new[] { "remarks[2].expected_date EXPECTED_DATE_REQUIRED" }));
        Assert.That(past.Fields, Is.EqualTo(new[] { "remarks[1].kind DUPLICATE", "remarks[2].expected_date OUT_OF_RANGE" }));
        Assert.That(early.Reason, Is.EqualTo("MONTH_NOT_OVER"));
        Assert.That((report.Period, report.SubmitterName, report.Progress.Stages[2].Measure), Is.EqualTo(("2026-W48", "g1", "每日走访两家")));
        Assert.That(kept, Is.EqualTo(report), "frozen");
        Assert.That(again.Progress.Stages[2].Agents.Actual, Is.EqualTo(1));
        Assert.That(listed.Select(one => one.Name), Is.EqualTo(new[] { report.Name, again.Name }));
        await DutyIsAsync("expansion-progress", "2026-W48", ObligationState.OnTime);
    }

    [Test]
    public async Task The_months_attainment_is_submitted_once_it_is_over()
    {
        var centre = await CentreAsync((0, 1), (0, 0));
        await house.Service.HearAsync(Heard.Signed("g1", "p2", new(2026, 11, 5)));
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 4), new TimeOnly(9, 0)));
        var week = new SubmitProgressRequest { Name = centre.Name, Kind = ProgressKind.Week, Remarks = { Done(StageKind.Prepare), Done(StageKind.Start), Done(StageKind.Finish) } };

        var report = await Client(house.Hq).SubmitProgressAsync(new SubmitProgressRequest(week) { Kind = ProgressKind.Month });

        Assert.That((report.Period, report.Progress.AsOf), Is.EqualTo(("2026-11", "2026-11-30")));
        await DutyIsAsync("attainment", "2026-11", ObligationState.OnTime);
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 8), new TimeOnly(9, 0)));
        var late = await ReportingHouse.RefusalOfAsync(Client(house.Hq).SubmitProgressAsync(week));
        Assert.That(late.Reason, Is.EqualTo("OTHER_MONTH"));
    }

    [Test]
    public async Task Who_is_not_concerned_sees_and_changes_nothing()
    {
        var centre = await CentreAsync((1, 1), (0, 1));
        var manager = await ManagerAsync(centre, (1, 1), (0, 1));
        var draft = await DraftAsync(house.Manager, manager, "s1", (1, 1), (0, 1));
        foreach (var token in new[] { house.Stranger, house.S9 })
        {
            var get = await ReportingHouse.RefusalOfAsync(Client(token).GetDecompositionAsync(new GetDecompositionRequest { Name = centre.Name }));
            var progress = await ReportingHouse.RefusalOfAsync(Client(token).GetDecompositionProgressAsync(new GetDecompositionProgressRequest { Name = centre.Name }));
            Assert.That(new[] { get.Code, progress.Code }, Is.All.EqualTo(StatusCode.NotFound));
            Assert.That((await Client(token).ListDecompositionsAsync(new ListDecompositionsRequest())).Decompositions, Is.Empty);
        }
        Assert.That((await Client(house.S1).ListDecompositionsAsync(new ListDecompositionsRequest())).Decompositions.Select(one => one.Name), Is.EqualTo(new[] { centre.Name, manager.Name }), "drafts are nothing yet");
        await Client(house.Manager).IssueBelowAsync(new IssueBelowRequest { Parent = manager.Name });
        Assert.That((await Client(house.S1).ListDecompositionsAsync(new ListDecompositionsRequest())).Decompositions, Has.Count.EqualTo(3));
        Assert.That((await Client(house.S2).ListDecompositionsAsync(new ListDecompositionsRequest())).Decompositions.Select(one => one.Name), Is.EqualTo(new[] { centre.Name, manager.Name }), "not the colleague's");
        Assert.That((await Client(house.Hq).ListDecompositionsAsync(new ListDecompositionsRequest { Parent = manager.Name })).Decompositions.Select(one => one.Name), Is.EqualTo(new[] { draft.Name }));

        var foreign = await ReportingHouse.RefusalOfAsync(Client(house.S2).SubmitProgressAsync(new SubmitProgressRequest { Name = manager.Name, Kind = ProgressKind.Week }));
        var upward = await ReportingHouse.RefusalOfAsync(Client(house.Manager).AdjustDecompositionAsync(Adjust(manager.Name, "x", "", (0, 0), (0, 0))));
        var powerless = await ReportingHouse.RefusalOfAsync(Client(house.S1).AdjustDecompositionAsync(Adjust(draft.Name, "x", "", (0, 0), (0, 0))));
        Assert.That((foreign.Code, foreign.Reason), Is.EqualTo((StatusCode.PermissionDenied, "NOT_YOURS")));
        Assert.That((upward.Code, upward.Reason), Is.EqualTo((StatusCode.PermissionDenied, "NOT_YOURS")));
        Assert.That((powerless.Code, powerless.Reason), Is.EqualTo((StatusCode.PermissionDenied, "PERMISSION_DENIED")));
    }

    [Test]
    public async Task Everything_that_cannot_be_is_named_at_once()
    {
        var client = Client(house.Hq);
        var empty = await ReportingHouse.RefusalOfAsync(client.CreateDecompositionAsync(new CreateDecompositionRequest { Decomposition = new Decomposition() }));
        var bad = await ReportingHouse.RefusalOfAsync(client.CreateDecompositionAsync(new CreateDecompositionRequest
        {
            Decomposition = new Decomposition
            {
                Organisation = "organisations/xx",
                Month = "2026-11",
                Implementer = "staff/g1",
                Stages =
                {
                    new DecompositionStage { Kind = StageKind.Prepare, DueDate = "2026-11-10", Agents = 1 },
                    new DecompositionStage { Kind = StageKind.Start, DueDate = "2026-11-09" },
                    new DecompositionStage { Kind = StageKind.Start },
                },
            },
        }));
        var outside = await ReportingHouse.RefusalOfAsync(client.CreateDecompositionAsync(new CreateDecompositionRequest
        {
            Decomposition = new Decomposition
            {
                Organisation = "organisations/js",
                Month = "2026-11",
                Implementer = "staff/g9",
                Stages = { new DecompositionStage { Kind = StageKind.RoundOne, DueDate = "2026-12-01" } },
            },
        }));
        var role = await ReportingHouse.RefusalOfAsync(client.CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Organisation = "organisations/js", Month = "2026-11", Implementer = "staff/s1" } }));
        var draft = await client.CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Organisation = "organisations/js", Month = "2026-11", Implementer = "staff/g1" } });
        var twice = await ReportingHouse.RefusalOfAsync(client.CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Organisation = "organisations/js", Month = "2026-11", Implementer = "staff/g1" } }));
        var incomplete = await ReportingHouse.RefusalOfAsync(client.IssueDecompositionAsync(new IssueDecompositionRequest { Name = draft.Name }));
        var early = await ReportingHouse.RefusalOfAsync(client.IssueBelowAsync(new IssueBelowRequest { Parent = draft.Name }));
        var updated = await client.UpdateDecompositionAsync(new UpdateDecompositionRequest { Decomposition = new Decomposition { Name = draft.Name, Stages = { Stages((1, 1), (1, 1)) } } });
        await client.IssueDecompositionAsync(new IssueDecompositionRequest { Name = draft.Name });
        var later = await ReportingHouse.RefusalOfAsync(client.CreateDecompositionAsync(new CreateDecompositionRequest
        {
            Decomposition = new Decomposition { Parent = draft.Name, Implementer = "staff/m1", Stages = { new DecompositionStage { Kind = StageKind.RoundOne, DueDate = "2026-11-16" } } },
        }));

        Assert.That(empty.Fields, Is.EquivalentTo(new[] { "decomposition.implementer REQUIRED", "decomposition.organisation REQUIRED", "decomposition.month REQUIRED" }));
        Assert.That(bad.Fields, Is.EquivalentTo(new[]
        {
            "decomposition.stages[0].agents NOT_IN_ROUND", "decomposition.stages[1].due_date OUT_OF_ORDER", "decomposition.stages[2].kind DUPLICATE", "decomposition.organisation NOT_FOUND",
        }));
        Assert.That(outside.Fields, Is.EquivalentTo(new[] { "decomposition.implementer NOT_FOUND", "decomposition.stages[0].due_date OUT_OF_RANGE" }));
        Assert.That(role.Fields, Is.EqualTo(new[] { "decomposition.implementer WRONG_ROLE" }));
        Assert.That((twice.Code, twice.Reason), Is.EqualTo((StatusCode.AlreadyExists, "DECOMPOSITION_EXISTS")));
        Assert.That((incomplete.Reason, early.Reason), Is.EqualTo(("INCOMPLETE", "NOT_ISSUED")));
        Assert.That((updated.Agents, updated.Implementer), Is.EqualTo((2L, "staff/g1")));
        Assert.That(later.Fields, Is.EqualTo(new[] { "decomposition.stages[0].due_date LATER_THAN_ABOVE" }));
    }

    [Test]
    public async Task The_same_request_twice_issues_once()
    {
        var draft = await DraftCentreAsync((1, 1), (1, 1));
        var request = new IssueDecompositionRequest { Name = draft.Name, RequestId = "one" };
        var first = await Client(house.Hq).IssueDecompositionAsync(request);
        var second = await Client(house.Hq).IssueDecompositionAsync(request);

        Assert.That(second, Is.EqualTo(first));
        Assert.That((await Client(house.Hq).ListDecompositionRevisionsAsync(new ListDecompositionRevisionsRequest { Parent = draft.Name })).Revisions, Has.Count.EqualTo(1));
    }

    private V1.DecompositionService.DecompositionServiceClient Client(string token) => new(house.Service.Grpc(token));

    private Task DutyIsAsync(string rule, string period, ObligationState state) => Eventually.Async(async () => (await house.Obligations(house.Hq).ListObligationsAsync(
        new ListObligationsRequest { Rule = $"obligationRules/{rule}", Period = period, Organisation = "organisations/js" })).Obligations.Any(one => one.State == state),
        TimeSpan.FromSeconds(20), $"{rule} of {period} is {state}");

    private IEnumerable<DecompositionStage> Stages((long Agents, long Terminals) one, (long Agents, long Terminals) two) =>
    [
        new() { Kind = StageKind.Finish, DueDate = $"{month}-30" },
        new() { Kind = StageKind.Prepare, DueDate = $"{month}-02", Content = "名单与资料" },
        new() { Kind = StageKind.Start, DueDate = $"{month}-03" },
        new() { Kind = StageKind.RoundOne, DueDate = $"{month}-15", Agents = one.Agents, Terminals = one.Terminals },
        new() { Kind = StageKind.RoundTwo, DueDate = $"{month}-28", Agents = two.Agents, Terminals = two.Terminals },
    ];

    private AdjustDecompositionRequest Adjust(string name, string reason, string shortfall, (long, long) one, (long, long) two) =>
        new() { Name = name, Reason = reason, ShortfallReason = shortfall, Stages = { Stages(one, two) } };

    private static StageRemark Done(StageKind kind) => new() { Kind = kind, Completion = "已完成" };

    private async Task<Decomposition> DraftCentreAsync((long, long) one, (long, long) two) => await Client(house.Hq).CreateDecompositionAsync(new CreateDecompositionRequest
    {
        Decomposition = new Decomposition { Organisation = "organisations/js", Month = month, Implementer = "staff/g1", Stages = { Stages(one, two) } },
    });

    private async Task<Decomposition> CentreAsync((long, long) one, (long, long) two) =>
        await Client(house.Hq).IssueDecompositionAsync(new IssueDecompositionRequest { Name = (await DraftCentreAsync(one, two)).Name });

    private async Task<Decomposition> ManagerAsync(Decomposition centre, (long, long) one, (long, long) two)
    {
        await DraftAsync(Gm, centre, "m1", one, two);
        return (await Client(Gm).IssueBelowAsync(new IssueBelowRequest { Parent = centre.Name })).Decompositions.Single();
    }

    private async Task<Decomposition> DraftAsync(string token, Decomposition above, string implementer, (long, long) one, (long, long) two) =>
        await Client(token).CreateDecompositionAsync(new CreateDecompositionRequest
        { Decomposition = new Decomposition { Parent = above.Name, Implementer = $"staff/{implementer}", Stages = { Stages(one, two) } } });

    private async Task<string> TextAsync(string token, Decomposition one, string asOf = "")
    {
        var progress = await Client(token).GetDecompositionProgressAsync(new GetDecompositionProgressRequest { Name = one.Name, AsOf = asOf });
        var rounds = progress.Stages.Where(stage => stage.Agents is not null).Select(stage =>
            $"{stage.Stage.Kind} {Text(stage.Agents)} {Text(stage.Terminals)}{(stage.IsDue ? " due" : "")}{(stage.HasGap ? " gap" : "")}");
        return $"{string.Join(", ", rounds)} | {Text(progress.Agents)} {Text(progress.Terminals)}, visits {progress.Visits}";
    }

    private static string Text(PlanMeasure measure) => $"{measure.Actual}/{measure.Target}";
}

/// <summary>Who gives out which level, and what may be done in which state: every combination.</summary>
internal sealed class DecompositionRulesTests
{
    [Test]
    public void Who_gives_out_a_level_follows_from_his_role_and_whose_the_one_above_is()
    {
        var levels = new[] { DecompositionRules.Centre, DecompositionRules.Manager, DecompositionRules.Salesperson };
        var roles = Protocol.Roles.Permissions.Keys.ToList();
        var given = from level in levels from role in roles from above in new[] { "me", "another" } where MayGive(level, role, above) select $"{level} {role} {above}";

        Assert.That(given, Is.EquivalentTo((from level in levels from role in new[] { "administrator", "hq-sales", "centre-general-manager" } from above in new[] { "me", "another" } select $"{level} {role} {above}")
            .Append("salesperson sales-manager me")));
    }

    [Test]
    public void A_draft_is_changed_and_what_is_issued_adjusted()
    {
        foreach (var state in new[] { DecompositionRules.Draft, DecompositionRules.Issued })
        {
            var row = new DecompositionRow { State = state };
            Assert.That(() => DecompositionRules.RequireDraft(row), state == DecompositionRules.Draft ? Throws.Nothing : Throws.TypeOf<Refusal>());
            Assert.That(() => DecompositionRules.RequireIssued(row), state == DecompositionRules.Issued ? Throws.Nothing : Throws.TypeOf<Refusal>());
        }
    }

    private static bool MayGive(string level, string role, string above)
    {
        try
        {
            DecompositionRules.ThrowIfNotGiver(level, above, new Caller("me", "me", "me", null, "js", new Scope("/hq/js/", null), [role], ""));
            return true;
        }
        catch (Refusal refusal) when (refusal.Reason == "NOT_YOURS")
        {
            return false;
        }
    }
}
