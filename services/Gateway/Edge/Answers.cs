using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>Refusals of the gateway itself, in the form the caller speaks: problem+json over REST, a status over gRPC.</summary>
public static class Answers
{
    public static Task RefuseAsync(HttpContext http, Refusal refusal, int? httpStatus = null) =>
        IsGrpc(http.Request) ? RefuseGrpcAsync(http, refusal) : Problems.WriteAsync(http, httpStatus ?? Problems.HttpStatus(refusal.Code), refusal);

    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

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
