using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Bench;

/// <summary>What is created, asked for and answered, of the size that real partners have.</summary>
internal static class Sample
{
    private static readonly string[] Dealers = ["广汇", "中升", "永达", "鲁诺", "协众", "福联", "信达诺", "世纪", "长安", "润东", "和谐", "宝信", "新丰泰", "美东", "正通", "百得利"];
    private static readonly string[] Makes = ["宝马", "奥迪", "大众", "丰田", "本田", "别克", "吉利", "长城", "奇瑞", "BMW", "福特", "现代", "起亚", "比亚迪", "雪佛兰", "日产"];
    private static readonly Division[] Cities = [.. Divisions.Provinces.SelectMany(province => Divisions.Cities(province.Code))];
    private static long _made;

    /// <summary>A partner that nobody has yet.</summary>
    public static Partner New() => new()
    {
        DisplayName = $"南京协众汽车销售有限公司 {Environment.ProcessId}-{Interlocked.Increment(ref _made)}",
        Kind = PartnerKind.Terminal,
        CityCode = "3201",
        Address = "江苏省南京市江宁区宏运大道 2199 号",
        Contact = "王建国",
        Phone = "025-52108888",
        Brands = "上汽大众、一汽大众",
        AnnualVolume = 1200,
        Advantage = "位于城南汽车城，客流稳定，已有维修车间和十二名销售顾问。",
    };

    /// <summary>A partner of the given number in a network of 31 centres, named as shops are: city, dealer, make, trade words.</summary>
    public static PartnerRow Row(Tx tx, int number, Random random)
    {
        var city = Cities[number % Cities.Length];
        var centre = $"c{number % 31:00}";
        var id = tx.NewId();
        var name = $"{city.ShortName}{Dealers[random.Next(Dealers.Length)]}{(char)('一' + random.Next(2000))}{Makes[random.Next(Makes.Length)]}汽车销售服务有限公司{(random.Next(3) == 0 ? "4S店" : "")}{number}";
        return new PartnerRow
        {
            Id = id,
            Name = name,
            NameKey = PartnerRules.NameKey(name),
            Kind = "terminal",
            Stage = "surveyed",
            ProvinceCode = city.ProvinceCode,
            CityCode = city.Code,
            Address = $"{city.Name}汽车城 {number} 号",
            Contact = $"{"王李张刘陈杨赵黄周吴"[random.Next(10)]}{(char)('一' + random.Next(2000))}",
            Phone = $"138{random.Next(100_000_000):00000000}",
            Brands = Makes[random.Next(Makes.Length)],
            OrganisationId = centre,
            ScopePath = $"/hq/{centre}/{id}/",
            AssigneeId = $"staff{number % 620}",
            Version = 1,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
    }

    /// <summary>The JSON of a partner that nobody has yet.</summary>
    public static string NewJson()
    {
        var partner = New();
        return $$"""
            {"displayName":"{{partner.DisplayName}}","kind":"PARTNER_KIND_TERMINAL","cityCode":"{{partner.CityCode}}","address":"{{partner.Address}}","contact":"{{partner.Contact}}","phone":"{{partner.Phone}}","brands":"{{partner.Brands}}","annualVolume":"{{partner.AnnualVolume}}","advantage":"{{partner.Advantage}}"}
            """;
    }
}
