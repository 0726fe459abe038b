using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Gateway.Events;

/// <summary>
/// Where each partner stands in the tree, and whose it is. An organisation that moves takes the feed's rows with it
/// (Platform/Places.cs); this does the same for a partner that goes to another organisation, agent or salesperson: who sees
/// it now sees what was told of it before, and who saw it before sees no more of it.
/// </summary>
public static class PartnerPlaceStore
{
    private const string SelectAmong = "SELECT id AS Id, scope_path AS ScopePath, assignee_id AS AssigneeId, version AS Version FROM partner_places WHERE id IN @ids";
    private const string Insert = "INSERT INTO partner_places (id, scope_path, assignee_id, version) VALUES (@Id, @ScopePath, @AssigneeId, @Version)";
    private const string Update = "UPDATE partner_places SET scope_path = @ScopePath, assignee_id = @AssigneeId, version = @Version WHERE id = @Id";
    private const string MoveEvents = """
        UPDATE events SET scope_path = CONCAT(@to, SUBSTRING(scope_path, @rest, 400)) WHERE scope_path >= @ScopeLow AND scope_path < @ScopeHigh
        """;
    private const string MovePartners = """
        UPDATE partner_places SET scope_path = CONCAT(@to, SUBSTRING(scope_path, @rest, 400)) WHERE scope_path >= @ScopeLow AND scope_path < @ScopeHigh
        """;
    private const string Assign = "UPDATE events SET assignee_id = @AssigneeId WHERE scope_path = @ScopePath";

    /// <summary>Takes over where a partner stands, unless newer news came before.</summary>
    public static async Task HearAsync(Tx tx, Event happened)
    {
        var now = new PartnerPlace { Id = happened.AggregateId, ScopePath = happened.ScopePath, AssigneeId = happened.AssigneeId, Version = happened.Version };
        var known = await tx.FirstOrDefaultAsync<PartnerPlace>(SelectAmong, new { ids = new[] { now.Id } });
        if (known?.Version >= now.Version)
            return;
        if (known is null)
        {
            await tx.ExecuteAsync(Insert, now);
            return;
        }
        if (known.ScopePath != now.ScopePath)
            await MoveAsync(tx, known.ScopePath, now.ScopePath);
        await tx.ExecuteAsync(Update, now);
        if (known.ScopePath != now.ScopePath || known.AssigneeId != now.AssigneeId)
            await tx.ExecuteAsync(Assign, now);
    }

    /// <summary>Where what was told of this place belongs now, and to whom.</summary>
    public static async Task<(string ScopePath, string? AssigneeId)> NowAsync(Session session, string path, string? assignee)
    {
        var ids = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var known = (await session.QueryAsync<PartnerPlace>(SelectAmong, new { ids })).ToDictionary(place => place.Id);
        for (var i = ids.Length - 1; i >= 0; i--)
            if (known.TryGetValue(ids[i], out var place))
                return (place.ScopePath + string.Concat(ids[(i + 1)..].Select(id => id + "/")), i == ids.Length - 1 ? place.AssigneeId : assignee);
        return (path, assignee);
    }

    private static async Task MoveAsync(Tx tx, string from, string to)
    {
        var below = new Scope(from, null);
        var values = new { to, rest = from.Length + 1, below.ScopeLow, below.ScopeHigh };
        await tx.ExecuteAsync(MoveEvents, values);
        await tx.ExecuteAsync(MovePartners, values);
    }

    private sealed class PartnerPlace
    {
        public string Id { get; set; } = "";
        public string ScopePath { get; set; } = "";
        public string? AssigneeId { get; set; }
        public long Version { get; set; }
    }
}
