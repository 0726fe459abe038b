using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Projections;

/// <summary>Operators look after the picture that Reporting keeps of the other services.</summary>
public sealed class ProjectionService(Db db, IServiceProvider services, ServiceName service) : V1.ProjectionService.ProjectionServiceBase
{
    public override async Task<ProjectionLag> GetProjectionLag(GetProjectionLagRequest request, ServerCallContext context)
    {
        var headers = Sources.Headers(Authorization(context));
        var reply = new ProjectionLag();
        foreach (var source in Sources.All)
            reply.Sources.Add(await Sources.AskingAsync(() => Lag.OfAsync(db, services, source, headers)));
        return reply;
    }

    public override Task<Operation> RebuildProjections(RebuildProjectionsRequest request, ServerCallContext context)
    {
        IReadOnlyList<string> sources = request.Sources.Count == 0 ? Sources.All : [.. request.Sources.Distinct()];
        var argument = JsonSerializer.SerializeToUtf8Bytes(new Rebuild.Argument(sources, Authorization(context)));
        return StartAsync(request, request.RequestId, context, Rebuild.Kind, argument, async tx =>
        {
            foreach (var source in sources.Where(_ => !request.Resume))
            {
                var row = await ProjectionStore.SourceAsync(tx, source);
                row.RebuildCursor = "";
                await ProjectionStore.SaveSourceAsync(tx, row);
            }
        });
    }

    public override Task<Operation> CompareProjections(CompareProjectionsRequest request, ServerCallContext context) =>
        StartAsync(request, request.RequestId, context, Comparison.Kind, Encoding.UTF8.GetBytes(Authorization(context)), _ => Task.CompletedTask);

    public override async Task<ListProjectionComparisonsResponse> ListProjectionComparisons(ListProjectionComparisonsRequest request, ServerCallContext context)
    {
        Authorization(context);
        var page = Page.From(request, context.Caller());
        return await db.ReadAsync(async s =>
        {
            var rows = await ProjectionStore.ComparisonsAsync(s, page.After, page.Fetch);
            var reply = new ListProjectionComparisonsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            foreach (var row in rows)
                reply.ProjectionComparisons.Add(await ToMessageAsync(s, row));
            return reply;
        });
    }

    public override async Task<ListProjectionDifferencesResponse> ListProjectionDifferences(ListProjectionDifferencesRequest request, ServerCallContext context)
    {
        Authorization(context);
        var page = Page.From(request, context.Caller());
        var after = page.Key<(string Kind, string Id)>(key => key.Split('/') is [var kind, var id] ? (kind, id) : null) ?? ("", "");
        return await db.ReadAsync(async s =>
        {
            var comparison = await ProjectionStore.ComparisonAsync(s, Ids.Of(request.Parent, "projectionComparisons")) ?? throw Errors.NotFound(request.Parent);
            var rows = await ProjectionStore.DifferencesAsync(s, comparison.Id, after.Kind, after.Id, page.Fetch);
            var reply = new ListProjectionDifferencesResponse { NextPageToken = page.Cut(rows, row => $"{row.Kind}/{row.ResourceId}") };
            reply.Differences.Add(rows.Select(ToMessage));
            return reply;
        });
    }

    /// <summary>A comparison with what it found.</summary>
    public static async Task<ProjectionComparison> ToMessageAsync(Session session, ComparisonRow row)
    {
        var message = new ProjectionComparison
        {
            Name = $"projectionComparisons/{row.Id}",
            StartTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.StartedUs)),
            EndTime = row.EndedUs is { } ended ? Timestamp.FromDateTimeOffset(Clock.FromMicros(ended)) : null,
        };
        message.Counts.Add((await ProjectionStore.CountsAsync(session, row.Id)).Select(count => new ProjectionComparison.Types.Count
        {
            Kind = count.Kind,
            Theirs = count.Theirs,
            Ours = count.Ours,
            Differences = count.Differences,
        }));
        return message;
    }

    private Task<Operation> StartAsync(IMessage request, string requestId, ServerCallContext context, string kind, byte[] argument, Func<Tx, Task> also)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            await also(tx);
            var operation = await tx.StartJobAsync(caller, service.Value, kind, argument);
            await tx.AuditAsync(caller, kind, operation.Name, caller.Scope.Path, caller.StaffId, new { });
            return operation;
        });
    }

    /// <summary>The caller's sign-in, to ask the services with; what is asked for is of the whole company.</summary>
    private static string Authorization(ServerCallContext context) => context.Caller().Scope.IsWhole
        ? context.RequestHeaders.GetValue("authorization") ?? throw Errors.Unauthenticated()
        : throw new Refusal(StatusCode.PermissionDenied, "HQ_ONLY", "仅总部可执行此操作。", "This is for headquarters.");

    private static ProjectionDifference ToMessage(DifferenceRow row) => new()
    {
        Resource = $"{row.Kind}/{row.ResourceId}",
        Kind = row.Difference switch
        {
            Comparison.MissingHere => ProjectionDifferenceKind.MissingHere,
            Comparison.MissingThere => ProjectionDifferenceKind.MissingThere,
            Comparison.Content => ProjectionDifferenceKind.Content,
            _ => ProjectionDifferenceKind.Version,
        },
        TheirVersion = row.TheirVersion,
        OurVersion = row.OurVersion,
        Theirs = row.Theirs,
        Ours = row.Ours,
    };
}
