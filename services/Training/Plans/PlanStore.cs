using Qudao.Platform;

namespace Qudao.Training.Plans;

public sealed class PlanRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public int Year { get; set; }
    public string Goal { get; set; } = "";
    public string State { get; set; } = "";
    public string Reason { get; set; } = "";
    public string? SubmitterId { get; set; }
    public string? ApproverId { get; set; }
    public DateOnly? ApproveDate { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

public sealed class PlanItemRow
{
    public string Id { get; set; } = "";
    public string PlanId { get; set; } = "";
    public int Ordinal { get; set; }
    public string CourseId { get; set; } = "";
    public string Goal { get; set; } = "";
    public string Way { get; set; } = "";
    public int Month { get; set; }
    public int Sessions { get; set; }
    public int Trainees { get; set; }
}

/// <summary>What sessions made of a line.</summary>
public sealed class PlanActualRow
{
    public string ItemId { get; set; } = "";
    public long Scheduled { get; set; }
    public long Held { get; set; }
    public long Attended { get; set; }
}

/// <summary>Every statement on annual plans.</summary>
public static class PlanStore
{
    private const string Columns = """
        id AS Id, version AS Version, organisation_id AS OrganisationId, scope_path AS ScopePath, plan_year AS Year, goal AS Goal, state AS State, reason AS Reason,
        submitter_id AS SubmitterId, approver_id AS ApproverId, approve_date AS ApproveDate, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string Insert = """
        INSERT INTO training_plans (id, version, organisation_id, scope_path, plan_year, goal, state, reason, submitter_id, approver_id, approve_date, created_us, updated_us)
        VALUES (@Id, @Version, @OrganisationId, @ScopePath, @Year, @Goal, @State, @Reason, @SubmitterId, @ApproverId, @ApproveDate, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE training_plans SET version = version + 1, goal = @Goal, state = @State, reason = @Reason, submitter_id = @SubmitterId, approver_id = @ApproverId,
            approve_date = @ApproveDate, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string CountOfYear = "SELECT COUNT(*) FROM training_plans WHERE organisation_id = @OrganisationId AND plan_year = @Year";
    private const string SelectOne = $"SELECT {Columns} FROM training_plans WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"SELECT {Columns} FROM training_plans WHERE id > @after AND (@year = 0 OR plan_year = @year) AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string ItemColumns = """
        id AS Id, plan_id AS PlanId, ordinal AS Ordinal, course_id AS CourseId, goal AS Goal, way AS Way, plan_month AS Month, sessions AS Sessions, trainees AS Trainees
        """;
    private const string SelectItems = $"SELECT {ItemColumns} FROM training_plan_items WHERE plan_id IN @plans ORDER BY plan_id, ordinal";
    private const string DeleteItems = "DELETE FROM training_plan_items WHERE plan_id = @plan";
    private const string InsertItem = """
        INSERT INTO training_plan_items (id, plan_id, ordinal, course_id, goal, way, plan_month, sessions, trainees)
        VALUES (@Id, @PlanId, @Ordinal, @CourseId, @Goal, @Way, @Month, @Sessions, @Trainees)
        """;
    private const string SelectItem = """
        SELECT i.course_id FROM training_plan_items i JOIN training_plans p ON p.id = i.plan_id WHERE i.id = @id AND p.organisation_id = @organisation AND p.state = 'approved'
        """;
    private const string SelectActuals = """
        SELECT s.plan_item_id AS ItemId, SUM(CASE WHEN s.state = 'scheduled' THEN 1 ELSE 0 END) AS Scheduled, SUM(CASE WHEN s.state IN ('held', 'closed') THEN 1 ELSE 0 END) AS Held,
            COALESCE(SUM(CASE WHEN s.state IN ('held', 'closed') THEN c.attended ELSE 0 END), 0) AS Attended
        FROM training_sessions s
        LEFT JOIN (SELECT session_id, COUNT(*) AS attended FROM enrolments WHERE attendance = 'attended' GROUP BY session_id) c ON c.session_id = s.id
        WHERE s.plan_item_id IN (SELECT id FROM training_plan_items WHERE plan_id = @plan)
        GROUP BY s.plan_item_id
        """;
    private const string CountUnplanned = """
        SELECT COUNT(*) FROM training_sessions
        WHERE organisation_id = @organisation AND plan_item_id IS NULL AND state IN ('held', 'closed') AND start_us >= @from AND start_us < @until
        """;

    public static Task InsertAsync(Tx tx, PlanRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, PlanRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"trainingPlans/{row.Id}");
        row.Version++;
    }

    public static async Task<bool> ExistsAsync(Session s, PlanRow row) => await s.ScalarAsync<long>(CountOfYear, row) > 0;

    public static Task<PlanRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<PlanRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<PlanRow>> ListAsync(Session s, Page page, int year, Scope scope) =>
        s.QueryAsync<PlanRow>(SelectPage, new { after = page.After, year, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    public static async Task<ILookup<string, PlanItemRow>> ItemsAsync(Session s, IReadOnlyCollection<string> plans) =>
        (plans.Count == 0 ? [] : await s.QueryAsync<PlanItemRow>(SelectItems, new { plans })).ToLookup(item => item.PlanId);

    /// <summary>The plan's lines are these from now on.</summary>
    public static async Task ReplaceItemsAsync(Tx tx, string plan, IEnumerable<PlanItemRow> items)
    {
        await tx.ExecuteAsync(DeleteItems, new { plan });
        foreach (var item in items)
            await tx.ExecuteAsync(InsertItem, item);
    }

    /// <summary>The course of a line of an organisation's approved plan; null when there is no such line.</summary>
    public static Task<string?> CourseOfItemAsync(Session s, string id, string organisation) => s.FirstOrDefaultAsync<string>(SelectItem, new { id, organisation });

    public static Task<List<PlanActualRow>> ActualsAsync(Session s, string plan) => s.QueryAsync<PlanActualRow>(SelectActuals, new { plan });

    /// <summary>Sessions that an organisation held within a span and that stand in no plan.</summary>
    public static Task<long> UnplannedAsync(Session s, string organisation, long from, long until) => s.ScalarAsync<long>(CountUnplanned, new { organisation, from, until });
}
