using System.Globalization;
using Qudao.Platform;

namespace Qudao.Reporting;

/// <summary>Days and months as requests write them; their format was checked before.</summary>
public static class Days
{
    /// <summary>Most days of a range of tickets.</summary>
    public const int Most = 366;

    /// <summary>"2026-11-25"; null for an empty text.</summary>
    public static DateOnly? Parse(string day) => day.Length == 0 ? null : DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>First and last day of "2026-11"; of the current month for an empty text.</summary>
    public static (DateOnly First, DateOnly Last) Month(string month, TimeProvider clock)
    {
        var first = Parse(month.Length == 0 ? "" : $"{month}-01") ?? ChinaTime.StartOfMonth(ChinaTime.Today(clock));
        return (first, ChinaTime.EndOfMonth(first));
    }

    /// <summary>A range of a request; without a last day it ends today, without a first one it has 30 days.</summary>
    public static (DateOnly From, DateOnly To) Range(string from, string to, DateOnly today)
    {
        var last = ServiceRules.Day(to) ?? today;
        return (ServiceRules.Day(from) ?? last.AddDays(-29), last);
    }

    /// <summary>As many days before a range.</summary>
    public static (DateOnly From, DateOnly To) Before((DateOnly From, DateOnly To) range) =>
        (range.From.AddDays(range.From.DayNumber - range.To.DayNumber - 1), range.From.AddDays(-1));

    /// <summary>The same days a year before.</summary>
    public static (DateOnly From, DateOnly To) YearBefore((DateOnly From, DateOnly To) range) => (range.From.AddYears(-1), range.To.AddYears(-1));

    /// <summary>Why a range cannot be asked for: it ends before it begins, or is longer than max days.</summary>
    public static IEnumerable<Violation> Check(string from, string to, int max, DateOnly today)
    {
        var (first, last) = Range(from, to, today);
        if (first > last)
            yield return new("to", "结束日期不能早于开始日期。", "The last day cannot be before the first.", "OUT_OF_RANGE") { Given = ["from"] };
        else if (last.DayNumber - first.DayNumber >= max)
            yield return new("to", $"时间范围最多 {max} 天。", $"The range can have at most {max} days.", "OUT_OF_RANGE") { Given = ["from", "grain"] };
    }
}
