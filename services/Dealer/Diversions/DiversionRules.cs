using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

/// <summary>What is done to a case.</summary>
public enum DiversionAction
{
    Identify,
    Investigate,
    Invite,
    Answer,
    Find,
    Rule,
    Appeal,
    Decide,
    Execute,
    Withdraw,
    Reopen,
    Attach,
    Note,
}

/// <summary>Who somebody is to a case; one may be several.</summary>
[Flags]
public enum DiversionWho
{
    /// <summary>Whoever sees it, and no more.</summary>
    None = 0,

    /// <summary>The very person who claimed.</summary>
    Filer = 1,

    /// <summary>People of the partner that claims.</summary>
    Claimant = 2,

    /// <summary>People of the partner that is accused.</summary>
    Accused = 4,

    /// <summary>The sales management whose the case is: the centre's, or headquarters'.</summary>
    Manager = 8,

    /// <summary>Who investigates.</summary>
    Investigator = 16,

    /// <summary>Headquarters, with the power to decide appeals.</summary>
    Headquarters = 32,

    /// <summary>Who made the ruling.</summary>
    Ruler = 64,

    /// <summary>Any member of staff.</summary>
    Staff = 128,
}

/// <summary>What is done to a case, when and by whom.</summary>
public static class DiversionRules
{
    public const string ReadPermission = "dealer.diversions.read";
    public const string HandlePermission = "dealer.diversions.handle";
    public const string DecidePermission = "dealer.diversions.decide";

    /// <summary>Days until a statement at most; the manuals give no time.</summary>
    public const int StatementDays = 90;

    private const DiversionWho Parties = DiversionWho.Filer | DiversionWho.Claimant | DiversionWho.Accused;

    /// <summary>In which states each is done, and by whom: one of these is enough.</summary>
    public static readonly IReadOnlyDictionary<DiversionAction, (DiversionState[] States, DiversionWho Who)> Allowed = new Dictionary<DiversionAction, (DiversionState[], DiversionWho)>
    {
        [DiversionAction.Identify] = ([DiversionState.Claimed, DiversionState.Investigating], DiversionWho.Manager),
        [DiversionAction.Investigate] = ([DiversionState.Claimed, DiversionState.Investigating], DiversionWho.Manager),
        [DiversionAction.Invite] = ([DiversionState.Investigating], DiversionWho.Manager | DiversionWho.Investigator),
        [DiversionAction.Answer] = ([DiversionState.Investigating], DiversionWho.Accused | DiversionWho.Manager | DiversionWho.Investigator),
        [DiversionAction.Find] = ([DiversionState.Investigating], DiversionWho.Manager | DiversionWho.Investigator),
        [DiversionAction.Rule] = ([DiversionState.Investigating], DiversionWho.Manager),
        [DiversionAction.Appeal] = ([DiversionState.Ruled], Parties | DiversionWho.Manager),
        [DiversionAction.Decide] = ([DiversionState.Appealed], DiversionWho.Headquarters),
        [DiversionAction.Execute] = ([DiversionState.Final], DiversionWho.Manager),
        [DiversionAction.Withdraw] = ([DiversionState.Claimed, DiversionState.Investigating], DiversionWho.Filer | DiversionWho.Claimant),
        [DiversionAction.Reopen] = ([DiversionState.Final, DiversionState.Executed, DiversionState.Withdrawn], DiversionWho.Headquarters),
        [DiversionAction.Attach] = ([DiversionState.Claimed, DiversionState.Investigating, DiversionState.Appealed], Parties | DiversionWho.Manager | DiversionWho.Investigator),
        [DiversionAction.Note] = (Enum.GetValues<DiversionState>(), DiversionWho.Staff),
    };

    private static readonly Dictionary<DiversionState, string> Names = new()
    {
        [DiversionState.Claimed] = "已举报",
        [DiversionState.Investigating] = "调查中",
        [DiversionState.Ruled] = "申诉期",
        [DiversionState.Appealed] = "申诉中",
        [DiversionState.Final] = "已生效",
        [DiversionState.Executed] = "已执行",
        [DiversionState.Withdrawn] = "已撤回",
    };

    public static string Chinese(DiversionState state) => Names[state];

    /// <summary>Why somebody who is this to a case cannot do that in this state; null when he can.</summary>
    public static Refusal? WhyNot(DiversionAction action, DiversionState state, DiversionWho who)
    {
        var (states, allowed) = Allowed[action];
        if ((who & allowed) == 0)
            return Errors.Denied($"{(action is DiversionAction.Decide or DiversionAction.Reopen ? DecidePermission : HandlePermission)}:{action.ToString().ToLowerInvariant()}");
        if (action is DiversionAction.Rule or DiversionAction.Decide && who.HasFlag(DiversionWho.Filer))
            return Errors.Precondition("OWN_CASE", "本人举报的案件须由他人裁定。", "Somebody else rules on a case that you claimed.");
        if (action == DiversionAction.Decide && who.HasFlag(DiversionWho.Ruler))
            return Errors.Precondition("OWN_RULING", "本人作出的裁定，其申诉须由他人决定。", "Somebody else decides on the appeal against your ruling.");
        return states.Contains(state) ? null
            : Errors.Precondition("DIVERSION_STATE", $"案件“{Names[state]}”，不能进行此操作。", $"This is not done to a case that is {state.ToString().ToLowerInvariant()}.");
    }

    /// <summary>Why there can be no ruling yet, whoever rules; null when there can.</summary>
    public static Refusal? WhyNotYet(DiversionRow row, bool accusedIsKnown) =>
        !accusedIsKnown ? Errors.Precondition("ACCUSED_UNKNOWN", "尚未确认被举报方。", "It is not known yet which partner is accused.")
        : IsAwaited(row) ? Errors.Precondition("STATEMENT_AWAITED", $"被举报方可在 {Day(row.StatementDueUs)} 之前陈述申辩，届满后方可裁定。", $"The accused may make a statement until {Day(row.StatementDueUs)}; the ruling waits for it.")
        : null;

    /// <summary>Why no statement is taken now; null when one is.</summary>
    public static Refusal? WhyNoStatement(DiversionRow row, long nowMicros) =>
        row.StatementDueUs is not { } due ? Errors.Precondition("STATEMENT_NOT_INVITED", "尚未通知陈述申辩。", "No statement was invited.")
        : row.StatementUs is not null ? Errors.Precondition("STATEMENT_MADE", "已经提交陈述申辩。", "The statement is made already.")
        : nowMicros >= due || row.StatementExpired ? Errors.Precondition("STATEMENT_OVER", "陈述申辩的期限已过。", "The time for a statement is over.")
        : null;

    /// <summary>Why the ruling can be appealed against no longer; null when it can.</summary>
    public static Refusal? WhyNoAppeal(DiversionRow row, long nowMicros) =>
        row.AppealDueUs is { } due && nowMicros < due ? null : Errors.Precondition("APPEAL_OVER", "申诉期限已过。", "The time for an appeal is over.");

    /// <summary>Whether the accused was invited to a statement that may still come.</summary>
    public static bool IsAwaited(DiversionRow row) => row.StatementDueUs is not null && row.StatementUs is null && !row.StatementExpired;

    /// <summary>Until when a ruling of this day can be appealed against.</summary>
    public static DateTimeOffset AppealDue(DateOnly ruled, int workingDays, WorkingCalendar calendar) => ChinaTime.EndOfDay(calendar.AddWorkingDays(ruled, workingDays));

    /// <summary>What cannot be in a claim, whoever makes it.</summary>
    public static List<Violation> Create(Diversion claim, DateOnly today)
    {
        var violations = new List<Violation>();
        if (claim.Accused.Length == 0 && string.IsNullOrWhiteSpace(claim.AccusedText))
            violations.Add(new("diversion.accused", "须指明被举报方，或用文字说明", "is required, or a text in accused_text", "REQUIRED"));
        if (claim.Accused.Length > 0 && claim.Accused == claim.Claimant)
            violations.Add(new("diversion.accused", "不能与举报方相同", "must be another than the claimant") { Given = ["diversion.claimant"] });
        if (ServiceRules.Day(claim.FoundDate) > today)
            violations.Add(new("diversion.found_date", "不能晚于今天", "is in the future", "TOO_LATE"));
        if (claim.CityCode.Length > 0 && Divisions.ByCode(claim.CityCode) is not { Level: DivisionLevel.City })
            violations.Add(new("diversion.city_code", "没有这个城市代码", "there is no such city", "NOT_FOUND"));
        return violations;
    }

    public static List<Violation> Invite(string dueDate, DateOnly today) => ServiceRules.Day(dueDate) is not { } day ? []
        : day <= today ? [new("due_date", "最早为明天", "must be tomorrow or later", "TOO_EARLY")]
        : day > today.AddDays(StatementDays) ? [new("due_date", $"最多 {StatementDays} 天", $"must be within {StatementDays} days", "TOO_LATE")]
        : [];

    /// <summary>What cannot be in a ruling: each kind has what belongs to it, and nothing else.</summary>
    public static List<Violation> Ruling(DiversionRuling ruling, string field, DateOnly today)
    {
        var violations = new List<Violation>();
        if (ruling.Kind == DiversionRulingKind.Fine && ruling.FineFen == 0)
            violations.Add(new($"{field}.fine_fen", "须写明罚款金额", "is required for a fine", "REQUIRED"));
        if (ruling.Kind != DiversionRulingKind.Fine && ruling.FineFen != 0)
            violations.Add(new($"{field}.fine_fen", "只有罚款才有金额", "is for fines only") { Given = [$"{field}.kind"] });
        if (ruling.Kind == DiversionRulingKind.Suspension && ruling.SuspendUntil.Length == 0)
            violations.Add(new($"{field}.suspend_until", "须写明暂停至哪一天", "is required for a suspension", "REQUIRED"));
        if (ruling.Kind != DiversionRulingKind.Suspension && ruling.SuspendUntil.Length > 0)
            violations.Add(new($"{field}.suspend_until", "只有暂停合作才有期限", "is for suspensions only") { Given = [$"{field}.kind"] });
        if (ruling.Kind == DiversionRulingKind.Suspension && ServiceRules.Day(ruling.SuspendUntil) <= today)
            violations.Add(new($"{field}.suspend_until", "须晚于今天", "must be later than today", "TOO_EARLY"));
        if (ruling.Kind != DiversionRulingKind.Dismissed && string.IsNullOrWhiteSpace(ruling.LegalBase))
            violations.Add(new($"{field}.legal_base", "须写明依据", "is required", "REQUIRED") { Given = [$"{field}.kind"] });
        return violations;
    }

    public static List<Violation> Decision(DiversionDecision decision, bool saysRuling, DateOnly today) =>
        (decision.Outcome == DiversionAppealOutcome.Changed, saysRuling) switch
        {
            (true, false) => [new("decision.ruling", "须写明变更后的裁定", "is required", "REQUIRED")],
            (false, true) => [new("decision.ruling", "只有变更时才有新的裁定", "is for a changed ruling only") { Given = ["decision.outcome"] }],
            (true, true) => Ruling(decision.Ruling, "decision.ruling", today),
            _ => [],
        };

    /// <summary>The ruling that holds: as it was made, or changed; null when it was revoked.</summary>
    public static DiversionRuling? Final(DiversionRuling ruling, DiversionDecision? decision) => decision?.Outcome switch
    {
        DiversionAppealOutcome.Changed => decision.Ruling,
        DiversionAppealOutcome.Revoked => null,
        _ => ruling,
    };

    private static string Day(long? micros) => $"{Clock.FromMicros(micros!.Value - 1).ToOffset(ChinaTime.Offset):yyyy-MM-dd}";
}
