using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Qudao.Gateway.Events;

namespace Qudao.Gateway.Webhooks;

/// <summary>How a try ended.</summary>
/// <param name="Code">HTTP status; 0 without an answer.</param>
/// <param name="Error">Empty when the event was received.</param>
/// <param name="Asked">How long the receiver asks to be left alone.</param>
public sealed record Attempt(int Code, string Error, string Response, TimeSpan Took, TimeSpan? Asked)
{
    public bool IsReceived => Error.Length == 0;
}

/// <summary>
/// Sends to addresses that strangers name. Where a connection goes is decided by the address it is made to; no proxy, no
/// cookies, no redirects, little of the answer read, and an end in time.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    private const int MostRead = 4096;
    private const int MostKept = 1000;
    private static readonly TimeSpan ForBody = TimeSpan.FromSeconds(2);

    private readonly WebhookSettings settings;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly HttpClient http;

    /// <param name="resolve">How names become addresses; as the machine does it when null.</param>
    public WebhookSender(WebhookSettings settings, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        this.settings = settings;
        this.resolve = resolve ?? Dns.GetHostAddressesAsync;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            // Whom we trace is nobody else's business.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<Attempt> SendAsync(string url, IReadOnlyDictionary<string, string> headers, byte[] body, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(settings.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", CloudEvents.ContentType + "; charset=utf-8");
            request.Headers.TryAddWithoutValidation("User-Agent", "Qudao-Webhooks/1");
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            limit.CancelAfter(ForBody);
            return new Attempt((int)answer.StatusCode, ErrorOf((int)answer.StatusCode), await BeginningAsync(answer, limit.Token, cancel), watch.Elapsed, Asked(answer));
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is HttpRequestException or IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            return new Attempt(0, ErrorOf(e), "", watch.Elapsed, null);
        }
    }

    public void Dispose() => http.Dispose();

    private static string ErrorOf(int code) => code switch
    {
        >= 200 and < 300 => "",
        >= 300 and < 400 => "redirect",
        _ => "status",
    };

    private static string ErrorOf(Exception e) => e switch
    {
        AddressNotAllowedException => "address-not-allowed",
        OperationCanceledException => "timeout",
        { InnerException: { } inner } => ErrorOf(inner),
        _ => "connection",
    };

    /// <summary>The status has said it all; what a body then does, or does not do, changes nothing.</summary>
    private static async Task<string> BeginningAsync(HttpResponseMessage answer, CancellationToken limit, CancellationToken cancel)
    {
        var bytes = new byte[MostRead];
        var read = 0;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(limit);
            for (var n = 1; n > 0 && read < MostRead; read += n)
                n = await body.ReadAsync(bytes.AsMemory(read), limit);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Kept is what came so far.
        }
        var text = string.Concat(Encoding.UTF8.GetString(bytes, 0, read).Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? ' ' : c));
        return text.Length <= MostKept ? text : text[..MostKept];
    }

    private static TimeSpan? Asked(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is { } after
            ? after.Delta ?? after.Date - DateTimeOffset.UtcNow
            : null;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var found = await resolve(context.DnsEndPoint.Host, cancel);
        var allowed = settings.AllowPrivateAddresses ? found : [.. found.Where(Addresses.IsPublic)];
        if (allowed.Length == 0)
            throw new AddressNotAllowedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>No address of the name is one that may be sent to.</summary>
    private sealed class AddressNotAllowedException() : IOException("The address is not allowed.");
}
