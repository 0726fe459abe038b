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

    /// <summary>Of all policies (or chains) of a kind, the one nearest above a place in the tree; null when none is above it.</summary>
    public static T? Choose<T>(IEnumerable<T> all, string scopePath)
        where T : class, IPlaced =>
        all.Where(one => scopePath.StartsWith(one.ScopePath, StringComparison.Ordinal)).MaxBy(one => one.ScopePath.Length);

    /// <summary>"js-service-request-major" → js, service request, major.</summary>
    public static (string Organisation, TicketKind Kind, TicketSeverity Severity) ParsePolicy(string id)
    {
        var (first, last) = (id.IndexOf('-'), id.LastIndexOf('-'));
        if (first <= 0 || last <= first || !Words.TryParse<TicketKind>(id[(first + 1)..last], out var kind) || !Words.TryParse<TicketSeverity>(id[(last + 1)..], out var severity)
            || kind == TicketKind.Unspecified || severity == TicketSeverity.Unspecified)
            throw Errors.Invalid("sla_policy.name", "名称应为 slaPolicies/机构-类型-严重程度，如 slaPolicies/js-complaint-major。",
                "must be slaPolicies/organisation-kind-severity, for example slaPolicies/js-complaint-major");
        return (id[..first], kind, severity);
    }

    /// <summary>"js-service-request" → js, service request.</summary>
    public static (string Organisation, TicketKind Kind) ParseChain(string id)
    {
        var first = id.IndexOf('-');
        if (first <= 0 || !Words.TryParse<TicketKind>(id[(first + 1)..], out var kind) || kind == TicketKind.Unspecified)
            throw Errors.Invalid("escalation_chain.name", "名称应为 escalationChains/机构-类型，如 escalationChains/js-complaint。",
                "must be escalationChains/organisation-kind, for example escalationChains/js-complaint");
        return (id[..first], kind);
    }

    /// <summary>HQ's defaults hold everywhere: only who sees the whole tree may change them.</summary>
    public static void RequireMayChange(string organisation, Caller caller)
    {
        if (organisation == Headquarters && caller.Scope.Path is not ("/" or "/hq/"))
            throw new Refusal(Grpc.Core.StatusCode.PermissionDenied, "HQ_DEFAULT", "总部的默认规则只能由总部修改；请修改本机构自己的规则。",
                "HQ's defaults are changed by HQ only; change your organisation's own.");
    }

    /// <summary>Takes the fields of the mask (all three when it is empty) over into the row.</summary>
    public static IReadOnlyList<Violation> Apply(PolicyRow row, SlaPolicy policy, IReadOnlyCollection<string> mask)
    {
        var found = new List<Violation>();
        IReadOnlyCollection<string> fields = mask.Count == 0 || mask.Contains("*") ? ["first_response_minutes", "resolution_minutes", "calendar"] : mask;
        foreach (var field in fields)
        {
            switch (field)
            {
                case "first_response_minutes":
                    row.FirstResponseMinutes = policy.HasFirstResponseMinutes ? policy.FirstResponseMinutes : null;
                    break;
                case "resolution_minutes":
                    row.ResolutionMinutes = policy.HasResolutionMinutes ? policy.ResolutionMinutes : null;
                    break;
                case "calendar" when policy.Calendar == SlaCalendar.Unspecified:
                    found.Add(new("sla_policy.calendar", "必填", "is required", "REQUIRED"));
                    break;
                case "calendar":
                    row.Calendar = Words.Of(policy.Calendar);
                    break;
                default:
                    found.Add(new("update_mask", $"“{field}”不能修改", $"\"{field}\" cannot be changed", "READ_ONLY"));
                    break;
            }
        }
        return found;
    }

    public static IReadOnlyList<Violation> Steps(IReadOnlyList<EscalationStep> steps) =>
        [.. from step in steps.Index()
            where !Roles.Permissions.ContainsKey(step.Item.Role)
            select new Violation($"escalation_chain.steps[{step.Index}].role", "没有这个角色", "is no role", "UNKNOWN_ROLE")];
}
