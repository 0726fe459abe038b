using System.Collections.Concurrent;
using System.Diagnostics;
using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Everything that must hold: it builds without a warning, is formatted, and every test passes.</summary>
internal static class Test
{
    private const int AtOnce = 2;
    private const string WholeSystem = "Qudao.System.Tests";
    private const string Format = "format";

    // The name and the namespace of what is run apart from the rest of the whole system's tests.
    private static readonly (string Name, string Filter)[] Split = [("BadInput", "Qudao.System.Tests.BadInput."), ("Year", "Qudao.System.Tests.Year.")];

    private static string Results => Path.Combine(Repository.Root, ".artifacts", "tests");

    public static async Task<int> RunAsync(string? filter)
    {
        var total = new Tally();
        foreach (var fault in await Requirements.InstallAsync())
            total.Fail("install", fault);
        if (await StepAsync(total, "build", "dotnet", "msbuild", "Qudao.slnx", "-restore", "-maxCpuCount", "-nodeReuse:false", "-nologo", "-v:q"))
        {
            var parts = new ConcurrentQueue<Part>(Parts());
            foreach (var tally in await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkOffAsync(parts, filter))))
                total.Add(tally);
        }
        total.PrintSkipped();
        Console.Out.WriteLine($"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped");
        return total.Failed == 0 ? 0 : 1;
    }

    /// <summary>What is run, the longest first: the whole system's tests wait often, for a broker that is away or a process that starts, and the others run beside them.</summary>
    private static IEnumerable<Part> Parts()
    {
        var projects = Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal).ToList();
        var outside = string.Join('&', Split.Select(part => $"FullyQualifiedName!~{part.Filter}"));
        return [
            new Part(WholeSystem, "", outside),
            .. Split.Select(part => new Part(WholeSystem, part.Name, $"FullyQualifiedName~{part.Filter}")),
            new Part(Format, "", null),
            .. projects.Where(project => project != WholeSystem).Select(project => new Part(project, "", null)),
        ];
    }

    private static async Task<Tally> WorkOffAsync(ConcurrentQueue<Part> parts, string? filter)
    {
        var tally = new Tally();
        while (parts.TryDequeue(out var part))
        {
            if (part.Project == Format)
                await StepAsync(tally, Format, "dotnet", "format", "Qudao.slnx", "--verify-no-changes", "--no-restore");
            else
                tally.Add(await RunAsync(part, filter));
        }
        return tally;
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

    private static async Task<Tally> RunAsync(Part part, string? filter)
    {
        var folder = Path.Combine(Results, part.ToString());
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var watch = Stopwatch.StartNew();
        var filters = new[] { part.Filter, filter }.OfType<string>().Select(one => $"({one})").ToList();
        var (code, output) = await Shell.CaptureAsync([
            "dotnet", "test", Repository.Built(part.Project), "--logger", "trx;LogFileName=results.trx", "--results-directory", folder,
            .. filters.Count == 0 ? Array.Empty<string>() : ["--filter", string.Join('&', filters)],
            // Else the adapter drops a filter that finds more than 2000, and runs all.
            "--", "NUnit.AssemblySelectLimit=1000000"]);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, "output.log"), output);
        var tally = Trx.Read(part.Project, Path.Combine(folder, "results.trx"), code, output);
        // A project whose tests are not found any more would read as green.
        if (filter is null && tally is { Passed: 0, Failed: 0, Skipped: 0 })
            tally.Fail(part.ToString(), $"no test was found\n{output}");
        Console.Out.WriteLine($"{part,-30} {$"{tally.Passed} passed, {tally.Failed} failed, {tally.Skipped} skipped",-40} {watch.Elapsed.TotalSeconds,6:0.0} s");
        return tally;
    }

    /// <summary>A project's tests, or some of them; or the check of the format.</summary>
    private sealed record Part(string Project, string Name, string? Filter)
    {
        public override string ToString() => Name.Length == 0 ? Project : $"{Project} {Name}";
    }
}
