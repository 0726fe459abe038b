namespace Qudao.Running;

/// <summary>Standalone as a process of its own, on free loopback ports, with its data in a folder.</summary>
public sealed class StandaloneProcess : IAsyncDisposable
{
    private string? _password;

    /// <param name="data">Where its databases and its log lie.</param>
    /// <param name="faults">Turns on the test-only facilities: crash points and the clock file.</param>
    /// <param name="arguments">More arguments, for example "--demo".</param>
    public StandaloneProcess(string data, bool faults = false, params string[] arguments)
    {
        var (http, grpc) = (FreePort.Next(), FreePort.Next());
        Http = new($"http://127.0.0.1:{http}");
        Grpc = new($"http://127.0.0.1:{grpc}");
        ClockFile = Path.Combine(Path.GetFullPath(data), "clock");
        Server = new Server(
            "standalone", "Qudao.Standalone", Repository.Configuration,
            ["--data", Path.GetFullPath(data), "--port", $"{http}", "--grpc-port", $"{grpc}", .. arguments],
            Http, Path.Combine(data, "logs", "standalone.log"), Welcome.IsReadyAsync);
        if (faults)
            FaultSettings.TurnOn(Server.Environment, ClockFile);
    }

    /// <summary>The process: kill, start, stop, settings, output.</summary>
    public Server Server { get; }

    /// <summary>REST and console.</summary>
    public Uri Http { get; }

    /// <summary>gRPC, h2c.</summary>
    public Uri Grpc { get; }

    /// <summary>Holds the clock's offset in seconds when faults are on; see <see cref="FaultSettings.SetClock"/>.</summary>
    public string ClockFile { get; }

    /// <summary>The first administrator's password, as the first start printed it.</summary>
    public string AdminPassword => _password ??= Welcome.FindPassword(Server.Process.Output)
        ?? throw new InvalidOperationException($"Standalone printed no first password.\n{Server.Process.Tail()}");

    /// <summary>Starts it and waits until it serves.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        await Server.StartAsync(cancel);
        _password ??= Welcome.FindPassword(Server.Process.Output);
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => Server.KillAsync();

    /// <summary>SIGTERM; fails unless it ends with 0.</summary>
    public Task StopAsync() => Server.StopAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
