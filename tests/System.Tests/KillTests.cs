using System.Diagnostics;
using System.Globalization;
using Qudao.Running;

namespace Qudao.System.Tests;

/// <summary>kill -9 at any moment, under load: what was acknowledged is there, and each event has its effects once.</summary>
[NonParallelizable]
public class KillTests
{
    private const int Kills = 50, WritesPerSecond = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<(string Name, double KilledAt, double Served)> history = [];
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
        var servers = processes.Servers.ToList();
        await EndureAsync(house, random => servers[random.Next(servers.Count)]);
    }

    [Test]
    public async Task Standalone_is_killed_fifty_times()
    {
        var process = new StandaloneProcess(data);
        await process.StartAsync();
        await using var house = House.Over(process, Transport.Grpc);
        await EndureAsync(house, _ => process.Server);
    }

    private async Task EndureAsync(House house, Func<Random, Server> choose)
    {
        var random = new Random(seed);
        var network = await Network.FoundAsync(house);
        var load = new Load(network, seed);
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(WritesPerSecond, stop.Token);
        try
        {
            await KillAsync(random, choose);
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

    private async Task KillAsync(Random random, Func<Random, Server> choose)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Kills; i++)
        {
            await Task.Delay(random.Next(1500));
            var server = choose(random);
            var killed = watch.Elapsed;
            await server.KillAsync();
            await server.StartAsync();
            history.Add((server.Name, killed.TotalSeconds, (watch.Elapsed - killed).TotalSeconds));
        }
    }
}
