namespace Qudao.Gateway.Access;

/// <summary>What the roles of the manuals are called.</summary>
public static class RoleTitles
{
    public static readonly IReadOnlyDictionary<string, (string Zh, string En)> All = new Dictionary<string, (string, string)>
    {
        ["administrator"] = ("管理员", "Administrator"),
        ["hq-general-manager"] = ("总部总经理", "General manager, HQ"),
        ["hq-office"] = ("总经理助理处", "General manager's office, HQ"),
        ["hq-marketing"] = ("总部营销部", "Marketing, HQ"),
        ["hq-sales"] = ("总部销售部", "Sales, HQ"),
        ["hq-training"] = ("总部培训部", "Training, HQ"),
        ["hq-operator"] = ("系统运维", "Operator, HQ"),
        ["centre-general-manager"] = ("中心总经理", "General manager, centre"),
        ["sales-manager"] = ("销售部经理", "Sales manager"),
        ["salesperson"] = ("销售人员", "Salesperson"),
        ["legal"] = ("法务", "Legal"),
        ["finance"] = ("财务", "Finance"),
        ["purchasing"] = ("采购", "Purchasing"),
        ["back-office"] = ("销售内勤", "Back office"),
        ["training-manager"] = ("培训经理", "Training manager"),
        ["trainer"] = ("培训讲师", "Lecturer"),
        ["after-sales-manager"] = ("售后服务经理", "After-sales manager"),
        ["after-sales"] = ("售后服务", "After-sales"),
        ["technical"] = ("技术部", "Technical"),
        ["partner-agent"] = ("市级代理商", "City agent"),
        ["partner-terminal"] = ("4S店", "4S shop"),
        ["dashboard"] = ("看板读取", "Dashboard reader"),
        ["auditor"] = ("审计", "Auditor"),
    };
}
