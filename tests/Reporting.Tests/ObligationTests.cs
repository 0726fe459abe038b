using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class ObligationTests(DatabaseUnderTest database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private ReportingHouse house = null!;

    [SetUp]
    public async Task StartAsync()
    {
        house = await ReportingHouse.StartAsync(database);
        // The last person heard of has his obligations: so has everybody.
        await FindAsync(house.Hq, "self-appraisal", "2026-11", "m1");
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    [Test]
    public async Task A_form_fulfils_its_obligation_and_the_clock_finds_what_is_missing()
    {
        Assert.That((await FindAsync(house.Manager, "agreement-statistics", "2026-11")).State, Is.EqualTo(ObligationState.Scheduled));
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 11, 24), new TimeOnly(10, 0)));
        await UntilAsync("agreement-statistics", "2026-11", ObligationState.DueSoon);

        await house.Service.HearAsync(Statistics(new(2026, 11, 24)));
        var onTime = await FindAsync(house.Manager, "agreement-statistics", "2026-11");
        Assert.That((onTime.State, onTime.DueDate, onTime.Automatic), Is.EqualTo((ObligationState.OnTime, "2026-11-25", true)));
        Assert.That(onTime.SubmitTime.ToDateTimeOffset(), Is.EqualTo(ChinaTime.At(new(2026, 11, 24), new TimeOnly(10, 0))).Within(TimeSpan.FromMinutes(1)));
        Assert.That(onTime.Submitter, Is.EqualTo("员工m1"));

        // 5 December is a Saturday: the survey is due on Monday the 7th, and missing when that day is over.
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 7), new TimeOnly(23, 0)));
        await UntilAsync("market-survey", "2026-12", ObligationState.DueSoon);
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 8), new TimeOnly(0, 0, 1)));
        await UntilAsync("market-survey", "2026-12", ObligationState.Missing);

        await house.Service.HearAsync(new SurveySubmitted { AggregateId = "x", Version = 1, ScopePath = "/hq/js/", OrganisationId = "js", Month = "2026-12", StaffId = "s1", Rows = 3 });
        Assert.That((await FindAsync(house.Manager, "market-survey", "2026-12")).State, Is.EqualTo(ObligationState.Late));
        var moves = (await house.Service.PublishedAsync<ObligationChanged>()).Where(e => e.Duty == "market-survey" && e.OrganisationId == "js" && e.Period == "2026-12");
        Assert.That(moves.Select(e => e.State), Is.EqualTo(new[] { "scheduled", "due-soon", "missing", "late" }));
    }

    [Test]
    public async Task What_nobody_else_fulfils_is_submitted_returned_submitted_again_and_accepted()
    {
        var journal = await FindAsync(house.S1, "visit-plan", "2026-W48", "s1");
        Assert.That(journal.State, Is.EqualTo(ObligationState.Scheduled));

        var submitted = await house.Obligations(house.S1).SubmitObligationAsync(new SubmitObligationRequest { Name = journal.Name, Note = "拜访两家", Etag = journal.Etag });
        Assert.That((submitted.State, submitted.Note, submitted.Submitter), Is.EqualTo((ObligationState.OnTime, "拜访两家", "s1")));

        var returned = await house.Obligations(house.Manager).ReturnObligationAsync(new ReturnObligationRequest { Name = journal.Name, Reason = "请补充洽谈内容" });
        Assert.That((returned.State, returned.ReviewNote, returned.Reviewer), Is.EqualTo((ObligationState.Returned, "请补充洽谈内容", "m1")));

        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 11, 22), new TimeOnly(8, 0)));
        var again = await house.Obligations(house.S1).SubmitObligationAsync(new SubmitObligationRequest { Name = journal.Name, Note = "已补充" });
        Assert.That((again.State, again.Note), Is.EqualTo((ObligationState.Late, "已补充")));

        var accepted = await house.Obligations(house.Manager).AcceptObligationAsync(new AcceptObligationRequest { Name = journal.Name, Etag = again.Etag });
        Assert.That(accepted.State, Is.EqualTo(ObligationState.Accepted));
        var twice = await ReportingHouse.RefusalOfAsync(house.Obligations(house.Manager).AcceptObligationAsync(new AcceptObligationRequest { Name = journal.Name }));
        Assert.That((twice.Code, twice.Reason), Is.EqualTo((StatusCode.FailedPrecondition, "NOT_SUBMITTED")));
    }

    [Test]
    public async Task Who_is_not_concerned_is_refused_and_nothing_changes()
    {
        var journal = await FindAsync(house.S1, "visit-plan", "2026-W48", "s1");
        var statistics = await FindAsync(house.Manager, "agreement-statistics", "2026-11");

        var other = await ReportingHouse.RefusalOfAsync(Submit(house.Manager, journal.Name));
        var unseen = await ReportingHouse.RefusalOfAsync(Submit(house.S2, journal.Name));
        var foreign = await ReportingHouse.RefusalOfAsync(Submit(house.S9, journal.Name));
        var automatic = await ReportingHouse.RefusalOfAsync(Submit(house.Manager, statistics.Name));
        var early = await ReportingHouse.RefusalOfAsync(house.Obligations(house.Manager).AcceptObligationAsync(new AcceptObligationRequest { Name = journal.Name }));
        var powerless = await ReportingHouse.RefusalOfAsync(house.Obligations(house.S1).AcceptObligationAsync(new AcceptObligationRequest { Name = journal.Name }));
        var stale = await ReportingHouse.RefusalOfAsync(house.Obligations(house.S1).SubmitObligationAsync(
            new SubmitObligationRequest { Name = journal.Name, Note = "x", Etag = "v9" }));
        var wordless = await ReportingHouse.RefusalOfAsync(house.Obligations(house.S1).SubmitObligationAsync(new SubmitObligationRequest { Name = journal.Name }));

        Assert.That((other.Code, other.Reason), Is.EqualTo((StatusCode.PermissionDenied, "NOT_YOURS")));
        Assert.That(unseen.Code, Is.EqualTo(StatusCode.NotFound));
        Assert.That(foreign.Code, Is.EqualTo(StatusCode.NotFound));
        Assert.That((automatic.Code, automatic.Reason), Is.EqualTo((StatusCode.FailedPrecondition, "FULFILLED_BY_EVENT")));
        Assert.That(early.Reason, Is.EqualTo("NOT_SUBMITTED"));
        Assert.That(powerless.Code, Is.EqualTo(StatusCode.PermissionDenied));
        Assert.That(stale.Code, Is.EqualTo(StatusCode.Aborted));
        Assert.That(wordless.Fields, Is.EqualTo(new[] { "note REQUIRED" }));
        Assert.That(await FindAsync(house.S1, "visit-plan", "2026-W48", "s1"), Is.EqualTo(journal));
        Assert.That(await FindAsync(house.Manager, "agreement-statistics", "2026-11"), Is.EqualTo(statistics));
    }

    [Test]
    public async Task A_list_is_narrowed_as_asked_and_to_the_scope()
    {
        var manager = await ListAsync(house.Manager, new ListObligationsRequest());
        Assert.That(manager.Select(o => o.Organisation).Distinct(), Is.EqualTo(new[] { "organisations/js" }));
        Assert.That(manager.Select(o => o.DueDate), Is.Ordered);
        Assert.That(manager.Select(o => o.Name), Is.Unique);
        var s1 = await ListAsync(house.S1, new ListObligationsRequest());
        Assert.That(s1.Select(o => o.Staff).Distinct().Order(), Is.EqualTo(new[] { "", "staff/s1" }));
        Assert.That(await ListAsync(house.S9, new ListObligationsRequest { Organisation = "organisations/js" }), Is.Empty);
        var both = await ListAsync(house.Hq, new ListObligationsRequest { Rule = "obligationRules/agreement-statistics", Period = "2026-11", State = ObligationState.Scheduled });
        Assert.That(both.Select(o => (o.Organisation, o.DisplayName)).Order(), Is.EqualTo(new[] { ("organisations/js", "协议签订统计表"), ("organisations/zj", "协议签订统计表") }));
        var today = await ListAsync(house.Hq, new ListObligationsRequest { DueFrom = "2026-11-18", DueTo = "2026-11-18", Staff = "staff/s2" });
        Assert.That(today.Select(o => o.Rule), Is.EquivalentTo(new[] { "obligationRules/daily-sales", "obligationRules/work-journal" }));
        var english = await new ObligationService.ObligationServiceClient(house.Service.Grpc(house.Hq, "en")).GetObligationAsync(new GetObligationRequest { Name = both[0].Name });
        Assert.That(english.DisplayName, Is.EqualTo("Statistics of signed agreements"));
        var hidden = await ReportingHouse.RefusalOfAsync(house.Obligations(house.Stranger).GetObligationAsync(new GetObligationRequest { Name = s1[0].Name }));
        Assert.That(hidden.Code, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task Over_rest_the_verbs_are_part_of_the_path()
    {
        var journal = await FindAsync(house.S1, "visit-plan", "2026-W48", "s1");

        using var submitted = await house.Service.Rest(house.S1).PostAsJsonAsync($"/v1/{journal.Name}:submit", new { note = "拜访两家" });
        using var listed = JsonDocument.Parse(await house.Service.Rest(house.S1).GetStringAsync("/v1/obligations?rule=obligationRules/visit-plan&period=2026-W48&state=OBLIGATION_STATE_ON_TIME"));

        Assert.That(submitted.IsSuccessStatusCode, await submitted.Content.ReadAsStringAsync());
        Assert.That(listed.RootElement.GetProperty("obligations")[0].GetProperty("note").GetString(), Is.EqualTo("拜访两家"));
    }

    [Test]
    public async Task Reported_sales_fulfil_the_days_duty_of_who_reports_and_whose_partner_it_is()
    {
        var reported = await house.ReportAsync(house.Manager, ("p1", "2026-11-18", "GT-100", 0), ("p1", "2026-11-18", "GT-200", 1));

        var duty = await FindAsync(house.Manager, "daily-sales", "2026-11-18", "s1");
        Assert.That(duty.State, Is.EqualTo(ObligationState.OnTime));
        Assert.That(duty.Artefact, Is.EqualTo(new Artefact { Kind = ArtefactKind.DailySales, Name = reported.DailySales[0].Name }), "it leads to the day's first line");
        Assert.That((await FindAsync(house.Manager, "daily-sales", "2026-11-18", "s2")).State, Is.EqualTo(ObligationState.DueSoon));
    }

    [Test]
    public async Task A_changed_rule_makes_new_obligations_and_leaves_the_old()
    {
        var before = await FindAsync(house.Hq, "agreement-statistics", "2026-11");
        var rule = await house.Rules(house.Hq).GetObligationRuleAsync(new GetObligationRuleRequest { Name = "obligationRules/agreement-statistics" });

        var changed = await house.Rules(house.Hq).UpdateObligationRuleAsync(new UpdateObligationRuleRequest
        {
            ObligationRule = new ObligationRule { Name = rule.Name, DueDay = 20, Etag = rule.Etag },
            UpdateMask = new() { Paths = { "due_day" } },
        });

        Assert.That((changed.DueDay, changed.DisplayName, changed.Active), Is.EqualTo((20, "协议签订统计表", true)));
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 1), new TimeOnly(8, 0)));
        // January's was not made before; December's was, as the next of November, by the old rule.
        Assert.That((await FindAsync(house.Hq, "agreement-statistics", "2027-01")).DueDate, Is.EqualTo("2027-01-20"));
        Assert.That((await FindAsync(house.Hq, "agreement-statistics", "2026-12")).DueDate, Is.EqualTo("2026-12-25"));
        Assert.That((await FindAsync(house.Hq, "agreement-statistics", "2026-11")).DueDate, Is.EqualTo(before.DueDate));
    }

    [Test]
    public async Task Rules_are_headquarters()
    {
        var request = new UpdateObligationRuleRequest
        {
            ObligationRule = new ObligationRule { Name = "obligationRules/work-journal", DueDay = 9, Receivers = { "nobody" } },
            UpdateMask = new() { Paths = { "due_day", "receivers" } },
        };
        var centre = await ReportingHouse.RefusalOfAsync(house.Rules(house.Stranger).UpdateObligationRuleAsync(request));
        var wrong = await ReportingHouse.RefusalOfAsync(house.Rules(house.Hq).UpdateObligationRuleAsync(request));
        request.UpdateMask.Paths.Add("recurrence");
        var fixedField = await ReportingHouse.RefusalOfAsync(house.Rules(house.Hq).UpdateObligationRuleAsync(request));

        Assert.That((centre.Code, centre.Reason), Is.EqualTo((StatusCode.PermissionDenied, "HQ_ONLY")));
        Assert.That(wrong.Fields, Is.EquivalentTo(new[] { "obligation_rule.due_day OUT_OF_RANGE", "obligation_rule.receivers[0] UNKNOWN_ROLE" }));
        Assert.That(fixedField.Fields, Is.EquivalentTo(new[] { "update_mask NOT_CHANGEABLE", "obligation_rule.due_day OUT_OF_RANGE", "obligation_rule.receivers[0] UNKNOWN_ROLE" }), "all at once");
        var rules = await house.Rules(house.S1).ListObligationRulesAsync(new ListObligationRulesRequest { PageSize = 100 });
        Assert.That(rules.ObligationRules, Has.Count.EqualTo(26));
        Assert.That(rules.ObligationRules.SelectMany(rule => rule.Roles.Concat(rule.Receivers)).Distinct(), Is.SubsetOf(Protocol.Roles.Permissions.Keys));
    }

    [Test]
    public async Task Who_owes_or_receives_a_duty_has_the_permission_for_it()
    {
        var rules = await house.Rules(house.Hq).ListObligationRulesAsync(new ListObligationRulesRequest { PageSize = 100 });
        foreach (var rule in rules.ObligationRules)
        {
            foreach (var role in rule.Roles)
                Assert.That(Protocol.Roles.Allows([role], "reporting.obligations.submit") && Protocol.Roles.Allows([role], "reporting.obligations.read"), $"{role} submits {rule.Name}");
            foreach (var role in rule.Receivers)
                Assert.That(Protocol.Roles.Allows([role], "reporting.obligations.review"), $"{role} reviews {rule.Name}");
        }
    }

    private AsyncUnaryCall<Obligation> Submit(string token, string name) =>
        house.Obligations(token).SubmitObligationAsync(new SubmitObligationRequest { Name = name, Note = "x" });

    private static StatisticsSubmitted Statistics(DateOnly day) =>
        new() { AggregateId = "y", Version = 1, ScopePath = "/hq/js/", OrganisationId = "js", StaffId = "m1", ReportDay = day, Rows = 1 };

    private async Task<List<Obligation>> ListAsync(string token, ListObligationsRequest request)
    {
        var all = new List<Obligation>();
        request.PageSize = 7;
        do
        {
            var page = await house.Obligations(token).ListObligationsAsync(request);
            all.AddRange(page.Obligations);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    private async Task<Obligation> FindAsync(string token, string duty, string period, string? staff = null)
    {
        Obligation? found = null;
        await Eventually.Async(async () => (found = await FirstAsync(token, duty, period, staff)) is not null, Patience, $"{duty} of {period} is made");
        return found!;
    }

    private Task UntilAsync(string duty, string period, ObligationState state) =>
        Eventually.Async(async () => (await FirstAsync(house.Manager, duty, period, null))?.State == state, Patience, $"{duty} of {period} is {state}");

    private async Task<Obligation?> FirstAsync(string token, string duty, string period, string? staff) =>
        (await house.Obligations(token).ListObligationsAsync(new ListObligationsRequest
        {
            Rule = $"obligationRules/{duty}",
            Period = period,
            Organisation = "organisations/js",
            Staff = staff is null ? "" : $"staff/{staff}",
        })).Obligations.FirstOrDefault();
}
