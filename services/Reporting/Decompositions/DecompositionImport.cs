using System.Globalization;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Decompositions;

/// <summary>Reads a filled 计划分解表 (附件四): the rows of its stages, down to the line of the total.</summary>
public static class DecompositionImport
{
    private const int MostText = 500, MostTarget = 100_000;

    private static readonly SheetHeader[] Headers =
    [
        DecompositionForms.Stage, new(DecompositionForms.Content, Required: false), DecompositionForms.Agents, DecompositionForms.Terminals, DecompositionForms.Due,
    ];

    private static readonly Dictionary<string, StageKind> Kinds = Enum.GetValues<StageKind>().Where(kind => kind != StageKind.Unspecified).ToDictionary(StageNames.Of);

    /// <summary>The stages of the file with the rows they stand in; faults go into the errors.</summary>
    /// <exception cref="Refusal">INVALID_ARGUMENT: the file is no such form.</exception>
    public static IReadOnlyList<(SheetRecord Record, DecompositionStage Stage)> Read(byte[] file, List<SheetError> errors) => Read(Table(file), errors);

    /// <summary>The file with its faults beside it, those that only this draft has among them.</summary>
    /// <exception cref="Refusal">INVALID_ARGUMENT: the file is no such form.</exception>
    public static byte[] Checked(byte[] file, DecompositionRow row, string language)
    {
        var errors = new List<SheetError>();
        var table = Table(file);
        return SheetFaults.Write(table.Headers, Faults(row, Read(table, errors), errors), language);
    }

    /// <summary>Puts the stages into the row, if nothing is wrong with them; tells what is, by the rows of the file.</summary>
    public static ImportDecompositionResponse Reply(DecompositionRow row, IReadOnlyList<(SheetRecord Record, DecompositionStage Stage)> read, IReadOnlyList<SheetError> errors)
    {
        var faults = Faults(row, read, errors);
        if (faults.Count == 0)
            row.Stages = [.. read.Select(one => one.Stage).OrderBy(stage => stage.Kind)];
        var reply = new ImportDecompositionResponse { Decomposition = DecompositionMessages.Of(row) };
        reply.Errors.Add(faults.OrderBy(fault => fault.Row).Select(fault => new FormError { Row = fault.Row, Column = fault.Column, MessageZh = fault.Zh, MessageEn = fault.En }));
        return reply;
    }

    private static SheetTable Table(byte[] file)
    {
        try
        {
            return SheetTable.Find(Sheet.Read(file), Headers);
        }
        catch (SheetException e)
        {
            throw Errors.Invalid("file", e.Zh, e.En, "BAD_FILE");
        }
    }

    private static List<(SheetRecord Record, DecompositionStage Stage)> Read(SheetTable table, List<SheetError> errors)
    {
        var rows = table.Rows.TakeWhile(row => row[DecompositionForms.Stage] != DecompositionForms.Total).ToList();
        if (rows.Count == 0)
            throw Errors.Invalid("file", "表头之下没有阶段", "There is no stage below the header", "NO_ROWS");
        return [.. rows.Select(row => (row, Read(row, errors)))];
    }

    /// <summary>What is wrong with the cells; where nothing is, what is wrong with them as stages of this row.</summary>
    private static List<SheetError> Faults(DecompositionRow row, IReadOnlyList<(SheetRecord Record, DecompositionStage Stage)> read, IReadOnlyList<SheetError> errors)
    {
        var faults = errors.ToList();
        DecompositionStage[] stages = [.. read.Select(one => one.Stage)];
        if (faults.Count == 0)
            foreach (var violation in DecompositionRules.Stages("", stages).Concat(DecompositionRules.Dates("", stages, row.Month, row.Above)))
                faults.Add(read[IndexOf(violation.Field)].Record.Error(ColumnOf(violation.Field), violation.Zh, violation.En));
        return faults;
    }

    private static DecompositionStage Read(SheetRecord row, List<SheetError> errors)
    {
        var stage = new DecompositionStage
        {
            Kind = Kinds.GetValueOrDefault(row[DecompositionForms.Stage]),
            Content = row[DecompositionForms.Content],
            Agents = Number(row, DecompositionForms.Agents, errors),
            Terminals = Number(row, DecompositionForms.Terminals, errors),
            DueDate = row.Date(DecompositionForms.Due, errors) is { } due ? $"{due:yyyy-MM-dd}" : "",
        };
        if (stage.Kind == StageKind.Unspecified)
            errors.Add(row.Error(DecompositionForms.Stage, $"须为：{string.Join("、", Kinds.Keys)}", $"must be one of {string.Join(", ", Kinds.Keys)}"));
        if (stage.Content.Length > MostText)
            errors.Add(row.Error(DecompositionForms.Content, $"最多 {MostText} 个字", $"must have at most {MostText} characters"));
        return stage;
    }

    private static long Number(SheetRecord row, string column, List<SheetError> errors)
    {
        if (row.Integer(column, errors) is not { } number)
            return 0;
        if (number is < 0 or > MostTarget)
            errors.Add(row.Error(column, $"须为 0 至 {MostTarget}", $"must be 0 to {MostTarget}"));
        return number;
    }

    // "[2].due_date"
    private static int IndexOf(string field) => int.Parse(field[1..field.IndexOf(']')], CultureInfo.InvariantCulture);

    private static string ColumnOf(string field) => field[(field.IndexOf('.') + 1)..] switch
    {
        "kind" => DecompositionForms.Stage,
        "agents" => DecompositionForms.Agents,
        "terminals" => DecompositionForms.Terminals,
        _ => DecompositionForms.Due,
    };
}
