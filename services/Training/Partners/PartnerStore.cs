using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Training.Partners;

/// <summary>A partner as Dealer last told of it.</summary>
public sealed class PartnerRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string Name { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
}

/// <summary>What is known of partners, and the rows that go where they go.</summary>
public static class PartnerStore
{
    private const string Columns = "id AS Id, version AS Version, name AS Name, scope_path AS ScopePath, assignee_id AS AssigneeId";
    private const string SelectOne = $"SELECT {Columns} FROM partners WHERE id = @id";
    private const string SelectNamed = $"SELECT {Columns} FROM partners WHERE name = @name AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string Update = """
        UPDATE partners SET version = @Version, name = @Name, scope_path = @ScopePath, assignee_id = @AssigneeId WHERE id = @Id AND version < @Version
        """;
    private const string Insert = """
        INSERT INTO partners (id, version, name, scope_path, assignee_id)
        SELECT @Id, @Version, @Name, @ScopePath, @AssigneeId WHERE NOT EXISTS (SELECT 1 FROM partners WHERE id = @Id)
        """;
    private const string MoveEnrolments = """
        UPDATE enrolments SET partner_id = @Id, partner_name = @Name, scope_path = @ScopePath, assignee_id = @AssigneeId WHERE partner_id = @From
        """;
    private const string MoveTrainees = """
        UPDATE trainee_files SET partner_id = @Id, partner_name = @Name, scope_path = @ScopePath, assignee_id = @AssigneeId WHERE partner_id = @From
        """;
    private const string MoveEmployments = "UPDATE employments SET partner_id = @Id, partner_name = @Name WHERE partner_id = @From";
    private const string MoveCertificates = """
        UPDATE certificates SET partner_id = @Id, scope_path = @ScopePath, assignee_id = @AssigneeId WHERE partner_id = @From
        """;
    private const string MoveSessions = """
        UPDATE training_sessions SET scope_path = @ScopePath, assignee_id = @AssigneeId
        WHERE id IN (SELECT session_id FROM training_requests WHERE partner_id = @From AND session_id = id)
        """;

    /// <summary>The partner as this service knows it, which may be newer than what was asked for a moment ago.</summary>
    public static async Task<PartnerRow> NowAsync(Session s, PartnerRow asked)
    {
        if (await s.FirstOrDefaultAsync<PartnerRow>(SelectOne, new { id = asked.Id }) is { } known)
            return known;
        asked.ScopePath = await Places.NowAsync(s, asked.ScopePath);
        return asked;
    }

    /// <summary>Partners of exactly this name within the scope, two at most.</summary>
    public static Task<List<PartnerRow>> NamedAsync(Session s, string name, Scope scope) =>
        s.QueryAsync<PartnerRow>(SelectNamed, new { name, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = 2 });

    /// <summary>Renamed, moved or given to another: what is kept for it follows, unless newer news came before.</summary>
    public static async Task HearAsync(Tx tx, PartnerChanged happened)
    {
        var row = new PartnerRow { Id = happened.AggregateId, Version = happened.Version, Name = happened.Name, ScopePath = happened.ScopePath, AssigneeId = happened.AssigneeId };
        if (await tx.ExecuteAsync(Update, row) + await tx.ExecuteAsync(Insert, row) > 0)
            await MoveAsync(tx, row.Id, row);
    }

    /// <summary>What is kept for a merged partner is the survivor's.</summary>
    public static Task MergeAsync(Tx tx, RedirectRow merged) =>
        MoveAsync(tx, merged.MergedId, new PartnerRow { Id = merged.SurvivorId, Name = merged.SurvivorName, ScopePath = merged.ScopePath, AssigneeId = merged.AssigneeId });

    private static async Task MoveAsync(Tx tx, string from, PartnerRow to)
    {
        var values = new { to.Id, to.Name, to.ScopePath, to.AssigneeId, From = from };
        await tx.ExecuteAsync(MoveSessions, values);
        await tx.ExecuteAsync(MoveEnrolments, values);
        await tx.ExecuteAsync(MoveTrainees, values);
        await tx.ExecuteAsync(MoveEmployments, values);
        await tx.ExecuteAsync(MoveCertificates, values);
    }
}
