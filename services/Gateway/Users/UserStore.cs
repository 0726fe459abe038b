using Qudao.Platform;

namespace Qudao.Gateway.Users;

/// <summary>A user with the person behind it.</summary>
public sealed class UserRow
{
    public string Id { get; set; } = "";

    /// <summary>Lower case.</summary>
    public string Login { get; set; } = "";

    public string PersonId { get; set; } = "";
    public string PasswordHash { get; set; } = "";

    /// <summary>Somebody else gave this password.</summary>
    public bool PasswordTemporary { get; set; }

    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public bool IsStaff { get; set; }
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? PartnerId { get; set; }

    /// <summary>Separated by commas.</summary>
    public string Roles { get; set; } = "";

    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public bool Active { get; set; }

    /// <summary>The company's own roles, between commas: ",partner-desk,".</summary>
    public string ExtraRoles { get; set; } = "";

    public string[] ExtraRoleList => ExtraRoles.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Somebody keeps this user from signing in.</summary>
    public bool Disabled { get; set; }

    /// <summary>Sign-in asks for a code.</summary>
    public bool SecondFactor { get; set; }
}

/// <summary>Reads and writes users.</summary>
public static class UserStore
{
    private const string Columns = """
        users.id AS Id, users.login AS Login, users.person_id AS PersonId, users.password_hash AS PasswordHash,
        users.password_temporary AS PasswordTemporary, users.version AS Version, users.created_us AS CreatedUs,
        persons.is_staff AS IsStaff, persons.name AS Name, persons.organisation_id AS OrganisationId, persons.partner_id AS PartnerId,
        persons.roles AS Roles, persons.scope_path AS ScopePath, persons.assignee_id AS AssigneeId, persons.active AS Active,
        users.extra_roles AS ExtraRoles, users.disabled AS Disabled,
        CASE WHEN second_factors.confirmed_us IS NULL THEN 0 ELSE 1 END AS SecondFactor
        FROM users INNER JOIN persons ON persons.id = users.person_id LEFT JOIN second_factors ON second_factors.user_id = users.id
        """;
    private const string SelectByLogin = $"SELECT {Columns} WHERE users.login = @login";
    private const string SelectById = $"SELECT {Columns} WHERE users.id = @id";
    private const string SelectVisible = $"SELECT {Columns} WHERE users.id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"SELECT {Columns} WHERE users.id > @after AND {Scope.SqlFilter} ORDER BY users.id LIMIT @n";
    private const string CountLogins = "SELECT COUNT(*) FROM users WHERE login = @login";
    private const string CountPersons = "SELECT COUNT(*) FROM users WHERE person_id = @person";
    private const string CountUsers = "SELECT COUNT(*) FROM users";
    private const string InsertUser = """
        INSERT INTO users (id, login, person_id, password_hash, password_temporary, version, created_us)
        VALUES (@Id, @Login, @PersonId, @PasswordHash, @PasswordTemporary, 1, @CreatedUs)
        """;
    private const string UpdatePassword = """
        UPDATE users SET password_hash = @hash, password_temporary = @temporary, version = version + 1 WHERE id = @id AND version = @version
        """;

    private const string UpdateExtraRoles = "UPDATE users SET extra_roles = @roles, version = version + 1 WHERE id = @id AND version = @version";
    private const string UpdateDisabled = "UPDATE users SET disabled = @disabled, version = version + 1 WHERE id = @id AND version = @version";
    private const string HoldAdministrators = "UPDATE users SET disabled = disabled WHERE person_id IN (SELECT id FROM persons WHERE roles LIKE @like)";
    private const string SelectAdministrators = $"SELECT {Columns} WHERE persons.roles LIKE @like AND persons.active = 1";

    public static Task<UserRow?> ByLoginAsync(Session session, string login) =>
        session.FirstOrDefaultAsync<UserRow>(SelectByLogin, new { login });

    public static Task<UserRow?> ByIdAsync(Session session, string id) =>
        session.FirstOrDefaultAsync<UserRow>(SelectById, new { id });

    /// <summary>A user within the scope.</summary>
    public static Task<UserRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<UserRow>(SelectVisible, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<UserRow>> PageAsync(Session session, Page page, Scope scope) =>
        session.QueryAsync<UserRow>(SelectPage, new { after = page.After, n = page.Fetch, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static async Task<bool> IsLoginTakenAsync(Session session, string login) =>
        await session.ScalarAsync<long>(CountLogins, new { login }) > 0;

    public static async Task<bool> HasUserAsync(Session session, string person) =>
        await session.ScalarAsync<long>(CountPersons, new { person }) > 0;

    public static async Task<bool> IsEmptyAsync(Session session) => await session.ScalarAsync<long>(CountUsers) == 0;

    public static Task InsertAsync(Tx tx, UserRow row) => tx.ExecuteAsync(InsertUser, row);

    public static Task SetExtraRolesAsync(Tx tx, UserRow row, IEnumerable<string> roles) =>
        tx.UpdateAsync(UpdateExtraRoles, new { id = row.Id, version = row.Version, roles = string.Concat(roles.Select((role, i) => i == 0 ? $",{role}," : $"{role},")) }, $"users/{row.Id}");

    public static Task SetDisabledAsync(Tx tx, UserRow row, bool disabled) =>
        tx.UpdateAsync(UpdateDisabled, new { id = row.Id, version = row.Version, disabled }, $"users/{row.Id}");

    /// <summary>The administrators who have not left, held until the commit: of two who disable each other, one comes second.</summary>
    public static async Task<List<UserRow>> HoldAdministratorsAsync(Tx tx)
    {
        var like = $"%{Protocol.Roles.Administrator}%";
        await tx.ExecuteAsync(HoldAdministrators, new { like });
        return await tx.QueryAsync<UserRow>(SelectAdministrators, new { like });
    }

    public static Task SetPasswordAsync(Tx tx, UserRow row, string hash, bool temporary) =>
        tx.UpdateAsync(UpdatePassword, new { id = row.Id, version = row.Version, hash, temporary }, $"users/{row.Id}");
}
