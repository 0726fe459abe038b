using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>
/// Ordered scripts, embedded as "sqlite/0001_init.sql" and "sqlserver/0001_init.sql". Each runs once; a script that was
/// changed after it ran stops the service. Scripts expand first and contract later, so that the version before still runs.
/// </summary>
public sealed class Migrations(Dialect dialect, TimeProvider clock, ILogger<Migrations> logger)
{
    /// <summary>The table of what has run, the same on each database.</summary>
    public const string Create = """
        CREATE TABLE migrations (
            name       VARCHAR(100) NOT NULL PRIMARY KEY,
            checksum   VARCHAR(64)  NOT NULL,
            applied_us BIGINT       NOT NULL
        )
        """;

    /// <summary>Runs what has not run yet, from the platform's scripts first, then the service's.</summary>
    public async Task RunAsync(Assembly service)
    {
        await using var connection = dialect.Open();
        if (await connection.ExecuteScalarAsync<long>(dialect.TableExists, new { name = "migrations" }) == 0)
            await CreateTableAsync(connection);
        foreach (var script in Scripts(typeof(Migrations).Assembly).Concat(Scripts(service)))
            await ApplyAsync(connection, script);
    }

    /// <summary>All scripts of an assembly for this database, in order; also read by the tests that check the SQL.</summary>
    public IEnumerable<(string Name, string Sql)> Scripts(Assembly assembly)
    {
        var folder = dialect.Folder + "/";
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => ($"{assembly.GetName().Name}/{name[folder.Length..]}", Read(assembly, name)));
    }

    private async Task CreateTableAsync(DbConnection connection)
    {
        try
        {
            await connection.ExecuteAsync(Create);
        }
        catch (DbException) when (connection.ExecuteScalar<long>(dialect.TableExists, new { name = "migrations" }) == 1)
        {
            // Another instance started at the same moment.
        }
    }

    private async Task ApplyAsync(DbConnection connection, (string Name, string Sql) script)
    {
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script.Sql.ReplaceLineEndings("\n"))));
        // Two instances may start together: whoever holds the write transaction runs the script, the other sees it done.
        await using var transaction = dialect.SingleWriter ? null : await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
        if (transaction is null)
            await connection.ExecuteAsync(dialect.BeginWrite);
        try
        {
            var known = await connection.ExecuteScalarAsync<string?>(
                "SELECT checksum FROM migrations WHERE name = @Name", new { script.Name }, transaction);
            if (known is not null && known != checksum)
                throw new InvalidOperationException($"Migration {script.Name} was changed after it ran; write a new one instead.");
            if (known is null)
            {
                await connection.ExecuteAsync(
                    "INSERT INTO migrations (name, checksum, applied_us) VALUES (@Name, @checksum, @now)",
                    new { script.Name, checksum, now = clock.NowMicros() }, transaction);
                await connection.ExecuteAsync(script.Sql, transaction: transaction);
                logger.LogInformation("Migration {Name} applied", script.Name);
            }
            if (transaction is null)
                await connection.ExecuteAsync("COMMIT");
            else
                await transaction.CommitAsync();
        }
        catch when (transaction is null)
        {
            await connection.ExecuteAsync("ROLLBACK");
            throw;
        }
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
