using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Qudao.Gateway.Edge;

/// <summary>
/// The certificate of Gateway:Https, with what it is signed by: Gateway:Certificate is a PFX file, whose password stands in
/// Gateway:CertificatePasswordFile, or a PEM file, whose key stands in it or in Gateway:CertificateKey. A file that is replaced
/// is taken up within ten seconds, without a restart; until both files fit, the certificate before goes on.
/// </summary>
public sealed class Certificates
{
    private const string Pem = "-----BEGIN";
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly string file;
    private readonly string? keyFile;
    private readonly string? passwordFile;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lock reading = new();
    private Loaded loaded;

    /// <exception cref="InvalidOperationException">There is no certificate, or it cannot be read; for people.</exception>
    public Certificates(IConfiguration configuration, TimeProvider clock, ILogger<Certificates> logger)
    {
        file = configuration["Gateway:Certificate"] is { Length: > 0 } path ? path : throw new InvalidOperationException("Gateway:Https needs Gateway:Certificate: a PFX or PEM file.");
        keyFile = configuration["Gateway:CertificateKey"] is { Length: > 0 } key ? key : null;
        passwordFile = configuration["Gateway:CertificatePasswordFile"] is { Length: > 0 } password ? password : null;
        (this.clock, this.logger) = (clock, logger);
        try
        {
            loaded = Load(Print());
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new InvalidOperationException($"The certificate {file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>How a connection of Gateway:Https is begun.</summary>
    public TlsHandshakeCallbackOptions Handshake => new()
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Now(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        }),
    };

    private static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private SslStreamCertificateContext Now()
    {
        lock (reading)
        {
            var now = clock.GetUtcNow();
            if ((now - loaded.LookedAt).Duration() < LookAgain)
                return loaded.Context;
            loaded = loaded with { LookedAt = now };
            try
            {
                var print = Print();
                if (print != loaded.Print)
                    loaded = Load(print);
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                logger.LogError("The new certificate {File} cannot be read, the one before goes on: {Error}", file, e.Message);
            }
            return loaded.Context;
        }
    }

    /// <summary>By what a file that was replaced is told: links are followed, as clusters replace files by them.</summary>
    private string Print() => string.Concat(new[] { file, keyFile }.OfType<string>().Select(path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))));

    private Loaded Load(string print)
    {
        var password = passwordFile is null ? null : File.ReadAllText(passwordFile).Trim();
        var chain = new X509Certificate2Collection();
        X509Certificate2 own;
        if (File.ReadAllText(file).Contains(Pem, StringComparison.Ordinal))
        {
            using var read = password is null ? X509Certificate2.CreateFromPemFile(file, keyFile) : X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile);
            // Windows serves no key that lives in memory alone.
            own = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
            chain.ImportFromPemFile(file);
        }
        else
        {
            chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(file, password);
            own = chain.FirstOrDefault(each => each.HasPrivateKey) ?? throw new CryptographicException("There is no private key in it.");
        }
        return new Loaded(print, SslStreamCertificateContext.Create(own, chain, offline: true), clock.GetUtcNow());
    }

    private sealed record Loaded(string Print, SslStreamCertificateContext Context, DateTimeOffset LookedAt);
}
