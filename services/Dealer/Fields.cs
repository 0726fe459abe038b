using Google.Protobuf.WellKnownTypes;
using Qudao.Platform;

namespace Qudao.Dealer;

/// <summary>Which fields an update is about.</summary>
public static class Fields
{
    /// <summary>The fields to change: those of the mask, or all changeable ones.</summary>
    public static IReadOnlyList<string> Paths(FieldMask? mask, IReadOnlyList<string> changeable) =>
        mask is null || mask.Paths.Count == 0 || mask.Paths.Contains("*") ? changeable : mask.Paths;

    /// <summary>The fields that the mask names and nobody can change.</summary>
    public static IEnumerable<Violation> Immutable(FieldMask? mask, IReadOnlyList<string> changeable) =>
        Paths(mask, changeable).Where(path => !changeable.Contains(path)).Select(path =>
            new Violation("update_mask", $"字段“{path}”不能修改", $"the field \"{path}\" cannot be changed", "IMMUTABLE"));
}
