namespace Qudao.Platform;

/// <summary>Row ids: 26 lower-case characters (ULID, Crockford base 32), ordered by the time they were made.</summary>
public static class Ids
{
    public static string New(TimeProvider clock) => Ulid.NewUlid(clock.GetUtcNow()).ToString().ToLowerInvariant();

    /// <summary>The id in a resource name: "partners/01k…" → "01k…"; empty when the name is not of that collection.</summary>
    public static string Of(string name, string collection) =>
        name.StartsWith(collection + "/", StringComparison.Ordinal) ? name[(collection.Length + 1)..] : "";
}
