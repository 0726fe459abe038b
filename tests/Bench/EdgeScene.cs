using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Qudao.Dealer.V1;
using Qudao.Running;

namespace Qudao.Bench;

/// <summary>
/// What the gateway costs: it and bare YARP before the same backend, which answers at once, each in a process of its own. And
/// whether one client's crowd is felt by another: the same calls while it sends ten times its limit, and while it sends just that.
/// </summary>
internal sealed class EdgeScene : Scene
{
    private const int Connections = 4;
    private const int LimitOfCrowd = 100;
    private const int TooMuch = 10;
    private const string Path = "/v1/partners/01k6z6v2k3m4n5p6q7r8s9t0v1";

    private static readonly GetPartnerRequest Asked = new() { Name = Path["/v1/".Length..] };

    private readonly HttpClient _bare = new();
    private PartnerService.PartnerServiceClient[] _oursGrpc = [];
    private PartnerService.PartnerServiceClient[] _bareGrpc = [];
    private HttpClient _ours = new();
    private HttpClient _crowd = new();
    private HttpClient _other = new();
    private Metadata _headers = [];

    public override IReadOnlyList<Contest> Contests =>
    [
        new("edge-rest", [new("the gateway ÷ bare YARP, REST", "calls/s", new Aim(0.7, AtLeast: true))],
            span => Load.RunAsync(span, _ => GetAsync(_ours)), span => Load.RunAsync(span, _ => GetAsync(_bare))),
        new("edge-grpc", [new("the gateway ÷ bare YARP, gRPC", "calls/s", new Aim(0.7, AtLeast: true))],
            span => Load.RunAsync(span, caller => GetAsync(_oursGrpc[caller % Connections])), span => Load.RunAsync(span, caller => GetAsync(_bareGrpc[caller % Connections]))),
        new("overload", [new("another's call while one sends ten times its limit, median", "ms"), new("the same, p99", "ms", new Aim(1.2, AtLeast: false))],
            span => BesideAsync(LimitOfCrowd * TooMuch, span), span => BesideAsync(LimitOfCrowd, span)),
    ];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        var backend = Child.Address();
        Keep(await Child.ServeAsync("edge-backend", new Dictionary<string, string?> { ["Listen"] = backend }, cancel));
        await StartBareAsync(backend, cancel);
        await StartOursAsync(backend, cancel);
    }

    private static PartnerService.PartnerServiceClient[] Clients(string address) =>
        [.. Enumerable.Range(0, Connections).Select(_ => new PartnerService.PartnerServiceClient(GrpcChannel.ForAddress(address)))];

    private static async Task GetAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(Path);
        answer.EnsureSuccessStatusCode();
    }

    private static HttpClient Client(string address, string? token) =>
        new() { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) } };

    private async Task GetAsync(PartnerService.PartnerServiceClient client) => await client.GetPartnerAsync(Asked, _headers);

    private async Task StartBareAsync(string backend, CancellationToken cancel)
    {
        var (rest, grpc) = (Child.Address(), Child.Address());
        Keep(await Child.ServeAsync("yarp", new Dictionary<string, string?> { ["Listen"] = rest, ["To"] = backend, ["ToHttp2"] = "true" }, cancel));
        Keep(await Child.ServeAsync("yarp", new Dictionary<string, string?> { ["Listen"] = grpc, ["To"] = backend, ["ToHttp2"] = "true", ["FromHttp2"] = "true" }, cancel));
        _bare.BaseAddress = new Uri(rest);
        _bareGrpc = Clients(grpc);
    }

    private async Task StartOursAsync(string backend, CancellationToken cancel)
    {
        var (http, grpc) = (Child.Address(), Child.Address());
        var settings = ProcessHouse.ServiceNames.ToDictionary(service => $"Services__{service}", _ => (string?)backend);
        settings["Gateway__Http"] = http;
        settings["Gateway__Grpc"] = grpc;
        settings["Gateway__RequestsPerSecond"] = "0";
        settings["Database__Path"] = System.IO.Path.Combine(Folder, "gateway.db");
        var gateway = Keep(await Child.ServeAsync("gateway", settings, cancel));
        using var nobody = Client(http, null);
        await Ready.WaitAsync(gateway, asked => Ready.HttpAsync(nobody.BaseAddress!, asked), TimeSpan.FromSeconds(20), cancel);
        using var session = await nobody.PostAsJsonAsync("/v1/sessions", new { login = "admin", password = Welcome.FindPassword(gateway.Output) }, cancel);
        var token = (await session.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString()!;
        (_ours, _oursGrpc, _headers) = (Client(http, token), Clients(grpc), new Metadata { { "authorization", $"Bearer {token}" } });
        _bare.DefaultRequestHeaders.Authorization = _ours.DefaultRequestHeaders.Authorization;
        _other = Client(http, await KeyAsync(0, cancel));
        var crowd = Child.Address();
        Keep(await Child.ServeAsync("crowd", new Dictionary<string, string?> { ["Listen"] = crowd, ["To"] = http + Path, ["Key"] = await KeyAsync(LimitOfCrowd, cancel) }, cancel));
        _crowd = Client(crowd, null);
    }

    /// <summary>The key of a new client with this limit.</summary>
    private async Task<string> KeyAsync(int perSecond, CancellationToken cancel)
    {
        using var made = await _ours.PostAsJsonAsync("/v1/apiClients", new { displayName = "ERP", organisation = "organisations/hq", roles = new[] { "dashboard" }, requestsPerSecond = perSecond }, cancel);
        var name = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("name").GetString();
        using var key = await _ours.PostAsJsonAsync($"/v1/{name}/keys", new { displayName = "k" }, cancel);
        return (await key.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("key").GetString()!;
    }

    /// <summary>Times of one caller's calls while the crowd sends so many.</summary>
    private async Task<double[]> BesideAsync(int perSecond, TimeSpan span)
    {
        // What its bucket saved up meanwhile is gone before the watch starts.
        var lead = TimeSpan.FromSeconds(0.5);
        var sending = _crowd.GetFromJsonAsync<int>($"/send?perSecond={perSecond}&seconds={(span + lead).TotalSeconds}");
        await Task.Delay(lead);
        var times = await Times.OfAsync(span, _ => GetAsync(_other));
        var refused = await sending;
        if (perSecond > 2 * LimitOfCrowd && refused == 0)
            throw new InvalidOperationException("The crowd was refused nothing: its limit does not hold.");
        return times;
    }
}
