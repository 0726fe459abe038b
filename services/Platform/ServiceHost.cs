using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>A service: what it is called, what it registers, what it serves. Its Program and Standalone both build from it.</summary>
public interface IModule
{
    /// <summary>Lower case, as in its proto package and its queue: "dealer".</summary>
    string Name { get; }

    void Add(IServiceCollection services, IConfiguration configuration);

    void Map(WebApplication app);
}

/// <summary>The service's name, for what the platform does on its behalf.</summary>
public sealed record ServiceName(string Value);

/// <summary>Builds a service from its module: the same wiring for all, in a process of its own or in Standalone.</summary>
public static class ServiceHost
{
    // Settings come from the environment; watching files for them would take one of the few watchers that Linux gives a user.
    private const string NoReload = "--hostBuilder:reloadConfigOnChange=false";

    /// <param name="settings">Settings over the environment's; Standalone gives each service its database and address.</param>
    /// <param name="localBus">Delivery inside one process; without it, Broker:Uri is required.</param>
    /// <param name="adjust">The last word on the host: Standalone brings sockets and a lifetime of its own.</param>
    public static WebApplication Build(
        IModule module, string[] args, IEnumerable<KeyValuePair<string, string?>>? settings = null, LocalBus? localBus = null, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = Builder(args, settings);
        var listen = builder.Configuration["Listen"] ?? throw new InvalidOperationException("Listen is required: the address of this service, for example http://127.0.0.1:5101.");
        builder.WebHost.UseUrls(listen);
        // gRPC without TLS needs HTTP/2 with prior knowledge; the gateway sends REST the same way.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 32 * 1024 * 1024;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddPlatform(module, builder.Configuration, localBus);
        builder.Services.AddQudaoRest();
        module.Add(builder.Services, builder.Configuration);
        adjust?.Invoke(builder);
        var app = builder.Build();
        app.UseQudaoRest();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapApiDocument($"qudao.{module.Name}.v1");
        app.MapHealthChecks("/readyz");
        module.Map(app);
        return app;
    }

    /// <summary>A builder that reads the environment, then the given settings.</summary>
    public static WebApplicationBuilder Builder(string[] args, IEnumerable<KeyValuePair<string, string?>>? settings)
    {
        // The machine's language changes nothing: what people read is written out in theirs where it is made.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. args, NoReload], ContentRootPath = AppContext.BaseDirectory });
        if (settings is not null)
            builder.Configuration.AddInMemoryCollection(settings);
        // The host's own chatter at every start and request is not for an operator's console.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning)
            .AddFilter("MassTransit", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning);
        // What goes wrong in a method Calls logs, and what never was a message is its sender's fault (GrpcAnswers).
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        Faults.Arm(builder.Configuration);
        return builder;
    }

    /// <summary>What every service has: database, outbox, inbox, jobs, identity, telemetry, health.</summary>
    public static void AddPlatform(this IServiceCollection services, IModule module, IConfiguration configuration, LocalBus? localBus)
    {
        var consumers = Consumer.Of(module).ToList();
        services.AddSingleton(new ServiceName(module.Name));
        services.AddSingleton(Clock.Create(configuration));
        services.AddSingleton(Dialect.From(configuration));
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<Db>();
        services.AddSingleton<Migrations>();
        services.AddSingleton<Operator>().AddSingleton<StatusReport>().AddSingleton<ExportLog>();
        services.AddRule<Common.V1.ListPersonalExportsRequest>(ExportLog.Check);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Inbox>(provider, consumers.AsEnumerable()));
        if (localBus is not null)
            services.AddSingleton(localBus).AddSingleton<ITransport, LocalTransport>();
        else
            services.AddRabbitLink(new Uri(configuration["Broker:Uri"] ?? throw new InvalidOperationException("Broker:Uri is required: amqp://…")));
        services.AddHostedService<OutboxRelay>();
        services.AddHostedService<InboxRetries>();
        services.AddHostedService<JobWorker>();
        services.AddSweep("retention", Retention.From(configuration).SweepAsync);
        services.AddSingleton(new HttpClient { Timeout = TimeSpan.FromSeconds(5) });
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton<Calls>();
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<Calls>();
            grpc.MaxReceiveMessageSize = 24 * 1024 * 1024;
            grpc.MaxSendMessageSize = 24 * 1024 * 1024;
        });
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<DatabaseHealth>("database");
        services.AddTelemetry(module.Name, configuration);
        // What is in flight gets its time to finish.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
    }

    private static void AddRabbitLink(this IServiceCollection services, Uri broker) =>
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RabbitLink>(provider, broker))
            .AddSingleton<ITransport>(provider => provider.GetRequiredService<RabbitLink>())
            .AddHostedService(provider => provider.GetRequiredService<RabbitLink>());

    /// <summary>Maps a gRPC service; REST comes with it by its google.api.http annotations.</summary>
    public static void MapService<TService>(this WebApplication app)
        where TService : class
    {
        var generated = typeof(TService).BaseType?.DeclaringType ?? throw new InvalidOperationException($"{typeof(TService)} is not a gRPC service.");
        Calls.Know((Google.Protobuf.Reflection.ServiceDescriptor)generated.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!);
        app.MapGrpcService<TService>();
    }

    /// <summary>Brings the database up to date and starts to serve and to deliver.</summary>
    public static async Task StartServiceAsync(this WebApplication app, Assembly service)
    {
        await app.Services.GetRequiredService<Migrations>().RunAsync(service);
        app.Services.GetService<LocalBus>()?.Join(app.Services.GetRequiredService<Inbox>());
        await app.StartAsync();
    }

    /// <summary>Serves until SIGTERM; then finishes what is in flight.</summary>
    public static async Task RunServiceAsync(this WebApplication app, Assembly service)
    {
        await app.StartServiceAsync(service);
        await app.WaitForShutdownAsync();
    }
}
