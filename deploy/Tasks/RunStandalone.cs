using System.Diagnostics;
using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Builds and starts Standalone in this terminal and ends with its exit code.</summary>
internal static class RunStandalone
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        await Build.QuietlyAsync("services/Standalone");
        var start = new ProcessStartInfo("dotnet", Command(line));
        foreach (var (key, value) in await WebBuild.ForRunAsync())
            start.Environment[key] = value;
        using var signals = new StopSignals();
        using var process = Process.Start(start)!;
        if (await Task.WhenAny(process.WaitForExitAsync(), signals.Asked) == signals.Asked)
            Signals.Terminate(process);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static List<string> Command(CommandLine line)
    {
        List<string> command =
        [
            Repository.Built("Qudao.Standalone", "release"),
            "--data", Path.GetFullPath(line.Text("--data") ?? Defaults.Data),
            "--port", $"{line.Number("--port") ?? Defaults.Port}",
            "--grpc-port", $"{line.Number("--grpc-port") ?? Defaults.GrpcPort}",
        ];
        if (line.Text("--restore") is { } backup)
            command.AddRange(["--restore", Path.GetFullPath(backup)]);
        foreach (var each in (string[])["--demo", "--overwrite"])
            if (line.Has(each))
                command.Add(each);
        return command;
    }
}
