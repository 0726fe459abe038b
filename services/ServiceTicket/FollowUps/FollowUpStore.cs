using Qudao.Platform;

namespace Qudao.ServiceTicket.FollowUps;

/// <summary>A follow-up visit that is to be made.</summary>
public sealed class PlannedRow
{
    public string Id { get; set; } = "";
    public string Number { get; set; } = "";
    public string Subject { get; set; } = "";
    public string? Result { get; set; }
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public string Reporter { get; set; } = "";
    public string ReporterPhone { get; set; } = "";
    public DateOnly Due { get; set; }
    public string? OwnerId { get; set; }
    public string? AssigneeId { get; set; }
    public long? ClosedUs { get; set; }
}

/// <summary>Which follow-up visits are to be made; each stands with its ticket.</summary>
public static class FollowUpStore
{
    private const string SelectPage = $"""
        SELECT id AS Id, number AS Number, subject AS Subject, result AS Result, partner_id AS PartnerId, partner_name AS PartnerName, reporter AS Reporter,
               reporter_phone AS ReporterPhone, follow_up_due AS Due, follow_up_owner_id AS OwnerId, assignee_id AS AssigneeId, closed_us AS ClosedUs
        FROM tickets
        WHERE follow_up_due IS NOT NULL AND follow_up_due >= @AfterDue AND (follow_up_due > @AfterDue OR id > @AfterId)
          AND follow_up_due <= @DueBy AND (@Owner = '' OR follow_up_owner_id = @Owner) AND {Scope.SqlFilter}
        ORDER BY follow_up_due, id LIMIT @n
        """;

    /// <summary>Visits after a key, by day, then id.</summary>
    public static Task<List<PlannedRow>> ListAsync(Session session, string owner, DateOnly dueBy, Scope scope, (DateOnly Due, string Id) after, int n) =>
        session.QueryAsync<PlannedRow>(SelectPage, new
        {
            Owner = owner,
            DueBy = dueBy,
            AfterDue = after.Due,
            AfterId = after.Id,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            n,
        });
}
