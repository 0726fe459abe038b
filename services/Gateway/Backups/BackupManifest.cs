using System.Text.Json;
using System.Text.RegularExpressions;

namespace Qudao.Gateway.Backups;

/// <summary>What a backup holds, written into it last: the file "manifest.json" of the .zip.</summary>
/// <param name="Format">How the backup is laid out; another is not read.</param>
/// <param name="Version">Of the Qudao that made it.</param>
/// <param name="CreateTime">The instant whose state it is.</param>
/// <param name="Entries">Every other file in it.</param>
/// <param name="Folders">The folders of uploaded files, those without any too.</param>
/// <param name="Migrations">Of each database what had run on it: name → checksum.</param>
public sealed partial record BackupManifest(
    int Format, string Version, DateTimeOffset CreateTime, IReadOnlyList<BackupEntry> Entries, IReadOnlyList<string> Folders,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Migrations)
{
    public const string FileName = "manifest.json";
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>Null where it is none.</summary>
    public static BackupManifest? Read(Stream stream)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupManifest>(stream, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a backup may hold a file of this name: nothing that would land elsewhere than among the data.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Whether a backup may name a folder so.</summary>
    public static bool IsFolder(string name) => Folder().IsMatch(name);

    [GeneratedRegex(@"\A([a-z]+\.db|[a-z]+-[a-z]+/[0-9a-f]{2}/[0-9a-f]{64})\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[a-z]+-[a-z]+\z")]
    private static partial Regex Folder();
}

/// <summary>A file in a backup.</summary>
public sealed record BackupEntry(string Name, long Size, string Sha256);
