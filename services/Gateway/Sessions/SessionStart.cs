using Qudao.Gateway.Users;
using Qudao.Platform;

namespace Qudao.Gateway.Sessions;

/// <summary>How a session begins, whichever way somebody has proved who he is.</summary>
public static class SessionStart
{
    private const int LongestClient = 200;

    /// <summary>Opens a session; the token is told this once.</summary>
    /// <param name="by">What proved it, for the audit trail.</param>
    /// <param name="byIssuer">An external issuer vouches: the password here says nothing of this session.</param>
    public static async Task<(string Token, long ExpiresUs)> OpenAsync(Tx tx, UserRow user, string source, string client, string by, bool byIssuer)
    {
        var (token, expires) = (SignedInSessions.NewToken(), tx.NowMicros + SignInRules.SessionUs);
        await SessionStore.InsertAsync(tx, SignedInSessions.Hash(token), tx.NewId(), user.Id, expires, source, client, byIssuer);
        var caller = new Caller(user.Id, user.Name, user.IsStaff ? user.PersonId : null, user.PartnerId, user.OrganisationId, new Scope(user.ScopePath, user.AssigneeId), user.Roles.Split(','), source);
        await tx.AuditAsync(caller, "session.create", $"users/{user.Id}", user.ScopePath, user.AssigneeId, new { user.Login, by, client });
        return (token, expires);
    }

    /// <summary>With what somebody calls: the header User-Agent.</summary>
    public static string ClientOf(HttpContext http)
    {
        var client = http.Request.Headers.UserAgent.ToString();
        return client.Length > LongestClient ? client[..LongestClient] : client;
    }
}
