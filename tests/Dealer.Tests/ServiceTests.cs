using System.Net;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>The service as a whole: who gets in.</summary>
public class ServiceTests
{
    private ServiceUnderTest dealer = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => dealer = await ServiceUnderTest.StartAsync(new DealerModule());

    [OneTimeTearDown]
    public async Task StopAsync() => await dealer.DisposeAsync();

    [Test]
    public void Nobody_is_refused_before_anything_else()
    {
        var client = new OperationsService.OperationsServiceClient(dealer.Grpc(null));
        var refused = Assert.ThrowsAsync<RpcException>(async () => await client.ListEventsAsync(new ListEventsRequest()));
        Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.Unauthenticated));
    }

    [Test]
    public async Task A_token_of_the_gateway_opens_gRPC_and_REST()
    {
        var token = dealer.TokenFor("auditor", "/hq/");
        var client = new OperationsService.OperationsServiceClient(dealer.Grpc(token));
        Assert.That(async () => await client.ListAuditEntriesAsync(new ListAuditEntriesRequest()), Throws.Nothing);
        using var reply = await dealer.Rest(token).GetAsync("/v1/dealer/auditEntries");
        Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public void A_token_of_somebody_else_is_refused()
    {
        var client = new OperationsService.OperationsServiceClient(dealer.Grpc(dealer.TokenFor("auditor", "/hq/")[..^4] + "AAAA"));
        var refused = Assert.ThrowsAsync<RpcException>(async () => await client.ListEventsAsync(new ListEventsRequest()));
        Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.Unauthenticated));
    }
}
