using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using Dapper;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Qudao.Dealer.V1;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Bench;

/// <summary>
/// From an acknowledged commit to its effect in another service, over RabbitMQ: a visit is planned in the Dealer process,
/// and the watch stops when a reader of the Reporting process's database sees it. Against a bare MassTransit publish with
/// confirms to a quorum queue and its consumer, on the same node. One after the other, so that nothing queues up.
/// </summary>
internal sealed partial class EventScene : Scene
{
    private const uint PauseMicroseconds = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private VisitService.VisitServiceClient _visits = null!;
    private SqliteConnection _reporting = null!;
    private HttpClient _bare = new();
    private Metadata _headers = [];
    private string _partner = "";

    public override IReadOnlyList<Contest> Contests =>
    [
        new("events",
            [new("commit to effect over RabbitMQ, p50", "ms", new Aim(2, AtLeast: false)), new("commit to effect over RabbitMQ, p99", "ms", new Aim(2, AtLeast: false))],
            async span => Percentiles(await OursAsync(span)),
            async span => Percentiles((await _bare.GetFromJsonAsync<List<double>>($"/latencies?seconds={span.TotalSeconds}"))!)),
    ];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        var broker = Keep(new Broker(Path.Combine(Folder, "rabbitmq")));
        await broker.StartAsync(cancel);
        var keys = Keep(await TestKeys.StartAsync());
        _headers = Tokens.Headers(keys);
        var dealer = await ServiceAsync("Dealer", broker, keys, cancel);
        await ServiceAsync("Reporting", broker, keys, cancel);
        var bare = Child.Address();
        Keep(await Child.ServeAsync("bus", new Dictionary<string, string?> { ["Listen"] = bare, ["Broker__Uri"] = $"{broker.AmqpUri}" }, cancel));
        _bare = new HttpClient { BaseAddress = new Uri(bare) };
        _reporting = Keep(new SqliteConnection($"Data Source={DatabaseOf("Reporting")};Mode=ReadOnly"));
        _reporting.Open();
        var channel = GrpcChannel.ForAddress(dealer);
        _visits = new VisitService.VisitServiceClient(channel);
        var partner = await new PartnerService.PartnerServiceClient(channel).CreatePartnerAsync(new CreatePartnerRequest { Partner = Sample.New() }, _headers, cancellationToken: cancel);
        _partner = partner.Name;
    }

    private string DatabaseOf(string service) => Path.Combine(Folder, $"{service}.db");

    private async Task<Uri> ServiceAsync(string service, Broker broker, TestKeys keys, CancellationToken cancel)
    {
        var address = new Uri(Child.Address());
        Keep(await Child.ServiceAsync(service, address, new Dictionary<string, string?>
        {
            ["Listen"] = address.ToString().TrimEnd('/'),
            ["Database__Path"] = DatabaseOf(service),
            ["Auth__Jwks"] = keys.Address,
            ["Broker__Uri"] = $"{broker.AmqpUri}",
            ["Services__Dealer"] = "http://127.0.0.1:1",
        }, cancel));
        return address;
    }

    private async Task<List<double>> OursAsync(TimeSpan span)
    {
        var latencies = new List<double>();
        var request = new PlanVisitRequest { Visit = new Visit { Partner = _partner, Kind = VisitKind.ClientVisit, PlannedDate = $"{DateTime.UtcNow.AddDays(2):yyyy-MM-dd}", Purpose = "回访" } };
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < span)
        {
            var visit = await _visits.PlanVisitAsync(request, _headers);
            var committed = Stopwatch.GetTimestamp();
            WaitForEffect(visit.Name["visits/".Length..], committed);
            latencies.Add(Stopwatch.GetElapsedTime(committed).TotalMilliseconds);
        }
        return latencies;
    }

    private void WaitForEffect(string id, long since)
    {
        while (_reporting.ExecuteScalar<long>("SELECT COUNT(*) FROM visits WHERE id = @id", new { id }) == 0)
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new TimeoutException($"Visit {id} was not heard of within {Patience.TotalSeconds:0} s.");
            _ = usleep(PauseMicroseconds);
        }
    }

    private static double[] Percentiles(List<double> latencies)
    {
        latencies.Sort();
        return [latencies[latencies.Count / 2], latencies[Math.Min(latencies.Count - 1, latencies.Count * 99 / 100)]];
    }

    // .NET sleeps a whole millisecond at least, as long as what is measured.
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int usleep(uint microseconds);
}
