using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Qudao.Running;

/// <summary>
/// What an earlier run left behind when it was itself killed: children that still hold a data folder. Every child
/// carries the folder in its environment; whoever owns the folder now ends them before starting its own.
/// </summary>
internal static class LeftOver
{
    /// <summary>Name of the variable that marks a child with its data folder.</summary>
    public const string Mark = "QUDAO_DATA";

    /// <summary>Kills the children that another, dead parent started on this folder. Only Linux can tell them.</summary>
    public static async Task KillAsync(string folder, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
            return;
        foreach (var name in Directory.GetDirectories("/proc").Select(Path.GetFileName))
        {
            if (!int.TryParse(name, CultureInfo.InvariantCulture, out var pid) || !Carries(pid, folder))
                continue;
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
                await process.WaitForExitAsync(cancel);
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
            {
                // It ended by itself meanwhile.
            }
        }
    }

    private static bool Carries(int pid, string folder)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0').Contains($"{Mark}={folder}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
