using System.Diagnostics;
using Qudao.Running;

namespace Qudao.Bench;

/// <summary>
/// All of Qudao in one process, on data that is there already: from the start of the process until /readyz says 200, and
/// what it holds in memory once it is idle. Against a web application that only answers /readyz.
/// </summary>
internal sealed class StandaloneScene : Scene
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    public override IReadOnlyList<Contest> Contests =>
    [
        new("standalone", [new("Standalone: start to ready", "ms"), new("Standalone: idle memory (RSS)", "MiB")], _ => OursAsync(), _ => BareAsync()),
    ];

    private async Task<double[]> OursAsync()
    {
        var watch = Stopwatch.StartNew();
        await using var standalone = new StandaloneProcess(Folder);
        standalone.Server.Launch();
        var figures = await MeasureAsync(watch, standalone.Server.Process, standalone.Http);
        await standalone.StopAsync();
        return figures;
    }

    private static async Task<double[]> BareAsync()
    {
        var address = Child.Address();
        var watch = Stopwatch.StartNew();
        await using var web = new ChildProcess("web", ["dotnet", Repository.Built("Qudao.Bench"), "serve", "web"], new Dictionary<string, string?> { ["Listen"] = address });
        return await MeasureAsync(watch, web, new Uri(address));
    }

    private static async Task<double[]> MeasureAsync(Stopwatch watch, ChildProcess process, Uri address)
    {
        while (!await IsReadyAsync(address))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{process.Name} ended before it was ready.\n{process.Tail()}");
            await Task.Delay(Interval);
        }
        var start = watch.Elapsed.TotalMilliseconds;
        await Task.Delay(Settle);
        using var idle = Process.GetProcessById(process.Id);
        return [start, idle.WorkingSet64 / 1024.0 / 1024.0];
    }

    private static async Task<bool> IsReadyAsync(Uri address)
    {
        try
        {
            return await Ready.HttpAsync(address);
        }
        catch (Exception notYet) when (notYet is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
