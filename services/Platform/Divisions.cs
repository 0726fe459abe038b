using System.Collections.Frozen;
using System.Text;

namespace Qudao.Platform;

/// <summary>How deep an administrative division 行政区划 lies.</summary>
public enum DivisionLevel
{
    /// <summary>省级.</summary>
    Province,

    /// <summary>地级; what a territory is given by.</summary>
    City,

    /// <summary>县级.</summary>
    Area,
}

/// <summary>One administrative division.</summary>
/// <param name="Code">GB/T 2260: 2 digits for a province, 4 for a city, 6 for an area. A county that its province
/// administers itself (仙桃市 429004) has no city above it and stands as a city under its 6 digits.</param>
/// <param name="Name">Full name: 江苏省, 上海市, 昆山市, 恩施土家族苗族自治州.</param>
/// <param name="ShortName">The name without its suffix: 江苏, 上海, 昆山, 恩施.</param>
/// <param name="Level">Province, city or area.</param>
/// <param name="ParentCode">The city of an area, the province of a city, null for a province.</param>
public sealed record Division(string Code, string Name, string ShortName, DivisionLevel Level, string? ParentCode)
{
    /// <summary>The province's code, 2 digits.</summary>
    public string ProvinceCode => Code[..2];
}

/// <summary>Where something lies. <paramref name="Area"/> is known only where the text named one.</summary>
public sealed record Place(Division Province, Division City, Division? Area)
{
    /// <summary>江苏省苏州市昆山市; a municipality is not said twice.</summary>
    public string FullName => (Province.Name == City.Name ? "" : Province.Name) + City.Name + Area?.Name;
}

/// <summary>Either a place, or why there is none, in both languages.</summary>
public sealed record PlaceResult(Place? Place, string Zh = "", string En = "");

/// <summary>
/// Provinces, cities and areas 行政区划 (GB/T 2260), by code and by the names people write.
/// The four municipalities are one city each: 1101 北京市, 1201 天津市, 3101 上海市, 5001 重庆市 (5002, its counties, included).
/// </summary>
public static class Divisions
{
    private static readonly Tables Data = new();

    /// <summary>All provinces, by code.</summary>
    public static IReadOnlyList<Division> Provinces => Data.Provinces;

    /// <summary>A province's cities, by code; none if the code is unknown.</summary>
    public static IReadOnlyList<Division> Cities(string provinceCode) => Data.ChildrenOf(provinceCode);

    /// <summary>A city's areas, by code; none if the code is unknown.</summary>
    public static IReadOnlyList<Division> Areas(string cityCode) => Data.ChildrenOf(Canonical(cityCode));

    /// <summary>The division of a code of 2, 4 or 6 digits, or null. 5002 is 重庆市, as 5001 is.</summary>
    public static Division? ByCode(string? code) => code is null ? null : Data.ByCode.GetValueOrDefault(Canonical(code));

    /// <summary>The place of a city's or area's code, or null (a province is no place on its own).</summary>
    public static Place? PlaceOf(string? code) => ByCode(code) switch
    {
        { Level: DivisionLevel.City } city => new(Data.ByCode[city.ProvinceCode], city, null),
        { Level: DivisionLevel.Area } area => new(Data.ByCode[area.ProvinceCode], Data.ByCode[area.ParentCode!], area),
        _ => null,
    };

    /// <summary>The province of a name: 江苏, 江苏省, 内蒙, 新疆省; null if there is none.</summary>
    public static Division? Province(string? text)
    {
        var name = DivisionNames.Tidy(text);
        var stem = DivisionNames.Shorten(name);
        return Data.Provinces.FirstOrDefault(p => p.Name == name || p.ShortName == stem)
            ?? (name.Length < 2 ? null : Data.Provinces.FirstOrDefault(p => p.Name.StartsWith(name, StringComparison.Ordinal)));
    }

    /// <summary>
    /// Resolves what a form's province and city cells say. The city cell may name a city (南京, 南京市), a city and its
    /// area (南京江宁), an area alone (昆山 → 苏州市昆山市), or begin with the province. Without a province the name must be
    /// unique in the country; without a city the province must be a municipality.
    /// </summary>
    public static PlaceResult Find(string? provinceText, string? cityText)
    {
        var city = DivisionNames.Tidy(cityText);
        if (DivisionNames.Tidy(provinceText).Length == 0)
            return city.Length == 0 ? new(null, "省份和城市均为空", "Province and city are both empty") : FindAnywhere(city);
        if (Province(provinceText) is not { } province)
            return new(null, $"没有名为“{provinceText!.Trim()}”的省份", $"There is no province named “{provinceText.Trim()}”");
        if (city.Length == 0)
            return Cities(province.Code) is [var only]
                ? new(new(province, only, null))
                : new(null, $"{province.Name}的城市为空", $"The city in {province.Name} is empty");

        var found = FindIn(province, city);
        return found.Count switch
        {
            1 => new(found[0]),
            0 => Unknown(province, cityText!.Trim(), city),
            _ => Ambiguous(cityText!.Trim(), found),
        };
    }

    private static PlaceResult FindAnywhere(string city)
    {
        // "江苏省苏州市" in one cell: its own province decides.
        var named = Data.Provinces.Where(p => city.StartsWith(p.ShortName, StringComparison.Ordinal)).Select(p => FindIn(p, city)).FirstOrDefault(f => f.Count == 1);
        var found = named ?? [.. Data.Provinces.SelectMany(p => FindIn(p, city))];
        // "海南" alone means the province, not the prefecture of that name in 青海.
        if (Province(city) is { } meant)
            found.RemoveAll(p => p.Province != meant);
        return found.Count switch
        {
            0 => new(null, $"没有名为“{city}”的城市或区县", $"There is no city or area named “{city}”"),
            1 => new(found[0]),
            _ => Ambiguous(city, found),
        };
    }

    private static PlaceResult Unknown(Division province, string written, string city)
    {
        var elsewhere = Data.Provinces.Where(p => p != province).SelectMany(p => FindIn(p, city)).Take(3).Select(p => p.FullName).ToList();
        return elsewhere.Count == 0
            ? new(null, $"{province.Name}没有名为“{written}”的城市或区县", $"{province.Name} has no city or area named “{written}”")
            : new(null,
                $"{province.Name}没有名为“{written}”的城市或区县；另有{string.Join("、", elsewhere)}",
                $"{province.Name} has no city or area named “{written}”; there is {string.Join(", ", elsewhere)}");
    }

    private static PlaceResult Ambiguous(string written, IReadOnlyList<Place> found) => new(null,
        $"“{written}”不唯一：{string.Join("、", found.Take(5).Select(p => p.FullName))}",
        $"“{written}” is ambiguous: {string.Join(", ", found.Take(5).Select(p => p.FullName))}");

    private static List<Place> FindIn(Division province, string text)
    {
        // The full name before the text as it stands (吉林省长春市 does not lie in 吉林市), the short name after it.
        foreach (var start in (string[])[province.Name, province.ShortName + "省", "", province.ShortName])
            if (text.Length > start.Length && text.StartsWith(start, StringComparison.Ordinal)
                && FindNamed(province, text[start.Length..]) is { Count: > 0 } found)
                return found;
        return [];
    }

    private static List<Place> FindNamed(Division province, string text)
    {
        var named = Data.Named(province.Code, text);
        if (named.Length > 0)
            return [.. named.Select(d => PlaceOf(d.Code)!)];

        // 南京江宁, 南京市江宁区, 合肥高新区: a city, then one of its areas, or a zone that has no code of its own.
        foreach (var city in Cities(province.Code))
            foreach (var start in (string[])[city.Name, city.ShortName])
            {
                if (text.Length <= start.Length || !text.StartsWith(start, StringComparison.Ordinal))
                    continue;
                var rest = text[start.Length..];
                var areas = Data.Named(province.Code, rest).Where(a => a.ParentCode == city.Code).ToList();
                if (areas.Count > 0)
                    return [.. areas.Select(a => new Place(province, city, a))];
                if (ZoneSuffixes.Any(s => rest.EndsWith(s, StringComparison.Ordinal)))
                    return [new(province, city, null)];
            }
        return [];
    }

    private static readonly string[] ZoneSuffixes = ["区", "镇", "乡", "街道", "新城", "高新", "经开"];

    private static string Canonical(string code) => code == "5002" ? "5001" : code;

    /// <summary>The embedded tables, indexed once.</summary>
    private sealed class Tables
    {
        private readonly FrozenDictionary<string, Division[]> _children;
        private readonly FrozenDictionary<(string Province, string Name), Division[]> _fullNames;
        private readonly FrozenDictionary<(string Province, string Name), Division[]> _shortNames;

        public Division[] Provinces { get; }

        public FrozenDictionary<string, Division> ByCode { get; }

        public Tables()
        {
            Provinces = [.. Rows("divisions-provinces.csv").Select(r => New(r[0], r[1], DivisionLevel.Province, null))];
            var provinceNames = Provinces.ToDictionary(p => p.Code, p => p.Name);
            var cities = Rows("divisions-cities.csv")
                .Where(r => Canonical(r[0]) == r[0] && !r[1].Contains("直辖县级", StringComparison.Ordinal))
                .Select(r => New(r[0], r[1] == "市辖区" ? provinceNames[r[2]] : r[1], DivisionLevel.City, r[2])).ToList();
            var cityCodes = cities.Select(c => c.Code).ToHashSet();
            var areas = Rows("divisions-areas.csv").Select(r => Canonical(r[2]) is var city && cityCodes.Contains(city)
                ? New(r[0], r[1], DivisionLevel.Area, city)
                : New(r[0], r[1], DivisionLevel.City, r[3]));
            Division[] below = [.. cities, .. areas];

            ByCode = Provinces.Concat(below).ToFrozenDictionary(d => d.Code);
            _children = below.GroupBy(d => d.ParentCode!)
                .ToFrozenDictionary(g => g.Key, g => g.OrderBy(d => d.Code, StringComparer.Ordinal).ToArray());
            var names = below.Select(d => (d.Name, Division: d))
                .Concat(Rows("divisions-aliases.csv").Select(r => (Name: r[0], Division: ByCode[r[2]]))).ToList();
            _fullNames = Group(names.Select(n => (n.Name, n.Division)));
            _shortNames = Group(names.Select(n => (DivisionNames.Shorten(n.Name), n.Division)));
        }

        public Division[] ChildrenOf(string code) => _children.GetValueOrDefault(code) ?? [];

        /// <summary>The divisions of a province that bear this name, full before short, cities before areas,
        /// a county-level city before the county or district of the same short name.</summary>
        public Division[] Named(string provinceCode, string name)
        {
            var all = _fullNames.GetValueOrDefault((provinceCode, name))
                ?? _shortNames.GetValueOrDefault((provinceCode, name))
                ?? _shortNames.GetValueOrDefault((provinceCode, DivisionNames.Shorten(name)))
                ?? [];
            if (all.Length < 2)
                return all;
            Division[] cities = [.. all.Where(d => d.Level == DivisionLevel.City)];
            if (cities.Length > 0)
                return cities;
            return all.Where(d => d.Name.EndsWith('市')).ToArray() is { Length: 1 } city ? city : all;
        }

        private static Division New(string code, string name, DivisionLevel level, string? parent) =>
            new(code, name, DivisionNames.Shorten(name), level, parent);

        private static FrozenDictionary<(string, string), Division[]> Group(IEnumerable<(string Name, Division Division)> names) =>
            names.GroupBy(n => (n.Division.ProvinceCode, n.Name)).ToFrozenDictionary(g => g.Key, g => g.Select(n => n.Division).Distinct().ToArray());

        private static IEnumerable<string[]> Rows(string file)
        {
            using var reader = new StreamReader(typeof(Divisions).Assembly.GetManifestResourceStream(file)!);
            reader.ReadLine(); // the header
            while (reader.ReadLine() is { } line)
                yield return line.Split(',').Select(cell => cell.Trim('"')).ToArray();
        }
    }
}

/// <summary>How a division's name is written with and without what it is.</summary>
internal static class DivisionNames
{
    private static readonly string[] Suffixes =
        ["自治区", "自治州", "自治县", "自治旗", "地区", "林区", "新区", "省", "市", "区", "县", "盟", "州", "旗"];

    // The peoples named in division names; those that also stand without 族 first lose it below.
    private static readonly string[] Peoples =
    [
        "达斡尔", "鄂温克", "哈萨克", "维吾尔", "柯尔克孜", "塔吉克", "蒙古", "锡伯", "朝鲜", "土家", "布依", "哈尼", "纳西",
        "傈僳", "拉祜", "景颇", "布朗", "普米", "仡佬", "仫佬", "毛南", "裕固", "保安", "东乡", "撒拉", "独龙", "各",
        "壮", "回", "满", "藏", "苗", "彝", "侗", "瑶", "白", "傣", "黎", "佤", "畲", "水", "土", "羌", "怒",
    ];

    // Full-width forms become ASCII and white space goes: "　江苏 省" is 江苏省.
    public static string Tidy(string? text)
    {
        var tidy = new StringBuilder();
        foreach (var c in text ?? "")
        {
            var half = c is >= '！' and <= '～' ? (char)(c - 0xFEE0) : c;
            if (!char.IsWhiteSpace(half) && half != '\uFEFF')
                tidy.Append(half);
        }
        return tidy.ToString();
    }

    // 昆山市 → 昆山, 恩施土家族苗族自治州 → 恩施; at least two characters stay.
    public static string Shorten(string name)
    {
        var suffix = Suffixes.FirstOrDefault(s => name.Length - s.Length >= 2 && name.EndsWith(s, StringComparison.Ordinal));
        if (suffix is null)
            return name;
        var stem = name[..^suffix.Length];
        return suffix.StartsWith("自治", StringComparison.Ordinal) ? WithoutPeoples(stem) : stem;
    }

    private static string WithoutPeoples(string stem)
    {
        while (true)
        {
            var bare = stem.EndsWith('族') ? stem[..^1] : stem;
            var mayDrop = Peoples.Where(p => p.Length > 1 || bare != stem);
            var people = mayDrop.FirstOrDefault(p => bare.Length - p.Length >= 2 && bare.EndsWith(p, StringComparison.Ordinal));
            if (people is null)
                return bare; // 东乡族自治县 is 东乡, 内蒙古自治区 is 内蒙古.
            stem = bare[..^people.Length];
        }
    }
}
