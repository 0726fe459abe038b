using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Qudao.Dealer;
using Qudao.Gateway.Keys;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>What a service believes: a token that this gateway signed, for the services, in its time, and no other.</summary>
public class ServiceTrustTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private GatewayUnderTest gateway = null!;
    private WebApplication service = null!;
    private string session = "";
    private string genuine = "";

    [SetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync();
        session = await gateway.AdminTokenAsync();
        genuine = await BearerAsync(session);
        service = ServiceHost.Build(new DealerModule(), [], new Dictionary<string, string?>
        {
            ["Listen"] = "http://127.0.0.1:0",
            ["Database:Path"] = Path.Combine(Path.GetDirectoryName(gateway.DatabaseFile!)!, "dealer.db"),
            ["Auth:Jwks"] = $"{gateway.Http}/.well-known/jwks.json",
            ["Faults:Enabled"] = "true",
            ["Faults:ClockFile"] = gateway.ClockFile,
            ["Logging:LogLevel:Default"] = "Error",
        }, new LocalBus());
        await service.StartServiceAsync(typeof(DealerModule).Assembly);
    }

    [TearDown]
    public async Task Stop()
    {
        await service.StopAsync();
        await service.DisposeAsync();
        await gateway.DisposeAsync();
    }

    [Test]
    public async Task The_gateways_token_is_believed_and_nothing_else_that_a_client_has()
    {
        Assert.That(await AskAsync(genuine), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await AskAsync(null), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await AskAsync(session), Is.EqualTo(HttpStatusCode.Unauthorized), "a session token is for the gateway alone");
    }

    [TestCase("none")]
    [TestCase("none, our key named")]
    [TestCase("HS256 with the public key")]
    [TestCase("another key under our key's name")]
    [TestCase("a key that comes with the token")]
    [TestCase("changed payload")]
    [TestCase("changed signature")]
    [TestCase("no signature")]
    public async Task A_forged_token_is_refused(string how)
    {
        var kid = new JsonWebToken(genuine).Kid;
        var parts = genuine.Split('.');
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = how switch
        {
            "none" => $"{Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{parts[1]}.",
            "none, our key named" => $"{Encode($"{{\"alg\":\"none\",\"kid\":\"{kid}\"}}")}.{parts[1]}.",
            "HS256 with the public key" => await SignedWithPublicKeyAsync(kid, parts[1]),
            "another key under our key's name" => Make(new SigningCredentials(new ECDsaSecurityKey(other) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256)),
            "a key that comes with the token" => WithOwnKey(other, parts[1]),
            "changed payload" => $"{parts[0]}.{Encode(Base64UrlEncoder.Decode(parts[1]).Replace("/hq/", "/xx/", StringComparison.Ordinal))}.{parts[2]}",
            "changed signature" => $"{genuine[..^4]}AAAA",
            _ => $"{parts[0]}.{parts[1]}.",
        };
        Assert.That(await AskAsync(forged), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_token_that_the_gateway_signed_for_somebody_else_is_refused()
    {
        var ours = new SigningCredentials(gateway.Services.GetRequiredService<SigningKeys>().Current, SecurityAlgorithms.EcdsaSha256);
        Assert.Multiple(async () =>
        {
            Assert.That(await AskAsync(Make(ours)), Is.EqualTo(HttpStatusCode.OK), "what the others are compared with");
            Assert.That(await AskAsync(Make(ours, audience: "somebody-else")), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await AskAsync(Make(ours, issuer: "somebody-else")), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await AskAsync(Make(ours, from: TimeSpan.FromHours(1))), Is.EqualTo(HttpStatusCode.Unauthorized), "of the future");
            Assert.That(await AskAsync(Make(ours, from: TimeSpan.FromHours(-1))), Is.EqualTo(HttpStatusCode.Unauthorized), "of the past");
        });
    }

    [Test]
    public async Task A_token_that_was_good_is_refused_once_it_has_expired()
    {
        Assert.That(await AskAsync(genuine), Is.EqualTo(HttpStatusCode.OK), "and is remembered as good");
        await MoveClockAsync(TimeSpan.FromMinutes(6));
        Assert.That(await AskAsync(genuine), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_services_token_is_worth_nothing_from_outside()
    {
        var rest = gateway.Rest(genuine);
        Assert.That((await rest.GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await rest.GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "nor at the gateway's own rpcs");
        // Two in one header: the gateway reads it as one, and hands on its own alone.
        using var both = new HttpRequestMessage(HttpMethod.Get, new Uri($"{gateway.Http}/v1/partners/x"));
        both.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {session}", $"Bearer {genuine}"]);
        using var http = new HttpClient();
        Assert.That((await http.SendAsync(both)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_new_key_is_published_before_it_signs_and_no_call_fails_meanwhile()
    {
        var old = new JsonWebToken(genuine).Kid;
        Assert.That(await AskAsync(genuine), Is.EqualTo(HttpStatusCode.OK));
        await MoveClockAsync(TimeSpan.FromDays(31));
        await Eventually.Async(async () => (await KeysAsync()).Count == 2, Patience, "the successor is published");
        session = await gateway.AdminTokenAsync();
        var before = await BearerAsync(session);
        Assert.That(new JsonWebToken(before).Kid, Is.EqualTo(old), "the old key still signs");
        Assert.That(await AskAsync(before), Is.EqualTo(HttpStatusCode.OK));
        await MoveClockAsync(TimeSpan.FromDays(31) + TimeSpan.FromMinutes(3));
        var after = await BearerAsync(await gateway.AdminTokenAsync());
        Assert.Multiple(async () =>
        {
            Assert.That(new JsonWebToken(after).Kid, Is.Not.EqualTo(old), "the new one signs");
            Assert.That(await AskAsync(after), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await AskAsync(before), Is.EqualTo(HttpStatusCode.OK), "what the old one signed holds to its end");
        });
    }

    private static string Encode(string text) => Base64UrlEncoder.Encode(text);

    private static string Make(SigningCredentials credentials, string audience = TokenClaims.Audience, string issuer = TokenClaims.Issuer, TimeSpan from = default) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            NotBefore = DateTime.UtcNow + from,
            Expires = DateTime.UtcNow + from + TimeSpan.FromMinutes(5),
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = "intruder",
                [TokenClaims.Organisation] = "hq",
                [TokenClaims.ScopePath] = "/hq/",
                [TokenClaims.Roles] = new[] { "administrator" },
            },
            SigningCredentials = credentials,
        });

    private static string WithOwnKey(ECDsa key, string payload)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var head = Encode($"{{\"alg\":\"ES256\",\"kid\":\"mine\",\"jwk\":{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{Base64UrlEncoder.Encode(point.X)}\",\"y\":\"{Base64UrlEncoder.Encode(point.Y)}\"}}}}");
        return $"{head}.{payload}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes($"{head}.{payload}"), HashAlgorithmName.SHA256))}";
    }

    private async Task<string> SignedWithPublicKeyAsync(string kid, string payload)
    {
        var published = (await KeysAsync()).Single(key => key.GetProperty("kid").GetString() == kid).GetRawText();
        var head = Encode($"{{\"alg\":\"HS256\",\"kid\":\"{kid}\"}}");
        return $"{head}.{payload}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(published), Encoding.ASCII.GetBytes($"{head}.{payload}")))}";
    }

    private async Task<IReadOnlyList<JsonElement>> KeysAsync() =>
        [.. (await gateway.Rest().GetFromJsonAsync<JsonElement>("/.well-known/jwks.json")).GetProperty("keys").EnumerateArray()];

    private async Task<string> BearerAsync(string token) =>
        (await gateway.Rest(token).GetFromJsonAsync<Echo>("/v1/partners/x"))!.Headers["authorization"]["Bearer ".Length..];

    /// <summary>Moves the clock of both; returns when both see it.</summary>
    private async Task MoveClockAsync(TimeSpan by)
    {
        await gateway.MoveClockAsync(by);
        var clock = service.Services.GetRequiredService<TimeProvider>();
        await Eventually.Async(() => (clock.GetUtcNow() - DateTimeOffset.UtcNow - by).Duration() < TimeSpan.FromSeconds(10), Patience, "the service sees the clock");
    }

    private async Task<HttpStatusCode> AskAsync(string? token)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, service.Urls.First() + "/v1/dealer/operations") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
