using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>Several instances of a service, one of which ends in the middle of its work.</summary>
public class InstancesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task An_instance_that_ends_is_left_out_at_once_and_comes_back()
    {
        await using var one = await StandIn.StartAsync("one");
        await using var two = await StandIn.StartAsync("two");
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Services:Dealer"] = $"{one.Address},{two.Address}" }, one);
        var rest = gateway.Rest(await gateway.AdminTokenAsync());
        await Eventually.Async(async () => (await InstancesAsync(rest)).Count == 2, Patience, "both instances answer");

        var inFlight = rest.GetAsync("/v1/partners/hang");
        var other = rest.GetAsync("/v1/partners/hang");
        await Task.WhenAll(one.Hangs.Task, two.Hangs.Task).WaitAsync(Patience);
        await two.CutOffAsync();
        var brokenOff = await await Task.WhenAny(inFlight, other);
        var problem = await brokenOff.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Multiple(() =>
        {
            Assert.That(brokenOff.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), "never sent a second time by the gateway");
            Assert.That(problem.GetProperty("reason").GetString(), Is.EqualTo("SERVICE_UNAVAILABLE"));
        });
        Assert.That(await InstancesAsync(rest), Is.EqualTo(new[] { "one" }), "no request goes to what has just ended");
        one.Release.SetResult();
        var finished = await Task.WhenAll(inFlight, other);
        Assert.That(finished.Count(answer => answer.IsSuccessStatusCode), Is.EqualTo(1), "the other instance's request was not touched");

        await two.StartAgainAsync();
        await Eventually.Async(async () => (await InstancesAsync(rest)).Count == 2, Patience, "the instance is used again");
    }

    [Test]
    public async Task A_service_that_ends_while_it_is_sent_a_body_is_not_the_senders_fault()
    {
        await using var dealer = await StandIn.StartAsync("dealer");
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Services:Dealer"] = dealer.Address });
        var rest = gateway.Rest(await gateway.AdminTokenAsync());
        using var slow = new SlowBody();
        var sending = rest.PatchAsync("/v1/partners/hang", slow);
        await dealer.Hangs.Task.WaitAsync(Patience);
        await dealer.CutOffAsync();
        slow.GoOn.SetResult();
        using var answer = await sending.WaitAsync(Patience);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString(), Is.EqualTo("SERVICE_UNAVAILABLE"));
    }

    [Test]
    public async Task With_a_service_away_the_gateway_says_which_and_the_others_go_on()
    {
        await using var dealer = await StandIn.StartAsync("dealer");
        await using var gateway = await GatewayUnderTest.StartAsync(new() { ["Services:Dealer"] = dealer.Address });
        var rest = gateway.Rest(await gateway.AdminTokenAsync(), "en");
        await dealer.CutOffAsync();
        await Eventually.Async(async () => (await rest.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable, Patience, "not ready");
        using var ready = await rest.GetAsync("/readyz");
        using var partners = await rest.GetAsync("/v1/partners/x");
        using var tickets = await rest.GetAsync("/v1/tickets/x");
        Assert.Multiple(async () =>
        {
            Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("\"dealer\"").And.Not.Contain("serviceticket"));
            Assert.That(partners.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(partners.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That((await partners.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), Does.Contain("not available"));
            Assert.That(tickets.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await rest.GetAsync("/livez")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
        await dealer.StartAgainAsync();
        await Eventually.Async(async () => (await rest.GetAsync("/readyz")).IsSuccessStatusCode && (await rest.GetAsync("/v1/partners/x")).IsSuccessStatusCode, Patience, "all is well again");
    }

    private static async Task<IReadOnlyList<string>> InstancesAsync(HttpClient rest)
    {
        var seen = new SortedSet<string>();
        for (var i = 0; i < 8; i++)
        {
            using var answer = await rest.GetAsync("/v1/partners/x");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
            seen.Add((await answer.Content.ReadFromJsonAsync<Echo>())!.Instance);
        }
        return [.. seen];
    }

    /// <summary>A body whose second half comes when it is told to.</summary>
    private sealed class SlowBody : HttpContent
    {
        private static readonly byte[] Half = new byte[16 * 1024];

        public SlowBody() => Headers.ContentType = new("application/json");

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Half);
            await stream.FlushAsync();
            await GoOn.Task;
            await stream.WriteAsync(Half);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 2 * Half.Length;
            return true;
        }
    }
}
