using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Events;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>A message's effect is once for each consumer, however often it comes; one that fails holds up no other.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class InboxTests(DatabaseUnderTest database) : OnEachDatabase(database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider nothing = new ServiceCollection().BuildServiceProvider();

    // What the consumers do once they are called; their effect is an event of their own.
    private Func<StaffChanged, Task> before = null!;

    [SetUp]
    public void SucceedAtOnce() => before = _ => Task.CompletedTask;

    [OneTimeTearDown]
    public void Dispose() => nothing.Dispose();

    [Test]
    public async Task A_message_that_comes_many_times_to_two_instances_has_its_effect_once_for_each_consumer()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).SelectMany(i => Inbox(i % 2 == 0 ? Db : OtherDb).Consumers.Select(consumer => Task.Run(() => Inbox(i % 2 == 0 ? Db : OtherDb).ReceiveAsync(Message("m1"), consumer)))));
        // On SQL Server some may have been turned away at the key and kept; they find it done.
        await UntilNothingIsKeptAsync();
        Assert.That(await EffectsAsync("s1"), Is.EqualTo(2));
        Assert.That(await CountAsync(Db, "inbox WHERE message_id = 'm1'"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_consumer_that_fails_leaves_nothing_and_has_its_effect_once_when_it_is_tried_again()
    {
        var calls = 0;
        before = _ => ++calls < 3 ? throw new InvalidOperationException("not now") : Task.CompletedTask;
        await Inbox(Db).ReceiveAsync(Message("m1"), Inbox(Db).Consumers.First());
        Assert.That(await EffectsAsync("s1"), Is.Zero);
        Assert.That(await CountAsync(Db, "inbox"), Is.Zero);
        Assert.That(await CountAsync(Db, "inbox_retry WHERE parked = 0"), Is.EqualTo(1));
        await UntilNothingIsKeptAsync();
        Assert.That((calls, await EffectsAsync("s1")), Is.EqualTo((3, 1L)));
    }

    [Test]
    public async Task A_message_that_always_fails_is_parked_after_five_tries_while_others_pass()
    {
        var calls = 0;
        before = happened => happened.AggregateId == "bad" && Interlocked.Increment(ref calls) > 0 ? throw new InvalidOperationException(new string('x', 5_000)) : Task.CompletedTask;
        var consumer = Inbox(Db).Consumers.First();
        await Inbox(Db).ReceiveAsync(Message("m1", "bad"), consumer);
        await Inbox(Db).ReceiveAsync(Message("m2", "good"), consumer);
        await WhileRetryingAsync(async () => await CountAsync(Db, "inbox_retry WHERE parked = 1") == 1, "the message is parked");
        Assert.That((calls, await EffectsAsync("bad"), await EffectsAsync("good")), Is.EqualTo((5, 0L, 1L)));

        // The same message once more, from a transport that does not know: it stays parked, and there are not two of it.
        await Inbox(Db).ReceiveAsync(Message("m1", "bad"), consumer);
        Assert.That(await CountAsync(Db, "inbox_retry"), Is.EqualTo(1));
    }

    private Inbox Inbox(Db db) => new(db, nothing, [Consumer("First"), Consumer("Second")], NullLogger<Inbox>.Instance);

    private Consumer Consumer(string name) => new(name, typeof(StaffChanged), async (_, happened, tx) =>
    {
        await tx.PublishAsync(Hired(happened.AggregateId));
        await before((StaffChanged)happened);
    });

    private static Arrival Message(string id, string staff = "s1") => new(id, Hired(staff), null);

    private Task<long> EffectsAsync(string staff) => CountAsync(Db, $"outbox WHERE aggregate_id = '{staff}'");

    private Task UntilNothingIsKeptAsync() => WhileRetryingAsync(async () => await CountAsync(Db, "inbox_retry") == 0, "nothing is kept to be tried again");

    /// <summary>Lets time pass, and an instance try again what is due, until it is so.</summary>
    private async Task WhileRetryingAsync(Func<Task<bool>> isSo, string what)
    {
        using var retries = new InboxRetries(Inbox(OtherDb), NullLogger<InboxRetries>.Instance);
        await retries.StartAsync(default);
        await Eventually.Async(async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return await isSo();
        }, Patience, what);
        await retries.StopAsync(default);
    }
}
