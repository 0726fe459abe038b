using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Dapper;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>
/// A service's database. WriteAsync is the only way to write: the work runs in one transaction, and when the task
/// completes the commit is durable. Work given to WriteAsync may run again, after a deadlock or because what shared its commit
/// failed, so it touches nothing but its Tx; it must not wait for anything else, because on SQLite all writers share one connection.
/// </summary>
public sealed class Db : IAsyncDisposable
{
    private const int Tries = 5;
    private const int MostPauses = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Readers readers;
    private readonly SqliteWriter? writer;

    public Db(Dialect dialect, TimeProvider clock, OutboxSignal outboxSignal, ILogger<Db> logger)
    {
        Dialect = dialect;
        Clock = clock;
        OutboxSignal = outboxSignal;
        readers = new Readers(dialect);
        writer = dialect.SingleWriter ? new SqliteWriter(this, logger) : null;
    }

    public Dialect Dialect { get; }

    public TimeProvider Clock { get; }

    internal OutboxSignal OutboxSignal { get; }

    public Task WriteAsync(Func<Tx, Task> work, CancellationToken cancel = default) =>
        WriteAsync(async tx =>
        {
            await work(tx);
            return true;
        }, cancel);

    public Task<T> WriteAsync<T>(Func<Tx, Task<T>> work, CancellationToken cancel = default) =>
        writer is not null ? writer.RunAsync(work, cancel) : WriteAloneAsync(work, cancel);

    /// <summary>
    /// For work that may come later: waits until nobody else waits to write, a second at most. With SQL Server, where writers
    /// do not wait for one another, it returns at once.
    /// </summary>
    public async Task GiveWayAsync()
    {
        for (var waited = 0; waited < MostPauses && writer is { IsBusy: true }; waited++)
            await Task.Delay(Pause);
    }

    /// <summary>
    /// Lets nobody commit, from the moment it returns until what it gives is released; what is to be written waits. For as
    /// long as it takes to open a snapshot (see DbSnapshot), not to read it. For SQLite, where one writer writes for all.
    /// </summary>
    internal async Task<WriteHold> HoldWritesAsync()
    {
        var hold = new WriteHold();
        // The work fails only where the database cannot be written to at all.
        var work = (writer ?? throw new InvalidOperationException("Only where a single writer writes can it be held.")).RunAsync(_ => hold.LastAsync(), CancellationToken.None);
        await await Task.WhenAny(hold.Begun, work);
        return hold;
    }

    /// <summary>Reads a committed state; never waits for writers on SQLite.</summary>
    public async Task<T> ReadAsync<T>(Func<Session, Task<T>> work)
    {
        var connection = readers.Rent();
        try
        {
            return await work(new Session(this, connection, null));
        }
        finally
        {
            readers.Return(connection);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (writer is not null)
            await writer.DisposeAsync();
        readers.Dispose();
    }

    private async Task<T> WriteAloneAsync<T>(Func<Tx, Task<T>> work, CancellationToken cancel)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await WriteOnceAsync(work, cancel);
            }
            catch (Exception e) when (tried < Tries && Dialect.IsRetryable(e))
            {
                await Task.Delay(Random.Shared.Next(5, 20 * tried), cancel);
            }
        }
    }

    private async Task<T> WriteOnceAsync<T>(Func<Tx, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = Dialect.Open();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var tx = new Tx(this, connection, transaction);
        var result = await work(tx);
        Faults.Point(Faults.BeforeCommit);
        await transaction.CommitAsync(cancel);
        Faults.Point(Faults.AfterCommit);
        OutboxSignal.Hand(tx.Events);
        return result;
    }

    /// <summary>Open connections for reads, kept between calls on SQLite; SqlClient pools its own.</summary>
    private sealed class Readers(Dialect dialect) : IDisposable
    {
        private const int Kept = 16;
        private readonly System.Collections.Concurrent.ConcurrentBag<DbConnection> idle = [];

        public DbConnection Rent() => dialect.SingleWriter && idle.TryTake(out var connection) ? connection : dialect.Open();

        public void Return(DbConnection connection)
        {
            if (dialect.SingleWriter && idle.Count < Kept)
                idle.Add(connection);
            else
                connection.Dispose();
        }

        public void Dispose()
        {
            while (idle.TryTake(out var connection))
                connection.Dispose();
        }
    }

    /// <summary>
    /// The FIFO writer gate of SQLite. Writes that wait together share one commit. When one of them fails after it has
    /// written something, all are rolled back, and those before it run again. Nobody is answered before the commit that
    /// holds his work is on disk.
    /// </summary>
    private sealed class SqliteWriter : IAsyncDisposable
    {
        private const int MaxBatch = 128;
        private readonly Channel<Item> queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(10_000) { SingleReader = true });
        private readonly Db db;
        private readonly ILogger logger;
        private readonly Lazy<PreparedConnection> connection;
        private readonly Task loop;

        public SqliteWriter(Db db, ILogger logger)
        {
            this.db = db;
            this.logger = logger;
            connection = new Lazy<PreparedConnection>(() => (PreparedConnection)db.Dialect.Open());
            loop = Task.Run(LoopAsync);
        }

        public bool IsBusy => queue.Reader.Count > 0;

        public async Task<T> RunAsync<T>(Func<Tx, Task<T>> work, CancellationToken cancel)
        {
            var item = new Item<T>(work, cancel);
            await queue.Writer.WriteAsync(item, cancel);
            return await item.Done.Task;
        }

        public async ValueTask DisposeAsync()
        {
            queue.Writer.TryComplete();
            await loop;
            if (connection.IsValueCreated)
                await connection.Value.DisposeAsync();
        }

        private async Task LoopAsync()
        {
            var batch = new List<Item>(MaxBatch);
            while (await queue.Reader.WaitToReadAsync())
            {
                batch.Clear();
                try
                {
                    await CommitBatchAsync(batch);
                }
                catch (Exception e)
                {
                    logger.LogError(e, "A write batch of {Count} was not committed", batch.Count);
                    Rollback();
                    batch.ForEach(item => item.Fail(e));
                }
            }
        }

        private async Task CommitBatchAsync(List<Item> batch)
        {
            var writes = connection.Value;
            writes.Run(db.Dialect.BeginWrite);
            var events = new List<OutboxRow>();
            while (batch.Count < MaxBatch && queue.Reader.TryRead(out var item))
            {
                batch.Add(item);
                if (await TryAsync(writes, item, events))
                    continue;
                // What it wrote cannot be undone without undoing what the others wrote.
                writes.Run("ROLLBACK");
                writes.Run(db.Dialect.BeginWrite);
                events = await RunAgainAsync(writes, batch[..^1]);
                break;
            }
            Faults.Point(Faults.BeforeCommit);
            writes.Run("COMMIT");
            Faults.Point(Faults.AfterCommit);
            db.OutboxSignal.Hand(events);
            batch.ForEach(item => item.Committed());
        }

        /// <returns>False when it failed after it had written something.</returns>
        private async Task<bool> TryAsync(PreparedConnection writes, Item item, List<OutboxRow> events)
        {
            var tx = new Tx(db, writes, null);
            var before = writes.TotalChanges;
            if (!await item.TryRunAsync(tx))
            {
                // A full disk ends the transaction itself.
                if (!writes.IsInTransaction)
                    throw new InvalidOperationException("SQLite has rolled back the transaction.");
                return writes.TotalChanges == before;
            }
            events.AddRange(tx.Events);
            return true;
        }

        /// <summary>Runs again what was undone with a failure, each so that it can be undone alone. Savepoints are dear: SQLite copies every page before it is written to.</summary>
        private async Task<List<OutboxRow>> RunAgainAsync(PreparedConnection writes, List<Item> items)
        {
            var events = new List<OutboxRow>();
            foreach (var item in items)
            {
                writes.Run("SAVEPOINT work");
                if (!await TryAsync(writes, item, events))
                    writes.Run("ROLLBACK TO work");
                writes.Run("RELEASE work");
            }
            return events;
        }

        private void Rollback()
        {
            try
            {
                connection.Value.Run("ROLLBACK");
            }
            catch (DbException)
            {
                // No transaction was open: BEGIN itself failed.
            }
        }

        private abstract class Item
        {
            public abstract Task<bool> TryRunAsync(Tx tx);

            public abstract void Committed();

            public abstract void Fail(Exception e);
        }

        private sealed class Item<T>(Func<Tx, Task<T>> work, CancellationToken cancel) : Item
        {
            // The loop that runs the work belongs to no call; the events of the work belong to its caller's trace.
            private readonly Activity? trace = Activity.Current;
            private T result = default!;
            private Exception? refused;

            public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public override async Task<bool> TryRunAsync(Tx tx)
            {
                Activity.Current = trace;
                refused = null;
                try
                {
                    cancel.ThrowIfCancellationRequested();
                    result = await work(tx);
                    return true;
                }
                catch (Exception e)
                {
                    refused = e;
                    return false;
                }
            }

            public override void Committed()
            {
                if (refused is null)
                    Done.TrySetResult(result);
                else
                    Done.TrySetException(refused);
            }

            public override void Fail(Exception e) => Done.TrySetException(refused ?? e);
        }
    }
}

/// <summary>A pause of a writer. It ends by itself after a while: whoever wants to write does not wait for what went wrong elsewhere.</summary>
internal sealed class WriteHold
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int ended;

    public Task Begun => begun.Task;

    /// <summary>Ends the pause; false when it had ended before.</summary>
    public bool Release()
    {
        var first = Interlocked.Exchange(ref ended, 1) == 0;
        released.TrySetResult();
        return first;
    }

    /// <summary>What the writer does meanwhile.</summary>
    public async Task<bool> LastAsync()
    {
        begun.TrySetResult();
        if (await Task.WhenAny(released.Task, Task.Delay(Longest)) != released.Task)
            Release();
        return true;
    }
}

/// <summary>
/// A connection to read with. Statements are constants, which the compiler sees to, so that each can be checked before it
/// ever runs; values are always parameters.
/// </summary>
public class Session(Db db, DbConnection connection, DbTransaction? transaction)
{
    protected Db Database { get; } = db;

    public Dialect Dialect => Database.Dialect;

    public async Task<List<T>> QueryAsync<T>([ConstantExpected] string sql, object? values = null) =>
        Prepared(sql, values) is { } statement ? statement.Query<T>(values) : (await connection.QueryAsync<T>(Dialect.Translate(sql), values, transaction)).AsList();

    public async Task<T?> FirstOrDefaultAsync<T>([ConstantExpected] string sql, object? values = null) =>
        Prepared(sql, values) is { } statement ? statement.First<T>(values) : await connection.QueryFirstOrDefaultAsync<T>(Dialect.Translate(sql), values, transaction);

    public async Task<T> ScalarAsync<T>([ConstantExpected] string sql, object? values = null) =>
        (Prepared(sql, values) is { } statement ? statement.First<T>(values) : await connection.ExecuteScalarAsync<T>(Dialect.Translate(sql), values, transaction))!;

    protected async Task<int> ExecuteCoreAsync([ConstantExpected] string sql, object? values) =>
        Prepared(sql, values) is { } statement ? statement.Execute(values) : await connection.ExecuteAsync(Dialect.Translate(sql), values, transaction);

    private PreparedStatement? Prepared(string sql, object? values) => (connection as PreparedConnection)?.Find(sql, values);
}

/// <summary>An open write transaction: rows, events and audit lines written through it commit together or not at all.</summary>
public sealed class Tx(Db db, DbConnection connection, DbTransaction? transaction) : Session(db, connection, transaction)
{
    /// <summary>The transaction's time; one instant for all it writes.</summary>
    public DateTimeOffset Now { get; } = db.Clock.GetUtcNow();

    public long NowMicros => Now.Micros();

    /// <summary>The events written so far.</summary>
    internal List<OutboxRow> Events { get; } = [];

    public string NewId() => Ids.New(Database.Clock);

    /// <summary>Gives an event to this process's relay, should the transaction commit.</summary>
    internal void Hand(OutboxRow row)
    {
        Database.OutboxSignal.Assign(row, Now);
        Events.Add(row);
    }

    /// <summary>Runs a statement and gives the number of rows it touched.</summary>
    public Task<int> ExecuteAsync([ConstantExpected] string sql, object? values = null) => ExecuteCoreAsync(sql, values);

    /// <summary>Runs a versioned UPDATE (WHERE id = @Id AND version = @Version …); none touched means somebody was faster.</summary>
    public async Task UpdateAsync([ConstantExpected] string sql, object values, string name)
    {
        if (await ExecuteCoreAsync(sql, values) == 0)
            throw Errors.EtagMismatch(name);
    }
}
