using MassTransit;

namespace Qudao.Events;

/// <summary>An agreement 协议 moved in its approval chain, or its term began or ended.</summary>
[EntityName("qudao.contract.agreement-changed"), HeardBy("reporting")]
public sealed record AgreementChanged : Event
{
    /// <summary>"draft", "in-review", "approved", "active", "expiring", "expired", "renewed", "superseded", "terminated", "returned", "withdrawn".</summary>
    public required string State { get; init; }

    /// <summary>"city-agent", "terminal", "sales".</summary>
    public required string Kind { get; init; }

    public required string PartnerId { get; init; }
    public string? Number { get; init; }
}

/// <summary>A review waited too long 审批升级: the superior's role may act too and is to be told.</summary>
[EntityName("qudao.contract.review-escalated")]
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
[EntityName("qudao.contract.agreement-signed"), HeardBy("dealer", "reporting")]
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
[EntityName("qudao.contract.agreement-filed"), HeardBy("reporting")]
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
[EntityName("qudao.contract.agreement-expiring")]
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
[EntityName("qudao.contract.agreement-expired"), HeardBy("dealer")]
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
[EntityName("qudao.contract.agreement-terminated"), HeardBy("dealer", "training")]
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
[EntityName("qudao.contract.statistics-submitted"), HeardBy("reporting")]
public sealed record StatisticsSubmitted : Event
{
    public required string OrganisationId { get; init; }
    public required string StaffId { get; init; }
    public required DateOnly ReportDay { get; init; }
    public required long Rows { get; init; }
}
