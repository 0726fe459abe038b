using Qudao.Contract.Partners;
using Qudao.Platform;

namespace Qudao.Contract.Instalments;

/// <summary>
/// Tells of open instalments before and after their due date, each offset once: the day stands in the row, and the step takes
/// the row's version, over any number of instances and restarts.
/// </summary>
public static class InstalmentClock
{
    private const int AtOnce = 100;

    /// <summary>Gives how many it looked at.</summary>
    public static async Task<int> AlertAsync(Db db, IReadOnlyList<int> offsets)
    {
        var today = ChinaTime.Today(db.Clock);
        var moved = 0;
        foreach (var id in await db.ReadAsync(s => InstalmentStore.AlertsAsync(s, today, AtOnce)))
            moved += await db.WriteUnlessOvertakenAsync(tx => AlertAsync(tx, id, today, offsets));
        return moved;
    }

    private static async Task<int> AlertAsync(Tx tx, string id, DateOnly today, IReadOnlyList<int> offsets)
    {
        if (await InstalmentStore.GetAsync(tx, id, PartnerSight.All) is not { OpenFen: > 0 } row || row.NextAlert > today)
            return 0;
        (var offset, row.NextAlert) = InstalmentRules.Alert(row.DueDate, row.AlertedOffset, today, offsets);
        row.AlertedOffset = offset ?? row.AlertedOffset;
        row.UpdatedUs = tx.NowMicros;
        await InstalmentStore.UpdateAsync(tx, row);
        if (offset is { } told)
        {
            await tx.PublishAsync(InstalmentMessages.Alerted(row, told, today));
            await tx.AuditAsync(Caller.System, "instalment.alert", $"instalments/{row.Id}", row.ScopePath, row.AssigneeId, new { Offset = told, row.OpenFen });
        }
        return 1;
    }
}
