using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Qudao.Gateway.V1;

namespace Qudao.Gateway.Tests;

public class LimitsTests
{
    [Test]
    public async Task Who_asks_too_much_is_told_to_wait_and_nobody_else_is()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:RequestsPerSecond"] = "2" });
        var greedy = await gateway.AdminTokenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.Rest(greedy).GetAsync("/v1/partners/x")));
        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.That(refused, Is.Not.Empty);
        var problem = await refused[0].Content.ReadFromJsonAsync<JsonElement>();
        var overGrpc = Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
                await new UserService.UserServiceClient(gateway.Grpc(greedy)).GetCurrentUserAsync(new GetCurrentUserRequest());
        });
        Assert.Multiple(() =>
        {
            Assert.That(refused[0].Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero));
            Assert.That(problem.GetProperty("reason").GetString(), Is.EqualTo("RATE_LIMITED"));
            Assert.That(overGrpc!.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        });
        // Signing in has a bucket of its own, and so has another user.
        await gateway.AdminTokenAsync();
    }

    [Test]
    public async Task Signing_in_is_limited_for_each_address()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:SignInsPerMinute"] = "3" });
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await gateway.SignInAsync($"login{i}", "not the password");
            answers.Add(answer.StatusCode);
        }
        Assert.That(answers, Is.EqualTo(new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests }));
    }

    [TestCase("/v1/certificateVerifications/PX-JS-2026-0000", "/v1/calendars/guess")]
    [TestCase("/v1/calendars/guess", "/v1/certificateVerifications/PX-JS-2026-00001")]
    public async Task Guessing_at_certificates_or_calendars_is_limited_and_keeps_nobody_from_anything_else(string guessed, string other)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:PublicReadsPerMinute"] = "3" });
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await gateway.Rest().GetAsync($"{guessed}{i}");
            answers.Add(answer.StatusCode);
        }
        Assert.That(answers, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests }));
        Assert.That((await gateway.Rest().GetAsync(other)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await gateway.AdminTokenAsync();
    }

    [Test]
    public async Task Zero_turns_a_limit_off()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:RequestsPerSecond"] = "0", ["Gateway:Concurrency"] = "0" });
        var rest = gateway.Rest(await gateway.AdminTokenAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 1500).Select(_ => rest.GetAsync("/v1/partners/x")));
        Assert.That(answers.Select(answer => answer.StatusCode), Has.All.EqualTo(HttpStatusCode.OK));
    }
}
