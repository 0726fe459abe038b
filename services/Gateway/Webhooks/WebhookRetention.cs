using Qudao.Gateway.Events;
using Qudao.Platform;

namespace Qudao.Gateway.Webhooks;

/// <summary>Deletes secrets that have ended, and deliveries as old as events may become.</summary>
public sealed class WebhookRetention(EventRetention events)
{
    private const int Batch = 500;

    /// <summary>A sweep.</summary>
    public async Task<int> SweepAsync(Db db)
    {
        var now = db.Clock.GetUtcNow();
        var (ended, old) = await db.ReadAsync(async s =>
            (await WebhookStore.CountExpiredSecretsAsync(s, now.Micros()), await DeliveryStore.OldAsync(s, (now - events.Kept).Micros(), Batch)));
        if (ended == 0 && old.Count == 0)
            return 0;
        return await db.WriteAsync(async tx =>
            await WebhookStore.DeleteExpiredSecretsAsync(tx, now.Micros()) + (old.Count == 0 ? 0 : await DeliveryStore.DeleteAsync(tx, old)));
    }
}
