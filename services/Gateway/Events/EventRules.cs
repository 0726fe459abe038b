using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Events;
using Qudao.Gateway.V1;
using Qudao.Platform;

namespace Qudao.Gateway.Events;

/// <summary>What an event looks like outside, and what may be asked of the feed.</summary>
public static class EventRules
{
    private const string SequenceFormat = "D19";

    /// <summary>A place in the feed as text: the greater number is the greater text.</summary>
    public static string Sequence(long seq) => seq.ToString(SequenceFormat, CultureInfo.InvariantCulture);

    /// <summary>The place in the feed; null when the text is none.</summary>
    public static long? Place(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;

    /// <summary>What is wrong with the filter.</summary>
    public static IEnumerable<Violation> Filter(IEnumerable<string> types, string after, string field = "types")
    {
        foreach (var (index, type) in types.Index())
            if (!EventCatalog.Types.ContainsKey(type))
                yield return new Violation($"{field}[{index}]", "没有这种事件", "is no event type", "UNKNOWN_TYPE");
        if (after.Length > 0 && Place(after) is null)
            yield return new Violation("after", "须为事件的 sequence", "must be the sequence of an event", "BAD_FORMAT");
    }

    /// <summary>Refuses a cursor older than what is kept: what came in between would be missing, and nobody would notice.</summary>
    /// <param name="after">0 asks for all that is kept.</param>
    public static void RefuseExpired(long after, HeadRow head, long? oldestUs)
    {
        if (after == 0 || after >= head.DeletedSeq)
            return;
        var oldest = Sequence(head.DeletedSeq + 1);
        var time = oldestUs is { } us ? $"{Clock.FromMicros(us).ToOffset(ChinaTime.Offset):yyyy-MM-dd HH:mm}" : "";
        throw new Refusal(StatusCode.OutOfRange, "CURSOR_EXPIRED",
            $"游标已过期，之后的部分事件已不再保留。现存最早的事件是 {oldest}{(time.Length > 0 ? $"（{time}）" : "")}；请重新全量读取数据，再从那里继续。",
            $"The cursor is older than what is kept. The oldest event kept is {oldest}{(time.Length > 0 ? $" ({time})" : "")}; read the data anew and go on from there.");
    }

    /// <summary>"/qudao/dealer" of "qudao.dealer.partner-changed".</summary>
    public static string Source(string type) => "/" + string.Join('/', type.Split('.')[..^1]);

    /// <summary>The name of the schema that /asyncapi.json has for the type.</summary>
    public static string Schema(string type) => $"urn:qudao:event:{type}";

    public static CloudEvent ToMessage(EventRow row) => new()
    {
        Specversion = CloudEvents.Version,
        Id = row.Id,
        Source = Source(row.Type),
        Type = row.Type,
        Time = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.OccurredUs)),
        Subject = row.AggregateId,
        Datacontenttype = CloudEvents.DataType,
        Dataschema = Schema(row.Type),
        Sequence = Sequence(row.Seq),
        Resourceversion = checked((int)row.Version),
        Data = Struct.Parser.ParseJson(row.Body),
    };
}

/// <summary>The event in the structured JSON of CloudEvents 1.0, byte for byte the same at every try to deliver it.</summary>
public static class CloudEvents
{
    public const string Version = "1.0";
    public const string DataType = "application/json";
    public const string ContentType = "application/cloudevents+json";

    public static byte[] Json(EventRow row)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = EventJson.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("specversion", Version);
            json.WriteString("id", row.Id);
            json.WriteString("source", EventRules.Source(row.Type));
            json.WriteString("type", row.Type);
            json.WriteString("time", Clock.FromMicros(row.OccurredUs).UtcDateTime);
            json.WriteString("subject", row.AggregateId);
            json.WriteString("datacontenttype", DataType);
            json.WriteString("dataschema", EventRules.Schema(row.Type));
            if (row.Seq > 0)
                json.WriteString("sequence", EventRules.Sequence(row.Seq));
            json.WriteNumber("resourceversion", row.Version);
            json.WritePropertyName("data");
            json.WriteRawValue(row.Body);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
