using Qudao.Gateway.Sessions;
using Qudao.Platform;

namespace Qudao.Gateway.ApiClients;

/// <summary>A client.</summary>
public sealed class ApiClientRow
{
    public string Id { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";

    /// <summary>Between commas: ",dashboard,".</summary>
    public string Roles { get; set; } = "";

    /// <summary>0: as many as the house is set to.</summary>
    public long RequestsPerSecond { get; set; }

    /// <summary>0: without end.</summary>
    public long RequestsPerDay { get; set; }

    /// <summary>0: without end.</summary>
    public long RequestsPerMonth { get; set; }

    public bool Disabled { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }

    public string[] RoleList => Roles.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Reads and writes clients.</summary>
public static class ApiClientStore
{
    private const string Columns = """
        id AS Id, display_name AS DisplayName, organisation_id AS OrganisationId, scope_path AS ScopePath, roles AS Roles,
        requests_per_second AS RequestsPerSecond, requests_per_day AS RequestsPerDay, requests_per_month AS RequestsPerMonth, disabled AS Disabled, version AS Version, created_us AS CreatedUs
        """;
    private const string SelectById = $"SELECT {Columns} FROM api_clients WHERE id = @id";
    private const string SelectVisible = $"SELECT {Columns} FROM api_clients WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"SELECT {Columns} FROM api_clients WHERE id > @after AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string CountHolders = "SELECT COUNT(*) FROM api_clients WHERE roles LIKE @like";
    private const string Insert = """
        INSERT INTO api_clients (id, display_name, organisation_id, scope_path, assignee_id, roles, requests_per_second, requests_per_day, requests_per_month, disabled, version, created_us)
        VALUES (@Id, @DisplayName, @OrganisationId, @ScopePath, NULL, @Roles, @RequestsPerSecond, @RequestsPerDay, @RequestsPerMonth, @Disabled, 1, @CreatedUs)
        """;
    private const string Update = """
        UPDATE api_clients SET display_name = @DisplayName, roles = @Roles, requests_per_second = @RequestsPerSecond, requests_per_day = @RequestsPerDay,
            requests_per_month = @RequestsPerMonth, disabled = @Disabled, version = version + 1
        WHERE id = @Id AND version = @Version
        """;
    private const string Delete = "DELETE FROM api_clients WHERE id = @id";

    // As a session has them: the columns that the services must know.
    private const string AsSession = """
        api_credentials.id AS Id, api_clients.id AS UserId, '' AS PersonId, 0 AS IsStaff, api_clients.display_name AS Name,
        api_clients.organisation_id AS OrganisationId, api_clients.scope_path AS ScopePath, api_clients.requests_per_second AS RequestsPerSecond,
        api_clients.requests_per_day AS RequestsPerDay, api_clients.requests_per_month AS RequestsPerMonth,
        api_credentials.last_used_us AS LastUsedUs, 1 AS IsClient
        """;
    private const string SelectByKey = $"""
        SELECT {AsSession}, api_clients.roles AS Roles, api_credentials.expires_us AS ExpiresUs
        FROM api_credentials INNER JOIN api_clients ON api_clients.id = api_credentials.client_id
        WHERE api_credentials.hash = @hash AND api_credentials.kind = 'key' AND api_credentials.expires_us > @now AND api_clients.disabled = 0
        """;
    private const string SelectByToken = $"""
        SELECT {AsSession}, api_clients.roles AS Roles, api_tokens.roles AS OnlyRoles, api_tokens.expires_us AS ExpiresUs
        FROM api_tokens INNER JOIN api_credentials ON api_credentials.id = api_tokens.credential_id
            INNER JOIN api_clients ON api_clients.id = api_credentials.client_id
        WHERE api_tokens.token_hash = @hash AND api_tokens.expires_us > @now AND api_credentials.expires_us > @now AND api_clients.disabled = 0
        """;

    public static Task<ApiClientRow?> ByIdAsync(Session session, string id) => session.FirstOrDefaultAsync<ApiClientRow>(SelectById, new { id });

    /// <summary>A client within the scope.</summary>
    public static Task<ApiClientRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<ApiClientRow>(SelectVisible, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<ApiClientRow>> PageAsync(Session session, Page page, Scope scope) =>
        session.QueryAsync<ApiClientRow>(SelectPage, new { after = page.After, n = page.Fetch, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>Whether a client has the role.</summary>
    public static async Task<bool> IsHeldAsync(Session session, string role) => await session.ScalarAsync<long>(CountHolders, new { like = $"%,{role},%" }) > 0;

    public static Task InsertAsync(Tx tx, ApiClientRow row) => tx.ExecuteAsync(Insert, row);

    public static Task UpdateAsync(Tx tx, ApiClientRow row) => tx.UpdateAsync(Update, row, $"apiClients/{row.Id}");

    public static Task DeleteAsync(Tx tx, string id) => tx.ExecuteAsync(Delete, new { id });

    /// <summary>As whom a key calls; null when it has ended, or the client is disabled.</summary>
    public static Task<SessionRow?> ByKeyAsync(Session session, string hash, long now) => session.FirstOrDefaultAsync<SessionRow>(SelectByKey, new { hash, now });

    /// <summary>As whom a token of the client-credentials grant calls.</summary>
    public static Task<SessionRow?> ByTokenAsync(Session session, string hash, long now) => session.FirstOrDefaultAsync<SessionRow>(SelectByToken, new { hash, now });
}
