using Google.Protobuf;

namespace Qudao.Platform;

/// <summary>Checks a request against the rules of its proto fields.</summary>
public static class RequestRules
{
    public static IReadOnlyList<Violation> Check(IMessage message) => message is null ? throw new ArgumentNullException(nameof(message)) : [];
}
