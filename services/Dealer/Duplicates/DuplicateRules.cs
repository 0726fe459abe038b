using System.Text;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Search;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Duplicates;

/// <summary>What a partner is compared by; each key holds the city, for the same name in two cities is two shops.</summary>
public sealed record DuplicateKeys(string FullName, string? Name, IReadOnlyList<string> Phones, string? Address);

/// <summary>How alike two partners are.</summary>
public sealed record Likeness(int Score, IReadOnlyList<DuplicateReason> Reasons);

/// <summary>When two partners are likely one: pure functions of what people wrote.</summary>
public static class DuplicateRules
{
    /// <summary>Tiers of the search index that hold the keys.</summary>
    public const int NameTier = 10, PhoneTier = 11, AddressTier = 12;

    /// <summary>From here on a candidate is worth showing. A shared telephone alone is: shops of one group share it, and so do duplicates.</summary>
    public const int LeastScore = 30;

    /// <summary>From here on two are all but surely one.</summary>
    public const int SureScore = 70;

    // Our weights: a name is rarely shared by chance, a switchboard or a car mall's address often.
    private const int NameScore = 50, FullNameScore = 20, PhoneScore = 40, AddressScore = 30;
    private const int ShortestAddress = 5;

    // Legal forms and trade words, longer before shorter where one ends another.
    private static readonly string[] Endings =
    [
        "汽车销售服务有限公司", "汽车销售有限公司", "汽车服务有限公司", "汽车贸易有限公司", "汽车销售服务", "汽车销售", "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "分公司", "公司", "集团", "4s店", "4s", "专营店", "专卖店", "特约店", "旗舰店", "展厅", "店",
        "销售服务", "销售", "服务", "贸易", "维修", "汽贸", "汽车",
    ];

    public static DuplicateKeys Keys(string name, string phone, string address, string cityCode) => new(
        PartnerRules.NameKey(name) + "@" + cityCode,
        CoreName(name, cityCode) is { Length: > 1 } core ? Cut(core, cityCode) : null,
        [.. PhoneNumbers.Digits(phone).Select(digits => Local(digits) is { } local ? Cut(local, cityCode) : digits).Distinct()],
        CoreAddress(address, cityCode) is { Length: >= ShortestAddress } place ? Cut(place, cityCode) : null);

    /// <summary>The keys as terms of the index.</summary>
    public static IEnumerable<SearchTerm> Terms(DuplicateKeys keys) =>
    [
        .. keys.Name is { } name ? [new SearchTerm(NameTier, name)] : Array.Empty<SearchTerm>(),
        .. keys.Phones.Select(phone => new SearchTerm(PhoneTier, phone)),
        .. keys.Address is { } address ? [new SearchTerm(AddressTier, address)] : Array.Empty<SearchTerm>(),
    ];

    public static Likeness Compare(DuplicateKeys a, DuplicateKeys b)
    {
        var (name, phone, address) = (a.Name is not null && a.Name == b.Name, a.Phones.Intersect(b.Phones).Any(), a.Address is not null && a.Address == b.Address);
        var score = (name ? NameScore : 0) + (a.FullName == b.FullName ? FullNameScore : 0) + (phone ? PhoneScore : 0) + (address ? AddressScore : 0);
        return new(Math.Min(score, 100),
        [
            .. name ? [DuplicateReason.Name] : Array.Empty<DuplicateReason>(),
            .. phone ? [DuplicateReason.Phone] : Array.Empty<DuplicateReason>(),
            .. address ? [DuplicateReason.Address] : Array.Empty<DuplicateReason>(),
        ]);
    }

    /// <summary>What is left of a name without its province and city in front and legal form and trade words behind: 协众江宁 of 南京协众汽车销售有限公司（江宁）.</summary>
    public static string CoreName(string name, string cityCode)
    {
        var key = WithoutPlace(PartnerRules.NameKey(name), cityCode, areas: false);
        var core = new StringBuilder(key);
        // The trade words may stand before a branch's name in brackets too: 协众汽车销售有限公司江宁.
        foreach (var longest in Endings.Where(ending => ending.Length >= 4))
            core.Replace(longest, "");
        var rest = core.ToString();
        while (Endings.FirstOrDefault(ending => rest.EndsWith(ending, StringComparison.Ordinal)) is { } end)
            rest = rest[..^end.Length];
        return rest.Length > 0 ? rest : key;
    }

    /// <summary>An address without province, city and area, spaces and punctuation: 江苏省南京市江宁区宏运大道 2199 号 is 宏运大道2199号.</summary>
    public static string CoreAddress(string address, string cityCode) => WithoutPlace(PartnerRules.NameKey(address), cityCode, areas: true);

    /// <summary>A landline's number without its area code; null for mobiles and service numbers, which are one in the whole country.</summary>
    public static string? Local(string digits) => digits switch
    {
        // 010 and 02x have three digits, all other area codes four.
        ['0', '1' or '2', ..] when digits.Length is 10 or 11 => digits[3..],
        ['0', ..] when digits.Length is 11 or 12 => digits[4..],
        _ => digits.Length is 7 or 8 ? digits : null,
    };

    private static string WithoutPlace(string key, string cityCode, bool areas)
    {
        var place = Divisions.PlaceOf(cityCode);
        if (place is null)
            return key;
        var rest = Drop(Drop(key, place.Province), place.City);
        if (!areas)
            return rest;
        var area = Divisions.Areas(cityCode).FirstOrDefault(a => rest.StartsWith(a.Name, StringComparison.Ordinal));
        return area is null ? rest : rest[area.Name.Length..];
    }

    private static string Drop(string key, Division division) =>
        key.StartsWith(division.Name, StringComparison.Ordinal) ? key[division.Name.Length..]
        : key.StartsWith(division.ShortName, StringComparison.Ordinal) ? key[division.ShortName.Length..].TrimStart('市', '省')
        : key;

    private static string Cut(string text, string cityCode)
    {
        var most = SearchEntry.LongTerm - cityCode.Length - 1;
        return $"{(text.Length > most ? text[..most] : text)}@{cityCode}";
    }
}
