using Qudao.Dealer.Partners;
using Qudao.Dealer.Search;
using Qudao.Dealer.Staff;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Duplicates;

/// <summary>Merges one partner into another, in one transaction here and by an event in the other services.</summary>
public static class PartnerMerge
{
    /// <param name="survivor">As it is to be after the merge.</param>
    /// <param name="previousStage">The survivor's stage before it.</param>
    /// <param name="moved">What moves, for the audit trail.</param>
    public static async Task MergeAsync(Tx tx, PartnerRow survivor, string previousStage, PartnerRow source, Caller caller, IReadOnlyDictionary<string, long> moved)
    {
        source.MergedInto = survivor.Id;
        await PartnerStore.UpdateAsync(tx, source);
        await SearchIndex.RemoveAsync(tx, source);
        await PartnerWrites.SaveAsync(tx, survivor, previousStage);
        await PartnerWrites.CarryAlongAsync(tx, survivor);
        var merged = new PartnerMerged
        {
            AggregateId = source.Id,
            Version = source.Version,
            ScopePath = survivor.ScopePath,
            AssigneeId = survivor.AssigneeId,
            SurvivorId = survivor.Id,
            SurvivorName = survivor.Name,
            SurvivorVersion = survivor.Version,
        };
        await Redirects.HearAsync(tx, merged, MoveAsync);
        await tx.PublishAsync(merged);
        await tx.AuditAsync(caller, "partner.merge", $"partners/{survivor.Id}", survivor.ScopePath, survivor.AssigneeId, new { Source = source.Id, source.Name, Moved = moved });
        await tx.AuditAsync(caller, "partner.merged", $"partners/{source.Id}", source.ScopePath, source.AssigneeId, new { Into = survivor.Id, survivor.Name });
    }

    /// <summary>Moves what is still written for a merged partner; for the sweep.</summary>
    public static Task<int> WatchAsync(Db db) => Redirects.WatchAsync(db, MoveAsync);

    private static async Task MoveAsync(Tx tx, RedirectRow redirect)
    {
        var survivor = (await PartnerStore.FindAsync(tx, redirect.SurvivorId))!;
        var to = new MergeTarget(redirect.MergedId, survivor.Id, survivor.ScopePath, survivor.AssigneeId);
        await MergeStore.MoveAsync(tx, to);
        if (await MergeStore.MoveStaffAsync(tx, to) > 0)
            foreach (var person in await StaffStore.OfPartnerAsync(tx, survivor.Id))
            {
                person.ScopePath = survivor.ScopePath;
                await StaffStore.UpdateAsync(tx, person);
                await tx.PublishAsync(Staff.StaffService.Changed(person));
            }
        foreach (var id in await MergeStore.ChildrenAsync(tx, redirect.MergedId))
        {
            var child = (await PartnerStore.FindAsync(tx, id))!;
            child.ParentId = survivor.Id;
            child.ScopePath = $"{survivor.ScopePath}{child.Id}/";
            await PartnerWrites.SaveAsync(tx, child, child.Stage);
            await PartnerWrites.CarryAlongAsync(tx, child);
        }
    }
}
