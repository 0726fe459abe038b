namespace Qudao.Gateway.Issuer;

/// <summary>A company's own OpenID Connect issuer, as configured; without Oidc:Issuer there is none.</summary>
/// <param name="Issuer">Oidc:Issuer: its address, under which it tells of itself at /.well-known/openid-configuration.</param>
/// <param name="ClientId">Oidc:ClientId: as whom it knows this house.</param>
/// <param name="ClientSecretFile">Oidc:ClientSecretFile: the file that holds the secret.</param>
/// <param name="PublicAddress">Oidc:PublicAddress: where browsers reach the gateway; never taken from a request.</param>
/// <param name="LoginClaim">Oidc:LoginClaim: what in its token is the login here.</param>
public sealed record IssuerSettings(Uri Issuer, string ClientId, string ClientSecretFile, Uri PublicAddress, string LoginClaim)
{
    private const string UsualClaim = "preferred_username";

    public Uri Callback => new(PublicAddress, IssuerSignIn.CallbackPath);

    public static IssuerSettings? From(IConfiguration configuration) => configuration["Oidc:Issuer"] is not { Length: > 0 } issuer ? null : new(
        new Uri(issuer), Required(configuration, "Oidc:ClientId"), Required(configuration, "Oidc:ClientSecretFile"), new Uri(Required(configuration, "Oidc:PublicAddress")),
        configuration["Oidc:LoginClaim"] ?? UsualClaim);

    private static string Required(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"{key} is required with Oidc:Issuer.");
}
