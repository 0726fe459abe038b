using System.Globalization;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>What people do with a ticket.</summary>
public enum TicketAction
{
    Respond,
    Assign,
    Pause,
    Resume,
    Resolve,
    Close,
    Comment,
    ChangeSeverity,
    FollowUp,
    ChangeKind,
    Advance,
    Queue,
    Reopen,
    Merge,
    Absorb,
    Split,
    PlanFollowUp,
}

/// <summary>What is allowed with tickets.</summary>
public static class TicketRules
{
    private const string HandlePermission = "serviceticket.tickets.handle";
    private const string CallsClientsPermission = "dealer.contacts.read-plain";
    private const TicketState Open = TicketState.Open;
    private const TicketState InProgress = TicketState.InProgress;
    private const TicketState Waiting = TicketState.Waiting;
    private const TicketState Resolved = TicketState.Resolved;
    private const TicketState Closed = TicketState.Closed;

    private static readonly Dictionary<(TicketState From, TicketAction), TicketState> Moves = new()
    {
        [(Open, TicketAction.Respond)] = InProgress,
        [(InProgress, TicketAction.Respond)] = InProgress,
        [(Open, TicketAction.Assign)] = InProgress,
        [(InProgress, TicketAction.Assign)] = InProgress,
        [(Waiting, TicketAction.Assign)] = Waiting,
        [(InProgress, TicketAction.Pause)] = Waiting,
        [(Waiting, TicketAction.Resume)] = InProgress,
        [(InProgress, TicketAction.Resolve)] = Resolved,
        [(Resolved, TicketAction.Close)] = Closed,
        [(Open, TicketAction.Comment)] = Open,
        [(InProgress, TicketAction.Comment)] = InProgress,
        [(Waiting, TicketAction.Comment)] = Waiting,
        [(Resolved, TicketAction.Comment)] = Resolved,
        [(Closed, TicketAction.Comment)] = Closed,
        [(Open, TicketAction.ChangeSeverity)] = Open,
        [(InProgress, TicketAction.ChangeSeverity)] = InProgress,
        [(Waiting, TicketAction.ChangeSeverity)] = Waiting,
        [(Resolved, TicketAction.FollowUp)] = Resolved,
        [(Closed, TicketAction.FollowUp)] = Closed,
        [(Open, TicketAction.ChangeKind)] = Open,
        [(InProgress, TicketAction.ChangeKind)] = InProgress,
        [(Waiting, TicketAction.ChangeKind)] = Waiting,
        [(Open, TicketAction.Advance)] = InProgress,
        [(InProgress, TicketAction.Advance)] = InProgress,
        [(Open, TicketAction.Queue)] = Open,
        [(InProgress, TicketAction.Queue)] = InProgress,
        [(Waiting, TicketAction.Queue)] = Waiting,
        [(Resolved, TicketAction.Reopen)] = InProgress,
        [(Closed, TicketAction.Reopen)] = InProgress,
        [(Open, TicketAction.Merge)] = Closed,
        [(InProgress, TicketAction.Merge)] = Closed,
        [(Waiting, TicketAction.Merge)] = Closed,
        [(Open, TicketAction.Absorb)] = Open,
        [(InProgress, TicketAction.Absorb)] = InProgress,
        [(Waiting, TicketAction.Absorb)] = Waiting,
        [(Open, TicketAction.Split)] = Open,
        [(InProgress, TicketAction.Split)] = InProgress,
        [(Waiting, TicketAction.Split)] = Waiting,
        [(Resolved, TicketAction.Split)] = Resolved,
        [(Resolved, TicketAction.PlanFollowUp)] = Resolved,
        [(Closed, TicketAction.PlanFollowUp)] = Closed,
    };

    /// <summary>The state after the action; refuses (FAILED_PRECONDITION) with the reason where the state forbids it.</summary>
    public static TicketState Next(TicketState from, TicketAction action) => Moves.TryGetValue((from, action), out var to) ? to : throw Refused(from, action);

    /// <summary>The letters a kind's numbers begin with: the initials of its Chinese name.</summary>
    public static string Letters(TicketKind kind) => kind switch
    {
        TicketKind.Consultation => "ZX",
        TicketKind.Complaint => "TS",
        TicketKind.Suggestion => "JY",
        TicketKind.ServiceRequest => "SH",
        TicketKind.Repair => "FX",
        TicketKind.Return => "TH",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>People of an agent or shop: internal entries and escalations are not for them.</summary>
    public static bool IsOutside(Caller caller) => caller.PartnerId is not null;

    /// <summary>Who deals with tickets, who calls clients, the partner's own people and its salesperson see telephone numbers; to all others they are masked.</summary>
    public static bool SeesPhones(Caller caller, string? assigneeId) =>
        caller.May(HandlePermission) || caller.May(CallsClientsPermission) || IsOutside(caller) || (caller.StaffId is not null && caller.StaffId == assigneeId);

    /// <summary>A major complaint 重大投诉 goes to the superior at once.</summary>
    public static bool IsToldAtOnce(TicketRow row) =>
        row.Kind == Words.Of(TicketKind.Complaint) && row.Severity == Words.Of(TicketSeverity.Major) && row.EscalationLevel == 0;

    public static IReadOnlyList<Violation> Create(Ticket ticket, Caller caller)
    {
        var found = new List<Violation>();
        if (ticket.Partner.Length == 0 && !IsOutside(caller))
            found.Add(new("ticket.partner", "必填", "is required", "REQUIRED"));
        if (ticket.Severity == TicketSeverity.Major && IsOutside(caller))
            found.Add(new("ticket.severity", "严重程度由受理人员评定", "is for staff to judge", "STAFF_ONLY"));
        found.AddRange(Serials("ticket.serial_numbers", ticket.SerialNumbers));
        return found;
    }

    /// <summary>Serial numbers 序列号 are there once each.</summary>
    public static IEnumerable<Violation> Serials(string field, IEnumerable<string> serials)
    {
        var seen = new HashSet<string>();
        foreach (var (i, serial) in serials.Index())
            if (string.IsNullOrWhiteSpace(serial))
                yield return new($"{field}[{i}]", "必填", "is required", "REQUIRED");
            else if (!seen.Add(serial.Trim()))
                yield return new($"{field}[{i}]", "序列号重复", "is there twice", "TWICE");
    }

    /// <summary>Whom a ticket, or a visit, may be given to.</summary>
    public static IReadOnlyList<Violation> Staff(string field, Staff person) =>
        person.Active && person.Partner.Length == 0 ? [] : [new(field, "须是在职的本公司员工", "must be an active member of staff", "NOT_STAFF")];

    /// <summary>Where a ticket stands in a list: its due time and id.</summary>
    public static string KeyOf(TicketRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.NextDueUs}~{row.Id}");

    /// <summary>The due time and id in a page's key; before every ticket when the key is empty.</summary>
    public static (long Due, string Id) Key(string key) =>
        key.Split('~') is [var due, var id] && long.TryParse(due, NumberStyles.None, CultureInfo.InvariantCulture, out var us) ? (us, id) : (0, "");

    /// <summary>The first response is given once; what follows are comments.</summary>
    public static void RequireUnanswered(TicketRow row)
    {
        if (row.FirstResponseUs is not null)
            throw Errors.Precondition("ALREADY_RESPONDED", "工单已有首次响应，请改用备注。", "The ticket has its first response; add a comment instead.");
    }

    /// <summary>One follow-up per round: nobody writes over what the client said.</summary>
    public static void RequireNotFollowedUp(TicketRow row)
    {
        if (row.FollowUpUs > row.RoundFromUs)
            throw Errors.Precondition("ALREADY_FOLLOWED_UP", "工单已经回访过。", "The ticket has been followed up.");
    }

    public static void RequireOther(TicketRow row, TicketSeverity severity)
    {
        if (row.Severity == Words.Of(severity))
            throw Errors.Precondition("SEVERITY_UNCHANGED", "工单已是该严重程度。", "The ticket has this severity.");
    }

    public static void RequireOther(TicketRow row, TicketKind kind)
    {
        if (row.Kind == Words.Of(kind))
            throw Errors.Precondition("KIND_UNCHANGED", "工单已是该类型。", "The ticket is of this kind.");
    }

    /// <summary>What was merged goes on elsewhere.</summary>
    public static void RequireNotMerged(TicketRow row)
    {
        if (row.MergedInto is not null)
            throw Errors.Precondition("MERGED", $"工单已合并到 tickets/{row.MergedInto}。", $"The ticket was merged into tickets/{row.MergedInto}.");
    }

    /// <summary>Whether two tickets may become one.</summary>
    public static IReadOnlyList<Violation> Merge(TicketRow row, TicketRow into) =>
        row.Id == into.Id ? [new("into", "不能与自身合并", "is the ticket itself", "SAME_TICKET")]
        : row.PartnerId != into.PartnerId ? [new("into", "只能合并同一机构的工单", "is another partner's", "OTHER_PARTNER")] : [];

    private static Refusal Refused(TicketState from, TicketAction action) => (from, action) switch
    {
        (Closed, _) => Errors.Precondition("ALREADY_CLOSED", "工单已关闭。", "The ticket is closed."),
        (Open or InProgress or Waiting, TicketAction.Close or TicketAction.FollowUp or TicketAction.Reopen or TicketAction.PlanFollowUp) =>
            Errors.Precondition("NOT_RESOLVED", "工单尚未解决。", "The ticket is not resolved yet."),
        (Open or InProgress, TicketAction.Resume) => Errors.Precondition("NOT_WAITING", "工单没有在等待客户。", "The ticket is not waiting for the client."),
        (Open, _) => Errors.Precondition("NOT_STARTED", "工单尚未开始处理，请先响应或指派。", "Nobody works on the ticket yet; respond or assign it first."),
        (Waiting, _) => Errors.Precondition("WAITING_FOR_CLIENT", "工单正在等待客户，请先恢复。", "The ticket waits for its client; resume it first."),
        _ => Errors.Precondition("ALREADY_RESOLVED", "工单已解决。", "The ticket is resolved."),
    };
}
