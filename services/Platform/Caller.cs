using System.Collections.Concurrent;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Qudao.Protocol;

namespace Qudao.Platform;

/// <summary>
/// The rows a caller may see: those whose scope_path begins with Path; when Assignee is set (a salesperson 销售人员), only
/// those assigned to that person. Use SqlFilter with the three values as parameters in every statement that lists or gets.
/// </summary>
public sealed record Scope(string Path, string? Assignee)
{
    /// <summary>For a table with scope_path and assignee_id; parameters @ScopeLow, @ScopeHigh, @Assignee.</summary>
    public const string SqlFilter =
        "scope_path >= @ScopeLow AND scope_path < @ScopeHigh AND (@Assignee IS NULL OR assignee_id = @Assignee)";

    /// <summary>
    /// The same for who sees the whole tree: a form in which no index on scope_path is of use. SQLite would fetch by it every
    /// row there is and sort them, for a page that the key's own order gives at once.
    /// </summary>
    public const string SqlFilterOfWhole =
        "COALESCE(scope_path, '') >= @ScopeLow AND COALESCE(scope_path, '') < @ScopeHigh AND (@Assignee IS NULL OR assignee_id = @Assignee)";

    /// <summary>Whether everything lies below: headquarters and the system itself.</summary>
    public bool IsWhole => Path is "/" or "/hq/" && Assignee is null;

    public string ScopeLow => Path;

    /// <summary>Paths end with '/'; '0' is the character after it.</summary>
    public string ScopeHigh => string.Concat(Path.AsSpan(0, Path.Length - 1), "0");

    public bool Sees(string scopePath, string? assignee) =>
        scopePath.StartsWith(Path, StringComparison.Ordinal) && (Assignee is null || Assignee == assignee);
}

/// <summary>
/// Who calls, as the gateway's signed token says. StaffId is set for staff, PartnerId for people of an agent or shop;
/// OrganisationId is the place in the tree.
/// </summary>
public sealed record Caller(string Subject, string Name, string? StaffId, string? PartnerId, string OrganisationId, Scope Scope, IReadOnlyList<string> Roles, string Source)
{
    /// <summary>
    /// Patterns and exceptions that stand for what the roles may, where the company changed one of them; null where all are as
    /// Roles.cs has them.
    /// </summary>
    public IReadOnlyList<string>? Grants { get; init; }

    public bool May(string permission) => Grants is null ? Protocol.Roles.Allows(Roles, permission) : Protocol.Roles.IsGranted(Grants, permission);

    /// <summary>Refuses (PERMISSION_DENIED) a caller without the permission; for finer checks inside an rpc.</summary>
    public void Require(string permission)
    {
        if (!May(permission))
            throw Errors.Denied(permission);
    }

    /// <summary>The staff id; outside people cannot do what is asked of staff.</summary>
    public string RequireStaff() =>
        StaffId ?? throw Errors.Precondition("STAFF_ONLY", "此操作须由本公司员工进行。", "This is for members of staff.");

    /// <summary>The system itself: consumers, timers, jobs.</summary>
    public static Caller System { get; } = new("system", "系统", null, null, "hq", new Scope("/", null), [Protocol.Roles.Administrator], "system");
}

/// <summary>The caller of a call, put there by Calls before the service's method runs.</summary>
public static class CallerOfCall
{
    private const string Key = "qudao.caller";

    public static Caller Caller(this ServerCallContext call) =>
        call.UserState.TryGetValue(Key, out var caller) ? (Caller)caller : throw Errors.Unauthenticated();

    internal static void SetCaller(this ServerCallContext call, Caller caller) => call.UserState[Key] = caller;
}

/// <summary>Names of the claims in the gateway's token.</summary>
public static class TokenClaims
{
    public const string Issuer = "qudao-gateway";
    public const string Audience = "qudao-services";
    public const string Name = "name";
    public const string Staff = "staff";
    public const string Partner = "partner";
    public const string Organisation = "org";
    public const string ScopePath = "scope";
    public const string Assignee = "assignee";
    public const string Roles = "roles";
    public const string Grants = "grants";
    public const string Source = "src";
}

/// <summary>
/// Verifies the gateway's short-lived token (ES256) against the gateway's published keys (Auth:Jwks). Keys are fetched
/// again when a token names an unknown one, at most every ten seconds, and beside the calls when they were read a minute ago:
/// so a new key is known before it signs. Verified tokens are remembered until they expire.
/// </summary>
public sealed class TokenVerifier(IConfiguration configuration, TimeProvider clock, HttpClient http)
{
    private const int Remembered = 10_000;
    private const long FreshUs = 60L * 1_000_000;
    private const long SilenceUs = 2 * FreshUs;
    private static readonly TimeSpan FetchAtMost = TimeSpan.FromSeconds(10);
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset Expires, string Kid)> known = new();
    private readonly SemaphoreSlim fetching = new(1, 1);
    private IReadOnlyDictionary<string, SecurityKey> keys = new Dictionary<string, SecurityKey>();
    private long fetchedAt = -1_000_000;
    private long readAtUs;
    private int reading;

    /// <summary>Takes keys that need not be fetched: the gateway's own, in the gateway.</summary>
    public void Trust(IEnumerable<SecurityKey> own) => (keys, readAtUs) = (own.ToDictionary(key => key.KeyId), clock.NowMicros());

    /// <summary>The caller, or null when the header holds no valid token.</summary>
    public async Task<Caller?> VerifyAsync(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return null;
        var token = authorization["Bearer ".Length..];
        var now = clock.GetUtcNow();
        await ReadAgainWhenOldAsync(now);
        // A key that was revoked takes with it what it signed.
        if (known.TryGetValue(token, out var remembered) && remembered.Expires > now && keys.ContainsKey(remembered.Kid))
            return remembered.Caller;
        return await VerifyNewAsync(token, now);
    }

    private async Task<Caller?> VerifyNewAsync(string token, DateTimeOffset now)
    {
        if (!Handler.CanReadToken(token) || await KeyAsync(Handler.ReadJsonWebToken(token).Kid) is not { } key)
            return null;
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = TokenClaims.Issuer,
            ValidAudience = TokenClaims.Audience,
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => (notBefore is null || notBefore <= now.UtcDateTime.AddMinutes(1)) && expires > now.UtcDateTime,
        });
        if (!result.IsValid || CallerOf((JsonWebToken)result.SecurityToken) is not { } caller)
            return null;
        if (known.Count >= Remembered)
            known.Clear();
        known[token] = (caller, result.SecurityToken.ValidTo, key.KeyId);
        return caller;
    }

    private static Caller? CallerOf(JsonWebToken token)
    {
        string? Claim(string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;
        if (Claim(TokenClaims.Organisation) is not { } organisation || Claim(TokenClaims.ScopePath) is not { Length: > 0 } path || !path.EndsWith('/'))
            return null;
        var roles = token.TryGetPayloadValue<string[]>(TokenClaims.Roles, out var list) ? list : [];
        return new Caller(token.Subject, Claim(TokenClaims.Name) ?? token.Subject, Claim(TokenClaims.Staff), Claim(TokenClaims.Partner), organisation,
            new Scope(path, Claim(TokenClaims.Assignee)), roles, Claim(TokenClaims.Source) ?? "")
        {
            Grants = token.TryGetPayloadValue<string[]>(TokenClaims.Grants, out var grants) ? grants : null,
        };
    }

    private async Task<SecurityKey?> KeyAsync(string kid)
    {
        if (keys.TryGetValue(kid, out var key))
            return key;
        await fetching.WaitAsync();
        try
        {
            if (!keys.ContainsKey(kid) && Environment.TickCount64 - fetchedAt > FetchAtMost.TotalMilliseconds)
                await FetchAsync();
        }
        finally
        {
            fetching.Release();
        }
        return keys.GetValueOrDefault(kid);
    }

    /// <summary>
    /// Nobody waits for it while calls come: what is known serves until then, and after a failure too. After a silence the first
    /// one waits: a key may have been revoked meanwhile.
    /// </summary>
    private ValueTask ReadAgainWhenOldAsync(DateTimeOffset now)
    {
        var age = Math.Abs(now.Micros() - readAtUs);
        if (keys.Count == 0 || configuration["Auth:Jwks"] is null || age < FreshUs || Interlocked.Exchange(ref reading, 1) == 1)
            return ValueTask.CompletedTask;
        readAtUs = now.Micros();
        var read = Task.Run(async () =>
        {
            try
            {
                await FetchAsync();
            }
            catch (Exception e) when (e is Refusal or ObjectDisposedException)
            {
                // A token that names an unknown key asks again, and tells of the failure then.
            }
            finally
            {
                Volatile.Write(ref reading, 0);
            }
        });
        return age < SilenceUs ? ValueTask.CompletedTask : new ValueTask(read);
    }

    private async Task FetchAsync()
    {
        var url = configuration["Auth:Jwks"] ?? throw new InvalidOperationException("Auth:Jwks is required: where the gateway publishes its keys.");
        try
        {
            var set = new JsonWebKeySet(await http.GetStringAsync(new Uri(url)));
            keys = set.Keys.Where(k => k.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve).ToDictionary(k => k.Kid, k => (SecurityKey)k);
            fetchedAt = Environment.TickCount64;
            readAtUs = clock.NowMicros();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException or ArgumentException)
        {
            throw new Refusal(StatusCode.Unavailable, "KEYS_UNAVAILABLE", "暂时无法验证身份，请稍后再试。", "The gateway's keys cannot be read just now.");
        }
    }
}
