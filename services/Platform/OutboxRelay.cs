using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>Carries an event to every service that hears it; returns once each of them is sure to have it.</summary>
public interface ITransport
{
    Task DeliverAsync(OutboxRow row, CancellationToken cancel);
}

/// <summary>
/// Takes undelivered events out of the outbox under a lease, hands them to the transport outside any transaction, and
/// marks them delivered. Woken by commits; scans as a fallback. Delivery is at least once; the inbox makes the effect once.
/// </summary>
public sealed class OutboxRelay(Db db, ITransport transport, OutboxSignal signal, ILogger<OutboxRelay> logger) : BackgroundService
{
    private const int BatchSize = 200;
    private static readonly TimeSpan Scan = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private const string MoveLogHead = "UPDATE event_log_head SET seq = seq + @Count WHERE id = 1";
    private const string ReadLogHead = "SELECT seq FROM event_log_head WHERE id = 1";
    private const string MarkDelivered = """
        UPDATE outbox SET delivered_us = @Now, log_seq = @LogSeq, lease_owner = NULL, lease_until_us = 0
        WHERE seq = @Seq AND delivered_us IS NULL
        """;
    private const string Postpone = """
        UPDATE outbox SET due_us = @Due, lease_owner = NULL, lease_until_us = 0 WHERE seq = @Seq AND delivered_us IS NULL
        """;

    private readonly string owner = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():n}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await DeliverDueAsync(stoppingToken) < BatchSize)
                    await signal.WaitAsync(Scan, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LogError(e, "The outbox could not be worked on");
                await Task.Delay(Scan, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> DeliverDueAsync(CancellationToken cancel)
    {
        var rows = await ClaimAsync(cancel);
        if (rows.Count == 0)
            return 0;
        var delivered = await Task.WhenAll(rows.Select(row => TryDeliverAsync(row, cancel)));
        var outcome = rows.Zip(delivered).ToList();
        await db.WriteAsync(tx => MarkAsync(tx, outcome), CancellationToken.None);
        return rows.Count;
    }

    private async Task<List<OutboxRow>> ClaimAsync(CancellationToken cancel)
    {
        // A read first: an idle service must not write once a second.
        if (await db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE delivered_us IS NULL AND due_us <= @now", new { now = db.Clock.NowMicros() })) == 0)
            return [];
#pragma warning disable CA1857 // One of two constants, by dialect.
        var rows = await db.WriteAsync(tx => tx.QueryAsync<OutboxRow>(tx.Dialect.ClaimOutbox, new
#pragma warning restore CA1857
        {
            owner,
            now = tx.NowMicros,
            until = (tx.Now + Lease).Micros(),
            n = BatchSize,
        }), cancel);
        rows.Sort((a, b) => a.Seq.CompareTo(b.Seq));
        return rows;
    }

    private async Task<bool> TryDeliverAsync(OutboxRow row, CancellationToken cancel)
    {
        using var activity = Telemetry.Source.StartActivity($"publish {row.Type}", ActivityKind.Internal, row.Traceparent);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(DeliveryLimit);
        try
        {
            Faults.Point(Faults.BeforePublish);
            await transport.DeliverAsync(row, limit.Token).WaitAsync(limit.Token);
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
                await tx.ExecuteAsync(MarkDelivered, new { Now = tx.NowMicros, LogSeq = last - delivered.Count + 1 + i, delivered[i].Seq });
        }
        foreach (var (row, _) in outcome.Where(o => !o.Delivered))
            await tx.ExecuteAsync(Postpone, new { Due = (tx.Now + Pause(row.Attempts)).Micros(), row.Seq });
    }

    private static TimeSpan Pause(int attempts)
    {
        var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(attempts, 10)));
        return pause < LongestPause ? pause : LongestPause;
    }
}
