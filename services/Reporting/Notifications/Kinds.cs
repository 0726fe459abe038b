using Qudao.Reporting.V1;

namespace Qudao.Reporting.Notifications;

/// <summary>A kind of notification: how it is stored, what it matters, and what its title begins with.</summary>
public sealed record Kind(string Code, NotificationKind Value, NotificationSeverity Severity, string Zh, string En)
{
    public bool IsCritical => Severity == NotificationSeverity.Critical;
}

/// <summary>Every kind there is. How much each matters is inferred.</summary>
public static class Kinds
{
    public static readonly Kind ObligationDueSoon = new("obligation-due-soon", NotificationKind.ObligationDueSoon, NotificationSeverity.Warning, "即将到期", "Due soon");
    public static readonly Kind ObligationOverdue = new("obligation-overdue", NotificationKind.ObligationOverdue, NotificationSeverity.Critical, "逾期未报", "Overdue");
    public static readonly Kind ObligationReturned = new("obligation-returned", NotificationKind.ObligationReturned, NotificationSeverity.Warning, "报送被退回", "Returned");
    public static readonly Kind ObligationSubmitted = new("obligation-submitted", NotificationKind.ObligationSubmitted, NotificationSeverity.Info, "收到报送", "Submitted to you");
    public static readonly Kind ApprovalWaiting = new("approval-waiting", NotificationKind.ApprovalWaiting, NotificationSeverity.Warning, "待您审批", "Waits for you");
    public static readonly Kind ApprovalEscalated = new("approval-escalated", NotificationKind.ApprovalEscalated, NotificationSeverity.Critical, "审批超时升级", "Review escalated");
    public static readonly Kind ApprovalDecided = new("approval-decided", NotificationKind.ApprovalDecided, NotificationSeverity.Info, "审批结果", "Decided");
    public static readonly Kind AgreementExpiring = new("agreement-expiring", NotificationKind.AgreementExpiring, NotificationSeverity.Warning, "协议到期", "Agreement ends");
    public static readonly Kind CertificateExpiring = new("certificate-expiring", NotificationKind.CertificateExpiring, NotificationSeverity.Warning, "证书到期", "Certificate ends");
    public static readonly Kind InstalmentDue = new("instalment-due", NotificationKind.InstalmentDue, NotificationSeverity.Warning, "款项到期", "Instalment due");
    public static readonly Kind TicketAssigned = new("ticket-assigned", NotificationKind.TicketAssigned, NotificationSeverity.Warning, "工单已分派给您", "Ticket assigned to you");
    public static readonly Kind TicketHandedOff = new("ticket-handed-off", NotificationKind.TicketHandedOff, NotificationSeverity.Info, "工单流转到您", "Ticket came to you");
    public static readonly Kind TicketEscalated = new("ticket-escalated", NotificationKind.TicketEscalated, NotificationSeverity.Critical, "工单升级", "Ticket escalated");
    public static readonly Kind MajorComplaint = new("major-complaint", NotificationKind.MajorComplaint, NotificationSeverity.Critical, "重大投诉", "Major complaint");
    public static readonly Kind Mentioned = new("mentioned", NotificationKind.Mentioned, NotificationSeverity.Info, "有人提到您", "You were mentioned");
    public static readonly Kind TrainingRequested = new("training-requested", NotificationKind.TrainingRequested, NotificationSeverity.Warning, "新的培训申请", "Training requested");
    public static readonly Kind TrainingDecided = new("training-decided", NotificationKind.TrainingDecided, NotificationSeverity.Info, "培训申请结果", "Training request decided");
    public static readonly Kind PlanIssued = new("plan-issued", NotificationKind.PlanIssued, NotificationSeverity.Info, "计划已下达", "Plan issued to you");
    public static readonly Kind EvaluationPublished = new("evaluation-published", NotificationKind.EvaluationPublished, NotificationSeverity.Info, "考评结果已公布", "Evaluation published");
    public static readonly Kind VisitMissed = new("visit-missed", NotificationKind.VisitMissed, NotificationSeverity.Warning, "拜访漏报", "Visit missed");
    public static readonly Kind VisitDue = new("visit-due", NotificationKind.VisitDue, NotificationSeverity.Info, "回访提醒", "Visit due");

    public static readonly Kind TicketAnswered = new("ticket-answered", NotificationKind.TicketAnswered, NotificationSeverity.Info, "工单已答复", "Ticket answered");

    public static IReadOnlyList<Kind> All { get; } =
    [
        ObligationDueSoon, ObligationOverdue, ObligationReturned, ObligationSubmitted, ApprovalWaiting, ApprovalEscalated, ApprovalDecided, AgreementExpiring, CertificateExpiring,
        InstalmentDue, TicketAssigned, TicketHandedOff, TicketEscalated, MajorComplaint, Mentioned, TrainingRequested, TrainingDecided, PlanIssued, EvaluationPublished, VisitMissed, VisitDue, TicketAnswered,
    ];

    private static readonly Dictionary<string, Kind> ByCode = All.ToDictionary(kind => kind.Code);
    private static readonly Dictionary<NotificationKind, Kind> ByValue = All.ToDictionary(kind => kind.Value);

    public static Kind Of(string code) => ByCode[code];

    /// <summary>Null where there is no such kind.</summary>
    public static Kind? Of(NotificationKind value) => ByValue.GetValueOrDefault(value);

    /// <summary>As stored; empty for "not said".</summary>
    public static string CodeOf(NotificationKind value) => Of(value)?.Code ?? "";
}
