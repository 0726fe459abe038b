using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Gateway.Edge;

namespace Qudao.Gateway.Tests;

/// <summary>
/// The OWASP API Security Top Ten (2023), one test each at the gateway's own door. What the services hold of it is proved for
/// every rpc in System.Tests/BadInput.
/// </summary>
public class OwaspTests
{
    private const string Password = "correct-horse-9";

    private GatewayUnderTest gateway = null!;
    private string adminToken = "";
    private HttpClient admin = null!;

    [SetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync();
        adminToken = await gateway.AdminTokenAsync();
        admin = gateway.Rest(adminToken, "en");
        foreach (var person in new[] { Somebody.At("gm", "js", "centre-general-manager"), Somebody.At("sales", "js", "salesperson"), Somebody.At("zj", "zj", "salesperson") })
            gateway.Backend.Staff[person.Name] = person;
    }

    [TearDown]
    public async Task Stop()
    {
        admin?.Dispose();
        if (gateway is not null)
            await gateway.DisposeAsync();
    }

    [Test]
    public async Task API1_another_centres_user_answers_like_nobody_on_every_rpc_about_users()
    {
        await gateway.HireAsync(adminToken, "gm", "gm", Password);
        var foreign = (await gateway.HireAsync(adminToken, "zj", "zj", Password)).GetProperty("name").GetString()!;
        var nobody = "users/01k0000000000000000000000z";
        var manager = gateway.Rest(await gateway.TokenAsync("gm", Password), "en");
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/sessions"), ("POST", "/sessions:revoke"), ("POST", ":resetPassword"), ("POST", ":resetSecondFactor"), ("POST", ":setRoles"), ("POST", ":disable"), ("POST", ":enable") })
        {
            var (there, nowhere) = (await AskAsync(manager, method, foreign + path), await AskAsync(manager, method, nobody + path));
            Assert.That(there.Replace(foreign, "{}", StringComparison.Ordinal), Is.EqualTo(nowhere.Replace(nobody, "{}", StringComparison.Ordinal)).And.StartsWith("404"), path);
        }
    }

    [Test]
    public async Task API2_guessing_is_locked_and_no_answer_tells_a_login_from_none()
    {
        await gateway.HireAsync(adminToken, "sales", "sales", Password);
        async Task<List<string>> GuessAsync(string login)
        {
            var answers = new List<string>();
            for (var i = 0; i < 6; i++)
                answers.Add(await AskAsync(gateway.Rest(), "POST", "sessions", new { login, password = $"guess number {i}" }));
            return answers;
        }

        Assert.That(await GuessAsync("sales"), Is.EqualTo(await GuessAsync("nobody")));
    }

    [Test]
    public async Task API3_what_is_output_only_cannot_be_written_and_no_secret_is_read()
    {
        using var made = await admin.PostAsJsonAsync("/v1/users", new { login = "sales", staff = "staff/sales", roles = new[] { "administrator" }, extraRoles = new[] { "administrator" }, scopePath = "/hq/", passwordTemporary = false });
        var user = await made.Content.ReadFromJsonAsync<JsonElement>();
        if (made.IsSuccessStatusCode)
            Assert.That((user.GetProperty("roles")[0].GetString(), user.GetProperty("extraRoles").GetArrayLength(), user.GetProperty("scopePath").GetString(), user.GetProperty("passwordTemporary").GetBoolean()),
                Is.EqualTo(("salesperson", 0, "/hq/js/", true)));
        else
            Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var users = await admin.GetStringAsync("/v1/users");
        Assert.That(users, Does.Not.Contain("hash").IgnoreCase.And.Not.Contain("AQAAAA"), "the hash of a password");
    }

    [Test]
    public async Task API4_what_costs_much_is_bounded_before_it_is_read()
    {
        Assert.Multiple(async () =>
        {
            Assert.That((await admin.PostAsync("/v1/users", new StringContent($"{{\"login\": \"{new string('x', 2 << 20)}\"}}", Encoding.UTF8, "application/json"))).StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
            Assert.That((await admin.PostAsync("/v1/users", new StringContent(new string('[', 5000), Encoding.UTF8, "application/json"))).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That((await (await admin.GetAsync("/v1/users?pageSize=1000000")).Content.ReadAsStringAsync()).Length, Is.LessThan(100_000));
        });
    }

    [Test]
    public async Task API5_who_may_only_read_changes_nothing_whichever_method_or_header_he_uses()
    {
        await gateway.HireAsync(adminToken, "sales", "sales", Password);
        var sales = gateway.Rest(await gateway.TokenAsync("sales", Password), "en");
        sales.DefaultRequestHeaders.Add("X-HTTP-Method-Override", "DELETE");
        sales.DefaultRequestHeaders.Add("X-Original-URL", "/v1/users");
        foreach (var (method, path) in new[] { ("GET", "users"), ("POST", "users"), ("GET", "roles"), ("POST", "roles"), ("DELETE", "roles/legal"), ("GET", "apiClients"), ("POST", "apiClients"), ("GET", "permissionMatrix"), ("GET", "gateway/auditEntries") })
            Assert.That(await AskAsync(sales, method, path, new { }), Does.StartWith("403").Or.StartWith("400"), $"{method} {path}");
    }

    [Test]
    public async Task API6_signing_in_by_the_thousand_is_stopped_for_that_address()
    {
        await using var limited = await GatewayUnderTest.StartAsync(new() { ["Gateway:SignInsPerMinute"] = "5" });
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
            answers.Add((await limited.SignInAsync($"login-{i}", "x")).StatusCode);
        Assert.That(answers.TakeLast(3), Has.All.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task API7_nothing_in_a_request_makes_the_gateway_call_an_address()
    {
        foreach (var path in new[] { "/v1/http://127.0.0.1:1/", "//127.0.0.1:1/v1/partners/x", "/v1/partners/x?url=http://127.0.0.1:1/", "/v1/partners/..%2f..%2f127.0.0.1" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Http + path));
            request.Headers.Host = "127.0.0.1:1";
            using var answer = await admin.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.NotFound), $"{path}: answered by the service that the path names, or by nobody");
        }
    }

    [Test]
    public async Task API8_every_answer_carries_what_a_browser_must_know_and_none_tells_what_serves_it()
    {
        foreach (var path in new[] { "/v1/me", "/v1/nothing", "/docs", "/openapi.json", "/livez" })
        {
            using var answer = await admin.GetAsync(path);
            Assert.Multiple(() =>
            {
                Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"), path);
                Assert.That(answer.Headers.Contains("Content-Security-Policy"), path);
                Assert.That(answer.Headers.Server, Is.Empty, path);
                Assert.That(answer.Headers.Contains("X-Powered-By"), Is.False, path);
                Assert.That(answer.Headers.Contains("Access-Control-Allow-Origin"), Is.False, path);
            });
        }
        using var trace = await admin.SendAsync(new HttpRequestMessage(HttpMethod.Trace, "/v1/me"));
        Assert.That((int)trace.StatusCode, Is.EqualTo(404).Or.EqualTo(405));
    }

    [Test]
    public void API9_nothing_is_served_that_is_not_in_the_contracts_or_listed_here()
    {
        string[] others = ["/livez", "/readyz", "/.well-known/jwks.json", "/oauth2/token", "/openapi.json", "/asyncapi.json", "/docs", "/docs/docs.css", "/docs/docs.js"];
        var served = gateway.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Distinct();
        var packages = Backends.Services.Select(service => $"/{service.FullName}/").Append("/grpc.health.v1.Health/").Append("/grpc.reflection.").ToList();
        Assert.That(served.Where(path => !path.StartsWith("/v1/", StringComparison.Ordinal) && !others.Contains(path) && !packages.Any(path.StartsWith) && !path.StartsWith("/{", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task API10_what_a_service_answers_is_passed_on_as_it_is_and_never_as_the_gateways_word()
    {
        using var answer = await admin.GetAsync("/v1/partners/x");
        var echo = await answer.Content.ReadFromJsonAsync<Echo>();
        Assert.Multiple(() =>
        {
            Assert.That(echo!.Headers["authorization"], Does.StartWith("Bearer ey").And.Not.Contain(adminToken), "the session's token goes no further");
            Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False);
        });
    }

    private static async Task<string> AskAsync(HttpClient rest, string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/{path}");
        if (method != "GET" && method != "DELETE")
            request.Content = JsonContent.Create(body ?? new { });
        using var answer = await rest.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return $"{(int)answer.StatusCode} {System.Text.RegularExpressions.Regex.Replace(text, "\"traceId\": *\"[0-9a-f]+\"", "")}";
    }
}
