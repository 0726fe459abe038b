using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>Refusals of the gateway itself, in the form the caller speaks: problem+json over REST, a status over gRPC.</summary>
public static class Answers
{
    public static Task RefuseAsync(HttpContext http, Refusal refusal, int? httpStatus = null) =>
        GrpcAnswers.IsGrpc(http.Request) ? GrpcAnswers.RefuseAsync(http, refusal) : Problems.WriteAsync(http, httpStatus ?? Problems.HttpStatus(refusal.Code), refusal);
}
