using Qudao.Platform;

namespace Qudao.Training.Certificates;

/// <summary>A certificate; the scope is that of the employer it was issued at.</summary>
public sealed class CertificateRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string Number { get; set; } = "";
    public string EnrolmentId { get; set; } = "";
    public string TraineeId { get; set; } = "";
    public string HolderName { get; set; } = "";
    public string CourseId { get; set; } = "";
    public string CourseTitle { get; set; } = "";
    public string SessionId { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? PartnerId { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public DateOnly IssueDate { get; set; }
    public DateOnly? ExpiryDate { get; set; }
    public DateOnly? RemindDate { get; set; }
    public string State { get; set; } = "";
    public string Reason { get; set; } = "";
    public string? RenewedBy { get; set; }
    public long CreatedUs { get; set; }
}

/// <summary>Which certificates; empty and null mean any. The state is that of today.</summary>
public sealed record CertificateFilter(string TraineeId, string State, DateOnly? ExpiresBy, DateOnly Today);

/// <summary>Every statement on certificates.</summary>
public static class CertificateStore
{
    /// <summary>In scope where it was issued, or held by somebody who works in scope now.</summary>
    private const string Visible = $"""
        (({Scope.SqlFilter}) OR EXISTS (SELECT 1 FROM trainee_files WHERE trainee_files.id = certificates.trainee_id AND trainee_files.scope_path >= @ScopeLow
            AND trainee_files.scope_path < @ScopeHigh AND (@Assignee IS NULL OR trainee_files.assignee_id = @Assignee)))
        """;
    private const string Columns = """
        id AS Id, version AS Version, number AS Number, enrolment_id AS EnrolmentId, trainee_id AS TraineeId, holder_name AS HolderName, course_id AS CourseId,
        course_title AS CourseTitle, session_id AS SessionId, organisation_id AS OrganisationId, partner_id AS PartnerId, scope_path AS ScopePath,
        assignee_id AS AssigneeId, issue_date AS IssueDate, expiry_date AS ExpiryDate, remind_date AS RemindDate, state AS State, reason AS Reason,
        renewed_by AS RenewedBy, created_us AS CreatedUs
        """;
    private const string Insert = """
        INSERT INTO certificates (id, version, number, enrolment_id, trainee_id, holder_name, course_id, course_title, session_id, organisation_id, partner_id, scope_path,
            assignee_id, issue_date, expiry_date, remind_date, state, reason, renewed_by, created_us)
        VALUES (@Id, @Version, @Number, @EnrolmentId, @TraineeId, @HolderName, @CourseId, @CourseTitle, @SessionId, @OrganisationId, @PartnerId, @ScopePath,
            @AssigneeId, @IssueDate, @ExpiryDate, @RemindDate, @State, @Reason, @RenewedBy, @CreatedUs)
        """;
    private const string Update = """
        UPDATE certificates SET version = version + 1, remind_date = @RemindDate, state = @State, reason = @Reason, renewed_by = @RenewedBy
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectAny = $"SELECT {Columns} FROM certificates WHERE id = @id";
    private const string SelectOne = $"SELECT {Columns} FROM certificates WHERE id = @id AND {Visible}";
    private const string SelectInScope = $"SELECT {Columns} FROM certificates WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectNumber = $"SELECT {Columns} FROM certificates WHERE number = @number";
    private const string SelectOfSession = $"SELECT {Columns} FROM certificates WHERE session_id = @session ORDER BY id";
    private const string SelectPage = $"""
        SELECT {Columns} FROM certificates
        WHERE id > @after AND (@trainee = '' OR trainee_id = @trainee)
          AND (@state = '' OR CASE WHEN state = 'valid' AND expiry_date < @today THEN 'expired' ELSE state END = @state)
          AND (@by IS NULL OR (state = 'valid' AND renewed_by IS NULL AND expiry_date <= @by)) AND {Visible}
        ORDER BY id LIMIT @n
        """;
    private const string Renew = """
        UPDATE certificates SET version = version + 1, renewed_by = @Id, remind_date = NULL
        WHERE trainee_id = @TraineeId AND course_id = @CourseId AND id <> @Id AND renewed_by IS NULL AND state <> 'revoked'
        """;
    private const string SelectEnded = "SELECT id FROM certificates WHERE state = 'valid' AND expiry_date < @today ORDER BY expiry_date LIMIT @n";
    private const string SelectReminded = "SELECT id FROM certificates WHERE state = 'valid' AND remind_date <= @today ORDER BY remind_date LIMIT @n";
    private const string Count = "UPDATE certificate_counters SET last_number = last_number + 1 WHERE organisation_id = @organisation AND issue_year = @year";
    private const string InsertCounter = "INSERT INTO certificate_counters (organisation_id, issue_year, last_number) VALUES (@organisation, @year, 1)";
    private const string SelectCounter = "SELECT last_number FROM certificate_counters WHERE organisation_id = @organisation AND issue_year = @year";

    /// <summary>
    /// The next number of an organisation and year. Whoever comes second waits for the first one's end, and a write that
    /// fails takes its number back: there is no gap and nothing twice.
    /// </summary>
    public static async Task<long> NextNumberAsync(Tx tx, string organisation, int year)
    {
        if (await tx.ExecuteAsync(Count, new { organisation, year }) == 0)
            await tx.ExecuteAsync(InsertCounter, new { organisation, year });
        return await tx.ScalarAsync<long>(SelectCounter, new { organisation, year });
    }

    /// <summary>A new certificate; earlier ones of the person and course are renewed by it.</summary>
    public static async Task InsertAsync(Tx tx, CertificateRow row)
    {
        await tx.ExecuteAsync(Insert, row);
        await tx.ExecuteAsync(Renew, row);
    }

    public static async Task UpdateAsync(Tx tx, CertificateRow row)
    {
        await tx.UpdateAsync(Update, row, $"certificates/{row.Id}");
        row.Version++;
    }

    public static Task<CertificateRow?> AnyAsync(Session s, string id) => s.FirstOrDefaultAsync<CertificateRow>(SelectAny, new { id });

    /// <summary>To look at.</summary>
    public static Task<CertificateRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<CertificateRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>To take back: only where it was issued.</summary>
    public static Task<CertificateRow?> OwnAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<CertificateRow>(SelectInScope, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<CertificateRow?> NumberedAsync(Session s, string number) => s.FirstOrDefaultAsync<CertificateRow>(SelectNumber, new { number });

    public static Task<List<CertificateRow>> OfSessionAsync(Session s, string session) => s.QueryAsync<CertificateRow>(SelectOfSession, new { session });

    public static Task<List<CertificateRow>> ListAsync(Session s, Page page, CertificateFilter filter, Scope scope) => s.QueryAsync<CertificateRow>(SelectPage, new
    {
        after = page.After,
        trainee = filter.TraineeId,
        state = filter.State,
        today = filter.Today,
        by = filter.ExpiresBy,
        scope.ScopeLow,
        scope.ScopeHigh,
        scope.Assignee,
        n = page.Fetch,
    });

    public static Task<List<string>> EndedAsync(Session s, DateOnly today, int n) => s.QueryAsync<string>(SelectEnded, new { today, n });

    public static Task<List<string>> RemindedAsync(Session s, DateOnly today, int n) => s.QueryAsync<string>(SelectReminded, new { today, n });
}
