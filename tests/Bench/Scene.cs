namespace Qudao.Bench;

/// <summary>How a ratio of ours to bare should be: at least so much of a rate, at most so much of a time.</summary>
internal sealed record Aim(double Bound, bool AtLeast)
{
    public bool IsMetBy(double ratio) => AtLeast ? ratio >= Bound : ratio <= Bound;

    public override string ToString() => $"{(AtLeast ? "≥" : "≤")} {Bound}";
}

/// <summary>A line of the table.</summary>
/// <param name="Unit">Of both figures: "calls/s" or another rate, "ms", "MiB".</param>
internal sealed record Line(string Title, string Unit, Aim? Aim = null)
{
    /// <summary>A rate, and not a time or a size.</summary>
    public bool MoreIsBetter => Unit.EndsWith("/s", StringComparison.Ordinal);
}

/// <summary>Two sides that do the same, measured in turn. A side gives one figure for each line, measured for about the given time.</summary>
/// <param name="Settle">Returns when our side has done what it left for later; it must not go on while the bare side runs.</param>
/// <param name="WarmUp">Spans at most before the first round; fewer where what is there is used up by measuring.</param>
internal sealed record Contest(string Name, Line[] Lines, Func<TimeSpan, Task<double[]>> Ours, Func<TimeSpan, Task<double[]>> Bare, Func<Task>? Settle = null, int WarmUp = 15);

/// <summary>What has to run for some contests: our processes and the bare ones.</summary>
internal abstract class Scene : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _running = [];

    public abstract IReadOnlyList<Contest> Contests { get; }

    /// <summary>Where everything of this scene lies; removed with it.</summary>
    protected string Folder { get; } = Path.Combine(Path.GetTempPath(), $"qudao-bench-{Guid.NewGuid():n}");

    public virtual Task StartAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(Folder);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
            await _running[i].DisposeAsync();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Ends with the scene, the last first.</summary>
    protected T Keep<T>(T running)
        where T : IAsyncDisposable
    {
        _running.Add(running);
        return running;
    }
}

/// <summary>The scenes in the order of the table.</summary>
internal static class Scenes
{
    public static IReadOnlyList<Scene> All => [new GrpcScene(), new RestScene(), new EdgeScene(), new WebhookScene(), new EventScene(), new SearchScene(), new ContractScene(), new TicketScene(), new SalesScene(screens: false), new SalesScene(screens: true), new FormScene(), new RebuildScene(), new StandaloneScene()];
}
