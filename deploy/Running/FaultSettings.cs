using System.Globalization;

namespace Qudao.Running;

/// <summary>The test-only facilities of our servers, off unless asked for.</summary>
public static class FaultSettings
{
    /// <summary>Name of the setting that holds the crash point; set it on one server and start that again.</summary>
    public const string CrashAt = "Faults__CrashAt";

    /// <summary>Moves the clock of every server that was given this file.</summary>
    public static void SetClock(string clockFile, TimeSpan offset)
    {
        var next = clockFile + ".next";
        File.WriteAllText(next, offset.TotalSeconds.ToString("0", CultureInfo.InvariantCulture));
        File.Move(next, clockFile, overwrite: true);
    }

    internal static void TurnOn(Dictionary<string, string?> environment, string clockFile)
    {
        PrivateFile.MakeFolder(Path.GetDirectoryName(clockFile)!);
        SetClock(clockFile, TimeSpan.Zero);
        environment["Faults__Enabled"] = "true";
        environment["Faults__ClockFile"] = clockFile;
    }
}
