using System.IO.Compression;
using System.Security.Cryptography;

namespace Qudao.Gateway.Backups;

/// <summary>A backup's file while it is written: ours alone from its first byte, hashed on the way.</summary>
internal sealed class BackupArchive : IDisposable
{
    private const int Piece = 256 * 1024;

    private readonly FileStream file;
    private readonly ZipArchive zip;
    private readonly List<BackupEntry> entries = [];

    public BackupArchive(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        file = new FileStream(path, options);
        zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
    }

    /// <summary>What it holds so far.</summary>
    public IReadOnlyList<BackupEntry> Entries => entries;

    /// <param name="name">As which it is kept.</param>
    /// <param name="path">The file.</param>
    /// <param name="level">Uploaded files are pictures and office files: packed already.</param>
    /// <param name="progress">Told of each piece; what it throws ends the writing.</param>
    public async Task AddAsync(string name, string path, CompressionLevel level, Func<long, Task> progress)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Piece, useAsync: true);
        await using var target = zip.CreateEntry(name, level).Open();
        var buffer = new byte[Piece];
        long size = 0;
        for (int read; (read = await source.ReadAsync(buffer)) > 0; size += read)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await target.WriteAsync(buffer.AsMemory(0, read));
            await progress(read);
        }
        entries.Add(new BackupEntry(name, size, Convert.ToHexStringLower(hash.GetHashAndReset())));
    }

    /// <summary>Ends the file; all of it is on disk then.</summary>
    public void Finish(BackupManifest manifest)
    {
        using (var target = zip.CreateEntry(BackupManifest.FileName).Open())
            target.Write(manifest.Write());
        zip.Dispose();
        file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        zip.Dispose();
        file.Dispose();
    }
}
