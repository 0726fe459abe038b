using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

/// <summary>Deletes notifications and messages that are old, read or not: Notifications:KeepDays, 180 unless set. Looks once an hour.</summary>
public sealed class NotificationRetention(TimeSpan kept)
{
    private const int Usual = 180;

    // Longer than the event log is kept: what is told again from there finds that it was told.
    private const int Least = 60;
    private const int Batch = 500;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private long nextUs;

    /// <exception cref="InvalidOperationException">The setting is too short.</exception>
    public static NotificationRetention From(IConfiguration configuration) => configuration.GetValue("Notifications:KeepDays", Usual) is >= Least and var days
        ? new(TimeSpan.FromDays(days)) : throw new InvalidOperationException($"Notifications:KeepDays must be at least {Least}.");

    public async Task<int> SweepAsync(Db db)
    {
        var now = db.Clock.GetUtcNow();
        if (now.Micros() < nextUs)
            return 0;
        await db.GiveWayAsync();
        var deleted = await db.WriteAsync(async tx =>
            await NotificationStore.ForgetAsync(tx, (now - kept).Micros(), Batch) + await OutwardStore.ForgetAsync(tx, (now - kept).Micros(), Batch));
        if (deleted == 0)
            nextUs = (now + Every).Micros();
        return deleted;
    }
}
