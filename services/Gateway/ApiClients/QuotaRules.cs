using System.Globalization;
using Grpc.Core;
using Qudao.Platform;

namespace Qudao.Gateway.ApiClients;

/// <summary>What a client may use; 0 is without end.</summary>
public sealed record Quota(string Client, long PerDay, long PerMonth);

/// <summary>The day and the month of an instant, in the time of Asia/Shanghai, under which usage is counted.</summary>
public sealed record UsagePeriods(string Day, DateTimeOffset DayBegins, DateTimeOffset DayEnds, string Month, DateTimeOffset MonthBegins, DateTimeOffset MonthEnds)
{
    private static UsagePeriods last = Of(ChinaTime.DateOf(DateTimeOffset.UnixEpoch));

    public static UsagePeriods At(DateTimeOffset now)
    {
        // Asked with each request, and a day long the same.
        var known = last;
        return now >= known.DayBegins && now < known.DayEnds ? known : last = Of(ChinaTime.DateOf(now));
    }

    private static UsagePeriods Of(DateOnly day) => new(
        day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ChinaTime.StartOfDay(day), ChinaTime.EndOfDay(day),
        day.ToString("yyyy-MM", CultureInfo.InvariantCulture), ChinaTime.StartOfDay(ChinaTime.StartOfMonth(day)), ChinaTime.EndOfDay(ChinaTime.EndOfMonth(day)));
}

/// <summary>How much of a quota is given at once, and what is told of it.</summary>
public static class QuotaRules
{
    /// <summary>How many requests a gateway counts in advance at most: so many a crash may cost a client.</summary>
    public const long MostAhead = 100;

    /// <summary>No more than a fiftieth of what is left is counted in advance, so that near its end a quota is counted one by one on all gateways.</summary>
    private const long Part = 50;

    /// <summary>What is left of both; as good as endless where neither is set.</summary>
    public static long Left(Quota quota, long usedInDay, long usedInMonth) => Math.Min(LeftOf(quota.PerDay, usedInDay), LeftOf(quota.PerMonth, usedInMonth));

    /// <summary>How many to count now.</summary>
    public static long Ahead(long left) => left <= 0 ? 0 : Math.Clamp(left / Part, 1, MostAhead);

    /// <summary>Why nothing is left: the month, when that is at its end too.</summary>
    public static Refusal UsedUp(Quota quota, long usedInMonth, UsagePeriods periods, DateTimeOffset now) => LeftOf(quota.PerMonth, usedInMonth) <= 0
        ? UsedUp(quota, "month", quota.PerMonth, "每月", "a month", periods.MonthEnds, now)
        : UsedUp(quota, "day", quota.PerDay, "每日", "a day", periods.DayEnds, now);

    private static long LeftOf(long quota, long used) => quota == 0 ? long.MaxValue : quota - used;

    private static Refusal UsedUp(Quota quota, string period, long most, string zhPeriod, string enPeriod, DateTimeOffset ends, DateTimeOffset now)
    {
        var begins = ends.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var (zh, en) = ($"{zhPeriod} {most} 次请求的配额已用完，北京时间 {begins} 重新计算。", $"The quota of {most} requests {enPeriod} is used up; it begins anew at {begins} Beijing time.");
        return new Refusal(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", zh, en)
        {
            RetryAfter = ends - now,
            Quota = ($"apiClients/{quota.Client}", zh, en),
            Metadata = new Dictionary<string, string>
            {
                ["quota"] = period,
                ["limit"] = most.ToString(CultureInfo.InvariantCulture),
                ["resetTime"] = ends.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            },
        };
    }
}
