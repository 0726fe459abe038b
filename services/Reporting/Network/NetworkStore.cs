using Qudao.Platform;

namespace Qudao.Reporting.Network;

/// <summary>An organisation 组织 as Dealer told of it.</summary>
public sealed class OrganisationRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Kind { get; set; } = "";
    public string? ParentId { get; set; }
    public string? ProvinceCode { get; set; }
    public string ScopePath { get; set; } = "";

    /// <summary>It was closed 撤销 and owes nothing from that day on.</summary>
    public bool Closed { get; set; }
    public long Version { get; set; }

    /// <summary>The day it was created: of the oldest event heard of it.</summary>
    public DateOnly CreatedDate { get; set; }

    /// <summary>The first day whose obligations are not made yet (see ObligationEngine).</summary>
    public DateOnly MaterialiseFrom { get; set; }
}

/// <summary>A member of staff 员工 as Dealer told of him.</summary>
public sealed class StaffRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";

    /// <summary>Roles, separated by commas.</summary>
    public string Roles { get; set; } = "";

    public bool Active { get; set; }
    public string? PartnerId { get; set; }
    public string Email { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public long Version { get; set; }
    public DateOnly CreatedDate { get; set; }
    public DateOnly MaterialiseFrom { get; set; }
}

/// <summary>A partner 机构 as Dealer told of it.</summary>
public sealed class PartnerRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Stage { get; set; } = "";
    public string ProvinceCode { get; set; } = "";
    public string CityCode { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? ParentPartnerId { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long Version { get; set; }
}

/// <summary>A stage a partner came to.</summary>
public sealed class StageRow
{
    public string PartnerId { get; set; } = "";
    public long Version { get; set; }
    public string Stage { get; set; } = "";
    public long AtUs { get; set; }
}

/// <summary>A city held, or claimed, by an agent.</summary>
public sealed class TerritoryRow
{
    public string Id { get; set; } = "";
    public string CityCode { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string State { get; set; } = "";
    public long Version { get; set; }
}

/// <summary>A refused second claim on a city.</summary>
public sealed class ConflictRow
{
    public string Id { get; set; } = "";
    public string CityCode { get; set; } = "";
    public string HolderId { get; set; } = "";
    public string ClaimantId { get; set; } = "";
    public long OpenedUs { get; set; }
}

/// <summary>
/// The network as Dealer told of it. Events come more than once and in any order: each row keeps the version it was told
/// with, and older news changes nothing.
/// </summary>
public static class NetworkStore
{
    /// <summary>The partners a Sight covers, to join figures with; its columns are those below.</summary>
    public const string VisiblePartners = $"""
        (SELECT id, name, kind, stage, city_code, organisation_id, parent_partner_id, assignee_id FROM partners
         WHERE {Scope.SqlFilter} AND scope_path >= @BelowLow AND scope_path < @BelowHigh)
        """;

    /// <summary>For rows of organisations, which are nobody's own: the place in the tree alone decides.</summary>
    public const string PathFilter = "scope_path >= @ScopeLow AND scope_path < @ScopeHigh";

    private const string UpdateOrganisation = """
        UPDATE organisations SET name = @Name, kind = @Kind, parent_id = @ParentId, province_code = @ProvinceCode, scope_path = @ScopePath,
               closed = @Closed, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string InsertOrganisation = """
        INSERT INTO organisations (id, name, kind, parent_id, province_code, scope_path, closed, version, created_date, materialise_from)
        SELECT @Id, @Name, @Kind, @ParentId, @ProvinceCode, @ScopePath, @Closed, @Version, @CreatedDate, @MaterialiseFrom
        WHERE NOT EXISTS (SELECT 1 FROM organisations WHERE id = @Id)
        """;
    private const string DateOrganisation = """
        UPDATE organisations SET created_date = CASE WHEN @day < created_date THEN @day ELSE created_date END,
               materialise_from = CASE WHEN @day < materialise_from THEN @day ELSE materialise_from END
        WHERE id = @id
        """;
    private const string TouchOrganisation = "UPDATE organisations SET materialise_from = @day WHERE id = @id AND materialise_from > @day";
    private const string SelectOrganisation = $"""
        SELECT id AS Id, name AS Name, kind AS Kind, parent_id AS ParentId, province_code AS ProvinceCode, scope_path AS ScopePath, closed AS Closed,
               version AS Version, created_date AS CreatedDate, materialise_from AS MaterialiseFrom
        FROM organisations WHERE id = @id AND {PathFilter}
        """;
    private const string SelectOrganisations = $"""
        SELECT id AS Id, name AS Name, kind AS Kind, parent_id AS ParentId, scope_path AS ScopePath
        FROM organisations WHERE {PathFilter} AND scope_path >= @BelowLow AND scope_path < @BelowHigh
        """;
    private const string UpdateStaff = """
        UPDATE staff SET name = @Name, organisation_id = @OrganisationId, roles = @Roles, active = @Active, partner_id = @PartnerId,
               email = @Email, scope_path = @ScopePath, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string InsertStaff = """
        INSERT INTO staff (id, name, organisation_id, roles, active, partner_id, email, scope_path, version, created_date, materialise_from)
        SELECT @Id, @Name, @OrganisationId, @Roles, @Active, @PartnerId, @Email, @ScopePath, @Version, @CreatedDate, @MaterialiseFrom
        WHERE NOT EXISTS (SELECT 1 FROM staff WHERE id = @Id)
        """;
    private const string DateStaff = """
        UPDATE staff SET created_date = CASE WHEN @day < created_date THEN @day ELSE created_date END,
               materialise_from = CASE WHEN @day < materialise_from THEN @day ELSE materialise_from END
        WHERE id = @id
        """;
    private const string TouchStaff = "UPDATE staff SET materialise_from = @day WHERE id = @id AND materialise_from > @day";
    private const string TouchAllOrganisations = "UPDATE organisations SET materialise_from = @day WHERE materialise_from > @day";
    private const string TouchAllStaff = "UPDATE staff SET materialise_from = @day WHERE materialise_from > @day";
    private const string SelectStaffName = "SELECT name FROM staff WHERE id = @id";
    private const string UpdatePartner = """
        UPDATE partners SET name = @Name, kind = @Kind, stage = @Stage, province_code = @ProvinceCode, city_code = @CityCode,
               organisation_id = @OrganisationId, parent_partner_id = @ParentPartnerId, scope_path = @ScopePath, assignee_id = @AssigneeId, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string InsertPartner = """
        INSERT INTO partners (id, name, kind, stage, province_code, city_code, organisation_id, parent_partner_id, scope_path, assignee_id, version)
        SELECT @Id, @Name, @Kind, @Stage, @ProvinceCode, @CityCode, @OrganisationId, @ParentPartnerId, @ScopePath, @AssigneeId, @Version
        WHERE NOT EXISTS (SELECT 1 FROM partners WHERE id = @Id)
        """;
    private const string SelectPartner = $"""
        SELECT id AS Id, name AS Name, kind AS Kind, stage AS Stage, province_code AS ProvinceCode, city_code AS CityCode,
               organisation_id AS OrganisationId, parent_partner_id AS ParentPartnerId, scope_path AS ScopePath, assignee_id AS AssigneeId, version AS Version
        FROM partners WHERE id = @id AND {Scope.SqlFilter}
        """;
    private const string SelectPartnersOrganisation = "SELECT organisation_id FROM partners WHERE id = @id";
    private const string SelectNames = $"SELECT id AS Id, name AS Name FROM partners WHERE {Scope.SqlFilter}";
    private const string InsertStage = """
        INSERT INTO partner_stages (partner_id, version, stage, at_us)
        SELECT @PartnerId, @Version, @Stage, @AtUs WHERE NOT EXISTS (SELECT 1 FROM partner_stages WHERE partner_id = @PartnerId AND version = @Version)
        """;
    private const string UpdateTerritory = """
        UPDATE territories SET city_code = @CityCode, partner_id = @PartnerId, state = @State, version = @Version WHERE id = @Id AND version <= @Version
        """;
    private const string InsertTerritory = """
        INSERT INTO territories (id, city_code, partner_id, state, version)
        SELECT @Id, @CityCode, @PartnerId, @State, @Version WHERE NOT EXISTS (SELECT 1 FROM territories WHERE id = @Id)
        """;
    private const string InsertConflict = """
        INSERT INTO territory_conflicts (id, city_code, holder_id, claimant_id, opened_us)
        SELECT @Id, @CityCode, @HolderId, @ClaimantId, @OpenedUs WHERE NOT EXISTS (SELECT 1 FROM territory_conflicts WHERE id = @Id)
        """;

    public static async Task SaveOrganisationAsync(Tx tx, OrganisationRow row)
    {
        await tx.ExecuteAsync(UpdateOrganisation, row);
        await tx.ExecuteAsync(InsertOrganisation, row);
        await tx.ExecuteAsync(DateOrganisation, new { id = row.Id, day = row.CreatedDate });
    }

    public static async Task SaveStaffAsync(Tx tx, StaffRow row)
    {
        await tx.ExecuteAsync(UpdateStaff, row);
        await tx.ExecuteAsync(InsertStaff, row);
        await tx.ExecuteAsync(DateStaff, new { id = row.Id, day = row.CreatedDate });
    }

    public static async Task SavePartnerAsync(Tx tx, PartnerRow row)
    {
        if (await tx.ExecuteAsync(UpdatePartner, row) == 0)
            await tx.ExecuteAsync(InsertPartner, row);
    }

    /// <summary>The organisation that has the partner, whatever the scope; null while nobody told of it.</summary>
    public static Task<string?> PartnersOrganisationAsync(Session session, string id) => session.FirstOrDefaultAsync<string>(SelectPartnersOrganisation, new { id });

    public static Task SaveStageAsync(Tx tx, StageRow row) => tx.ExecuteAsync(InsertStage, row);

    public static async Task SaveTerritoryAsync(Tx tx, TerritoryRow row)
    {
        if (await tx.ExecuteAsync(UpdateTerritory, row) == 0)
            await tx.ExecuteAsync(InsertTerritory, row);
    }

    public static Task SaveConflictAsync(Tx tx, ConflictRow row) => tx.ExecuteAsync(InsertConflict, row);

    /// <summary>Lets the engine look again at what the organisation or person of this id owes from that day on.</summary>
    public static async Task TouchAsync(Tx tx, string subjectId, DateOnly day)
    {
        await tx.ExecuteAsync(TouchOrganisation, new { id = subjectId, day });
        await tx.ExecuteAsync(TouchStaff, new { id = subjectId, day });
    }

    /// <summary>The same for everybody: a rule changed.</summary>
    public static async Task TouchAllAsync(Tx tx, DateOnly day)
    {
        await tx.ExecuteAsync(TouchAllOrganisations, new { day });
        await tx.ExecuteAsync(TouchAllStaff, new { day });
    }

    public static Task<PartnerRow?> PartnerAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<PartnerRow>(SelectPartner, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>Names and ids of the partners that the scope sees.</summary>
    public static Task<List<PartnerRow>> PartnerNamesAsync(Session session, Scope scope) =>
        session.QueryAsync<PartnerRow>(SelectNames, new { scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<OrganisationRow?> OrganisationAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<OrganisationRow>(SelectOrganisation, new { id, scope.ScopeLow, scope.ScopeHigh });

    /// <summary>The organisations within a sight.</summary>
    public static Task<List<OrganisationRow>> OrganisationsAsync(Session session, Sight sight) => session.QueryAsync<OrganisationRow>(SelectOrganisations, sight);

    /// <summary>The person's name; empty while nobody told of him.</summary>
    public static async Task<string> StaffNameAsync(Session session, string id) =>
        await session.FirstOrDefaultAsync<string>(SelectStaffName, new { id }) ?? "";
}
