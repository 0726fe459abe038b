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

    /// <summary>The roles a new request goes to: the training head, and HQ training for the copy.</summary>
    public IReadOnlyList<string> ToldRoles { get; init; } = [];
}

/// <summary>A training session 培训场次 was scheduled, moved, called off, held or closed.</summary>
[EntityName("qudao.training.session-changed")]
public sealed record TrainingSessionChanged : Event
{
    public required string OrganisationId { get; init; }
    public required string CourseId { get; init; }

    /// <summary>"internal", "online", "practice", "external"; empty where a request did not say.</summary>
    public required string Way { get; init; }

    /// <summary>"scheduled", "held", "closed", "cancelled".</summary>
    public required string State { get; init; }

    public string? LecturerId { get; init; }
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset EndTime { get; init; }
    public required int Enrolled { get; init; }
    public required int Attended { get; init; }
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
