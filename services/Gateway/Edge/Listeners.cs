using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Qudao.Gateway.Edge;

/// <summary>Where the gateway listens, and what a connection may cost before anybody knows whose it is.</summary>
public static class Listeners
{
    private const string DefaultHttp = "http://127.0.0.1:5080";
    private const string DefaultGrpc = "http://127.0.0.1:5081";
    private const int HeadersSeconds = 10;
    private const int BodyGraceSeconds = 5;
    private const int BytesPerSecond = 240;
    private const int StreamsPerConnection = 100;
    private const int HeaderTableBytes = 4096;

    /// <summary>The address for REST and console, as configured.</summary>
    public static string Http(IConfiguration configuration) => configuration["Gateway:Http"] ?? DefaultHttp;

    /// <summary>
    /// Two listeners without TLS, because cleartext gRPC needs HTTP/2 alone and browsers need HTTP/1.1; and one with it where
    /// Gateway:Https says so, on which both are told apart as the connection begins (ALPN).
    /// </summary>
    public static void Listen(KestrelServerOptions kestrel, IConfiguration configuration)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits, configuration);
        kestrel.Bind(Http(configuration), HttpProtocols.Http1);
        if (configuration["Gateway:Https"] is { Length: > 0 } https)
            kestrel.Bind(https, HttpProtocols.Http1AndHttp2, ActivatorUtilities.CreateInstance<Certificates>(kestrel.ApplicationServices).Handshake);
        kestrel.Bind(configuration["Gateway:Grpc"] ?? DefaultGrpc, HttpProtocols.Http2);
    }

    private static void Limit(KestrelServerLimits limits, IConfiguration configuration)
    {
        // Admission sets the limit of each request. Were there one here, who sends more would be cut off before he reads why.
        limits.MaxRequestBodySize = null;
        // For the same reason twice what HeaderLimits lets pass.
        limits.MaxRequestHeadersTotalSize = 2 * HeaderLimits.MostBytes;
        limits.MaxRequestHeaderCount = 2 * HeaderLimits.MostHeaders;
        limits.MaxRequestLineSize = 2 * HeaderLimits.LongestAddress;
        // Who dribbles holds a connection so long and no longer; slower than a byte every four milliseconds is no network of today.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(configuration.GetValue("Gateway:HeadersSeconds", HeadersSeconds));
        // The server takes nothing below two.
        var grace = TimeSpan.FromSeconds(Math.Max(2, configuration.GetValue("Gateway:BodyGraceSeconds", BodyGraceSeconds)));
        limits.MinRequestBodyDataRate = new MinDataRate(BytesPerSecond, grace);
        limits.MinResponseDataRate = new MinDataRate(BytesPerSecond, grace);
        limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        limits.Http2.HeaderTableSize = HeaderTableBytes;
        limits.Http2.MaxRequestHeaderFieldSize = HeaderLimits.MostBytes;
        // Finds connections whose other end has gone without a word.
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromMinutes(1);
    }

    private static void Bind(this KestrelServerOptions kestrel, string address, HttpProtocols protocols, TlsHandshakeCallbackOptions? tls = null)
    {
        var binding = BindingAddress.Parse(address);
        if (binding.Scheme == Uri.UriSchemeHttps != tls is not null)
            throw new InvalidOperationException($"{address}: only Gateway:Https is served with TLS, and only with it.");
        if (System.Net.IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, binding.Port, Configure);
        else if (binding.Host == "localhost")
            kestrel.ListenLocalhost(binding.Port, Configure);
        else
            kestrel.ListenAnyIP(binding.Port, Configure);

        void Configure(ListenOptions endpoint)
        {
            endpoint.Protocols = protocols;
            if (tls is not null)
                endpoint.UseHttps(tls);
        }
    }
}
