using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Qudao.Platform;

/// <summary>
/// One page of a keyset list: Size rows after the key After (empty on the first page). The token carries the key and a
/// hash of the filter and the caller's scope; a token under another filter is refused.
/// </summary>
public sealed record Page(int Size, string After, string FilterHash)
{
    private const int DefaultSize = 50;
    private const int MaxSize = 1000;

    /// <summary>Rows to ask the store for: one more than the page, to know whether there is another.</summary>
    public int Fetch => Size + 1;

    /// <summary>Reads page_size and page_token of a List request; its other fields are the filter.</summary>
    public static Page From(IMessage request, Caller caller)
    {
        var fields = request.Descriptor;
        var size = (int)fields.FindFieldByName("page_size").Accessor.GetValue(request);
        var token = (string)fields.FindFieldByName("page_token").Accessor.GetValue(request);
        var hash = Hash(request, caller);
        return new Page(size == 0 ? DefaultSize : Math.Min(size, MaxSize), Key(token, hash), hash);
    }

    /// <summary>
    /// The key as what it is made of; none on the first page. A token made by hand may hold anything: what cannot be read is
    /// refused, for the database would choke on it.
    /// </summary>
    public T? Key<T>(Func<string, T?> read)
        where T : struct =>
        After.Length == 0 ? null : read(After) ?? throw BadToken();

    /// <summary>Reads "2026-11-23|01k…": the key of lists in the order of days.</summary>
    public static (DateOnly Day, string Id)? DayAndId(string key) =>
        key.Split('|') is [var day, var id] && ServiceRules.Day(day) is { } date ? (date, id) : null;

    /// <summary>Reads "0001764000000000000|01k…": the key of lists in the order of a number, such as an instant in microseconds.</summary>
    public static (long Number, string Id)? NumberAndId(string key) =>
        key.Split('|') is [var number, var id] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? (value, id) : null;

    /// <summary>Cuts the extra row off and gives the token of the next page, empty on the last.</summary>
    public string Cut<T>(List<T> rows, Func<T, string> key)
    {
        if (rows.Count <= Size)
            return "";
        rows.RemoveRange(Size, rows.Count - Size);
        return Token(key(rows[^1]));
    }

    public string Token(string key) =>
        System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { FilterHash, key }));

    /// <summary>Whether it could be one that was given out.</summary>
    public static bool IsToken(string text) => Parts(text) is not null;

    private static string Key(string token, string hash)
    {
        if (token.Length == 0)
            return "";
        var (tokenHash, key) = Parts(token) ?? throw BadToken();
        return tokenHash == hash ? key : throw Errors.Invalid("page_token", "翻页时筛选条件不能改变。", "The filter must not change between pages.");
    }

    private static Refusal BadToken() => Errors.Invalid("page_token", "无效，请使用上一页返回的值", "is not one that was given out", "BAD_FORMAT");

    private static (string Hash, string Key)? Parts(string token)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(System.Buffers.Text.Base64Url.DecodeFromChars(token)) is [{ } hash, { } key] ? (hash, key) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Hash(IMessage request, Caller caller)
    {
        var filter = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        filter.Descriptor.FindFieldByName("page_size").Accessor.Clear(filter);
        filter.Descriptor.FindFieldByName("page_token").Accessor.Clear(filter);
        // Whose scope it is, wherever that stands in the tree: a cursor that is kept holds when the organisation is moved.
        var whose = caller.Scope.Path.TrimEnd('/').Split('/')[^1];
        byte[] all = [.. filter.ToByteArray(), .. Encoding.UTF8.GetBytes($"|{whose}|{caller.Scope.Assignee}")];
        return Convert.ToHexStringLower(SHA256.HashData(all).AsSpan(0, 8));
    }
}
