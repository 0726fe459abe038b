namespace Qudao.Platform;

/// <summary>
/// What is wrong with the shape of a REST request – its JSON, its query, its headers. Kept until it is known that the caller
/// may call at all, and then told together with what is wrong with the content. Paths are as the caller wrote them.
/// </summary>
internal sealed class RestFaults
{
    private readonly List<Violation> _found = [];

    private bool _isUnreadable;

    public void Add(Violation fault) => _found.Add(fault);

    public void Add(CheckedJson json)
    {
        _found.AddRange(json.Faults);
        _isUnreadable |= json.IsUnreadable;
    }

    /// <summary>Whether this path is of ours; others are proto paths.</summary>
    public bool Names(string path) => _found.Exists(fault => fault.Field == path);

    /// <summary>
    /// These, and what is wrong with the content beside them: a field of the wrong type is not also said to be missing.
    /// </summary>
    public IReadOnlyList<Violation> And(IReadOnlyList<Violation> content)
    {
        if (_found.Count == 0) return content;
        return _isUnreadable ? _found : [.. _found, .. content.Where(fault => !IsTold(fault))];
    }

    private bool IsTold(Violation fault)
    {
        var path = Problems.JsonPath(fault.Field);
        return _found.Exists(known => IsWithin(path, known.Field) || (fault.Reason == "REQUIRED" && IsWithin(known.Field, path)));
    }

    private static bool IsWithin(string inner, string outer) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
}
