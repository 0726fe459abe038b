using FsCheck;
using FsCheck.Fluent;
using Qudao.Contract.Accounts;
using Qudao.Contract.Dunning;
using Qudao.Contract.Instalments;
using Qudao.Contract.Payments;
using Qudao.Contract.Reconciliations;
using Qudao.Contract.V1;
using Qudao.Platform;
using Statement = Qudao.Contract.V1.ReconciliationStatementState;

namespace Qudao.Contract.Tests;

/// <summary>Money as pure functions: plans, accounts, requests, ages and reconciliations.</summary>
internal sealed class MoneyRulesTests
{
    private static readonly DateOnly Start = new(2026, 3, 1);

    private static Caller As(string staffId, params string[] roles) => new(staffId, staffId, staffId, null, "js", new Scope("/hq/js/", null), roles, "test");

    [Test]
    public void A_plan_adds_up_or_says_why_not()
    {
        Planned[] plan = [new(1, Start, 60, ""), new(2, Start, 40, "")];
        Assert.That(Faults(plan, 100, ""), Is.Empty);
        Assert.That(Faults(plan, 101, ""), Is.EqualTo(new[] { "agreement.instalments SUM_DIFFERS" }));
        Assert.That(Faults(plan, 101, "返利"), Is.Empty);
        Assert.That(Faults(plan, null, ""), Is.Empty, "without an amount any sum will do");
        Assert.That(Faults([], 101, ""), Is.Empty, "not every agreement is paid in parts");
        Assert.That(Faults([plan[0], plan[0] with { AmountFen = 40 }], 100, ""), Is.EqualTo(new[] { "agreement.instalments[1].number DUPLICATE" }));
        Assert.That(Faults([new(1, Start, long.MaxValue, ""), new(2, Start, long.MaxValue, "")], 1, ""), Has.Length.EqualTo(1), "no sum is too large to be wrong");

        static string[] Faults(IReadOnlyList<Planned> plan, long? amount, string reason) =>
            [.. InstalmentRules.Faults(plan, amount, reason, "agreement.").Select(fault => $"{fault.Field} {fault.Reason}")];
    }

    [TestCase(0, 0, 0, "planned", "due")]
    [TestCase(40, 0, 0, "partly-paid", "partly-paid")]
    [TestCase(100, 0, 0, "paid", "paid")]
    [TestCase(40, 60, 0, "written-off", "written-off")]
    [TestCase(0, 0, 1, "dropped", "dropped")]
    public void An_instalment_s_state_follows_from_its_amounts_and_the_day(long paid, long writtenOff, int dropped, string before, string from)
    {
        var row = new InstalmentRow { DueDate = Start, AmountFen = 100, PaidFen = paid, WrittenOffFen = writtenOff, OpenFen = dropped == 1 ? 0 : 100 - paid - writtenOff, Dropped = dropped == 1 };
        Assert.That((Codes.Of(row.State(Start.AddDays(-1))), Codes.Of(row.State(Start))), Is.EqualTo((before, from)));
        Assert.That((row.DaysOverdue(Start), row.DaysOverdue(Start.AddDays(1))), Is.EqualTo((0, row.OpenFen > 0 ? 1 : 0)), "overdue from the day after");
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property An_amendment_leaves_no_instalment_below_what_was_done_with_it() => Prop.ForAll(Instalments.ToArbitrary(), Plans.ToArbitrary(), (rows, plan) =>
    {
        var carried = InstalmentRules.Carry(rows, plan);
        var all = carried.Kept.Select(pair => pair.Row).Concat(carried.Dropped).Select(row => row.Number).Order().SequenceEqual(rows.Select(row => row.Number).Order());
        var planned = carried.Kept.Select(pair => (long)pair.Plan.Number).Concat(carried.Added.Select(one => (long)one.Number)).Order().SequenceEqual(plan.Select(one => (long)one.Number).Order());
        var fits = carried.Conflicts.Count > 0
            || (carried.Dropped.All(row => !row.InUse)
                && carried.Kept.All(pair => pair.Plan.AmountFen >= pair.Row.PaidFen + pair.Row.RequestedFen + pair.Row.WrittenOffFen && pair.Plan.AmountFen >= pair.Row.InvoicedFen + pair.Row.InvoiceRequestedFen + pair.Row.WrittenOffFen));
        return all && planned && fits;
    });

    /// <summary>However the days jump, each offset is told at most once, in order, and the last passed always is.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property Alerts_are_told_once_in_order() => Prop.ForAll(Gen.ListOf(Gen.Choose(0, 40)).ToArbitrary(), steps =>
    {
        int[] offsets = [30, -7, 1, 90, -1, 15, 60];
        var (day, due, told, next, alerted) = (Start.AddDays(-30), Start, new List<long>(), InstalmentRules.Alert(Start, null, DateOnly.MinValue, offsets).Next, (long?)null);
        foreach (var step in steps)
        {
            day = day.AddDays(step);
            if (next > day)
                continue;
            (var offset, next) = InstalmentRules.Alert(due, alerted, day, offsets);
            if (offset is { } one)
                told.Add(one);
            alerted = offset ?? alerted;
        }
        var last = offsets.Where(offset => due.AddDays(offset) <= day).Order().LastOrDefault(int.MinValue);
        return told.SequenceEqual(told.Distinct().Order()) && (told.Count == 0 ? last == int.MinValue : told[^1] == last);
    });

    [Test]
    public void The_last_day_there_is_has_alerts_too() =>
        Assert.That(InstalmentRules.Alert(DateOnly.MaxValue, null, Start, [1, 90]), Is.EqualTo(((long?)null, DateOnly.MaxValue)));

    /// <summary>
    /// However an instalment is changed as time goes by: what has happened is never changed, and from the due date (or today)
    /// on the account says the amount.
    /// </summary>
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public Property An_account_follows_an_instalment() => Prop.ForAll(
        Gen.NonEmptyListOf(from days in Gen.Choose(0, 20) from due in Gen.Choose(-30, 60) from amount in Gen.Choose(0, 3) select (Days: days, Due: due, Fen: amount * 100L)).ToArbitrary(), changes =>
    {
        var (today, entries, id) = (Start, new List<DueEntry>(), 0);
        foreach (var change in changes)
        {
            today = today.AddDays(change.Days);
            var due = today.AddDays(change.Due);
            var happened = entries.Where(entry => entry.Date <= today).ToList();
            var following = AccountRules.Follow(entries, due, change.Fen, today);
            entries = [.. entries.Except(following.Out), .. following.In.Select(entry => new DueEntry($"{id++}", entry.Date, entry.AmountFen))];
            var from = due > today ? due : today;
            var before = entries.Where(entry => entry.Date < from && entry.Date <= today).Sum(entry => entry.AmountFen);
            if (!happened.All(entries.Contains) || entries.Sum(entry => entry.AmountFen) != change.Fen || entries.Any(entry => entry.Date > from) || (due > today && before != 0))
                return false;
            if (AccountRules.Follow(entries, due, change.Fen, today) is not { Out.Count: 0, In.Count: 0 })
                return false;
        }
        return true;
    });

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property What_is_spread_goes_to_the_first_lines_and_never_beyond_them() => Prop.ForAll(
        Gen.ListOf(Gen.Choose(1, 50)).ToArbitrary(), Gen.Choose(0, 300).ToArbitrary(), (amounts, fen) =>
    {
        IReadOnlyList<Line> lines = [.. amounts.Select((amount, i) => new Line($"{i}", amount))];
        var (spread, left) = PaymentRules.Spread(lines, fen);
        return spread.Sum(line => line.AmountFen) + left == fen && (left == 0 || spread.SequenceEqual(lines))
            && spread.Select((line, i) => line.InstalmentId == $"{i}" && line.AmountFen > 0 && line.AmountFen <= lines[i].AmountFen && (i == spread.Count - 1 || line == lines[i])).All(ok => ok);
    });

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property Nobody_takes_more_than_there_is() => Prop.ForAll(Instalments.ToArbitrary(), Gen.ListOf(Gen.Choose(1, 120)).ToArbitrary(), (rows, amounts) =>
    {
        var found = rows.ToDictionary(row => row.Id);
        IReadOnlyList<Line> lines = [.. amounts.Take(rows.Count).Select((amount, i) => new Line(rows[i].Id, amount))];
        var faults = PaymentRules.Take(lines, found, "shop", row => row.ReceivableFen, "lines").Select(fault => fault.Field).ToList();
        return Enumerable.Range(0, lines.Count).All(i => faults.Contains($"lines[{i}].amount_fen") == lines[i].AmountFen > rows[i].OpenFen - rows[i].RequestedFen);
    });

    /// <summary>Written out once more: from where each action leads where.</summary>
    private static string? Leads(PaymentAction action, string from) => (action, from) switch
    {
        (PaymentAction.Update, "draft" or "returned") => from,
        (PaymentAction.Submit, "draft" or "returned") => "awaiting-manager",
        (PaymentAction.Confirm, "awaiting-manager") => "awaiting-purchasing",
        (PaymentAction.Check, "awaiting-purchasing") => "awaiting-finance",
        (PaymentAction.Settle, "awaiting-finance") => "awaiting-signature",
        (PaymentAction.Sign, "awaiting-signature") => "closed",
        (PaymentAction.Return, "awaiting-manager" or "awaiting-purchasing" or "awaiting-finance" or "awaiting-signature") => "returned",
        (PaymentAction.Withdraw, "awaiting-manager" or "awaiting-purchasing" or "awaiting-finance") => "draft",
        (PaymentAction.Cancel, "draft" or "returned" or "awaiting-manager" or "awaiting-purchasing" or "awaiting-finance") => "cancelled",
        (PaymentAction.Reverse, "awaiting-signature" or "closed") => "reversed",
        _ => null,
    };

    /// <summary>And who may, given that he has the permission of the rpc.</summary>
    private static string? Refused(PaymentAction action, string state, bool own, string role) => action switch
    {
        _ when Leads(action, state) is null => "PAYMENT_STATE",
        PaymentAction.Confirm or PaymentAction.Check or PaymentAction.Settle => own ? "OWN_REQUEST" : null,
        PaymentAction.Return when state switch
        {
            "awaiting-manager" => role is not ("sales-manager" or "centre-general-manager" or "administrator"),
            "awaiting-purchasing" => role is not ("purchasing" or "administrator"),
            _ => role is not ("finance" or "administrator"),
        } => "PERMISSION_DENIED",
        PaymentAction.Return => own ? "OWN_REQUEST" : null,
        PaymentAction.Withdraw => own ? null : "DRAFTER_AWAITED",
        PaymentAction.Cancel => own || role is "sales-manager" or "centre-general-manager" or "administrator" ? null : "DRAFTER_AWAITED",
        _ => null,
    };

    [Test]
    public void Every_action_on_a_request_in_every_state_by_every_role()
    {
        var states = Enum.GetValues<PaymentState>().Where(state => state != PaymentState.Unspecified).ToList();
        var wrong = from action in Enum.GetValues<PaymentAction>()
                    from state in states
                    from role in Protocol.Roles.Permissions.Keys
                    from own in new[] { true, false }
                    let row = new PaymentRow { State = Codes.Of(state), Steps = [new PaymentHandOff("submit", own ? "staff/me" : "staff/other", "", "", 0, 0, "awaiting-manager")] }
                    let actual = PaymentRules.Refuse(action, row, As("me", role))?.Reason
                    let expected = Refused(action, row.State, own, role)
                    where actual != expected || (Leads(action, row.State) is { } to && Codes.Of(PaymentRules.Next(action, state)) != to)
                    select $"{action} {row.State} {(own ? "own" : "other")} by {role}: {actual}, not {expected}";
        Assert.That(wrong, Is.Empty);
        Assert.That(states.Where(state => PaymentRules.Reserves(state) && PaymentRules.IsSettled(state)), Is.Empty);
        Assert.That(states.Where(PaymentRules.Reserves).Concat(states.Where(PaymentRules.IsSettled)).Select(Codes.Of),
            Is.EquivalentTo(new[] { "awaiting-manager", "awaiting-purchasing", "awaiting-finance", "awaiting-signature", "closed" }));
    }

    [Test]
    public void Every_day_overdue_is_in_the_bucket_that_its_due_date_is_in()
    {
        AgingBucket[] buckets = [AgingBucket.UpTo30, AgingBucket.UpTo60, AgingBucket.UpTo90, AgingBucket.Over90];
        for (var days = 1; days < 200; days++)
        {
            var due = Start.AddDays(-days);
            var holding = buckets.Where(bucket => DunningRules.DueDates(bucket, Start) is var (from, to) && from <= due && due <= to);
            Assert.That(holding, Is.EqualTo(new[] { DunningRules.Bucket(days) }), $"{days}");
        }
        Assert.That((DunningRules.Bucket(0), DunningRules.DueDates(default, Start).To), Is.EqualTo((AgingBucket.Unspecified, Start.AddDays(-1))));
    }

    [TestCase("2026-06-29", "2025-12-31")]
    [TestCase("2026-06-30", "2026-06-30")]
    [TestCase("2026-12-30", "2026-06-30")]
    [TestCase("2026-12-31", "2026-12-31")]
    public void The_latest_cut_off(string today, string cutoff) => Assert.That(ReconciliationRules.LatestCutoff(DateOnly.Parse(today)), Is.EqualTo(DateOnly.Parse(cutoff)));

    /// <summary>Written out once more: in which states what may be done.</summary>
    private static bool Allowed(StatementAction action, Statement state) => action switch
    {
        StatementAction.Send => state == Statement.Open,
        StatementAction.Answer => state is Statement.Sent or Statement.Answered,
        StatementAction.Assess => state == Statement.Answered,
        StatementAction.Explain or StatementAction.Approve => state == Statement.Differing,
        _ => state is Statement.Answered or Statement.Differing,
    };

    [Test]
    public void Every_action_on_a_statement_in_every_state()
    {
        var wrong = from action in Enum.GetValues<StatementAction>()
                    from state in Enum.GetValues<Statement>().Where(state => state != Statement.Unspecified)
                    let row = new StatementRow { State = Codes.Of(state), Items = [new Item("in-transit", 1, "")], AnsweredBy = "staff/a", ExplainedBy = "staff/e" }
                    let actual = ReconciliationRules.Refuse(action, row, As("me", "finance"))?.Reason
                    where actual != (Allowed(action, state) ? null : "STATEMENT_STATE")
                    select $"{action} {row.State}: {actual}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void An_explanation_is_approved_by_two_others_one_for_each_part()
    {
        var row = new StatementRow { State = "differing", ExplainedBy = "staff/e" };
        Assert.That(Why("f", "finance"), Is.EqualTo("NOT_EXPLAINED"));
        row.Items = [new Item("our-error", 5, "")];
        Assert.That(Why("e", "finance"), Is.EqualTo("OWN_EXPLANATION"));
        Assert.That(Why("s", "salesperson"), Is.EqualTo("APPROVER_AWAITED"));
        Assert.That(new[] { Why("f", "finance"), Why("m", "sales-manager"), Why("g", "centre-general-manager") }, Is.All.Null);
        row.FinanceApprover = "staff/f";
        Assert.That((Why("f2", "finance"), Why("f", "finance", "sales-manager"), Why("m", "sales-manager")), Is.EqualTo(("ALREADY_APPROVED", "ALREADY_APPROVED", (string?)null)));
        row.AnsweredBy = "staff/a";
        row.State = "answered";
        Assert.That(ReconciliationRules.Refuse(StatementAction.Assess, row, As("a", "finance"))?.Reason, Is.EqualTo("OWN_ANSWER"));

        string? Why(string who, params string[] roles) => ReconciliationRules.Refuse(StatementAction.Approve, row, As(who, roles))?.Reason;
    }

    /// <summary>After our errors are put right, what is left of the difference is on its way, or theirs.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property An_adjustment_takes_our_errors_out_of_the_difference() => Prop.ForAll(
        Gen.ListOf(from kind in Gen.Elements("in-transit", "our-error", "their-error") from fen in Gen.Choose(-500, 500) select new Item(kind, fen, "")).ToArbitrary(), items =>
    {
        IReadOnlyList<Item> all = [.. items];
        var difference = all.Sum(item => item.AmountFen);
        return !ReconciliationRules.Explain(all, difference).Any() && ReconciliationRules.Explain(all, difference + 1).Any()
            && difference + ReconciliationRules.Adjustment(all) == all.Where(item => item.Kind != "our-error").Sum(item => item.AmountFen);
    });

    private static Gen<IReadOnlyList<InstalmentRow>> Instalments =>
        from count in Gen.Choose(0, 5)
        from rows in Gen.ArrayOf(
            from paid in Gen.Choose(0, 40)
            from requested in Gen.Choose(0, 30)
            from writtenOff in Gen.Choose(0, 30)
            from invoiced in Gen.Choose(0, 40)
            select new InstalmentRow
            {
                PartnerId = "shop",
                AmountFen = 100,
                PaidFen = paid,
                RequestedFen = requested,
                WrittenOffFen = writtenOff,
                OpenFen = 100 - paid - writtenOff,
                InvoicedFen = invoiced,
            }, count)
        select Numbered(rows);

    private static Gen<IReadOnlyList<Planned>> Plans =>
        from numbers in Gen.SubListOf(1, 2, 3, 4, 5, 6, 7)
        from amounts in Gen.ArrayOf(Gen.Choose(1, 150), 7)
        select (IReadOnlyList<Planned>)[.. numbers.Select((number, i) => new Planned(number, Start, amounts[i], ""))];

    private static IReadOnlyList<InstalmentRow> Numbered(InstalmentRow[] rows)
    {
        for (var i = 0; i < rows.Length; i++)
            (rows[i].Number, rows[i].Id) = (i + 1, $"i{i}");
        return rows;
    }
}
