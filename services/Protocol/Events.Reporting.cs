using MassTransit;

namespace Qudao.Events;

/// <summary>An obligation 报送事项 moved: due soon, on time, late, missing …</summary>
[EntityName("qudao.reporting.obligation-changed"), HeardBy("gateway")]
public sealed record ObligationChanged : Event
{
    /// <summary>Code of the duty, for example "agreement-statistics".</summary>
    public required string Duty { get; init; }

    public required string OrganisationId { get; init; }
    public string? StaffId { get; init; }

    /// <summary>The period it is for: "2026-11-25", "2026-W48", "2026-11", "2026-Q4", "2026-H2", "2026"; for a duty that follows an agreement, its number.</summary>
    public required string Period { get; init; }

    /// <summary>"scheduled", "due-soon", "on-time", "late", "missing", "accepted", "returned", "waived".</summary>
    public required string State { get; init; }

    public required DateOnly DueDate { get; init; }

    /// <summary>When it was submitted; null while it was not.</summary>
    public DateTimeOffset? SubmitTime { get; init; }
}

/// <summary>Daily sales volume 产品销量 of a terminal was reported or corrected.</summary>
[EntityName("qudao.reporting.daily-sales-reported"), HeardBy("gateway")]
public sealed record DailySalesReported : Event
{
    public required string PartnerId { get; init; }
    public required DateOnly Day { get; init; }
    public required string ProductCode { get; init; }

    /// <summary>Pieces sold that day, after the correction if it is one.</summary>
    public required long Quantity { get; init; }
}
