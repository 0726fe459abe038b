using Qudao.Platform;

namespace Qudao.Dealer.Staff;

public sealed class StaffRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";

    /// <summary>A JSON array of role names.</summary>
    public string RolesJson { get; set; } = "[]";
    public string Phone { get; set; } = "";
    public string Email { get; set; } = "";
    public string? PartnerId { get; set; }
    public bool Active { get; set; }

    /// <summary>The department of the organisation, if any.</summary>
    public string? DepartmentId { get; set; }
    public DateOnly? LeftDate { get; set; }
    public string LeaveReason { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>The people. Colleagues see each other: only the place in the tree decides, not who is assigned to whom.</summary>
public static class StaffStore
{
    private const string Columns = """
        id AS Id, name AS Name, organisation_id AS OrganisationId, roles_json AS RolesJson, phone AS Phone, email AS Email, partner_id AS PartnerId,
        department_id AS DepartmentId, active AS Active, left_date AS LeftDate, leave_reason AS LeaveReason, scope_path AS ScopePath,
        version AS Version, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string InScope = "scope_path >= @ScopeLow AND scope_path < @ScopeHigh";
    private const string SelectOne = $"SELECT {Columns} FROM staff WHERE id = @id AND {InScope}";
    private const string SelectAny = $"SELECT {Columns} FROM staff WHERE id = @id";
    private const string SelectOfPartner = $"SELECT {Columns} FROM staff WHERE partner_id = @partnerId";
    private const string SelectPage = $"""
        SELECT {Columns} FROM staff
        WHERE id > @after AND (@organisationId = '' OR organisation_id = @organisationId) AND {InScope} ORDER BY id LIMIT @n
        """;
    private const string Insert = """
        INSERT INTO staff (id, name, organisation_id, roles_json, phone, email, partner_id, department_id, active, left_date, leave_reason, scope_path,
            version, created_us, updated_us)
        VALUES (@Id, @Name, @OrganisationId, @RolesJson, @Phone, @Email, @PartnerId, @DepartmentId, @Active, @LeftDate, @LeaveReason, @ScopePath,
            @Version, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE staff
        SET name = @Name, organisation_id = @OrganisationId, roles_json = @RolesJson, phone = @Phone, email = @Email, department_id = @DepartmentId, active = @Active,
            left_date = @LeftDate, leave_reason = @LeaveReason, scope_path = @ScopePath, version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;

    public static Task<StaffRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<StaffRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh });

    /// <summary>Whatever the scope: for what the system itself looks up.</summary>
    public static Task<StaffRow?> FindAsync(Session s, string id) => s.FirstOrDefaultAsync<StaffRow>(SelectAny, new { id });

    public static Task<List<StaffRow>> OfPartnerAsync(Session s, string partnerId) => s.QueryAsync<StaffRow>(SelectOfPartner, new { partnerId });

    public static Task<List<StaffRow>> ListAsync(Session s, Scope scope, Page page, string organisationId) =>
        s.QueryAsync<StaffRow>(SelectPage, new { after = page.After, organisationId, scope.ScopeLow, scope.ScopeHigh, n = page.Fetch });

    public static Task InsertAsync(Tx tx, StaffRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes the row's new values and moves its version on.</summary>
    public static async Task UpdateAsync(Tx tx, StaffRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"staff/{row.Id}");
        row.Version++;
    }
}
