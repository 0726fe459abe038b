using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Projections;

/// <summary>
/// How far Reporting is behind each service. Who sees the whole company asks the services' logs; the metric, for which nobody
/// is signed in, knows of what came and could not be applied yet.
/// </summary>
public static class Lag
{
    private const int PageSize = 500;
    private const int PagesAtMost = 20;

    // The inbox remembers for seven days what it has heard; what is older and never came is found by a comparison.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(6);

    private static readonly ConcurrentDictionary<string, double> Seconds = new();

    static Lag()
    {
        var meter = new Meter(Telemetry.Name);
        meter.CreateObservableGauge("qudao.reporting.projection.lag", () => Seconds.Select(one => new Measurement<double>(one.Value, new KeyValuePair<string, object?>("source", one.Key))),
            "s", "Age of the oldest event of a service that came and is not applied");
    }

    /// <summary>Measures for the metric; a sweep that never has more to do.</summary>
    public static async Task<int> MeasureAsync(Db db)
    {
        var waiting = (await db.ReadAsync(ProjectionStore.WaitingAsync)).ToLookup(row => SourceOf(row.Type));
        var now = db.Clock.NowMicros();
        foreach (var source in Sources.All)
            Seconds[source] = waiting[source].Any() ? Math.Max(0, (now - waiting[source].Min(row => row.OldestUs)) / 1e6) : 0;
        return 0;
    }

    /// <summary>Reads on in a service's log up to the first event that is not applied, and remembers how far all are.</summary>
    public static async Task<ProjectionLag.Types.Source> OfAsync(Db db, IServiceProvider services, string source, Metadata headers)
    {
        var consumers = services.GetRequiredService<Inbox>().Consumers.ToLookup(consumer => consumer.EventType);
        var row = await db.ReadAsync(s => ProjectionStore.SourceAsync(s, source));
        var message = new ProjectionLag.Types.Source { Source_ = source };
        for (var pages = 0; pages < PagesAtMost && !message.Complete; pages++)
        {
            var page = await Sources.EventsAsync(services, source, row.LagCursor, PageSize, headers);
            var waiting = await db.ReadAsync(s => WaitingAsync(s, page.Events, consumers, db.Clock.GetUtcNow() - Remembered));
            if (waiting.Count > 0)
            {
                var oldest = waiting.Min(one => one.OccurTime.ToDateTimeOffset());
                message.OldestTime = Timestamp.FromDateTimeOffset(oldest);
                message.LagSeconds = Math.Max(0, (long)(db.Clock.GetUtcNow() - oldest).TotalSeconds);
                message.Waiting = waiting.Count;
            }
            else
            {
                row.LagCursor = page.NextPageToken;
            }
            message.Complete = waiting.Count > 0 || page.Events.Count < PageSize;
        }
        await db.WriteAsync(async tx =>
        {
            var now = await ProjectionStore.SourceAsync(tx, source);
            now.LagCursor = row.LagCursor;
            await ProjectionStore.SaveSourceAsync(tx, now);
        });
        return message;
    }

    private static async Task<List<EventRecord>> WaitingAsync(Session session, IEnumerable<EventRecord> events, ILookup<System.Type, Consumer> consumers, DateTimeOffset remembered)
    {
        var waiting = new List<EventRecord>();
        foreach (var one in events.Where(one => one.OccurTime.ToDateTimeOffset() >= remembered))
            if (EventCatalog.Types.TryGetValue(one.Type, out var type) && !await IsAppliedAsync(session, one.Id, consumers[type]))
                waiting.Add(one);
        return waiting;
    }

    private static async Task<bool> IsAppliedAsync(Session session, string id, IEnumerable<Consumer> consumers)
    {
        foreach (var consumer in consumers)
            if (!await ProjectionStore.IsAppliedAsync(session, id, consumer.Name))
                return false;
        return true;
    }

    /// <summary>"dealer" of "qudao.dealer.partner-changed".</summary>
    private static string SourceOf(string type) => type.Split('.') is [_, var source, ..] ? source : "";
}
