using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Statistics;

/// <summary>Which days are asked for, and what sums mean.</summary>
public static class StatisticsRules
{
    /// <summary>Ten years.</summary>
    private const int Most = 3660;

    private const int MostDays = 1000;

    public static IEnumerable<Violation> Check(GetTicketStatisticsRequest request, DateOnly today, TicketSettings settings)
    {
        var (from, to) = DaysOf(request, today, settings);
        if (from > to)
            yield return new("from", "不能晚于截止日", "must not be after the last day", "NOT_IN_ORDER") { Given = ["to"] };
        else if (to.DayNumber - from.DayNumber > Most)
            yield return new("from", "最多统计十年", "ten years at most", "TOO_LONG") { Given = ["to"] };
        else if (request.GroupBy == TicketGrouping.Day && to.DayNumber - from.DayNumber >= MostDays)
            yield return new("from", $"按日统计最多 {MostDays} 天", $"{MostDays} days at most, day by day", "TOO_LONG") { Given = ["to"] };
    }

    /// <summary>Whether figures are told apart by when tickets were opened.</summary>
    public static bool IsPeriod(TicketGrouping by) => by is TicketGrouping.Day or TicketGrouping.Week or TicketGrouping.Month;

    /// <summary>The days, weeks or months between two days, in order; the first and the last may be cut.</summary>
    public static IEnumerable<(string Key, DateOnly From, DateOnly To)> Periods(TicketGrouping by, DateOnly from, DateOnly to)
    {
        for (var day = from; day <= to;)
        {
            var (key, end) = by switch
            {
                TicketGrouping.Month => ($"{day:yyyy-MM}", ChinaTime.EndOfMonth(day)),
                TicketGrouping.Week => ($"{ChinaTime.StartOfWeek(day):yyyy-MM-dd}", ChinaTime.EndOfWeek(day)),
                _ => ($"{day:yyyy-MM-dd}", day),
            };
            yield return (key, day, end < to ? end : to);
            day = end.AddDays(1);
        }
    }

    public static (DateOnly From, DateOnly To) DaysOf(GetTicketStatisticsRequest request, DateOnly today, TicketSettings settings)
    {
        var to = ServiceRules.Day(request.To) ?? today;
        return (ServiceRules.Day(request.From) ?? to.AddDays(-settings.StatisticsDays), to);
    }

    public static TicketFigures ToFigures(FiguresRow row, TicketGrouping by, QuantileRow response, QuantileRow resolution, QuantileRow age) => new()
    {
        Key = KeyOf(row.GroupKey, by),
        DisplayName = row.Label,
        Opened = row.Opened,
        Resolved = row.Resolved,
        Backlog = row.Opened - row.Resolved,
        BacklogAgeHours = Mean(row.AgeSum, row.Opened - row.Resolved) / 60,
        OldestHours = (row.AgeMost ?? 0) / 60.0,
        Responded = row.Responded,
        FirstResponseMinutes = Mean(row.ResponseSum, row.Responded),
        ResolutionMinutes = Mean(row.ResolutionSum, row.Resolved),
        LongestResolutionMinutes = row.ResolutionMost ?? 0,
        FirstResponseBreached = row.ResponseBreached,
        ResolutionBreached = row.ResolutionBreached,
        BreachRate = Mean(row.Breached, row.Opened),
        Reopened = row.Reopened,
        Rated = row.Rated,
        Satisfaction = Mean(row.SatisfactionSum, row.Rated),
        Escalated = row.Escalated,
        FirstResponseP50Minutes = response.Half,
        FirstResponseP90Minutes = response.NineTenths,
        ResolutionP50Minutes = resolution.Half,
        ResolutionP90Minutes = resolution.NineTenths,
        BacklogAgeP50Hours = age.Half / 60.0,
        BacklogAgeP90Hours = age.NineTenths / 60.0,
    };

    public static HandOffFigures ToFigures(HandOffSums sums, QuantileRow quantiles) => new()
    {
        Kind = Words.Parse<TicketKind>(sums.Kind),
        Step = Words.Parse<TicketStep>(sums.Step),
        Count = sums.Count,
        Minutes = Mean(sums.MinutesSum, sums.Count),
        LongestMinutes = sums.MinutesMost,
        P50Minutes = quantiles.Half,
        P90Minutes = quantiles.NineTenths,
    };

    private static string KeyOf(string key, TicketGrouping by) => (by, key) switch
    {
        (_, "") => "",
        (TicketGrouping.Handler, _) => $"staff/{key}",
        (TicketGrouping.Partner, _) => $"partners/{key}",
        (TicketGrouping.Queue, _) => $"queues/{key}",
        (TicketGrouping.Grade, _) => key.ToUpperInvariant(),
        (TicketGrouping.Organisation, _) => $"organisations/{key.TrimEnd('/').Split('/')[^1]}",
        _ => key,
    };

    private static double Mean(long sum, long count) => count == 0 ? 0 : Math.Round((double)sum / count, 4);
}
