using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Flows;

/// <summary>A move of the table.</summary>
/// <param name="Does">What it does to the ticket besides: nothing more (Advance), tells the result (Resolve), closes, or takes it up again.</param>
public sealed record Move(TicketKind Kind, TicketStep Step, TicketMove Name, TicketStep Next, TicketAction Does = TicketAction.Advance)
{
    /// <summary>The client is told something.</summary>
    public bool Tells => Does == TicketAction.Resolve || Name == TicketMove.Soothe || (Name == TicketMove.Answer && Kind == TicketKind.Suggestion);
}

/// <summary>How tickets go from hand to hand: one table of moves for all kinds, as the manuals have it.</summary>
public static class FlowRules
{
    private static readonly string[] Overseers = ["administrator", "hq-general-manager", "centre-general-manager", "after-sales-manager"];

    private static readonly string[] Manager = ["sales-manager"];
    private static readonly string[] Technical = ["technical", "after-sales"];
    private static readonly string[] Purchasing = ["purchasing"];
    private static readonly string[] Goods = ["purchasing", "back-office"];

    /// <summary>Who acts at a step.</summary>
    private static readonly Dictionary<TicketStep, string[]> Owners = new()
    {
        [TicketStep.Confirmation] = Manager,
        [TicketStep.Form] = ["back-office", "after-sales"],
        [TicketStep.Contact] = Technical,
        [TicketStep.OnSite] = Technical,
        [TicketStep.Report] = Technical,
        [TicketStep.Appraisal] = Technical,
        [TicketStep.Repair] = Technical,
        [TicketStep.Sales] = ["salesperson", "sales-manager"],
        [TicketStep.Purchasing] = Purchasing,
        [TicketStep.ErpEntry] = Goods,
        [TicketStep.FactoryReturn] = Goods,
        [TicketStep.Reshipment] = Goods,
        [TicketStep.Informing] = ["salesperson", "after-sales", "sales-manager"],
        [TicketStep.Soothing] = ["after-sales", "salesperson", "sales-manager"],
        [TicketStep.Department] = ["after-sales", "technical", "sales-manager", "back-office", "purchasing"],
        [TicketStep.Result] = ["after-sales", "sales-manager"],
        [TicketStep.Satisfaction] = ["after-sales", "salesperson", "sales-manager"],
        [TicketStep.Decision] = Manager,
        [TicketStep.Reward] = Manager,
        [TicketStep.Answer] = ["after-sales", "technical", "salesperson", "sales-manager", "back-office"],
    };

    /// <summary>Every move there is.</summary>
    public static IReadOnlyList<Move> Moves { get; } =
    [
        new(TicketKind.Consultation, TicketStep.Answer, TicketMove.Answer, TicketStep.Done, TicketAction.Resolve),

        // 安抚并记录 → 责任部门 → 答复客户 → 是否满意
        new(TicketKind.Complaint, TicketStep.Soothing, TicketMove.Soothe, TicketStep.Department),
        new(TicketKind.Complaint, TicketStep.Department, TicketMove.Answer, TicketStep.Result),
        new(TicketKind.Complaint, TicketStep.Result, TicketMove.SendBack, TicketStep.Department),
        new(TicketKind.Complaint, TicketStep.Result, TicketMove.Inform, TicketStep.Satisfaction, TicketAction.Resolve),
        new(TicketKind.Complaint, TicketStep.Satisfaction, TicketMove.Satisfied, TicketStep.Done, TicketAction.Close),
        new(TicketKind.Complaint, TicketStep.Satisfaction, TicketMove.Dissatisfied, TicketStep.Department, TicketAction.Reopen),

        // 部门答复 → 是否采纳 → 奖励 → 告知
        new(TicketKind.Suggestion, TicketStep.Answer, TicketMove.Answer, TicketStep.Decision),
        new(TicketKind.Suggestion, TicketStep.Decision, TicketMove.Adopt, TicketStep.Reward),
        new(TicketKind.Suggestion, TicketStep.Decision, TicketMove.Decline, TicketStep.Informing),
        new(TicketKind.Suggestion, TicketStep.Reward, TicketMove.Reward, TicketStep.Informing),
        new(TicketKind.Suggestion, TicketStep.Informing, TicketMove.Inform, TicketStep.Done, TicketAction.Resolve),

        // 主管确认 → 内勤填单 → 技术联系客户、决定是否派工 → 反馈主管和内勤 → 业务员告知客户
        new(TicketKind.ServiceRequest, TicketStep.Confirmation, TicketMove.Confirm, TicketStep.Form),
        new(TicketKind.ServiceRequest, TicketStep.Confirmation, TicketMove.Refuse, TicketStep.Done, TicketAction.Resolve),
        new(TicketKind.ServiceRequest, TicketStep.Form, TicketMove.FileForm, TicketStep.Contact),
        new(TicketKind.ServiceRequest, TicketStep.Contact, TicketMove.Dispatch, TicketStep.OnSite),
        new(TicketKind.ServiceRequest, TicketStep.Contact, TicketMove.SolveRemotely, TicketStep.Report),
        new(TicketKind.ServiceRequest, TicketStep.OnSite, TicketMove.FinishOnSite, TicketStep.Report),
        new(TicketKind.ServiceRequest, TicketStep.Report, TicketMove.Report, TicketStep.Informing),
        new(TicketKind.ServiceRequest, TicketStep.Informing, TicketMove.Inform, TicketStep.Done, TicketAction.Resolve),

        // 主管确认 → 技术鉴定、维修 → 无法维修且确有故障：业务员 → 采购 → ERP → 返厂 → 重新发货
        new(TicketKind.Repair, TicketStep.Confirmation, TicketMove.Confirm, TicketStep.Appraisal),
        new(TicketKind.Repair, TicketStep.Confirmation, TicketMove.Refuse, TicketStep.Done, TicketAction.Resolve),
        new(TicketKind.Repair, TicketStep.Appraisal, TicketMove.Repairable, TicketStep.Repair),
        new(TicketKind.Repair, TicketStep.Appraisal, TicketMove.NoFault, TicketStep.Informing),
        new(TicketKind.Repair, TicketStep.Appraisal, TicketMove.BeyondRepair, TicketStep.Sales),
        new(TicketKind.Repair, TicketStep.Repair, TicketMove.FinishRepair, TicketStep.Informing),
        new(TicketKind.Repair, TicketStep.Repair, TicketMove.BeyondRepair, TicketStep.Sales),
        new(TicketKind.Repair, TicketStep.Sales, TicketMove.PassOn, TicketStep.Purchasing),
        .. Factory(TicketKind.Repair, TicketStep.Sales),

        // 主管确认 → 鉴定 → 采购 → ERP → 返厂 → 重新发货
        new(TicketKind.Return, TicketStep.Confirmation, TicketMove.Confirm, TicketStep.Appraisal),
        new(TicketKind.Return, TicketStep.Confirmation, TicketMove.Refuse, TicketStep.Done, TicketAction.Resolve),
        new(TicketKind.Return, TicketStep.Appraisal, TicketMove.Accept, TicketStep.Purchasing),
        new(TicketKind.Return, TicketStep.Appraisal, TicketMove.Decline, TicketStep.Informing),
        .. Factory(TicketKind.Return, TicketStep.Appraisal),
    ];

    private static readonly Dictionary<(TicketKind, TicketStep, TicketMove), Move> Table = Moves.ToDictionary(move => (move.Kind, move.Step, move.Name));

    /// <summary>Who may make a move at a step, besides those who oversee all.</summary>
    public static IReadOnlyList<string> OwnersOf(TicketStep step) => Owners.GetValueOrDefault(step) ?? [];

    /// <summary>Whose turn it is in the beginning.</summary>
    public static TicketStep First(TicketKind kind) => kind switch
    {
        TicketKind.Complaint => TicketStep.Soothing,
        TicketKind.ServiceRequest or TicketKind.Repair or TicketKind.Return => TicketStep.Confirmation,
        _ => TicketStep.Answer,
    };

    /// <summary>Whose turn it is when a settled ticket is taken up again: nobody confirms it a second time.</summary>
    public static TicketStep Again(TicketKind kind) => kind switch
    {
        TicketKind.Complaint => TicketStep.Department,
        TicketKind.ServiceRequest => TicketStep.Contact,
        TicketKind.Repair or TicketKind.Return => TicketStep.Appraisal,
        _ => TicketStep.Answer,
    };

    /// <summary>The move; refuses where the step has none such, and whoever it is not the turn of.</summary>
    public static Move Find(TicketKind kind, TicketStep step, TicketMove move, Caller caller)
    {
        var found = Table.GetValueOrDefault((kind, step, move)) ?? throw NoSuchMove(kind, step);
        if (!caller.Roles.Any(role => Overseers.Contains(role) || OwnersOf(step).Contains(role)))
            throw new Refusal(Grpc.Core.StatusCode.PermissionDenied, "NOT_YOUR_STEP", $"当前环节由其他岗位处理（{string.Join("、", OwnersOf(step))}）。",
                $"This step is for others ({string.Join(", ", OwnersOf(step))}).");
        return found;
    }

    /// <summary>Where the steps end when the result is told without a move: straight from the beginning, or from where telling it is due.</summary>
    public static TicketStep AfterResult(TicketKind kind, TicketStep step, int handOffs) =>
        Moves.FirstOrDefault(move => move.Kind == kind && move.Step == step && move is { Does: TicketAction.Resolve, Name: not TicketMove.Refuse }) is { } telling ? telling.Next
        : handOffs == 0 ? TicketStep.Done
        : throw Errors.Precondition("FLOW_UNFINISHED", "流程尚未走完，请先完成当前环节。", "The flow is not finished; complete the current step first.");

    /// <summary>What is wrong with a move as it was asked for, whatever the ticket.</summary>
    public static IEnumerable<Violation> Advance(AdvanceTicketRequest request)
    {
        if (request.Move is TicketMove.Reward or TicketMove.SendBack or TicketMove.Dissatisfied && request.Note.Length == 0)
            yield return Required("note");
        if (request.Move is TicketMove.Inform or TicketMove.Soothe or TicketMove.Refuse && request.Text.Length == 0)
            yield return Required("text");
        if (request.Move is TicketMove.EnterErp or TicketMove.ShipToFactory or TicketMove.Reship && request.Reference.Length == 0)
            yield return Required("reference");
        if (request.Move is TicketMove.Soothe && request.Department.Length == 0)
            yield return Required("department");
        if (request.Move is not (TicketMove.Reship or TicketMove.Unspecified) && request.ReplacementSerialNumbers.Count > 0)
            yield return new("replacement_serial_numbers", "只在重新发货时填写", "is for RESHIP only", "OTHER_MOVE") { Given = ["move"] };
        foreach (var fault in TicketRules.Serials("replacement_serial_numbers", request.ReplacementSerialNumbers))
            yield return fault;
    }

    /// <summary>What is wrong with it once the ticket is known.</summary>
    public static IReadOnlyList<Violation> Advance(AdvanceTicketRequest request, Move move, TicketRow row)
    {
        var known = TicketMessages.SerialsOf(row).Concat(TicketMessages.ReplacementsOf(row)).ToHashSet();
        return
        [
            .. move.Tells && request.Text.Length == 0 ? [Required("text")] : Array.Empty<Violation>(),
            .. request.ReplacementSerialNumbers.Index().Where(serial => known.Contains(serial.Item.Trim())).Select(serial =>
                new Violation($"replacement_serial_numbers[{serial.Index}]", "与工单原有设备相同，并非换新", "is a device of the ticket already, no replacement", "SAME_DEVICE")),
        ];
    }

    /// <summary>Whose warranty is asked about: the device that is named, else the only one of the ticket; "" for all of them.</summary>
    public static string DeviceOf(TicketRow row, string named)
    {
        var own = TicketMessages.SerialsOf(row).ToList();
        if (named.Length == 0)
            return own is [var only] ? only : "";
        return own.Concat(TicketMessages.ReplacementsOf(row)).Contains(named) ? named : throw Errors.Invalid([Errors.Missing("serial_number", named)]);
    }

    /// <summary>Until which day a device bought on a day is covered, and by that whether it is.</summary>
    public static (WarrantyState State, DateOnly? Until) Warranty(bool effective, DateOnly? agreementEnds, DateOnly? bought, int months, DateOnly opened)
    {
        if (!effective)
            return (WarrantyState.NoAgreement, null);
        var until = bought?.AddMonths(months);
        return until < opened ? (WarrantyState.Expired, until) : (WarrantyState.Covered, until ?? agreementEnds);
    }

    // 采购 → ERP 录入 → 返厂 → 重新发货 → 告知客户; purchasing sends back what is not clear.
    private static IEnumerable<Move> Factory(TicketKind kind, TicketStep before) =>
    [
        new(kind, TicketStep.Purchasing, TicketMove.Approve, TicketStep.ErpEntry),
        new(kind, TicketStep.Purchasing, TicketMove.SendBack, before),
        new(kind, TicketStep.ErpEntry, TicketMove.EnterErp, TicketStep.FactoryReturn),
        new(kind, TicketStep.FactoryReturn, TicketMove.ShipToFactory, TicketStep.Reshipment),
        new(kind, TicketStep.Reshipment, TicketMove.Reship, TicketStep.Informing),
        new(kind, TicketStep.Informing, TicketMove.Inform, TicketStep.Done, TicketAction.Resolve),
    ];

    private static Violation Required(string field) => new(field, "必填", "is required", "REQUIRED");

    private static Refusal NoSuchMove(TicketKind kind, TicketStep step)
    {
        var moves = string.Join(", ", Moves.Where(move => move.Kind == kind && move.Step == step).Select(move => move.Name));
        return Errors.Precondition("NO_SUCH_MOVE", $"当前环节不能这样流转（可以：{moves}）。", $"That cannot be done at this step (these can: {moves}).");
    }
}
