using Qudao.Gateway.Users;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Gateway.Webhooks;

/// <summary>What the owner of an address may see at this moment.</summary>
public static class Owners
{
    private const string SeesEventsPermission = "gateway.events.read";

    /// <summary>His scope; null when he has left or may read no events.</summary>
    public static async Task<Scope?> ScopeAsync(Session session, string owner) =>
        await UserStore.ByIdAsync(session, owner) is { Active: true } user && Roles.Allows(user.Roles.Split(','), SeesEventsPermission)
            ? new Scope(user.ScopePath, user.AssigneeId)
            : null;

    /// <summary>What both the owner sees and the address asks for; null when that is nothing.</summary>
    public static Scope? Shared(Scope owner, string subtree) =>
        subtree.StartsWith(owner.Path, StringComparison.Ordinal) ? owner with { Path = subtree }
        : owner.Path.StartsWith(subtree, StringComparison.Ordinal) ? owner
        : null;
}
