using Qudao.Dealer.Partners;

namespace Qudao.Dealer.Search;

/// <summary>A term under which a partner is found, and how well that hit ranks.</summary>
public readonly record struct SearchTerm(int Tier, string Term);

/// <summary>What search knows of a partner: its name, contact and phones as terms, its city by its code.</summary>
public sealed class SearchEntry(string id, string name, string contact, string phone, string cityCode)
{
    /// <summary>Tiers of hits, best first; the city's hits are no terms but the partners of the city.</summary>
    public const int NameStart = 0, NameInside = 1, City = 2, Contact = 3, Phone = 4;

    /// <summary>Names are found by their whole beginning, so that the exact one comes first; what follows, by eight characters: the rest is checked.</summary>
    public const int LongTerm = 60, ShortTerm = 8;

    /// <summary>Fewer digits than this are no search for a phone.</summary>
    public const int FewestDigits = 3;

    private readonly SearchText name = new(name);
    private readonly SearchText contact = new(contact);
    private readonly IReadOnlyList<string> phones = PhoneNumbers.Digits(phone);

    public SearchEntry(PartnerRow row)
        : this(row.Id, row.Name, row.Contact, row.Phone, row.CityCode)
    {
    }

    public string Id => id;

    public string CityCode => cityCode;

    /// <summary>Every term of the partner, as the index keeps them.</summary>
    public IEnumerable<SearchTerm> Terms() => new[] { NameStart, NameInside, Contact, Phone }.SelectMany(tier => TermsOf(tier, null)).Distinct();

    /// <summary>The least of the partner's terms in a tier that begin so; null when none does.</summary>
    public string? FirstTerm(int tier, string prefix) =>
        TermsOf(tier, prefix[0]).Select(term => term.Term).Where(term => term.StartsWith(prefix, StringComparison.Ordinal)).Min(StringComparer.Ordinal);

    /// <param name="first">Only terms that may begin with this character, when given.</param>
    private IEnumerable<SearchTerm> TermsOf(int tier, char? first) => tier switch
    {
        NameStart => Spellings(name, 0, Math.Min(1, name.Key.Length), LongTerm, first).Select(term => new SearchTerm(tier, term)),
        NameInside => Spellings(name, 1, name.Key.Length, ShortTerm, first).Select(term => new SearchTerm(tier, term)),
        Contact => Spellings(contact, 0, contact.Key.Length, ShortTerm, first).Select(term => new SearchTerm(tier, term)),
        Phone => phones.SelectMany(Endings).Select(term => new SearchTerm(tier, term)),
        _ => [],
    };

    private static IEnumerable<string> Spellings(SearchText text, int from, int until, int length, char? first) =>
        Enumerable.Range(from, Math.Max(0, until - from)).Where(at => first is null || text.MayBegin(at, first.Value)).SelectMany(at => text.Spellings(at, length));

    /// <summary>Whether one of the fields holds the whole query, or each of its words stands in some field.</summary>
    public bool Matches(SearchQuery query) => Holds(query.Joined, query) || (query.Words.Count > 1 && query.Words.All(word => Holds(word, query)));

    private bool Holds(string text, SearchQuery query) =>
        name.Contains(text) || contact.Contains(text) || query.Cities(text).Contains(cityCode) || HoldsDigits(text, query.SeesPhones);

    // Who may not read the phones must not find them digit by digit either; a whole number he knows already.
    private bool HoldsDigits(string text, bool seesPhones) =>
        text.Length >= FewestDigits && text.All(char.IsAsciiDigit) && phones.Any(phone => seesPhones ? phone.Contains(text, StringComparison.Ordinal) : phone == text);

    private static IEnumerable<string> Endings(string digits) =>
        Enumerable.Range(0, Math.Max(0, digits.Length - FewestDigits + 1)).Select(at => digits.Substring(at, Math.Min(LongTerm, digits.Length - at)));
}
