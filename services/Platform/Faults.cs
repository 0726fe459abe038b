using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Qudao.Platform;

/// <summary>Named points at which a test lets the process die as kill -9 would. Off unless Faults:Enabled is true.</summary>
public static class Faults
{
    public const string BeforeCommit = "before-commit";
    public const string AfterCommit = "after-commit";
    public const string BeforePublish = "before-publish";
    public const string AfterPublish = "after-publish";
    public const string AfterInboxCommit = "after-inbox-commit";

    private static string? armed;

    public static bool Enabled(IConfiguration configuration) => configuration.GetValue("Faults:Enabled", false);

    /// <summary>Arms the crash point that Faults:CrashAt names, when test facilities are on.</summary>
    public static void Arm(IConfiguration configuration) =>
        armed = Enabled(configuration) ? configuration["Faults:CrashAt"] : null;

    public static void Point(string name)
    {
        if (armed is not null && armed == name)
            Process.GetCurrentProcess().Kill();
    }
}
