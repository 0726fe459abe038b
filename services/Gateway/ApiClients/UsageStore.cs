using Qudao.Platform;

namespace Qudao.Gateway.ApiClients;

/// <summary>Reads and writes what clients have used.</summary>
public static class UsageStore
{
    private const string Select = "SELECT used FROM api_usage WHERE client_id = @client AND period = @period";
    private const string Add = "UPDATE api_usage SET used = used + @n WHERE client_id = @client AND period = @period";
    private const string Insert = "INSERT INTO api_usage (client_id, period, used, ends_us) VALUES (@client, @period, 0, @ends)";
    private const string DeleteOfClient = "DELETE FROM api_usage WHERE client_id = @client";
    private const string CountOld = "SELECT COUNT(*) FROM api_usage WHERE ends_us < @before";
    private const string DeleteOld = "DELETE FROM api_usage WHERE ends_us < @before";

    // For as long as somebody may ask how last year was.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    public static async Task<(long Day, long Month)> UsedAsync(Session session, string client, UsagePeriods periods) =>
        (await UsedAsync(session, client, periods.Day), await UsedAsync(session, client, periods.Month));

    /// <summary>Counts as many requests as there may be now; none when a quota is used up. Whoever else counts for the client waits meanwhile.</summary>
    /// <returns>How many, and what is used with them.</returns>
    public static async Task<(long Given, long Day, long Month)> ClaimAsync(Tx tx, Quota quota, UsagePeriods periods)
    {
        await HoldAsync(tx, quota.Client, periods.Day, periods.DayEnds);
        await HoldAsync(tx, quota.Client, periods.Month, periods.MonthEnds);
        var (day, month) = await UsedAsync(tx, quota.Client, periods);
        var given = QuotaRules.Ahead(QuotaRules.Left(quota, day, month));
        if (given > 0)
            await AddAsync(tx, quota.Client, periods, given);
        return (given, day + given, month + given);
    }

    /// <summary>Counts so many more, or fewer; a client that is no more is left alone.</summary>
    public static async Task AddAsync(Tx tx, string client, UsagePeriods periods, long n)
    {
        await tx.ExecuteAsync(Add, new { client, period = periods.Day, n });
        await tx.ExecuteAsync(Add, new { client, period = periods.Month, n });
    }

    public static Task DeleteOfClientAsync(Tx tx, string client) => tx.ExecuteAsync(DeleteOfClient, new { client });

    /// <summary>Deletes what nobody asks for any more; a sweep.</summary>
    public static async Task<int> SweepAsync(Db db)
    {
        var before = (db.Clock.GetUtcNow() - Kept).Micros();
        return await db.ReadAsync(s => s.ScalarAsync<long>(CountOld, new { before })) == 0 ? 0 : await db.WriteAsync(tx => tx.ExecuteAsync(DeleteOld, new { before }));
    }

    private static Task<long> UsedAsync(Session session, string client, string period) => session.ScalarAsync<long>(Select, new { client, period });

    private static async Task HoldAsync(Tx tx, string client, string period, DateTimeOffset ends)
    {
        if (await tx.ExecuteAsync(Add, new { client, period, n = 0L }) == 0)
            await tx.ExecuteAsync(Insert, new { client, period, ends = ends.Micros() });
    }
}
