using Qudao.Platform;

namespace Qudao.Training.Rooms;

public sealed class RoomRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string Name { get; set; } = "";
    public string Address { get; set; } = "";
    public int Capacity { get; set; }
    public string Equipment { get; set; } = "";
    public bool Closed { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>Every statement on rooms.</summary>
public static class RoomStore
{
    private const string Columns = """
        id AS Id, version AS Version, organisation_id AS OrganisationId, scope_path AS ScopePath, name AS Name, address AS Address,
        capacity AS Capacity, equipment AS Equipment, closed AS Closed, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string Insert = """
        INSERT INTO rooms (id, version, organisation_id, scope_path, name, address, capacity, equipment, closed, created_us, updated_us)
        VALUES (@Id, @Version, @OrganisationId, @ScopePath, @Name, @Address, @Capacity, @Equipment, @Closed, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE rooms SET version = version + 1, name = @Name, address = @Address, capacity = @Capacity, equipment = @Equipment, closed = @Closed, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectOne = $"SELECT {Columns} FROM rooms WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectAny = $"SELECT {Columns} FROM rooms WHERE id = @id";
    private const string SelectPage = $"SELECT {Columns} FROM rooms WHERE id > @after AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string SelectFitting = $"SELECT {Columns} FROM rooms WHERE closed = 0 AND capacity >= @people AND {Scope.SqlFilter} ORDER BY capacity, id LIMIT @n";
    private const string CountNamed = "SELECT COUNT(*) FROM rooms WHERE organisation_id = @OrganisationId AND name = @Name AND id <> @Id";
    private const string SelectNamed = $"SELECT {Columns} FROM rooms WHERE name = @name";

    public static Task InsertAsync(Tx tx, RoomRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, RoomRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"rooms/{row.Id}");
        row.Version++;
    }

    public static Task<RoomRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<RoomRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>Whatever the scope: one that is in use by what the caller sees.</summary>
    public static Task<RoomRow?> AnyAsync(Session s, string id) => s.FirstOrDefaultAsync<RoomRow>(SelectAny, new { id });

    public static Task<List<RoomRow>> ListAsync(Session s, Page page, Scope scope) =>
        s.QueryAsync<RoomRow>(SelectPage, new { after = page.After, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    /// <summary>Open rooms in which that many fit, the smallest first.</summary>
    public static Task<List<RoomRow>> FittingAsync(Session s, int people, Scope scope, int n) =>
        s.QueryAsync<RoomRow>(SelectFitting, new { people, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    public static async Task<bool> NameExistsAsync(Session s, RoomRow row) => await s.ScalarAsync<long>(CountNamed, row) > 0;

    /// <summary>The room of this name nearest above a place in the tree: a place that is written so is that room.</summary>
    public static async Task<RoomRow?> NamedAsync(Session s, string name, string path) =>
        (await s.QueryAsync<RoomRow>(SelectNamed, new { name })).Where(row => path.StartsWith(row.ScopePath, StringComparison.Ordinal)).MaxBy(row => row.ScopePath.Length);
}
