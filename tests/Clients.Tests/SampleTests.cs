using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Qudao.Platform;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Clients.Tests;

/// <summary>The samples that partners copy from, run as a partner runs them; what counts is what arrived at the house.</summary>
[TestFixtureSource(typeof(Sample), nameof(Sample.All))]
public sealed class SampleTests(Sample sample)
{
    private const int Products = 300;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private string _folder = "";
    private PartnerSystem _system = null!;

    [SetUp]
    public async Task LetIn()
    {
        _folder = Directory.CreateTempSubdirectory("qudao-sample-").FullName;
        _system = await House.LetInAsync(sample.Language);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task It_lists_partners_reports_sales_once_and_follows_the_feed_from_where_it_was()
    {
        var (sales, cursor) = (Path.Combine(_folder, "sales.csv"), Path.Combine(_folder, "cursor.txt"));
        var lines = await WriteSalesAsync(sales);
        string[] command = [.. await sample.Integrate(), sales, cursor];
        await using var door = await LossyDoor.OpenAsync();

        var first = await Programs.AnswerAsync(command, new()
        {
            ["QUDAO_URL"] = door.Address,
            ["QUDAO_CLIENT_ID"] = _system.Id,
            ["QUDAO_CLIENT_SECRET"] = _system.Secret,
            ["QUDAO_PAGE_SIZE"] = "2",
        });
        var arrived = await ArrivedAsync();
        await House.ChangeAsync(House.Partners[0], $"天元东路1号 {sample.Language}");
        var known = Texts(first, "events").ToHashSet();
        await Eventually.Async(async () => (await FeedAsync()).Any(each => each.Type == "qudao.dealer.partner-changed" && !known.Contains(each.Id)), Soon, "the change is in the feed");
        var second = await Programs.AnswerAsync(command, new() { ["QUDAO_URL"] = $"{House.Rest}".TrimEnd('/'), ["QUDAO_API_KEY"] = _system.Key });

        var feed = await FeedAsync();
        List<string> followed = [.. Texts(first, "events"), .. Texts(second, "events")];
        Assert.Multiple(() =>
        {
            Assert.That(Texts(first, "partners"), Is.EqualTo(House.Partners), "three pages");
            Assert.That(door.Tries, Is.EqualTo(new[] { 3, 3 }), "an answer that was lost, and a refusal, for each of two batches");
            Assert.That(arrived, Is.EqualTo(lines));
            Assert.That(first.GetProperty("created").GetInt32(), Is.EqualTo(lines.Count), "the answer that was lost was told again");
            Assert.That(second.GetProperty("created").GetInt32(), Is.EqualTo(lines.Count), "the same batch is the same request");
            Assert.That(Texts(second, "events"), Is.SupersetOf(feed.Where(each => each.Type == "qudao.dealer.partner-changed").Select(each => each.Id).Except(known)).And.Not.Empty);
            Assert.That(followed, Is.EqualTo(feed.Take(followed.Count).Select(each => each.Id)), "each once, in order");
        });
    }

    [Test]
    public async Task It_takes_webhooks_of_the_house_once_and_of_nobody_else()
    {
        var port = FreePort.Next();
        var endpoint = await House.PostAsync(_system.Http, "/v1/webhookEndpoints", new { url = $"http://127.0.0.1:{port}/qudao", types = new[] { "qudao.dealer.partner-changed" } });
        var secret = House.Text(endpoint, "secret");
        await using var receiver = new ChildProcess(sample.Language, [.. await sample.Receive(), $"{port}"], new Dictionary<string, string?> { ["QUDAO_WEBHOOK_SECRET"] = secret });
        await Eventually.Async(() => receiver.Output.Contains("ready"), Soon, $"the receiver is ready\n{receiver.Tail()}");

        await House.PostAsync(_system.Http, $"/v1/{House.Text(endpoint, "name")}:ping", new { });
        await House.ChangeAsync(House.Partners[1], $"中山路1号 {sample.Language}");
        await Eventually.Async(async () => (await DeliveriesAsync(endpoint)).Count(each => House.Text(each, "state") == "WEBHOOK_DELIVERY_STATE_DELIVERED") == 2, Soon, "both are delivered");

        var body = """{"type":"qudao.test"}""";
        var now = DateTimeOffset.UtcNow;
        var forged = Convert.ToBase64String(new byte[24]);
        Assert.Multiple(async () =>
        {
            Assert.That(await SendAsync(port, "a", now, body, Signature("a", now, body, forged)), Is.EqualTo(401), "somebody else's secret");
            Assert.That(await SendAsync(port, "a", now, body + " ", Signature("a", now, body, secret)), Is.EqualTo(401), "changed on the way");
            Assert.That(await SendAsync(port, "a", now.AddMinutes(-10), body, Signature("a", now.AddMinutes(-10), body, secret)), Is.EqualTo(401), "replayed later");
            Assert.That(await SendAsync(port, "a", now, body, ""), Is.EqualTo(401), "not signed");
            Assert.That(await SendAsync(port, "b", now, body, $"{Signature("b", now, body, forged)} {Signature("b", now, body, secret)}"), Is.EqualTo(204), "signed with two secrets");
            Assert.That(await SendAsync(port, "b", now, body, Signature("b", now, body, secret)), Is.EqualTo(204), "once more");
        });
        var deliveries = await DeliveriesAsync(endpoint);
        await Eventually.Async(() => receiver.Output.Count > deliveries.Count + 1, Soon, "all that it says has been read");
        Assert.That(receiver.Output.Where(line => line.StartsWith("received", StringComparison.Ordinal)), Is.EquivalentTo(
            deliveries.Select(each => $"received {House.Text(each, "eventId")} {House.Text(each, "type")}").Append("received b qudao.test")), receiver.Tail());
    }

    private async Task<List<string>> WriteSalesAsync(string file)
    {
        var day = ChinaTime.Today(TimeProvider.System).AddDays(-1);
        List<string> lines = [.. from partner in House.Partners from product in Enumerable.Range(1, Products) select $"{partner},{day:yyyy-MM-dd},{sample.Language.ToUpperInvariant()}-{product},{product % 7}"];
        await File.WriteAllLinesAsync(file, ["partner,day,productCode,quantity", .. lines]);
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    // What the house has of this sample's products, as lines of the file.
    private async Task<List<string>> ArrivedAsync()
    {
        var lines = new List<string>();
        var token = "";
        do
        {
            var page = await _system.Http.GetFromJsonAsync<JsonElement>($"/v1/dailySales?pageSize=1000&pageToken={Uri.EscapeDataString(token)}");
            lines.AddRange(page.GetProperty("dailySales").EnumerateArray().Where(line => House.Text(line, "productCode").StartsWith($"{sample.Language}-", StringComparison.OrdinalIgnoreCase))
                .Select(line => $"{House.Text(line, "partner")},{House.Text(line, "day")},{House.Text(line, "productCode")},{House.Text(line, "quantity")}"));
            token = House.Text(page, "nextPageToken");
        }
        while (token.Length > 0);
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private async Task<List<(string Id, string Type)>> FeedAsync()
    {
        var all = new List<(string, string)>();
        var token = "";
        var before = -1;
        while (before < all.Count)
        {
            before = all.Count;
            var page = await _system.Http.GetFromJsonAsync<JsonElement>($"/v1/events?pageSize=1000&pageToken={Uri.EscapeDataString(token)}");
            all.AddRange(page.GetProperty("events").EnumerateArray().Select(each => (House.Text(each, "id"), House.Text(each, "type"))));
            token = House.Text(page, "nextPageToken");
        }
        return all;
    }

    private async Task<List<JsonElement>> DeliveriesAsync(JsonElement endpoint) =>
        [.. (await _system.Http.GetFromJsonAsync<JsonElement>($"/v1/{House.Text(endpoint, "name")}/deliveries")).GetProperty("webhookDeliveries").EnumerateArray()];

    private static IEnumerable<string> Texts(JsonElement did, string field) => did.GetProperty(field).EnumerateArray().Select(each => each.GetString()!);

    private static string Signature(string id, DateTimeOffset time, string body, string secret) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret.Split('_')[^1]), Encoding.UTF8.GetBytes($"{id}.{time.ToUnixTimeSeconds()}.{body}")));

    private static async Task<int> SendAsync(int port, string id, DateTimeOffset time, string body, string signature)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/qudao") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", signature);
        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
