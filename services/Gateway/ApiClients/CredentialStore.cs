using Qudao.Platform;

namespace Qudao.Gateway.ApiClients;

/// <summary>A secret or a key of a client.</summary>
public sealed class CredentialRow
{
    public const string Secret = "secret";
    public const string Key = "key";

    public string Id { get; set; } = "";
    public string ClientId { get; set; } = "";

    /// <summary>Secret or Key.</summary>
    public string Kind { get; set; } = "";

    public string DisplayName { get; set; } = "";

    /// <summary>How it begins.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>SHA-256 of all of it.</summary>
    public string Hash { get; set; } = "";

    public long CreatedUs { get; set; }
    public long ExpiresUs { get; set; }

    /// <summary>0 while it never was.</summary>
    public long LastUsedUs { get; set; }
}

/// <summary>Reads and writes secrets, keys and the tokens that secrets got.</summary>
public static class CredentialStore
{
    private const string Columns = """
        id AS Id, client_id AS ClientId, kind AS Kind, display_name AS DisplayName, prefix AS Prefix, hash AS Hash, created_us AS CreatedUs, expires_us AS ExpiresUs,
        last_used_us AS LastUsedUs
        """;
    private const string SelectByHash = $"SELECT {Columns} FROM api_credentials WHERE hash = @hash AND kind = @kind AND expires_us > @now";
    private const string SelectOne = $"SELECT {Columns} FROM api_credentials WHERE id = @id AND client_id = @client AND kind = @kind";
    private const string SelectKeys = $"""
        SELECT {Columns} FROM api_credentials WHERE client_id = @client AND kind = 'key' AND (@after = '' OR id < @after) ORDER BY id DESC LIMIT @n
        """;
    private const string Insert = """
        INSERT INTO api_credentials (id, client_id, kind, display_name, prefix, hash, created_us, expires_us, last_used_us)
        VALUES (@Id, @ClientId, @Kind, @DisplayName, @Prefix, @Hash, @CreatedUs, @ExpiresUs, 0)
        """;
    private const string EndOne = "UPDATE api_credentials SET expires_us = @at WHERE id = @id AND expires_us > @at";
    private const string EndKind = "UPDATE api_credentials SET expires_us = @at WHERE client_id = @client AND kind = @kind AND expires_us > @at";
    private const string Touch = "UPDATE api_credentials SET last_used_us = @now WHERE id = @id AND last_used_us = @before";
    private const string DeleteTokensOfClient = "DELETE FROM api_tokens WHERE credential_id IN (SELECT id FROM api_credentials WHERE client_id = @client)";
    private const string DeleteOfClient = "DELETE FROM api_credentials WHERE client_id = @client";
    private const string InsertToken = "INSERT INTO api_tokens (token_hash, credential_id, roles, expires_us) VALUES (@hash, @credential, @roles, @expires)";
    private const string CountExpired = "SELECT COUNT(*) FROM api_tokens WHERE expires_us <= @now";
    private const string DeleteExpired = "DELETE FROM api_tokens WHERE expires_us <= @now";

    /// <summary>What has this hash and has not ended.</summary>
    public static Task<CredentialRow?> ByHashAsync(Session session, string hash, string kind, long now) =>
        session.FirstOrDefaultAsync<CredentialRow>(SelectByHash, new { hash, kind, now });

    public static Task<CredentialRow?> GetKeyAsync(Session session, string client, string id) =>
        session.FirstOrDefaultAsync<CredentialRow>(SelectOne, new { client, id, kind = CredentialRow.Key });

    /// <summary>The newest first.</summary>
    public static Task<List<CredentialRow>> KeysAsync(Session session, Page page, string client) =>
        session.QueryAsync<CredentialRow>(SelectKeys, new { client, after = page.After, n = page.Fetch });

    public static Task InsertAsync(Tx tx, CredentialRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Ends a key then, if it does not end before.</summary>
    public static Task EndAsync(Tx tx, string id, long at) => tx.ExecuteAsync(EndOne, new { id, at });

    /// <summary>Ends a client's secrets then, if they do not end before.</summary>
    public static Task EndSecretsAsync(Tx tx, string client, long at) => tx.ExecuteAsync(EndKind, new { client, kind = CredentialRow.Secret, at });

    /// <summary>Notes a use; false when somebody else noted one meanwhile.</summary>
    public static async Task<bool> TouchAsync(Tx tx, string id, long before) => await tx.ExecuteAsync(Touch, new { id, before, now = tx.NowMicros }) == 1;

    public static async Task DeleteOfClientAsync(Tx tx, string client)
    {
        await tx.ExecuteAsync(DeleteTokensOfClient, new { client });
        await tx.ExecuteAsync(DeleteOfClient, new { client });
    }

    public static Task InsertTokenAsync(Tx tx, string hash, string credential, string roles, long expires) =>
        tx.ExecuteAsync(InsertToken, new { hash, credential, roles, expires });

    /// <summary>Deletes tokens that ended; a sweep.</summary>
    public static async Task<int> SweepAsync(Db db)
    {
        var now = db.Clock.NowMicros();
        return await db.ReadAsync(s => s.ScalarAsync<long>(CountExpired, new { now })) == 0 ? 0 : await db.WriteAsync(tx => tx.ExecuteAsync(DeleteExpired, new { now }));
    }
}
