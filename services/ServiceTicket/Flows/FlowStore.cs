using Qudao.Platform;

namespace Qudao.ServiceTicket.Flows;

/// <summary>A hand-off 交接; Version is the ticket's that it made.</summary>
public sealed class HandOffRow
{
    public string TicketId { get; set; } = "";
    public long Version { get; set; }
    public string FromStep { get; set; } = "";
    public string Move { get; set; } = "";
    public string ToStep { get; set; } = "";
    public long FromUs { get; set; }
    public long UntilUs { get; set; }
    public long Minutes { get; set; }
    public string ActorName { get; set; } = "";
    public string Note { get; set; } = "";
    public string Reference { get; set; } = "";
}

/// <summary>Hand-offs, and the devices tickets are about.</summary>
public static class FlowStore
{
    private const string Insert = """
        INSERT INTO ticket_hand_offs (ticket_id, version, from_step, move, to_step, from_us, until_us, minutes, actor_name, note, reference)
        VALUES (@TicketId, @Version, @FromStep, @Move, @ToStep, @FromUs, @UntilUs, @Minutes, @ActorName, @Note, @Reference)
        """;
    private const string Select = """
        SELECT ticket_id AS TicketId, version AS Version, from_step AS FromStep, move AS Move, to_step AS ToStep, from_us AS FromUs, until_us AS UntilUs,
               minutes AS Minutes, actor_name AS ActorName, note AS Note, reference AS Reference
        FROM ticket_hand_offs WHERE ticket_id = @id AND version > @after ORDER BY version LIMIT @n
        """;
    private const string InsertDevice = """
        INSERT INTO ticket_devices (serial_number, ticket_id, replaced_on)
        SELECT @serial, @id, @replacedOn WHERE NOT EXISTS (SELECT 1 FROM ticket_devices WHERE serial_number = @serial AND ticket_id = @id)
        """;
    private const string SelectReplaced = """
        SELECT replaced_on AS ReplacedOn FROM ticket_devices WHERE serial_number = @serial AND replaced_on IS NOT NULL ORDER BY replaced_on DESC LIMIT @n
        """;

    public static Task InsertAsync(Tx tx, HandOffRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>A ticket's hand-offs after a version, in order; the caller has made sure that the ticket may be seen.</summary>
    public static Task<List<HandOffRow>> ListAsync(Session session, string id, long after, int n) => session.QueryAsync<HandOffRow>(Select, new { id, after, n });

    /// <summary>Notes that a ticket is about a device, or brought one to the client on a day.</summary>
    public static Task InsertDeviceAsync(Tx tx, string serial, string id, DateOnly? replacedOn = null) => tx.ExecuteAsync(InsertDevice, new { serial, id, replacedOn });

    /// <summary>The last day on which a device was shipped as a replacement, whatever the ticket; null when it never was.</summary>
    public static async Task<DateOnly?> ReplacedOnAsync(Session session, string serial) => (await session.FirstOrDefaultAsync<Replacement>(SelectReplaced, new { serial, n = 1 }))?.ReplacedOn;

    private sealed class Replacement
    {
        public DateOnly ReplacedOn { get; set; }
    }
}
