using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Platform;
using Qudao.ServiceTicket;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using TicketService = Qudao.ServiceTicket.V1.TicketService;

namespace Qudao.Bench;

/// <summary>
/// The work list among 1,000,000 tickets of 31 centres and 500 agents: the ServiceTicket service as it is, on SQLite, asked by one
/// caller at a time for the first page of an agent's tickets in their default order, what is due next first – as headquarters
/// and as the agent's centre; beside it the same service reading one ticket by its key.
/// </summary>
internal sealed class TicketScene : Scene
{
    private const int Tickets = 1_000_000;
    private const int Batch = 5_000;
    private const int Centres = 31;
    private const int Agents = 500;

    /// <summary>One in so many is not settled yet.</summary>
    private const int Running = 50;

    private TicketService.TicketServiceClient? _client;
    private Metadata[] _callers = [];
    private string[] _ids = [];

    public override IReadOnlyList<Contest> Contests =>
    [
        new("work-list", [new("work list among 1,000,000 tickets, median", "ms", new Aim(5, AtLeast: false)), new("work list among 1,000,000 tickets, p99", "ms")],
            span => Times.OfAsync(span, call => _client!.ListTicketsAsync(new ListTicketsRequest { Handler = $"staff/{Agent(call)}", PageSize = 20 }, CallerOf(call)).ResponseAsync),
            span => Times.OfAsync(span, call => _client!.GetTicketAsync(new GetTicketRequest { Name = $"tickets/{_ids[call * 7919 % _ids.Length]}" }, _callers[0]).ResponseAsync)),
    ];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        var path = Path.Combine(Folder, "serviceticket.db");
        await FillAsync(new SqliteDialect(path));
        var keys = Keep(await TestKeys.StartAsync());
        _callers = [Tokens.Headers(keys), .. Enumerable.Range(0, Centres).Select(centre => Tokens.Headers(keys, "after-sales-manager", $"/hq/c{centre:00}/"))];
        var address = Child.Address();
        Keep(await Child.ServeAsync("serviceticket", new Dictionary<string, string?>
        {
            ["Listen"] = address,
            ["Database__Path"] = path,
            ["Auth__Jwks"] = keys.Address,
            // Reading tickets asks nobody.
            ["Services__Dealer"] = "http://127.0.0.1:1",
            ["Services__Contract"] = "http://127.0.0.1:1",
        }, cancel));
        _client = new TicketService.TicketServiceClient(GrpcChannel.ForAddress(address));
    }

    private static int Agent(int call) => call * 31 % Agents;

    private Metadata CallerOf(int call) => call % 2 == 0 ? _callers[0] : _callers[1 + Agent(call) % Centres];

    private async Task FillAsync(SqliteDialect dialect)
    {
        await new Migrations(dialect, TimeProvider.System, NullLogger<Migrations>.Instance).RunAsync(typeof(ServiceTicketModule).Assembly);
        var random = new Random(1);
        _ids = new string[Tickets];
        await using var db = new Db(dialect, TimeProvider.System, new OutboxSignal(), NullLogger<Db>.Instance);
        for (var from = 0; from < Tickets; from += Batch)
            await db.WriteAsync(async tx =>
            {
                for (var number = from; number < from + Batch; number++)
                {
                    var row = RowOf(tx, number, random);
                    _ids[number] = row.Id;
                    await TicketStore.InsertAsync(tx, row);
                }
            });
    }

    private static TicketRow RowOf(Tx tx, int number, Random random)
    {
        var (agent, running) = (random.Next(Agents), random.Next(Running) == 0);
        var opened = tx.NowMicros - random.NextInt64(365L * 24 * 3_600_000_000);
        var due = tx.NowMicros + random.NextInt64(24L * 3_600_000_000);
        return new TicketRow
        {
            Id = tx.NewId(),
            Number = $"FX-{number:0000000}",
            Kind = "repair",
            Channel = "phone",
            Severity = "normal",
            State = running ? "in-progress" : "closed",
            Step = running ? "appraisal" : "done",
            PartnerId = $"p{random.Next(10_000)}",
            PartnerName = "南京协众汽车销售有限公司",
            Reporter = "李女士",
            ReporterPhone = "13800000001",
            PhoneDigits = "13800000001",
            Subject = "终端不上电",
            Content = "车辆涉水后终端不上电，平台显示离线，请安排返修并告知客户预计完成的时间。",
            HandlerId = $"{agent}",
            HandlerName = "周敏",
            OpenedUs = opened,
            RoundFromUs = opened,
            Calendar = "working",
            CalendarKey = "hq@1",
            ResolutionLimit = 2250,
            ResolutionDueUs = due,
            FirstResponseUs = opened,
            FirstResponseMinutes = 10,
            ResolvedUs = running ? null : opened,
            ClosedUs = running ? null : opened,
            NextDueUs = running ? due : Sla.Never,
            WakeUs = running ? due + 1 : null,
            ScopePath = $"/hq/c{agent % Centres:00}/p{number}/",
            Version = 1,
            UpdatedUs = opened,
        };
    }
}
