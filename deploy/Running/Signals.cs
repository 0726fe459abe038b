using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Qudao.Running;

/// <summary>The one signal that .NET cannot send by itself.</summary>
public static partial class Signals
{
    private const int Term = 15;

    /// <summary>Asks a process to end (SIGTERM). Windows has no such request; there it is ended.</summary>
    public static void Terminate(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (OperatingSystem.IsWindows())
            process.Kill();
        else
            _ = kill(process.Id, Term);
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int pid, int signal);
}
