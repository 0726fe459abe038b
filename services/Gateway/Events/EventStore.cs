using Qudao.Platform;

namespace Qudao.Gateway.Events;

/// <summary>An event of the feed.</summary>
public sealed class EventRow
{
    /// <summary>Its place in the feed.</summary>
    public long Seq { get; set; }

    public string Id { get; set; } = "";
    public string Type { get; set; } = "";
    public string AggregateId { get; set; } = "";
    public long Version { get; set; }

    /// <summary>Where it belongs now, wherever it did when it happened.</summary>
    public string ScopePath { get; set; } = "";

    public string? AssigneeId { get; set; }
    public long OccurredUs { get; set; }
    public long StoredUs { get; set; }

    /// <summary>The event's JSON, as it was published.</summary>
    public string Body { get; set; } = "";
}

/// <summary>How far the feed reaches.</summary>
public sealed class HeadRow
{
    /// <summary>The newest; 0 before the first.</summary>
    public long Seq { get; set; }

    /// <summary>Up to here nothing is kept any more.</summary>
    public long DeletedSeq { get; set; }
}

/// <summary>Which events are asked for.</summary>
/// <param name="Types">All when empty.</param>
public sealed record EventFilter(Scope Scope, IReadOnlyCollection<string> Types);

/// <summary>Reads and writes the feed.</summary>
public static class EventStore
{
    private const string Columns = """
        seq AS Seq, id AS Id, type AS Type, aggregate_id AS AggregateId, version AS Version, scope_path AS ScopePath, assignee_id AS AssigneeId,
        occurred_us AS OccurredUs, stored_us AS StoredUs, body AS Body
        """;
    private const string MoveHead = "UPDATE events_head SET seq = seq + 1 WHERE id = 1";
    private const string SelectHead = "SELECT seq AS Seq, deleted_seq AS DeletedSeq FROM events_head WHERE id = 1";
    private const string Insert = """
        INSERT INTO events (seq, id, type, aggregate_id, version, scope_path, assignee_id, occurred_us, stored_us, body)
        VALUES (@Seq, @Id, @Type, @AggregateId, @Version, @ScopePath, @AssigneeId, @OccurredUs, @StoredUs, @Body)
        """;
    private const string CountById = "SELECT COUNT(*) FROM events WHERE id = @id";
    private const string SelectById = $"SELECT {Columns} FROM events WHERE id = @id";

    // In the feed's order whoever asks: an index on the place would make the database sort all that somebody may see for every page.
    private const string SelectAfter = $"SELECT {Columns} FROM events WHERE seq > @after AND {Scope.SqlFilterOfWhole} ORDER BY seq LIMIT @n";
    private const string SelectTypesAfter = $"""
        SELECT {Columns} FROM events WHERE seq > @after AND type IN @types AND {Scope.SqlFilterOfWhole} ORDER BY seq LIMIT @n
        """;
    private const string SelectOldestStored = "SELECT stored_us FROM events ORDER BY seq LIMIT @n";
    private const string SelectEndOfOld = "SELECT seq FROM events WHERE stored_us < @before ORDER BY seq LIMIT @n";
    private const string DeleteUpTo = "DELETE FROM events WHERE seq <= @upTo";
    private const string NoteDeleted = "UPDATE events_head SET deleted_seq = @upTo WHERE id = 1 AND deleted_seq < @upTo";
    private const string SelectPlace = "SELECT scope_path FROM places WHERE id = @id";

    /// <summary>Adds an event to the end of the feed, once.</summary>
    public static async Task AppendAsync(Tx tx, EventRow row)
    {
        if (await tx.ScalarAsync<long>(CountById, new { id = row.Id }) > 0)
            return;
        // The update locks the row: whoever comes next gets his number after this has been committed.
        await tx.ExecuteAsync(MoveHead);
        row.Seq = (await HeadAsync(tx)).Seq;
        row.StoredUs = tx.NowMicros;
        await tx.ExecuteAsync(Insert, row);
    }

    public static async Task<HeadRow> HeadAsync(Session session) => (await session.FirstOrDefaultAsync<HeadRow>(SelectHead))!;

    public static Task<EventRow?> ByIdAsync(Session session, string id) => session.FirstOrDefaultAsync<EventRow>(SelectById, new { id });

    /// <summary>What comes after a place in the feed, oldest first.</summary>
    public static Task<List<EventRow>> AfterAsync(Session session, long after, EventFilter filter, int n) =>
        filter.Types.Count == 0
            ? session.QueryAsync<EventRow>(SelectAfter, new { after, filter.Scope.ScopeLow, filter.Scope.ScopeHigh, filter.Scope.Assignee, n })
            : session.QueryAsync<EventRow>(SelectTypesAfter, new { after, types = filter.Types, filter.Scope.ScopeLow, filter.Scope.ScopeHigh, filter.Scope.Assignee, n });

    /// <summary>When the oldest that is kept came; null while there is none.</summary>
    public static async Task<long?> OldestUsAsync(Session session) =>
        await session.QueryAsync<long>(SelectOldestStored, new { n = 1 }) is [var oldest] ? oldest : null;

    /// <summary>Deletes a batch of what came before an instant.</summary>
    public static async Task<int> DeleteBeforeAsync(Tx tx, long before, int n)
    {
        var batch = await tx.QueryAsync<long>(SelectEndOfOld, new { before, n });
        if (batch.Count == 0)
            return 0;
        await tx.ExecuteAsync(NoteDeleted, new { upTo = batch[^1] });
        return await tx.ExecuteAsync(DeleteUpTo, new { upTo = batch[^1] });
    }

    /// <summary>Where an organisation stands; null for one that nothing was heard of.</summary>
    public static Task<string?> PlaceOfAsync(Session session, string organisation) => session.FirstOrDefaultAsync<string>(SelectPlace, new { id = organisation });
}
