using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Territories;

public sealed class TerritoryRow
{
    public string Id { get; set; } = "";
    public string CityCode { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string AgreementId { get; set; } = "";

    /// <summary>"reserved", "active" or "released".</summary>
    public string State { get; set; } = "";
    public long ReserveUntilUs { get; set; }

    /// <summary>Which of the city's places it is: 1, and more where the policy allows more agents.</summary>
    public int Slot { get; set; } = 1;

    /// <summary>Since when it is, or was, held; null while it is only reserved.</summary>
    public long? HeldFromUs { get; set; }
    public long? HeldToUs { get; set; }
    public string EndReason { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

public sealed class TerritoryConflictRow
{
    public string Id { get; set; } = "";
    public string CityCode { get; set; } = "";
    public string HolderId { get; set; } = "";
    public string ClaimantId { get; set; } = "";
    public string AgreementId { get; set; } = "";
    public bool IsOpen { get; set; }
    public string Ruling { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }
}

/// <summary>Who holds which city, and the conflicts about it. A unique index allows one live row for each place of a city.</summary>
public static class TerritoryStore
{
    private const string Columns = """
        id AS Id, city_code AS CityCode, partner_id AS PartnerId, agreement_id AS AgreementId, state AS State, reserve_until_us AS ReserveUntilUs,
        slot AS Slot, held_from_us AS HeldFromUs, held_to_us AS HeldToUs, end_reason AS EndReason, organisation_id AS OrganisationId, scope_path AS ScopePath, assignee_id AS AssigneeId, version AS Version, created_us AS CreatedUs,
        updated_us AS UpdatedUs
        """;
    private const string SelectLive = $"SELECT {Columns} FROM territories WHERE city_code = @cityCode AND live = 1 ORDER BY slot";
    private const string SelectLiveOfPartner = $"SELECT {Columns} FROM territories WHERE partner_id = @partnerId AND live = 1";
    private const string SelectExpired = $"SELECT {Columns} FROM territories WHERE state = 'reserved' AND reserve_until_us <= @now ORDER BY reserve_until_us LIMIT @n";
    private const string SelectPage = $"""
        SELECT {Columns} FROM territories
        WHERE id > @after AND (@cityCode = '' OR city_code = @cityCode) AND (@state = '' OR state = @state) AND (@partnerId = '' OR partner_id = @partnerId)
          AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;
    private const string TakeIfFree = """
        INSERT INTO territories (id, city_code, partner_id, agreement_id, state, live, reserve_until_us, slot, held_from_us, end_reason, organisation_id, scope_path, assignee_id,
            version, created_us, updated_us)
        SELECT @Id, @CityCode, @PartnerId, @AgreementId, @State, 1, @ReserveUntilUs, @Slot, @HeldFromUs, @EndReason, @OrganisationId, @ScopePath, @AssigneeId, @Version, @CreatedUs, @UpdatedUs
        WHERE NOT EXISTS (SELECT 1 FROM territories WHERE city_code = @CityCode AND slot = @Slot AND live = 1)
        """;
    private const string Update = """
        UPDATE territories
        SET agreement_id = @AgreementId, state = @State, live = CASE WHEN @State = 'released' THEN 0 ELSE 1 END, reserve_until_us = @ReserveUntilUs,
            held_from_us = @HeldFromUs, held_to_us = @HeldToUs, end_reason = @EndReason, version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string FollowPartner = """
        UPDATE territories SET organisation_id = @OrganisationId, scope_path = @ScopePath, assignee_id = @AssigneeId WHERE partner_id = @Id
        """;
    private const string ConflictFollowsPartner = "UPDATE territory_conflicts SET scope_path = @ScopePath, assignee_id = @AssigneeId WHERE claimant_id = @Id";

    private const string SelectOne = $"SELECT {Columns} FROM territories WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectLiveOfProvince = $"SELECT {Columns} FROM territories WHERE live = 1 AND city_code >= @low AND city_code < @high ORDER BY city_code, slot";

    private const string ConflictColumns = """
        id AS Id, city_code AS CityCode, holder_id AS HolderId, claimant_id AS ClaimantId, agreement_id AS AgreementId, is_open AS IsOpen, ruling AS Ruling,
        scope_path AS ScopePath, assignee_id AS AssigneeId, version AS Version, created_us AS CreatedUs
        """;
    private const string SelectOpenConflict = $"""
        SELECT {ConflictColumns} FROM territory_conflicts WHERE city_code = @cityCode AND agreement_id = @agreementId AND is_open = 1
        """;
    private const string SelectConflicts = $"SELECT {ConflictColumns} FROM territory_conflicts WHERE id > @after AND (@openOnly = 0 OR is_open = 1) AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string SelectConflict = $"SELECT {ConflictColumns} FROM territory_conflicts WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectOpenOf = $"SELECT {ConflictColumns} FROM territory_conflicts WHERE city_code = @cityCode AND claimant_id = @claimantId AND is_open = 1";
    private const string CloseConflict = "UPDATE territory_conflicts SET is_open = 0, ruling = @Ruling, version = version + 1 WHERE id = @Id AND version = @Version";
    private const string InsertConflict = """
        INSERT INTO territory_conflicts (id, city_code, holder_id, claimant_id, agreement_id, is_open, scope_path, assignee_id, version, created_us)
        VALUES (@Id, @CityCode, @HolderId, @ClaimantId, @AgreementId, @IsOpen, @ScopePath, @AssigneeId, @Version, @CreatedUs)
        """;

    /// <summary>The rows that hold the city now, reserved or active.</summary>
    public static Task<List<TerritoryRow>> LiveAsync(Session s, string cityCode) => s.QueryAsync<TerritoryRow>(SelectLive, new { cityCode });

    /// <summary>The same for all cities of a province.</summary>
    public static Task<List<TerritoryRow>> LiveOfProvinceAsync(Session s, string provinceCode) =>
        s.QueryAsync<TerritoryRow>(SelectLiveOfProvince, new { low = provinceCode, high = provinceCode + ":" });

    public static Task<TerritoryRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<TerritoryRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<TerritoryRow>> LiveOfPartnerAsync(Session s, string partnerId) => s.QueryAsync<TerritoryRow>(SelectLiveOfPartner, new { partnerId });

    public static Task<List<TerritoryRow>> ExpiredAsync(Session s, long nowMicros, int n) => s.QueryAsync<TerritoryRow>(SelectExpired, new { now = nowMicros, n });

    public static Task<List<TerritoryRow>> ListAsync(Session s, Scope scope, Page page, string cityCode, string state = "", string partnerId = "") =>
        s.QueryAsync<TerritoryRow>(SelectPage, new { after = page.After, cityCode, state, partnerId, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    /// <summary>Takes the city in one statement; false when somebody holds it.</summary>
    public static async Task<bool> TryTakeAsync(Tx tx, TerritoryRow row) => await tx.ExecuteAsync(TakeIfFree, row) == 1;

    public static async Task UpdateAsync(Tx tx, TerritoryRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"territories/{row.Id}");
        row.Version++;
    }

    /// <summary>Who looks after the agent looks after its cities, those it had and those it claims.</summary>
    public static async Task FollowPartnerAsync(Tx tx, PartnerRow partner)
    {
        await tx.ExecuteAsync(FollowPartner, new { partner.Id, partner.OrganisationId, partner.ScopePath, partner.AssigneeId });
        await tx.ExecuteAsync(ConflictFollowsPartner, new { partner.Id, partner.ScopePath, partner.AssigneeId });
    }

    public static Task<TerritoryConflictRow?> OpenConflictAsync(Session s, string cityCode, string agreementId) =>
        s.FirstOrDefaultAsync<TerritoryConflictRow>(SelectOpenConflict, new { cityCode, agreementId });

    public static Task<List<TerritoryConflictRow>> ListConflictsAsync(Session s, Scope scope, Page page, bool openOnly = false) =>
        s.QueryAsync<TerritoryConflictRow>(SelectConflicts, new { after = page.After, openOnly, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    public static Task<TerritoryConflictRow?> ConflictAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<TerritoryConflictRow>(SelectConflict, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>What the agent claims of the city and was refused.</summary>
    public static Task<List<TerritoryConflictRow>> OpenOfAsync(Session s, string cityCode, string claimantId) =>
        s.QueryAsync<TerritoryConflictRow>(SelectOpenOf, new { cityCode, claimantId });

    public static async Task CloseConflictAsync(Tx tx, TerritoryConflictRow row, string ruling)
    {
        (row.IsOpen, row.Ruling) = (false, ruling);
        await tx.UpdateAsync(CloseConflict, row, $"territoryConflicts/{row.Id}");
        row.Version++;
    }

    public static Task InsertConflictAsync(Tx tx, TerritoryConflictRow row) => tx.ExecuteAsync(InsertConflict, row);
}
