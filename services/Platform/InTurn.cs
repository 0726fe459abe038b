using Grpc.Core;
using Grpc.Net.Client;

namespace Qudao.Platform;

/// <summary>
/// The instances of a service, asked in turn. One that could not be reached is passed over for a second, unless none is left.
/// </summary>
/// <remarks>
/// Not the client library's own balancing: when an attempt to connect is given up at the moment its subchannel asks for the
/// next, that subchannel says "connecting" for ever, and with it every call waits until its deadline.
/// </remarks>
public sealed class InTurn(IEnumerable<Uri> addresses) : CallInvoker, IDisposable
{
    private readonly Instance[] instances = [.. addresses.Select(address => new Instance(address))];
    private uint turn;

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var instance = Next();
        var call = instance.Invoker.AsyncUnaryCall(method, host, options, request);
        _ = instance.LearnAsync(call.ResponseAsync);
        return call;
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Next().Invoker.BlockingUnaryCall(method, host, options, request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Next().Invoker.AsyncServerStreamingCall(method, host, options, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Next().Invoker.AsyncClientStreamingCall(method, host, options);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Next().Invoker.AsyncDuplexStreamingCall(method, host, options);

    public void Dispose()
    {
        foreach (var instance in instances)
            instance.Dispose();
    }

    private Instance Next()
    {
        var first = Interlocked.Increment(ref turn);
        for (var i = 0u; i < instances.Length; i++)
        {
            if (instances[(first + i) % instances.Length] is { IsPassedOver: false } well)
                return well;
        }
        return instances[first % instances.Length];
    }

    private sealed class Instance : IDisposable
    {
        private static readonly TimeSpan PassedOver = TimeSpan.FromSeconds(1);
        private readonly GrpcChannel channel;
        private long passedOverUntil;

        public Instance(Uri address)
        {
            // Behind one address there may be many processes: connections are renewed so that all of them get their share,
            // and a machine that is gone without a word is noticed.
            var handler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                ConnectTimeout = TimeSpan.FromSeconds(2),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
                KeepAlivePingDelay = TimeSpan.FromSeconds(10),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                UseProxy = false,
            };
            // Given as a client, so that the channel leaves connecting to the handler.
            var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
            channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpClient = client, DisposeHttpClient = true });
            Invoker = channel.CreateCallInvoker();
        }

        public CallInvoker Invoker { get; }

        public bool IsPassedOver => Environment.TickCount64 < Volatile.Read(ref passedOverUntil);

        /// <summary>Only what never came to an answer is the instance's fault; an UNAVAILABLE that it answers is about something else.</summary>
        public async Task LearnAsync(Task asked)
        {
            await asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (asked.Exception?.InnerException is RpcException { StatusCode: StatusCode.Unavailable, Status.DebugException: not null })
                Volatile.Write(ref passedOverUntil, Environment.TickCount64 + (long)PassedOver.TotalMilliseconds);
        }

        public void Dispose() => channel.Dispose();
    }
}
