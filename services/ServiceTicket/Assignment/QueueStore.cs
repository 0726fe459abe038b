using System.Text.Json;
using Qudao.Platform;
using Qudao.ServiceTicket.Policies;

namespace Qudao.ServiceTicket.Assignment;

/// <summary>A queue as it stands in the table.</summary>
public sealed class QueueRow : IPlaced
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string DisplayName { get; set; } = "";

    /// <summary>JSON; none: all kinds.</summary>
    public string Kinds { get; set; } = "[]";

    public bool AutoAssign { get; set; }
    public long Version { get; set; }
    public long UpdatedUs { get; set; }

    public string[] ReadKinds() => JsonSerializer.Deserialize<string[]>(Kinds)!;
}

/// <summary>A member as it stands in the table, with what he has to do.</summary>
public sealed class MemberRow
{
    public string QueueId { get; set; } = "";
    public string StaffId { get; set; } = "";
    public string StaffName { get; set; } = "";

    /// <summary>JSON.</summary>
    public string Skills { get; set; } = "[]";

    public int Capacity { get; set; }

    /// <summary>When he last got a ticket.</summary>
    public long LastUs { get; set; }

    public int OpenTickets { get; set; }

    public string[] ReadSkills() => JsonSerializer.Deserialize<string[]>(Skills)!;
}

/// <summary>Queues and their members.</summary>
public static class QueueStore
{
    private const string Columns = """
        id AS Id, organisation_id AS OrganisationId, scope_path AS ScopePath, display_name AS DisplayName, kinds AS Kinds, auto_assign AS AutoAssign,
        version AS Version, updated_us AS UpdatedUs
        """;
    private const string Visible = "scope_path >= @ScopeLow AND scope_path < @ScopeHigh";
    private const string Select = $"SELECT {Columns} FROM queues WHERE id = @Id AND {Visible}";
    private const string SelectAll = $"SELECT {Columns} FROM queues";
    private const string SelectPage = $"SELECT {Columns} FROM queues WHERE id > @After AND {Visible} ORDER BY id LIMIT @n";
    private const string Insert = """
        INSERT INTO queues (id, organisation_id, scope_path, display_name, kinds, auto_assign, turns, version, updated_us)
        VALUES (@Id, @OrganisationId, @ScopePath, @DisplayName, @Kinds, @AutoAssign, 0, @Version, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE queues SET version = version + 1, display_name = @DisplayName, kinds = @Kinds, auto_assign = @AutoAssign, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string Delete = "DELETE FROM queues WHERE id = @Id AND version = @Version";
    private const string TakeTurn = "UPDATE queues SET turns = turns + 1 WHERE id = @id";
    private const string LeaveTickets = "UPDATE tickets SET queue_id = NULL WHERE queue_id = @id";
    private const string DeleteMembers = "DELETE FROM queue_members WHERE queue_id = @id";
    private const string DeleteMember = "DELETE FROM queue_members WHERE staff_id = @staffId";
    private const string InsertMember = """
        INSERT INTO queue_members (queue_id, staff_id, staff_name, skills, capacity, last_us) VALUES (@QueueId, @StaffId, @StaffName, @Skills, @Capacity, @LastUs)
        """;
    private const string SelectMembers = """
        SELECT m.queue_id AS QueueId, m.staff_id AS StaffId, m.staff_name AS StaffName, m.skills AS Skills, m.capacity AS Capacity, m.last_us AS LastUs,
               (SELECT COUNT(*) FROM tickets t WHERE t.handler_id = m.staff_id AND t.state NOT IN ('resolved', 'closed')) AS OpenTickets
        FROM queue_members m WHERE m.queue_id IN @ids ORDER BY m.queue_id, m.staff_id
        """;
    private const string UpdateLast = "UPDATE queue_members SET last_us = @now WHERE queue_id = @queueId AND staff_id = @staffId";

    public static Task<QueueRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<QueueRow>(Select, new { Id = id, scope.ScopeLow, scope.ScopeHigh });

    public static Task<List<QueueRow>> AllAsync(Session session) => session.QueryAsync<QueueRow>(SelectAll);

    public static Task<List<QueueRow>> ListAsync(Session session, Scope scope, string after, int n) =>
        session.QueryAsync<QueueRow>(SelectPage, new { scope.ScopeLow, scope.ScopeHigh, After = after, n });

    public static Task InsertAsync(Tx tx, QueueRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, QueueRow row)
    {
        await tx.UpdateAsync(Update, row, $"queues/{row.Id}");
        row.Version++;
    }

    public static async Task DeleteAsync(Tx tx, QueueRow row)
    {
        await tx.UpdateAsync(Delete, row, $"queues/{row.Id}");
        await tx.ExecuteAsync(DeleteMembers, new { id = row.Id });
        await tx.ExecuteAsync(LeaveTickets, new { id = row.Id });
    }

    /// <summary>Lets whoever assigns from the queue at the same moment wait, so that each counts what the other has given.</summary>
    public static Task TakeTurnAsync(Tx tx, string id) => tx.ExecuteAsync(TakeTurn, new { id });

    /// <summary>The members of queues, by queue, each with his open tickets.</summary>
    public static Task<List<MemberRow>> MembersAsync(Session session, IReadOnlyCollection<string> ids) => session.QueryAsync<MemberRow>(SelectMembers, new { ids });

    public static async Task ReplaceMembersAsync(Tx tx, string id, IEnumerable<MemberRow> members)
    {
        await tx.ExecuteAsync(DeleteMembers, new { id });
        foreach (var member in members)
            await tx.ExecuteAsync(InsertMember, member);
    }

    /// <summary>One who left takes no more tickets.</summary>
    public static Task DropMemberAsync(Tx tx, string staffId) => tx.ExecuteAsync(DeleteMember, new { staffId });

    public static Task NoteLastAsync(Tx tx, string queueId, string staffId) => tx.ExecuteAsync(UpdateLast, new { queueId, staffId, now = tx.NowMicros });
}
