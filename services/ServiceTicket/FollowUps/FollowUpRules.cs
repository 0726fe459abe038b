using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.FollowUps;

/// <summary>What may be planned, and where a visit stands in a list.</summary>
public static class FollowUpRules
{
    private static readonly DateOnly Before = new(1900, 1, 1);

    /// <summary>Later than any day that can be written.</summary>
    public static readonly DateOnly Latest = new(2199, 12, 31);

    public static IEnumerable<Violation> Plan(PlanFollowUpRequest request, DateOnly today)
    {
        if (ServiceRules.Day(request.DueDate) < today)
            yield return new("due_date", "不能早于今天", "must not be before today", "IN_THE_PAST");
    }

    public static string KeyOf(PlannedRow row) => $"{row.Due:yyyy-MM-dd}~{row.Id}";

    /// <summary>The day and id in a page's key; before every visit when the key is empty.</summary>
    public static (DateOnly Due, string Id) Key(string key) =>
        key.Split('~') is [var due, var id] && ServiceRules.Day(due) is { } day ? (day, id) : (Before, "");
}
