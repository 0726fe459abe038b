namespace Qudao.Bench;

/// <summary>A line with what was measured for it, round by round.</summary>
internal sealed record Result(Line Line, IReadOnlyList<double> Ours, IReadOnlyList<double> Bare)
{
    /// <summary>Of each round by itself: what disturbed the machine then disturbed both sides.</summary>
    public IReadOnlyList<double> Ratios { get; } = [.. Ours.Zip(Bare, (ours, bare) => ours / bare)];

    /// <summary>Null without an aim.</summary>
    public bool? IsMet => Line.Aim?.IsMetBy(Median(Ratios));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>Measures the sides in turn: ours, bare, ours, bare …, after both have warmed up.</summary>
internal static class Rounds
{
    public static async Task<IReadOnlyList<Result>> RunAsync(Scene scene, Options options, CancellationToken cancel)
    {
        var asked = scene.Contests.Where(contest => options.Wants(contest.Name)).ToList();
        if (asked.Count == 0)
            return [];
        await using (scene)
        {
            await scene.StartAsync(cancel);
            var results = new List<Result>();
            foreach (var contest in asked)
                results.AddRange(await RunAsync(contest, options, cancel));
            return results;
        }
    }

    private static async Task<IEnumerable<Result>> RunAsync(Contest contest, Options options, CancellationToken cancel)
    {
        var (ours, bare) = (new List<double[]>(), new List<double[]>());
        await WarmUpAsync(contest, () => OursAsync(contest, options.Span));
        await WarmUpAsync(contest, () => contest.Bare(options.Span));
        for (var round = 1; round <= options.Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            ours.Add(await OursAsync(contest, options.Span));
            bare.Add(await contest.Bare(options.Span));
            Console.Error.WriteLine($"{contest.Name} {round}/{options.Rounds}: ours {Show(ours[^1])}, bare {Show(bare[^1])}");
        }
        return contest.Lines.Select((line, i) => new Result(line, [.. ours.Select(all => all[i])], [.. bare.Select(all => all[i])]));
    }

    /// <summary>
    /// Until the runtime has compiled for good what runs most: a service has more of that than an empty handler, and is far
    /// from its pace in the first seconds. Ends when no span was better than those before it for a while.
    /// </summary>
    private static async Task WarmUpAsync(Contest contest, Func<Task<double[]>> span)
    {
        const int Patience = 3;
        const double Better = 1.05;
        double? best = null;
        for (int spans = 0, since = 0; spans < contest.WarmUp && since < Patience; spans++)
        {
            var figure = (await span())[0];
            var improved = best is not { } b || (contest.Lines[0].MoreIsBetter ? figure > b * Better : figure < b / Better);
            since = improved ? 0 : since + 1;
            best = improved ? figure : best;
        }
    }

    private static async Task<double[]> OursAsync(Contest contest, TimeSpan span)
    {
        var figures = await contest.Ours(span);
        await (contest.Settle?.Invoke() ?? Task.CompletedTask);
        return figures;
    }

    private static string Show(double[] figures) => string.Join(" / ", figures.Select(Table.Figure));
}
