using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Delegations;

/// <summary>What a delegation 委托代理 of reviews must be like, and when it holds.</summary>
public static class DelegationRules
{
    /// <summary>Days at most; whoever is away for longer has a successor, not a delegate. Inferred.</summary>
    public const int MaxDays = 366;

    private const string FromDate = "delegation.from_date";

    /// <summary>What is wrong with a delegation by this person.</summary>
    public static IReadOnlyList<Violation> Create(Delegation delegation, string? delegatorId, DateOnly today)
    {
        var violations = new List<Violation>();
        var (from, to) = (ServiceRules.Day(delegation.FromDate), ServiceRules.Day(delegation.ToDate));
        if (delegation.Delegate == $"staff/{delegatorId}")
            violations.Add(new("delegation.delegate", "不能委托给自己", "nobody delegates to himself"));
        if (to < from)
            violations.Add(new("delegation.to_date", "止日不能早于起日", "cannot end before it begins") { Given = [FromDate] });
        else if (to < today)
            violations.Add(new("delegation.to_date", "止日不能早于今天", "must not be before today"));
        else if (to?.DayNumber - from?.DayNumber >= MaxDays)
            violations.Add(new("delegation.to_date", $"最长 {MaxDays} 天", $"at most {MaxDays} days", "OUT_OF_RANGE") { Given = [FromDate] });
        return violations;
    }

    /// <summary>Whether it holds on a day; both its first and its last day count.</summary>
    public static bool Holds(DelegationRow row, DateOnly day) => !row.Revoked && row.FromDate <= day && day <= row.ToDate;
}
