using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Qudao.Gateway.Tests;

/// <summary>
/// An OpenID Connect issuer as a company has one, as small as one can be: it asks nobody for a password, but holds to the code
/// flow with PKCE, and can be told to lie in each way that matters.
/// </summary>
internal sealed class SmallIssuer : IAsyncDisposable
{
    public const string ClientId = "qudao";
    public const string Secret = "a secret of the issuer's";

    private readonly RSA key = RSA.Create(2048);
    private readonly Dictionary<string, (string Nonce, string Challenge, string Redirect)> codes = [];
    private readonly WebApplication app;

    private SmallIssuer(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    /// <summary>Who signs in.</summary>
    public string Login { get; set; } = "sales";

    /// <summary>The last say on the token, before it is signed.</summary>
    public Action<SecurityTokenDescriptor> Lie { get; set; } = _ => { };

    public static async Task<SmallIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var issuer = new SmallIssuer(builder.Build());
        issuer.Map();
        await issuer.app.StartAsync();
        return issuer;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Address,
            authorization_endpoint = $"{Address}/authorize",
            token_endpoint = $"{Address}/token",
            jwks_uri = $"{Address}/keys",
        }));
        app.MapGet("/keys", () =>
        {
            var half = key.ExportParameters(includePrivateParameters: false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "k1", n = Base64UrlEncoder.Encode(half.Modulus), e = Base64UrlEncoder.Encode(half.Exponent) } } });
        });
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            Assert.That((request.Query["client_id"].ToString(), request.Query["response_type"].ToString(), request.Query["code_challenge_method"].ToString()), Is.EqualTo((ClientId, "code", "S256")));
            var code = Guid.NewGuid().ToString("n");
            codes[code] = (request.Query["nonce"]!, request.Query["code_challenge"]!, request.Query["redirect_uri"]!);
            return Results.Redirect($"{request.Query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(request.Query["state"]!)}");
        });
        app.MapPost("/token", TokenAsync);
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Uri.EscapeDataString(Secret)}"));
        var known = codes.Remove(form["code"]!, out var code);
        if (!known || request.Headers.Authorization != expected || form["redirect_uri"] != code.Redirect
            || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!))) != code.Challenge)
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = ClientId,
            Expires = DateTime.UtcNow.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = "1", ["preferred_username"] = Login, ["nonce"] = code.Nonce },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256),
        };
        Lie(token);
        return Results.Json(new { id_token = new JsonWebTokenHandler().CreateToken(token), access_token = "x", token_type = "Bearer" });
    }
}
