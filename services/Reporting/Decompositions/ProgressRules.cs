using Qudao.Platform;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Decompositions;

/// <summary>What a submitted progress 拓展进度表 must say, and what it is for.</summary>
public static class ProgressRules
{
    /// <summary>What remarks get wrong by themselves.</summary>
    public static IEnumerable<Violation> Remarks(IReadOnlyList<StageRemark> remarks, DateOnly today)
    {
        for (var i = 0; i < remarks.Count; i++)
        {
            if (remarks[i].Kind != StageKind.Unspecified && remarks.Take(i).Any(before => before.Kind == remarks[i].Kind))
                yield return new($"remarks[{i}].kind", "阶段重复", "is there twice", "DUPLICATE");
            if (ServiceRules.Day(remarks[i].ExpectedDate) < today)
                yield return new($"remarks[{i}].expected_date", "预计完成日期不能早于今天。", "The expected date cannot be in the past.", "OUT_OF_RANGE");
        }
    }

    /// <summary>A day that has not come shows nothing.</summary>
    public static IEnumerable<Violation> AsOf(string asOf, DateOnly today) =>
        ServiceRules.Day(asOf) > today ? [new("as_of", "不能晚于今天。", "Cannot be in the future.", "OUT_OF_RANGE")] : [];

    /// <summary>A gap demands a measure and an expected date.</summary>
    public static IEnumerable<Violation> Gaps(DecompositionProgress progress, IReadOnlyList<StageRemark> remarks)
    {
        foreach (var stage in progress.Stages.Where(stage => stage.HasGap))
        {
            var remark = remarks.ToList().FindIndex(one => one.Kind == stage.Stage.Kind);
            var (field, name) = (remark < 0 ? "remarks" : $"remarks[{remark}].", StageNames.Of(stage.Stage.Kind));
            if (stage.Measure.Length == 0)
                yield return new(remark < 0 ? field : $"{field}measure", $"{name}有差距，须填写调整举措。", $"{Codes.Of(stage.Stage.Kind)} has a gap; say what is done about it.", "MEASURE_REQUIRED");
            if (stage.ExpectedDate.Length == 0 && (remark >= 0 || stage.Measure.Length > 0))
                yield return new(remark < 0 ? field : $"{field}expected_date", $"{name}有差距，须填写预计完成日期。", $"{Codes.Of(stage.Stage.Kind)} has a gap; say by when it is closed.", "EXPECTED_DATE_REQUIRED");
        }
    }

    /// <summary>The period that a report of today is for; refused when the month has no part in it.</summary>
    public static string PeriodOf(ProgressKind kind, string month, DateOnly today)
    {
        var first = Days.Parse($"{month}-01")!.Value;
        var week = Period.Of(Recurrences.Weekly, today);
        if (kind == ProgressKind.Month)
            return today > ChinaTime.EndOfMonth(first) ? month : throw Errors.Precondition("MONTH_NOT_OVER", $"{month} 尚未结束。", $"{month} is not over yet.");
        return week.End >= first && week.Start <= ChinaTime.EndOfMonth(first) ? week.Label
            : throw Errors.Precondition("OTHER_MONTH", $"本周不属于 {month}。", $"This week has no day of {month}.");
    }

    public static string FulfilmentOf(ProgressKind kind) => kind == ProgressKind.Month ? Fulfilments.AttainmentSubmitted : Fulfilments.ProgressSubmitted;
}

/// <summary>The stages as the manual calls them.</summary>
public static class StageNames
{
    public static string Of(StageKind kind) => kind switch
    {
        StageKind.Prepare => "准备阶段",
        StageKind.Start => "启动阶段",
        StageKind.RoundOne => "第一轮拓展",
        StageKind.RoundTwo => "第二轮拓展",
        StageKind.Finish => "收尾阶段",
        _ => "",
    };
}
