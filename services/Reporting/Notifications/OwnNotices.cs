using Qudao.Platform;
using Qudao.Reporting.Decompositions;
using Qudao.Reporting.Evaluations;

namespace Qudao.Reporting.Notifications;

/// <summary>What Reporting itself tells one person, in the transaction in which it happens.</summary>
public static class OwnNotices
{
    public static async Task PlanIssuedAsync(Tx tx, DecompositionRow row) => await Notices.TellAsync(tx,
        new Notice(Kinds.PlanIssued, $"plan|{row.Id}", $"decompositions/{row.Id}", new Place(row.ScopePath, row.ImplementerId, null), tx.Now,
            $"{row.Month} 计划分解", $"plan of {row.Month}", $"下达人 {row.IssuerName}", $"Issued by {row.IssuerName}"),
        await Receivers.NamedAsync(tx, row.ImplementerId));

    public static async Task EvaluationPublishedAsync(Tx tx, EvaluationRow row) => await Notices.TellAsync(tx,
        new Notice(Kinds.EvaluationPublished, $"evaluation|{row.Id}", row.ResourceName, new Place(row.ScopePath, row.SubjectId, null), tx.Now,
            row.Period, row.Period, $"公布人 {row.PublisherName}", $"Published by {row.PublisherName}"),
        await Receivers.NamedAsync(tx, row.SubjectId));
}
