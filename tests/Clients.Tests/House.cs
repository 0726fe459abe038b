using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Clients.Tests;

/// <summary>An API client as a partner system has one.</summary>
internal sealed record PartnerSystem(string Id, string Secret, string Key, HttpClient Http);

/// <summary>Standalone with a centre and a few partners: one for all tests together.</summary>
[SetUpFixture]
public sealed class House
{
    private const int PartnerCount = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static string _folder = "";
    private static StandaloneProcess _process = null!;

    public static Uri Rest => _process.Http;

    public static Uri Grpc => _process.Grpc;

    /// <summary>The administrator, over REST.</summary>
    public static HttpClient Administrator { get; private set; } = null!;

    /// <summary>The names of the partners there are, in the order in which lists have them.</summary>
    public static IReadOnlyList<string> Partners { get; private set; } = [];

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = Directory.CreateTempSubdirectory("qudao-clients-").FullName;
        _process = new StandaloneProcess(_folder);
        // The receivers of the tests' webhooks stand beside the house.
        _process.Server.Environment["Webhooks__AllowHttp"] = "true";
        _process.Server.Environment["Webhooks__AllowPrivateAddresses"] = "true";
        await _process.StartAsync();
        using var nobody = new HttpClient { BaseAddress = Rest };
        var session = await PostAsync(nobody, "/v1/sessions", new { login = "admin", password = _process.AdminPassword });
        Administrator = Bearing(session.GetProperty("token").GetString()!);
        await FoundAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        Administrator?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Lets a partner system in, with no more than it needs.</summary>
    internal static async Task<PartnerSystem> LetInAsync(string name)
    {
        var client = await PostAsync(Administrator, "/v1/apiClients", new { displayName = name, organisation = "organisations/js", roles = new[] { "partner-system" } });
        var key = await PostAsync(Administrator, $"/v1/{Text(client, "name")}/keys", new { displayName = name });
        return new PartnerSystem(Text(client, "name").Split('/')[1], Text(client, "secret"), Text(key, "key"), Bearing(Text(key, "key")));
    }

    /// <summary>Changes a partner, which everybody who follows the feed is told of.</summary>
    internal static async Task ChangeAsync(string partner, string address)
    {
        using var answer = await Administrator.PatchAsJsonAsync($"/v1/{partner}?updateMask=address", new { address });
        answer.EnsureSuccessStatusCode();
    }

    internal static async Task<JsonElement> PostAsync(HttpClient http, string path, object content)
    {
        using var answer = await http.PostAsJsonAsync(path, content);
        Assert.That(answer.IsSuccessStatusCode, Is.True, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    internal static string Text(JsonElement element, string field) => element.GetProperty(field).GetString()!;

    private static async Task FoundAsync()
    {
        await PostAsync(Administrator, "/v1/organisations?organisationId=js", new { displayName = "江苏销售服务中心", kind = "ORGANISATION_KIND_CENTRE", parent = "organisations/hq", provinceCode = "32" });
        await PostAsync(Administrator, "/v1/roles?roleId=partner-system", new
        {
            displayName = "合作系统",
            displayNameEn = "Partner system",
            granted = new[]
            {
                "dealer.partners.read", "reporting.sales.read", "reporting.sales.report", "reporting.dashboards.read", "gateway.events.read", "gateway.webhooks.create", "gateway.webhooks.read", "gateway.webhooks.ping",
            },
        });
        var names = new List<string>();
        for (var i = 0; i < PartnerCount; i++)
        {
            var shop = new { displayName = $"老店{i}", kind = "PARTNER_KIND_TERMINAL", cityCode = "3201", address = "江宁区天元东路1号", contact = "朱总", phone = "025-84512345", organisation = "organisations/js" };
            names.Add(Text(await PostAsync(Administrator, "/v1/partners", shop), "name"));
        }
        Partners = names;
        await Eventually.Async(async () => (await Administrator.GetFromJsonAsync<JsonElement>("/v1/dashboards/funnel")).GetProperty("total").ToString() == $"{PartnerCount}", Soon, "Reporting knows all partners");
    }

    private static HttpClient Bearing(string token) => new() { BaseAddress = Rest, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
}
