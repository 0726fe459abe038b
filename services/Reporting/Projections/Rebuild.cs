using Google.Protobuf;
using Qudao.Common.V1;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Projections;

/// <summary>
/// Applies the services' event logs again, into the same tables, while they are served: rows keep the version they were told
/// with, so old events change nothing and what was missed is made good. A page is one transaction with its cursor and progress.
/// </summary>
public static class Rebuild
{
    public const string Kind = "projection-rebuild";

    private const int PageSize = 200;

    /// <summary>Whom the services are asked for: kept with the operation until it ends, a few minutes at most.</summary>
    public sealed record Argument(IReadOnlyList<string> Sources, string Authorization);

    public static async Task<IMessage?> RunAsync(IServiceProvider services, JobRun run)
    {
        var asked = System.Text.Json.JsonSerializer.Deserialize<Argument>(run.Argument)!;
        var result = new RebuildProjectionsResult { Events = run.ProgressDone };
        foreach (var source in asked.Sources)
            await Sources.AskingAsync(() => ReadAsync(services, run, source, asked.Authorization, result));
        return result;
    }

    private static async Task<bool> ReadAsync(IServiceProvider services, JobRun run, string source, string authorization, RebuildProjectionsResult result)
    {
        var db = services.GetRequiredService<Db>();
        var consumers = services.GetRequiredService<Inbox>().Consumers.ToLookup(consumer => consumer.EventType);
        var row = await db.ReadAsync(s => ProjectionStore.SourceAsync(s, source));
        while (true)
        {
            var page = await Sources.EventsAsync(services, source, row.RebuildCursor, PageSize, Sources.Headers(authorization));
            if (page.Events.Count == 0)
                return true;
            var missed = 0;
            await db.GiveWayAsync();
            await db.WriteAsync(async tx =>
            {
                missed = await ApplyAsync(tx, services, consumers, page.Events);
                row = await ProjectionStore.SourceAsync(tx, source);
                row.RebuildCursor = page.NextPageToken;
                await ProjectionStore.SaveSourceAsync(tx, row);
                // How many there are no log tells: the total is what is known.
                await run.ProgressAsync(tx, result.Events + page.Events.Count, result.Events + page.Events.Count + (page.Events.Count == PageSize ? PageSize : 0));
            });
            result.Events += page.Events.Count;
            result.Missed += missed;
        }
    }

    /// <summary>Applies events to who hears them here; returns how many of them some consumer had never heard.</summary>
    public static async Task<int> ApplyAsync(Tx tx, IServiceProvider services, ILookup<Type, Consumer> consumers, IReadOnlyCollection<EventRecord> events)
    {
        var missed = 0;
        foreach (var one in events)
        {
            if (!Qudao.Events.EventCatalog.Types.TryGetValue(one.Type, out var type))
                continue;
            var isMissed = false;
            foreach (var consumer in consumers[type])
            {
                isMissed |= await ProjectionStore.MarkAppliedAsync(tx, one.Id, consumer.Name);
                await consumer.Call(services, await Places.NowAsync(tx, EventJson.Read(one.Type, one.DataJson)), tx);
            }
            missed += isMissed ? 1 : 0;
        }
        // What was told of a merged partner before the merge counts for the survivor.
        foreach (var merged in await ProjectionStore.RedirectsAsync(tx))
            if (events.Any(one => one.DataJson.Contains(merged.MergedId, StringComparison.Ordinal)))
                await MergedPartners.MoveAsync(tx, merged);
        return missed;
    }
}
