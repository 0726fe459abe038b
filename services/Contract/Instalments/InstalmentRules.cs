using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Instalments;

/// <summary>What an amendment makes of the instalments that there are.</summary>
/// <param name="Kept">Those that stay, with the plan they follow now.</param>
/// <param name="Dropped">Those that are taken out.</param>
/// <param name="Added">What is new.</param>
/// <param name="Conflicts">The numbers of those that cannot follow: more has been received, invoiced or asked for than is left of them.</param>
public sealed record Carried(
    IReadOnlyList<(InstalmentRow Row, Planned Plan)> Kept, IReadOnlyList<InstalmentRow> Dropped, IReadOnlyList<Planned> Added, IReadOnlyList<long> Conflicts);

/// <summary>What instalments 分期收款 must be like, and what may be done to them. Pure.</summary>
public static class InstalmentRules
{
    /// <summary>The plan as asked for; numbers left out are the place in the list.</summary>
    public static IReadOnlyList<Planned> Plan(IEnumerable<PlannedInstalment> asked) =>
        [.. asked.Select((one, i) => new Planned(one.Number == 0 ? i + 1 : one.Number, ServiceRules.Day(one.DueDate) ?? default, one.AmountFen, one.Purpose.Trim()))];

    /// <summary>What is wrong with a plan: numbers used twice, a sum that is not the amount without a reason.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="amountFen">The agreement's amount; null when it has none, then any sum will do.</param>
    /// <param name="reason">Why the sum differs.</param>
    /// <param name="prefix">Where the fields are: "agreement." or nothing.</param>
    public static IEnumerable<Violation> Faults(IReadOnlyList<Planned> plan, long? amountFen, string reason, string prefix)
    {
        var known = new HashSet<int>();
        for (var i = 0; i < plan.Count; i++)
            if (!known.Add(plan[i].Number))
                yield return new($"{prefix}instalments[{i}].number", $"第 {plan[i].Number} 期重复", $"number {plan[i].Number} is there twice", "DUPLICATE");
        var sum = plan.Sum(one => (decimal)one.AmountFen);
        if (plan.Count > 0 && amountFen is { } amount && sum != amount && string.IsNullOrWhiteSpace(reason))
            yield return new($"{prefix}instalments", $"各期合计 {sum / 100:N2} 元，与协议金额 {Money.Zh(amount)}不符；请更正或说明原因",
                $"add up to CNY {sum / 100:N2}, not to the amount, {Money.En(amount)}; mend it, or say why", "SUM_DIFFERS")
            { Given = [$"{prefix}instalments", $"{prefix}amount_fen"] };
    }

    /// <summary>The plan in words, for comparison: one instalment a line.</summary>
    public static string Text(IReadOnlyList<Planned> plan) =>
        string.Join('\n', plan.Select(one => $"第{one.Number}期 {one.DueDate:yyyy-MM-dd} {Money.Zh(one.AmountFen)} {one.Purpose}".TrimEnd()));

    /// <summary>How an amendment's plan takes the place of the instalments there are: by number, and never below what has been done.</summary>
    public static Carried Carry(IReadOnlyList<InstalmentRow> existing, IReadOnlyList<Planned> plan)
    {
        var byNumber = plan.ToDictionary(one => (long)one.Number);
        var kept = existing.Where(row => byNumber.ContainsKey(row.Number)).Select(row => (Row: row, Plan: byNumber[row.Number])).ToList();
        var dropped = existing.Where(row => !byNumber.ContainsKey(row.Number)).ToList();
        var numbers = existing.Select(row => row.Number).ToHashSet();
        return new Carried(kept, dropped, [.. plan.Where(one => !numbers.Contains(one.Number))],
            [.. kept.Where(pair => pair.Plan.AmountFen < Least(pair.Row)).Select(pair => pair.Row.Number), .. dropped.Where(row => row.InUse).Select(row => row.Number)]);
    }

    /// <summary>
    /// What the clock tells of an open instalment on a day: the offset to the due date to alert now (null: none), and the day to
    /// look again. Of several passed at once only the last is told.
    /// </summary>
    /// <param name="due">The due date.</param>
    /// <param name="alerted">The last offset told.</param>
    /// <param name="today">The day.</param>
    /// <param name="offsets">Days after the due date, negative before it; in any order.</param>
    public static (long? Offset, DateOnly Next) Alert(DateOnly due, long? alerted, DateOnly today, IReadOnlyList<int> offsets)
    {
        var untold = offsets.Where(offset => alerted is not { } told || offset > told).Order().ToList();
        var passed = untold.Where(offset => due.DayNumber + offset <= today.DayNumber).ToList();
        var later = untold.Where(offset => due.DayNumber + offset > today.DayNumber).ToList();
        var next = later.Count == 0 ? DateOnly.MaxValue : DateOnly.FromDayNumber(Math.Min(DateOnly.MaxValue.DayNumber, due.DayNumber + later[0]));
        return (passed.Count == 0 ? null : passed[^1], next);
    }

    /// <summary>What is wrong with a new due date.</summary>
    public static IEnumerable<Violation> Postpone(string dueDate, DateOnly today) =>
        ServiceRules.Day(dueDate) < today ? [new("due_date", "不能早于今天", "must not be earlier than today", "OUT_OF_RANGE")] : [];

    /// <summary>Null, or why nothing can be changed about it.</summary>
    public static Refusal? RefuseSettled(InstalmentRow row) => row.OpenFen > 0 ? null
        : Errors.Precondition("NOTHING_OPEN", $"{row.Title} 已无未收金额。", $"Nothing is open of instalment {row.Number} of {row.AgreementNumber}.");

    /// <summary>Null, or why what is open cannot be given up.</summary>
    public static Refusal? RefuseWriteOff(InstalmentRow row) => RefuseSettled(row) ?? (row.RequestedFen == 0 ? null
        : Errors.Precondition("REQUEST_UNDER_WAY", $"{row.Title} 有收款申请正在办理，不能核销。", "A receipt request for it is under way."));

    /// <summary>Why an amendment cannot be signed.</summary>
    public static Refusal InUse(IReadOnlyList<long> numbers) => Errors.Precondition("INSTALMENTS_IN_USE",
        $"第 {string.Join("、", numbers)} 期已收款、开票或正在申请，变更后的金额不足。", $"Instalments {string.Join(", ", numbers)} have been paid, invoiced or asked for beyond what the amendment leaves.");

    private static long Least(InstalmentRow row) =>
        row.WrittenOffFen + Math.Max(row.PaidFen + row.RequestedFen, row.InvoicedFen + row.InvoiceRequestedFen);
}
