using System.Data.Common;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Serialization;
using MassTransit;
using Qudao.Events;
using Event = Qudao.Events.Event;

namespace Qudao.Platform;

/// <summary>
/// Delivery over RabbitMQ by MassTransit: an exchange per event, one quorum queue per service. Every publisher binds the
/// queues of all who hear its event, so that nothing is lost while a service has not started yet; "mandatory" makes
/// the broker refuse what it could not route.
/// </summary>
internal static class RabbitBus
{
    private const int Prefetch = 64;
    private const int Concurrency = 32;

    // A quorum queue drops a message after so many deliveries, 20 where it says nothing: kill -9 of a consumer must not count.
    private const int DeliveryLimit = 1_000_000;

    /// <summary>The queue of all instances of a service.</summary>
    public static string Queue(string service) => $"qudao.{service}";

    /// <summary>A bus for one connection; not started.</summary>
    public static IBusControl Create(string service, Uri broker, Inbox inbox) =>
        Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.DeployPublishTopology = true;
            foreach (var type in EventCatalog.Types.Values)
                Invoke(nameof(BindListeners), type, rabbit);
            rabbit.ReceiveEndpoint(Queue(service), endpoint => Receive(endpoint, inbox));
        });

    /// <summary>Returns once the broker has confirmed that the event is in the queues of all who hear it.</summary>
    public static Task PublishAsync(IBus bus, OutboxRow row, CancellationToken cancel)
    {
        var happened = row.Happened();
        return bus.Publish(happened, happened.GetType(), Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = Ulid.Parse(row.Id).ToGuid();
            // An event that only the feed's readers want has no queue to be routed to.
            if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                rabbit.Mandatory = EventCatalog.HeardBy(happened.GetType()).Count > 0;
        }), cancel);
    }

    private static void Receive(IRabbitMqReceiveEndpointConfigurator endpoint, Inbox inbox)
    {
        endpoint.SetQuorumQueue();
        endpoint.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        endpoint.PrefetchCount = Prefetch;
        endpoint.ConcurrentMessageLimit = Concurrency;
        // The inbox keeps what a consumer fails on; only a database that cannot be written comes here, and then the message waits.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<SerializationException>();
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(500));
        });
        endpoint.ConfigureError(pipe => pipe.UseExecuteAsync(failed => ParkAsync(inbox, failed)));
        endpoint.ConfigureDeadLetter(pipe => pipe.UseExecuteAsync(unknown => inbox.ParkAsync(unknown.Body.GetString(), "This version knows no such event.")));
        foreach (var type in inbox.Consumers.Select(consumer => consumer.EventType).Distinct())
            endpoint.Consumer(typeof(BrokerConsumer<>).MakeGenericType(type), consumer => Activator.CreateInstance(consumer, inbox)!);
    }

    /// <summary>What cannot be read is parked where operators see it, not in a queue of the broker; what a stop interrupts goes back to the queue.</summary>
    private static async Task ParkAsync(Inbox inbox, ExceptionReceiveContext failed)
    {
        if (failed.Exception is OperationCanceledException or DbException)
            ExceptionDispatchInfo.Throw(failed.Exception);
        await inbox.ParkAsync(failed.Body.GetString(), failed.Exception.Message);
        // Else it would be taken for a message without a consumer, too.
        await failed.NotifyFaulted(failed.Exception);
    }

    private static void BindListeners<TEvent>(IRabbitMqBusFactoryConfigurator rabbit)
        where TEvent : Event =>
        rabbit.Publish<TEvent>(topology =>
        {
            foreach (var service in EventCatalog.HeardBy(typeof(TEvent)))
                topology.BindQueue(EventCatalog.NameOf(typeof(TEvent)), Queue(service), queue =>
                {
                    queue.SetQueueArgument("x-queue-type", "quorum");
                    queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
                });
        });

    private static void Invoke(string method, Type type, params object[] arguments) =>
        typeof(RabbitBus).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, arguments);

    /// <summary>Hands a message to every consumer of the event in this service.</summary>
    private sealed class BrokerConsumer<TEvent>(Inbox inbox) : IConsumer<TEvent>
        where TEvent : Event
    {
        public Task Consume(ConsumeContext<TEvent> context)
        {
            if (context.Message.EventId.Length == 0)
                throw new SerializationException("The event has no id.");
            var arrival = new Arrival(context.Message.EventId, context.Message, Activity.Current?.Id);
            return Task.WhenAll(inbox.Consumers.Where(c => c.EventType == typeof(TEvent)).Select(c => inbox.ReceiveAsync(arrival, c)));
        }
    }
}
