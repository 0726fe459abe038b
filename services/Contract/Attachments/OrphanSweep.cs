using Qudao.Platform;

namespace Qudao.Contract.Attachments;

/// <summary>Removes files that no attachment speaks of: uploads that broke off, contents that were taken off drafts. Once an hour.</summary>
public sealed class OrphanSweep(ContentFolder folder)
{
    private long nextUs;

    /// <summary>For the timer: looks when the hour is over.</summary>
    public async Task<int> SweepAsync(Db db)
    {
        if (db.Clock.NowMicros() < nextUs)
            return 0;
        nextUs = db.Clock.NowMicros() + (long)ContentFolder.Grace.TotalMicroseconds;
        await SweepAsync(folder, db);
        return 0;
    }

    /// <summary>Looks now; gives how many files it removed.</summary>
    public static async Task<int> SweepAsync(ContentFolder folder, Db db)
    {
        var removed = 0;
        foreach (var path in folder.Old())
        {
            var content = ContentFolder.ContentOf(path);
            if (content is not null && await IsUsedAsync(db, content))
                continue;
            removed += await folder.SweepAsync(path, () => content is null ? Task.FromResult(false) : IsUsedAsync(db, content)) ? 1 : 0;
        }
        return removed;
    }

    private static Task<bool> IsUsedAsync(Db db, string content) => db.ReadAsync(s => AttachmentStore.IsUsedAsync(s, content));
}
