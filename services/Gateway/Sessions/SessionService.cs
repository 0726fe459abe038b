using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Gateway.SecondFactors;
using Qudao.Gateway.Users;
using Qudao.Gateway.V1;
using Qudao.Platform;
using UserService = Qudao.Gateway.Users.UserService;

namespace Qudao.Gateway.Sessions;

/// <summary>Signing in 登录 and out, and the sessions that come of it.</summary>
public sealed class SessionService(Db db, Passwords passwords, SignedInSessions sessions, UserAccess users) : V1.SessionService.SessionServiceBase
{
    public override async Task<V1.Session> CreateSession(CreateSessionRequest request, ServerCallContext context)
    {
        var login = UserRules.Normal(request.Login);
        var source = UserService.SourceOf(context);
        await sessions.RefuseLockedAsync(login);
        var user = await db.ReadAsync(s => UserStore.ByLoginAsync(s, login));
        if (!passwords.Matches(user?.PasswordHash, request.Password) || user is not { Active: true, Disabled: false })
        {
            await sessions.FailAsync(login, user, source, "password");
            throw new Refusal(StatusCode.Unauthenticated, "WRONG_CREDENTIALS", "用户名或密码不正确。", "The login or the password is wrong.");
        }
        if (user.SecondFactor && request.Code.Length == 0)
            throw new Refusal(StatusCode.Unauthenticated, "SECOND_FACTOR_REQUIRED", "请输入验证码。", "Enter the code of your second factor.");
        if (await OpenAsync(user, request.Code, source, SessionStart.ClientOf(context.GetHttpContext())) is { } session)
            return session;
        await sessions.FailAsync(login, user, source, "second-factor");
        throw new Refusal(StatusCode.Unauthenticated, "SECOND_FACTOR_WRONG", "验证码不正确或已使用。", "The code is wrong or was used.");
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

    public override Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context) =>
        ListAsync(Page.From(request, context.Caller()), context.Caller().Subject, context);

    public override async Task<Empty> RevokeSession(RevokeSessionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        await db.WriteAsync(async tx =>
        {
            if (!await SessionStore.EndOwnAsync(tx, Ids.Of(request.Name, "sessions"), caller.Subject))
                throw Errors.NotFound(request.Name);
            await tx.AuditAsync(caller, "session.revoke", $"users/{caller.Subject}", caller.Scope.Path, caller.Scope.Assignee, new { Session = request.Name });
        }, context.CancellationToken);
        sessions.Forget(caller.Subject);
        return new Empty();
    }

    public override async Task<ListSessionsResponse> ListUserSessions(ListUserSessionsRequest request, ServerCallContext context)
    {
        var user = await users.VisibleAsync(request.Parent, context.Caller());
        return await ListAsync(Page.From(request, context.Caller()), user.Id, context);
    }

    public override async Task<Empty> RevokeUserSessions(RevokeUserSessionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var user = await users.VisibleAsync(request.Parent, caller);
        await users.MayActForAsync(caller, user);
        await db.WriteAsync(async tx =>
        {
            await SessionStore.EndOthersAsync(tx, user.Id, "");
            await tx.AuditAsync(caller, "session.revoke", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login });
        }, context.CancellationToken);
        sessions.Forget(user.Id);
        return new Empty();
    }

    public override Task<ListSessionsResponse> ListAllSessions(ListAllSessionsRequest request, ServerCallContext context)
    {
        var page = Page.From(request, context.Caller());
        return ListAsync(page, s => SessionStore.AllPageAsync(s, page, context.Caller().Scope, db.Clock.NowMicros()), context);
    }

    public override async Task<Empty> EndSession(EndSessionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var id = Ids.Of(request.Name, "sessions");
        var user = await db.ReadAsync(async s => await SessionStore.UserOfAsync(s, id, db.Clock.NowMicros()) is { } whose ? await UserStore.GetAsync(s, whose, caller.Scope) : null)
            ?? throw Errors.NotFound(request.Name);
        await users.MayActForAsync(caller, user);
        await db.WriteAsync(async tx =>
        {
            if (!await SessionStore.EndOwnAsync(tx, id, user.Id))
                throw Errors.NotFound(request.Name);
            await tx.AuditAsync(caller, "session.revoke", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login, Session = request.Name });
        }, context.CancellationToken);
        sessions.Forget(user.Id);
        return new Empty();
    }

    /// <summary>Null when the second factor is wrong.</summary>
    private Task<V1.Session?> OpenAsync(UserRow user, string code, string source, string client) =>
        db.WriteAsync(async tx =>
        {
            // Guesses made side by side: none counts as right once the others have locked the login.
            SignedInSessions.RefuseLocked(await FailureStore.HoldAsync(tx, user.Login), tx.NowMicros);
            var factor = await SecondFactorStore.GetAsync(tx, user.Id);
            if (factor is { ConfirmedUs: not null } && !await SecondFactorRules.TakeAsync(tx, factor, code))
                return null;
            await FailureStore.ClearAsync(tx, user.Login);
            var by = factor is not { ConfirmedUs: not null } ? "password" : SecondFactorRules.IsAppCode(code) ? "password and code" : "password and recovery code";
            var (token, expires) = await SessionStart.OpenAsync(tx, user, source, client, by, byIssuer: false);
            return new V1.Session
            {
                Token = token,
                ExpireTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(expires)),
                User = UserService.ToMessage(user),
            };
        });

    private Task<ListSessionsResponse> ListAsync(Page page, string user, ServerCallContext context) =>
        ListAsync(page, s => SessionStore.PageAsync(s, page, user, db.Clock.NowMicros()), context);

    private async Task<ListSessionsResponse> ListAsync(Page page, Func<Platform.Session, Task<List<SessionInfoRow>>> read, ServerCallContext context)
    {
        var current = SignedIn.Of(context.GetHttpContext())?.SessionId;
        var rows = await db.ReadAsync(read);
        var reply = new ListSessionsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Sessions.Add(rows.Select(row => new SessionInfo
        {
            Name = $"sessions/{row.Id}",
            CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
            LastUseTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.LastUsedUs)),
            ExpireTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.ExpiresUs)),
            Address = row.Source,
            Client = row.Client,
            Current = row.Id == current,
            User = row.UserId.Length > 0 ? $"users/{row.UserId}" : "",
            Login = row.Login,
        }));
        return reply;
    }
}
