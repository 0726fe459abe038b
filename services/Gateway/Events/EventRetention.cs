using Qudao.Platform;

namespace Qudao.Gateway.Events;

/// <summary>Keeps the feed as long as the services keep what they published: Retention:EventDays, 30 days or longer.</summary>
public sealed class EventRetention(IConfiguration configuration)
{
    private const int LeastDays = 30;
    private const int Batch = 500;

    /// <summary>How long.</summary>
    public TimeSpan Kept { get; } = TimeSpan.FromDays(Math.Max(LeastDays, configuration.GetValue("Retention:EventDays", LeastDays)));

    /// <summary>Deletes a batch of what is older; a sweep.</summary>
    public async Task<int> SweepAsync(Db db)
    {
        var before = (db.Clock.GetUtcNow() - Kept).Micros();
        if (await db.ReadAsync(EventStore.OldestUsAsync) is not { } oldest || oldest >= before)
            return 0;
        await db.GiveWayAsync();
        return await db.WriteAsync(tx => EventStore.DeleteBeforeAsync(tx, before, Batch));
    }
}
