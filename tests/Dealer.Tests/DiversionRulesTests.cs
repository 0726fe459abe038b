using Qudao.Dealer.Diversions;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Tests;

/// <summary>Every state × every action × everybody, and what a ruling must say.</summary>
public class DiversionRulesTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    private static readonly DiversionState[] States = [.. Enum.GetValues<DiversionState>().Where(state => state != DiversionState.Unspecified)];

    // Written down anew from the manual's words, not from the table of the rules: the states in which it is done.
    private static string StatesOf(DiversionAction action) => action switch
    {
        DiversionAction.Identify or DiversionAction.Investigate or DiversionAction.Withdraw => "Claimed Investigating",
        DiversionAction.Invite or DiversionAction.Answer or DiversionAction.Find or DiversionAction.Rule => "Investigating",
        DiversionAction.Appeal => "Ruled",
        DiversionAction.Decide => "Appealed",
        DiversionAction.Execute => "Final",
        DiversionAction.Reopen => "Final Executed Withdrawn",
        DiversionAction.Attach => "Claimed Investigating Appealed",
        _ => string.Join(' ', States),
    };

    private static bool May(DiversionAction action, DiversionWho who)
    {
        bool Is(DiversionWho one) => who.HasFlag(one);
        return action switch
        {
            DiversionAction.Identify or DiversionAction.Investigate or DiversionAction.Rule or DiversionAction.Execute => Is(DiversionWho.Manager),
            DiversionAction.Invite or DiversionAction.Find => Is(DiversionWho.Manager) || Is(DiversionWho.Investigator),
            DiversionAction.Answer => Is(DiversionWho.Accused) || Is(DiversionWho.Manager) || Is(DiversionWho.Investigator),
            DiversionAction.Appeal => Is(DiversionWho.Accused) || Is(DiversionWho.Claimant) || Is(DiversionWho.Filer) || Is(DiversionWho.Manager),
            DiversionAction.Decide or DiversionAction.Reopen => Is(DiversionWho.Headquarters),
            DiversionAction.Withdraw => Is(DiversionWho.Filer) || Is(DiversionWho.Claimant),
            DiversionAction.Attach => Is(DiversionWho.Accused) || Is(DiversionWho.Claimant) || Is(DiversionWho.Filer) || Is(DiversionWho.Manager) || Is(DiversionWho.Investigator),
            _ => Is(DiversionWho.Staff),
        };
    }

    [Test]
    public void Each_is_done_by_whom_and_when_it_is_his_and_never_else()
    {
        foreach (var action in Enum.GetValues<DiversionAction>())
            foreach (var state in States)
                for (var flags = 0; flags < 256; flags++)
                {
                    var who = (DiversionWho)flags;
                    var expected = !May(action, who) ? "PERMISSION_DENIED"
                        : action is DiversionAction.Rule or DiversionAction.Decide && who.HasFlag(DiversionWho.Filer) ? "OWN_CASE"
                        : action == DiversionAction.Decide && who.HasFlag(DiversionWho.Ruler) ? "OWN_RULING"
                        : StatesOf(action).Split(' ').Contains(state.ToString()) ? null : "DIVERSION_STATE";
                    Assert.That(DiversionRules.WhyNot(action, state, who)?.Reason, Is.EqualTo(expected), $"{action} {state} {who}");
                }
    }

    [TestCase(DiversionRulingKind.Dismissed, 0, "", "", "")]
    [TestCase(DiversionRulingKind.Warning, 0, "", "", "legal_base REQUIRED")]
    [TestCase(DiversionRulingKind.Warning, 1, "2027-01-01", "协议第5条", "fine_fen INVALID,suspend_until INVALID")]
    [TestCase(DiversionRulingKind.Fine, 0, "", "协议第5条", "fine_fen REQUIRED")]
    [TestCase(DiversionRulingKind.Fine, 100, "", "协议第5条", "")]
    [TestCase(DiversionRulingKind.Suspension, 0, "", "协议第5条", "suspend_until REQUIRED")]
    [TestCase(DiversionRulingKind.Suspension, 0, "2026-11-20", "协议第5条", "suspend_until TOO_EARLY")]
    [TestCase(DiversionRulingKind.Suspension, 0, "2026-11-21", "协议第5条", "")]
    [TestCase(DiversionRulingKind.Termination, 0, "", "协议第5条", "")]
    [TestCase(DiversionRulingKind.Suspension, 0, "soon", "协议第5条", "")] // told by the contract
    public void A_ruling_says_what_belongs_to_it(DiversionRulingKind kind, long fen, string until, string legal, string faults) =>
        Assert.That(string.Join(',', DiversionRules.Ruling(new DiversionRuling { Kind = kind, FineFen = fen, SuspendUntil = until, LegalBase = legal }, "ruling", Today).Select(v => $"{v.Field["ruling.".Length..]} {v.Reason}")), Is.EqualTo(faults));

    [TestCase(DiversionAppealOutcome.Changed, false, "decision.ruling REQUIRED")]
    [TestCase(DiversionAppealOutcome.Upheld, true, "decision.ruling INVALID")]
    [TestCase(DiversionAppealOutcome.Revoked, false, "")]
    [TestCase(DiversionAppealOutcome.Upheld, false, "")]
    public void A_decision_says_what_belongs_to_it(DiversionAppealOutcome outcome, bool ruling, string faults) =>
        Assert.That(string.Join(',', DiversionRules.Decision(new DiversionDecision { Outcome = outcome, Ruling = ruling ? new DiversionRuling { Kind = DiversionRulingKind.Warning } : null }, ruling, Today).Select(v => $"{v.Field} {v.Reason}")), Is.EqualTo(faults));

    [Test]
    public void The_ruling_that_holds_is_the_changed_one_or_none_once_it_is_revoked()
    {
        var (ruling, other) = (new DiversionRuling { Kind = DiversionRulingKind.Fine }, new DiversionRuling { Kind = DiversionRulingKind.Warning });
        Assert.That(DiversionRules.Final(ruling, null), Is.SameAs(ruling));
        Assert.That(DiversionRules.Final(ruling, new DiversionDecision { Outcome = DiversionAppealOutcome.Upheld }), Is.SameAs(ruling));
        Assert.That(DiversionRules.Final(ruling, new DiversionDecision { Outcome = DiversionAppealOutcome.Changed, Ruling = other }), Is.SameAs(other));
        Assert.That(DiversionRules.Final(ruling, new DiversionDecision { Outcome = DiversionAppealOutcome.Revoked }), Is.Null);
    }

    // 2026-11-20 is a Friday: 15 working days later is Friday, 11 December; New Year's days are none.
    [TestCase("2026-11-20", 15, "2026-12-12")]
    [TestCase("2026-11-21", 1, "2026-11-24")]
    public void The_appeal_window_counts_working_days(string ruled, int days, string closed) =>
        Assert.That(DiversionRules.AppealDue(DateOnly.Parse(ruled), days, WorkingCalendar.Default), Is.EqualTo(ChinaTime.StartOfDay(DateOnly.Parse(closed))));

    [TestCase("2026-11-20", "due_date TOO_EARLY")]
    [TestCase("2026-11-21", "")]
    [TestCase("2027-02-18", "")]
    [TestCase("2027-02-19", "due_date TOO_LATE")]
    public void A_statement_has_a_day_of_its_own(string due, string fault) =>
        Assert.That(string.Concat(DiversionRules.Invite(due, Today).Select(v => $"{v.Field} {v.Reason}")), Is.EqualTo(fault));

    [Test]
    public void A_claim_without_anything_is_told_and_tolerated() =>
        Assert.That(DiversionRules.Create(new Diversion { CityCode = "99", FoundDate = "2026-11-21" }, Today).Select(v => $"{v.Field} {v.Reason}"),
            Is.EquivalentTo(new[] { "diversion.accused REQUIRED", "diversion.found_date TOO_LATE", "diversion.city_code NOT_FOUND" }));
}
