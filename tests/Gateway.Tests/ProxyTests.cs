using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Qudao.Gateway.Edge;

namespace Qudao.Gateway.Tests;

/// <summary>Whose word counts for a client's address, and what a client is told of its limit.</summary>
public class ProxyTests
{
    [TestCase("10.1.2.3", "6.6.6.6", ExpectedResult = "6.6.6.6")]
    [TestCase("10.1.2.3", "1.1.1.1, 6.6.6.6", ExpectedResult = "6.6.6.6", Description = "what stands before it anybody could have written")]
    [TestCase("10.1.2.3", "6.6.6.6, 10.9.9.9", ExpectedResult = "6.6.6.6", Description = "through two of ours")]
    [TestCase("10.1.2.3", "10.4.4.4", ExpectedResult = "10.4.4.4")]
    [TestCase("10.1.2.3", "nonsense", ExpectedResult = "10.1.2.3")]
    [TestCase("10.1.2.3", "6.6.6.6, nonsense", ExpectedResult = "10.1.2.3")]
    [TestCase("10.1.2.3", "", ExpectedResult = "10.1.2.3")]
    [TestCase("::ffff:10.1.2.3", "2001:db8::1", ExpectedResult = "2001:db8::1")]
    [TestCase("192.168.7.7", "6.6.6.6", ExpectedResult = "6.6.6.6", Description = "one address alone")]
    [TestCase("192.168.7.8", "6.6.6.6", ExpectedResult = "192.168.7.8")]
    [TestCase("7.7.7.7", "6.6.6.6", ExpectedResult = "7.7.7.7")]
    public string The_address_is_the_last_that_is_no_proxys(string from, string told)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Gateway:TrustedProxies", "10.0.0.0/8, 192.168.7.7")]).Build();
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(from);
        http.Request.Headers["X-Forwarded-For"] = told;
        new TrustedProxies(configuration).Look(http);
        return http.Connection.RemoteIpAddress.ToString();
    }

    [Test]
    public async Task Behind_a_proxy_the_clients_own_address_is_limited_and_audited_and_no_service_is_told_the_header()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:TrustedProxies"] = "127.0.0.1", ["Gateway:SignInsPerMinute"] = "2" });
        async Task<HttpStatusCode> SignInAsync(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sessions") { Content = JsonContent.Create(new { login = "admin", password = gateway.AdminPassword }) };
            request.Headers.Add("X-Forwarded-For", address);
            using var answer = await gateway.Rest().SendAsync(request);
            return answer.StatusCode;
        }

        var one = new[] { await SignInAsync("6.6.6.1"), await SignInAsync("6.6.6.1"), await SignInAsync("6.6.6.1") };
        Assert.That(one, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests }));
        Assert.That(await SignInAsync("6.6.6.2"), Is.EqualTo(HttpStatusCode.OK), "another's bucket is full");
        var rest = gateway.Rest(await gateway.AdminTokenAsync());
        Assert.That(await rest.GetStringAsync("/v1/gateway/auditEntries"), Does.Contain("6.6.6.1").And.Contain("6.6.6.2"));
        rest.DefaultRequestHeaders.Add("X-Forwarded-For", "6.6.6.3");
        var echo = await rest.GetFromJsonAsync<Echo>("/v1/partners/x");
        Assert.That(echo!.Headers.Keys, Does.Not.Contain("x-forwarded-for"));
    }

    [Test]
    public async Task A_client_is_told_how_large_its_bucket_is_and_what_is_left()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:RequestsPerSecond"] = "5" });
        var rest = gateway.Rest(await gateway.AdminTokenAsync());
        using var answer = await rest.GetAsync("/v1/partners/x");
        Assert.Multiple(() =>
        {
            Assert.That(answer.Headers.GetValues("RateLimit-Policy").Single(), Is.EqualTo("\"requests\";q=10;w=1"));
            Assert.That(answer.Headers.GetValues("RateLimit").Single(), Does.Match("^\"requests\";r=[0-9];t=1$"));
        });
    }
}
