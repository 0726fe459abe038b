using System.Globalization;
using Qudao.Running;

namespace Qudao.System.Tests.BadInput;

/// <summary>One Standalone with a small network in it, for all tests of bad input and of access; started once.</summary>
[SetUpFixture]
public sealed class Loaded
{
    /// <summary>A working day, in the morning: no timer of the network runs out while the tests do.</summary>
    private static readonly DateTimeOffset Now = Day.At(11, 18, 10);

    private static StandaloneProcess process = null!;
    private static House house = null!;
    private static string data = "";
    private static int seen;

    public static Network Network { get; private set; } = null!;

    public static Wire Wire { get; private set; } = null!;

    public static Databases Databases { get; private set; } = null!;

    public static Uri Http => process.Http;

    public static Uri Grpc => process.Grpc;

    /// <summary>Runs of each property: QUDAO_BAD_INPUT_RUNS times as many for a long soak.</summary>
    public static int Runs(int usual) => usual * int.Parse(Environment.GetEnvironmentVariable("QUDAO_BAD_INPUT_RUNS") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>What the server logged as an error since this was last asked, with the lines that follow it.</summary>
    public static IReadOnlyList<string> LoggedErrors()
    {
        var lines = process.Server.Process.Output.Skip(seen).ToList();
        seen += lines.Count;
        return [.. lines.Index().Where(line => line.Item.StartsWith("fail:", StringComparison.Ordinal) || line.Item.StartsWith("crit:", StringComparison.Ordinal))
            .Select(line => string.Join('\n', lines.Skip(line.Index).Take(4)))];
    }

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        data = Directory.CreateTempSubdirectory("qudao-bad-input").FullName;
        process = new StandaloneProcess(data, faults: true);
        process.Server.Environment["Gateway__RequestsPerSecond"] = "0";
        process.Server.Environment["Gateway__SignInsPerMinute"] = "0";
        await process.StartAsync();
        house = new House(process.Http, process.Grpc, process.ClockFile, process.AdminPassword, Transport.Grpc, process);
        house.MoveClock(Now);
        Wire = new Wire(process.Http, process.Grpc);
        Network = await Network.LoadAsync(house);
        Databases = new Databases(data);
        await Databases.SettleAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Wire?.Dispose();
        Databases?.Dispose();
        if (house is not null)
            await house.DisposeAsync();
        if (process is not null)
            await process.DisposeAsync();
        if (data.Length > 0)
            Directory.Delete(data, recursive: true);
    }
}
