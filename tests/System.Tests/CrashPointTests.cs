using Qudao.Running;

namespace Qudao.System.Tests;

/// <summary>A process dies at each point at which a write, its event or the event's effect could be lost or done twice.</summary>
[Category("Alone")]
public class CrashPointTests
{
    private const int Killed = 128 + 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string data = "";
    private ProcessHouse processes = null!;
    private House house = null!;
    private Network network = null!;
    private Load load = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        TestKit.Needs.RabbitMq();
        data = Directory.CreateTempSubdirectory("qudao-crash").FullName;
        processes = new ProcessHouse(new HouseOptions { Data = data, Faults = true });
        await processes.StartAsync();
        house = House.Over(processes, Transport.Grpc);
        network = await Network.FoundAsync(house);
        load = new Load(network, seed: 1);
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

    [TestCase("before-commit", "dealer-1")]
    [TestCase("after-commit", "dealer-1")]
    [TestCase("before-publish", "dealer-1")]
    [TestCase("after-publish", "dealer-1")]
    [TestCase("after-inbox-commit", "reporting-1")]
    public async Task The_write_is_done_once_and_heard_once(string point, string name)
    {
        var books = new Books(data, network);
        await books.SettleAsync(Patience);
        var server = processes[name];
        await server.StopAsync();
        server.Environment[FaultSettings.CrashAt] = point;
        await server.StartAsync();

        var writing = load.CreatePartnerAsync();
        Assert.That(await server.Process.Exit.WaitAsync(Patience), Is.EqualTo(Killed));
        server.Environment.Remove(FaultSettings.CrashAt);
        await server.StartAsync();

        Assert.That(await writing, Is.True);
        await books.SettleAsync(Patience);
        await books.BalanceAsync(load);
    }
}
