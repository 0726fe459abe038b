using System.Globalization;

namespace Qudao.Platform;

/// <summary>
/// A filled form as it came, each row at its place, with a further column that names every fault of the row: to be mended and
/// imported again, which ignores the column.
/// </summary>
public static class SheetFaults
{
    public const string Column = "错误";

    private const double CellWidth = 16, FaultWidth = 60;

    /// <summary>The sheets that have the header, as .xlsx.</summary>
    /// <param name="headers">The sheets and where their header rows stand.</param>
    /// <param name="faults">What is wrong with which row; of csv the sheet has no name.</param>
    /// <param name="language">The reader's.</param>
    public static byte[] Write(IReadOnlyList<(Sheet Sheet, int Row)> headers, IReadOnlyCollection<SheetError> faults, string language)
    {
        using var file = new MemoryStream();
        SheetWriter.Write(file, SheetFormat.Xlsx, [.. headers.Select(header => Form(header.Sheet, header.Row, faults, language))]);
        return file.ToArray();
    }

    private static SheetForm Form(Sheet sheet, int headerRow, IReadOnlyCollection<SheetError> faults, string language)
    {
        var byNumber = sheet.Rows.ToDictionary(row => row.Number);
        var width = sheet.Rows.Max(row => row.Cells.Count);
        var told = faults.Where(fault => fault.Sheet.Length == 0 || fault.Sheet == sheet.Name).ToLookup(fault => fault.Row, fault => Told(fault, language));
        // A form has a title, so where the header is the file's first row everything moves down by one.
        var above = Enumerable.Range(1, headerRow - 1).Select(number => byNumber.TryGetValue(number, out var row) ? string.Join("    ", row.Cells.Where(cell => cell.Length > 0)) : "").ToList();
        return new SheetForm(
            above.FirstOrDefault() ?? Column,
            [.. above.Skip(1)],
            [.. Enumerable.Range(0, width).Select(i => new SheetColumn(byNumber[headerRow][i], CellWidth)), new SheetColumn(Column, FaultWidth)],
            Enumerable.Range(headerRow + 1, Math.Max(0, sheet.Rows[^1].Number - headerRow))
                .Select(number => Cells(byNumber.GetValueOrDefault(number), width, string.Join(language == Errors.English ? "; " : "；", told[number]))),
            [])
        { SheetName = sheet.Name.Length > 0 ? sheet.Name : null };
    }

    private static object?[] Cells(SheetRow? row, int width, string fault) => [.. Enumerable.Range(0, width).Select(i => Cell(row?[i] ?? "")), fault];

    // A number stays one; what only looks like one, such as a telephone number with a zero before it, stays text.
    private static object Cell(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == text ? number : text;

    private static string Told(SheetError fault, string language) => language == Errors.English ? $"{fault.Column} {fault.En}" : $"{fault.Column}：{fault.Zh}";
}
