using Qudao.Gateway.Access;
using Qudao.Gateway.ApiClients;
using Qudao.Gateway.Users;
using Qudao.Platform;

namespace Qudao.Gateway.Webhooks;

/// <summary>What the owner of an address may see at this moment.</summary>
public static class Owners
{
    private const string SeesEventsPermission = "gateway.events.read";

    /// <summary>The scope of the user or API client; null when it is no more let in, or may read no events.</summary>
    public static async Task<Scope?> ScopeAsync(Session session, string owner)
    {
        if (await UserStore.ByIdAsync(session, owner) is { } user)
            return user.Active && !user.Disabled && await SeesEventsAsync(session, [.. user.Roles.Split(','), .. user.ExtraRoleList]) ? new Scope(user.ScopePath, user.AssigneeId) : null;
        if (await ApiClientStore.ByIdAsync(session, owner) is { } client)
            return !client.Disabled && await SeesEventsAsync(session, client.RoleList) ? new Scope(client.ScopePath, null) : null;
        return null;
    }

    private static async Task<bool> SeesEventsAsync(Session session, string[] roles)
    {
        var definitions = new RoleDefinitions(await RoleStore.AllAsync(session));
        return roles.Any(role => definitions.Allows(role, SeesEventsPermission));
    }

    /// <summary>What both the owner sees and the address asks for; null when that is nothing.</summary>
    public static Scope? Shared(Scope owner, string subtree) =>
        subtree.StartsWith(owner.Path, StringComparison.Ordinal) ? owner with { Path = subtree }
        : owner.Path.StartsWith(subtree, StringComparison.Ordinal) ? owner
        : null;
}
