using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Qudao.Gateway.Issuer;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>Sign-in through a company's own issuer, and every way in which it must not succeed.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class IssuerTests(DatabaseUnderTest database)
{
    private SmallIssuer issuer = null!;
    private GatewayUnderTest gateway = null!;
    private string secretFile = "";

    [SetUp]
    public async Task Start()
    {
        issuer = await SmallIssuer.StartAsync();
        secretFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(secretFile, SmallIssuer.Secret + "\n");
        var port = FreePort.Next();
        gateway = await GatewayUnderTest.StartAsync(new()
        {
            ["Gateway:Http"] = $"http://127.0.0.1:{port}",
            ["Oidc:Issuer"] = issuer.Address,
            ["Oidc:ClientId"] = SmallIssuer.ClientId,
            ["Oidc:ClientSecretFile"] = secretFile,
            ["Oidc:PublicAddress"] = $"http://127.0.0.1:{port}",
        }, database: database);
        gateway.Backend.Staff["staff/sales"] = Somebody.At("sales", "js", "salesperson");
        using var made = await gateway.Rest(await gateway.AdminTokenAsync()).PostAsJsonAsync("/v1/users", new { login = "sales", staff = "staff/sales" });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TearDown]
    public async Task Stop()
    {
        if (gateway is not null)
            await gateway.DisposeAsync();
        await issuer.DisposeAsync();
        File.Delete(secretFile);
    }

    [Test]
    public async Task Who_signs_in_there_has_a_session_here_and_goes_on_where_he_wanted_to()
    {
        using var browser = new Browser(gateway.Http);
        using var last = await browser.GoAsync("/signin/oidc?returnTo=/console/partners?tab=1");
        var target = last.Headers.Location!.OriginalString;
        Assert.That(target, Does.StartWith("/console/partners?tab=1#token=qdu_"));
        var me = await gateway.Rest(TokenOf(target)).GetFromJsonAsync<JsonElement>("/v1/me");
        Assert.That(me.GetProperty("login").GetString(), Is.EqualTo("sales"));
        Assert.That((await gateway.Rest(TokenOf(target)).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.OK), "the password given here is not asked about");
        var trail = await gateway.Rest(await gateway.AdminTokenAsync()).GetStringAsync($"/v1/gateway/auditEntries?resource={me.GetProperty("name").GetString()}");
        Assert.That(trail, Does.Contain("session.create").And.Contain("127.0.0.1").And.Not.Contain(TokenOf(target)));
    }

    [Test]
    public async Task An_answer_comes_back_once_and_only_to_the_browser_that_asked()
    {
        using var browser = new Browser(gateway.Http);
        var callback = await browser.UntilCallbackAsync("/signin/oidc");
        using var stranger = new Browser(gateway.Http);
        Assert.That((await stranger.GetAsync(callback)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "another's link signs nobody in");
        Assert.That((await browser.GetAsync(callback)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "and is used up");

        var next = await browser.UntilCallbackAsync("/signin/oidc");
        Assert.That((await browser.GetAsync(next)).StatusCode, Is.EqualTo(HttpStatusCode.Found));
        Assert.That((await browser.GetAsync(next)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        using var invented = await browser.GetAsync(new Uri($"{gateway.Http}/signin/oidc/callback?code=x&state=y"));
        Assert.That(invented.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Who_takes_longer_than_ten_minutes_begins_again()
    {
        using var browser = new Browser(gateway.Http);
        var callback = await browser.UntilCallbackAsync("/signin/oidc");
        await gateway.MoveClockAsync(TimeSpan.FromMinutes(11));
        Assert.That((await browser.GetAsync(callback)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("nonce")]
    [TestCase("audience")]
    [TestCase("issuer")]
    [TestCase("expired")]
    [TestCase("key")]
    [TestCase("hmac")]
    [TestCase("claim")]
    public async Task A_token_that_is_not_what_it_must_be_signs_nobody_in(string lie)
    {
        using var other = RSA.Create(2048);
        issuer.Lie = token =>
        {
            switch (lie)
            {
                case "nonce": token.Claims["nonce"] = "another"; break;
                case "audience": token.Audience = "another"; break;
                case "issuer": token.Issuer = "https://another.example"; break;
                case "expired": (token.NotBefore, token.IssuedAt, token.Expires) = (DateTime.UtcNow.AddHours(-2), DateTime.UtcNow.AddHours(-2), DateTime.UtcNow.AddHours(-1)); break;
                case "key": token.SigningCredentials = new SigningCredentials(new RsaSecurityKey(other) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256); break;
                case "hmac": token.SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(new byte[32]) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256); break;
                default: token.Claims.Remove("preferred_username"); break;
            }
        };
        using var browser = new Browser(gateway.Http);
        using var last = await browser.GoAsync("/signin/oidc");
        Assert.That(last.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), await last.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task Who_has_no_user_here_or_a_disabled_one_is_told_so()
    {
        using var browser = new Browser(gateway.Http);
        issuer.Login = "nobody";
        Assert.That((await browser.GoAsync("/signin/oidc")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        var admin = gateway.Rest(await gateway.AdminTokenAsync());
        var user = (await admin.GetFromJsonAsync<JsonElement>("/v1/users")).GetProperty("users").EnumerateArray().Single(each => each.GetProperty("login").GetString() == "sales").GetProperty("name").GetString();
        await admin.PostAsJsonAsync($"/v1/{user}:disable", new { });
        issuer.Login = "sales";
        Assert.That((await browser.GoAsync("/signin/oidc")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task An_issuer_that_is_away_is_not_the_houses_failure_and_a_house_without_one_has_no_such_door()
    {
        await issuer.DisposeAsync();
        using var browser = new Browser(gateway.Http);
        Assert.That((await browser.GetAsync(new Uri($"{gateway.Http}/signin/oidc"))).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        await using var without = await GatewayUnderTest.StartAsync();
        Assert.That((await without.Rest(await without.AdminTokenAsync()).GetAsync("/signin/oidc")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("//evil.example")]
    [TestCase("/\\evil.example")]
    [TestCase("https://evil.example/")]
    [TestCase("javascript:alert(1)")]
    [TestCase("/%0d%0aSet-Cookie:a=b")]
    [TestCase("/\t/evil.example")]
    [TestCase("/a#b")]
    [TestCase("evil.example")]
    public async Task Nobody_is_sent_to_another_house(string path)
    {
        var decoded = Uri.UnescapeDataString(path);
        Assert.That(IssuerRules.IsOwnPath(decoded), Is.False);
        using var browser = new Browser(gateway.Http);
        using var answer = await browser.GetAsync(new Uri($"{gateway.Http}/signin/oidc?returnTo={Uri.EscapeDataString(decoded)}"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static string TokenOf(string target) => target.Split("#token=")[1].Split('&')[0];

    /// <summary>Keeps cookies, and follows redirects until it is back for good.</summary>
    private sealed class Browser(string house) : IDisposable
    {
        private readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false });

        public Task<HttpResponseMessage> GetAsync(Uri address) => http.GetAsync(address);

        /// <summary>Where the issuer sends it back to.</summary>
        public async Task<Uri> UntilCallbackAsync(string path)
        {
            using var begun = await http.GetAsync(new Uri(house + path));
            Assert.That(begun.StatusCode, Is.EqualTo(HttpStatusCode.Found), await begun.Content.ReadAsStringAsync());
            using var there = await http.GetAsync(begun.Headers.Location);
            return there.Headers.Location!;
        }

        public async Task<HttpResponseMessage> GoAsync(string path) => await http.GetAsync(await UntilCallbackAsync(path));

        public void Dispose() => http.Dispose();
    }
}
