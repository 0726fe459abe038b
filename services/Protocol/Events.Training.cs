using MassTransit;

namespace Qudao.Events;

/// <summary>A training request 培训申请 moved: requested, scheduled, held …</summary>
[EntityName("qudao.training.request-changed"), HeardBy("reporting")]
public sealed record TrainingRequestChanged : Event
{
    public required string PartnerId { get; init; }

    /// <summary>"requested", "scheduled", "held", "evaluated", "filed", "rejected", "cancelled".</summary>
    public required string State { get; init; }

    public required string CourseId { get; init; }
    public DateTimeOffset? StartTime { get; init; }
}

/// <summary>A partner's training was held and evaluated: the partner becomes trained.</summary>
[EntityName("qudao.training.training-completed"), HeardBy("dealer", "reporting")]
public sealed record TrainingCompleted : Event
{
    public required string PartnerId { get; init; }
    public required string CourseId { get; init; }
    public required int Attended { get; init; }

    /// <summary>Effect 1–5, as evaluated.</summary>
    public required int Effect { get; init; }

    public required DateOnly HeldDate { get; init; }
}
