using System.Globalization;
using Qudao.Platform;

namespace Qudao.Gateway.Backups;

/// <summary>
/// The nightly backup: Backup:DailyAt ("02:30", in China; none unless set), of which Backup:Keep are kept (7; 0 keeps all). What
/// fell due while the house was down is made up for when it starts.
/// </summary>
public sealed class BackupSchedule(IConfiguration configuration)
{
    private const string CountSince = "SELECT COUNT(*) FROM operations WHERE kind = 'backup' AND owner = @owner AND created_us >= @since";

    private readonly TimeOnly? at = AtOf(configuration["Backup:DailyAt"]);
    private long begunUs;

    /// <summary>How many are kept.</summary>
    public int Kept { get; } = configuration.GetValue("Backup:Keep", 7) is >= 0 and var kept ? kept : throw new InvalidOperationException("Backup:Keep must be 0 or more.");

    /// <summary>For the timer: begins the backup that is due.</summary>
    public async Task<int> SweepAsync(Db db)
    {
        if (at is not { } time)
            return 0;
        var now = db.Clock.GetUtcNow();
        var today = ChinaTime.At(ChinaTime.DateOf(now), time);
        var due = (today <= now ? today : today.AddDays(-1)).Micros();
        if (begunUs == due)
            return 0;
        var caller = Caller.System;
        await db.WriteAsync(async tx =>
        {
            if (await tx.ScalarAsync<long>(CountSince, new { owner = caller.Subject, since = due }) > 0)
                return;
            var operation = await tx.StartJobAsync(caller, "gateway", BackupJob.Kind, []);
            await tx.AuditAsync(caller, "backup.create", operation.Name, "/hq/", null, new { });
        });
        begunUs = due;
        return 0;
    }

    private static TimeOnly? AtOf(string? text) => string.IsNullOrEmpty(text) ? null
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
        : throw new InvalidOperationException("Backup:DailyAt must be a time of day such as 02:30.");
}
