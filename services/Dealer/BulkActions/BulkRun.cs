using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.BulkActions;

/// <summary>
/// Goes through an operation's partners in steps, each one transaction that acts and records; what a restart cuts off is
/// pending still, and goes on. A dry run acts in a transaction that is rolled back, and records in another: what it
/// finds is what would happen.
/// </summary>
/// <param name="act">Acts on one partner for a target; false when it was so already. It refuses before it writes anything, or by its first write.</param>
public sealed class BulkRun(Db db, JobRun run, bool dryRun, Func<Tx, PartnerRow, string, Task<bool>> act)
{
    private const int StepItems = 50;

    public async Task<BulkActionResult> RunAsync()
    {
        while (await StepAsync() > 0)
        {
        }
        var counted = await db.ReadAsync(s => BulkStore.CountAsync(s, run.Id));
        counted.DryRun = dryRun;
        return counted;
    }

    private async Task<int> StepAsync()
    {
        if (!dryRun)
            return await db.WriteAsync(async tx => await RecordAsync(tx, await ActAsync(tx)));
        List<BulkItemRow> tried = [];
        try
        {
            await db.WriteAsync(async tx =>
            {
                tried = await ActAsync(tx);
                throw new Undone();
            });
        }
        catch (Undone)
        {
            // That was the trial.
        }
        return await db.WriteAsync(tx => RecordAsync(tx, tried));
    }

    private async Task<List<BulkItemRow>> ActAsync(Tx tx)
    {
        var items = await BulkStore.PendingAsync(tx, run.Id, StepItems);
        foreach (var item in items)
            await ActAsync(tx, item);
        return items;
    }

    private async Task ActAsync(Tx tx, BulkItemRow item)
    {
        try
        {
            var partner = await PartnerStore.GetAsync(tx, item.PartnerId, run.Caller.Scope) ?? throw Errors.NotFound($"partners/{item.PartnerId}");
            item.PartnerName = partner.Name;
            if (partner.MergedInto is not null)
                throw PartnerRules.Merged(partner);
            item.State = await act(tx, partner, item.Target) ? BulkStore.Done : BulkStore.Unchanged;
        }
        catch (Refusal refusal)
        {
            item.State = BulkStore.Refused;
            (item.Reason, item.MessageZh, item.MessageEn) = refusal.Violations is [var first, ..]
                ? (first.Reason, first.Zh, $"{first.Field} {first.En}") : (refusal.Reason, refusal.Zh, refusal.En);
        }
    }

    private async Task<int> RecordAsync(Tx tx, List<BulkItemRow> items)
    {
        foreach (var item in items)
            await BulkStore.UpdateAsync(tx, item);
        var counted = await BulkStore.CountAsync(tx, run.Id);
        await run.ProgressAsync(tx, counted.Done + counted.Unchanged + counted.Refused, counted.Total);
        return items.Count;
    }

    private sealed class Undone : Exception;
}
