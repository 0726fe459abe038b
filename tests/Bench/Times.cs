using System.Diagnostics;

namespace Qudao.Bench;

/// <summary>How long single calls take, one after the other.</summary>
internal static class Times
{
    /// <summary>Median and 99th percentile of the calls' times, in milliseconds.</summary>
    public static async Task<double[]> OfAsync(TimeSpan span, Func<int, Task> call)
    {
        var times = new List<double>();
        var whole = Stopwatch.StartNew();
        for (var number = 0; whole.Elapsed < span; number++)
        {
            var one = Stopwatch.GetTimestamp();
            await call(number);
            times.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
        }
        times.Sort();
        return [times[times.Count / 2], times[(int)(times.Count * 0.99)]];
    }
}
