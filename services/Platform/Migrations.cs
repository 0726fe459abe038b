using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>
/// Ordered scripts, embedded as "sqlite/0001_init.sql" and "sqlserver/0001_init.sql". Each runs once; a script that was
/// changed after it ran stops the service. Scripts expand first and contract later, so that the version before still runs.
/// SQL Server looks up the columns of a whole batch before it runs: what uses a column that its script adds stands behind
/// a line GO.
/// </summary>
public sealed partial class Migrations(Dialect dialect, TimeProvider clock, ILogger<Migrations> logger)
{
    /// <summary>The table of what has run, the same on each database.</summary>
    public const string Create = """
        CREATE TABLE migrations (
            name       VARCHAR(100) NOT NULL PRIMARY KEY,
            checksum   VARCHAR(64)  NOT NULL,
            applied_us BIGINT       NOT NULL
        )
        """;

    private const string SelectChecksum = "SELECT checksum FROM migrations WHERE name = @name";
    private const string Insert = "INSERT INTO migrations (name, checksum, applied_us) VALUES (@name, @checksum, @now)";

    /// <summary>Seconds that a script, or waiting for another instance's, may take.</summary>
    private const int Patience = 3600;

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

    /// <summary>What a database of this service may have run, by name, with its checksum.</summary>
    public IReadOnlyDictionary<string, string> Known(Assembly service) =>
        Scripts(typeof(Migrations).Assembly).Concat(Scripts(service)).ToDictionary(script => script.Name, script => Checksum(script.Sql));

    private static string Checksum(string sql) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n"))));

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
        var checksum = Checksum(script.Sql);
        var known = await KnownAsync(connection, script.Name);
        if (known is null && !await TryRunAsync(connection, script, checksum))
            known = await KnownAsync(connection, script.Name);
        if (known is not null && known != checksum)
            throw new InvalidOperationException($"Migration {script.Name} was changed after it ran; write a new one instead.");
    }

    private static Task<string?> KnownAsync(DbConnection connection, string name) => connection.ExecuteScalarAsync<string?>(SelectChecksum, new { name });

    /// <summary>False when another instance ran the script meanwhile.</summary>
    private async Task<bool> TryRunAsync(DbConnection connection, (string Name, string Sql) script, string checksum)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            // Instances that start together meet here: one goes on, the others wait for its commit and find the row there.
            await connection.ExecuteAsync(Insert, new { name = script.Name, checksum, now = clock.NowMicros() }, transaction, Patience);
        }
        catch (DbException e) when (dialect.IsUniqueViolation(e))
        {
            return false;
        }
        foreach (var batch in Batches().Split(script.Sql))
            await connection.ExecuteAsync(batch, transaction: transaction, commandTimeout: Patience);
        await transaction.CommitAsync();
        logger.LogInformation("Migration {Name} applied", script.Name);
        return true;
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^GO\r?$", RegexOptions.Multiline)]
    private static partial Regex Batches();
}
