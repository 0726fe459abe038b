using System.Text.RegularExpressions;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Templates;

/// <summary>What may stand in a template, and what it becomes.</summary>
public static partial class TemplateRules
{
    private static readonly string[] Changeable = ["kind", "display_name", "body"];

    private static readonly Dictionary<string, Func<TicketRow, string>> Placeholders = new()
    {
        ["number"] = row => row.Number,
        ["subject"] = row => row.Subject,
        ["partner"] = row => row.PartnerName,
        ["reporter"] = row => row.Reporter,
        ["handler"] = row => row.HandlerName ?? "",
        ["result"] = row => row.Result ?? "",
        ["due"] = row => row.ResolutionDueUs is { } due ? $"{Clock.FromMicros(due).ToOffset(ChinaTime.Offset):yyyy-MM-dd HH:mm}" : "",
        ["devices"] = row => string.Join('、', TicketMessages.SerialsOf(row)),
        ["replacements"] = row => string.Join('、', TicketMessages.ReplacementsOf(row)),
        ["waybill"] = row => row.ReshipWaybill,
    };

    /// <summary>What is wrong with a template.</summary>
    public static IEnumerable<Violation> Check(AnswerTemplate template)
    {
        foreach (var unknown in Placeholder().Matches(template.Body).Select(match => match.Groups[1].Value).Where(name => !Placeholders.ContainsKey(name)).Distinct())
            yield return new("answer_template.body", $"没有占位符 {{{unknown}}}；可用：{Known}", $"has no placeholder {{{unknown}}}; there are {Known}", "UNKNOWN_PLACEHOLDER");
    }

    /// <summary>What is wrong with an update of one.</summary>
    public static IEnumerable<Violation> Update(AnswerTemplate template, IReadOnlyCollection<string> mask)
    {
        if (Ids.Of(template.Name, "answerTemplates").Length == 0)
            yield return new("answer_template.name", "须是资源名，如 answerTemplates/01k2…", "must be a resource name such as answerTemplates/01k2…", template.Name.Length == 0 ? "REQUIRED" : "BAD_FORMAT");
        foreach (var field in mask)
            if (field != "*" && !Changeable.Contains(field))
                yield return new("update_mask", $"“{field}”不能修改", $"\"{field}\" cannot be changed", "READ_ONLY");
        foreach (var fault in Check(template))
            yield return fault;
    }

    /// <summary>The text for a ticket. What the ticket says is not looked through for placeholders again.</summary>
    public static string Render(string body, TicketRow row) =>
        Placeholder().Replace(body, match => Placeholders.TryGetValue(match.Groups[1].Value, out var value) ? value(row) : match.Value);

    /// <summary>"/hq/js/" → "/hq/js/", "/hq/", "/".</summary>
    public static string[] PathsAbove(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return [.. Enumerable.Range(0, parts.Length + 1).Select(n => "/" + string.Concat(parts[..(parts.Length - n)].Select(part => part + "/")))];
    }

    private static string Known => string.Join(" ", Placeholders.Keys.Select(name => $"{{{name}}}"));

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Placeholder();
}
