using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Qudao.Running;

/// <summary>
/// A private RabbitMQ node as a plain process: its own data folder, user and loopback ports, so that it meets no other
/// broker on the machine. It can be killed and started again on the same data and the same ports.
/// </summary>
public sealed class Broker : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private static readonly byte[] AmqpGreeting = "AMQP\0\0\u0009\u0001"u8.ToArray();

    private readonly string _folder;
    private readonly int _port = FreePort.Next();
    private readonly int _distributionPort = FreePort.Next();
    private readonly int _namesPort = FreePort.Next();
    private readonly string _password;
    private ChildProcess? _names;
    private ChildProcess? _node;

    /// <param name="folder">Where all of it lies; used again when it holds a node's data already.</param>
    /// <exception cref="InvalidOperationException">RabbitMQ is not installed; the message says how to install it.</exception>
    public Broker(string folder)
    {
        if (!Tools.HasRabbitMq)
            throw new InvalidOperationException($"RabbitMQ is not installed. Install it with: {Tools.InstallRabbitMq}");
        _folder = Path.GetFullPath(folder);
        PrivateFile.MakeFolder(_folder);
        _password = PasswordOfFolder();
        PrivateFile.Write(PathOf("rabbitmq.conf"), $"default_user = qudao\ndefault_pass = {_password}\n");
        File.WriteAllText(PathOf("enabled_plugins"), "[].\n");
    }

    /// <summary>Where clients connect, user and password included.</summary>
    public Uri AmqpUri => new($"amqp://qudao:{_password}@127.0.0.1:{_port}");

    /// <summary>The node's process; null before the first start.</summary>
    public ChildProcess? Process => _node;

    /// <summary>Everything the node printed.</summary>
    public string LogFile => PathOf("output.log");

    /// <summary>Starts the node and waits until it takes connections, 4 to 6 s.</summary>
    /// <exception cref="InvalidOperationException">It runs already, or it ended while starting.</exception>
    /// <exception cref="TimeoutException">It did not come up within 60 s.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        if (_node is { HasExited: false })
            throw new InvalidOperationException("This RabbitMQ node runs already.");
        if (_node is null)
            await LeftOver.KillAsync(_folder, cancel);
        StartNames();
        _node = new ChildProcess("RabbitMQ", [Tools.RabbitMq], Environment(), LogFile, _folder);
        await Ready.WaitAsync(_node, TakesConnectionsAsync, StartPatience, cancel);
    }

    /// <summary>kill -9: what a power cut leaves behind.</summary>
    public async Task KillAsync()
    {
        if (_node is null)
            return;
        _node.Kill();
        await _node.Exit;
    }

    /// <summary>Stops the node in order; its data stays.</summary>
    public async Task StopAsync()
    {
        if (_node is { HasExited: false })
            await _node.StopAsync(StopPatience);
        if (_names is not null)
            await _names.DisposeAsync();
        _names = null;
    }

    /// <summary>Kills the node if it still runs; its data stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        await StopAsync();
    }

    // epmd, Erlang's name server, outlives a node that starts it. Started here, it is a child with a known id.
    private void StartNames()
    {
        if (_names is { HasExited: false })
            return;
        var epmd = Tools.Find("epmd") ?? throw new InvalidOperationException($"epmd is missing; it comes with: {Tools.InstallRabbitMq}");
        _names = new ChildProcess("epmd", [epmd, "-address", "127.0.0.1", "-port", $"{_namesPort}"], Environment(), workingDirectory: _folder);
    }

    private string PasswordOfFolder()
    {
        var file = PathOf("password");
        if (!File.Exists(file))
            PrivateFile.Write(file, RandomNumberGenerator.GetHexString(32, lowercase: true));
        return File.ReadAllText(file).Trim();
    }

    private Dictionary<string, string?> Environment() => new()
    {
        [LeftOver.Mark] = _folder,
        ["HOME"] = _folder,
        ["ERL_EPMD_PORT"] = $"{_namesPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        // The script then becomes the node instead of staying its parent: one process, one id.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["RABBITMQ_NODENAME"] = "qudao1@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{_port}",
        ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_CONFIG_FILE"] = PathOf("rabbitmq.conf"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = PathOf("advanced.config"),
        ["RABBITMQ_MNESIA_BASE"] = PathOf("data"),
        ["RABBITMQ_LOG_BASE"] = PathOf("log"),
        ["RABBITMQ_PID_FILE"] = PathOf("pid"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = PathOf("enabled_plugins"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
    };

    // A node that takes connections answers the protocol's greeting with Connection.Start, a frame of type 1.
    private async Task<bool> TakesConnectionsAsync(CancellationToken cancel)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(AmqpGreeting, cancel);
        var first = new byte[1];
        return await stream.ReadAsync(first, cancel) == 1 && first[0] == 1;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
