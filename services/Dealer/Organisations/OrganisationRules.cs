using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Organisations;

/// <summary>What an organisation must be like.</summary>
public static class OrganisationRules
{
    /// <summary>HQ, the root of the tree; the first migration writes it.</summary>
    public const string Hq = "hq";

    public static List<Violation> Create(string id, Organisation organisation)
    {
        var violations = new List<Violation>();
        if (id.Length < 2 || !id.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9'))
            violations.Add(new("organisation_id", "须是 2 至 20 个小写字母或数字，如 js", "must be 2 to 20 lower-case letters and digits such as js"));
        if (organisation.Kind == OrganisationKind.Hq)
            violations.Add(new("organisation.kind", "总部只有一个，已经存在", "there is one headquarters, and it exists"));
        if (organisation is { Kind: OrganisationKind.Centre, ProvinceCode: "" })
            violations.Add(new("organisation.province_code", "销售服务中心须有所在省份", "a centre needs its province", "REQUIRED") { Given = ["organisation.kind"] });
        return violations;
    }
}
