using System.Text.Json;
using Qudao.Platform;

namespace Qudao.Contract.Approvals;

/// <summary>Approval policies in the database.</summary>
public static class PolicyStore
{
    private const string Columns = """
        id AS Id, version AS Version, display_name AS DisplayName, organisation_id AS OrganisationId, scope_path AS ScopePath, kind AS Kind,
        min_amount_fen AS MinAmountFen, max_amount_fen AS MaxAmountFen, deviating AS Deviating, major AS Major, priority AS Priority,
        steps_json AS StepsJson, disabled AS Disabled, updated_us AS UpdatedUs
        """;

    // HQ's are everybody's to read: they hold for everybody.
    private const string Visible = "(organisation_id = 'hq' OR (scope_path >= @ScopeLow AND scope_path < @ScopeHigh))";
    private const string Select = $"SELECT {Columns} FROM approval_policies WHERE id = @id AND {Visible}";
    private const string SelectPage = $"""
        SELECT {Columns} FROM approval_policies
        WHERE id > @after AND (@organisationId = '' OR organisation_id = @organisationId) AND {Visible} ORDER BY id LIMIT @n
        """;
    private const string SelectEnabled = $"SELECT {Columns} FROM approval_policies WHERE disabled = 0";
    private const string SelectVersion = "SELECT body_json FROM approval_policy_versions WHERE policy_id = @id AND version = @version";
    private const string Insert = """
        INSERT INTO approval_policies (id, version, display_name, organisation_id, scope_path, kind, min_amount_fen, max_amount_fen, deviating, major,
            priority, steps_json, disabled, updated_us)
        VALUES (@Id, @Version, @DisplayName, @OrganisationId, @ScopePath, @Kind, @MinAmountFen, @MaxAmountFen, @Deviating, @Major,
            @Priority, @StepsJson, @Disabled, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE approval_policies SET version = version + 1, display_name = @DisplayName, kind = @Kind, min_amount_fen = @MinAmountFen,
            max_amount_fen = @MaxAmountFen, deviating = @Deviating, major = @Major, priority = @Priority, steps_json = @StepsJson,
            disabled = @Disabled, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string InsertVersion = """
        INSERT INTO approval_policy_versions (policy_id, version, body_json, updated_us) VALUES (@id, @version, @body, @updatedUs)
        """;

    /// <summary>Null when there is none that this scope may read.</summary>
    public static Task<PolicyRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<PolicyRow>(Select, new { id, scope.ScopeLow, scope.ScopeHigh });

    public static Task<List<PolicyRow>> ListAsync(Session session, string organisationId, Scope scope, Page page) =>
        session.QueryAsync<PolicyRow>(SelectPage, new { organisationId, scope.ScopeLow, scope.ScopeHigh, after = page.After, n = page.Fetch });

    /// <summary>All that may hold for a submission.</summary>
    public static Task<List<PolicyRow>> EnabledAsync(Session session) => session.QueryAsync<PolicyRow>(SelectEnabled);

    /// <summary>The policy as it was; null when it never had this version, or has it still.</summary>
    public static async Task<PolicyRow?> VersionAsync(Session session, string id, long version) =>
        await session.FirstOrDefaultAsync<string>(SelectVersion, new { id, version }) is { } body ? JsonSerializer.Deserialize<PolicyRow>(body, EventJson.Options) : null;

    public static Task InsertAsync(Tx tx, PolicyRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes a changed policy and keeps what it was; its version moves on.</summary>
    public static async Task UpdateAsync(Tx tx, PolicyRow row, PolicyRow before)
    {
        await tx.UpdateAsync(Update, row, $"approvalPolicies/{row.Id}");
        await tx.ExecuteAsync(InsertVersion, new { id = row.Id, version = row.Version, body = JsonSerializer.Serialize(before, EventJson.Options), updatedUs = before.UpdatedUs });
        row.Version++;
    }
}
