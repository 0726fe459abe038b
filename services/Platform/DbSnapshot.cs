using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Qudao.Platform;

/// <summary>
/// A SQLite database as it was at one instant, read while it is written to. It holds a read transaction: in WAL mode the
/// writer goes on beside it, and the log grows until the snapshot is closed.
/// </summary>
public sealed class DbSnapshot : IAsyncDisposable
{
    /// <summary>Its size in bytes, as SQLite alone says it.</summary>
    public const string SelectSize = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

    /// <summary>Reads something that every SQLite database has.</summary>
    public const string SelectAnything = "SELECT COUNT(*) FROM sqlite_master";

    private const int PagesAtOnce = 512;

    private readonly PreparedConnection connection;

    private DbSnapshot(PreparedConnection connection, long size) => (this.connection, Size) = (connection, size);

    /// <summary>In bytes.</summary>
    public long Size { get; }

    /// <summary>
    /// Several databases at one and the same instant. All their writers are held at once, at points between two commits, and only
    /// for the opening of the read transactions: milliseconds. While all are held no commit is on its way anywhere, so what the
    /// snapshots show together is a state in which the databases really were: of two commits of which one came because of
    /// the other, the effect is never there without its cause.
    /// </summary>
    /// <exception cref="IOException">The writers could not be held long enough.</exception>
    public static async Task<IReadOnlyList<DbSnapshot>> TakeAsync(IReadOnlyList<Db> databases)
    {
        var snapshots = new List<DbSnapshot>();
        var holds = await Task.WhenAll(databases.Select(db => db.HoldWritesAsync()));
        try
        {
            snapshots.AddRange(databases.Select(Open));
            // Each is released, whether or not one had ended before.
            if (holds.Count(hold => hold.Release()) < holds.Length)
                throw new IOException("The databases could not be held still for long enough to be backed up.");
            return snapshots;
        }
        catch
        {
            foreach (var snapshot in snapshots)
                await snapshot.DisposeAsync();
            throw;
        }
        finally
        {
            foreach (var hold in holds)
                hold.Release();
        }
    }

    /// <summary>Writes the database to a new file that needs nothing beside it.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="progress">Called again and again with the bytes copied so far; what it throws ends the copying.</param>
    public async Task CopyAsync(string path, Func<long, Task> progress)
    {
        await using var copy = OpenCopy(path);
        // The pages are those of the read transaction that this connection is in.
        using var backup = raw.sqlite3_backup_init(copy.Handle, "main", connection.Handle, "main");
        if (backup.IsInvalid)
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(copy.Handle), copy.Handle);
        int code;
        while ((code = raw.sqlite3_backup_step(backup, PagesAtOnce)) == raw.SQLITE_OK)
            await progress(Size * (raw.sqlite3_backup_pagecount(backup) - raw.sqlite3_backup_remaining(backup)) / Math.Max(1, raw.sqlite3_backup_pagecount(backup)));
        if (code != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, copy.Handle);
        backup.Dispose();
        Run(copy, "PRAGMA journal_mode = DELETE");
        await progress(Size);
    }

    /// <summary>Opens a copy, to change something in it; what is deleted is gone from the file.</summary>
    public static SqliteConnection OpenCopy(string path)
    {
        var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        copy.Open();
        Run(copy, "PRAGMA secure_delete = ON");
        return copy;
    }

    /// <summary>Runs a statement without values on a copy.</summary>
    public static void Run(SqliteConnection copy, [ConstantExpected] string sql)
    {
        using var command = copy.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    private static DbSnapshot Open(Db db)
    {
        var connection = (PreparedConnection)db.Dialect.Open();
        try
        {
            connection.Run("BEGIN");
            // The first read begins the transaction in earnest.
            using var command = connection.CreateCommand();
            command.CommandText = SelectSize;
            var size = Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
            command.CommandText = SelectAnything;
            command.ExecuteScalar();
            return new DbSnapshot(connection, size);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
