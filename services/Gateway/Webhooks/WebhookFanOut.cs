using Qudao.Gateway.Events;
using Qudao.Platform;

namespace Qudao.Gateway.Webhooks;

/// <summary>
/// Gives each active address a delivery for each event it is to get. It goes along the feed like any reader, and moves on in
/// the transaction that adds the deliveries: of two instances one does it, and an address that was paused goes on where it stopped.
/// </summary>
public static class WebhookFanOut
{
    private const int Batch = 500;

    /// <summary>So much may wait for one address; the rest waits in the feed, where it is stored anyway.</summary>
    private const int MostPending = 1000;

    /// <summary>One batch for each address that is behind; how many moved on.</summary>
    public static async Task<int> RunAsync(Db db)
    {
        var head = await db.ReadAsync(EventStore.HeadAsync);
        var moved = 0;
        foreach (var endpoint in await db.ReadAsync(s => WebhookStore.BehindAsync(s, head.Seq)))
            moved += await MoveOnAsync(db, endpoint, head) ? 1 : 0;
        return moved;
    }

    private static async Task<bool> MoveOnAsync(Db db, EndpointRow endpoint, HeadRow head)
    {
        var (owner, waiting) = await db.ReadAsync(async s => (await Owners.ScopeAsync(s, endpoint.OwnerId), await DeliveryStore.CountPendingAsync(s, endpoint.Id)));
        if (owner is null)
            return await db.WriteAsync(tx => WebhookEndings.PauseAsync(tx, endpoint, "owner"));
        if (waiting >= MostPending)
            return false;
        var after = Math.Max(endpoint.Seq, head.DeletedSeq);
        var rows = Owners.Shared(owner, endpoint.ScopePath) is { } scope
            ? await db.ReadAsync(s => EventStore.AfterAsync(s, after, new EventFilter(scope, endpoint.TypeList), Batch))
            : [];
        var to = rows.Count == Batch ? rows[^1].Seq : Math.Max(head.Seq, rows.Count > 0 ? rows[^1].Seq : 0);
        return await db.WriteAsync(async tx =>
        {
            if (!await WebhookStore.MoveOnAsync(tx, endpoint.Id, endpoint.Seq, to))
                return false;
            if (after > endpoint.Seq)
                await WebhookEndings.AuditAsync(tx, endpoint, "webhook-endpoint.skip", new { From = EventRules.Sequence(endpoint.Seq), To = EventRules.Sequence(after) });
            foreach (var row in rows)
                await DeliveryStore.InsertAsync(tx, new DeliveryRow { Id = tx.NewId(), EndpointId = endpoint.Id, EventId = row.Id, Seq = row.Seq, Type = row.Type, DueUs = tx.NowMicros, CreatedUs = tx.NowMicros });
            return true;
        });
    }
}
