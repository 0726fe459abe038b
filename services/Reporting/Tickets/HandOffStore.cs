using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Tickets;

/// <summary>A ticket went from one step to the next 流转, as Service-Ticket told.</summary>
public sealed class HandOffRow
{
    public string TicketId { get; set; } = "";
    public long Version { get; set; }
    public string FromStep { get; set; } = "";
    public string Move { get; set; } = "";
    public string ToStep { get; set; } = "";

    /// <summary>Working minutes at the step it left, net of pauses.</summary>
    public long Minutes { get; set; }

    public long AtUs { get; set; }
}

/// <summary>Hand-offs of tickets; who may see one is asked of the ticket's partner.</summary>
public static class HandOffStore
{
    private const string Insert = """
        INSERT INTO ticket_hand_offs (ticket_id, version, from_step, move, to_step, minutes, at_us)
        SELECT @TicketId, @Version, @FromStep, @Move, @ToStep, @Minutes, @AtUs
        WHERE NOT EXISTS (SELECT 1 FROM ticket_hand_offs WHERE ticket_id = @TicketId AND version = @Version)
        """;
    private const string SelectBetween = $"""
        SELECT h.ticket_id AS TicketId, h.version AS Version, h.from_step AS FromStep, h.move AS Move, h.to_step AS ToStep, h.minutes AS Minutes, h.at_us AS AtUs
        FROM ticket_hand_offs h JOIN tickets t ON t.id = h.ticket_id JOIN {NetworkStore.VisiblePartners} p ON p.id = t.partner_id
        WHERE h.at_us >= @FromUs AND h.at_us < @ToUs
        """;

    /// <summary>Keeps it; each version of a ticket was handed on once at most.</summary>
    public static Task SaveAsync(Tx tx, HandOffRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Those from one day to another, itself too.</summary>
    public static Task<List<HandOffRow>> BetweenAsync(Session session, Sight sight, DateOnly from, DateOnly to) =>
        session.QueryAsync<HandOffRow>(SelectBetween, sight.With(new { FromUs = ChinaTime.StartOfDay(from).Micros(), ToUs = ChinaTime.EndOfDay(to).Micros() }));
}
