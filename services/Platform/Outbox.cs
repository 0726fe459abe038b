using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Qudao.Events;

namespace Qudao.Platform;

/// <summary>An event as it stands in the outbox; a relay that claims it reads only what delivering needs.</summary>
public sealed class OutboxRow
{
    private Event? happened;

    public long Seq { get; set; }
    public string Id { get; set; } = "";
    public string Type { get; set; } = "";
    public string AggregateId { get; set; } = "";
    public long Version { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long OccurredUs { get; set; }
    public string? Traceparent { get; set; }
    public string Body { get; set; } = "";

    /// <summary>Deliveries that were begun.</summary>
    public int Attempts { get; set; }

    /// <summary>The relay that delivers it, until when; nobody else touches it so long.</summary>
    public string? LeaseOwner { get; set; }

    public long LeaseUntilUs { get; set; }

    public static OutboxRow Of(Event happened) => new()
    {
        happened = happened,
        Id = happened.EventId,
        Type = EventCatalog.NameOf(happened.GetType()),
        AggregateId = happened.AggregateId,
        Version = happened.Version,
        ScopePath = happened.ScopePath,
        AssigneeId = happened.AssigneeId,
        OccurredUs = happened.OccurTime.Micros(),
        Traceparent = Activity.Current?.Id,
        Body = JsonSerializer.Serialize(happened, happened.GetType(), EventJson.Options),
    };

    /// <summary>The event itself.</summary>
    public Event Happened() => happened ??= EventJson.Read(Type, Body);
}

/// <summary>Events are written beside the rows they tell of, in one transaction; the relay delivers them after it.</summary>
public static class Outbox
{
    private const string Insert = """
        INSERT INTO outbox (id, type, aggregate_id, version, scope_path, assignee_id, occurred_us, traceparent, body, due_us, attempts, lease_owner, lease_until_us)
        VALUES (@Id, @Type, @AggregateId, @Version, @ScopePath, @AssigneeId, @OccurredUs, @Traceparent, @Body, @OccurredUs, @Attempts, @LeaseOwner, @LeaseUntilUs)
        """;

    /// <summary>Publishes the event if and only if the transaction commits.</summary>
    public static async Task PublishAsync(this Tx tx, Event happened)
    {
        var row = OutboxRow.Of(happened with { EventId = tx.NewId(), OccurTime = tx.Now });
        tx.Hand(row);
        await tx.ExecuteAsync(Insert, row);
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

/// <summary>
/// Hands the relay of this process what a commit held, so that it need not look for it. The row is leased to the relay from
/// the start; if the process ends before it is delivered, or more waits than is kept here, the lease runs out and a scan
/// finds it.
/// </summary>
public sealed class OutboxSignal
{
    private const int Kept = 10_000;

    /// <summary>How long an event is one relay's.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private readonly Channel<OutboxRow> committed = Channel.CreateBounded<OutboxRow>(new BoundedChannelOptions(Kept) { SingleReader = true });

    /// <summary>The relay that listens; null while none does, and then nothing is leased.</summary>
    public string? Relay { get; set; }

    /// <summary>What was committed, in that order.</summary>
    public ChannelReader<OutboxRow> Committed => committed.Reader;

    /// <summary>Leases a row that is about to be written.</summary>
    public void Assign(OutboxRow row, DateTimeOffset now)
    {
        if (Relay is null)
            return;
        (row.LeaseOwner, row.LeaseUntilUs, row.Attempts) = (Relay, (now + Lease).Micros(), 1);
    }

    /// <summary>Hands over rows that are committed now.</summary>
    public void Hand(IEnumerable<OutboxRow> rows)
    {
        foreach (var row in rows.Where(row => row.LeaseOwner is not null))
            committed.Writer.TryWrite(row);
    }
}
