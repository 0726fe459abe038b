using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.Running;
using Qudao.TestKit;
using RabbitMQ.Client;
using ReportingOperations = Qudao.Reporting.V1.OperationsService.OperationsServiceClient;

namespace Qudao.System.Tests;

/// <summary>A message that nobody can handle is tried five times and parked; the others pass, and an operator replays it when its cause is gone.</summary>
[Category("Alone")]
public class PoisonTests
{
    private const int Shops = 1000;
    private const string Envelope = "application/vnd.masstransit+json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string data = "";
    private ProcessHouse processes = null!;
    private House house = null!;
    private Network network = null!;
    private Load load = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        Needs.RabbitMq();
        data = Directory.CreateTempSubdirectory("qudao-poison").FullName;
        processes = new ProcessHouse(new HouseOptions { Data = data });
        await processes.StartAsync();
        house = House.Over(processes, Transport.Grpc);
        network = await Network.FoundAsync(house);
        load = new Load(network, seed: 1);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
        if (processes is not null)
            await processes.DisposeAsync();
        if (data.Length > 0)
            Directory.Delete(data, recursive: true);
    }

    [Test, Order(1)]
    public async Task One_among_a_thousand_is_parked_and_replayed()
    {
        var books = new Books(data, network);
        // Reporting's own database refuses this one shop.
        await InReportingAsync("CREATE TRIGGER poison BEFORE INSERT ON partners WHEN NEW.name = '新店#500' BEGIN SELECT RAISE(ABORT, 'no such shop here'); END");
        await Parallel.ForEachAsync(Enumerable.Range(0, Shops), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (_, _) => await load.CreatePartnerAsync());
        var all = network.Shops.Count + Shops;
        await Eventually.Async(async () => await ShopsOfReportingAsync() == all - 1, Patience, "all shops but one have arrived");

        var parked = (await ParkedAsync(1)).Single();
        Assert.That((parked.Type, parked.Consumer, parked.Attempts), Is.EqualTo(("qudao.dealer.partner-changed", "PartnerConsumer", 5)));
        Assert.That(parked.LastError, Does.Contain("no such shop here"));
        Assert.That(parked.DataJson, Does.Contain("新店#500"));
        Assert.That(processes["reporting-1"].Process.Output, Has.Some.Contains("it is parked"), "the log raises the alarm");

        await InReportingAsync("DROP TRIGGER poison");
        await ReplayAsync(parked);
        await Eventually.Async(async () => await ShopsOfReportingAsync() == all, Patience, "the last shop has arrived");
        await books.SettleAsync(Patience);
        await books.BalanceAsync(load);
    }

    [Test, Order(2)]
    public async Task What_cannot_be_read_is_parked_and_the_others_pass()
    {
        var shops = await ShopsOfReportingAsync();
        var newcomer = await NewcomerAsync();
        await SendAsync("这不是 JSON");
        await SendAsync("{\"messageType\":[\"urn:message:Qudao.Events:PartnerChanged\"],\"message\":");
        await SendAsync("{\"messageType\":[\"urn:message:Qudao.Events:PartnerChanged\"],\"message\":{\"eventId\":\"1\"}}");
        await SendAsync("{\"messageType\":[\"urn:message:Qudao.Events:PartnerFlewToTheMoon\"],\"message\":{\"eventId\":\"2\"}}");
        await SendAsync(newcomer.Replace(newcomerId, ""));
        await SendAsync(newcomer);
        Assert.That(await load.CreatePartnerAsync(), Is.True);
        await Eventually.Async(async () => await ShopsOfReportingAsync() == shops + 1, Patience, "the shop behind them has arrived");

        var parked = await ParkedAsync(6);
        Assert.That(parked.Select(message => message.Consumer), Is.All.EqualTo("Unread"));
        Assert.That(parked.Select(message => message.LastError), Is.All.Not.Empty);
        // Of the newcomer only the wrapping is broken: replayed, it is read after all. The others stay what they are.
        foreach (var message in parked)
            await ReplayAsync(message);
        await Eventually.Async(async () => await ShopsOfReportingAsync() == shops + 2, Patience, "the newcomer has arrived");
        Assert.That((await ParkedAsync(5)).Select(message => message.Attempts), Is.All.EqualTo(5));
    }

    private string newcomerId = "";

    /// <summary>A message of a shop that nobody told of yet, sent at a time that is none.</summary>
    private async Task<string> NewcomerAsync()
    {
        await using var dealer = new SqliteDialect(processes.DatabaseOf("Dealer")).Open();
        var told = JsonNode.Parse(await dealer.QueryFirstAsync<string>("SELECT body FROM outbox WHERE type = 'qudao.dealer.partner-changed'"))!;
        newcomerId = Ids.New(TimeProvider.System);
        (told["eventId"], told["aggregateId"]) = (newcomerId, Ids.New(TimeProvider.System));
        return new JsonObject { ["sentTime"] = "昨天", ["messageType"] = new JsonArray("urn:message:Qudao.Events:PartnerChanged"), ["message"] = told }.ToJsonString();
    }

    private async Task SendAsync(string body)
    {
        await using var connection = await new ConnectionFactory { Uri = processes.Broker.AmqpUri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync("", "qudao.reporting", mandatory: true, new BasicProperties { ContentType = Envelope, Persistent = true }, Encoding.UTF8.GetBytes(body));
    }

    private async Task<long> ShopsOfReportingAsync() =>
        (await network.Manager[Transport.Grpc].Ask<DashboardService.DashboardServiceClient>().GetFunnelAsync(new GetFunnelRequest())).Total;

    /// <summary>Waits until so many messages are parked, and gives them as an operator sees them.</summary>
    private async Task<List<ParkedMessage>> ParkedAsync(int count)
    {
        var parked = new List<ParkedMessage>();
        await Eventually.Async(async () =>
        {
            parked = [.. (await network.Administrator.Ask<ReportingOperations>().ListParkedMessagesAsync(new ListParkedMessagesRequest())).ParkedMessages];
            return parked.Count == count && await InReportingAsync("SELECT COUNT(*) FROM inbox_retry WHERE parked = 0") == 0;
        }, Patience, $"{count} messages are parked");
        return parked;
    }

    private async Task ReplayAsync(ParkedMessage message) =>
        await network.Administrator.Ask<ReportingOperations>().ReplayParkedMessageAsync(new ReplayParkedMessageRequest { Name = message.Name });

    private async Task<long> InReportingAsync(string sql)
    {
        await using var connection = new SqliteDialect(processes.DatabaseOf("Reporting")).Open();
        return await connection.ExecuteScalarAsync<long>(sql);
    }
}
