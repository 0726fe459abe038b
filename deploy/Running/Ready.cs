using System.Net;
using System.Net.Sockets;

namespace Qudao.Running;

/// <summary>Waits until a process serves.</summary>
public static class Ready
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // Unary, empty request: one byte "not compressed", four bytes length 0.
    private static readonly byte[] EmptyGrpcMessage = [0, 0, 0, 0, 0];

    // HealthCheckResponse { status: SERVING }, as it comes on the wire.
    private static readonly byte[] Serving = [0, 0, 0, 0, 2, 8, 1];

    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <exception cref="InvalidOperationException">The process ended first; the message holds its last output.</exception>
    /// <exception cref="TimeoutException">Patience ended first.</exception>
    public static async Task WaitAsync(
        ChildProcess process, Func<CancellationToken, Task<bool>> isReady, TimeSpan patience, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(isReady);
        var deadline = DateTime.UtcNow + patience;
        var last = "it answered, but not that it is ready";
        while (DateTime.UtcNow < deadline)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{process.Name} ended with exit code {await process.Exit} before it was ready.\n{process.Tail()}");
            try
            {
                if (await isReady(cancel))
                    return;
            }
            catch (Exception notYet) when (notYet is SocketException or HttpRequestException or IOException || (notYet is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                last = notYet.Message;
            }
            await Task.WhenAny(process.Exit, Task.Delay(Interval, cancel));
            cancel.ThrowIfCancellationRequested();
        }
        throw new TimeoutException($"{process.Name} was not ready within {patience.TotalSeconds:0} s: {last}\n{process.Tail()}");
    }

    /// <summary>grpc.health.v1.Health/Check over cleartext HTTP/2: does the server as a whole say SERVING?</summary>
    public static async Task<bool> GrpcAsync(Uri address, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(EmptyGrpcMessage) { Headers = { ContentType = new("application/grpc") } },
        };
        request.Headers.TE.Add(new("trailers"));
        using var response = await Client.SendAsync(request, cancel);
        var answer = await response.Content.ReadAsByteArrayAsync(cancel);
        return response.IsSuccessStatusCode && answer.SequenceEqual(Serving);
    }

    /// <summary>GET /readyz over HTTP/1.1: is the answer 200?</summary>
    public static async Task<bool> HttpAsync(Uri address, CancellationToken cancel = default)
    {
        using var response = await Client.GetAsync(new Uri(address, "/readyz"), cancel);
        return response.StatusCode == HttpStatusCode.OK;
    }
}
