using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Qudao.Platform;

/// <summary>Comma-separated text, read and made safe to open in a spreadsheet program.</summary>
internal static class SheetCsv
{
    /// <summary>Replaces what it cannot encode (a lone surrogate) by U+FFFD or "?", and refuses bytes that are not GB18030.</summary>
    public static readonly Encoding Gb18030 =
        CodePagesEncodingProvider.Instance.GetEncoding("GB18030", EncoderFallback.ReplacementFallback, DecoderFallback.ExceptionFallback)!;

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",;\t\"\r\n '");

    /// <summary>Reads records as RFC 4180 has them; a quote inside an unquoted cell is kept as it stands.</summary>
    public static Sheet Read(byte[] file, SheetLimits limits)
    {
        var encoding = EncodingOf(file);
        if (encoding is not UnicodeEncoding && file.AsSpan().Contains((byte)0))
            throw NotText();
        using var text = new StreamReader(new MemoryStream(file), encoding);
        var (delimiter, budget) = (DelimiterOf(file, encoding), new SheetBudget(limits));
        var (rows, cells, cell) = (new List<SheetRow>(), new List<string>(), new StringBuilder());
        for (var row = 1; text.Peek() >= 0; row++)
        {
            var column = 0;
            for (var more = true; more; column++)
            {
                more = ReadCell(text, cell.Clear(), delimiter, row, budget);
                if (cell.Length == 0)
                    continue;
                if (column >= limits.Columns)
                    throw budget.TooManyColumns(row);
                while (cells.Count < column)
                    cells.Add("");
                cells.Add(Bare(cell.ToString()));
                budget.Text(cells[^1], row);
            }
            if (cells.Count == 0)
                continue;
            budget.Row(cells.Count);
            rows.Add(new(row, cells.ToArray()));
            cells.Clear();
        }
        return new("", false, rows);
    }

    /// <summary>Reads one cell and what ends it; true if that is a delimiter, false if it ends the record.</summary>
    private static bool ReadCell(StreamReader text, StringBuilder cell, char delimiter, int row, SheetBudget budget)
    {
        var quoted = text.Peek() == '"';
        if (quoted)
            text.Read();
        while (true)
        {
            var c = text.Read();
            if (c < 0)
                return quoted ? throw new SheetException($"第 {row} 行的引号没有配对", $"A quote in row {row} is not closed") : false;
            if (quoted && c == '"' && text.Peek() != '"')
            {
                quoted = false;
                continue;
            }
            if (quoted && c == '"')
                text.Read(); // two stand for one
            else if (!quoted && c == delimiter)
                return true;
            else if (!quoted && c is ('\r' or '\n'))
            {
                if (c == '\r' && text.Peek() == '\n')
                    text.Read();
                return false;
            }
            budget.Fits(cell.Append((char)c).Length, row);
        }
    }

    /// <summary>Whether the text is read as GB18030.</summary>
    public static bool IsGb18030(byte[] file) => EncodingOf(file) == Gb18030;

    /// <summary>A cell as a writer puts it between delimiters.</summary>
    public static string Quoted(string text) =>
        text.AsSpan().ContainsAny(NeedQuotes) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <summary>Puts ' before text that a spreadsheet program would take for a formula.</summary>
    public static string Safe(string text) => LooksLikeFormula(text) ? "'" + text : text;

    // The reverse of Safe, so that what was exported is imported as it was.
    private static string Bare(string text) => text.StartsWith('\'') && LooksLikeFormula(text[1..]) ? text[1..] : text;

    // Text that already has the ' counts too; otherwise Bare would take away one that Safe did not put.
    private static bool LooksLikeFormula(string text)
    {
        var rest = text.AsSpan().TrimStart('\'');
        return rest.Length > 0 && rest[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠';
    }

    private static Encoding EncodingOf(byte[] file)
    {
        if (file is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return new UnicodeEncoding(file[0] == 0xFE, true, true);
        if (Utf8.IsValid(file))
            return new UTF8Encoding(false, true);
        if (file is [0xEF, 0xBB, 0xBF, ..])
            throw Broken(file, FirstInvalid(file, new UTF8Encoding(false, true)), "UTF-8");
        if (FirstInvalid(file, Gb18030) is >= 0 and var at)
            throw Broken(file, at, "UTF-8 或 GB18030");
        return Gb18030;
    }

    private static int FirstInvalid(byte[] file, Encoding encoding)
    {
        try
        {
            encoding.GetCharCount(file);
            return -1;
        }
        catch (DecoderFallbackException e)
        {
            return Math.Clamp(e.Index, 0, file.Length);
        }
    }

    private static SheetException Broken(byte[] file, int at, string encodings)
    {
        var line = file.AsSpan(0, at).Count((byte)'\n') + 1;
        return file.AsSpan().Contains((byte)0) ? NotText() : new(
            $"第 {line} 行附近的文字不是 {encodings} 编码，请另存为 UTF-8 编码的 .csv 或 .xlsx",
            $"The text near line {line} is not {encodings.Replace("或", "or", StringComparison.Ordinal)}; save the file as UTF-8 .csv or as .xlsx");
    }

    private static SheetException NotText() => new("这不是 .xlsx 或 .csv 文件", "This is neither an .xlsx nor a .csv file");

    // Whichever of comma, tab and semicolon comes most often outside quotes near the top.
    private static char DelimiterOf(byte[] file, Encoding encoding)
    {
        using var reader = new StreamReader(new MemoryStream(file), encoding);
        var top = new char[1 << 16];
        var length = reader.ReadBlock(top);
        var (commas, tabs, semicolons, quoted) = (0, 0, 0, false);
        foreach (var c in top.AsSpan(0, length))
        {
            quoted ^= c == '"';
            if (quoted)
                continue;
            commas += c == ',' ? 1 : 0;
            tabs += c == '\t' ? 1 : 0;
            semicolons += c == ';' ? 1 : 0;
        }
        return commas >= tabs && commas >= semicolons ? ',' : tabs >= semicolons ? '\t' : ';';
    }
}
