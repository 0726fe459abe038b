using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;

namespace Qudao.ServiceTicket.Intake;

/// <summary>A partner that tickets tell of.</summary>
public sealed class CallerRow
{
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public bool BySerial { get; set; }
}

/// <summary>Who called before.</summary>
public static class IntakeStore
{
    private const int MostOpen = 20;

    // The latest names: a partner may have been renamed meanwhile, its tickets with it.
    private const string SelectByPhone = $"""
        SELECT partner_id AS PartnerId, MAX(partner_name) AS PartnerName, 0 AS BySerial FROM tickets
        WHERE phone_digits = @digits AND {Scope.SqlFilter} GROUP BY partner_id ORDER BY MAX(opened_us) DESC LIMIT @n
        """;
    private const string SelectBySerial = $"""
        SELECT partner_id AS PartnerId, MAX(partner_name) AS PartnerName, 1 AS BySerial FROM tickets
        WHERE id IN (SELECT ticket_id FROM ticket_devices WHERE serial_number = @serial) AND {Scope.SqlFilter}
        GROUP BY partner_id ORDER BY MAX(opened_us) DESC LIMIT @n
        """;

    /// <summary>Whose tickets had the telephone number, if any, or the device.</summary>
    public static async Task<List<CallerRow>> FindAsync(Session session, string digits, string serial, Scope scope, int n)
    {
        var found = await session.QueryAsync<CallerRow>(SelectBySerial, new { serial, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });
        if (digits.Length > 0)
            found.AddRange(await session.QueryAsync<CallerRow>(SelectByPhone, new { digits, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n }));
        return found;
    }

    /// <summary>What is open for a partner, due next first.</summary>
    public static async Task<List<TicketRow>> OpenOfAsync(Session session, string partnerId, Scope scope) =>
        await TicketStore.OpenOfPartnerAsync(session, partnerId, scope, MostOpen);
}
