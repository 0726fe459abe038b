using Qudao.Events;

namespace Qudao.Platform;

/// <summary>A partner that was merged, and the one that stands for it now.</summary>
public sealed class RedirectRow
{
    public string MergedId { get; set; } = "";
    public string SurvivorId { get; set; } = "";
    public string SurvivorName { get; set; } = "";
    public long SurvivorVersion { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long HeardUs { get; set; }
}

/// <summary>
/// Merged partners 合并: what a service holds for the merged one it moves to the survivor when it hears of the merge, and looks
/// again later, at growing intervals for a week: something may have been written for the merged one at that very moment, or
/// an older event come after the newer. So the move must do no harm when it is run again.
/// </summary>
public static class Redirects
{
    private static readonly TimeSpan Watched = TimeSpan.FromDays(7);

    private const string Columns = """
        merged_id AS MergedId, survivor_id AS SurvivorId, survivor_name AS SurvivorName, survivor_version AS SurvivorVersion,
        scope_path AS ScopePath, assignee_id AS AssigneeId, heard_us AS HeardUs
        """;
    private const string SelectOne = $"SELECT {Columns} FROM redirects WHERE merged_id = @id";
    private const string SelectDue = $"SELECT {Columns} FROM redirects WHERE due_us <= @now ORDER BY due_us LIMIT @n";
    private const string SelectLedTo = $"SELECT {Columns} FROM redirects WHERE survivor_id = @id";
    private const string Insert = """
        INSERT INTO redirects (merged_id, survivor_id, survivor_name, survivor_version, scope_path, assignee_id, heard_us, due_us)
        SELECT @MergedId, @SurvivorId, @SurvivorName, @SurvivorVersion, @ScopePath, @AssigneeId, @HeardUs, @HeardUs
        WHERE NOT EXISTS (SELECT 1 FROM redirects WHERE merged_id = @MergedId)
        """;
    private const string Lead = """
        UPDATE redirects SET survivor_id = @SurvivorId, survivor_name = @SurvivorName, survivor_version = @SurvivorVersion, scope_path = @ScopePath,
            assignee_id = @AssigneeId, heard_us = @HeardUs, due_us = @HeardUs
        WHERE merged_id = @MergedId
        """;
    private const string Follow = """
        UPDATE redirects SET survivor_name = @Name, survivor_version = @Version, scope_path = @ScopePath, assignee_id = @AssigneeId
        WHERE survivor_id = @AggregateId AND survivor_version < @Version
        """;
    private const string Later = "UPDATE redirects SET due_us = @due WHERE merged_id = @id";

    /// <summary>Remembers the merge and moves what is there; chains of merges lead to the last survivor, in whatever order they are heard.</summary>
    public static async Task HearAsync(Tx tx, PartnerMerged merged, Func<Tx, RedirectRow, Task> move)
    {
        var row = new RedirectRow
        {
            MergedId = merged.AggregateId,
            SurvivorId = merged.SurvivorId,
            SurvivorName = merged.SurvivorName,
            SurvivorVersion = merged.SurvivorVersion,
            ScopePath = merged.ScopePath,
            AssigneeId = merged.AssigneeId,
            HeardUs = tx.NowMicros,
        };
        if (await FindAsync(tx, row.SurvivorId) is { } onward)
            (row.SurvivorId, row.SurvivorName, row.SurvivorVersion, row.ScopePath, row.AssigneeId) =
                (onward.SurvivorId, onward.SurvivorName, onward.SurvivorVersion, onward.ScopePath, onward.AssigneeId);
        await tx.ExecuteAsync(Insert, row);
        await move(tx, row);
        foreach (var led in await tx.QueryAsync<RedirectRow>(SelectLedTo, new { id = merged.AggregateId }))
        {
            var on = new RedirectRow
            {
                MergedId = led.MergedId,
                SurvivorId = row.SurvivorId,
                SurvivorName = row.SurvivorName,
                SurvivorVersion = row.SurvivorVersion,
                ScopePath = row.ScopePath,
                AssigneeId = row.AssigneeId,
                HeardUs = row.HeardUs,
            };
            await tx.ExecuteAsync(Lead, on);
            await move(tx, on);
        }
    }

    /// <summary>The survivor was renamed, moved or reassigned.</summary>
    public static Task FollowAsync(Tx tx, PartnerChanged changed) =>
        tx.ExecuteAsync(Follow, new { changed.Name, changed.Version, changed.ScopePath, changed.AssigneeId, changed.AggregateId });

    /// <summary>Where a merged partner leads; null for one that was not merged.</summary>
    public static Task<RedirectRow?> FindAsync(Session s, string id) => s.FirstOrDefaultAsync<RedirectRow>(SelectOne, new { id });

    /// <summary>Looks again whether anything was left behind; for a sweep.</summary>
    public static async Task<int> WatchAsync(Db db, Func<Tx, RedirectRow, Task> move)
    {
        var due = await db.ReadAsync(s => s.QueryAsync<RedirectRow>(SelectDue, new { now = db.Clock.NowMicros(), n = 100 }));
        foreach (var row in due)
            await db.WriteAsync(async tx =>
            {
                await move(tx, row);
                await tx.ExecuteAsync(Later, new { id = row.MergedId, due = Next(row, tx.Now) });
            });
        return due.Count;
    }

    // After one second, two, four … as long again as it has been watched already.
    private static long? Next(RedirectRow row, DateTimeOffset now)
    {
        var watched = now - Clock.FromMicros(row.HeardUs);
        return watched >= Watched ? null : (now + TimeSpan.FromSeconds(Math.Max(1, watched.TotalSeconds))).Micros();
    }
}
