using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Plans;

/// <summary>What a plan must be.</summary>
public static class PlanRules
{
    private static readonly Dictionary<string, (Func<Plan, bool> IsSet, Action<PlanRow, Plan> Set)> Changeable = new()
    {
        ["agents"] = (plan => plan.HasAgents, (row, plan) => row.Agents = plan.Agents),
        ["terminals"] = (plan => plan.HasTerminals, (row, plan) => row.Terminals = plan.Terminals),
        ["sales_quantity"] = (plan => plan.HasSalesQuantity, (row, plan) => row.SalesQuantity = plan.SalesQuantity),
        ["note"] = (plan => plan.Note.Length > 0, (row, plan) => row.Note = plan.Note),
    };

    public static List<Violation> Create(Plan plan)
    {
        var violations = new List<Violation>();
        if (plan.Month.Length == 0)
            violations.Add(new Violation("plan.month", "必填", "is required", "REQUIRED"));
        if (plan.Organisation.Length == 0)
            violations.Add(new Violation("plan.organisation", "必填", "is required", "REQUIRED"));
        if (!plan.HasAgents && !plan.HasTerminals && !plan.HasSalesQuantity)
            violations.Add(new Violation("plan", "至少填写一项目标：市代数、4S店数或销量。", "Set at least one target: agents, terminals or sales_quantity.", "REQUIRED") { Given = ["plan"] });
        return violations;
    }

    public static IEnumerable<Violation> Update(IEnumerable<string> mask) =>
        mask.Where(field => field != "*" && !Changeable.ContainsKey(field))
            .Select(field => new Violation("update_mask", $"{field} 不能修改。", $"{field} cannot be changed.", "NOT_CHANGEABLE"));

    /// <summary>Puts the fields of the mask into the row ("*" is all of them); those that are set, when there is no mask.</summary>
    public static void Apply(PlanRow row, Plan plan, IReadOnlyCollection<string> mask)
    {
        foreach (var (field, (isSet, set)) in Changeable)
            if (mask.Count == 0 ? isSet(plan) : mask.Contains(field) || mask.Contains("*"))
                set(row, plan);
    }

    /// <summary>A target beside what was achieved.</summary>
    public static PlanMeasure Measure(long target, long actual) => new()
    {
        Target = target,
        Actual = actual,
        Gap = Math.Max(0, target - actual),
        Attainment = target == 0 ? 0 : (double)actual / target,
    };
}
