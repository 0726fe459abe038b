using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract.Partners;

/// <summary>A partner 机构 as this service last heard of it; Version 0 when only seen in an agreement.</summary>
public sealed class PartnerRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string Name { get; set; } = "";
    public string Stage { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }

    /// <summary>The centre or agent's organisation it belongs to.</summary>
    public string OrganisationId { get; set; } = "";
}

/// <summary>What was heard of partners.</summary>
public static class PartnerStore
{
    private const string Select = """
        SELECT id AS Id, version AS Version, name AS Name, stage AS Stage, scope_path AS ScopePath, assignee_id AS AssigneeId, organisation_id AS OrganisationId
        FROM partners WHERE id = @id
        """;
    private const string SelectSeen = $"""
        SELECT id AS Id, version AS Version, name AS Name, stage AS Stage, scope_path AS ScopePath, assignee_id AS AssigneeId, organisation_id AS OrganisationId
        FROM partners p WHERE p.id = @id AND {PartnerSight.SqlFilter}
        """;
    private const string Update = """
        UPDATE partners SET version = @Version, name = @Name, stage = @Stage, scope_path = @ScopePath, assignee_id = @AssigneeId, organisation_id = @OrganisationId
        WHERE id = @AggregateId AND version < @Version
        """;
    private const string Insert = """
        INSERT INTO partners (id, version, name, stage, scope_path, assignee_id, organisation_id)
        SELECT @AggregateId, @Version, @Name, @Stage, @ScopePath, @AssigneeId, @OrganisationId WHERE NOT EXISTS (SELECT 1 FROM partners WHERE id = @AggregateId)
        """;
    private const string InsertSeen = """
        INSERT INTO partners (id, version, name, stage, scope_path, assignee_id, organisation_id)
        SELECT @Id, @Version, @Name, @Stage, @ScopePath, @AssigneeId, @OrganisationId WHERE NOT EXISTS (SELECT 1 FROM partners WHERE id = @Id)
        """;

    /// <summary>Null while nothing was heard of it.</summary>
    public static Task<PartnerRow?> GetAsync(Session session, string id) => session.FirstOrDefaultAsync<PartnerRow>(Select, new { id });

    /// <summary>Null when the caller may not see it, or nothing was heard or seen of it.</summary>
    public static Task<PartnerRow?> GetAsync(Session session, string id, PartnerSight sight) => session.FirstOrDefaultAsync<PartnerRow>(
        SelectSeen, new { id, sight.Own, sight.ScopeLow, sight.ScopeHigh, sight.Assignee });

    /// <summary>What is known of a partner of which no event has told yet; any event tells more.</summary>
    public static Task SeenAsync(Tx tx, PartnerRow seen) => tx.ExecuteAsync(InsertSeen, seen);

    /// <summary>Keeps the newest; a stale version changes nothing.</summary>
    public static async Task HearAsync(Tx tx, PartnerChanged partner)
    {
        if (await tx.ExecuteAsync(Update, partner) == 0)
            await tx.ExecuteAsync(Insert, partner);
    }
}
