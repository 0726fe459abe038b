using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Qudao.Gateway.Sessions;
using Qudao.Platform;

namespace Qudao.Gateway.Keys;

/// <summary>A token for the services, from when to when it serves, and the key that signed it.</summary>
public sealed record ServiceToken(string Value, DateTimeOffset IssuedAt, DateTimeOffset Expires, string KeyId)
{
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(1);

    /// <summary>Good for now and for the call that goes out with it.</summary>
    public bool Holds(DateTimeOffset now) => now >= IssuedAt && now + Spare < Expires;
}

/// <summary>Signs who calls (ES256) for the services; five minutes.</summary>
public sealed class TokenMint(SigningKeys keys)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Whether the services still take it: its time is not over, nor was its key revoked.</summary>
    public bool IsGood(ServiceToken token, DateTimeOffset now) => token.Holds(now) && keys.Knows(token.KeyId);

    /// <summary>Whether its key was revoked since.</summary>
    public bool IsRevoked(ServiceToken token) => !keys.Knows(token.KeyId);

    public ServiceToken Make(SessionRow session, string source, DateTimeOffset now)
    {
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = session.UserId,
            [TokenClaims.Name] = session.Name,
            [TokenClaims.Organisation] = session.OrganisationId,
            [TokenClaims.ScopePath] = session.ScopePath,
            [TokenClaims.Roles] = session.AllRoles,
            [TokenClaims.Source] = source,
        };
        if (session.Grants is not null)
            claims[TokenClaims.Grants] = session.Grants.Split(',');
        if (session.IsStaff)
            claims[TokenClaims.Staff] = session.PersonId;
        if (session.PartnerId is not null)
            claims[TokenClaims.Partner] = session.PartnerId;
        if (session.AssigneeId is not null)
            claims[TokenClaims.Assignee] = session.AssigneeId;
        var key = keys.Current;
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenClaims.Issuer,
            Audience = TokenClaims.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });
        return new ServiceToken(token, now, now + Lifetime, key.KeyId);
    }
}
