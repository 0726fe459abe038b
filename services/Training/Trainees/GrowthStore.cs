using Qudao.Platform;

namespace Qudao.Training.Trainees;

/// <summary>One training of a person.</summary>
public sealed class GrowthRow
{
    public string SessionId { get; set; } = "";
    public string CourseId { get; set; } = "";
    public string CourseTitle { get; set; } = "";
    public long StartUs { get; set; }
    public string Attendance { get; set; } = "";
    public int? Score { get; set; }
    public string? CertificateId { get; set; }
}

/// <summary>An employer, and whether the caller may know which.</summary>
public sealed class EmployerRow
{
    public string? PartnerId { get; set; }
    public string PartnerName { get; set; } = "";
    public string Position { get; set; } = "";
    public DateOnly? FromDate { get; set; }
    public DateOnly? UntilDate { get; set; }
    public bool Known { get; set; }
}

/// <summary>What a growth file 成长档案 shows.</summary>
public static class GrowthStore
{
    private const string Columns = """
        id AS Id, version AS Version, identity_key AS IdentityKey, display_name AS DisplayName, phone AS Phone, position AS Position, partner_id AS PartnerId,
        partner_name AS PartnerName, scope_path AS ScopePath, assignee_id AS AssigneeId, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string SelectOne = $"SELECT {Columns} FROM trainee_files WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"SELECT {Columns} FROM trainee_files WHERE id > @after AND (@partner = '' OR partner_id = @partner) AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string SelectRecords = """
        SELECT s.id AS SessionId, s.course_id AS CourseId, c.title AS CourseTitle, s.start_us AS StartUs, e.attendance AS Attendance, e.score AS Score, z.id AS CertificateId
        FROM enrolments e JOIN training_sessions s ON s.id = e.session_id JOIN courses c ON c.id = s.course_id
        LEFT JOIN certificates z ON z.enrolment_id = e.id AND z.state <> 'revoked'
        WHERE e.trainee_id = @id AND s.state <> 'cancelled' ORDER BY s.start_us, s.id
        """;
    // A former employer is known where a roster that names it is in scope.
    private const string SelectEmployers = $"""
        SELECT partner_id AS PartnerId, partner_name AS PartnerName, position AS Position, from_date AS FromDate, until_date AS UntilDate,
            CASE WHEN until_date IS NULL OR EXISTS (SELECT 1 FROM enrolments WHERE enrolments.trainee_id = employments.trainee_id AND enrolments.partner_id = employments.partner_id
                AND {Scope.SqlFilter}) THEN 1 ELSE 0 END AS Known
        FROM employments WHERE trainee_id = @id ORDER BY id
        """;

    public static Task<TraineeRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<TraineeRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<TraineeRow>> ListAsync(Session s, Page page, string partner, Scope scope) =>
        s.QueryAsync<TraineeRow>(SelectPage, new { after = page.After, partner, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    public static Task<List<GrowthRow>> RecordsAsync(Session s, string id) => s.QueryAsync<GrowthRow>(SelectRecords, new { id });

    public static Task<List<EmployerRow>> EmployersAsync(Session s, string id, Scope scope) =>
        s.QueryAsync<EmployerRow>(SelectEmployers, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });
}
