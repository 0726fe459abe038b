using Qudao.Platform;

namespace Qudao.Contract.Statistics;

/// <summary>What statistics can be asked for.</summary>
public static class StatisticsRules
{
    public static IEnumerable<Violation> ReportDay(string day, DateOnly today) =>
        ServiceRules.Day(day) > today ? [new("report_day", "统计日期不能晚于今天", "must not be later than today")] : [];
}
