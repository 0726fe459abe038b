using System.Text;
using Qudao.Gateway.Sessions;
using Qudao.Platform;

namespace Qudao.Gateway.ApiClients;

/// <summary>
/// POST /oauth2/token: the client-credentials grant of OAuth 2.0 (RFC 6749). The client says who it is in the header
/// (client_secret_basic) or in the form (client_secret_post). A scope is a role; asked for none, the token has all of the client's.
/// </summary>
public sealed class TokenEndpoint(Db db)
{
    public const string Path = "/oauth2/token";

    /// <summary>Bytes of a form, which holds five short fields at most.</summary>
    public const long MostBytes = 8 * 1024;

    private const string Basic = "Basic ";

    public async Task<IResult> AskAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Pragma = "no-cache";
        if (!http.Request.HasFormContentType)
            return Refuse("invalid_request", "The body must be application/x-www-form-urlencoded.");
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form.Any(field => field.Value.Count > 1))
            return Refuse("invalid_request", "A parameter comes twice.");
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length > 0 && (form.ContainsKey("client_secret") || !header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)))
            return Refuse("invalid_request", "The client must say who it is in one way: Basic, or client_id and client_secret.");
        if (form["grant_type"].ToString() is not "client_credentials" and var grant)
            return grant.Length == 0 ? Refuse("invalid_request", "grant_type is required.") : Refuse("unsupported_grant_type", "Only client_credentials is served here.");
        var (id, secret) = header.Length > 0 ? FromHeader(header[Basic.Length..]) : (form["client_id"].ToString(), form["client_secret"].ToString());
        return await GrantAsync(http, id, secret, form["scope"].ToString());
    }

    private static (string Id, string Secret) FromHeader(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var length))
            return ("", "");
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts is [var id, var secret] ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret)) : ("", "");
    }

    private static IResult Refuse(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { error, error_description = description }, statusCode: status);

    private async Task<IResult> GrantAsync(HttpContext http, string id, string secret, string scope)
    {
        var source = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var now = db.Clock.NowMicros();
        var (client, credential) = await db.ReadAsync(async s =>
            (await ApiClientStore.ByIdAsync(s, id), await CredentialStore.ByHashAsync(s, SignedInSessions.Hash(secret), CredentialRow.Secret, now)));
        if (client is not { Disabled: false } || credential?.ClientId != client.Id)
        {
            if (client is not null)
                await db.WriteAsync(tx => tx.AuditAsync(Caller.System with { Source = source }, "api-client.refuse", $"apiClients/{client.Id}", client.ScopePath, null, new { client.DisplayName }));
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"qudao\", charset=\"UTF-8\"";
            return Refuse("invalid_client", "The client or its secret is wrong.", StatusCodes.Status401Unauthorized);
        }
        var asked = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        if (asked.Except(client.RoleList).Any())
            return Refuse("invalid_scope", "The client has no such role.");
        return Results.Json(new
        {
            access_token = await IssueAsync(client, credential, asked, source),
            token_type = "Bearer",
            expires_in = ApiClientRules.TokenUs / 1_000_000,
            scope = string.Join(' ', asked.Count > 0 ? asked : client.RoleList),
        });
    }

    private async Task<string> IssueAsync(ApiClientRow client, CredentialRow credential, List<string> asked, string source)
    {
        var token = ApiClientRules.New(ApiClientRules.TokenPrefix);
        await db.WriteAsync(async tx =>
        {
            await CredentialStore.InsertTokenAsync(tx, SignedInSessions.Hash(token), credential.Id, string.Join(',', asked), tx.NowMicros + ApiClientRules.TokenUs);
            var caller = new Caller(client.Id, client.DisplayName, null, null, client.OrganisationId, new Scope(client.ScopePath, null), client.RoleList, source);
            await tx.AuditAsync(caller, "api-client.token", $"apiClients/{client.Id}", client.ScopePath, null, new { client.DisplayName, Scope = string.Join(' ', asked) });
        });
        return token;
    }
}
