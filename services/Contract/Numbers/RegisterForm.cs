using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Numbers;

/// <summary>合同领用登记, the register as it is printed and signed.</summary>
public static class RegisterForm
{
    private static readonly SheetColumn[] Columns =
    [
        new("序号", 6, SheetKind.Integer),
        new("合同编号", 20),
        new("合同类型", 16),
        new("领用人", 12),
        new("领用日期", 12, SheetKind.Date),
        new("用途", 24),
        new("客户", 30),
        new("签订日期", 12, SheetKind.Date),
        new("状态", 10),
        new("核销日期", 12, SheetKind.Date),
        new("作废/交回原因", 28),
    ];

    /// <summary>What stands above and below the lines.</summary>
    public static SheetForm Form(string organisationName, DateOnly day) => new(
        "合同领用登记", [$"登记单位：{organisationName}    截至日期：{day:yyyy-MM-dd}"], Columns, [], ["登记人：                    审核人：                    日期："]);

    /// <param name="ordinal">From 1.</param>
    /// <param name="row">A number.</param>
    public static IReadOnlyList<object?> Cells(long ordinal, RegisterRow row) =>
    [
        ordinal, row.Number, KindNames.Zh(Codes.To<AgreementKind>(row.Kind)), row.HolderName, row.IssueDate, row.Subject, row.PartnerName, row.SignedDate,
        NumberRules.StateZh(Codes.To<NumberState>(row.State)), row.SettleDate, row.Reason,
    ];
}
