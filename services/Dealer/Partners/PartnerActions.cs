using Qudao.Dealer.Organisations;
using Qudao.Dealer.Policies;
using Qudao.Dealer.Staff;
using Qudao.Dealer.Territories;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Partners;

/// <summary>What people decide about a partner, one at a time or many at once.</summary>
public static class PartnerActions
{
    /// <summary>Moves the partner along its lifecycle.</summary>
    public static async Task AdvanceAsync(Tx tx, PartnerRow row, PartnerStage stage, string reason, IReadOnlyCollection<string> evidence, Caller caller)
    {
        var from = EnumText.Parse<PartnerStage>(row.Stage);
        PartnerStage? suspendedFrom = row.SuspendedFrom.Length == 0 ? null : EnumText.Parse<PartnerStage>(row.SuspendedFrom);
        if ((PartnerRules.WhyNotBy(caller, from, stage) ?? PartnerRules.WhyNot(from, suspendedFrom, stage, reason)) is { } refusal)
            throw refusal;
        if (PolicyRules.NeedsEvidence(await PolicyStore.EffectiveAsync(tx, row.ScopePath), stage) && evidence.All(string.IsNullOrWhiteSpace))
            throw Errors.Invalid("evidence", $"转为“{PartnerRules.Chinese(stage)}”须附证据", $"is required to move to {stage}", "REQUIRED");
        var previous = row.Stage;
        row.Stage = EnumText.Of(stage);
        (row.SuspendedFrom, row.LapsedDate) = (stage == PartnerStage.Suspended ? previous : "", null);
        await PartnerWrites.SaveAsync(tx, row, previous);
        if (stage == PartnerStage.Terminated)
            await TerritoryWrites.ReleaseAllOfAsync(tx, row.Id, reason);
        await tx.AuditAsync(caller, "partner.stage", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { From = previous, To = row.Stage, Reason = reason, Evidence = evidence });
    }

    /// <summary>Gives the partner to a salesperson, or to nobody when the name is empty; false when it is so already.</summary>
    public static async Task<bool> AssignAsync(Tx tx, PartnerRow row, string assigneeName, Caller caller)
    {
        var assignee = assigneeName.Length == 0 ? null : await AssigneeAsync(tx, assigneeName, row, caller);
        if (assignee?.Id == row.AssigneeId)
            return false;
        var previous = row.AssigneeId;
        row.AssigneeId = assignee?.Id;
        await PartnerWrites.SaveAsync(tx, row, row.Stage);
        await PartnerWrites.CarryAlongAsync(tx, row);
        await tx.AuditAsync(caller, "partner.assign", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { From = previous, To = row.AssigneeId });
        return true;
    }

    /// <summary>
    /// Hands the partner over to another organisation, which the caller holds; false when it is there already. Its city
    /// may lie in another province: whoever takes over a closed centre's partners has them there.
    /// </summary>
    public static async Task<bool> TransferAsync(Tx tx, PartnerRow row, OrganisationRow to, string reason, Caller caller)
    {
        if (row.OrganisationId == to.Id)
            return false;
        if (PartnerRules.WhyNotAt("organisation", to) is { } violation)
            throw Errors.Invalid([violation]);
        row.ParentId = null;
        await PlaceAsync(tx, row, to, to.ScopePath, reason, caller);
        foreach (var shop in await PartnerStore.BelowAgentAsync(tx, row.Id))
            await PlaceAsync(tx, shop, to, row.ScopePath, reason, caller);
        return true;
    }

    private static async Task PlaceAsync(Tx tx, PartnerRow row, OrganisationRow to, string above, string reason, Caller caller)
    {
        var from = row.OrganisationId;
        row.OrganisationId = to.Id;
        row.ScopePath = $"{above}{row.Id}/";
        if (row.AssigneeId is { } assignee && (await StaffStore.FindAsync(tx, assignee))?.OrganisationId != to.Id)
            row.AssigneeId = null;
        await PartnerWrites.SaveAsync(tx, row, row.Stage);
        await PartnerWrites.CarryAlongAsync(tx, row);
        await tx.AuditAsync(caller, "partner.transfer", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { From = from, To = to.Id, Reason = reason });
    }

    private static async Task<StaffRow> AssigneeAsync(Tx tx, string name, PartnerRow partner, Caller caller)
    {
        var person = await StaffStore.GetAsync(tx, Ids.Of(name, "staff"), caller.Scope)
            ?? throw Errors.Invalid([Errors.Missing("assignee", name)]);
        if (!person.Active || person.PartnerId is not null || person.OrganisationId != partner.OrganisationId)
            throw Errors.Invalid("assignee", "须是机构所属组织的在职员工", "must be an active member of the staff of the partner's organisation");
        return person;
    }
}
