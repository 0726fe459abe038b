using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>
/// What the clock alone does to agreements, by the days of Asia/Shanghai: alerts before their end 到期提醒, the change to an
/// amendment on its day, and the end of the term 协议有效期. The days stand in the rows, and each step takes the row's version:
/// any number of instances and restarts does it once.
/// </summary>
public static class AgreementClock
{
    private const int AtOnce = 100;

    /// <summary>Ends agreements on the day after their term: renewed, or expired. Gives how many.</summary>
    public static Task<int> ExpireAsync(Db db) => SweepAsync(db, AgreementStore.EndedAsync, async (tx, row, today) =>
    {
        if (row.EffectiveTo >= today)
            return false;
        row.State = Codes.Of(row.RenewedBy is null ? AgreementState.Expired : AgreementState.Renewed);
        await ChangedAsync(tx, row, AgreementAction.Expire, "");
        if (row.RenewedBy is null)
            await tx.PublishAsync(AgreementMessages.Expired(row));
        return true;
    });

    /// <summary>Puts amendments in the place of what they amend, on their day. Gives how many.</summary>
    public static Task<int> SupersedeAsync(Db db) => SweepAsync(db, AgreementStore.SupersededAsync, async (tx, row, today) =>
    {
        if (!(row.SupersededFrom <= today))
            return false;
        row.State = Codes.Of(AgreementState.Superseded);
        await ChangedAsync(tx, row, AgreementAction.Supersede, $"agreements/{row.SupersededBy}");
        return true;
    });

    /// <summary>Alerts at lead days before the end. Gives how many it looked at.</summary>
    public static Task<int> AlertAsync(Db db, IReadOnlyList<int> leads) => SweepAsync(db, AgreementStore.AlertsAsync, async (tx, row, today) =>
    {
        if (row.NextAlert > today)
            return false;
        (var lead, row.NextAlert) = AgreementRules.Alert(row, today, leads);
        if (lead is null)
        {
            await AgreementStore.UpdateAsync(tx, row);
            return true;
        }
        (row.AlertedLead, row.State) = (lead, Codes.Of(AgreementState.Expiring));
        await ChangedAsync(tx, row, AgreementAction.Remind, $"{row.EffectiveTo.DayNumber - today.DayNumber} 天");
        await tx.PublishAsync(AgreementMessages.Expiring(row, lead.Value, today));
        return true;
    });

    private static async Task<int> SweepAsync(Db db, Func<Session, DateOnly, int, Task<List<string>>> due, Func<Tx, AgreementRow, DateOnly, Task<bool>> move)
    {
        var today = ChinaTime.Today(db.Clock);
        var moved = 0;
        foreach (var id in await db.ReadAsync(s => due(s, today, AtOnce)))
            moved += await db.WriteUnlessOvertakenAsync(async tx =>
                await AgreementStore.GetAsync(tx, id) is { } row && AgreementRules.IsInEffect(row) && await move(tx, row, today) ? 1 : 0);
        return moved;
    }

    private static async Task ChangedAsync(Tx tx, AgreementRow row, AgreementAction action, string comment)
    {
        var verb = action.ToString().ToLowerInvariant();
        row.UpdatedUs = tx.NowMicros;
        row.Note(tx.NowMicros, verb, Caller.System, comment);
        await AgreementStore.UpdateAsync(tx, row);
        await tx.PublishAsync(AgreementMessages.Changed(row));
        await tx.AuditAsync(Caller.System, $"agreement.{verb}", $"agreements/{row.Id}", row.ScopePath, row.AssigneeId, new { row.State, row.Number, row.EffectiveTo });
    }
}
