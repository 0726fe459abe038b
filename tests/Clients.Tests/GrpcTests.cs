using System.Net.Http.Json;
using System.Text.Json;
using Qudao.TestKit;

namespace Qudao.Clients.Tests;

/// <summary>gRPC from outside, through the gateway, by clients that are not ours: reflection, health, calls, streams, and what a failure carries.</summary>
public sealed class GrpcTests
{
    [Test]
    public Task Grpc_js_finds_its_way_calls_and_reads_failures()
    {
        Needs.ClientPackages();
        return MustWorkAsync("node", "client.mjs");
    }

    [Test]
    public Task Pythons_grpcio_finds_its_way_calls_and_reads_failures() => MustWorkAsync(Needs.PythonGrpc(), "client.py");

    private static async Task MustWorkAsync(string program, string client)
    {
        var system = await House.LetInAsync(client);
        var feed = await system.Http.GetFromJsonAsync<JsonElement>("/v1/events?pageSize=1000&types=qudao.dealer.partner-changed");

        var did = await Programs.AnswerAsync([program, Path.Combine(Programs.Folder, "grpc", client), House.Grpc.Authority], new() { ["QUDAO_TOKEN"] = system.Key });

        var refused = did.GetProperty("refused");
        Assert.Multiple(() =>
        {
            Assert.That(Texts(did, "services"), Is.SupersetOf(new[]
            {
                "grpc.health.v1.Health", "qudao.contract.v1.AgreementService", "qudao.dealer.v1.PartnerService", "qudao.gateway.v1.EventService",
                "qudao.reporting.v1.DailySalesService", "qudao.serviceticket.v1.TicketService", "qudao.training.v1.CourseService",
            }));
            Assert.That(did.GetProperty("health").GetString(), Is.EqualTo("SERVING"));
            Assert.That(Texts(did, "partners"), Is.EqualTo(Enumerable.Range(0, House.Partners.Count).Select(i => $"老店{i}")));
            Assert.That(Texts(did, "events"), Is.EqualTo(feed.GetProperty("events").EnumerateArray().Select(happened => House.Text(happened, "id"))).And.Not.Empty);
            Assert.That(did.GetProperty("figures").GetBoolean(), Is.True);
            Assert.That((refused.GetProperty("code").GetInt32(), House.Text(refused, "reason")), Is.EqualTo((3, "INVALID_ARGUMENT")));
            Assert.That(refused.GetProperty("violations").EnumerateArray().Select(each => $"{House.Text(each, "field")} {House.Text(each, "reason")}"),
                Is.EquivalentTo(new[] { "lines[0].day BAD_FORMAT", "lines[0].product_code REQUIRED", "lines[0].quantity OUT_OF_RANGE" }));
            Assert.That(refused.GetProperty("violations").EnumerateArray().Select(each => House.Text(each, "description")), Has.All.Match("^[ -~]+$"), "in the language that was asked for");
        });
    }

    private static IEnumerable<string> Texts(JsonElement did, string field) => did.GetProperty(field).EnumerateArray().Select(each => each.GetString()!);
}
