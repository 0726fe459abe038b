using Dapper;
using Qudao.Platform;

namespace Qudao.Bench;

/// <summary>Waits for what the Dealer service leaves for when nobody waits to write.</summary>
internal static class Settling
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns when every partner in the database is in the search index.</summary>
    public static async Task IndexedAsync(string database)
    {
        await using var connection = new SqliteDialect(database).Open();
        while (await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM partners WHERE terms_version = 0") > 0)
            await Task.Delay(Pause);
    }
}
