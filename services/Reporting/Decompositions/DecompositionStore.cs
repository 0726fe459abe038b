using Google.Protobuf;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Decompositions;

/// <summary>A decomposition 计划分解表 and its stages.</summary>
public sealed class DecompositionRow
{
    public string Id { get; set; } = "";

    /// <summary>What there is one of: "js|2026-11" for a centre's, the one above and who carries it out for another.</summary>
    public string PlaceKey { get; set; } = "";

    public string? ParentId { get; set; }

    /// <summary>"centre", "manager" or "salesperson".</summary>
    public string Level { get; set; } = "";

    public string OrganisationId { get; set; } = "";
    public string Month { get; set; } = "";
    public string ImplementerId { get; set; } = "";
    public string ImplementerName { get; set; } = "";

    /// <summary>The salesperson whose it is; null for one that everybody in the centre sees.</summary>
    public string? AssigneeId { get; set; }

    public string State { get; set; } = "";
    public string IssuerName { get; set; } = "";
    public long? IssuedUs { get; set; }
    public string PlanShortfallReason { get; set; } = "";
    public string ShortfallReason { get; set; } = "";
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
    public long Version { get; set; }

    // Of the organisation; not stored here.
    public string OrganisationName { get; set; } = "";
    public string ScopePath { get; set; } = "";

    /// <summary>Its stages, in their order.</summary>
    public IReadOnlyList<DecompositionStage> Stages { get; set; } = [];

    /// <summary>The stages of the one above, where somebody looked them up.</summary>
    public IReadOnlyList<DecompositionStage>? Above { get; set; }

    public string Name => $"decompositions/{Id}";
}

/// <summary>A stage as stored.</summary>
public sealed class StageRow
{
    public string DecompositionId { get; set; } = "";
    public long Ordinal { get; set; }
    public string Kind { get; set; } = "";
    public DateOnly? DueDate { get; set; }
    public string Content { get; set; } = "";
    public long Agents { get; set; }
    public long Terminals { get; set; }
}

/// <summary>How one stood after its issue or an adjustment.</summary>
public sealed class RevisionRow
{
    public string Id { get; set; } = "";
    public string DecompositionId { get; set; } = "";
    public string Stages { get; set; } = "";
    public string Reason { get; set; } = "";
    public string ShortfallReason { get; set; } = "";
    public string EditorName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>Somebody who may carry a plan out.</summary>
public sealed class PersonRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Roles { get; set; } = "";
    public bool Active { get; set; }

    public bool HasRole(string role) => Roles.Split(',').Contains(role);
}

/// <summary>What decompositions are narrowed to; empty texts do not narrow.</summary>
public sealed record DecompositionFilter(string Month, string OrganisationId, string ParentId, string ImplementerId);

/// <summary>Decompositions; who may see one is asked of its organisation, and of a salesperson's whether it is his.</summary>
public static class DecompositionStore
{
    private const string Columns = """
        d.id AS Id, d.place_key AS PlaceKey, d.parent_id AS ParentId, d.level AS Level, d.organisation_id AS OrganisationId, d.month AS Month,
        d.implementer_id AS ImplementerId, d.implementer_name AS ImplementerName, d.assignee_id AS AssigneeId, d.state AS State, d.issuer_name AS IssuerName,
        d.issued_us AS IssuedUs, d.plan_shortfall_reason AS PlanShortfallReason, d.shortfall_reason AS ShortfallReason, d.created_us AS CreatedUs,
        d.updated_us AS UpdatedUs, d.version AS Version, o.name AS OrganisationName, o.scope_path AS ScopePath
        """;
    private const string From = "FROM decompositions d JOIN organisations o ON o.id = d.organisation_id";

    // A draft is nothing yet to those who are only given plans.
    private const string Filter = """
        o.scope_path >= @ScopeLow AND o.scope_path < @ScopeHigh
        AND (@Assignee IS NULL OR (d.state = 'issued' AND (d.assignee_id IS NULL OR d.assignee_id = @Assignee)))
        """;
    private const string Insert = """
        INSERT INTO decompositions (id, place_key, parent_id, level, organisation_id, month, implementer_id, implementer_name, assignee_id, state, issuer_name,
            issued_us, plan_shortfall_reason, shortfall_reason, created_us, updated_us, version)
        VALUES (@Id, @PlaceKey, @ParentId, @Level, @OrganisationId, @Month, @ImplementerId, @ImplementerName, @AssigneeId, @State, @IssuerName,
            @IssuedUs, @PlanShortfallReason, @ShortfallReason, @CreatedUs, @UpdatedUs, @Version)
        """;
    private const string Update = """
        UPDATE decompositions SET place_key = @PlaceKey, implementer_id = @ImplementerId, implementer_name = @ImplementerName, assignee_id = @AssigneeId,
               state = @State, issuer_name = @IssuerName, issued_us = @IssuedUs, plan_shortfall_reason = @PlanShortfallReason,
               shortfall_reason = @ShortfallReason, updated_us = @UpdatedUs, version = version + 1
        WHERE id = @Id AND version = @Version
        """;
    private const string Delete = "DELETE FROM decompositions WHERE id = @Id AND version = @Version";
    private const string SelectOne = $"SELECT {Columns} {From} WHERE d.id = @id AND {Filter}";
    private const string SelectBelow = $"SELECT {Columns} {From} WHERE d.parent_id = @id ORDER BY d.id";
    private const string SelectIdOf = "SELECT id FROM decompositions WHERE place_key = @key";
    private const string SelectPage = $"""
        SELECT {Columns} {From}
        WHERE d.id > @after AND (@Month = '' OR d.month = @Month) AND (@OrganisationId = '' OR d.organisation_id = @OrganisationId)
          AND (@ParentId = '' OR d.parent_id = @ParentId) AND (@ImplementerId = '' OR d.implementer_id = @ImplementerId) AND {Filter}
        ORDER BY d.id LIMIT @n
        """;
    private const string SelectStages = """
        SELECT decomposition_id AS DecompositionId, ordinal AS Ordinal, kind AS Kind, due_date AS DueDate, content AS Content, agents AS Agents, terminals AS Terminals
        FROM decomposition_stages WHERE decomposition_id IN @ids ORDER BY decomposition_id, ordinal
        """;
    private const string DeleteStages = "DELETE FROM decomposition_stages WHERE decomposition_id = @id";
    private const string InsertStage = """
        INSERT INTO decomposition_stages (decomposition_id, ordinal, kind, due_date, content, agents, terminals)
        VALUES (@DecompositionId, @Ordinal, @Kind, @DueDate, @Content, @Agents, @Terminals)
        """;
    private const string InsertRevision = """
        INSERT INTO decomposition_revisions (id, decomposition_id, stages, reason, shortfall_reason, editor_name, created_us)
        VALUES (@Id, @DecompositionId, @Stages, @Reason, @ShortfallReason, @EditorName, @CreatedUs)
        """;
    private const string SelectRevisions = """
        SELECT id AS Id, decomposition_id AS DecompositionId, stages AS Stages, reason AS Reason, shortfall_reason AS ShortfallReason, editor_name AS EditorName,
               created_us AS CreatedUs
        FROM decomposition_revisions WHERE decomposition_id = @id AND id > @after ORDER BY id LIMIT @n
        """;
    private const string SelectPerson = "SELECT id AS Id, name AS Name, organisation_id AS OrganisationId, roles AS Roles, active AS Active FROM staff WHERE id = @id";

    public static async Task InsertAsync(Tx tx, DecompositionRow row)
    {
        await tx.ExecuteAsync(Insert, row);
        await SaveStagesAsync(tx, row);
    }

    /// <summary>Stores a row with its stages; row.Version is the new one afterwards.</summary>
    public static async Task UpdateAsync(Tx tx, DecompositionRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, row.Name);
        row.Version++;
        await SaveStagesAsync(tx, row);
    }

    public static async Task DeleteAsync(Tx tx, DecompositionRow row)
    {
        await tx.UpdateAsync(Delete, row, row.Name);
        await tx.ExecuteAsync(DeleteStages, new { id = row.Id });
    }

    public static async Task<DecompositionRow?> GetAsync(Session session, string id, Scope scope)
    {
        var row = await session.FirstOrDefaultAsync<DecompositionRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });
        return row is null ? null : (await WithStagesAsync(session, [row]))[0];
    }

    public static async Task<List<DecompositionRow>> BelowAsync(Session session, string id) =>
        await WithStagesAsync(session, await session.QueryAsync<DecompositionRow>(SelectBelow, new { id }));

    /// <summary>The id of the one there is at a place.</summary>
    public static Task<string?> IdOfAsync(Session session, string key) => session.FirstOrDefaultAsync<string>(SelectIdOf, new { key });

    public static async Task<List<DecompositionRow>> ListAsync(Session session, DecompositionFilter filter, Scope scope, string after, int n) =>
        await WithStagesAsync(session, await session.QueryAsync<DecompositionRow>(SelectPage, new
        {
            filter.Month,
            filter.OrganisationId,
            filter.ParentId,
            filter.ImplementerId,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            after,
            n,
        }));

    /// <summary>Keeps how it stands now.</summary>
    public static Task ReviseAsync(Tx tx, DecompositionRow row, string reason, string shortfallReason, string editor) => tx.ExecuteAsync(InsertRevision, new RevisionRow
    {
        Id = tx.NewId(),
        DecompositionId = row.Id,
        Stages = JsonFormatter.Default.Format(new Decomposition { Stages = { row.Stages } }),
        Reason = reason,
        ShortfallReason = shortfallReason,
        EditorName = editor,
        CreatedUs = tx.NowMicros,
    });

    public static Task<List<RevisionRow>> RevisionsAsync(Session session, string id, string after, int n) =>
        session.QueryAsync<RevisionRow>(SelectRevisions, new { id, after, n });

    public static Task<PersonRow?> PersonAsync(Session session, string id) => session.FirstOrDefaultAsync<PersonRow>(SelectPerson, new { id });

    private static async Task SaveStagesAsync(Tx tx, DecompositionRow row)
    {
        await tx.ExecuteAsync(DeleteStages, new { id = row.Id });
        foreach (var stage in row.Stages)
            await tx.ExecuteAsync(InsertStage, new StageRow
            {
                DecompositionId = row.Id,
                Ordinal = (int)stage.Kind,
                Kind = Codes.Of(stage.Kind),
                DueDate = Days.Parse(stage.DueDate),
                Content = stage.Content,
                Agents = stage.Agents,
                Terminals = stage.Terminals,
            });
    }

    private static async Task<List<DecompositionRow>> WithStagesAsync(Session session, List<DecompositionRow> rows)
    {
        var ids = rows.Select(row => row.Id).ToArray();
        var stages = (ids.Length == 0 ? [] : await session.QueryAsync<StageRow>(SelectStages, new { ids })).ToLookup(stage => stage.DecompositionId, ToMessage);
        rows.ForEach(row => row.Stages = [.. stages[row.Id]]);
        return rows;
    }

    private static DecompositionStage ToMessage(StageRow row) => new()
    {
        Kind = Codes.To<StageKind>(row.Kind),
        DueDate = row.DueDate is { } due ? $"{due:yyyy-MM-dd}" : "",
        Content = row.Content,
        Agents = row.Agents,
        Terminals = row.Terminals,
    };
}
