using System.Diagnostics;
using System.Globalization;
using Dapper;
using Qudao.Platform;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.System.Tests;

/// <summary>RabbitMQ dies or is away: writes do not notice, and every effect comes once it is back.</summary>
[Category("Alone")]
public class BrokerTests
{
    private const int Kills = 10, Events = 5000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Away = TimeSpan.FromMinutes(2);

    private readonly Random random = new(1);
    private string data = "";
    private ProcessHouse processes = null!;
    private House house = null!;
    private Load load = null!;
    private Books books = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        Needs.RabbitMq();
        data = Directory.CreateTempSubdirectory("qudao-broker").FullName;
        processes = new ProcessHouse(new HouseOptions { Data = data });
        await processes.Broker.StartAsync();
        await processes["dealer-1"].StartAsync();
        // Its first migration tells of headquarters.
        await Eventually.Async(HasDealerToldAsync, Patience, "Dealer has told its first event");
        await Task.WhenAll(processes.Instances.Where(instance => !instance.IsRunning).Select(instance => instance.StartAsync()));
        await processes.Gateway.StartAsync();
        house = House.Over(processes, Transport.Grpc);
        var network = await Network.FoundAsync(house);
        load = new Load(network, seed: 1);
        books = new Books(data, network);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
        if (processes is not null)
            await processes.DisposeAsync();
        if (data.Length > 0)
            Directory.Delete(data, recursive: true);
    }

    [Test, Order(0)]
    public Task What_was_told_before_its_listeners_ever_started_is_heard() => books.SettleAsync(Patience);

    [Test, Order(1)]
    public async Task It_is_killed_ten_times_while_five_thousand_events_flow()
    {
        var last = Stopwatch.StartNew();
        await WriteAsync(perSecond: 120, async () =>
        {
            for (var i = 2; i <= Kills; i += 2)
            {
                while (load.Begun < Events * i / Kills)
                    await Task.Delay(10);
                await KillAndStartAsync();
                // Once more, while the services are joining again.
                await Task.Delay(random.Next(1200));
                await KillAndStartAsync();
                last.Restart();
            }
        });
        await SettleAsync(last);
    }

    [Test, Order(2)]
    public async Task Writes_go_on_while_it_is_away_for_two_minutes()
    {
        await processes.Broker.KillAsync();
        await WriteAsync(perSecond: 10, () => Task.Delay(Away));
        await processes.Broker.StartAsync();
        await SettleAsync(Stopwatch.StartNew());
    }

    private async Task KillAndStartAsync()
    {
        await processes.Broker.KillAsync();
        await Task.Delay(random.Next(1000));
        await processes.Broker.StartAsync();
    }

    private async Task<bool> HasDealerToldAsync()
    {
        await using var dealer = new SqliteDialect(processes.DatabaseOf("Dealer")).Open();
        return await dealer.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE delivered_us IS NOT NULL") == 1;
    }

    /// <summary>Writes steadily as long as this takes.</summary>
    private async Task WriteAsync(int perSecond, Func<Task> meanwhile)
    {
        using var stop = new CancellationTokenSource();
        var writing = load.RunAsync(perSecond, stop.Token);
        try
        {
            await meanwhile();
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
        Assert.That(load.Retries, Is.Zero, "no client notices that the broker is away");
    }

    private async Task SettleAsync(Stopwatch sinceLastStart)
    {
        await books.DeliverAsync(Patience);
        var delivered = sinceLastStart.Elapsed.TotalSeconds;
        await books.SettleAsync(Patience);
        TestContext.Progress.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"after the broker's last start the outboxes were empty in {delivered:0.0} s, all effects there in {sinceLastStart.Elapsed.TotalSeconds:0.0} s"));
        await books.BalanceAsync(load);
    }
}
