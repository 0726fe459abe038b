using System.ComponentModel;
using System.Diagnostics;
using Grpc.Core;

namespace Qudao.Platform;

/// <summary>
/// The check of received files by a program, for example "clamdscan --no-summary {file}" (the service's setting ScanCommand); none
/// where it is not set. Exit code 0 means clean, 1 infected, as the usual scanners have it; anything else is a scan that failed, and
/// nothing passes unscanned.
/// </summary>
public sealed class FileScan(string? command)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Refuses an infected file (INVALID_ARGUMENT, INFECTED), and any while the scan does not work (UNAVAILABLE).</summary>
    public async Task CheckAsync(string file)
    {
        if (string.IsNullOrWhiteSpace(command))
            return;
        switch (await RunAsync(file))
        {
            case 0:
                return;
            case 1:
                throw Errors.Invalid("file", "文件未通过安全扫描", "the scan found something harmful", "INFECTED");
            default:
                throw Failed();
        }
    }

    private async Task<int> RunAsync(string file)
    {
        var words = command!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace("{file}", file, StringComparison.Ordinal)).ToList();
        using var timeout = new CancellationTokenSource(Longest);
        try
        {
            using var scan = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { UseShellExecute = false }) ?? throw Failed();
            try
            {
                await scan.WaitForExitAsync(timeout.Token);
                return scan.ExitCode;
            }
            catch (OperationCanceledException)
            {
                scan.Kill(entireProcessTree: true);
                throw Failed();
            }
        }
        catch (Win32Exception)
        {
            throw Failed();
        }
    }

    private static Refusal Failed() => new(StatusCode.Unavailable, "SCAN_FAILED", "安全扫描暂不可用，请稍后再试。", "The scan of files does not work just now; try again later.");
}
