using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

public sealed class DiversionRow
{
    public string Id { get; set; } = "";

    /// <summary>"claimed" … "withdrawn".</summary>
    public string State { get; set; } = "";

    /// <summary>The very person who claimed.</summary>
    public string Filer { get; set; } = "";
    public string AccusedText { get; set; } = "";
    public string CityCode { get; set; } = "";
    public DateOnly FoundDate { get; set; }
    public string Description { get; set; } = "";

    /// <summary>An investigation began: from then on the accused sees the case.</summary>
    public bool Opened { get; set; }
    public string InvestigatorId { get; set; } = "";
    public string InvestigatorName { get; set; } = "";
    public string Findings { get; set; } = "";
    public long? StatementDueUs { get; set; }
    public string Statement { get; set; } = "";
    public string StatementAuthor { get; set; } = "";
    public long? StatementUs { get; set; }
    public bool StatementExpired { get; set; }

    /// <summary>The DiversionRuling as it was first made.</summary>
    public byte[]? Ruling { get; set; }
    public string Ruler { get; set; } = "";
    public long? AppealDueUs { get; set; }

    /// <summary>The DiversionAppeal.</summary>
    public byte[]? Appeal { get; set; }

    /// <summary>The DiversionDecision.</summary>
    public byte[]? Decision { get; set; }

    /// <summary>What the final ruling is: "fine" …; "revoked"; empty before it is final.</summary>
    public string FinalKind { get; set; } = "";
    public long? FinalUs { get; set; }
    public long? ExecutedUs { get; set; }

    /// <summary>When an executed suspension ends; null once that was told, and for what is none.</summary>
    public long? SuspendedUntilUs { get; set; }
    public string WithdrawReason { get; set; } = "";
    public string ReopenReason { get; set; } = "";
    public int Round { get; set; } = 1;
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>A side of a case, and where in the tree it stands.</summary>
public sealed class DiversionPartyRow
{
    public string CaseId { get; set; } = "";

    /// <summary>"claimant" or "accused".</summary>
    public string Side { get; set; } = "";
    public string? PartnerId { get; set; }
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
}

public sealed class DiversionGoodsRow
{
    public string CaseId { get; set; } = "";
    public int Line { get; set; }
    public string Product { get; set; } = "";
    public string Batch { get; set; } = "";

    /// <summary>One to a line.</summary>
    public string Serials { get; set; } = "";
    public long Quantity { get; set; }
}

/// <summary>What cases are listed by; empty: whatever.</summary>
public sealed record DiversionFilter(string State, string AccusedId, string ClaimantId, string CityCode);

/// <summary>How many cases have something in common.</summary>
public sealed class DiversionCountRow
{
    public string Value { get; set; } = "";
    public string Name { get; set; } = "";
    public long Number { get; set; }
}

/// <summary>The diversion cases. A case is seen by who sees a side of it; people outside see those of their own partner.</summary>
public static class DiversionStore
{
    public const string Claimant = "claimant";
    public const string Accused = "accused";

    private const string Columns = """
        d.id AS Id, d.state AS State, d.filer AS Filer, d.accused_text AS AccusedText, d.city_code AS CityCode, d.found_date AS FoundDate,
        d.description AS Description, d.opened AS Opened, d.investigator_id AS InvestigatorId, d.investigator_name AS InvestigatorName, d.findings AS Findings,
        d.statement_due_us AS StatementDueUs, d.statement AS Statement, d.statement_author AS StatementAuthor, d.statement_us AS StatementUs,
        d.statement_expired AS StatementExpired, d.ruling AS Ruling, d.ruler AS Ruler, d.appeal_due_us AS AppealDueUs, d.appeal AS Appeal, d.decision AS Decision,
        d.final_kind AS FinalKind, d.final_us AS FinalUs, d.executed_us AS ExecutedUs, d.suspended_until_us AS SuspendedUntilUs,
        d.withdraw_reason AS WithdrawReason, d.reopen_reason AS ReopenReason, d.round AS Round, d.version AS Version, d.created_us AS CreatedUs,
        d.updated_us AS UpdatedUs
        """;

    // The accused sees a case once an investigation began; who claimed or investigates sees it wherever its sides go.
    private const string Visible = $"""
        ((@staffId <> '' AND (d.filer = @staffId OR d.investigator_id = @staffId))
            OR EXISTS (SELECT 1 FROM diversion_parties WHERE case_id = d.id AND {Scope.SqlFilter}
                AND (@partnerId = '' OR (partner_id = @partnerId AND (side = 'claimant' OR d.opened = 1)))))
        """;
    private const string SelectOne = $"SELECT {Columns} FROM diversions d WHERE d.id = @id AND {Visible}";
    private const string SelectAny = $"SELECT {Columns} FROM diversions d WHERE d.id = @id";
    private const string SelectPage = $"""
        SELECT {Columns} FROM diversions d
        WHERE (@after = '' OR d.id < @after) AND (@State = '' OR d.state = @State) AND (@CityCode = '' OR d.city_code = @CityCode)
          AND (@AccusedId = '' OR EXISTS (SELECT 1 FROM diversion_parties a WHERE a.case_id = d.id AND a.side = 'accused' AND a.partner_id = @AccusedId))
          AND (@ClaimantId = '' OR EXISTS (SELECT 1 FROM diversion_parties c WHERE c.case_id = d.id AND c.side = 'claimant' AND c.partner_id = @ClaimantId))
          AND {Visible}
        ORDER BY d.id DESC LIMIT @n
        """;
    private const string SelectAppealOver = "SELECT id FROM diversions WHERE state = 'ruled' AND appeal_due_us <= @now ORDER BY appeal_due_us LIMIT @n";
    private const string SelectStatementOver = """
        SELECT id FROM diversions WHERE state = 'investigating' AND statement_due_us <= @now AND statement_us IS NULL AND statement_expired = 0
        ORDER BY statement_due_us LIMIT @n
        """;
    private const string SelectSuspensionOver = "SELECT id FROM diversions WHERE suspended_until_us <= @now ORDER BY suspended_until_us LIMIT @n";
    private const string Insert = """
        INSERT INTO diversions (id, state, filer, accused_text, city_code, found_date, description, opened, investigator_id, investigator_name, findings, statement_due_us,
            statement, statement_author, statement_us, statement_expired, ruling, ruler, appeal_due_us, appeal, decision, final_kind, final_us, executed_us,
            suspended_until_us, withdraw_reason, reopen_reason, round, version, created_us, updated_us)
        VALUES (@Id, @State, @Filer, @AccusedText, @CityCode, @FoundDate, @Description, @Opened, @InvestigatorId, @InvestigatorName, @Findings, @StatementDueUs,
            @Statement, @StatementAuthor, @StatementUs, @StatementExpired, @Ruling, @Ruler, @AppealDueUs, @Appeal, @Decision, @FinalKind, @FinalUs, @ExecutedUs,
            @SuspendedUntilUs, @WithdrawReason, @ReopenReason, @Round, @Version, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE diversions
        SET state = @State, opened = @Opened, investigator_id = @InvestigatorId, investigator_name = @InvestigatorName, findings = @Findings,
            statement_due_us = @StatementDueUs, statement = @Statement, statement_author = @StatementAuthor, statement_us = @StatementUs,
            statement_expired = @StatementExpired, ruling = @Ruling, ruler = @Ruler, appeal_due_us = @AppealDueUs, appeal = @Appeal, decision = @Decision,
            final_kind = @FinalKind, final_us = @FinalUs, executed_us = @ExecutedUs, suspended_until_us = @SuspendedUntilUs, withdraw_reason = @WithdrawReason,
            reopen_reason = @ReopenReason, round = @Round, version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;

    private const string SelectParties = """
        SELECT case_id AS CaseId, side AS Side, partner_id AS PartnerId, name AS Name, organisation_id AS OrganisationId, scope_path AS ScopePath,
               assignee_id AS AssigneeId
        FROM diversion_parties WHERE case_id IN @ids ORDER BY case_id, side
        """;
    private const string InsertParty = """
        INSERT INTO diversion_parties (case_id, side, partner_id, name, organisation_id, scope_path, assignee_id)
        VALUES (@CaseId, @Side, @PartnerId, @Name, @OrganisationId, @ScopePath, @AssigneeId)
        """;
    private const string DeleteAccused = "DELETE FROM diversion_parties WHERE case_id = @caseId AND side = 'accused'";
    private const string FollowPartner = """
        UPDATE diversion_parties SET organisation_id = @OrganisationId, scope_path = @ScopePath, assignee_id = @AssigneeId WHERE partner_id = @Id
        """;

    private const string SelectGoods = """
        SELECT case_id AS CaseId, line AS Line, product AS Product, batch AS Batch, serials AS Serials, quantity AS Quantity
        FROM diversion_goods WHERE case_id IN @ids ORDER BY case_id, line
        """;
    private const string InsertGoods = "INSERT INTO diversion_goods (case_id, line, product, batch, serials, quantity) VALUES (@CaseId, @Line, @Product, @Batch, @Serials, @Quantity)";

    private const string Counted = $"d.created_us >= @fromUs AND d.created_us < @toUs AND {Visible}";
    private const string CountStates = $"SELECT d.state AS Value, d.state AS Name, COUNT(*) AS Number FROM diversions d WHERE {Counted} GROUP BY d.state ORDER BY d.state";
    private const string CountCities = $"SELECT d.city_code AS Value, d.city_code AS Name, COUNT(*) AS Number FROM diversions d WHERE {Counted} GROUP BY d.city_code ORDER BY d.city_code";
    private const string CountProducts = $"""
        SELECT g.product AS Value, g.product AS Name, COUNT(DISTINCT d.id) AS Number FROM diversions d INNER JOIN diversion_goods g ON g.case_id = d.id
        WHERE {Counted} GROUP BY g.product ORDER BY g.product
        """;
    private const string CountPartners = $"""
        SELECT a.partner_id AS Value, MAX(a.name) AS Name, COUNT(*) AS Number
        FROM diversions d INNER JOIN diversion_parties a ON a.case_id = d.id AND a.side = 'accused'
        WHERE {Counted} GROUP BY a.partner_id ORDER BY a.partner_id
        """;
    private const string CountOffenders = $"""
        SELECT a.partner_id AS Value, MAX(a.name) AS Name, COUNT(*) AS Number
        FROM diversions d INNER JOIN diversion_parties a ON a.case_id = d.id AND a.side = 'accused'
        WHERE d.final_kind IN ('warning', 'fine', 'suspension', 'termination') AND {Counted} GROUP BY a.partner_id HAVING COUNT(*) > 1 ORDER BY a.partner_id
        """;

    public static Task<DiversionRow?> GetAsync(Session s, string id, Caller caller) => s.FirstOrDefaultAsync<DiversionRow>(SelectOne, new
    {
        id,
        partnerId = caller.PartnerId ?? "",
        staffId = StaffOf(caller),
        caller.Scope.ScopeLow,
        caller.Scope.ScopeHigh,
        caller.Scope.Assignee,
    });

    /// <summary>Whoever asks: for the sweeps, and for who investigates.</summary>
    public static Task<DiversionRow?> FindAsync(Session s, string id) => s.FirstOrDefaultAsync<DiversionRow>(SelectAny, new { id });

    /// <summary>Newest first.</summary>
    public static Task<List<DiversionRow>> ListAsync(Session s, Caller caller, Page page, DiversionFilter filter) => s.QueryAsync<DiversionRow>(SelectPage, new
    {
        after = page.After,
        filter.State,
        filter.CityCode,
        filter.AccusedId,
        filter.ClaimantId,
        partnerId = caller.PartnerId ?? "",
        staffId = StaffOf(caller),
        caller.Scope.ScopeLow,
        caller.Scope.ScopeHigh,
        caller.Scope.Assignee,
        n = page.Fetch,
    });

    /// <summary>Cases whose appeal window is over.</summary>
    public static Task<List<string>> AppealOverAsync(Session s, long now, int n) => s.QueryAsync<string>(SelectAppealOver, new { now, n });

    /// <summary>Cases whose statement was invited and did not come in time.</summary>
    public static Task<List<string>> StatementOverAsync(Session s, long now, int n) => s.QueryAsync<string>(SelectStatementOver, new { now, n });

    /// <summary>Cases whose suspension has ended, which was not told yet.</summary>
    public static Task<List<string>> SuspensionOverAsync(Session s, long now, int n) => s.QueryAsync<string>(SelectSuspensionOver, new { now, n });

    public static Task InsertAsync(Tx tx, DiversionRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, DiversionRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"diversions/{row.Id}");
        row.Version++;
    }

    public static async Task<ILookup<string, DiversionPartyRow>> PartiesAsync(Session s, IReadOnlyList<string> ids) =>
        (ids.Count == 0 ? [] : await s.QueryAsync<DiversionPartyRow>(SelectParties, new { ids })).ToLookup(row => row.CaseId);

    public static Task InsertPartyAsync(Tx tx, DiversionPartyRow row) => tx.ExecuteAsync(InsertParty, row);

    /// <summary>Another partner is accused.</summary>
    public static async Task ReplaceAccusedAsync(Tx tx, DiversionPartyRow row)
    {
        await tx.ExecuteAsync(DeleteAccused, new { caseId = row.CaseId });
        await InsertPartyAsync(tx, row);
    }

    /// <summary>Who looks after the partner looks after its cases.</summary>
    public static Task FollowPartnerAsync(Tx tx, PartnerRow partner) =>
        tx.ExecuteAsync(FollowPartner, new { partner.Id, partner.OrganisationId, partner.ScopePath, partner.AssigneeId });

    public static async Task<ILookup<string, DiversionGoodsRow>> GoodsAsync(Session s, IReadOnlyList<string> ids) =>
        (ids.Count == 0 ? [] : await s.QueryAsync<DiversionGoodsRow>(SelectGoods, new { ids })).ToLookup(row => row.CaseId);

    public static Task InsertGoodsAsync(Tx tx, DiversionGoodsRow row) => tx.ExecuteAsync(InsertGoods, row);

    public static Task<List<DiversionCountRow>> CountStatesAsync(Session s, Caller caller, long fromUs, long toUs) => s.QueryAsync<DiversionCountRow>(CountStates, Values(caller, fromUs, toUs));

    public static Task<List<DiversionCountRow>> CountCitiesAsync(Session s, Caller caller, long fromUs, long toUs) => s.QueryAsync<DiversionCountRow>(CountCities, Values(caller, fromUs, toUs));

    public static Task<List<DiversionCountRow>> CountProductsAsync(Session s, Caller caller, long fromUs, long toUs) => s.QueryAsync<DiversionCountRow>(CountProducts, Values(caller, fromUs, toUs));

    public static Task<List<DiversionCountRow>> CountPartnersAsync(Session s, Caller caller, long fromUs, long toUs) => s.QueryAsync<DiversionCountRow>(CountPartners, Values(caller, fromUs, toUs));

    /// <summary>Accused partners with more than one final ruling against them.</summary>
    public static Task<List<DiversionCountRow>> CountOffendersAsync(Session s, Caller caller, long fromUs, long toUs) => s.QueryAsync<DiversionCountRow>(CountOffenders, Values(caller, fromUs, toUs));

    private static object Values(Caller caller, long fromUs, long toUs) =>
        new { fromUs, toUs, partnerId = caller.PartnerId ?? "", staffId = StaffOf(caller), caller.Scope.ScopeLow, caller.Scope.ScopeHigh, caller.Scope.Assignee };

    // People of partners have their partner's cases, and no more.
    private static string StaffOf(Caller caller) => caller.PartnerId is null ? caller.StaffId ?? "" : "";
}
