using Qudao.Platform;

namespace Qudao.Training.Requests;

/// <summary>培训申请表 (附件三) in the manual's layout.</summary>
public static class TrainingRequestForm
{
    public const string Title = "培训申请表";

    private static readonly SheetColumn[] Columns = [new("项目", 20), new("内容", 60)];

    /// <param name="organisation">The organisation that asks, by name.</param>
    /// <param name="course">What is taught.</param>
    /// <param name="row">The request.</param>
    /// <param name="phone">The contact's telephone number as the reader may see it.</param>
    public static SheetForm Of(string organisation, string course, TrainingRow row, string phone) => new(
        Title,
        [$"申请日期：{ChinaTime.DateOf(Clock.FromMicros(row.CreatedUs)):yyyy-MM-dd}"],
        Columns,
        [
            ["申请机构", organisation], ["申请人", row.Requester], ["4S店/市代名称", row.PartnerName], ["培训内容", course], ["预计参训人数", row.Expected],
            ["申请培训时间", Clock.FromMicros(row.WishUs)], ["培训地点", row.Place], ["4S店培训联络人", row.Contact], ["联络电话", phone],
        ],
        ["培训负责人签字：                    日期："]);
}
