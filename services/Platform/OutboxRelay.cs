using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>Carries an event to every service that hears it; returns once each of them is sure to have it.</summary>
public interface ITransport
{
    /// <summary>Returns when it can deliver: the broker is there, or all services of this process are. What waits is not tried in vain.</summary>
    Task ReadyAsync(CancellationToken cancel);

    Task DeliverAsync(OutboxRow row, CancellationToken cancel);
}

/// <summary>
/// Hands undelivered events to the transport, outside any transaction, and marks them delivered. What this process commits
/// is passed on at once, leased from the start; a scan claims the rest: what another process left behind, and what could
/// not be delivered before. Delivery is at least once; the inbox makes the effect once.
/// </summary>
public sealed class OutboxRelay(Db db, ITransport transport, OutboxSignal signal, ILogger<OutboxRelay> logger) : BackgroundService
{
    private const int BatchSize = 200;
    private const int BatchesAtOnce = 4;
    private static readonly TimeSpan Scan = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DeliveryLimit = OutboxSignal.Lease - TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private const string SelectDue = "SELECT id FROM outbox WHERE delivered_us IS NULL AND due_us <= @now AND lease_until_us < @now ORDER BY due_us LIMIT @n";
    private const string CountLeased = "SELECT COUNT(*) FROM outbox WHERE delivered_us IS NULL AND lease_until_us > 0";
    private const string TakeBack = "UPDATE outbox SET lease_until_us = 0 WHERE delivered_us IS NULL AND lease_until_us > 0";
    private const string MoveLogHead = "UPDATE event_log_head SET seq = seq + @Count WHERE id = 1";
    private const string ReadLogHead = "SELECT seq FROM event_log_head WHERE id = 1";
    private const string MarkDelivered = """
        UPDATE outbox SET delivered_us = @Now, log_seq = @LogSeq, lease_owner = NULL, lease_until_us = 0
        WHERE id = @Id AND delivered_us IS NULL
        """;
    private const string Postpone = """
        UPDATE outbox SET due_us = @Due, lease_owner = NULL, lease_until_us = 0 WHERE id = @Id AND delivered_us IS NULL
        """;

    private readonly string owner = $"{Environment.MachineName}:{Guid.NewGuid():n}";
    private readonly SemaphoreSlim slots = new(BatchesAtOnce, BatchesAtOnce);
    private bool takenBack;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signal.Relay = owner;
        await Task.WhenAll(UntilStoppedAsync(PassOnAsync, stoppingToken), UntilStoppedAsync(ScanAsync, stoppingToken));
        signal.Relay = null;
        // What is on its way arrives and is marked.
        for (var i = 0; i < BatchesAtOnce; i++)
            await slots.WaitAsync(CancellationToken.None);
    }

    private async Task UntilStoppedAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await work(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LogError(e, "The outbox could not be worked on");
                await Task.Delay(Scan, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Delivers what was just committed; a batch that is on its way does not hold up the next.</summary>
    private async Task PassOnAsync(CancellationToken cancel)
    {
        await signal.Committed.WaitToReadAsync(cancel);
        await transport.ReadyAsync(cancel);
        await slots.WaitAsync(cancel);
        var rows = new List<OutboxRow>();
        var now = db.Clock.NowMicros();
        while (rows.Count < BatchSize && signal.Committed.TryRead(out var row))
        {
            // What waited here for too long is the scan's.
            if (row.LeaseUntilUs > now)
                rows.Add(row);
        }
        _ = DeliverInSlotAsync(rows, cancel);
    }

    private async Task DeliverInSlotAsync(List<OutboxRow> rows, CancellationToken cancel)
    {
        try
        {
            await DeliverAsync(rows, cancel);
        }
        catch (Exception e)
        {
            logger.LogError(e, "{Count} events could not be marked as delivered", rows.Count);
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>
    /// What is leased at the start is most likely this instance's own, of before it was killed: nobody waits ten seconds for
    /// that. What another instance is just delivering is then delivered twice, and heard once.
    /// </summary>
    private async Task TakeBackAsync(CancellationToken cancel)
    {
        if (await db.ReadAsync(s => s.ScalarAsync<long>(CountLeased)) > 0)
            await db.WriteAsync(tx => tx.ExecuteAsync(TakeBack), cancel);
    }

    private async Task ScanAsync(CancellationToken cancel)
    {
        if (!takenBack)
            await TakeBackAsync(cancel);
        takenBack = true;
        await transport.ReadyAsync(cancel);
        var rows = await ClaimAsync(cancel);
        await DeliverAsync(rows, cancel);
        if (rows.Count < BatchSize)
            await Task.Delay(Scan, cancel);
    }

    private async Task DeliverAsync(List<OutboxRow> rows, CancellationToken cancel)
    {
        if (rows.Count == 0)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(DeliveryLimit);
        var delivered = await Task.WhenAll(rows.Select(row => TryDeliverAsync(row, limit.Token)));
        var outcome = rows.Zip(delivered).ToList();
        await db.WriteAsync(tx => MarkAsync(tx, outcome), CancellationToken.None);
    }

    private async Task<List<OutboxRow>> ClaimAsync(CancellationToken cancel)
    {
        // A read first: an idle service must not write once a second.
        if (await db.ReadAsync(s => s.FirstOrDefaultAsync<string>(SelectDue, new { now = db.Clock.NowMicros(), n = 1 })) is null)
            return [];
#pragma warning disable CA1857 // One of two constants, by dialect.
        var rows = await db.WriteAsync(tx => tx.QueryAsync<OutboxRow>(tx.Dialect.ClaimOutbox, new
#pragma warning restore CA1857
        {
            owner,
            now = tx.NowMicros,
            until = (tx.Now + OutboxSignal.Lease).Micros(),
            n = BatchSize,
        }), cancel);
        rows.Sort((a, b) => a.Seq.CompareTo(b.Seq));
        return rows;
    }

    private async Task<bool> TryDeliverAsync(OutboxRow row, CancellationToken limit)
    {
        using var activity = Telemetry.Source.StartActivity($"publish {row.Type}", ActivityKind.Internal, row.Traceparent);
        try
        {
            Faults.Point(Faults.BeforePublish);
            await transport.DeliverAsync(row, limit).WaitAsync(limit);
            Faults.Point(Faults.AfterPublish);
            return true;
        }
        catch (Exception e)
        {
            logger.LogWarning("Event {Id} ({Type}) was not delivered yet, try {Attempt}: {Error}", row.Id, row.Type, row.Attempts, e.Message);
            return false;
        }
    }

    private static async Task MarkAsync(Tx tx, List<(OutboxRow Row, bool Delivered)> outcome)
    {
        var delivered = outcome.Where(o => o.Delivered).Select(o => o.Row).ToList();
        if (delivered.Count > 0)
        {
            // The head row is locked by the update: numbers are given in commit order, so a reader of the log misses none.
            await tx.ExecuteAsync(MoveLogHead, new { delivered.Count });
            var last = await tx.ScalarAsync<long>(ReadLogHead);
            for (var i = 0; i < delivered.Count; i++)
                await tx.ExecuteAsync(MarkDelivered, new { Now = tx.NowMicros, LogSeq = last - delivered.Count + 1 + i, delivered[i].Id });
        }
        foreach (var (row, _) in outcome.Where(o => !o.Delivered))
            await tx.ExecuteAsync(Postpone, new { Due = (tx.Now + Pause(row.Attempts)).Micros(), row.Id });
    }

    private static TimeSpan Pause(int attempts)
    {
        var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(attempts, 10)));
        return pause < LongestPause ? pause : LongestPause;
    }
}
