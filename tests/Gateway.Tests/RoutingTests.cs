using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.IdentityModel.JsonWebTokens;
using Qudao.Dealer.V1;
using Qudao.Gateway.Edge;
using Qudao.Platform;

namespace Qudao.Gateway.Tests;

public class RoutingTests
{
    private GatewayUnderTest gateway = null!;
    private string token = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync();
        token = await gateway.AdminTokenAsync();
    }

    [OneTimeTearDown]
    public async Task Stop() => await gateway.DisposeAsync();

    /// <summary>Every rpc of the contracts but the gateway's own, by its REST path with "x" in every variable.</summary>
    public static IEnumerable<TestCaseData> EveryPath() =>
        from service in Backends.Services
        where !service.FullName.StartsWith("qudao.gateway.", StringComparison.Ordinal)
        from method in service.Methods
        let rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http)
        where rule is not null
        select new TestCaseData(VerbOf(rule), PathOf(rule)).SetArgDisplayNames(method.FullName);

    [TestCaseSource(nameof(EveryPath))]
    public async Task Every_rpc_has_a_route(string verb, string path)
    {
        using var answer = await gateway.Rest(token).SendAsync(new HttpRequestMessage(new HttpMethod(verb), path));
        var echo = await answer.Content.ReadFromJsonAsync<Echo>();
        Assert.That((echo!.Method, echo.Path), Is.EqualTo((verb, path)));
    }

    [Test]
    public void Every_service_behind_the_gateway_has_routes() =>
        Assert.That(Backends.Routes().Select(route => route.ClusterId).Distinct(), Is.EquivalentTo(Backends.All.Select(backend => backend.Name)));

    [Test]
    public async Task Services_get_a_short_lived_token_of_the_gateway_and_nothing_the_client_says_of_itself()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/partners/x");
        foreach (var header in new[] { "X-Forwarded-For", "X-Real-IP", "Forwarded", "Cookie", "X-User", "X-Forwarded-Prefix" })
            request.Headers.TryAddWithoutValidation(header, "somebody=else");
        using var answer = await gateway.Rest(token, "en").SendAsync(request);
        var echo = (await answer.Content.ReadFromJsonAsync<Echo>())!;
        var bearer = new JsonWebToken(echo.Headers["authorization"]["Bearer ".Length..]);
        Assert.Multiple(() =>
        {
            Assert.That(echo.Headers.Keys, Has.None.StartsWith("x-forwarded").And.None.EqualTo("cookie").And.None.EqualTo("forwarded").And.None.EqualTo("x-real-ip").And.None.EqualTo("x-user"));
            Assert.That(echo.Headers["accept-language"], Is.EqualTo("en"));
            Assert.That(echo.Headers["authorization"], Does.Not.Contain(token));
            Assert.That(bearer.Alg, Is.EqualTo("ES256"));
            Assert.That(bearer.ValidTo - bearer.ValidFrom, Is.EqualTo(TimeSpan.FromMinutes(5)));
            Assert.That(bearer.GetPayloadValue<string>(TokenClaims.ScopePath), Is.EqualTo("/hq/"));
            Assert.That(bearer.GetPayloadValue<string[]>(TokenClaims.Roles), Is.EqualTo(new[] { "administrator" }));
            Assert.That(bearer.GetPayloadValue<string>(TokenClaims.Source), Does.Contain("127.0.0.1"));
        });
    }

    [Test]
    public async Task A_session_keeps_its_service_token_until_that_runs_out()
    {
        await using var own = await GatewayUnderTest.StartAsync();
        var rest = own.Rest(await own.AdminTokenAsync());
        var first = await BearerAsync(rest);
        Assert.That(await BearerAsync(rest), Is.EqualTo(first));
        await own.MoveClockAsync(TimeSpan.FromMinutes(4.5));
        var second = await BearerAsync(rest);
        await own.MoveClockAsync(TimeSpan.Zero);
        var back = await BearerAsync(rest);
        Assert.Multiple(() =>
        {
            Assert.That(second, Is.Not.EqualTo(first));
            Assert.That(new JsonWebToken(back["Bearer ".Length..]).ValidFrom, Is.LessThan(DateTime.UtcNow.AddSeconds(1)), "a clock that was set back gets a token that is valid already");
        });

        static async Task<string> BearerAsync(HttpClient rest) => (await rest.GetFromJsonAsync<Echo>("/v1/partners/x"))!.Headers["authorization"];
    }

    [Test]
    public async Task Without_sign_in_a_request_goes_on_as_nobodys_and_the_service_decides()
    {
        var echo = await gateway.Rest().GetFromJsonAsync<Echo>("/v1/partners/x");
        Assert.That(echo!.Headers.Keys, Has.None.EqualTo("authorization"));
    }

    [TestCase("Bearer no-such-token")]
    [TestCase("Basic YWRtaW46YWRtaW4=")]
    [TestCase("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.")]
    public async Task What_is_no_session_of_ours_goes_nowhere(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/partners/x");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await gateway.Rest().SendAsync(request);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(problem.GetProperty("reason").GetString(), Is.EqualTo("SESSION_INVALID"));
            Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo("登录已失效，请重新登录。"));
        });
    }

    [Test]
    public async Task The_services_own_token_is_no_way_in_either()
    {
        var echo = await gateway.Rest(token).GetFromJsonAsync<Echo>("/v1/partners/x");
        using var answer = await gateway.Rest(echo!.Headers["authorization"]["Bearer ".Length..]).GetAsync("/v1/partners/x");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("/v1/nothing-of-the-kind", 401, 404)]
    [TestCase("/", 401, 404)]
    [TestCase("/livez", 200, 200)]
    [TestCase("/readyz", 200, 200)]
    [TestCase("/openapi.json", 200, 200)]
    [TestCase("/docs", 200, 200)]
    [TestCase("/.well-known/jwks.json", 200, 200)]
    [TestCase("/v1/users", 401, 200)]
    [TestCase("/v1/gateway/events", 401, 200)]
    public async Task Without_sign_in_nothing_answers_but_what_must(string path, int nobody, int administrator)
    {
        Assert.Multiple(async () =>
        {
            Assert.That((int)(await gateway.Rest().GetAsync(path)).StatusCode, Is.EqualTo(nobody), "without sign-in");
            Assert.That((int)(await gateway.Rest(token).GetAsync(path)).StatusCode, Is.EqualTo(administrator), "signed in");
        });
    }

    [Test]
    public async Task Grpc_goes_through_with_the_callers_token_and_comes_back_with_its_status()
    {
        gateway.Backend.Staff["staff/wang"] = Somebody.At("wang", "js", "salesperson");
        var client = new StaffService.StaffServiceClient(gateway.Grpc(token));
        var found = await client.GetStaffAsync(new GetStaffRequest { Name = "staff/wang" });
        var missing = Assert.ThrowsAsync<RpcException>(async () => await client.GetStaffAsync(new GetStaffRequest { Name = "staff/li" }));
        Assert.Multiple(() =>
        {
            Assert.That(found.DisplayName, Is.EqualTo("员工wang"));
            Assert.That(missing!.StatusCode, Is.EqualTo(StatusCode.NotFound));
            Assert.That(missing.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason, Is.EqualTo("NOT_FOUND"));
        });
    }

    [Test]
    public void Grpc_of_no_service_is_unimplemented_and_only_told_who_signed_in()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Call(token), Is.EqualTo(StatusCode.Unimplemented));
            Assert.That(Call(null), Is.EqualTo(StatusCode.Unauthenticated));
        });

        StatusCode Call(string? who)
        {
            var empty = Marshallers.Create(_ => Array.Empty<byte>(), bytes => bytes);
            var method = new Method<byte[], byte[]>(MethodType.Unary, "qudao.nothing.v1.Nothing", "Do", empty, empty);
            return Assert.Throws<RpcException>(() => gateway.Grpc(who).BlockingUnaryCall(method, null, new CallOptions(), []))!.StatusCode;
        }
    }

    [Test]
    public async Task A_body_may_be_as_large_as_its_kind_allows()
    {
        var rest = gateway.Rest(token);
        using var json = await rest.PostAsync("/v1/partners/x", Content(Rest.MaxJson + 1, "application/json"));
        using var largest = await rest.PostAsync("/v1/partners/x", Content(Rest.MaxJson, "application/json"));
        using var file = await rest.PostAsync("/v1/partners/x", Content(Rest.MaxFile, "application/octet-stream"));
        using var tooLarge = await rest.PostAsync("/v1/partners/x", Content(Rest.MaxFile + 1, "application/octet-stream"));
        using var unsaid = await rest.PostAsync("/v1/partners/x", new Unsaid(Rest.MaxJson + 1));
        Assert.Multiple(async () =>
        {
            Assert.That(json.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
            Assert.That((await largest.Content.ReadFromJsonAsync<Echo>())!.Length, Is.EqualTo(Rest.MaxJson));
            Assert.That((await file.Content.ReadFromJsonAsync<Echo>())!.Length, Is.EqualTo(Rest.MaxFile));
            Assert.That(tooLarge.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
            Assert.That(await tooLarge.Content.ReadAsStringAsync(), Does.Contain("PAYLOAD_TOO_LARGE"));
            Assert.That(unsaid.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge), "without a Content-Length");
            Assert.That(await unsaid.Content.ReadAsStringAsync(), Does.Contain("PAYLOAD_TOO_LARGE"));
        });

        static ByteArrayContent Content(int length, string type) => new(new byte[length]) { Headers = { ContentType = new(type) } };
    }

    [Test]
    public async Task Too_many_headers_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/partners/x");
        request.Headers.TryAddWithoutValidation("X-Long", new string('x', 20_000));
        using var answer = await gateway.Rest(token).SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestHeaderFieldsTooLarge));
    }

    [TestCase("/livez")]
    [TestCase("/v1/partners/x")]
    [TestCase("/v1/me")]
    [TestCase("/nothing")]
    [TestCase("/docs")]
    public async Task Every_answer_carries_what_a_browser_must_know(string path)
    {
        foreach (var who in new[] { null, token })
        {
            using var answer = await gateway.Rest(who).GetAsync(path);
            string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
            Assert.Multiple(() =>
            {
                Assert.That(Header("Content-Security-Policy"), Does.StartWith("default-src 'self'").And.Contain("frame-ancestors 'none'").And.Not.Contain("unsafe"));
                Assert.That(Header("X-Content-Type-Options"), Is.EqualTo("nosniff"));
                Assert.That(Header("Referrer-Policy"), Is.EqualTo("no-referrer"));
                Assert.That(Header("X-Request-Id"), Does.Match("^[0-9a-f]{32}$"));
                Assert.That(Header("Server"), Is.Empty);
            });
        }
    }

    [Test]
    public async Task The_document_of_the_api_and_reflection_tell_of_every_service_without_sign_in()
    {
        var document = await gateway.Rest().GetFromJsonAsync<JsonElement>("/openapi.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        using var call = new ServerReflection.ServerReflectionClient(gateway.Grpc()).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.ResponseStream.MoveNext(CancellationToken.None);
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name);
        await call.RequestStream.CompleteAsync();
        Assert.Multiple(() =>
        {
            Assert.That(paths, Does.Contain("/v1/sessions").And.Contain("/v1/partners").And.Contain("/v1/tickets").And.Contain("/v1/courses"));
            Assert.That(services, Is.SupersetOf(Backends.Services.Select(service => service.FullName)));
        });
    }

    [Test]
    public async Task The_page_of_the_api_asks_nobody_else_for_anything()
    {
        foreach (var path in new[] { "/docs", "/docs/docs.js", "/docs/docs.css" })
        {
            var text = await gateway.Rest().GetStringAsync(path);
            Assert.That(text, Does.Not.Contain("//").IgnoreCase.Or.Not.Match("(https?:)?//[a-z]"), path);
            Assert.That(text, Does.Not.Contain("innerHTML").And.Not.Match("<script>|<style>| style=| on[a-z]+="), $"{path}: allowed by the content security policy");
        }
    }

    private static string VerbOf(HttpRule rule) => rule.PatternCase.ToString().ToUpperInvariant();

    private static string PathOf(HttpRule rule)
    {
        var pattern = rule.Get + rule.Post + rule.Put + rule.Patch + rule.Delete;
        var path = new StringBuilder();
        foreach (var part in pattern.Split('{', '}').Select((text, i) => (text, IsVariable: i % 2 == 1)))
            path.Append(part.IsVariable ? part.text[(part.text.IndexOf('=', StringComparison.Ordinal) + 1)..] : part.text);
        return path.Replace('*', 'x').ToString();
    }

    /// <summary>JSON whose length is not said beforehand.</summary>
    private sealed class Unsaid : HttpContent
    {
        private readonly int length;

        public Unsaid(int length)
        {
            this.length = length;
            Headers.ContentType = new("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[length]).AsTask();

        protected override bool TryComputeLength(out long computed)
        {
            computed = 0;
            return false;
        }
    }
}
