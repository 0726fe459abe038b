namespace Qudao.Platform;

/// <summary>Removes files that no row speaks of: uploads that broke off, contents that were taken off again. Once an hour.</summary>
/// <param name="folder">Where they lie.</param>
/// <param name="isUsed">Whether any row speaks of a content.</param>
public sealed class OrphanSweep(ContentFolder folder, Func<Session, string, Task<bool>> isUsed)
{
    private long nextUs;

    /// <summary>For the timer: looks when the hour is over.</summary>
    public async Task<int> SweepAsync(Db db)
    {
        if (db.Clock.NowMicros() < nextUs)
            return 0;
        nextUs = db.Clock.NowMicros() + (long)ContentFolder.Grace.TotalMicroseconds;
        await SweepNowAsync(db);
        return 0;
    }

    /// <summary>Looks now; gives how many files it removed.</summary>
    public async Task<int> SweepNowAsync(Db db)
    {
        using var hold = await folder.HoldAsync();
        var removed = 0;
        foreach (var path in folder.Old())
        {
            var content = ContentFolder.ContentOf(path);
            if (content is not null && await IsUsedAsync(db, content))
                continue;
            removed += await ContentFolder.SweepAsync(path, () => content is null ? Task.FromResult(false) : IsUsedAsync(db, content)) ? 1 : 0;
        }
        return removed;
    }

    private Task<bool> IsUsedAsync(Db db, string content) => db.ReadAsync(s => isUsed(s, content));
}
