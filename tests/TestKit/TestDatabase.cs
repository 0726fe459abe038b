using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Qudao.Platform;

namespace Qudao.TestKit;

/// <summary>Which database a test runs on.</summary>
public enum DatabaseUnderTest
{
    /// <summary>A new file.</summary>
    Sqlite,

    /// <summary>A new database on the server that QUDAO_TEST_SQLSERVER (a connection string) names; without it the test is skipped.</summary>
    SqlServer,
}

/// <summary>An empty database of a test's own; it is gone when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string Variable = "QUDAO_TEST_SQLSERVER";

    /// <summary>Seconds to wait for a server; a connection string that names its own "Connect Timeout" keeps it.</summary>
    private const int ConnectTimeout = 5;

    // A server that does not answer is asked once, not by each test again.
    private static readonly ConcurrentDictionary<string, Lazy<Task<Exception?>>> Asked = new();

    private readonly string folder = Directory.CreateTempSubdirectory("qudao-test-").FullName;
    private readonly SqlConnectionStringBuilder? sqlServer;
    private readonly List<Db> opened = [];

    private TestDatabase(SqlConnectionStringBuilder? sqlServer)
    {
        this.sqlServer = sqlServer;
        Settings = sqlServer is null
            ? new Dictionary<string, string?> { ["Database:Provider"] = "sqlite", ["Database:Path"] = Path.Combine(folder, "service.db") }
            : new Dictionary<string, string?> { ["Database:Provider"] = "sqlserver", ["Database:ConnectionString"] = sqlServer.ToString() };
    }

    /// <summary>How a service is told of it.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; }

    public static async Task<TestDatabase> CreateAsync(DatabaseUnderTest kind) =>
        kind == DatabaseUnderTest.Sqlite ? new TestDatabase(null) : await OnSqlServerAsync(Environment.GetEnvironmentVariable(Variable));

    /// <summary>A new database on this server. Without a server the test is skipped; with one that cannot be used it fails.</summary>
    public static async Task<TestDatabase> OnSqlServerAsync(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            Assert.Ignore($"No SQL Server: {Variable} holds no connection string.");
        var server = Read(connectionString!);
        if (await Asked.GetOrAdd(server.ToString(), _ => new(() => AskAsync(server))).Value is { } refused)
            throw new InvalidOperationException($"{Variable} names {server.DataSource}, which cannot be used: {refused.Message}", refused);
        var database = new TestDatabase(new SqlConnectionStringBuilder(server.ToString()) { InitialCatalog = $"qudao_test_{Guid.NewGuid():n}" });
        await OnMasterAsync(server, $"CREATE DATABASE {database.sqlServer!.InitialCatalog}");
        return database;
    }

    /// <summary>The database's dialect, as a new instance of a service would have it.</summary>
    public Dialect NewDialect() => sqlServer is null ? new SqliteDialect(Settings["Database:Path"]!) : new SqlServerDialect(sqlServer.ToString());

    /// <summary>The database as an instance of a service opens it: each call is another instance.</summary>
    public Db Open(TimeProvider? clock = null)
    {
        var db = new Db(NewDialect(), clock ?? TimeProvider.System, new OutboxSignal(), NullLogger<Db>.Instance);
        opened.Add(db);
        return db;
    }

    /// <summary>Brings it up to date for a service, as the service's start does.</summary>
    public Task MigrateAsync(Assembly service, TimeProvider? clock = null) =>
        new Migrations(NewDialect(), clock ?? TimeProvider.System, NullLogger<Migrations>.Instance).RunAsync(service);

    public async ValueTask DisposeAsync()
    {
        foreach (var db in opened)
            await db.DisposeAsync();
        if (sqlServer is not null)
            await DropAsync(sqlServer);
        Directory.Delete(folder, recursive: true);
    }

    private static SqlConnectionStringBuilder Read(string connectionString)
    {
        SqlConnectionStringBuilder server;
        try
        {
            server = new SqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"{Variable} is set, but holds no connection string: {e.Message}", e);
        }
        if (!server.ShouldSerialize("Connect Timeout"))
            server.ConnectTimeout = ConnectTimeout;
        return server;
    }

    private static async Task<Exception?> AskAsync(SqlConnectionStringBuilder server)
    {
        try
        {
            await OnMasterAsync(server, "SELECT 1");
            return null;
        }
        catch (DbException e)
        {
            return e;
        }
    }

    private static async Task DropAsync(SqlConnectionStringBuilder database)
    {
        // A pooled connection would still use it.
        await using (var connection = new SqlConnection(database.ToString()))
            SqlConnection.ClearPool(connection);
        await OnMasterAsync(database, $"DROP DATABASE {database.InitialCatalog}");
    }

    private static async Task OnMasterAsync(SqlConnectionStringBuilder server, string sql)
    {
        await using var connection = new SqlConnection(new SqlConnectionStringBuilder(server.ToString()) { InitialCatalog = "master" }.ToString());
        await connection.OpenAsync();
        await using var command = new SqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
