using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Qudao.Running;

namespace Qudao.Bench;

/// <summary>
/// REST through the gateway: the gateway and the Dealer service, each in a process of its own, against YARP before a minimal
/// API, each in a process of its own. The gateway's limits are off: they would be what is measured.
/// </summary>
internal sealed class RestScene : Scene
{
    private HttpClient _ours = new();
    private HttpClient _bare = new();
    private string _known = "";

    private string Database => Path.Combine(Folder, "dealer.db");

    public override IReadOnlyList<Contest> Contests =>
    [
        Race("rest-create", new("create a partner, REST through the gateway", "calls/s", new Aim(0.4, AtLeast: true)), CreateAsync) with { Settle = () => Settling.IndexedAsync(Database) },
        Race("rest-get", new("get a partner, REST through the gateway", "calls/s"), client => GetAsync(client, $"/v1/{_known}")),
        Race("rest-list", new("list 50 partners, REST through the gateway", "calls/s"), client => GetAsync(client, "/v1/partners?pageSize=50")),
    ];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        await StartOursAsync(cancel);
        await StartBareAsync(cancel);
        using var created = await _ours.PostAsync("/v1/partners", Json(Sample.NewJson()), cancel);
        _known = (await created.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("name").GetString()!;
        await Load.FillAsync(1000, _ => CreateAsync(_ours));
        await Settling.IndexedAsync(Database);
    }

    private async Task StartOursAsync(CancellationToken cancel)
    {
        var (http, dealer) = (Child.Address(), Child.Address());
        Keep(await Child.ServeAsync("dealer", new Dictionary<string, string?>
        {
            ["Listen"] = dealer,
            ["Database__Path"] = Database,
            ["Auth__Jwks"] = $"{http}/.well-known/jwks.json",
        }, cancel));
        var settings = ProcessHouse.ServiceNames.ToDictionary(service => $"Services__{service}", _ => (string?)dealer);
        settings["Gateway__Http"] = http;
        settings["Gateway__Grpc"] = Child.Address();
        settings["Gateway__RequestsPerSecond"] = "0";
        settings["Database__Path"] = Path.Combine(Folder, "gateway.db");
        var gateway = Keep(await Child.ServeAsync("gateway", settings, cancel));
        _ours = new HttpClient { BaseAddress = new Uri(http) };
        await Ready.WaitAsync(gateway, asked => Ready.HttpAsync(_ours.BaseAddress, asked), TimeSpan.FromSeconds(20), cancel);
        using var session = await _ours.PostAsJsonAsync("/v1/sessions", new { login = "admin", password = Welcome.FindPassword(gateway.Output) }, cancel);
        var token = (await session.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString();
        _ours.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private async Task StartBareAsync(CancellationToken cancel)
    {
        var (yarp, api) = (Child.Address(), Child.Address());
        Keep(await Child.ServeAsync("minimal-api", new Dictionary<string, string?> { ["Listen"] = api }, cancel));
        Keep(await Child.ServeAsync("yarp", new Dictionary<string, string?> { ["Listen"] = yarp, ["To"] = api }, cancel));
        _bare = new HttpClient { BaseAddress = new Uri(yarp) };
        _bare.DefaultRequestHeaders.Authorization = _ours.DefaultRequestHeaders.Authorization;
    }

    private Contest Race(string name, Line line, Func<HttpClient, Task> call) =>
        new(name, [line], span => Load.RunAsync(span, _ => call(_ours)), span => Load.RunAsync(span, _ => call(_bare)));

    private static async Task CreateAsync(HttpClient client)
    {
        using var answer = await client.PostAsync("/v1/partners", Json(Sample.NewJson()));
        answer.EnsureSuccessStatusCode();
    }

    private static async Task GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        answer.EnsureSuccessStatusCode();
    }

    private static StringContent Json(string text) => new(text, new MediaTypeHeaderValue("application/json"));
}
