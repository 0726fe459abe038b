using System.Globalization;
using Qudao.Platform;

namespace Qudao.Contract;

/// <summary>Where a row stands in a list by day; the key of a page.</summary>
public readonly record struct DayKey(DateOnly Day, string Id)
{
    /// <summary>After which row a page begins; before all rows on the first.</summary>
    public static DayKey After(Page page) => page.After.Length == 0 ? new(DateOnly.MinValue, "")
        : new(DateOnly.ParseExact(page.After.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture), page.After[11..]);

    public override string ToString() => $"{Day:yyyy-MM-dd}|{Id}";
}
