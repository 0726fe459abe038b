using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Qudao.Events;

namespace Qudao.Platform;

/// <summary>Hears one event. Writes only through the transaction, which also holds the inbox key: the effect is once.</summary>
public interface IHear<in TEvent>
    where TEvent : Event
{
    Task HearAsync(TEvent happened, Tx tx);
}

/// <summary>A consumer as registered: which event it hears, and how to call it.</summary>
public sealed record Consumer(string Name, Type EventType, Func<IServiceProvider, Event, Tx, Task> Call)
{
    /// <summary>All consumers of an assembly: every class that is an IHear of something. One with a type parameter hears every event there is.</summary>
    public static IEnumerable<Consumer> In(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type is { IsAbstract: false, IsClass: true } && type.GetInterfaces().Any(IsHear)
        from consumer in type.IsGenericTypeDefinition ? EventCatalog.Types.Values.Select(heard => type.MakeGenericType(heard)) : [type]
        from heard in consumer.GetInterfaces().Where(IsHear)
        orderby consumer.Name
        select Of(consumer, heard.GetGenericArguments()[0]);

    /// <summary>All that a service hears: its own consumers, and the platform's, which every service has.</summary>
    public static IEnumerable<Consumer> Of(IModule module) => In(module.GetType().Assembly).Concat(In(typeof(Consumer).Assembly));

    private static bool IsHear(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IHear<>);

    // Of what hears every event, one name for each: the inbox keeps a message under its consumer's.
    private static string NameOf(Type consumer, Type heard) => consumer.IsGenericType ? $"{consumer.Name[..consumer.Name.IndexOf('`')]}.{heard.Name}" : consumer.Name;

    private static Consumer Of(Type consumer, Type heard) =>
        (Consumer)typeof(Consumer).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(consumer, heard).Invoke(null, null)!;

    private static Consumer Make<TConsumer, TEvent>()
        where TConsumer : IHear<TEvent>
        where TEvent : Event =>
        new(NameOf(typeof(TConsumer), typeof(TEvent)), typeof(TEvent), (services, happened, tx) =>
            ActivatorUtilities.CreateInstance<TConsumer>(services).HearAsync((TEvent)happened, tx));
}

/// <summary>An event as it arrives, from whichever transport.</summary>
public sealed record Arrival(string MessageId, Event Happened, string? Traceparent)
{
    public string Type => EventCatalog.NameOf(Happened.GetType());
}

/// <summary>
/// Gives an arriving event to a consumer, once. A failing consumer does not hold up the transport: the message is kept in
/// inbox_retry with a due time, tried five times in all, then parked until an operator replays it.
/// </summary>
public sealed class Inbox(Db db, IServiceProvider services, IEnumerable<Consumer> consumers, ILogger<Inbox> logger)
{
    public const int Tries = 5;
    private const int ErrorLength = 2000;

    private const string InsertOnce = """
        INSERT INTO inbox (message_id, consumer, received_us)
        SELECT @MessageId, @Consumer, @Now WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE message_id = @MessageId AND consumer = @Consumer)
        """;
    private const string KeepForRetry = """
        INSERT INTO inbox_retry (message_id, consumer, type, body, traceparent, received_us, attempts, due_us, last_error)
        SELECT @MessageId, @Consumer, @Type, @Body, @Traceparent, @Now, 1, @Due, @Error
        WHERE NOT EXISTS (SELECT 1 FROM inbox_retry WHERE message_id = @MessageId AND consumer = @Consumer)
        """;
    private const string Park = """
        INSERT INTO inbox_retry (message_id, consumer, type, body, received_us, attempts, due_us, parked, last_error)
        SELECT @MessageId, @Consumer, @Type, @Body, @Now, 1, @Now, 1, @Error
        WHERE NOT EXISTS (SELECT 1 FROM inbox_retry WHERE message_id = @MessageId AND consumer = @Consumer)
        """;
    private const string SelectDue = """
        SELECT message_id AS MessageId, consumer AS Consumer, type AS Type, body AS Body, traceparent AS Traceparent, attempts AS Attempts
        FROM inbox_retry WHERE parked = 0 AND due_us <= @Now AND lease_until_us < @Now ORDER BY due_us LIMIT @n
        """;
    private const string Lease = """
        UPDATE inbox_retry SET lease_until_us = @Until
        WHERE message_id = @MessageId AND consumer = @Consumer AND parked = 0 AND lease_until_us < @Now
        """;
    private const string DeleteRetry = "DELETE FROM inbox_retry WHERE message_id = @MessageId AND consumer = @Consumer";
    private const string FailAgain = """
        UPDATE inbox_retry SET attempts = attempts + 1, due_us = @Due, lease_until_us = 0, last_error = @Error, parked = @Parked
        WHERE message_id = @MessageId AND consumer = @Consumer
        """;

    private readonly Dictionary<string, Consumer> byName = consumers.ToDictionary(c => c.Name);

    public IEnumerable<Consumer> Consumers => byName.Values;

    /// <summary>
    /// Returns once the effect is committed, was committed before, or the message is safely kept for another try; throws
    /// only when the database cannot be written, so that the transport keeps the message.
    /// </summary>
    public async Task ReceiveAsync(Arrival arrival, Consumer consumer)
    {
        try
        {
            await HearAsync(arrival, consumer);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "{Consumer} failed on {Type} {Id}; it will be tried again", consumer.Name, arrival.Type, arrival.MessageId);
            await db.WriteAsync(tx => tx.ExecuteAsync(KeepForRetry, new
            {
                arrival.MessageId,
                Consumer = consumer.Name,
                arrival.Type,
                Body = JsonSerializer.Serialize(arrival.Happened, arrival.Happened.GetType(), EventJson.Options),
                arrival.Traceparent,
                Now = tx.NowMicros,
                Due = (tx.Now + Pause(1)).Micros(),
                Error = Short(e),
            }));
        }
    }

    /// <summary>Keeps a message that could not be read until an operator replays it; trying it again at once would change nothing.</summary>
    internal async Task ParkAsync(string body, string error)
    {
        var id = Unread.IdOf(body);
        CountParked(Unread.Consumer);
        logger.LogError("A message could not be read; it is parked as {Id}: {Error}", id, error);
        await db.WriteAsync(tx => tx.ExecuteAsync(Park,
            new { MessageId = id, Unread.Consumer, Unread.Type, Body = body, Now = tx.NowMicros, Error = Short(error) }));
    }

    private async Task HearAsync(Arrival arrival, Consumer consumer)
    {
        using var activity = Telemetry.Source.StartActivity($"hear {arrival.Type}", ActivityKind.Consumer, arrival.Traceparent);
        await db.WriteAsync(async tx =>
        {
            var key = new { arrival.MessageId, Consumer = consumer.Name, Now = tx.NowMicros };
            if (await tx.ExecuteAsync(InsertOnce, key) == 1)
                await consumer.Call(services, await Places.NowAsync(tx, arrival.Happened), tx);
            await tx.ExecuteAsync(DeleteRetry, key);
        });
        Faults.Point(Faults.AfterInboxCommit);
    }

    /// <summary>Tries again what is due; called by the retry worker.</summary>
    internal async Task<int> RetryDueAsync()
    {
        var due = await db.ReadAsync(s => s.QueryAsync<RetryRow>(SelectDue, new { Now = db.Clock.NowMicros(), n = 50 }));
        foreach (var row in due)
            await RetryAsync(row);
        return due.Count;
    }

    private async Task RetryAsync(RetryRow row)
    {
        var leased = await db.WriteAsync(tx => tx.ExecuteAsync(Lease,
            new { row.MessageId, row.Consumer, Now = tx.NowMicros, Until = (tx.Now + TimeSpan.FromSeconds(30)).Micros() }));
        if (leased == 0)
            return;
        try
        {
            if (row.Consumer == Unread.Consumer)
                await HearUnreadAsync(row);
            else
                await HearAsync(new Arrival(row.MessageId, EventJson.Read(row.Type, row.Body), row.Traceparent), Named(row.Consumer));
        }
        catch (Exception e)
        {
            await FailAsync(row, e);
        }
    }

    private async Task HearUnreadAsync(RetryRow row)
    {
        var arrival = Unread.Read(row.Body);
        foreach (var consumer in Consumers.Where(each => each.EventType == arrival.Happened.GetType()))
            await ReceiveAsync(arrival, consumer);
        await db.WriteAsync(tx => tx.ExecuteAsync(DeleteRetry, new { row.MessageId, row.Consumer }));
    }

    private Consumer Named(string name) => byName.GetValueOrDefault(name) ?? throw new InvalidOperationException($"There is no consumer {name}.");

    private async Task FailAsync(RetryRow row, Exception e)
    {
        var tries = row.Attempts + 1;
        var parked = tries >= Tries;
        if (parked)
        {
            CountParked(row.Consumer);
            logger.LogError(e, "{Consumer} gave up on {Type} {Id} after {Tries} tries; it is parked", row.Consumer, row.Type, row.MessageId, tries);
        }
        await db.WriteAsync(tx => tx.ExecuteAsync(FailAgain, new
        {
            row.MessageId,
            row.Consumer,
            Due = (tx.Now + Pause(tries)).Micros(),
            Error = Short(e),
            Parked = parked ? 1 : 0,
        }));
    }

    private static TimeSpan Pause(int tries) => TimeSpan.FromMilliseconds(250 * Math.Pow(2, tries));

    private static void CountParked(string consumer) => Telemetry.Parked.Add(1, new KeyValuePair<string, object?>("consumer", consumer));

    private static string Short(Exception e) => Short($"{e.GetType().Name}: {e.Message}");

    private static string Short(string text) => text.Length <= ErrorLength ? text : text[..ErrorLength];

    private sealed class RetryRow
    {
        public string MessageId { get; set; } = "";
        public string Consumer { get; set; } = "";
        public string Type { get; set; } = "";
        public string Body { get; set; } = "";
        public string? Traceparent { get; set; }
        public int Attempts { get; set; }
    }
}

/// <summary>Looks every half second for kept messages whose time has come.</summary>
public sealed class InboxRetries(Inbox inbox, ILogger<InboxRetries> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await inbox.RetryDueAsync();
            }
            catch (Exception e)
            {
                logger.LogError(e, "Kept messages could not be tried again");
            }
        }
    }
}
