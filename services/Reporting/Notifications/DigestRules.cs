using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

/// <summary>When a digest comes.</summary>
public static class DigestRules
{
    public const string None = "none";
    public const string Daily = "daily";
    public const string Weekly = "weekly";

    /// <summary>When people come to work; inferred.</summary>
    public const int UsualHour = 9;

    /// <summary>
    /// The next digest after an instant: at the hour of the next working day, or of the first working day of the next week that has
    /// one; null when there is none to come.
    /// </summary>
    public static DateTimeOffset? Next(string digest, int hour, DateTimeOffset after, WorkingCalendar calendar)
    {
        if (digest == None)
            return null;
        for (var day = ChinaTime.DateOf(after); ; day = day.AddDays(1))
            if (Comes(digest, day, calendar) && ChinaTime.At(day, new TimeOnly(hour, 0)) is var at && at > after)
                return at;
    }

    /// <summary>The period that a digest of that instant is of; there is one digest for each.</summary>
    public static string KeyOf(string digest, DateTimeOffset at)
    {
        var day = ChinaTime.DateOf(at);
        var (year, week) = ChinaTime.WeekOf(day);
        return digest == Weekly ? $"digest|{year}-W{week:00}" : $"digest|{day:yyyy-MM-dd}";
    }

    private static bool Comes(string digest, DateOnly day, WorkingCalendar calendar) => calendar.IsWorkingDay(day)
        && (digest == Daily || calendar.WorkingDayOnOrAfter(ChinaTime.StartOfWeek(day)) == day);
}
