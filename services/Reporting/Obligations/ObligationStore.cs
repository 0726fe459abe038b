using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Obligations;

/// <summary>An obligation 报送事项; times in UTC microseconds.</summary>
public sealed class ObligationRow
{
    public string Id { get; set; } = "";

    /// <summary>Code of its rule.</summary>
    public string Duty { get; set; } = "";

    /// <summary>The organisation's or the person's id.</summary>
    public string SubjectId { get; set; } = "";

    public string Period { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? StaffId { get; set; }
    public string Roles { get; set; } = "";
    public string Receivers { get; set; } = "";
    public string Fulfilment { get; set; } = "";
    public DateOnly DueDate { get; set; }
    public long DueSoonUs { get; set; }
    public long DeadlineUs { get; set; }
    public string State { get; set; } = "";

    /// <summary>When the clock alone moves it next; null when nothing but people do.</summary>
    public long? NextUs { get; set; }

    /// <summary>The earliest submission, after the last return if there was one.</summary>
    public long? SubmittedUs { get; set; }

    public string? SubmitterId { get; set; }
    public string SubmitterName { get; set; } = "";
    public string Note { get; set; } = "";
    public long? ReviewedUs { get; set; }
    public string ReviewerName { get; set; } = "";
    public string ReviewNote { get; set; } = "";

    /// <summary>Empty, "accepted" or "returned": the last review.</summary>
    public string Review { get; set; } = "";

    /// <summary>Who owed it left, or changed roles.</summary>
    public bool Waived { get; set; }

    /// <summary>When a superior let it off; null when nobody did.</summary>
    public long? WaivedUs { get; set; }

    public string WaiverName { get; set; } = "";
    public string WaiverReason { get; set; } = "";

    /// <summary>Resource name of what was done for it; see Artefacts.</summary>
    public string Artefact { get; set; } = "";

    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long Version { get; set; }

    // Names that people read, from the tables they belong to; not stored here.
    public string DutyZh { get; set; } = "";
    public string DutyEn { get; set; } = "";
    public string OrganisationName { get; set; } = "";
    public string StaffName { get; set; } = "";
}

/// <summary>A submission, by hand or by an event.</summary>
public sealed class SubmissionRow
{
    public string Id { get; set; } = "";
    public string Duty { get; set; } = "";
    public string SubjectId { get; set; } = "";
    public string Period { get; set; } = "";
    public long SubmittedUs { get; set; }
    public string? SubmitterId { get; set; }
    public string SubmitterName { get; set; } = "";
    public string Note { get; set; } = "";
    public string Artefact { get; set; } = "";
}

/// <summary>How well a person, an organisation or a duty complies.</summary>
public sealed class ComplianceRow
{
    public string GroupKey { get; set; } = "";
    public string NameZh { get; set; } = "";
    public string NameEn { get; set; } = "";
    public long InTime { get; set; }
    public long Late { get; set; }
    public long Missing { get; set; }
    public long Waived { get; set; }
    public long Opened { get; set; }
}

/// <summary>How many obligations of a duty and an organisation stand in a state; Overdue: past their deadline.</summary>
public sealed class ObligationCount
{
    public string Duty { get; set; } = "";
    public string DutyZh { get; set; } = "";
    public string DutyEn { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string OrganisationName { get; set; } = "";
    public string State { get; set; } = "";
    public bool SubmittedInTime { get; set; }
    public bool Overdue { get; set; }
    public long Count { get; set; }
}

/// <summary>What a list of obligations is narrowed to; empty texts do not narrow.</summary>
public sealed record ObligationFilter(string State, string Duty, string Period, string OrganisationId, string StaffId, DateOnly DueFrom, DateOnly DueTo);

/// <summary>Obligations, and what was submitted for them.</summary>
public static class ObligationStore
{
    // An organisation's obligation is everybody's in it; a person's is his own to who sees only what is assigned to him.
    internal const string ScopeFilter =
        "o.scope_path >= @ScopeLow AND o.scope_path < @ScopeHigh AND (@Assignee IS NULL OR o.assignee_id IS NULL OR o.assignee_id = @Assignee)";

    /// <summary>What became of an obligation o, as of @Now: a one in one column, zeros in the others.</summary>
    internal const string Outcomes = """
        CASE WHEN o.state = 'on-time' OR (o.state = 'accepted' AND o.submitted_us < o.deadline_us) THEN 1 ELSE 0 END AS in_time,
        CASE WHEN o.state = 'late' OR (o.state = 'accepted' AND o.submitted_us >= o.deadline_us) THEN 1 ELSE 0 END AS late,
        CASE WHEN o.state = 'missing' OR (o.state = 'returned' AND o.deadline_us <= @Now) THEN 1 ELSE 0 END AS missing,
        CASE WHEN o.state = 'waived' THEN 1 ELSE 0 END AS waived,
        CASE WHEN o.state IN ('scheduled', 'due-soon') OR (o.state = 'returned' AND o.deadline_us > @Now) THEN 1 ELSE 0 END AS opened
        """;
    private const string Columns = """
        o.id AS Id, o.duty AS Duty, o.subject_id AS SubjectId, o.period AS Period, o.organisation_id AS OrganisationId, o.staff_id AS StaffId,
        o.roles AS Roles, o.receivers AS Receivers, o.fulfilment AS Fulfilment, o.due_date AS DueDate, o.due_soon_us AS DueSoonUs,
        o.deadline_us AS DeadlineUs, o.state AS State, o.next_us AS NextUs, o.submitted_us AS SubmittedUs, o.submitter_id AS SubmitterId,
        o.submitter_name AS SubmitterName, o.note AS Note, o.reviewed_us AS ReviewedUs, o.reviewer_name AS ReviewerName,
        o.review_note AS ReviewNote, o.review AS Review, o.waived AS Waived, o.waived_us AS WaivedUs, o.waiver_name AS WaiverName,
        o.waiver_reason AS WaiverReason, o.artefact AS Artefact, o.scope_path AS ScopePath, o.assignee_id AS AssigneeId, o.version AS Version,
        r.name_zh AS DutyZh, r.name_en AS DutyEn, COALESCE(g.name, '') AS OrganisationName, COALESCE(s.name, '') AS StaffName
        """;
    private const string Obligations = """
        obligations o JOIN obligation_rules r ON r.code = o.duty LEFT JOIN organisations g ON g.id = o.organisation_id LEFT JOIN staff s ON s.id = o.staff_id
        """;
    private const string Insert = """
        INSERT INTO obligations (id, duty, subject_id, period, organisation_id, staff_id, roles, receivers, fulfilment, due_date, due_soon_us, deadline_us,
                                 state, next_us, submitted_us, submitter_id, submitter_name, note, reviewed_us, reviewer_name, review_note, review, waived,
                                 artefact, scope_path, assignee_id, version)
        VALUES (@Id, @Duty, @SubjectId, @Period, @OrganisationId, @StaffId, @Roles, @Receivers, @Fulfilment, @DueDate, @DueSoonUs, @DeadlineUs,
                @State, @NextUs, @SubmittedUs, @SubmitterId, @SubmitterName, @Note, @ReviewedUs, @ReviewerName, @ReviewNote, @Review, @Waived,
                @Artefact, @ScopePath, @AssigneeId, @Version)
        """;
    private const string Update = """
        UPDATE obligations SET state = @State, next_us = @NextUs, submitted_us = @SubmittedUs, submitter_id = @SubmitterId, submitter_name = @SubmitterName,
               note = @Note, reviewed_us = @ReviewedUs, reviewer_name = @ReviewerName, review_note = @ReviewNote, review = @Review, waived = @Waived,
               waived_us = @WaivedUs, waiver_name = @WaiverName, waiver_reason = @WaiverReason, artefact = @Artefact, version = version + 1
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectOne = $"SELECT {Columns} FROM {Obligations} WHERE o.id = @id AND {ScopeFilter}";
    private const string SelectByKey = $"SELECT {Columns} FROM {Obligations} WHERE o.duty = @duty AND o.subject_id = @subjectId AND o.period = @period";
    private const string SelectDue = $"SELECT {Columns} FROM {Obligations} WHERE o.next_us <= @now ORDER BY o.next_us LIMIT @n";
    private const string SelectOpen = $"""
        SELECT {Columns} FROM {Obligations} WHERE o.subject_id = @subjectId AND o.state IN ('scheduled', 'due-soon')
        """;
    private const string SelectPage = $"""
        SELECT {Columns} FROM {Obligations}
        WHERE o.due_date >= @AfterDate AND (o.due_date > @AfterDate OR (o.due_date = @AfterDate AND o.id > @AfterId)) AND {ScopeFilter}
          AND (@State = '' OR o.state = @State) AND (@Duty = '' OR o.duty = @Duty) AND (@Period = '' OR o.period = @Period)
          AND (@OrganisationId = '' OR o.organisation_id = @OrganisationId) AND (@StaffId = '' OR o.staff_id = @StaffId)
          AND o.due_date >= @DueFrom AND o.due_date <= @DueTo
        ORDER BY o.due_date, o.id LIMIT @n
        """;
    private const string InsertSubmission = """
        INSERT INTO obligation_submissions (id, duty, subject_id, period, submitted_us, submitter_id, submitter_name, note, artefact)
        SELECT @Id, @Duty, @SubjectId, @Period, @SubmittedUs, @SubmitterId, @SubmitterName, @Note, @Artefact
        WHERE NOT EXISTS (SELECT 1 FROM obligation_submissions WHERE subject_id = @SubjectId AND duty = @Duty AND period = @Period AND submitted_us = @SubmittedUs)
        """;
    private const string SelectSubmission = """
        SELECT id AS Id, duty AS Duty, subject_id AS SubjectId, period AS Period, submitted_us AS SubmittedUs, submitter_id AS SubmitterId,
               submitter_name AS SubmitterName, note AS Note, artefact AS Artefact
        FROM obligation_submissions WHERE subject_id = @subjectId AND duty = @duty AND period = @period AND submitted_us > @after
        ORDER BY submitted_us, id LIMIT @n
        """;
    private const string CountStates = $"""
        SELECT x.duty AS Duty, r.name_zh AS DutyZh, r.name_en AS DutyEn, x.organisation_id AS OrganisationId, COALESCE(g.name, '') AS OrganisationName,
               x.state AS State, x.in_time AS SubmittedInTime, x.overdue AS Overdue, x.n AS Count
        FROM (SELECT y.duty, y.organisation_id, y.state, y.in_time, y.overdue, COUNT(*) AS n FROM (
                  SELECT o.duty, o.organisation_id, o.state, CASE WHEN o.submitted_us < o.deadline_us THEN 1 ELSE 0 END AS in_time,
                         CASE WHEN o.deadline_us <= @Now THEN 1 ELSE 0 END AS overdue
                  FROM obligations o
                  WHERE o.due_date >= @From AND o.due_date <= @To AND {ScopeFilter} AND o.scope_path >= @BelowLow AND o.scope_path < @BelowHigh) y
              GROUP BY y.duty, y.organisation_id, y.state, y.in_time, y.overdue) x
        JOIN obligation_rules r ON r.code = x.duty LEFT JOIN organisations g ON g.id = x.organisation_id
        ORDER BY x.duty, x.organisation_id, x.state
        """;

    private const string Compliance = $"""
        SELECT z.group_key AS GroupKey, COALESCE(r.name_zh, g.name, s.name, '') AS NameZh, COALESCE(r.name_en, g.name, s.name, '') AS NameEn,
               z.in_time AS InTime, z.late AS Late, z.missing AS Missing, z.waived AS Waived, z.opened AS Opened
        FROM (SELECT y.group_key, SUM(y.in_time) AS in_time, SUM(y.late) AS late, SUM(y.missing) AS missing, SUM(y.waived) AS waived, SUM(y.opened) AS opened
              FROM (SELECT CASE @Group WHEN 'staff' THEN o.staff_id WHEN 'organisation' THEN o.organisation_id ELSE o.duty END AS group_key,
                           {Outcomes}
                    FROM obligations o
                    WHERE o.due_date >= @From AND o.due_date <= @To AND (@Group <> 'staff' OR o.staff_id IS NOT NULL)
                      AND {ScopeFilter} AND o.scope_path >= @BelowLow AND o.scope_path < @BelowHigh) y
              WHERE y.group_key > @After GROUP BY y.group_key) z
        LEFT JOIN obligation_rules r ON r.code = z.group_key AND @Group = 'duty'
        LEFT JOIN organisations g ON g.id = z.group_key AND @Group = 'organisation'
        LEFT JOIN staff s ON s.id = z.group_key AND @Group = 'staff'
        ORDER BY z.group_key LIMIT @n
        """;

    /// <summary>How well each "staff", "organisation" or "duty" after a key complies, of what is due within a range.</summary>
    public static Task<List<ComplianceRow>> ComplianceAsync(Session session, Sight sight, string group, DateOnly from, DateOnly to, long now, string after, int n) =>
        session.QueryAsync<ComplianceRow>(Compliance, sight.With(new { Group = group, From = from, To = to, Now = now, After = after, n }));

    public static Task InsertAsync(Tx tx, ObligationRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>False when somebody else changed the row since it was read; its version is the new one otherwise.</summary>
    public static async Task<bool> UpdateAsync(Tx tx, ObligationRow row)
    {
        if (await tx.ExecuteAsync(Update, row) == 0)
            return false;
        row.Version++;
        return true;
    }

    public static Task<ObligationRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<ObligationRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<ObligationRow?> FindAsync(Session session, string duty, string subjectId, string period) =>
        session.FirstOrDefaultAsync<ObligationRow>(SelectByKey, new { duty, subjectId, period });

    /// <summary>Rows that the clock moves now.</summary>
    public static Task<List<ObligationRow>> DueAsync(Session session, long now, int n) => session.QueryAsync<ObligationRow>(SelectDue, new { now, n });

    /// <summary>Rows of a subject that are not due yet.</summary>
    public static Task<List<ObligationRow>> OpenAsync(Session session, string subjectId) => session.QueryAsync<ObligationRow>(SelectOpen, new { subjectId });

    public static Task<List<ObligationRow>> ListAsync(Session session, ObligationFilter filter, Scope scope, (DateOnly Date, string Id) after, int n) =>
        session.QueryAsync<ObligationRow>(SelectPage, new
        {
            filter.State,
            filter.Duty,
            filter.Period,
            filter.OrganisationId,
            filter.StaffId,
            filter.DueFrom,
            filter.DueTo,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            AfterDate = after.Date,
            AfterId = after.Id,
            n,
        });

    public static Task InsertSubmissionAsync(Tx tx, SubmissionRow row) => tx.ExecuteAsync(InsertSubmission, row);

    /// <summary>The earliest submission after an instant.</summary>
    public static Task<SubmissionRow?> SubmissionAsync(Session session, string duty, string subjectId, string period, long after) =>
        session.FirstOrDefaultAsync<SubmissionRow>(SelectSubmission, new { duty, subjectId, period, after, n = 1 });

    public static Task<List<ObligationCount>> CountAsync(Session session, Sight sight, DateOnly from, DateOnly to, long now) =>
        session.QueryAsync<ObligationCount>(CountStates, sight.With(new { From = from, To = to, Now = now }));
}
