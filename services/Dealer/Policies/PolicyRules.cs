using System.Globalization;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Policies;

/// <summary>What organisations may set, and what holds where nobody has.</summary>
public static class PolicyRules
{
    /// <summary>Where nobody has set anything: one active agent for each city, evidence whenever a partnership is stopped (重大违规).</summary>
    public static NetworkPolicy Default => new() { AgentsPerCity = 1 };

    private const int UsualAppealDays = 15;

    public static int AgentLimit(NetworkPolicy policy, string cityCode) =>
        policy.CityLimits.FirstOrDefault(limit => limit.CityCode == cityCode)?.Agents ?? policy.AgentsPerCity;

    public static bool NeedsEvidence(NetworkPolicy policy, PartnerStage to) => to switch
    {
        PartnerStage.Suspended => !policy.SuspendWithoutEvidence,
        PartnerStage.Terminated => !policy.TerminateWithoutEvidence,
        _ => false,
    };

    /// <summary>Until when of a working day a visit is reported 拜访报告.</summary>
    public static TimeSpan VisitReportUntil(NetworkPolicy policy) =>
        TimeOfDay(policy.VisitReportUntil) ?? WorkingCalendar.Default.Windows[^1].End;

    /// <summary>Working days in which a ruling on a diversion case 窜货 can be appealed against.</summary>
    public static int DiversionAppealDays(NetworkPolicy policy) => policy.DiversionAppealDays == 0 ? UsualAppealDays : policy.DiversionAppealDays;

    public static List<Violation> Check(NetworkPolicy policy)
    {
        var violations = new List<Violation>();
        if (policy.VisitReportUntil.Length > 0 && TimeOfDay(policy.VisitReportUntil) is null)
            violations.Add(new("network_policy.visit_report_until", "须是时刻，如 18:30，最晚 24:00", "must be a time of day such as 18:30, at most 24:00", "BAD_FORMAT"));
        var cities = new HashSet<string>();
        for (var i = 0; i < policy.CityLimits.Count; i++)
        {
            var city = policy.CityLimits[i].CityCode;
            if (city.Length > 0 && !cities.Add(city))
                violations.Add(new($"network_policy.city_limits[{i}].city_code", "该城市出现两次", "is there twice", "TWICE"));
        }
        return violations;
    }

    private static TimeSpan? TimeOfDay(string text) => text == "24:00" ? TimeSpan.FromDays(1)
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && time > TimeOnly.MinValue ? time.ToTimeSpan()
        : null;
}
