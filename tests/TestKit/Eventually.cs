using System.Diagnostics;
using NUnit.Framework;

namespace Qudao.TestKit;

/// <summary>Waits for the thing itself instead of for a time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks every 50 ms until the condition holds; fails the test when it does not within the timeout.</summary>
    /// <param name="condition">An exception counts as "not yet"; the last one is shown on failure.</param>
    /// <param name="timeout">The condition is asked at least once, however short this is.</param>
    /// <param name="what">What is waited for, as the message should name it: "the shop is trained".</param>
    public static async Task Async(Func<Task<bool>> condition, TimeSpan timeout, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var watch = Stopwatch.StartNew();
        Exception? last;
        do
        {
            last = null;
            try
            {
                if (await condition())
                    return;
            }
            catch (Exception notYet) when (notYet is not ResultStateException)
            {
                last = notYet;
            }
            await Task.Delay(Interval);
        }
        while (watch.Elapsed < timeout);
        Assert.Fail($"Not within {timeout.TotalSeconds:0.#} s: {what}{(last is null ? "" : $"\nThe last try threw {last}")}");
    }

    /// <inheritdoc cref="Async(Func{Task{bool}}, TimeSpan, string)"/>
    public static Task Async(Func<bool> condition, TimeSpan timeout, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Async(() => Task.FromResult(condition()), timeout, what);
    }
}
