using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Bench;

/// <summary>
/// Reporting's picture made again from Dealer's event log of 10,000 events, each page read over gRPC and applied in a transaction;
/// beside it the same log only read.
/// </summary>
internal sealed class RebuildScene : Scene
{
    private const int Events = 10_000, PageSize = 500;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private Metadata _headers = [];
    private GrpcChannel _dealer = null!;
    private GrpcChannel _reporting = null!;

    public override IReadOnlyList<Contest> Contests => [new("rebuild", [new("rebuild of a projection beside reading the log", "events/s")], _ => RebuildAsync(), _ => ReadAsync(), WarmUp: 3)];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        var keys = Keep(await TestKeys.StartAsync());
        _headers = Tokens.Headers(keys, "administrator");
        var (dealer, reporting) = (Child.Address(), Child.Address());
        Keep(await Child.ServeAsync("dealer", new Dictionary<string, string?> { ["Listen"] = dealer, ["Database__Path"] = Path.Combine(Folder, "dealer.db"), ["Auth__Jwks"] = keys.Address }, cancel));
        Keep(await Child.ServeAsync("reporting", new Dictionary<string, string?>
        {
            ["Listen"] = reporting,
            ["Database__Path"] = Path.Combine(Folder, "reporting.db"),
            ["Auth__Jwks"] = keys.Address,
            ["Services__Dealer"] = dealer,
        }, cancel));
        (_dealer, _reporting) = (GrpcChannel.ForAddress(dealer), GrpcChannel.ForAddress(reporting));
        var partners = new PartnerService.PartnerServiceClient(_dealer);
        await Load.FillAsync(Events, _ => partners.CreatePartnerAsync(new CreatePartnerRequest { Partner = Sample.New() }, _headers).ResponseAsync);
    }

    private async Task<double[]> RebuildAsync()
    {
        var watch = Stopwatch.StartNew();
        var operation = await new ProjectionService.ProjectionServiceClient(_reporting).RebuildProjectionsAsync(new RebuildProjectionsRequest { Sources = { "dealer" } }, _headers);
        var operations = new Reporting.V1.OperationsService.OperationsServiceClient(_reporting);
        while (!(operation = await operations.GetOperationAsync(new GetOperationRequest { Name = operation.Name }, _headers)).Done)
            await Task.Delay(Look);
        return operation.Error is null ? [operation.ProgressDone / watch.Elapsed.TotalSeconds] : throw new InvalidOperationException($"{operation.Error}");
    }

    private async Task<double[]> ReadAsync()
    {
        var (watch, read) = (Stopwatch.StartNew(), 0L);
        var operations = new Dealer.V1.OperationsService.OperationsServiceClient(_dealer);
        for (var (token, more) = ("", true); more;)
        {
            var page = await operations.ListEventsAsync(new ListEventsRequest { PageSize = PageSize, PageToken = token }, _headers);
            read += page.Events.Count;
            (token, more) = (page.NextPageToken, page.Events.Count == PageSize);
        }
        return [read / watch.Elapsed.TotalSeconds];
    }
}
