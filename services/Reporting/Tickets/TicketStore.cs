using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Tickets;

/// <summary>A ticket 工单 as Service-Ticket told of it; minutes are working minutes, net of pauses.</summary>
public sealed class TicketRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Severity { get; set; } = "";
    public string State { get; set; } = "";
    public string? HandlerId { get; set; }
    public long OpenedUs { get; set; }
    public long? FirstResponseMinutes { get; set; }
    public long? ResolutionMinutes { get; set; }
    public bool FirstResponseBreached { get; set; }
    public bool ResolutionBreached { get; set; }
    public long EscalationLevel { get; set; }
    public long? Satisfaction { get; set; }
    public long Version { get; set; }

    // Of the partner; not stored here.
    public string OrganisationId { get; set; } = "";
    public string OrganisationName { get; set; } = "";
}

/// <summary>Tickets and how long they took.</summary>
public static class TicketStore
{
    private const string Update = """
        UPDATE tickets SET partner_id = @PartnerId, kind = @Kind, severity = @Severity, state = @State, handler_id = @HandlerId, opened_us = @OpenedUs,
               first_response_minutes = @FirstResponseMinutes, resolution_minutes = @ResolutionMinutes, first_response_breached = @FirstResponseBreached,
               resolution_breached = @ResolutionBreached, escalation_level = @EscalationLevel, satisfaction = @Satisfaction, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string Insert = """
        INSERT INTO tickets (id, partner_id, kind, severity, state, handler_id, opened_us, first_response_minutes, resolution_minutes,
                             first_response_breached, resolution_breached, escalation_level, satisfaction, version)
        SELECT @Id, @PartnerId, @Kind, @Severity, @State, @HandlerId, @OpenedUs, @FirstResponseMinutes, @ResolutionMinutes,
               @FirstResponseBreached, @ResolutionBreached, @EscalationLevel, @Satisfaction, @Version
        WHERE NOT EXISTS (SELECT 1 FROM tickets WHERE id = @Id)
        """;
    private const string SelectOpened = $"""
        SELECT t.id AS Id, t.partner_id AS PartnerId, t.kind AS Kind, t.severity AS Severity, t.state AS State, t.handler_id AS HandlerId,
               t.opened_us AS OpenedUs, t.first_response_minutes AS FirstResponseMinutes, t.resolution_minutes AS ResolutionMinutes,
               t.first_response_breached AS FirstResponseBreached, t.resolution_breached AS ResolutionBreached,
               t.escalation_level AS EscalationLevel, t.satisfaction AS Satisfaction, t.version AS Version,
               p.organisation_id AS OrganisationId, COALESCE(o.name, '') AS OrganisationName
        FROM tickets t JOIN {NetworkStore.VisiblePartners} p ON p.id = t.partner_id LEFT JOIN organisations o ON o.id = p.organisation_id
        WHERE t.opened_us >= @FromUs AND t.opened_us < @ToUs
        """;

    public static async Task SaveAsync(Tx tx, TicketRow row)
    {
        if (await tx.ExecuteAsync(Update, row) == 0)
            await tx.ExecuteAsync(Insert, row);
    }

    /// <summary>Tickets opened from one day to another, itself too.</summary>
    public static Task<List<TicketRow>> OpenedAsync(Session session, Sight sight, DateOnly from, DateOnly to) =>
        session.QueryAsync<TicketRow>(SelectOpened, sight.With(new { FromUs = ChinaTime.StartOfDay(from).Micros(), ToUs = ChinaTime.EndOfDay(to).Micros() }));
}
