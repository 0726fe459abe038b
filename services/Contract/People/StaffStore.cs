using Qudao.Contract.Approvals;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Contract.People;

/// <summary>A member of staff as last heard of; Version 0 when only seen calling.</summary>
public sealed class StaffRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";

    /// <summary>With commas between.</summary>
    public string Roles { get; set; } = "";
    public bool Active { get; set; }
    public string ScopePath { get; set; } = "";

    public IReadOnlyList<string> RoleList => Roles.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As whom he acts: with his roles and place of today.</summary>
    public Acting Acting(bool delegated) => new($"staff/{Id}", Name, Active ? RoleList : [],
        new Scope(ScopePath, RoleList.All(Protocol.Roles.AssignedOnly.Contains) ? Id : null), delegated);
}

/// <summary>Who has which roles now, as Dealer tells.</summary>
public static class StaffStore
{
    private const string Columns = "id AS Id, version AS Version, name AS Name, organisation_id AS OrganisationId, roles AS Roles, active AS Active, scope_path AS ScopePath";
    private const string Select = $"SELECT {Columns} FROM staff WHERE id = @id";
    private const string SelectAt = $"SELECT {Columns} FROM staff WHERE scope_path = @path AND active = 1 ORDER BY id LIMIT @n";
    private const string Update = """
        UPDATE staff SET version = @Version, name = @Name, organisation_id = @OrganisationId, roles = @Roles, active = @Active, scope_path = @ScopePath
        WHERE id = @Id AND version < @Version
        """;
    private const string Insert = """
        INSERT INTO staff (id, version, name, organisation_id, roles, active, scope_path)
        SELECT @Id, @Version, @Name, @OrganisationId, @Roles, @Active, @ScopePath WHERE NOT EXISTS (SELECT 1 FROM staff WHERE id = @Id)
        """;

    public static Task<StaffRow?> GetAsync(Session session, string id) => session.FirstOrDefaultAsync<StaffRow>(Select, new { id });

    /// <summary>Active people whose place is at or above a path, nearest first.</summary>
    public static async Task<List<StaffRow>> AboveAsync(Session session, string scopePath)
    {
        var found = new List<StaffRow>();
        for (var path = scopePath; path.Length > 1; path = path[..(path.TrimEnd('/').LastIndexOf('/') + 1)])
            found.AddRange(await session.QueryAsync<StaffRow>(SelectAt, new { path, n = 1000 }));
        return found;
    }

    /// <summary>Keeps the newest; a stale version changes nothing.</summary>
    public static Task HearAsync(Tx tx, StaffChanged staff) => SaveAsync(tx, new StaffRow
    {
        Id = staff.AggregateId,
        Version = staff.Version,
        Name = staff.Name,
        OrganisationId = staff.OrganisationId,
        Roles = string.Join(',', staff.Roles),
        Active = staff.Active,
        ScopePath = staff.ScopePath,
    });

    /// <summary>Somebody calls whom no event has told of yet: what his token says holds until one does.</summary>
    public static async Task SeenAsync(Tx tx, Caller caller) => await SaveAsync(tx, new StaffRow
    {
        Id = caller.RequireStaff(),
        Name = caller.Name,
        OrganisationId = caller.OrganisationId,
        Roles = string.Join(',', caller.Roles),
        Active = true,
        ScopePath = await Places.NowAsync(tx, caller.Scope.Path),
    });

    private static async Task SaveAsync(Tx tx, StaffRow row)
    {
        if (await tx.ExecuteAsync(Update, row) == 0)
            await tx.ExecuteAsync(Insert, row);
    }
}
