using System.Text.RegularExpressions;
using Qudao.Dealer.V1;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.System.Tests;

/// <summary>One trace follows a request from the gateway to the last consumer of its event, and tells no secrets.</summary>
public class TraceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_request_is_one_trace_from_the_gateway_to_the_consumer()
    {
        Needs.RabbitMq();
        var data = Directory.CreateTempSubdirectory("qudao-trace").FullName;
        await using var receiver = await OtlpReceiver.StartAsync();
        var processes = new ProcessHouse(new HouseOptions
        {
            Data = data,
            Environment = new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            },
        });
        await processes.StartAsync();
        await using (var house = House.Over(processes, Transport.Rest))
        {
            var administrator = await house.AdministratorAsync();
            await administrator.Ask<PartnerService.PartnerServiceClient>().CreatePartnerAsync(new CreatePartnerRequest { Partner = Network.Shop("踪迹店") });
            var heard = await HeardAsync(receiver);
            var way = Way(receiver, heard);
            TestContext.Progress.WriteLine(string.Join(" ← ", way.Select(span => $"{span.Service} {span.Name}")));

            Assert.That(way.Select(span => span.Trace), Is.All.EqualTo(heard.Trace));
            Assert.That(way[^1].Service, Is.EqualTo("qudao-gateway"), "the first span is the gateway's");
            Assert.That(way[^1].Parent, Is.Empty);
            Assert.That(way.Select(span => span.Service).Distinct(), Is.EqualTo(new[] { "qudao-reporting", "qudao-dealer", "qudao-gateway" }));
            Assert.That(way.Select(span => (span.Service, span.Name)), Does.Contain(("qudao-dealer", "publish qudao.dealer.partner-changed")));
            Assert.That(way.Select(span => (span.Service, span.Name)), Has.Some.Matches<(string Service, string Name)>(span => span.Service == "qudao-dealer" && span.Name.Contains("artner")));

            await house.DisposeAsync();
            TellsNoSecrets(receiver, processes.AdminPassword, processes.Broker.AmqpUri.UserInfo.Split(':')[1], administrator.Token);
        }
        Directory.Delete(data, recursive: true);
    }

    private static async Task<Span> HeardAsync(OtlpReceiver receiver)
    {
        Span? heard = null;
        await Eventually.Async(() =>
        {
            heard = receiver.Spans.FirstOrDefault(span => span is { Service: "qudao-reporting", Name: "hear qudao.dealer.partner-changed" });
            return heard is not null && Way(receiver, heard)[^1].Parent.Length == 0;
        }, Patience, "all spans from the gateway to Reporting have come");
        return heard!;
    }

    /// <summary>The span and those around it, from the inside out, as far as they have come.</summary>
    private static List<Span> Way(OtlpReceiver receiver, Span inner)
    {
        var byId = receiver.Spans.ToLookup(span => span.Id);
        var way = new List<Span> { inner };
        while (byId[way[^1].Parent].FirstOrDefault() is { } outer)
            way.Add(outer);
        return way;
    }

    private static void TellsNoSecrets(OtlpReceiver receiver, params string[] secrets)
    {
        Assert.That(receiver.Sent, Is.Not.Empty);
        foreach (var body in receiver.Sent)
        {
            foreach (var secret in secrets)
                Assert.That(body, Does.Not.Contain(secret));
            Assert.That(Regex.IsMatch(body, @"Bearer |eyJ[\w-]{10,}\."), Is.False, "a token was sent");
        }
    }
}
