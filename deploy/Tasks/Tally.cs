namespace Qudao.Tasks;

/// <summary>How many passed, failed and were skipped, and why those were skipped.</summary>
internal sealed class Tally
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly List<(string Test, string Reason)> _skipped = [];
    private readonly List<(string Test, TimeSpan Took)> _slow = [];

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped => _skipped.Count;

    public void Pass() => Passed++;

    public void Skip(string test, string reason) => _skipped.Add((test, reason));

    /// <summary>Remembers what took long, for who wants to make the run shorter.</summary>
    public void Took(string test, TimeSpan took)
    {
        if (took >= Long)
            _slow.Add((test, took));
    }

    /// <summary>Counts a failure and shows it at once.</summary>
    public void Fail(string test, string message)
    {
        Failed++;
        // At one go: what runs beside it prints too.
        Console.Out.WriteLine(string.Join(Environment.NewLine, [$"FAILED {test}", .. message.TrimEnd().Split('\n').Select(line => $"    {line.TrimEnd()}")]));
    }

    public void Add(Tally other)
    {
        Passed += other.Passed;
        Failed += other.Failed;
        _skipped.AddRange(other._skipped);
        _slow.AddRange(other._slow);
    }

    public void PrintSlow()
    {
        foreach (var (test, took) in _slow.OrderByDescending(slow => slow.Took))
            Console.Out.WriteLine($"took {took.TotalSeconds,6:0.0} s: {test}");
    }

    public void PrintSkipped()
    {
        foreach (var group in _skipped.GroupBy(skip => skip.Reason))
            Console.Out.WriteLine($"skipped {group.Count()}: {group.Key} ({string.Join(", ", group.Select(skip => skip.Test).Take(3))}{(group.Count() > 3 ? ", …" : "")})");
    }
}
