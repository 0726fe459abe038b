using Qudao.Platform;

namespace Qudao.Reporting.Projections;

/// <summary>How far a service's event log was read.</summary>
public sealed class SourceRow
{
    public string Source { get; set; } = "";
    public string RebuildCursor { get; set; } = "";
    public string LagCursor { get; set; } = "";
}

/// <summary>A comparison of the picture with what the services hold.</summary>
public sealed class ComparisonRow
{
    public string Id { get; set; } = "";
    public long StartedUs { get; set; }
    public long? EndedUs { get; set; }
}

/// <summary>What a comparison found of one kind.</summary>
public sealed class CountRow
{
    public string ComparisonId { get; set; } = "";
    public string Kind { get; set; } = "";
    public long Theirs { get; set; }
    public long Ours { get; set; }
    public long Differences { get; set; }
}

/// <summary>A resource that differs.</summary>
public sealed class DifferenceRow
{
    public string ComparisonId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string ResourceId { get; set; } = "";
    public string Difference { get; set; } = "";
    public long TheirVersion { get; set; }
    public long OurVersion { get; set; }
    public string Theirs { get; set; } = "";
    public string Ours { get; set; } = "";
}

/// <summary>What is compared of a resource.</summary>
public sealed class FactRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string State { get; set; } = "";

    /// <summary>The partner it is about; of a partner and a session its organisation; of a certificate its holder.</summary>
    public string Place { get; set; } = "";

    /// <summary>Of a partner its salesperson.</summary>
    public string? Who { get; set; }

    /// <summary>All of it but the version.</summary>
    public string Says => $"{State} {Place} {Who}".TrimEnd();
}

/// <summary>A kind of event that waits in this service to be applied, and since when.</summary>
public sealed class WaitingRow
{
    public string Type { get; set; } = "";
    public long OldestUs { get; set; }
}

/// <summary>Cursors into the services' logs, and what comparisons found.</summary>
public static class ProjectionStore
{
    private const string SelectSource = "SELECT source AS Source, rebuild_cursor AS RebuildCursor, lag_cursor AS LagCursor FROM projection_sources WHERE source = @source";
    private const string UpdateSource = "UPDATE projection_sources SET rebuild_cursor = @RebuildCursor, lag_cursor = @LagCursor WHERE source = @Source";
    private const string InsertSource = "INSERT INTO projection_sources (source, rebuild_cursor, lag_cursor) VALUES (@Source, @RebuildCursor, @LagCursor)";
    private const string SelectApplied = "SELECT COUNT(*) FROM inbox WHERE message_id = @id AND consumer = @consumer";
    private const string MarkApplied = """
        INSERT INTO inbox (message_id, consumer, received_us)
        SELECT @id, @consumer, @now WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE message_id = @id AND consumer = @consumer)
        """;
    private const string SelectRedirects = """
        SELECT merged_id AS MergedId, survivor_id AS SurvivorId, survivor_name AS SurvivorName, survivor_version AS SurvivorVersion,
               scope_path AS ScopePath, assignee_id AS AssigneeId, heard_us AS HeardUs
        FROM redirects
        """;
    private const string SelectWaiting = "SELECT type AS Type, MIN(received_us) AS OldestUs FROM inbox_retry GROUP BY type";

    private const string InsertComparison = """
        INSERT INTO projection_comparisons (id, started_us) SELECT @id, @now WHERE NOT EXISTS (SELECT 1 FROM projection_comparisons WHERE id = @id)
        """;
    private const string EndComparison = "UPDATE projection_comparisons SET ended_us = @now WHERE id = @id";
    private const string SelectComparison = "SELECT id AS Id, started_us AS StartedUs, ended_us AS EndedUs FROM projection_comparisons WHERE id = @id";
    private const string SelectComparisons = """
        SELECT id AS Id, started_us AS StartedUs, ended_us AS EndedUs FROM projection_comparisons WHERE @after = '' OR id < @after ORDER BY id DESC LIMIT @n
        """;
    private const string SelectCounts = """
        SELECT comparison_id AS ComparisonId, kind AS Kind, theirs AS Theirs, ours AS Ours, differences AS Differences
        FROM projection_counts WHERE comparison_id = @id ORDER BY kind
        """;
    private const string InsertCount = """
        INSERT INTO projection_counts (comparison_id, kind, theirs, ours, differences) VALUES (@ComparisonId, @Kind, @Theirs, @Ours, @Differences)
        """;
    private const string DeleteCounts = "DELETE FROM projection_counts WHERE comparison_id = @id";
    private const string DifferenceColumns = """
        comparison_id AS ComparisonId, kind AS Kind, resource_id AS ResourceId, difference AS Difference, their_version AS TheirVersion,
        our_version AS OurVersion, theirs AS Theirs, ours AS Ours
        """;
    private const string SelectDifferences = $"""
        SELECT {DifferenceColumns} FROM projection_differences
        WHERE comparison_id = @id AND (kind > @kind OR (kind = @kind AND resource_id > @after)) ORDER BY kind, resource_id LIMIT @n
        """;
    private const string InsertDifference = """
        INSERT INTO projection_differences (comparison_id, kind, resource_id, difference, their_version, our_version, theirs, ours)
        VALUES (@ComparisonId, @Kind, @ResourceId, @Difference, @TheirVersion, @OurVersion, @Theirs, @Ours)
        """;
    private const string DeleteDifference = "DELETE FROM projection_differences WHERE comparison_id = @comparisonId AND kind = @kind AND resource_id = @resourceId";
    private const string DeleteDifferences = "DELETE FROM projection_differences WHERE comparison_id = @id";
    private const string CountDifferences = "SELECT COUNT(*) FROM projection_differences WHERE comparison_id = @id AND kind = @kind";
    private const string InsertSeen = """
        INSERT INTO projection_seen (comparison_id, kind, resource_id)
        SELECT @id, @kind, @resourceId
        WHERE NOT EXISTS (SELECT 1 FROM projection_seen WHERE comparison_id = @id AND kind = @kind AND resource_id = @resourceId)
        """;
    private const string CountSeen = "SELECT COUNT(*) FROM projection_seen WHERE comparison_id = @id AND kind = @kind";
    private const string DeleteSeen = "DELETE FROM projection_seen WHERE comparison_id = @id";

    public static async Task<SourceRow> SourceAsync(Session session, string source) =>
        await session.FirstOrDefaultAsync<SourceRow>(SelectSource, new { source }) ?? new SourceRow { Source = source };

    public static async Task SaveSourceAsync(Tx tx, SourceRow row)
    {
        if (await tx.ExecuteAsync(UpdateSource, row) == 0)
            await tx.ExecuteAsync(InsertSource, row);
    }

    public static async Task<bool> IsAppliedAsync(Session session, string id, string consumer) => await session.ScalarAsync<long>(SelectApplied, new { id, consumer }) > 0;

    /// <summary>Whether the consumer had never heard the event; it counts as heard from now on.</summary>
    public static async Task<bool> MarkAppliedAsync(Tx tx, string id, string consumer) => await tx.ExecuteAsync(MarkApplied, new { id, consumer, now = tx.NowMicros }) == 1;

    public static Task<List<RedirectRow>> RedirectsAsync(Session session) => session.QueryAsync<RedirectRow>(SelectRedirects);

    /// <summary>Events that came and could not be applied yet.</summary>
    public static Task<List<WaitingRow>> WaitingAsync(Session session) => session.QueryAsync<WaitingRow>(SelectWaiting);

    /// <summary>Begins a comparison, anew when a restart cut it off.</summary>
    public static async Task BeginAsync(Tx tx, string id)
    {
        await tx.ExecuteAsync(InsertComparison, new { id, now = tx.NowMicros });
        await tx.ExecuteAsync(DeleteCounts, new { id });
        await tx.ExecuteAsync(DeleteDifferences, new { id });
        await tx.ExecuteAsync(DeleteSeen, new { id });
    }

    public static async Task EndAsync(Tx tx, string id)
    {
        await tx.ExecuteAsync(EndComparison, new { id, now = tx.NowMicros });
        await tx.ExecuteAsync(DeleteSeen, new { id });
    }

    public static Task<ComparisonRow?> ComparisonAsync(Session session, string id) => session.FirstOrDefaultAsync<ComparisonRow>(SelectComparison, new { id });

    public static Task<List<ComparisonRow>> ComparisonsAsync(Session session, string after, int n) => session.QueryAsync<ComparisonRow>(SelectComparisons, new { after, n });

    public static Task<List<CountRow>> CountsAsync(Session session, string id) => session.QueryAsync<CountRow>(SelectCounts, new { id });

    public static Task InsertCountAsync(Tx tx, CountRow row) => tx.ExecuteAsync(InsertCount, row);

    public static Task<List<DifferenceRow>> DifferencesAsync(Session session, string id, string kind, string after, int n) =>
        session.QueryAsync<DifferenceRow>(SelectDifferences, new { id, kind, after, n });

    public static Task InsertDifferenceAsync(Tx tx, DifferenceRow row) => tx.ExecuteAsync(InsertDifference, row);

    public static Task DeleteDifferenceAsync(Tx tx, DifferenceRow row) =>
        tx.ExecuteAsync(DeleteDifference, new { comparisonId = row.ComparisonId, kind = row.Kind, resourceId = row.ResourceId });

    public static Task<long> CountDifferencesAsync(Session session, string id, string kind) => session.ScalarAsync<long>(CountDifferences, new { id, kind });

    /// <summary>Whether it is seen for the first time: a list that moves under its reader may show it twice.</summary>
    public static async Task<bool> SeeAsync(Tx tx, string id, string kind, string resourceId) => await tx.ExecuteAsync(InsertSeen, new { id, kind, resourceId }) == 1;

    public static Task<long> CountSeenAsync(Session session, string id, string kind) => session.ScalarAsync<long>(CountSeen, new { id, kind });
}
