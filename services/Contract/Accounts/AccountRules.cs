using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Accounts;

/// <summary>What an instalment did, or will do, to its partner's account: so much on a day.</summary>
public sealed record DueEntry(string Id, DateOnly Date, long AmountFen);

/// <summary>What has to be written and taken out so that an account follows an instalment.</summary>
public sealed record Following(IReadOnlyList<DueEntry> Out, IReadOnlyList<(DateOnly Date, AccountEntryKind Kind, long AmountFen)> In);

/// <summary>Accounts 往来账 as arithmetic. Pure.</summary>
public static class AccountRules
{
    /// <summary>
    /// How the account follows an instalment: what lies before it in time may be replaced, what has happened is only ever
    /// corrected, with a day of today. Afterwards the entries add up to the amount from the due date, or today, on.
    /// </summary>
    /// <param name="entries">What the instalment has written so far.</param>
    /// <param name="due">Its due date.</param>
    /// <param name="amountFen">Its amount; 0 when it was taken out.</param>
    /// <param name="today">The day.</param>
    public static Following Follow(IReadOnlyList<DueEntry> entries, DateOnly due, long amountFen, DateOnly today)
    {
        var planned = entries.Where(entry => entry.Date > today).ToList();
        var happened = entries.Where(entry => entry.Date <= today).Sum(entry => entry.AmountFen);
        if (due > today && happened == 0 && planned is [{ } same] && same.Date == due && same.AmountFen == amountFen)
            return new Following([], []);
        var news = new List<(DateOnly, AccountEntryKind, long)>();
        if (due > today)
        {
            if (happened != 0)
                news.Add((today, AccountEntryKind.Change, -happened));
            if (amountFen != 0)
                news.Add((due, AccountEntryKind.Due, amountFen));
        }
        else if (entries.Count == 0 && amountFen != 0)
            news.Add((due, AccountEntryKind.Due, amountFen));
        else if (amountFen != happened)
            news.Add((today, AccountEntryKind.Change, amountFen - happened));
        return new Following(planned, news);
    }

    /// <summary>The days of a statement, in order.</summary>
    public static IEnumerable<Violation> Period(string from, string to, DateOnly today)
    {
        var (first, last) = Days(from, to, today);
        if (last < first)
            yield return new("to_date", "结束日期不能早于开始日期", "must not be earlier than the first day", "OUT_OF_RANGE") { Given = ["from_date"] };
    }

    /// <summary>From the first of January, until today, unless said otherwise.</summary>
    public static (DateOnly From, DateOnly To) Days(string from, string to, DateOnly today)
    {
        var last = ServiceRules.Day(to) ?? today;
        return (ServiceRules.Day(from) ?? new DateOnly(last.Year, 1, 1), last);
    }

    /// <summary>What people call the movements.</summary>
    public static string Zh(AccountEntryKind kind) => kind switch
    {
        AccountEntryKind.Due => "到期应收",
        AccountEntryKind.Change => "应收变更",
        AccountEntryKind.Receipt => "收款",
        AccountEntryKind.Invoice => "开票",
        AccountEntryKind.WriteOff => "核销",
        AccountEntryKind.ReceiptReversal => "收款冲销",
        AccountEntryKind.InvoiceReversal => "发票红冲",
        _ => "对账调整",
    };
}
