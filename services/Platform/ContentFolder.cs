using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Qudao.Platform;

/// <summary>A file that was received and is on disk, under a name of its own until it is kept.</summary>
public sealed record Received(string Path, string Sha256, long Size);

/// <summary>
/// Where contents lie: one file for each, named by its SHA-256, so the same content is kept once. A file is on disk, and
/// so is its name, before the row that speaks of it is written; what no row speaks of is swept away later.
/// </summary>
/// <param name="root">The folder; null where none is configured.</param>
/// <param name="setting">The setting that names it, for whoever has to configure it.</param>
/// <param name="usual">What it is called beside a SQLite file.</param>
public sealed partial class ContentFolder(string? root, string setting, string usual)
{
    private readonly SemaphoreSlim sweeping = new(1, 1);

    /// <summary>The process dies here in a test: the file is there, its row is not.</summary>
    public const string Stored = "attachment-stored";

    /// <summary>How old a file must be before it counts as left over; its upload has long ended by then.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private const string Incoming = "incoming";
    private const string Aside = ".swept";
    private const int Piece = 64 * 1024;

    /// <summary>What it is called beside a SQLite file.</summary>
    public string Usual => usual;

    /// <summary>The folder; refuses where none is configured.</summary>
    private string Root => root ?? throw Errors.Precondition("NO_ATTACHMENT_FOLDER", $"尚未配置附件目录（{setting}）。", $"No folder for attachments is configured ({setting}).");

    /// <summary>
    /// The folder of a setting such as Contract:AttachmentFolder; one beside the SQLite file unless set. With SQL Server it
    /// must be set, to one folder that all instances share: a file of one is asked of another.
    /// </summary>
    public static ContentFolder Of(IConfiguration configuration, string setting, string usual) => new(
        configuration[setting] ?? (configuration["Database:Path"] is { } path ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, usual) : null), setting, usual);

    /// <summary>Writes what comes to disk and hashes it on the way.</summary>
    /// <param name="pieces">The content.</param>
    /// <param name="most">Bytes at most; more is refused.</param>
    public async Task<Received> ReceiveAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, long most)
    {
        Directory.CreateDirectory(Path.Combine(Root, Incoming));
        var path = Path.Combine(Root, Incoming, Guid.NewGuid().ToString("n"));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, Piece);
            long size = 0;
            await foreach (var piece in pieces)
            {
                if ((size += piece.Length) > most)
                    throw Errors.Invalid("file", $"文件不能超过 {most / 1024 / 1024} MB", $"must not be larger than {most / 1024 / 1024} MB", "TOO_LARGE");
                hash.AppendData(piece.Span);
                await file.WriteAsync(piece);
            }
            file.Flush(flushToDisk: true);
            return new Received(path, Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Gives a received file its name. Takes the place of the same content, which is young again by it: no sweep takes it.</summary>
    public void Keep(Received received)
    {
        var path = PathOf(received.Sha256);
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        File.Move(received.Path, path, overwrite: true);
        SyncFolder(folder);
        SyncFolder(Root);
        Faults.Point(Stored);
    }

    /// <summary>Removes what was received and is not to be kept.</summary>
    public static void Drop(Received received) => File.Delete(received.Path);

    /// <summary>Opens a content for reading.</summary>
    public FileStream Open(string sha256)
    {
        var path = PathOf(sha256);
        // A sweep may have set it aside for a moment, to look whether anybody speaks of it.
        return TryRead(path) ?? TryRead(path + Aside) ?? Read(path);
    }

    /// <summary>Lets nothing be swept away until what it gives is disposed; a sweep holds it itself.</summary>
    public async Task<IDisposable> HoldAsync()
    {
        await sweeping.WaitAsync();
        return new Hold(sweeping);
    }

    /// <summary>Every content, while nothing is swept away.</summary>
    public IReadOnlyList<string> Contents()
    {
        Old();
        return root is null || !Directory.Exists(root) ? [] : [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(path => ContentOf(path) is not null)];
    }

    /// <summary>Contents, and broken-off uploads, that are older than the grace. What a sweep that broke off had set aside comes back first.</summary>
    public IReadOnlyList<string> Old()
    {
        if (root is null || !Directory.Exists(root))
            return [];
        foreach (var aside in Directory.EnumerateFiles(root, $"*{Aside}", SearchOption.AllDirectories).ToList())
            Restore(aside[..^Aside.Length]);
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(IsOld)];
    }

    /// <summary>Whether the file is a content, by its name; the others were never kept.</summary>
    public static string? ContentOf(string path) =>
        Path.GetFileName(path) is { Length: 64 } name && name.All(char.IsAsciiHexDigitLower) ? name : null;

    /// <summary>
    /// Deletes an old file that nobody speaks of. It is set aside first and looked at once more: an upload of the same content
    /// may have put a new one in its place, or have its row by now.
    /// </summary>
    public static async Task<bool> SweepAsync(string path, Func<Task<bool>> isSpokenOf)
    {
        var aside = path + Aside;
        File.Move(path, aside, overwrite: true);
        if (IsOld(aside) && !await isSpokenOf())
        {
            File.Delete(aside);
            return true;
        }
        Restore(path);
        return false;
    }

    private sealed class Hold(SemaphoreSlim sweeping) : IDisposable
    {
        public void Dispose() => sweeping.Release();
    }

    private static void Restore(string path)
    {
        if (File.Exists(path))
            File.Delete(path + Aside);
        else
            File.Move(path + Aside, path);
    }

    private static FileStream? TryRead(string path)
    {
        try
        {
            return Read(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static FileStream Read(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Piece, useAsync: true);

    private static bool IsOld(string path) => File.GetLastWriteTimeUtc(path) < DateTime.UtcNow - Grace;

    private string PathOf(string sha256) => Path.Combine(Root, sha256[..2], sha256);

    /// <summary>A new name is durable once its folder is; Windows does that by itself.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = OpenFolder(folder, 0);
        if (handle < 0)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{folder} cannot be opened: error {Marshal.GetLastPInvokeError()}."));
        var failed = Sync(handle) != 0;
        _ = Close(handle);
        if (failed)
            throw new IOException($"{folder} cannot be written to disk.");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
