using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Qudao.Gateway.Access;
using Qudao.Gateway.ApiClients;
using Qudao.Gateway.Keys;
using Qudao.Gateway.Users;
using Qudao.Platform;

namespace Qudao.Gateway.Sessions;

/// <summary>
/// Turns a session token into the token that the services verify. What is known of a session is read again every two
/// seconds: so long another gateway's sign-out, or a change of somebody's roles, may take to be felt.
/// </summary>
public sealed class SignedInSessions(Db db, TokenMint mint, RoleBook roles)
{
    private const int Remembered = 10_000;
    private const long FreshUs = 2_000_000;
    private const int TokenBytes = 32;

    private readonly ConcurrentDictionary<(string Hash, string Source), Known> known = new();
    private readonly ConcurrentDictionary<string, (SessionRow Row, string Source)> own = new();

    /// <summary>A new session token: 256 bits from the system's generator, behind what tells it from an API client's.</summary>
    public static string NewToken() => "qdu_" + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>As which a token is stored.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The session of the token, null when there is none (any more).</summary>
    /// <param name="source">The client's address; it goes into the services' audit trail.</param>
    public ValueTask<SignedIn?> FindAsync(string token, string source)
    {
        var key = (Hash(token), source);
        var now = db.Clock.GetUtcNow();
        return known.TryGetValue(key, out var found) && found.IsFresh(now) && !mint.IsRevoked(found.Token)
            ? ValueTask.FromResult<SignedIn?>(found.SignedIn)
            : new ValueTask<SignedIn?>(ReadAsync(key, KindOf(token), found, now));
    }

    /// <summary>
    /// A session of the house's own, for what the house itself does at its own door: nobody signs in for it, it stands on no
    /// disk, and it ends with Withdraw or with the process.
    /// </summary>
    /// <param name="row">As whom.</param>
    /// <param name="source">What the audit trail names in the place of a client's address.</param>
    /// <returns>The token. Whoever has it acts as the row says: it does not leave the process.</returns>
    public string Grant(SessionRow row, string source)
    {
        var token = NewToken();
        own[Hash(token)] = (row with { ExpiresUs = long.MaxValue }, source);
        return token;
    }

    /// <summary>Ends a session that was granted.</summary>
    public void Withdraw(string token)
    {
        var hash = Hash(token);
        own.TryRemove(hash, out _);
        foreach (var key in known.Keys.Where(key => key.Hash == hash))
            known.TryRemove(key, out _);
    }

    /// <summary>What was known of a user no longer holds.</summary>
    public void Forget(string user)
    {
        foreach (var (key, _) in known.Where(pair => pair.Value.Row.UserId == user))
            known.TryRemove(key, out _);
    }

    /// <summary>What was known of anybody no longer holds: a role was changed.</summary>
    public void ForgetAll() => known.Clear();

    /// <summary>Refuses (RESOURCE_EXHAUSTED) a login that failed too often.</summary>
    public async Task RefuseLockedAsync(string login) =>
        RefuseLocked(await db.ReadAsync(s => FailureStore.GetAsync(s, login)), db.Clock.NowMicros());

    public static void RefuseLocked(FailureRow? failures, long now)
    {
        if (SignInRules.IsLocked(failures, now))
            throw new Refusal(StatusCode.ResourceExhausted, "SIGN_IN_LOCKED", "登录失败次数过多，请 15 分钟后再试。", "Too many failed sign-ins; try again in 15 minutes.");
    }

    /// <summary>Enters a failed sign-in in the audit trail, without counting it: no password was guessed at.</summary>
    public Task NoteFailureAsync(string login, UserRow? user, string source, string what) => db.WriteAsync(tx => AuditFailureAsync(tx, "sign-in.fail", login, user, source, what));

    /// <summary>Counts a failed sign-in.</summary>
    /// <param name="user">Whose login it is; null where it is nobody's.</param>
    /// <param name="what">What was wrong: "password", "second-factor".</param>
    public Task FailAsync(string login, UserRow? user, string source, string what) =>
        db.WriteAsync(async tx =>
        {
            await AuditFailureAsync(tx, "sign-in.fail", login, user, source, what);
            var after = SignInRules.Fail(login, await FailureStore.HoldAsync(tx, login), tx.NowMicros);
            await FailureStore.SaveAsync(tx, after);
            if (after.Failures == SignInRules.Failures)
                await AuditFailureAsync(tx, "sign-in.lock", login, user, source, what);
        });

    /// <summary>Deletes sessions that ended and failures that no longer count; a sweep.</summary>
    public static async Task<int> SweepAsync(Db db)
    {
        var now = db.Clock.NowMicros();
        var forgotten = now - 2 * SignInRules.LockedUs;
        if (await db.ReadAsync(async s => await SessionStore.CountExpiredAsync(s, now) + await FailureStore.CountOldAsync(s, forgotten)) == 0)
            return 0;
        return await db.WriteAsync(async tx => await SessionStore.DeleteExpiredAsync(tx, now) + await FailureStore.DeleteOldAsync(tx, forgotten));
    }

    private static Task AuditFailureAsync(Tx tx, string action, string login, UserRow? user, string source, string what)
    {
        // What is no login may be a password that went into the wrong field.
        var shown = UserRules.IsLogin(login) ? login : "?";
        return tx.AuditAsync(Caller.System with { Source = source }, action, user is null ? $"logins/{shown}" : $"users/{user.Id}", user?.ScopePath ?? "/hq/", user?.AssigneeId, new { Login = shown, what });
    }

    private static Kind KindOf(string token) =>
        token.StartsWith(ApiClientRules.KeyPrefix, StringComparison.Ordinal) ? Kind.Key
        : token.StartsWith(ApiClientRules.TokenPrefix, StringComparison.Ordinal) ? Kind.ClientToken
        : Kind.Session;

    private Task<SessionRow?> RowAsync(string hash, Kind kind, long now) => db.ReadAsync(s => kind switch
    {
        Kind.Key => ApiClientStore.ByKeyAsync(s, hash, now),
        Kind.ClientToken => ApiClientStore.ByTokenAsync(s, hash, now),
        _ => SessionStore.FindAsync(s, hash, now),
    });

    private async Task<SignedIn?> ReadAsync((string Hash, string Source) key, Kind kind, Known? before, DateTimeOffset now)
    {
        var source = key.Source;
        SessionRow? row;
        if (own.TryGetValue(key.Hash, out var granted))
            (row, source) = granted;
        else
            row = await RowAsync(key.Hash, kind, now.Micros());
        if (row is null)
        {
            known.TryRemove(key, out _);
            return null;
        }
        await (row.IsClient ? TouchAsync(row, source, now.Micros()) : ProlongAsync(key.Hash, row, now.Micros()));
        row.Grants = (await roles.NowAsync()).GrantsOf(row.AllRoles) is { } grants ? string.Join(',', grants) : null;
        var token = before is not null && before.Row with { ExpiresUs = row.ExpiresUs, LastUsedUs = row.LastUsedUs } == row && mint.IsGood(before.Token, now) ? before.Token : mint.Make(row, source, now);
        if (known.Count >= Remembered)
            known.Clear();
        var found = new Known(row, token, now, new SignedIn(row.Id, row.UserId, token.Value, row.MustChangePassword, row.RequestsPerSecond,
            row.IsClient ? new Quota(row.UserId, row.RequestsPerDay, row.RequestsPerMonth) : null));
        known[key] = found;
        return found.SignedIn;
    }

    /// <summary>Notes that a client calls; that a key is used for the first time stands in the audit trail.</summary>
    private async Task TouchAsync(SessionRow row, string source, long now)
    {
        if (now - row.LastUsedUs < ApiClientRules.TouchUs)
            return;
        await db.WriteAsync(async tx =>
        {
            if (!await CredentialStore.TouchAsync(tx, row.Id, row.LastUsedUs) || row.LastUsedUs > 0)
                return;
            var caller = new Caller(row.UserId, row.Name, null, null, row.OrganisationId, new Scope(row.ScopePath, null), row.AllRoles, source);
            await tx.AuditAsync(caller, "api-client.first-use", $"apiClients/{row.UserId}", row.ScopePath, null, new { Credential = row.Id });
        });
        row.LastUsedUs = now;
    }

    private async Task ProlongAsync(string hash, SessionRow row, long now)
    {
        var end = now + SignInRules.SessionUs;
        if (end - row.ExpiresUs < SignInRules.ProlongUs)
            return;
        await db.WriteAsync(tx => SessionStore.ExtendAsync(tx, hash, end));
        row.ExpiresUs = end;
    }

    private enum Kind
    {
        Session,
        Key,
        ClientToken,
    }

    private sealed record Known(SessionRow Row, ServiceToken Token, DateTimeOffset ReadAt, SignedIn SignedIn)
    {
        public bool IsFresh(DateTimeOffset now)
        {
            var age = (now - ReadAt).Ticks / 10;
            return age is >= 0 and < FreshUs && Row.ExpiresUs > now.Micros();
        }
    }
}
