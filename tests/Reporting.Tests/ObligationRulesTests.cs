using Qudao.Platform;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Tests;

internal sealed class ObligationRulesTests
{
    private static readonly RuleRow Monthly = new()
    {
        Code = "statistics",
        NameZh = "统计",
        NameEn = "Statistics",
        Roles = "back-office",
        Recurrence = "monthly",
        DueMonth = 1,
        DueDay = 25,
        Shift = "next",
        Receivers = "hq-marketing",
        Fulfilment = "manual",
        Active = true,
        DueSoonDays = 3,
    };

    [TestCase("daily", "2026-11-25", "2026-11-25", "2026-11-25", "2026-11-25")]
    [TestCase("weekly", "2026-11-25", "2026-W48", "2026-11-23", "2026-11-29")]
    [TestCase("weekly", "2027-01-03", "2026-W53", "2026-12-28", "2027-01-03")]
    [TestCase("monthly", "2026-02-28", "2026-02", "2026-02-01", "2026-02-28")]
    [TestCase("quarterly", "2026-11-25", "2026-Q4", "2026-10-01", "2026-12-31")]
    [TestCase("half-yearly", "2026-06-30", "2026-H1", "2026-01-01", "2026-06-30")]
    [TestCase("half-yearly", "2026-07-01", "2026-H2", "2026-07-01", "2026-12-31")]
    [TestCase("yearly", "2026-11-25", "2026", "2026-01-01", "2026-12-31")]
    public void A_period_has_a_label_and_two_ends(string recurrence, string day, string label, string start, string end)
    {
        var period = Period.Of(recurrence, DateOnly.Parse(day));

        Assert.That((period.Label, $"{period.Start:yyyy-MM-dd}", $"{period.End:yyyy-MM-dd}"), Is.EqualTo((label, start, end)));
    }

    // 2026: 25 January is a Sunday; 25 April a Saturday; 14 February a make-up Saturday; 1–7 October holidays.
    [TestCase("monthly", 0, 1, 25, "next", "2026-11-01", "2026-11-25")]
    [TestCase("monthly", 0, 1, 25, "next", "2026-01-01", "2026-01-26")]
    [TestCase("monthly", 0, 1, 25, "previous", "2026-01-01", "2026-01-23")]
    [TestCase("monthly", 0, 1, 25, "none", "2026-01-01", "2026-01-25")]
    [TestCase("monthly", 0, 1, 14, "next", "2026-02-01", "2026-02-14")]
    [TestCase("monthly", 0, 1, 31, "none", "2026-02-01", "2026-02-28")]
    [TestCase("monthly", 1, 1, 5, "next", "2026-09-01", "2026-10-08")]
    [TestCase("weekly", 0, 1, 1, "none", "2026-11-23", "2026-11-23")]
    [TestCase("weekly", -1, 1, 6, "none", "2026-11-23", "2026-11-21")]
    [TestCase("quarterly", 0, 3, 31, "none", "2026-04-01", "2026-06-30")]
    [TestCase("half-yearly", 0, 6, 31, "previous", "2026-07-01", "2026-12-31")]
    [TestCase("yearly", 0, 1, 31, "previous", "2026-01-01", "2026-01-30")]
    [TestCase("daily", 0, 1, 1, "skip", "2026-11-25", "2026-11-25")]
    [TestCase("daily", 0, 1, 1, "skip", "2026-11-22", null)]
    [TestCase("daily", 0, 1, 1, "skip", "2026-10-01", null)]
    public void A_due_day_follows_the_rule_and_the_calendar(string recurrence, int offset, int month, int day, string shift, string start, string? due)
    {
        var rule = new RuleRow { Recurrence = recurrence, DueOffset = offset, DueMonth = month, DueDay = day, Shift = shift };

        var got = ObligationRules.DueDate(rule, Period.Of(recurrence, DateOnly.Parse(start)), WorkingCalendar.Default);

        Assert.That(got is { } date ? $"{date:yyyy-MM-dd}" : null, Is.EqualTo(due));
    }

    [Test]
    public void After_an_agreement_working_days_are_counted()
    {
        var rule = new RuleRow { DueDay = 1 };

        Assert.That(ObligationRules.DueAfterSigning(rule, new DateOnly(2026, 11, 20), WorkingCalendar.Default), Is.EqualTo(new DateOnly(2026, 11, 23)));
        Assert.That(ObligationRules.DueAfterSigning(rule, new DateOnly(2026, 9, 30), WorkingCalendar.Default), Is.EqualTo(new DateOnly(2026, 10, 8)));
    }

    [Test]
    public void Nothing_is_owed_for_what_was_over_or_due_before_the_subject_came()
    {
        var came = new DateOnly(2026, 11, 26);
        var owed = ObligationRules.Recurring([Monthly], Centre(came, came), came, WorkingCalendar.Default);

        Assert.That(owed.Select(o => (o.Period, o.DueDate)), Is.EqualTo(new[] { ("2026-12", new DateOnly(2026, 12, 25)) }));
    }

    [Test]
    public void Days_that_nobody_looked_at_are_made_up_for()
    {
        var owed = ObligationRules.Recurring([Monthly], Centre(new(2026, 1, 1), new(2026, 8, 3)), new(2026, 11, 2), WorkingCalendar.Default);

        Assert.That(owed.Select(o => o.Period), Is.EqualTo(new[] { "2026-08", "2026-09", "2026-10", "2026-11", "2026-12" }));
    }

    [TestCase("salesperson", true, true, true)]
    [TestCase("trainer", true, true, false)]
    [TestCase("salesperson", false, true, false)]
    [TestCase("salesperson", true, false, false)]
    public void A_personal_duty_concerns_active_people_of_its_roles(string role, bool active, bool ruleActive, bool concerns)
    {
        var rule = new RuleRow { Personal = true, Roles = "salesperson,sales-manager", Active = ruleActive };
        var person = new Subject("s1", "js", "s1", [role], active, "/hq/js/", default, default);

        Assert.That(ObligationRules.Concerns(rule, person), Is.EqualTo(concerns));
        Assert.That(ObligationRules.Concerns(rule, person with { StaffId = null }), Is.False, "an organisation owes no personal duty");
    }

    // Deadline 1000, due soon 500; times of now, submission, review.
    [TestCase(499, null, "", null, false, "scheduled", 500L)]
    [TestCase(500, null, "", null, false, "due-soon", 1000L)]
    [TestCase(999, null, "", null, false, "due-soon", 1000L)]
    [TestCase(1000, null, "", null, false, "missing", null)]
    [TestCase(2000, 999L, "", null, false, "on-time", null)]
    [TestCase(400, 100L, "", null, false, "on-time", null)]
    [TestCase(2000, 1000L, "", null, false, "late", null)]
    [TestCase(2000, 900L, "returned", 950L, false, "returned", null)]
    [TestCase(2000, 960L, "returned", 950L, false, "on-time", null)]
    [TestCase(2000, 1960L, "returned", 950L, false, "late", null)]
    [TestCase(2000, 900L, "accepted", 950L, false, "accepted", null)]
    [TestCase(2000, null, "", null, true, "waived", null)]
    [TestCase(2000, 900L, "", null, true, "on-time", null)]
    public void A_state_follows_from_what_is_known(long now, long? submitted, string review, long? reviewed, bool waived, string state, long? next)
    {
        var row = new ObligationRow { DueSoonUs = 500, DeadlineUs = 1000, SubmittedUs = submitted, Review = review, ReviewedUs = reviewed, Waived = waived };

        ObligationRules.Settle(row, now);

        Assert.That((row.State, row.NextUs), Is.EqualTo((state, next)));
    }

    [Test]
    public void Grace_moves_the_deadline_and_not_the_due_day()
    {
        var rule = new RuleRow { Code = "x", Recurrence = "monthly", GraceDays = 2, DueSoonDays = 3 };
        var row = ObligationRules.Create(new Owed(rule, "2026-11", new(2026, 11, 25)), Centre(default, default), "id");

        Assert.That(row.DueDate, Is.EqualTo(new DateOnly(2026, 11, 25)));
        Assert.That(Clock.FromMicros(row.DeadlineUs), Is.EqualTo(new DateTimeOffset(2026, 11, 28, 0, 0, 0, ChinaTime.Offset)));
        Assert.That(Clock.FromMicros(row.DueSoonUs), Is.EqualTo(new DateTimeOffset(2026, 11, 22, 0, 0, 0, ChinaTime.Offset)));
    }

    private static readonly string[] AllStates = ["scheduled", "due-soon", "on-time", "late", "missing", "accepted", "returned", "waived"];

    [Test]
    public void Only_what_waits_for_a_submission_is_submitted([ValueSource(nameof(AllStates))] string state)
    {
        var row = new ObligationRow { State = state, OrganisationId = "js", Roles = "back-office", Fulfilment = "manual" };
        var reason = ReasonOf(() => ObligationRules.ThrowIfNotSubmittable(row, Caller("b1", "back-office")));

        Assert.That(reason, Is.EqualTo(state switch
        {
            "scheduled" or "due-soon" or "missing" or "returned" => null,
            "waived" => "WAIVED",
            _ => "ALREADY_SUBMITTED",
        }));
    }

    [Test]
    public void Only_what_was_submitted_is_reviewed([ValueSource(nameof(AllStates))] string state)
    {
        var row = new ObligationRow { State = state, Receivers = "sales-manager", SubmitterId = "b1" };
        var reason = ReasonOf(() => ObligationRules.ThrowIfNotReviewable(row, Caller("m1", "sales-manager")));

        Assert.That(reason, Is.EqualTo(state is "on-time" or "late" ? null : "NOT_SUBMITTED"));
    }

    [Test]
    public void Only_what_is_open_is_let_off([ValueSource(nameof(AllStates))] string state)
    {
        var row = new ObligationRow { State = state, OrganisationId = "js", Roles = "back-office" };
        var reason = ReasonOf(() => ObligationRules.ThrowIfNotWaivable(row, Caller("m1", "sales-manager")));

        Assert.That(reason, Is.EqualTo(state switch
        {
            "scheduled" or "due-soon" or "missing" or "returned" => null,
            "waived" => "WAIVED",
            _ => "ALREADY_SUBMITTED",
        }));
        row.WaivedUs = 1;
        ObligationRules.Settle(row, 5);
        Assert.That((row.State, row.NextUs), Is.EqualTo(("waived", (long?)null)));
    }

    [Test]
    public void Who_may_submit_and_review_is_told_apart()
    {
        var personal = new ObligationRow { State = "due-soon", OrganisationId = "js", StaffId = "s1", Roles = "salesperson", Receivers = "sales-manager", Fulfilment = "manual" };
        var automatic = new ObligationRow { State = "due-soon", OrganisationId = "js", Roles = "salesperson", Fulfilment = "survey-submitted" };
        var submitted = new ObligationRow { State = "late", Receivers = "sales-manager", SubmitterId = "m1" };

        Assert.That(ReasonOf(() => ObligationRules.ThrowIfNotSubmittable(personal, Caller("s1", "salesperson"))), Is.Null);
        Assert.That(ReasonOf(() => ObligationRules.ThrowIfNotSubmittable(personal, Caller("s2", "salesperson"))), Is.EqualTo("NOT_YOURS"));
        Assert.That(ReasonOf(() => ObligationRules.ThrowIfNotSubmittable(automatic, Caller("s1", "salesperson"))), Is.EqualTo("FULFILLED_BY_EVENT"));
        Assert.That(ReasonOf(() => ObligationRules.ThrowIfNotSubmittable(automatic, Caller("t1", "trainer"))), Is.EqualTo("NOT_YOURS"));
        Assert.That(ReasonOf(() => ObligationRules.ThrowIfNotSubmittable(automatic, Caller("s9", "salesperson", "zj"))), Is.EqualTo("NOT_YOURS"));
        Assert.That(ReasonOf(() => ObligationRules.ThrowIfNotReviewable(submitted, Caller("m1", "sales-manager"))), Is.EqualTo("OWN_SUBMISSION"));
        Assert.That(ReasonOf(() => ObligationRules.ThrowIfNotReviewable(submitted, Caller("m2", "sales-manager"))), Is.Null);
        Assert.That(ReasonOf(() => ObligationRules.ThrowIfNotReviewable(submitted, Caller("s1", "salesperson"))), Is.EqualTo("NOT_RECEIVER"));
    }

    [Test]
    public void All_faults_of_a_rule_are_named()
    {
        var rule = new ObligationRule { DisplayName = "统计", Roles = { "salesperson", "nobody", "finance,legal" } };
        Assert.That(ObligationRules.Update(rule, []).Select(v => v.Field), Is.EquivalentTo(new[]
        {
            "obligation_rule.display_name_en", "obligation_rule.roles[1]", "obligation_rule.roles[2]", "obligation_rule.receivers",
        }));
        Assert.That(ObligationRules.Update(rule, ["display_name", "code"]).Select(v => v.Field), Is.EqualTo(new[] { "update_mask" }));
        Assert.That(ObligationRules.DueDay(new RuleRow { Recurrence = "quarterly", DueMonth = 4, DueDay = 0 }).Select(v => v.Field),
            Is.EquivalentTo(new[] { "obligation_rule.due_month", "obligation_rule.due_day" }));
        Assert.That(ObligationRules.DueDay(Monthly), Is.Empty);
    }

    private static Subject Centre(DateOnly created, DateOnly from) => new("js", "js", null, [], true, "/hq/js/", created, from);

    private static Caller Caller(string staff, string role, string organisation = "js") =>
        new(staff, staff, staff, null, organisation, new Scope($"/hq/{organisation}/", null), [role], "");

    private static string? ReasonOf(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Refusal refusal)
        {
            return refusal.Reason;
        }
    }
}
