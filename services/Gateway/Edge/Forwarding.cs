using Grpc.Core;
using Qudao.Platform;
using Yarp.ReverseProxy.Forwarder;

namespace Qudao.Gateway.Edge;

/// <summary>Passes a request on, once; what could not be passed on is answered like every other failure.</summary>
public static class Forwarding
{
    public static async Task PassOnAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response.HasStarted || http.GetForwarderErrorFeature() is not { } error || http.RequestAborted.IsCancellationRequested)
            return;
        if (RefusalOf(error) is { } refusal)
            await Answers.RefuseAsync(http, refusal);
    }

    /// <summary>Null where the status already says it: the caller's own body was too large, too slow, or broke off.</summary>
    private static Refusal? RefusalOf(IForwarderErrorFeature error) => error.Error switch
    {
        ForwarderError.RequestTimedOut or ForwarderError.RequestBodyCanceled =>
            new Refusal(StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", "处理超时。", "The deadline passed."),
        // A service that dies while it is sent a body is told of in the same words; only the server's own complaint is about the caller.
        ForwarderError.RequestBodyClient when IsCallersFault(error.Exception) => null,
        _ => new Refusal(StatusCode.Unavailable, "SERVICE_UNAVAILABLE", "服务暂时不可用，请稍后再试。", "The service is not available now; try again later."),
    };

    private static bool IsCallersFault(Exception? failure) => failure switch
    {
        null => false,
        BadHttpRequestException => true,
        AggregateException several => several.InnerExceptions.Any(IsCallersFault),
        _ => IsCallersFault(failure.InnerException),
    };
}
