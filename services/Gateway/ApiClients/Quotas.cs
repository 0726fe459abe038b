using System.Collections.Concurrent;
using Qudao.Platform;

namespace Qudao.Gateway.ApiClients;

/// <summary>
/// Counts what API clients ask for, in the database that all gateways share. Not each request is a write: a gateway counts a
/// few in advance and lets so many pass; what it does not need is taken off again within seconds, and when it stops. So no
/// quota is ever passed, and a gateway that is killed costs a client a hundred requests at most.
/// </summary>
public sealed class Quotas(Db db, ILogger<Quotas> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Counted> clients = new();

    public DateTimeOffset Now => db.Clock.GetUtcNow();

    /// <summary>The day and the month that are counted now.</summary>
    public UsagePeriods Periods => UsagePeriods.At(Now);

    /// <summary>Counts a request; a refusal when the quota is used up.</summary>
    public ValueTask<Refusal?> TakeAsync(Quota quota)
    {
        var counted = clients.GetOrAdd(quota.Client, _ => new Counted());
        var periods = Periods;
        return counted.TryTake(periods) ? default : new ValueTask<Refusal?>(ClaimAsync(counted, quota, periods));
    }

    /// <summary>Takes a request off again that was not worked on.</summary>
    public void Return(Quota quota)
    {
        if (clients.TryGetValue(quota.Client, out var counted))
            counted.Return(Periods);
    }

    /// <summary>What is left, as far as this gateway knows; null of what is without end.</summary>
    public (long? Day, long? Month) Left(Quota quota) => clients.TryGetValue(quota.Client, out var counted) ? counted.Left(quota) : (null, null);

    /// <summary>What a client has used, without what this gateway counted in advance.</summary>
    public async Task<(long Day, long Month)> UsedAsync(string client, UsagePeriods periods)
    {
        var (day, month) = await db.ReadAsync(s => UsageStore.UsedAsync(s, client, periods));
        var ahead = clients.TryGetValue(client, out var counted) ? counted.Ahead(periods) : 0;
        return (Math.Max(0, day - ahead), Math.Max(0, month - ahead));
    }

    /// <summary>Takes off what was counted in advance and not asked for since the last time; all of it when told so.</summary>
    public async Task SettleAsync(bool all = false)
    {
        foreach (var (client, counted) in clients)
        {
            if (counted.TakeBack(all) is var (periods, n))
                await db.WriteAsync(tx => UsageStore.AddAsync(tx, client, periods, -n));
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SettleAsync(all: true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SettleAsync();
            }
            catch (Exception e)
            {
                logger.LogError(e, "What was counted in advance could not be taken off; it counts as used");
            }
        }
    }

    private async Task<Refusal?> ClaimAsync(Counted counted, Quota quota, UsagePeriods periods)
    {
        await counted.Claiming.WaitAsync();
        try
        {
            if (counted.TryTake(periods))
                return null;
            var now = Now;
            // Others may have taken something off, or an administrator given more: once a second is soon enough to see.
            if (counted.Refused is var (refusal, asked, at) && asked == quota && now - at < Every && now >= at)
                return refusal;
            // What is still left is yesterday's.
            var stale = counted.TakeBack(all: true);
            var (given, day, month) = await db.WriteAsync(async tx =>
            {
                if (stale is var (before, n))
                    await UsageStore.AddAsync(tx, quota.Client, before, -n);
                return await UsageStore.ClaimAsync(tx, quota, periods);
            });
            counted.Give(periods, given, day, month);
            counted.Refused = given > 0 ? null : (QuotaRules.UsedUp(quota, month, periods, now), quota, now);
            return counted.Refused?.Why;
        }
        finally
        {
            counted.Claiming.Release();
        }
    }

    /// <summary>What this gateway has counted in advance for a client.</summary>
    private sealed class Counted
    {
        private readonly Lock hold = new();
        private UsagePeriods? periods;
        private long ahead;
        private long day;
        private long month;
        private bool touched;

        /// <summary>One asks the database at a time; the others take of what he gets.</summary>
        public SemaphoreSlim Claiming { get; } = new(1, 1);

        /// <summary>The last refusal: why, for which quota, and when. Of the one who claims.</summary>
        public (Refusal Why, Quota Of, DateTimeOffset At)? Refused { get; set; }

        public bool TryTake(UsagePeriods now)
        {
            lock (hold)
            {
                touched = true;
                if (ahead == 0 || periods != now)
                    return false;
                ahead--;
                return true;
            }
        }

        public void Return(UsagePeriods now)
        {
            lock (hold)
                ahead += periods == now ? 1 : 0;
        }

        /// <summary>So many more are counted; the first of them is taken at once.</summary>
        public void Give(UsagePeriods now, long given, long usedInDay, long usedInMonth)
        {
            lock (hold)
                (periods, ahead, day, month) = (now, ahead + Math.Max(0, given - 1), usedInDay, usedInMonth);
        }

        public (UsagePeriods Periods, long N)? TakeBack(bool all)
        {
            lock (hold)
            {
                var (idle, n) = (!touched || all, ahead);
                touched = false;
                if (!idle || n == 0)
                    return null;
                (ahead, day, month) = (0, day - n, month - n);
                return (periods!, n);
            }
        }

        public long Ahead(UsagePeriods now)
        {
            lock (hold)
                return periods == now ? ahead : 0;
        }

        public (long? Day, long? Month) Left(Quota quota)
        {
            lock (hold)
                return (quota.PerDay == 0 ? null : Math.Max(0, quota.PerDay - day + ahead), quota.PerMonth == 0 ? null : Math.Max(0, quota.PerMonth - month + ahead));
        }
    }
}
