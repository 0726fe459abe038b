using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Visits;

public sealed class VisitRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string StaffName { get; set; } = "";

    /// <summary>"client-visit", "return-visit" or "phone".</summary>
    public string Kind { get; set; } = "";

    /// <summary>"planned", "reported", "missed" or "cancelled".</summary>
    public string State { get; set; } = "";
    public DateOnly PlannedDate { get; set; }

    /// <summary>Until when it is reported or called off: the end of the working day.</summary>
    public long DueUs { get; set; }
    public string Purpose { get; set; } = "";
    public bool SignedClient { get; set; }
    public string Contact { get; set; } = "";
    public string ContactTitle { get; set; } = "";
    public string Phone { get; set; } = "";
    public long? TalkUs { get; set; }
    public string Content { get; set; } = "";
    public DateOnly? NextVisitDate { get; set; }
    public string Remark { get; set; } = "";
    public string CancelReason { get; set; } = "";
    public long? ReportedUs { get; set; }
    public string ScopePath { get; set; } = "";

    /// <summary>The visitor.</summary>
    public string AssigneeId { get; set; } = "";
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>What visits are listed by; empty: whatever.</summary>
public sealed record VisitFilter(string FromDate, string ToDate, string PartnerId, string State, string StaffId);

/// <summary>The visits 拜访.</summary>
public static class VisitStore
{
    private const string Columns = """
        id AS Id, partner_id AS PartnerId, partner_name AS PartnerName, organisation_id AS OrganisationId, staff_name AS StaffName, kind AS Kind,
        state AS State, planned_date AS PlannedDate, due_us AS DueUs, purpose AS Purpose, signed_client AS SignedClient, contact AS Contact,
        contact_title AS ContactTitle, phone AS Phone, talk_us AS TalkUs, content AS Content, next_visit_date AS NextVisitDate, remark AS Remark,
        cancel_reason AS CancelReason, reported_us AS ReportedUs, scope_path AS ScopePath, assignee_id AS AssigneeId, version AS Version,
        created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string SelectOne = $"SELECT {Columns} FROM visits WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"""
        SELECT {Columns} FROM visits
        WHERE planned_date >= @FromDate AND planned_date <= @ToDate
          AND (planned_date > @afterDate OR (planned_date = @afterDate AND id > @afterId))
          AND (@PartnerId = '' OR partner_id = @PartnerId) AND (@State = '' OR state = @State) AND (@StaffId = '' OR assignee_id = @StaffId)
          AND {Scope.SqlFilter}
        ORDER BY planned_date, id LIMIT @n
        """;
    private const string SelectOverdue = $"SELECT {Columns} FROM visits WHERE state = 'planned' AND due_us <= @now ORDER BY due_us LIMIT @n";
    private const string Insert = """
        INSERT INTO visits (id, partner_id, partner_name, organisation_id, staff_name, kind, state, planned_date, due_us, purpose, signed_client, contact,
            contact_title, phone, talk_us, content, next_visit_date, remark, cancel_reason, reported_us, scope_path, assignee_id, version, created_us, updated_us)
        VALUES (@Id, @PartnerId, @PartnerName, @OrganisationId, @StaffName, @Kind, @State, @PlannedDate, @DueUs, @Purpose, @SignedClient, @Contact,
            @ContactTitle, @Phone, @TalkUs, @Content, @NextVisitDate, @Remark, @CancelReason, @ReportedUs, @ScopePath, @AssigneeId, @Version, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE visits
        SET state = @State, signed_client = @SignedClient, contact = @Contact, contact_title = @ContactTitle, phone = @Phone, talk_us = @TalkUs,
            content = @Content, next_visit_date = @NextVisitDate, remark = @Remark, cancel_reason = @CancelReason, reported_us = @ReportedUs,
            version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string FollowPartner = "UPDATE visits SET scope_path = @ScopePath WHERE partner_id = @Id AND scope_path <> @ScopePath";

    public static Task<VisitRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<VisitRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>By planned date, then in the order they were registered; the page's key is "2026-11-23|id".</summary>
    public static Task<List<VisitRow>> ListAsync(Session s, Scope scope, Page page, VisitFilter filter)
    {
        var after = page.Key(Page.DayAndId);
        return s.QueryAsync<VisitRow>(SelectPage, new
        {
            FromDate = filter.FromDate.Length == 0 ? "1900-01-01" : filter.FromDate,
            ToDate = filter.ToDate.Length == 0 ? "9999-12-31" : filter.ToDate,
            afterDate = $"{after?.Day ?? new DateOnly(1900, 1, 1):yyyy-MM-dd}",
            afterId = after?.Id ?? "",
            filter.PartnerId,
            filter.State,
            filter.StaffId,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            n = page.Fetch,
        });
    }

    /// <summary>Planned visits whose working day is over, whatever the scope.</summary>
    public static Task<List<VisitRow>> OverdueAsync(Session s, long nowMicros, int n) => s.QueryAsync<VisitRow>(SelectOverdue, new { now = nowMicros, n });

    public static Task InsertAsync(Tx tx, VisitRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, VisitRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"visits/{row.Id}");
        row.Version++;
    }

    /// <summary>The visits go where their client goes in the tree; the visitor stays.</summary>
    public static Task FollowPartnerAsync(Tx tx, PartnerRow partner) => tx.ExecuteAsync(FollowPartner, new { partner.Id, partner.ScopePath });
}
