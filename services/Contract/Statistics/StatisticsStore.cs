using Qudao.Platform;

namespace Qudao.Contract.Statistics;

/// <summary>A signed agreement as the statistics show it.</summary>
public sealed class StatisticsRow
{
    public string Id { get; set; } = "";
    public string Number { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Subject { get; set; } = "";
    public string PartyA { get; set; } = "";
    public string PartyB { get; set; } = "";
    public DateOnly SignedDate { get; set; }
    public DateOnly EffectiveFrom { get; set; }
    public DateOnly EffectiveTo { get; set; }
}

/// <summary>Statistics 协议签订统计表 as submitted.</summary>
public sealed class SubmissionRow
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string OrganisationName { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public DateOnly ReportDay { get; set; }
    public long RowCount { get; set; }
    public string RowsJson { get; set; } = "";
    public string SubmitterId { get; set; } = "";
    public string SubmitterName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>What was signed up to a day, below a place in the tree and within the caller's scope.</summary>
public static class StatisticsStore
{
    private const string AsOf = $"""
        signed_date IS NOT NULL AND signed_date <= @day AND scope_path >= @belowLow AND scope_path < @belowHigh AND {Scope.SqlFilter}
        """;
    private const string Columns = """
        id AS Id, number AS Number, kind AS Kind, subject AS Subject, party_a AS PartyA, party_b AS PartyB, signed_date AS SignedDate,
        effective_from AS EffectiveFrom, effective_to AS EffectiveTo
        """;
    private const string SelectPage = $"""
        SELECT {Columns} FROM agreements
        WHERE {AsOf} AND (signed_date > @afterDate OR (signed_date = @afterDate AND id > @afterId))
        ORDER BY signed_date, id LIMIT @n
        """;
    private const string SelectAll = $"SELECT {Columns} FROM agreements WHERE {AsOf} ORDER BY signed_date, id";
    private const string Count = $"SELECT COUNT(*) FROM agreements WHERE {AsOf}";

    private const string SubmissionColumns = """
        id AS Id, organisation_id AS OrganisationId, organisation_name AS OrganisationName, scope_path AS ScopePath, assignee_id AS AssigneeId,
        report_day AS ReportDay, row_count AS [RowCount], submitter_id AS SubmitterId, submitter_name AS SubmitterName, created_us AS CreatedUs
        """;
    private const string InsertSubmission = """
        INSERT INTO statistics_submissions (id, organisation_id, organisation_name, scope_path, assignee_id, report_day, row_count, rows_json,
            submitter_id, submitter_name, created_us)
        VALUES (@Id, @OrganisationId, @OrganisationName, @ScopePath, @AssigneeId, @ReportDay, @RowCount, @RowsJson,
            @SubmitterId, @SubmitterName, @CreatedUs)
        """;
    private const string SelectSubmission = $"""
        SELECT {SubmissionColumns}, rows_json AS RowsJson FROM statistics_submissions WHERE id = @id AND {Scope.SqlFilter}
        """;
    private const string SelectSubmissions = $"""
        SELECT {SubmissionColumns} FROM statistics_submissions
        WHERE id > @after AND (@organisationId = '' OR organisation_id = @organisationId) AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;

    // No agreement was signed before this; the key of the first page.
    private static readonly DateOnly Beginning = new(1, 1, 1);

    /// <param name="below">Place in the tree, "/hq/js/".</param>
    public static Task<List<StatisticsRow>> PageAsync(Session session, string below, DateOnly day, Scope scope, Page page)
    {
        var (date, id) = page.Key(Page.DayAndId) ?? (Beginning, "");
        var at = new Scope(below, null);
        return session.QueryAsync<StatisticsRow>(SelectPage, new
        {
            day,
            belowLow = at.ScopeLow,
            belowHigh = at.ScopeHigh,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            afterDate = date,
            afterId = id,
            n = page.Fetch,
        });
    }

    /// <summary>The page key of a row.</summary>
    public static string Key(StatisticsRow row) => $"{row.SignedDate:yyyy-MM-dd}|{row.Id}";

    public static Task<List<StatisticsRow>> AllAsync(Session session, string below, DateOnly day, Scope scope) =>
        session.QueryAsync<StatisticsRow>(SelectAll, Values(below, day, scope));

    public static Task<long> CountAsync(Session session, string below, DateOnly day, Scope scope) =>
        session.ScalarAsync<long>(Count, Values(below, day, scope));

    public static Task InsertSubmissionAsync(Tx tx, SubmissionRow row) => tx.ExecuteAsync(InsertSubmission, row);

    /// <summary>With its rows.</summary>
    public static Task<SubmissionRow?> GetSubmissionAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<SubmissionRow>(SelectSubmission, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>Without their rows.</summary>
    public static Task<List<SubmissionRow>> ListSubmissionsAsync(Session session, string organisationId, Scope scope, Page page) =>
        session.QueryAsync<SubmissionRow>(SelectSubmissions, new { organisationId, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, after = page.After, n = page.Fetch });

    private static object Values(string below, DateOnly day, Scope scope)
    {
        var at = new Scope(below, null);
        return new { day, belowLow = at.ScopeLow, belowHigh = at.ScopeHigh, scope.ScopeLow, scope.ScopeHigh, scope.Assignee };
    }
}
