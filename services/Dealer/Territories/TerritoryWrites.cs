using Qudao.Dealer.Partners;
using Qudao.Dealer.Policies;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Territories;

/// <summary>Changes of territories and their events, for claims, signings, expiry and termination alike.</summary>
public static class TerritoryWrites
{
    /// <summary>
    /// Takes or keeps the city for the partner: reserved for a while, or active when the agreement is signed. Null when
    /// another holds it.
    /// </summary>
    public static async Task<TerritoryRow?> HoldAsync(Tx tx, PartnerRow partner, string cityCode, string agreementId, bool signed)
    {
        var live = await TerritoryStore.LiveAsync(tx, cityCode);
        var limit = PolicyRules.AgentLimit(await PolicyStore.EffectiveAsync(tx, partner.ScopePath), cityCode);
        switch (TerritoryRules.Claim(live, partner.Id, limit, tx.NowMicros))
        {
            case ClaimOutcome.Conflict:
                return null;
            case ClaimOutcome.Keep:
                return await KeepAsync(tx, live.First(row => row.PartnerId == partner.Id), agreementId, signed);
            default:
                foreach (var expired in live.Where(row => TerritoryRules.HasExpired(row, tx.NowMicros)))
                    await ReleaseAsync(tx, expired, "逾期未签");
                var holding = live.Where(row => row.State != TerritoryRules.Released);
                // Another may take the place in the same instant; then there may be a further one.
                return await TakeAsync(tx, partner, cityCode, agreementId, signed, TerritoryRules.FreeSlot(holding))
                    ?? await HoldAsync(tx, partner, cityCode, agreementId, signed);
        }
    }

    /// <summary>Gives a held city to another agent in the same instant.</summary>
    public static async Task<TerritoryRow> TransferAsync(Tx tx, TerritoryRow row, PartnerRow to, string agreementId, string reason)
    {
        await ReleaseAsync(tx, row, reason);
        return await TakeAsync(tx, to, row.CityCode, agreementId, signed: true, row.Slot)
            ?? throw new InvalidOperationException($"The place of {row.CityCode} given up in this transaction is taken.");
    }

    /// <summary>Opens the conflict of this claim, or gives the one that is open already.</summary>
    public static async Task<TerritoryConflictRow> OpenConflictAsync(Tx tx, PartnerRow claimant, string cityCode, string agreementId)
    {
        if (await TerritoryStore.OpenConflictAsync(tx, cityCode, agreementId) is { } open)
            return open;
        var holder = (await TerritoryStore.LiveAsync(tx, cityCode))[0];
        var row = new TerritoryConflictRow
        {
            Id = tx.NewId(),
            CityCode = cityCode,
            HolderId = holder.PartnerId,
            ClaimantId = claimant.Id,
            AgreementId = agreementId,
            IsOpen = true,
            ScopePath = claimant.ScopePath,
            AssigneeId = claimant.AssigneeId,
            Version = 1,
            CreatedUs = tx.NowMicros,
        };
        await TerritoryStore.InsertConflictAsync(tx, row);
        await tx.PublishAsync(new TerritoryConflictOpened
        {
            AggregateId = row.Id,
            Version = row.Version,
            ScopePath = row.ScopePath,
            AssigneeId = row.AssigneeId,
            CityCode = row.CityCode,
            HolderPartnerId = row.HolderId,
            ClaimantPartnerId = row.ClaimantId,
        });
        return row;
    }

    public static async Task ReleaseAllOfAsync(Tx tx, string partnerId, string reason)
    {
        foreach (var row in await TerritoryStore.LiveOfPartnerAsync(tx, partnerId))
            await ReleaseAsync(tx, row, reason);
    }

    /// <summary>Gives up reservations whose agreement was not signed in time; for the sweep.</summary>
    /// <returns>How many were given up.</returns>
    public static async Task<int> ReleaseExpiredAsync(Db db)
    {
        var now = db.Clock.NowMicros();
        if ((await db.ReadAsync(s => TerritoryStore.ExpiredAsync(s, now, 1))).Count == 0)
            return 0;
        return await db.WriteAsync(async tx =>
        {
            var expired = await TerritoryStore.ExpiredAsync(tx, tx.NowMicros, 100);
            foreach (var row in expired)
                await ReleaseAsync(tx, row, "逾期未签");
            return expired.Count;
        });
    }

    private static async Task<TerritoryRow> KeepAsync(Tx tx, TerritoryRow row, string agreementId, bool signed)
    {
        var state = signed ? TerritoryRules.Active : row.State;
        // An active agent that renews holds its city by the old agreement until the new one is signed.
        var changes = signed ? state != row.State || agreementId != row.AgreementId : state == TerritoryRules.Reserved;
        if (!changes)
            return row;
        row.AgreementId = agreementId;
        row.State = state;
        if (signed)
            row.HeldFromUs ??= tx.NowMicros;
        row.ReserveUntilUs = signed ? 0 : (tx.Now + TerritoryRules.ReserveFor).Micros();
        await TerritoryStore.UpdateAsync(tx, row);
        await tx.PublishAsync(Changed(row));
        return row;
    }

    private static async Task<TerritoryRow?> TakeAsync(Tx tx, PartnerRow partner, string cityCode, string agreementId, bool signed, int slot)
    {
        var row = new TerritoryRow
        {
            Id = tx.NewId(),
            CityCode = cityCode,
            PartnerId = partner.Id,
            AgreementId = agreementId,
            State = signed ? TerritoryRules.Active : TerritoryRules.Reserved,
            ReserveUntilUs = signed ? 0 : (tx.Now + TerritoryRules.ReserveFor).Micros(),
            Slot = slot,
            HeldFromUs = signed ? tx.NowMicros : null,
            OrganisationId = partner.OrganisationId,
            ScopePath = partner.ScopePath,
            AssigneeId = partner.AssigneeId,
            Version = 1,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
        if (!await TerritoryStore.TryTakeAsync(tx, row))
            return null;
        await tx.PublishAsync(Changed(row));
        return row;
    }

    /// <summary>Ends the agent's hold on the city.</summary>
    public static async Task ReleaseAsync(Tx tx, TerritoryRow row, string reason)
    {
        row.State = TerritoryRules.Released;
        row.HeldToUs = row.HeldFromUs is null ? null : tx.NowMicros;
        row.EndReason = reason;
        await TerritoryStore.UpdateAsync(tx, row);
        await tx.PublishAsync(Changed(row));
    }

    private static TerritoryChanged Changed(TerritoryRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        CityCode = row.CityCode,
        PartnerId = row.PartnerId,
        State = row.State,
    };
}
