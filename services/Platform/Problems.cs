using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>
/// What every failed REST call answers (RFC 9457): the same facts as google.rpc.Status with its details over gRPC, in the
/// caller's language, with JSON field names.
/// </summary>
/// <param name="Type">"urn:qudao:error:" and the reason.</param>
/// <param name="Title">The kind of failure, for people.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What went wrong, for people.</param>
/// <param name="Code">The gRPC code's name, "INVALID_ARGUMENT".</param>
/// <param name="Reason">Stable, UPPER_SNAKE; what a program may decide by.</param>
/// <param name="Violations">Every field at fault.</param>
/// <param name="Metadata">More facts of the reason, if any.</param>
/// <param name="TraceId">Finds this call in logs and traces.</param>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string Reason,
    IReadOnlyList<ProblemViolation>? Violations,
    IReadOnlyDictionary<string, string>? Metadata,
    string TraceId);

/// <summary>One field at fault, by its JSON path: "partner.contacts[2].phone".</summary>
public sealed record ProblemViolation(string Field, string Reason, string Message);

/// <summary>Answers failures over HTTP as application/problem+json; nothing else of a failure leaves the process.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json; charset=utf-8";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] Kept = ["Allow", "Retry-After", "RateLimit", "RateLimit-Policy"];

    /// <summary>
    /// Gives every failed answer that has no body yet – unknown routes, wrong methods, refused sign-ins, limits, exceptions –
    /// the form of a problem. First in the pipeline.
    /// </summary>
    public static void UseProblems(this IApplicationBuilder app) => app.Use(ServeAsync);

    /// <summary>Answers with a refusal made outside a gRPC call; its field paths are shown as they are.</summary>
    public static Task WriteAsync(HttpContext http, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(refusal);
        return WriteAsync(http, HttpStatus(refusal.Code), refusal);
    }

    /// <summary>Answers with a refusal under an HTTP status that gRPC has no code for: 413, 415.</summary>
    public static Task WriteAsync(HttpContext http, int status, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(refusal);
        if (refusal.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return WriteAsync(http, Of(http, status, refusal));
    }

    /// <summary>Answers with the failure of a gRPC call; its proto field paths become JSON paths.</summary>
    public static Task WriteAsync(HttpContext http, RpcException failure) => WriteAsync(http, Of(http, failure));

    /// <summary>Answers with what is known of a bare HTTP status.</summary>
    public static Task WriteAsync(HttpContext http, int status)
    {
        var (code, reason, zh, en) = Plain(status);
        return WriteAsync(http, status, new Refusal(code, reason, zh, en));
    }

    /// <summary>
    /// The HTTP status of a gRPC code, exactly as google.rpc.Code maps them. So a state that forbids the request is 400
    /// (FAILED_PRECONDITION) and a stale etag is 409 (ABORTED), also when it came by If-Match.
    /// </summary>
    public static int HttpStatus(StatusCode code) => code switch
    {
        StatusCode.OK => 200,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => 400,
        StatusCode.Unauthenticated => 401,
        StatusCode.PermissionDenied => 403,
        StatusCode.NotFound => 404,
        StatusCode.Aborted or StatusCode.AlreadyExists => 409,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Cancelled => 499,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        StatusCode.DeadlineExceeded => 504,
        _ => 500,
    };

    /// <summary>"partner.display_name" becomes "partner.displayName"; keys in brackets stay as they are.</summary>
    public static string JsonPath(string protoPath)
    {
        ArgumentNullException.ThrowIfNull(protoPath);
        if (!protoPath.Contains('_', StringComparison.Ordinal)) return protoPath;
        var path = new System.Text.StringBuilder(protoPath.Length);
        var (inKey, raise) = (false, false);
        foreach (var c in protoPath)
        {
            inKey = c == '[' || (inKey && c != ']');
            if (c == '_' && !inKey)
            {
                raise = true;
                continue;
            }
            path.Append(raise ? char.ToUpperInvariant(c) : c);
            raise = false;
        }
        return path.ToString();
    }

    /// <summary>The failure of a gRPC call as a problem.</summary>
    internal static Problem Of(HttpContext http, RpcException failure)
    {
        var code = failure.StatusCode;
        var status = failure.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        var reason = info is { Reason.Length: > 0 } ? info.Reason : CodeName(code);
        var shape = http.Features.Get<RestFaults>();
        var violations = status?.GetDetail<BadRequest>()?.FieldViolations
            .Select(v => new ProblemViolation(shape?.Names(v.Field) == true ? v.Field : JsonPath(v.Field), v.Reason, v.Description)).ToList();
        var detail = status?.GetDetail<LocalizedMessage>()?.Message ?? failure.Status.Detail;
        return Of(http, HttpStatus(code), code, reason, detail, violations, info?.Metadata is { Count: > 0 } metadata ? new Dictionary<string, string>(metadata) : null);
    }

    private static Problem Of(HttpContext http, int status, Refusal refusal)
    {
        var english = IsEnglish(http);
        var violations = refusal.Violations.Count == 0
            ? null
            : refusal.Violations.Select(v => new ProblemViolation(v.Field, v.Reason, english ? v.En : v.Zh)).ToList();
        return Of(http, status, refusal.Code, refusal.Reason, english ? refusal.En : refusal.Zh, violations, refusal.Metadata);
    }

    private static Problem Of(
        HttpContext http, int status, StatusCode code, string reason, string detail, IReadOnlyList<ProblemViolation>? violations, IReadOnlyDictionary<string, string>? metadata) =>
        new($"urn:qudao:error:{reason}", Title(status, IsEnglish(http)), status, detail, CodeName(code), reason, violations, metadata,
            Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier);

    private static bool IsEnglish(HttpContext http) => Errors.Language(http.Request.Headers.AcceptLanguage) == Errors.English;

    private static async Task WriteAsync(HttpContext http, Problem problem)
    {
        // What the failed answer had already said of itself no longer holds; what a 405 allows still does, and what is left of limits.
        var response = http.Response;
        var kept = Kept.Select(name => (name, Value: response.Headers[name])).ToList();
        response.Clear();
        foreach (var (name, value) in kept)
            response.Headers[name] = value;
        response.Headers.CacheControl = "no-store";
        if (problem.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        response.StatusCode = problem.Status;
        response.ContentType = ContentType;
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, Json);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static async Task ServeAsync(HttpContext http, RequestDelegate next)
    {
        if (GrpcAnswers.IsGrpc(http.Request))
        {
            await next(http);
            await GrpcAnswers.MendAsync(http);
            return;
        }
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = e.StatusCode;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
            return;
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems))
                .LogError(e, "{Method} {Path} failed unexpectedly", http.Request.Method, http.Request.Path);
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
        var response = http.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null && string.IsNullOrEmpty(response.ContentType))
            await WriteAsync(http, response.StatusCode);
    }

    private static (StatusCode Code, string Reason, string Zh, string En) Plain(int status) => status switch
    {
        401 => (StatusCode.Unauthenticated, "UNAUTHENTICATED", "请先登录。", "Sign in first."),
        403 => (StatusCode.PermissionDenied, "PERMISSION_DENIED", "您没有此操作的权限。", "You lack the permission."),
        404 => (StatusCode.NotFound, "ROUTE_NOT_FOUND", "没有这个地址。", "There is nothing at this address."),
        405 => (StatusCode.Unimplemented, "METHOD_NOT_ALLOWED", "此地址不支持该方法，允许的方法见 Allow。", "This address does not take the method; see Allow."),
        408 => (StatusCode.DeadlineExceeded, "REQUEST_TIMEOUT", "请求发送太慢。", "The request took too long to arrive."),
        413 => (StatusCode.InvalidArgument, "PAYLOAD_TOO_LARGE", "提交的内容太大。", "The content is too large."),
        415 => (StatusCode.InvalidArgument, "UNSUPPORTED_MEDIA_TYPE", "不支持的内容类型（Content-Type）。", "The Content-Type is not supported."),
        429 => (StatusCode.ResourceExhausted, "RATE_LIMITED", "请求过于频繁，请稍后再试。", "Too many requests; try again later."),
        501 => (StatusCode.Unimplemented, "UNIMPLEMENTED", "尚不支持。", "This is not supported."),
        502 or 503 => (StatusCode.Unavailable, "UNAVAILABLE", "服务暂时不可用，请稍后再试。", "The service is not available now; try again later."),
        504 => (StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", "处理超时。", "The deadline passed."),
        < 500 => (StatusCode.InvalidArgument, "BAD_REQUEST", "请求格式有误。", "The request is malformed."),
        _ => (StatusCode.Internal, "INTERNAL", "系统内部错误，请凭编号 traceId 联系管理员。", "Internal error; tell the administrator the traceId."),
    };

    private static string Title(int status, bool english) => status switch
    {
        400 => english ? "Bad request" : "请求有误",
        401 => english ? "Not signed in" : "未登录",
        403 => english ? "Not permitted" : "没有权限",
        404 => english ? "Not found" : "未找到",
        405 => english ? "Method not allowed" : "方法不被允许",
        408 or 504 => english ? "Timed out" : "超时",
        409 => english ? "Conflict" : "冲突",
        413 => english ? "Too large" : "内容太大",
        414 or 431 => english ? "Too long" : "过长",
        415 => english ? "Unsupported media type" : "不支持的内容类型",
        429 => english ? "Too many requests" : "请求过于频繁",
        499 => english ? "Cancelled" : "已取消",
        501 => english ? "Not supported" : "不支持",
        502 or 503 => english ? "Not available" : "暂不可用",
        < 500 => english ? "Bad request" : "请求有误",
        _ => english ? "Internal error" : "内部错误",
    };

    // "FailedPrecondition" is FAILED_PRECONDITION on every other platform.
    private static string CodeName(StatusCode code) =>
        code == StatusCode.OK ? "OK" : JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());
}
