using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Qudao.Gateway.V1;
using Qudao.Platform;

namespace Qudao.Gateway.Backups;

/// <summary>A finished backup.</summary>
public sealed record BackupFile(string Path, string Id, bool Scheduled, long Size)
{
    public Backup ToMessage() => new()
    {
        Name = $"backups/{Id}",
        CreateTime = Ids.TimeOf(Id) is { } made ? Timestamp.FromDateTimeOffset(made) : null,
        SizeBytes = Size,
        Scheduled = Scheduled,
    };
}

/// <summary>
/// Where backups lie: Backup:Folder, or "backups" among the data. The files are all there is to know of them, so that a
/// house that was restored lists those made after the one it came from, too. Ours alone: a backup holds what the data holds.
/// </summary>
public sealed partial class BackupFolder(Holdings holdings, IConfiguration configuration)
{
    private const string Unfinished = "unfinished";

    private readonly string folder = configuration["Backup:Folder"] is { Length: > 0 } set ? set : Path.Combine(holdings.Folder, "backups");

    private string Work => Path.Combine(folder, Unfinished);

    /// <summary>Finished ones, the newest first.</summary>
    public IReadOnlyList<BackupFile> All() => !Directory.Exists(folder) ? []
        : [.. new DirectoryInfo(folder).EnumerateFiles("*.zip").Select(Read).OfType<BackupFile>().OrderByDescending(file => file.Id, StringComparer.Ordinal)];

    public BackupFile? Find(string id) => All().FirstOrDefault(file => file.Id == id);

    /// <summary>An empty place to work in; what an earlier run left in it, before it was killed, goes.</summary>
    public string MakeWork()
    {
        DeleteWork();
        Make(folder);
        Make(Work);
        return Work;
    }

    public void DeleteWork()
    {
        if (Directory.Exists(Work))
            Directory.Delete(Work, recursive: true);
    }

    /// <summary>Bytes that can still be written there.</summary>
    public long FreeSpace => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <summary>Gives a written file its name, which is when there is a backup.</summary>
    public BackupFile Keep(string written, string id, bool scheduled)
    {
        var path = Path.Combine(folder, scheduled ? $"{id}-scheduled.zip" : $"{id}.zip");
        File.Move(written, path);
        ContentFolder.SyncFolder(folder);
        return new BackupFile(path, id, scheduled, new FileInfo(path).Length);
    }

    /// <summary>Deletes those that the clock had made, but the youngest.</summary>
    /// <param name="kept">How many stay; 0 keeps all.</param>
    public void Thin(int kept)
    {
        foreach (var old in kept == 0 ? [] : All().Where(file => file.Scheduled).Skip(kept))
            File.Delete(old.Path);
    }

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static BackupFile? Read(FileInfo file) =>
        Name().Match(file.Name) is { Success: true } name ? new BackupFile(file.FullName, name.Groups["id"].Value, name.Groups["scheduled"].Success, file.Length) : null;

    [GeneratedRegex(@"\A(?<id>[0-9a-z]{26})(?<scheduled>-scheduled)?\.zip\z")]
    private static partial Regex Name();
}
