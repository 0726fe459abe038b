using Grpc.Core;
using Qudao.Gateway.Access;
using Qudao.Platform;

namespace Qudao.Gateway.Users;

/// <summary>Which user a call is about, and whether its caller may decide about him.</summary>
public sealed class UserAccess(Db db, RoleBook roles)
{
    /// <summary>The caller's own user; a machine has none.</summary>
    public async Task<UserRow> OwnAsync(ServerCallContext context) =>
        await db.ReadAsync(s => UserStore.ByIdAsync(s, context.Caller().Subject))
        ?? throw Errors.Precondition("USERS_ONLY", "接口客户端没有用户。", "An API client has no user.");

    /// <summary>A user within the caller's scope.</summary>
    public async Task<UserRow> VisibleAsync(string name, Caller caller) =>
        await db.ReadAsync(s => UserStore.GetAsync(s, Ids.Of(name, "users"), caller.Scope)) ?? throw Errors.NotFound(name);

    /// <summary>Refuses who would come by another's power through him: an administrator's, or that of a role of the company's own.</summary>
    public async Task MayActForAsync(Caller caller, UserRow user)
    {
        UserRules.MayGive(caller, user.Roles.Split(','));
        RoleRules.MayGive(caller, user.ExtraRoleList.SelectMany((await roles.NowAsync()).PermissionsOf));
    }
}
