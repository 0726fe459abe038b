using Google.Protobuf.WellKnownTypes;
using Qudao.Events;
using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>How a ticket is shown to a caller, and told to other services.</summary>
internal static class TicketMessages
{
    public static Ticket ToMessage(TicketRow row, Caller caller)
    {
        var ticket = new Ticket
        {
            Name = $"tickets/{row.Id}",
            Number = row.Number,
            Kind = Words.Parse<TicketKind>(row.Kind),
            Channel = Words.Parse<TicketChannel>(row.Channel),
            Severity = Words.Parse<TicketSeverity>(row.Severity),
            State = Words.Parse<TicketState>(row.State),
            Partner = $"partners/{row.PartnerId}",
            PartnerDisplayName = row.PartnerName,
            Reporter = row.Reporter,
            ReporterPhone = row.ReporterPhone,
            Subject = row.Subject,
            Content = row.Content,
            Handler = row.HandlerId is null ? "" : $"staff/{row.HandlerId}",
            HandlerDisplayName = row.HandlerName ?? "",
            Result = row.Result ?? "",
            OpenTime = Time(row.OpenedUs),
            FirstResponseDue = Time(row.FirstResponseDueUs),
            FirstResponseTime = Time(row.FirstResponseUs),
            ResolutionDue = Time(row.ResolutionDueUs),
            ResolveTime = Time(row.ResolvedUs),
            CloseTime = Time(row.ClosedUs),
            WaitingSince = Time(row.WaitingSinceUs),
            FirstResponseBreached = row.FirstResponseBreached,
            ResolutionBreached = row.ResolutionBreached,
            FollowUp = FollowUpOf(row),
            Etag = Etag.Of(row.Version),
            UpdateTime = Time(row.UpdatedUs),
        };
        if (row.FirstResponseMinutes is { } responded)
            ticket.FirstResponseMinutes = responded;
        if (row.ResolutionMinutes is { } resolved)
            ticket.ResolutionMinutes = resolved;
        if (!TicketRules.IsOutside(caller))
        {
            ticket.EscalationLevel = row.EscalationLevel;
            ticket.NextEscalationTime = Time(row.NextEscalationUs);
        }
        return ticket;
    }

    public static TicketEntry ToMessage(EntryRow entry) => new()
    {
        Name = $"tickets/{entry.TicketId}/entries/{entry.Version}",
        Type = Words.Parse<TicketEntryType>(entry.Type),
        Time = Time(entry.AtUs),
        ActorDisplayName = entry.ActorName,
        Internal = entry.Internal,
        Text = entry.Text,
        State = Words.Parse<TicketState>(entry.State),
        Level = entry.Level,
        Role = entry.Role,
        Handler = entry.HandlerId.Length == 0 ? "" : $"staff/{entry.HandlerId}",
    };

    public static TicketChanged ToEvent(TicketRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Kind = row.Kind,
        Severity = row.Severity,
        State = row.State,
        PartnerId = row.PartnerId,
        HandlerId = row.HandlerId,
        OpenTime = Clock.FromMicros(row.OpenedUs),
        FirstResponseDue = Instant(row.FirstResponseDueUs),
        FirstResponseTime = Instant(row.FirstResponseUs),
        ResolutionDue = Instant(row.ResolutionDueUs),
        ResolveTime = Instant(row.ResolvedUs),
        CloseTime = Instant(row.ClosedUs),
        FirstResponseBreached = row.FirstResponseBreached,
        ResolutionBreached = row.ResolutionBreached,
        EscalationLevel = row.EscalationLevel,
        Satisfaction = row.Satisfaction,
        FirstResponseMinutes = row.FirstResponseMinutes,
        ResolutionMinutes = row.ResolutionMinutes,
    };

    private static FollowUp? FollowUpOf(TicketRow row) => row.FollowUpUs is null ? null : new FollowUp
    {
        Usage = row.FollowUpUsage ?? "",
        Satisfaction = row.Satisfaction ?? 0,
        OtherNeeds = row.FollowUpNeeds ?? "",
        ActorDisplayName = row.FollowUpActorName ?? "",
        Time = Time(row.FollowUpUs),
    };

    private static DateTimeOffset? Instant(long? micros) => micros is { } us ? Clock.FromMicros(us) : null;

    private static Timestamp? Time(long? micros) => micros is { } us ? Timestamp.FromDateTimeOffset(Clock.FromMicros(us)) : null;
}
