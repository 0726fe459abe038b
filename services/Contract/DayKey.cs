using Qudao.Platform;

namespace Qudao.Contract;

/// <summary>Where a row stands in a list by day; the key of a page.</summary>
public readonly record struct DayKey(DateOnly Day, string Id)
{
    /// <summary>After which row a page begins; before all rows on the first.</summary>
    public static DayKey After(Page page) => page.Key(Page.DayAndId) is { } key ? new(key.Day, key.Id) : new(DateOnly.MinValue, "");

    public override string ToString() => $"{Day:yyyy-MM-dd}|{Id}";
}
