using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Qudao.Gateway.Sessions;
using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>What every request meets before it is served or passed on: who it is from, how much it may be, and what it may not say.</summary>
public sealed class Admission(RequestDelegate next, SignedInSessions sessions, Limits limits)
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

    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        foreach (var header in Stripped)
            request.Headers.Remove(header);
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
        if (signedIn is not null)
            request.Headers.Authorization = Bearer + signedIn.Bearer;
        if (await IsTooLargeAsync(http))
            return;
        await next(http);
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
            headers["X-Request-Id"] = Activity.Current?.TraceId.ToString() ?? ((HttpContext)state).TraceIdentifier;
            return Task.CompletedTask;
        }, http);
        return next(http);
    }

    /// <summary>JSON may be 1 MB, files and gRPC messages 20 MB. Said at once when the length is known; cut off when it is not.</summary>
    private static async Task<bool> IsTooLargeAsync(HttpContext http)
    {
        var request = http.Request;
        var most = request.HasJsonContentType() ? Rest.MaxJson : GrpcAnswers.IsGrpc(request) ? MaxMessage : Rest.MaxFile;
        if (request.ContentLength > most)
        {
            await Answers.RefuseAsync(http, new Refusal(Grpc.Core.StatusCode.InvalidArgument, "PAYLOAD_TOO_LARGE", $"提交的内容太大，最多 {most >> 20} MB。", $"The content is too large; {most >> 20} MB at most."), StatusCodes.Status413PayloadTooLarge);
            return true;
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        return false;
    }
}
