using System.Globalization;
using System.Threading.RateLimiting;
using Grpc.Core;
using Qudao.Gateway.ApiClients;
using Qudao.Gateway.Issuer;
using Qudao.Gateway.Sessions;
using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>
/// How many requests one caller may make: a bucket for each user or API client, which may have one of
/// another size, and for each address that has not signed in. Signing
/// in, which costs a password hash each time, has a smaller bucket of its own for each address; so has what anybody may
/// read by a number or an address that could be guessed: certificates and calendars. Beside its bucket an API client may have
/// a quota for the day and for the month.
/// </summary>
public sealed class Limits : IDisposable
{
    private const int RequestsPerSecond = 500;
    private const int SignInsPerMinute = 120;
    private const int PublicReadsPerMinute = 60;
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    private readonly Quotas quotas;
    private readonly int perSecond;
    private readonly PartitionedRateLimiter<(string Caller, int PerSecond)> requests;
    private readonly PartitionedRateLimiter<string> signIns;
    private readonly PartitionedRateLimiter<string> publicReads;

    /// <summary>
    /// Gateway:RequestsPerSecond (500; double that in a burst), Gateway:SignInsPerMinute (120) and Gateway:PublicReadsPerMinute
    /// (60); 0 turns a limit off.
    /// </summary>
    public Limits(IConfiguration configuration, Quotas quotas)
    {
        this.quotas = quotas;
        var perSecond = configuration.GetValue("Gateway:RequestsPerSecond", RequestsPerSecond);
        var perMinute = configuration.GetValue("Gateway:SignInsPerMinute", SignInsPerMinute);
        this.perSecond = perSecond;
        requests = PartitionedRateLimiter.Create<(string Caller, int PerSecond), (string, int)>(who => Bucket(who, who.PerSecond * 2, who.PerSecond, Refill));
        signIns = Buckets(perMinute, perMinute, TimeSpan.FromMinutes(1));
        var reads = configuration.GetValue("Gateway:PublicReadsPerMinute", PublicReadsPerMinute);
        publicReads = Buckets(reads, reads, TimeSpan.FromMinutes(1));
    }

    /// <summary>Whether the request may go on; refuses (429, RESOURCE_EXHAUSTED, Retry-After) when not.</summary>
    public async ValueTask<bool> AdmitAsync(HttpContext http)
    {
        var (address, caller) = (AddressOf(http), (Caller: CallerOf(http), PerSecond: PerSecondOf(SignedIn.Of(http))));
        using var lease = IsSignIn(http.Request) ? signIns.AttemptAcquire(address)
            : PublicRead(http.Request) is { } what ? publicReads.AttemptAcquire($"{what}:{address}")
            : Tell(http, caller, requests.AttemptAcquire(caller));
        if (lease.IsAcquired)
            return await IsWithinQuotaAsync(http);
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Refill;
        await Answers.RefuseAsync(http, new Refusal(StatusCode.ResourceExhausted, "RATE_LIMITED", "请求过于频繁，请稍后再试。", "Too many requests; try again later.") { RetryAfter = wait });
        return false;
    }

    /// <summary>The request was admitted and not worked on: it counts for no quota.</summary>
    public void Return(HttpContext http)
    {
        if (SignedIn.Of(http)?.Quota is { } quota && !IsOwnUsage(http.Request))
            quotas.Return(quota);
    }

    public void Dispose()
    {
        requests.Dispose();
        signIns.Dispose();
        publicReads.Dispose();
    }

    /// <summary>Who signs in, or without that the address.</summary>
    public static string CallerOf(HttpContext http) => SignedIn.Of(http)?.Caller ?? $"address:{AddressOf(http)}";

    /// <summary>Whether somebody says who he is.</summary>
    public static bool IsSignIn(HttpRequest request) =>
        request.Path.StartsWithSegments(IssuerSignIn.Path) || HttpMethods.IsPost(request.Method) && (request.Path == "/v1/sessions" || request.Path == "/qudao.gateway.v1.SessionService/CreateSession" || request.Path == TokenEndpoint.Path);

    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    /// <summary>Certificates and calendars, each with a bucket of its own, so that who guesses at one keeps nobody from the other.</summary>
    private static string? PublicRead(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/certificateVerifications") || request.Path == "/qudao.training.v1.CertificateService/VerifyCertificate" ? "certificates"
        : request.Path.StartsWithSegments("/v1/calendars") || request.Path == "/qudao.training.v1.CalendarFeedService/ReadCalendar" ? "calendars"
        : null;

    /// <summary>What a client has used must be readable when all of it is used.</summary>
    private static bool IsOwnUsage(HttpRequest request) => request.Path == "/v1/me/usage" || request.Path == "/qudao.gateway.v1.ApiClientService/GetOwnUsage";

    private async ValueTask<bool> IsWithinQuotaAsync(HttpContext http)
    {
        if (SignedIn.Of(http)?.Quota is not { } quota || IsOwnUsage(http.Request))
            return true;
        var refusal = await quotas.TakeAsync(quota);
        Tell(http, quota);
        if (refusal is null)
            return true;
        await Answers.RefuseAsync(http, refusal);
        return false;
    }

    /// <summary>Says in RateLimit-Policy and RateLimit how large the bucket is and what is left in it, so that a client need not run into its bottom.</summary>
    private RateLimitLease Tell(HttpContext http, (string Caller, int PerSecond) caller, RateLimitLease lease)
    {
        if (caller.PerSecond > 0)
            Tell(http, "requests", caller.PerSecond * 2L, 1, Math.Max(0, requests.GetStatistics(caller)?.CurrentAvailablePermits ?? 0), 1);
        return lease;
    }

    /// <summary>The same of the quotas.</summary>
    private void Tell(HttpContext http, Quota quota)
    {
        var (day, month) = quotas.Left(quota);
        var (now, periods) = (quotas.Now, quotas.Periods);
        if (day is { } leftOfDay)
            Tell(http, "day", quota.PerDay, 24 * 3600, leftOfDay, Seconds(periods.DayEnds - now));
        if (month is { } leftOfMonth)
            Tell(http, "month", quota.PerMonth, Seconds(periods.MonthEnds - periods.MonthBegins), leftOfMonth, Seconds(periods.MonthEnds - now));
    }

    private static void Tell(HttpContext http, string policy, long most, long window, long left, long reset)
    {
        if (GrpcAnswers.IsGrpc(http.Request))
            return;
        var headers = http.Response.Headers;
        Append("RateLimit-Policy", string.Create(CultureInfo.InvariantCulture, $"\"{policy}\";q={most};w={window}"));
        Append("RateLimit", string.Create(CultureInfo.InvariantCulture, $"\"{policy}\";r={left};t={reset}"));

        void Append(string name, string item) => headers[name] = headers[name].Count == 0 ? item : $"{headers[name]}, {item}";
    }

    private static long Seconds(TimeSpan span) => (long)Math.Ceiling(span.TotalSeconds);

    /// <summary>What a client was given of its own; everybody else's where it was given nothing.</summary>
    private int PerSecondOf(SignedIn? signedIn) => signedIn?.RequestsPerSecond > 0 ? (int)signedIn.RequestsPerSecond : perSecond;

    private static PartitionedRateLimiter<string> Buckets(int size, int refill, TimeSpan period) =>
        PartitionedRateLimiter.Create<string, string>(caller => Bucket(caller, size, refill, period));

    private static RateLimitPartition<TKey> Bucket<TKey>(TKey caller, int size, int refill, TimeSpan period) => size == 0
        ? RateLimitPartition.GetNoLimiter(caller)
        : RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = size,
            TokensPerPeriod = refill,
            ReplenishmentPeriod = period,
            QueueLimit = 0,
        });
}
