using MassTransit;

namespace Qudao.Events;

/// <summary>A training request 培训申请 moved: requested, scheduled, held …</summary>
[EntityName("qudao.training.request-changed"), HeardBy("reporting", "gateway")]
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
[EntityName("qudao.training.session-changed"), HeardBy("reporting", "gateway")]
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
[EntityName("qudao.training.training-completed"), HeardBy("dealer", "reporting", "gateway")]
public sealed record TrainingCompleted : Event
{
    public required string PartnerId { get; init; }
    public required string CourseId { get; init; }
    public required int Attended { get; init; }

    /// <summary>Effect 1–5, as evaluated.</summary>
    public required int Effect { get; init; }

    public required DateOnly HeldDate { get; init; }
}

/// <summary>A certificate 证书 was issued, expired or was taken back.</summary>
[EntityName("qudao.training.certificate-changed"), HeardBy("reporting", "gateway")]
public sealed record CertificateChanged : Event
{
    public required string Number { get; init; }

    /// <summary>"valid", "expired", "revoked".</summary>
    public required string State { get; init; }

    public required string TraineeId { get; init; }

    /// <summary>The employer it was issued at; null for our own people.</summary>
    public string? PartnerId { get; init; }

    public required string CourseId { get; init; }
    public required DateOnly IssueDate { get; init; }

    /// <summary>The last day it holds; null for good.</summary>
    public DateOnly? ExpiryDate { get; init; }
}

/// <summary>A certificate ends soon and is not renewed; told once at each lead day.</summary>
[EntityName("qudao.training.certificate-expiring"), HeardBy("reporting", "gateway")]
public sealed record CertificateExpiring : Event
{
    public required string Number { get; init; }
    public required string TraineeId { get; init; }
    public string? PartnerId { get; init; }
    public required string CourseId { get; init; }
    public required DateOnly ExpiryDate { get; init; }
    public required int DaysLeft { get; init; }
}

/// <summary>Somebody was invited to evaluate a session, answered, or did not in time.</summary>
[EntityName("qudao.training.evaluation-changed"), HeardBy("reporting", "gateway")]
public sealed record TrainingEvaluationChanged : Event
{
    public required string SessionId { get; init; }
    public string? PartnerId { get; init; }

    /// <summary>"session" right after it, "follow-up" after 90 days.</summary>
    public required string Round { get; init; }

    /// <summary>"invited", "answered", "lapsed".</summary>
    public required string State { get; init; }

    /// <summary>1–5; 0 before.</summary>
    public required int Content { get; init; }

    public required int Lecturer { get; init; }
    public required int Usefulness { get; init; }
}

/// <summary>An annual training plan 年度培训计划 was made, changed, handed in, approved or returned.</summary>
[EntityName("qudao.training.plan-changed"), HeardBy("reporting", "gateway")]
public sealed record TrainingPlanChanged : Event
{
    public required string OrganisationId { get; init; }
    public required int Year { get; init; }

    /// <summary>"draft", "submitted", "approved", "returned".</summary>
    public required string State { get; init; }

    /// <summary>Who handed it in; null before.</summary>
    public string? SubmitterId { get; init; }

    /// <summary>Who approved it; null before, and once it was returned.</summary>
    public string? ApproverId { get; init; }

    /// <summary>Why it was returned; else empty.</summary>
    public string Reason { get; init; } = "";
}
