using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

/// <summary>What falls due in cases by the clock. Each step looks at its case again and writes it by its version, so it is taken once.</summary>
public static class DiversionDeadlines
{
    private const int StepCases = 50;

    /// <summary>For the sweep; returns how many cases it moved.</summary>
    public static async Task<int> SweepAsync(Db db)
    {
        var now = db.Clock.NowMicros();
        return await EachAsync(db, s => DiversionStore.StatementOverAsync(s, now, StepCases), ExpireStatementAsync)
            + await EachAsync(db, s => DiversionStore.AppealOverAsync(s, now, StepCases), MakeFinalAsync)
            + await EachAsync(db, s => DiversionStore.SuspensionOverAsync(s, now, StepCases), EndSuspensionAsync);
    }

    /// <summary>The ruling holds: nobody appealed in time, or the appeal was decided.</summary>
    public static void SetFinal(DiversionRow row, DiversionRuling ruling, DiversionDecision? decision, long nowMicros)
    {
        row.FinalKind = DiversionRules.Final(ruling, decision) is { } final ? EnumText.Of(final.Kind) : EnumText.Of(DiversionAppealOutcome.Revoked);
        row.FinalUs = nowMicros;
    }

    private static async Task<int> EachAsync(Db db, Func<Session, Task<List<string>>> due, Func<Tx, DiversionCase, Task<bool>> step)
    {
        var moved = 0;
        foreach (var id in await db.ReadAsync(due))
            moved += await StepAsync(db, id, step) ? 1 : 0;
        return moved;
    }

    private static async Task<bool> StepAsync(Db db, string id, Func<Tx, DiversionCase, Task<bool>> step)
    {
        try
        {
            return await db.WriteAsync(async tx => await step(tx, await DiversionCase.OfAsync(tx, (await DiversionStore.FindAsync(tx, id))!)));
        }
        catch (Refusal refusal) when (refusal.Code == StatusCode.Aborted)
        {
            // Somebody was faster; the next round looks at it again.
            return false;
        }
    }

    private static async Task<bool> ExpireStatementAsync(Tx tx, DiversionCase found)
    {
        var row = found.Row;
        if (found.State != DiversionState.Investigating || !DiversionRules.IsAwaited(row) || row.StatementDueUs > tx.NowMicros)
            return false;
        row.StatementExpired = true;
        await found.SaveAsync(tx, found.State, "statement-expired", new { row.Round }, Caller.System);
        return true;
    }

    private static async Task<bool> MakeFinalAsync(Tx tx, DiversionCase found)
    {
        var row = found.Row;
        if (found.State != DiversionState.Ruled || row.AppealDueUs > tx.NowMicros)
            return false;
        SetFinal(row, DiversionRuling.Parser.ParseFrom(row.Ruling), null, tx.NowMicros);
        await found.SaveAsync(tx, DiversionState.Final, "final", new { row.FinalKind }, Caller.System);
        return true;
    }

    /// <summary>People lift the suspension: what else speaks against it, an ended agreement say, only they can know.</summary>
    private static async Task<bool> EndSuspensionAsync(Tx tx, DiversionCase found)
    {
        var row = found.Row;
        if (row.SuspendedUntilUs is not { } until || until > tx.NowMicros)
            return false;
        row.SuspendedUntilUs = null;
        await found.SaveAsync(tx, found.State, "suspension-ended", new { Partner = found.Accused!.Name }, Caller.System);
        await tx.PublishAsync(new DiversionSuspensionEnded
        {
            AggregateId = row.Id,
            Version = row.Version,
            ScopePath = found.Place.ScopePath,
            AssigneeId = found.Place.AssigneeId,
            PartnerId = found.Accused.PartnerId!,
            PartnerName = found.Accused.Name,
        });
        return true;
    }
}
