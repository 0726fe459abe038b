using Qudao.Contract.V1;

namespace Qudao.Contract;

/// <summary>What people call the kinds of agreements.</summary>
public static class KindNames
{
    public static string Zh(AgreementKind kind) => kind switch
    {
        AgreementKind.CityAgent => "市级代理协议",
        AgreementKind.Terminal => "4S店协议",
        _ => "销售合同",
    };

    public static string En(AgreementKind kind) => kind switch
    {
        AgreementKind.CityAgent => "city-agent agreement",
        AgreementKind.Terminal => "terminal agreement",
        _ => "sales contract",
    };
}
