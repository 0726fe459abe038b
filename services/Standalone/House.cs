using System.Net.Sockets;
using Qudao.Contract;
using Qudao.Dealer;
using Qudao.Gateway;
using Qudao.Gateway.Backups;
using Qudao.Gateway.Edge;
using Qudao.Gateway.Keys;
using Qudao.Gateway.Sessions;
using Qudao.Platform;
using Qudao.Reporting;
using Qudao.ServiceTicket;
using Qudao.Training;

namespace Qudao.Standalone;

/// <summary>The five services and the gateway in this process, each with its own database, joined by a bus in memory.</summary>
internal sealed class House : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(20);

    private readonly List<(WebApplication App, IModule Module)> services = [];
    private readonly WebApplication gateway;

    /// <exception cref="InvalidOperationException">A port is taken; for people.</exception>
    public House(Options options, DataFolder data)
    {
        var (http, grpc) = (Sockets.Listen(options.Port), Sockets.Listen(options.GrpcPort));
        var modules = Modules();
        var sockets = modules.ToDictionary(module => module.Name, _ => Sockets.Listen(0));
        var shared = Backends.All.ToDictionary(backend => $"Services:{backend.Key}", backend => (string?)Sockets.Address(sockets[backend.Name]));
        shared["Auth:Jwks"] = $"{Sockets.Address(http)}/.well-known/jwks.json";
        shared["Database:Provider"] = "sqlite";
        Http = Sockets.Address(http);
        Grpc = Sockets.Address(grpc);
        var bus = new LocalBus(services: modules.Count + 1);
        foreach (var module in modules)
        {
            var settings = new Dictionary<string, string?>(shared)
            {
                ["Listen"] = Sockets.Address(sockets[module.Name]),
                ["Database:Path"] = data.In($"{module.Name}.db"),
            };
            services.Add((ServiceHost.Build(module, [], settings, bus, builder => Adjust(builder, sockets[module.Name])), module));
        }
        shared["Gateway:Http"] = Http;
        shared["Gateway:Grpc"] = Grpc;
        shared["Database:Path"] = data.In("gateway.db");
        gateway = GatewayHost.Build([], shared, bus, builder =>
        {
            Adjust(builder, http, grpc);
            builder.Services.AddBackups(builder.Configuration, own => Holdings(data, own));
        });
    }

    /// <summary>The services, without the gateway.</summary>
    public static IReadOnlyList<IModule> Modules() => [new DealerModule(), new ContractModule(), new TrainingModule(), new ServiceTicketModule(), new ReportingModule()];

    /// <summary>REST and console.</summary>
    public string Http { get; }

    public string Grpc { get; }

    /// <summary>The gateway's sessions, for what the house does itself.</summary>
    public SignedInSessions Sessions => gateway.Services.GetRequiredService<SignedInSessions>();

    public TimeProvider Clock => gateway.Services.GetRequiredService<TimeProvider>();

    /// <summary>Starts all side by side and returns when the gateway says that it is ready.</summary>
    public async Task StartAsync()
    {
        await Task.WhenAll(services.Select(service => service.App.StartServiceAsync(service.Module.GetType().Assembly)).Append(gateway.StartServiceAsync(typeof(GatewayModule).Assembly)));
        // Read once from here and not over the gateway's address, which a stop closes while requests are still in flight.
        var keys = gateway.Services.GetRequiredService<SigningKeys>().All;
        foreach (var (app, _) in services)
            app.Services.GetRequiredService<TokenVerifier>().Trust(keys);
        var readiness = gateway.Services.GetRequiredService<Readiness>();
        using var limit = new CancellationTokenSource(ReadyLimit);
        while (await readiness.MissingAsync() is { Count: > 0 } missing)
        {
            if (limit.IsCancellationRequested)
                throw new InvalidOperationException($"Not ready after {ReadyLimit.TotalSeconds:0} s: {string.Join(", ", missing)}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>First the gateway, which finishes what is in flight; the services it needs for that stop after it.</summary>
    public async Task StopAsync()
    {
        await gateway.StopAsync();
        // Its probes end with it, not with the host: they would complain of each service that stops.
        await gateway.DisposeAsync();
        await Task.WhenAll(services.Select(service => service.App.StopAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        foreach (var (app, _) in services)
            await app.DisposeAsync();
    }

    /// <summary>What a backup is made of: each database by its service's name, and the uploaded files of those that have some.</summary>
    private Holdings Holdings(DataFolder data, IServiceProvider own) => new(
        data.Path,
        [.. services.Select(service => new HeldDatabase(service.Module.Name, service.App.Services.GetRequiredService<Db>())), new HeldDatabase("gateway", own.GetRequiredService<Db>())],
        [.. services.Select(service => service.App.Services.GetService<ContentFolder>()).OfType<ContentFolder>().Select(folder => new HeldContents(folder.Usual, folder))]);

    private static void Adjust(WebApplicationBuilder builder, params Socket[] sockets)
    {
        Sockets.Serve(builder, sockets);
        builder.Logging.AddFilter("Qudao.Platform.Migrations", LogLevel.Warning);
        // Signals are for the whole house, not for each host in it.
        builder.Services.AddSingleton<IHostLifetime, HouseLifetime>();
    }

    private sealed class HouseLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
