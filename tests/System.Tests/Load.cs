using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.ServiceTicket.V1;
using Qudao.Training.V1;

namespace Qudao.System.Tests;

/// <summary>
/// Partner systems at work: a steady stream of writes to all five services through the gateway, over REST and gRPC. Creates
/// carry a request_id, updates an etag; after UNAVAILABLE or a broken connection the same request is sent again. One in
/// ten gives up at the first such failure, as clients do.
/// </summary>
public sealed class Load(Network network, int seed)
{
    /// <summary>So many clients there are; when all of them wait for an answer, nothing new is begun.</summary>
    private const int Clients = 100;
    // A house that is killed every other second answers each caller now and then.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Random random = new(seed);
    private readonly ConcurrentQueue<string> shopsToUpdate = new();
    private readonly ConcurrentQueue<string> faults = new();
    private readonly string today = $"{ChinaTime.Today(TimeProvider.System):yyyy-MM-dd}";
    private int number;
    private int retries;

    public Notebook Notes { get; } = new();

    /// <summary>How many writes were begun.</summary>
    public int Begun => number;

    /// <summary>How often a request had to be sent again, or was given up.</summary>
    public int Retries => retries;

    /// <summary>Answers that no client should ever get, and writes that were not acknowledged in time.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>Starts this many writes a second until told to stop; returns when each was acknowledged or given up.</summary>
    public async Task RunAsync(int perSecond, CancellationToken stop)
    {
        using var clients = new SemaphoreSlim(Clients);
        var (before, watch) = (number, Stopwatch.StartNew());
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            await clients.WaitAsync(CancellationToken.None);
            _ = NextAsync().ContinueWith(_ => clients.Release(), TaskScheduler.Default);
        }
        for (var i = 0; i < Clients; i++)
            await clients.WaitAsync(CancellationToken.None);
        TestContext.Progress.WriteLine(
            $"{number - before} writes in {watch.Elapsed.TotalSeconds:0} s, {retries} tried again or given up; {Notes.Count} resources acknowledged, {Notes.Unsure} unsure");
    }

    /// <summary>One write, tried until it is acknowledged.</summary>
    public Task<bool> CreatePartnerAsync() => CreatePartnerAsync(network.Manager[Transport.Grpc], ++number, givesUp: false);

    /// <summary>Everything there is now, as a reader of all collections sees it.</summary>
    public async Task<List<Seen>> ReadAllAsync()
    {
        var person = network.Manager[Transport.Grpc];
        List<Seen> all = [];
        await foreach (var page in PagesAsync(token => person.Ask<PartnerService.PartnerServiceClient>().ListPartnersAsync(new() { PageSize = 1000, PageToken = token }).ResponseAsync, r => r.NextPageToken))
            all.AddRange(page.Partners.Select(Of));
        await foreach (var page in PagesAsync(token => person.Ask<DailySalesService.DailySalesServiceClient>().ListDailySalesAsync(new() { PageSize = 1000, PageToken = token }).ResponseAsync, r => r.NextPageToken))
            all.AddRange(page.DailySales.Select(Of));
        await foreach (var page in PagesAsync(token => person.Ask<TicketService.TicketServiceClient>().ListTicketsAsync(new() { PageSize = 1000, PageToken = token }).ResponseAsync, r => r.NextPageToken))
            all.AddRange(page.Tickets.Select(Of));
        await foreach (var page in PagesAsync(token => person.Ask<AgreementService.AgreementServiceClient>().ListAgreementsAsync(new() { PageSize = 1000, PageToken = token }).ResponseAsync, r => r.NextPageToken))
            all.AddRange(page.Agreements.Select(Of));
        await foreach (var page in PagesAsync(token => person.Ask<TrainingRequestService.TrainingRequestServiceClient>().ListTrainingRequestsAsync(new() { PageSize = 1000, PageToken = token }).ResponseAsync, r => r.NextPageToken))
            all.AddRange(page.TrainingRequests.Select(Of));
        // What was there before the load began is nobody's note.
        return [.. all.Where(seen => seen.Key.Contains('#'))];
    }

    private static async IAsyncEnumerable<T> PagesAsync<T>(Func<string, Task<T>> list, Func<T, string> next)
    {
        var token = "";
        do
        {
            var page = await list(token);
            token = next(page);
            yield return page;
        }
        while (token.Length > 0);
    }

    private static Seen Of(Partner partner) => new("partners", partner.DisplayName, partner.Name, partner.Etag, partner.Address);

    // Product codes have no '#'; those of the load end in one here.
    private static Seen Of(DailySales line) => new("dailySales", line.ProductCode + "#", line.Name, line.Etag, $"{line.Partner} {line.Day} {line.Quantity}");

    private static Seen Of(Ticket ticket) => new("tickets", ticket.Subject, ticket.Name, ticket.Etag, ticket.Content);

    private static Seen Of(Agreement agreement) => new("agreements", agreement.Subject, agreement.Name, agreement.Etag, agreement.Partner);

    private static Seen Of(TrainingRequest request) => new("trainingRequests", request.Place, request.Name, request.Etag, request.Course);

    private Task NextAsync()
    {
        var n = ++number;
        var person = network.Manager[random.Next(2) == 0 ? Transport.Rest : Transport.Grpc];
        var shop = network.Shops[random.Next(network.Shops.Count)];
        var quantity = random.Next(1, 100);
        var givesUp = random.Next(10) == 0;
        return random.Next(100) switch
        {
            < 30 => CreatePartnerAsync(person, n, givesUp),
            < 55 => UpdatePartnerAsync(person, n, givesUp),
            < 80 => ReportSalesAsync(person, n, givesUp, shop, quantity),
            < 90 => OpenTicketAsync(person, n, givesUp, shop),
            < 95 => DraftAgreementAsync(person, n, givesUp, shop),
            _ => RequestTrainingAsync(person, n, givesUp),
        };
    }

    private async Task<bool> CreatePartnerAsync(Person person, int n, bool givesUp)
    {
        var partner = Network.Shop($"新店#{n}");
        var created = await AskAsync("partners", partner.DisplayName, partner.Address, givesUp, async _ =>
            Of(await person.Ask<PartnerService.PartnerServiceClient>().CreatePartnerAsync(new CreatePartnerRequest { Partner = partner, RequestId = Id(n) })));
        if (created)
            shopsToUpdate.Enqueue(partner.DisplayName);
        return created;
    }

    /// <summary>Each shop has one writer at a time, so its etag is never stale – unless the writer's own request was done and the answer lost.</summary>
    private async Task UpdatePartnerAsync(Person person, int n, bool givesUp)
    {
        if (!shopsToUpdate.TryDequeue(out var key))
        {
            await CreatePartnerAsync(person, n, givesUp);
            return;
        }
        var before = Notes["partners", key];
        var client = person.Ask<PartnerService.PartnerServiceClient>();
        var request = new UpdatePartnerRequest
        {
            Partner = new Partner { Name = before.Name, Etag = before.Etag, Address = $"江宁区{n}号" },
            UpdateMask = new FieldMask { Paths = { "address" } },
        };
        var updated = await AskAsync("partners", key, request.Partner.Address, givesUp, async again =>
        {
            try
            {
                return Of(await client.UpdatePartnerAsync(request));
            }
            catch (RpcException stale) when (stale.StatusCode == StatusCode.Aborted && again)
            {
                return Of(await client.GetPartnerAsync(new GetPartnerRequest { Name = before.Name }));
            }
        });
        if (updated)
            shopsToUpdate.Enqueue(key);
    }

    private Task<bool> ReportSalesAsync(Person person, int n, bool givesUp, Partner shop, int quantity)
    {
        var line = new DailySalesLine { Partner = shop.Name, Day = today, ProductCode = $"GPS-{n}", Quantity = quantity };
        return AskAsync("dailySales", line.ProductCode + "#", $"{shop.Name} {today} {quantity}", givesUp, async _ =>
            Of((await person.Ask<DailySalesService.DailySalesServiceClient>().ReportDailySalesAsync(new ReportDailySalesRequest { Lines = { line }, RequestId = Id(n) })).DailySales.Single()));
    }

    private Task<bool> OpenTicketAsync(Person person, int n, bool givesUp, Partner shop)
    {
        var ticket = Network.Question(shop, $"咨询#{n}");
        return AskAsync("tickets", ticket.Subject, ticket.Content, givesUp, async _ =>
            Of(await person.Ask<TicketService.TicketServiceClient>().CreateTicketAsync(new CreateTicketRequest { Ticket = ticket, RequestId = Id(n) })));
    }

    private Task<bool> DraftAgreementAsync(Person person, int n, bool givesUp, Partner shop)
    {
        var draft = Network.Draft(shop, $"协议#{n}");
        return AskAsync("agreements", draft.Subject, shop.Name, givesUp, async _ =>
            Of(await person.Ask<AgreementService.AgreementServiceClient>().CreateAgreementAsync(new CreateAgreementRequest { Agreement = draft, RequestId = Id(n) })));
    }

    private Task<bool> RequestTrainingAsync(Person person, int n, bool givesUp)
    {
        var request = new TrainingRequest
        {
            Partner = network.Shops[0].Name,
            Course = network.Course.Name,
            ExpectedTrainees = 2,
            WishTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(7)),
            Place = $"南京#{n}",
            Contact = "李雷",
            Phone = "025-52123456",
            Way = TrainingWay.Practice,
        };
        return AskAsync("trainingRequests", request.Place, request.Course, givesUp, async _ =>
            Of(await person.Ask<TrainingRequestService.TrainingRequestServiceClient>().CreateTrainingRequestAsync(new CreateTrainingRequestRequest { TrainingRequest = request, RequestId = Id(n) })));
    }

    private string Id(int n) => $"load-{seed}-{n}";

    /// <summary>Sends a write until it is acknowledged, and notes what came of it. True when it was acknowledged as it was asked for.</summary>
    /// <param name="send">Told whether it was sent before.</param>
    private async Task<bool> AskAsync(string collection, string key, string detail, bool givesUp, Func<bool, Task<Seen>> send)
    {
        var (watch, pause) = (Stopwatch.StartNew(), FirstPause);
        for (var again = false; ; again = true)
        {
            try
            {
                var seen = await send(again);
                Notes.Acknowledge(seen);
                if ((seen.Collection, seen.Key, seen.Detail) == (collection, key, detail))
                    return true;
                faults.Enqueue($"asked for {collection} {key} {detail}, was told {seen}");
                return false;
            }
            catch (Exception e) when (IsPassing(e) && watch.Elapsed < Patience)
            {
                Interlocked.Increment(ref retries);
            }
            catch (Exception e)
            {
                faults.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {collection} {key}, {(again ? "sent again" : "sent once")} in {watch.Elapsed.TotalSeconds:0.0} s: {e.GetType().Name} {e.Message}");
                Notes.GiveUp(collection, key, detail);
                return false;
            }
            if (givesUp)
            {
                Notes.GiveUp(collection, key, detail);
                return false;
            }
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()));
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>What a client may send the same request again after: UNAVAILABLE, or a connection that broke before an answer.</summary>
    private static bool IsPassing(Exception e) => e switch
    {
        RpcException { StatusCode: StatusCode.Unavailable } => true,
        RpcException { Status.DebugException: { } cause } => IsPassing(cause),
        HttpRequestException or IOException => true,
        _ => false,
    };
}
