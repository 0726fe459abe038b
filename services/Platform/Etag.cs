namespace Qudao.Platform;

/// <summary>The etag of a row is its version: v1, v2 … Empty in a request means "whatever it is now".</summary>
public static class Etag
{
    public static string Of(long version) => $"v{version}";

    /// <summary>The version in an etag that another service gave: "v3" is 3.</summary>
    /// <exception cref="FormatException">It is not one of ours.</exception>
    public static long VersionOf(string etag) =>
        etag.StartsWith('v') && long.TryParse(etag.AsSpan(1), out var version) ? version : throw new FormatException($"{etag} is not an etag.");

    /// <summary>Whether it is one of ours: v1, v2 …</summary>
    public static bool IsEtag(string text) => text.StartsWith('v') && long.TryParse(text.AsSpan(1), out var version) && version > 0 && text == Of(version);

    /// <summary>Refuses a stale one (ABORTED); that it is no etag at all was seen before.</summary>
    public static void Check(string etag, long version, string name)
    {
        if (etag.Length > 0 && etag != Of(version))
            throw Errors.EtagMismatch(name);
    }
}
