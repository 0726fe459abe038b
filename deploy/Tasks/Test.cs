using System.Collections.Concurrent;
using System.Diagnostics;
using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Everything that must hold: it builds without a warning, is formatted, and every test passes.</summary>
internal static class Test
{
    private const string OfSystem = "Qudao.System.Tests";

    /// <summary>The category of tests that kill a dozen processes and start them again under load: they need the machine to themselves.</summary>
    private const string Alone = "Alone";

    /// <summary>Needs the console, which is built meanwhile.</summary>
    private const string OfConsole = "Qudao.Web.Tests";

    /// <summary>All other projects mostly use one core, or wait for the disk.</summary>
    private const int AtOnce = 2;

    private static string Results => Path.Combine(Repository.Root, ".artifacts", "tests");

    public static async Task<int> RunAsync(string? filter)
    {
        var total = new Tally();
        foreach (var fault in await Requirements.InstallAsync())
            total.Fail("install", fault);
        if (await BuildAsync(total))
        {
            foreach (var tally in await BesideEachOtherAsync(filter))
                total.Add(tally);
            total.Add(await RunAsync(OfSystem, filter, $"TestCategory={Alone}", part: "-Alone"));
        }
        total.PrintSlow();
        total.PrintSkipped();
        Console.Out.WriteLine($"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped");
        return total.Failed == 0 ? 0 : 1;
    }

    /// <summary>With one compiler for all projects: each of their own would first have to warm up, for longer than it works.</summary>
    private static async Task<bool> BuildAsync(Tally total)
    {
        var built = await StepAsync(total, "build", Build.Command("Qudao.slnx", "-v:q", "-p:UseSharedCompilation=true"));
        await Shell.CaptureAsync("dotnet", "build-server", "shutdown", "--vbcscompiler");
        return built;
    }

    private static Task<Tally[]> BesideEachOtherAsync(string? filter)
    {
        var waiting = new ConcurrentQueue<Func<Task<Tally>>>([FormatAsync, () => ConsoleAsync(filter)]);
        waiting.Enqueue(() => RunAsync(OfSystem, filter, $"TestCategory!={Alone}"));
        foreach (var project in Projects().Where(project => project is not (OfSystem or OfConsole)))
            waiting.Enqueue(() => RunAsync(project, filter));
        return Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(waiting)));
    }

    private static async Task<Tally> WorkAsync(ConcurrentQueue<Func<Task<Tally>>> waiting)
    {
        var total = new Tally();
        while (waiting.TryDequeue(out var next))
            total.Add(await next());
        return total;
    }

    private static async Task<Tally> FormatAsync()
    {
        var total = new Tally();
        await StepAsync(total, "format", "dotnet", "format", "Qudao.slnx", "--verify-no-changes", "--no-restore");
        return total;
    }

    private static IEnumerable<string> Projects() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    // Without npm there is no console, and the tests that need it are skipped.
    private static async Task<Tally> ConsoleAsync(string? filter)
    {
        var total = new Tally();
        if (WebBuild.IsPossible)
        {
            var watch = Stopwatch.StartNew();
            var fault = await WebBuild.BuildAsync(Repository.Configuration);
            if (fault.Length > 0)
                total.Fail("console", fault);
            Report("console", fault.Length == 0 ? "ok" : "FAILED", watch);
        }
        total.Add(await RunAsync(OfConsole, filter));
        return total;
    }

    private static async Task<bool> StepAsync(Tally total, string name, params string[] command)
    {
        var watch = Stopwatch.StartNew();
        var (code, output) = await Shell.CaptureAsync(command);
        if (code != 0)
            total.Fail(name, output);
        Report(name, code == 0 ? "ok" : "FAILED", watch);
        return code == 0;
    }

    private static void Report(string name, string outcome, Stopwatch watch) =>
        Console.Out.WriteLine($"{name,-30} {outcome,-40} {watch.Elapsed.TotalSeconds,6:0.0} s");

    /// <param name="filter">The tests somebody asked for; all when null.</param>
    /// <param name="only">Which of them this run is of, when there are two of the project.</param>
    /// <param name="part">What the second is called.</param>
    private static async Task<Tally> RunAsync(string project, string? filter, string? only = null, string part = "")
    {
        var selection = (filter, only) is ({ }, { }) ? $"({filter})&{only}" : filter ?? only;
        var folder = Path.Combine(Results, project + part);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var watch = Stopwatch.StartNew();
        var (code, output) = await Shell.CaptureAsync([
            "dotnet", "test", Repository.Built(project), "--logger", "trx;LogFileName=results.trx", "--results-directory", folder,
            .. selection is null ? Array.Empty<string>() : ["--filter", selection],
            // Else the adapter drops a filter that finds more than 2000, and runs all.
            "--", "NUnit.AssemblySelectLimit=1000000"]);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, "output.log"), output);
        var tally = Trx.Read(project, Path.Combine(folder, "results.trx"), code, output);
        // A project whose tests are not found any more would read as green.
        if (filter is null && tally is { Passed: 0, Failed: 0, Skipped: 0 })
            tally.Fail(project, $"no test was found\n{output}");
        Report(project + part, $"{tally.Passed} passed, {tally.Failed} failed, {tally.Skipped} skipped", watch);
        return tally;
    }
}
