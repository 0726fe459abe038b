using Qudao.Events;

namespace Qudao.Platform;

/// <summary>
/// Delivery inside one process (Standalone): the relay hands each event to the inboxes of all services, and the row is
/// marked delivered only after they have committed it. Kill -9 in between delivers it again; the inbox sees to the rest.
/// </summary>
public sealed class LocalBus
{
    private readonly List<Inbox> inboxes = [];

    public void Join(Inbox inbox)
    {
        lock (inboxes)
            inboxes.Add(inbox);
    }

    public Task DeliverAsync(OutboxRow row)
    {
        var arrival = new Arrival(row.Id, row.Type, row.Body, row.Traceparent);
        var type = EventCatalog.Types[row.Type];
        List<Task> deliveries;
        lock (inboxes)
            deliveries = [.. from inbox in inboxes from consumer in inbox.Consumers where consumer.EventType == type select inbox.ReceiveAsync(arrival, consumer)];
        return Task.WhenAll(deliveries);
    }
}

/// <summary>A service's side of the LocalBus.</summary>
public sealed class LocalTransport(LocalBus bus) : ITransport
{
    public Task DeliverAsync(OutboxRow row, CancellationToken cancel) => bus.DeliverAsync(row);
}
