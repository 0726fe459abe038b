using Qudao.Dealer.V1;

namespace Qudao.Bench;

/// <summary>What is created, asked for and answered, of the size that real partners have.</summary>
internal static class Sample
{
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

    /// <summary>The JSON of a partner that nobody has yet.</summary>
    public static string NewJson()
    {
        var partner = New();
        return $$"""
            {"displayName":"{{partner.DisplayName}}","kind":"PARTNER_KIND_TERMINAL","cityCode":"{{partner.CityCode}}","address":"{{partner.Address}}","contact":"{{partner.Contact}}","phone":"{{partner.Phone}}","brands":"{{partner.Brands}}","annualVolume":"{{partner.AnnualVolume}}","advantage":"{{partner.Advantage}}"}
            """;
    }
}
