using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Qudao.Platform;

/// <summary>
/// Writes .xlsx part by part into the zip stream. A document library would keep every part in memory until the end.
/// All text is inline and styled as text, so nothing a user typed can become a formula.
/// </summary>
internal sealed class XlsxWriter : SheetWriter
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string PackageRelations = "http://schemas.openxmlformats.org/package/2006/relationships";
    private const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    private const int MaxRows = 1_048_576, MaxText = 32_767;

    // Indexes of cellXfs in Styles below.
    private enum Style { Normal, Title, Line, Header, Heading, Text, Integer, Decimal, Percent, Date, DateTime }

    private readonly ZipArchive _zip;
    private readonly List<(string Name, string PrintTitles)> _sheets = [];
    private readonly StringBuilder _clean = new();
    private readonly List<string> _merges = [];
    private string[] _letters = [];
    private SheetForm? _form;
    private XmlWriter _xml = null!;
    private int _row;
    private double _width; // of all columns, in characters

    public XlsxWriter(Stream output) => _zip = new(output, ZipArchiveMode.Create, leaveOpen: true);

    public override void Begin(SheetForm form)
    {
        Check(form.Columns);
        foreach (var section in form.More)
            Check(section.Columns);
        if (_form is not null)
            throw new InvalidOperationException("the form before has not been ended");
        _form = form;
        var tables = form.More.Select(s => s.Columns).Prepend(form.Columns).ToList();
        _letters = [.. Enumerable.Range(0, tables.Max(t => t.Count)).Select(Letters)];
        _merges.Clear();
        _row = 0;

        var headerRows = HeaderRows(form.Columns);
        var above = 1 + form.SubTitleLines.Count;
        _sheets.Add((UniqueName(form.SheetName ?? form.Title), $"${above + 1}:${above + headerRows}"));
        _xml = Part($"xl/worksheets/sheet{_sheets.Count}.xml");
        _xml.WriteStartElement("worksheet", Main);
        _xml.WriteRaw("<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr>");
        var (top, selected) = (above + headerRows, _sheets.Count == 1 ? " tabSelected=\"1\"" : "");
        _xml.WriteRaw($"<sheetViews><sheetView{selected} workbookViewId=\"0\"><pane ySplit=\"{top}\" topLeftCell=\"A{top + 1}\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>");
        _xml.WriteRaw("<sheetFormatPr defaultRowHeight=\"18\"/>");
        WriteWidths(tables);
        _xml.WriteStartElement("sheetData", Main);
        WideRow(form.Title, Style.Title, 32);
        foreach (var line in form.SubTitleLines)
            WideLine(line);
        WriteHeader(form.Columns);
    }

    public override void Row(IReadOnlyList<object?> cells) => WriteRow(_form!.Columns, cells);

    public override void End()
    {
        foreach (var section in _form!.More)
        {
            StartRow();
            _xml.WriteEndElement();
            WideRow(section.Heading, Style.Heading);
            WriteHeader(section.Columns);
            foreach (var row in section.Rows)
                WriteRow(section.Columns, row);
        }
        foreach (var line in _form.FooterLines)
            WideLine(line);
        _xml.WriteEndElement();
        if (_merges.Count > 0)
            _xml.WriteRaw($"<mergeCells count=\"{_merges.Count}\">{string.Concat(_merges.Select(m => $"<mergeCell ref=\"{m}\"/>"))}</mergeCells>");
        _xml.WriteRaw("<printOptions horizontalCentered=\"1\"/><pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>");
        _xml.WriteRaw("<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"/>");
        _xml.WriteRaw("<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>");
        _xml.WriteEndElement();
        _xml.Dispose();
        _form = null;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        if (_form is not null)
            _xml.Dispose(); // an entry must be closed before the archive; without a workbook part the file is unreadable
        else if (_sheets.Count > 0)
            WriteWorkbook();
        _zip.Dispose();
    }

    // ---- rows

    private void WriteHeader(IReadOnlyList<SheetColumn> columns)
    {
        if (HeaderRows(columns) == 1)
        {
            HeaderRow(columns, i => columns[i].Header);
            return;
        }
        var top = _row + 1;
        HeaderRow(columns, i => columns[i].Group is not { } group ? columns[i].Header : i == 0 || columns[i - 1].Group != group ? group : "");
        HeaderRow(columns, i => columns[i].Group is null ? "" : columns[i].Header);
        for (var i = 0; i < columns.Count;)
        {
            var from = i++;
            if (columns[from].Group is null)
            {
                _merges.Add($"{_letters[from]}{top}:{_letters[from]}{top + 1}");
                continue;
            }
            while (i < columns.Count && columns[i].Group == columns[from].Group)
                i++;
            if (i - from > 1)
                _merges.Add($"{_letters[from]}{top}:{_letters[i - 1]}{top}");
        }
    }

    private static int HeaderRows(IReadOnlyList<SheetColumn> columns) => columns.Any(c => c.Group is not null) ? 2 : 1;

    private void HeaderRow(IReadOnlyList<SheetColumn> columns, Func<int, string> text)
    {
        StartRow();
        for (var i = 0; i < columns.Count; i++)
            TextCell(i, text(i), Style.Header);
        _xml.WriteEndElement();
    }

    private void WideRow(string text, Style style, int height = 0)
    {
        StartRow(height);
        TextCell(0, text, style);
        _xml.WriteEndElement();
        if (_letters.Length > 1)
            _merges.Add($"A{_row}:{_letters[^1]}{_row}");
    }

    // Programs do not fit the height of merged cells to their text, so it is set: 18 points for each line it will take.
    private void WideLine(string text)
    {
        var lines = text.Split('\n').Sum(l => Math.Max(1, Math.Ceiling(l.Sum(c => c < '\u2E80' ? 1 : 2) / _width)));
        WideRow(text, Style.Line, lines == 1 ? 0 : (int)Math.Min(lines * 18, 400));
    }

    private void WriteRow(IReadOnlyList<SheetColumn> columns, IReadOnlyList<object?> cells)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cells.Count, columns.Count, nameof(cells));
        StartRow();
        for (var i = 0; i < columns.Count; i++)
            Cell(i, i < cells.Count ? cells[i] : null, columns[i].Kind);
        _xml.WriteEndElement();
    }

    private void StartRow(int height = 0)
    {
        if (++_row > MaxRows)
            throw new InvalidOperationException($"a sheet has at most {MaxRows} rows");
        _xml.WriteStartElement("row", Main);
        _xml.WriteAttributeString("r", _row.ToString(CultureInfo.InvariantCulture));
        if (height == 0)
            return;
        _xml.WriteAttributeString("ht", height.ToString(CultureInfo.InvariantCulture));
        _xml.WriteAttributeString("customHeight", "1");
    }

    // ---- cells

    private void Cell(int column, object? value, SheetKind kind)
    {
        if (kind != SheetKind.Text && Number(value) is { } number)
            NumberCell(column, number, StyleOf(value!, kind));
        else
            TextCell(column, Text(value), Style.Text);
    }

    // A value as the format's number, or null if it is text. Days count from 1899-12-30, and are right from March 1900 on.
    private static string? Number(object? value) => value switch
    {
        int or long or short or byte or uint or decimal => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        double number when double.IsFinite(number) => number.ToString("R", CultureInfo.InvariantCulture),
        float number when float.IsFinite(number) => number.ToString("R", CultureInfo.InvariantCulture),
        DateOnly date => Number(date.ToDateTime(TimeOnly.MinValue)),
        DateTimeOffset instant => Number(instant.ToOffset(ChinaTime.Offset).DateTime),
        DateTime { Year: > 1900 } time => time.ToOADate().ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static Style StyleOf(object value, SheetKind kind) => value switch
    {
        DateOnly => Style.Date,
        DateTime or DateTimeOffset => kind == SheetKind.Date ? Style.Date : Style.DateTime,
        _ => kind switch
        {
            SheetKind.Integer => Style.Integer,
            SheetKind.Percent => Style.Percent,
            _ => Style.Decimal,
        },
    };

    private void NumberCell(int column, string number, Style style)
    {
        StartCell(column, style);
        _xml.WriteElementString("v", Main, number);
        _xml.WriteEndElement();
    }

    private void TextCell(int column, string text, Style style)
    {
        StartCell(column, style);
        if (text.Length > 0)
        {
            _xml.WriteAttributeString("t", "inlineStr");
            _xml.WriteStartElement("is", Main);
            _xml.WriteStartElement("t", Main);
            _xml.WriteAttributeString("xml", "space", null, "preserve");
            _xml.WriteString(Escape(text.Length <= MaxText ? text : string.Concat(text.AsSpan(0, MaxText - 1), "…")));
            _xml.WriteEndElement();
            _xml.WriteEndElement();
        }
        _xml.WriteEndElement();
    }

    private void StartCell(int column, Style style)
    {
        _xml.WriteStartElement("c", Main);
        _xml.WriteAttributeString("r", _letters[column] + _row.ToString(CultureInfo.InvariantCulture));
        _xml.WriteAttributeString("s", ((int)style).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Writes control characters, which XML forbids, as _xHHHH_, and the underscore of text that looks like that as
    /// _x005F_; lone surrogates, U+FFFE and U+FFFF become U+FFFD.
    /// </summary>
    private string Escape(string text)
    {
        _clean.Clear();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                _clean.Append(c).Append(text[++i]);
            else if (char.IsSurrogate(c) || c >= '\uFFFE')
                _clean.Append('\uFFFD');
            else if ((c < ' ' && c is not ('\t' or '\n')) || (c == '_' && StartsEscape(text.AsSpan(i))))
                _clean.Append("_x").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture)).Append('_');
            else
                _clean.Append(c);
        }
        return _clean.ToString();
    }

    // Without its closing underscore too: the next character may bring one when it is escaped.
    private static bool StartsEscape(ReadOnlySpan<char> text) =>
        text.Length >= 6 && text[1] == 'x' && !text.Slice(2, 4).ContainsAnyExcept(HexDigits);

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    // ---- sheet names and widths

    private string UniqueName(string wanted)
    {
        var name = string.Concat(Escape(wanted).Select(c => c is '[' or ']' or ':' or '*' or '?' or '/' or '\\' || char.IsControl(c) ? ' ' : c)).Trim().Trim('\'');
        if (name.Length == 0 || name.Equals("History", StringComparison.OrdinalIgnoreCase))
            name = "表";
        for (var i = 1; ; i++)
        {
            var suffix = i == 1 ? "" : $" ({i})";
            var cut = Math.Min(name.Length, 31 - suffix.Length);
            var candidate = (char.IsHighSurrogate(name[cut - 1]) ? name[..(cut - 1)] : name[..cut]) + suffix;
            if (!_sheets.Any(s => s.Name.Equals(candidate, StringComparison.OrdinalIgnoreCase)))
                return candidate;
        }
    }

    private void WriteWidths(List<IReadOnlyList<SheetColumn>> tables)
    {
        _width = 0;
        _xml.WriteStartElement("cols", Main);
        for (var i = 0; i < _letters.Length; i++)
        {
            var width = tables.Where(t => i < t.Count).Max(t => Math.Clamp(t[i].Width, 1, 255));
            _width += width;
            _xml.WriteRaw(string.Create(CultureInfo.InvariantCulture, $"<col min=\"{i + 1}\" max=\"{i + 1}\" width=\"{width}\" customWidth=\"1\"/>"));
        }
        _xml.WriteEndElement();
    }

    private static string Letters(int column) => (column < 26 ? "" : ((char)('A' + column / 26 - 1)).ToString()) + (char)('A' + column % 26);

    // ---- the parts around the sheets

    private XmlWriter Part(string name) => XmlWriter.Create(_zip.CreateEntry(name, CompressionLevel.Fastest).Open(), new XmlWriterSettings
    {
        Encoding = new UTF8Encoding(false),
        CloseOutput = true,
        NewLineHandling = NewLineHandling.None,
    });

    private void WriteWorkbook()
    {
        var numbers = Enumerable.Range(1, _sheets.Count).ToList();
        using (var xml = Part("xl/workbook.xml"))
        {
            xml.WriteStartElement("workbook", Main);
            xml.WriteRaw("<bookViews><workbookView/></bookViews>");
            xml.WriteStartElement("sheets", Main);
            foreach (var n in numbers)
            {
                xml.WriteStartElement("sheet", Main);
                xml.WriteAttributeString("name", _sheets[n - 1].Name);
                xml.WriteAttributeString("sheetId", n.ToString(CultureInfo.InvariantCulture));
                xml.WriteAttributeString("r", "id", Relations, $"rId{n}");
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
            xml.WriteStartElement("definedNames", Main);
            foreach (var n in numbers)
            {
                xml.WriteStartElement("definedName", Main);
                xml.WriteAttributeString("name", "_xlnm.Print_Titles");
                xml.WriteAttributeString("localSheetId", (n - 1).ToString(CultureInfo.InvariantCulture));
                xml.WriteString($"'{_sheets[n - 1].Name.Replace("'", "''", StringComparison.Ordinal)}'!{_sheets[n - 1].PrintTitles}");
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        WriteRaw("xl/styles.xml", Styles);
        WriteRaw("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{PackageRelations}\">"
            + string.Concat(numbers.Select(n => $"<Relationship Id=\"rId{n}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"))
            + $"<Relationship Id=\"rId{numbers.Count + 1}\" Type=\"{Relations}/styles\" Target=\"styles.xml\"/></Relationships>");
        WriteRaw("_rels/.rels", $"<Relationships xmlns=\"{PackageRelations}\"><Relationship Id=\"rId1\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        WriteRaw("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            + $"<Override PartName=\"/xl/workbook.xml\" ContentType=\"{ContentType}sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"{ContentType}styles+xml\"/>"
            + string.Concat(numbers.Select(n => $"<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{ContentType}worksheet+xml\"/>"))
            + "</Types>");
    }

    private void WriteRaw(string name, string xml)
    {
        using var part = Part(name);
        part.WriteStartDocument(true);
        part.WriteRaw(xml);
    }

    private static readonly string Styles = $"""
        <styleSheet xmlns="{Main}">
        <numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts>
        <fonts count="4">
        <font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="18"/><name val="宋体"/></font>
        <font><b/><sz val="11"/><name val="宋体"/></font><font><b/><sz val="12"/><name val="宋体"/></font>
        </fonts>
        <fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
        <fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/><bgColor indexed="64"/></patternFill></fill></fills>
        <borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>
        <border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/></border></borders>
        <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
        <cellXfs count="11">
        <xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
        <xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf>
        <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left" vertical="center" wrapText="1"/></xf>
        <xf numFmtId="49" fontId="2" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>
        <xf numFmtId="49" fontId="3" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1"><alignment horizontal="left" vertical="center"/></xf>
        <xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment horizontal="left" vertical="center" wrapText="1"/></xf>
        <xf numFmtId="3" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment horizontal="right" vertical="center"/></xf>
        <xf numFmtId="4" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment horizontal="right" vertical="center"/></xf>
        <xf numFmtId="10" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment horizontal="right" vertical="center"/></xf>
        <xf numFmtId="164" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf>
        <xf numFmtId="165" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf>
        </cellXfs>
        <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
        </styleSheet>
        """;
}
