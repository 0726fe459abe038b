using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Qudao.Platform.Tests.Shops;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>A client of a service whose instances come and go.</summary>
public class InTurnTests
{
    private const int Calls = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private int[] _ports = [];
    private Clients.Downstream _downstream = null!;
    private ShopService.ShopServiceClient _client = null!;

    [SetUp]
    public void Connect()
    {
        _ports = [FreePort.Next(), FreePort.Next()];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Services:Shops", string.Join(',', _ports.Select(port => $"http://127.0.0.1:{port}")))]).Build();
        _downstream = new Clients.Downstream(configuration, "Shops");
        _client = new ShopService.ShopServiceClient(_downstream.Invoker);
    }

    [TearDown]
    public void Disconnect() => _downstream.Dispose();

    [Test]
    public async Task All_instances_get_their_share()
    {
        await using var first = await ShopHost.StartAsync(_ports[0]);
        await using var second = await ShopHost.StartAsync(_ports[1]);
        await AskAsync();
        Assert.That(first.Keeper.Seen, Is.Not.Null);
        Assert.That(second.Keeper.Seen, Is.Not.Null);
    }

    [Test]
    public async Task What_one_instance_cannot_answer_the_other_does_and_one_that_comes_back_is_asked_again()
    {
        await using var first = await ShopHost.StartAsync(_ports[0]);
        await using (await ShopHost.StartAsync(_ports[1]))
            await AskAsync();
        await AskAsync();
        await using var again = await ShopHost.StartAsync(_ports[1]);
        await Eventually.Async(async () =>
        {
            await AskAsync();
            return again.Keeper.Seen is not null;
        }, Patience, "the instance that came back is asked");
    }

    /// <summary>Whatever became of earlier connections, a call is either answered or told at once that nobody is there.</summary>
    [Test]
    public async Task Nobody_waits_for_instances_that_drop_every_connection()
    {
        using var bare = new InTurn(_ports.Select(port => new Uri($"http://127.0.0.1:{port}")));
        _client = new ShopService.ShopServiceClient(bare);
        using (var stop = new CancellationTokenSource())
        {
            var dropping = Task.WhenAll(_ports.Select(port => DropAsync(port, stop.Token)));
            for (var i = 0; i < 10 * Calls; i++)
                Assert.That(Assert.ThrowsAsync<RpcException>(() => GetAsync(TimeSpan.FromSeconds(10)))!.StatusCode, Is.EqualTo(StatusCode.Unavailable));
            await stop.CancelAsync();
            await dropping;
        }
        await using var first = await ShopHost.StartAsync(_ports[0]);
        await using var second = await ShopHost.StartAsync(_ports[1]);
        await Eventually.Async(async () => (await GetAsync(TimeSpan.FromSeconds(10))).Name == "shops/a", Patience, "those that stand now answer");
    }

    private async Task AskAsync()
    {
        for (var i = 0; i < Calls; i++)
            Assert.That((await GetAsync(TimeSpan.FromSeconds(30))).Name, Is.EqualTo("shops/a"));
    }

    private async Task<Shops.Shop> GetAsync(TimeSpan patience) =>
        await _client.GetShopAsync(new GetShopRequest { Name = "shops/a" }, deadline: DateTime.UtcNow + patience);

    private static async Task DropAsync(int port, CancellationToken stop)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = await listener.AcceptSocketAsync(stop);
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
