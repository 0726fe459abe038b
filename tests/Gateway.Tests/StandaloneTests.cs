using System.Net;
using System.Net.Http.Json;
using Qudao.Running;

namespace Qudao.Gateway.Tests;

/// <summary>Standalone as a process: started, used, stopped, refused.</summary>
public class StandaloneTests
{
    private string data = "";

    [SetUp]
    public void MakeFolder() => data = Directory.CreateTempSubdirectory("qudao-standalone-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(data, recursive: true);

    [Test]
    public async Task It_starts_serves_ends_in_order_and_serves_the_same_data_again()
    {
        await using var standalone = new StandaloneProcess(data);
        await standalone.StartAsync();
        var password = standalone.AdminPassword;
        Assert.That(password, Has.Length.AtLeast(16));
        await SignInAsync(standalone, password);
        await standalone.StopAsync();

        await standalone.StartAsync();
        Assert.That(standalone.Server.Process.Output, Has.None.Contains("password"), "told once only");
        await SignInAsync(standalone, password);
        await standalone.KillAsync();

        await standalone.StartAsync();
        await SignInAsync(standalone, password);
        await standalone.StopAsync();
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(Path.Combine(data, "gateway.db")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task A_second_one_on_the_same_data_or_port_says_so_and_ends()
    {
        await using var first = new StandaloneProcess(data);
        await first.StartAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(await RunAsync("--data", data, "--port", "1", "--grpc-port", "2"), Does.StartWith("1 ").And.Contain("Another Qudao runs on"));
            Assert.That(await RunAsync("--data", Path.Combine(data, "other"), "--port", $"{first.Http.Port}", "--grpc-port", $"{FreePort.Next()}"),
                Does.StartWith("1 ").And.Contain($"Port {first.Http.Port} cannot be used"));
        });
    }

    [TestCase("--nonsense")]
    [TestCase("--port")]
    [TestCase("--port", "70000")]
    [TestCase("--port", "5080", "--grpc-port", "5080")]
    public async Task Wrong_options_are_explained(params string[] arguments) =>
        Assert.That(await RunAsync(["--data", data, .. arguments]), Does.StartWith("2 ").And.Contain("Usage:"));

    private static async Task<string> RunAsync(params string[] arguments)
    {
        await using var process = new ChildProcess("standalone", ["dotnet", Repository.Built("Qudao.Standalone", Repository.Configuration), .. arguments], []);
        return $"{await process.Exit} {process.Tail()}";
    }

    private static async Task SignInAsync(StandaloneProcess standalone, string password)
    {
        using var client = new HttpClient { BaseAddress = standalone.Http };
        using var answer = await client.PostAsJsonAsync("/v1/sessions", new { login = "admin", password });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}
