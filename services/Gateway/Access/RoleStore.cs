using Qudao.Platform;

namespace Qudao.Gateway.Access;

/// <summary>What the company says of a role.</summary>
public sealed class RoleRow
{
    public string Id { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public string DisplayNameEn { get; set; } = "";

    /// <summary>Separated by commas.</summary>
    public string Granted { get; set; } = "";

    /// <summary>Separated by commas.</summary>
    public string Removed { get; set; } = "";

    public long Version { get; set; }
    public long UpdatedUs { get; set; }

    public IReadOnlyCollection<string> GrantedList => field ??= Granted.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet();

    public IReadOnlyCollection<string> RemovedList => field ??= Removed.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
}

/// <summary>Reads and writes roles.</summary>
public static class RoleStore
{
    private const string Columns = """
        id AS Id, display_name AS DisplayName, display_name_en AS DisplayNameEn, granted AS Granted, removed AS Removed, version AS Version, updated_us AS UpdatedUs
        """;
    private const string SelectAll = $"SELECT {Columns} FROM roles ORDER BY id";
    private const string SelectOne = $"SELECT {Columns} FROM roles WHERE id = @id";
    private const string Hold = "UPDATE roles SET version = version WHERE id = @id";
    private const string Insert = """
        INSERT INTO roles (id, display_name, display_name_en, granted, removed, version, updated_us)
        VALUES (@Id, @DisplayName, @DisplayNameEn, @Granted, @Removed, 1, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE roles SET display_name = @DisplayName, display_name_en = @DisplayNameEn, granted = @Granted, removed = @Removed,
            version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string Delete = "DELETE FROM roles WHERE id = @id";
    private const string CountHolders = "SELECT COUNT(*) FROM users WHERE extra_roles LIKE @like";

    public static Task<List<RoleRow>> AllAsync(Session session) => session.QueryAsync<RoleRow>(SelectAll);

    /// <summary>The row, held until the commit; null where there is none.</summary>
    public static async Task<RoleRow?> HoldAsync(Tx tx, string id) =>
        await tx.ExecuteAsync(Hold, new { id }) == 0 ? null : await tx.FirstOrDefaultAsync<RoleRow>(SelectOne, new { id });

    /// <summary>Writes the row: a new one when its version is 0.</summary>
    public static async Task SaveAsync(Tx tx, RoleRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        if (row.Version == 0)
            await tx.ExecuteAsync(Insert, row);
        else
            await tx.UpdateAsync(Update, row, $"roles/{row.Id}");
        row.Version++;
    }

    public static Task DeleteAsync(Tx tx, string id) => tx.ExecuteAsync(Delete, new { id });

    /// <summary>Whether somebody has the role beside those of his staff record.</summary>
    public static async Task<bool> IsHeldAsync(Session session, string id) => await session.ScalarAsync<long>(CountHolders, new { like = $"%,{id},%" }) > 0;
}
