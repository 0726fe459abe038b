using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Decompositions;

/// <summary>附件四 计划分解表 and 附件六 拓展进度表 in the manual's layout.</summary>
public static class DecompositionForms
{
    public const string Title = "计划分解表";
    public const string ProgressTitle = "拓展进度表";

    /// <summary>Those below it that a form lists at most.</summary>
    public const int MostBelow = 500;

    public const string Stage = "阶段";
    public const string Content = "工作内容";
    public const string Agents = "市代";
    public const string Terminals = "4S店";
    public const string Due = "完成时间";
    public const string Total = "合计";

    private const string Signatures = "计划下达人签字：                    计划落实人签字：                    日期：";

    private static readonly SheetColumn[] Columns =
    [
        new(Stage, 14), new(Content, 40), new($"{Agents}（家）", 12, SheetKind.Integer), new($"{Terminals}（家）", 12, SheetKind.Integer), new(Due, 14, SheetKind.Date),
    ];

    private static readonly SheetColumn[] BelowColumns =
    [
        new("计划落实人", 14), new("第一轮 / 第二轮完成时间", 40), new($"{Agents}（家）", 12, SheetKind.Integer), new($"{Terminals}（家）", 12, SheetKind.Integer), new("状态", 14),
    ];

    private static readonly SheetColumn[] ProgressColumns =
    [
        new(Stage, 14), new(Content, 30), new(Due, 14, SheetKind.Date),
        new(Agents, 8, SheetKind.Integer, "计划"), new(Terminals, 8, SheetKind.Integer, "计划"),
        new(Agents, 8, SheetKind.Integer, "实际达成情况"), new(Terminals, 8, SheetKind.Integer, "实际达成情况"), new("完成情况", 24, Group: "实际达成情况"),
        new(Agents, 8, SheetKind.Integer, "差距"), new(Terminals, 8, SheetKind.Integer, "差距"),
        new("调整举措", 30, Group: "调整举措"), new("预计完成日期", 14, SheetKind.Date, "调整举措"),
    ];

    /// <summary>附件四, with those directly below it that the caller sees.</summary>
    public static SheetForm Decomposition(Decomposition one, IReadOnlyList<Decomposition> below) => new(
        Title,
        Head(one, $"月份：{one.Month}"),
        Columns,
        one.Stages.Select(Cells).Append([Total, "", one.Agents, one.Terminals, null]),
        [.. Reasons(one), Signatures])
    {
        More = below.Count == 0 ? [] : [new SheetSection("分解明细", BelowColumns, below.Select(BelowCells))],
    };

    /// <summary>附件六, as it stood on its day.</summary>
    public static SheetForm Progress(DecompositionProgress progress) => new(
        ProgressTitle,
        Head(progress.Decomposition, $"月份：{progress.Decomposition.Month}    截至日期：{progress.AsOf}    本月拜访：{progress.Visits} 次"),
        ProgressColumns,
        progress.Stages.Select(Cells).Append(
        [
            Total, "", null, progress.Agents.Target, progress.Terminals.Target, progress.Agents.Actual, progress.Terminals.Actual, "", progress.Agents.Gap, progress.Terminals.Gap, "", null,
        ]),
        [.. Reasons(progress.Decomposition), Signatures]);

    private static string[] Head(Decomposition one, string line) =>
        [$"机构名称：{one.OrganisationName}    {line}", $"计划下达人：{one.IssuerName}    计划落实人：{one.ImplementerName}"];

    private static IEnumerable<string> Reasons(Decomposition one)
    {
        if (one.PlanShortfallReason.Length > 0)
            yield return $"低于月度计划的原因：{one.PlanShortfallReason}";
        if (one.ShortfallReason.Length > 0)
            yield return $"下级分解合计低于本计划的原因：{one.ShortfallReason}";
    }

    private static IReadOnlyList<object?> Cells(DecompositionStage stage) =>
        [StageNames.Of(stage.Kind), stage.Content, Target(stage, stage.Agents), Target(stage, stage.Terminals), Days.Parse(stage.DueDate)];

    private static IReadOnlyList<object?> Cells(StageProgress row) =>
    [
        StageNames.Of(row.Stage.Kind), row.Stage.Content, Days.Parse(row.Stage.DueDate), row.Agents?.Target, row.Terminals?.Target, row.Agents?.Actual, row.Terminals?.Actual,
        row.Completion, row.Agents?.Gap, row.Terminals?.Gap, row.Measure, Days.Parse(row.ExpectedDate),
    ];

    private static IReadOnlyList<object?> BelowCells(Decomposition one) =>
    [
        one.ImplementerName, string.Join(" / ", one.Stages.Where(stage => DecompositionRules.IsRound(stage.Kind)).Select(stage => stage.DueDate)), one.Agents, one.Terminals,
        one.State == DecompositionState.Issued ? "已下达" : "草稿",
    ];

    private static long? Target(DecompositionStage stage, long number) => DecompositionRules.IsRound(stage.Kind) ? number : null;
}
