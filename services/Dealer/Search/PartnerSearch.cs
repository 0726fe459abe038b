using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Search;

/// <summary>
/// Finds partners, the best hits first. In a wide scope it reads along the index and stops when the page is full; a scope
/// of few partners, for which most of what the index has would be foreign, it looks through as a whole, and likewise the
/// few partners that have a rare one of several words.
/// </summary>
public static class PartnerSearch
{
    private const int NarrowScope = 500;
    private const int RareWord = 1000;

    /// <summary>At most so many partners that only likely match are looked at for one page; the next page goes on from there.</summary>
    private const int MostUnlikely = 500;

    /// <summary>Partners that wait to be indexed are looked through; should there be a flood of them, the rest shows up as it is indexed.</summary>
    private const int MostWaiting = 500;

    /// <returns>The page's rows and the token of the next page.</returns>
    public static async Task<(List<PartnerRow> Rows, string NextPageToken)> FindAsync(Session s, Scope scope, Page page, PartnerFilter filter, SearchQuery query)
    {
        if (scope.Assignee is not null || scope.Path.Count(c => c == '/') > 2)
        {
            var few = await SearchStore.InScopeAsync(s, scope, filter, NarrowScope + 1);
            if (few.Count <= NarrowScope)
                return await ReplyAsync(s, page, Hits(few, page, query), []);
        }
        return await RareWordAsync(s, query) is { } rare
            ? await OfWordAsync(s, scope, page, filter, query, rare)
            : await AlongIndexAsync(s, scope, page, filter, query);
    }

    private static async Task<WordPlaces?> RareWordAsync(Session s, SearchQuery query)
    {
        foreach (var word in query.Telling)
            if (await SearchStore.CountOfWordAsync(s, word, RareWord) < RareWord)
                return word;
        return null;
    }

    private static async Task<(List<PartnerRow> Rows, string NextPageToken)> OfWordAsync(Session s, Scope scope, Page page, PartnerFilter filter, SearchQuery query, WordPlaces word)
    {
        // Read first, as along the index; what is indexed meanwhile must not be there twice.
        var waiting = await SearchStore.WaitingAsync(s, scope, filter, MostWaiting);
        var found = await SearchStore.OfWordAsync(s, scope, filter, word);
        return await ReplyAsync(s, page, Hits([.. waiting.Concat(found).DistinctBy(row => row.Id)], page, query), []);
    }

    private static async Task<(List<PartnerRow> Rows, string NextPageToken)> AlongIndexAsync(Session s, Scope scope, Page page, PartnerFilter filter, SearchQuery query)
    {
        // Read first: what is indexed meanwhile is then found twice rather than not at all.
        var waiting = Hits(await SearchStore.WaitingAsync(s, scope, filter, MostWaiting), page, query);
        var rows = new Dictionary<string, PartnerRow>();
        var hits = new List<Hit>();
        var unlikely = 0;
        var last = Hit.From(page.After);
        for (var at = last.Segment; hits.Count < page.Fetch && query.Segment(at) is { } segment; last = new Hit(++at, "", ""))
        {
            List<SearchHit> read;
            var n = page.Fetch - hits.Count;
            do
            {
                read = await SearchStore.InSegmentAsync(s, scope, filter, segment, last.Term, last.Id, n);
                foreach (var row in read)
                {
                    last = new Hit(at, row.Term, row.Id);
                    if (query.FirstHit(new SearchEntry(row)) == (at, row.Term))
                    {
                        hits.Add(last);
                        rows[row.Id] = row;
                    }
                    else if (segment.Loose && ++unlikely == MostUnlikely)
                        return await ReplyAsync(s, page, [.. hits.Union(waiting.Where(hit => hit.CompareTo(last) <= 0)).Order()], rows, page.Token(last.Key));
                }
            }
            while (read.Count == n && hits.Count < page.Fetch);
        }
        return await ReplyAsync(s, page, [.. hits.Union(waiting).Order().Take(page.Fetch)], rows);
    }

    private static List<Hit> Hits(List<SearchableRow> rows, Page page, SearchQuery query)
    {
        var after = Hit.From(page.After);
        var hits = from row in rows
                   let first = query.FirstHit(SearchIndex.Entry(row))
                   where first is not null
                   select new Hit(first.Value.Segment, first.Value.Term, row.Id);
        return [.. hits.Where(hit => page.After.Length == 0 || hit.CompareTo(after) > 0).Order().Take(page.Fetch)];
    }

    /// <param name="read">Rows that were read already.</param>
    /// <param name="unfinished">The token to go on with although the page is not full; empty when all was looked at.</param>
    private static async Task<(List<PartnerRow> Rows, string NextPageToken)> ReplyAsync(Session s, Page page, List<Hit> hits, Dictionary<string, PartnerRow> read, string unfinished = "")
    {
        var next = page.Cut(hits, hit => hit.Key);
        var unread = hits.Select(hit => hit.Id).Where(id => !read.ContainsKey(id)).ToList();
        if (unread.Count > 0)
            foreach (var row in await SearchStore.ByIdsAsync(s, unread))
                read[row.Id] = row;
        return ([.. hits.Where(hit => read.ContainsKey(hit.Id)).Select(hit => read[hit.Id])], next.Length > 0 ? next : unfinished);
    }

    /// <summary>A place in the order of hits.</summary>
    private readonly record struct Hit(int Segment, string Term, string Id) : IComparable<Hit>
    {
        private const char Between = '\n';

        public string Key => string.Join(Between, Segment, Term, Id);

        public static Hit From(string key) =>
            key.Split(Between) is [var segment, var term, var id] && int.TryParse(segment, out var at) ? new(at, term, id) : new(0, "", "");

        public int CompareTo(Hit other) =>
            Segment != other.Segment ? Segment.CompareTo(other.Segment)
            : string.CompareOrdinal(Term, other.Term) is var byTerm and not 0 ? byTerm
            : string.CompareOrdinal(Id, other.Id);
    }
}
