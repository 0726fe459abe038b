using Microsoft.Extensions.Configuration;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>What is kept for a time is there that long and no longer; what is not done yet stays however old it is.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class RetentionTests(DatabaseUnderTest database) : OnEachDatabase(database)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7), EventLog = TimeSpan.FromDays(30);
    private Retention retention = null!;

    [SetUp]
    public void Begin() => retention = new Retention(Remembered, EventLog);

    [Test]
    public async Task Requests_and_messages_are_remembered_seven_days_and_delivered_events_thirty()
    {
        await FillAsync(1_200);
        await ExpectAfterAsync(Remembered, inbox: 1_200, requests: 1_200, outbox: 1_201);
        await ExpectAfterAsync(TimeSpan.FromHours(1), inbox: 0, requests: 0, outbox: 1_201);
        await ExpectAfterAsync(EventLog - Remembered, inbox: 0, requests: 0, outbox: 1);
        Assert.That(await CountAsync(Db, "outbox WHERE delivered_us IS NULL"), Is.EqualTo(1), "nobody has been told of that one yet");
    }

    [Test]
    public async Task It_looks_once_an_hour()
    {
        await FillAsync(1);
        Clock.Advance(Remembered - TimeSpan.FromMinutes(30));
        Assert.That(await retention.SweepAsync(Db), Is.Zero);
        Clock.Advance(TimeSpan.FromMinutes(45));
        Assert.That(await retention.SweepAsync(Db), Is.Zero, "the hour is not over");
        Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.That(await retention.SweepAsync(Db), Is.EqualTo(2));
    }

    [TestCase("Retention:RequestDays", "6")]
    [TestCase("Retention:EventDays", "29")]
    public void What_is_promised_cannot_be_set_shorter(string key, string days)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(key, days)]).Build();
        Assert.That(() => Retention.From(settings), Throws.InvalidOperationException.With.Message.Contains(key));
    }

    /// <summary>So many of each, and one event that has not been delivered.</summary>
    private async Task FillAsync(int count) =>
        await Db.WriteAsync(async tx =>
        {
            for (var i = 0; i < count; i++)
            {
                await tx.ExecuteAsync("INSERT INTO inbox (message_id, consumer, received_us) VALUES (@id, 'First', @now)", new { id = $"m{i}", now = tx.NowMicros + i });
                await tx.ExecuteAsync("INSERT INTO requests (request_key, body_hash, reply, created_us) VALUES (@key, '', @reply, @now)", new { key = $"r{i}", reply = Array.Empty<byte>(), now = tx.NowMicros + i });
                await tx.PublishAsync(Hired($"s{i}"));
            }
            await tx.ExecuteAsync("UPDATE outbox SET delivered_us = @now, log_seq = seq", new { now = tx.NowMicros });
            await tx.PublishAsync(Hired("undelivered"));
        });

    private async Task ExpectAfterAsync(TimeSpan later, int inbox, int requests, int outbox)
    {
        Clock.Advance(later);
        while (await retention.SweepAsync(Db) > 0)
        {
        }
        Assert.That((await CountAsync(Db, "inbox"), await CountAsync(Db, "requests"), await CountAsync(Db, "outbox")), Is.EqualTo((inbox, requests, outbox)));
    }
}
