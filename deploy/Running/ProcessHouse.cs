namespace Qudao.Running;

/// <summary>How a house of processes is laid out.</summary>
public sealed record HouseOptions
{
    /// <summary>Where databases, logs and the broker's data lie; a second start serves the same data.</summary>
    public required string Data { get; init; }

    /// <summary>Processes of each service; they share the service's database.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>The gateway's port for REST and console; a free one when null.</summary>
    public int? Port { get; init; }

    /// <summary>The gateway's port for gRPC; a free one when null.</summary>
    public int? GrpcPort { get; init; }

    /// <summary>Turns on the test-only facilities: crash points and the clock file.</summary>
    public bool Faults { get; init; }

    /// <summary>"debug" or "release": which build to run.</summary>
    public string Configuration { get; init; } = Repository.Configuration;

    /// <summary>Settings for every process, over those that the house sets.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}

/// <summary>
/// The distributed way on one machine: a private RabbitMQ node, every service and the gateway, each a process of its
/// own on loopback ports, every service with its own database.
/// </summary>
public sealed class ProcessHouse : IAsyncDisposable
{
    /// <summary>The five services, as in project names and configuration keys.</summary>
    public static readonly IReadOnlyList<string> ServiceNames = ["Dealer", "Contract", "Training", "ServiceTicket", "Reporting"];

    private readonly HouseOptions _options;
    private readonly string _data;
    private FileStream? _claim;
    private int _disposed;
    private string? _password;

    /// <exception cref="InvalidOperationException">RabbitMQ is not installed; the message says how to install it.</exception>
    /// <exception cref="FileNotFoundException">A service has not been built.</exception>
    public ProcessHouse(HouseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _data = Path.GetFullPath(options.Data);
        Http = new($"http://127.0.0.1:{options.Port ?? FreePort.Next()}");
        Grpc = new($"http://127.0.0.1:{options.GrpcPort ?? FreePort.Next()}");
        Broker = new Broker(Path.Combine(_data, "rabbitmq"));
        Instances = [.. ServiceNames.SelectMany(service => Enumerable.Range(1, options.Instances).Select(number => Instance(service, number)))];
        Gateway = new Server("gateway", "Qudao.Gateway", options.Configuration, [], Http, LogOf("gateway"), Welcome.IsReadyAsync);
        foreach (var server in Servers)
            Configure(server);
    }

    /// <summary>REST and console.</summary>
    public Uri Http { get; }

    /// <summary>gRPC, h2c.</summary>
    public Uri Grpc { get; }

    /// <summary>The private RabbitMQ node.</summary>
    public Broker Broker { get; }

    /// <summary>The services' processes: "dealer-1", "dealer-2", "contract-1" …</summary>
    public IReadOnlyList<Server> Instances { get; }

    /// <summary>The gateway's process.</summary>
    public Server Gateway { get; }

    /// <summary>All our processes, in the order in which they start.</summary>
    public IEnumerable<Server> Servers => [.. Instances, Gateway];

    /// <summary>Holds the clock's offset in seconds when faults are on; see <see cref="FaultSettings.SetClock"/>.</summary>
    public string ClockFile => Path.Combine(_data, "clock");

    /// <summary>A process by its name, for example "dealer-2" or "gateway".</summary>
    public Server this[string name] => Servers.Single(server => server.Name == name);

    /// <summary>The first administrator's password, as the gateway's first start printed it.</summary>
    public string AdminPassword => _password ??= Welcome.FindPassword(Gateway.Process.Output)
        ?? throw new InvalidOperationException($"The gateway printed no first password.\n{Gateway.Process.Tail()}");

    /// <summary>A service's database file.</summary>
    /// <param name="service">For example "Dealer".</param>
    public string DatabaseOf(string service) => Path.Combine(_data, $"{FileName(service)}.db");

    /// <summary>Starts the broker, then all services side by side, then the gateway; returns when all serve.</summary>
    /// <exception cref="InvalidOperationException">The data folder is in use, or a process ended while starting.</exception>
    /// <exception cref="TimeoutException">A process did not come up in time.</exception>
    /// <param name="progress">Told in a few words what has come up.</param>
    /// <param name="cancel">Breaks off; what has been started still runs then, until <see cref="StopAsync"/>.</param>
    public async Task StartAsync(Action<string>? progress = null, CancellationToken cancel = default)
    {
        Claim();
        await LeftOver.KillAsync(_data, cancel);
        await Broker.StartAsync(cancel);
        progress?.Invoke("RabbitMQ is up.");
        foreach (var instance in Instances)
            instance.Launch();
        await Task.WhenAll(Instances.Select(instance => instance.WaitUntilReadyAsync(cancel)));
        progress?.Invoke($"The services are up: {string.Join(", ", Instances.Select(instance => instance.Name))}.");
        await Gateway.StartAsync(cancel);
        _password ??= Welcome.FindPassword(Gateway.Process.Output);
    }

    /// <summary>Stops all in reverse order with SIGTERM; data stays.</summary>
    /// <exception cref="AggregateException">Every process that ended with another exit code than 0 or had to be killed.</exception>
    public async Task StopAsync()
    {
        var faults = new List<Exception>();
        await TryAsync(Gateway.StopAsync);
        await Task.WhenAll(Instances.Select(instance => TryAsync(instance.StopAsync)));
        await TryAsync(Broker.StopAsync);
        _claim?.Dispose();
        _claim = null;
        if (faults.Count > 0)
            throw new AggregateException(faults);

        async Task TryAsync(Func<Task> stop)
        {
            try
            {
                await stop();
            }
            catch (Exception fault) when (fault is InvalidOperationException or TimeoutException)
            {
                lock (faults)
                    faults.Add(fault);
            }
        }
    }

    /// <summary>Kills whatever still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        foreach (var server in Servers)
            await server.DisposeAsync();
        await Broker.DisposeAsync();
        _claim?.Dispose();
    }

    private static string FileName(string service) => service.ToLowerInvariant();

    private string LogOf(string name) => Path.Combine(_data, "logs", name + ".log");

    private Server Instance(string service, int number)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var name = $"{FileName(service)}-{number}";
        var server = new Server(name, $"Qudao.{service}", _options.Configuration, [], address, LogOf(name), (_, cancel) => Ready.GrpcAsync(address, cancel));
        server.Environment["Listen"] = Plain(address);
        server.Environment["Database__Path"] = DatabaseOf(service);
        server.Environment["Auth__Jwks"] = Plain(new Uri(Http, "/.well-known/jwks.json"));
        return server;
    }

    private void Configure(Server server)
    {
        server.Environment[LeftOver.Mark] = _data;
        server.Environment["Broker__Uri"] = Broker.AmqpUri.ToString();
        server.Environment["Database__Provider"] = "sqlite";
        foreach (var service in ServiceNames)
            server.Environment[$"Services__{service}"] = string.Join(',', Instances.Where(each => each.Name.StartsWith(FileName(service) + "-", StringComparison.Ordinal)).Select(each => Plain(each.Address)));
        if (server == Gateway)
        {
            server.Environment["Gateway__Http"] = Plain(Http);
            server.Environment["Gateway__Grpc"] = Plain(Grpc);
            server.Environment["Database__Path"] = DatabaseOf("Gateway");
        }
        if (_options.Faults)
            FaultSettings.TurnOn(server.Environment, ClockFile);
        foreach (var (key, value) in _options.Environment)
            server.Environment[key] = value;
    }

    private static string Plain(Uri address) => address.ToString().TrimEnd('/');

    // One house per data folder; the file is released by the system even when this process is killed.
    private void Claim()
    {
        if (_claim is not null)
            throw new InvalidOperationException("This house has been started already.");
        PrivateFile.MakeFolder(_data);
        try
        {
            _claim = new FileStream(Path.Combine(_data, "qudao.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"Another Qudao runs on {_data}: stop it first, or choose another folder with --data.");
        }
        if (Directory.Exists(Path.Combine(_data, "restored")))
            throw new InvalidOperationException($"A restore into {_data} was cut off: start Qudao on it once without --processes, which finishes it.");
    }
}
