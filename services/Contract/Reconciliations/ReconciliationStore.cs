using Qudao.Contract.Partners;
using Qudao.Platform;

namespace Qudao.Contract.Reconciliations;

/// <summary>What a partner owed at a cut-off day, and what moved in the half-year.</summary>
public sealed class BalanceRow
{
    public string PartnerId { get; set; } = "";
    public long OurFen { get; set; }
    public long DueFen { get; set; }
    public long ReceivedFen { get; set; }
    public long InvoicedFen { get; set; }
}

/// <summary>Which statements; empty means any.</summary>
public sealed record StatementFilter(string ReconciliationId, string PartnerId, string State);

/// <summary>Reconciliations and their statements in the database.</summary>
public static class ReconciliationStore
{
    private const string RunColumns = """
        id AS Id, version AS Version, organisation_id AS OrganisationId, organisation_name AS OrganisationName, scope_path AS ScopePath, assignee_id AS AssigneeId,
        cutoff_date AS CutoffDate, period AS Period, creator_id AS CreatorId, creator_name AS CreatorName, created_us AS CreatedUs, done_us AS DoneUs,
        (SELECT COUNT(*) FROM reconciliation_statements s WHERE s.reconciliation_id = reconciliations.id AND s.state = 'open') AS OpenCount,
        (SELECT COUNT(*) FROM reconciliation_statements s WHERE s.reconciliation_id = reconciliations.id AND s.state = 'sent') AS SentCount,
        (SELECT COUNT(*) FROM reconciliation_statements s WHERE s.reconciliation_id = reconciliations.id AND s.state = 'answered') AS AnsweredCount,
        (SELECT COUNT(*) FROM reconciliation_statements s WHERE s.reconciliation_id = reconciliations.id AND s.state = 'agreed') AS AgreedCount,
        (SELECT COUNT(*) FROM reconciliation_statements s WHERE s.reconciliation_id = reconciliations.id AND s.state = 'differing') AS DifferingCount,
        (SELECT COUNT(*) FROM reconciliation_statements s WHERE s.reconciliation_id = reconciliations.id AND s.state = 'settled') AS SettledCount,
        (SELECT COALESCE(SUM(s.our_fen), 0) FROM reconciliation_statements s WHERE s.reconciliation_id = reconciliations.id) AS OurFen,
        (SELECT COALESCE(SUM(s.difference_fen), 0) FROM reconciliation_statements s WHERE s.reconciliation_id = reconciliations.id) AS DifferenceFen
        """;
    private const string SelectRun = $"SELECT {RunColumns} FROM reconciliations WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectRuns = $"""
        SELECT {RunColumns} FROM reconciliations
        WHERE id > @after AND (@organisationId = '' OR organisation_id = @organisationId) AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;
    private const string InsertRun = """
        INSERT INTO reconciliations (id, version, organisation_id, organisation_name, scope_path, assignee_id, cutoff_date, period, creator_id, creator_name, created_us, done_us)
        VALUES (@Id, @Version, @OrganisationId, @OrganisationName, @ScopePath, @AssigneeId, @CutoffDate, @Period, @CreatorId, @CreatorName, @CreatedUs, @DoneUs)
        """;
    private const string Touch = "UPDATE reconciliations SET version = version + 1 WHERE id = @id";
    private const string Finish = "UPDATE reconciliations SET version = version + 1, done_us = @now WHERE id = @id AND done_us IS NULL";

    private const string SelectBalances = """
        SELECT e.partner_id AS PartnerId, SUM(e.amount_fen) AS OurFen,
            SUM(CASE WHEN e.entry_date >= @from AND e.kind IN ('due', 'change') THEN e.amount_fen ELSE 0 END) AS DueFen,
            SUM(CASE WHEN e.entry_date >= @from AND e.kind IN ('receipt', 'receipt-reversal') THEN -e.amount_fen ELSE 0 END) AS ReceivedFen,
            SUM(CASE WHEN e.entry_date >= @from THEN e.invoiced_fen ELSE 0 END) AS InvoicedFen
        FROM account_entries e INNER JOIN partners p ON p.id = e.partner_id
        WHERE e.entry_date <= @cutoff AND p.scope_path >= @ScopeLow AND p.scope_path < @ScopeHigh
          AND NOT EXISTS (SELECT 1 FROM reconciliation_statements s WHERE s.period = @period AND s.account_id = e.partner_id)
        GROUP BY e.partner_id HAVING SUM(e.amount_fen) <> 0 OR MAX(e.entry_date) >= @from
        ORDER BY e.partner_id
        """;

    private const string Columns = """
        s.id AS Id, s.version AS Version, s.reconciliation_id AS ReconciliationId, s.account_id AS AccountId, s.partner_id AS PartnerId, s.period AS Period,
        s.cutoff_date AS CutoffDate, s.state AS State, s.our_fen AS OurFen, s.due_fen AS DueFen, s.received_fen AS ReceivedFen, s.invoiced_fen AS InvoicedFen,
        s.their_fen AS TheirFen, s.their_note AS TheirNote, s.answered_by AS AnsweredBy, s.difference_fen AS DifferenceFen, s.items_json AS ItemsJson,
        s.explained_by AS ExplainedBy, s.adjustment_fen AS AdjustmentFen, s.finance_approver AS FinanceApprover, s.finance_approver_name AS FinanceApproverName,
        s.manager_approver AS ManagerApprover, s.manager_approver_name AS ManagerApproverName, s.timeline_json AS TimelineJson, s.created_us AS CreatedUs,
        s.updated_us AS UpdatedUs, p.name AS PartnerName, p.organisation_id AS OrganisationId, p.scope_path AS ScopePath, p.assignee_id AS AssigneeId
        """;

    // People outside see what was sent to them.
    private const string Seen = $"(@Own = '' OR s.state <> 'open') AND {PartnerSight.SqlFilter}";
    private const string Select = $"SELECT {Columns} FROM reconciliation_statements s INNER JOIN partners p ON p.id = s.partner_id WHERE s.id = @id AND {Seen}";
    private const string SelectPage = $"""
        SELECT {Columns} FROM reconciliation_statements s INNER JOIN partners p ON p.id = s.partner_id
        WHERE s.id > @after AND (@reconciliationId = '' OR s.reconciliation_id = @reconciliationId) AND (@partnerId = '' OR s.partner_id = @partnerId)
          AND (@state = '' OR s.state = @state) AND {Seen}
        ORDER BY s.id LIMIT @n
        """;
    private const string SelectOpen = "SELECT id FROM reconciliation_statements WHERE reconciliation_id = @id AND state = 'open' ORDER BY id";
    private const string CountUndone = "SELECT COUNT(*) FROM reconciliation_statements WHERE reconciliation_id = @id AND state NOT IN ('agreed', 'settled')";
    private const string Insert = """
        INSERT INTO reconciliation_statements (id, version, reconciliation_id, account_id, partner_id, period, cutoff_date, state, our_fen, due_fen, received_fen,
            invoiced_fen, their_fen, their_note, answered_by, difference_fen, items_json, explained_by, adjustment_fen, finance_approver, finance_approver_name,
            manager_approver, manager_approver_name, timeline_json, created_us, updated_us)
        VALUES (@Id, @Version, @ReconciliationId, @AccountId, @PartnerId, @Period, @CutoffDate, @State, @OurFen, @DueFen, @ReceivedFen,
            @InvoicedFen, @TheirFen, @TheirNote, @AnsweredBy, @DifferenceFen, @ItemsJson, @ExplainedBy, @AdjustmentFen, @FinanceApprover, @FinanceApproverName,
            @ManagerApprover, @ManagerApproverName, @TimelineJson, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE reconciliation_statements SET version = version + 1, state = @State, their_fen = @TheirFen, their_note = @TheirNote, answered_by = @AnsweredBy,
            difference_fen = @DifferenceFen, items_json = @ItemsJson, explained_by = @ExplainedBy, adjustment_fen = @AdjustmentFen,
            finance_approver = @FinanceApprover, finance_approver_name = @FinanceApproverName, manager_approver = @ManagerApprover,
            manager_approver_name = @ManagerApproverName, timeline_json = @TimelineJson, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;

    /// <summary>Null when there is none within the scope.</summary>
    public static Task<ReconciliationRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<ReconciliationRow>(SelectRun, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<ReconciliationRow>> ListAsync(Session session, string organisationId, Scope scope, Page page) =>
        session.QueryAsync<ReconciliationRow>(SelectRuns, new { organisationId, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, after = page.After, n = page.Fetch });

    public static Task InsertAsync(Tx tx, ReconciliationRow row) => tx.ExecuteAsync(InsertRun, row);

    /// <summary>
    /// Ends a reconciliation whose statements are all agreed or settled; false while one is not, or when it has ended. Who
    /// touches the row first counts first: of two last statements at once the second sees the first.
    /// </summary>
    public static async Task<bool> FinishAsync(Tx tx, string id)
    {
        await tx.ExecuteAsync(Touch, new { id });
        return await tx.ScalarAsync<long>(CountUndone, new { id }) == 0 && await tx.ExecuteAsync(Finish, new { id, now = tx.NowMicros }) > 0;
    }

    /// <summary>The partners below a place that owed something at the cut-off day, or had a movement in its half-year, and have no statement of it.</summary>
    public static Task<List<BalanceRow>> BalancesAsync(Session session, Scope below, DateOnly cutoff) => session.QueryAsync<BalanceRow>(SelectBalances, new
    {
        from = ReconciliationRules.StartOfPeriod(cutoff),
        cutoff,
        period = ReconciliationRules.Period(cutoff),
        below.ScopeLow,
        below.ScopeHigh,
    });

    /// <summary>Null when there is none that the caller may see.</summary>
    public static Task<StatementRow?> GetStatementAsync(Session session, string id, PartnerSight sight) =>
        session.FirstOrDefaultAsync<StatementRow>(Select, new { id, sight.Own, sight.ScopeLow, sight.ScopeHigh, sight.Assignee });

    public static Task<List<StatementRow>> ListStatementsAsync(Session session, StatementFilter filter, PartnerSight sight, Page page) =>
        session.QueryAsync<StatementRow>(SelectPage, new
        {
            after = page.After,
            reconciliationId = filter.ReconciliationId,
            partnerId = filter.PartnerId,
            state = filter.State,
            sight.Own,
            sight.ScopeLow,
            sight.ScopeHigh,
            sight.Assignee,
            n = page.Fetch,
        });

    /// <summary>Statements that are not sent yet.</summary>
    public static Task<List<string>> OpenAsync(Session session, string id) => session.QueryAsync<string>(SelectOpen, new { id });

    public static Task InsertStatementAsync(Tx tx, StatementRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes a changed statement; its version moves on. ABORTED when somebody was faster.</summary>
    public static async Task UpdateStatementAsync(Tx tx, StatementRow row)
    {
        await tx.UpdateAsync(Update, row, $"reconciliationStatements/{row.Id}");
        row.Version++;
    }
}
