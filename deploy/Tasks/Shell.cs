using System.Diagnostics;
using System.Text;
using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Runs other programs to their end, in the repository's root.</summary>
internal static class Shell
{
    /// <summary>Runs it with this program's own terminal; returns its exit code.</summary>
    public static async Task<int> RunAsync(params IEnumerable<string> command)
    {
        using var process = Process.Start(StartInfo(command, redirect: false))!;
        await FinishAsync(process);
        return process.ExitCode;
    }

    /// <summary>Runs it without showing anything; returns its exit code and all its output.</summary>
    public static async Task<(int ExitCode, string Output)> CaptureAsync(params IEnumerable<string> command)
    {
        var output = new StringBuilder();
        using var process = new Process { StartInfo = StartInfo(command, redirect: true) };
        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await FinishAsync(process);
        return (process.ExitCode, output.ToString());

        void Take(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
        }
    }

    private static ProcessStartInfo StartInfo(IEnumerable<string> command, bool redirect)
    {
        var words = command.ToList();
        var program = Tools.Find(words[0]) ?? throw new InvalidOperationException($"{words[0]} is not installed, or not on the PATH.");
        return new ProcessStartInfo(program, words.Skip(1))
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
            Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" },
        };
    }

    // Whoever ends this program means what it started, too.
    private static async Task FinishAsync(Process process)
    {
        using var signals = new StopSignals();
        var finished = process.WaitForExitAsync();
        if (await Task.WhenAny(finished, signals.Asked) == finished)
            return;
        process.Kill(entireProcessTree: true);
        await finished;
        throw new InvalidOperationException("Stopped on request.");
    }
}
