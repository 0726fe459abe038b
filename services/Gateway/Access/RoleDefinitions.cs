using Qudao.Protocol;

namespace Qudao.Gateway.Access;

/// <summary>What each role may at this moment: the manuals' defaults with what the company changed, and its own roles.</summary>
public sealed class RoleDefinitions(IEnumerable<RoleRow> changed)
{
    private readonly Dictionary<string, RoleRow> rows = changed.ToDictionary(row => row.Id);

    /// <summary>As the manuals have it.</summary>
    public static RoleDefinitions Defaults { get; } = new([]);

    /// <summary>The manuals' roles, then the company's own by id.</summary>
    public IEnumerable<string> Ids => Roles.Permissions.Keys.Concat(rows.Keys.Where(id => !IsBuiltIn(id)).Order(StringComparer.Ordinal));

    public static bool IsBuiltIn(string role) => Roles.Permissions.ContainsKey(role);

    /// <summary>What the company says of the role; null where it says nothing.</summary>
    public RoleRow? RowOf(string role) => rows.GetValueOrDefault(role);

    public bool Exists(string role) => IsBuiltIn(role) || rows.ContainsKey(role);

    public bool Allows(string role, string permission) =>
        RowOf(role) is { } row
            ? row.GrantedList.Contains(permission) || (!row.RemovedList.Contains(permission) && Roles.Allows([role], permission))
            : Roles.Allows([role], permission);

    /// <summary>Every permission of the role, in order.</summary>
    public IEnumerable<string> PermissionsOf(string role) => PermissionCatalog.All.Keys.Where(permission => Allows(role, permission));

    /// <summary>
    /// What the token of somebody with these roles must say of permissions: nothing (null) where all are as the manuals have
    /// them and the services know; otherwise patterns, and behind "!" what none of the roles leaves of them.
    /// </summary>
    public IReadOnlyList<string>? GrantsOf(IReadOnlyCollection<string> roles)
    {
        if (!roles.Any(rows.ContainsKey))
            return null;
        var patterns = roles.SelectMany(role => Roles.Permissions.GetValueOrDefault(role, []).Concat(RowOf(role)?.GrantedList ?? [])).Distinct();
        var taken = roles.SelectMany(role => RowOf(role)?.RemovedList ?? []).Distinct().Where(permission => !roles.Any(role => Allows(role, permission)));
        return [.. patterns, .. taken.Select(permission => Roles.Except + permission)];
    }
}
