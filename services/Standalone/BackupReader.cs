using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Gateway;
using Qudao.Gateway.Backups;
using Qudao.Platform;

namespace Qudao.Standalone;

/// <summary>A backup that is read: nothing of it is believed before it is checked.</summary>
internal sealed class BackupReader : IDisposable
{
    private readonly ZipArchive zip;

    private BackupReader(ZipArchive zip, BackupManifest manifest) => (this.zip, Manifest) = (zip, manifest);

    public BackupManifest Manifest { get; }

    /// <exception cref="InvalidOperationException">It is no backup, or none that this version can use; for people.</exception>
    public static BackupReader Open(string path)
    {
        ZipArchive? zip = null;
        try
        {
            zip = ZipFile.OpenRead(path);
            using var written = (zip.GetEntry(BackupManifest.FileName) ?? throw NoBackup(path)).Open();
            var manifest = BackupManifest.Read(written) ?? throw NoBackup(path);
            if (Fault(manifest, zip) is { } fault)
                throw new InvalidOperationException($"{path}: {fault}");
            return new BackupReader(zip, manifest);
        }
        catch (Exception e)
        {
            zip?.Dispose();
            throw e is IOException or InvalidDataException or UnauthorizedAccessException ? new InvalidOperationException($"{path} cannot be read as a backup: {e.Message}") : e;
        }
    }

    /// <summary>Unpacks everything into an empty folder.</summary>
    /// <exception cref="InvalidOperationException">Something is not what the manifest says; for people.</exception>
    public async Task UnpackAsync(string folder)
    {
        foreach (var entry in Manifest.Entries)
        {
            var path = Path.Combine(folder, entry.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (await CopyAsync(zip.GetEntry(entry.Name)!, path, entry.Size) != entry.Sha256)
                throw new InvalidOperationException($"{entry.Name} of the backup is damaged: its checksum is another than the manifest says.");
        }
    }

    public void Dispose() => zip.Dispose();

    private static async Task<string> CopyAsync(ZipArchiveEntry entry, string path, long size)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            await using var source = entry.Open();
            await using var target = new FileStream(path, options);
            var buffer = new byte[256 * 1024];
            for (int read; (read = await source.ReadAsync(buffer)) > 0;)
            {
                // More than was said is damage, and not written out.
                if ((size -= read) < 0)
                    return "";
                hash.AppendData(buffer.AsSpan(0, read));
                await target.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (InvalidDataException)
        {
            return "";
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Why this version cannot restore it; null when it can.</summary>
    private static string? Fault(BackupManifest manifest, ZipArchive zip)
    {
        if (manifest.Format != BackupManifest.CurrentFormat)
            return $"its format is {manifest.Format}; this Qudao reads {BackupManifest.CurrentFormat}.";
        var names = manifest.Entries.Select(entry => entry.Name).ToList();
        if (names.Find(name => !BackupManifest.IsName(name)) is { } strange)
            return $"it holds something that is no part of Qudao's data: {strange}";
        if (manifest.Folders.FirstOrDefault(name => !BackupManifest.IsFolder(name)) is { } odd)
            return $"it names something that is no part of Qudao's data: {odd}";
        if (!zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal).SequenceEqual(names.Append(BackupManifest.FileName).Order(StringComparer.Ordinal)))
            return "it does not hold what its manifest says.";
        var known = Modules().ToDictionary(module => module.Name, module => module.GetType().Assembly);
        if (!known.Keys.Order(StringComparer.Ordinal).SequenceEqual(manifest.Migrations.Keys.Order(StringComparer.Ordinal)) || !known.Keys.All(name => names.Contains($"{name}.db")))
            return "it does not hold the databases of all services.";
        return manifest.Migrations.SelectMany(database => Unknown(database.Value, known[database.Key])).FirstOrDefault() is { } unknown
            ? $"it was made by a newer Qudao ({manifest.Version}): {unknown} is not known here."
            : null;
    }

    private static IEnumerable<IModule> Modules() => [.. House.Modules(), new GatewayModule()];

    private static IEnumerable<string> Unknown(IReadOnlyDictionary<string, string> applied, Assembly service)
    {
        var known = new Migrations(new SqliteDialect("none"), TimeProvider.System, NullLogger<Migrations>.Instance).Known(service);
        return applied.Where(script => known.GetValueOrDefault(script.Key) != script.Value).Select(script => script.Key);
    }

    private static InvalidOperationException NoBackup(string path) => new($"{path} is no backup of Qudao.");
}
