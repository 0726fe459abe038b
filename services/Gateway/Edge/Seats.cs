using Grpc.Core;
using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>
/// How many requests are worked on at once: a seat for each, some of them for one caller at most. Who finds none waits in a
/// short queue of his own; seats that come free go to the callers in turn, so that nobody waits behind another's crowd. When
/// all queues together are full, the caller with most in them gives way.
/// </summary>
/// <param name="seats">In all; 0 is without end.</param>
/// <param name="perCaller">For one caller.</param>
/// <param name="queue">How many may wait, in all.</param>
/// <param name="patience">How long one waits at most.</param>
public sealed class Seats(int seats, int perCaller, int queue, TimeSpan patience)
{
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);
    private static readonly Seat Endless = new(null, null);

    private readonly Lock hold = new();
    private readonly Dictionary<string, Party> parties = new(StringComparer.Ordinal);
    private readonly LinkedList<Party> turns = [];

    /// <summary>Requests that are worked on.</summary>
    public int Taken { get; private set; }

    /// <summary>Requests that wait for a seat.</summary>
    public int Waiting { get; private set; }

    /// <summary>A seat, at once or after a wait; one with a refusal when there is none to be had.</summary>
    /// <param name="aborted">Nobody waits for the answer any more.</param>
    public ValueTask<Seat> EnterAsync(string caller, CancellationToken aborted)
    {
        if (seats == 0)
            return ValueTask.FromResult(Endless);
        lock (hold)
        {
            var party = parties.TryGetValue(caller, out var known) ? known : parties[caller] = new Party(caller);
            // With a seat free, whoever waits has had all that is for one caller.
            if (Taken < seats && party.Seated < perCaller)
                return ValueTask.FromResult(Sit(party));
            if (Waiting >= queue && !GivesWayTo(party))
            {
                Forget(party);
                return ValueTask.FromResult(new Seat(null, RefusalOf(party)));
            }
            var place = party.Queue.AddLast(new TaskCompletionSource<Seat>(TaskCreationOptions.RunContinuationsAsynchronously));
            Waiting++;
            party.Turn ??= turns.AddLast(party);
            return new ValueTask<Seat>(WaitAsync(party, place, aborted));
        }
    }

    private async Task<Seat> WaitAsync(Party party, LinkedListNode<TaskCompletionSource<Seat>> place, CancellationToken aborted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(patience);
        await using var _ = limit.Token.Register(() =>
        {
            lock (hold)
                Refuse(party, place);
        });
        return await place.Value.Task;
    }

    private Seat Sit(Party party)
    {
        Taken++;
        party.Seated++;
        return new Seat(() => Leave(party), null);
    }

    private void Leave(Party party)
    {
        lock (hold)
        {
            Taken--;
            party.Seated--;
            Forget(party);
            for (var turn = turns.First; turn is not null && Taken < seats;)
            {
                var next = turn.Next;
                if (turn.Value.Seated < perCaller)
                    Call(turn.Value);
                turn = next;
            }
        }
    }

    /// <summary>Gives a seat to who waits longest of them; it is the others' turn then.</summary>
    private void Call(Party party)
    {
        var place = party.Queue.First!;
        Remove(party, place);
        if (party.Turn is { } turn)
        {
            turns.Remove(turn);
            turns.AddLast(turn);
        }
        place.Value.SetResult(Sit(party));
    }

    /// <summary>Whether somebody who has more in the queue than this one would have leaves it.</summary>
    private bool GivesWayTo(Party party)
    {
        if (turns.MaxBy(each => each.Queue.Count) is not { } largest || largest.Queue.Count <= party.Queue.Count + 1)
            return false;
        Refuse(largest, largest.Queue.Last!);
        return true;
    }

    private void Refuse(Party party, LinkedListNode<TaskCompletionSource<Seat>> place)
    {
        // Called to a seat, or refused before.
        if (place.List is null)
            return;
        var refusal = RefusalOf(party);
        Remove(party, place);
        Forget(party);
        place.Value.SetResult(new Seat(null, refusal));
    }

    private void Remove(Party party, LinkedListNode<TaskCompletionSource<Seat>> place)
    {
        party.Queue.Remove(place);
        Waiting--;
        if (party.Queue.Count > 0 || party.Turn is null)
            return;
        turns.Remove(party.Turn);
        party.Turn = null;
    }

    private void Forget(Party party)
    {
        if (party is { Seated: 0, Queue.Count: 0 })
            parties.Remove(party.Name);
    }

    private Refusal RefusalOf(Party party) => party.Seated >= perCaller
        ? new Refusal(StatusCode.ResourceExhausted, "TOO_MANY_AT_ONCE", "同时进行的请求太多，请等前面的请求完成。", "Too many requests at once; wait for the answers to those before.") { RetryAfter = ComeBack }
        : new Refusal(StatusCode.Unavailable, "OVERLOADED", "系统繁忙，请稍后再试。", "The system is busy; try again later.") { RetryAfter = ComeBack };

    private sealed class Party(string name)
    {
        public string Name { get; } = name;

        public int Seated { get; set; }

        public LinkedList<TaskCompletionSource<Seat>> Queue { get; } = [];

        /// <summary>Its place among those whose turn comes; null while none of it waits.</summary>
        public LinkedListNode<Party>? Turn { get; set; }
    }
}

/// <summary>A request's seat, left once by disposing.</summary>
public sealed class Seat(Action? leave, Refusal? refusal) : IDisposable
{
    private Action? leave = leave;

    /// <summary>Why there is none; null for a seat.</summary>
    public Refusal? Refusal { get; } = refusal;

    public void Dispose() => Interlocked.Exchange(ref leave, null)?.Invoke();
}
