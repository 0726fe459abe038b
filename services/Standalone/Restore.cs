using Microsoft.Data.Sqlite;
using Qudao.Gateway.Backups;
using Qudao.Platform;

namespace Qudao.Standalone;

/// <summary>
/// Puts a backup in the place of the data. It is unpacked beside the data and checked there; then one rename decides: before it
/// the old data stands untouched, after it the new is moved in, by this run or by the next start, and nothing serves before
/// that is done. A run that is killed leaves the old or the new.
/// </summary>
internal static class Restore
{
    /// <summary>The process dies here in a test: all is unpacked, nothing decided.</summary>
    public const string Unpacked = "restore-unpacked";

    /// <summary>The process dies here in a test: decided, and the first database moved in.</summary>
    public const string Moving = "restore-moving";

    private const string Unfinished = "restoring";
    private const string Decided = "restored";

    // What was heard is remembered from now on: nobody heard anything since the backup, however long ago that is.
    private const string RememberFromNow = "UPDATE inbox SET received_us = @now";

    /// <summary>Restores a backup over the folder.</summary>
    /// <exception cref="InvalidOperationException">Why not, for people; the folder is as it was.</exception>
    public static async Task RunAsync(string file, DataFolder data, bool overwrite)
    {
        Faults.Arm(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        // One that was decided before goes first: what it brought is the data that is there.
        Finish(data);
        using var backup = BackupReader.Open(file);
        var manifest = backup.Manifest;
        if (!overwrite && Present(data, manifest) is { } there)
            throw new InvalidOperationException($"{data.Path} holds data already ({there}). Choose another folder with --data, or have it replaced with --overwrite.");
        var folder = PrivateFolder(data.In(Unfinished));
        try
        {
            await backup.UnpackAsync(folder);
            foreach (var name in manifest.Folders)
                Directory.CreateDirectory(Path.Combine(folder, name));
            foreach (var database in Databases(manifest))
                Prepare(Path.Combine(folder, database));
            await File.WriteAllBytesAsync(Path.Combine(folder, BackupManifest.FileName), manifest.Write());
            Sync(folder);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
        Faults.Point(Unpacked);
        Directory.Move(folder, data.In(Decided));
        ContentFolder.SyncFolder(data.Path);
        Finish(data);
        Console.Out.WriteLine($"Restored the backup of {manifest.CreateTime.ToOffset(ChinaTime.Offset):yyyy-MM-dd HH:mm:ss} (China), made by Qudao {manifest.Version}, into {data.Path}. Everybody signs in anew.");
    }

    /// <summary>Moves in what was decided on; what was not goes away.</summary>
    public static void Finish(DataFolder data)
    {
        if (Directory.Exists(data.In(Unfinished)))
            Directory.Delete(data.In(Unfinished), recursive: true);
        var decided = data.In(Decided);
        if (!Directory.Exists(decided))
            return;
        foreach (var path in Directory.EnumerateFiles(decided, "*.db").ToList())
        {
            var target = data.In(Path.GetFileName(path));
            // What SQLite keeps beside a database belongs to the one that goes.
            File.Delete($"{target}-wal");
            File.Delete($"{target}-shm");
            File.Move(path, target, overwrite: true);
            Faults.Point(Moving);
        }
        foreach (var path in Directory.EnumerateDirectories(decided).ToList())
        {
            var target = data.In(Path.GetFileName(path));
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            Directory.Move(path, target);
        }
        ContentFolder.SyncFolder(data.Path);
        Directory.Delete(decided, recursive: true);
    }

    private static IEnumerable<string> Databases(BackupManifest manifest) => manifest.Migrations.Keys.Select(name => $"{name}.db");

    private static string? Present(DataFolder data, BackupManifest manifest) =>
        Databases(manifest).Where(name => File.Exists(data.In(name))).Concat(manifest.Folders.Where(name => Directory.Exists(data.In(name)))).FirstOrDefault();

    private static void Prepare(string database)
    {
        using var copy = DbSnapshot.OpenCopy(database);
        using var command = copy.CreateCommand();
        command.CommandText = "PRAGMA quick_check";
        if (command.ExecuteScalar() as string is not "ok")
            throw new InvalidOperationException($"{Path.GetFileName(database)} of the backup is damaged.");
        command.CommandText = RememberFromNow;
        command.Parameters.Add(new SqliteParameter("@now", TimeProvider.System.NowMicros()));
        command.ExecuteNonQuery();
    }

    private static string PrivateFolder(string path) => (OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).FullName;

    /// <summary>Every file and every name in the folder is on disk.</summary>
    private static void Sync(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            file.Flush(flushToDisk: true);
        }
        foreach (var path in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Append(folder))
            ContentFolder.SyncFolder(path);
    }
}
