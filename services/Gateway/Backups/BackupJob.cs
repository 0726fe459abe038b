using System.IO.Compression;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Qudao.Platform;

namespace Qudao.Gateway.Backups;

/// <summary>
/// Takes a backup while the house serves.
///
/// Why the databases agree. All six are read as of one instant at which no commit was on its way in any of them (DbSnapshot).
/// An event is committed with what it tells of; its consumer's inbox key with its effect; and only after that the event is
/// marked delivered. Each of these is one commit that came after the one before it was on disk. So in the backup
/// - an effect or an inbox key without its event cannot be: its cause was committed before;
/// - an event marked delivered whose effect is missing cannot be: the mark was committed last;
/// - an event whose effect is there and whose mark is not can be, as after kill -9: it is delivered again and the inbox key
///   refuses it. A restore counts the inbox keys as of its own day, so that none of them is forgotten before that;
/// - an event that nobody has heard can be: it is delivered when the restored house starts.
///
/// Why the files are there. A file is on disk before its row is committed, so every row of that instant has its file then; and
/// sweeps, which alone delete files, wait until the last is copied.
///
/// What of secrets. Signing keys, sessions and access tokens are taken out of the copy: the restored house makes a new key, and
/// whoever was signed in signs in again, for what was revoked since must not come to life. Hashes of passwords and keys, and the
/// secrets of second factors and webhooks, which nobody could enter again, stay: the file is for its owner only (mode 600).
/// </summary>
public sealed class BackupJob(Holdings holdings, BackupFolder folder, BackupSchedule schedule, Db own)
{
    public const string Kind = "backup";

    private const string WithoutKeys = "DELETE FROM signing_keys";
    private const string WithoutSessions = "DELETE FROM sessions";
    private const string WithoutTokens = "DELETE FROM api_tokens";
    private const string WithoutSignIns = "DELETE FROM issuer_sign_ins";

    // The backup that is being taken would be begun again in the restored house.
    private const string WithoutItself = "DELETE FROM operations WHERE kind = 'backup' AND done = 0";

    public async Task<IMessage?> RunAsync(JobRun run)
    {
        var scheduled = run.Caller.Subject == Caller.System.Subject;
        // It was finished before, and only that was not noted yet.
        if (folder.Find(run.Id) is { } finished)
            return finished.ToMessage();
        var work = folder.MakeWork();
        try
        {
            var written = Path.Combine(work, "backup.zip");
            await WriteAsync(run, work, written);
            var kept = folder.Keep(written, run.Id, scheduled);
            if (scheduled)
                folder.Thin(schedule.Kept);
            return kept.ToMessage();
        }
        finally
        {
            folder.DeleteWork();
        }
    }

    private async Task WriteAsync(JobRun run, string work, string path)
    {
        var holds = await Task.WhenAll(holdings.Contents.Select(contents => contents.Folder.HoldAsync()));
        try
        {
            var databases = await CopyAsync(run, work);
            using var archive = new BackupArchive(path);
            foreach (var (name, file) in databases.Files)
                await archive.AddAsync(name, file, CompressionLevel.Fastest, databases.Progress.MoveAsync);
            foreach (var (name, file) in databases.Contents)
                await archive.AddAsync(name, file, CompressionLevel.NoCompression, databases.Progress.MoveAsync);
            archive.Finish(new BackupManifest(
                BackupManifest.CurrentFormat, StatusReport.Version, databases.At, archive.Entries, [.. holdings.Contents.Select(contents => contents.Name)], databases.Migrations));
        }
        finally
        {
            foreach (var hold in holds)
                hold.Dispose();
        }
    }

    /// <summary>Copies the databases as of one instant to files of their own, and lists the uploaded files of that instant.</summary>
    private async Task<Copied> CopyAsync(JobRun run, string work)
    {
        var at = own.Clock.GetUtcNow();
        var snapshots = await DbSnapshot.TakeAsync([.. holdings.Databases.Select(held => held.Db)]);
        try
        {
            var contents = holdings.Contents.SelectMany(held => held.Folder.Contents().Select(file => (Name: NameOf(held.Name, file), file))).ToList();
            var (inDatabases, inContents) = (snapshots.Sum(snapshot => snapshot.Size), contents.Sum(content => new FileInfo(content.file).Length));
            // The copies, and then both once more in the archive, if nothing of it can be packed.
            if (folder.FreeSpace < 2 * inDatabases + inContents)
                throw Errors.Precondition("NO_SPACE", "备份目录所在磁盘空间不足。", "There is not enough space on the disk of the backup folder.");
            var progress = new BackupProgress(own, run, total: 2 * inDatabases + inContents);
            var files = new List<(string, string)>();
            var migrations = new Dictionary<string, IReadOnlyDictionary<string, string>>();
            foreach (var (held, snapshot) in holdings.Databases.Zip(snapshots))
            {
                var file = Path.Combine(work, $"{held.Name}.db");
                await snapshot.CopyAsync(file, progress.ReachAsync);
                progress.Turn();
                if (held.Db == own)
                    TakeOut(file);
                files.Add(($"{held.Name}.db", file));
                migrations[held.Name] = (await held.Db.ReadAsync(StatusReport.AppliedAsync)).ToDictionary(row => row.Name, row => row.Checksum);
            }
            return new Copied(at, files, contents, migrations, progress);
        }
        finally
        {
            foreach (var snapshot in snapshots)
                await snapshot.DisposeAsync();
        }
    }

    private static void TakeOut(string file)
    {
        using var copy = DbSnapshot.OpenCopy(file);
        DbSnapshot.Run(copy, WithoutKeys);
        DbSnapshot.Run(copy, WithoutSessions);
        DbSnapshot.Run(copy, WithoutTokens);
        DbSnapshot.Run(copy, WithoutSignIns);
        DbSnapshot.Run(copy, WithoutItself);
    }

    private static string NameOf(string folder, string file)
    {
        var name = Path.GetFileName(file);
        return $"{folder}/{name[..2]}/{name}";
    }

    private sealed record Copied(
        DateTimeOffset At, List<(string Name, string File)> Files, List<(string Name, string File)> Contents,
        Dictionary<string, IReadOnlyDictionary<string, string>> Migrations, BackupProgress Progress);
}
