using System.Diagnostics;
using System.Text.Json;
using Qudao.Events;

namespace Qudao.Platform;

/// <summary>An event as it stands in the outbox.</summary>
public sealed class OutboxRow
{
    public long Seq { get; set; }
    public string Id { get; set; } = "";
    public string Type { get; set; } = "";
    public string AggregateId { get; set; } = "";
    public long Version { get; set; }
    public string ScopePath { get; set; } = "";
    public long OccurredUs { get; set; }
    public string? Traceparent { get; set; }
    public string Body { get; set; } = "";
    public int Attempts { get; set; }
}

/// <summary>Events are written beside the rows they tell of, in one transaction; the relay delivers them later.</summary>
public static class Outbox
{
    private const string Insert = """
        INSERT INTO outbox (id, type, aggregate_id, version, scope_path, assignee_id, occurred_us, traceparent, body, due_us)
        VALUES (@Id, @Type, @AggregateId, @Version, @ScopePath, @AssigneeId, @OccurredUs, @Traceparent, @Body, @OccurredUs)
        """;

    /// <summary>Publishes the event if and only if the transaction commits.</summary>
    public static Task PublishAsync(this Tx tx, Event happened)
    {
        var id = tx.NewId();
        var stamped = happened with { EventId = id, OccurTime = tx.Now };
        tx.HasEvents = true;
        return tx.ExecuteAsync(Insert, new
        {
            Id = id,
            Type = EventCatalog.NameOf(happened.GetType()),
            happened.AggregateId,
            happened.Version,
            happened.ScopePath,
            happened.AssigneeId,
            OccurredUs = tx.NowMicros,
            Traceparent = Activity.Current?.Id,
            Body = JsonSerializer.Serialize(stamped, stamped.GetType(), EventJson.Options),
        });
    }
}

/// <summary>How events are written as JSON, in the outbox, in the feed and over the broker.</summary>
public static class EventJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Event Read(string type, string body) =>
        EventCatalog.Types.TryGetValue(type, out var known)
            ? (Event)JsonSerializer.Deserialize(body, known, Options)!
            : throw new InvalidOperationException($"No event is named {type}.");
}

/// <summary>Wakes the relay when a commit held events.</summary>
public sealed class OutboxSignal
{
    private readonly SemaphoreSlim signal = new(0, 1);

    public void Set()
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already set; the relay reads everything that is due.
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancel) => signal.WaitAsync(atMost, cancel);
}
