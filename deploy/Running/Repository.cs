namespace Qudao.Running;

/// <summary>Where things are in this checkout.</summary>
public static class Repository
{
    /// <summary>The folder that holds Qudao.slnx, found upwards from this program.</summary>
    /// <exception cref="InvalidOperationException">This program does not lie in a checkout.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary>"debug" or "release": how this program was built, read from the folder that it lies in.</summary>
    public static string Configuration { get; } =
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)) is "release" ? "release" : "debug";

    /// <summary>Path of a project's built assembly.</summary>
    /// <param name="project">For example "Qudao.Dealer".</param>
    /// <param name="configuration">"debug" or "release"; this program's own when null.</param>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string Built(string project, string? configuration = null)
    {
        var file = Path.Combine(Root, ".artifacts", "bin", project, configuration ?? Configuration, project + ".dll");
        return File.Exists(file) ? file : throw new FileNotFoundException($"{file} is not there: build it first (sh build.ps1 build).", file);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Qudao.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Qudao.slnx above {AppContext.BaseDirectory}: run this from a checkout of Qudao.");
    }
}
