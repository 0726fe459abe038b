using Qudao.Contract.Agreements;

namespace Qudao.Contract;

/// <summary>What people call the roles that act on agreements.</summary>
public static class RoleNames
{
    public static string Zh(string role) => role switch
    {
        AgreementRules.SalesManager => "中心销售部经理",
        AgreementRules.CentreGeneralManager => "中心总经理",
        AgreementRules.Legal => "法务",
        AgreementRules.HqMarketing => "总部营销部",
        AgreementRules.HqGeneralManager => "总部总经理",
        "hq-sales" => "总部销售部",
        "hq-office" => "总经理助理处",
        "finance" => "财务",
        "purchasing" => "采购",
        "back-office" => "销售内勤",
        "salesperson" => "销售人员",
        _ => role,
    };
}
