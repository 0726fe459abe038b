using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Builds; a warning is an error everywhere.</summary>
internal static class Build
{
    public static Task<int> EverythingAsync() => Shell.RunAsync("dotnet", "msbuild", "Qudao.slnx", "-restore", "-maxCpuCount", "-nodeReuse:false", "-p:Configuration=Release", "-nologo", "-v:minimal");

    /// <summary>Builds one project in Release and shows nothing unless it fails.</summary>
    /// <exception cref="InvalidOperationException">It does not build; the message holds why.</exception>
    public static async Task QuietlyAsync(string project)
    {
        if (!Directory.Exists(Path.Combine(Repository.Root, ".artifacts", "bin", Path.GetFileName($"Qudao.{Path.GetFileName(project)}"), "release")))
            Console.Out.WriteLine("Building Qudao; the first time takes about a minute.");
        var (code, output) = await Shell.CaptureAsync("dotnet", "msbuild", project, "-restore", "-maxCpuCount", "-nodeReuse:false", "-p:Configuration=Release", "-nologo", "-v:q");
        if (code != 0)
            throw new InvalidOperationException($"{output}\n{project} does not build.");
    }
}
