using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Evaluations;

/// <summary>考评表: the indicators, the scores and the result.</summary>
public static class EvaluationForm
{
    private static readonly SheetColumn[] Columns = [new("指标", 24), new("权重（%）", 10, SheetKind.Integer), new("得分", 10, SheetKind.Decimal), new("加权得分", 12, SheetKind.Decimal)];
    private static readonly SheetColumn[] ScoreColumns = [new("评分", 24), new("权重（%）", 10, SheetKind.Decimal), new("平均分", 10, SheetKind.Decimal), new("加权得分", 12, SheetKind.Decimal)];
    private static readonly SheetColumn[] CommentColumns = [new("评分人", 24), new("类别", 10), new("分数", 10, SheetKind.Integer), new("评语", 12)];

    public static SheetForm Of(Evaluation one) => new(
        "考评表",
        [$"机构名称：{one.OrganisationName}    {(one.Department == EvaluationDepartment.Unspecified ? $"被考评人：{one.SubjectName}" : $"被考评部门：{DepartmentName(one.Department)}    负责人：{one.SubjectName}")}    期间：{one.Period}", $"模板：{one.TemplateName}（第 {one.TemplateVersion} 版）"],
        Columns,
        one.Indicators.Select(row => (IReadOnlyList<object?>)[row.DisplayName, row.Weight, row.Score, Math.Round(row.Weight * row.Score / 100, 2)]),
        [$"校准：{one.Calibration}    原因：{one.CalibrationReason}", $"总分：{one.Total:0.00}    评优：{one.Award}", .. Feedback(one), "考评人签字：                    被考评人签字：                    日期："])
    {
        More =
        [
            new SheetSection("综合评分", ScoreColumns, one.Shares.Select(share => (IReadOnlyList<object?>)[KindName(share.Kind), share.Weight, share.Score, Math.Round(share.Weight * share.Score / 100, 2)])),
            new SheetSection("评语", CommentColumns, one.Scores.Select(score => (IReadOnlyList<object?>)[score.ScorerName, KindName(score.Kind), score.Score, score.Comment])),
        ],
    };

    private static IEnumerable<string> Feedback(Evaluation one) => one.Department == EvaluationDepartment.Unspecified ? [] : [$"总部反馈：{one.Feedback}    反馈人：{one.FeedbackName}"];

    private static string DepartmentName(EvaluationDepartment department) => department switch
    {
        EvaluationDepartment.Sales => "销售部",
        EvaluationDepartment.Training => "培训部",
        EvaluationDepartment.AfterSales => "售后服务部",
        _ => "综合部",
    };

    private static string KindName(ScoreKind kind) => kind switch
    {
        ScoreKind.Computed => "系统计算",
        ScoreKind.Self => "自评",
        ScoreKind.Superior => "上级评",
        ScoreKind.Peer => "同事评",
        ScoreKind.Client => "客户评",
        _ => "",
    };
}
