using System.Globalization;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Sales;

/// <summary>产品销量日报 as a sheet: its columns, how rows are read, and how refused ones are given back.</summary>
public static class SalesSheet
{
    public const string Title = "产品销量";
    public const string Faults = "错误";

    private const string Day = "日期";
    private const string Partner = "机构";
    private const string Product = "产品编码";
    private const string Quantity = "销量";

    private static readonly SheetColumn[] Columns = [new(Day, 12, SheetKind.Date), new(Partner, 36), new(Product, 16), new(Quantity, 10, SheetKind.Integer)];
    private static readonly SheetHeader[] Headers =
        [Day, new SheetHeader(Partner, Aliases: ["机构名称", "机构编号", "销售终端"]), new SheetHeader(Product, Aliases: ["产品", "产品型号"]), new SheetHeader(Quantity, Aliases: ["数量", "销售数量"])];

    // A row makes a line, so it keeps the line's rules; the fault is told where the user can see it.
    private static readonly Dictionary<string, string> ColumnOf = new() { ["partner"] = Partner, ["day"] = Day, ["product_code"] = Product, ["quantity"] = Quantity };

    /// <summary>A row: what it says, with the partner as it is written; and what is wrong with it so far.</summary>
    public sealed record Row(SheetRecord Record, DailySalesLine Line, IReadOnlyList<Violation> Faults);

    /// <summary>Reads .xlsx or .csv.</summary>
    /// <exception cref="Refusal">INVALID_ARGUMENT: the file is no such sheet, or has no rows.</exception>
    public static IReadOnlyList<Row> Read(byte[] file)
    {
        try
        {
            Row[] rows = [.. SheetTable.Find(Sheet.Read(file), Headers).Rows.Select(Read)];
            return rows.Length > 0 ? rows : throw Errors.Invalid("file", "表头之下没有数据", "there are no rows below the header", "NO_ROWS");
        }
        catch (SheetException e)
        {
            throw Errors.Invalid("file", e.Zh, e.En, "BAD_FILE");
        }
    }

    /// <summary>The column of a line's field.</summary>
    public static string Column(string field) => ColumnOf.GetValueOrDefault(field, field);

    /// <summary>The refused rows in the file's own format, each with its faults. Returns how many they are.</summary>
    public static int WriteRefused(Stream output, byte[] file, IEnumerable<LineFaultRow> faults, string language)
    {
        var rows = Read(file);
        using var writer = SheetWriter.Create(output, Sheet.FormatOf(file));
        writer.Begin(new SheetForm(Title, [], [.. Columns, new SheetColumn(Faults, 60)], [], []));
        var refused = faults.GroupBy(fault => fault.Line).ToList();
        foreach (var row in refused)
        {
            var record = rows[(int)row.Key].Record;
            writer.Row([record[Day], record[Partner], record[Product], Number(record[Quantity]), string.Join(language == Errors.English ? "; " : "；", row.Select(fault => Told(fault, language)))]);
        }
        writer.End();
        return refused.Count;
    }

    private static Row Read(SheetRecord record)
    {
        var faults = new List<SheetError>();
        var day = record.Date(Day, faults);
        var quantity = record.Integer(Quantity, faults);
        var line = new DailySalesLine { Partner = record[Partner], Day = day is null ? "" : $"{day:yyyy-MM-dd}", ProductCode = record[Product] };
        if (quantity is { } pieces)
            line.Quantity = pieces;
        return new Row(record, line, [.. faults.Select(fault => new Violation(fault.Column, fault.Zh, fault.En, "BAD_FORMAT"))]);
    }

    // A number stays one; what is none stays as it was written.
    private static object Number(string cell) => long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : cell;

    private static string Told(LineFaultRow fault, string language) => language == Errors.English ? $"{Column(fault.Field)} {fault.MessageEn}" : $"{Column(fault.Field)}：{fault.MessageZh}";
}
