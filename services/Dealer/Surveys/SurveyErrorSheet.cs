using System.Globalization;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>
/// The rows of an import as the same sheet, with a column that names every fault of the row: to be mended and imported
/// again, which ignores the column.
/// </summary>
public sealed class SurveyErrorSheet
{
    public const string Column = "错误";

    private readonly SurveyFileRow file;
    private readonly ILookup<int, SurveyFaultRow> faults;

    private SurveyErrorSheet(SurveyFileRow file, IEnumerable<SurveyFaultRow> faults) => (this.file, this.faults) = (file, faults.ToLookup(fault => fault.Line));

    public string Month => file.Month;

    /// <summary>What was kept of the caller's import.</summary>
    /// <exception cref="Refusal">NOT_FOUND: it is none of the caller's; OPERATION_RUNNING: it is not done; FILE_NOT_KEPT: its file is kept no longer.</exception>
    public static async Task<SurveyErrorSheet> ReadAsync(Session s, string name, string operationId, string owner)
    {
        var operation = await SurveyImportStore.OwnAsync(s, operationId, owner);
        if (operation is null || operation.Kind != SurveyImport.Kind)
            throw Errors.NotFound(name);
        if (!operation.Done)
            throw Errors.Precondition("OPERATION_RUNNING", "导入尚未完成，请稍后再下载。", "The import is not done yet.");
        var file = await SurveyImportStore.FileAsync(s, operationId)
            ?? throw Errors.Precondition("FILE_NOT_KEPT", $"导入文件只保留 {SurveyImportStore.Kept.Days} 天，已不可下载。", $"An import's file is kept {SurveyImportStore.Kept.Days} days; it is gone.");
        return new SurveyErrorSheet(file, await SurveyImportStore.FaultsAsync(s, operationId));
    }

    /// <summary>The format asked for, or that of the file itself.</summary>
    public SheetFormat Format(SurveyFileFormat asked) => asked switch
    {
        SurveyFileFormat.Xlsx => SheetFormat.Xlsx,
        SurveyFileFormat.Csv => SheetFormat.Csv,
        SurveyFileFormat.CsvGb18030 => SheetFormat.CsvGb18030,
        _ => Sheet.FormatOf(file.Body),
    };

    /// <returns>How many rows it has.</returns>
    public int Write(Stream output, SheetFormat format, bool allRows, string language)
    {
        var lines = SurveyForm.Read(file.Body);
        var form = SurveyForm.Form(Month);
        using var writer = SheetWriter.Create(output, format);
        writer.Begin(form with { Columns = [.. form.Columns, new SheetColumn(Column, 60)] });
        var rows = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            if (!allRows && !faults.Contains(i))
                continue;
            writer.Row([.. SurveyForm.Columns.Select(column => Written(lines[i].Record, column)), Told(faults[i], language)]);
            rows++;
        }
        writer.End();
        return rows;
    }

    // A number stays one; what is none stays as it was written.
    private static object? Written(SheetRecord record, SheetColumn column) =>
        column.Kind == SheetKind.Integer && long.TryParse(record[column.Header], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : record[column.Header];

    private static string Told(IEnumerable<SurveyFaultRow> faults, string language) => language == Errors.English
        ? string.Join("; ", faults.Select(fault => $"{fault.Header} {fault.MessageEn}"))
        : string.Join("；", faults.Select(fault => $"{fault.Header}：{fault.MessageZh}"));
}
