namespace Qudao.Running;

/// <summary>
/// One of our servers as a process that can be killed and started again on the same addresses and the same data: an
/// instance of a service, the gateway, or Standalone.
/// </summary>
public sealed class Server : IAsyncDisposable
{
    /// <summary>How long a server may take from its start until it serves.</summary>
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    /// <summary>How long a server may take to finish what is in flight.</summary>
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(40);

    private readonly IReadOnlyList<string> _command;
    private readonly Func<Server, CancellationToken, Task<bool>> _isReady;
    private readonly string _logFile;
    private ChildProcess? _process;

    internal Server(string name, string project, string configuration, IEnumerable<string> arguments, Uri address, string logFile, Func<Server, CancellationToken, Task<bool>> isReady)
    {
        Name = name;
        Address = address;
        _command = ["dotnet", Repository.Built(project, configuration), .. arguments];
        _logFile = logFile;
        _isReady = isReady;
    }

    /// <summary>"dealer-1", "gateway", "standalone": also the name of its log file.</summary>
    public string Name { get; }

    /// <summary>Where it answers: h2c for a service, HTTP/1.1 for the gateway and Standalone.</summary>
    public Uri Address { get; }

    /// <summary>Its settings; a change holds from the next start.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>The process of the latest start.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public ChildProcess Process => _process ?? throw new InvalidOperationException($"{Name} has not been started.");

    /// <summary>Whether it runs now.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts the process without waiting until it serves.</summary>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public void Launch()
    {
        if (IsRunning)
            throw new InvalidOperationException($"{Name} runs already.");
        _process = new ChildProcess(Name, _command, Environment, _logFile);
    }

    /// <summary>Waits until it serves.</summary>
    /// <exception cref="InvalidOperationException">It ended first; the message holds its last output.</exception>
    /// <exception cref="TimeoutException">It did not serve within 60 s.</exception>
    public Task WaitUntilReadyAsync(CancellationToken cancel = default) =>
        Ready.WaitAsync(Process, asked => _isReady(this, asked), StartPatience, cancel);

    /// <summary>Starts it and waits until it serves.</summary>
    public Task StartAsync(CancellationToken cancel = default)
    {
        Launch();
        return WaitUntilReadyAsync(cancel);
    }

    /// <summary>kill -9, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.Exit;
    }

    /// <summary>SIGTERM; it finishes what is in flight.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    /// <exception cref="TimeoutException">It did not end within 40 s and was killed.</exception>
    public async Task StopAsync()
    {
        if (!IsRunning)
            return;
        var code = await Process.StopAsync(StopPatience);
        if (code != 0)
            throw new InvalidOperationException($"{Name} ended with exit code {code} after SIGTERM.\n{Process.Tail()}");
    }

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }
}
