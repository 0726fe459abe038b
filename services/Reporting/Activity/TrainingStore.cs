using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Activity;

/// <summary>A training session 培训场次 as Training told of it.</summary>
public sealed class SessionRow
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string CourseId { get; set; } = "";
    public string Way { get; set; } = "";

    /// <summary>"scheduled", "held", "closed", "cancelled".</summary>
    public string State { get; set; } = "";

    public string? LecturerId { get; set; }
    public long StartUs { get; set; }
    public long Enrolled { get; set; }
    public long Attended { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long Version { get; set; }

    // Of the organisation; not stored here.
    public string OrganisationName { get; set; } = "";
}

/// <summary>What somebody said of a session, or was asked to say.</summary>
public sealed class SessionEvaluationRow
{
    public string Id { get; set; } = "";
    public string SessionId { get; set; } = "";
    public string Round { get; set; } = "";

    /// <summary>"invited", "answered", "lapsed".</summary>
    public string State { get; set; } = "";

    public long Content { get; set; }
    public long Lecturer { get; set; }
    public long Usefulness { get; set; }
    public long Version { get; set; }
}

/// <summary>How many were asked about a session, and the sums of what the answers gave.</summary>
public sealed class AnswersRow
{
    public string SessionId { get; set; } = "";
    public long Invited { get; set; }
    public long Answered { get; set; }
    public long Content { get; set; }
    public long Lecturer { get; set; }
    public long Usefulness { get; set; }
}

/// <summary>A training that was held and evaluated for a partner, where the partner belongs.</summary>
public sealed class EffectRow
{
    public string OrganisationId { get; set; } = "";
    public string OrganisationName { get; set; } = "";
    public DateOnly HeldDate { get; set; }
    public long Effect { get; set; }
}

/// <summary>A certificate 证书 as Training told of it.</summary>
public sealed class CertificateRow
{
    public string Id { get; set; } = "";
    public string Number { get; set; } = "";

    /// <summary>"valid", "expired", "revoked".</summary>
    public string State { get; set; } = "";

    public string TraineeId { get; set; } = "";
    public string? PartnerId { get; set; }
    public string CourseId { get; set; } = "";
    public DateOnly IssueDate { get; set; }
    public DateOnly? ExpiryDate { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long Version { get; set; }

    // Of the partner; not stored here.
    public string PartnerName { get; set; } = "";
}

/// <summary>How many certificates there are.</summary>
public sealed class CertificateCounts
{
    public long Valid { get; set; }
    public long Issued { get; set; }
    public long Expired { get; set; }
    public long Expiring { get; set; }
}

/// <summary>Sessions, what was said of them, and certificates.</summary>
public static class TrainingStore
{
    // A session of one partner's request is its salesperson's too; any other is everybody's in the organisation.
    private const string VisibleSessions = """
        (SELECT id, organisation_id, state, start_us, enrolled, attended FROM training_sessions
         WHERE scope_path >= @ScopeLow AND scope_path < @ScopeHigh AND (@Assignee IS NULL OR assignee_id IS NULL OR assignee_id = @Assignee)
           AND scope_path >= @BelowLow AND scope_path < @BelowHigh)
        """;

    // A partner's certificates are where the partner is; our own people's where they were issued.
    private const string VisibleCertificates = $"""
        (SELECT c.id, c.number, c.state, c.trainee_id, c.partner_id, c.course_id, c.issue_date, c.expiry_date, p.name AS partner_name
         FROM certificates c JOIN {NetworkStore.VisiblePartners} p ON p.id = c.partner_id
         UNION ALL
         SELECT id, number, state, trainee_id, partner_id, course_id, issue_date, expiry_date, '' AS partner_name
         FROM certificates WHERE partner_id IS NULL AND {Scope.SqlFilter} AND scope_path >= @BelowLow AND scope_path < @BelowHigh)
        """;
    private const string UpdateSession = """
        UPDATE training_sessions SET organisation_id = @OrganisationId, course_id = @CourseId, way = @Way, state = @State, lecturer_id = @LecturerId,
               start_us = @StartUs, enrolled = @Enrolled, attended = @Attended, scope_path = @ScopePath, assignee_id = @AssigneeId, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string InsertSession = """
        INSERT INTO training_sessions (id, organisation_id, course_id, way, state, lecturer_id, start_us, enrolled, attended, scope_path, assignee_id, version)
        SELECT @Id, @OrganisationId, @CourseId, @Way, @State, @LecturerId, @StartUs, @Enrolled, @Attended, @ScopePath, @AssigneeId, @Version
        WHERE NOT EXISTS (SELECT 1 FROM training_sessions WHERE id = @Id)
        """;
    private const string UpdateEvaluation = """
        UPDATE training_evaluations SET session_id = @SessionId, round = @Round, state = @State, content = @Content, lecturer = @Lecturer,
               usefulness = @Usefulness, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string InsertEvaluation = """
        INSERT INTO training_evaluations (id, session_id, round, state, content, lecturer, usefulness, version)
        SELECT @Id, @SessionId, @Round, @State, @Content, @Lecturer, @Usefulness, @Version WHERE NOT EXISTS (SELECT 1 FROM training_evaluations WHERE id = @Id)
        """;
    private const string UpdateCertificate = """
        UPDATE certificates SET number = @Number, state = @State, trainee_id = @TraineeId, partner_id = @PartnerId, course_id = @CourseId,
               issue_date = @IssueDate, expiry_date = @ExpiryDate, scope_path = @ScopePath, assignee_id = @AssigneeId, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string InsertCertificate = """
        INSERT INTO certificates (id, number, state, trainee_id, partner_id, course_id, issue_date, expiry_date, scope_path, assignee_id, version)
        SELECT @Id, @Number, @State, @TraineeId, @PartnerId, @CourseId, @IssueDate, @ExpiryDate, @ScopePath, @AssigneeId, @Version
        WHERE NOT EXISTS (SELECT 1 FROM certificates WHERE id = @Id)
        """;
    private const string SelectSessions = $"""
        SELECT s.id AS Id, s.organisation_id AS OrganisationId, s.state AS State, s.start_us AS StartUs, s.enrolled AS Enrolled, s.attended AS Attended,
               COALESCE(o.name, '') AS OrganisationName
        FROM {VisibleSessions} s LEFT JOIN organisations o ON o.id = s.organisation_id WHERE s.start_us >= @FromUs AND s.start_us < @ToUs
        """;
    private const string SelectAnswers = $"""
        SELECT e.session_id AS SessionId, COUNT(*) AS Invited, SUM(CASE WHEN e.state = 'answered' THEN 1 ELSE 0 END) AS Answered,
               SUM(e.content) AS Content, SUM(e.lecturer) AS Lecturer, SUM(e.usefulness) AS Usefulness
        FROM {VisibleSessions} s JOIN training_evaluations e ON e.session_id = s.id WHERE s.start_us >= @FromUs AND s.start_us < @ToUs
        GROUP BY e.session_id
        """;
    private const string SelectEffects = $"""
        SELECT p.organisation_id AS OrganisationId, COALESCE(o.name, '') AS OrganisationName, t.held_date AS HeldDate, t.effect AS Effect
        FROM trainings t JOIN {NetworkStore.VisiblePartners} p ON p.id = t.partner_id LEFT JOIN organisations o ON o.id = p.organisation_id
        WHERE t.held_date BETWEEN @From AND @To
        """;
    private const string CountCertificates = $"""
        SELECT (SELECT COUNT(*) FROM {VisibleCertificates} c WHERE c.state = 'valid') AS Valid,
               (SELECT COUNT(*) FROM {VisibleCertificates} c WHERE c.issue_date BETWEEN @From AND @To) AS Issued,
               (SELECT COUNT(*) FROM {VisibleCertificates} c WHERE c.state = 'expired' AND c.expiry_date BETWEEN @From AND @To) AS Expired,
               (SELECT COUNT(*) FROM {VisibleCertificates} c WHERE c.state = 'valid' AND c.expiry_date BETWEEN @Today AND @Until) AS Expiring
        """;
    private const string SelectExpiring = $"""
        SELECT c.id AS Id, c.number AS Number, c.state AS State, c.trainee_id AS TraineeId, c.partner_id AS PartnerId, c.course_id AS CourseId,
               c.issue_date AS IssueDate, c.expiry_date AS ExpiryDate, c.partner_name AS PartnerName
        FROM {VisibleCertificates} c WHERE c.state = 'valid' AND c.expiry_date BETWEEN @Today AND @Until ORDER BY c.expiry_date, c.id LIMIT @n
        """;

    public static async Task SaveSessionAsync(Tx tx, SessionRow row)
    {
        if (await tx.ExecuteAsync(UpdateSession, row) == 0)
            await tx.ExecuteAsync(InsertSession, row);
    }

    public static async Task SaveEvaluationAsync(Tx tx, SessionEvaluationRow row)
    {
        if (await tx.ExecuteAsync(UpdateEvaluation, row) == 0)
            await tx.ExecuteAsync(InsertEvaluation, row);
    }

    public static async Task SaveCertificateAsync(Tx tx, CertificateRow row)
    {
        if (await tx.ExecuteAsync(UpdateCertificate, row) == 0)
            await tx.ExecuteAsync(InsertCertificate, row);
    }

    /// <summary>Sessions that begin from one day to another, itself too.</summary>
    public static Task<List<SessionRow>> SessionsAsync(Session session, Sight sight, DateOnly from, DateOnly to) =>
        session.QueryAsync<SessionRow>(SelectSessions, sight.With(new { FromUs = ChinaTime.StartOfDay(from).Micros(), ToUs = ChinaTime.EndOfDay(to).Micros() }));

    /// <summary>What was said of those sessions.</summary>
    public static Task<List<AnswersRow>> AnswersAsync(Session session, Sight sight, DateOnly from, DateOnly to) =>
        session.QueryAsync<AnswersRow>(SelectAnswers, sight.With(new { FromUs = ChinaTime.StartOfDay(from).Micros(), ToUs = ChinaTime.EndOfDay(to).Micros() }));

    /// <summary>The effect 效果评估 of trainings held for partners.</summary>
    public static Task<List<EffectRow>> EffectsAsync(Session session, Sight sight, DateOnly from, DateOnly to) =>
        session.QueryAsync<EffectRow>(SelectEffects, sight.With(new { From = from, To = to }));

    /// <summary>Certificates: issued and expired within a range, valid now, and of these those that end by a day.</summary>
    public static async Task<CertificateCounts> CertificatesAsync(Session session, Sight sight, DateOnly from, DateOnly to, DateOnly today, DateOnly until) =>
        (await session.FirstOrDefaultAsync<CertificateCounts>(CountCertificates, sight.With(new { From = from, To = to, Today = today, Until = until })))!;

    /// <summary>Valid certificates that end by a day, the first to end first.</summary>
    public static Task<List<CertificateRow>> ExpiringAsync(Session session, Sight sight, DateOnly today, DateOnly until, int n) =>
        session.QueryAsync<CertificateRow>(SelectExpiring, sight.With(new { Today = today, Until = until, n }));
}
