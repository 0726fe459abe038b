using Qudao.Platform;

namespace Qudao.ServiceTicket.Templates;

/// <summary>A template as it stands in the table.</summary>
public sealed class TemplateRow
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";

    /// <summary>"" for all kinds.</summary>
    public string Kind { get; set; } = "";

    public string DisplayName { get; set; } = "";
    public string Body { get; set; } = "";
    public long Version { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>Templates for answers.</summary>
public static class TemplateStore
{
    private const string Columns = """
        id AS Id, organisation_id AS OrganisationId, scope_path AS ScopePath, kind AS Kind, display_name AS DisplayName, body AS Body,
        version AS Version, updated_us AS UpdatedUs
        """;
    // Those of the organisations above are the caller's to use, as well as those below.
    private const string Usable = "((scope_path >= @ScopeLow AND scope_path < @ScopeHigh) OR scope_path IN @above)";
    private const string Select = $"SELECT {Columns} FROM answer_templates WHERE id = @Id AND {Usable}";
    private const string SelectOwn = $"SELECT {Columns} FROM answer_templates WHERE id = @Id AND scope_path >= @ScopeLow AND scope_path < @ScopeHigh";
    private const string SelectPage = $"""
        SELECT {Columns} FROM answer_templates WHERE id > @After AND (@Kind = '' OR kind = @Kind OR kind = '') AND {Usable} ORDER BY id LIMIT @n
        """;
    private const string Insert = """
        INSERT INTO answer_templates (id, organisation_id, scope_path, kind, display_name, body, version, updated_us)
        VALUES (@Id, @OrganisationId, @ScopePath, @Kind, @DisplayName, @Body, @Version, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE answer_templates SET version = version + 1, kind = @Kind, display_name = @DisplayName, body = @Body, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string Delete = "DELETE FROM answer_templates WHERE id = @Id AND version = @Version";

    /// <summary>One the caller may use.</summary>
    public static Task<TemplateRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<TemplateRow>(Select, new { Id = id, scope.ScopeLow, scope.ScopeHigh, above = TemplateRules.PathsAbove(scope.Path) });

    /// <summary>One the caller may change.</summary>
    public static Task<TemplateRow?> GetOwnAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<TemplateRow>(SelectOwn, new { Id = id, scope.ScopeLow, scope.ScopeHigh });

    public static Task<List<TemplateRow>> ListAsync(Session session, string kind, Scope scope, string after, int n) =>
        session.QueryAsync<TemplateRow>(SelectPage, new { Kind = kind, scope.ScopeLow, scope.ScopeHigh, above = TemplateRules.PathsAbove(scope.Path), After = after, n });

    public static Task InsertAsync(Tx tx, TemplateRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, TemplateRow row)
    {
        await tx.UpdateAsync(Update, row, $"answerTemplates/{row.Id}");
        row.Version++;
    }

    public static Task DeleteAsync(Tx tx, TemplateRow row) => tx.UpdateAsync(Delete, row, $"answerTemplates/{row.Id}");
}
