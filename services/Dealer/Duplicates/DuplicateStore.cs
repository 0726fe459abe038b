using System.Globalization;
using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Duplicates;

/// <summary>A key that several partners share.</summary>
public sealed class SharedKeyRow
{
    private const char Between = '\n';

    public int Tier { get; set; }
    public string Term { get; set; } = "";

    /// <summary>Where it stands in the list.</summary>
    public static string KeyOf(SharedKeyRow row) => $"{row.Tier}{Between}{row.Term}";

    /// <summary>Reads what KeyOf writes.</summary>
    public static (int Tier, string Term)? Read(string key) =>
        key.Split(Between) is [var tier, var term] && int.TryParse(tier, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (number, term) : null;
}

public sealed class DistinctRow
{
    public string FirstId { get; set; } = "";
    public string SecondId { get; set; } = "";
}

/// <summary>Likely duplicates: partners with a key in common stand side by side in the index, so no pairs are tried.</summary>
public static class DuplicateStore
{
    // In the order of the index: reading stops when the page is full.
    private const string SelectShared = $"""
        SELECT tier AS Tier, term AS Term
        FROM partner_terms CROSS JOIN partners
        WHERE id = partner_id AND tier >= @afterTier AND tier <= 12 AND (tier > @afterTier OR term > @afterTerm)
          AND merged_into IS NULL AND (@organisationId = '' OR organisation_id = @organisationId) AND {Scope.SqlFilter}
        GROUP BY tier, term HAVING COUNT(*) > 1 ORDER BY tier, term LIMIT @n
        """;
    private const string SelectOfKey = $"""
        SELECT {PartnerStore.Columns}
        FROM partner_terms CROSS JOIN partners
        WHERE id = partner_id AND tier = @tier AND term = @term AND merged_into IS NULL AND (@organisationId = '' OR organisation_id = @organisationId) AND {Scope.SqlFilter}
        ORDER BY partner_id LIMIT @n
        """;
    private const string SelectDistinct = "SELECT first_id AS FirstId, second_id AS SecondId FROM distinct_partners WHERE first_id IN @ids AND second_id IN @ids";
    private const string InsertDistinct = """
        INSERT INTO distinct_partners (first_id, second_id, created_us)
        SELECT @first, @second, @now WHERE NOT EXISTS (SELECT 1 FROM distinct_partners WHERE first_id = @first AND second_id = @second)
        """;

    public static Task<List<SharedKeyRow>> SharedAsync(Session s, Scope scope, string organisationId, int afterTier, string afterTerm, int n) =>
        s.QueryAsync<SharedKeyRow>(SelectShared, new { organisationId, afterTier, afterTerm, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    public static Task<List<PartnerRow>> OfKeyAsync(Session s, Scope scope, string organisationId, int tier, string term, int n) =>
        s.QueryAsync<PartnerRow>(SelectOfKey, new { organisationId, tier, term, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    /// <summary>Which of these partners were marked as not the same.</summary>
    public static async Task<HashSet<(string, string)>> DistinctAsync(Session s, IReadOnlyCollection<string> ids) =>
        [.. (await s.QueryAsync<DistinctRow>(SelectDistinct, new { ids })).Select(row => (row.FirstId, row.SecondId))];

    public static Task MarkDistinctAsync(Tx tx, string a, string b)
    {
        var (first, second) = Pair(a, b);
        return tx.ExecuteAsync(InsertDistinct, new { first, second, now = tx.NowMicros });
    }

    public static (string First, string Second) Pair(string a, string b) => string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);
}
