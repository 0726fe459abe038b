using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.TestKit;

/// <summary>What a service under test is started with.</summary>
public sealed record ServiceOptions
{
    /// <summary>SQLite unless said otherwise.</summary>
    public DatabaseUnderTest Database { get; init; }

    /// <summary>Addresses of the services it calls, by name: "Dealer" → http://127.0.0.1:port (see FakeService).</summary>
    public IReadOnlyDictionary<string, string> Downstream { get; init; } = new Dictionary<string, string>();

    /// <summary>Further settings, "Section:Key".</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Log entries of level Error do not fail the test: it provokes them.</summary>
    public bool ErrorsExpected { get; init; }
}

/// <summary>
/// One service as it runs in production – real Kestrel, real database, relay, inbox, jobs and sweeps – on a free loopback
/// port, alone: a database of its own, keys of its own, events delivered to its own consumers only, and a clock to move.
/// An error in its log fails the test.
/// </summary>
public sealed class ServiceUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IModule module;
    private readonly ServiceOptions options;
    private readonly TestKeys keys;
    private readonly string folder;
    private readonly TestDatabase database;
    private readonly ErrorLog errors = new();
    private readonly List<IDisposable> clients = [];
    private WebApplication app;
    private GrpcChannel channel;

    private ServiceUnderTest(IModule module, ServiceOptions options, TestKeys keys, string folder, TestDatabase database)
    {
        (this.module, this.options, this.keys, this.folder, this.database) = (module, options, keys, folder, database);
        (app, channel) = (null!, null!);
    }

    /// <summary>http://127.0.0.1:port; gRPC and REST, HTTP/2 with prior knowledge.</summary>
    public string Address => app.Urls.First();

    /// <summary>The service's container.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Its database.</summary>
    public Db Db => app.Services.GetRequiredService<Db>();

    /// <summary>The service's clock; it runs, and MoveClockAsync moves it.</summary>
    public TimeProvider Clock => app.Services.GetRequiredService<TimeProvider>();

    /// <summary>Starts the module; returns when it serves.</summary>
    public static async Task<ServiceUnderTest> StartAsync(IModule module, ServiceOptions? options = null)
    {
        options ??= new ServiceOptions();
        var database = await TestDatabase.CreateAsync(options.Database);
        var folder = Directory.CreateTempSubdirectory("qudao-test-").FullName;
        var service = new ServiceUnderTest(module, options, await TestKeys.StartAsync(), folder, database);
        await service.StartAppAsync();
        return service;
    }

    /// <summary>Calls over gRPC as this caller: new PartnerServiceClient(service.Grpc(token)). Null is nobody.</summary>
    public CallInvoker Grpc(string? token, string language = "zh-CN") => channel.Intercept(headers =>
    {
        if (token is not null)
            headers.Add("authorization", "Bearer " + token);
        headers.Add("accept-language", language);
        return headers;
    });

    /// <summary>Calls over REST as this caller; HTTP/2 with prior knowledge, as the gateway does.</summary>
    public HttpClient Rest(string? token, string language = "zh-CN")
    {
        var client = new HttpClient
        {
            BaseAddress = new Uri(Address),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        clients.Add(client);
        return client;
    }

    /// <summary>
    /// A token as the gateway gives it. The organisation is the last step of the path unless given; who has only roles
    /// that see what is assigned to them is limited to that.
    /// </summary>
    public string TokenFor(string role, string scopePath, string? staffId = null, string? name = null, string? partnerId = null, string? organisationId = null) =>
        TokenFor([role], scopePath, staffId, name, partnerId, organisationId);

    /// <inheritdoc cref="TokenFor(string, string, string?, string?, string?, string?)"/>
    public string TokenFor(string[] roles, string scopePath, string? staffId = null, string? name = null, string? partnerId = null, string? organisationId = null) =>
        keys.Sign(new Dictionary<string, object?>
        {
            [JwtRegisteredClaimNames.Sub] = staffId ?? partnerId ?? $"{string.Join('+', roles)}{scopePath}",
            [TokenClaims.Name] = name ?? staffId ?? roles[0],
            [TokenClaims.Staff] = staffId,
            [TokenClaims.Partner] = partnerId,
            [TokenClaims.Organisation] = organisationId ?? scopePath.Trim('/').Split('/')[^1],
            [TokenClaims.ScopePath] = scopePath,
            [TokenClaims.Assignee] = roles.All(Protocol.Roles.AssignedOnly.Contains) ? staffId : null,
            [TokenClaims.Roles] = roles,
            [TokenClaims.Source] = "test",
        });

    /// <summary>Moves the service's clock to this instant; it runs on from there. Returns when the service sees it.</summary>
    public async Task MoveClockAsync(DateTimeOffset to)
    {
        await WriteClockAsync(to - DateTimeOffset.UtcNow);
        await Eventually.Async(() => (Clock.GetUtcNow() - to).Duration() < TimeSpan.FromSeconds(10), Patience, $"the clock shows {to:O}");
    }

    /// <summary>Events of this type the service published, oldest first, as committed (delivered or not).</summary>
    public async Task<List<TEvent>> PublishedAsync<TEvent>()
        where TEvent : Event
    {
        var bodies = await Db.ReadAsync(s => s.QueryAsync<string>("SELECT body FROM outbox WHERE type = @type ORDER BY seq", new { type = EventCatalog.NameOf(typeof(TEvent)) }));
        return [.. bodies.Select(body => (TEvent)EventJson.Read(EventCatalog.NameOf(typeof(TEvent)), body))];
    }

    /// <summary>
    /// Lets the service hear an event of another, as the broker would bring it; returns when its consumers have committed
    /// their effect, and fails the test when one of them failed. The same eventId twice is one message delivered twice.
    /// </summary>
    public async Task HearAsync(Event happened, string? eventId = null)
    {
        var id = eventId ?? Ids.New(Clock);
        var stamped = happened with { EventId = id, OccurTime = Clock.GetUtcNow() };
        await app.Services.GetRequiredService<LocalBus>().DeliverAsync(new OutboxRow
        {
            Id = id,
            Type = EventCatalog.NameOf(happened.GetType()),
            Body = JsonSerializer.Serialize(stamped, stamped.GetType(), EventJson.Options),
        });
        var failure = await Db.ReadAsync(s => s.FirstOrDefaultAsync<string>("SELECT last_error FROM inbox_retry WHERE message_id = @id", new { id }));
        Assert.That(failure, Is.Null, $"a consumer of {happened.GetType().Name} failed");
    }

    /// <summary>Stops the service and starts it again on the same data; its address changes.</summary>
    public async Task RestartAsync()
    {
        await StopAppAsync();
        await StartAppAsync();
    }

    /// <summary>Stops it, removes its data, and fails the test if it logged an error.</summary>
    public async ValueTask DisposeAsync()
    {
        var logged = errors.Take();
        await StopAppAsync();
        clients.ForEach(client => client.Dispose());
        await keys.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        await database.DisposeAsync();
        if (!options.ErrorsExpected)
            Assert.That(logged, Is.Empty, "the service logged errors");
    }

    /// <summary>What another instance on the same database and clock is started with, too.</summary>
    public IReadOnlyDictionary<string, string?> Shared => new Dictionary<string, string?>(database.Settings)
    {
        ["Faults:Enabled"] = "true",
        ["Faults:ClockFile"] = Path.Combine(folder, "clock"),
    };

    private async Task StartAppAsync()
    {
        var settings = new Dictionary<string, string?>(options.Settings)
        {
            ["Listen"] = "http://127.0.0.1:0",
            ["Auth:Jwks"] = keys.Address,
            ["Logging:LogLevel:Default"] = "Warning",
            // A test that moves the clock on by months still asks what was told in between.
            ["Retention:EventDays"] = "36500",
            ["Retention:RequestDays"] = "36500",
        };
        foreach (var (key, value) in Shared)
            settings[key] = value;
        foreach (var (name, address) in options.Downstream)
            settings[$"Services:{name}"] = address;
        app = ServiceHost.Build(module, [], settings, new LocalBus());
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(errors);
        await app.StartServiceAsync(module.GetType().Assembly);
        channel = GrpcChannel.ForAddress(Address);
    }

    private async Task StopAppAsync()
    {
        channel.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    // A reader never sees half a file.
    private async Task WriteClockAsync(TimeSpan offset)
    {
        var written = Path.Combine(folder, "clock.new");
        await File.WriteAllTextAsync(written, $"{offset.TotalSeconds:0.000}");
        File.Move(written, Path.Combine(folder, "clock"), overwrite: true);
    }

    /// <summary>Keeps what the service logs as an error.</summary>
    private sealed class ErrorLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> entries = new();

        public List<string> Take() => [.. entries];

        public ILogger CreateLogger(string categoryName) => new Entry(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Entry(ErrorLog log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                    log.entries.Enqueue($"{category}: {formatter(state, exception)}\n{exception}");
            }
        }
    }
}

/// <summary>A stand for the services a service calls: gRPC over real Kestrel, answered by the test's own implementations.</summary>
public sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeService(WebApplication app) => this.app = app;

    /// <summary>For ServiceOptions.Downstream.</summary>
    public string Address => app.Urls.First();

    /// <param name="implementations">Objects of classes derived from generated …ServiceBase classes.</param>
    public static async Task<FakeService> StartAsync(params object[] implementations)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        foreach (var implementation in implementations)
            builder.Services.AddSingleton(implementation.GetType(), implementation);
        var app = builder.Build();
        var map = typeof(GrpcEndpointRouteBuilderExtensions).GetMethod(nameof(GrpcEndpointRouteBuilderExtensions.MapGrpcService), 1, [typeof(IEndpointRouteBuilder)])!;
        foreach (var implementation in implementations)
            map.MakeGenericMethod(implementation.GetType()).Invoke(null, [app]);
        await app.StartAsync();
        return new FakeService(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();
}

/// <summary>A signing key such as the gateway has, and the address that publishes it.</summary>
public sealed class TestKeys : IAsyncDisposable
{
    private const string KeyId = "test";
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication app;

    private TestKeys()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        var published = Published();
        app.MapGet("/jwks", () => published);
    }

    /// <summary>Where the key set is, for Auth:Jwks.</summary>
    public string Address => app.Urls.First() + "/jwks";

    /// <summary>Makes a key and publishes it on a free loopback port.</summary>
    public static async Task<TestKeys> StartAsync()
    {
        var keys = new TestKeys();
        await keys.app.StartAsync();
        return keys;
    }

    /// <summary>Signs a token of these claims (null: left out), valid at whatever the clock is moved to.</summary>
    public string Sign(IReadOnlyDictionary<string, object?> claims) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = TokenClaims.Issuer,
        Audience = TokenClaims.Audience,
        NotBefore = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        Expires = new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        Claims = claims.Where(c => c.Value is not null).ToDictionary(c => c.Key, c => c.Value!),
        SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = KeyId }, SecurityAlgorithms.EcdsaSha256),
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private object Published()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            keys = new[]
            {
                new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = KeyId, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) },
            },
        };
    }
}
