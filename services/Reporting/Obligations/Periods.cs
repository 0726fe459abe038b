using Qudao.Platform;

namespace Qudao.Reporting.Obligations;

/// <summary>How often a duty recurs, as stored.</summary>
public static class Recurrences
{
    public const string Daily = "daily";
    public const string Weekly = "weekly";
    public const string Monthly = "monthly";
    public const string Quarterly = "quarterly";
    public const string HalfYearly = "half-yearly";
    public const string Yearly = "yearly";

    /// <summary>After each signed agreement; it has no periods.</summary>
    public const string Agreement = "agreement";
}

/// <summary>A span of days that a report is for: a day, an ISO week, a month, a quarter, a half-year or a year.</summary>
/// <param name="Recurrence">One of Recurrences but Agreement.</param>
/// <param name="Start">Its first day.</param>
public readonly record struct Period(string Recurrence, DateOnly Start)
{
    /// <summary>The period that a day lies in.</summary>
    public static Period Of(string recurrence, DateOnly day) => new(recurrence, recurrence switch
    {
        Recurrences.Daily => day,
        Recurrences.Weekly => ChinaTime.StartOfWeek(day),
        Recurrences.Monthly => ChinaTime.StartOfMonth(day),
        Recurrences.Quarterly => ChinaTime.StartOfQuarter(day),
        Recurrences.HalfYearly => new DateOnly(day.Year, day.Month <= 6 ? 1 : 7, 1),
        Recurrences.Yearly => new DateOnly(day.Year, 1, 1),
        _ => throw new ArgumentException($"\"{recurrence}\" has no periods.", nameof(recurrence)),
    });

    /// <summary>Its last day.</summary>
    public DateOnly End => Shifted(1).Start.AddDays(-1);

    /// <summary>"2026-11-25", "2026-W48", "2026-11", "2026-Q4", "2026-H2" or "2026".</summary>
    public string Label => Recurrence switch
    {
        Recurrences.Daily => $"{Start:yyyy-MM-dd}",
        Recurrences.Weekly => WeekLabel(ChinaTime.WeekOf(Start)),
        Recurrences.Monthly => $"{Start:yyyy-MM}",
        Recurrences.Quarterly => $"{Start:yyyy}-Q{(Start.Month + 2) / 3}",
        Recurrences.HalfYearly => $"{Start:yyyy}-H{(Start.Month + 5) / 6}",
        _ => $"{Start:yyyy}",
    };

    private static string WeekLabel((int Year, int Week) iso) => $"{iso.Year:0000}-W{iso.Week:00}";

    /// <summary>The n-th period after this one, or before it.</summary>
    public Period Shifted(int n) => this with
    {
        Start = Recurrence switch
        {
            Recurrences.Daily => Start.AddDays(n),
            Recurrences.Weekly => Start.AddDays(7 * n),
            Recurrences.Monthly => Start.AddMonths(n),
            Recurrences.Quarterly => Start.AddMonths(3 * n),
            Recurrences.HalfYearly => Start.AddMonths(6 * n),
            _ => Start.AddYears(n),
        },
    };
}
