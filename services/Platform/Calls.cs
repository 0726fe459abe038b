using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>
/// What happens around every rpc, over gRPC and REST alike: who calls, may he, is the request well formed – in that
/// order – then the method; and whatever goes wrong becomes one clear status in the caller's language.
/// </summary>
public sealed class Calls(TokenVerifier verifier, IEnumerable<ServiceRule> serviceRules, TimeProvider clock, ILogger<Calls> logger) : Interceptor
{
    /// <summary>HttpContext.Items key under which a failed REST call's RpcException is left.</summary>
    public const string FailureItem = "qudao.failure";

    /// <summary>HttpContext.Items key that tells that a call came as far as here.</summary>
    internal const string ReachedItem = "qudao.reached";

    /// <summary>The permission of an rpc that anybody may call.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>The permission of an rpc that everybody who signed in may call, whatever his roles.</summary>
    public const string SignedIn = "signed-in";

    private static readonly ConcurrentDictionary<string, string> PermissionOf = new();

    private readonly Dictionary<Type, ServiceRule> rules = serviceRules.ToDictionary(rule => rule.Request);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, request as IMessage, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, request as IMessage, async () =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, null, () => continuation(new GrpcAnswers.Incoming<TRequest>(requestStream), context));

    /// <summary>The permission an rpc asks for ("/qudao.dealer.v1.PartnerService/GetPartner" → "dealer.partners.read").</summary>
    public static string Permission(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(OptionsExtensions.Permission) is { Length: > 0 } permission
            ? permission
            : throw new InvalidOperationException($"{method.FullName} names no permission.");

    /// <summary>Remembers the permissions of a mapped service; an rpc that was never mapped is refused.</summary>
    public static void Know(ServiceDescriptor service)
    {
        foreach (var method in service.Methods)
            PermissionOf[$"/{service.FullName}/{method.Name}"] = Permission(method);
    }

    private async Task<T> GuardAsync<T>(ServerCallContext context, IMessage? request, Func<Task<T>> work)
    {
        context.GetHttpContext().Items[ReachedItem] = ReachedItem;
        try
        {
            // Health and reflection are the platform's own and hold nothing of the business.
            if (context.Method.StartsWith("/grpc.", StringComparison.Ordinal))
                return await work();
            await AdmitAsync(context);
            if (request is not null)
                Errors.ThrowIfAny(FaultsOf(request, context));
            Deadlines.Enter(context);
            return await work();
        }
        catch (Exception e)
        {
            var failure = Failure(e, context);
            context.GetHttpContext().Items[FailureItem] = failure;
            throw failure;
        }
    }

    /// <summary>What is wrong with the request, all of it: over REST its shape, then what the contract says, then what the service says.</summary>
    private IReadOnlyList<Violation> FaultsOf(IMessage request, ServerCallContext context)
    {
        var shape = context.GetHttpContext().Features.Get<RestFaults>();
        if (shape is { IsUnreadable: true })
            return shape.Found;
        var faults = RequestRules.Check(request);
        if (shape is not null)
            faults = shape.Found.And(faults);
        return rules.TryGetValue(request.GetType(), out var rule) && (faults.Count > 0 || !rule.BesideFaults)
            ? faults.And([.. rule.Check(ServiceRules.Whole(request), new Asking(context.Caller(), clock.GetUtcNow()))])
            : faults;
    }

    private async Task AdmitAsync(ServerCallContext context)
    {
        var permission = PermissionOf.GetValueOrDefault(context.Method) ?? throw Errors.Denied(context.Method);
        var caller = await verifier.VerifyAsync(context.RequestHeaders.GetValue("authorization"));
        if (caller is null && permission != Anonymous)
            throw Errors.Unauthenticated();
        if (caller is null)
            return;
        if (permission is not (Anonymous or SignedIn))
            caller.Require(permission);
        context.SetCaller(caller);
        Activity.Current?.SetTag("enduser.id", caller.Subject);
    }

    private RpcException Failure(Exception e, ServerCallContext context)
    {
        var language = Errors.Language(context);
        switch (e)
        {
            case Refusal refusal:
                return Errors.ToRpc(refusal, language, inTrailer: context.GetHttpContext().Features.Get<RestFaults>() is null);
            case RpcException rpc:
                return rpc;
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                var late = DateTime.UtcNow >= context.Deadline;
                return Errors.ToRpc(new Refusal(late ? StatusCode.DeadlineExceeded : StatusCode.Cancelled, late ? "DEADLINE_EXCEEDED" : "CANCELLED",
                    late ? "处理超时。" : "调用已取消。", late ? "The deadline passed." : "The call was cancelled."), language);
            default:
                logger.LogError(e, "{Method} failed unexpectedly", context.Method);
                var trace = Activity.Current?.TraceId.ToString() ?? "";
                return Errors.ToRpc(new Refusal(StatusCode.Internal, "INTERNAL", $"系统内部错误，请联系管理员（编号 {trace}）。", $"Internal error; tell the administrator the trace id {trace}."), language);
        }
    }
}
