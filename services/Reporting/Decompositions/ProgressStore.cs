using Qudao.Platform;

namespace Qudao.Reporting.Decompositions;

/// <summary>A submitted progress; its body is the whole of it as JSON.</summary>
public sealed class ProgressReportRow
{
    public string Id { get; set; } = "";
    public string DecompositionId { get; set; } = "";

    /// <summary>"week" or "month".</summary>
    public string Kind { get; set; } = "";

    public string Period { get; set; } = "";
    public string Body { get; set; } = "";
    public string SubmitterName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>What was achieved, from what other services told, and what was submitted of it.</summary>
public static class ProgressStore
{
    // Whose partners count: all of the centre's for its own; for others those of who carries it out, and of those he gave a part to.
    private const string Theirs = """
        (@Level = 'centre' OR p.assignee_id = @ImplementerId OR EXISTS (
            SELECT 1 FROM decompositions b WHERE b.parent_id = @Id AND b.state = 'issued' AND b.implementer_id = p.assignee_id))
        """;
    private const string CountSigned = $"""
        SELECT COUNT(DISTINCT a.partner_id) FROM agreements a JOIN partners p ON p.id = a.partner_id
        WHERE p.scope_path >= @ScopeLow AND p.scope_path < @ScopeHigh AND {Theirs} AND a.kind = @Kind AND a.signed_date BETWEEN @From AND @To
          AND NOT EXISTS (SELECT 1 FROM agreements e WHERE e.partner_id = a.partner_id AND e.kind = a.kind AND e.signed_date < @From)
        """;
    private const string CountVisits = """
        SELECT COUNT(*) FROM visits v JOIN partners p ON p.id = v.partner_id
        WHERE p.scope_path >= @ScopeLow AND p.scope_path < @ScopeHigh AND v.state = 'reported' AND v.planned_date BETWEEN @From AND @To
          AND (@Level = 'centre' OR v.staff_id = @ImplementerId OR EXISTS (
            SELECT 1 FROM decompositions b WHERE b.parent_id = @Id AND b.state = 'issued' AND b.implementer_id = v.staff_id))
        """;
    private const string Columns = """
        id AS Id, decomposition_id AS DecompositionId, kind AS Kind, period AS Period, body AS Body, submitter_name AS SubmitterName, created_us AS CreatedUs
        """;
    private const string Insert = """
        INSERT INTO progress_reports (id, decomposition_id, kind, period, body, submitter_name, created_us)
        VALUES (@Id, @DecompositionId, @Kind, @Period, @Body, @SubmitterName, @CreatedUs)
        """;
    private const string SelectOne = $"SELECT {Columns} FROM progress_reports WHERE decomposition_id = @decomposition AND id = @id";
    private const string SelectPage = $"SELECT {Columns} FROM progress_reports WHERE decomposition_id = @decomposition AND id > @after ORDER BY id LIMIT @n";
    private const string SelectLast = $"SELECT {Columns} FROM progress_reports WHERE decomposition_id = @decomposition ORDER BY id DESC LIMIT @n";

    /// <summary>Partners whose first agreement of this kind was signed from one day to another, of those that count for the row.</summary>
    public static Task<long> SignedAsync(Session session, DecompositionRow row, string kind, DateOnly from, DateOnly to) => session.ScalarAsync<long>(CountSigned, Values(row, kind, from, to));

    /// <summary>Visits reported for days from one to another.</summary>
    public static Task<long> VisitsAsync(Session session, DecompositionRow row, DateOnly from, DateOnly to) => session.ScalarAsync<long>(CountVisits, Values(row, "", from, to));

    public static Task InsertAsync(Tx tx, ProgressReportRow row) => tx.ExecuteAsync(Insert, row);

    public static Task<ProgressReportRow?> GetAsync(Session session, string decomposition, string id) =>
        session.FirstOrDefaultAsync<ProgressReportRow>(SelectOne, new { decomposition, id });

    public static Task<List<ProgressReportRow>> ListAsync(Session session, string decomposition, string after, int n) =>
        session.QueryAsync<ProgressReportRow>(SelectPage, new { decomposition, after, n });

    public static Task<ProgressReportRow?> LastAsync(Session session, string decomposition) =>
        session.FirstOrDefaultAsync<ProgressReportRow>(SelectLast, new { decomposition, n = 1 });

    private static object Values(DecompositionRow row, string kind, DateOnly from, DateOnly to)
    {
        var below = new Scope(row.ScopePath, null);
        return new { row.Id, row.Level, row.ImplementerId, below.ScopeLow, below.ScopeHigh, Kind = kind, From = from, To = to };
    }
}
