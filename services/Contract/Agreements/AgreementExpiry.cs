using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>Ends agreements on the day after their term 协议有效期, in the time of Asia/Shanghai.</summary>
public static class AgreementExpiry
{
    private const int AtOnce = 100;

    /// <summary>Gives how many it ended.</summary>
    public static async Task<int> SweepAsync(Db db)
    {
        var today = ChinaTime.Today(db.Clock);
        var ended = await db.ReadAsync(s => AgreementStore.EndedAsync(s, today, AtOnce));
        var moved = 0;
        foreach (var row in ended)
            moved += await db.WriteUnlessOvertakenAsync(tx => ExpireAsync(tx, row.Id, today));
        return moved;
    }

    private static async Task<int> ExpireAsync(Tx tx, string id, DateOnly today)
    {
        var row = await AgreementStore.GetAsync(tx, id);
        if (row is null || AgreementRules.Refuse(AgreementAction.Expire, row, Caller.System) is not null || !AgreementRules.IsExpired(row.EffectiveTo, today))
            return 0;
        row.State = Codes.Of(AgreementState.Expired);
        row.UpdatedUs = tx.NowMicros;
        row.Note(tx.NowMicros, "expire", Caller.System, "");
        await AgreementStore.UpdateAsync(tx, row);
        await tx.PublishAsync(AgreementMessages.Changed(row));
        await tx.AuditAsync(Caller.System, "agreement.expire", $"agreements/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Number, row.EffectiveTo });
        return 1;
    }
}
