using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Gateway.ApiClients;
using Qudao.Gateway.Sessions;
using Qudao.Gateway.V1;
using Qudao.Platform;

namespace Qudao.Gateway.Access;

/// <summary>Roles 角色 and what each may do.</summary>
public sealed class RoleService(Db db, RoleBook book, SignedInSessions sessions) : V1.RoleService.RoleServiceBase
{
    public override async Task<Role> GetRole(GetRoleRequest request, ServerCallContext context)
    {
        var (roles, id) = (await book.NowAsync(), Ids.Of(request.Name, "roles"));
        return roles.Exists(id) ? Whole(roles, id) : throw Errors.NotFound(request.Name);
    }

    public override async Task<ListRolesResponse> ListRoles(ListRolesRequest request, ServerCallContext context)
    {
        var roles = await book.NowAsync();
        return new ListRolesResponse { Roles = { roles.Ids.Select(id => Whole(roles, id)) } };
    }

    public override async Task<PermissionMatrix> GetPermissionMatrix(GetPermissionMatrixRequest request, ServerCallContext context)
    {
        var roles = await book.NowAsync();
        var matrix = new PermissionMatrix { Roles = { roles.Ids.Select(id => ToMessage(roles, id)) } };
        foreach (var (permission, rpcs) in PermissionCatalog.All)
        {
            var (zh, en) = PermissionCatalog.Title(permission) ?? (permission, permission);
            matrix.Permissions.Add(new PermissionRow
            {
                Permission = permission,
                Title = zh,
                TitleEn = en,
                Rpcs = { rpcs.Select(rpc => rpc.FullName) },
                Roles = { roles.Ids.Where(id => roles.Allows(id, permission)).Select(id => $"roles/{id}") },
            });
        }
        return matrix;
    }

    public override async Task<Role> CreateRole(CreateRoleRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        RoleRules.RequireWhole(caller);
        RoleRules.MayGive(caller, request.Role.Granted);
        var made = await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            if (await RoleStore.HoldAsync(tx, request.RoleId) is not null)
                throw Errors.Conflict("ROLE_EXISTS", $"角色 {request.RoleId} 已存在。", $"There is a role {request.RoleId} already.");
            var row = new RoleRow { Id = request.RoleId, DisplayName = request.Role.DisplayName, DisplayNameEn = request.Role.DisplayNameEn, Granted = Join(request.Role.Granted) };
            await RoleStore.SaveAsync(tx, row);
            await tx.AuditAsync(caller, "role.create", $"roles/{row.Id}", caller.Scope.Path, null, new { row.DisplayName, row.Granted });
            return Whole(new RoleDefinitions([row]), row.Id);
        });
        Forget();
        return made;
    }

    public override async Task<Role> UpdateRole(UpdateRoleRequest request, ServerCallContext context)
    {
        var (caller, asked, paths) = (context.Caller(), request.Role, RoleRules.Paths(request.UpdateMask));
        RoleRules.RequireWhole(caller);
        var id = Ids.Of(asked.Name, "roles");
        var changed = await db.WriteAsync(async tx =>
        {
            var before = await RoleStore.HoldAsync(tx, id);
            if (before is null && !RoleDefinitions.IsBuiltIn(id))
                throw Errors.NotFound(asked.Name);
            Etag.Check(asked.Etag, before?.Version ?? 0, asked.Name);
            var after = Changed(id, before, asked, paths);
            var (was, will) = (new RoleDefinitions(before is null ? [] : [before]), new RoleDefinitions([after]));
            var (given, taken) = (will.PermissionsOf(id).Except(was.PermissionsOf(id)).ToList(), was.PermissionsOf(id).Except(will.PermissionsOf(id)).ToList());
            RoleRules.MayGive(caller, given.Concat(taken));
            await RoleStore.SaveAsync(tx, after);
            await tx.AuditAsync(caller, "role.update", asked.Name, caller.Scope.Path, null, new { Given = Join(given), Taken = Join(taken), after.DisplayName });
            return Whole(new RoleDefinitions([after]), id);
        }, context.CancellationToken);
        Forget();
        return changed;
    }

    public override async Task<Role> DeleteRole(DeleteRoleRequest request, ServerCallContext context)
    {
        var (caller, id) = (context.Caller(), Ids.Of(request.Name, "roles"));
        RoleRules.RequireWhole(caller);
        if (RoleDefinitions.IsBuiltIn(id))
            throw Errors.Precondition("ROLE_BUILT_IN", "手册中的角色不能删除。", "A role of the manuals cannot be deleted.");
        var deleted = await db.WriteAsync(async tx =>
        {
            var row = await RoleStore.HoldAsync(tx, id) ?? throw Errors.NotFound(request.Name);
            if (await RoleStore.IsHeldAsync(tx, id) || await ApiClientStore.IsHeldAsync(tx, id))
                throw Errors.Precondition("ROLE_IN_USE", "仍有用户或接口客户端拥有此角色。", "A user or an API client has this role.");
            await RoleStore.DeleteAsync(tx, id);
            await tx.AuditAsync(caller, "role.delete", request.Name, caller.Scope.Path, null, new { row.DisplayName, row.Granted });
            return Whole(new RoleDefinitions([row]), id);
        }, context.CancellationToken);
        Forget();
        return deleted;
    }

    private static RoleRow Changed(string id, RoleRow? before, Role asked, IReadOnlyList<string> paths) => new()
    {
        Id = id,
        Version = before?.Version ?? 0,
        DisplayName = paths.Contains("display_name") ? asked.DisplayName : before?.DisplayName ?? "",
        DisplayNameEn = paths.Contains("display_name_en") ? asked.DisplayNameEn : before?.DisplayNameEn ?? "",
        Granted = paths.Contains("granted") ? Join(asked.Granted) : before?.Granted ?? "",
        Removed = paths.Contains("removed") ? Join(asked.Removed) : before?.Removed ?? "",
    };

    private static string Join(IEnumerable<string> permissions) => string.Join(',', permissions.Order(StringComparer.Ordinal));

    private static Role Whole(RoleDefinitions roles, string id)
    {
        var role = ToMessage(roles, id);
        role.Permissions.Add(roles.PermissionsOf(id));
        return role;
    }

    private static Role ToMessage(RoleDefinitions roles, string id)
    {
        var row = roles.RowOf(id);
        var (zh, en) = RoleTitles.All.TryGetValue(id, out var title) ? title : (row!.DisplayName, row.DisplayNameEn);
        return new Role
        {
            Name = $"roles/{id}",
            DisplayName = zh,
            DisplayNameEn = en,
            BuiltIn = RoleDefinitions.IsBuiltIn(id),
            Granted = { row?.GrantedList.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>() },
            Removed = { row?.RemovedList.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>() },
            UpdateTime = row is null ? null : Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
            Etag = row is null ? "" : Etag.Of(row.Version),
        };
    }

    private void Forget()
    {
        book.Forget();
        sessions.ForgetAll();
    }
}
