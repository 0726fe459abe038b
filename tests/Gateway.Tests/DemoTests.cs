using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>Standalone with --demo: what a newcomer meets, and that it comes once, whatever happens in between.</summary>
public class DemoTests
{
    private const string Loaded = "The demonstration network is loaded";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly string[] Collections =
    [
        "organisations", "staff", "users", "partners", "surveys", "visits", "agreements", "numberBlocks", "courses", "trainingRequests", "tickets", "slaPolicies", "dailySales", "plans",
        "decompositions", "journals", "evaluations",
    ];

    private string folder = "";
    private StandaloneProcess demo = null!;

    private string UsersFile => Path.Combine(folder, "whole", "demo-users.txt");

    [OneTimeSetUp]
    public async Task Load()
    {
        folder = Directory.CreateTempSubdirectory("qudao-demo-").FullName;
        demo = new StandaloneProcess(Path.Combine(folder, "whole"), faults: false, "--demo");
        await demo.StartAsync();
        await SaidAsync(demo, Loaded);
    }

    [OneTimeTearDown]
    public async Task Leave()
    {
        await demo.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_salesperson_signs_in_with_the_password_of_the_file_and_sees_his_centres_partners()
    {
        var sales = await AsAsync("js.sales1");
        var partners = await AllAsync(sales, "partners");
        Assert.That(partners, Has.Count.GreaterThan(20));
        Assert.That(partners.Select(partner => partner.GetProperty("cityCode").GetString()!), Has.All.StartsWith("32"));
        using var wrong = await new HttpClient().PostAsJsonAsync(new Uri(demo.Http, "/v1/sessions"), new { login = "js.sales1", password = "js.sales1" });
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_dashboards_are_alive()
    {
        var boss = await AsAsync("hq.gm");
        var yesterday = DateTime.UtcNow.AddHours(8).AddDays(-1);
        var sales = await boss.GetFromJsonAsync<JsonElement>($"/v1/dailySales:summary?from={yesterday:yyyy-MM-dd}&to={yesterday:yyyy-MM-dd}");
        Assert.That(long.Parse(sales.GetProperty("quantity").GetString()!), Is.Positive);
        await Eventually.Async(async () =>
        {
            var figures = await boss.GetFromJsonAsync<JsonElement>("/v1/dashboards/network");
            var stages = figures.GetProperty("funnel").GetProperty("stages").EnumerateArray().ToDictionary(s => s.GetProperty("stage").GetString()!, s => long.Parse(s.GetProperty("count").GetString()!));
            var activity = figures.GetProperty("activity");
            return new[] { "surveyed", "target", "negotiating", "signed", "trained", "operating", "lost" }.All(stage => stages[stage] > 0)
                && stages.Values.Sum() == 490
                && figures.GetProperty("plans").GetProperty("plans").GetArrayLength() == 3
                && Number(figures.GetProperty("tickets").GetProperty("all"), "rated") > 5
                && Number(activity, "visitsReported") > 5
                && Number(activity, "trainingsHeld") > 3
                && figures.GetProperty("obligations").GetProperty("cells").GetArrayLength() > 10
                && Number(figures, "citiesHeld") == 6;
        }, Patience, "the first screen is full");
    }

    [Test]
    public async Task Every_form_has_something_in_it()
    {
        var gm = await AsAsync("js.gm");
        var month = $"{DateTime.UtcNow.AddHours(8):yyyy-MM}";
        var plans = await AllAsync(gm, "decompositions");
        Assert.That(plans.Select(plan => plan.GetProperty("state").GetString()).ToList(), Has.Count.EqualTo(4).And.All.EqualTo("DECOMPOSITION_STATE_ISSUED"));
        var journals = await AllAsync(gm, "journals");
        Assert.That(journals.Select(journal => journal.GetProperty("kind").GetString()).Distinct().Count(), Is.EqualTo(3));
        var evaluations = await AllAsync(gm, "evaluations");
        Assert.That(evaluations.Select(one => one.GetProperty("award").GetString()), Has.One.EqualTo("销售冠军"));
        Assert.That(evaluations.Count(one => one.GetProperty("feedback").GetString() != ""), Is.EqualTo(3));

        using var started = await gm.PostAsJsonAsync("/v1/forms:exportSet", new { organisation = "organisations/js", period = month });
        var operation = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString()!;
        await Eventually.Async(async () => (await gm.GetFromJsonAsync<JsonElement>($"/v1/{operation}")).GetProperty("done").GetBoolean(), Patience, "the forms are there");
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(await gm.GetByteArrayAsync($"/v1/{operation}/formSet:download")));
        foreach (var form in new[] { "附件一", "附件二", "附件三", "附件四", "附件五 工作日志", "附件五 周计划", "附件六", "总经理月报" })
            Assert.That(zip.Entries.Select(entry => entry.Name), Has.Some.StartsWith(form));
    }

    [Test]
    public async Task The_passwords_are_for_the_owners_eyes_and_the_trail_says_who_did_it()
    {
        var passwords = File.ReadLines(UsersFile).Skip(1).Select(line => line.Split(' ')[^1]).ToList();
        Assert.That(passwords, Is.Unique.And.All.Length.AtLeast(16));
        var log = await File.ReadAllTextAsync(Path.Combine(folder, "whole", "logs", "standalone.log"));
        Assert.That(passwords.Where(log.Contains), Is.Empty);
        Assert.That(log, Does.Contain(UsersFile));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(UsersFile), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));

        var admin = await AdminAsync(demo);
        var trail = await admin.GetFromJsonAsync<JsonElement>("/v1/dealer/auditEntries?resource=organisations/js");
        var entry = trail.GetProperty("auditEntries").EnumerateArray().Single();
        Assert.That((entry.GetProperty("actorName").GetString(), entry.GetProperty("source").GetString()), Is.EqualTo(("演示数据", "demo")));
    }

    [Test]
    public async Task A_second_start_says_that_it_is_there_and_changes_nothing()
    {
        var before = await CountsAsync(demo);
        await demo.StopAsync();
        await demo.StartAsync();
        await SaidAsync(demo, "The demonstration network is there already");
        Assert.That(await CountsAsync(demo), Is.EqualTo(before));
        Assert.That(demo.Server.Process.Output, Has.None.Contains("Demonstration network 1/"));
    }

    [Test]
    public async Task A_load_that_was_stopped_and_killed_goes_on_to_the_same_end()
    {
        await using var broken = new StandaloneProcess(Path.Combine(folder, "broken"), faults: false, "--demo");
        await broken.StartAsync();
        await SaidAsync(broken, "Demonstration network 3/");
        await broken.StopAsync();
        Assert.That(broken.Server.Process.Output, Has.One.Contains("Start with --demo again to go on."));
        foreach (var step in new[] { "4/", "5/", "8/" })
        {
            await broken.StartAsync();
            await SaidAsync(broken, $"Demonstration network {step}");
            await broken.KillAsync();
        }
        await broken.StartAsync();
        await SaidAsync(broken, Loaded);
        Assert.That(await CountsAsync(broken), Is.EqualTo(await CountsAsync(demo)));
        var funnel = await (await AdminAsync(broken)).GetFromJsonAsync<JsonElement>("/v1/dashboards/funnel");
        Assert.That(Number(funnel, "total"), Is.EqualTo(490), "no event was lost on the way");
    }

    [Test]
    public async Task A_network_that_is_not_the_demonstrations_is_left_alone_and_served()
    {
        var data = Path.Combine(folder, "own");
        await using (var own = new StandaloneProcess(data))
        {
            await own.StartAsync();
            var admin = await AdminAsync(own);
            using var made = await admin.PostAsJsonAsync("/v1/organisations?organisationId=js", new { displayName = "江苏中心", kind = "ORGANISATION_KIND_CENTRE", parent = "organisations/hq", provinceCode = "32" });
            Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            await own.StopAsync();
        }
        await using var again = new StandaloneProcess(data, faults: false, "--demo");
        await again.StartAsync();
        await SaidAsync(again, "This data folder holds a network already");
        Assert.That(File.Exists(Path.Combine(data, "demo-users.txt")), Is.False);
        await again.StopAsync();

        // Somebody was faster with the first centre while the load was interrupted.
        await File.WriteAllTextAsync(Path.Combine(data, "demo.json"), $$"""{"Begun":"{{DateTimeOffset.UtcNow:O}}"}""");
        await File.WriteAllTextAsync(Path.Combine(data, "demo-users.txt"), "login role name password\n");
        await again.StartAsync();
        await Eventually.Async(() => again.Server.Process.Output.Any(line => line.StartsWith("The demonstration network could not be loaded: AlreadyExists: The id \"js\" is taken", StringComparison.Ordinal)),
            Patience, "the reason is told");
        using var http = new HttpClient();
        Assert.That((await http.GetAsync(new Uri(again.Http, "/readyz"))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await again.StopAsync();
    }

    private static long Number(JsonElement element, string name) => long.Parse(element.GetProperty(name).GetString()!);

    private static Task SaidAsync(StandaloneProcess standalone, string text) => Eventually.Async(() =>
    {
        var output = standalone.Server.Process.Output;
        if (standalone.Server.Process.HasExited || output.Any(line => line.Contains("could not be loaded", StringComparison.Ordinal)))
            Assert.Fail(standalone.Server.Process.Tail());
        return output.Any(line => line.StartsWith(text, StringComparison.Ordinal));
    }, Patience, text);

    private static async Task<Dictionary<string, int>> CountsAsync(StandaloneProcess standalone)
    {
        var admin = await AdminAsync(standalone);
        var counts = new Dictionary<string, int>();
        foreach (var collection in Collections)
            counts[collection] = (await AllAsync(admin, collection)).Count;
        return counts;
    }

    private static async Task<List<JsonElement>> AllAsync(HttpClient client, string collection)
    {
        var all = new List<JsonElement>();
        for (var token = ""; ;)
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/v1/{collection}?pageSize=1000&pageToken={Uri.EscapeDataString(token)}");
            all.AddRange(page.GetProperty(collection).EnumerateArray());
            token = page.GetProperty("nextPageToken").GetString()!;
            if (token.Length == 0)
                return all;
        }
    }

    private static Task<HttpClient> AdminAsync(StandaloneProcess standalone) => SignInAsync(standalone, "admin", standalone.AdminPassword);

    private Task<HttpClient> AsAsync(string login) =>
        SignInAsync(demo, login, File.ReadLines(UsersFile).Single(line => line.StartsWith(login + " ", StringComparison.Ordinal)).Split(' ')[^1]);

    private static async Task<HttpClient> SignInAsync(StandaloneProcess standalone, string login, string password)
    {
        var client = new HttpClient { BaseAddress = standalone.Http };
        using var answer = await client.PostAsJsonAsync("/v1/sessions", new { login, password });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
