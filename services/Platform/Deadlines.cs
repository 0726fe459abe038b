using Grpc.Core;

namespace Qudao.Platform;

/// <summary>Every call has a deadline; it shrinks on the way down, so that an answer can still be given when a downstream call used it up.</summary>
public static class Deadlines
{
    /// <summary>For a call that came without one.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>Kept back at each step for the way home.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(50);

    private static readonly AsyncLocal<Incoming?> Now = new();

    /// <summary>The call being served, for calls made on its behalf.</summary>
    public static Incoming? Current => Now.Value;

    public static void Enter(ServerCallContext call) =>
        Now.Value = new Incoming(
            call.Deadline == DateTime.MaxValue ? DateTime.UtcNow + Default : call.Deadline,
            call.RequestHeaders.GetValue("authorization"),
            call.RequestHeaders.GetValue("accept-language"));

    /// <summary>What a call made on behalf of this one inherits: less time, the same caller, the same language.</summary>
    public sealed record Incoming(DateTime Deadline, string? Authorization, string? Language);
}
