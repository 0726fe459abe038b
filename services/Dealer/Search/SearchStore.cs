using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Search;

/// <summary>A partner, and the term it was found by.</summary>
public sealed class SearchHit : PartnerRow
{
    public string Term { get; set; } = "";
}

/// <summary>What search reads of a partner where it looks through a narrow scope.</summary>
public sealed class SearchableRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Contact { get; set; } = "";
    public string Phone { get; set; } = "";
    public string Address { get; set; } = "";
    public string CityCode { get; set; } = "";
}

/// <summary>
/// The search index: a row for each term of each partner, ordered by tier and term. What begins with a text is one range
/// of it, so the best hits are read first and reading stops when the page is full.
/// </summary>
public static class SearchStore
{
    private const string Filters = $"""
        (@Stage = '' OR stage = @Stage) AND (@CityCode = '' OR city_code = @CityCode) AND (@Kind = '' OR kind = @Kind) AND merged_into IS NULL AND {Scope.SqlFilter}
        """;

    // CROSS JOIN: SQLite then takes the terms in their order, as SQL Server does by itself for the first rows of an ordered range.
    private const string SelectByTerm = $"""
        SELECT term AS Term, {PartnerStore.Columns}
        FROM partner_terms CROSS JOIN partners
        WHERE id = partner_id AND tier = @tier AND term >= @from AND term < @until AND (term > @from OR partner_id > @afterId) AND {Filters}
        ORDER BY term, partner_id LIMIT @n
        """;
    private const string SelectOfCity = $"""
        SELECT city_code AS Term, {PartnerStore.Columns} FROM partners WHERE city_code = @city AND id > @afterId AND {Filters} ORDER BY id LIMIT @n
        """;

    private const string Searchable = "id AS Id, name AS Name, contact AS Contact, phone AS Phone, address AS Address, city_code AS CityCode";
    private const string SelectAssigned = $"SELECT {Searchable} FROM partners WHERE assignee_id = @Assignee AND {Filters} ORDER BY id LIMIT @n";
    private const string SelectBelow = $"SELECT {Searchable} FROM partners WHERE {Filters} ORDER BY scope_path LIMIT @n";
    private const string SelectByIds = $"SELECT {PartnerStore.Columns} FROM partners WHERE id IN @ids";

    // The few that wait first: SQLite would look for them in the whole scope.
    private const string SelectWaiting = $"""
        SELECT {Searchable}
        FROM (SELECT id AS waiting_id FROM partners WHERE terms_version = 0 ORDER BY id LIMIT @n) w CROSS JOIN partners
        WHERE id = waiting_id AND {Filters}
        """;

    // Of names and contacts; the other tiers have no words.
    private const string TermsOfWord = "FROM partner_terms WHERE tier IN (0, 1, 3) AND term >= @Prefix AND term < @until";
    private const string PartnersOfCities = "FROM partners WHERE city_code IN @Cities";
    private const string CountOfWord = $"""
        SELECT (SELECT COUNT(*) FROM (SELECT tier {TermsOfWord} ORDER BY tier, term LIMIT @n) t)
            + (SELECT COUNT(*) FROM (SELECT id {PartnersOfCities} ORDER BY city_code, id LIMIT @n) c)
        """;
    private const string SelectOfWord = $"""
        SELECT {Searchable}
        FROM (SELECT partner_id AS word_id {TermsOfWord} UNION SELECT id AS word_id {PartnersOfCities}) w CROSS JOIN partners
        WHERE id = word_id AND {Filters}
        """;

    private const string SelectSearchable = $"SELECT {Searchable} FROM partners WHERE id = @id";
    private const string CountIndexed = "SELECT COUNT(*) FROM partners WHERE id = @id AND terms_version = 1";
    private const string SelectUnindexed = "SELECT id FROM partners WHERE terms_version = 0 ORDER BY id LIMIT @n";
    private const string MarkIndexed = "UPDATE partners SET terms_version = 1 WHERE id = @id AND terms_version = 0";
    private const string Delete = "DELETE FROM partner_terms WHERE tier = @Tier AND term = @Term AND partner_id = @id";
    private const string Insert = "INSERT INTO partner_terms (tier, term, partner_id) VALUES (@Tier, @Term, @id)";

    /// <summary>The partners found by a term of the segment, after the given one, in order of term and id.</summary>
    public static Task<List<SearchHit>> InSegmentAsync(Session s, Scope scope, PartnerFilter filter, SearchSegment segment, string afterTerm, string afterId, int n)
    {
        var values = new
        {
            tier = segment.Tier,
            city = segment.Prefix,
            from = afterTerm.Length == 0 ? segment.Prefix : afterTerm,
            until = Until(segment.Prefix),
            afterId,
            filter.Stage,
            filter.CityCode,
            filter.Kind,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            n,
        };
        return segment.Tier == SearchEntry.City ? s.QueryAsync<SearchHit>(SelectOfCity, values) : s.QueryAsync<SearchHit>(SelectByTerm, values);
    }

    /// <summary>Up to n partners of the scope.</summary>
    public static Task<List<SearchableRow>> InScopeAsync(Session s, Scope scope, PartnerFilter filter, int n)
    {
        var values = new { filter.Stage, filter.CityCode, filter.Kind, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n };
        return scope.Assignee is null ? s.QueryAsync<SearchableRow>(SelectBelow, values) : s.QueryAsync<SearchableRow>(SelectAssigned, values);
    }

    public static Task<List<PartnerRow>> ByIdsAsync(Session s, IReadOnlyCollection<string> ids) => s.QueryAsync<PartnerRow>(SelectByIds, new { ids });

    /// <summary>Those of the first n partners that wait to be indexed which are in the scope.</summary>
    public static Task<List<SearchableRow>> WaitingAsync(Session s, Scope scope, PartnerFilter filter, int n) =>
        s.QueryAsync<SearchableRow>(SelectWaiting, new { filter.Stage, filter.CityCode, filter.Kind, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    /// <summary>How many terms and partners the word is found by; n or more says only that they are many.</summary>
    public static Task<long> CountOfWordAsync(Session s, WordPlaces word, int n) =>
        s.ScalarAsync<long>(CountOfWord, new { word.Prefix, until = Until(word.Prefix), word.Cities, n });

    /// <summary>All partners of the scope that the word is found by.</summary>
    public static Task<List<SearchableRow>> OfWordAsync(Session s, Scope scope, PartnerFilter filter, WordPlaces word) =>
        s.QueryAsync<SearchableRow>(SelectOfWord, new { word.Prefix, until = Until(word.Prefix), word.Cities, filter.Stage, filter.CityCode, filter.Kind, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    // No text has this character, and it is the last of the plane in either database's order.
    private static string Until(string prefix) => prefix + '\uffff';

    public static Task<SearchableRow?> FindAsync(Session s, string id) => s.FirstOrDefaultAsync<SearchableRow>(SelectSearchable, new { id });

    public static async Task<bool> IsIndexedAsync(Session s, string id) => await s.ScalarAsync<long>(CountIndexed, new { id }) == 1;

    public static Task<List<string>> UnindexedAsync(Session s, int n) => s.QueryAsync<string>(SelectUnindexed, new { n });

    /// <returns>False when another instance was faster.</returns>
    public static async Task<bool> MarkIndexedAsync(Tx tx, string id) => await tx.ExecuteAsync(MarkIndexed, new { id }) == 1;

    public static async Task DeleteAsync(Tx tx, string id, IEnumerable<SearchTerm> terms)
    {
        foreach (var term in terms)
            await tx.ExecuteAsync(Delete, new { term.Tier, term.Term, id });
    }

    /// <summary>
    /// One by one: a statement of many rows keeps a copy of every page that it may have to undo, which costs SQLite more than
    /// the rows themselves.
    /// </summary>
    public static async Task InsertAsync(Tx tx, string id, IEnumerable<SearchTerm> terms)
    {
        foreach (var term in terms)
            await tx.ExecuteAsync(Insert, new { term.Tier, term.Term, id });
    }
}
