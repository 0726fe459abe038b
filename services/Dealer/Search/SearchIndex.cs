using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Search;

/// <summary>
/// Keeps the terms of partners. A new partner gets its fifty or so terms a moment later, so that creating is not slowed by
/// them; until then search looks at it beside the index. A changed name changes its terms in the same transaction.
/// </summary>
public static class SearchIndex
{
    private const int Batch = 50;

    /// <summary>Brings the terms of a partner that was changed up to date; in the transaction that has changed it.</summary>
    public static async Task ChangeAsync(Tx tx, SearchableRow before, PartnerRow row)
    {
        if ((before.Name, before.Contact, before.Phone) == (row.Name, row.Contact, row.Phone) || !await SearchStore.IsIndexedAsync(tx, row.Id))
            return;
        HashSet<SearchTerm> old = [.. Entry(before).Terms()];
        HashSet<SearchTerm> now = [.. new SearchEntry(row).Terms()];
        await SearchStore.DeleteAsync(tx, row.Id, old.Except(now));
        await SearchStore.InsertAsync(tx, row.Id, now.Except(old));
    }

    /// <summary>Indexes partners that are not yet; for the sweep.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> FillAsync(Db db)
    {
        var waiting = await db.ReadAsync(s => SearchStore.UnindexedAsync(s, Batch));
        if (waiting.Count == 0)
            return 0;
        return await db.WriteAsync(async tx =>
        {
            foreach (var id in waiting)
                // Marked first: then nobody changes the name between its reading and the writing of its terms.
                if (await SearchStore.MarkIndexedAsync(tx, id))
                    await SearchStore.InsertAsync(tx, id, Entry((await SearchStore.FindAsync(tx, id))!).Terms());
            return waiting.Count;
        });
    }

    public static SearchEntry Entry(SearchableRow row) => new(row.Id, row.Name, row.Contact, row.Phone, row.CityCode);
}
