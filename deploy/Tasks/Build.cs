using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Builds; a warning is an error everywhere.</summary>
internal static class Build
{
    /// <summary>What restores and builds a project or the solution, on all cores, and leaves no process behind.</summary>
    public static string[] Command(string project, params string[] more) =>
        ["dotnet", "msbuild", project, "-restore", "-maxCpuCount", "-nodeReuse:false", "-nologo", .. more];

    public static async Task<int> EverythingAsync()
    {
        var code = await Shell.RunAsync(Command("Qudao.slnx", "-p:Configuration=Release", "-v:minimal"));
        if (code != 0)
            return code;
        var fault = WebBuild.IsPossible ? await WebBuild.BuildAsync("release") : "The console is not built: Node with npm (20 or later) is not installed.";
        Console.Error.Write(fault.Length > 0 ? fault + "\n" : "");
        return fault.Length > 0 ? 1 : 0;
    }

    /// <summary>Builds one project in Release and shows nothing unless it fails.</summary>
    /// <exception cref="InvalidOperationException">It does not build; the message holds why.</exception>
    public static async Task QuietlyAsync(string project)
    {
        if (!Directory.Exists(Path.Combine(Repository.Root, ".artifacts", "bin", Path.GetFileName($"Qudao.{Path.GetFileName(project)}"), "release")))
            Console.Out.WriteLine("Building Qudao; the first time takes about a minute.");
        var (code, output) = await Shell.CaptureAsync(Command(project, "-p:Configuration=Release", "-v:q"));
        if (code != 0)
            throw new InvalidOperationException($"{output}\n{project} does not build.");
    }
}
