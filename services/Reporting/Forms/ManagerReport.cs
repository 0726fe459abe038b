using Qudao.Platform;
using Qudao.Reporting.Activity;
using Qudao.Reporting.Dashboards;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.Plans;
using Qudao.Reporting.Sales;
using Qudao.Reporting.Tickets;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Forms;

/// <summary>
/// 总经理月报 of an organisation and all below it: plan and attainment, expansion, who did what, products, training and service, reports
/// owed, and room for the general manager's own words. The manuals name the report and leave its parts open: these are inferred.
/// </summary>
public static class ManagerReport
{
    public const string Title = "总经理月报";

    private const int MostRows = 200;

    private static readonly SheetColumn[] PlanColumns =
    [
        new("项目", 26), new("本月计划", 12, SheetKind.Integer), new("本月完成", 12, SheetKind.Integer), new("完成率", 12, SheetKind.Percent), new("上月完成", 12, SheetKind.Integer),
        new("去年同月", 12, SheetKind.Integer), new("下月计划", 12, SheetKind.Integer),
    ];

    private static readonly SheetColumn[] CompareColumns = [new("项目", 26), new("本月", 12, SheetKind.Decimal), new("上月", 12, SheetKind.Decimal)];
    private static readonly SheetColumn[] ProductColumns = [new("产品", 26), new("本月", 12, SheetKind.Integer), new("上月", 12, SheetKind.Integer)];
    private static readonly SheetColumn[] DutyColumns =
    [
        new("事项", 26), new("按时", 12, SheetKind.Integer), new("迟报", 12, SheetKind.Integer), new("未报", 12, SheetKind.Integer), new("及时率", 12, SheetKind.Percent),
    ];

    private static readonly SheetColumn[] WordColumns = [new("存在问题", 26), new("原因分析", 12), new("改进措施", 12), new("责任人", 12), new("完成时间", 12)];

    /// <exception cref="Refusal">NOT_FOUND: the caller does not see the organisation.</exception>
    public static async Task<SheetForm> OfAsync(Session session, Caller caller, string organisation, DateOnly first, DateTimeOffset now)
    {
        FormRules.RequireWhole(caller);
        var row = await NetworkStore.OrganisationAsync(session, Ids.Of(organisation, "organisations"), caller.Scope) ?? throw Errors.NotFound(organisation);
        var sight = await Sight.OfAsync(session, caller.Scope, organisation);
        return new SheetForm(Title, [$"机构名称：{row.Name}    月份：{first:yyyy-MM}"], PlanColumns, await PlanAsync(session, sight, row, first), ["总经理签字：                    日期："])
        {
            More =
            [
                new SheetSection("一、拓展与拜访", CompareColumns, await ActivityAsync(session, sight, first)),
                await DoneAsync(session, sight, row, first),
                new SheetSection("三、产品销量", ProductColumns, await ProductsAsync(session, sight, first)),
                new SheetSection("四、培训与售后服务", CompareColumns, await ServiceAsync(session, sight, first)),
                new SheetSection("五、报送情况", DutyColumns, await DutiesAsync(session, sight, first, now)),
                new SheetSection("六、存在问题与改进措施", WordColumns, [["", "", "", "", ""], ["", "", "", "", ""], ["", "", "", "", ""]]),
            ],
        };
    }

    private static async Task<List<IReadOnlyList<object?>>> PlanAsync(Session session, Sight sight, OrganisationRow row, DateOnly first)
    {
        var (plan, next) = (await PlanOfAsync(session, row.Id, first), await PlanOfAsync(session, row.Id, first.AddMonths(1)));
        var (now, before, yearAgo) = (await AchievedAsync(session, sight, first), await AchievedAsync(session, sight, first.AddMonths(-1)), await AchievedAsync(session, sight, first.AddYears(-1)));
        return
        [
            Line("市级代理拓展（家）", plan?.Agents, now.Agents, before.Agents, yearAgo.Agents, next?.Agents),
            Line("4S店拓展（家）", plan?.Terminals, now.Terminals, before.Terminals, yearAgo.Terminals, next?.Terminals),
            Line("产品销量（件）", plan?.SalesQuantity, now.Sold, before.Sold, yearAgo.Sold, next?.SalesQuantity),
        ];
    }

    private static object?[] Line(string item, long? target, long actual, long before, long yearAgo, long? next) =>
        [item, target, actual, target is > 0 ? (double)actual / target.Value : null, before, yearAgo, next];

    private static async Task<PlanRow?> PlanOfAsync(Session session, string organisation, DateOnly first) =>
        await PlanStore.IdOfAsync(session, $"{first:yyyy-MM}", organisation) is { } id ? await PlanStore.GetAsync(session, id, Caller.System.Scope) : null;

    private static async Task<(long Agents, long Terminals, long Sold)> AchievedAsync(Session session, Sight sight, DateOnly first)
    {
        var last = ChinaTime.EndOfMonth(first);
        return (await ActivityStore.CountFirstSignedAsync(session, sight, "city-agent", first, last), await ActivityStore.CountFirstSignedAsync(session, sight, "terminal", first, last),
            (await SalesStore.SumMonthsAsync(session, sight, new SalesFilter("", "", first, last), "")).Sum(figure => figure.Quantity));
    }

    private static async Task<List<IReadOnlyList<object?>>> ActivityAsync(Session session, Sight sight, DateOnly first)
    {
        var (now, before) = (await CountsAsync(session, sight, first), await CountsAsync(session, sight, first.AddMonths(-1)));
        return
        [
            ["拜访登记（次）", now.Visits, before.Visits], ["拜访已汇报（次）", now.VisitsReported, before.VisitsReported], ["拜访未汇报（次）", now.VisitsMissed, before.VisitsMissed],
            ["签订协议（份）", now.AgreementsSigned, before.AgreementsSigned],
        ];
    }

    private static async Task<SheetSection> DoneAsync(Session session, Sight sight, OrganisationRow row, DateOnly first)
    {
        // A centre's report is about its people, one above centres about them.
        var byPerson = row.Kind == "centre";
        var rows = byPerson ? await ManagerReportStore.ByPersonAsync(session, sight, first) : await ManagerReportStore.ByOrganisationAsync(session, sight, first);
        SheetColumn[] columns =
        [
            new(byPerson ? "销售人员" : "机构", 26), new("市代（家）", 12, SheetKind.Integer), new("4S店（家）", 12, SheetKind.Integer), new("拜访（次）", 12, SheetKind.Integer), new("销量（件）", 12, SheetKind.Integer),
        ];
        return new SheetSection(byPerson ? "二、人员业绩" : "二、各机构业绩", columns,
            rows.OrderByDescending(one => one.Sold).ThenBy(one => one.Id, StringComparer.Ordinal).Take(MostRows)
                .Select(one => (IReadOnlyList<object?>)[one.Name.Length > 0 ? one.Name : one.Id.Length > 0 ? one.Id : "未分配", one.Agents, one.Terminals, one.Visits, one.Sold])
                .Append(["合计", rows.Sum(one => one.Agents), rows.Sum(one => one.Terminals), rows.Sum(one => one.Visits), rows.Sum(one => one.Sold)]));
    }

    private static async Task<List<IReadOnlyList<object?>>> ProductsAsync(Session session, Sight sight, DateOnly first)
    {
        var figures = await SalesStore.SumMonthsAsync(session, sight, new SalesFilter("", "", first.AddMonths(-1), ChinaTime.EndOfMonth(first)), "product");
        return [.. from figure in figures
                   group figure by figure.GroupKey into product
                   let now = product.Where(one => one.Day == first).Sum(one => one.Quantity)
                   orderby now descending, product.Key
                   select (IReadOnlyList<object?>)[product.Key, now, product.Where(one => one.Day != first).Sum(one => one.Quantity)]];
    }

    private static async Task<List<IReadOnlyList<object?>>> ServiceAsync(Session session, Sight sight, DateOnly first)
    {
        var (now, before) = (await CountsAsync(session, sight, first), await CountsAsync(session, sight, first.AddMonths(-1)));
        var (tickets, earlier) = (await TicketsAsync(session, sight, first), await TicketsAsync(session, sight, first.AddMonths(-1)));
        return
        [
            ["培训（场）", now.TrainingsHeld, before.TrainingsHeld], ["参训（人次）", now.TrainedPeople, before.TrainedPeople],
            ["受理工单（件）", tickets.All.Count, earlier.All.Count], ["其中投诉（件）", Complaints(tickets), Complaints(earlier)], ["首次响应超时（件）", tickets.All.FirstResponseBreaches, earlier.All.FirstResponseBreaches],
            ["解决超时（件）", tickets.All.ResolutionBreaches, earlier.All.ResolutionBreaches], ["满意度（1–5 分）", Satisfaction(tickets), Satisfaction(earlier)],
        ];
    }

    private static async Task<List<IReadOnlyList<object?>>> DutiesAsync(Session session, Sight sight, DateOnly first, DateTimeOffset now)
    {
        var counts = await ObligationStore.CountAsync(session, sight, first, ChinaTime.EndOfMonth(first), now.Micros());
        return [.. from count in counts
                   group count by (count.Duty, count.DutyZh) into duty
                   orderby duty.Key.Duty
                   select (IReadOnlyList<object?>)[duty.Key.DutyZh, .. Outcomes([.. duty]), DashboardFigures.ComplianceRate([.. duty])]];
    }

    /// <summary>In time, late, missing, counted as the compliance rate counts them.</summary>
    private static object?[] Outcomes(IReadOnlyCollection<ObligationCount> counts) =>
    [
        counts.Where(c => c.State == States.OnTime || (c.State == States.Accepted && c.SubmittedInTime)).Sum(c => c.Count),
        counts.Where(c => c.State == States.Late || (c.State == States.Accepted && !c.SubmittedInTime)).Sum(c => c.Count),
        counts.Where(c => c.State == States.Missing || (c.State == States.Returned && c.Overdue)).Sum(c => c.Count),
    ];

    private static Task<ActivityCounts> CountsAsync(Session session, Sight sight, DateOnly first) => ActivityStore.CountAsync(session, sight, first, ChinaTime.EndOfMonth(first));

    private static async Task<TicketTimes> TicketsAsync(Session session, Sight sight, DateOnly first) =>
        DashboardFigures.TicketTimes(await TicketStore.OpenedAsync(session, sight, first, ChinaTime.EndOfMonth(first)));

    private static long Complaints(TicketTimes times) => times.Kinds.Where(kind => kind.Kind == "complaint").Sum(kind => kind.Count);

    private static double? Satisfaction(TicketTimes times) => times.All.Rated == 0 ? null : Math.Round(times.All.Satisfaction, 2);
}
