using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Gateway.Access;
using Qudao.Gateway.Sessions;
using Qudao.Gateway.V1;
using Qudao.Platform;

namespace Qudao.Gateway.Users;

/// <summary>Users 用户: who may sign in.</summary>
public sealed class UserService(Db db, Passwords passwords, SignedInSessions sessions, RoleBook roles, UserAccess users, StaffService.StaffServiceClient staff) : V1.UserService.UserServiceBase
{
    public override async Task<User> CreateUser(CreateUserRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var login = UserRules.Normal(request.User.Login);
        // On the caller's behalf: whom he does not see he cannot let in.
        var found = request.User.Staff.Length == 0 ? null : await staff.GetStaffAsync(new GetStaffRequest { Name = request.User.Staff }).FoundAsync();
        Errors.ThrowIfAny([
            .. UserRules.Create(login, request.User.Staff, request.User.Password),
            .. Errors.MissingIf(found is null && request.User.Staff.Length > 0, "user.staff", request.User.Staff)]);
        var person = ToPerson(found!);
        UserRules.MayGive(caller, person.Roles.Split(','));
        var made = request.User.Password.Length == 0 ? Passwords.Make() : "";
        var hash = passwords.Hash(made.Length > 0 ? made : request.User.Password);
        var initial = "";
        var user = await db.WriteOnceAsync(context, WithoutPassword(request), request.RequestId, async tx =>
        {
            initial = made;
            if (await UserStore.IsLoginTakenAsync(tx, login))
                throw Errors.Conflict("LOGIN_TAKEN", $"用户名 {login} 已被使用。", $"The login {login} is taken.");
            if (await UserStore.HasUserAsync(tx, person.Id))
                throw Errors.Conflict("STAFF_HAS_USER", $"{person.Name} 已有用户。", $"{person.Name} has a user already.");
            person.ScopePath = await Places.NowAsync(tx, person.ScopePath);
            await PersonStore.SaveAsync(tx, person);
            var id = tx.NewId();
            await UserStore.InsertAsync(tx, new UserRow { Id = id, Login = login, PersonId = person.Id, PasswordHash = hash, PasswordTemporary = true, CreatedUs = tx.NowMicros });
            await tx.AuditAsync(caller, "user.create", $"users/{id}", person.ScopePath, person.AssigneeId, new { login, request.User.Staff });
            return ToMessage((await UserStore.ByIdAsync(tx, id))!);
        });
        // Not part of the stored reply: a password is nowhere kept as text.
        user.InitialPassword = initial;
        return user;
    }

    public override async Task<User> GetCurrentUser(GetCurrentUserRequest request, ServerCallContext context)
    {
        var user = ToMessage(await users.OwnAsync(context));
        user.Permissions.Add(PermissionCatalog.All.Keys.Where(context.Caller().May));
        return user;
    }

    public override async Task<User> GetUser(GetUserRequest request, ServerCallContext context) =>
        ToMessage(await users.VisibleAsync(request.Name, context.Caller()));

    public override async Task<ListUsersResponse> ListUsers(ListUsersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => UserStore.PageAsync(s, page, caller.Scope));
        var reply = new ListUsersResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Users.Add(rows.Select(ToMessage));
        return reply;
    }

    public override async Task<User> ChangePassword(ChangePasswordRequest request, ServerCallContext context)
    {
        var user = await users.OwnAsync(context);
        Errors.ThrowIfAny([.. UserRules.Password("new_password", request.NewPassword, user.Login)]);
        await sessions.RefuseLockedAsync(user.Login);
        if (!passwords.Matches(user.PasswordHash, request.OldPassword))
        {
            await sessions.FailAsync(user.Login, user, SourceOf(context), "password");
            throw Errors.Invalid("old_password", "密码不正确", "is not the password", "WRONG");
        }
        var hash = passwords.Hash(request.NewPassword);
        var changed = await db.WriteAsync(async tx =>
        {
            await UserStore.SetPasswordAsync(tx, user, hash, temporary: false);
            await SessionStore.EndOthersAsync(tx, user.Id, SignedIn.Of(context.GetHttpContext())?.SessionId ?? "");
            await tx.AuditAsync(context.Caller(), "user.change-password", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login });
            return ToMessage((await UserStore.ByIdAsync(tx, user.Id))!);
        });
        sessions.Forget(user.Id);
        return changed;
    }

    public override async Task<User> ResetPassword(ResetPasswordRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var user = await users.VisibleAsync(request.Name, caller);
        await users.MayActForAsync(caller, user);
        var made = Passwords.Make();
        var hash = passwords.Hash(made);
        var reset = await db.WriteAsync(async tx =>
        {
            await UserStore.SetPasswordAsync(tx, user, hash, temporary: true);
            await SessionStore.EndOthersAsync(tx, user.Id, "");
            await FailureStore.ClearAsync(tx, user.Login);
            await tx.AuditAsync(caller, "user.reset-password", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login });
            return ToMessage((await UserStore.ByIdAsync(tx, user.Id))!);
        });
        sessions.Forget(user.Id);
        reset.InitialPassword = made;
        return reset;
    }

    public override async Task<User> SetUserRoles(SetUserRolesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var known = await roles.NowAsync();
        var user = await users.VisibleAsync(request.Name, caller);
        var asked = request.ExtraRoles.Distinct().ToList();
        Errors.ThrowIfAny([.. UserRules.ExtraRoles(request.ExtraRoles, known)]);
        // Whoever takes a role away decides about it as much as who gives it.
        RoleRules.MayGive(caller, asked.Except(user.ExtraRoleList).Concat(user.ExtraRoleList.Except(asked)).SelectMany(known.PermissionsOf));
        var changed = await db.WriteAsync(async tx =>
        {
            for (var i = 0; i < asked.Count; i++)
                if (await RoleStore.HoldAsync(tx, asked[i]) is null)
                    throw Errors.Invalid([Errors.Missing($"extra_roles[{i}]", $"roles/{asked[i]}")]);
            await UserStore.SetExtraRolesAsync(tx, user, asked);
            await tx.AuditAsync(caller, "user.set-roles", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login, Before = string.Join(',', user.ExtraRoleList), After = string.Join(',', asked) });
            return ToMessage((await UserStore.ByIdAsync(tx, user.Id))!);
        }, context.CancellationToken);
        sessions.Forget(user.Id);
        return changed;
    }

    public override async Task<User> DisableUser(DisableUserRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var user = await users.VisibleAsync(request.Name, caller);
        await users.MayActForAsync(caller, user);
        if (user.Id == caller.Subject)
            throw Errors.Precondition("OWN_USER", "不能停用自己的用户。", "Nobody disables himself.");
        var disabled = await db.WriteAsync(async tx =>
        {
            var administrators = await UserStore.HoldAdministratorsAsync(tx);
            if (administrators.Any(each => each.Id == user.Id) && !administrators.Any(each => each.Id != user.Id && !each.Disabled))
                throw Errors.Precondition("LAST_ADMINISTRATOR", "这是最后一位管理员，不能停用。", "This is the last administrator.");
            await UserStore.SetDisabledAsync(tx, user, disabled: true);
            await SessionStore.EndOthersAsync(tx, user.Id, "");
            await tx.AuditAsync(caller, "user.disable", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login, request.Reason });
            return ToMessage((await UserStore.ByIdAsync(tx, user.Id))!);
        }, context.CancellationToken);
        sessions.Forget(user.Id);
        return disabled;
    }

    public override async Task<User> EnableUser(EnableUserRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var user = await users.VisibleAsync(request.Name, caller);
        await users.MayActForAsync(caller, user);
        return await db.WriteAsync(async tx =>
        {
            await UserStore.SetDisabledAsync(tx, user, disabled: false);
            await tx.AuditAsync(caller, "user.enable", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login });
            return ToMessage((await UserStore.ByIdAsync(tx, user.Id))!);
        }, context.CancellationToken);
    }

    internal static User ToMessage(UserRow row) => new()
    {
        Name = $"users/{row.Id}",
        Login = row.Login,
        Staff = row.IsStaff ? $"staff/{row.PersonId}" : "",
        PasswordTemporary = row.PasswordTemporary,
        DisplayName = row.Name,
        Organisation = $"organisations/{row.OrganisationId}",
        Partner = row.PartnerId is null ? "" : $"partners/{row.PartnerId}",
        Roles = { row.Roles.Split(',', StringSplitOptions.RemoveEmptyEntries) },
        ScopePath = row.ScopePath,
        Active = row.Active,
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        ExtraRoles = { row.ExtraRoleList },
        Disabled = row.Disabled,
        SecondFactor = row.SecondFactor,
    };

    internal static string SourceOf(ServerCallContext context) => context.GetHttpContext().Connection.RemoteIpAddress?.ToString() ?? "";

    private static PersonRow ToPerson(Staff staff)
    {
        var id = Ids.Of(staff.Name, "staff");
        return new PersonRow
        {
            Id = id,
            Version = long.Parse(staff.Etag.AsSpan(1)),
            IsStaff = true,
            Name = staff.DisplayName,
            OrganisationId = Ids.Of(staff.Organisation, "organisations"),
            PartnerId = staff.Partner.Length == 0 ? null : Ids.Of(staff.Partner, "partners"),
            Roles = string.Join(',', staff.Roles),
            ScopePath = staff.ScopePath,
            AssigneeId = UserRules.Assignee(id, staff.Roles),
            Active = staff.Active,
        };
    }

    private static CreateUserRequest WithoutPassword(CreateUserRequest request)
    {
        var bare = request.Clone();
        bare.User.Password = "";
        return bare;
    }
}
