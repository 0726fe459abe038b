using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Plans;

/// <summary>A plan 计划 of an organisation for a month; a target of 0 is none.</summary>
public sealed class PlanRow
{
    public string Id { get; set; } = "";

    /// <summary>"2026-11".</summary>
    public string Month { get; set; } = "";

    public string OrganisationId { get; set; } = "";
    public long Agents { get; set; }
    public long Terminals { get; set; }
    public long SalesQuantity { get; set; }
    public string Note { get; set; } = "";
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
    public long Version { get; set; }

    // Of the organisation; not stored here.
    public string OrganisationName { get; set; } = "";
    public string ScopePath { get; set; } = "";
}

/// <summary>Plans; who may see one is asked of its organisation.</summary>
public static class PlanStore
{
    private const string Columns = """
        l.id AS Id, l.month AS Month, l.organisation_id AS OrganisationId, l.agents AS Agents, l.terminals AS Terminals, l.sales_quantity AS SalesQuantity,
        l.note AS Note, l.created_us AS CreatedUs, l.updated_us AS UpdatedUs, l.version AS Version, o.name AS OrganisationName, o.scope_path AS ScopePath
        """;
    private const string Insert = """
        INSERT INTO plans (id, month, organisation_id, agents, terminals, sales_quantity, note, created_us, updated_us, version)
        VALUES (@Id, @Month, @OrganisationId, @Agents, @Terminals, @SalesQuantity, @Note, @CreatedUs, @UpdatedUs, @Version)
        """;
    private const string Update = """
        UPDATE plans SET agents = @Agents, terminals = @Terminals, sales_quantity = @SalesQuantity, note = @Note, updated_us = @UpdatedUs, version = version + 1
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectOne = $"SELECT {Columns} FROM plans l JOIN organisations o ON o.id = l.organisation_id WHERE l.id = @id AND {NetworkStore.PathFilter}";
    private const string SelectIdOf = "SELECT id FROM plans WHERE month = @month AND organisation_id = @organisationId";
    private const string SelectPage = $"""
        SELECT {Columns} FROM plans l JOIN organisations o ON o.id = l.organisation_id
        WHERE l.id > @after AND (@month = '' OR l.month = @month) AND (@organisationId = '' OR l.organisation_id = @organisationId) AND {NetworkStore.PathFilter}
        ORDER BY l.id LIMIT @n
        """;

    public static Task InsertAsync(Tx tx, PlanRow row) => tx.ExecuteAsync(Insert, row);

    public static Task UpdateAsync(Tx tx, PlanRow row) => tx.UpdateAsync(Update, row, $"plans/{row.Id}");

    public static Task<PlanRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<PlanRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh });

    /// <summary>The id of the plan there is for a month and an organisation.</summary>
    public static Task<string?> IdOfAsync(Session session, string month, string organisationId) =>
        session.FirstOrDefaultAsync<string>(SelectIdOf, new { month, organisationId });

    public static Task<List<PlanRow>> ListAsync(Session session, string month, string organisationId, Scope scope, string after, int n) =>
        session.QueryAsync<PlanRow>(SelectPage, new { month, organisationId, scope.ScopeLow, scope.ScopeHigh, after, n });
}
