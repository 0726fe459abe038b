using Qudao.Contract.Agreements;
using Qudao.Contract.V1;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Contract.Approvals;

/// <summary>What may stand in an approval policy 审批规则, which one holds for an agreement, and the chain 审批链 it then gets.</summary>
public static class PolicyRules
{
    public const string All = "all";
    public const string Any = "any";

    /// <summary>What a role needs so that a step may be given to it.</summary>
    private const string ReviewPermission = "contract.agreements.review";

    /// <summary>Who reviews instead, when somebody with the reviewer's role took part in the draft.</summary>
    private static readonly Dictionary<string, string> InsteadOfAuthor = new()
    {
        [AgreementRules.SalesManager] = AgreementRules.CentreGeneralManager,
        [AgreementRules.CentreGeneralManager] = AgreementRules.HqMarketing,
    };

    private static readonly Dictionary<string, Action<ApprovalPolicy, PolicyRow>> Editable = new()
    {
        ["display_name"] = (from, row) => row.DisplayName = from.DisplayName.Trim(),
        ["kind"] = (from, row) => row.Kind = Codes.Of(from.Kind),
        ["min_amount_fen"] = (from, row) => row.MinAmountFen = from.HasMinAmountFen ? from.MinAmountFen : null,
        ["max_amount_fen"] = (from, row) => row.MaxAmountFen = from.HasMaxAmountFen ? from.MaxAmountFen : null,
        ["deviating"] = (from, row) => row.Deviating = from.HasDeviating ? from.Deviating : null,
        ["major"] = (from, row) => row.Major = from.HasMajor ? from.Major : null,
        ["priority"] = (from, row) => row.Priority = from.Priority,
        ["steps"] = (from, row) => row.Steps = [.. from.Steps.Select(step =>
            new PolicyStep([.. step.Roles], step.Mode == ApprovalMode.Any ? Any : All, step.EscalateAfterMinutes, step.EscalateTo))],
        ["disabled"] = (from, row) => row.Disabled = from.Disabled,
    };

    /// <summary>Puts the fields of the mask (all, when it is empty or "*") into the row; gives what is wrong with the mask.</summary>
    public static IReadOnlyList<Violation> Apply(ApprovalPolicy from, IReadOnlyList<string> mask, PolicyRow row)
    {
        IReadOnlyList<string> paths = mask.Count == 0 || mask.Contains("*") ? [.. Editable.Keys] : mask;
        var wrong = paths.Where(path => !Editable.ContainsKey(path))
            .Select(path => new Violation("update_mask", $"字段“{path}”不能修改", $"the field \"{path}\" cannot be changed", "READ_ONLY")).ToList();
        foreach (var path in paths.Where(Editable.ContainsKey))
            Editable[path](from, row);
        return wrong;
    }

    /// <summary>What is wrong with a new policy.</summary>
    public static IReadOnlyList<Violation> Create(ApprovalPolicy policy)
    {
        var row = new PolicyRow();
        Apply(policy, [], row);
        return Check(row);
    }

    /// <summary>What is wrong with a change, whatever the policy was before.</summary>
    public static IEnumerable<Violation> Update(ApprovalPolicy policy, IReadOnlyList<string> mask)
    {
        var row = new PolicyRow();
        if (policy.Name.Length == 0)
            yield return new("approval_policy.name", "必填", "is required", "REQUIRED");
        foreach (var wrong in Apply(policy, mask, row))
            yield return wrong;
        foreach (var wrong in Check(row).Where(wrong => IsAsked(wrong.Field)))
            yield return wrong;

        bool IsAsked(string field) => mask.Count == 0 || mask.Contains("*") || mask.Any(path => field.StartsWith($"approval_policy.{path}", StringComparison.Ordinal));
    }

    /// <summary>What is wrong with asking for a preview: of one agreement, stored or not.</summary>
    public static IEnumerable<Violation> Preview(PreviewApprovalRequest request)
    {
        if (request.Name.Length == 0 == request.Agreement is null)
            yield return new("agreement", "请给出已保存的协议或一份草稿，二者取一", "give either a stored agreement or a draft", "REQUIRED") { Given = ["name"] };
        else if (request.Agreement is { Partner.Length: 0 })
            yield return new("agreement.partner", "必填", "is required", "REQUIRED");
    }

    /// <summary>What is wrong with a policy.</summary>
    public static IReadOnlyList<Violation> Check(PolicyRow row)
    {
        var violations = new List<Violation>();
        if (row.DisplayName.Length == 0)
            violations.Add(new("approval_policy.display_name", "必填", "is required", "REQUIRED"));
        if (row.MinAmountFen >= row.MaxAmountFen)
            violations.Add(new("approval_policy.max_amount_fen", "须大于起始金额", "must be more than the least amount"));
        if (row.Steps.Count == 0)
            violations.Add(new("approval_policy.steps", "至少要有一个审批步骤", "there must be a step", "REQUIRED"));
        var seen = new HashSet<string>();
        for (var i = 0; i < row.Steps.Count; i++)
            violations.AddRange(Check(row.Steps[i], $"approval_policy.steps[{i}]", seen));
        return violations;
    }

    private static IEnumerable<Violation> Check(PolicyStep step, string path, HashSet<string> seen)
    {
        for (var i = 0; i < step.Roles.Count; i++)
        {
            if (!Roles.Permissions.ContainsKey(step.Roles[i]))
                yield return new($"{path}.roles[{i}]", $"没有角色 {step.Roles[i]}", $"there is no role {step.Roles[i]}", "UNKNOWN_ROLE");
            else if (!Roles.Allows([step.Roles[i]], ReviewPermission))
                yield return new($"{path}.roles[{i}]", $"{RoleNames.Zh(step.Roles[i])}无权审批协议", $"the role {step.Roles[i]} may not review agreements", "ROLE_MAY_NOT_REVIEW");
            else if (!seen.Add(step.Roles[i]))
                yield return new($"{path}.roles[{i}]", $"{RoleNames.Zh(step.Roles[i])}重复出现", $"the role {step.Roles[i]} comes twice", "DUPLICATE");
        }
        if (step.EscalateTo.Length > 0 && !Roles.Allows([step.EscalateTo], ReviewPermission))
            yield return new($"{path}.escalate_to", $"{RoleNames.Zh(step.EscalateTo)}无权审批协议", $"the role {step.EscalateTo} may not review agreements", "ROLE_MAY_NOT_REVIEW");
    }

    /// <summary>The policy that holds: of those that match, the nearest above the agreement, then the highest priority, then the oldest. Null when none matches.</summary>
    public static PolicyRow? Choose(IEnumerable<PolicyRow> policies, AgreementRow row, long majorAmountFen) =>
        policies.Where(policy => Matches(policy, row, majorAmountFen))
            .OrderByDescending(policy => policy.ScopePath.Length).ThenByDescending(policy => policy.Priority).ThenBy(policy => policy.Id, StringComparer.Ordinal)
            .FirstOrDefault();

    public static bool Matches(PolicyRow policy, AgreementRow row, long majorAmountFen)
    {
        var amount = row.AmountFen ?? 0;
        return !policy.Disabled
            && row.ScopePath.StartsWith(policy.ScopePath, StringComparison.Ordinal)
            && (policy.Kind.Length == 0 || policy.Kind == row.Kind)
            && (policy.MinAmountFen is not { } min || amount >= min)
            && (policy.MaxAmountFen is not { } max || amount < max)
            && (policy.Deviating is not { } deviating || deviating == row.Deviations.Length > 0)
            && (policy.Major is not { } major || major == IsMajor(row, majorAmountFen));
    }

    /// <summary>Major 重大 by the drafter's word or by its amount.</summary>
    public static bool IsMajor(AgreementRow row, long majorAmountFen) => row.Major || row.AmountFen >= majorAmountFen;

    /// <summary>
    /// The chain of a submission. A reviewer whose role took part in the draft hands over to the next higher one; a role that
    /// reviews in an earlier step does not review again.
    /// </summary>
    public static IReadOnlyList<Step> Chain(PolicyRow policy, IReadOnlyList<Author> authors)
    {
        var written = authors.SelectMany(author => author.Roles).ToHashSet();
        var seen = new HashSet<string>();
        var chain = new List<Step>();
        foreach (var step in policy.Steps)
        {
            var roles = step.Roles.Select(Reviewing).Where(seen.Add).ToList();
            var no = chain.Count == 0 ? 1 : chain[^1].No + 1;
            chain.AddRange(roles.Select(role => new Step(role)
            {
                No = no,
                Mode = step.Mode,
                EscalateMinutes = step.EscalateAfterMinutes,
                EscalateTo = step.EscalateTo,
            }));
        }
        return chain;

        string Reviewing(string role)
        {
            while (written.Contains(role) && InsteadOfAuthor.TryGetValue(role, out var superior))
                role = superior;
            return role;
        }
    }

    /// <summary>Nothing matches: somebody disabled what held.</summary>
    public static Refusal NoPolicy() => Errors.Precondition("NO_APPROVAL_POLICY",
        "没有适用于此协议的审批规则，请联系总部营销部设置。", "No approval policy matches this agreement; HQ marketing has to set one.");
}
