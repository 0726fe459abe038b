using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Reconciliations;

/// <summary>核对往来账汇总表: one line for each partner, for finance and the manager to sign.</summary>
public static class ReconciliationForm
{
    private static readonly SheetColumn[] Columns =
    [
        new("序号", 6, SheetKind.Integer),
        new("客户", 30),
        new("应收", 14, SheetKind.Decimal, "本期发生（元）"),
        new("收款", 14, SheetKind.Decimal, "本期发生（元）"),
        new("开票", 14, SheetKind.Decimal, "本期发生（元）"),
        new("我方", 14, SheetKind.Decimal, "截止日余额（元）"),
        new("对方", 14, SheetKind.Decimal, "截止日余额（元）"),
        new("差异", 14, SheetKind.Decimal, "截止日余额（元）"),
        new("核对结果", 10),
        new("差异说明", 44),
        new("对账调整（元）", 14, SheetKind.Decimal),
        new("财务", 10, Group: "审批"),
        new("主管", 10, Group: "审批"),
    ];

    /// <summary>What stands above and below the partners' lines.</summary>
    public static SheetForm Form(ReconciliationRow run) => new(
        "核对往来账汇总表",
        [
            $"单位：{run.OrganisationName}    截止日：{run.CutoffDate:yyyy-MM-dd}",
            $"客户 {run.StatementCount} 家    相符 {run.AgreedCount}    已处理 {run.SettledCount}    不符 {run.DifferingCount}    已回函 {run.AnsweredCount}    "
                + $"待回函 {run.SentCount}    待发出 {run.OpenCount}    我方余额合计：{Money.Zh(run.OurFen)}    差异合计：{Money.Zh(run.DifferenceFen)}",
        ],
        Columns, [], ["财务（签字）：                    主管（签字）：                    日期："]);

    /// <param name="row">A partner's statement.</param>
    /// <param name="number">Its line, from 1.</param>
    public static IReadOnlyList<object?> Cells(StatementRow row, long number) =>
    [
        number, row.PartnerName, Money.Yuan(row.DueFen), Money.Yuan(row.ReceivedFen), Money.Yuan(row.InvoicedFen), Money.Yuan(row.OurFen),
        row.TheirFen is { } theirs ? Money.Yuan(theirs) : null, row.TheirFen is null ? null : Money.Yuan(row.DifferenceFen),
        ReconciliationRules.StateZh(Codes.To<ReconciliationStatementState>(row.State)), string.Join("；", row.Items.Select(Explained)),
        row.AdjustmentFen == 0 ? null : Money.Yuan(row.AdjustmentFen), row.FinanceApproverName, row.ManagerApproverName,
    ];

    private static string Explained(Item item) => $"{KindZh(Codes.To<DifferenceKind>(item.Kind))} {Money.Zh(item.AmountFen)}：{item.Reason}";

    private static string KindZh(DifferenceKind kind) => kind switch
    {
        DifferenceKind.InTransit => "未达账项",
        DifferenceKind.OurError => "我方差错",
        _ => "对方差错",
    };
}
