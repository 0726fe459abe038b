using Qudao.Dealer.Partners;
using Qudao.Dealer.Search;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Duplicates;

/// <summary>A partner that may be the one asked about.</summary>
public sealed record Candidate(PartnerRow Row, Likeness Likeness);

/// <summary>Finds likely duplicates of one partner, and groups of them.</summary>
public static class DuplicateFinder
{
    private const int MostOfKey = 50;
    private const int MostWaiting = 500;
    private const int MostInGroup = 10;

    /// <summary>The likeliest first.</summary>
    /// <param name="id">The partner itself when it is there already; else empty.</param>
    public static async Task<List<Candidate>> CandidatesAsync(Session s, Scope scope, string id, DuplicateKeys keys, int most)
    {
        var rows = new Dictionary<string, PartnerRow>();
        foreach (var term in DuplicateRules.Terms(keys))
            foreach (var row in await DuplicateStore.OfKeyAsync(s, scope, "", term.Tier, term.Term, MostOfKey))
                rows[row.Id] = row;
        foreach (var row in await WaitingAsync(s, scope))
            rows[row.Id] = row;
        rows.Remove(id);
        var distinct = id.Length == 0 ? [] : await DuplicateStore.DistinctAsync(s, [id, .. rows.Keys]);
        return [.. rows.Values.Where(row => !distinct.Contains(DuplicateStore.Pair(id, row.Id)))
            .Select(row => new Candidate(row, DuplicateRules.Compare(keys, KeysOf(row))))
            .Where(candidate => candidate.Likeness.Score >= DuplicateRules.LeastScore)
            .OrderByDescending(candidate => candidate.Likeness.Score).ThenBy(candidate => candidate.Row.Id, StringComparer.Ordinal).Take(most)];
    }

    /// <summary>The partners of a shared key and the score of the likeliest two; null when all of them were marked distinct.</summary>
    public static async Task<(List<PartnerRow> Rows, int Score)?> GroupAsync(Session s, Scope scope, string organisationId, SharedKeyRow key)
    {
        var rows = await DuplicateStore.OfKeyAsync(s, scope, organisationId, key.Tier, key.Term, MostInGroup);
        var distinct = await DuplicateStore.DistinctAsync(s, [.. rows.Select(row => row.Id)]);
        var pairs = from first in rows
                    from second in rows
                    where string.CompareOrdinal(first.Id, second.Id) < 0 && !distinct.Contains((first.Id, second.Id))
                    select DuplicateRules.Compare(KeysOf(first), KeysOf(second)).Score;
        return pairs.DefaultIfEmpty(0).Max() is var score and > 0 ? (rows, score) : null;
    }

    public static DuplicateKeys KeysOf(PartnerRow row) => DuplicateRules.Keys(row.Name, row.Phone, row.Address, row.CityCode);

    private static async Task<List<PartnerRow>> WaitingAsync(Session s, Scope scope)
    {
        var waiting = await SearchStore.WaitingAsync(s, scope, new PartnerFilter("", "", ""), MostWaiting);
        return waiting.Count == 0 ? [] : await SearchStore.ByIdsAsync(s, [.. waiting.Select(row => row.Id)]);
    }
}
