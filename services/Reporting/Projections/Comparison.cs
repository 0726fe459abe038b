using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Platform;

namespace Qudao.Reporting.Projections;

/// <summary>
/// Compares the picture with what the services hold, a page at a time, and keeps every difference as a row. Both go on changing
/// meanwhile, so each difference is looked at once more in the end: what was only on its way is none.
/// </summary>
public static class Comparison
{
    public const string Kind = "projection-compare";
    public const string MissingHere = "missing-here";
    public const string MissingThere = "missing-there";
    public const string Content = "content";
    public const string Version = "version";

    private const int PageSize = 500;

    public static async Task<IMessage?> RunAsync(IServiceProvider services, JobRun run)
    {
        var db = services.GetRequiredService<Db>();
        var headers = Sources.Headers(Encoding.UTF8.GetString(run.Argument));
        await db.WriteAsync(tx => ProjectionStore.BeginAsync(tx, run.Id));
        var done = 0L;
        foreach (var kind in Compared.All(services))
            done = await Sources.AskingAsync(() => CompareAsync(db, run, kind, headers, done));
        await db.WriteAsync(tx => ProjectionStore.EndAsync(tx, run.Id));
        return await db.ReadAsync(async s => await ProjectionService.ToMessageAsync(s, (await ProjectionStore.ComparisonAsync(s, run.Id))!));
    }

    /// <summary>How two facts differ; null when they do not.</summary>
    public static string? Differ(FactRow? theirs, FactRow? ours, bool tellsEveryVersion) => (theirs, ours) switch
    {
        (null, null) => null,
        (not null, null) => MissingHere,
        (null, not null) => MissingThere,
        _ when theirs.Says != ours.Says => Content,
        _ when ours.Version > theirs.Version || (tellsEveryVersion && ours.Version < theirs.Version) => Version,
        _ => null,
    };

    private static async Task<long> CompareAsync(Db db, JobRun run, Compared kind, Metadata headers, long done)
    {
        for (var (token, more) = ("", true); more;)
        {
            var (facts, next) = await kind.PageAsync(token, headers);
            await db.GiveWayAsync();
            await db.WriteAsync(async tx =>
            {
                foreach (var theirs in facts)
                    if (await ProjectionStore.SeeAsync(tx, run.Id, kind.Name, theirs.Id))
                        await KeepAsync(tx, run.Id, kind, theirs, await kind.OursAsync(tx, theirs.Id));
                await run.ProgressAsync(tx, done + facts.Count, done + facts.Count + (next.Length > 0 ? PageSize : 0));
            });
            done += facts.Count;
            (token, more) = (next, next.Length > 0);
        }
        await UnseenAsync(db, run.Id, kind);
        await LookAgainAsync(db, run.Id, kind, headers);
        await db.WriteAsync(async tx => await ProjectionStore.InsertCountAsync(tx, new CountRow
        {
            ComparisonId = run.Id,
            Kind = kind.Name,
            Theirs = await ProjectionStore.CountSeenAsync(tx, run.Id, kind.Name),
            Ours = await kind.CountAsync(tx),
            Differences = await ProjectionStore.CountDifferencesAsync(tx, run.Id, kind.Name),
        }));
        return done;
    }

    private static async Task UnseenAsync(Db db, string run, Compared kind)
    {
        for (var after = ""; ;)
        {
            var unseen = await db.ReadAsync(s => kind.UnseenAsync(s, run, after, PageSize));
            if (unseen.Count == 0)
                return;
            await db.WriteAsync(async tx =>
            {
                foreach (var ours in unseen)
                    await KeepAsync(tx, run, kind, null, ours);
            });
            after = unseen[^1].Id;
        }
    }

    private static async Task LookAgainAsync(Db db, string run, Compared kind, Metadata headers)
    {
        for (var after = ""; ;)
        {
            var found = (await db.ReadAsync(s => ProjectionStore.DifferencesAsync(s, run, kind.Name, after, PageSize))).Where(row => row.Kind == kind.Name).ToList();
            foreach (var row in found)
            {
                var theirs = await kind.TheirsAsync(row.ResourceId, headers);
                await db.WriteAsync(async tx =>
                {
                    await ProjectionStore.DeleteDifferenceAsync(tx, row);
                    await KeepAsync(tx, run, kind, theirs, await kind.OursAsync(tx, row.ResourceId));
                });
            }
            if (found.Count < PageSize)
                return;
            after = found[^1].ResourceId;
        }
    }

    private static Task KeepAsync(Tx tx, string run, Compared kind, FactRow? theirs, FactRow? ours) =>
        Differ(theirs, ours, kind.TellsEveryVersion) is not { } difference ? Task.CompletedTask : ProjectionStore.InsertDifferenceAsync(tx, new DifferenceRow
        {
            ComparisonId = run,
            Kind = kind.Name,
            ResourceId = (theirs ?? ours)!.Id,
            Difference = difference,
            TheirVersion = theirs?.Version ?? 0,
            OurVersion = ours?.Version ?? 0,
            Theirs = theirs?.Says ?? "",
            Ours = ours?.Says ?? "",
        });
}
