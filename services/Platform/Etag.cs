namespace Qudao.Platform;

/// <summary>The etag of a row is its version: v1, v2 … Empty in a request means "whatever it is now".</summary>
public static class Etag
{
    public static string Of(long version) => $"v{version}";

    /// <summary>The version in an etag that another service gave: "v3" is 3.</summary>
    /// <exception cref="FormatException">It is not one of ours.</exception>
    public static long VersionOf(string etag) =>
        etag.StartsWith('v') && long.TryParse(etag.AsSpan(1), out var version) ? version : throw new FormatException($"{etag} is not an etag.");

    /// <summary>Refuses a malformed etag (INVALID_ARGUMENT) and a stale one (ABORTED).</summary>
    public static void Check(string etag, long version, string name)
    {
        if (etag.Length == 0)
            return;
        if (!(etag[0] == 'v' && long.TryParse(etag.AsSpan(1), out var asked)))
            throw Errors.Invalid("etag", "etag 格式不正确，请使用读取时返回的值。", "The etag is malformed; use the one you read.");
        if (asked != version)
            throw Errors.EtagMismatch(name);
    }
}
