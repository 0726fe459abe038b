using System.Threading.RateLimiting;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Retry;

namespace Qudao.Platform;

/// <summary>
/// Clients of the other services. The one layer that tries again: UNAVAILABLE only, and only reads or requests that carry
/// a request_id; with a circuit breaker and a concurrency limit for each downstream service.
/// </summary>
public static class Clients
{
    /// <summary>Registers a generated client of a service; its addresses come from Services:{service}, one per instance.</summary>
    public static IServiceCollection AddServiceClient<TClient>(this IServiceCollection services, string service)
        where TClient : ClientBase<TClient>
    {
        if (!services.Any(d => d.ServiceType == typeof(Downstream) && Equals(d.ServiceKey, service)))
            services.AddKeyedSingleton(service, (provider, _) => new Downstream(provider.GetRequiredService<IConfiguration>(), service));
        return services.AddSingleton(provider =>
            (TClient)Activator.CreateInstance(typeof(TClient), provider.GetRequiredKeyedService<Downstream>(service).Invoker)!);
    }

    /// <summary>What was asked for; null when it is not there, or not for the caller to see.</summary>
    public static async Task<T?> FoundAsync<T>(this AsyncUnaryCall<T> asked)
        where T : class
    {
        try
        {
            return await asked;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>What was asked for, by the name in a field of the request; refuses (INVALID_ARGUMENT) the field when it is not there for the caller.</summary>
    public static async Task<T> NamedInAsync<T>(this AsyncUnaryCall<T> asked, string field, string name)
        where T : class => await asked.FoundAsync() ?? throw Errors.Invalid([Errors.Missing(field, name)]);

    /// <summary>One downstream service: its instances in turn, and its Polly pipeline. Connects at the first call.</summary>
    public sealed class Downstream(IConfiguration configuration, string service) : IDisposable
    {
        private readonly Lazy<InTurn> instances = new(() => new InTurn(Addresses(configuration, service)));

        public CallInvoker Invoker => field ??= instances.Value.Intercept(new OnBehalf(Pipeline()));

        public void Dispose()
        {
            if (instances.IsValueCreated)
                instances.Value.Dispose();
        }

        private static IEnumerable<Uri> Addresses(IConfiguration configuration, string service) =>
            (configuration[$"Services:{service}"] ?? throw new InvalidOperationException($"Services:{service} is required: the addresses of the {service} service."))
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(address => new Uri(address));

        private static ResiliencePipeline Pipeline()
        {
            var unavailable = new PredicateBuilder().Handle<RpcException>(e => e.StatusCode == StatusCode.Unavailable);
            return new ResiliencePipelineBuilder()
                .AddRetry(new RetryStrategyOptions
                {
                    ShouldHandle = unavailable,
                    MaxRetryAttempts = 3,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromMilliseconds(100),
                    MaxDelay = TimeSpan.FromSeconds(1),
                    UseJitter = true,
                })
                .AddCircuitBreaker(new CircuitBreakerStrategyOptions
                {
                    ShouldHandle = unavailable,
                    MinimumThroughput = 20,
                    SamplingDuration = TimeSpan.FromSeconds(10),
                    BreakDuration = TimeSpan.FromSeconds(2),
                })
                .AddRateLimiter(new RateLimiterStrategyOptions
                {
                    DefaultRateLimiterOptions = new ConcurrencyLimiterOptions { PermitLimit = 256, QueueLimit = 1024 },
                })
                .Build();
        }
    }

    /// <summary>Calls on behalf of the call being served: its token and language go along, its deadline shrinks.</summary>
    private sealed class OnBehalf(ResiliencePipeline pipeline) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var onBehalf = new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, Inherit(context.Options));
            if (!MayRetry(context.Method.Name, request as IMessage))
                return continuation(request, onBehalf);
            var reply = pipeline.ExecuteAsync(async _ => await continuation(request, onBehalf).ResponseAsync, context.Options.CancellationToken).AsTask();
            return new AsyncUnaryCall<TResponse>(Translate(reply), Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => Metadata.Empty, () => { });
        }

        /// <summary>A tripped breaker or a full limiter is UNAVAILABLE to our caller, not an internal error.</summary>
        private static async Task<T> Translate<T>(Task<T> reply)
        {
            try
            {
                return await reply;
            }
            catch (Exception e) when (e is BrokenCircuitException or RateLimiterRejectedException)
            {
                throw new Refusal(StatusCode.Unavailable, "DOWNSTREAM_UNAVAILABLE", "所依赖的服务暂时不可用，请稍后再试。", "A service this one depends on is unavailable just now.");
            }
        }

        private static CallOptions Inherit(CallOptions options)
        {
            var headers = options.Headers ?? [];
            var incoming = Deadlines.Current;
            if (incoming?.Authorization is { } authorization && headers.GetValue("authorization") is null)
                headers.Add("authorization", authorization);
            if (incoming?.Language is { } language)
                headers.Add("accept-language", language);
            var deadline = (incoming?.Deadline ?? DateTime.UtcNow + Deadlines.Default) - Deadlines.Reserve;
            return options.WithHeaders(headers).WithDeadline(options.Deadline is { } own && own < deadline ? own : deadline);
        }

        private static bool MayRetry(string method, IMessage? request) =>
            method.StartsWith("Get", StringComparison.Ordinal)
            || method.StartsWith("List", StringComparison.Ordinal)
            || method.StartsWith("Check", StringComparison.Ordinal)
            || request?.Descriptor.FindFieldByName("request_id")?.Accessor.GetValue(request) is string { Length: > 0 };
    }
}
