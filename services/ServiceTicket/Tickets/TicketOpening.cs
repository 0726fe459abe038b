using Qudao.Platform;
using Qudao.ServiceTicket.Assignment;
using Qudao.ServiceTicket.Calendars;
using Qudao.ServiceTicket.Flows;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>How a ticket begins, whoever opens it: a number, limits, a first step, running clocks.</summary>
internal static class TicketOpening
{
    /// <summary>A ticket as it was asked for.</summary>
    public static TicketRow RowOf(Ticket ticket, KnownPartner partner, string grade) => new()
    {
        Kind = Words.Of(ticket.Kind),
        Channel = Words.Of(ticket.Channel),
        Severity = Words.Of(ticket.Severity == TicketSeverity.Unspecified ? TicketSeverity.Normal : ticket.Severity),
        PartnerId = partner.Id,
        PartnerName = partner.Name,
        PartnerVersion = partner.Version,
        PartnerGrade = grade,
        Reporter = ticket.Reporter,
        ReporterPhone = ticket.ReporterPhone,
        Subject = ticket.Subject,
        Content = ticket.Content,
        SerialNumbers = string.Join('\n', ticket.SerialNumbers.Select(serial => serial.Trim())),
        Skill = ticket.Skill,
        ScopePath = partner.ScopePath,
        AssigneeId = partner.AssigneeId,
    };

    /// <summary>A ticket that comes from another, of the same client.</summary>
    public static TicketRow RowOf(TicketRow from, TicketLink link, string kind, string subject, string content) => new()
    {
        Kind = kind,
        Channel = from.Channel,
        Severity = from.Severity,
        PartnerId = from.PartnerId,
        PartnerName = from.PartnerName,
        PartnerVersion = from.PartnerVersion,
        PartnerGrade = from.PartnerGrade,
        Reporter = from.Reporter,
        ReporterPhone = from.ReporterPhone,
        Subject = subject,
        Content = content,
        SerialNumbers = from.SerialNumbers,
        Skill = from.Skill,
        LinkedId = from.Id,
        Link = Words.Of(link),
        ScopePath = from.ScopePath,
        AssigneeId = from.AssigneeId,
    };

    /// <summary>Writes the new ticket and its first entry; a major complaint 重大投诉 is told to the first level.</summary>
    public static async Task<EntryRow> OpenAsync(Tx tx, Caller caller, TicketRow row)
    {
        row.Id = tx.NewId();
        row.Number = await TicketStore.NextNumberAsync(tx, row.Kind, TicketRules.Letters(Words.Parse<TicketKind>(row.Kind)), ChinaTime.DateOf(tx.Now));
        row.State = Words.Of(TicketState.Open);
        row.PhoneDigits = Phones.Digits(row.ReporterPhone);
        (row.OpenedUs, row.RoundFromUs, row.StepSinceUs) = (tx.NowMicros, tx.NowMicros, tx.NowMicros);
        row.Step = Words.Of(FlowRules.First(Words.Parse<TicketKind>(row.Kind)));
        await SetPolicyAsync(tx, row);
        Sla.SetDue(row, []);
        var queue = await Routing.PlaceAsync(tx, row);
        foreach (var serial in TicketMessages.SerialsOf(row))
            await FlowStore.InsertDeviceAsync(tx, serial, row.Id);
        var entry = TicketChange.Entry(TicketEntryType.Opened);
        await TicketLedger.OpenAsync(tx, caller, row, entry, new { row.Number, row.Kind, row.Severity, row.PartnerId, row.LinkedId });
        if (TicketRules.IsToldAtOnce(row))
            await TicketLedger.EscalateAtOnceAsync(tx, row);
        await Routing.AssignAsync(tx, row, queue);
        return entry;
    }

    /// <summary>The limits stay with the ticket: a later change of the policy does not move what was promised.</summary>
    public static async Task SetPolicyAsync(Tx tx, TicketRow row)
    {
        var policy = PolicyRules.Choose(await PolicyStore.PoliciesAsync(tx, row.Kind, row.Severity, row.PartnerGrade), row.ScopePath)
            ?? throw new InvalidOperationException($"There is no policy for {row.Kind} {row.Severity}.");
        row.Calendar = policy.Calendar;
        row.FirstResponseLimit = policy.FirstResponseMinutes;
        row.ResolutionLimit = policy.ResolutionMinutes;
        await Recount.BindNewAsync(tx, row);
    }
}
