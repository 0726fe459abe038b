using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Gateway.Events;
using Qudao.Platform;
using Qudao.Running;

namespace Qudao.Bench;

/// <summary>
/// Webhooks: events are put into the feed of a gateway on SQLite, and the watch stops when the last of them has arrived at the
/// last of four addresses, signed, each delivery leased, logged and on disk. Against the same number of bare POSTs of the same
/// length, as many at a time, to the same receiver.
/// </summary>
internal sealed class WebhookScene : Scene
{
    private const int Endpoints = 4;
    private const int EventsPerSpan = 200;
    private const int AtATime = 8 * Endpoints;
    private const string Type = "qudao.dealer.partner-changed";

    // About as long as our events.
    private static readonly string Body = JsonSerializer.Serialize(new { name = "南京协众汽车销售有限公司", address = "江苏省南京市江宁区宏运大道 2199 号", text = new string('x', 300) });

    private readonly HttpClient _bare = new();
    private TaskCompletionSource _all = new();
    private string _receiver = "";
    private int _missing;
    private Db? _db;

    public override IReadOnlyList<Contest> Contests =>
        [new("webhooks", [new("webhook deliveries, four addresses", "deliveries/s")], _ => OursAsync(), _ => BareAsync(), WarmUp: 5)];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        _receiver = await StartReceiverAsync();
        var (http, backend, database) = (Child.Address(), Child.Address(), Path.Combine(Folder, "gateway.db"));
        Keep(await Child.ServeAsync("edge-backend", new Dictionary<string, string?> { ["Listen"] = backend }, cancel));
        var settings = ProcessHouse.ServiceNames.ToDictionary(service => $"Services__{service}", _ => (string?)backend);
        settings["Gateway__Http"] = http;
        settings["Gateway__Grpc"] = Child.Address();
        settings["Database__Path"] = database;
        settings["Webhooks__AllowHttp"] = settings["Webhooks__AllowPrivateAddresses"] = "true";
        var gateway = Keep(await Child.ServeAsync("gateway", settings, cancel));
        using var rest = new HttpClient { BaseAddress = new Uri(http) };
        await Ready.WaitAsync(gateway, asked => Ready.HttpAsync(rest.BaseAddress, asked), TimeSpan.FromSeconds(20), cancel);
        await SubscribeAsync(rest, Welcome.FindPassword(gateway.Output)!, cancel);
        _db = Keep(new Db(new SqliteDialect(database), TimeProvider.System, new OutboxSignal(), NullLogger<Db>.Instance));
    }

    private async Task<string> StartReceiverAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = Keep(builder.Build());
        receiver.Run(async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null);
            if (Interlocked.Decrement(ref _missing) == 0)
                _all.SetResult();
        });
        await receiver.StartAsync();
        return receiver.Urls.First();
    }

    private async Task SubscribeAsync(HttpClient rest, string password, CancellationToken cancel)
    {
        using var session = await rest.PostAsJsonAsync("/v1/sessions", new { login = "admin", password }, cancel);
        rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await session.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString());
        for (var i = 0; i < Endpoints; i++)
        {
            using var made = await rest.PostAsJsonAsync("/v1/webhookEndpoints", new { displayName = $"{i}", url = $"{_receiver}/{i}", types = new[] { Type } }, cancel);
            made.EnsureSuccessStatusCode();
        }
    }

    private async Task<double[]> OursAsync()
    {
        Expect();
        var watch = Stopwatch.StartNew();
        await _db!.WriteAsync(async tx =>
        {
            for (var i = 0; i < EventsPerSpan; i++)
                await EventStore.AppendAsync(tx, new EventRow { Id = tx.NewId(), Type = Type, AggregateId = "p", Version = 1, ScopePath = "/hq/", OccurredUs = tx.NowMicros, Body = Body });
        });
        await _all.Task;
        return [Endpoints * EventsPerSpan / watch.Elapsed.TotalSeconds];
    }

    private async Task<double[]> BareAsync()
    {
        Expect();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, Endpoints * EventsPerSpan), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (_, cancel) =>
        {
            using var content = new StringContent(Body, Encoding.UTF8, "application/json");
            using var answer = await _bare.PostAsync(_receiver, content, cancel);
        });
        return [Endpoints * EventsPerSpan / watch.Elapsed.TotalSeconds];
    }

    private void Expect() => (_all, _missing) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), Endpoints * EventsPerSpan);
}
