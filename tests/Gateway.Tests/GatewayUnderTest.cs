using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Events;
using Qudao.Gateway.Edge;
using Qudao.Platform;
using Qudao.Protocol;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>The gateway as it runs in production, on free loopback ports, in front of stand-ins; with a clock to move.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string folder = Directory.CreateTempSubdirectory("qudao-gateway-").FullName;
    private readonly StringWriter console = new();
    private readonly List<IDisposable> clients = [];
    private readonly Dictionary<string, string?> settings;
    private readonly bool ownsBackend;
    private readonly TestDatabase database;
    private WebApplication app;

    private GatewayUnderTest(StandIn backend, bool ownsBackend, TestDatabase database, Dictionary<string, string?>? more)
    {
        (Backend, this.ownsBackend, this.database, app) = (backend, ownsBackend, database, null!);
        settings = new()
        {
            ["Gateway:Http"] = "http://127.0.0.1:0",
            ["Gateway:Grpc"] = "http://127.0.0.1:0",
            ["Faults:Enabled"] = "true",
            ["Faults:ClockFile"] = Path.Combine(folder, "clock"),
            ["Logging:LogLevel:Default"] = "Error",
        };
        foreach (var each in Backends.All)
            settings[$"Services:{each.Key}"] = backend.Address;
        foreach (var (key, value) in database.Settings.Concat(more ?? []))
            settings[key] = value;
    }

    /// <summary>What stands for all five services unless a setting says otherwise.</summary>
    public StandIn Backend { get; }

    /// <summary>REST, HTTP/1.1.</summary>
    public string Http => app.Urls.First();

    /// <summary>gRPC, h2c.</summary>
    public string GrpcAddress => app.Urls.Last();

    /// <summary>Both with TLS, where a setting says so.</summary>
    public string Https => app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal));

    /// <summary>For another gateway on the same data.</summary>
    public IEnumerable<KeyValuePair<string, string?>> DatabaseSettings => database.Settings;

    public Db Db => app.Services.GetRequiredService<Db>();

    public IServiceProvider Services => app.Services;

    /// <summary>Where its data lies; null when a server has it.</summary>
    public string? DatabaseFile => settings.GetValueOrDefault("Database:Path");

    /// <summary>Where its clock is set; a service beside it may follow the same.</summary>
    public string ClockFile => settings["Faults:ClockFile"]!;

    /// <summary>What the gateway printed for whoever started it.</summary>
    public string Printed => console.ToString();

    public string AdminPassword => Printed.Split("password: ")[1].Trim();

    public static async Task<GatewayUnderTest> StartAsync(
        Dictionary<string, string?>? settings = null, StandIn? backend = null, DatabaseUnderTest database = DatabaseUnderTest.Sqlite)
    {
        var own = await TestDatabase.CreateAsync(database);
        var gateway = new GatewayUnderTest(backend ?? await StandIn.StartAsync(), backend is null, own, settings);
        await gateway.StartAppAsync();
        return gateway;
    }

    /// <summary>Stops it and starts it again on the same data; its addresses change.</summary>
    public async Task RestartAsync()
    {
        await StopAppAsync();
        await StartAppAsync();
    }

    /// <summary>Calls over REST with this session token; null is nobody.</summary>
    public HttpClient Rest(string? token = null, string language = "zh-CN")
    {
        var client = new HttpClient { BaseAddress = new Uri(Http) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        clients.Add(client);
        return client;
    }

    /// <summary>Calls over gRPC with this session token; null is nobody.</summary>
    public CallInvoker Grpc(string? token = null)
    {
        var channel = GrpcChannel.ForAddress(GrpcAddress);
        clients.Add(channel);
        return channel.Intercept(headers =>
        {
            if (token is not null)
                headers.Add("authorization", "Bearer " + token);
            return headers;
        });
    }

    public Task<HttpResponseMessage> SignInAsync(string login, string password) =>
        Rest().PostAsJsonAsync("/v1/sessions", new { login, password });

    /// <summary>The token of a new session.</summary>
    public async Task<string> TokenAsync(string login, string password)
    {
        using var answer = await SignInAsync(login, password);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    /// <summary>A new user who has signed in before: the password is his own.</summary>
    public async Task<JsonElement> HireAsync(string adminToken, string login, string staff, string password)
    {
        var first = $"first-{password}";
        using var made = await Rest(adminToken).PostAsJsonAsync("/v1/users", new { login, staff = $"staff/{staff}", password = first });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.OK), await made.Content.ReadAsStringAsync());
        using var changed = await Rest(await TokenAsync(login, first)).PostAsJsonAsync("/v1/users/me:changePassword", new { oldPassword = first, newPassword = password });
        Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK), await changed.Content.ReadAsStringAsync());
        return await made.Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task<string> AdminTokenAsync() => TokenAsync("admin", AdminPassword);

    /// <summary>As whom a service meets who calls with this session token.</summary>
    public async Task<Caller> CallerAsync(string token)
    {
        var echo = await Rest(token).GetFromJsonAsync<Echo>("/v1/partners/x");
        return (await app.Services.GetRequiredService<TokenVerifier>().VerifyAsync(echo!.Headers["authorization"]))!;
    }

    /// <summary>Lets in somebody of this organisation with these roles; gives his session token.</summary>
    public async Task<string> UserAsync(string admin, string login, string organisation, params string[] roles)
    {
        var person = Somebody.At(login, organisation, roles);
        Backend.Staff[person.Name] = person;
        await HireAsync(admin, login, person.Name["staff/".Length..], "correct-horse-9");
        return await TokenAsync(login, "correct-horse-9");
    }

    /// <summary>Moves the clock on; returns when the gateway sees it.</summary>
    public async Task MoveClockAsync(TimeSpan by)
    {
        var clock = app.Services.GetRequiredService<TimeProvider>();
        var to = DateTimeOffset.UtcNow + by;
        var file = settings["Faults:ClockFile"]!;
        await File.WriteAllTextAsync(file + ".new", $"{by.TotalSeconds:0}");
        File.Move(file + ".new", file, overwrite: true);
        await Eventually.Async(() => (clock.GetUtcNow() - to).Duration() < TimeSpan.FromSeconds(10), Patience, $"the clock shows {to:O}");
    }

    /// <summary>Lets the gateway hear an event, as the broker would bring it.</summary>
    public async Task<Event> HearAsync(Event happened)
    {
        var told = happened.EventId.Length > 0 ? happened : happened with { EventId = Ids.New(TimeProvider.System), OccurTime = Db.Clock.GetUtcNow() };
        await app.Services.GetRequiredService<LocalBus>().DeliverAsync(new OutboxRow
        {
            Id = told.EventId,
            Type = EventCatalog.NameOf(told.GetType()),
            Body = System.Text.Json.JsonSerializer.Serialize(told, told.GetType(), EventJson.Options),
        });
        return told;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAppAsync();
        if (ownsBackend)
            await Backend.DisposeAsync();
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAppAsync()
    {
        app = GatewayHost.Build([], settings, new LocalBus(), builder => builder.Services.AddSingleton<TextWriter>(console));
        await app.StartServiceAsync(typeof(GatewayModule).Assembly);
        await Eventually.Async(async () => (await Rest().GetAsync("/readyz")).IsSuccessStatusCode, Patience, "the gateway is ready");
    }

    private async Task StopAppAsync()
    {
        clients.ForEach(client => client.Dispose());
        clients.Clear();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

/// <summary>People for the stand-in's StaffService.</summary>
internal static class Somebody
{
    public static Dealer.V1.Staff At(string id, string organisation, params string[] roles) => new()
    {
        Name = $"staff/{id}",
        DisplayName = $"员工{id}",
        Organisation = $"organisations/{organisation}",
        Roles = { roles },
        Active = true,
        ScopePath = organisation == "hq" ? "/hq/" : $"/hq/{organisation}/",
        Etag = "v1",
    };

    public static StaffChanged Changed(string id, long version, string[] roles, bool active = true, string scopePath = "/hq/js/") => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = scopePath,
        Name = "新名字",
        OrganisationId = "js",
        Roles = roles,
        Active = active,
    };
}
