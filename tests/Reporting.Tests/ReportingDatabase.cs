using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Tests;

/// <summary>Reporting's database, inbox and engine without its server, under a clock that stands still: for what takes thousands of steps.</summary>
internal sealed class ReportingDatabase : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("qudao-test-").FullName;
    private readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();
    private readonly SqliteDialect dialect;
    private readonly Inbox inbox;

    public ReportingDatabase(DateTimeOffset now)
    {
        Clock = new FakeTimeProvider(now);
        dialect = new SqliteDialect(Path.Combine(folder, "reporting.db"));
        new Migrations(dialect, Clock, NullLogger<Migrations>.Instance).RunAsync(typeof(ReportingModule).Assembly).GetAwaiter().GetResult();
        Db = new Db(dialect, Clock, new OutboxSignal(), NullLogger<Db>.Instance);
        inbox = new Inbox(Db, services, Consumer.In(typeof(ReportingModule).Assembly), NullLogger<Inbox>.Instance);
    }

    public FakeTimeProvider Clock { get; }

    public Db Db { get; }

    /// <summary>Brings events in this order, each with its own id and time.</summary>
    public async Task HearAsync(IEnumerable<Event> events)
    {
        await Task.WhenAll(events.SelectMany(happened => inbox.Consumers.Where(c => c.EventType == happened.GetType())
            .Select(consumer => inbox.ReceiveAsync(new Arrival(happened.EventId, happened, null), consumer))));
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<string>("SELECT last_error FROM inbox_retry")), Is.Empty);
    }

    /// <summary>Lets both sweeps run until nothing is left to do.</summary>
    public Task SweepAsync() => SweepAsync(Db);

    /// <summary>The same in a second instance of the service on this database.</summary>
    public async Task SweepInAnotherInstanceAsync()
    {
        await using var other = new Db(dialect, Clock, new OutboxSignal(), NullLogger<Db>.Instance);
        await SweepAsync(other);
    }

    /// <summary>The same in an instance that dies after its clock was read so often: whatever it was about to commit is lost.</summary>
    public async Task<bool> SweepUntilKilledAsync(int reads)
    {
        await using var mortal = new Db(dialect, new MortalClock(Clock, reads), new OutboxSignal(), NullLogger<Db>.Instance);
        try
        {
            await SweepAsync(mortal);
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }

    private static async Task SweepAsync(Db db)
    {
        while (await ObligationEngine.MaterialiseAsync(db, WorkingCalendar.Default) > 0)
        {
        }
        while (await ObligationEngine.MoveDueAsync(db) > 0)
        {
        }
    }

    /// <summary>A second instance of the service on this database.</summary>
    public Db Another() => new(dialect, Clock, new OutboxSignal(), NullLogger<Db>.Instance);

    /// <summary>Everything that stands in these tables, but ids that are made here.</summary>
    public async Task<List<string>> DumpAsync(params string[] selects)
    {
        var all = new List<string>();
        foreach (var select in selects)
            all.AddRange((await Db.ReadAsync(s => s.QueryAsync<dynamic>(select))).Select(row => $"{select}: {string.Join('|', ((IDictionary<string, object?>)row).Values)}").Order(StringComparer.Ordinal));
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class MortalClock(TimeProvider clock, int reads) : TimeProvider
    {
        private int left = reads;

        public override DateTimeOffset GetUtcNow() => Interlocked.Decrement(ref left) >= 0 ? clock.GetUtcNow() : throw new KilledException();
    }

    private sealed class KilledException : Exception;
}
