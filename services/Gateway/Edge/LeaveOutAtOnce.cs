using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Qudao.Gateway.Edge;

/// <summary>
/// An instance that could not be reached, or broke off, gets no more requests until a second has passed; the active
/// check says then whether it is back.
/// </summary>
public sealed class LeaveOutAtOnce(IDestinationHealthUpdater updater) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "LeaveOutAtOnce";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        var error = context.GetForwarderErrorFeature()?.Error;
        if (error is ForwarderError.Request or ForwarderError.ResponseBodyDestination)
            updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? Pause);
        else if (error is null && destination.Health.Passive == DestinationHealth.Unhealthy)
            updater.SetPassive(cluster, destination, DestinationHealth.Healthy, Pause);
    }
}
