using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PartnerSystem;

/// <summary>Receives Qudao's webhooks and verifies their signature (standardwebhooks.com).</summary>
public static class Webhook
{
    private const int MostBytes = 1_000_000;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>A partner keeps the ids in its database, with what the event changed.</summary>
    private static readonly ConcurrentDictionary<string, bool> Seen = new();

    public static async Task RunAsync(int port)
    {
        var secret = Convert.FromBase64String(Environment.GetEnvironmentVariable("QUDAO_WEBHOOK_SECRET")!["whsec_".Length..]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MostBytes).UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.MapPost("/{**path}", http => ReceiveAsync(http, secret));
        await app.StartAsync();
        Console.WriteLine("ready");
        await app.WaitForShutdownAsync();
    }

    private static async Task ReceiveAsync(HttpContext http, byte[] secret)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var genuine = IsGenuine(http.Request.Headers, body.ToArray(), secret);
        http.Response.StatusCode = genuine ? 204 : 401;
        var id = http.Request.Headers["webhook-id"].ToString();
        // The same event may come twice.
        if (genuine && Seen.TryAdd(id, true))
            Console.WriteLine($"received {id} {JsonDocument.Parse(body.ToArray()).RootElement.GetProperty("type")}");
    }

    /// <summary>Signed by who knows the secret, and not long ago. While a secret is rotated there are two signatures.</summary>
    private static bool IsGenuine(IHeaderDictionary headers, byte[] body, byte[] secret)
    {
        string id = headers["webhook-id"].ToString(), timestamp = headers["webhook-timestamp"].ToString();
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
            return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed)));
        return headers["webhook-signature"].ToString().Split(' ').Any(each => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(each), expected));
    }
}
