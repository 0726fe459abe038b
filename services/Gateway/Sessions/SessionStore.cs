using Qudao.Platform;

namespace Qudao.Gateway.Sessions;

/// <summary>A session with what the services must know of its user.</summary>
public sealed record SessionRow
{
    public string Id { get; set; } = "";
    public string UserId { get; set; } = "";
    public long ExpiresUs { get; set; }
    public string PersonId { get; set; } = "";
    public bool IsStaff { get; set; }
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? PartnerId { get; set; }

    /// <summary>Separated by commas.</summary>
    public string Roles { get; set; } = "";

    /// <summary>The company's own roles beside them, between commas.</summary>
    public string ExtraRoles { get; set; } = "";

    /// <summary>What the services must be told of permissions, separated by commas; null where all roles are as the manuals have them.</summary>
    public string? Grants { get; set; }

    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }

    /// <summary>Somebody else gave the password: it must be changed before anything else.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>An API client, not a user.</summary>
    public bool IsClient { get; set; }

    /// <summary>Of an API client's token: the roles it was asked for, separated by commas; "" is all that the client has.</summary>
    public string OnlyRoles { get; set; } = "";

    /// <summary>Of an API client: how many requests it may make each second; 0 is what the house is set to.</summary>
    public long RequestsPerSecond { get; set; }

    /// <summary>Of an API client: how many requests it may make each day; 0 is without end.</summary>
    public long RequestsPerDay { get; set; }

    /// <summary>Of an API client: how many requests it may make each month; 0 is without end.</summary>
    public long RequestsPerMonth { get; set; }

    /// <summary>Of an API client: when what it calls with was last used, as noted.</summary>
    public long LastUsedUs { get; set; }

    public string[] AllRoles =>
        [.. $"{Roles},{ExtraRoles}".Split(',', StringSplitOptions.RemoveEmptyEntries).Where(role => OnlyRoles.Length == 0 || OnlyRoles.Split(',').Contains(role))];
}

/// <summary>A session as it is listed.</summary>
public sealed class SessionInfoRow
{
    public string Id { get; set; } = "";
    public long CreatedUs { get; set; }
    public long LastUsedUs { get; set; }
    public long ExpiresUs { get; set; }
    public string Source { get; set; } = "";
    public string Client { get; set; } = "";

    /// <summary>Whose it is, where those of several are listed.</summary>
    public string UserId { get; set; } = "";

    public string Login { get; set; } = "";
}

/// <summary>Reads and writes sessions.</summary>
public static class SessionStore
{
    private const string SelectLive = """
        SELECT sessions.id AS Id, sessions.user_id AS UserId, sessions.expires_us AS ExpiresUs, users.person_id AS PersonId,
            persons.is_staff AS IsStaff, persons.name AS Name, persons.organisation_id AS OrganisationId, persons.partner_id AS PartnerId,
            persons.roles AS Roles, users.extra_roles AS ExtraRoles, persons.scope_path AS ScopePath, persons.assignee_id AS AssigneeId,
            CASE WHEN users.password_temporary = 1 AND sessions.by_issuer = 0 THEN 1 ELSE 0 END AS MustChangePassword
        FROM sessions INNER JOIN users ON users.id = sessions.user_id INNER JOIN persons ON persons.id = users.person_id
        WHERE sessions.token_hash = @hash AND sessions.expires_us > @now AND persons.active = 1 AND users.disabled = 0
        """;
    private const string Insert = """
        INSERT INTO sessions (token_hash, id, user_id, created_us, expires_us, source, last_used_us, client, by_issuer)
        VALUES (@hash, @id, @user, @now, @expires, @source, @now, @client, @byIssuer)
        """;
    private const string Extend = "UPDATE sessions SET expires_us = @expires, last_used_us = @now WHERE token_hash = @hash AND expires_us < @expires";
    private const string SelectPage = """
        SELECT id AS Id, created_us AS CreatedUs, last_used_us AS LastUsedUs, expires_us AS ExpiresUs, source AS Source, client AS Client
        FROM sessions WHERE user_id = @user AND expires_us > @now AND (@after = '' OR id < @after) ORDER BY id DESC LIMIT @n
        """;
    private const string SelectAllPage = $"""
        SELECT sessions.id AS Id, sessions.created_us AS CreatedUs, sessions.last_used_us AS LastUsedUs, sessions.expires_us AS ExpiresUs, sessions.source AS Source,
            sessions.client AS Client, sessions.user_id AS UserId, users.login AS Login
        FROM sessions INNER JOIN users ON users.id = sessions.user_id INNER JOIN persons ON persons.id = users.person_id
        WHERE sessions.expires_us > @now AND (@after = '' OR sessions.id < @after) AND {Scope.SqlFilter} ORDER BY sessions.id DESC LIMIT @n
        """;
    private const string SelectUser = "SELECT user_id FROM sessions WHERE id = @id AND expires_us > @now";
    private const string DeleteOwn = "DELETE FROM sessions WHERE id = @id AND user_id = @user";
    private const string Delete = "DELETE FROM sessions WHERE id = @id";
    private const string DeleteOthers = "DELETE FROM sessions WHERE user_id = @user AND id <> @kept";
    private const string CountExpired = "SELECT COUNT(*) FROM sessions WHERE expires_us <= @now";
    private const string DeleteExpired = "DELETE FROM sessions WHERE expires_us <= @now";

    /// <summary>The session, unless it has ended or its person has left.</summary>
    public static Task<SessionRow?> FindAsync(Session session, string hash, long now) =>
        session.FirstOrDefaultAsync<SessionRow>(SelectLive, new { hash, now });

    public static Task InsertAsync(Tx tx, string hash, string id, string user, long expires, string source, string client, bool byIssuer) =>
        tx.ExecuteAsync(Insert, new { hash, id, user, now = tx.NowMicros, expires, source, client, byIssuer });

    public static Task ExtendAsync(Tx tx, string hash, long expires) => tx.ExecuteAsync(Extend, new { hash, expires, now = tx.NowMicros });

    /// <summary>The user's sessions, the newest first.</summary>
    public static Task<List<SessionInfoRow>> PageAsync(Session session, Page page, string user, long now) =>
        session.QueryAsync<SessionInfoRow>(SelectPage, new { user, now, after = page.After, n = page.Fetch });

    /// <summary>The sessions of everybody within the scope, the newest first.</summary>
    public static Task<List<SessionInfoRow>> AllPageAsync(Session session, Page page, Scope scope, long now) =>
        session.QueryAsync<SessionInfoRow>(SelectAllPage, new { now, after = page.After, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    /// <summary>Whose session it is; null where there is none.</summary>
    public static Task<string?> UserOfAsync(Session session, string id, long now) => session.FirstOrDefaultAsync<string>(SelectUser, new { id, now });

    /// <summary>Ends a session of this user; false when he has none of that id.</summary>
    public static async Task<bool> EndOwnAsync(Tx tx, string id, string user) => await tx.ExecuteAsync(DeleteOwn, new { id, user }) == 1;

    public static Task EndAsync(Tx tx, string id) => tx.ExecuteAsync(Delete, new { id });

    /// <summary>Ends a user's sessions but the one that is kept ("" keeps none).</summary>
    public static Task EndOthersAsync(Tx tx, string user, string kept) => tx.ExecuteAsync(DeleteOthers, new { user, kept });

    public static Task<long> CountExpiredAsync(Session session, long now) => session.ScalarAsync<long>(CountExpired, new { now });

    public static Task<int> DeleteExpiredAsync(Tx tx, long now) => tx.ExecuteAsync(DeleteExpired, new { now });
}
