using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Qudao.Gateway.Tests;

/// <summary>What reached a receiver.</summary>
internal sealed record Received(string Path, string Id, string Timestamp, string Signature, string ContentType, byte[] Body)
{
    public string Json => Encoding.UTF8.GetString(Body);

    /// <summary>Verifies a signature as the convention says, with nothing of ours.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret.Split('_')[1]);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.ASCII.GetBytes(Id + "." + Timestamp + "."));
        mac.AppendData(Body);
        var expected = "v1," + Convert.ToBase64String(mac.GetHashAndReset());
        return Signature.Split(' ').Contains(expected);
    }
}

/// <summary>A partner's receiver over real Kestrel; what it answers to a path is the test's to say.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> received = new();

    private Receiver(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    /// <summary>What to do with what comes to a path; 200 where nothing is said.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, Task>> Answers { get; } = new();

    /// <summary>Answers of this status.</summary>
    public void Answer(string path, int status) => Answers[path] = http =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public List<Received> At(string path) => [.. received.Where(each => each.Path == path)];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        string Header(string name) => http.Request.Headers[name].ToString();
        received.Enqueue(new Received(http.Request.Path, Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), Header("Content-Type"), body.ToArray()));
        if (Answers.TryGetValue(http.Request.Path, out var answer))
            await answer(http);
    }
}
