using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Qudao.Platform;

/// <summary>
/// Reads .xlsx (ECMA-376, transitional and strict) part by part as a stream. It inflates and parses by itself, not through
/// a document library, so that every limit holds while bytes arrive: declared sizes are not believed, no reference is
/// followed out of the file, and no DTD is read.
/// </summary>
internal sealed partial class XlsxReader
{
    private const long UncheckedBytes = 1 << 20;
    private const int LastSerial = 2_958_466; // the day after 9999-12-31
    private const int MaxDepth = 64, MaxNames = 10_000, MaxTag = 1 << 20, MaxStyles = 65_536;

    private readonly byte[] _file;
    private readonly SheetLimits _limits;
    private readonly SheetBudget _budget;
    private readonly Dictionary<string, ZipArchiveEntry> _parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _shared = [];
    private readonly List<bool> _dateStyles = [];
    private readonly StringBuilder _text = new();
    private readonly char[] _chunk = new char[4096];
    private long _inflated;
    private bool _from1904;

    public XlsxReader(byte[] file, SheetLimits limits)
    {
        (_file, _limits, _budget) = (file, limits, new(limits));
        // Counted before the archive is opened, which would build an object for each.
        if (CountHeaders(file) > limits.Entries)
            throw new SheetException($"压缩包内文件超过 {limits.Entries:N0} 个", $"The archive has more than {limits.Entries:N0} entries");
        var zip = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
            _parts.TryAdd(entry.FullName.Replace('\\', '/').TrimStart('/'), entry);
    }

    public List<Sheet> Read()
    {
        var workbook = Relations("").FirstOrDefault(r => r.Is("officeDocument"))?.Target;
        if (workbook is null || !_parts.ContainsKey(workbook) || workbook.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))
            throw NoWorkbook();
        var declared = Workbook(workbook);
        var relations = Relations(workbook);
        if (relations.FirstOrDefault(r => r.Is("sharedStrings")) is { } shared && _parts.ContainsKey(shared.Target))
            ReadSharedStrings(shared.Target);
        if (relations.FirstOrDefault(r => r.Is("styles")) is { } styles && _parts.ContainsKey(styles.Target))
            ReadStyles(styles.Target);

        var sheets = new List<Sheet>();
        foreach (var (name, id, hidden) in declared)
            if (relations.FirstOrDefault(r => r.Id == id) is { } relation && relation.Is("worksheet"))
                sheets.Add(new(name, hidden, ReadRows(relation.Target)));
        return sheets.Count > 0 ? sheets : throw new SheetException("工作簿中没有工作表", "The workbook has no sheet");
    }

    private SheetException NoWorkbook() =>
        _parts.ContainsKey("xl/workbook.bin")
            ? new("这是 .xlsb 格式，请另存为 .xlsx 后再导入", "This is the .xlsb format; save it as .xlsx")
            : _parts.ContainsKey("mimetype")
                ? new("这是 OpenDocument 格式，请另存为 .xlsx 后再导入", "This is an OpenDocument file; save it as .xlsx")
                : new("压缩包中没有 Excel 工作簿，请导入 .xlsx 或 .csv", "The archive holds no Excel workbook; import .xlsx or .csv");

    private static int CountHeaders(ReadOnlySpan<byte> file)
    {
        var count = 0;
        for (int at; (at = file.IndexOf("PK\x01\x02"u8)) >= 0; file = file[(at + 4)..])
            count++;
        return count;
    }

    // ---- the workbook and what it refers to

    private sealed record Relation(string Id, string Type, string Target)
    {
        public bool Is(string kind) => Type.EndsWith("/" + kind, StringComparison.Ordinal);
    }

    private List<Relation> Relations(string source)
    {
        var folder = source.Contains('/') ? source[..(source.LastIndexOf('/') + 1)] : "";
        var part = $"{folder}_rels/{source[folder.Length..]}.rels";
        var relations = new List<Relation>();
        if (!_parts.ContainsKey(part))
            return relations;
        using var xml = Open(part);
        while (Next(xml))
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && xml.GetAttribute("TargetMode") != "External"
                && xml.GetAttribute("Target") is { Length: > 0 } target)
                relations.Add(new(xml.GetAttribute("Id") ?? "", xml.GetAttribute("Type") ?? "", Resolve(folder, target)));
        return relations;
    }

    private static string Resolve(string folder, string target)
    {
        var path = new List<string>();
        foreach (var step in (target.StartsWith('/') ? target : folder + target).Split('/'))
            if (step == ".." && path.Count > 0)
                path.RemoveAt(path.Count - 1);
            else if (step is not ("" or "." or ".."))
                path.Add(step);
        return Uri.UnescapeDataString(string.Join('/', path));
    }

    private List<(string Name, string Id, bool Hidden)> Workbook(string part)
    {
        var sheets = new List<(string, string, bool)>();
        using var xml = Open(part);
        while (Next(xml))
        {
            if (!IsCell(xml))
                continue;
            if (xml.LocalName == "workbookPr")
                _from1904 = xml.GetAttribute("date1904") is "1" or "true";
            else if (xml.LocalName == "sheet")
                sheets.Add((xml.GetAttribute("name") ?? "", Attribute(xml, "id"), xml.GetAttribute("state") is "hidden" or "veryHidden"));
        }
        return sheets;
    }

    // r:id is in one of two namespaces.
    private static string Attribute(XmlReader xml, string localName)
    {
        var value = "";
        for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
            if (xml.LocalName == localName && xml.Prefix.Length > 0)
                value = xml.Value;
        xml.MoveToElement();
        return value;
    }

    private void ReadSharedStrings(string part)
    {
        using var xml = Open(part);
        while (Next(xml))
        {
            if (!IsCell(xml) || xml.LocalName != "si")
                continue;
            var text = ReadText(xml, 0);
            _budget.Text(text, 0);
            _shared.Add(text);
            if (_shared.Count > _limits.Cells)
                throw SheetBudget.TooMuch();
        }
    }

    private void ReadStyles(string part)
    {
        var dateFormats = new HashSet<int>([.. Enumerable.Range(14, 9), .. Enumerable.Range(27, 10), 45, 47, .. Enumerable.Range(50, 9)]);
        var inCells = false;
        using var xml = Open(part);
        while (Next(xml))
        {
            if (xml.LocalName == "cellXfs")
                inCells = xml is { NodeType: XmlNodeType.Element, IsEmptyElement: false };
            if (!IsCell(xml) || !int.TryParse(xml.GetAttribute("numFmtId") ?? "0", out var format))
                continue;
            if (xml.LocalName == "numFmt" && IsDateFormat(xml.GetAttribute("formatCode") ?? ""))
                dateFormats.Add(format);
            else if (xml.LocalName == "xf" && inCells && _dateStyles.Count < MaxStyles)
                _dateStyles.Add(dateFormats.Contains(format));
        }
    }

    /// <summary>Whether a number format shows a date or a time of day; elapsed time ([h]:mm) is a number.</summary>
    private static bool IsDateFormat(string code)
    {
        if (code.Length > 255 || Elapsed().IsMatch(code))
            return false;
        return FormatLiterals().Replace(code, "").Split(';')[0].AsSpan().ContainsAny(DateLetters);
    }

    private static readonly SearchValues<char> DateLetters = SearchValues.Create("ymdhsYMDHS");

    [GeneratedRegex(@"\[(h+|m+|s+)\]", RegexOptions.IgnoreCase)]
    private static partial Regex Elapsed();

    [GeneratedRegex("""
        "[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General
        """, RegexOptions.IgnoreCase)]
    private static partial Regex FormatLiterals();

    // ---- a sheet

    private List<SheetRow> ReadRows(string part)
    {
        if (!_parts.ContainsKey(part))
            throw new SheetException("工作簿不完整，缺少工作表内容", "The workbook is incomplete: a sheet's part is missing");
        var rows = new List<(int Number, string[] Cells)>();
        var merges = new List<string>();
        var cells = new List<string>();
        var (row, column) = (0, -1);
        using (var xml = Open(part))
            while (Next(xml))
            {
                if (!IsCell(xml))
                    continue;
                switch (xml.LocalName)
                {
                    case "row":
                        Keep(rows, row, cells);
                        var number = xml.GetAttribute("r") is { } r ? int.Parse(r, CultureInfo.InvariantCulture) : row + 1;
                        if (number <= row)
                            throw new FormatException("rows are out of order");
                        (row, column) = (number, -1);
                        break;
                    case "c":
                        column = xml.GetAttribute("r") is { } at ? Reference(at).Column : column + 1;
                        Place(cells, row, column, ReadCell(xml, row));
                        break;
                    case "mergeCell" when merges.Count < _limits.Rows:
                        merges.Add(xml.GetAttribute("ref") ?? "");
                        break;
                }
            }
        Keep(rows, row, cells);
        FillMerged(rows, merges);
        return [.. rows.Select(r => new SheetRow(r.Number, r.Cells))];
    }

    private void Place(List<string> cells, int row, int column, string value)
    {
        if (value.Length == 0)
            return; // a cell that has only a format, perhaps far to the right
        if (column >= _limits.Columns)
            throw _budget.TooManyColumns(row);
        while (cells.Count <= column)
            cells.Add("");
        cells[column] = value;
    }

    private void Keep(List<(int, string[])> rows, int number, List<string> cells)
    {
        if (cells.Count == 0)
            return;
        _budget.Row(cells.Count);
        rows.Add((number, cells.ToArray()));
        cells.Clear();
    }

    /// <summary>Gives the top cell of each vertical merge to the rows below it that hold anything, such as a province
    /// written once for all its shops.</summary>
    private void FillMerged(List<(int Number, string[] Cells)> rows, List<string> merges)
    {
        var spans = merges.Select(m => m.Split(':')).Where(m => m.Length == 2)
            .Select(m => (From: Reference(m[0]), To: Reference(m[1])))
            .Where(s => s.From.Column < _limits.Columns && s.From.Row < s.To.Row);
        foreach (var column in spans.GroupBy(s => s.From.Column))
        {
            var next = 0; // merges never overlap, so each row is visited once per column
            foreach (var (from, to) in column.OrderBy(s => s.From.Row))
            {
                while (next < rows.Count && rows[next].Number < from.Row)
                    next++;
                if (next == rows.Count || rows[next].Number != from.Row)
                    continue;
                var value = rows[next].Cells.ElementAtOrDefault(column.Key) ?? "";
                for (next++; next < rows.Count && rows[next].Number <= to.Row; next++)
                    rows[next] = (rows[next].Number, Filled(rows[next].Cells, column.Key, value));
            }
        }
    }

    private string[] Filled(string[] cells, int column, string value)
    {
        if (value.Length == 0 || (column < cells.Length && cells[column].Length > 0))
            return cells;
        if (column >= cells.Length)
        {
            _budget.Cells(column + 1 - cells.Length);
            var old = cells.Length;
            Array.Resize(ref cells, column + 1);
            cells.AsSpan(old).Fill("");
        }
        cells[column] = value;
        return cells;
    }

    /// <summary>"AB12" → column 27, row 12; "AB" → row 0.</summary>
    private static (int Column, int Row) Reference(string text)
    {
        var (column, i) = (0, 0);
        for (; i < text.Length && char.IsAsciiLetter(text[i]); i++)
            column = i < 3 ? column * 26 + (text[i] & 31) : throw new FormatException("not a cell reference");
        if (column == 0)
            throw new FormatException("not a cell reference");
        return (column - 1, i == text.Length ? 0 : int.Parse(text.AsSpan(i), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    // ---- a cell

    private string ReadCell(XmlReader xml, int row)
    {
        var type = xml.GetAttribute("t");
        var style = xml.GetAttribute("s");
        var raw = ReadText(xml, row);
        var value = type switch
        {
            _ when raw.Length == 0 => "",
            "s" => _shared[int.Parse(raw, CultureInfo.InvariantCulture)],
            "inlineStr" or "str" or "e" => raw,
            "b" => raw == "1" ? "TRUE" : "FALSE",
            "d" => DateTime.TryParse(raw, CultureInfo.InvariantCulture, out var date) ? DateText(date) : raw,
            _ => NumberText(raw.Trim(), IsDate(style)),
        };
        if (type != "s")
            _budget.Text(value, row);
        return value;
    }

    private bool IsDate(string? style) =>
        int.TryParse(style, out var index) && index >= 0 && index < _dateStyles.Count && _dateStyles[index];

    private string NumberText(string raw, bool date)
    {
        if (!double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return raw;
        if (date && SerialText(number) is { } text)
            return text;
        if (raw.AsSpan().IndexOfAny(".eE") < 0)
            return raw; // long digits, such as a phone or an identity number, stay as written
        // 15 digits are what the spreadsheet program shows: 4.3499999999999996 is 4.35, 1.3800138E10 is 13800138000.
        var shown = number.ToString("G15", CultureInfo.InvariantCulture);
        return shown.Contains('E') && decimal.TryParse(shown, NumberStyles.Float, CultureInfo.InvariantCulture, out var plain) && plain != 0
            ? plain.ToString("0.############################", CultureInfo.InvariantCulture)
            : shown;
    }

    private string? SerialText(double serial)
    {
        if (_from1904)
            serial += 1462;
        if (serial is < 0 or >= LastSerial or (>= 60 and < 61))
            return null; // 60 is 29 February 1900, which was not
        if (serial < 60 && serial >= 1)
            serial++;
        var time = DateTime.FromOADate(0).AddSeconds(Math.Min(Math.Round(serial * 86_400), LastSerial * 86_400L - 1));
        return serial < 1 ? time.ToString("HH:mm:ss", CultureInfo.InvariantCulture) : DateText(time);
    }

    private static string DateText(DateTime time) =>
        time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    // ---- XML

    /// <summary>The text of a cell or shared string: all its v and t, without formulas (f) and phonetic readings (rPh).</summary>
    private string ReadText(XmlReader xml, int row)
    {
        if (xml.IsEmptyElement)
            return "";
        var depth = xml.Depth;
        int wanted = -1, unwanted = -1; // depths of the element we are in that is text, or is to be left out
        _text.Clear();
        while (Next(xml) && xml.Depth > depth)
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element when !xml.IsEmptyElement:
                    if (unwanted < 0 && xml.LocalName is "f" or "rPh")
                        unwanted = xml.Depth;
                    else if (unwanted < 0 && wanted < 0 && xml.LocalName is "v" or "t")
                        wanted = xml.Depth;
                    break;
                case XmlNodeType.EndElement:
                    unwanted = xml.Depth == unwanted ? -1 : unwanted;
                    wanted = xml.Depth == wanted ? -1 : wanted;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace
                    when wanted >= 0 && unwanted < 0:
                    for (int n; (n = xml.ReadValueChunk(_chunk, 0, _chunk.Length)) > 0;)
                        if (_text.Append(_chunk, 0, n).Length > _limits.CellLength * EscapedLength)
                            throw _budget.CellTooLong(row);
                    break;
            }
        }
        return Unescape(_text.ToString());
    }

    private const int EscapedLength = 7;

    // _x000D_ is how the format writes a character that XML cannot hold.
    private static string Unescape(string text) => !text.Contains("_x", StringComparison.Ordinal) ? text
        : Escaped().Replace(text, m => ((char)ushort.Parse(m.ValueSpan.Slice(2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    [GeneratedRegex("_x[0-9A-Fa-f]{4}_")]
    private static partial Regex Escaped();

    private static bool IsCell(XmlReader xml) => xml.NodeType == XmlNodeType.Element
        && xml.NamespaceURI is "http://schemas.openxmlformats.org/spreadsheetml/2006/main" or "http://purl.oclc.org/ooxml/spreadsheetml/main";

    private static bool Next(XmlReader xml)
    {
        try
        {
            if (!xml.Read())
                return false;
        }
        catch (XmlException e) when (e.Message.Contains("DTD", StringComparison.Ordinal))
        {
            throw new SheetException("文件含有不允许的 DTD 声明", "The file contains a DTD, which is not allowed", e);
        }
        return xml.Depth <= MaxDepth ? true : throw SheetBudget.TooMuch();
    }

    private XmlReader Open(string part)
    {
        var text = new StreamReader(new PartStream(this, _parts[part]), new UTF8Encoding(false, true));
        return XmlReader.Create(new GapReader(text, '<', MaxTag), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            NameTable = new BoundedNames(),
            CloseInput = true,
        });
    }

    /// <summary>XML readers keep every name they meet; a workbook has few.</summary>
    private sealed class BoundedNames : NameTable
    {
        private int _count;

        public override string Add(string key) => Get(key) ?? Counted(base.Add(key));

        public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? Counted(base.Add(key, start, len));

        private string Counted(string name) => ++_count <= MaxNames ? name : throw SheetBudget.TooMuch();
    }

    /// <summary>An entry's bytes as they are inflated, counted against the limits and checked against its CRC-32.</summary>
    private sealed class PartStream(XlsxReader owner, ZipArchiveEntry entry) : Stream
    {
        private readonly Stream _inner = entry.Open();
        private readonly Crc32 _crc = new();

        public override int Read(Span<byte> buffer)
        {
            var n = _inner.Read(buffer);
            _crc.Append(buffer[..n]);
            if (n == 0 && _crc.GetCurrentHashAsUInt32() != entry.Crc32)
                throw new InvalidDataException("checksum mismatch");
            owner._inflated += n;
            if (owner._inflated > owner._limits.InflatedBytes
                || (owner._inflated > UncheckedBytes && owner._inflated / owner._limits.InflationRatio > owner._file.Length))
                throw new SheetException("文件解压后过大，疑似压缩炸弹", "The file inflates to far too much");
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
