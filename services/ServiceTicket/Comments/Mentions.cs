using System.Text.RegularExpressions;

namespace Qudao.ServiceTicket.Comments;

/// <summary>
/// Whom a comment calls on: "@staff/01k…", or "@王伟". Chinese writes no space after a name, so what is found may go on beyond it:
/// who knows the names takes the longest that it begins with.
/// </summary>
public static partial class Mentions
{
    private const int Most = 20;

    /// <summary>Without the @, each once, in the order of the text.</summary>
    public static IReadOnlyList<string> In(string text) => [.. Pattern().Matches(text).Select(match => match.Groups[1].Value).Distinct().Take(Most)];

    // Not within an address such as wang@example.com.
    [GeneratedRegex(@"(?<![A-Za-z0-9._-])[@＠](staff/[a-z0-9-]{1,60}|[\p{L}·]{1,40})")]
    private static partial Regex Pattern();
}
