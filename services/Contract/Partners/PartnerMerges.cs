using Qudao.Contract.Agreements;
using Qudao.Platform;

namespace Qudao.Contract.Partners;

/// <summary>What goes over when a partner is merged into another; no harm is done when it is run again.</summary>
public static class PartnerMerges
{
    private const string Instalments = "UPDATE instalments SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string Payments = "UPDATE payment_requests SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string Entries = "UPDATE account_entries SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string Statements = "UPDATE reconciliation_statements SET partner_id = @SurvivorId WHERE partner_id = @MergedId";

    public static async Task MoveAsync(Tx tx, RedirectRow merged)
    {
        await AgreementStore.MoveAsync(tx, merged);
        // Nothing of the survivor may have been heard yet: what goes over would be seen by nobody.
        await PartnerStore.SeenAsync(tx, new PartnerRow
        {
            Id = merged.SurvivorId,
            Name = merged.SurvivorName,
            ScopePath = await Places.NowAsync(tx, merged.ScopePath),
            AssigneeId = merged.AssigneeId,
            OrganisationId = (await PartnerStore.GetAsync(tx, merged.MergedId))?.OrganisationId ?? "",
        });
        await tx.ExecuteAsync(Instalments, merged);
        await tx.ExecuteAsync(Payments, merged);
        await tx.ExecuteAsync(Entries, merged);
        await tx.ExecuteAsync(Statements, merged);
    }
}
