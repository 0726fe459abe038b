using Qudao.Dealer.Organisations;
using Qudao.Dealer.Staff;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Visits;

/// <summary>Visits and reminders as a calendar 拜访日历, and the week's plan.</summary>
internal static class VisitCalendars
{
    /// <summary>Visits and reminders that a calendar shows one by one, at most.</summary>
    private const int MostItems = 500;

    public static async Task<VisitCalendar> ReadAsync(Session s, GetVisitCalendarRequest request, DateOnly today, Caller caller)
    {
        var (from, to) = (ServiceRules.Day(request.FromDate)!.Value, ServiceRules.Day(request.ToDate)!.Value);
        var scope = await ScopeAsync(s, request.Organisation, caller);
        var staffId = await StaffAsync(s, request.Staff, caller);
        var reminders = new VisitReminderFilter(VisitReminders.Open, request.FromDate, request.ToDate, staffId, "");
        var counts = await VisitCalendarStore.CountsAsync(s, scope, from, to, staffId);
        var due = await VisitReminderStore.CountsAsync(s, scope, reminders);
        var calendar = new VisitCalendar { Aggregated = counts.Sum(count => count.Number) + due.Sum(count => count.Number) > MostItems };
        for (var day = from; day <= to; day = day.AddDays(1))
            calendar.Days.Add(Day(day, counts, due));
        if (!calendar.Aggregated)
            await FillAsync(s, calendar, scope, new VisitFilter(request.FromDate, request.ToDate, "", "", staffId), reminders, today);
        return calendar;
    }

    public static async Task<VisitWeek> WeekAsync(Session s, GetVisitWeekRequest request, DateTimeOffset now, Caller caller)
    {
        var monday = ChinaTime.StartOfWeek(ServiceRules.Day(request.Date) ?? ChinaTime.DateOf(now).AddDays(7));
        var (sunday, saturday) = (monday.AddDays(6), monday.AddDays(-2));
        var scope = await ScopeAsync(s, request.Organisation, caller);
        var fixedBy = ChinaTime.EndOfDay(saturday);
        var counts = (await VisitCalendarStore.WeekAsync(s, scope, monday, sunday, fixedBy.Micros())).ToDictionary(count => count.StaffId);
        var visitors = await VisitCalendarStore.VisitorsAsync(s, scope);
        // A manager visits clients too, without being a salesperson.
        foreach (var staffId in counts.Keys.Except(visitors.Select(visitor => visitor.Id)).Order(StringComparer.Ordinal).ToList())
            visitors.Add(await StaffStore.FindAsync(s, staffId) is { } person ? new Visitor { Id = staffId, Name = person.Name, OrganisationId = person.OrganisationId } : new Visitor { Id = staffId });
        var week = new VisitWeek { StartDate = Text(monday), EndDate = Text(sunday), FixDate = Text(saturday), Fixed = now >= fixedBy };
        week.Rows.Add(visitors.Select(visitor => new VisitWeekRow
        {
            Staff = $"staff/{visitor.Id}",
            StaffName = visitor.Name,
            Organisation = visitor.OrganisationId.Length == 0 ? "" : $"organisations/{visitor.OrganisationId}",
            PlannedCount = counts.GetValueOrDefault(visitor.Id)?.Planned ?? 0,
            FixedCount = counts.GetValueOrDefault(visitor.Id)?.Fixed ?? 0,
        }));
        return week;
    }

    /// <summary>The caller's scope, narrowed to an organisation when one is named.</summary>
    public static async Task<Scope> ScopeAsync(Session s, string organisation, Caller caller)
    {
        if (organisation.Length == 0)
            return caller.Scope;
        var row = await OrganisationStore.GetAsync(s, Ids.Of(organisation, "organisations"), caller.Scope)
            ?? throw Errors.Invalid("organisation", "找不到该组织，或它不在您的管理范围内", "was not found, or is outside your scope", "NOT_FOUND");
        return caller.Scope with { Path = row.ScopePath };
    }

    /// <summary>The id of a person named, within the caller's scope; empty when none is.</summary>
    public static async Task<string> StaffAsync(Session s, string staff, Caller caller)
    {
        if (staff.Length == 0)
            return "";
        var row = await StaffStore.GetAsync(s, Ids.Of(staff, "staff"), caller.Scope)
            ?? throw Errors.Invalid("staff", "找不到该员工，或其不在您的管理范围内", "was not found, or is outside your scope", "NOT_FOUND");
        return row.Id;
    }

    private static async Task FillAsync(Session s, VisitCalendar calendar, Scope scope, VisitFilter visits, VisitReminderFilter reminders, DateOnly today)
    {
        var all = new Page(MostItems, "", "");
        var days = calendar.Days.ToDictionary(day => day.Date);
        foreach (var row in await VisitStore.ListAsync(s, scope, all, visits))
        {
            // Without its report, and so without anybody's number.
            var visit = VisitService.ToMessage(row, Caller.System);
            visit.Report = null;
            days[visit.PlannedDate].Visits.Add(visit);
        }
        foreach (var row in await VisitReminderStore.ListAsync(s, scope, all, reminders))
            days[Text(row.DueDate)].Reminders.Add(VisitReminders.ToMessage(row, today));
    }

    private static VisitCalendarDay Day(DateOnly day, List<DayCount> counts, List<DayCount> due)
    {
        var calendar = WorkingCalendar.Default;
        long Of(string state) => counts.FirstOrDefault(count => count.Day == day && count.State == state)?.Number ?? 0;
        return new VisitCalendarDay
        {
            Date = Text(day),
            WorkingDay = calendar.IsWorkingDay(day),
            DayName = calendar.Days.FirstOrDefault(named => named.Date == day)?.Name ?? "",
            PlannedCount = Of(VisitRules.Planned),
            ReportedCount = Of(VisitRules.Reported),
            MissedCount = Of(VisitRules.Missed),
            CancelledCount = Of(VisitRules.Cancelled),
            ReminderCount = due.Where(count => count.Day == day).Sum(count => count.Number),
        };
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd");
}
