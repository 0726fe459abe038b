using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Gateway.V1;
using Qudao.Platform;
using Session = Qudao.Platform.Session;

namespace Qudao.Gateway.Events;

/// <summary>The event feed 事件流.</summary>
public sealed class EventService(Db db, IConfiguration configuration, IHostApplicationLifetime lifetime) : V1.EventService.EventServiceBase
{
    private const int StreamSeconds = 60;
    private const int StreamBatch = 200;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan heartbeat = TimeSpan.FromSeconds(Math.Max(1, configuration.GetValue("Events:HeartbeatSeconds", 10)));

    public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var after = page.Key(EventRules.Place) ?? EventRules.Place(request.After) ?? 0;
        return db.ReadAsync(async s =>
        {
            var filter = await FilterAsync(s, caller.Scope, request.Organisation, request.Types_);
            await RefuseExpiredAsync(s, after);
            var rows = await EventStore.AfterAsync(s, after, filter, page.Size);
            var reply = new ListEventsResponse { NextPageToken = page.Token(EventRules.Sequence(rows.Count > 0 ? rows[^1].Seq : after)) };
            reply.Events.Add(rows.Select(EventRules.ToMessage));
            return reply;
        });
    }

    public override async Task StreamEvents(StreamEventsRequest request, IServerStreamWriter<StreamEventsResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        end.CancelAfter(TimeSpan.FromSeconds(request.Seconds == 0 ? StreamSeconds : request.Seconds));
        var scope = context.Caller().Scope;
        var after = EventRules.Place(request.After) ?? 0;
        var filter = await db.ReadAsync(s => FilterAsync(s, scope, request.Organisation, request.Types_));
        var told = DateTimeOffset.MinValue;
        for (var quiet = TimeProvider.System.GetTimestamp(); !end.IsCancellationRequested;)
        {
            var (rows, reached) = await db.ReadAsync(s => NextAsync(s, after, filter));
            after = reached;
            foreach (var row in rows)
                await responseStream.WriteAsync(new StreamEventsResponse { Event = EventRules.ToMessage(row) }, context.CancellationToken);
            if (rows.Count == StreamBatch)
                continue;
            // The first tells at once that what was stored is all here.
            if (told == DateTimeOffset.MinValue || TimeProvider.System.GetElapsedTime(quiet) >= heartbeat)
            {
                (told, quiet) = (db.Clock.GetUtcNow(), TimeProvider.System.GetTimestamp());
                await responseStream.WriteAsync(Beat(after, told), context.CancellationToken);
            }
            await Task.Delay(Look, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The next events, and how far the feed is read with them. The head is read first: what comes in between is the next look's.</summary>
    private static async Task<(List<EventRow> Rows, long Reached)> NextAsync(Session session, long after, EventFilter filter)
    {
        await RefuseExpiredAsync(session, after);
        var head = await EventStore.HeadAsync(session);
        var rows = await EventStore.AfterAsync(session, after, filter, StreamBatch);
        return (rows, rows.Count == StreamBatch ? rows[^1].Seq : Math.Max(Math.Max(after, head.Seq), rows.Count > 0 ? rows[^1].Seq : 0));
    }

    private static StreamEventsResponse Beat(long after, DateTimeOffset now) =>
        new() { Heartbeat = new StreamEventsResponse.Types.Heartbeat { Sequence = EventRules.Sequence(after), Time = Timestamp.FromDateTimeOffset(now) } };

    private static async Task RefuseExpiredAsync(Session session, long after) =>
        EventRules.RefuseExpired(after, await EventStore.HeadAsync(session), await EventStore.OldestUsAsync(session));

    private static async Task<EventFilter> FilterAsync(Session session, Scope scope, string organisation, IEnumerable<string> types) =>
        new(organisation.Length == 0 ? scope : scope with { Path = await Subtrees.VisibleAsync(session, organisation, scope, "organisation") }, [.. types]);
}

/// <summary>Parts of the tree that somebody asks for by the organisation at their top.</summary>
public static class Subtrees
{
    /// <summary>The path of an organisation within the scope; refused like one that is not there when it is outside.</summary>
    public static async Task<string> VisibleAsync(Session session, string organisation, Scope scope, string field) =>
        await FindAsync(session, organisation, scope) ?? throw Errors.Invalid([Errors.Missing(field, organisation)]);

    /// <summary>The path of an organisation within the scope; null when there is none.</summary>
    public static async Task<string?> FindAsync(Session session, string organisation, Scope scope) =>
        await EventStore.PlaceOfAsync(session, Ids.Of(organisation, "organisations")) is { } path && path.StartsWith(scope.Path, StringComparison.Ordinal) ? path : null;
}
