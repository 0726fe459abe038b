using Grpc.Core;
using Qudao.Gateway.Edge;

namespace Qudao.Gateway.Tests;

/// <summary>Who gets a seat, who waits, in which order, and who is turned away.</summary>
public class SeatsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Test]
    public async Task Seats_are_given_until_there_are_none_and_then_in_turn_however_many_of_one_wait()
    {
        var seats = new Seats(2, 2, 10, Long);
        var (first, second) = (await Enter(seats, "greedy"), await Enter(seats, "greedy"));
        var crowd = new[] { Enter(seats, "greedy"), Enter(seats, "greedy"), Enter(seats, "greedy") };
        var (one, other) = (Enter(seats, "one"), Enter(seats, "other"));
        var order = new List<string>();
        foreach (var (name, seat) in new[] { ("greedy 1", crowd[0]), ("one", one), ("other", other) })
        {
            (order.Count % 2 == 0 ? first : second).Dispose();
            var next = await seat;
            order.Add(name);
            (order.Count % 2 == 1 ? ref first : ref second) = next;
        }
        Assert.Multiple(() =>
        {
            Assert.That(crowd.Skip(1).Select(seat => seat.IsCompleted), Has.All.False, "the crowd waits behind who came after it");
            Assert.That((seats.Taken, seats.Waiting), Is.EqualTo((2, 2)));
        });
    }

    [Test]
    public async Task One_caller_has_his_share_and_leaves_the_others_theirs()
    {
        var seats = new Seats(4, 2, 1, Long);
        var held = new[] { await Enter(seats, "greedy"), await Enter(seats, "greedy") };
        var waits = Enter(seats, "greedy");
        var refused = await Enter(seats, "greedy");
        var other = await Enter(seats, "other");
        Assert.Multiple(() =>
        {
            Assert.That(waits.IsCompleted, Is.False, "two seats are free, and none of them his");
            Assert.That((refused.Refusal?.Code, refused.Refusal?.Reason), Is.EqualTo((StatusCode.ResourceExhausted, "TOO_MANY_AT_ONCE")));
            Assert.That(other.Refusal, Is.Null);
            Assert.That(seats.Taken, Is.EqualTo(3));
        });
        held[0].Dispose();
        Assert.That((await waits).Refusal, Is.Null);
    }

    [Test]
    public async Task With_all_queues_full_who_has_most_in_them_gives_way_and_where_nobody_has_more_the_new_one_is_turned_away()
    {
        var seats = new Seats(1, 1, 2, Long);
        var seated = await Enter(seats, "somebody");
        var crowd = new[] { Enter(seats, "greedy"), Enter(seats, "greedy") };
        var one = Enter(seats, "one");
        var gone = await crowd[1];
        var late = await Enter(seats, "late");
        Assert.Multiple(() =>
        {
            Assert.That((gone.Refusal?.Code, gone.Refusal?.Reason), Is.EqualTo((StatusCode.Unavailable, "OVERLOADED")));
            Assert.That(late.Refusal?.Reason, Is.EqualTo("OVERLOADED"), "one each: there is nobody to give way");
            Assert.That((one.IsCompleted, crowd[0].IsCompleted), Is.EqualTo((false, false)));
        });
        seated.Dispose();
        (await crowd[0]).Dispose();
        (await one).Dispose();
        Assert.That((seats.Taken, seats.Waiting), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Who_gave_up_or_waited_too_long_leaves_the_queue_and_a_seat_is_left_once()
    {
        var seats = new Seats(1, 1, 2, Long);
        var seated = await Enter(seats, "a");
        using var gaveUp = new CancellationTokenSource();
        var waits = seats.EnterAsync("b", gaveUp.Token).AsTask();
        await gaveUp.CancelAsync();
        Assert.That((await waits).Refusal?.Reason, Is.EqualTo("OVERLOADED"));
        Assert.That(seats.Waiting, Is.Zero);
        seated.Dispose();
        seated.Dispose();
        Assert.That(seats.Taken, Is.Zero);

        var impatient = new Seats(1, 1, 1, TimeSpan.FromMilliseconds(1));
        using var held = await Enter(impatient, "a");
        Assert.That((await Enter(impatient, "b")).Refusal?.Reason, Is.EqualTo("OVERLOADED"));
    }

    [Test]
    public async Task None_are_counted_where_there_is_no_end_of_them()
    {
        var seats = new Seats(0, 0, 0, Long);
        for (var i = 0; i < 3; i++)
            Assert.That((await Enter(seats, "a")).Refusal, Is.Null);
        Assert.That(seats.Taken, Is.Zero);
    }

    private static Task<Seat> Enter(Seats seats, string caller) => seats.EnterAsync(caller, CancellationToken.None).AsTask();
}
