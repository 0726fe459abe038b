using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>Every committed event is delivered; by one relay at a time, and to nobody who cannot see that it is.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class OutboxTests(DatabaseUnderTest database) : OnEachDatabase(database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Two_relays_share_the_events_and_take_none_twice()
    {
        const int Events = 1_000;
        var transport = new Recorder();
        await PublishAsync(Events);
        await using (var one = await Relay.StartAsync(Db, transport))
        await using (var two = await Relay.StartAsync(OtherDb, transport))
            await DeliveredAsync(Events);
        Assert.That(transport.Taken, Has.Count.EqualTo(Events).And.Unique);
        var order = await Db.ReadAsync(s => s.QueryAsync<long>("SELECT log_seq FROM outbox ORDER BY log_seq"));
        Assert.That(order, Is.EqualTo(Enumerable.Range(1, Events)), "the log has each once and no gap");
    }

    [Test]
    public async Task Claims_never_overlap_and_a_relay_that_starts_takes_back_what_the_dead_had_claimed()
    {
        await PublishAsync(20);
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? Db : OtherDb).WriteAsync(tx => ClaimAsync(tx, $"relay{i}", 5))));
        // On SQL Server one passes by what another is just claiming, so they need not have all.
        Assert.That(claims.SelectMany(rows => rows).Select(row => row.Id), Is.Not.Empty.And.Unique);

        // All the claimers die now.
        var transport = new Recorder();
        await using var relay = await Relay.StartAsync(Db, transport);
        await DeliveredAsync(20);
        Assert.That(transport.Taken, Has.Count.EqualTo(20).And.Unique);
    }

    [Test]
    public async Task What_is_claimed_is_nobody_elses_until_the_lease_has_run_out()
    {
        var transport = new Recorder();
        await using var relay = await Relay.StartAsync(Db, transport);
        await PublishAsync(1);
        await DeliveredAsync(1);
        var claimed = await Db.WriteAsync(async tx =>
        {
            for (var i = 0; i < 5; i++)
                await tx.PublishAsync(Hired($"claimed{i}"));
            return await ClaimAsync(tx, "dead", 5);
        });
        await PublishAsync(5);
        await DeliveredAsync(6);
        Assert.That(transport.Taken, Has.None.Matches<string>(claimed.Select(row => row.Id).Contains));
        Clock.Advance(TimeSpan.FromSeconds(11));
        await DeliveredAsync(11);
        Assert.That(transport.Taken, Has.Count.EqualTo(11).And.Unique);
    }

    [Test]
    public async Task What_was_not_delivered_is_tried_again_and_holds_up_nothing_else()
    {
        var transport = new Recorder { Refuses = row => row.Body.Contains("\"s3\"", StringComparison.Ordinal) && row.Attempts < 3 };
        await PublishAsync(10);
        await using var relay = await Relay.StartAsync(Db, transport);
        await DeliveredAsync(9);
        Assert.That(await CountAsync(Db, "outbox WHERE delivered_us IS NULL AND log_seq IS NULL AND aggregate_id = 's3'"), Is.EqualTo(1));
        await Eventually.Async(async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return await CountAsync(Db, "outbox WHERE delivered_us IS NOT NULL") == 10;
        }, Patience, "the tenth is delivered");
        Assert.That(await Db.ReadAsync(s => s.ScalarAsync<long>("SELECT log_seq FROM outbox WHERE aggregate_id = 's3'")), Is.EqualTo(10), "the log's order is that of delivery");
        Assert.That(transport.Taken, Is.Unique);
    }

    [Test]
    public async Task An_event_is_heard_as_it_was_told()
    {
        var transport = new Recorder();
        var told = Hired("s1", version: 7) with { AssigneeId = "wang", Name = "“王”\n伟 🚗" };
        await Db.WriteAsync(tx => tx.PublishAsync(told));
        await using var relay = await Relay.StartAsync(Db, transport);
        await DeliveredAsync(1);
        var row = transport.Rows.Single();
        var heard = EventJson.Read(row.Type, row.Body);
        Assert.That(System.Text.Json.JsonSerializer.Serialize(heard, heard.GetType(), EventJson.Options), Is.EqualTo(
            System.Text.Json.JsonSerializer.Serialize(told with { EventId = row.Id, OccurTime = Clock.GetUtcNow() }, EventJson.Options)));
    }

    private Task PublishAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i => Db.WriteAsync(tx => tx.PublishAsync(Hired($"s{i}")))));

    private static Task<List<OutboxRow>> ClaimAsync(Tx tx, string owner, int count) =>
        tx.QueryAsync<OutboxRow>(tx.Dialect.ClaimOutbox, new { owner, now = tx.NowMicros, until = (tx.Now + TimeSpan.FromSeconds(10)).Micros(), n = count });

    private Task DeliveredAsync(int count) =>
        Eventually.Async(async () => await CountAsync(Db, "outbox WHERE delivered_us IS NOT NULL") == count, Patience, $"{count} events are delivered");

    /// <summary>Keeps what is delivered.</summary>
    private sealed class Recorder : ITransport
    {
        public ConcurrentQueue<OutboxRow> Rows { get; } = [];

        public Func<OutboxRow, bool> Refuses { get; init; } = _ => false;

        public List<string> Taken => [.. Rows.Select(row => row.Id)];

        public Task ReadyAsync(CancellationToken cancel) => Task.CompletedTask;

        public Task DeliverAsync(OutboxRow row, CancellationToken cancel)
        {
            if (Refuses(row))
                throw new InvalidOperationException("not now");
            Rows.Enqueue(row);
            return Task.CompletedTask;
        }
    }

    private sealed class Relay(OutboxRelay relay) : IAsyncDisposable
    {
        public static async Task<Relay> StartAsync(Db db, ITransport transport)
        {
            var relay = new OutboxRelay(db, transport, new OutboxSignal(), NullLogger<OutboxRelay>.Instance);
            await relay.StartAsync(CancellationToken.None);
            return new Relay(relay);
        }

        public async ValueTask DisposeAsync()
        {
            await relay.StopAsync(CancellationToken.None);
            relay.Dispose();
        }
    }
}
