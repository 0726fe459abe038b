using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Calendars;

/// <summary>What may be written into a calendar, and what it means.</summary>
public static class CalendarRules
{
    /// <summary>What is wrong with an update of a calendar.</summary>
    public static IEnumerable<Violation> Update(ServiceCalendar calendar)
    {
        DateOnly? before = null;
        foreach (var (i, revision) in calendar.Revisions.Index())
        {
            var path = $"service_calendar.revisions[{i}]";
            var from = ServiceRules.Day(revision.EffectiveFrom);
            if (from <= before)
                yield return new($"{path}.effective_from", "须晚于前一版本的生效日", "must be after that of the revision before", "NOT_IN_ORDER");
            before = from ?? before;
            foreach (var fault in Problems(revision, path))
                yield return fault;
        }
    }

    /// <summary>The working time that revisions, in the order of their days, make.</summary>
    public static Timetable ToTimetable(IReadOnlyList<Revision> revisions) =>
        revisions.Count == 0 ? Timetable.Default : new(WorkingCalendar.Default, revisions.Select(revision => (revision.From, CalendarOf(revision))));

    private static IEnumerable<Violation> Problems(CalendarRevision revision, string path)
    {
        var unread = Unread(revision.Windows, $"{path}.windows").Concat(revision.Days.Index().SelectMany(day => Unread(day.Item.Windows, $"{path}.days[{day.Index}].windows"))).ToList();
        foreach (var fault in unread)
            yield return fault;
        if (unread.Count > 0 || revision.Weekend.Any(day => day is < 1 or > 7) || revision.Days.Any(day => ServiceRules.Day(day.Date) is null))
            yield break; // Told already, and the rest cannot be read.
        var days = revision.Days.Select(day => DayOf(new RevisionDay(ServiceRules.Day(day.Date)!.Value, day.Working, day.DisplayName, day.Windows)));
        foreach (var problem in WorkingCalendar.Problems([.. revision.Windows.Select(WorkingWindow.Parse)], [.. revision.Weekend.Select(DayOf)], [.. days]))
            yield return new($"{path}.{problem.Field}", problem.Zh, problem.En);
    }

    private static IEnumerable<Violation> Unread(IEnumerable<string> windows, string path) =>
        from window in windows.Index()
        where !IsWindow(window.Item)
        select new Violation($"{path}[{window.Index}]", "须是时段，如 08:30-12:00", "must be a window such as 08:30-12:00", "BAD_FORMAT");

    private static WorkingCalendar CalendarOf(Revision revision)
    {
        var own = revision.Days.Select(day => day.Date).ToHashSet();
        var days = revision.Days.Select(DayOf).Concat(revision.PublicHolidays ? WorkingCalendar.PublicHolidays.Where(day => !own.Contains(day.Date)) : []);
        return new(revision.Windows.Select(WorkingWindow.Parse), revision.Weekend.Select(DayOf), days);
    }

    private static CalendarDay DayOf(RevisionDay day) => new(day.Date, day.Working, day.Name) { Windows = [.. (day.Windows ?? []).Select(WorkingWindow.Parse)] };

    private static bool IsWindow(string text)
    {
        try
        {
            WorkingWindow.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // 1 Monday to 7 Sunday, as in ISO 8601.
    private static DayOfWeek DayOf(int iso) => (DayOfWeek)(iso % 7);
}
