using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Organisations;

/// <summary>What happens whenever the tree changes, and what holds it still for those who put something into it.</summary>
public static class OrganisationWrites
{
    /// <summary>
    /// The organisation something new is to belong to: within scope and open. It stays so, and where it is, until this
    /// transaction is committed; otherwise a move at the same moment would leave the new row behind.
    /// </summary>
    /// <param name="field">The request's field that names it.</param>
    public static async Task<OrganisationRow> TakeInAsync(Tx tx, string id, Scope scope, string field)
    {
        var row = await OrganisationStore.GetAsync(tx, id, scope);
        if (OrganisationRules.WhyNotIn(field, row, $"organisations/{id}") is { } violation)
            throw Errors.Invalid([violation]);
        await HoldAsync(tx, row!);
        return row!;
    }

    /// <summary>Keeps the organisation open and where it is until this transaction is committed.</summary>
    /// <exception cref="Refusal">ABORTED: it was moved or closed since it was read.</exception>
    public static async Task HoldAsync(Tx tx, OrganisationRow row)
    {
        if (!await OrganisationStore.TryHoldAsync(tx, row))
            throw Errors.EtagMismatch($"organisations/{row.Id}");
    }

    /// <summary>Moves the organisation with everything below it, in this transaction; the tree is locked, and the rules were asked.</summary>
    public static async Task<OrganisationRow> MoveAsync(Tx tx, OrganisationRow row, OrganisationRow parent, Caller caller, string reason)
    {
        var (from, to) = (row.ScopePath, $"{parent.ScopePath}{row.Id}/");
        var previousParent = row.ParentId;
        row.ParentId = parent.Id;
        await OrganisationStore.UpdateAsync(tx, row);
        await OrganisationStore.CountOnBelowAsync(tx, row);
        await Places.MoveAsync(tx, from, to);
        foreach (var moved in await OrganisationStore.BelowAsync(tx, new Scope(to, null)))
            await TellAsync(tx, moved, from + moved.ScopePath[to.Length..]);
        row.ScopePath = to;
        await tx.AuditAsync(caller, "organisation.move", $"organisations/{row.Id}", to, null, new { From = previousParent, To = parent.Id, Reason = reason });
        return row;
    }

    /// <summary>Tells of an organisation as the row has it.</summary>
    /// <param name="previousPath">Where it was, when it was moved.</param>
    public static async Task TellAsync(Tx tx, OrganisationRow row, string? previousPath = null)
    {
        var changed = Changed(row, previousPath);
        await Places.DecideAsync(tx, changed);
        await tx.PublishAsync(changed);
    }

    private static OrganisationChanged Changed(OrganisationRow row, string? previousPath) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        Code = row.Id,
        Name = row.Name,
        Kind = row.Kind,
        ParentId = row.ParentId,
        ProvinceCode = row.ProvinceCode,
        PreviousScopePath = previousPath,
        Closed = row.State == OrganisationRules.Closed,
    };
}
