using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Qudao.Gateway.Edge;
using Qudao.Gateway.Sessions;
using Qudao.Gateway.Users;
using Qudao.Platform;

namespace Qudao.Gateway.Issuer;

/// <summary>
/// Sign-in through a company's own OpenID Connect issuer: authorization code with PKCE. GET /signin/oidc sends the browser
/// there; it comes back to /signin/oidc/callback, and goes on to the path it asked for with the session's token behind "#",
/// which no server is told.
/// </summary>
public sealed class IssuerSignIn(Db db, IssuerSettings settings, IssuerTokens tokens, SignedInSessions sessions, ILogger<IssuerSignIn> logger)
{
    public const string Path = "/signin/oidc";
    public const string CallbackPath = "/signin/oidc/callback";

    private const string Cookie = "qudao-signin";

    private static readonly Refusal Failed =
        new(StatusCode.Unauthenticated, "ISSUER_SIGN_IN_FAILED", "登录未完成，请重新开始。", "The sign-in was not completed; begin again.");

    /// <summary>Begins.</summary>
    public async Task BeginAsync(HttpContext http)
    {
        var returnTo = http.Request.Query["returnTo"].ToString() is { Length: > 0 } asked ? asked : "/";
        if (!IssuerRules.IsOwnPath(returnTo))
        {
            await Answers.RefuseAsync(http, Errors.Invalid("returnTo", "须为本站的路径", "must be a path of this site", "BAD_FORMAT"));
            return;
        }
        var (state, nonce, verifier, browser) = (IssuerRules.NewSecret(), IssuerRules.NewSecret(), IssuerRules.NewSecret(), IssuerRules.NewSecret());
        string address;
        try
        {
            address = await tokens.AuthorizeAsync(state, nonce, IssuerRules.Challenge(verifier));
        }
        catch (Exception e) when (IsAway(e))
        {
            await RefuseAwayAsync(http, e);
            return;
        }
        await db.WriteAsync(tx => IssuerStore.InsertAsync(tx, new IssuerSignInRow
        {
            StateHash = SignedInSessions.Hash(state),
            BrowserHash = SignedInSessions.Hash(browser),
            Nonce = nonce,
            Verifier = verifier,
            ReturnTo = returnTo,
            ExpiresUs = tx.NowMicros + IssuerRules.PatienceUs,
        }));
        // Whoever comes back must be the browser that went: nobody is signed in by another's link.
        http.Response.Cookies.Append(Cookie, browser, Options());
        http.Response.Redirect(address);
    }

    /// <summary>Ends: with a session for the user whose login the issuer vouches for.</summary>
    public async Task EndAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Cookies.Delete(Cookie, Options());
        var query = http.Request.Query;
        var state = query["state"].ToString();
        var begun = await db.WriteAsync(tx => IssuerStore.TakeAsync(tx, SignedInSessions.Hash(state)));
        var browser = http.Request.Cookies[Cookie] ?? "";
        if (begun is null || begun.BrowserHash != SignedInSessions.Hash(browser) || query["code"].ToString() is not { Length: > 0 } code)
        {
            await Answers.RefuseAsync(http, Failed);
            return;
        }
        string? login;
        try
        {
            login = await tokens.LoginAsync(code, begun.Verifier, begun.Nonce);
        }
        catch (Exception e) when (IsAway(e))
        {
            await RefuseAwayAsync(http, e);
            return;
        }
        await EnterAsync(http, login, begun.ReturnTo);
    }

    private static bool IsAway(Exception e) => e is HttpRequestException or InvalidOperationException or IOException or TaskCanceledException or JsonException;

    private async Task EnterAsync(HttpContext http, string? login, string returnTo)
    {
        var source = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var user = login is null ? null : await db.ReadAsync(s => UserStore.ByLoginAsync(s, UserRules.Normal(login)));
        if (user is not { Active: true, Disabled: false })
        {
            await sessions.NoteFailureAsync(login is null ? "?" : UserRules.Normal(login), user, source, "issuer");
            await Answers.RefuseAsync(http, login is null ? Failed : new Refusal(StatusCode.PermissionDenied, "NO_SUCH_USER", "您在本系统没有可用的用户，请联系管理员。", "You have no user here; ask an administrator."));
            return;
        }
        var (token, expires) = await db.WriteAsync(tx => SessionStart.OpenAsync(tx, user, source, SessionStart.ClientOf(http), settings.Issuer.Host, byIssuer: true));
        http.Response.Redirect($"{returnTo}#token={token}&expires={Clock.FromMicros(expires).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}");
    }

    private CookieOptions Options() => new()
    {
        HttpOnly = true,
        Secure = settings.PublicAddress.Scheme == Uri.UriSchemeHttps,
        SameSite = SameSiteMode.Lax,
        Path = Path,
        MaxAge = TimeSpan.FromMicroseconds(IssuerRules.PatienceUs),
    };

    private Task RefuseAwayAsync(HttpContext http, Exception e)
    {
        logger.LogWarning(e, "The issuer {Issuer} does not answer as it must", settings.Issuer);
        return Answers.RefuseAsync(http, new Refusal(StatusCode.Unavailable, "ISSUER_UNAVAILABLE", "公司的登录服务暂时不可用，请稍后再试。", "The company's sign-in is not available now; try again later."));
    }
}
