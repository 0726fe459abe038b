using System.Net;
using Google.Api;
using Qudao.Platform;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Qudao.Gateway.Edge;

/// <summary>A service behind the gateway: its package is qudao.{Name}.v1, its instances stand in Services:{Key}.</summary>
public sealed record Backend(string Name, string Key);

/// <summary>Which request goes to which service, worked out from the contracts: no route is written by hand.</summary>
public static class Backends
{
    /// <summary>Longer than the longest deadline of a call.</summary>
    private static readonly TimeSpan Activity = TimeSpan.FromSeconds(100);

    public static readonly IReadOnlyList<Backend> All =
    [
        new("dealer", "Dealer"), new("contract", "Contract"), new("training", "Training"), new("serviceticket", "ServiceTicket"), new("reporting", "Reporting"),
    ];

    /// <summary>Every rpc service of the contracts, the gateway's own too.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } = OpenApi.Services([.. Rest.ProtocolFiles()]);

    /// <summary>gRPC by service name; REST by the first segment after /v1/, which belongs to one service alone.</summary>
    public static IReadOnlyList<RouteConfig> Routes()
    {
        var routes = new List<RouteConfig>();
        foreach (var backend in All)
        {
            var services = Services.Where(service => service.File.Package == $"qudao.{backend.Name}.v1").ToList();
            routes.AddRange(services.Select(service => Route(backend, service.FullName, $"/{service.FullName}/{{method}}")));
            routes.AddRange(services.SelectMany(Collections).Distinct().Select(segment => Route(backend, segment, $"/v1/{segment}/{{**rest}}")));
        }
        return routes;
    }

    /// <summary>One cluster per service: every address in its setting is an instance.</summary>
    public static IReadOnlyList<ClusterConfig> Clusters(IConfiguration configuration) => [.. All.Select(backend => Cluster(backend, configuration))];

    private static RouteConfig Route(Backend backend, string id, string path) =>
        new() { RouteId = id, ClusterId = backend.Name, Match = new RouteMatch { Path = path } };

    private static ClusterConfig Cluster(Backend backend, IConfiguration configuration)
    {
        var addresses = configuration[$"Services:{backend.Key}"]
            ?? throw new InvalidOperationException($"Services:{backend.Key} is required: the addresses of the {backend.Key} service, separated by commas.");
        return new ClusterConfig
        {
            ClusterId = backend.Name,
            LoadBalancingPolicy = "RoundRobin",
            Destinations = addresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .ToDictionary(address => address, address => new DestinationConfig { Address = address }),
            HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = Activity },
            HttpClient = new HttpClientConfig { EnableMultipleHttp2Connections = true },
            HealthCheck = new HealthCheckConfig
            {
                Active = new ActiveHealthCheckConfig { Enabled = true, Path = "/readyz", Policy = "ConsecutiveFailures", Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(5) },
                Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = LeaveOutAtOnce.PolicyName, ReactivationPeriod = TimeSpan.FromSeconds(1) },
                // With no instance known to be well, all are tried: the one that has just come back answers at once.
                AvailableDestinationsPolicy = "HealthyOrPanic",
            },
            Metadata = new Dictionary<string, string> { ["ConsecutiveFailuresHealthPolicy.Threshold"] = "1" },
        };
    }

    /// <summary>"partners" of "/v1/{name=partners/*}:stage", "surveys:import" of "/v1/surveys:import".</summary>
    private static IEnumerable<string> Collections(ServiceDescriptor service) =>
        from method in service.Methods
        let rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http)
        where rule is not null
        from binding in rule.AdditionalBindings.Prepend(rule)
        select FirstSegment(PathOf(binding));

    private static string PathOf(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => rule.Get,
        HttpRule.PatternOneofCase.Post => rule.Post,
        HttpRule.PatternOneofCase.Put => rule.Put,
        HttpRule.PatternOneofCase.Patch => rule.Patch,
        HttpRule.PatternOneofCase.Delete => rule.Delete,
        _ => throw new InvalidOperationException($"An HTTP rule without a path: {rule}"),
    };

    private static string FirstSegment(string path)
    {
        var rest = path["/v1/".Length..];
        if (rest.StartsWith('{'))
            rest = rest[(rest.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var end = rest.IndexOfAny(['/', '}']);
        return end < 0 ? rest : rest[..end];
    }
}
