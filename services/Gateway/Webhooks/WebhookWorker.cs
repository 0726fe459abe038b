using Qudao.Gateway.Events;
using Qudao.Platform;

namespace Qudao.Gateway.Webhooks;

/// <summary>
/// Delivers what is due. A delivery is leased for a try, so that of several instances one makes it, and one that dies leaves
/// it to the others. Each address has a few slots of its own: a slow receiver holds up nobody but itself.
/// </summary>
public sealed class WebhookWorker(Db db, WebhookSender sender, WebhookSettings settings, ILogger<WebhookWorker> logger) : BackgroundService
{
    /// <summary>Tries of one address that run at a time.</summary>
    public const int SlotsOfEndpoint = 8;

    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, int> underWay = [];
    private readonly SemaphoreSlim wake = new(0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var moved = await WebhookFanOut.RunAsync(db);
                if (await BeginAsync(stoppingToken) > 0 || moved > 0)
                    continue;
            }
            catch (Exception e)
            {
                logger.LogError(e, "Webhooks could not be worked on; it goes on in a moment");
            }
            await ((Task)wake.WaitAsync(settings.Look, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await UntilDoneAsync();
    }

    /// <summary>Waits until no try is under way.</summary>
    private async Task UntilDoneAsync()
    {
        while (true)
        {
            lock (underWay)
                if (underWay.Count == 0)
                    return;
            await wake.WaitAsync(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Begins a try of whatever is due and has a slot; how many.</summary>
    private async Task<int> BeginAsync(CancellationToken cancel)
    {
        var now = db.Clock.NowMicros();
        var due = await db.ReadAsync(async s =>
        {
            var found = new List<(string Endpoint, string Id)>();
            foreach (var endpoint in await DeliveryStore.EndpointsDueAsync(s, now))
                if (FreeSlots(endpoint) is > 0 and var n)
                    found.AddRange((await DeliveryStore.DueAsync(s, endpoint, now, n)).Select(id => (endpoint, id)));
            return found;
        });
        if (due.Count == 0)
            return 0;
        var leased = await db.WriteAsync(async tx =>
        {
            var until = (tx.Now + settings.Timeout + Spare).Micros();
            var rows = new List<DeliveryRow>();
            foreach (var (endpoint, id) in due)
                if (await DeliveryStore.LeaseAsync(tx, endpoint, id, until) is { } row)
                    rows.Add(row);
            return rows;
        }, CancellationToken.None);
        foreach (var row in leased)
        {
            Count(row.EndpointId, 1);
            _ = TryAsync(row, cancel);
        }
        return leased.Count;
    }

    private async Task TryAsync(DeliveryRow row, CancellationToken cancel)
    {
        try
        {
            await DeliverAsync(row, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await db.WriteAsync(tx => DeliveryStore.ReleaseAsync(tx, row), CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogError(e, "Delivery {Id} could not be made or noted; it is due again when its lease has run out", row.Id);
        }
        finally
        {
            Count(row.EndpointId, -1);
            wake.Release();
        }
    }

    private async Task DeliverAsync(DeliveryRow row, CancellationToken cancel)
    {
        var now = db.Clock.GetUtcNow();
        var (endpoint, secrets, happened, owner) = await db.ReadAsync(async s =>
        {
            var found = await WebhookStore.ByIdAsync(s, row.EndpointId);
            return (found,
                found is null ? [] : await WebhookStore.SecretsAsync(s, found.Id, now.Micros()),
                row.IsPing ? Ping(row) : await EventStore.ByIdAsync(s, row.EventId),
                found is null ? null : await Owners.ScopeAsync(s, found.OwnerId));
        });
        if (endpoint is null)
            return;
        if (happened is null)
            await db.WriteAsync(tx => WebhookEndings.EndUnsentAsync(tx, row, DeliveryRow.Failed, "event-gone"), CancellationToken.None);
        else if (!MayHave(owner, endpoint, row, happened))
            await db.WriteAsync(tx => WebhookEndings.EndUnsentAsync(tx, row, DeliveryRow.Withheld, ""), CancellationToken.None);
        else
        {
            var attempt = await sender.SendAsync(endpoint.Url, Headers(row, happened, secrets, now, out var body), body, cancel);
            await db.WriteAsync(tx => WebhookEndings.RecordAsync(tx, row, attempt), CancellationToken.None);
        }
    }

    /// <summary>Where the event belongs now, to who owns the address now: neither is what it was when the delivery was made.</summary>
    private static bool MayHave(Scope? owner, EndpointRow endpoint, DeliveryRow row, EventRow happened) =>
        owner is not null && (row.IsPing || Owners.Shared(owner, endpoint.ScopePath)?.Sees(happened.ScopePath, happened.AssigneeId) == true);

    private static Dictionary<string, string> Headers(DeliveryRow row, EventRow happened, List<string> secrets, DateTimeOffset now, out byte[] body)
    {
        body = CloudEvents.Json(happened);
        var timestamp = WebhookRules.Timestamp(now);
        return new()
        {
            ["webhook-id"] = row.EventId,
            ["webhook-timestamp"] = timestamp,
            ["webhook-signature"] = WebhookRules.Sign(secrets, row.EventId, timestamp, body),
        };
    }

    private static EventRow Ping(DeliveryRow row) =>
        new() { Id = row.EventId, Type = row.Type, AggregateId = row.EndpointId, Version = 1, OccurredUs = row.CreatedUs, Body = "{}" };

    private int FreeSlots(string endpoint)
    {
        lock (underWay)
            return SlotsOfEndpoint - underWay.GetValueOrDefault(endpoint);
    }

    private void Count(string endpoint, int by)
    {
        lock (underWay)
            if ((underWay[endpoint] = underWay.GetValueOrDefault(endpoint) + by) == 0)
                underWay.Remove(endpoint);
    }
}
