using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Qudao.Dealer;
using Qudao.Platform;

namespace Qudao.Gateway.Tests;

/// <summary>What a service believes: a token that this gateway signed, and no other.</summary>
public class ServiceTrustTests
{
    [Test]
    public async Task A_service_believes_the_gateways_token_and_no_forged_one()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var token = await gateway.AdminTokenAsync();
        var genuine = (await (await gateway.Rest(token).GetAsync("/v1/partners/x")).Content.ReadFromJsonAsync<Echo>())!.Headers["authorization"]["Bearer ".Length..];
        await using var service = await StartServiceAsync(gateway);
        Assert.Multiple(async () =>
        {
            Assert.That(await AskAsync(service, genuine), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await AskAsync(service, null), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await AskAsync(service, token), Is.EqualTo(HttpStatusCode.Unauthorized), "a session token is for the gateway alone");
            Assert.That(await AskAsync(service, Forged(new JsonWebToken(genuine).Kid)), Is.EqualTo(HttpStatusCode.Unauthorized), "another key under our key's name");
            Assert.That(await AskAsync(service, Unsigned(genuine)), Is.EqualTo(HttpStatusCode.Unauthorized), "alg none");
            Assert.That(await AskAsync(service, genuine[..^4] + "AAAA"), Is.EqualTo(HttpStatusCode.Unauthorized), "a changed signature");
        });
    }

    private static async Task<WebApplication> StartServiceAsync(GatewayUnderTest gateway)
    {
        var service = ServiceHost.Build(new DealerModule(), [], new Dictionary<string, string?>
        {
            ["Listen"] = "http://127.0.0.1:0",
            ["Database:Path"] = Path.Combine(Path.GetDirectoryName(gateway.DatabaseFile!)!, "dealer.db"),
            ["Auth:Jwks"] = $"{gateway.Http}/.well-known/jwks.json",
            ["Logging:LogLevel:Default"] = "Error",
        }, new LocalBus());
        await service.StartServiceAsync(typeof(DealerModule).Assembly);
        return service;
    }

    private static async Task<HttpStatusCode> AskAsync(WebApplication service, string? token)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, service.Urls.First() + "/v1/dealer/operations") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static string Forged(string kid)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenClaims.Issuer,
            Audience = TokenClaims.Audience,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = "intruder",
                [TokenClaims.Organisation] = "hq",
                [TokenClaims.ScopePath] = "/hq/",
                [TokenClaims.Roles] = new[] { "administrator" },
            },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256),
        });
    }

    private static string Unsigned(string genuine) =>
        $"{Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{genuine.Split('.')[1]}.";
}
