using System.Diagnostics;
using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Everything that must hold: it builds without a warning, is formatted, and every test passes.</summary>
internal static class Test
{
    /// <summary>Takes as long as all others and often waits for what it broke, so the others run beside it.</summary>
    private const string Longest = "Qudao.System.Tests";

    private static string Results => Path.Combine(Repository.Root, ".artifacts", "tests");

    public static async Task<int> RunAsync(string? filter)
    {
        var total = new Tally();
        foreach (var fault in await Requirements.InstallAsync())
            total.Fail("install", fault);
        if (await BuildAsync(total))
        {
            var (longest, others) = (RunAsync(Longest, filter), FormatAndOthersAsync(filter));
            total.Add(await longest);
            total.Add(await others);
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

    private static async Task<Tally> FormatAndOthersAsync(string? filter)
    {
        var total = new Tally();
        await StepAsync(total, "format", "dotnet", "format", "Qudao.slnx", "--verify-no-changes", "--no-restore");
        await ConsoleAsync(total);
        foreach (var project in Projects().Where(project => project != Longest))
            total.Add(await RunAsync(project, filter));
        return total;
    }

    private static IEnumerable<string> Projects() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    // Without npm there is no console, and the tests that need it are skipped.
    private static async Task ConsoleAsync(Tally total)
    {
        if (!WebBuild.IsPossible)
            return;
        var watch = Stopwatch.StartNew();
        var fault = await WebBuild.BuildAsync(Repository.Configuration);
        if (fault.Length > 0)
            total.Fail("console", fault);
        Console.Out.WriteLine($"{"console",-30} {(fault.Length == 0 ? "ok" : "FAILED"),-40} {watch.Elapsed.TotalSeconds,6:0.0} s");
    }

    private static async Task<bool> StepAsync(Tally total, string name, params string[] command)
    {
        var watch = Stopwatch.StartNew();
        var (code, output) = await Shell.CaptureAsync(command);
        if (code != 0)
            total.Fail(name, output);
        Console.Out.WriteLine($"{name,-30} {(code == 0 ? "ok" : "FAILED"),-40} {watch.Elapsed.TotalSeconds,6:0.0} s");
        return code == 0;
    }

    private static async Task<Tally> RunAsync(string project, string? filter)
    {
        var folder = Path.Combine(Results, project);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var watch = Stopwatch.StartNew();
        var (code, output) = await Shell.CaptureAsync([
            "dotnet", "test", Repository.Built(project), "--logger", "trx;LogFileName=results.trx", "--results-directory", folder,
            .. filter is null ? Array.Empty<string>() : ["--filter", filter],
            // Else the adapter drops a filter that finds more than 2000, and runs all.
            "--", "NUnit.AssemblySelectLimit=1000000"]);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, "output.log"), output);
        var tally = Trx.Read(project, Path.Combine(folder, "results.trx"), code, output);
        // A project whose tests are not found any more would read as green.
        if (filter is null && tally is { Passed: 0, Failed: 0, Skipped: 0 })
            tally.Fail(project, $"no test was found\n{output}");
        Console.Out.WriteLine($"{project,-30} {$"{tally.Passed} passed, {tally.Failed} failed, {tally.Skipped} skipped",-40} {watch.Elapsed.TotalSeconds,6:0.0} s");
        return tally;
    }
}
