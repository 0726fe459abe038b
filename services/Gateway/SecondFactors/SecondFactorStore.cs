using Qudao.Platform;

namespace Qudao.Gateway.SecondFactors;

/// <summary>A user's second factor.</summary>
public sealed class SecondFactorRow
{
    public string UserId { get; set; } = "";
    public byte[] Secret { get; set; } = [];

    /// <summary>Null until the app has proved that it has the secret.</summary>
    public long? ConfirmedUs { get; set; }

    /// <summary>Codes of this step and before were used.</summary>
    public long LastStep { get; set; }
}

/// <summary>Reads and writes second factors and recovery codes.</summary>
public static class SecondFactorStore
{
    private const string Select = """
        SELECT user_id AS UserId, secret AS Secret, confirmed_us AS ConfirmedUs, last_step AS LastStep FROM second_factors WHERE user_id = @user
        """;
    private const string Insert = "INSERT INTO second_factors (user_id, secret, confirmed_us, last_step) VALUES (@user, @secret, NULL, 0)";
    private const string Confirm = "UPDATE second_factors SET confirmed_us = @now WHERE user_id = @user AND confirmed_us IS NULL";
    private const string Take = "UPDATE second_factors SET last_step = @step WHERE user_id = @user AND last_step < @step";
    private const string Delete = "DELETE FROM second_factors WHERE user_id = @user";
    private const string InsertCode = "INSERT INTO recovery_codes (user_id, code_hash) VALUES (@user, @hash)";
    private const string TakeCode = "DELETE FROM recovery_codes WHERE user_id = @user AND code_hash = @hash";
    private const string DeleteCodes = "DELETE FROM recovery_codes WHERE user_id = @user";

    public static Task<SecondFactorRow?> GetAsync(Session session, string user) => session.FirstOrDefaultAsync<SecondFactorRow>(Select, new { user });

    /// <summary>Begins anew with this secret, not confirmed.</summary>
    public static async Task BeginAsync(Tx tx, string user, byte[] secret)
    {
        await RemoveAsync(tx, user);
        await tx.ExecuteAsync(Insert, new { user, secret });
    }

    public static async Task<bool> ConfirmAsync(Tx tx, string user) => await tx.ExecuteAsync(Confirm, new { user, now = tx.NowMicros }) == 1;

    /// <summary>Takes the code of this step; false when it, or a later one, was used.</summary>
    public static async Task<bool> TakeAsync(Tx tx, string user, long step) => await tx.ExecuteAsync(Take, new { user, step }) == 1;

    public static Task AddCodeAsync(Tx tx, string user, string hash) => tx.ExecuteAsync(InsertCode, new { user, hash });

    /// <summary>Takes a recovery code; false when there is none (any more).</summary>
    public static async Task<bool> TakeCodeAsync(Tx tx, string user, string hash) => await tx.ExecuteAsync(TakeCode, new { user, hash }) == 1;

    public static async Task RemoveAsync(Tx tx, string user)
    {
        await tx.ExecuteAsync(Delete, new { user });
        await tx.ExecuteAsync(DeleteCodes, new { user });
    }
}
