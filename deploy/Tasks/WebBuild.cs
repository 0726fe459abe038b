using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Builds the console, services/Web, when something that it is made of has changed.</summary>
internal static class WebBuild
{
    private static readonly string Folder = Path.Combine(Repository.Root, "services", "Web");
    private static readonly string Divisions = Path.Combine(Repository.Root, "services", "Platform", "Data");
    private static readonly string Document = Path.Combine(Repository.Root, ".artifacts", "openapi.json");

    /// <summary>Not part of what it is made of.</summary>
    private static readonly string[] Made = ["node_modules", "dist", Path.Combine("src", "api", "schema.d.ts")];

    /// <summary>Where the gateway finds it.</summary>
    public static string Dist => Path.Combine(Folder, "dist");

    /// <summary>Whether npm is here, without which there is no console.</summary>
    public static bool IsPossible => Tools.Find(Tools.Npm) is not null;

    /// <summary>Builds it, or says why Qudao starts without one.</summary>
    /// <returns>Settings by which the gateway serves it; none when there is none.</returns>
    public static async Task<IReadOnlyDictionary<string, string?>> ForRunAsync()
    {
        if (!IsPossible)
            Console.Out.WriteLine("The console is not built, for Node with npm (20 or later) is not installed. The API works without it.");
        else if (await BuildAsync("release") is { Length: > 0 } fault)
            Console.Out.WriteLine($"{fault}\nThe console is not built. The API works without it.");
        return File.Exists(Path.Combine(Dist, "index.html"))
            ? new Dictionary<string, string?> { ["Gateway__Console"] = Dist }
            : new Dictionary<string, string?>();
    }

    /// <summary>Builds it for a gateway that has been built; nothing to do when all is as it was.</summary>
    /// <returns>What went wrong; empty when nothing did.</returns>
    public static async Task<string> BuildAsync(string configuration)
    {
        if (await FailureAsync("dotnet", Repository.Built("Qudao.Gateway", configuration), "--openapi", Document) is { } noDocument)
            return noDocument;
        var (stamp, now) = (Path.Combine(Dist, ".stamp"), Fingerprint());
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == now)
            return "";
        var watch = Stopwatch.StartNew();
        if (!Tools.HasNodePackages(Folder) && await FailureAsync(Tools.Npm, "ci", "--prefix", Folder, "--no-audit", "--no-fund") is { } noPackages)
            return noPackages;
        if (await FailureAsync(Tools.Npm, "run", "build", "--prefix", Folder) is { } notBuilt)
            return notBuilt;
        await File.WriteAllTextAsync(stamp, now);
        Console.Out.WriteLine($"The console is built ({watch.Elapsed.TotalSeconds:0} s).");
        return "";
    }

    private static string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Sources().Concat(Directory.EnumerateFiles(Divisions, "*.csv")).Order(StringComparer.Ordinal).Append(Document))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFileSystemEntries(Folder).Where(entry => !IsMade(entry))
            .SelectMany(entry => Directory.Exists(entry) ? Directory.EnumerateFiles(entry, "*", SearchOption.AllDirectories) : [entry])
            .Where(file => !IsMade(file));

    private static bool IsMade(string path) => Made.Contains(Path.GetRelativePath(Folder, path));

    private static async Task<string?> FailureAsync(params string[] command)
    {
        var (code, output) = await Shell.CaptureAsync(command);
        return code == 0 ? null : $"{string.Join(' ', command)}: exit code {code}\n{output}";
    }
}
