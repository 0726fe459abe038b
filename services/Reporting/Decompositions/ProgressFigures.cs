using Qudao.Platform;
using Qudao.Reporting.Plans;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Decompositions;

/// <summary>A decomposition beside what was achieved, and what is said about it.</summary>
public static class ProgressFigures
{
    private const string Agent = "city-agent";
    private const string Terminal = "terminal";

    /// <summary>As of a day, the month's last at most; what these remarks do not say, the last report did.</summary>
    public static async Task<DecompositionProgress> OfAsync(Session session, DecompositionRow row, DateOnly asked, IReadOnlyList<StageRemark> remarks)
    {
        var first = Days.Parse($"{row.Month}-01")!.Value;
        var last = ChinaTime.EndOfMonth(first);
        var asOf = asked < last ? asked : last;
        var progress = new DecompositionProgress
        {
            Decomposition = DecompositionMessages.Of(row),
            AsOf = $"{asOf:yyyy-MM-dd}",
            Agents = PlanRules.Measure(row.Stages.Sum(stage => stage.Agents), await ProgressStore.SignedAsync(session, row, Agent, first, asOf)),
            Terminals = PlanRules.Measure(row.Stages.Sum(stage => stage.Terminals), await ProgressStore.SignedAsync(session, row, Terminal, first, asOf)),
            Visits = await ProgressStore.VisitsAsync(session, row, first, asOf),
        };
        var said = await SaidAsync(session, row.Id, remarks);
        foreach (var stage in row.Stages)
        {
            progress.Stages.Add(await StageAsync(session, row, stage, first, asOf, said.GetValueOrDefault(stage.Kind) ?? new StageRemark()));
            if (stage.Kind == StageKind.RoundOne && Days.Parse(stage.DueDate) is { } due)
                first = due.AddDays(1);
        }
        return progress;
    }

    private static async Task<StageProgress> StageAsync(Session session, DecompositionRow row, DecompositionStage stage, DateOnly from, DateOnly asOf, StageRemark said)
    {
        var due = Days.Parse(stage.DueDate);
        var progress = new StageProgress
        {
            Stage = stage,
            IsDue = due <= asOf,
            Completion = said.Completion,
            Measure = said.Measure,
            ExpectedDate = said.ExpectedDate,
        };
        if (DecompositionRules.IsRound(stage.Kind))
        {
            var to = due < asOf ? due.Value : asOf;
            progress.Agents = PlanRules.Measure(stage.Agents, await ProgressStore.SignedAsync(session, row, Agent, from, to));
            progress.Terminals = PlanRules.Measure(stage.Terminals, await ProgressStore.SignedAsync(session, row, Terminal, from, to));
        }
        var isMissing = DecompositionRules.IsRound(stage.Kind) ? progress.Agents.Gap > 0 || progress.Terminals.Gap > 0 : progress.Completion.Length == 0;
        progress.HasGap = progress.IsDue && isMissing;
        return progress;
    }

    private static async Task<Dictionary<StageKind, StageRemark>> SaidAsync(Session session, string id, IReadOnlyList<StageRemark> remarks)
    {
        var said = new Dictionary<StageKind, StageRemark>();
        if (await ProgressStore.LastAsync(session, id) is { } last)
            foreach (var stage in DecompositionMessages.Progress(last).Stages)
                said[stage.Stage.Kind] = new StageRemark { Completion = stage.Completion, Measure = stage.Measure, ExpectedDate = stage.ExpectedDate };
        foreach (var remark in remarks)
        {
            var before = said.GetValueOrDefault(remark.Kind) ?? new StageRemark();
            before.MergeFrom(remark);
            said[remark.Kind] = before;
        }
        return said;
    }
}
