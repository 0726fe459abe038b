using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Journals;

/// <summary>附件五 销售日志 in the manual's layout: 工作日志, 周计划及检讨表, 月度工作总结.</summary>
public static class JournalForms
{
    private static readonly SheetColumn[] DayColumns = [new("项目", 18), new("内容", 60), new("数量", 10, SheetKind.Integer), new("备注", 16)];
    private static readonly SheetColumn[] VisitColumns = [new("序号", 18, SheetKind.Integer), new("客户单位", 60), new("拜访类型", 10), new("状态", 16)];
    private static readonly SheetColumn[] SaleColumns = [new("市级代理", 18), new("4S店 / 机构", 60), new("数量", 10, SheetKind.Integer), new("产品", 16)];

    private static readonly SheetColumn[] WeekColumns =
    [
        new("项目", 18), new("目标客户", 26), new("本周计划", 10, SheetKind.Integer), new("本周成果", 10, SheetKind.Integer), new("差距原因", 30), new("改进方法", 30),
        new("下周计划", 10, SheetKind.Integer),
    ];

    private static readonly SheetColumn[] MonthColumns = [new("项目", 30), new("应完成", 10, SheetKind.Integer), new("实际完成", 10, SheetKind.Integer), new("本月", 10, SheetKind.Integer), new("累计", 10, SheetKind.Integer)];
    private static readonly SheetColumn[] TextColumns = [new("内容", 30)];

    private static readonly SheetColumn[] NextColumns =
    [
        new("项目", 30), new("市代", 10, SheetKind.Integer), new("4S店", 10, SheetKind.Integer), new("销量", 10, SheetKind.Integer), new("拜访", 10, SheetKind.Integer),
    ];

    private static readonly Dictionary<string, string> Names = new()
    {
        ["client-visit"] = "客户拜访",
        ["return-visit"] = "老客户回访",
        ["phone"] = "电话",
        ["planned"] = "已登记",
        ["reported"] = "已汇报",
        ["missed"] = "未汇报",
    };

    public static string Title(JournalKind kind) => kind switch
    {
        JournalKind.Weekly => "周计划及检讨表",
        JournalKind.Monthly => "月度工作总结",
        _ => "工作日志",
    };

    public static SheetForm Of(Journal journal)
    {
        var head = new[] { $"机构名称：{journal.OrganisationName}    填报人：{journal.WriterName}    期间：{journal.Period}" };
        string[] foot = [$"主管点评：{journal.Comment}", $"点评人：{journal.ReviewerName}"];
        return journal.Kind switch
        {
            JournalKind.Weekly => new SheetForm(Title(journal.Kind), head, WeekColumns, journal.Weekly.Rows.Select(Cells), foot),
            JournalKind.Monthly => Month(journal.Monthly, head, foot),
            _ => Day(journal.Daily, head, foot),
        };
    }

    private static SheetForm Day(DailyJournal daily, string[] head, string[] foot) => new(Title(JournalKind.Daily), head, DayColumns,
    [
        ["晨会", daily.MorningMeeting, null, ""], ["夕会", daily.EveningMeeting, null, ""],
        ["本日计划（上午）", daily.PlanMorning, null, ""], ["本日计划（下午）", daily.PlanAfternoon, null, ""],
        ["签约数量", "市级代理", daily.AgentsSigned, ""], ["签约数量", "4S店", daily.TerminalsSigned, ""],
    ], foot)
    {
        More =
        [
            new SheetSection("拜访记录", VisitColumns, daily.Visits.Select((visit, i) => (IReadOnlyList<object?>)[i + 1, visit.PartnerName, Name(visit.Kind), Name(visit.State)])),
            new SheetSection("销售量", SaleColumns, daily.Sales.Select(sale => (IReadOnlyList<object?>)[sale.AgentName, sale.PartnerName, sale.Quantity, sale.ProductCode])
                .Append(["合计", "", daily.Sales.Sum(sale => sale.Quantity), ""])),
        ],
    };

    private static SheetForm Month(MonthlyJournal monthly, string[] head, string[] foot) => new(Title(JournalKind.Monthly), head, MonthColumns,
    [
        ["拜访次数", null, monthly.Visits, null, null], ["市级代理拓展", monthly.AgentsDue, monthly.AgentsActual, null, null],
        ["4S店拓展", monthly.TerminalsDue, monthly.TerminalsActual, null, null], ["产品销量", null, null, monthly.Sales, monthly.SalesCumulative],
    ], foot)
    {
        More =
        [
            new SheetSection("未完成情况及原因", TextColumns, [[monthly.Failures]]),
            new SheetSection("有望签约", TextColumns, [[monthly.LikelyWins]]),
            new SheetSection("下月计划", NextColumns, monthly.NextMonth.Append(monthly.NextMonthTotal).Select(Cells)),
        ],
    };

    private static IReadOnlyList<object?> Cells(WeekRow row) =>
        [WeekRowNames.Of(row.Kind), row.PartnerName, row.HasPlan ? row.Plan : null, row.Result, row.Reason, row.Improvement, row.HasNextPlan ? row.NextPlan : null];

    private static IReadOnlyList<object?> Cells(NextMonthLine line) => [line.Item, line.Agents, line.Terminals, line.Sales, line.Visits];

    private static string Name(string code) => Names.GetValueOrDefault(code, code);
}
