using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Gateway.Users;
using Qudao.Gateway.V1;
using Qudao.Platform;
using UserService = Qudao.Gateway.Users.UserService;

namespace Qudao.Gateway.Sessions;

/// <summary>Signing in 登录 and out.</summary>
public sealed class SessionService(Db db, Passwords passwords, SignedInSessions sessions) : V1.SessionService.SessionServiceBase
{
    public override async Task<V1.Session> CreateSession(CreateSessionRequest request, ServerCallContext context)
    {
        var login = UserRules.Normal(request.Login);
        var source = UserService.SourceOf(context);
        await sessions.RefuseLockedAsync(login);
        var user = await db.ReadAsync(s => UserStore.ByLoginAsync(s, login));
        if (!passwords.Matches(user?.PasswordHash, request.Password) || user is not { Active: true, Disabled: false })
        {
            await sessions.FailAsync(login, source);
            throw new Refusal(StatusCode.Unauthenticated, "WRONG_CREDENTIALS", "用户名或密码不正确。", "The login or the password is wrong.");
        }
        var token = SignedInSessions.NewToken();
        return await db.WriteAsync(async tx =>
        {
            // Guesses made side by side: none counts as right once the others have locked the login.
            SignedInSessions.RefuseLocked(await FailureStore.HoldAsync(tx, login), tx.NowMicros);
            await FailureStore.ClearAsync(tx, login);
            var expires = tx.NowMicros + SignInRules.SessionUs;
            await SessionStore.InsertAsync(tx, SignedInSessions.Hash(token), tx.NewId(), user.Id, expires, source);
            await tx.AuditAsync(AsCaller(user, source), "session.create", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { login });
            return new V1.Session
            {
                Token = token,
                ExpireTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(expires)),
                User = UserService.ToMessage(user),
            };
        });
    }

    public override async Task<Empty> DeleteCurrentSession(DeleteCurrentSessionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var session = SignedIn.Of(context.GetHttpContext()) ?? throw Errors.Unauthenticated();
        await db.WriteAsync(async tx =>
        {
            await SessionStore.EndAsync(tx, session.SessionId);
            await tx.AuditAsync(caller, "session.delete", $"users/{session.UserId}", caller.Scope.Path, caller.Scope.Assignee, new { });
        });
        sessions.Forget(session.UserId);
        return new Empty();
    }

    private static Caller AsCaller(UserRow user, string source) =>
        new(user.Id, user.Name, user.IsStaff ? user.PersonId : null, user.PartnerId, user.OrganisationId, new Scope(user.ScopePath, user.AssigneeId), user.Roles.Split(','), source);
}
