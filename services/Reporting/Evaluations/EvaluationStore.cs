using Qudao.Platform;

namespace Qudao.Reporting.Evaluations;

/// <summary>A template 考评模板; its definition is the indicators and weights as JSON.</summary>
public sealed class TemplateRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>"monthly", "quarterly" or "yearly".</summary>
    public string Cycle { get; set; } = "";

    public string Role { get; set; } = "";
    public bool Active { get; set; }

    /// <summary>"sales", "training", …; empty of a person's.</summary>
    public string Department { get; set; } = "";

    public string Definition { get; set; } = "";
    public long Version { get; set; }
}

/// <summary>An evaluation 考评 of a person for a period.</summary>
public sealed class EvaluationRow
{
    public string Id { get; set; } = "";
    public string PlaceKey { get; set; } = "";
    public string TemplateId { get; set; } = "";
    public long TemplateVersion { get; set; }

    /// <summary>The template as it was when this was begun.</summary>
    public string Definition { get; set; } = "";

    public string Cycle { get; set; } = "";
    public string Period { get; set; } = "";
    public DateOnly StartDate { get; set; }
    public string SubjectId { get; set; } = "";
    public string SubjectName { get; set; } = "";
    public long SubjectRank { get; set; }
    public string OrganisationId { get; set; } = "";

    /// <summary>The department that is evaluated in the person of its head; empty when he is himself.</summary>
    public string Department { get; set; } = "";

    /// <summary>"open", "published", "appealed" or "decided".</summary>
    public string State { get; set; } = "";

    /// <summary>What was counted, as it was published; empty before.</summary>
    public string Figures { get; set; } = "";

    /// <summary>In hundredths; 0 before it is published.</summary>
    public long Total { get; set; }

    public long Calibration { get; set; }
    public string CalibrationReason { get; set; } = "";
    public string AppealReason { get; set; } = "";
    public string AppealDecision { get; set; } = "";
    public string Award { get; set; } = "";

    /// <summary>What headquarters' counterpart said to a department's result.</summary>
    public string Feedback { get; set; } = "";

    public string FeedbackName { get; set; } = "";
    public long? FeedbackUs { get; set; }
    public string? PublisherId { get; set; }
    public string PublisherName { get; set; } = "";
    public long? PublishedUs { get; set; }
    public long CreatedUs { get; set; }
    public long Version { get; set; }

    // Of the organisation; not stored here.
    public string OrganisationName { get; set; } = "";
    public string ScopePath { get; set; } = "";

    public string ResourceName => $"evaluations/{Id}";
}

/// <summary>A score that somebody gave.</summary>
public sealed class ScoreRow
{
    public string EvaluationId { get; set; } = "";

    /// <summary>"self", "superior", "peer" or "client".</summary>
    public string Kind { get; set; } = "";

    /// <summary>Who gave it; of a client's, the client's name.</summary>
    public string ScorerId { get; set; } = "";

    public string ScorerName { get; set; } = "";
    public long Score { get; set; }
    public string Comment { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>Templates, evaluations and their scores.</summary>
public static class EvaluationStore
{
    private const string TemplateColumns = "id AS Id, name AS Name, cycle AS Cycle, role AS Role, active AS Active, department AS Department, definition AS Definition, version AS Version";
    private const string InsertTemplate = """
        INSERT INTO evaluation_templates (id, name, cycle, role, active, department, definition, version)
        VALUES (@Id, @Name, @Cycle, @Role, @Active, @Department, @Definition, @Version)
        """;
    private const string UpdateTemplate = """
        UPDATE evaluation_templates SET name = @Name, active = @Active, definition = @Definition, version = version + 1 WHERE id = @Id AND version = @Version
        """;
    private const string InsertTemplateVersion = """
        INSERT INTO evaluation_template_versions (template_id, version, definition, editor_name, created_us) VALUES (@Id, @Version, @Definition, @Editor, @Now)
        """;
    private const string SelectTemplate = $"SELECT {TemplateColumns} FROM evaluation_templates WHERE id = @id";
    private const string SelectTemplates = $"SELECT {TemplateColumns} FROM evaluation_templates WHERE id > @after ORDER BY id LIMIT @n";

    private const string Columns = """
        e.id AS Id, e.place_key AS PlaceKey, e.template_id AS TemplateId, e.template_version AS TemplateVersion, e.definition AS Definition, e.cycle AS Cycle,
        e.period AS Period, e.start_date AS StartDate, e.subject_id AS SubjectId, e.subject_name AS SubjectName, e.subject_rank AS SubjectRank,
        e.organisation_id AS OrganisationId, e.state AS State, e.figures AS Figures, e.total AS Total, e.calibration AS Calibration,
        e.calibration_reason AS CalibrationReason, e.appeal_reason AS AppealReason, e.appeal_decision AS AppealDecision, e.award AS Award,
        e.department AS Department, e.feedback AS Feedback, e.feedback_name AS FeedbackName, e.feedback_us AS FeedbackUs,
        e.publisher_id AS PublisherId, e.publisher_name AS PublisherName, e.published_us AS PublishedUs, e.created_us AS CreatedUs, e.version AS Version,
        o.name AS OrganisationName, o.scope_path AS ScopePath
        """;
    private const string From = "FROM evaluations e JOIN organisations o ON o.id = e.organisation_id";
    private const string Filter = """
        (e.subject_id = @Me OR (e.subject_rank < @Rank AND o.scope_path >= @ScopeLow AND o.scope_path < @ScopeHigh)
         OR (e.department = @Department AND e.state <> 'open' AND o.scope_path >= @ScopeLow AND o.scope_path < @ScopeHigh))
        """;
    private const string Insert = """
        INSERT INTO evaluations (id, place_key, template_id, template_version, definition, cycle, period, start_date, subject_id, subject_name, subject_rank, organisation_id,
            state, figures, total, calibration, calibration_reason, appeal_reason, appeal_decision, award, publisher_id, publisher_name, published_us, created_us, version,
            department, feedback, feedback_name, feedback_us)
        VALUES (@Id, @PlaceKey, @TemplateId, @TemplateVersion, @Definition, @Cycle, @Period, @StartDate, @SubjectId, @SubjectName, @SubjectRank, @OrganisationId,
            @State, @Figures, @Total, @Calibration, @CalibrationReason, @AppealReason, @AppealDecision, @Award, @PublisherId, @PublisherName, @PublishedUs, @CreatedUs, @Version,
            @Department, @Feedback, @FeedbackName, @FeedbackUs)
        """;
    private const string Update = """
        UPDATE evaluations SET state = @State, figures = @Figures, total = @Total, calibration = @Calibration, calibration_reason = @CalibrationReason,
               appeal_reason = @AppealReason, appeal_decision = @AppealDecision, award = @Award, publisher_id = @PublisherId, publisher_name = @PublisherName,
               published_us = @PublishedUs, feedback = @Feedback, feedback_name = @FeedbackName, feedback_us = @FeedbackUs, version = version + 1
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectOne = $"SELECT {Columns} {From} WHERE e.id = @id AND {Filter}";

    // Peers score without seeing more.
    private const string SelectBeside = $"SELECT {Columns} {From} WHERE e.id = @id AND e.organisation_id = @organisation";
    private const string SelectIdAt = "SELECT id FROM evaluations WHERE place_key = @key";
    private const string CountOpen = """
        SELECT COUNT(*) FROM evaluations
        WHERE organisation_id = @organisation AND cycle = @cycle AND period = @period AND state = 'open' AND CASE WHEN department = '' THEN 0 ELSE 1 END = @departments
        """;
    private const string SelectPage = $"""
        SELECT {Columns} {From}
        WHERE e.id > @after AND (@period = '' OR e.period = @period) AND (@subject = '' OR e.subject_id = @subject) AND (@state = '' OR e.state = @state) AND {Filter}
        ORDER BY e.id LIMIT @n
        """;
    private const string SelectPublished = $"""
        SELECT {Columns} {From}
        WHERE e.id > @after AND e.start_date >= @from AND e.start_date <= @to AND e.state <> 'open' AND {Filter} ORDER BY e.id LIMIT @n
        """;
    private const string SelectRanking = $"""
        SELECT {Columns} {From} WHERE e.template_id = @template AND e.period = @period AND e.state <> 'open' AND {Filter} ORDER BY e.total DESC, e.id LIMIT @n
        """;
    private const string DeleteScore = "DELETE FROM evaluation_scores WHERE evaluation_id = @EvaluationId AND kind = @Kind AND scorer_id = @ScorerId";
    private const string InsertScore = """
        INSERT INTO evaluation_scores (evaluation_id, kind, scorer_id, scorer_name, score, comment, created_us)
        VALUES (@EvaluationId, @Kind, @ScorerId, @ScorerName, @Score, @Comment, @CreatedUs)
        """;
    private const string SelectScores = """
        SELECT evaluation_id AS EvaluationId, kind AS Kind, scorer_id AS ScorerId, scorer_name AS ScorerName, score AS Score, comment AS Comment, created_us AS CreatedUs
        FROM evaluation_scores WHERE evaluation_id = @id ORDER BY created_us, kind, scorer_id
        """;

    private const string InsertFacts = "INSERT INTO evaluation_facts (evaluation_id, figure, facts) VALUES (@id, @figure, @facts)";
    private const string SelectFacts = "SELECT facts FROM evaluation_facts WHERE evaluation_id = @id AND figure = @figure";

    public static async Task InsertTemplateAsync(Tx tx, TemplateRow row, string editor)
    {
        await tx.ExecuteAsync(InsertTemplate, row);
        await KeepVersionAsync(tx, row, editor);
    }

    public static async Task UpdateTemplateAsync(Tx tx, TemplateRow row, string editor)
    {
        await tx.UpdateAsync(UpdateTemplate, row, $"evaluationTemplates/{row.Id}");
        row.Version++;
        await KeepVersionAsync(tx, row, editor);
    }

    public static Task<TemplateRow?> TemplateAsync(Session session, string id) => session.FirstOrDefaultAsync<TemplateRow>(SelectTemplate, new { id });

    public static Task<List<TemplateRow>> TemplatesAsync(Session session, string after, int n) => session.QueryAsync<TemplateRow>(SelectTemplates, new { after, n });

    public static Task InsertAsync(Tx tx, EvaluationRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Stores a row; its version is the new one afterwards.</summary>
    public static async Task UpdateAsync(Tx tx, EvaluationRow row)
    {
        await tx.UpdateAsync(Update, row, row.ResourceName);
        row.Version++;
    }

    public static Task<EvaluationRow?> GetAsync(Session session, string id, Reader reader) =>
        session.FirstOrDefaultAsync<EvaluationRow>(SelectOne, new { id, reader.Me, reader.Rank, reader.Department, reader.ScopeLow, reader.ScopeHigh });

    public static Task<EvaluationRow?> BesideAsync(Session session, string id, string organisation) =>
        session.FirstOrDefaultAsync<EvaluationRow>(SelectBeside, new { id, organisation });

    public static async Task<bool> ExistsAsync(Session session, string key) => await session.FirstOrDefaultAsync<string>(SelectIdAt, new { key }) is not null;

    /// <summary>How many of a period are not published yet: of departments, or of people.</summary>
    public static Task<long> OpenAsync(Session session, EvaluationRow row) =>
        session.ScalarAsync<long>(CountOpen, new { organisation = row.OrganisationId, cycle = row.Cycle, period = row.Period, departments = row.Department.Length == 0 ? 0L : 1L });

    public static Task<List<EvaluationRow>> ListAsync(Session session, string period, string subject, string state, Reader reader, string after, int n) =>
        session.QueryAsync<EvaluationRow>(SelectPage, new { period, subject, state, reader.Me, reader.Rank, reader.Department, reader.ScopeLow, reader.ScopeHigh, after, n });

    /// <summary>Published ones of periods that begin from one day to another.</summary>
    public static Task<List<EvaluationRow>> PublishedAsync(Session session, DateOnly from, DateOnly to, Reader reader, string after, int n) =>
        session.QueryAsync<EvaluationRow>(SelectPublished, new { from, to, reader.Me, reader.Rank, reader.Department, reader.ScopeLow, reader.ScopeHigh, after, n });

    public static Task<List<EvaluationRow>> RankingAsync(Session session, string template, string period, Reader reader, int n) =>
        session.QueryAsync<EvaluationRow>(SelectRanking, new { template, period, reader.Me, reader.Rank, reader.Department, reader.ScopeLow, reader.ScopeHigh, n });

    /// <summary>Keeps a score; one that the same person gave before goes.</summary>
    public static async Task ScoreAsync(Tx tx, ScoreRow row)
    {
        await tx.ExecuteAsync(DeleteScore, row);
        await tx.ExecuteAsync(InsertScore, row);
    }

    public static Task<List<ScoreRow>> ScoresAsync(Session session, string id) => session.QueryAsync<ScoreRow>(SelectScores, new { id });

    /// <summary>Keeps the facts behind a figure as JSON, to stay as they are published.</summary>
    public static Task KeepFactsAsync(Tx tx, string id, string figure, string facts) => tx.ExecuteAsync(InsertFacts, new { id, figure, facts });

    /// <summary>The facts behind a figure as they were published; null when they were not kept.</summary>
    public static Task<string?> FactsAsync(Session session, string id, string figure) => session.FirstOrDefaultAsync<string>(SelectFacts, new { id, figure });

    private static Task KeepVersionAsync(Tx tx, TemplateRow row, string editor) =>
        tx.ExecuteAsync(InsertTemplateVersion, new { row.Id, row.Version, row.Definition, Editor = editor, Now = tx.NowMicros });
}
