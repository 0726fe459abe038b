using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Qudao.Dealer.V1;

namespace Qudao.Gateway.Tests;

/// <summary>The port for the outside: one for REST and gRPC, with a certificate from a file.</summary>
public class TlsTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("qudao-tls-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task REST_and_gRPC_are_served_with_TLS_on_one_port_and_nothing_there_without()
    {
        using var certificate = WritePem("one");
        await using var gateway = await StartAsync("one.pem", "one.key");
        gateway.Backend.Staff["staff/wang"] = Somebody.At("wang", "js", "salesperson");
        var token = await gateway.AdminTokenAsync();
        using var rest = Client(gateway, certificate, token);
        using var http1 = await rest.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/partners/x") { VersionPolicy = HttpVersionPolicy.RequestVersionExact });
        using var http2 = await rest.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/partners/x") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact });
        using var plain = await gateway.Rest(token).GetAsync("/v1/partners/x");
        using var channel = GrpcChannel.ForAddress(gateway.Https, new GrpcChannelOptions { HttpClient = rest });
        var staff = new StaffService.StaffServiceClient(channel);
        var headers = new Metadata { { "authorization", $"Bearer {token}" } };
        var found = await staff.GetStaffAsync(new GetStaffRequest { Name = "staff/wang" }, headers);
        var missing = Assert.ThrowsAsync<RpcException>(async () => await staff.GetStaffAsync(new GetStaffRequest { Name = "staff/li" }, headers));
        Assert.Multiple(async () =>
        {
            Assert.That((http1.StatusCode, http1.Version), Is.EqualTo((HttpStatusCode.OK, HttpVersion.Version11)));
            Assert.That((http2.StatusCode, http2.Version), Is.EqualTo((HttpStatusCode.OK, HttpVersion.Version20)));
            Assert.That((await http1.Content.ReadFromJsonAsync<Echo>())!.Headers["authorization"], Does.Not.Contain(token));
            Assert.That(http1.Headers.GetValues("Strict-Transport-Security").Single(), Does.StartWith("max-age="));
            Assert.That(plain.Headers.Contains("Strict-Transport-Security"), Is.False, "without TLS it is not said");
            Assert.That(found.DisplayName, Is.EqualTo("员工wang"));
            Assert.That(missing!.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason, Is.EqualTo("NOT_FOUND"));
            Assert.That(await SayPlainAsync(new Uri(gateway.Https).Port), Does.Not.Contain("HTTP/1.1 2").And.Not.Contain("live"));
        });
    }

    [TestCase(SslProtocols.Tls12)]
    [TestCase(SslProtocols.Tls13)]
    public async Task A_PFX_with_a_password_serves_too(SslProtocols version)
    {
        using var certificate = Make("pfx");
        await File.WriteAllBytesAsync(In("own.pfx"), certificate.Export(X509ContentType.Pkcs12, "a password"));
        await File.WriteAllTextAsync(In("password"), "a password\n");
        await using var gateway = await StartAsync("own.pfx", passwordFile: "password");
        using var rest = Client(gateway, certificate, null, version);
        Assert.That((await rest.GetAsync("/livez")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_certificate_that_is_replaced_is_taken_up_once_both_files_fit()
    {
        using var old = WritePem("own");
        await using var gateway = await StartAsync("own.pem", "own.key");
        Assert.That(await ShownAsync(gateway), Is.EqualTo(old.Thumbprint));

        var oldKey = await File.ReadAllTextAsync(In("own.key"));
        using var fresh = WritePem("own");
        var freshKey = await File.ReadAllTextAsync(In("own.key"));
        await File.WriteAllTextAsync(In("own.key"), oldKey);
        await gateway.MoveClockAsync(TimeSpan.FromMinutes(1));
        Assert.That(await ShownAsync(gateway), Is.EqualTo(old.Thumbprint), "half of it is there");

        await File.WriteAllTextAsync(In("own.key"), freshKey);
        await gateway.MoveClockAsync(TimeSpan.FromMinutes(2));
        Assert.That(await ShownAsync(gateway), Is.EqualTo(fresh.Thumbprint));
    }

    [TestCase(null, "Gateway:Certificate")]
    [TestCase("missing.pem", "missing.pem")]
    public void Without_a_certificate_it_does_not_start_and_says_why(string? certificate, string named)
    {
        var failure = Assert.CatchAsync(async () => await StartAsync(certificate));
        Assert.That(failure!.ToString(), Does.Contain(named));
    }

    private static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static HttpClient Client(GatewayUnderTest gateway, X509Certificate2 expected, string? token, SslProtocols version = SslProtocols.None)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = { EnabledSslProtocols = version, RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetCertHashString() == expected.GetCertHashString() },
        };
        var client = new HttpClient(handler) { BaseAddress = new Uri(gateway.Https) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>The thumbprint of what a new connection is shown.</summary>
    private static async Task<string> ShownAsync(GatewayUnderTest gateway)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(gateway.Https).Port);
        var shown = "";
        await using var tls = new System.Net.Security.SslStream(client.GetStream(), false, (_, certificate, _, _) => (shown = certificate!.GetCertHashString()).Length > 0);
        await tls.AuthenticateAsClientAsync("127.0.0.1");
        return shown;
    }

    private static async Task<string> SayPlainAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        await client.GetStream().WriteAsync("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), limit.Token);
        using var all = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(all, limit.Token);
        }
        catch (IOException)
        {
            // Broken off: that is an answer, too.
        }
        return Encoding.Latin1.GetString(all.ToArray());
    }

    private string In(string name) => Path.Combine(folder, name);

    private X509Certificate2 WritePem(string name)
    {
        var certificate = Make(name);
        File.WriteAllText(In($"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(In($"{name}.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    private Task<GatewayUnderTest> StartAsync(string? certificate, string? key = null, string? passwordFile = null) => GatewayUnderTest.StartAsync(new()
    {
        ["Gateway:Https"] = "https://127.0.0.1:0",
        ["Gateway:Certificate"] = certificate is null ? "" : In(certificate),
        ["Gateway:CertificateKey"] = key is null ? "" : In(key),
        ["Gateway:CertificatePasswordFile"] = passwordFile is null ? "" : In(passwordFile),
    });
}
