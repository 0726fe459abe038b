using Qudao.Contract.Agreements;
using Qudao.Platform;

namespace Qudao.Contract.Approvals;

/// <summary>Takes reviews that wait too long up one level 升级: the superior may act too, and is told by an event.</summary>
public static class ReviewEscalation
{
    private const int AtOnce = 100;

    /// <summary>Gives how many agreements it moved.</summary>
    public static async Task<int> SweepAsync(Db db)
    {
        var due = await db.ReadAsync(s => ReviewStore.DueAsync(s, db.Clock.NowMicros(), AtOnce));
        var moved = 0;
        foreach (var id in due)
            moved += await db.WriteUnlessOvertakenAsync(tx => EscalateAsync(tx, id));
        return moved;
    }

    private static async Task<int> EscalateAsync(Tx tx, string id)
    {
        if (await AgreementStore.GetAsync(tx, id) is not { } row || row.State != AgreementRules.InReview)
            return 0;
        var (before, after) = (row.Steps, ReviewRules.Escalate(row.Steps, tx.NowMicros, WorkingCalendar.Default));
        if (before.SequenceEqual(after))
            return 0;
        row.Steps = after;
        row.UpdatedUs = tx.NowMicros;
        var up = before.Zip(after).Where(pair => pair.Second.Escalated.Count > pair.First.Escalated.Count).Select(pair => pair.Second).ToList();
        foreach (var step in up)
            row.Note(tx.NowMicros, "escalate", Caller.System, $"{RoleNames.Zh(step.Role)} → {RoleNames.Zh(step.Escalated[^1])}");
        await AgreementStore.UpdateAsync(tx, row);
        await tx.PublishAsync(AgreementMessages.Changed(row));
        foreach (var step in up)
        {
            await tx.PublishAsync(AgreementMessages.Escalated(row, step));
            await tx.AuditAsync(Caller.System, "agreement.escalate", $"agreements/{row.Id}", row.ScopePath, row.AssigneeId, new { step.Role, To = step.Escalated[^1] });
        }
        return 1;
    }
}
