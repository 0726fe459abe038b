using Grpc.Core;
using Grpc.Net.Client;
using Qudao.Dealer.V1;
using Qudao.TestKit;

namespace Qudao.Bench;

/// <summary>
/// gRPC, straight to the service: the Dealer service as it is, in a process of its own, on SQLite – its relay hands events
/// to nobody, the broker has a row of its own – and beside it an empty handler of the same contract.
/// </summary>
internal sealed class GrpcScene : Scene
{
    private const int Connections = 4;

    private PartnerService.PartnerServiceClient[] _ours = [];
    private PartnerService.PartnerServiceClient[] _bare = [];
    private Metadata _headers = [];
    private string _known = "";

    private string Database => Path.Combine(Folder, "dealer.db");

    public override IReadOnlyList<Contest> Contests =>
    [
        Race("create", new("create a partner, gRPC", "calls/s", new Aim(0.5, AtLeast: true)), CreateAsync) with { Settle = () => Settling.IndexedAsync(Database) },
        Race("get", new("get a partner, gRPC", "calls/s"), (client, caller) => client.GetPartnerAsync(new GetPartnerRequest { Name = _known }, _headers).ResponseAsync),
        Race("list", new("list 50 partners, gRPC", "calls/s"), (client, caller) => client.ListPartnersAsync(new ListPartnersRequest { PageSize = 50 }, _headers).ResponseAsync),
    ];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        var keys = Keep(await TestKeys.StartAsync());
        _headers = Tokens.Headers(keys);
        var (ours, bare) = (Child.Address(), Child.Address());
        Keep(await Child.ServeAsync("dealer", new Dictionary<string, string?>
        {
            ["Listen"] = ours,
            ["Database__Path"] = Database,
            ["Auth__Jwks"] = keys.Address,
        }, cancel));
        Keep(await Child.ServeAsync("empty-grpc", new Dictionary<string, string?> { ["Listen"] = bare }, cancel));
        _ours = Clients(ours);
        _bare = Clients(bare);
        _known = (await _ours[0].CreatePartnerAsync(new CreatePartnerRequest { Partner = Sample.New() }, _headers, cancellationToken: cancel)).Name;
        await Load.FillAsync(1000, caller => CreateAsync(_ours[caller % Connections], caller));
        await Settling.IndexedAsync(Database);
    }

    private static PartnerService.PartnerServiceClient[] Clients(string address) =>
        [.. Enumerable.Range(0, Connections).Select(_ => new PartnerService.PartnerServiceClient(GrpcChannel.ForAddress(address)))];

    private Contest Race(string name, Line line, Func<PartnerService.PartnerServiceClient, int, Task> call) =>
        new(name, [line],
            span => Load.RunAsync(span, caller => call(_ours[caller % Connections], caller)),
            span => Load.RunAsync(span, caller => call(_bare[caller % Connections], caller)));

    private Task CreateAsync(PartnerService.PartnerServiceClient client, int caller) =>
        client.CreatePartnerAsync(new CreatePartnerRequest { Partner = Sample.New() }, _headers).ResponseAsync;
}
