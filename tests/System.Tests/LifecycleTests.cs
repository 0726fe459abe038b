using System.Net;
using System.Net.Sockets;
using System.Text;
using Qudao.Dealer.V1;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.System.Tests;

/// <summary>Standalone from start to end: what is in flight is finished, a second start serves the same, a start that cannot be says why.</summary>
[Category("Alone")]
public class LifecycleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string data = "";

    [SetUp]
    public void MakeData() => data = Directory.CreateTempSubdirectory("qudao-lifecycle").FullName;

    [TearDown]
    public void DeleteData() => Directory.Delete(data, recursive: true);

    [Test]
    public async Task A_request_in_flight_is_answered_before_the_end()
    {
        await using var process = new StandaloneProcess(data);
        await process.StartAsync();
        var house = House.Over(process, Transport.Rest);
        var token = (await house.AdministratorAsync()).Token;
        using var client = new TcpClient();
        await client.ConnectAsync(process.Http.Host, process.Http.Port);
        var stream = client.GetStream();
        var body = """{"displayName":"最后一店","kind":"PARTNER_KIND_TERMINAL","cityCode":"3201"}"""u8.ToArray();

        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/partners HTTP/1.1\r\nHost: {process.Http.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"));
        Assert.That(await LineAsync(stream), Is.EqualTo("HTTP/1.1 100 Continue"), "it is being served");
        await LineAsync(stream);
        process.Server.Process.Terminate();
        await Eventually.Async(() => RefusesAsync(process.Http), Patience, "nothing new is accepted");
        await stream.WriteAsync(body);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();

        Assert.That(answer, Does.StartWith("HTTP/1.1 200 OK"));
        Assert.That(answer, Does.Contain("最后一店"));
        Assert.That(await process.Server.Process.Exit.WaitAsync(Patience), Is.Zero);
        await process.StartAsync();
        var partners = (await house.AdministratorAsync()).Ask<PartnerService.PartnerServiceClient>();
        Assert.That((await partners.ListPartnersAsync(new ListPartnersRequest())).Partners.Select(partner => partner.DisplayName), Is.EqualTo(new[] { "最后一店" }));
    }

    [Test]
    public async Task It_is_stopped_and_started_five_times_under_load()
    {
        var process = new StandaloneProcess(data);
        await process.StartAsync();
        await using var house = House.Over(process, Transport.Grpc);
        var network = await Network.FoundAsync(house);
        var load = new Load(network, seed: 1);
        using var stop = new CancellationTokenSource();
        var writing = load.RunAsync(50, stop.Token);
        for (var i = 0; i < 5; i++)
        {
            await Task.Delay(500);
            await process.StopAsync();
            await process.StartAsync();
        }
        await stop.CancelAsync();
        await writing;
        var books = new Books(data, network);
        await books.SettleAsync(Patience);
        await books.BalanceAsync(load);
    }

    [Test]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, FreePort.Next());
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.That(await StartInVainAsync("--port", $"{port}", "--grpc-port", $"{FreePort.Next()}"), Is.EqualTo($"Port {port} cannot be used (AddressAlreadyInUse). Choose others with --port and --grpc-port."));
        Assert.That(await StartInVainAsync("--port", $"{FreePort.Next()}", "--grpc-port", $"{port}"), Is.EqualTo($"Port {port} cannot be used (AddressAlreadyInUse). Choose others with --port and --grpc-port."));
    }

    [Test]
    public async Task A_folder_in_use_is_named()
    {
        await using var process = new StandaloneProcess(data);
        await process.StartAsync();
        Assert.That(await StartInVainAsync("--port", $"{FreePort.Next()}", "--grpc-port", $"{FreePort.Next()}"), Does.StartWith($"Another Qudao runs on {data}: stop it first"));
    }

    /// <summary>Starts Standalone on the data folder, where it must end by itself, with another exit code than 0.</summary>
    /// <returns>All that it said.</returns>
    private async Task<string> StartInVainAsync(params string[] arguments)
    {
        await using var second = new ChildProcess("second", ["dotnet", Repository.Built("Qudao.Standalone"), "--data", data, .. arguments], []);
        Assert.That(await second.Exit.WaitAsync(Patience), Is.Not.Zero);
        return string.Join('\n', second.Output);
    }

    private static async Task<bool> RefusesAsync(Uri address)
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task<string> LineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != '\n')
            line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r');
    }
}
