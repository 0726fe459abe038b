using Google.Rpc;
using Grpc.Core;

namespace Qudao.ServiceTicket.Tests;

/// <summary>Asserts that a call is refused, and reads why.</summary>
internal static class Refused
{
    public static Task<RpcException> Async<T>(AsyncUnaryCall<T> call, StatusCode code, string? reason = null) => Async(call.ResponseAsync, code, reason);

    public static async Task<RpcException> Async<T>(Task<T> call, StatusCode code, string? reason = null)
    {
        RpcException? refusal = null;
        try
        {
            await call;
        }
        catch (RpcException e)
        {
            refusal = e;
        }
        Assert.That(refusal, Is.Not.Null, $"expected {code} {reason}, but it was allowed");
        Assert.That(refusal!.StatusCode, Is.EqualTo(code), refusal.Message);
        if (reason is not null)
            Assert.That(refusal.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason, Is.EqualTo(reason));
        return refusal;
    }

    /// <summary>The fields at fault, in order.</summary>
    public static Task<IEnumerable<string>> FieldsAsync<T>(AsyncUnaryCall<T> call) => FieldsAsync(call.ResponseAsync);

    /// <inheritdoc cref="FieldsAsync{T}(AsyncUnaryCall{T})"/>
    public static async Task<IEnumerable<string>> FieldsAsync<T>(Task<T> call) =>
        (await Async(call, StatusCode.InvalidArgument)).GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field);
}
