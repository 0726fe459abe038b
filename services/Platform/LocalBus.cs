namespace Qudao.Platform;

/// <summary>
/// Delivery inside one process (Standalone): the relay hands each event to the inboxes of all services, and the row is
/// marked delivered only after they have committed it. Kill -9 in between delivers it again; the inbox sees to the rest.
/// </summary>
/// <param name="services">How many services join. Nothing is delivered before all have: who starts last would never hear it.</param>
public sealed class LocalBus(int services = 1)
{
    private readonly List<Inbox> inboxes = [];
    private readonly TaskCompletionSource allJoined = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Join(Inbox inbox)
    {
        lock (inboxes)
        {
            inboxes.Add(inbox);
            if (inboxes.Count == services)
                allJoined.SetResult();
        }
    }

    /// <summary>Ends when all have joined.</summary>
    public Task AllJoined => allJoined.Task;

    public Task DeliverAsync(OutboxRow row)
    {
        var arrival = new Arrival(row.Id, row.Happened(), row.Traceparent);
        var type = arrival.Happened.GetType();
        return Task.WhenAll(from inbox in inboxes from consumer in inbox.Consumers where consumer.EventType == type select inbox.ReceiveAsync(arrival, consumer));
    }
}

/// <summary>A service's side of the LocalBus.</summary>
public sealed class LocalTransport(LocalBus bus) : ITransport
{
    public Task ReadyAsync(CancellationToken cancel) => bus.AllJoined.WaitAsync(cancel);

    public Task DeliverAsync(OutboxRow row, CancellationToken cancel) => bus.DeliverAsync(row);
}
