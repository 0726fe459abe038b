using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Gateway.Sessions;
using Qudao.Gateway.Users;
using Qudao.Gateway.V1;
using Qudao.Platform;
using UserService = Qudao.Gateway.Users.UserService;

namespace Qudao.Gateway.SecondFactors;

/// <summary>The second factor 双因素验证 of a user.</summary>
public sealed class SecondFactorService(Db db, Passwords passwords, SignedInSessions sessions, UserAccess users) : V1.SecondFactorService.SecondFactorServiceBase
{
    public override async Task<SecondFactorEnrolment> EnrolSecondFactor(EnrolSecondFactorRequest request, ServerCallContext context)
    {
        var user = await users.OwnAsync(context);
        await CheckPasswordAsync(user, request.Password, context);
        var secret = Totp.NewSecret();
        await db.WriteAsync(async tx =>
        {
            if (await SecondFactorStore.GetAsync(tx, user.Id) is { ConfirmedUs: not null })
                throw Errors.Precondition("SECOND_FACTOR_ON", "双因素验证已启用，请先停用。", "There is a second factor already; remove it first.");
            await SecondFactorStore.BeginAsync(tx, user.Id, secret);
        }, context.CancellationToken);
        var text = Totp.ToBase32(secret);
        return new SecondFactorEnrolment { Secret = text, OtpauthUri = Totp.Uri(user.Login, text) };
    }

    public override async Task<RecoveryCodes> ConfirmSecondFactor(ConfirmSecondFactorRequest request, ServerCallContext context)
    {
        var user = await users.OwnAsync(context);
        await sessions.RefuseLockedAsync(user.Login);
        var codes = Enumerable.Range(0, SecondFactorRules.RecoveryCodes).Select(_ => SecondFactorRules.NewRecoveryCode()).ToList();
        var confirmed = await db.WriteAsync(async tx =>
        {
            var factor = await SecondFactorStore.GetAsync(tx, user.Id);
            if (factor is not { ConfirmedUs: null })
                throw Errors.Precondition("SECOND_FACTOR_NOT_BEGUN", "请先申请启用双因素验证。", "Enrol the second factor first.");
            if (!SecondFactorRules.IsAppCode(request.Code) || !await SecondFactorRules.TakeAsync(tx, factor, request.Code))
                return false;
            await SecondFactorStore.ConfirmAsync(tx, user.Id);
            foreach (var code in codes)
                await SecondFactorStore.AddCodeAsync(tx, user.Id, SecondFactorRules.Hash(code));
            await SessionStore.EndOthersAsync(tx, user.Id, SignedIn.Of(context.GetHttpContext())?.SessionId ?? "");
            await AuditAsync(tx, context.Caller(), user, "second-factor.confirm");
            return true;
        }, context.CancellationToken);
        if (!confirmed)
            await RefuseCodeAsync(user, context);
        sessions.Forget(user.Id);
        return new RecoveryCodes { RecoveryCodes_ = { codes } };
    }

    public override async Task<Empty> RemoveSecondFactor(RemoveSecondFactorRequest request, ServerCallContext context)
    {
        var user = await users.OwnAsync(context);
        await CheckPasswordAsync(user, request.Password, context);
        var removed = await db.WriteAsync(async tx =>
        {
            if (await SecondFactorStore.GetAsync(tx, user.Id) is not { ConfirmedUs: not null } factor)
                throw Errors.Precondition("SECOND_FACTOR_OFF", "双因素验证未启用。", "There is no second factor.");
            if (!await SecondFactorRules.TakeAsync(tx, factor, request.Code))
                return false;
            await SecondFactorStore.RemoveAsync(tx, user.Id);
            await AuditAsync(tx, context.Caller(), user, "second-factor.remove");
            return true;
        }, context.CancellationToken);
        if (!removed)
            await RefuseCodeAsync(user, context);
        return new Empty();
    }

    public override async Task<Empty> ResetSecondFactor(ResetSecondFactorRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var user = await users.VisibleAsync(request.Name, caller);
        await users.MayActForAsync(caller, user);
        await db.WriteAsync(async tx =>
        {
            await SecondFactorStore.RemoveAsync(tx, user.Id);
            await SessionStore.EndOthersAsync(tx, user.Id, "");
            await AuditAsync(tx, caller, user, "second-factor.reset");
        }, context.CancellationToken);
        sessions.Forget(user.Id);
        return new Empty();
    }

    private static Task AuditAsync(Tx tx, Caller caller, UserRow user, string action) =>
        tx.AuditAsync(caller, action, $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login });

    private async Task CheckPasswordAsync(UserRow user, string password, ServerCallContext context)
    {
        await sessions.RefuseLockedAsync(user.Login);
        if (passwords.Matches(user.PasswordHash, password))
            return;
        await sessions.FailAsync(user.Login, user, UserService.SourceOf(context), "password");
        throw Errors.Invalid("password", "密码不正确", "is not the password", "WRONG");
    }

    private async Task RefuseCodeAsync(UserRow user, ServerCallContext context)
    {
        await sessions.FailAsync(user.Login, user, UserService.SourceOf(context), "second-factor");
        throw Errors.Invalid("code", "验证码不正确或已使用", "is wrong or was used", "WRONG");
    }
}
