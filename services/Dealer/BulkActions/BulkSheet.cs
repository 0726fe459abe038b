using Qudao.Platform;

namespace Qudao.Dealer.BulkActions;

/// <summary>批量操作结果: what came of each partner, as a sheet.</summary>
public static class BulkSheet
{
    public static readonly SheetForm Form = new("批量操作结果", [], [new("机构", 36), new("机构编号", 30), new("结果", 10), new("原因代码", 24), new("原因", 60)], [], []);

    public static object?[] Cells(BulkItemRow row, string language) =>
        [row.PartnerName, row.PartnerId, Chinese(row.State), row.Reason, language == Errors.English ? row.MessageEn : row.MessageZh];

    private static string Chinese(string state) => state switch
    {
        BulkStore.Done => "完成",
        BulkStore.Unchanged => "无变化",
        BulkStore.Refused => "未通过",
        _ => "未处理",
    };
}
