using Qudao.Platform;

namespace Qudao.Training.Enrolments;

/// <summary>Somebody on a roster; the phone is that of the growth file.</summary>
public sealed class EnrolmentRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string SessionId { get; set; } = "";
    public string TraineeId { get; set; } = "";
    public string TraineeName { get; set; } = "";
    public string Phone { get; set; } = "";
    public string Position { get; set; } = "";
    public string? PartnerId { get; set; }
    public string PartnerName { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public string Attendance { get; set; } = "";
    public int? Score { get; set; }
    public long CreatedUs { get; set; }
}

/// <summary>Every statement on rosters.</summary>
public static class EnrolmentStore
{
    private const string Columns = """
        id AS Id, version AS Version, session_id AS SessionId, trainee_id AS TraineeId, trainee_name AS TraineeName,
        COALESCE((SELECT trainee_files.phone FROM trainee_files WHERE trainee_files.id = enrolments.trainee_id), '') AS Phone, position AS Position,
        partner_id AS PartnerId, partner_name AS PartnerName, scope_path AS ScopePath, assignee_id AS AssigneeId, attendance AS Attendance, score AS Score,
        created_us AS CreatedUs
        """;
    private const string Insert = """
        INSERT INTO enrolments (id, version, session_id, trainee_id, trainee_name, position, partner_id, partner_name, scope_path, assignee_id, attendance, score, created_us)
        VALUES (@Id, @Version, @SessionId, @TraineeId, @TraineeName, @Position, @PartnerId, @PartnerName, @ScopePath, @AssigneeId, @Attendance, @Score, @CreatedUs)
        """;
    private const string Update = "UPDATE enrolments SET version = version + 1, attendance = @Attendance, score = @Score WHERE id = @Id AND version = @Version";
    private const string MarkRest = "UPDATE enrolments SET version = version + 1, attendance = 'absent' WHERE session_id = @session AND attendance = 'expected'";
    private const string Delete = "DELETE FROM enrolments WHERE id = @id";
    private const string SelectOne = $"SELECT {Columns} FROM enrolments WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectOfTrainee = $"SELECT {Columns} FROM enrolments WHERE session_id = @session AND trainee_id = @trainee";
    private const string SelectOfSession = $"SELECT {Columns} FROM enrolments WHERE session_id = @session ORDER BY id";
    private const string SelectOfSessions = $"SELECT {Columns} FROM enrolments WHERE session_id IN @sessions ORDER BY id";
    private const string SelectPage = $"SELECT {Columns} FROM enrolments WHERE session_id = @session AND id > @after AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string Count = "SELECT COUNT(*) FROM enrolments WHERE session_id = @session";

    public static Task InsertAsync(Tx tx, EnrolmentRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, EnrolmentRow row)
    {
        await tx.UpdateAsync(Update, row, $"enrolments/{row.Id}");
        row.Version++;
    }

    public static Task MarkRestAbsentAsync(Tx tx, string session) => tx.ExecuteAsync(MarkRest, new { session });

    public static Task DeleteAsync(Tx tx, string id) => tx.ExecuteAsync(Delete, new { id });

    public static Task<EnrolmentRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<EnrolmentRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<EnrolmentRow?> OfTraineeAsync(Session s, string session, string trainee) =>
        s.FirstOrDefaultAsync<EnrolmentRow>(SelectOfTrainee, new { session, trainee });

    /// <summary>The whole roster, whatever the scope.</summary>
    public static Task<List<EnrolmentRow>> OfSessionAsync(Session s, string session) => s.QueryAsync<EnrolmentRow>(SelectOfSession, new { session });

    /// <summary>The rosters of sessions, by session and partner.</summary>
    public static async Task<ILookup<(string Session, string? Partner), EnrolmentRow>> OfSessionsAsync(Session s, IReadOnlyCollection<string> sessions) =>
        (sessions.Count == 0 ? [] : await s.QueryAsync<EnrolmentRow>(SelectOfSessions, new { sessions })).ToLookup(row => (row.SessionId, row.PartnerId));

    public static Task<List<EnrolmentRow>> ListAsync(Session s, string session, Scope scope, string after, int n) =>
        s.QueryAsync<EnrolmentRow>(SelectPage, new { session, after, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    public static Task<long> CountAsync(Session s, string session) => s.ScalarAsync<long>(Count, new { session });
}
