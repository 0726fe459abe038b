using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Qudao.TestKit;

/// <summary>Reads an .xlsx with the OpenXML SDK alone, as a spreadsheet program would, not with our own reader.</summary>
public static class Workbook
{
    /// <summary>The first sheet's rows; empty cells that were not written are left out.</summary>
    public static List<List<string>> Read(byte[] xlsx)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(xlsx), isEditable: false);
        var book = document.WorkbookPart!;
        var first = book.Workbook!.Descendants<Sheet>().First();
        var sheet = (WorksheetPart)book.GetPartById(first.Id!.Value!);
        return [.. sheet.Worksheet!.Descendants<Row>().Select(row => row.Elements<Cell>().Select(cell => Text(book, cell)).ToList())];
    }

    private static string Text(WorkbookPart book, Cell cell)
    {
        if (cell.DataType?.Value == CellValues.InlineString)
            return cell.InlineString!.InnerText;
        if (cell.DataType?.Value == CellValues.SharedString)
            return book.SharedStringTablePart!.SharedStringTable!.ElementAt(int.Parse(cell.CellValue!.Text)).InnerText;
        return cell.CellValue?.Text ?? "";
    }
}
