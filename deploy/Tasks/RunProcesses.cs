using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Builds and starts the house of processes, and starts again whatever in it ends by itself.</summary>
internal static class RunProcesses
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        if (!Tools.HasRabbitMq)
            throw new InvalidOperationException($"--processes needs RabbitMQ. Install it with: {Tools.InstallRabbitMq}");
        var (port, grpcPort) = (line.Number("--port") ?? Defaults.Port, line.Number("--grpc-port") ?? Defaults.GrpcPort);
        if (!FreePort.IsFree(port) || !FreePort.IsFree(grpcPort))
            throw new InvalidOperationException($"Port {(FreePort.IsFree(port) ? grpcPort : port)} is in use. Choose others with --port and --grpc-port.");
        await Build.QuietlyAsync("services/Standalone");
        var console = await WebBuild.ForRunAsync();
        using var signals = new StopSignals();
        var data = Path.GetFullPath(line.Text("--data") ?? Defaults.Data);
        await using var house = new ProcessHouse(new HouseOptions
        {
            Data = data,
            Instances = line.Number("--instances") ?? 1,
            Port = port,
            GrpcPort = grpcPort,
            Configuration = "release",
            Environment = console,
        });
        try
        {
            await house.StartAsync(Console.Out.WriteLine, signals.Token);
            Greet(house, data);
            await Task.WhenAll(house.Servers.Select(server => KeepUpAsync(server.Name, () => server.Process, server.StartAsync, signals.Token))
                .Append(KeepUpAsync("RabbitMQ", () => house.Broker.Process!, house.Broker.StartAsync, signals.Token)));
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            Console.Out.WriteLine("Stopping.");
        }
        return await StopAsync(house);
    }

    private static void Greet(ProcessHouse house, string data)
    {
        foreach (var password in house.Gateway.Process.Output.Where(Welcome.IsPassword))
            Console.Out.WriteLine(password);
        Console.Out.WriteLine($"gRPC: {house.Grpc.GetLeftPart(UriPartial.Authority)}   logs: {Path.Combine(data, "logs")}   stop: Ctrl-C");
        Console.Out.WriteLine($"Qudao is ready at {house.Http.GetLeftPart(UriPartial.Authority)}");
    }

    private static async Task KeepUpAsync(string name, Func<ChildProcess> process, Func<CancellationToken, Task> start, CancellationToken cancel)
    {
        while (true)
        {
            var code = await process().Exit.WaitAsync(cancel);
            Console.Out.WriteLine($"{name} ended with exit code {code}; starting it again.");
            await start(cancel);
            Console.Out.WriteLine($"{name} serves again.");
        }
    }

    private static async Task<int> StopAsync(ProcessHouse house)
    {
        try
        {
            await house.StopAsync();
            return 0;
        }
        catch (AggregateException faults)
        {
            foreach (var fault in faults.InnerExceptions)
                Console.Error.WriteLine(fault.Message);
            return 1;
        }
    }
}
