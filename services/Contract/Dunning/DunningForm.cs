using Qudao.Contract.Instalments;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Dunning;

/// <summary>催款清单, for those who call.</summary>
public static class DunningForm
{
    private static readonly SheetColumn[] Columns =
    [
        new("序号", 6, SheetKind.Integer),
        new("客户", 32),
        new("协议编号", 16),
        new("期次", 6, SheetKind.Integer),
        new("款项", 16),
        new("应收日期", 12, SheetKind.Date),
        new("应收金额（元）", 16, SheetKind.Decimal),
        new("已收金额（元）", 16, SheetKind.Decimal),
        new("未收金额（元）", 16, SheetKind.Decimal),
        new("逾期天数", 10, SheetKind.Integer),
        new("账龄", 12),
        new("协议状态", 12),
        new("催款次数", 10, SheetKind.Integer),
        new("最近催款", 12),
        new("承诺付款日", 12, SheetKind.Date),
        new("催款记录", 40),
    ];

    /// <summary>What stands above and below the lines.</summary>
    public static SheetForm Form(string organisationName, DateOnly day, AgeRow total) => new(
        "催款清单",
        [
            $"单位：{organisationName}    截至日期：{day:yyyy-MM-dd}    逾期合计（全部）：{Money.Zh(total.TotalFen)}",
            $"1–30 天：{Money.Zh(total.UpTo30Fen)}    31–60 天：{Money.Zh(total.UpTo60Fen)}    61–90 天：{Money.Zh(total.UpTo90Fen)}    90 天以上：{Money.Zh(total.Over90Fen)}",
        ],
        Columns, [], ["制表人：                    审核人：                    日期："]);

    public static IReadOnlyList<object?> Cells(long ordinal, InstalmentRow row, (long Count, StepRow Last)? done, DateOnly today) =>
    [
        ordinal, row.PartnerName, row.AgreementNumber, row.Number, row.Purpose, row.DueDate, Money.Yuan(row.AmountFen), Money.Yuan(row.PaidFen), Money.Yuan(row.OpenFen),
        row.DaysOverdue(today), DunningRules.Zh(DunningRules.Bucket(row.DaysOverdue(today))), row.AgreementState == Codes.Of(AgreementState.Terminated) ? "已终止" : "",
        done?.Count ?? 0, done is null ? null : DunningRules.Zh(Codes.To<DunningWay>(done.Value.Last.Way)), done?.Last.PromisedDate, done?.Last.Note,
    ];
}
