using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Contract;
using Qudao.Contract.Accounts;
using Qudao.Contract.Agreements;
using Qudao.Contract.Numbers;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Platform;
using Qudao.TestKit;
using V1 = Qudao.Contract.V1;

namespace Qudao.Bench;

/// <summary>
/// The Contract service as it is, on SQLite. Signing: 64 callers sign approved agreements of one centre, each taking the next
/// number of the same register; beside it an empty handler of the same contract. Account: a year's statement of a partner with
/// 5,000 movements; beside it the same service reading one agreement by its key.
/// </summary>
internal sealed class ContractScene : Scene
{
    private const int Agreements = 80_000;
    private const int Movements = 5_000;
    private const int Batch = 1_000;
    private const int Connections = 4;
    private const string Centre = "js";
    private const string Partner = "partner";

    private readonly GrpcChannel[] _ours = new GrpcChannel[Connections];
    private readonly GrpcChannel[] _bare = new GrpcChannel[Connections];
    private Metadata _headers = [];
    private DateOnly _today;
    private int _signed = -1;

    public override IReadOnlyList<Contest> Contests =>
    [
        new("sign", [new("sign an agreement, gRPC", "calls/s")], span => Load.RunAsync(span, caller => SignAsync(_ours, caller)), span => Load.RunAsync(span, caller => SignAsync(_bare, caller)), WarmUp: 5),
        new("statement", [new("statement of 5,000 movements, median", "ms"), new("statement of 5,000 movements, p99", "ms")],
            span => Times.OfAsync(span, _ => new V1.AccountService.AccountServiceClient(_ours[0]).GetAccountStatementAsync(
                new GetAccountStatementRequest { Partner = $"partners/{Partner}", FromDate = $"{_today.AddYears(-1):yyyy-MM-dd}", ToDate = $"{_today:yyyy-MM-dd}", PageSize = 50 }, _headers).ResponseAsync),
            span => Times.OfAsync(span, call => new V1.AgreementService.AgreementServiceClient(_ours[0]).GetAgreementAsync(
                new GetAgreementRequest { Name = Name(call * 7919 % Agreements) }, _headers).ResponseAsync)),
    ];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        _today = ChinaTime.Today(TimeProvider.System);
        var path = Path.Combine(Folder, "contract.db");
        await FillAsync(new SqliteDialect(path));
        var keys = Keep(await TestKeys.StartAsync());
        _headers = Tokens.Headers(keys, "sales-manager", $"/hq/{Centre}/");
        var (ours, bare) = (Child.Address(), Child.Address());
        Keep(await Child.ServeAsync("contract", new Dictionary<string, string?>
        {
            ["Listen"] = ours,
            ["Database__Path"] = path,
            ["Auth__Jwks"] = keys.Address,
            ["Services__Dealer"] = bare,
        }, cancel));
        Keep(await Child.ServeAsync("empty-grpc", new Dictionary<string, string?> { ["Listen"] = bare }, cancel));
        for (var i = 0; i < Connections; i++)
            (_ours[i], _bare[i]) = (GrpcChannel.ForAddress(ours), GrpcChannel.ForAddress(bare));
    }

    private Task SignAsync(GrpcChannel[] channels, int caller)
    {
        var number = channels == _ours ? Interlocked.Increment(ref _signed) : 0;
        if (number >= Agreements)
            throw new InvalidOperationException($"All {Agreements} agreements are signed; ask for fewer rounds or seconds.");
        return new V1.AgreementService.AgreementServiceClient(channels[caller % Connections]).SignAgreementAsync(new SignAgreementRequest { Name = Name(number) }, _headers).ResponseAsync;
    }

    private async Task FillAsync(SqliteDialect dialect)
    {
        await new Migrations(dialect, TimeProvider.System, NullLogger<Migrations>.Instance).RunAsync(typeof(ContractModule).Assembly);
        await using var db = new Db(dialect, TimeProvider.System, new OutboxSignal(), NullLogger<Db>.Instance);
        await db.WriteAsync(tx => NumberStore.InsertBlockAsync(tx, new NumberBlockRow
        {
            Id = "block",
            OrganisationId = Centre,
            Kind = "terminal",
            Prefix = "JS-4S-",
            FirstNumber = 1,
            LastNumber = Agreements,
            Width = 6,
            ScopePath = $"/hq/{Centre}/",
        }));
        for (var from = 0; from < Agreements; from += Batch)
            await db.WriteAsync(async tx =>
            {
                for (var number = from; number < from + Batch; number++)
                    await AgreementStore.InsertAsync(tx, Approved(number, tx.NowMicros));
            });
        await db.WriteAsync(async tx =>
        {
            await PartnerStore.SeenAsync(tx, new PartnerRow { Id = Partner, Name = "南京远通汽车销售有限公司", Stage = "signed", OrganisationId = Centre, ScopePath = $"/hq/{Centre}/{Partner}/" });
            for (var i = 0; i < Movements; i++)
                await AccountStore.AddAsync(tx, Partner, i % 2 == 0 ? AccountEntryKind.Due : AccountEntryKind.Receipt, _today.AddDays(-i % 700), $"instalments/{i}", "首付款", i % 2 == 0 ? 100_00 : -90_00, 0);
        });
    }

    private AgreementRow Approved(int number, long nowUs) => new()
    {
        Id = Id(number),
        Version = 1,
        Kind = "terminal",
        State = "approved",
        PartnerId = $"shop{number}",
        PartnerName = $"第{number}汽车销售服务有限公司",
        PartnerLevel = "terminal",
        OrganisationId = Centre,
        ScopePath = $"/hq/{Centre}/shop{number}/",
        PartyA = "渠道科技有限公司江苏销售服务中心",
        PartyB = $"第{number}汽车销售服务有限公司",
        EffectiveFrom = _today,
        EffectiveTo = _today.AddYears(1),
        DrafterId = "staff/js-sales",
        DrafterName = "周销售",
        ReportedUs = nowUs,
        ReporterName = "周销售",
        Products = ["GPS-100"],
        CreatedUs = nowUs,
        UpdatedUs = nowUs,
    };

    private static string Id(int number) => $"agreement{number:000000}";

    private static string Name(int number) => $"agreements/{Id(number)}";
}
