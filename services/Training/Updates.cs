using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Qudao.Platform;

namespace Qudao.Training;

/// <summary>Updates under a field mask.</summary>
internal static class Updates
{
    /// <summary>The resource as it shall be: as it is, with what the mask names taken from what was given; all that may change without one.</summary>
    public static T Merge<T>(T current, T given, FieldMask? mask, IReadOnlyList<string> changeable)
        where T : IMessage
    {
        foreach (var path in Paths(mask, changeable))
        {
            var field = current.Descriptor.FindFieldByName(path).Accessor;
            field.Clear(current);
            if (field.Descriptor.IsRepeated)
                foreach (var item in (System.Collections.IList)field.GetValue(given))
                    ((System.Collections.IList)field.GetValue(current)).Add(item);
            else
                field.SetValue(current, field.GetValue(given));
        }
        return current;
    }

    /// <summary>What the mask names and nobody can change.</summary>
    public static IEnumerable<Violation> Immutable(FieldMask? mask, IReadOnlyList<string> changeable) =>
        Paths(mask, changeable).Where(path => !changeable.Contains(path)).Select(path =>
            new Violation("update_mask", $"字段“{path}”不能修改", $"the field \"{path}\" cannot be changed", "IMMUTABLE"));

    private static IReadOnlyList<string> Paths(FieldMask? mask, IReadOnlyList<string> changeable) =>
        mask is null || mask.Paths.Count == 0 || mask.Paths.Contains("*") ? changeable : mask.Paths;
}
