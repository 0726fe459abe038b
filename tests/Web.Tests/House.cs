using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Web.Tests;

/// <summary>Standalone with the demonstration network and the console, and one browser: for all tests together.</summary>
[SetUpFixture]
public sealed class House
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly HttpClient Client = new();
    private static Dictionary<string, string> _passwords = [];
    private static string _folder = "";
    private static IPlaywright? _playwright;

    /// <summary>Where services/Web was built.</summary>
    public static string Dist { get; } = Path.Combine(Repository.Root, "services", "Web", "dist");

    /// <summary>Pictures of the main screens, kept with the build.</summary>
    public static string Screens { get; } = Directory.CreateDirectory(Path.Combine(Repository.Root, ".artifacts", "screens")).FullName;

    public static StandaloneProcess Process { get; private set; } = null!;

    public static IBrowser Browser { get; private set; } = null!;

    public static Uri Address => Process.Http;

    [OneTimeSetUp]
    public async Task Start()
    {
        var chromium = Needs.Chromium();
        if (!File.Exists(Path.Combine(Dist, "index.html")))
            Assert.Ignore("The console is not built: sh build.ps1 build, with Node 20 or later.");
        _folder = Directory.CreateTempSubdirectory("qudao-web-").FullName;
        Process = new StandaloneProcess(_folder, faults: false, "--demo");
        Process.Server.Environment["Gateway__Console"] = Dist;
        // Each test signs in, from one address.
        Process.Server.Environment["Gateway__SignInsPerMinute"] = "0";
        // Receivers of webhooks are the tests themselves.
        Process.Server.Environment["Webhooks__AllowHttp"] = "true";
        Process.Server.Environment["Webhooks__AllowPrivateAddresses"] = "true";
        await Process.StartAsync();
        await Eventually.Async(() => Task.FromResult(Process.Server.Process.Output.Any(line => line.Contains("The demonstration network is loaded", StringComparison.Ordinal))), Patience, "the demonstration network is loaded");
        _passwords = File.ReadLines(Path.Combine(_folder, "demo-users.txt")).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(words => words[0], words => words[^1]);
        _playwright = await Playwright.CreateAsync();
        // Patience, not a wait: what is there already is not waited for.
        Assertions.SetDefaultExpectTimeout(30_000);
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=zh-CN"],
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (Process is not null)
            await Process.DisposeAsync();
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The password of somebody of the demonstration network, or of the first administrator.</summary>
    public static string PasswordOf(string login) => login == "admin" ? Process.AdminPassword : _passwords[login];

    /// <summary>Signs somebody in over REST.</summary>
    public static async Task<string> TokenOfAsync(string login)
    {
        using var answer = await Client.PostAsJsonAsync(new Uri(Address, "/v1/sessions"), new { login, password = PasswordOf(login) });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    /// <summary>Tries to sign somebody in with a wrong password.</summary>
    public static async Task GuessAsync(string login)
    {
        using var answer = await Client.PostAsJsonAsync(new Uri(Address, "/v1/sessions"), new { login, password = "a guess" });
        Assert.That(answer.StatusCode, Is.EqualTo(System.Net.HttpStatusCode.Unauthorized));
    }

    /// <summary>What REST answers somebody.</summary>
    public static async Task<JsonElement> GetAsync(string login, string path) => await ReadAsync(HttpMethod.Get, path, await TokenOfAsync(login));

    /// <summary>Changes something as somebody at another place would.</summary>
    public static async Task<JsonElement> PatchAsync(string login, string path, object body) => await ReadAsync(HttpMethod.Patch, path, await TokenOfAsync(login), JsonContent.Create(body));

    /// <summary>What REST answers whoever comes with this token, key or secret.</summary>
    public static async Task<JsonElement> ReadAsync(HttpMethod method, string path, string? token, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var answer = await Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>What REST answers somebody who sends something.</summary>
    public static async Task<JsonElement> PostAsync(string login, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Headers = { Authorization = new("Bearer", await TokenOfAsync(login)) }, Content = JsonContent.Create(body) };
        using var answer = await Client.SendAsync(request);
        Assert.That(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Ends the session of a token, as if it had run out.</summary>
    public static async Task EndAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(Address, "/v1/sessions/current")) { Headers = { Authorization = new("Bearer", token) } };
        using var answer = await Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }
}
