using Qudao.Events;
using Qudao.Platform;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>What tickets need of a partner, at one of its versions.</summary>
public sealed class KnownPartner
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long Version { get; set; }

    public static KnownPartner Of(Dealer.V1.Partner partner) => new()
    {
        Id = Ids.Of(partner.Name, "partners"),
        Name = partner.DisplayName,
        ScopePath = partner.ScopePath,
        AssigneeId = partner.Assignee.Length == 0 ? null : Ids.Of(partner.Assignee, "staff"),
        Version = Etag.VersionOf(partner.Etag),
    };

    public static KnownPartner Of(PartnerChanged happened) => new()
    {
        Id = happened.AggregateId,
        Name = happened.Name,
        ScopePath = happened.ScopePath,
        AssigneeId = happened.AssigneeId,
        Version = happened.Version,
    };
}

/// <summary>
/// What the dealer service last told of partners. A ticket is opened with an answer of the dealer service that an event
/// may have overtaken; the newer of the two holds, or the ticket would stay where the partner no longer is.
/// </summary>
public static class KnownPartners
{
    private const string Select = """
        SELECT id AS Id, name AS Name, scope_path AS ScopePath, assignee_id AS AssigneeId, version AS Version FROM known_partners WHERE id = @Id
        """;
    private const string Update = """
        UPDATE known_partners SET name = @Name, scope_path = @ScopePath, assignee_id = @AssigneeId, version = @Version WHERE id = @Id AND version < @Version
        """;
    private const string Insert = """
        INSERT INTO known_partners (id, name, scope_path, assignee_id, version)
        SELECT @Id, @Name, @ScopePath, @AssigneeId, @Version WHERE NOT EXISTS (SELECT 1 FROM known_partners WHERE id = @Id)
        """;
    private const string MoveMerged = """
        UPDATE tickets SET partner_id = @SurvivorId, partner_version = @SurvivorVersion, partner_name = @SurvivorName, scope_path = @ScopePath, assignee_id = @AssigneeId
        WHERE partner_id = @MergedId
        """;
    // What goes to another place may be counted by another calendar: the sweep looks.
    private const string UpdateTickets = """
        UPDATE tickets SET wake_us = CASE WHEN wake_us IS NOT NULL AND scope_path <> @ScopePath THEN 0 ELSE wake_us END, partner_name = @Name, scope_path = @ScopePath, assignee_id = @AssigneeId, partner_version = @Version
        WHERE partner_id = @Id AND partner_version < @Version
        """;

    public static async Task<KnownPartner> NewestAsync(Session session, KnownPartner told)
    {
        told.ScopePath = await Places.NowAsync(session, told.ScopePath);
        return await session.FirstOrDefaultAsync<KnownPartner>(Select, told) is { } known && known.Version > told.Version ? known : told;
    }

    /// <summary>The tickets of a merged partner are the survivor's.</summary>
    public static Task MoveAsync(Tx tx, RedirectRow merged) => tx.ExecuteAsync(MoveMerged, merged);

    /// <summary>Keeps what an event told, and brings the partner's tickets up to date; an older version changes nothing.</summary>
    public static async Task LearnAsync(Tx tx, KnownPartner partner)
    {
        if (await tx.ExecuteAsync(Update, partner) == 0)
            await tx.ExecuteAsync(Insert, partner);
        await tx.ExecuteAsync(UpdateTickets, partner);
    }
}
