using Qudao.Platform;

namespace Qudao.Gateway.Sessions;

/// <summary>Failed sign-ins by login, whether such a user exists or not.</summary>
public static class FailureStore
{
    private const string Select = """
        SELECT login AS Login, failures AS Failures, locked_until_us AS LockedUntilUs, failed_us AS FailedUs FROM sign_in_failures WHERE login = @login
        """;
    private const string Hold = "UPDATE sign_in_failures SET failed_us = failed_us WHERE login = @login";
    private const string Update = """
        UPDATE sign_in_failures SET failures = @Failures, locked_until_us = @LockedUntilUs, failed_us = @FailedUs WHERE login = @Login
        """;
    private const string Insert = """
        INSERT INTO sign_in_failures (login, failures, locked_until_us, failed_us) VALUES (@Login, @Failures, @LockedUntilUs, @FailedUs)
        """;
    private const string Delete = "DELETE FROM sign_in_failures WHERE login = @login";
    private const string DeleteOld = "DELETE FROM sign_in_failures WHERE failed_us < @before";
    private const string CountOld = "SELECT COUNT(*) FROM sign_in_failures WHERE failed_us < @before";

    public static Task<FailureRow?> GetAsync(Session session, string login) =>
        session.FirstOrDefaultAsync<FailureRow>(Select, new { login });

    /// <summary>The row, held until the commit: attempts made side by side are counted one after the other on every database.</summary>
    public static async Task<FailureRow?> HoldAsync(Tx tx, string login) =>
        await tx.ExecuteAsync(Hold, new { login }) == 0 ? null : await GetAsync(tx, login);

    public static async Task SaveAsync(Tx tx, FailureRow row)
    {
        if (await tx.ExecuteAsync(Update, row) == 0)
            await tx.ExecuteAsync(Insert, row);
    }

    public static Task ClearAsync(Tx tx, string login) => tx.ExecuteAsync(Delete, new { login });

    public static Task<long> CountOldAsync(Session session, long before) => session.ScalarAsync<long>(CountOld, new { before });

    public static Task<int> DeleteOldAsync(Tx tx, long before) => tx.ExecuteAsync(DeleteOld, new { before });
}
