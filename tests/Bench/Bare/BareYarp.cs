using Yarp.ReverseProxy.Configuration;

namespace Qudao.Bench.Bare;

/// <summary>YARP that passes everything on to one address (setting "To"), with nothing added.</summary>
internal static class BareYarp
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(builder.Configuration["Listen"]!);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "all", Match = new RouteMatch { Path = "{**all}" } }],
            [new ClusterConfig { ClusterId = "all", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = builder.Configuration["To"]! } } }]);
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
