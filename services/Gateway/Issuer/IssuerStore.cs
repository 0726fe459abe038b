using Qudao.Platform;

namespace Qudao.Gateway.Issuer;

/// <summary>A sign-in on its way to the issuer and back.</summary>
public sealed class IssuerSignInRow
{
    public string StateHash { get; set; } = "";
    public string BrowserHash { get; set; } = "";
    public string Nonce { get; set; } = "";
    public string Verifier { get; set; } = "";
    public string ReturnTo { get; set; } = "";
    public long ExpiresUs { get; set; }
}

/// <summary>Reads and writes sign-ins on their way.</summary>
public static class IssuerStore
{
    private const string Select = """
        SELECT state_hash AS StateHash, browser_hash AS BrowserHash, nonce AS Nonce, verifier AS Verifier, return_to AS ReturnTo, expires_us AS ExpiresUs
        FROM issuer_sign_ins WHERE state_hash = @state AND expires_us > @now
        """;
    private const string Insert = """
        INSERT INTO issuer_sign_ins (state_hash, browser_hash, nonce, verifier, return_to, expires_us)
        VALUES (@StateHash, @BrowserHash, @Nonce, @Verifier, @ReturnTo, @ExpiresUs)
        """;
    private const string Delete = "DELETE FROM issuer_sign_ins WHERE state_hash = @state";
    private const string DeleteExpired = "DELETE FROM issuer_sign_ins WHERE expires_us <= @now";

    /// <summary>Notes a sign-in that begins, and forgets those that were never finished.</summary>
    public static async Task InsertAsync(Tx tx, IssuerSignInRow row)
    {
        await tx.ExecuteAsync(DeleteExpired, new { now = tx.NowMicros });
        await tx.ExecuteAsync(Insert, row);
    }

    /// <summary>Takes a sign-in that comes back: it does so once.</summary>
    public static async Task<IssuerSignInRow?> TakeAsync(Tx tx, string state)
    {
        var row = await tx.FirstOrDefaultAsync<IssuerSignInRow>(Select, new { state, now = tx.NowMicros });
        return await tx.ExecuteAsync(Delete, new { state }) == 1 ? row : null;
    }
}
