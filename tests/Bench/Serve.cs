using Qudao.Bench.Bare;
using Qudao.Contract;
using Qudao.Dealer;
using Qudao.Gateway;
using Qudao.Platform;
using Qudao.Reporting;
using Qudao.ServiceTicket;

namespace Qudao.Bench;

/// <summary>The servers that the bench starts as processes of their own: the bare ones, and our own without a broker.</summary>
internal static class Serve
{
    /// <summary>Printed once it serves.</summary>
    public const string Ready = "ready";

    private static readonly Dictionary<string, Type> Ours = new()
    {
        ["dealer"] = typeof(DealerModule),
        ["contract"] = typeof(ContractModule),
        ["serviceticket"] = typeof(ServiceTicketModule),
        ["reporting"] = typeof(ReportingModule),
        ["gateway"] = typeof(GatewayModule),
    };

    public static async Task<int> RunAsync(string what, string[] args)
    {
        EndWithParent();
        await using var app = what switch
        {
            "dealer" => ServiceHost.Build(new DealerModule(), args, localBus: new LocalBus()),
            "contract" => ServiceHost.Build(new ContractModule(), args, localBus: new LocalBus()),
            "serviceticket" => ServiceHost.Build(new ServiceTicketModule(), args, localBus: new LocalBus()),
            "reporting" => ServiceHost.Build(new ReportingModule(), args, localBus: new LocalBus()),
            "gateway" => GatewayHost.Build(args, localBus: new LocalBus()),
            "empty-grpc" => EmptyGrpc.Build(args),
            "edge-backend" => EdgeBackend.Build(args),
            "crowd" => Crowd.Build(args),
            "minimal-api" => MinimalApi.Build(args),
            "yarp" => BareYarp.Build(args),
            "bus" => BareBus.Build(args),
            "web" => EmptyWeb.Build(args),
            _ => throw new ArgumentException($"There is no server {what}."),
        };
        if (Ours.TryGetValue(what, out var ours))
            await app.StartServiceAsync(ours.Assembly);
        else
            await app.StartAsync();
        Console.Out.WriteLine(Ready);
        await app.WaitForShutdownAsync();
        return 0;
    }

    // Whoever started this holds its standard input; it ends with him, even when he is killed.
    private static void EndWithParent() => new Thread(() =>
    {
        while (Console.In.ReadLine() is not null)
        {
        }
        Environment.Exit(0);
    })
    { IsBackground = true }.Start();
}
