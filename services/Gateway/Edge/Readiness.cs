using Qudao.Platform;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Qudao.Gateway.Edge;

/// <summary>Ready means: the gateway's database answers, and of each service at least one instance.</summary>
public sealed class Readiness(Db db, IProxyStateLookup proxy)
{
    /// <summary>What is missing; empty when ready.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync()
    {
        var missing = Backends.All.Where(backend => !IsServed(backend)).Select(backend => backend.Name).ToList();
        try
        {
            await db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM event_log_head"));
        }
        catch (System.Data.Common.DbException)
        {
            missing.Add("database");
        }
        return missing;
    }

    private bool IsServed(Backend backend) =>
        proxy.TryGetCluster(backend.Name, out var cluster) && cluster.Destinations.Values.Any(each =>
            each.Health is { Active: DestinationHealth.Healthy, Passive: not DestinationHealth.Unhealthy });
}
