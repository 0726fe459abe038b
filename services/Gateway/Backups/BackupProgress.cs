using System.Diagnostics;
using Qudao.Platform;

namespace Qudao.Gateway.Backups;

/// <summary>How far a backup is, written down four times a second at most; each time it is looked whether somebody cancelled it.</summary>
internal sealed class BackupProgress(Db db, JobRun run, long total)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private long before;
    private long done;
    private long shownAt;

    /// <summary>So many bytes more.</summary>
    public Task MoveAsync(long bytes)
    {
        done += bytes;
        return ShowAsync();
    }

    /// <summary>So many bytes since the last turn.</summary>
    public Task ReachAsync(long bytes)
    {
        done = before + bytes;
        return ShowAsync();
    }

    /// <summary>What comes is counted from here.</summary>
    public void Turn() => before = done;

    private async Task ShowAsync()
    {
        if (shownAt != 0 && Stopwatch.GetElapsedTime(shownAt) < Every)
            return;
        shownAt = Stopwatch.GetTimestamp();
        await db.WriteAsync(tx => run.ProgressAsync(tx, done, total));
    }
}
