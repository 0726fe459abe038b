using Qudao.Reporting.V1;

namespace Qudao.Reporting.Forms;

/// <summary>What forms are called, and who makes them.</summary>
public static class FormNames
{
    /// <summary>The sheet of a set that tells what is in it, and what is not.</summary>
    public const string Index = "目录";

    private const int LongestSegment = 80;

    private static readonly Dictionary<FormKind, string> Names = new()
    {
        [FormKind.MarketSurvey] = "附件一 市场及客户信息调研表",
        [FormKind.AgreementStatistics] = "附件二 协议签订统计表",
        [FormKind.TrainingRequest] = "附件三 培训申请表",
        [FormKind.Decomposition] = "附件四 计划分解表",
        [FormKind.DailyJournal] = "附件五 工作日志",
        [FormKind.WeeklyJournal] = "附件五 周计划及检讨表",
        [FormKind.MonthlyJournal] = "附件五 月度工作总结",
        [FormKind.Progress] = "附件六 拓展进度表",
        [FormKind.Evaluation] = "考评表",
        [FormKind.ManagerReport] = "总经理月报",
    };

    // What Reporting reads to make its own; the services look after theirs.
    private static readonly Dictionary<FormKind, string> Permissions = new()
    {
        [FormKind.Decomposition] = "reporting.decompositions.read",
        [FormKind.Progress] = "reporting.decompositions.read",
        [FormKind.DailyJournal] = "reporting.journals.read",
        [FormKind.WeeklyJournal] = "reporting.journals.read",
        [FormKind.MonthlyJournal] = "reporting.journals.read",
        [FormKind.Evaluation] = "reporting.evaluations.read",
        [FormKind.ManagerReport] = "reporting.forms.read",
    };

    /// <summary>All forms. What other services make comes first: the sign-in they are asked with does not last.</summary>
    public static IReadOnlyList<FormKind> All { get; } = [.. Enum.GetValues<FormKind>().Where(kind => kind != FormKind.Unspecified).OrderByDescending(IsForeign)];

    public static string Of(FormKind kind) => Names[kind];

    /// <summary>Whether another service makes it.</summary>
    public static bool IsForeign(FormKind kind) => kind is FormKind.MarketSurvey or FormKind.AgreementStatistics or FormKind.TrainingRequest;

    /// <summary>The permission that reading it takes; null where another service asks for its own.</summary>
    public static string? PermissionOf(FormKind kind) => Permissions.GetValueOrDefault(kind);

    /// <summary>A text as a part of a file's path, on any system.</summary>
    public static string Segment(string text)
    {
        var fit = string.Concat(text.Select(c => c < ' ' || "\\/:*?\"<>|".Contains(c, StringComparison.Ordinal) ? '_' : c)).Trim(' ', '.');
        return fit.Length > LongestSegment ? fit[..LongestSegment] : fit;
    }
}
