using Qudao.Running;

namespace Qudao.Bench;

/// <summary>Starts servers as processes of their own and waits until they serve.</summary>
internal static class Child
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Another process of this program: see <see cref="Serve"/>.</summary>
    public static async Task<ChildProcess> ServeAsync(string what, IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancel)
    {
        var process = new ChildProcess(what, ["dotnet", Repository.Built("Qudao.Bench"), "serve", what], settings);
        await Ready.WaitAsync(process, _ => Task.FromResult(process.Output.Contains(Serve.Ready)), Patience, cancel);
        return process;
    }

    /// <summary>One of the services as it is deployed.</summary>
    public static async Task<ChildProcess> ServiceAsync(string service, Uri address, IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancel)
    {
        var process = new ChildProcess(service, ["dotnet", Repository.Built($"Qudao.{service}")], settings);
        await Ready.WaitAsync(process, asked => Ready.GrpcAsync(address, asked), Patience, cancel);
        return process;
    }

    /// <summary>An address on a free loopback port.</summary>
    public static string Address() => $"http://127.0.0.1:{FreePort.Next()}";
}
