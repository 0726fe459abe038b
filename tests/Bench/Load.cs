using System.Diagnostics;

namespace Qudao.Bench;

/// <summary>Many callers at once, each with the next call as soon as the last is answered.</summary>
internal static class Load
{
    /// <summary>Callers at a time.</summary>
    public const int Concurrency = 64;

    /// <summary>Makes that many calls, as fast as they are answered.</summary>
    public static Task FillAsync(int calls, Func<int, Task> call) =>
        Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (number, _) => await call(number));

    /// <summary>Answered calls per second.</summary>
    /// <param name="call">One call of the caller of that number; a failure ends the measurement.</param>
    public static async Task<double[]> RunAsync(TimeSpan span, Func<int, Task> call)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(caller => Task.Run(async () =>
        {
            var count = 0;
            for (; watch.Elapsed < span; count++)
                await call(caller);
            return count;
        })));
        return [counts.Sum() / watch.Elapsed.TotalSeconds];
    }
}
