using Grpc.Core;
using Qudao.Contract.Agreements;
using Qudao.Contract.V1;
using Qudao.Platform;
using State = Qudao.Contract.V1.ReconciliationStatementState;

namespace Qudao.Contract.Reconciliations;

/// <summary>What is done to a statement.</summary>
public enum StatementAction
{
    Send,
    Answer,
    Assess,
    Explain,
    Approve,
    Return,
}

/// <summary>For whom an explanation is approved.</summary>
public enum ApprovalPart
{
    Finance,
    Manager,
}

/// <summary>When accounts are reconciled 核对往来账, where a statement may go, who may send it there. Pure.</summary>
public static class ReconciliationRules
{
    public const string Finance = "finance";

    private static readonly string[] Managers = [AgreementRules.SalesManager, AgreementRules.CentreGeneralManager];

    private static readonly Dictionary<StatementAction, State[]> From = new()
    {
        [StatementAction.Send] = [State.Open],
        [StatementAction.Answer] = [State.Sent, State.Answered],
        [StatementAction.Assess] = [State.Answered],
        [StatementAction.Explain] = [State.Differing],
        [StatementAction.Approve] = [State.Differing],
        [StatementAction.Return] = [State.Answered, State.Differing],
    };

    /// <summary>The last day of June or December up to today.</summary>
    public static DateOnly LatestCutoff(DateOnly today)
    {
        DateOnly[] ends = [new(today.Year, 12, 31), new(today.Year, 6, 30), new(today.Year - 1, 12, 31)];
        return ends.First(end => end <= today);
    }

    /// <summary>"2026-H1": the half-year that a day lies in.</summary>
    public static string Period(DateOnly day) => $"{day:yyyy}-H{(day.Month <= 6 ? 1 : 2)}";

    /// <summary>Its first day.</summary>
    public static DateOnly StartOfPeriod(DateOnly day) => new(day.Year, day.Month <= 6 ? 1 : 7, 1);

    /// <summary>What is wrong with a cut-off day.</summary>
    public static IEnumerable<Violation> Cutoff(string cutoffDate, DateOnly today)
    {
        if (ServiceRules.Day(cutoffDate) is not { } day)
            yield break;
        if (day > today)
            yield return new("reconciliation.cutoff_date", "截止日不能晚于今天", "must not be later than today", "OUT_OF_RANGE");
        else if (day.Month is not (6 or 12))
            yield return new("reconciliation.cutoff_date", "截止日须在六月或十二月", "must be in June or December", "OUT_OF_RANGE");
    }

    /// <summary>Null, or why this caller may not do this to the statement as it stands. The permission of the rpc is looked at before.</summary>
    public static Refusal? Refuse(StatementAction action, StatementRow row, Caller caller)
    {
        var state = Codes.To<State>(row.State);
        if (!From[action].Contains(state))
            return Errors.Precondition("STATEMENT_STATE", $"对账单{StateZh(state)}，不能{ActionZh(action)}。", $"The statement is {row.State}; it cannot be {ActionEn(action)}.");
        var actor = AgreementRow.Actor(caller);
        return action switch
        {
            StatementAction.Assess when row.AnsweredBy == actor => new Refusal(StatusCode.PermissionDenied, "OWN_ANSWER", "不能核对自己录入的对方数据。", "Nobody assesses what he entered himself."),
            StatementAction.Approve when row.Items.Count == 0 => Errors.Precondition("NOT_EXPLAINED", "差异尚未说明。", "The difference is not explained yet."),
            StatementAction.Approve when row.ExplainedBy == actor => new Refusal(StatusCode.PermissionDenied, "OWN_EXPLANATION", "不能批准自己填写的差异说明。", "Nobody approves what he explained himself."),
            StatementAction.Approve when !Parts(caller).Any() => new Refusal(StatusCode.PermissionDenied, "APPROVER_AWAITED", "此说明须由财务和经理批准。", "This is to be approved by finance and by the manager."),
            StatementAction.Approve when Part(row, caller) is null => Errors.Precondition("ALREADY_APPROVED", "此说明已由您或您的同事批准。", "You, or a colleague, approved this already."),
            _ => null,
        };
    }

    /// <summary>For whom the caller approves: a part that nobody has approved yet, and nobody both.</summary>
    public static ApprovalPart? Part(StatementRow row, Caller caller)
    {
        var actor = AgreementRow.Actor(caller);
        if (row.FinanceApprover == actor || row.ManagerApprover == actor)
            return null;
        foreach (var part in Parts(caller))
            if ((part == ApprovalPart.Finance ? row.FinanceApprover : row.ManagerApprover).Length == 0)
                return part;
        return null;
    }

    /// <summary>Equal figures are agreed.</summary>
    public static State Assess(long ourFen, long theirFen) => ourFen == theirFen ? State.Agreed : State.Differing;

    /// <summary>What is wrong with an explanation: its items do not add up to the difference.</summary>
    public static IEnumerable<Violation> Explain(IReadOnlyList<Item> items, long differenceFen)
    {
        var sum = items.Sum(item => (decimal)item.AmountFen);
        if (sum != differenceFen)
            yield return new("items", $"各项合计 {sum / 100:N2} 元，须等于差异 {Money.Zh(differenceFen)}", $"add up to CNY {sum / 100:N2}, and must to the difference, {Money.En(differenceFen)}", "SUM_DIFFERS");
    }

    /// <summary>By how much our account is put right: our errors, with the sign turned.</summary>
    public static long Adjustment(IEnumerable<Item> items) => -items.Where(item => item.Kind == Codes.Of(DifferenceKind.OurError)).Sum(item => item.AmountFen);

    private static IEnumerable<ApprovalPart> Parts(Caller caller)
    {
        if (caller.Roles.Contains(Finance))
            yield return ApprovalPart.Finance;
        if (Managers.Any(caller.Roles.Contains))
            yield return ApprovalPart.Manager;
    }

    /// <summary>The state as a form says it.</summary>
    public static string StateZh(State state) => state switch
    {
        State.Open => "尚未发出",
        State.Sent => "待对方回函",
        State.Answered => "已回函",
        State.Agreed => "已相符",
        State.Differing => "不符",
        _ => "已处理",
    };

    private static string ActionZh(StatementAction action) => action switch
    {
        StatementAction.Send => "发出",
        StatementAction.Answer => "录入对方数据",
        StatementAction.Assess => "核对",
        StatementAction.Explain => "说明差异",
        StatementAction.Approve => "批准",
        _ => "退回重填",
    };

    private static string ActionEn(StatementAction action) => action switch
    {
        StatementAction.Send => "sent",
        StatementAction.Answer => "answered",
        StatementAction.Assess => "assessed",
        StatementAction.Explain => "explained",
        StatementAction.Approve => "approved",
        _ => "returned",
    };
}
