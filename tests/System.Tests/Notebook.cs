using System.Collections.Concurrent;

namespace Qudao.System.Tests;

/// <summary>A resource as its reader sees it: told apart in its collection by Key, with what was asked for in Detail.</summary>
public sealed record Seen(string Collection, string Key, string Name, string Etag, string Detail);

/// <summary>What a partner system noted down of its writes: what was acknowledged, and what it gave up on without an answer.</summary>
public sealed class Notebook
{
    private readonly ConcurrentDictionary<(string Collection, string Key), Seen> acknowledged = new();
    private readonly ConcurrentDictionary<(string Collection, string Key), string> unsure = new();

    public int Count => acknowledged.Count;

    /// <summary>What was acknowledged so far.</summary>
    public IReadOnlyList<Seen> Acknowledged => [.. acknowledged.Values];

    public int Unsure => unsure.Count;

    public void Acknowledge(Seen seen) => acknowledged[(seen.Collection, seen.Key)] = seen;

    /// <summary>A write of this detail was given up: it may have happened, once, or not at all.</summary>
    public void GiveUp(string collection, string key, string detail) => unsure[(collection, key)] = detail;

    public Seen this[string collection, string key] => acknowledged[(collection, key)];

    /// <summary>Every contradiction between the notes and what is stored; empty when there is none.</summary>
    public List<string> Compare(IEnumerable<Seen> stored)
    {
        var faults = new List<string>();
        var found = new HashSet<(string, string)>();
        foreach (var seen in stored)
        {
            if (!found.Add((seen.Collection, seen.Key)))
                faults.Add($"twice: {seen}");
            else if (!IsAsNoted(seen))
                faults.Add($"{seen}\n  but noted {acknowledged.GetValueOrDefault((seen.Collection, seen.Key))?.ToString() ?? "nothing"}, given up {unsure.GetValueOrDefault((seen.Collection, seen.Key)) ?? "nothing"}");
        }
        faults.AddRange(acknowledged.Where(note => !found.Contains(note.Key)).Select(note => $"lost: {note.Value}"));
        return faults;
    }

    private bool IsAsNoted(Seen seen)
    {
        var key = (seen.Collection, seen.Key);
        var givenUp = unsure.TryGetValue(key, out var detail) && seen.Detail == detail;
        if (!acknowledged.TryGetValue(key, out var note))
            return givenUp && seen.Etag == "v1";
        return seen == note || (givenUp && seen.Name == note.Name && seen.Etag == $"v{int.Parse(note.Etag.AsSpan(1)) + 1}");
    }
}
