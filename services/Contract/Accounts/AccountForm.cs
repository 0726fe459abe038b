using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Accounts;

/// <summary>往来对账单 as it is sent to the partner and stamped by both.</summary>
public static class AccountForm
{
    private static readonly SheetColumn[] Columns =
    [
        new("日期", 12, SheetKind.Date),
        new("类别", 12),
        new("摘要", 40),
        new("应收增加（元）", 16, SheetKind.Decimal),
        new("应收减少（元）", 16, SheetKind.Decimal),
        new("余额（元）", 16, SheetKind.Decimal),
        new("开票金额（元）", 16, SheetKind.Decimal),
    ];

    /// <summary>What stands above and below the movements.</summary>
    public static SheetForm Form(string partnerName, DateOnly from, DateOnly to, TotalsRow totals) => new(
        "往来对账单",
        [
            $"客户：{partnerName}    期间：{from:yyyy-MM-dd} 至 {to:yyyy-MM-dd}",
            $"期初余额：{Money.Zh(totals.OpeningFen)}    本期应收：{Money.Zh(totals.DueFen)}    本期收款：{Money.Zh(totals.ReceivedFen)}    本期核销：{Money.Zh(totals.WrittenOffFen)}    "
                + $"对账调整：{Money.Zh(totals.AdjustedFen)}    期末余额：{Money.Zh(totals.ClosingFen)}",
        ],
        Columns, [], ["对账单位（盖章）：                    客户（盖章）：                    日期："]);

    /// <param name="row">A movement.</param>
    /// <param name="balance">What is owed after it.</param>
    public static IReadOnlyList<object?> Cells(EntryRow row, long balance) =>
    [
        row.EntryDate, AccountRules.Zh(Codes.To<AccountEntryKind>(row.Kind)), row.Description, row.AmountFen > 0 ? Money.Yuan(row.AmountFen) : null,
        row.AmountFen < 0 ? Money.Yuan(-row.AmountFen) : null, Money.Yuan(balance), row.InvoicedFen == 0 ? null : Money.Yuan(row.InvoicedFen),
    ];
}
