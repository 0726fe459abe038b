using System.Text;

namespace Qudao.Reporting.Notifications;

/// <summary>What a message that leaves the house says: Chinese first, then English.</summary>
public static class OutwardText
{
    /// <param name="rows">What is told, the first of all there are.</param>
    /// <param name="count">How many there are; as many as are told, when not said.</param>
    public static string Of(IReadOnlyCollection<NotificationRow> rows, long? count = null)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
            Append(text, row.TitleZh, row.TextZh);
        var left = (count ?? rows.Count) - rows.Count;
        if (left > 0)
            text.Append($"……另有 {left} 条。\n");
        text.Append('\n');
        foreach (var row in rows)
            Append(text, row.TitleEn, row.TextEn);
        if (left > 0)
            text.Append($"… and {left} more.\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, string detail)
    {
        text.Append("• ").Append(title).Append('\n');
        if (detail.Length > 0)
            text.Append("  ").Append(detail).Append('\n');
    }
}
