using Grpc.Core;
using Qudao.Contract.Agreements;
using Qudao.Platform;

namespace Qudao.Contract.Approvals;

/// <summary>
/// As whom somebody may act: himself, or a colleague who delegated to him 委托代理. Actor is "staff/…" (the subject of a
/// caller who is no member of staff).
/// </summary>
public sealed record Acting(string Actor, string Name, IReadOnlyList<string> Roles, Scope Scope, bool Delegated)
{
    /// <summary>The caller himself.</summary>
    public static Acting Self(Caller caller) => new(AgreementRow.Actor(caller), caller.Name, caller.Roles, caller.Scope, Delegated: false);
}

/// <summary>What a reviewer says of one field.</summary>
public sealed record Remark(string Field, string Comment);

/// <summary>Which reviewers are due, who may decide for them, what a decision or a long wait makes of the chain. Pure.</summary>
public static class ReviewRules
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Returned = "returned";
    public const string Skipped = "skipped";

    /// <summary>Who may act too when a reviewer lets an agreement wait too long: the ladder 升级 of the centre and of HQ.</summary>
    private static readonly Dictionary<string, string> Superior = new()
    {
        ["salesperson"] = AgreementRules.SalesManager,
        ["back-office"] = AgreementRules.SalesManager,
        [AgreementRules.SalesManager] = AgreementRules.CentreGeneralManager,
        [AgreementRules.Legal] = AgreementRules.CentreGeneralManager,
        ["finance"] = AgreementRules.CentreGeneralManager,
        [AgreementRules.CentreGeneralManager] = AgreementRules.HqMarketing,
        ["hq-sales"] = AgreementRules.HqGeneralManager,
        ["hq-office"] = AgreementRules.HqGeneralManager,
        [AgreementRules.HqMarketing] = AgreementRules.HqGeneralManager,
    };

    /// <summary>The reviewers that are due: those pending of the first step that is not done.</summary>
    public static IReadOnlyList<Step> Open(IReadOnlyList<Step> chain)
    {
        var first = chain.Where(step => step.State == Pending).Select(step => step.No).DefaultIfEmpty(0).Min();
        return [.. chain.Where(step => step.State == Pending && step.No == first)];
    }

    /// <summary>Starts the clocks of reviewers that have become due.</summary>
    public static IReadOnlyList<Step> Start(IReadOnlyList<Step> chain, long nowUs, WorkingCalendar calendar)
    {
        var open = Open(chain);
        return [.. chain.Select(step => step.SinceUs == 0 && open.Contains(step) ? step with { SinceUs = nowUs, DueUs = Due(step, nowUs, calendar) } : step)];
    }

    /// <summary>The roles that may act for a reviewer: its own and those it escalated to.</summary>
    public static IEnumerable<string> Awaits(Step step) => step.Escalated.Prepend(step.Role);

    /// <summary>
    /// For which reviewer the caller decides, and as whom: for himself before for others. Nobody decides on a draft of his
    /// own or of whom he acts for, nor twice in one step.
    /// </summary>
    /// <param name="as">The caller himself and those who delegated to him.</param>
    /// <param name="role">Only for this reviewer, when not empty.</param>
    /// <param name="onBehalfOf">Only as this person, when not empty.</param>
    /// <exception cref="Refusal">PERMISSION_DENIED: REVIEWER_AWAITED, OWN_DRAFT or ALREADY_REVIEWED.</exception>
    public static (Step Step, Acting As) Find(AgreementRow row, Caller caller, IReadOnlyList<Acting> @as, string role, string onBehalfOf)
    {
        var open = Open(row.Steps);
        var able = (from acting in @as.OrderBy(acting => acting.Delegated)
                    from step in open
                    where (role.Length == 0 || step.Role == role) && (onBehalfOf.Length == 0 || (acting.Delegated && acting.Actor == onBehalfOf))
                    where MayActFor(step, row, acting)
                    select (step, acting)).ToList();
        if (able.Count == 0)
            throw AgreementRules.Awaited("REVIEWER_AWAITED", "审批", "reviewed", [.. open.SelectMany(Awaits).Distinct()]);
        var mine = able.Where(one => !row.IsWrittenBy(caller) && !row.IsWrittenBy(one.acting.Actor)).ToList();
        if (mine.Count == 0)
            throw new Refusal(StatusCode.PermissionDenied, "OWN_DRAFT", "不能审批自己（或委托人）参与起草的协议。", "Nobody reviews a draft of his own, or of whom he acts for.");
        return mine.Exists(one => !HasDecided(row.Steps, one.step.No, caller, one.acting))
            ? mine.First(one => !HasDecided(row.Steps, one.step.No, caller, one.acting))
            : throw new Refusal(StatusCode.PermissionDenied, "ALREADY_REVIEWED", "您在这一步已审批过，须由他人审批。", "You have decided in this step already; somebody else has to.");
    }

    /// <summary>Whether this person could act for the reviewer as far as role and place go.</summary>
    public static bool MayActFor(Step step, AgreementRow row, Acting acting) =>
        Awaits(step).Any(acting.Roles.Contains) && acting.Scope.Sees(row.ScopePath, row.AssigneeId);

    /// <summary>The chain after a decision. The first approval of an "any" step, and any return, make its other reviewers needless.</summary>
    public static IReadOnlyList<Step> Decide(
        IReadOnlyList<Step> chain, Step decided, Caller caller, Acting acting, bool approves, string comment, IReadOnlyList<Remark> remarks, long nowUs)
    {
        var done = decided with
        {
            State = approves ? Approved : Returned,
            Reviewer = AgreementRow.Actor(caller),
            ReviewerName = caller.Name,
            For = acting.Delegated ? acting.Actor : "",
            ForName = acting.Delegated ? acting.Name : "",
            Comment = comment,
            Remarks = remarks,
            AtUs = nowUs,
            DueUs = null,
        };
        var settles = !approves || decided.Mode == PolicyRules.Any;
        return [.. chain.Select(step => step == decided ? done
            : settles && step.No == decided.No && step.State == Pending ? step with { State = Skipped, DueUs = null } : step)];
    }

    /// <summary>The chain after a sweep: every open reviewer whose time is over goes up one level; the same chain when none is.</summary>
    public static IReadOnlyList<Step> Escalate(IReadOnlyList<Step> chain, long nowUs, WorkingCalendar calendar)
    {
        var late = Open(chain).Where(step => step.DueUs <= nowUs).ToList();
        return late.Count == 0 ? chain : [.. chain.Select(step => late.Contains(step) ? Escalated(step, nowUs, calendar) : step)];
    }

    private static Step Escalated(Step step, long nowUs, WorkingCalendar calendar)
    {
        if (Next(step) is not { } superior)
            return step with { DueUs = null };
        var up = step with { Escalated = [.. step.Escalated, superior] };
        return up with { DueUs = Next(up) is null ? null : Due(up, nowUs, calendar) };
    }

    private static string? Next(Step step)
    {
        var from = step.Escalated.Count == 0 ? step.Role : step.Escalated[^1];
        var next = step.Escalated.Count == 0 && step.EscalateTo.Length > 0 ? step.EscalateTo : Superior.GetValueOrDefault(from);
        return next is null || Awaits(step).Contains(next) ? null : next;
    }

    private static long? Due(Step step, long sinceUs, WorkingCalendar calendar) =>
        step.EscalateMinutes == 0 || Next(step) is null ? null
            : calendar.AddWorkingTime(Clock.FromMicros(sinceUs), TimeSpan.FromMinutes(step.EscalateMinutes)).Micros();

    private static bool HasDecided(IReadOnlyList<Step> chain, int no, Caller caller, Acting acting) =>
        chain.Any(step => step.No == no && step.AtUs > 0 && (step.Reviewer == AgreementRow.Actor(caller) || (step.For.Length > 0 && step.For == acting.Actor)));
}
