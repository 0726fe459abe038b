using Qudao.Platform;
using Qudao.Protocol;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Policies;

/// <summary>What an organisation's row stands for in the tree; the nearest above a ticket holds.</summary>
public interface IPlaced
{
    string ScopePath { get; }
}

/// <summary>A level of a chain: minutes of the ticket's calendar after the level before, and the role that is told.</summary>
public sealed record Step(int AfterMinutes, string Role);

/// <summary>Which policy and chain hold for a ticket, and what may be written into them.</summary>
public static class PolicyRules
{
    private const string Headquarters = "hq";

    private static readonly string[] Changeable = ["first_response_minutes", "resolution_minutes", "calendar"];

    /// <summary>Of all policies (or chains) of a kind, the one nearest above a place in the tree; null when none is above it.</summary>
    public static T? Choose<T>(IEnumerable<T> all, string scopePath)
        where T : class, IPlaced =>
        all.Where(one => scopePath.StartsWith(one.ScopePath, StringComparison.Ordinal)).MaxBy(one => one.ScopePath.Length);

    /// <summary>The same of policies: in one organisation that of the partner's grade comes before that for all.</summary>
    public static PolicyRow? Choose(IEnumerable<PolicyRow> all, string scopePath) =>
        all.Where(one => scopePath.StartsWith(one.ScopePath, StringComparison.Ordinal)).MaxBy(one => (one.ScopePath.Length, one.Grade.Length));

    /// <summary>"js-service-request-major-a" → js, service request, major, a; null for what is no such id.</summary>
    public static (string Organisation, TicketKind Kind, TicketSeverity Severity, string Grade)? ReadPolicy(string id)
    {
        var grade = id is [.., '-', >= 'a' and <= 'd'] ? id[^1..] : "";
        if (grade.Length > 0)
            id = id[..^2];
        var (first, last) = (id.IndexOf('-'), id.LastIndexOf('-'));
        return first > 0 && last > first && Words.TryParse<TicketKind>(id[(first + 1)..last], out var kind) && Words.TryParse<TicketSeverity>(id[(last + 1)..], out var severity)
            && kind != TicketKind.Unspecified && severity != TicketSeverity.Unspecified ? (id[..first], kind, severity, grade) : null;
    }

    /// <summary>"js-service-request" → js, service request; null for what is no such id.</summary>
    public static (string Organisation, TicketKind Kind)? ReadChain(string id)
    {
        var first = id.IndexOf('-');
        return first > 0 && Words.TryParse<TicketKind>(id[(first + 1)..], out var kind) && kind != TicketKind.Unspecified ? (id[..first], kind) : null;
    }

    /// <summary>What is wrong with an update of a policy.</summary>
    public static IEnumerable<Violation> Update(SlaPolicy policy, IReadOnlyCollection<string> mask)
    {
        if (ReadPolicy(Ids.Of(policy.Name, "slaPolicies")) is null)
            yield return new("sla_policy.name", "名称应为 slaPolicies/机构-类型-严重程度，如 slaPolicies/js-complaint-major，其后可加 -信用等级。",
                "must be slaPolicies/organisation-kind-severity, for example slaPolicies/js-complaint-major, with a credit grade behind or none");
        foreach (var field in Fields(mask))
            if (!Changeable.Contains(field))
                yield return new("update_mask", $"“{field}”不能修改", $"\"{field}\" cannot be changed", "READ_ONLY");
            else if (field == "calendar" && policy.Calendar == SlaCalendar.Unspecified)
                yield return new("sla_policy.calendar", "必填", "is required", "REQUIRED");
    }

    /// <summary>What is wrong with an update of a chain.</summary>
    public static IEnumerable<Violation> Update(EscalationChain chain)
    {
        if (ReadChain(Ids.Of(chain.Name, "escalationChains")) is null)
            yield return new("escalation_chain.name", "名称应为 escalationChains/机构-类型，如 escalationChains/js-complaint。",
                "must be escalationChains/organisation-kind, for example escalationChains/js-complaint");
        foreach (var (i, step) in chain.Steps.Index())
            if (!Roles.Permissions.ContainsKey(step.Role))
                yield return new Violation($"escalation_chain.steps[{i}].role", "没有这个角色", "is no role", "UNKNOWN_ROLE");
    }

    /// <summary>HQ's defaults hold everywhere: only who sees the whole tree may change them.</summary>
    public static void RequireMayChange(string organisation, Caller caller)
    {
        if (organisation == Headquarters && caller.Scope.Path is not ("/" or "/hq/"))
            throw new Refusal(Grpc.Core.StatusCode.PermissionDenied, "HQ_DEFAULT", "总部的默认规则只能由总部修改；请修改本机构自己的规则。",
                "HQ's defaults are changed by HQ only; change your organisation's own.");
    }

    /// <summary>Takes the fields of the mask (all three when it is empty) over into the row.</summary>
    public static void Apply(PolicyRow row, SlaPolicy policy, IReadOnlyCollection<string> mask)
    {
        var fields = Fields(mask);
        if (fields.Contains("first_response_minutes"))
            row.FirstResponseMinutes = policy.HasFirstResponseMinutes ? policy.FirstResponseMinutes : null;
        if (fields.Contains("resolution_minutes"))
            row.ResolutionMinutes = policy.HasResolutionMinutes ? policy.ResolutionMinutes : null;
        if (fields.Contains("calendar"))
            row.Calendar = Words.Of(policy.Calendar);
    }

    private static IReadOnlyCollection<string> Fields(IReadOnlyCollection<string> mask) => mask.Count == 0 || mask.Contains("*") ? Changeable : mask;
}
