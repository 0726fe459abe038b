using Qudao.Gateway.Edge;
using Qudao.Gateway.Keys;
using Qudao.Platform;

namespace Qudao.Gateway;

/// <summary>Builds the gateway, for a process of its own and for Standalone.</summary>
public static class GatewayHost
{
    /// <param name="adjust">The last word on the host, as in ServiceHost.Build.</param>
    public static WebApplication Build(
        string[] args, IEnumerable<KeyValuePair<string, string?>>? settings = null, LocalBus? localBus = null, Action<WebApplicationBuilder>? adjust = null)
    {
        var module = new GatewayModule();
        var builder = ServiceHost.Builder(args, settings);
        builder.WebHost.ConfigureKestrel(kestrel => Listeners.Listen(kestrel, builder.Configuration));
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
    public static string AddressOf(WebApplication app) => Listeners.Http(app.Configuration);
}
