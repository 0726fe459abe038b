using MassTransit;

namespace Qudao.Events;

/// <summary>An agreement 协议 moved in its approval chain, or its term began or ended.</summary>
[EntityName("qudao.contract.agreement-changed"), HeardBy("reporting")]
public sealed record AgreementChanged : Event
{
    /// <summary>"draft", "in-review", "approved", "active", "expired", "terminated", "returned", "withdrawn".</summary>
    public required string State { get; init; }

    /// <summary>"city-agent", "terminal", "sales".</summary>
    public required string Kind { get; init; }

    public required string PartnerId { get; init; }
    public string? Number { get; init; }
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
