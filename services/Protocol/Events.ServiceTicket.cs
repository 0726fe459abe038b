using MassTransit;

namespace Qudao.Events;

/// <summary>A ticket 工单 was opened or changed; the whole of what others need.</summary>
[EntityName("qudao.serviceticket.ticket-changed"), HeardBy("reporting", "gateway")]
public sealed record TicketChanged : Event
{
    /// <summary>"consultation", "complaint", "suggestion", "service-request", "repair", "return".</summary>
    public required string Kind { get; init; }

    /// <summary>"normal", "major".</summary>
    public required string Severity { get; init; }

    /// <summary>"open", "in-progress", "waiting", "resolved", "closed".</summary>
    public required string State { get; init; }

    public required string PartnerId { get; init; }
    public string? HandlerId { get; init; }
    public required DateTimeOffset OpenTime { get; init; }
    public DateTimeOffset? FirstResponseDue { get; init; }
    public DateTimeOffset? FirstResponseTime { get; init; }
    public DateTimeOffset? ResolutionDue { get; init; }
    public DateTimeOffset? ResolveTime { get; init; }
    public DateTimeOffset? CloseTime { get; init; }
    public required bool FirstResponseBreached { get; init; }
    public required bool ResolutionBreached { get; init; }

    /// <summary>0 while not escalated; then the step of the chain it reached.</summary>
    public required int EscalationLevel { get; init; }

    /// <summary>1–5 from the follow-up 回访; null while not rated.</summary>
    public int? Satisfaction { get; init; }

    /// <summary>Working minutes from opening to first response, net of pauses; null while open.</summary>
    public long? FirstResponseMinutes { get; init; }

    /// <summary>Working minutes from opening to resolution, net of pauses; null while open.</summary>
    public long? ResolutionMinutes { get; init; }

    /// <summary>"phone", "mail", "web", "partner-api".</summary>
    public string Channel { get; init; } = "";

    /// <summary>Whose turn it is: "confirmation", "appraisal" …; "done" when all steps are.</summary>
    public string Step { get; init; } = "";

    /// <summary>More than 1 once it was reopened.</summary>
    public int Round { get; init; } = 1;

    public string? QueueId { get; init; }

    /// <summary>"adopted" or "declined", of a suggestion that was decided on.</summary>
    public string Decision { get; init; } = "";

    /// <summary>The ticket that goes on for it.</summary>
    public string? MergedInto { get; init; }

    /// <summary>What people call the ticket by.</summary>
    public string Number { get; init; } = "";

    /// <summary>The role that is told at the escalation level it came to with this event; empty in every other.</summary>
    public string EscalationRole { get; init; } = "";

    /// <summary>Who is called on by the comment that was written with this event: "staff/…", or what stood after an @, which begins with a name.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    /// <summary>By which day its follow-up visit is to be made.</summary>
    public DateOnly? FollowUpDue { get; init; }
}

/// <summary>A ticket went from one step to the next 流转: who had it how long.</summary>
[EntityName("qudao.serviceticket.ticket-handed-off"), HeardBy("reporting", "gateway")]
public sealed record TicketHandedOff : Event
{
    public required string Kind { get; init; }
    public required string PartnerId { get; init; }
    public required string FromStep { get; init; }

    /// <summary>What was done, "confirm" …; empty when it was resolved, reopened or changed otherwise.</summary>
    public required string Move { get; init; }

    public required string ToStep { get; init; }

    /// <summary>Minutes it took by the ticket's calendar, net of pauses.</summary>
    public required long Minutes { get; init; }

    /// <summary>What people call the ticket by.</summary>
    public string Number { get; init; } = "";

    /// <summary>Who may act at the next step, by role.</summary>
    public IReadOnlyList<string> ToRoles { get; init; } = [];
}
