using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;
using Qudao.Events;

namespace Qudao.Platform;

/// <summary>
/// Messages of the broker that this version could not read: broken ones, and events that only a newer version knows. They
/// are parked as they came; a replay reads them again, with whatever version runs then.
/// </summary>
internal static class Unread
{
    /// <summary>Stands for the consumer, who is not known.</summary>
    public const string Consumer = "Unread";

    /// <summary>Stands for the name of the event, which is not known either.</summary>
    public const string Type = "unread";

    /// <summary>The same body is the same message, whatever its sender says.</summary>
    public static string IdOf(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))[..32];

    /// <summary>The event inside the envelope in which the broker carries it.</summary>
    /// <exception cref="JsonException">The envelope is broken.</exception>
    /// <exception cref="InvalidOperationException">It holds no event that this version knows.</exception>
    public static Arrival Read(string envelope)
    {
        using var json = JsonDocument.Parse(envelope);
        if (json.RootElement.Deserialize<Envelope>(EventJson.Options) is not { MessageType: { } names, Message.ValueKind: JsonValueKind.Object } read)
            throw new InvalidOperationException("There is no message in the envelope.");
        var type = EventCatalog.Types.Values.FirstOrDefault(known => names.Contains(MessageUrn.ForTypeString(known)))
            ?? throw new InvalidOperationException($"No event is named {string.Join(", ", names)}.");
        return EventJson.Read(EventCatalog.NameOf(type), read.Message.GetRawText()) is { EventId: { Length: > 0 } id } happened
            ? new Arrival(id, happened, null)
            : throw new InvalidOperationException("The event has no id.");
    }

    private sealed record Envelope(List<string>? MessageType, JsonElement Message);
}
