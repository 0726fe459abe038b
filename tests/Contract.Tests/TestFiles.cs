using System.IO.Compression;
using System.Text;

namespace Qudao.Contract.Tests;

/// <summary>Files as people upload them, and as they should not.</summary>
internal static class TestFiles
{
    public static byte[] Pdf(int size = 2_000, int seed = 1) => Filled("%PDF-1.7\n"u8.ToArray(), size, seed);

    public static byte[] Jpeg => Filled([0xff, 0xd8, 0xff, 0xe0], 500, 2);

    public static byte[] Png => Filled([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 500, 3);

    public static byte[] Docx => Zip("[Content_Types].xml", "word/document.xml");

    public static byte[] Docm => Zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin");

    public static byte[] Xlsx => Zip("[Content_Types].xml", "xl/workbook.xml");

    public static byte[] OtherZip => Zip("readme.txt");

    private static byte[] Filled(byte[] start, int size, int seed)
    {
        var file = new byte[size];
        new Random(seed).NextBytes(file);
        start.CopyTo(file, 0);
        return file;
    }

    private static byte[] Zip(params string[] names)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var name in names)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes("<x/>"));
            }
        return file.ToArray();
    }
}
