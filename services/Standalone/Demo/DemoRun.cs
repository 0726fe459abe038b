using System.Collections.Concurrent;
using Qudao.Platform;

namespace Qudao.Standalone.Demo;

/// <summary>What becomes of a surveyed shop in the demonstration.</summary>
internal enum Fate
{
    Signed,
    Negotiating,
    Target,
    Lost,
    Surveyed,
}

/// <summary>A shop of the survey.</summary>
/// <param name="Partner">"partners/…".</param>
/// <param name="Place">Its number among its centre's shops, from 0.</param>
/// <param name="Salesperson">Login of who looks after it.</param>
internal sealed record Shop(string Partner, string Name, string CityCode, string Address, Centre Centre, int Place, string Salesperson)
{
    /// <summary>How many shops of a centre have signed.</summary>
    public const int SignedCount = 8;

    private const int NegotiatingUntil = 14, TargetUntil = 26, LostUntil = 28;

    public Fate Fate => Place switch
    {
        < SignedCount => Fate.Signed,
        < NegotiatingUntil => Fate.Negotiating,
        < TargetUntil => Fate.Target,
        < LostUntil => Fate.Lost,
        _ => Fate.Surveyed,
    };

    /// <summary>Its number in a request_id: the same in every run of the load.</summary>
    public string Key => $"{Centre.Id}-{Place}";
}

/// <summary>What the steps of a load share.</summary>
/// <param name="day">The day the load was begun: what lies behind the network is counted back from it, also in a run that goes on later.</param>
internal sealed class DemoRun(Cast cast, TimeProvider clock, DateOnly day, Progress progress, CancellationToken cancel)
{
    /// <summary>Modest: whoever opens Qudao meanwhile is to find it quick.</summary>
    private const int SideBySide = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public Cast Cast => cast;

    public TimeProvider Clock => clock;

    public DateOnly Day => day;

    public string Month => $"{day:yyyy-MM}";

    public DateOnly Today => ChinaTime.Today(clock);

    public CancellationToken Cancel => cancel;

    /// <summary>The shops of the survey in the centres' provinces, in the same order in every run.</summary>
    public List<Shop> Shops { get; } = [];

    /// <summary>"partners/…" of each city agent by its name.</summary>
    public ConcurrentDictionary<string, string> Agents { get; } = [];

    public IEnumerable<Shop> ShopsOf(Centre centre) => Shops.Where(shop => shop.Centre == centre);

    public void Show(long done, long total) => progress.Show(done, total);

    /// <summary>Does the work for each, some side by side.</summary>
    public async Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> work)
    {
        var (all, done) = (items.ToList(), 0);
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancel }, async (item, _) =>
        {
            await work(item);
            progress.Show(Interlocked.Increment(ref done), all.Count);
        });
    }

    /// <summary>Waits for what comes by itself, as events do.</summary>
    /// <exception cref="TimeoutException">It did not come within two minutes.</exception>
    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var limit = clock.GetUtcNow() + Patience;
        while (!await condition())
        {
            if (clock.GetUtcNow() > limit)
                throw new TimeoutException($"Not within {Patience.TotalSeconds:0} s: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
        }
    }
}
