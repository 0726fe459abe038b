using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>The programs that the tests use beside .NET: installs them where it may, else says how.</summary>
internal static class Requirements
{
    private const string ChineseFont = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

    /// <summary>Brings what is missing.</summary>
    /// <returns>One line for each installation that was tried and failed.</returns>
    public static async Task<IReadOnlyList<string>> InstallAsync()
    {
        List<string> failed = [];
        await FromAptAsync(failed);
        await FromNpmAsync(failed);
        return failed;
    }

    private static async Task FromAptAsync(List<string> failed)
    {
        List<string> missing = [];
        if (!Tools.HasRabbitMq)
            missing.Add("rabbitmq-server");
        if (Tools.Chromium is null)
            missing.Add("chromium");
        if (OperatingSystem.IsLinux() && !File.Exists(ChineseFont))
            missing.Add("fonts-noto-cjk");
        if (OperatingSystem.IsLinux() && !Tools.HasPythonGrpc)
            missing.AddRange(["python3-grpcio", "python3-protobuf"]);
        if (missing.Count == 0)
            return;
        var install = $"apt-get install -y --no-install-recommends {string.Join(' ', missing)}";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || Tools.Find("apt-get") is null)
        {
            Console.Out.WriteLine($"Not installed: {string.Join(", ", missing)}. The tests that need them are skipped. As root: apt-get update && {install}");
            return;
        }
        Console.Out.WriteLine($"Installing {string.Join(", ", missing)}.");
        await TryAsync(failed, "apt-get update");
        await TryAsync(failed, install);
    }

    private static async Task FromNpmAsync(List<string> failed)
    {
        List<(string What, string Install)> missing = [];
        if (Tools.Buf is null)
            missing.Add(($"buf {Tools.BufVersion}", Tools.InstallBuf));
        if (!Tools.HasClientPackages)
            missing.Add(("what tests/Clients uses", Tools.InstallClientPackages));
        if (missing.Count > 0 && Tools.Find(Tools.Npm) is null)
        {
            Console.Out.WriteLine($"Not installed: Node with npm (20 or later). The tests that need it are skipped. Then: {string.Join(" && ", missing.Select(each => each.Install))}");
            return;
        }
        foreach (var (what, install) in missing)
        {
            Console.Out.WriteLine($"Installing {what}.");
            await TryAsync(failed, install);
        }
    }

    private static async Task TryAsync(List<string> failed, string command)
    {
        var (code, output) = await Shell.CaptureAsync(command.Split(' '));
        if (code != 0)
            failed.Add($"{command}: exit code {code}\n{output}");
    }
}
