using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Platform;

namespace Qudao.System.Tests.BadInput;

/// <summary>What the outer wall takes in: addresses, headers and connections that are too much, or that say what is not theirs to say.</summary>
public class EdgeTests
{
    private static string Administrator => Loaded.Network.Administrator;

    [TestCase("/v1/partners?query=", 9_000, 414)]
    [TestCase("/v1/partners/", 9_000, 414)]
    [TestCase("/v1/partners?query=", 100_000, 414)]
    public async Task An_address_that_is_too_long_is_refused(string path, int length, int status) =>
        Assert.That(await StatusOfAsync($"GET {path}{new string('a', length)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Administrator}\r\nConnection: close\r\n\r\n"), Is.EqualTo(status));

    [Test]
    public async Task Headers_that_are_too_many_or_too_large_are_refused()
    {
        Assert.That(await StatusOfAsync($"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: {new string('a', 20_000)}\r\n\r\n"), Is.EqualTo(431));
        Assert.That(await StatusOfAsync($"GET /livez HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n"))}\r\n"), Is.EqualTo(431));
    }

    [TestCase("GET / HTTP/1.1\r\n\r\n", TestName = "no host")]
    [TestCase("GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", TestName = "two hosts")]
    [TestCase("GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n", TestName = "a host with a space")]
    [TestCase("GET /livez HTTP/9.9\r\nHost: x\r\n\r\n", TestName = "another HTTP")]
    [TestCase("GET\r\n\r\n", TestName = "half a request line")]
    [TestCase("GET /v1/partners/%00 HTTP/1.1\r\nHost: x\r\n\r\n", TestName = "a NUL in the path")]
    [TestCase("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n", TestName = "a negative length")]
    [TestCase("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n", TestName = "two lengths")]
    [TestCase("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", TestName = "a chunk without length")]
    public async Task What_is_no_HTTP_is_the_callers_fault(string request) => Assert.That(await StatusOfAsync(request), Is.InRange(400, 499).Or.EqualTo(505));

    [TestCase("%ff", TestName = "no UTF-8 in the path")]
    [TestCase("%c0%80", TestName = "an overlong NUL in the path")]
    [TestCase("%e4%bd", TestName = "half a character in the path")]
    [TestCase("%zz", TestName = "no escape in the path")]
    [TestCase("..%2f..%2fetc%2fpasswd", TestName = "dots and slashes in the path")]
    [TestCase("a%0d%0aX-Evil:%201", TestName = "a line break in the path")]
    [TestCase("a'%20OR%201=1--", TestName = "SQL in the path")]
    public async Task A_name_in_the_path_that_is_none_is_named(string id)
    {
        var reply = await ParsedAsync($"GET /v1/partners/{id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Administrator}\r\nConnection: close\r\n\r\n");
        Assert.That(reply, Does.StartWith("HTTP/1.1 400 "));
        Assert.That(reply, Does.Contain("\"field\":\"name\"").And.Contain("BAD_").And.Not.Contain("X-Evil: 1"));
        Answers.AssertNothingChanged();
    }

    [TestCase("query=%ff", "query")]
    [TestCase("query=%00", "query")]
    [TestCase("query=a%0ab", "query")]
    [TestCase("query=%ed%a0%80", "query")]
    [TestCase("pageSize=%ff", "pageSize")]
    [TestCase("stage=5%00", "stage")]
    [TestCase("%ff=1", "%ff")]
    public async Task A_query_that_is_no_text_is_named(string query, string field)
    {
        var reply = await Loaded.Wire.RestAsync(new RestCall("GET", $"/v1/partners?{query}"), Administrator);
        Answers.AssertRefused(reply, Transport.Rest);
        Assert.That(reply.Fields, Is.EqualTo(new[] { field }), reply.Raw);
    }

    [TestCase("PUT", "/v1/partners")]
    [TestCase("DELETE", "/v1/partners/x")]
    [TestCase("PATCH", "/v1/visits/x:report")]
    [TestCase("TRACE", "/v1/partners")]
    [TestCase("BREW", "/v1/partners")]
    [TestCase("POST", "/livez")]
    public async Task Another_method_has_no_address(string method, string path)
    {
        var reply = await Loaded.Wire.RestAsync(new RestCall(method, path), Administrator);
        Assert.That((reply.Status, reply.Reason), Is.EqualTo((405, "METHOD_NOT_ALLOWED")).Or.EqualTo((404, "ROUTE_NOT_FOUND")), reply.Raw);
    }

    [Test]
    public async Task What_a_client_says_of_its_address_or_host_counts_for_nothing()
    {
        (string, string)[] lies = [("X-Forwarded-For", "6.6.6.6"), ("X-Real-IP", "6.6.6.6"), ("Forwarded", "for=6.6.6.6;host=evil"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("Host", "evil.example"), ("X-HTTP-Method-Override", "DELETE"), ("X-Original-URL", "/v1/users")];
        var who = Loaded.Network.Staff("js.trainer");
        var wrong = await Loaded.Wire.RestAsync(new RestCall("POST", "/v1/sessions", Encoding.UTF8.GetBytes("{\"login\": \"nobody.at.all\", \"password\": \"wrong\"}"), "application/json", lies), null);
        Assert.That(wrong.Status, Is.EqualTo(401), wrong.Raw);
        var reply = await Loaded.Wire.RestAsync(new RestCall("GET", $"/v1/{who}", Headers: lies), Administrator);
        Assert.That(reply.Status, Is.EqualTo(200), reply.Raw);
        Assert.That(reply.Raw, Does.Not.Contain("evil"));
        var trail = await Loaded.Network.As<Gateway.V1.OperationsService.OperationsServiceClient>("hq.administrator").ListAuditEntriesAsync(new ListAuditEntriesRequest { PageSize = 1000 });
        Assert.That(trail.AuditEntries.Select(entry => entry.Source).Distinct(), Is.SubsetOf(new[] { "127.0.0.1", "system" }));
        Assert.That(wrong.Raw, Does.Not.Contain("6.6.6.6"));
        // A failed sign-in is entered in the audit trail.
        Assert.That(Loaded.Databases.Changes().Where(table => !table.Contains(".audit:", StringComparison.Ordinal) && !table.Contains(".personal_exports:", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Metadata_that_is_too_large_is_refused_over_gRPC()
    {
        HttpRequestException? cut = null;
        Reply? reply = null;
        try
        {
            reply = await Loaded.Wire.GrpcAsync("/qudao.dealer.v1.PartnerService/ListPartners", Wire.Frame([]), Administrator, null, ("x-large", new string('a', 40_000)));
        }
        catch (HttpRequestException e)
        {
            cut = e;
        }
        Assert.That(cut is not null || reply!.Status == 431, reply?.Raw);
        Assert.That((await Loaded.Wire.GrpcAsync("/qudao.dealer.v1.PartnerService/ListPartners", Wire.Frame([]), Administrator)).Code, Is.EqualTo(StatusCode.OK), "others go on");
    }

    [TestCase("application/json")]
    [TestCase("application/grpc-web")]
    [TestCase("text/plain")]
    public async Task Another_content_type_is_no_gRPC(string type)
    {
        var reply = await Loaded.Wire.GrpcAsync("/qudao.dealer.v1.PartnerService/ListPartners", Wire.Frame([]), Administrator, null, ("content-type", type));
        Assert.That(reply.Code is not StatusCode.OK and not StatusCode.Internal, reply.Raw);
        Assert.That(reply.Status is 200 or (>= 400 and < 500), reply.Raw);
    }

    [TestCase("/qudao.dealer.v1.PartnerService/Nothing")]
    [TestCase("/qudao.dealer.v1.Nothing/GetPartner")]
    [TestCase("/nothing")]
    public async Task An_unknown_method_is_unimplemented_over_gRPC(string method)
    {
        var reply = await Loaded.Wire.GrpcAsync(method, Wire.Frame([]), Administrator);
        Assert.That(reply.Code, Is.EqualTo(StatusCode.Unimplemented), reply.Raw);
    }

    [TestCase("en", true)]
    [TestCase("en-GB,en;q=0.9", true)]
    [TestCase("fr, en;q=0.5, zh;q=0.1", true)]
    [TestCase("zh-CN;q=0.3, en;q=0.9", true)]
    [TestCase("zh-TW, en;q=0.9", false)]
    [TestCase("fr", false)]
    [TestCase("*", false)]
    [TestCase("english please", false)]
    [TestCase(";;;q=x", false)]
    [TestCase("", false)]
    public async Task The_language_is_what_the_caller_likes_best_of_ours(string accepted, bool english)
    {
        foreach (var reply in new[]
        {
            await Loaded.Wire.RestAsync(new RestCall("GET", "/v1/partners/01k"), Administrator, accepted),
            await Loaded.Wire.GrpcAsync("/qudao.dealer.v1.PartnerService/GetPartner", new Dealer.V1.GetPartnerRequest { Name = "partners/01k" }, Administrator, accepted),
        })
            Assert.That(reply.Message.Contains("not found", StringComparison.Ordinal), Is.EqualTo(english), reply.Raw);
    }

    private static async Task<int> StatusOfAsync(string request)
    {
        var reply = await ParsedAsync(request);
        Assert.That(reply, Does.StartWith("HTTP/1.1 "));
        return int.Parse(reply.Split(' ')[1]);
    }

    /// <summary>What the port of HTTP/1.1 answers to these characters; read until it closes, or has said all it announced.</summary>
    private static async Task<string> ParsedAsync(string request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Loaded.Http.Port, limit.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(limit.Token);
    }
}
