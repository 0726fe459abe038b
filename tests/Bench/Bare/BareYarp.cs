using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Qudao.Bench.Bare;

/// <summary>YARP that passes everything on to one address (setting "To"), with nothing added; "FromHttp2" and "ToHttp2" where there is nothing but cleartext HTTP/2.</summary>
internal static class BareYarp
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(builder.Configuration["Listen"]!);
        if (builder.Configuration.GetValue("FromHttp2", false))
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var http2 = builder.Configuration.GetValue("ToHttp2", false);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "all", Match = new RouteMatch { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "all",
                    Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = builder.Configuration["To"]! } },
                    HttpRequest = http2 ? new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact } : null,
                },
            ]);
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
