using System.Globalization;
using System.Text;

namespace Qudao.Platform;

/// <summary>What a column holds; it decides how numbers look. A value of another type is still written, as itself.</summary>
public enum SheetKind
{
    /// <summary>Text; numbers and dates too, so a phone keeps its digits.</summary>
    Text,

    /// <summary>1,200.</summary>
    Integer,

    /// <summary>1,200.50.</summary>
    Decimal,

    /// <summary>A ratio: 0.855 shows as 85.5%.</summary>
    Percent,

    /// <summary>2026-03-05.</summary>
    Date,

    /// <summary>2026-03-05 08:30, in the time of Asia/Shanghai.</summary>
    DateTime,
}

/// <summary>A column of a form.</summary>
/// <param name="Header">Its header; a line break in it is kept.</param>
/// <param name="Width">Its width in characters of the normal font; a Chinese character takes two.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Group">A header above it that it shares with its neighbours of the same group, such as 本月 over 计划 and 实际.</param>
public sealed record SheetColumn(string Header, double Width = 12, SheetKind Kind = SheetKind.Text, string? Group = null);

/// <summary>A further table of a form, below those before it: its heading, its header row and its rows.</summary>
public sealed record SheetSection(string Heading, IReadOnlyList<SheetColumn> Columns, IEnumerable<IReadOnlyList<object?>> Rows);

/// <summary>A form 表 in the manuals' layout, one sheet of an .xlsx file.</summary>
/// <param name="Title">The title, merged over all columns, bold and centred.</param>
/// <param name="SubTitleLines">The lines below it: unit, person, date.</param>
/// <param name="Columns">The columns, at most 256.</param>
/// <param name="Rows">The rows: string, integer, decimal, double, DateOnly, DateTime(Offset), bool (是/否) or null. Read once, as they are written.</param>
/// <param name="FooterLines">The lines below the table: notes, signatures.</param>
public sealed record SheetForm(
    string Title,
    IReadOnlyList<string> SubTitleLines,
    IReadOnlyList<SheetColumn> Columns,
    IEnumerable<IReadOnlyList<object?>> Rows,
    IReadOnlyList<string> FooterLines)
{
    /// <summary>The sheet's name if it is not the title; made fit (31 characters, unique, without []:*?/\).</summary>
    public string? SheetName { get; init; }

    /// <summary>Further tables below the first.</summary>
    public IReadOnlyList<SheetSection> More { get; init; } = [];
}

/// <summary>A file's format.</summary>
public enum SheetFormat
{
    /// <summary>Office Open XML workbook.</summary>
    Xlsx,

    /// <summary>Comma-separated, UTF-8 with a byte order mark.</summary>
    Csv,

    /// <summary>Comma-separated, GB18030.</summary>
    CsvGb18030,
}

/// <summary>
/// Writes forms to a stream as the rows come, in memory that does not grow with them. For rows that come asynchronously
/// call <see cref="Begin"/>, <see cref="Row"/> for each, then <see cref="End"/>; else <see cref="Write"/> does all.
/// A file whose form was begun but not ended is left unreadable, never a shorter one that looks whole.
/// </summary>
public abstract class SheetWriter : IDisposable
{
    /// <summary>The media type of a format.</summary>
    public static string MediaType(SheetFormat format) => format switch
    {
        SheetFormat.Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        SheetFormat.Csv => "text/csv; charset=utf-8",
        _ => "text/csv; charset=gb18030",
    };

    /// <summary>A file name's ending: .xlsx or .csv.</summary>
    public static string Extension(SheetFormat format) => format == SheetFormat.Xlsx ? ".xlsx" : ".csv";

    /// <summary>A writer to a stream, which is left open. The writes are synchronous: give it a file or memory.</summary>
    public static SheetWriter Create(Stream output, SheetFormat format) =>
        format == SheetFormat.Xlsx ? new XlsxWriter(output) : new CsvWriter(output, format);

    /// <summary>Writes whole forms, each a sheet of its own; a csv file takes one form.</summary>
    /// <exception cref="ArgumentException">No form, several for csv, or a form of no or more than 256 columns.</exception>
    public static void Write(Stream output, SheetFormat format, params IReadOnlyList<SheetForm> forms)
    {
        ArgumentOutOfRangeException.ThrowIfZero(forms.Count, nameof(forms));
        using var writer = Create(output, format);
        foreach (var form in forms)
        {
            writer.Begin(form);
            foreach (var row in form.Rows)
                writer.Row(row);
            writer.End();
        }
    }

    /// <summary>Starts a form with its title and headers; its <see cref="SheetForm.Rows"/> are not read.</summary>
    public abstract void Begin(SheetForm form);

    /// <summary>Writes one row; cells beyond the columns are refused, missing ones are empty.</summary>
    public abstract void Row(IReadOnlyList<object?> cells);

    /// <summary>Ends the form with its further tables and footer lines.</summary>
    public abstract void End();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Finishes the file.</summary>
    protected abstract void Dispose(bool disposing);

    private protected static void Check(IReadOnlyList<SheetColumn> columns)
    {
        if (columns.Count is 0 or > 256)
            throw new ArgumentException("a form has 1 to 256 columns");
    }

    /// <summary>A value as text, the same in every format.</summary>
    private protected static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool yes => yes ? "是" : "否",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => Text(instant.ToOffset(ChinaTime.Offset).DateTime),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>
    /// The rows as comma-separated text: the header row and the rows, as programs expect it, without title and footers;
    /// further tables follow after an empty line. Text that a spreadsheet program would take for a formula gets ' before it.
    /// </summary>
    private sealed class CsvWriter : SheetWriter
    {
        private readonly StreamWriter _csv;
        private SheetForm? _form;
        private bool _begun;

        public CsvWriter(Stream output, SheetFormat format) =>
            _csv = new(output, format == SheetFormat.Csv ? new UTF8Encoding(true) : SheetCsv.Gb18030, leaveOpen: true) { NewLine = "\r\n" };

        public override void Begin(SheetForm form)
        {
            Check(form.Columns);
            if (_begun)
                throw new ArgumentException("a csv file takes one form");
            (_form, _begun) = (form, true);
            Line([.. form.Columns.Select(c => c.Header)]);
        }

        public override void Row(IReadOnlyList<object?> cells)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(cells.Count, _form!.Columns.Count, nameof(cells));
            Line(cells, _form.Columns.Count);
        }

        public override void End()
        {
            foreach (var section in _form!.More)
            {
                _csv.WriteLine();
                Line([section.Heading]);
                Line([.. section.Columns.Select(c => c.Header)]);
                foreach (var row in section.Rows)
                    Line(row, section.Columns.Count);
            }
            _form = null;
        }

        private void Line(IReadOnlyList<object?> cells, int columns = 0)
        {
            for (var i = 0; i < Math.Max(cells.Count, columns); i++)
            {
                var cell = i < cells.Count ? cells[i] : null;
                var text = Text(cell).Replace("\0", "", StringComparison.Ordinal);
                if (i > 0)
                    _csv.Write(',');
                _csv.Write(SheetCsv.Quoted(cell is string ? SheetCsv.Safe(text) : text));
            }
            _csv.WriteLine();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _csv.Dispose();
        }
    }
}
