namespace Qudao.Gateway.Sessions;

/// <summary>Who a request comes from, put on it before anything else looks at it.</summary>
/// <param name="Bearer">The short-lived token that the services verify.</param>
public sealed record SignedIn(string SessionId, string UserId, string Bearer)
{
    /// <summary>Null for a request without sign-in.</summary>
    public static SignedIn? Of(HttpContext http) => http.Features.Get<SignedIn>();
}
