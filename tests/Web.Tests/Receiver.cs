using System.Net;
using System.Threading.Channels;
using Qudao.Running;

namespace Qudao.Web.Tests;

/// <summary>Another system's address: keeps what is sent to it, and says thanks.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpListener _listener = new();
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private readonly Task _work;

    public Receiver()
    {
        var origin = $"http://127.0.0.1:{FreePort.Next()}/";
        Address = new(origin + "hook");
        _listener.Prefixes.Add(origin);
        _listener.Start();
        _work = ListenAsync();
    }

    public Uri Address { get; }

    /// <summary>What comes next.</summary>
    public async Task<Received> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _work;
    }

    private async Task ListenAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var headers = context.Request.Headers;
            await _received.Writer.WriteAsync(new(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, body.ToArray()));
            context.Response.StatusCode = (int)HttpStatusCode.NoContent;
            context.Response.Close();
        }
    }
}

/// <summary>What came, with the headers by which it is known.</summary>
internal sealed record Received(string Id, string Timestamp, string Signature, byte[] Body);
