using Qudao.Platform;

namespace Qudao.Training.Evaluations;

/// <summary>One person's evaluation in one round; name, partner and scope are those of the enrolment. DueUs: when the clock moves it next.</summary>
public sealed class EvaluationRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string SessionId { get; set; } = "";
    public string EnrolmentId { get; set; } = "";
    public string Round { get; set; } = "";
    public string State { get; set; } = "";
    public long DueUs { get; set; }
    public long InviteUs { get; set; }
    public int Content { get; set; }
    public int Lecturer { get; set; }
    public int Usefulness { get; set; }
    public string Comment { get; set; } = "";
    public long? AnsweredUs { get; set; }
    public string TraineeName { get; set; } = "";
    public string? PartnerId { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
}

/// <summary>What a round's answers come to.</summary>
public sealed class SummaryRow
{
    public string Round { get; set; } = "";
    public long Invited { get; set; }
    public long Answered { get; set; }
    public long Content { get; set; }
    public long Lecturer { get; set; }
    public long Usefulness { get; set; }
}

/// <summary>Every statement on evaluations.</summary>
public static class EvaluationStore
{
    private const string Select = """
        SELECT v.id AS Id, v.version AS Version, v.session_id AS SessionId, v.enrolment_id AS EnrolmentId, v.round AS Round, v.state AS State, v.due_us AS DueUs,
            v.invite_us AS InviteUs, v.mark_content AS Content, v.lecturer AS Lecturer, v.usefulness AS Usefulness, v.comment AS Comment, v.answered_us AS AnsweredUs,
            enrolments.trainee_name AS TraineeName, enrolments.partner_id AS PartnerId, enrolments.scope_path AS ScopePath, enrolments.assignee_id AS AssigneeId
        FROM evaluations v JOIN enrolments ON enrolments.id = v.enrolment_id
        """;
    private const string Insert = """
        INSERT INTO evaluations (id, version, session_id, enrolment_id, round, state, due_us, invite_us, mark_content, lecturer, usefulness, comment, answered_us)
        VALUES (@Id, 1, @SessionId, @EnrolmentId, @Round, @State, @DueUs, @InviteUs, 0, 0, 0, '', NULL)
        """;
    private const string Update = """
        UPDATE evaluations SET version = version + 1, state = @State, due_us = @DueUs, mark_content = @Content, lecturer = @Lecturer, usefulness = @Usefulness,
            comment = @Comment, answered_us = @AnsweredUs
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectAny = $"{Select} WHERE v.id = @id";
    private const string SelectOne = $"{Select} WHERE v.id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"""
        {Select} WHERE v.id > @after AND (@session = '' OR v.session_id = @session) AND (@state = '' OR v.state = @state) AND {Scope.SqlFilter} ORDER BY v.id LIMIT @n
        """;
    private const string SelectDue = "SELECT id FROM evaluations WHERE state = @state AND due_us <= @now ORDER BY due_us LIMIT @n";
    private const string SelectSummary = $"""
        SELECT v.round AS Round, SUM(CASE WHEN v.state = 'waiting' THEN 0 ELSE 1 END) AS Invited, SUM(CASE WHEN v.state = 'answered' THEN 1 ELSE 0 END) AS Answered,
            SUM(v.mark_content) AS Content, SUM(v.lecturer) AS Lecturer, SUM(v.usefulness) AS Usefulness
        FROM evaluations v JOIN enrolments ON enrolments.id = v.enrolment_id
        WHERE v.session_id = @session AND {Scope.SqlFilter} GROUP BY v.round
        """;

    public static Task InsertAsync(Tx tx, EvaluationRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, EvaluationRow row)
    {
        await tx.UpdateAsync(Update, row, $"trainingEvaluations/{row.Id}");
        row.Version++;
    }

    public static Task<EvaluationRow?> AnyAsync(Session s, string id) => s.FirstOrDefaultAsync<EvaluationRow>(SelectAny, new { id });

    public static Task<EvaluationRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<EvaluationRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<EvaluationRow>> ListAsync(Session s, Page page, string session, string state, Scope scope) =>
        s.QueryAsync<EvaluationRow>(SelectPage, new { after = page.After, session, state, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    public static Task<List<string>> DueAsync(Session s, string state, long now, int n) => s.QueryAsync<string>(SelectDue, new { state, now, n });

    public static Task<List<SummaryRow>> SummaryAsync(Session s, string session, Scope scope) =>
        s.QueryAsync<SummaryRow>(SelectSummary, new { session, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });
}
