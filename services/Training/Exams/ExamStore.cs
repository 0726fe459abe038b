using System.Text.Json;
using Qudao.Platform;

namespace Qudao.Training.Exams;

/// <summary>A session's test; the questions as JSON.</summary>
public sealed class ExamRow
{
    public string Id { get; set; } = "";
    public string SessionId { get; set; } = "";
    public string Title { get; set; } = "";
    public int PassScore { get; set; }
    public int MaxAttempts { get; set; }
    public string Questions { get; set; } = "[]";
    public long CreatedUs { get; set; }

    public Put[] QuestionList() => JsonSerializer.Deserialize<Put[]>(Questions, EventJson.Options)!;
}

/// <summary>An attempt; what was right as JSON. The name is that of the enrolment.</summary>
public sealed class AttemptRow
{
    public string Id { get; set; } = "";
    public string ExamId { get; set; } = "";
    public string EnrolmentId { get; set; } = "";
    public long Ordinal { get; set; }
    public int Score { get; set; }
    public bool Passed { get; set; }
    public string Answers { get; set; } = "[]";
    public long CreatedUs { get; set; }
    public string TraineeName { get; set; } = "";
}

/// <summary>Every statement on tests and attempts.</summary>
public static class ExamStore
{
    private const string Columns = """
        id AS Id, session_id AS SessionId, title AS Title, pass_score AS PassScore, max_attempts AS MaxAttempts, questions AS Questions, created_us AS CreatedUs
        """;
    private const string Insert = """
        INSERT INTO exams (id, session_id, title, pass_score, max_attempts, questions, created_us)
        VALUES (@Id, @SessionId, @Title, @PassScore, @MaxAttempts, @Questions, @CreatedUs)
        """;
    private const string SelectOne = $"SELECT {Columns} FROM exams WHERE id = @id";
    private const string SelectOfSession = $"SELECT {Columns} FROM exams WHERE session_id = @session ORDER BY id";
    private const string InsertAttempt = """
        INSERT INTO attempts (id, exam_id, enrolment_id, ordinal, score, passed, answers, created_us)
        VALUES (@Id, @ExamId, @EnrolmentId, @Ordinal, @Score, @Passed, @Answers, @CreatedUs)
        """;
    private const string CountAttempts = "SELECT COUNT(*) FROM attempts WHERE exam_id = @exam AND enrolment_id = @enrolment";
    private const string SelectAttempts = $"""
        SELECT a.id AS Id, a.exam_id AS ExamId, a.enrolment_id AS EnrolmentId, a.ordinal AS Ordinal, a.score AS Score, a.passed AS Passed, a.answers AS Answers,
            a.created_us AS CreatedUs, enrolments.trainee_name AS TraineeName
        FROM attempts a JOIN enrolments ON enrolments.id = a.enrolment_id
        WHERE a.exam_id = @exam AND a.id > @after AND {Scope.SqlFilter} ORDER BY a.id LIMIT @n
        """;

    public static Task InsertAsync(Tx tx, ExamRow row) => tx.ExecuteAsync(Insert, row);

    public static Task<ExamRow?> GetAsync(Session s, string id) => s.FirstOrDefaultAsync<ExamRow>(SelectOne, new { id });

    public static Task<List<ExamRow>> OfSessionAsync(Session s, string session) => s.QueryAsync<ExamRow>(SelectOfSession, new { session });

    public static Task InsertAttemptAsync(Tx tx, AttemptRow row) => tx.ExecuteAsync(InsertAttempt, row);

    public static Task<long> CountAttemptsAsync(Session s, string exam, string enrolment) => s.ScalarAsync<long>(CountAttempts, new { exam, enrolment });

    public static Task<List<AttemptRow>> AttemptsAsync(Session s, string exam, Page page, Scope scope) =>
        s.QueryAsync<AttemptRow>(SelectAttempts, new { exam, after = page.After, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });
}
