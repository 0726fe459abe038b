using Qudao.Dealer.Duplicates;
using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Search;

/// <summary>
/// Keeps the terms of partners. A new partner gets its fifty or so terms a moment later, so that creating is not slowed by
/// them; until then search looks at it beside the index. A changed name changes its terms in the same transaction.
/// </summary>
public static class SearchIndex
{
    private const int Batch = 200;

    /// <summary>Brings the terms of a partner that was changed up to date; in the transaction that has changed it.</summary>
    public static async Task ChangeAsync(Tx tx, SearchableRow before, PartnerRow row)
    {
        var same = (before.Name, before.Contact, before.Phone, before.Address, before.CityCode) == (row.Name, row.Contact, row.Phone, row.Address, row.CityCode);
        if (same || !await SearchStore.IsIndexedAsync(tx, row.Id))
            return;
        var (old, now) = (Terms(before), Terms((await SearchStore.FindAsync(tx, row.Id))!));
        await SearchStore.DeleteAsync(tx, row.Id, old.Except(now));
        await SearchStore.InsertAsync(tx, row.Id, now.Except(old));
    }

    /// <summary>Takes a partner out of the index, for good.</summary>
    public static async Task RemoveAsync(Tx tx, PartnerRow row)
    {
        // Marked: otherwise the sweep would bring it in.
        if (!await SearchStore.MarkIndexedAsync(tx, row.Id))
            await SearchStore.DeleteAsync(tx, row.Id, Terms((await SearchStore.FindAsync(tx, row.Id))!));
    }

    /// <summary>
    /// Indexes partners that are not yet; for the sweep. The terms of one lie all over the index, so that they cost many times
    /// what the partner itself does: whoever waits to write goes first.
    /// </summary>
    /// <returns>How many.</returns>
    public static async Task<int> FillAsync(Db db)
    {
        await db.GiveWayAsync();
        var waiting = await db.ReadAsync(s => SearchStore.UnindexedAsync(s, Batch));
        if (waiting.Count == 0)
            return 0;
        return await db.WriteAsync(async tx =>
        {
            var terms = new List<(SearchTerm Term, string Id)>();
            foreach (var id in waiting)
                // Marked first: then nobody changes the name between its reading and the writing of its terms.
                if (await SearchStore.MarkIndexedAsync(tx, id))
                    terms.AddRange(Terms((await SearchStore.FindAsync(tx, id))!).Select(term => (term, id)));
            // In the order of the index: neighbours go to the same page.
            foreach (var (term, id) in terms.OrderBy(t => t.Term.Tier).ThenBy(t => t.Term.Term, StringComparer.Ordinal))
                await SearchStore.InsertAsync(tx, id, [term]);
            return waiting.Count;
        });
    }

    /// <summary>What a partner is found by, and the keys that it shares with its duplicates.</summary>
    public static HashSet<SearchTerm> Terms(SearchableRow row) =>
        [.. Entry(row).Terms(), .. DuplicateRules.Terms(DuplicateRules.Keys(row.Name, row.Phone, row.Address, row.CityCode))];

    public static SearchEntry Entry(SearchableRow row) => new(row.Id, row.Name, row.Contact, row.Phone, row.CityCode);
}
