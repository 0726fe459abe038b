using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Qudao.Platform;

/// <summary>
/// Deletes what the platform's tables need not keep any longer. Looks once an hour, and gives way to whoever wants to write.
/// </summary>
/// <param name="remembered">A message that comes again, or a request that is sent again, later than this is taken for a new one.</param>
/// <param name="eventLog">How far back a partner system can read events.</param>
public sealed class Retention(TimeSpan remembered, TimeSpan eventLog)
{
    private const int Batch = 500;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    // The time up to which a batch reaches; rows of one instant go together.
    private const string EndOfInbox = "SELECT received_us FROM inbox WHERE received_us < @before ORDER BY received_us LIMIT @n";
    private const string DeleteInbox = "DELETE FROM inbox WHERE received_us <= @upTo";
    private const string EndOfRequests = "SELECT created_us FROM requests WHERE created_us < @before ORDER BY created_us LIMIT @n";
    private const string DeleteRequests = "DELETE FROM requests WHERE created_us <= @upTo";

    // In the log's order, which is nearly that of delivery: what is young at its front ends the look.
    private const string DeleteEvents = """
        DELETE FROM outbox WHERE delivered_us < @before AND seq IN (SELECT seq FROM outbox WHERE log_seq IS NOT NULL ORDER BY log_seq LIMIT @n)
        """;

    private long nextUs;

    /// <summary>As set by Retention:RequestDays and Retention:EventDays: 7 and 30 days, or longer; less would break what callers and listeners rely on.</summary>
    /// <exception cref="InvalidOperationException">A setting is shorter.</exception>
    public static Retention From(IConfiguration configuration) => new(Days(configuration, "Retention:RequestDays", 7), Days(configuration, "Retention:EventDays", 30));

    /// <summary>For the timer: goes on batch by batch until nothing is left, then looks again in an hour.</summary>
    /// <returns>How many rows it deleted.</returns>
    public async Task<int> SweepAsync(Db db)
    {
        var now = db.Clock.GetUtcNow();
        if (now.Micros() < nextUs)
            return 0;
        await db.GiveWayAsync();
        var deleted = await db.WriteAsync(async tx =>
            await DeleteAsync(tx, EndOfInbox, DeleteInbox, now - remembered)
            + await DeleteAsync(tx, EndOfRequests, DeleteRequests, now - remembered)
            + await tx.ExecuteAsync(DeleteEvents, new { before = (now - eventLog).Micros(), n = Batch }));
        if (deleted == 0)
            nextUs = (now + Every).Micros();
        return deleted;
    }

    private static async Task<int> DeleteAsync(Tx tx, [ConstantExpected] string endOfBatch, [ConstantExpected] string delete, DateTimeOffset before)
    {
        var batch = await tx.QueryAsync<long>(endOfBatch, new { before = before.Micros(), n = Batch });
        return batch.Count == 0 ? 0 : await tx.ExecuteAsync(delete, new { upTo = batch[^1] });
    }

    private static TimeSpan Days(IConfiguration configuration, string key, int least)
    {
        var days = configuration.GetValue(key, least);
        return days >= least ? TimeSpan.FromDays(days) : throw new InvalidOperationException($"{key} must be at least {least}.");
    }
}
