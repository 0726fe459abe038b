using Qudao.Platform;

namespace Qudao.Gateway.Users;

/// <summary>Who a user is: the Dealer's staff row as last heard of, or the first administrator.</summary>
public sealed class PersonRow
{
    public string Id { get; set; } = "";

    /// <summary>The staff row's version in the Dealer service; 0 for the first administrator.</summary>
    public long Version { get; set; }

    public bool IsStaff { get; set; }
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? PartnerId { get; set; }

    /// <summary>Separated by commas.</summary>
    public string Roles { get; set; } = "";

    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public bool Active { get; set; }
}

/// <summary>Reads and writes persons.</summary>
public static class PersonStore
{
    private const string UpdateOlder = """
        UPDATE persons SET version = @Version, is_staff = @IsStaff, name = @Name, organisation_id = @OrganisationId, partner_id = @PartnerId,
            roles = @Roles, scope_path = @ScopePath, assignee_id = @AssigneeId, active = @Active
        WHERE id = @Id AND version < @Version
        """;
    private const string InsertNew = """
        INSERT INTO persons (id, version, is_staff, name, organisation_id, partner_id, roles, scope_path, assignee_id, active)
        SELECT @Id, @Version, @IsStaff, @Name, @OrganisationId, @PartnerId, @Roles, @ScopePath, @AssigneeId, @Active
        WHERE NOT EXISTS (SELECT 1 FROM persons WHERE id = @Id)
        """;

    /// <summary>Takes the row over unless a newer version is known.</summary>
    public static async Task SaveAsync(Tx tx, PersonRow row)
    {
        if (await tx.ExecuteAsync(UpdateOlder, row) == 0)
            await tx.ExecuteAsync(InsertNew, row);
    }
}
