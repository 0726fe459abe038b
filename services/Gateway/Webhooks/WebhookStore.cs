using Qudao.Platform;

namespace Qudao.Gateway.Webhooks;

/// <summary>An address as stored.</summary>
public sealed class EndpointRow
{
    public const string Active = "active";
    public const string Paused = "paused";

    public string Id { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public string Url { get; set; } = "";

    /// <summary>Separated by commas; empty for all.</summary>
    public string Types { get; set; } = "";

    public string? OrganisationId { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public string OwnerId { get; set; } = "";
    public string State { get; set; } = Active;
    public string PauseReason { get; set; } = "";

    /// <summary>Up to here in the feed it has its deliveries.</summary>
    public long Seq { get; set; }

    public long? FailingSinceUs { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }

    public string[] TypeList => Types.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Reads and writes addresses and their secrets.</summary>
public static class WebhookStore
{
    private const string Columns = """
        id AS Id, display_name AS DisplayName, url AS Url, types AS Types, organisation_id AS OrganisationId, scope_path AS ScopePath, assignee_id AS AssigneeId,
        owner_id AS OwnerId, state AS State, pause_reason AS PauseReason, seq AS Seq, failing_since_us AS FailingSinceUs, version AS Version, created_us AS CreatedUs
        """;
    private const string SelectVisible = $"SELECT {Columns} FROM webhook_endpoints WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectById = $"SELECT {Columns} FROM webhook_endpoints WHERE id = @id";
    private const string SelectPage = $"SELECT {Columns} FROM webhook_endpoints WHERE id > @after AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string SelectBehind = $"SELECT {Columns} FROM webhook_endpoints WHERE state = 'active' AND seq < @head ORDER BY id";
    private const string CountOfOwner = "SELECT COUNT(*) FROM webhook_endpoints WHERE owner_id = @owner";
    private const string Insert = """
        INSERT INTO webhook_endpoints (id, display_name, url, types, organisation_id, scope_path, assignee_id, owner_id, state, pause_reason, seq, failing_since_us, version, created_us)
        VALUES (@Id, @DisplayName, @Url, @Types, @OrganisationId, @ScopePath, @AssigneeId, @OwnerId, @State, @PauseReason, @Seq, NULL, 1, @CreatedUs)
        """;
    private const string Update = """
        UPDATE webhook_endpoints SET display_name = @DisplayName, url = @Url, types = @Types, organisation_id = @OrganisationId, scope_path = @ScopePath,
            version = version + 1
        WHERE id = @Id AND version = @Version
        """;
    private const string SetState = """
        UPDATE webhook_endpoints SET state = @to, pause_reason = @reason, failing_since_us = NULL, version = version + 1 WHERE id = @id AND state = @from
        """;
    private const string MoveOn = "UPDATE webhook_endpoints SET seq = @to WHERE id = @id AND seq = @from AND state = 'active'";
    private const string SetFailing = "UPDATE webhook_endpoints SET failing_since_us = @since WHERE id = @id";
    private const string Delete = "DELETE FROM webhook_endpoints WHERE id = @id";
    private const string SelectSecrets = "SELECT secret FROM webhook_secrets WHERE endpoint_id = @endpoint AND (expires_us IS NULL OR expires_us > @now) ORDER BY id DESC";
    private const string InsertSecret = "INSERT INTO webhook_secrets (id, endpoint_id, secret, expires_us) VALUES (@id, @endpoint, @secret, NULL)";
    private const string EndSecrets = "UPDATE webhook_secrets SET expires_us = @expires WHERE endpoint_id = @endpoint AND expires_us IS NULL";
    private const string DeleteEnding = "DELETE FROM webhook_secrets WHERE endpoint_id = @endpoint AND expires_us IS NOT NULL";
    private const string DeleteSecrets = "DELETE FROM webhook_secrets WHERE endpoint_id = @endpoint";
    private const string CountExpired = "SELECT COUNT(*) FROM webhook_secrets WHERE expires_us <= @now";
    private const string DeleteExpired = "DELETE FROM webhook_secrets WHERE expires_us <= @now";

    /// <summary>An address within the scope.</summary>
    public static Task<EndpointRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<EndpointRow>(SelectVisible, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<EndpointRow?> ByIdAsync(Session session, string id) => session.FirstOrDefaultAsync<EndpointRow>(SelectById, new { id });

    public static Task<List<EndpointRow>> PageAsync(Session session, Page page, Scope scope) =>
        session.QueryAsync<EndpointRow>(SelectPage, new { after = page.After, n = page.Fetch, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>The active ones that have not come to this place in the feed.</summary>
    public static Task<List<EndpointRow>> BehindAsync(Session session, long head) => session.QueryAsync<EndpointRow>(SelectBehind, new { head });

    public static Task<long> CountOfAsync(Session session, string owner) => session.ScalarAsync<long>(CountOfOwner, new { owner });

    public static Task InsertAsync(Tx tx, EndpointRow row) => tx.ExecuteAsync(Insert, row);

    public static Task UpdateAsync(Tx tx, EndpointRow row) => tx.UpdateAsync(Update, row, $"webhookEndpoints/{row.Id}");

    /// <summary>False when somebody else was faster.</summary>
    public static async Task<bool> SetStateAsync(Tx tx, string id, string from, string to, string reason) =>
        await tx.ExecuteAsync(SetState, new { id, from, to, reason }) == 1;

    /// <summary>False when it is no longer where it was, or paused.</summary>
    public static async Task<bool> MoveOnAsync(Tx tx, string id, long from, long to) => await tx.ExecuteAsync(MoveOn, new { id, from, to }) == 1;

    public static Task SetFailingAsync(Tx tx, string id, long? since) => tx.ExecuteAsync(SetFailing, new { id, since });

    public static async Task DeleteAsync(Tx tx, string id)
    {
        await tx.ExecuteAsync(DeleteSecrets, new { endpoint = id });
        await DeliveryStore.DeleteOfAsync(tx, id);
        await tx.ExecuteAsync(Delete, new { id });
    }

    /// <summary>Those that sign now, the newest first.</summary>
    public static Task<List<string>> SecretsAsync(Session session, string endpoint, long now) => session.QueryAsync<string>(SelectSecrets, new { endpoint, now });

    /// <summary>Adds a secret; the one before ends then, and any before that at once.</summary>
    public static async Task AddSecretAsync(Tx tx, string endpoint, string secret, long oldEnds)
    {
        await tx.ExecuteAsync(DeleteEnding, new { endpoint });
        await tx.ExecuteAsync(EndSecrets, new { endpoint, expires = oldEnds });
        await tx.ExecuteAsync(InsertSecret, new { id = tx.NewId(), endpoint, secret });
    }

    public static Task<long> CountExpiredSecretsAsync(Session session, long now) => session.ScalarAsync<long>(CountExpired, new { now });

    public static Task<int> DeleteExpiredSecretsAsync(Tx tx, long now) => tx.ExecuteAsync(DeleteExpired, new { now });
}
