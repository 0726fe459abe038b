using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qudao.Gateway.Edge;
using Qudao.Gateway.Keys;
using Qudao.Platform;

namespace Qudao.Gateway;

/// <summary>Builds the gateway, for a process of its own and for Standalone.</summary>
public static class GatewayHost
{
    private const string DefaultHttp = "http://127.0.0.1:5080";
    private const string DefaultGrpc = "http://127.0.0.1:5081";

    /// <param name="adjust">The last word on the host, as in ServiceHost.Build.</param>
    public static WebApplication Build(
        string[] args, IEnumerable<KeyValuePair<string, string?>>? settings = null, LocalBus? localBus = null, Action<WebApplicationBuilder>? adjust = null)
    {
        var module = new GatewayModule();
        var builder = ServiceHost.Builder(args, settings);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, builder.Configuration));
        builder.Services.AddPlatform(module, builder.Configuration, localBus);
        builder.Services.AddQudaoRest();
        module.Add(builder.Services, builder.Configuration);
        adjust?.Invoke(builder);
        KeyFile.Protect(builder.Configuration);
        var app = builder.Build();
        app.Use(Admission.SecureAsync);
        app.UseProblems();
        app.UseConsole();
        app.UseMiddleware<Admission>();
        app.UseQudaoRest();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        module.Map(app);
        return app;
    }

    /// <summary>The address for REST and console, as configured.</summary>
    public static string AddressOf(WebApplication app) => app.Configuration["Gateway:Http"] ?? DefaultHttp;

    /// <summary>Two listeners, because cleartext gRPC needs HTTP/2 alone and browsers need HTTP/1.1.</summary>
    private static void Listen(KestrelServerOptions kestrel, IConfiguration configuration)
    {
        kestrel.AddServerHeader = false;
        // Admission sets the limit of each request. Were there one here, who sends more would be cut off before he reads why.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Bind(configuration["Gateway:Http"] ?? DefaultHttp, HttpProtocols.Http1);
        kestrel.Bind(configuration["Gateway:Grpc"] ?? DefaultGrpc, HttpProtocols.Http2);
    }

    private static void Bind(this KestrelServerOptions kestrel, string address, HttpProtocols protocols)
    {
        var binding = BindingAddress.Parse(address);
        if (System.Net.IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, binding.Port, endpoint => endpoint.Protocols = protocols);
        else if (binding.Host == "localhost")
            kestrel.ListenLocalhost(binding.Port, endpoint => endpoint.Protocols = protocols);
        else
            kestrel.ListenAnyIP(binding.Port, endpoint => endpoint.Protocols = protocols);
    }
}
