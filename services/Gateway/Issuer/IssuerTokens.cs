using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Qudao.Platform;

namespace Qudao.Gateway.Issuer;

/// <summary>What the issuer tells of itself and of who signed in there.</summary>
public sealed class IssuerTokens(IssuerSettings settings, TimeProvider clock) : IDisposable
{
    private const string EmailClaim = "email";

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    // Only what is signed with a key that the issuer alone has: no HMAC, and never "none".
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
    ];

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(10) };
    private ConfigurationManager<OpenIdConnectConfiguration>? about;

    // Over plain HTTP an issuer is trusted on this machine alone.
    private ConfigurationManager<OpenIdConnectConfiguration> About => about ??= new(
        $"{settings.Issuer.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(http) { RequireHttps = !settings.Issuer.IsLoopback });

    /// <summary>Where a browser is sent to sign in.</summary>
    public async Task<string> AuthorizeAsync(string state, string nonce, string challenge)
    {
        var configuration = await About.GetConfigurationAsync(CancellationToken.None);
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = settings.ClientId,
            ["redirect_uri"] = settings.Callback.AbsoluteUri,
            ["scope"] = settings.LoginClaim == EmailClaim ? "openid email" : "openid profile",
            ["state"] = state,
            ["nonce"] = nonce,
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = "S256",
        };
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(configuration.AuthorizationEndpoint, query);
    }

    /// <summary>The login that the issuer vouches for; null when what it gives for the code is not what it must be.</summary>
    public async Task<string?> LoginAsync(string code, string verifier, string nonce)
    {
        if (await RedeemAsync(code, verifier) is not { } token)
            return null;
        var result = await ValidateAsync(token);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The issuer has new keys.
            About.RequestRefresh();
            result = await ValidateAsync(token);
        }
        if (!result.IsValid || result.SecurityToken is not JsonWebToken valid || !valid.TryGetPayloadValue<string>("nonce", out var given) || given != nonce)
            return null;
        // An address that nobody has proved to be his may be anybody's.
        if (settings.LoginClaim == EmailClaim && !(valid.TryGetPayloadValue<bool>("email_verified", out var verified) && verified))
            return null;
        return valid.TryGetPayloadValue<string>(settings.LoginClaim, out var login) && login.Length > 0 ? login : null;
    }

    public void Dispose() => http.Dispose();

    private async Task<string?> RedeemAsync(string code, string verifier)
    {
        var configuration = await About.GetConfigurationAsync(CancellationToken.None);
        using var request = new HttpRequestMessage(HttpMethod.Post, configuration.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = settings.Callback.AbsoluteUri,
                ["code_verifier"] = verifier,
            }),
        };
        var secret = (await File.ReadAllTextAsync(settings.ClientSecretFile)).Trim();
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}")));
        using var answer = await http.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
            return null;
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("id_token", out var token) ? token.GetString() : null;
    }

    private async Task<TokenValidationResult> ValidateAsync(string token)
    {
        var configuration = await About.GetConfigurationAsync(CancellationToken.None);
        var now = clock.GetUtcNow().UtcDateTime;
        return await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer.OriginalString,
            ValidAudience = settings.ClientId,
            IssuerSigningKeys = configuration.SigningKeys,
            ValidAlgorithms = Algorithms,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => (notBefore is null || notBefore <= now.AddMinutes(1)) && expires > now,
        });
    }
}
