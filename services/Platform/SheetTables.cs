using System.Globalization;
using System.Text;

namespace Qudao.Platform;

/// <summary>A column that an import looks for; a plain string is one that is required.</summary>
/// <param name="Name">Its header in the form; rows are asked by it.</param>
/// <param name="Required">Whether a sheet without it is refused.</param>
/// <param name="Aliases">Other headers seen for it.</param>
public sealed record SheetHeader(string Name, bool Required = true, params IReadOnlyList<string> Aliases)
{
    /// <summary>A required header.</summary>
    public static implicit operator SheetHeader(string name) => new(name);
}

/// <summary>The rows below a header row, of all sheets that have it.</summary>
public sealed class SheetTable
{
    // Titles and notes above the header of a form are few.
    private const int HeaderWithin = 100;

    /// <summary>The data rows, sheet after sheet.</summary>
    public IReadOnlyList<SheetRecord> Rows { get; private init; } = [];

    /// <summary>Where the header rows stand: the sheet, and the row's number as the spreadsheet program shows it.</summary>
    public IReadOnlyList<(Sheet Sheet, int Row)> Headers { get; private init; } = [];

    /// <summary>
    /// Takes in each visible sheet the first row that holds all required headers, and the rows below it. White space,
    /// full-width forms, letter case, "/", ":" and "*" make no difference, and a unit in brackets may follow (年销量（台）).
    /// A header row repeated on a later page and rows empty under every header are left out.
    /// </summary>
    /// <exception cref="SheetException">No visible sheet has them; the message names those missing.</exception>
    public static SheetTable Find(IReadOnlyList<Sheet> sheets, params IReadOnlyList<SheetHeader> headers)
    {
        var rows = new List<SheetRecord>();
        var found = new List<(Sheet, int)>();
        IReadOnlyList<string> missing = [.. headers.Where(h => h.Required).Select(h => h.Name)];
        foreach (var sheet in sheets.Where(s => !s.Hidden))
            for (var i = 0; i < Math.Min(sheet.Rows.Count, HeaderWithin); i++)
            {
                var columns = Columns(sheet.Rows[i], headers);
                var lacking = headers.Where(h => h.Required && !columns.ContainsKey(h.Name)).Select(h => h.Name).ToList();
                if (lacking.Count == 0)
                {
                    found.Add((sheet, sheet.Rows[i].Number));
                    rows.AddRange(Below(sheet, i, columns));
                    break;
                }
                if (lacking.Count < missing.Count)
                    missing = lacking;
            }
        return found.Count > 0 ? new() { Rows = rows, Headers = found } : throw new SheetException(
            $"找不到表头行，缺少列：{string.Join("、", missing)}", $"There is no header row; columns missing: {string.Join(", ", missing)}");
    }

    private static Dictionary<string, int> Columns(SheetRow row, IReadOnlyList<SheetHeader> headers)
    {
        var cells = row.Cells.Select(Normalise).ToArray();
        var columns = new Dictionary<string, int>();
        foreach (var header in headers)
        {
            string[] names = [.. header.Aliases.Prepend(header.Name).Select(Normalise)];
            var column = Array.FindIndex(cells, c => names.Contains(c));
            if (column < 0)
                column = Array.FindIndex(cells, c => names.Any(n => c.StartsWith(n + "(", StringComparison.Ordinal)));
            if (column >= 0)
                columns[header.Name] = column;
        }
        // Declared but absent: its cells are empty.
        foreach (var header in headers.Where(h => !h.Required))
            columns.TryAdd(header.Name, int.MaxValue);
        return columns;
    }

    private static IEnumerable<SheetRecord> Below(Sheet sheet, int headerRow, Dictionary<string, int> columns)
    {
        var header = sheet.Rows[headerRow];
        foreach (var row in sheet.Rows.Skip(headerRow + 1))
        {
            var filled = columns.Values.Where(c => row[c].Length > 0).ToList();
            if (filled.Count > 0 && filled.Any(c => row[c] != header[c]))
                yield return new(sheet.Name, row, columns);
        }
    }

    private static string Normalise(string header)
    {
        var text = new StringBuilder(header.Length);
        foreach (var c in header)
        {
            var half = SheetRecord.HalfWidth(c);
            if (!char.IsWhiteSpace(half) && half is not ('/' or ':' or '*' or '\uFEFF' or '\u200B'))
                text.Append(char.ToUpperInvariant(half));
        }
        return text.ToString();
    }
}

/// <summary>One data row, its cells by header. The typed readers return null for an empty cell, and for a wrong one after adding an error.</summary>
public sealed class SheetRecord
{
    private readonly SheetRow _row;
    private readonly Dictionary<string, int> _columns;

    internal SheetRecord(string sheet, SheetRow row, Dictionary<string, int> columns) => (Sheet, _row, _columns) = (sheet, row, columns);

    /// <summary>The sheet's name; empty for csv.</summary>
    public string Sheet { get; }

    /// <summary>The row's number as the spreadsheet program shows it.</summary>
    public int Number => _row.Number;

    /// <summary>The cell below a header, without white space around it; empty if an optional column is absent.</summary>
    /// <exception cref="KeyNotFoundException">The table was not asked for this header.</exception>
    public string this[string header] => _row[_columns[header]].Trim(Blank);

    /// <summary>An error of this row.</summary>
    public SheetError Error(string header, string zh, string en) => new(Number, header, zh, en, Sheet);

    /// <summary>The cell, with an error if it is empty.</summary>
    public string Required(string header, ICollection<SheetError> errors)
    {
        var text = this[header];
        if (text.Length == 0)
            errors.Add(Error(header, "不能为空", "must not be empty"));
        return text;
    }

    /// <summary>A whole number: 1200, 1,200, １２００.</summary>
    public long? Integer(string header, ICollection<SheetError> errors) =>
        Parse<long>(header, errors, Plain, (string text, out long value) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out value),
            "不是整数", "is not a whole number");

    /// <summary>A decimal number.</summary>
    public decimal? Decimal(string header, ICollection<SheetError> errors) =>
        Parse<decimal>(header, errors, Plain, (string text, out decimal value) =>
            decimal.TryParse(text, NumberStyles.Number & ~NumberStyles.AllowTrailingSign, CultureInfo.InvariantCulture, out value),
            "不是数字", "is not a number");

    /// <summary>A date: 2026-03-05, 2026/3/5, 2026.3.5, 2026年3月5日; a time of day after it is dropped.</summary>
    public DateOnly? Date(string header, ICollection<SheetError> errors) =>
        Parse<DateOnly>(header, errors, text => Plain(text).Split('T', ' ')[0], (string text, out DateOnly value) =>
            DateOnly.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out value),
            "不是日期（例：2026-03-05）", "is not a date such as 2026-03-05");

    /// <summary>是/否, √/×, Y/N, TRUE/FALSE, 1/0.</summary>
    public bool? YesNo(string header, ICollection<SheetError> errors) =>
        Parse<bool>(header, errors, text => Plain(text).ToUpperInvariant(), (string text, out bool value) =>
            (value = text is "是" or "√" or "✓" or "Y" or "YES" or "TRUE" or "1") || text is "否" or "×" or "✗" or "X" or "N" or "NO" or "FALSE" or "0",
            "应填“是”或“否”", "must be 是 (yes) or 否 (no)");

    internal static char HalfWidth(char c) => c is >= '！' and <= '～' ? (char)(c - 0xFEE0) : c == '　' ? ' ' : c;

    private delegate bool TryParse<T>(string text, out T value);

    private T? Parse<T>(string header, ICollection<SheetError> errors, Func<string, string> tidy, TryParse<T> parse, string zh, string en)
        where T : struct
    {
        var text = this[header];
        if (text.Length == 0)
            return null;
        if (parse(tidy(text), out var value))
            return value;
        errors.Add(Error(header, $"“{Short(text)}”{zh}", $"“{Short(text)}” {en}"));
        return null;
    }

    private static readonly string[] DateFormats = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日", "yyyyMMdd"];

    private static readonly char[] Blank = [' ', '\t', '\r', '\n', '\u00A0', '\u3000', '\uFEFF', '\u200B'];

    private static string Plain(string text) => string.Concat(text.Select(HalfWidth));

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
