using Qudao.Events;

namespace Qudao.Platform;

/// <summary>
/// Where each organisation stands in the tree 组织树, as this service knows it, so that rows go where their organisation
/// goes. One rule makes the order of events indifferent: a row's path begins with its organisation's path in this table.
/// What arrives with an older or newer path is put under that one first; a move changes all of them at once.
/// </summary>
public static class Places
{
    private const string Select = "SELECT id AS Id, scope_path AS ScopePath, version AS Version FROM places WHERE id IN @codes";
    private const string Insert = "INSERT INTO places (id, scope_path, version) VALUES (@Id, @ScopePath, @Version)";
    private const string Update = "UPDATE places SET scope_path = @ScopePath, version = @Version WHERE id = @Id";

    // Written for a table that every database has; Of(…) makes it that of another.
    private const string Table = "audit";
    private const string Rewrite = $"""
        UPDATE {Table} SET scope_path = CONCAT(@to, SUBSTRING(scope_path, @rest, 400)) WHERE scope_path >= @ScopeLow AND scope_path < @ScopeHigh
        """;
    private const string FindElsewhere = $"""
        SELECT scope_path FROM {Table} WHERE scope_path LIKE @like AND NOT (scope_path >= @ScopeLow AND scope_path < @ScopeHigh)
        ORDER BY scope_path LIMIT @n
        """;

    /// <summary>The path under which this service keeps what belongs there; for every path that another service told.</summary>
    public static async Task<string> NowAsync(Session session, string path)
    {
        var codes = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (codes.Length == 0)
            return path;
        var known = (await session.QueryAsync<Place>(Select, new { codes })).ToDictionary(place => place.Id);
        for (var i = codes.Length - 1; i >= 0; i--)
            if (known.TryGetValue(codes[i], out var place))
                return place.ScopePath + string.Concat(codes[(i + 1)..].Select(code => code + "/"));
        return path;
    }

    /// <summary>The event as this service must take it; what tells where an organisation is, tells just that.</summary>
    public static async Task<Event> NowAsync(Tx tx, Event happened) =>
        happened is OrganisationChanged ? happened : happened with { ScopePath = await NowAsync(tx, happened.ScopePath) };

    /// <summary>Takes over where an organisation stands, with everything below it, unless newer news came before.</summary>
    public static async Task HearAsync(Tx tx, OrganisationChanged happened)
    {
        var now = new Place { Id = happened.AggregateId, ScopePath = happened.ScopePath, Version = happened.Version };
        var known = await tx.FirstOrDefaultAsync<Place>(Select, new { codes = new[] { now.Id } });
        if (known?.Version > now.Version)
            return;
        if (known is null)
        {
            await tx.ExecuteAsync(Insert, now);
            // The first that is heard of it is no creation: what was taken over of it before may stand anywhere.
            if (now.Version > 1)
                await GatherAsync(tx, now);
            return;
        }
        if (known.Version < now.Version)
        {
            await MoveAsync(tx, known.ScopePath, now.ScopePath);
            await tx.ExecuteAsync(Update, now);
            known = now;
        }
        // What another transaction wrote there while the move was committed: nothing is there any more.
        if (happened.PreviousScopePath is { } before)
            await MoveAsync(tx, before, known.ScopePath);
    }

    /// <summary>Notes where an organisation stands: for the service that decides it, and has moved the rows itself.</summary>
    public static async Task DecideAsync(Tx tx, OrganisationChanged happened)
    {
        var now = new Place { Id = happened.AggregateId, ScopePath = happened.ScopePath, Version = happened.Version };
        if (await tx.ExecuteAsync(Update, now) == 0)
            await tx.ExecuteAsync(Insert, now);
    }

#pragma warning disable CA1857 // Constants, but for the table's name, which comes from the database's own catalogue: a new table needs no entry anywhere.
    /// <summary>Gives every row below one path its place below the other: whichever table it is in.</summary>
    public static async Task MoveAsync(Tx tx, string from, string to)
    {
        if (from == to)
            return;
        var below = new Scope(from, null);
        foreach (var table in await tx.QueryAsync<string>(tx.Dialect.ScopedTables))
            await tx.ExecuteAsync(Of(Rewrite, table), new { to, rest = from.Length + 1, below.ScopeLow, below.ScopeHigh });
    }

    private static async Task GatherAsync(Tx tx, Place place)
    {
        var here = new Scope(place.ScopePath, null);
        foreach (var table in await tx.QueryAsync<string>(tx.Dialect.ScopedTables))
            while (await tx.QueryAsync<string>(Of(FindElsewhere, table), new { like = $"%/{place.Id}/%", here.ScopeLow, here.ScopeHigh, n = 1 }) is [var path])
                await MoveAsync(tx, path[..(path.IndexOf($"/{place.Id}/", StringComparison.Ordinal) + place.Id.Length + 2)], place.ScopePath);
    }
#pragma warning restore CA1857

    private static string Of(string statement, string table) => statement.Replace($" {Table} ", $" {table} ", StringComparison.Ordinal);

    private sealed class Place
    {
        public string Id { get; set; } = "";
        public string ScopePath { get; set; } = "";
        public long Version { get; set; }
    }
}

/// <summary>An organisation was created or moved: every service keeps its rows where they belong.</summary>
public sealed class PlacesFollowOrganisations : IHear<OrganisationChanged>
{
    public Task HearAsync(OrganisationChanged happened, Tx tx) => Places.HearAsync(tx, happened);
}
