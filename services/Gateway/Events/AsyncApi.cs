using System.IO.Hashing;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Gateway.Events;

/// <summary>The document of the events: AsyncAPI 3.0, made from the event records and their comments.</summary>
public static partial class AsyncApi
{
    private const string Description =
        "经销商网络中发生的业务事件，以 CloudEvents 1.0 表示：可从事件流读取（GET /v1/events、GET /v1/events:stream），也可推送到 webhook（POST /v1/webhookEndpoints）。\n\n"
        + "What happens in a dealer network, as CloudEvents 1.0: to be read from the feed (GET /v1/events, GET /v1/events:stream) or sent to a webhook (POST /v1/webhookEndpoints).";

    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // As events are written: numbers are numbers.
    private static readonly JsonSerializerOptions Records = new(EventJson.Options) { NumberHandling = JsonNumberHandling.Strict, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>Serves GET /asyncapi.json; made once, when first asked for.</summary>
    public static void MapEventDocument(this WebApplication app)
    {
        var document = new Lazy<(byte[] Json, string Etag)>(() =>
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(Build(), Written);
            return (json, $"\"{XxHash64.HashToUInt64(json):x}\"");
        });
        app.MapGet("/asyncapi.json", (HttpContext http) =>
        {
            var (json, etag) = document.Value;
            http.Response.Headers.ETag = etag;
            return http.Request.Headers.IfNoneMatch == etag ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(json, "application/json; charset=utf-8");
        });
    }

    /// <summary>The document of every event there is.</summary>
    public static JsonObject Build()
    {
        var docs = Comments();
        var events = EventCatalog.Types.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Qudao", ["version"] = "v1", ["description"] = Description },
            ["defaultContentType"] = CloudEvents.ContentType,
            ["channels"] = new JsonObject
            {
                ["feed"] = Channel("/v1/events:stream", "事件流：已存的与正在发生的事件。 The feed: what is stored, then what happens.", events),
                ["webhook"] = Channel(null, "推送到已登记的地址，按 Standard Webhooks 签名。 Sent to registered addresses, signed after Standard Webhooks.", events),
            },
            ["operations"] = new JsonObject { ["streamEvents"] = Send("feed"), ["deliverEvents"] = Send("webhook") },
            ["components"] = new JsonObject
            {
                ["messages"] = Each(events, (name, type) => Message(name, type, docs)),
                ["schemas"] = With(Each(events, (name, type) => Data(name, type, docs)), "CloudEvent", Envelope()),
            },
        };
    }

    private static JsonObject Each(List<KeyValuePair<string, Type>> events, Func<string, Type, JsonNode> what) =>
        new(events.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Value.Name, what(pair.Key, pair.Value))));

    private static JsonObject With(JsonObject all, string name, JsonNode one)
    {
        all[name] = one;
        return all;
    }

    private static JsonObject Ref(string to) => new() { ["$ref"] = to };

    private static JsonObject Channel(string? address, string description, List<KeyValuePair<string, Type>> events) => new()
    {
        ["address"] = address,
        ["description"] = description,
        ["messages"] = Each(events, (_, type) => Ref($"#/components/messages/{type.Name}")),
    };

    private static JsonObject Send(string channel) => new() { ["action"] = "send", ["channel"] = Ref($"#/channels/{channel}") };

    private static JsonObject Message(string name, Type type, IReadOnlyDictionary<string, string> docs) => new()
    {
        ["name"] = name,
        ["title"] = type.Name,
        ["summary"] = docs.GetValueOrDefault($"T:{type.FullName}", name),
        ["contentType"] = CloudEvents.ContentType,
        ["payload"] = new JsonObject
        {
            ["allOf"] = new JsonArray(
                Ref("#/components/schemas/CloudEvent"),
                new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = name }, ["data"] = Ref($"#/components/schemas/{type.Name}") },
                }),
        },
    };

    private static JsonObject Data(string name, Type type, IReadOnlyDictionary<string, string> docs)
    {
        var schema = (JsonObject)Records.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) =>
            {
                if (context.PropertyInfo?.AttributeProvider is PropertyInfo property && docs.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var text) && node is JsonObject field)
                    field["description"] = text;
                return node;
            },
        });
        schema["$id"] = EventRules.Schema(name);
        if (docs.TryGetValue($"T:{type.FullName}", out var summary))
            schema["description"] = summary;
        return schema;
    }

    private static JsonObject Envelope()
    {
        var text = () => new JsonObject { ["type"] = "string" };
        var fields = new JsonObject
        {
            ["specversion"] = new JsonObject { ["const"] = CloudEvents.Version },
            ["id"] = text(),
            ["source"] = With(text(), "format", "uri-reference"),
            ["type"] = text(),
            ["time"] = With(text(), "format", "date-time"),
            ["subject"] = text(),
            ["datacontenttype"] = text(),
            ["dataschema"] = With(text(), "format", "uri"),
            ["sequence"] = With(With(text(), "pattern", "^[0-9]{19}$"), "description", "事件流中的位置。 Place in the feed; a ping has none."),
            ["resourceversion"] = new JsonObject { ["type"] = "integer", ["description"] = "资源在事件之后的版本。 The resource's version after the event." },
            ["data"] = new JsonObject { ["type"] = "object" },
        };
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "CloudEvents 1.0",
            ["required"] = new JsonArray("specversion", "id", "source", "type", "time", "subject", "data"),
            ["properties"] = fields,
        };
    }

    /// <summary>What the records' comments say, by "T:…" and "P:…"; nothing where the file was left behind.</summary>
    private static Dictionary<string, string> Comments()
    {
        var file = Path.ChangeExtension(Path.Combine(AppContext.BaseDirectory, typeof(Event).Assembly.GetName().Name + ".dll"), ".xml");
        if (!File.Exists(file))
            return [];
        return XDocument.Load(file).Descendants("member")
            .Select(member => (Name: member.Attribute("name")?.Value ?? "", Text: member.Element("summary")?.Value))
            .Where(member => member.Text is not null && member.Name[(member.Name.IndexOf(':') + 1)..].StartsWith("Qudao.Events.", StringComparison.Ordinal))
            .ToDictionary(member => member.Name, member => Spaces().Replace(member.Text!, " ").Trim());
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
