using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Qudao.Gateway.ApiClients;
using Qudao.Gateway.Issuer;
using Qudao.Gateway.Sessions;
using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>What every request meets before it is served or passed on: who it is from, how much it may be, and what it may not say.</summary>
public sealed class Admission(RequestDelegate next, SignedInSessions sessions, Limits limits, Shedding shedding, TrustedProxies proxies)
{
    private const string Bearer = "Bearer ";

    /// <summary>A file of the largest size allowed, in a gRPC message with what stands around it.</summary>
    private const int MaxMessage = Rest.MaxFile + 1024 * 1024;

    /// <summary>What a client could say to pass for somebody else, or to somebody else, further in.</summary>
    private static readonly string[] Stripped =
    [
        "Cookie", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Real-IP", "X-Original-URL",
        "X-Rewrite-URL", "X-HTTP-Method-Override", "X-User", "X-Remote-User", "Proxy-Authorization",
    ];

    /// <summary>All that answers somebody whose password another gave him.</summary>
    private static readonly HashSet<string> FirstSteps = new(StringComparer.Ordinal)
    {
        "/v1/me", "/v1/users/me", "/v1/users/me:changePassword", "/v1/sessions/current",
        "/qudao.gateway.v1.UserService/GetCurrentUser", "/qudao.gateway.v1.UserService/ChangePassword", "/qudao.gateway.v1.SessionService/DeleteCurrentSession",
    };

    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (await HeaderLimits.RefuseAsync(http) || await IsCompressedAsync(http))
            return;
        proxies.Look(http);
        // The one cookie there is ties a sign-in through the issuer to the browser that began it.
        var cookie = request.Path.StartsWithSegments(IssuerSignIn.Path) ? request.Headers.Cookie : default;
        foreach (var header in Stripped)
            request.Headers.Remove(header);
        request.Headers.Cookie = cookie;
        // A client says who it is there, which is not by a session.
        if (request.Path == TokenEndpoint.Path)
        {
            if (await limits.AdmitAsync(http) && !await IsTooLargeAsync(http))
                await shedding.SeatAsync(http, next);
            return;
        }
        var authorization = request.Headers.Authorization.ToString();
        request.Headers.Authorization = default;
        var signedIn = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? await sessions.FindAsync(authorization[Bearer.Length..].Trim(), http.Connection.RemoteIpAddress?.ToString() ?? "")
            : null;
        if (signedIn is not null)
            http.Features.Set(signedIn);
        if (!await limits.AdmitAsync(http))
            return;
        if (signedIn is null && authorization.Length > 0)
        {
            await Answers.RefuseAsync(http, new Refusal(Grpc.Core.StatusCode.Unauthenticated, "SESSION_INVALID", "登录已失效，请重新登录。", "The session is not valid (any more); sign in again."));
            return;
        }
        if (signedIn is { MustChangePassword: true } && !FirstSteps.Contains(request.Path.Value!))
        {
            await Answers.RefuseAsync(http, new Refusal(Grpc.Core.StatusCode.PermissionDenied, "PASSWORD_CHANGE_REQUIRED", "请先修改他人设置的临时密码。", "Change the password that was given to you first."));
            return;
        }
        if (signedIn is not null)
            request.Headers.Authorization = Bearer + signedIn.Bearer;
        if (!await IsTooLargeAsync(http) && !await shedding.SeatAsync(http, next))
            limits.Return(http);
    }

    /// <summary>Adds to every answer what a browser must know, and the id under which logs and traces know the request.</summary>
    public static Task SecureAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.Server = default;
            headers.ContentSecurityPolicy = ConsoleFiles.Policy((HttpContext)state) ?? "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            if (((HttpContext)state).Request.IsHttps)
                headers.StrictTransportSecurity = "max-age=31536000";
            headers["X-Request-Id"] = Activity.Current?.TraceId.ToString() ?? ((HttpContext)state).TraceIdentifier;
            return Task.CompletedTask;
        }, http);
        return next(http);
    }

    /// <summary>
    /// Nobody unpacks a body, so a small one cannot become a large one; it is said rather than called bad JSON. Within gRPC
    /// messages are packed each by itself, and measured where they are unpacked.
    /// </summary>
    private static async Task<bool> IsCompressedAsync(HttpContext http)
    {
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return false;
        http.Response.OnStarting(static response =>
        {
            ((HttpResponse)response).Headers.AcceptEncoding = "identity";
            return Task.CompletedTask;
        }, http.Response);
        await Answers.RefuseAsync(http, new Refusal(Grpc.Core.StatusCode.InvalidArgument, "CONTENT_ENCODING_NOT_SUPPORTED", "不接受压缩的提交内容（Content-Encoding）。", "Content that is compressed (Content-Encoding) is not taken."), StatusCodes.Status415UnsupportedMediaType);
        return true;
    }

    private static string Size(long bytes) => bytes < 1 << 20 ? $"{bytes >> 10} KB" : $"{bytes >> 20} MB";

    /// <summary>JSON may be 1 MB, files and gRPC messages 20 MB. Said at once when the length is known; cut off when it is not.</summary>
    private static async Task<bool> IsTooLargeAsync(HttpContext http)
    {
        var request = http.Request;
        var most = request.Path == TokenEndpoint.Path ? TokenEndpoint.MostBytes : request.HasJsonContentType() ? Rest.MaxJson : GrpcAnswers.IsGrpc(request) ? MaxMessage : Rest.MaxFile;
        if (request.ContentLength > most)
        {
            await Answers.RefuseAsync(http, new Refusal(Grpc.Core.StatusCode.InvalidArgument, "PAYLOAD_TOO_LARGE", $"提交的内容太大，最多 {Size(most)}。", $"The content is too large; {Size(most)} at most."), StatusCodes.Status413PayloadTooLarge);
            return true;
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        return false;
    }
}
