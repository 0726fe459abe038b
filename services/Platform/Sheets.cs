using System.Text;

namespace Qudao.Platform;

/// <summary>How much a spreadsheet may hold. A file beyond any of these is refused, so reading takes bounded memory.</summary>
public sealed record SheetLimits
{
    /// <summary>The usual limits.</summary>
    public static SheetLimits Default { get; } = new();

    /// <summary>Bytes of the file as uploaded.</summary>
    public int FileBytes { get; init; } = 50 << 20;

    /// <summary>Entries of the zip archive.</summary>
    public int Entries { get; init; } = 2_000;

    /// <summary>Bytes of what is read of it, inflated.</summary>
    public long InflatedBytes { get; init; } = 200L << 20;

    /// <summary>Inflated bytes per byte of the file, once 1 MiB is inflated.</summary>
    public int InflationRatio { get; init; } = 200;

    /// <summary>Rows that are not empty, in all sheets together.</summary>
    public int Rows { get; init; } = 200_000;

    /// <summary>Columns of a row, up to the last that is not empty.</summary>
    public int Columns { get; init; } = 256;

    /// <summary>Characters of a cell.</summary>
    public int CellLength { get; init; } = 32_767;

    /// <summary>Cells in all sheets together, a row's gaps included.</summary>
    public int Cells { get; init; } = 4_000_000;

    /// <summary>Characters in all cells together.</summary>
    public int TextLength { get; init; } = 32 << 20;
}

/// <summary>One fault of one row of an imported sheet.</summary>
/// <param name="Row">The row's number as the spreadsheet program shows it.</param>
/// <param name="Column">The column's header.</param>
/// <param name="Zh">What is wrong, in Chinese.</param>
/// <param name="En">What is wrong, in English.</param>
/// <param name="Sheet">The sheet's name; empty for csv.</param>
public sealed record SheetError(int Row, string Column, string Zh, string En, string Sheet = "");

/// <summary>A file cannot be read as a spreadsheet, and why.</summary>
public sealed class SheetException(string zh, string en, Exception? inner = null) : Exception(en, inner)
{
    /// <summary>What is wrong, in Chinese.</summary>
    public string Zh { get; } = zh;

    /// <summary>What is wrong, in English.</summary>
    public string En => Message;
}

/// <summary>A row that is not empty.</summary>
/// <param name="number">Its number as the spreadsheet program shows it, from 1.</param>
/// <param name="cells">Its cells from column A to the last that is not empty.</param>
public sealed class SheetRow(int number, string[] cells)
{
    /// <summary>Its number as the spreadsheet program shows it, from 1.</summary>
    public int Number { get; } = number;

    /// <summary>Its cells from column A to the last that is not empty; an empty cell is an empty string.</summary>
    public IReadOnlyList<string> Cells { get; } = cells;

    /// <summary>The cell of a column counted from 0; empty beyond the last.</summary>
    public string this[int column] => column < Cells.Count ? Cells[column] : "";
}

/// <summary>One sheet of a file: .xlsx has one or several, .csv one without a name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hidden">Whether its author hid it.</param>
/// <param name="Rows">Its rows in order, without the empty ones.</param>
public sealed record Sheet(string Name, bool Hidden, IReadOnlyList<SheetRow> Rows)
{
    /// <summary>Reads a stream to its end, then as <see cref="Read(byte[], SheetLimits?)"/>.</summary>
    /// <exception cref="SheetException">The file is no sheet, is broken, or exceeds a limit.</exception>
    public static IReadOnlyList<Sheet> Read(Stream stream, SheetLimits? limits = null)
    {
        limits ??= SheetLimits.Default;
        using var file = new MemoryStream();
        var buffer = new byte[81920];
        for (int n; (n = stream.Read(buffer)) > 0; file.Write(buffer, 0, n))
            if (file.Length + n > limits.FileBytes)
                throw TooLarge(limits);
        return Read(file.ToArray(), limits);
    }

    /// <summary>
    /// Reads an .xlsx or .csv (UTF-8 or GB18030) file, told apart by content. Every cell is text: numbers in plain digits,
    /// dates as yyyy-MM-dd (with Thh:mm:ss where there is a time), booleans TRUE or FALSE, formulas their last value.
    /// A vertically merged cell fills its rows.
    /// </summary>
    /// <exception cref="SheetException">The file is no sheet, is broken, or exceeds a limit.</exception>
    public static IReadOnlyList<Sheet> Read(byte[] file, SheetLimits? limits = null)
    {
        limits ??= SheetLimits.Default;
        if (file.Length > limits.FileBytes)
            throw TooLarge(limits);
        RefuseOtherFormats(file);
        try
        {
            return file.AsSpan().StartsWith("PK"u8) ? new XlsxReader(file, limits).Read() : [SheetCsv.Read(file, limits)];
        }
        // A broken archive or document may surface as nearly any exception of the zip, XML and text readers.
        catch (Exception e) when (e is not SheetException)
        {
            throw new SheetException("文件已损坏，无法读取；请用 Excel 或 WPS 打开后重新保存为 .xlsx", "The file is damaged and cannot be read; open it in Excel or WPS and save it again as .xlsx", e);
        }
    }

    /// <summary>The format in which a file that can be read was sent; text that is neither UTF-8 nor GB18030 counts as UTF-8.</summary>
    public static SheetFormat FormatOf(byte[] file) =>
        file.AsSpan().StartsWith("PK"u8) ? SheetFormat.Xlsx : SheetCsv.IsGb18030(file) ? SheetFormat.CsvGb18030 : SheetFormat.Csv;

    private static SheetException TooLarge(SheetLimits limits) => new(
        $"文件超过 {limits.FileBytes >> 20} MB，请拆分后再导入", $"The file exceeds {limits.FileBytes >> 20} MB; split it");

    private static void RefuseOtherFormats(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
            throw new SheetException("文件为空", "The file is empty");
        if (file.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
            throw file.IndexOf(Encoding.Unicode.GetBytes("EncryptedPackage")) >= 0
                ? new SheetException("工作簿设有打开密码，请取消密码后再导入", "The workbook is encrypted with a password; remove the password")
                : new SheetException("这是旧版 .xls 格式，请另存为 .xlsx 后再导入", "This is the old .xls format; save it as .xlsx");
        if (file.StartsWith("%PDF"u8))
            throw new SheetException("这是 PDF 文件，请导入 .xlsx 或 .csv", "This is a PDF file; import .xlsx or .csv");
        if (file[(file.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? 3 : 0)..].TrimStart(" \t\r\n"u8).StartsWith("<"u8))
            throw new SheetException("这是网页或 XML 格式的表格，请另存为 .xlsx 后再导入", "This is a web page or XML table; save it as .xlsx");
    }
}

/// <summary>Counts what has been read against the limits.</summary>
internal sealed class SheetBudget(SheetLimits limits)
{
    private int _rows, _cells;
    private long _text;

    public void Text(string text, int row)
    {
        Fits(text.Length, row);
        if ((_text += text.Length) > limits.TextLength)
            throw TooMuch();
    }

    public void Fits(int length, int row)
    {
        if (length > limits.CellLength)
            throw CellTooLong(row);
    }

    public void Row(int cells)
    {
        if (++_rows > limits.Rows)
            throw new SheetException($"超过 {limits.Rows:N0} 行，请拆分后再导入", $"More than {limits.Rows:N0} rows; split the file");
        Cells(cells);
    }

    public void Cells(int cells)
    {
        if ((_cells += cells) > limits.Cells)
            throw TooMuch();
    }

    public SheetException CellTooLong(int row) => new(
        $"第 {row} 行有单元格超过 {limits.CellLength:N0} 个字符", $"A cell in row {row} exceeds {limits.CellLength:N0} characters");

    public SheetException TooManyColumns(int row) => new(
        $"第 {row} 行超过 {limits.Columns} 列", $"Row {row} has more than {limits.Columns} columns");

    public static SheetException TooMuch() => new(
        "文件内容过多，请拆分后再导入", "The file holds too much; split it");
}

/// <summary>
/// Passes text through while it watches that a mark (a tag's start) recurs, for a parser that buffers everything up to the
/// next one.
/// </summary>
internal sealed class GapReader(TextReader inner, char mark, int maxGap) : TextReader
{
    private int _gap;

    public override int Peek() => inner.Peek();

    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var n = inner.Read(buffer);
        var read = buffer[..n];
        var (first, last) = (read.IndexOf(mark), read.LastIndexOf(mark));
        // A buffer is far smaller than the gap allowed, so a gap cannot hide inside one.
        _gap = first < 0 ? _gap + n : n - last;
        if (_gap > maxGap)
            throw SheetBudget.TooMuch();
        return n;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
