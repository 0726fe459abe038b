using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Qudao.Platform;

/// <summary>One fault of one field; Field is the proto path, for example "partner.contacts[2].phone".</summary>
public readonly record struct Violation(string Field, string Zh, string En, string Reason = "INVALID")
{
    /// <summary>
    /// Other fields that were looked at to find this. When one of them has a fault of its own, this is not told: it may be no
    /// fault once that is mended.
    /// </summary>
    public IReadOnlyList<string>? Given { get; init; }
}

/// <summary>A call is refused. Thrown by rules and services; becomes google.rpc.Status in the caller's language at the edge of the service.</summary>
public sealed class Refusal(StatusCode code, string reason, string zh, string en, IReadOnlyList<Violation>? violations = null)
    : Exception(en)
{
    public StatusCode Code { get; } = code;

    /// <summary>Stable, UPPER_SNAKE; goes into ErrorInfo.reason.</summary>
    public string Reason { get; } = reason;

    public string Zh { get; } = zh;

    public string En { get; } = en;

    public IReadOnlyList<Violation> Violations { get; } = violations ?? [];

    /// <summary>When it may be tried again: RetryInfo over gRPC, Retry-After over REST.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>More facts of the reason, for programs: into ErrorInfo.metadata.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whose quota is used up, and which; QuotaFailure over gRPC.</summary>
    public (string Subject, string Zh, string En)? Quota { get; init; }
}

/// <summary>Makes refusals, and turns them into what goes over the wire.</summary>
public static class Errors
{
    public const string Domain = "qudao";
    public const string Chinese = "zh-CN";
    public const string English = "en";

    /// <summary>Stands last where not every violation could be listed; its field is empty.</summary>
    public const string MoreViolations = "MORE_VIOLATIONS";

    /// <summary>
    /// The violations of a gRPC answer travel in a trailer, and clients take 8 KB of trailers where nobody told them to take
    /// more (gRPC core, Java); this many bytes leave room for base64 and what else the trailers hold.
    /// </summary>
    private const int MostBytesInTrailer = 5 * 1024;

    /// <summary>Tag and length of a violation in its list.</summary>
    private const int FieldOverhead = 3;

    /// <summary>INVALID_ARGUMENT that lists every violation at once.</summary>
    public static Refusal Invalid(IReadOnlyList<Violation> violations) =>
        new(StatusCode.InvalidArgument, "INVALID_ARGUMENT", "提交的内容有误，请检查所列各项。", "The request has errors; see each field.", violations);

    public static Refusal Invalid(string field, string zh, string en, string reason = "INVALID") =>
        Invalid([new Violation(field, zh, en, reason)]);

    /// <summary>NOT_FOUND; also the answer for what exists outside the caller's scope, so that nobody can probe for it.</summary>
    public static Refusal NotFound(string name) =>
        new(StatusCode.NotFound, "NOT_FOUND", $"找不到 {name}，或者它不在您的管理范围内。", $"{name} was not found, or is outside your scope.");

    /// <summary>The field that names it names nothing: neither what is not there nor what is outside the caller's scope can be told apart.</summary>
    public static Violation Missing(string field, string name) =>
        new(field, $"找不到 {name}，或者它不在您的管理范围内", $"{name} was not found, or is outside your scope", "NOT_FOUND");

    /// <inheritdoc cref="Missing"/>
    public static IEnumerable<Violation> MissingIf(bool missing, string field, string name) => missing ? [Missing(field, name)] : [];

    public static Refusal Denied(string permission) =>
        new(StatusCode.PermissionDenied, "PERMISSION_DENIED", $"您没有此操作的权限（{permission}）。", $"You lack the permission {permission}.");

    public static Refusal Unauthenticated() =>
        new(StatusCode.Unauthenticated, "UNAUTHENTICATED", "请先登录。", "Sign in first.");

    /// <summary>FAILED_PRECONDITION: the request is well formed, but the state of things forbids it.</summary>
    public static Refusal Precondition(string reason, string zh, string en) => new(StatusCode.FailedPrecondition, reason, zh, en);

    public static Refusal Conflict(string reason, string zh, string en) => new(StatusCode.AlreadyExists, reason, zh, en);

    /// <summary>ABORTED: somebody else changed the row since the caller read it.</summary>
    public static Refusal EtagMismatch(string name) =>
        new(StatusCode.Aborted, "ETAG_MISMATCH", $"{name} 已被他人修改，请刷新后再试。", $"{name} was changed by somebody else; read it again.");

    /// <summary>Throws INVALID_ARGUMENT when there is any violation.</summary>
    public static void ThrowIfAny(IReadOnlyList<Violation> violations)
    {
        if (violations.Count > 0)
            throw Invalid(violations);
    }

    /// <summary>The caller's language: English where accept-language likes it better than Chinese, "zh-CN" otherwise.</summary>
    public static string Language(ServerCallContext context) => Language(context.RequestHeaders.GetValue("accept-language"));

    public static string Language(string? acceptLanguage)
    {
        if (string.IsNullOrEmpty(acceptLanguage) || !StringWithQualityHeaderValue.TryParseList([acceptLanguage], out var languages))
            return Chinese;
        double Liking(string language) => languages.Where(l => IsOf(l.Value, language)).Select(l => l.Quality ?? 1).DefaultIfEmpty(0).Max();
        var (english, chinese) = (Liking("en"), Liking("zh"));
        // Of two that are liked alike, the one that is named first.
        return english > chinese || (english == chinese && english > 0 && IsOf(languages.First(l => IsOf(l.Value, "en") || IsOf(l.Value, "zh")).Value, "en")) ? English : Chinese;
    }

    /// <summary>"en" and "en-GB" are of "en".</summary>
    private static bool IsOf(StringSegment tag, string language) =>
        tag.StartsWith(language, StringComparison.OrdinalIgnoreCase) && (tag.Length == language.Length || tag[language.Length] == '-');

    /// <summary>google.rpc.Status with ErrorInfo, BadRequest (all violations) and LocalizedMessage, as an RpcException.</summary>
    /// <param name="inTrailer">It goes out as a gRPC trailer: as many violations as fit, and how many more there are.</param>
    public static RpcException ToRpc(Refusal refusal, string language, bool inTrailer = true)
    {
        var message = language == English ? refusal.En : refusal.Zh;
        var status = new Google.Rpc.Status { Code = (int)refusal.Code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Reason = refusal.Reason, Domain = Domain, Metadata = { refusal.Metadata?.ToDictionary() ?? [] } }));
        if (refusal.Quota is var (subject, zh, en))
            status.Details.Add(Any.Pack(new QuotaFailure { Violations = { new QuotaFailure.Types.Violation { Subject = subject, Description = language == English ? en : zh } } }));
        if (refusal.RetryAfter is { } wait)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) }));
        if (refusal.Violations.Count > 0)
            status.Details.Add(Any.Pack(BadRequestOf(refusal.Violations, language, inTrailer ? MostBytesInTrailer : int.MaxValue)));
        status.Details.Add(Any.Pack(new LocalizedMessage { Locale = language, Message = message }));
        return status.ToRpcException();
    }

    private static BadRequest BadRequestOf(IReadOnlyList<Violation> violations, string language, int mostBytes)
    {
        var bad = new BadRequest();
        for (var i = 0; i < violations.Count; i++)
        {
            var violation = FieldViolation(violations[i], language);
            mostBytes -= violation.CalculateSize() + FieldOverhead;
            if (mostBytes < 0)
            {
                var more = violations.Count - i;
                bad.FieldViolations.Add(FieldViolation(new Violation("", $"另有 {more} 处错误未列出", $"{more} more are not listed", MoreViolations), language));
                break;
            }
            bad.FieldViolations.Add(violation);
        }
        return bad;
    }

    private static BadRequest.Types.FieldViolation FieldViolation(Violation violation, string language) => new()
    {
        Field = violation.Field,
        Reason = violation.Reason,
        Description = language == English ? violation.En : violation.Zh,
    };
}
