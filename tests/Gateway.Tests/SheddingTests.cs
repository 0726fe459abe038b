using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Dealer.V1;
using Qudao.Gateway.Edge;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>A saturated house, made so by a service that answers when it is told to.</summary>
public class SheddingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_saturated_house_turns_away_and_still_tells_that_it_lives_and_lets_people_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:Concurrency"] = "2", ["Gateway:ConcurrencyPerCaller"] = "2", ["Gateway:Queue"] = "1", ["Gateway:QueueSeconds"] = "300" });
        var admin = await gateway.AdminTokenAsync();
        var (one, other) = (await gateway.UserAsync(admin, "one", "js", "salesperson"), await gateway.UserAsync(admin, "other", "js", "salesperson"));
        var seats = gateway.Services.GetRequiredService<Shedding>().Requests;
        var held = new[] { one, admin }.Select(token => gateway.Rest(token).GetAsync("/v1/partners/hang")).ToList();
        await Eventually.Async(() => seats.Taken == 2, Patience, "every seat is taken");
        held.Add(gateway.Rest(other).GetAsync("/v1/partners/hang"));
        await Eventually.Async(() => seats.Waiting == 1, Patience, "the queue is full");

        using var refused = await gateway.Rest(one, "en").GetAsync("/v1/partners/x");
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        var overGrpc = Assert.ThrowsAsync<RpcException>(async () => await new StaffService.StaffServiceClient(gateway.Grpc(one)).GetStaffAsync(new GetStaffRequest { Name = "staff/wang" }));
        var health = await new Health.HealthClient(gateway.Grpc()).CheckAsync(new HealthCheckRequest());
        Assert.Multiple(async () =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(refused.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(problem.GetProperty("reason").GetString(), Is.EqualTo("OVERLOADED"));
            Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo("The system is busy; try again later."));
            Assert.That(overGrpc!.StatusCode, Is.EqualTo(StatusCode.Unavailable));
            Assert.That(overGrpc.GetRpcStatus()?.GetDetail<Google.Rpc.RetryInfo>()?.RetryDelay.Seconds, Is.EqualTo(1));
            foreach (var path in new[] { "/livez", "/readyz", "/.well-known/jwks.json" })
                Assert.That((await gateway.Rest().GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
            Assert.That(health.Status, Is.EqualTo(HealthCheckResponse.Types.ServingStatus.Serving));
            Assert.That((await gateway.SignInAsync("one", "correct-horse-9")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((seats.Taken, seats.Waiting), Is.EqualTo((2, 1)));
        });

        gateway.Backend.Release.SetResult();
        foreach (var answer in await Task.WhenAll(held))
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), "who had a seat or a place in the queue is served");
        await Eventually.Async(() => seats.Taken == 0, Patience, "every seat is free again");
    }

    [Test]
    public async Task One_client_that_is_slow_a_hundred_times_keeps_no_other_from_being_served()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:Concurrency"] = "8", ["Gateway:Queue"] = "4", ["Gateway:QueueSeconds"] = "300", ["Gateway:RequestsPerSecond"] = "0" });
        var admin = await gateway.AdminTokenAsync();
        var (greedy, other) = (await gateway.UserAsync(admin, "greedy", "js", "salesperson"), await gateway.UserAsync(admin, "other", "js", "salesperson"));
        var seats = gateway.Services.GetRequiredService<Shedding>().Requests;
        var rest = gateway.Rest(greedy, "en");
        var crowd = Enumerable.Range(0, 100).Select(_ => rest.GetAsync("/v1/partners/hang")).ToList();
        // Two seats and four places in the queue are the most that one of eight gets.
        await Eventually.Async(() => crowd.Count(each => each.IsCompleted) == 94, Patience, "the rest is turned away");
        Assert.Multiple(async () =>
        {
            Assert.That((seats.Taken, seats.Waiting), Is.EqualTo((2, 4)));
            Assert.That(gateway.Backend.Hanging, Is.EqualTo(2), "what is turned away, or waits, is no work for a service");
            foreach (var answer in crowd.Where(each => each.IsCompleted))
            {
                Assert.That((await answer).StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
                Assert.That(await (await answer).Content.ReadAsStringAsync(), Does.Contain("TOO_MANY_AT_ONCE"));
            }
            for (var i = 0; i < 5; i++)
                Assert.That((await gateway.Rest(other).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
        gateway.Backend.Release.SetResult();
        Assert.That((await Task.WhenAll(crowd)).Count(answer => answer.IsSuccessStatusCode), Is.EqualTo(6));
    }

    [Test]
    public async Task What_is_over_its_limit_costs_no_work_and_no_seat()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:Concurrency"] = "8", ["Gateway:RequestsPerSecond"] = "1" });
        var greedy = await gateway.AdminTokenAsync();
        var seats = gateway.Services.GetRequiredService<Shedding>().Requests;
        // The bucket holds two, and gets another each second: each goes to a service that does not answer.
        var rest = gateway.Rest(greedy, "en");
        var crowd = Enumerable.Range(0, 40).Select(_ => rest.GetAsync("/v1/partners/hang")).ToList();
        await Eventually.Async(() => crowd.Count(each => each.IsCompleted) + seats.Taken + seats.Waiting == crowd.Count && gateway.Backend.Hanging == seats.Taken, Patience, "each is at the service, waits, or was refused");
        var refused = crowd.Where(each => each.IsCompleted).ToList();
        Assert.That(refused, Is.Not.Empty);
        foreach (var answer in refused)
            Assert.That(await (await answer).Content.ReadAsStringAsync(), Does.Contain("RATE_LIMITED"), "not for want of a seat");
        gateway.Backend.Release.SetResult();
        await Task.WhenAll(crowd);
    }

    [Test]
    public async Task A_seat_is_left_when_the_answer_begins_not_when_its_reader_has_done()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:Concurrency"] = "1" });
        var rest = gateway.Rest(await gateway.AdminTokenAsync());
        var seats = gateway.Services.GetRequiredService<Shedding>().Requests;
        using var stream = await rest.GetAsync("/v1/events:stream", HttpCompletionOption.ResponseHeadersRead);
        Assert.That(stream.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await Eventually.Async(() => seats.Taken == 0, Patience, "the stream holds no seat");
        Assert.That((await rest.GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}
