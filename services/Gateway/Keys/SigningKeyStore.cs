using Qudao.Platform;

namespace Qudao.Gateway.Keys;

/// <summary>A key pair as stored.</summary>
public sealed class SigningKeyRow
{
    public string Id { get; set; } = "";

    /// <summary>PKCS #8, P-256.</summary>
    public byte[] PrivateKey { get; set; } = [];

    public long CreatedUs { get; set; }
}

/// <summary>Reads and writes signing keys.</summary>
public static class SigningKeyStore
{
    private const string SelectAll = "SELECT id AS Id, private_key AS PrivateKey, created_us AS CreatedUs FROM signing_keys ORDER BY id";
    private const string InsertKey = "INSERT INTO signing_keys (id, private_key, created_us) VALUES (@Id, @PrivateKey, @CreatedUs)";
    private const string DeleteOld = "DELETE FROM signing_keys WHERE created_us < @before";

    private const string Delete = "DELETE FROM signing_keys WHERE id = @id";

    /// <summary>Oldest first.</summary>
    public static Task<List<SigningKeyRow>> AllAsync(Session session) => session.QueryAsync<SigningKeyRow>(SelectAll);

    public static Task InsertAsync(Tx tx, SigningKeyRow row) => tx.ExecuteAsync(InsertKey, row);

    public static async Task<bool> DeleteAsync(Tx tx, string id) => await tx.ExecuteAsync(Delete, new { id }) == 1;

    public static Task DeleteOldAsync(Tx tx, long before) => tx.ExecuteAsync(DeleteOld, new { before });
}
