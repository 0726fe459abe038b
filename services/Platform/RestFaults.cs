namespace Qudao.Platform;

/// <summary>
/// What is wrong with the shape of a REST request – its JSON, its query, its headers. Kept until it is known that the caller
/// may call at all, and then told together with what is wrong with the content. Paths are as the caller wrote them.
/// </summary>
internal sealed class RestFaults
{
    private readonly List<Violation> _found = [];

    public IReadOnlyList<Violation> Found => _found;

    /// <summary>The body is no JSON of the kind asked for: of its content nothing is known.</summary>
    public bool IsUnreadable { get; private set; }

    public void Add(Violation fault) => _found.Add(fault);

    public void Add(CheckedJson json)
    {
        _found.AddRange(json.Faults);
        IsUnreadable |= json.IsUnreadable;
    }

    /// <summary>Whether this path is of ours; others are proto paths.</summary>
    public bool Names(string path) => _found.Exists(fault => fault.Field == path);
}
