using Grpc.Core;
using Qudao.Contract.Instalments;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Payments;

/// <summary>What is done to a request.</summary>
public enum PaymentAction
{
    Create,
    Update,
    Submit,
    Confirm,
    Check,
    Settle,
    Return,
    Withdraw,
    Cancel,
    Sign,
    Reverse,
}

/// <summary>Where a request may go, who may send it there, and what its lines may take. Pure.</summary>
public static class PaymentRules
{
    public const string ConfirmPermission = "contract.payments.confirm";
    public const string CheckPermission = "contract.payments.check";
    public const string SettlePermission = "contract.payments.settle";

    /// <summary>draft → awaiting manager → purchasing → finance → signature → closed; and what leads off this way.</summary>
    private static readonly Dictionary<(PaymentAction Action, PaymentState From), PaymentState> Moves = new()
    {
        [(PaymentAction.Update, PaymentState.Draft)] = PaymentState.Draft,
        [(PaymentAction.Update, PaymentState.Returned)] = PaymentState.Returned,
        [(PaymentAction.Submit, PaymentState.Draft)] = PaymentState.AwaitingManager,
        [(PaymentAction.Submit, PaymentState.Returned)] = PaymentState.AwaitingManager,
        [(PaymentAction.Confirm, PaymentState.AwaitingManager)] = PaymentState.AwaitingPurchasing,
        [(PaymentAction.Check, PaymentState.AwaitingPurchasing)] = PaymentState.AwaitingFinance,
        [(PaymentAction.Settle, PaymentState.AwaitingFinance)] = PaymentState.AwaitingSignature,
        [(PaymentAction.Sign, PaymentState.AwaitingSignature)] = PaymentState.Closed,
        [(PaymentAction.Return, PaymentState.AwaitingManager)] = PaymentState.Returned,
        [(PaymentAction.Return, PaymentState.AwaitingPurchasing)] = PaymentState.Returned,
        [(PaymentAction.Return, PaymentState.AwaitingFinance)] = PaymentState.Returned,
        [(PaymentAction.Return, PaymentState.AwaitingSignature)] = PaymentState.Returned,
        [(PaymentAction.Withdraw, PaymentState.AwaitingManager)] = PaymentState.Draft,
        [(PaymentAction.Withdraw, PaymentState.AwaitingPurchasing)] = PaymentState.Draft,
        [(PaymentAction.Withdraw, PaymentState.AwaitingFinance)] = PaymentState.Draft,
        [(PaymentAction.Cancel, PaymentState.Draft)] = PaymentState.Cancelled,
        [(PaymentAction.Cancel, PaymentState.Returned)] = PaymentState.Cancelled,
        [(PaymentAction.Cancel, PaymentState.AwaitingManager)] = PaymentState.Cancelled,
        [(PaymentAction.Cancel, PaymentState.AwaitingPurchasing)] = PaymentState.Cancelled,
        [(PaymentAction.Cancel, PaymentState.AwaitingFinance)] = PaymentState.Cancelled,
        [(PaymentAction.Reverse, PaymentState.AwaitingSignature)] = PaymentState.Reversed,
        [(PaymentAction.Reverse, PaymentState.Closed)] = PaymentState.Reversed,
    };

    /// <summary>Null, or why this caller may not do this to the request as it stands. The permission of the rpc is looked at before.</summary>
    public static Refusal? Refuse(PaymentAction action, PaymentRow row, Caller caller)
    {
        var state = Codes.To<PaymentState>(row.State);
        if (!Moves.ContainsKey((action, state)))
            return Errors.Precondition("PAYMENT_STATE", $"申请单{StateZh(state)}，不能{ActionZh(action)}。", $"The request is {row.State}; it cannot be {ActionEn(action)}.");
        return action switch
        {
            PaymentAction.Confirm or PaymentAction.Check or PaymentAction.Settle => row.IsWrittenBy(caller) ? Own() : null,
            PaymentAction.Return when !caller.May(Awaited(state)) => Errors.Denied(Awaited(state)),
            PaymentAction.Return => row.IsWrittenBy(caller) ? Own() : null,
            PaymentAction.Withdraw when !row.IsWrittenBy(caller) => new Refusal(StatusCode.PermissionDenied, "DRAFTER_AWAITED", "只有申请人可以撤回。", "Only who drafted it takes it back."),
            PaymentAction.Cancel when !row.IsWrittenBy(caller) && !caller.May(ConfirmPermission) =>
                new Refusal(StatusCode.PermissionDenied, "DRAFTER_AWAITED", "只有申请人或经理可以作废。", "Only who drafted it, or the manager, gives it up."),
            _ => null,
        };
    }

    /// <summary>Where the action leads; only for what Refuse allows.</summary>
    public static PaymentState Next(PaymentAction action, PaymentState from) => Moves[(action, from)];

    /// <summary>Whether its lines are taken of the instalments while it stands there.</summary>
    public static bool Reserves(PaymentState state) => state is PaymentState.AwaitingManager or PaymentState.AwaitingPurchasing or PaymentState.AwaitingFinance;

    /// <summary>Whether what finance confirmed holds while it stands there.</summary>
    public static bool IsSettled(PaymentState state) => state is PaymentState.AwaitingSignature or PaymentState.Closed;

    /// <summary>What is wrong with a new request before its instalments are known.</summary>
    public static IEnumerable<Violation> Create(PaymentRequest request)
    {
        if (request.Kind == PaymentKind.Unspecified)
            yield return new("payment_request.kind", "必填", "is required", "REQUIRED");
        foreach (var fault in Lines(request.Lines, "payment_request.lines", required: true))
            yield return fault;
    }

    /// <summary>What is wrong with a change before the row is known.</summary>
    public static IEnumerable<Violation> Update(PaymentRequest request, IReadOnlyList<string> mask)
    {
        if (request.Name.Length == 0)
            yield return new("payment_request.name", "必填", "is required", "REQUIRED");
        foreach (var path in mask.Where(path => path is not ("*" or "lines" or "note")))
            yield return new("update_mask", $"字段“{path}”不能修改", $"the field \"{path}\" cannot be changed", "READ_ONLY");
        if (Changes(mask, "lines"))
            foreach (var fault in Lines(request.Lines, "payment_request.lines", required: true))
                yield return fault;
    }

    /// <summary>Whether a field is among those to change.</summary>
    public static bool Changes(IReadOnlyList<string> mask, string field) => mask.Count == 0 || mask.Contains("*") || mask.Contains(field);

    /// <summary>Lines name each instalment once.</summary>
    public static IEnumerable<Violation> Lines(IReadOnlyList<PaymentLine> lines, string field, bool required)
    {
        if (required && lines.Count == 0)
            yield return new(field, "必填", "is required", "REQUIRED");
        var known = new HashSet<string>();
        for (var i = 0; i < lines.Count; i++)
            if (!known.Add(lines[i].Instalment))
                yield return new($"{field}[{i}].instalment", "同一期只能列一次", "is there twice", "DUPLICATE");
    }

    /// <summary>Nothing is received, invoiced or signed in the future.</summary>
    public static IEnumerable<Violation> NotLater(string field, string day, DateOnly today) =>
        ServiceRules.Day(day) > today ? [new(field, "不能晚于今天", "must not be later than today", "OUT_OF_RANGE")] : [];

    /// <summary>What the lines of a request get wrong, with the instalments that were found for them.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="found">The instalments that the caller may see, by id.</param>
    /// <param name="partnerId">Whose they must be; null: all of one, whoever that is.</param>
    /// <param name="available">What of an instalment can be taken.</param>
    /// <param name="field">Where the lines are.</param>
    public static IEnumerable<Violation> Take(
        IReadOnlyList<Line> lines, IReadOnlyDictionary<string, InstalmentRow> found, string? partnerId, Func<InstalmentRow, long> available, string field)
    {
        var whose = partnerId ?? lines.Select(line => found.GetValueOrDefault(line.InstalmentId)?.PartnerId).FirstOrDefault(id => id is not null);
        for (var i = 0; i < lines.Count; i++)
        {
            var at = $"{field}[{i}]";
            if (!found.TryGetValue(lines[i].InstalmentId, out var row))
                yield return new($"{at}.instalment", $"找不到 instalments/{lines[i].InstalmentId}，或者它不在您的管理范围内", $"instalments/{lines[i].InstalmentId} was not found, or is outside your scope", "NOT_FOUND");
            else if (row.PartnerId != whose)
                yield return new($"{at}.instalment", "须为同一客户的分期", "must be of the same partner", "OTHER_PARTNER");
            else if (lines[i].AmountFen > available(row))
                yield return new($"{at}.amount_fen", $"超过可申请金额（{Money.Zh(available(row))}）", $"exceeds what is open, {Money.En(available(row))}", "EXCEEDS_OPEN");
        }
    }

    /// <summary>Spreads an amount over lines in their order, none beyond its own; what does not fit is left over.</summary>
    public static (IReadOnlyList<Line> Spread, long Left) Spread(IReadOnlyList<Line> lines, long amountFen)
    {
        var spread = new List<Line>();
        foreach (var line in lines)
        {
            var part = Math.Min(line.AmountFen, amountFen);
            if (part > 0)
                spread.Add(line with { AmountFen = part });
            amountFen -= part;
        }
        return (spread, amountFen);
    }

    private static string Awaited(PaymentState state) => state switch
    {
        PaymentState.AwaitingManager => ConfirmPermission,
        PaymentState.AwaitingPurchasing => CheckPermission,
        _ => SettlePermission,
    };

    private static Refusal Own() => new(StatusCode.PermissionDenied, "OWN_REQUEST", "不能审核自己参与填写的申请单。", "Nobody decides on a request he took part in writing.");

    private static string StateZh(PaymentState state) => state switch
    {
        PaymentState.Draft => "尚在填写",
        PaymentState.AwaitingManager => "待经理确认",
        PaymentState.AwaitingPurchasing => "待采购核对",
        PaymentState.AwaitingFinance => "待财务确认",
        PaymentState.AwaitingSignature => "待客户签收",
        PaymentState.Closed => "已完成",
        PaymentState.Returned => "已退回修改",
        PaymentState.Cancelled => "已作废",
        _ => "已冲销",
    };

    private static string ActionZh(PaymentAction action) => action switch
    {
        PaymentAction.Update => "修改",
        PaymentAction.Submit => "提交",
        PaymentAction.Confirm => "由经理确认",
        PaymentAction.Check => "由采购核对",
        PaymentAction.Settle => "由财务确认",
        PaymentAction.Return => "退回",
        PaymentAction.Withdraw => "撤回",
        PaymentAction.Cancel => "作废",
        PaymentAction.Sign => "签收",
        _ => "冲销",
    };

    private static string ActionEn(PaymentAction action) => action switch
    {
        PaymentAction.Update => "changed",
        PaymentAction.Submit => "submitted",
        PaymentAction.Confirm => "confirmed by the manager",
        PaymentAction.Check => "checked by purchasing",
        PaymentAction.Settle => "confirmed by finance",
        PaymentAction.Return => "returned",
        PaymentAction.Withdraw => "withdrawn",
        PaymentAction.Cancel => "cancelled",
        PaymentAction.Sign => "signed",
        _ => "reversed",
    };
}
