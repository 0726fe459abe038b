using System.Buffers.Binary;
using System.Text;
using Qudao.Platform;

namespace Qudao.Reporting.Forms;

/// <summary>
/// The .zip around files that are kept: their sizes and sums are known, and they are packed already, so the archive is only what
/// stands before, between and behind them. It is made as it is sent and nobody ever holds all of it.
/// </summary>
public sealed class FormSetZip(DateTimeOffset madeAt)
{
    /// <summary>More takes another format.</summary>
    public const long MostBytes = int.MaxValue;

    public const string MediaType = "application/zip";

    private const ushort Version = 20, NamesAreUtf8 = 0x0800, Stored = 0;
    private const int LocalLength = 30, CentralLength = 46, EndLength = 22, FirstYear = 1980;

    private readonly MemoryStream central = new();
    private readonly ushort time = (ushort)(madeAt.ToOffset(ChinaTime.Offset) is var at ? (at.Hour << 11) | (at.Minute << 5) | (at.Second / 2) : 0);
    private readonly ushort date = (ushort)(madeAt.ToOffset(ChinaTime.Offset) is var on ? ((on.Year - FirstYear) << 9) | (on.Month << 5) | on.Day : 0);
    private uint offset;
    private ushort count;

    /// <summary>What stands before a file.</summary>
    public byte[] Before(FormSetItemRow file)
    {
        var name = Encoding.UTF8.GetBytes(file.FileName);
        var local = new byte[LocalLength + name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(local, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(local.AsSpan(4), Version);
        Describe(local.AsSpan(6), file, name.Length);
        name.CopyTo(local, LocalLength);
        List(file, name);
        offset = checked(offset + (uint)local.Length + (uint)file.SizeBytes);
        count = checked((ushort)(count + 1));
        return local;
    }

    /// <summary>What stands behind the last file.</summary>
    public byte[] After()
    {
        var end = new byte[EndLength];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)central.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), offset);
        return [.. central.ToArray(), .. end];
    }

    private void List(FormSetItemRow file, byte[] name)
    {
        var entry = new byte[CentralLength];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(6), Version);
        Describe(entry.AsSpan(8), file, name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(42), offset);
        central.Write(entry);
        central.Write(name);
    }

    // The same in both places: flags, method, time, sum, sizes and the name's length.
    private void Describe(Span<byte> at, FormSetItemRow file, int name)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at, NamesAreUtf8);
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], Stored);
        BinaryPrimitives.WriteUInt16LittleEndian(at[4..], time);
        BinaryPrimitives.WriteUInt16LittleEndian(at[6..], date);
        BinaryPrimitives.WriteUInt32LittleEndian(at[8..], (uint)file.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(at[12..], (uint)file.SizeBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(at[16..], (uint)file.SizeBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(at[20..], (ushort)name);
    }
}
