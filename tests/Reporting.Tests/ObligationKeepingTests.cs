using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

/// <summary>What superiors and headquarters do about obligations: let off, look at what was done and who complies, add and retire rules.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class ObligationKeepingTests(DatabaseUnderTest database)
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
    public async Task A_superior_lets_off_with_a_reason_and_nobody_himself()
    {
        var own = await FindAsync("visit-plan", "2026-W48", "s1");
        var meeting = await FindAsync("department-meeting", "2026-W47");

        var self = await WaiveAsync(house.Service.TokenFor("sales-manager", "/hq/js/", "s1"), own);
        var owing = await WaiveAsync(house.Manager, meeting);
        var unable = await WaiveAsync(house.S2, own);
        var foreign = await WaiveAsync(house.Stranger, own);
        var waived = await house.Obligations(house.Manager).WaiveObligationAsync(new WaiveObligationRequest { Name = own.Name, Reason = "出差", Etag = own.Etag });
        var again = await WaiveAsync(house.Hq, own);

        Assert.That(new[] { self.Reason, owing.Reason, again.Reason }, Is.EqualTo(new[] { "OWN_DUTY", "OWN_DUTY", "WAIVED" }));
        Assert.That(new[] { unable.Code, foreign.Code }, Is.EqualTo(new[] { StatusCode.PermissionDenied, StatusCode.NotFound }));
        Assert.That((waived.State, waived.Waiver, waived.WaiverReason), Is.EqualTo((ObligationState.Waived, "m1", "出差")));
        Assert.That((await house.Service.PublishedAsync<ObligationChanged>()).Last(e => e.AggregateId == own.Name["obligations/".Length..]).State, Is.EqualTo("waived"));
        // The clock and the engine leave it let off.
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 11, 25), new TimeOnly(8, 0)));
        await FindAsync("work-journal", "2026-11-26", "s1");
        Assert.That((await house.Obligations(house.S1).GetObligationAsync(new GetObligationRequest { Name = own.Name })).State, Is.EqualTo(ObligationState.Waived));
    }

    [Test]
    public async Task What_was_done_is_shown_with_what_it_is()
    {
        var agreement = Heard.Signed("a7", "p1", new(2026, 11, 18), number: "QD-7");
        await house.Service.HearAsync(agreement);
        var entered = await FindAsync("contract-entry", "QD-7");
        var survey = await FindAsync("market-survey", "2026-12");
        await house.Service.HearAsync(new SurveySubmitted { AggregateId = "x", Version = 1, ScopePath = "/hq/js/", OrganisationId = "js", Month = "2026-12", StaffId = "s1", Rows = 1 });
        survey = await house.Obligations(house.S1).GetObligationAsync(new GetObligationRequest { Name = survey.Name });
        var meeting = await FindAsync("department-meeting", "2026-W47");
        var wrong = await ReportingHouse.RefusalOfAsync(house.Obligations(house.Manager).SubmitObligationAsync(new SubmitObligationRequest { Name = meeting.Name, Note = "x", Artefact = "agreements/a7" }));
        var submitted = await house.Obligations(house.Manager).SubmitObligationAsync(new SubmitObligationRequest { Name = meeting.Name, Note = "x", Artefact = "forms/01k9" });

        Assert.That(meeting.Artefact, Is.Null);
        Assert.That(wrong.Fields, Is.EqualTo(new[] { "artefact BAD_FORMAT" }));
        Assert.That(new[] { entered.Artefact, survey.Artefact, submitted.Artefact }.Select(one => (one.Kind, one.Name)), Is.EqualTo(new[]
        {
            (ArtefactKind.Agreement, "agreements/a7"), (ArtefactKind.SurveyMonth, "surveyMonths/js/2026-12"), (ArtefactKind.Form, "forms/01k9"),
        }));
    }

    [Test]
    public async Task Compliance_is_told_by_person_organisation_and_duty()
    {
        await FindAsync("work-journal", "2026-11-18", "s1");
        await house.ReportAsync(house.S1, ("p1", "2026-11-18", "GT-100", 5));
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 11, 19), new TimeOnly(0, 1)));
        await Eventually.Async(async () => (await RowsAsync(house.Manager, ComplianceGroup.Duty)).Any(row => row is { Key: "obligationRules/daily-sales", Missing: 1 }), TimeSpan.FromSeconds(20), "s2 has missed the 18th");
        await house.ReportAsync(house.S2, ("p2", "2026-11-18", "GT-100", 5));
        var request = new ListComplianceRequest { GroupBy = ComplianceGroup.Person, DueFrom = "2026-11-18", DueTo = "2026-11-18" };

        var duty = (await RowsAsync(house.Manager, ComplianceGroup.Duty)).Single(row => row.Key == "obligationRules/daily-sales");
        var people = (await house.Obligations(house.Manager).ListComplianceAsync(request)).Rows;
        var own = (await house.Obligations(house.S1).ListComplianceAsync(request)).Rows;
        var english = (await new ObligationService.ObligationServiceClient(house.Service.Grpc(house.Hq, "en")).ListComplianceAsync(new ListComplianceRequest(request) { GroupBy = ComplianceGroup.Organisation })).Rows;

        Assert.That((duty.DisplayName, duty.InTime, duty.Late, duty.Missing, duty.Rate), Is.EqualTo(("产品销量日报", 1L, 1L, 0L, 0.5)));
        Assert.That(people.Select(row => $"{row.Key} {row.DisplayName} {row.InTime} {row.Late} {row.Missing} {row.Rate:0.##}"), Is.EqualTo(new[]
        {
            "staff/s1 员工s1 1 0 1 0.5", "staff/s2 员工s2 0 1 1 0",
        }));
        Assert.That(own.Select(row => row.Key), Is.EqualTo(new[] { "staff/s1" }));
        Assert.That(english.Select(row => (row.Key, row.InTime, row.Late, row.Missing)), Is.EqualTo(new[] { ("organisations/js", 1L, 1L, 2L) }));
        Assert.That((await PagesAsync(house.Manager, 1)).Select(row => row.Key), Is.EqualTo(people.Select(row => row.Key)));
        Assert.That((await house.Obligations(house.Stranger).ListComplianceAsync(request)).Rows, Is.Empty);
    }

    [Test]
    public async Task Headquarters_adds_a_rule_looks_at_its_dates_and_retires_it()
    {
        var request = new CreateObligationRuleRequest
        {
            ObligationRuleId = "stock-report",
            ObligationRule = new ObligationRule { DisplayName = "库存盘点表", DisplayNameEn = "Stock report", Roles = { "back-office" }, Receivers = { "hq-sales" }, Recurrence = Recurrence.Monthly, DueDay = 28, Shift = DueDayShift.Next, DueSoonDays = 2, GraceDays = 1 },
        };
        var centre = await ReportingHouse.RefusalOfAsync(house.Rules(house.Stranger).CreateObligationRuleAsync(request));
        var wrong = await ReportingHouse.RefusalOfAsync(house.Rules(house.Hq).CreateObligationRuleAsync(new CreateObligationRuleRequest
        {
            ObligationRuleId = "Stock report",
            ObligationRule = new ObligationRule { DisplayName = "x", Roles = { "nobody" }, Fulfilment = "by-magic" },
        }));
        var created = await house.Rules(house.Hq).CreateObligationRuleAsync(request);
        var twice = await ReportingHouse.RefusalOfAsync(house.Rules(house.Hq).CreateObligationRuleAsync(request));
        var preview = await house.Rules(house.S1).PreviewObligationRuleAsync(new PreviewObligationRuleRequest { Name = created.Name, Count = 3 });
        var made = await FindAsync("stock-report", "2026-11");
        var retired = await house.Rules(house.Hq).RetireObligationRuleAsync(new RetireObligationRuleRequest { Name = created.Name, Reason = "不再需要", Etag = created.Etag });
        var over = await ReportingHouse.RefusalOfAsync(house.Rules(house.Hq).RetireObligationRuleAsync(new RetireObligationRuleRequest { Name = created.Name, Reason = "x" }));
        await house.Service.MoveClockAsync(ChinaTime.At(new(2027, 1, 2), new TimeOnly(8, 0)));
        await FindAsync("agreement-statistics", "2027-02");

        Assert.That((centre.Code, centre.Reason), Is.EqualTo((StatusCode.PermissionDenied, "HQ_ONLY")));
        Assert.That(wrong.Fields, Is.EquivalentTo(new[]
        {
            "obligation_rule_id BAD_FORMAT", "obligation_rule.recurrence REQUIRED", "obligation_rule.fulfilment UNKNOWN_VALUE", "obligation_rule.display_name_en REQUIRED",
            "obligation_rule.roles[0] UNKNOWN_ROLE", "obligation_rule.receivers REQUIRED",
        }));
        Assert.That((twice.Code, twice.Reason, over.Reason), Is.EqualTo((StatusCode.AlreadyExists, "RULE_EXISTS", "RETIRED")));
        Assert.That((created.Active, created.Fulfilment, created.Recurrence, retired.Active), Is.EqualTo((true, "manual", Recurrence.Monthly, false)));
        // 28 November 2026 is a Saturday; 28 December a Monday.
        Assert.That(preview.Rows.Select(row => $"{row.Period} {row.DueSoonDate} {row.DueDate} {row.Deadline.ToDateTimeOffset().ToOffset(ChinaTime.Offset):MM-dd HH:mm}"), Is.EqualTo(new[]
        {
            "2026-11 2026-11-28 2026-11-30 12-02 00:00", "2026-12 2026-12-26 2026-12-28 12-30 00:00", "2027-01 2027-01-26 2027-01-28 01-30 00:00",
        }));
        // What it made stays and goes on; nothing is added.
        Assert.That(made.DueDate, Is.EqualTo("2026-11-30"));
        var stand = (await house.Obligations(house.Hq).ListObligationsAsync(new ListObligationsRequest { Rule = created.Name, Organisation = "organisations/js" })).Obligations;
        Assert.That(stand.Select(one => one.Period), Is.EqualTo(new[] { "2026-11", "2026-12" }));
        Assert.That(stand[0].State, Is.EqualTo(ObligationState.Missing));
    }

    /// <summary>The table of the manuals: what, when, to whom.</summary>
    [Test]
    public async Task The_manuals_duties_are_the_default_rules()
    {
        (string Code, Recurrence Recurrence, int Offset, int Month, int Day, string Receivers)[] table =
        [
            ("work-journal", Recurrence.Daily, 0, 1, 1, "sales-manager"),
            ("daily-sales", Recurrence.Daily, 0, 1, 1, "sales-manager hq-marketing"),
            ("expansion-progress", Recurrence.Weekly, 0, 1, 1, "hq-sales centre-general-manager"),
            ("department-meeting", Recurrence.Weekly, 0, 1, 5, "centre-general-manager"),
            ("visit-plan", Recurrence.Weekly, -1, 1, 6, "sales-manager"),
            ("gm-report", Recurrence.Monthly, 1, 1, 5, "hq-office"),
            ("plan-decomposition", Recurrence.Monthly, 0, 1, 5, "hq-sales centre-general-manager"),
            ("market-survey", Recurrence.Monthly, 0, 1, 5, "hq-marketing sales-manager"),
            ("attainment", Recurrence.Monthly, 1, 1, 5, "hq-sales centre-general-manager"),
            ("staff-evaluation", Recurrence.Monthly, 1, 1, 5, "centre-general-manager"),
            ("originals-bound", Recurrence.Agreement, 1, 1, 5, "sales-manager"),
            ("evaluation-form", Recurrence.Monthly, 1, 1, 10, "hq-sales hq-office"),
            ("monthly-summary", Recurrence.Monthly, 1, 1, 18, "centre-general-manager hq-office"),
            ("centre-meeting", Recurrence.Monthly, 0, 1, 25, "hq-office centre-general-manager"),
            ("agreement-statistics", Recurrence.Monthly, 0, 1, 25, "hq-marketing sales-manager"),
            ("self-appraisal", Recurrence.Monthly, 0, 1, 31, "sales-manager centre-general-manager"),
            ("department-evaluation", Recurrence.Monthly, 0, 1, 31, "hq-sales hq-marketing hq-training"),
            ("quarterly-appraisal", Recurrence.Quarterly, 0, 3, 31, "hq-sales hq-office"),
            ("annual-appraisal", Recurrence.Yearly, 0, 12, 31, "hq-sales hq-office"),
            ("training-plan", Recurrence.Yearly, 0, 1, 31, "hq-training centre-general-manager"),
            ("annual-summary", Recurrence.Yearly, 0, 12, 31, "hq-office"),
            ("account-reconciliation", Recurrence.HalfYearly, 0, 6, 31, "finance sales-manager"),
            ("contract-entry", Recurrence.Agreement, 0, 1, 1, "sales-manager"),
        ];
        var rules = (await house.Rules(house.Hq).ListObligationRulesAsync(new ListObligationRulesRequest { PageSize = 100 })).ObligationRules.Where(rule => rule.Active).ToDictionary(rule => rule.Name["obligationRules/".Length..]);
        Assert.That(table.Select(one => (one.Code, rules[one.Code].Recurrence, rules[one.Code].DueOffset, rules[one.Code].DueMonth, rules[one.Code].DueDay, string.Join(' ', rules[one.Code].Receivers))), Is.EqualTo(table));
    }

    private Task<(StatusCode Code, string Reason, string[] Fields)> WaiveAsync(string token, Obligation obligation) =>
        ReportingHouse.RefusalOfAsync(house.Obligations(token).WaiveObligationAsync(new WaiveObligationRequest { Name = obligation.Name, Reason = "x" }));

    private async Task<List<Compliance>> RowsAsync(string token, ComplianceGroup group) =>
        [.. (await house.Obligations(token).ListComplianceAsync(new ListComplianceRequest { GroupBy = group, DueFrom = "2026-11-18", DueTo = "2026-11-18" })).Rows];

    private async Task<List<Compliance>> PagesAsync(string token, int size)
    {
        var rows = new List<Compliance>();
        var request = new ListComplianceRequest { GroupBy = ComplianceGroup.Person, DueFrom = "2026-11-18", DueTo = "2026-11-18", PageSize = size };
        do
        {
            var page = await house.Obligations(token).ListComplianceAsync(request);
            rows.AddRange(page.Rows);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return rows;
    }

    private async Task<Obligation> FindAsync(string duty, string period, string? staff = null)
    {
        Obligation? found = null;
        await Eventually.Async(async () => (found = (await house.Obligations(house.Manager).ListObligationsAsync(new ListObligationsRequest
        {
            Rule = $"obligationRules/{duty}",
            Period = period,
            Organisation = "organisations/js",
            Staff = staff is null ? "" : $"staff/{staff}",
        })).Obligations.FirstOrDefault()) is not null, TimeSpan.FromSeconds(20), $"{duty} of {period} is made");
        return found!;
    }
}
