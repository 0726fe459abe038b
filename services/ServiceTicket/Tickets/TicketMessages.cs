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
            ReporterPhone = TicketRules.SeesPhones(caller, row.AssigneeId) ? row.ReporterPhone : Phones.Mask(row.ReporterPhone),
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
            ResolutionBreached = row.ResolutionBreached || row.EarlierBreached,
            FollowUp = FollowUpOf(row),
            Etag = Etag.Of(row.Version),
            UpdateTime = Time(row.UpdatedUs),
            Calendar = row.CalendarKey.Length == 0 || row.Calendar == Words.Of(SlaCalendar.Always) ? "" : $"serviceCalendars/{row.CalendarKey.Split('@')[0]}",
            Step = Words.Parse<TicketStep>(row.Step),
            StepSince = Time(row.StepSinceUs),
            SerialNumbers = { SerialsOf(row) },
            Facts = FactsOf(row),
            Warranty = WarrantyOf(row),
            LinkedTo = row.LinkedId is null ? "" : $"tickets/{row.LinkedId}",
            Link = Words.Parse<TicketLink>(row.Link),
            MergedInto = row.MergedInto is null ? "" : $"tickets/{row.MergedInto}",
            Round = row.Round,
            Skill = row.Skill,
            FollowUpDue = row.FollowUpDue is { } due ? $"{due:yyyy-MM-dd}" : "",
        };
        if (row.FirstResponseMinutes is { } responded)
            ticket.FirstResponseMinutes = responded;
        if (row.ResolutionMinutes is { } resolved)
            ticket.ResolutionMinutes = resolved;
        if (!TicketRules.IsOutside(caller))
        {
            ticket.EscalationLevel = row.EscalationLevel;
            ticket.NextEscalationTime = Time(row.NextEscalationUs);
            ticket.PartnerGrade = row.PartnerGrade.ToUpperInvariant();
            ticket.Queue = row.QueueId is null ? "" : $"queues/{row.QueueId}";
            ticket.FollowUpOwner = row.FollowUpOwnerId is null ? "" : $"staff/{row.FollowUpOwnerId}";
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
        ResolutionBreached = row.ResolutionBreached || row.EarlierBreached,
        EscalationLevel = row.EscalationLevel,
        Satisfaction = row.Satisfaction,
        FirstResponseMinutes = row.FirstResponseMinutes,
        ResolutionMinutes = row.ResolutionMinutes,
        Channel = row.Channel,
        Step = row.Step,
        Round = row.Round,
        QueueId = row.QueueId,
        Decision = row.Decision,
        MergedInto = row.MergedInto,
        FollowUpDue = row.FollowUpDue,
        Number = row.Number,
    };

    public static TicketRound ToMessage(RoundRow row) => new()
    {
        Round = row.Round,
        StartTime = Time(row.FromUs),
        ResolveTime = Time(row.ResolvedUs),
        CloseTime = Time(row.ClosedUs),
        ResolutionMinutes = row.ResolutionMinutes,
        ResolutionBreached = row.ResolutionBreached,
        Result = row.Result,
        Satisfaction = row.Satisfaction ?? 0,
    };

    public static IEnumerable<string> SerialsOf(TicketRow row) => Lines(row.SerialNumbers);

    /// <summary>Serial numbers of what went to the client instead.</summary>
    public static IEnumerable<string> ReplacementsOf(TicketRow row) => Lines(row.ReplacementSerials);

    private static FlowFacts FactsOf(TicketRow row) => new()
    {
        ErpNumber = row.ErpNumber,
        FactoryWaybill = row.FactoryWaybill,
        ReshipWaybill = row.ReshipWaybill,
        Department = row.Department,
        Decision = row.Decision,
        Reward = row.Reward,
        ReplacementSerialNumbers = { ReplacementsOf(row) },
    };

    private static Warranty? WarrantyOf(TicketRow row) => row.WarrantyUs is null ? null : new Warranty
    {
        State = Words.Parse<WarrantyState>(row.Warranty),
        AgreementNumber = row.WarrantyAgreement,
        Until = row.WarrantyUntil is { } until ? $"{until:yyyy-MM-dd}" : "",
        Time = Time(row.WarrantyUs),
        SerialNumber = row.WarrantySerial,
    };

    private static FollowUp? FollowUpOf(TicketRow row) => row.FollowUpUs is null ? null : new FollowUp
    {
        Usage = row.FollowUpUsage ?? "",
        Satisfaction = row.Satisfaction ?? 0,
        OtherNeeds = row.FollowUpNeeds ?? "",
        ActorDisplayName = row.FollowUpActorName ?? "",
        Time = Time(row.FollowUpUs),
    };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset? Instant(long? micros) => micros is { } us ? Clock.FromMicros(us) : null;

    internal static Timestamp? Time(long? micros) => micros is { } us ? Timestamp.FromDateTimeOffset(Clock.FromMicros(us)) : null;
}
