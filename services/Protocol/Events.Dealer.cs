using MassTransit;

namespace Qudao.Events;

/// <summary>
/// An organisation 组织 was created, changed, moved or closed. When one moves, everything below it does: each organisation
/// below it is told of too, but not each partner – whose path begins with its organisation's, wherever that is now.
/// </summary>
[EntityName("qudao.dealer.organisation-changed"), HeardBy("dealer", "contract", "training", "serviceticket", "gateway", "reporting")]
public sealed record OrganisationChanged : Event
{
    public required string Code { get; init; }
    public required string Name { get; init; }

    /// <summary>"hq", "region", "centre" or "department".</summary>
    public required string Kind { get; init; }

    public string? ParentId { get; init; }

    /// <summary>Where it was before, when this tells that it moved; every path that begins so begins with ScopePath now.</summary>
    public string? PreviousScopePath { get; init; }

    /// <summary>It was closed 撤销: it takes nothing new and owes nothing any more.</summary>
    public bool Closed { get; init; }

    /// <summary>GB/T 2260, two digits; the centre's own province.</summary>
    public string? ProvinceCode { get; init; }
}

/// <summary>A member of staff 员工 was taken on, changed or left.</summary>
[EntityName("qudao.dealer.staff-changed"), HeardBy("gateway", "contract", "reporting", "training", "serviceticket")]
public sealed record StaffChanged : Event
{
    public required string Name { get; init; }
    public required string OrganisationId { get; init; }
    public required IReadOnlyList<string> Roles { get; init; }
    public required bool Active { get; init; }

    /// <summary>The partner an outside person (agent, shop) belongs to.</summary>
    public string? PartnerId { get; init; }

    /// <summary>E-mail; empty where none is known.</summary>
    public string Email { get; init; } = "";
}

/// <summary>A partner 机构 (city agent or 4S terminal) was created or changed; the whole of what others need.</summary>
[EntityName("qudao.dealer.partner-changed"), HeardBy("contract", "training", "serviceticket", "reporting", "gateway")]
public sealed record PartnerChanged : Event
{
    public required string Name { get; init; }

    /// <summary>"city-agent" or "terminal".</summary>
    public required string Kind { get; init; }

    /// <summary>"surveyed", "target", "negotiating", "signed", "trained", "operating", "suspended", "terminated", "lost".</summary>
    public required string Stage { get; init; }

    /// <summary>The stage before this change; empty for a new partner; the same as Stage when something else changed.</summary>
    public required string PreviousStage { get; init; }

    public required string ProvinceCode { get; init; }
    public required string CityCode { get; init; }
    public required string OrganisationId { get; init; }

    /// <summary>The city agent a terminal belongs to.</summary>
    public string? ParentPartnerId { get; init; }
}

/// <summary>
/// A partner was merged into another, which stands for it from now on: whatever is kept for it belongs to the survivor.
/// The aggregate is the merged partner; the scope is the survivor's.
/// </summary>
[EntityName("qudao.dealer.partner-merged"), HeardBy("contract", "training", "serviceticket", "reporting", "gateway")]
public sealed record PartnerMerged : Event
{
    public required string SurvivorId { get; init; }
    public required string SurvivorName { get; init; }

    /// <summary>The survivor's own version after the merge.</summary>
    public required long SurvivorVersion { get; init; }
}

/// <summary>A centre's market survey 市场及客户信息调研 was brought up to date for a month.</summary>
[EntityName("qudao.dealer.survey-submitted"), HeardBy("reporting", "gateway")]
public sealed record SurveySubmitted : Event
{
    public required string OrganisationId { get; init; }

    /// <summary>The month it is for, "2026-11".</summary>
    public required string Month { get; init; }

    public required string StaffId { get; init; }
    public required long Rows { get; init; }
}

/// <summary>A visit 拜访 was planned, reported or missed.</summary>
[EntityName("qudao.dealer.visit-changed"), HeardBy("reporting", "gateway")]
public sealed record VisitChanged : Event
{
    public required string PartnerId { get; init; }
    public required string StaffId { get; init; }

    /// <summary>"planned", "reported", "missed", "cancelled".</summary>
    public required string State { get; init; }

    /// <summary>"client-visit", "return-visit", "phone".</summary>
    public required string Kind { get; init; }

    public required DateOnly PlannedDate { get; init; }
}

/// <summary>The day of a next visit 下次拜访日期 has come, and none is planned; once for each reminder.</summary>
[EntityName("qudao.dealer.visit-reminder-due"), HeardBy("reporting", "gateway")]
public sealed record VisitReminderDue : Event
{
    public required string PartnerId { get; init; }
    public required string PartnerName { get; init; }

    /// <summary>The visit whose report promised the next.</summary>
    public required string VisitId { get; init; }

    public required DateOnly DueDate { get; init; }
}

/// <summary>A city's territory 区域 was claimed for, confirmed for, or released by a city agent.</summary>
[EntityName("qudao.dealer.territory-changed"), HeardBy("reporting", "gateway")]
public sealed record TerritoryChanged : Event
{
    public required string CityCode { get; init; }
    public required string PartnerId { get; init; }

    /// <summary>"reserved", "active", "released".</summary>
    public required string State { get; init; }
}

/// <summary>A second claim on a taken city was refused and a conflict 区域冲突 opened.</summary>
[EntityName("qudao.dealer.territory-conflict-opened"), HeardBy("reporting", "gateway")]
public sealed record TerritoryConflictOpened : Event
{
    public required string CityCode { get; init; }
    public required string HolderPartnerId { get; init; }
    public required string ClaimantPartnerId { get; init; }
}

/// <summary>A diversion case 窜货 was claimed, or moved on.</summary>
[EntityName("qudao.dealer.diversion-changed"), HeardBy("gateway")]
public sealed record DiversionChanged : Event
{
    /// <summary>"claimed", "investigating", "ruled", "appealed", "final", "executed" or "withdrawn".</summary>
    public required string State { get; init; }

    /// <summary>The state before this change; empty for a new case; the same as State when something else changed.</summary>
    public required string PreviousState { get; init; }

    /// <summary>Null when the company itself claims.</summary>
    public required string? ClaimantPartnerId { get; init; }

    /// <summary>Null while it is not known which partner that is.</summary>
    public required string? AccusedPartnerId { get; init; }

    /// <summary>Where the goods were found.</summary>
    public required string CityCode { get; init; }

    /// <summary>"dismissed", "warning", "fine", "suspension", "termination" or "revoked"; empty before a ruling is final.</summary>
    public required string FinalRuling { get; init; }
}

/// <summary>A final ruling fines a partner 罚款, and is executed: whoever keeps its account can ask for the money.</summary>
[EntityName("qudao.dealer.diversion-fined"), HeardBy("gateway")]
public sealed record DiversionFined : Event
{
    public required string PartnerId { get; init; }
    public required string PartnerName { get; init; }
    public required long AmountFen { get; init; }
    public required string Reasons { get; init; }
    public required string LegalBase { get; init; }
}

/// <summary>The day has come until which a ruling suspended a partner; people lift the suspension, or do not.</summary>
[EntityName("qudao.dealer.diversion-suspension-ended"), HeardBy("gateway")]
public sealed record DiversionSuspensionEnded : Event
{
    public required string PartnerId { get; init; }
    public required string PartnerName { get; init; }
}
