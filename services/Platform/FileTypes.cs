using System.IO.Compression;

namespace Qudao.Platform;

/// <summary>What a file is, told by its content; its name is only a claim.</summary>
public static class FileTypes
{
    private const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly (byte[] Start, string MediaType)[] Starts =
    [
        ("%PDF-"u8.ToArray(), "application/pdf"),
        ([0xff, 0xd8, 0xff], "image/jpeg"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], "image/png"),
    ];

    private static readonly Dictionary<string, string> MediaTypeOfEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pdf"] = "application/pdf",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".docx"] = Docx,
        [".xlsx"] = Xlsx,
    };

    /// <summary>The media type by content; null for anything but a PDF, JPEG, PNG, DOCX or XLSX, and for documents with macros.</summary>
    public static string? Of(Stream file)
    {
        Span<byte> start = stackalloc byte[8];
        file.Position = 0;
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        foreach (var (bytes, mediaType) in Starts)
            if (start[..read].StartsWith(bytes))
                return mediaType;
        return start[..read].StartsWith("PK\u0003\u0004"u8) ? OfZip(file) : null;
    }

    /// <summary>Whether a name's ending is that of the content: what is called .pdf and is a picture misleads whoever opens it.</summary>
    public static bool IsCalledSo(string fileName, string mediaType) =>
        MediaTypeOfEnding.GetValueOrDefault(Path.GetExtension(fileName)) == mediaType;

    private static string? OfZip(Stream file)
    {
        file.Position = 0;
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var names = zip.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (!names.Contains("[Content_Types].xml") || names.Any(name => name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)))
                return null;
            return names.Contains("word/document.xml") ? Docx : names.Contains("xl/workbook.xml") ? Xlsx : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
