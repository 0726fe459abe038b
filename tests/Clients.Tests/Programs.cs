using System.Text.Json;
using Qudao.Running;

namespace Qudao.Clients.Tests;

/// <summary>Runs what partners would run, and what checks documents.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Where clients and checks lie.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Clients");

    /// <summary>Where what is made of them goes.</summary>
    public static string Made(string name) => Path.Combine(Repository.Root, ".artifacts", "clients", name);

    /// <summary>A file of a package that npm installed.</summary>
    public static string Package(params string[] path) => Path.Combine([Folder, "node_modules", .. path]);

    /// <summary>Runs a program to its end, which must be a good one.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, Dictionary<string, string?>? environment = null)
    {
        await using var process = new ChildProcess(Path.GetFileName(command[1]), command, environment ?? [], workingDirectory: Folder);
        var code = await process.Exit.WaitAsync(Patience);
        var output = string.Join('\n', process.Output);
        Assert.That(code, Is.Zero, $"{string.Join(' ', command)}\n{output}");
        return output;
    }

    /// <summary>The same, of a program that ends with a line of JSON.</summary>
    public static async Task<JsonElement> AnswerAsync(IReadOnlyList<string> command, Dictionary<string, string?>? environment = null) =>
        JsonDocument.Parse((await RunAsync(command, environment)).Split('\n')[^1]).RootElement;

    /// <summary>Compiles TypeScript as its tsconfig.json says, which is strictly.</summary>
    public static Task CompileAsync(string project, string output) =>
        RunAsync(["node", Package("typescript", "bin", "tsc"), "--project", project, "--outDir", output, "--typeRoots", Package("@types")]);
}
