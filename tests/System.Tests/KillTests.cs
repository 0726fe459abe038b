using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Qudao.Running;

namespace Qudao.System.Tests;

/// <summary>kill -9 at any moment, under load: what was acknowledged is there, and each event has its effects once.</summary>
[Category("Alone")]
public class KillTests
{
    private const int Kills = 50, WritesPerSecond = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<(string Name, double KilledAt, double Served)> history = [];
    private readonly int seed = Random.Shared.Next();
    private string data = "";

    [SetUp]
    public void MakeData()
    {
        data = Directory.CreateTempSubdirectory("qudao-kill").FullName;
        history.Clear();
    }

    [TearDown]
    public void ShowWhatHappened()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
            TestContext.Out.WriteLine($"seed {seed}, data {data}\n{string.Join('\n', history.Select(kill => string.Create(CultureInfo.InvariantCulture, $"{kill.KilledAt,7:0.00} s killed {kill.Name}, served again after {kill.Served:0.00} s")))}");
        else
            Directory.Delete(data, recursive: true);
    }

    [Test]
    public async Task A_random_process_is_killed_fifty_times()
    {
        TestKit.Needs.RabbitMq();
        var processes = new ProcessHouse(new HouseOptions { Data = data, Instances = 2 });
        await processes.StartAsync();
        await using var house = House.Over(processes, Transport.Grpc);
        // Two at once: of a service both instances may be away.
        await EndureAsync(house, [.. processes.Servers], together: 2);
    }

    [Test]
    public async Task Standalone_is_killed_fifty_times()
    {
        var process = new StandaloneProcess(data);
        await process.StartAsync();
        await using var house = House.Over(process, Transport.Grpc);
        await EndureAsync(house, [process.Server], together: 1);
    }

    private async Task EndureAsync(House house, IReadOnlyList<Server> servers, int together)
    {
        var random = new Random(seed);
        var network = await Network.FoundAsync(house);
        var load = new Load(network, seed);
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(WritesPerSecond, stop.Token);
        try
        {
            await KillAsync(random, servers, together);
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
        var books = new Books(data, network);
        var settled = await books.SettleAsync(Patience);
        var served = history.Select(kill => kill.Served).Order().ToList();
        TestContext.Progress.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"served again after {served[^1]:0.0} s at most, {served[served.Count / 2]:0.0} s in the middle; all effects there {settled.TotalSeconds:0.0} s after the last write"));
        await books.BalanceAsync(load);
    }

    /// <summary>Kills at random moments; while as many are coming back as may be away together, it waits for one of them.</summary>
    private async Task KillAsync(Random random, IReadOnlyList<Server> servers, int together)
    {
        var watch = Stopwatch.StartNew();
        var serving = servers.ToList();
        var away = new List<Task<Server>>();
        for (var i = 0; i < Kills; i++)
        {
            await Task.Delay(random.Next(1500));
            if (away.Count == together)
            {
                var back = await Task.WhenAny(away);
                away.Remove(back);
                serving.Add(await back);
            }
            var server = serving[random.Next(serving.Count)];
            serving.Remove(server);
            away.Add(KillAsync(server, watch));
        }
        await Task.WhenAll(away);
    }

    private async Task<Server> KillAsync(Server server, Stopwatch watch)
    {
        var killed = watch.Elapsed;
        await server.KillAsync();
        await server.StartAsync();
        history.Enqueue((server.Name, killed.TotalSeconds, (watch.Elapsed - killed).TotalSeconds));
        return server;
    }
}
