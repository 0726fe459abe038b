using System.Security.Cryptography;

namespace Qudao.Platform;

/// <summary>
/// Row ids: 26 lower-case characters (ULID, Crockford base 32), ordered by the time they were made; those of one process
/// and one millisecond, such as the rows of an imported file, in the order they were made.
/// </summary>
public static class Ids
{
    private static readonly Lock Making = new();
    private static readonly byte[] Randomness = new byte[10];
    private static long last;

    public static string New(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        lock (Making)
        {
            if (now.ToUnixTimeMilliseconds() == last)
                CountOn();
            else
                Start(now.ToUnixTimeMilliseconds());
            return Ulid.NewUlid(now, Randomness).ToString().ToLowerInvariant();
        }
    }

    /// <summary>The id in a resource name: "partners/01k…" → "01k…"; empty when the name is not of that collection.</summary>
    public static string Of(string name, string collection) =>
        name.StartsWith(collection + "/", StringComparison.Ordinal) ? name[(collection.Length + 1)..] : "";

    /// <summary>When an id was made, to the millisecond; null for what is none.</summary>
    public static DateTimeOffset? TimeOf(string id) => Ulid.TryParse(id, out var made) ? made.Time : null;

    private static void Start(long millisecond)
    {
        last = millisecond;
        RandomNumberGenerator.Fill(Randomness);
        // Room to count on within the millisecond.
        Randomness[0] &= 0x7f;
    }

    private static void CountOn()
    {
        for (var i = Randomness.Length - 1; ++Randomness[i] == 0; i--)
        {
        }
    }
}
