using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>Refusals of gRPC calls that no method was reached for: by the gateway, and of what is no gRPC message.</summary>
public static class GrpcAnswers
{
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Status alone, without a message: gRPC's "trailers-only" answer, whose trailers are its headers.</summary>
    public static Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        var failure = Errors.ToRpc(refusal, Errors.Language(http.Request.Headers.AcceptLanguage));
        var response = http.Response;
        response.Clear();
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers.GrpcStatus = ((int)failure.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers.GrpcMessage = Uri.EscapeDataString(failure.Status.Detail);
        foreach (var detail in failure.Trailers)
            response.Headers[detail.Key] = detail.IsBinary ? Convert.ToBase64String(detail.ValueBytes) : detail.Value;
        return response.CompleteAsync();
    }

    /// <summary>
    /// The library answers bytes that are no message of the method with UNKNOWN or INTERNAL, as if the fault were ours, and
    /// larger ones without details. A call that never came to <see cref="Calls"/> was spoilt by its caller.
    /// </summary>
    internal static async Task MendAsync(HttpContext http)
    {
        if (http.Response.HasStarted || http.Items.ContainsKey(Calls.FailureItem) || StatusOf(http.Response) is not { } status)
            return;
        var reached = http.Items.ContainsKey(Calls.ReachedItem);
        if (!reached && status is StatusCode.Unknown or StatusCode.Internal)
            await RefuseAsync(http, BadMessage());
        else if (!reached && status == StatusCode.ResourceExhausted)
            await RefuseAsync(http, TooLarge());
        else if (status is StatusCode.Unknown or StatusCode.Internal)
            // The library's own line would not tell this from the caller's fault, so it is turned off; see ServiceHost.
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(GrpcAnswers))
                .LogError("{Path} could not be answered: {Message}", http.Request.Path, http.Response.Headers.GrpcMessage);
    }

    private static Refusal BadMessage() => new(StatusCode.InvalidArgument, "BAD_MESSAGE",
        "提交的内容不是此方法的消息，或其中的文本不是 UTF-8 编码。", "The content is no message of this method, or has text that is not UTF-8.");

    private static Refusal TooLarge() => new(StatusCode.ResourceExhausted, "PAYLOAD_TOO_LARGE", "提交的内容太大。", "The content is too large.");

    private static StatusCode? StatusOf(HttpResponse response) =>
        int.TryParse(response.Headers.GrpcStatus, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? (StatusCode)status : null;

    /// <summary>What a client streams, read while its method runs: the same refusals for what is no message.</summary>
    internal sealed class Incoming<T>(IAsyncStreamReader<T> messages) : IAsyncStreamReader<T>
    {
        public T Current => messages.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await messages.MoveNext(cancellationToken);
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or RpcException { StatusCode: StatusCode.Internal or StatusCode.Unknown })
            {
                throw BadMessage();
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                throw TooLarge();
            }
            catch (IOException)
            {
                // The client broke off, or its connection did: no fault of ours.
                throw new Refusal(StatusCode.Cancelled, "CANCELLED", "调用已取消。", "The call was cancelled.");
            }
        }
    }
}
