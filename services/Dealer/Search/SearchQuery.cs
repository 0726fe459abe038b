using System.Collections.Frozen;
using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Search;

/// <summary>Where hits are looked for, in order of rank: terms of a tier that begin so, or the partners of a city.</summary>
/// <param name="Prefix">What the terms begin with; for the city tier the city's code.</param>
/// <param name="Loose">The hits are only likely: terms that hold a part of the query.</param>
public sealed record SearchSegment(int Tier, string Prefix, bool Loose);

/// <summary>Where every partner stands that has a word: under terms that begin so, or in one of the cities.</summary>
public sealed record WordPlaces(string Prefix, IReadOnlyCollection<string> Cities);

/// <summary>
/// What somebody types to find a partner: Chinese, pinyin, initials, digits, mixed at will; words apart may stand in
/// different fields. A pure function of the text, so that pages can go on in its segments.
/// </summary>
public sealed class SearchQuery
{
    /// <summary>Longer queries are cut; see SearchText.Contains.</summary>
    private const int Longest = 60;
    private const int MostAnchors = 6;

    private static readonly (string Code, SearchText Name)[] AllCities =
        [.. Divisions.Provinces.SelectMany(province => Divisions.Cities(province.Code)).Select(city => (city.Code, new SearchText(city.Name)))];

    private readonly Dictionary<string, FrozenSet<string>> cities = [];
    private readonly List<SearchSegment> direct;
    private readonly Lazy<List<SearchSegment>> loose;

    /// <param name="text">As typed.</param>
    /// <param name="seesPhones">Whether the caller may find phones by a part of them.</param>
    public SearchQuery(string text, bool seesPhones)
    {
        SeesPhones = seesPhones;
        Words = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(PartnerRules.NameKey).Where(word => word.Length > 0)];
        Joined = string.Concat(Words);
        if (Joined.Length > Longest)
            Joined = Joined[..Longest];
        // 138-1234 5678 is one number.
        if (PhoneNumbers.Digits(text) is [var number] && Joined.Length >= 7 && Joined.TrimStart('+').All(char.IsAsciiDigit))
            (Joined, Words) = (number, [number]);
        direct = [.. Direct()];
        loose = new(() => [.. Anchors().Take(MostAnchors).SelectMany(Loosely)]);
    }

    public bool SeesPhones { get; }

    /// <summary>All of it as one text.</summary>
    public string Joined { get; }

    public IReadOnlyList<string> Words { get; }

    public bool IsEmpty => Joined.Length == 0;

    /// <summary>
    /// Those of several words that each match must have where the index tells of it: Chinese ones. Others may be mixed
    /// spellings, of which there are no terms.
    /// </summary>
    public IEnumerable<WordPlaces> Telling =>
        from word in Words.Count > 1 ? Words.OrderByDescending(Weight) : Enumerable.Empty<string>()
        where word.All(character => character > 127)
        select new WordPlaces(Short(word), [.. Cities(word).Union(Cities(Joined))]);

    /// <summary>The segment of that number, the best ones first; null after the last. Those of likely hits are worked out when they are asked for.</summary>
    public SearchSegment? Segment(int number) =>
        number < direct.Count ? direct[number] : loose.Value.ElementAtOrDefault(number - direct.Count);

    /// <summary>Codes of the cities whose name the text begins.</summary>
    public FrozenSet<string> Cities(string text)
    {
        if (!cities.TryGetValue(text, out var codes))
            cities[text] = codes = text.Length < 2 ? [] : AllCities.Where(city => city.Name.Begins(text)).Select(city => city.Code).ToFrozenSet();
        return codes;
    }

    /// <summary>Where this partner's best hit is, and by which term; null when it does not match.</summary>
    public (int Segment, string Term)? FirstHit(SearchEntry entry)
    {
        if (!entry.Matches(this))
            return null;
        for (var i = 0; Segment(i) is { } segment; i++)
            if (HitIn(entry, segment) is { } term)
                return (i, term);
        return null;
    }

    private static string? HitIn(SearchEntry entry, SearchSegment segment) =>
        segment.Tier == SearchEntry.City
            ? (entry.CityCode == segment.Prefix ? segment.Prefix : null)
            : entry.FirstTerm(segment.Tier, segment.Prefix);

    private IEnumerable<SearchSegment> Direct()
    {
        if (IsEmpty)
            yield break;
        yield return new(SearchEntry.NameStart, Joined, false);
        yield return new(SearchEntry.NameInside, Short(Joined), false);
        foreach (var city in Cities(Joined).Order(StringComparer.Ordinal))
            yield return new(SearchEntry.City, city, false);
        yield return new(SearchEntry.Contact, Short(Joined), false);
        if (Joined.Length >= SearchEntry.FewestDigits && Joined.All(char.IsAsciiDigit))
            yield return new(SearchEntry.Phone, Joined, false);
    }

    private static IEnumerable<SearchSegment> Loosely(string anchor)
    {
        yield return new(SearchEntry.NameStart, anchor, true);
        yield return new(SearchEntry.NameInside, Short(anchor), true);
        yield return new(SearchEntry.Contact, Short(anchor), true);
        if (anchor.Length >= SearchEntry.FewestDigits && anchor.All(char.IsAsciiDigit))
            yield return new(SearchEntry.Phone, anchor, true);
    }

    /// <summary>Parts of the query that a match is likely found by, the most telling first.</summary>
    private IEnumerable<string> Anchors()
    {
        IEnumerable<string> words = Words.Count > 1 ? Words.OrderByDescending(Weight) : [];
        return words.Concat(Words.SelectMany(MixedSpelling.Anchors)).Distinct();
    }

    // A Chinese character says about as much as three letters.
    private static int Weight(string word) => word.Sum(character => char.IsAscii(character) ? 1 : 3);

    private static string Short(string text) => text.Length <= SearchEntry.ShortTerm ? text : text[..SearchEntry.ShortTerm];
}
