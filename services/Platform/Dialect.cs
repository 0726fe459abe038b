using System.Data.Common;
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;

namespace Qudao.Platform;

/// <summary>The only place that asks which database is behind: SQLite (embedded, the default) or SQL Server.</summary>
public abstract class Dialect
{
    /// <summary>Folder of the migration scripts: "sqlite" or "sqlserver".</summary>
    public abstract string Folder { get; }

    /// <summary>True where one process-wide writer batches writes into shared commits (see Db).</summary>
    public abstract bool SingleWriter { get; }

    public abstract DbConnection Open();

    /// <summary>Statements are written for SQLite's LIMIT; this gives the twin for the database at hand.</summary>
    public abstract string Translate(string sql);

    /// <summary>The whole write may be tried again: a deadlock, or somebody else wrote the same key since the write looked for it.</summary>
    public abstract bool IsRetryable(Exception e);

    public abstract bool IsUniqueViolation(Exception e);

    /// <summary>Claims up to @n undelivered events for @owner until @until and returns them.</summary>
    public abstract string ClaimOutbox { get; }

    /// <summary>Starts a write transaction on a connection that a single writer owns.</summary>
    public virtual string BeginWrite => "BEGIN IMMEDIATE";

    /// <summary>The database's tables, for the first migration.</summary>
    public abstract string TableExists { get; }

    /// <summary>The tables that have a scope_path.</summary>
    public abstract string ScopedTables { get; }

    public static Dialect From(IConfiguration configuration) => configuration["Database:Provider"] switch
    {
        "sqlserver" => new SqlServerDialect(configuration["Database:ConnectionString"]
            ?? throw new InvalidOperationException("Database:ConnectionString is required with Database:Provider=sqlserver.")),
        "sqlite" or null => new SqliteDialect(configuration["Database:Path"]
            ?? throw new InvalidOperationException("Database:Path is required with Database:Provider=sqlite.")),
        var other => throw new InvalidOperationException($"Database:Provider is '{other}'; it can be sqlite or sqlserver."),
    };
}

/// <summary>SQLite: WAL, synchronous=FULL so that an acknowledged commit survives a power cut.</summary>
public sealed class SqliteDialect(string path) : Dialect
{
    // SQLITE_CONFIG_MULTITHREAD, SQLITE_CONFIG_MEMSTATUS
    private const int MultiThread = 2, MemoryStatistics = 9;

    // Locks that guard a connection used by several threads at once, which none is here, and statistics that nobody reads.
    static SqliteDialect()
    {
        SQLitePCL.Batteries_V2.Init();
        SQLitePCL.raw.sqlite3_config(MultiThread);
        SQLitePCL.raw.sqlite3_config(MemoryStatistics, 0);
    }

    private readonly string connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Pooling = false,
        DefaultTimeout = 30,
    }.ToString();

    public override string Folder => "sqlite";

    public override bool SingleWriter => true;

    public override string TableExists => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = @name";

    public override string ScopedTables => """
        SELECT m.name FROM sqlite_master m INNER JOIN pragma_table_info(m.name) c ON c.name = 'scope_path' WHERE m.type = 'table' ORDER BY m.name
        """;

    public override string ClaimOutbox => """
        UPDATE outbox SET lease_owner = @owner, lease_until_us = @until, attempts = attempts + 1
        WHERE seq IN (SELECT seq FROM outbox WHERE delivered_us IS NULL AND due_us <= @now AND lease_until_us < @now ORDER BY due_us, seq LIMIT @n)
        RETURNING seq, id, type, traceparent, body, attempts
        """;

    public override DbConnection Open()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        var connection = new PreparedConnection(connectionString);
        connection.Open();
        // busy_timeout: SQLite's own waiting is finer than the driver's, which sleeps 150 ms between tries.
        // temp_store: what a savepoint keeps for its undoing would otherwise go through a file.
        // wal_autocheckpoint, in pages of 4 KiB: a page that is written again and again is copied home once in 16 MiB, not once in 4.
        connection.Execute("PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000");
        return connection;
    }

    public override string Translate(string sql) => sql;

    public override bool IsRetryable(Exception e) => false;

    // 19 = SQLITE_CONSTRAINT; 1555 = primary key, 2067 = unique.
    public override bool IsUniqueViolation(Exception e) =>
        e is SqliteException { SqliteErrorCode: 19, SqliteExtendedErrorCode: 1555 or 2067 };
}

/// <summary>SQL Server; statements keep to the plain core of T-SQL.</summary>
public sealed class SqlServerDialect(string connectionString) : Dialect
{
    private const int Deadlock = 1205;

    public override string Folder => "sqlserver";

    public override bool SingleWriter => false;

    public override string TableExists => "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = @name";

    public override string ScopedTables => "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE COLUMN_NAME = 'scope_path' ORDER BY TABLE_NAME";

    // READPAST lets two relays share the table; without the hints it is still correct, only slower.
    public override string ClaimOutbox => """
        UPDATE TOP (@n) outbox WITH (UPDLOCK, READPAST, ROWLOCK, READCOMMITTEDLOCK)
        SET lease_owner = @owner, lease_until_us = @until, attempts = attempts + 1
        OUTPUT inserted.seq, inserted.id, inserted.type, inserted.traceparent, inserted.body, inserted.attempts
        WHERE delivered_us IS NULL AND due_us <= @now AND lease_until_us < @now
        """;

    public override DbConnection Open()
    {
        var connection = new SqlConnection(connectionString);
        connection.Open();
        return connection;
    }

    public override string Translate(string sql) => sql.Replace("LIMIT @n", "OFFSET 0 ROWS FETCH NEXT @n ROWS ONLY");

    public override bool IsRetryable(Exception e) => e is SqlException { Number: Deadlock } || IsUniqueViolation(e);

    // 2627 = a constraint, 2601 = an index.
    public override bool IsUniqueViolation(Exception e) => e is SqlException { Number: 2627 or 2601 };
}
