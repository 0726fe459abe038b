using System.Text.Json;
using Qudao.Platform;

namespace Qudao.Contract.Approvals;

/// <summary>A step of a policy; EscalateAfterMinutes of working time, 0 for never; EscalateTo empty for the role's superior.</summary>
public sealed record PolicyStep(IReadOnlyList<string> Roles, string Mode, int EscalateAfterMinutes, string EscalateTo);

/// <summary>An approval policy 审批规则 as it stands in the table; null (and kind "") means any.</summary>
public sealed class PolicyRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string DisplayName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string Kind { get; set; } = "";
    public long? MinAmountFen { get; set; }
    public long? MaxAmountFen { get; set; }
    public bool? Deviating { get; set; }
    public bool? Major { get; set; }
    public long Priority { get; set; }
    public bool Disabled { get; set; }
    public long UpdatedUs { get; set; }

    public IReadOnlyList<PolicyStep> Steps { get; set; } = [];

    public string StepsJson
    {
        get => JsonSerializer.Serialize(Steps, EventJson.Options);
        set => Steps = JsonSerializer.Deserialize<List<PolicyStep>>(value, EventJson.Options) ?? [];
    }
}
