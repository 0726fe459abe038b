using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>Refusals of the gateway itself, in the form the caller speaks: problem+json over REST, a status over gRPC.</summary>
public static class Answers
{
    public static Task RefuseAsync(HttpContext http, Refusal refusal, int? httpStatus = null) =>
        IsGrpc(http.Request) ? RefuseGrpcAsync(http, refusal) : RefuseRestAsync(http, refusal, httpStatus);

    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    private static Task RefuseRestAsync(HttpContext http, Refusal refusal, int? httpStatus)
    {
        http.Response.StatusCode = httpStatus ?? refusal.Code switch
        {
            Grpc.Core.StatusCode.Unauthenticated => 401,
            Grpc.Core.StatusCode.NotFound => 404,
            Grpc.Core.StatusCode.ResourceExhausted => 429,
            Grpc.Core.StatusCode.Unavailable => 503,
            Grpc.Core.StatusCode.DeadlineExceeded => 504,
            _ => 400,
        };
        var english = Errors.Language(http.Request.Headers.AcceptLanguage) == Errors.English;
        return http.Response.WriteAsJsonAsync(new { status = http.Response.StatusCode, detail = english ? refusal.En : refusal.Zh, reason = refusal.Reason }, options: null, "application/problem+json");
    }

    /// <summary>Status alone, without a message: gRPC's "trailers-only" answer, whose trailers are its headers.</summary>
    private static Task RefuseGrpcAsync(HttpContext http, Refusal refusal)
    {
        var failure = Errors.ToRpc(refusal, Errors.Language(http.Request.Headers.AcceptLanguage));
        var response = http.Response;
        response.Clear();
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)failure.StatusCode).ToString();
        response.Headers["grpc-message"] = Uri.EscapeDataString(failure.Status.Detail);
        foreach (var detail in failure.Trailers)
            response.Headers[detail.Key] = detail.IsBinary ? Convert.ToBase64String(detail.ValueBytes) : detail.Value;
        return response.CompleteAsync();
    }
}
