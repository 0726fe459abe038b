using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Policies;

/// <summary>What organisations may set, and what holds where nobody has.</summary>
public static class PolicyRules
{
    /// <summary>Where nobody has set anything: one active agent for each city, evidence whenever a partnership is stopped (重大违规).</summary>
    public static NetworkPolicy Default => new() { AgentsPerCity = 1 };

    public static int AgentLimit(NetworkPolicy policy, string cityCode) =>
        policy.CityLimits.FirstOrDefault(limit => limit.CityCode == cityCode)?.Agents ?? policy.AgentsPerCity;

    public static bool NeedsEvidence(NetworkPolicy policy, PartnerStage to) => to switch
    {
        PartnerStage.Suspended => !policy.SuspendWithoutEvidence,
        PartnerStage.Terminated => !policy.TerminateWithoutEvidence,
        _ => false,
    };

    public static List<Violation> Check(NetworkPolicy policy)
    {
        var violations = new List<Violation>();
        var cities = new HashSet<string>();
        for (var i = 0; i < policy.CityLimits.Count; i++)
        {
            var city = policy.CityLimits[i].CityCode;
            if (city.Length > 0 && !cities.Add(city))
                violations.Add(new($"network_policy.city_limits[{i}].city_code", "该城市出现两次", "is there twice", "TWICE"));
        }
        return violations;
    }
}
