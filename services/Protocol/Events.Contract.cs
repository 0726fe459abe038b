using MassTransit;

namespace Qudao.Events;

/// <summary>An agreement 协议 moved in its approval chain, or its term began or ended.</summary>
[EntityName("qudao.contract.agreement-changed"), HeardBy("reporting", "gateway")]
public sealed record AgreementChanged : Event
{
    /// <summary>"draft", "in-review", "approved", "active", "expiring", "expired", "renewed", "superseded", "terminated", "returned", "withdrawn".</summary>
    public required string State { get; init; }

    /// <summary>"city-agent", "terminal", "sales".</summary>
    public required string Kind { get; init; }

    public required string PartnerId { get; init; }
    public string? Number { get; init; }

    /// <summary>Whose review it waits for now, by role, those it escalated to among them; none unless it is in review.</summary>
    public IReadOnlyList<string> AwaitsRoles { get; init; } = [];

    /// <summary>Since when it waits for them; null unless it is in review.</summary>
    public DateTimeOffset? AwaitsSince { get; init; }

    /// <summary>Who drafted it, when a member of staff did.</summary>
    public string? DrafterId { get; init; }
}

/// <summary>A review waited too long 审批升级: the superior's role may act too and is to be told.</summary>
[EntityName("qudao.contract.review-escalated"), HeardBy("reporting", "gateway")]
public sealed record ReviewEscalated : Event
{
    public required string OrganisationId { get; init; }

    /// <summary>The role that let it wait, for example "sales-manager".</summary>
    public required string Role { get; init; }

    /// <summary>The role that may act too now.</summary>
    public required string ToRole { get; init; }

    /// <summary>1 for the first superior.</summary>
    public required int Level { get; init; }

    /// <summary>Since when it waits.</summary>
    public required DateTimeOffset SinceTime { get; init; }
}

/// <summary>An agreement was signed: the partner becomes signed, its territory is confirmed.</summary>
[EntityName("qudao.contract.agreement-signed"), HeardBy("dealer", "reporting", "gateway")]
public sealed record AgreementSigned : Event
{
    public required string Number { get; init; }

    /// <summary>"city-agent", "terminal", "sales".</summary>
    public required string Kind { get; init; }

    public required string PartnerId { get; init; }
    public required string OrganisationId { get; init; }
    public required string PartyA { get; init; }
    public required string PartyB { get; init; }
    public required DateOnly SignedDate { get; init; }
    public required DateOnly EffectiveFrom { get; init; }
    public required DateOnly EffectiveTo { get; init; }

    /// <summary>GB/T 2260, four digits; only for city-agent agreements.</summary>
    public string? CityCode { get; init; }

    /// <summary>When the deal was reported 报备; null for agreements from before this was kept.</summary>
    public DateTimeOffset? ReportTime { get; init; }

    /// <summary>The agreement it renews 续签, or amends 变更.</summary>
    public string? RenewsId { get; init; }
    public string? AmendsId { get; init; }
}

/// <summary>The original of a signed agreement was numbered, bound and filed 归档; the departments are to know.</summary>
[EntityName("qudao.contract.agreement-filed"), HeardBy("reporting", "gateway")]
public sealed record AgreementFiled : Event
{
    public required string Number { get; init; }

    /// <summary>"city-agent", "terminal", "sales".</summary>
    public required string Kind { get; init; }

    public required string PartnerId { get; init; }
    public required string OrganisationId { get; init; }
    public required DateOnly SignedDate { get; init; }
    public required string ArchiveNumber { get; init; }
    public required string ArchiveBox { get; init; }

    /// <summary>Who filed it.</summary>
    public string? StaffId { get; init; }

    /// <summary>Whom to tell, by role.</summary>
    public required IReadOnlyList<string> Departments { get; init; }
}

/// <summary>An agreement ends in so many days 到期提醒; told once for each lead time.</summary>
[EntityName("qudao.contract.agreement-expiring"), HeardBy("reporting", "gateway")]
public sealed record AgreementExpiring : Event
{
    public required string Number { get; init; }

    /// <summary>"city-agent", "terminal", "sales".</summary>
    public required string Kind { get; init; }

    public required string PartnerId { get; init; }
    public required string PartnerName { get; init; }
    public required string OrganisationId { get; init; }
    public required DateOnly EffectiveTo { get; init; }

    /// <summary>Which alert this is, for example 30.</summary>
    public required int LeadDays { get; init; }

    /// <summary>Days until the last day; fewer than LeadDays where it was signed, or the service stood still, in between.</summary>
    public required int DaysLeft { get; init; }
}

/// <summary>An agreement's term ended and nothing renews it 到期未续: without a later one the partner is suspended until it signs again.</summary>
[EntityName("qudao.contract.agreement-expired"), HeardBy("dealer", "reporting", "gateway")]
public sealed record AgreementExpired : Event
{
    public required string Number { get; init; }

    /// <summary>"city-agent", "terminal", "sales".</summary>
    public required string Kind { get; init; }

    public required string PartnerId { get; init; }
    public required string OrganisationId { get; init; }

    /// <summary>Its last day.</summary>
    public required DateOnly EffectiveTo { get; init; }
}

/// <summary>HQ ended an agreement for gross violation 重大违规: the partner is suspended, its trainings stop; its open tickets stay.</summary>
[EntityName("qudao.contract.agreement-terminated"), HeardBy("dealer", "training", "gateway")]
public sealed record AgreementTerminated : Event
{
    public required string Number { get; init; }

    /// <summary>"city-agent", "terminal", "sales".</summary>
    public required string Kind { get; init; }

    public required string PartnerId { get; init; }
    public required string OrganisationId { get; init; }
    public required string Reason { get; init; }
}

/// <summary>A centre submitted its statistics of signed agreements 协议签订统计表 as of a report day.</summary>
[EntityName("qudao.contract.statistics-submitted"), HeardBy("reporting", "gateway")]
public sealed record StatisticsSubmitted : Event
{
    public required string OrganisationId { get; init; }
    public required string StaffId { get; init; }
    public required DateOnly ReportDay { get; init; }
    public required long Rows { get; init; }
}

/// <summary>An instalment 分期 was made, changed, paid, written off or taken out.</summary>
[EntityName("qudao.contract.instalment-changed"), HeardBy("gateway")]
public sealed record InstalmentChanged : Event
{
    public required string AgreementId { get; init; }
    public required string PartnerId { get; init; }

    /// <summary>"planned", "due", "partly-paid", "paid", "written-off", "dropped": as of the day it changed.</summary>
    public required string State { get; init; }

    public required DateOnly DueDate { get; init; }
    public required long AmountFen { get; init; }
    public required long PaidFen { get; init; }
    public required long OpenFen { get; init; }
}

/// <summary>An open instalment is due soon, or overdue 催款提醒; told once for each offset.</summary>
[EntityName("qudao.contract.instalment-alerted"), HeardBy("reporting", "gateway")]
public sealed record InstalmentAlerted : Event
{
    public required string AgreementId { get; init; }
    public required string AgreementNumber { get; init; }
    public required string PartnerId { get; init; }
    public required string PartnerName { get; init; }
    public required string OrganisationId { get; init; }
    public required DateOnly DueDate { get; init; }
    public required long OpenFen { get; init; }

    /// <summary>Which alert this is: so many days after the due date, before it when negative.</summary>
    public required int Offset { get; init; }

    /// <summary>Days since the due date, negative before it; more than Offset where the service stood still in between.</summary>
    public required int DaysOverdue { get; init; }
}

/// <summary>A receipt request 收款申请单 or invoice request 开票申请单 was handed on.</summary>
[EntityName("qudao.contract.payment-request-changed"), HeardBy("reporting", "gateway")]
public sealed record PaymentRequestChanged : Event
{
    /// <summary>"receipt" or "invoice".</summary>
    public required string Kind { get; init; }

    /// <summary>"draft", "awaiting-manager", "awaiting-purchasing", "awaiting-finance", "awaiting-signature", "closed", "returned", "cancelled", "reversed".</summary>
    public required string State { get; init; }

    public required string PartnerId { get; init; }
    public required string OrganisationId { get; init; }
    public required long AmountFen { get; init; }

    /// <summary>What finance confirmed; 0 before, and when it was undone.</summary>
    public required long SettledFen { get; init; }

    /// <summary>The invoice's number, or the bank's reference.</summary>
    public string? DocumentNumber { get; init; }
}

/// <summary>A partner's statement in a half-yearly reconciliation 核对往来账 was sent, answered, compared, explained or settled.</summary>
[EntityName("qudao.contract.reconciliation-statement-changed"), HeardBy("gateway")]
public sealed record ReconciliationStatementChanged : Event
{
    public required string ReconciliationId { get; init; }
    public required string PartnerId { get; init; }

    /// <summary>"2026-H1".</summary>
    public required string Period { get; init; }

    /// <summary>"open", "sent", "answered", "agreed", "differing", "settled".</summary>
    public required string State { get; init; }

    public required long OurFen { get; init; }
    public long? TheirFen { get; init; }
    public required long DifferenceFen { get; init; }
}

/// <summary>Every statement of an organisation's half-yearly reconciliation 核对往来账 is agreed or settled.</summary>
[EntityName("qudao.contract.accounts-reconciled"), HeardBy("reporting", "gateway")]
public sealed record AccountsReconciled : Event
{
    public required string OrganisationId { get; init; }

    /// <summary>Who did the last of it; null when it was somebody outside.</summary>
    public string? StaffId { get; init; }

    /// <summary>"2026-H1".</summary>
    public required string Period { get; init; }

    public required DateOnly CutoffDate { get; init; }
    public required long Statements { get; init; }
    public required long OurFen { get; init; }
}
