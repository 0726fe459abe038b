using Qudao.Platform;

namespace Qudao.Contract.Statistics;

/// <summary>附件二 协议签订统计表 in the manual's layout.</summary>
public static class StatisticsForm
{
    private static readonly SheetColumn[] Columns =
    [
        new("项目", 24),
        new("甲方", 32),
        new("乙方", 32),
        new("协议签订时间", 16, SheetKind.Date),
        new("协议有效期", 28),
    ];

    /// <summary>The form as an .xlsx file.</summary>
    public static byte[] Xlsx(string organisationName, DateOnly reportDay, IReadOnlyList<StatisticsRow> rows)
    {
        using var file = new MemoryStream();
        SheetWriter.Write(file, SheetFormat.Xlsx, new SheetForm(
            "协议签订统计表",
            [$"填报单位：{organisationName}    截至日期：{reportDay:yyyy-MM-dd}    合计：{rows.Count} 份"],
            Columns,
            rows.Select(Cells),
            ["填报人：                    审核人：                    填报日期："]));
        return file.ToArray();
    }

    private static IReadOnlyList<object?> Cells(StatisticsRow row) =>
        [row.Subject, row.PartyA, row.PartyB, row.SignedDate, $"{row.EffectiveFrom:yyyy-MM-dd} 至 {row.EffectiveTo:yyyy-MM-dd}"];
}
