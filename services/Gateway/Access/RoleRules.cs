using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Qudao.Gateway.V1;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Gateway.Access;

/// <summary>What a role may be made of, and who may say so.</summary>
public static partial class RoleRules
{
    /// <summary>Fields of a role that can be changed, as update_mask names them.</summary>
    public static readonly IReadOnlyList<string> Changeable = ["display_name", "display_name_en", "granted", "removed"];

    // Without a mask, names stay: the manuals' roles have theirs for good.
    private static readonly string[] Usual = ["granted", "removed"];

    public static IReadOnlyList<string> Paths(FieldMask? mask) =>
        mask is null || mask.Paths.Count == 0 ? Usual : mask.Paths.Contains("*") ? Changeable : mask.Paths;

    /// <summary>What is wrong with a new role.</summary>
    public static IEnumerable<Violation> Create(CreateRoleRequest request)
    {
        if (request.RoleId.Length > 0 && !Id().IsMatch(request.RoleId))
            yield return new("role_id", "须为 3–40 个小写字母、数字或连字符，以字母开头", "must be 3–40 lower-case letters, digits or hyphens, a letter first", "BAD_FORMAT");
        if (RoleDefinitions.IsBuiltIn(request.RoleId))
            yield return new("role_id", "是手册中的角色", "is a role of the manuals", "BUILT_IN");
        if (request.Role.DisplayName.Length == 0)
            yield return new("role.display_name", "必填", "is required", "REQUIRED");
        if (request.Role.DisplayNameEn.Length == 0)
            yield return new("role.display_name_en", "必填", "is required", "REQUIRED");
        foreach (var violation in Lists(request.RoleId, request.Role, Usual))
            yield return violation;
    }

    /// <summary>What is wrong with a change, as far as the role need not be looked up.</summary>
    public static IEnumerable<Violation> Update(UpdateRoleRequest request)
    {
        var (id, paths) = (Ids.Of(request.Role.Name, "roles"), Paths(request.UpdateMask));
        if (id.Length == 0)
            yield return new("role.name", "必填", "is required", "REQUIRED");
        var fixedPaths = paths.Where(path => !Changeable.Contains(path) || (RoleDefinitions.IsBuiltIn(id) && path.StartsWith("display", StringComparison.Ordinal))).ToList();
        foreach (var path in fixedPaths)
            yield return new("update_mask", $"字段“{path}”不能修改", $"the field \"{path}\" cannot be changed", "IMMUTABLE");
        if (id == Roles.Administrator)
            yield return new("role.name", "管理员的权限不能修改", "what the administrator may cannot be changed", "IMMUTABLE");
        else
            foreach (var violation in Lists(id, request.Role, paths))
                yield return violation;
        // What must be there may be another thing once the mask is mended.
        if (fixedPaths.Count > 0)
            yield break;
        if (paths.Contains("display_name") && request.Role.DisplayName.Length == 0)
            yield return new("role.display_name", "必填", "is required", "REQUIRED");
        if (paths.Contains("display_name_en") && request.Role.DisplayNameEn.Length == 0)
            yield return new("role.display_name_en", "必填", "is required", "REQUIRED");
    }

    /// <summary>Refuses a caller who does not see the whole tree: a role is the same everywhere.</summary>
    public static void RequireWhole(Caller caller)
    {
        if (!caller.Scope.IsWhole)
            throw Errors.Denied("gateway.roles.update");
    }

    /// <summary>Refuses a caller who would let others do what he may not do himself.</summary>
    public static void MayGive(Caller caller, IEnumerable<string> permissions)
    {
        if (permissions.FirstOrDefault(permission => !caller.May(permission)) is { } lacking)
            throw Errors.Denied(lacking);
    }

    private static IEnumerable<Violation> Lists(string id, Role role, IReadOnlyList<string> paths)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < role.Granted.Count && paths.Contains("granted"); i++)
        {
            if (!PermissionCatalog.All.ContainsKey(role.Granted[i]))
                yield return new($"role.granted[{i}]", $"没有权限 {role.Granted[i]}", $"there is no permission {role.Granted[i]}", "UNKNOWN_PERMISSION");
            else if (!seen.Add(role.Granted[i]))
                yield return new($"role.granted[{i}]", "重复出现", "comes twice", "DUPLICATE");
        }
        for (var i = 0; i < role.Removed.Count && paths.Contains("removed"); i++)
        {
            if (!RoleDefinitions.Defaults.Allows(id, role.Removed[i]) || !PermissionCatalog.All.ContainsKey(role.Removed[i]))
                yield return new($"role.removed[{i}]", $"手册中该角色没有权限 {role.Removed[i]}", $"the role of the manuals has no permission {role.Removed[i]}", "UNKNOWN_PERMISSION") { Given = ["role_id", "role.name", "role.removed"] };
            else if (!seen.Add(role.Removed[i]))
                yield return new($"role.removed[{i}]", "重复出现", "comes twice", "DUPLICATE");
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{2,39}$")]
    private static partial Regex Id();
}
