using Qudao.Gateway.ApiClients;

namespace Qudao.Gateway.Sessions;

/// <summary>Who a request comes from, put on it before anything else looks at it.</summary>
/// <param name="Bearer">The short-lived token that the services verify.</param>
/// <param name="RequestsPerSecond">How many requests it may make; 0 is what the house is set to.</param>
/// <param name="MustChangePassword">Somebody else gave the password: nothing but changing it answers.</param>
/// <param name="Quota">What it may use in a day and a month; null for people, of whom nothing is counted.</param>
public sealed record SignedIn(string SessionId, string UserId, string Bearer, bool MustChangePassword, long RequestsPerSecond, Quota? Quota)
{
    /// <summary>By what its limits are kept.</summary>
    public string Caller { get; } = $"user:{UserId}";

    /// <summary>Null for a request without sign-in.</summary>
    public static SignedIn? Of(HttpContext http) => http.Features.Get<SignedIn>();
}
