using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qudao.Events;
using Qudao.Gateway.Events;
using Qudao.Platform;

namespace Qudao.Gateway.Tests;

/// <summary>The document of the events: whole, sound, and true of what is really sent.</summary>
public class AsyncApiTests
{
    private static readonly JsonObject Document = AsyncApi.Build();

    [Test]
    public void It_has_every_event_with_every_field_and_says_what_each_is()
    {
        foreach (var (name, type) in EventCatalog.Types)
        {
            var message = Document["components"]!["messages"]![type.Name];
            var schema = Document["components"]!["schemas"]![type.Name];
            Assert.That((string?)message?["name"], Is.EqualTo(name));
            Assert.That((string?)message!["summary"], Is.Not.EqualTo(name), $"{name} has a comment");
            var fields = type.GetProperties().Where(property => property.Name != "EqualityContract").Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            Assert.That(((JsonObject)schema!["properties"]!).Select(field => field.Key), Is.EquivalentTo(fields), name);
            Assert.That((string?)schema["properties"]!["version"]!["description"], Does.Contain("version"), name);
        }
    }

    [Test]
    public void Every_reference_leads_somewhere_and_every_channel_has_an_operation()
    {
        foreach (var reference in References(Document))
            Assert.That(Find(reference), Is.Not.Null, reference);
        var used = ((JsonObject)Document["operations"]!).Select(operation => (string?)operation.Value!["channel"]!["$ref"]);
        Assert.That(used, Is.EquivalentTo(((JsonObject)Document["channels"]!).Select(channel => $"#/channels/{channel.Key}")));
        Assert.That((string?)Document["asyncapi"], Is.EqualTo("3.0.0"));
    }

    [Test]
    public void An_event_as_it_is_sent_has_what_the_document_requires_and_nothing_else()
    {
        var happened = Happened.Partner("p1", "/hq/js/p1/", 3) with { EventId = "01k", OccurTime = DateTimeOffset.UnixEpoch };
        var sent = JsonNode.Parse(CloudEvents.Json(new EventRow
        {
            Seq = 5,
            Id = happened.EventId,
            Type = EventCatalog.NameOf(happened.GetType()),
            AggregateId = happened.AggregateId,
            Version = happened.Version,
            Body = JsonSerializer.Serialize(happened, EventJson.Options),
        }))!.AsObject();
        Assert.That(sent.Select(field => field.Key), Is.SubsetOf(Fields("CloudEvent")).And.SupersetOf(Required("CloudEvent")));
        Assert.That(sent["data"]!.AsObject().Select(field => field.Key), Is.SubsetOf(Fields("PartnerChanged")).And.SupersetOf(Required("PartnerChanged")));
    }

    [Test]
    public async Task It_is_served_to_everybody_and_once_to_who_has_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var first = await gateway.Rest().GetAsync("/asyncapi.json");
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(await first.Content.ReadAsStringAsync()), Document), Is.True);
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/asyncapi.json") { Headers = { { "If-None-Match", first.Headers.ETag!.ToString() } } };
        using var again = await gateway.Rest().SendAsync(ask);
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    private static IEnumerable<string> Fields(string schema) => ((JsonObject)Document["components"]!["schemas"]![schema]!["properties"]!).Select(field => field.Key);

    private static IEnumerable<string> Required(string schema) => ((JsonArray)Document["components"]!["schemas"]![schema]!["required"]!).Select(name => (string)name!);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject all => all.SelectMany(field => field.Key == "$ref" ? [(string)field.Value!] : References(field.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private static JsonNode? Find(string reference) => reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)Document, (at, step) => at?[step]);
}
