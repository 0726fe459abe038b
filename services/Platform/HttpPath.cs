using Google.Api;

namespace Qudao.Platform;

/// <summary>A google.api.http path template taken apart: "/v1/{name=partners/*}:sign".</summary>
/// <param name="Segments">Without the variables' names: v1, partners, *.</param>
/// <param name="Variables">Field paths in order: name.</param>
/// <param name="Owner">For each segment, the variable it belongs to, or null.</param>
/// <param name="Verb">The custom verb after the colon, or null.</param>
public sealed record HttpPath(IReadOnlyList<string> Segments, IReadOnlyList<string> Variables, IReadOnlyList<string?> Owner, string? Verb)
{
    /// <summary>The path of a rule; throws FormatException when it has none.</summary>
    public static HttpPath Of(HttpRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Parse(rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => rule.Get,
            HttpRule.PatternOneofCase.Put => rule.Put,
            HttpRule.PatternOneofCase.Post => rule.Post,
            HttpRule.PatternOneofCase.Delete => rule.Delete,
            HttpRule.PatternOneofCase.Patch => rule.Patch,
            HttpRule.PatternOneofCase.Custom => rule.Custom.Path,
            _ => "",
        });
    }

    /// <summary>Throws FormatException when it is no such template.</summary>
    public static HttpPath Parse(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        if (!template.StartsWith('/')) throw new FormatException($"\"{template}\" does not start with /.");
        var (segments, variables, owners) = (new List<string>(), new List<string>(), new List<string?>());
        var rest = template.AsSpan(1);
        while (rest.Length > 0 && rest[0] != ':')
        {
            if (rest[0] == '{') rest = Variable(rest, template, segments, variables, owners);
            else rest = Segment(rest, null, "/:", segments, owners);
            if (rest.Length > 0 && rest[0] == '/') rest = rest[1..];
        }
        return new HttpPath(segments, variables, owners, rest.Length == 0 ? null : rest[1..].ToString());
    }

    private static ReadOnlySpan<char> Variable(ReadOnlySpan<char> rest, string template, List<string> segments, List<string> variables, List<string?> owners)
    {
        var end = rest.IndexOf('}');
        if (end < 0) throw new FormatException($"\"{template}\" lacks a closing brace.");
        var inside = rest[1..end];
        var equals = inside.IndexOf('=');
        var name = (equals < 0 ? inside : inside[..equals]).ToString();
        variables.Add(name);
        var pattern = equals < 0 ? "*" : inside[(equals + 1)..];
        while (pattern.Length > 0)
        {
            pattern = Segment(pattern, name, "/", segments, owners);
            if (pattern.Length > 0) pattern = pattern[1..];
        }
        return rest[(end + 1)..];
    }

    private static ReadOnlySpan<char> Segment(ReadOnlySpan<char> rest, string? owner, string ends, List<string> segments, List<string?> owners)
    {
        var end = rest.IndexOfAny(ends);
        if (end < 0) end = rest.Length;
        segments.Add(rest[..end].ToString());
        owners.Add(owner);
        return rest[end..];
    }
}
