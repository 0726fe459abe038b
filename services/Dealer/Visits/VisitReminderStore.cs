using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Visits;

/// <summary>A next visit that a report promised 下次拜访提醒.</summary>
public sealed class VisitReminderRow
{
    public string Id { get; set; } = "";

    /// <summary>The visit whose report promised it.</summary>
    public string VisitId { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";

    /// <summary>"open", "done" or "dismissed".</summary>
    public string State { get; set; } = "";
    public DateOnly DueDate { get; set; }

    /// <summary>When to tell that it is due; null once that was told.</summary>
    public long? RemindUs { get; set; }

    /// <summary>The visit that it is done by; else empty.</summary>
    public string DoneBy { get; set; } = "";
    public string DismissReason { get; set; } = "";
    public string ScopePath { get; set; } = "";

    /// <summary>Who looks after the client.</summary>
    public string? AssigneeId { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>What reminders are listed by; empty: whatever.</summary>
public sealed record VisitReminderFilter(string State, string FromDate, string ToDate, string StaffId, string PartnerId);

/// <summary>The reminders of next visits.</summary>
public static class VisitReminderStore
{
    private const string Columns = """
        id AS Id, visit_id AS VisitId, partner_id AS PartnerId, partner_name AS PartnerName, state AS State, due_date AS DueDate, remind_us AS RemindUs,
        done_by AS DoneBy, dismiss_reason AS DismissReason, scope_path AS ScopePath, assignee_id AS AssigneeId, version AS Version, created_us AS CreatedUs,
        updated_us AS UpdatedUs
        """;
    private const string Filtered = $"""
        due_date >= @FromDate AND due_date <= @ToDate AND (@State = '' OR state = @State) AND (@StaffId = '' OR assignee_id = @StaffId)
        AND (@PartnerId = '' OR partner_id = @PartnerId) AND {Scope.SqlFilter}
        """;
    private const string SelectOne = $"SELECT {Columns} FROM visit_reminders WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"""
        SELECT {Columns} FROM visit_reminders
        WHERE (due_date > @afterDate OR (due_date = @afterDate AND id > @afterId)) AND {Filtered} ORDER BY due_date, id LIMIT @n
        """;
    private const string SelectCounts = $"SELECT due_date AS Day, state AS State, COUNT(*) AS Number FROM visit_reminders WHERE {Filtered} GROUP BY due_date, state";
    private const string SelectOpenUntil = $"SELECT {Columns} FROM visit_reminders WHERE partner_id = @partnerId AND state = 'open' AND due_date <= @day AND visit_id <> @visitId";
    private const string SelectDoneBy = $"SELECT {Columns} FROM visit_reminders WHERE done_by = @visitId AND state = 'done'";
    private const string SelectCovering = """
        SELECT id FROM visits WHERE partner_id = @partnerId AND planned_date >= @day AND state IN ('planned', 'reported') AND id <> @visitId
        ORDER BY planned_date, id LIMIT @n
        """;
    private const string SelectDue = $"SELECT {Columns} FROM visit_reminders WHERE state = 'open' AND remind_us <= @now ORDER BY remind_us LIMIT @n";
    private const string Insert = """
        INSERT INTO visit_reminders (id, visit_id, partner_id, partner_name, state, due_date, remind_us, done_by, dismiss_reason, scope_path, assignee_id, version,
            created_us, updated_us)
        VALUES (@Id, @VisitId, @PartnerId, @PartnerName, @State, @DueDate, @RemindUs, @DoneBy, @DismissReason, @ScopePath, @AssigneeId, @Version, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE visit_reminders SET state = @State, done_by = @DoneBy, dismiss_reason = @DismissReason, version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string Told = """
        UPDATE visit_reminders SET remind_us = NULL, version = version + 1, updated_us = @now WHERE id = @Id AND version = @Version AND remind_us IS NOT NULL
        """;
    private const string FollowPartner = """
        UPDATE visit_reminders SET scope_path = @ScopePath, assignee_id = CASE WHEN state = 'open' THEN @AssigneeId ELSE assignee_id END WHERE partner_id = @Id
        """;

    public static Task<VisitReminderRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<VisitReminderRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>By due day; the page's key is "2026-12-01|id".</summary>
    public static Task<List<VisitReminderRow>> ListAsync(Session s, Scope scope, Page page, VisitReminderFilter filter)
    {
        var after = page.Key(Page.DayAndId);
        return s.QueryAsync<VisitReminderRow>(SelectPage, new
        {
            afterDate = $"{after?.Day ?? new DateOnly(1900, 1, 1):yyyy-MM-dd}",
            afterId = after?.Id ?? "",
            filter.FromDate,
            filter.ToDate,
            filter.State,
            filter.StaffId,
            filter.PartnerId,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            n = page.Fetch,
        });
    }

    /// <summary>How many there are, day by day.</summary>
    public static Task<List<DayCount>> CountsAsync(Session s, Scope scope, VisitReminderFilter filter) => s.QueryAsync<DayCount>(SelectCounts, new
    {
        filter.FromDate,
        filter.ToDate,
        filter.State,
        filter.StaffId,
        filter.PartnerId,
        scope.ScopeLow,
        scope.ScopeHigh,
        scope.Assignee,
    });

    /// <summary>The client's open reminders that are due on the day or earlier, but for what the visit itself promised.</summary>
    public static Task<List<VisitReminderRow>> OpenUntilAsync(Session s, VisitRow visit) =>
        s.QueryAsync<VisitReminderRow>(SelectOpenUntil, new { partnerId = visit.PartnerId, day = visit.PlannedDate, visitId = visit.Id });

    public static Task<List<VisitReminderRow>> DoneByAsync(Session s, string visitId) => s.QueryAsync<VisitReminderRow>(SelectDoneBy, new { visitId });

    /// <summary>A visit to the client for the day or later, planned or reported, other than this one.</summary>
    public static Task<string?> CoveringAsync(Session s, string partnerId, DateOnly day, string visitId) =>
        s.FirstOrDefaultAsync<string>(SelectCovering, new { partnerId, day, visitId, n = 1 });

    /// <summary>Open reminders whose day has come and was not told, whatever the scope.</summary>
    public static Task<List<VisitReminderRow>> DueAsync(Session s, long nowMicros, int n) => s.QueryAsync<VisitReminderRow>(SelectDue, new { now = nowMicros, n });

    public static Task InsertAsync(Tx tx, VisitReminderRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, VisitReminderRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"visitReminders/{row.Id}");
        row.Version++;
    }

    /// <summary>Takes the telling upon it; false when another was faster, or the reminder changed.</summary>
    public static async Task<bool> TryTellAsync(Tx tx, VisitReminderRow row)
    {
        if (await tx.ExecuteAsync(Told, new { row.Id, row.Version, now = tx.NowMicros }) == 0)
            return false;
        (row.RemindUs, row.Version) = (null, row.Version + 1);
        return true;
    }

    /// <summary>The reminders go where their client goes; the open ones are whose the client is.</summary>
    public static Task FollowPartnerAsync(Tx tx, PartnerRow partner) => tx.ExecuteAsync(FollowPartner, new { partner.Id, partner.ScopePath, partner.AssigneeId });
}
