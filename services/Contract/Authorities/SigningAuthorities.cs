using Qudao.Contract.Agreements;
using Qudao.Contract.V1;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Contract.Authorities;

/// <summary>Who signs agreements of a kind with partners of a level 签约权限; Id is the kind, '.', the level or "any".</summary>
public sealed class AuthorityRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }

    /// <summary>With commas between.</summary>
    public string Roles { get; set; } = "";
    public long UpdatedUs { get; set; }

    public IReadOnlyList<string> RoleList => Roles.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Which signing authority holds, and what may be written into one.</summary>
public static class SigningAuthorities
{
    public const string AnyLevel = "any";
    private const string SignPermission = "contract.agreements.sign";
    private static readonly string[] Levels = ["city-agent", "terminal", AnyLevel];

    private const string Columns = "id AS Id, version AS Version, roles AS Roles, updated_us AS UpdatedUs";
    private const string SelectAll = $"SELECT {Columns} FROM signing_authorities ORDER BY id";
    private const string SelectOne = $"SELECT {Columns} FROM signing_authorities WHERE id = @id";
    private const string SelectPage = $"SELECT {Columns} FROM signing_authorities WHERE id > @after ORDER BY id LIMIT @n";
    private const string Insert = "INSERT INTO signing_authorities (id, version, roles, updated_us) VALUES (@Id, 1, @Roles, @UpdatedUs)";
    private const string Update = "UPDATE signing_authorities SET version = version + 1, roles = @Roles, updated_us = @UpdatedUs WHERE id = @Id AND version = @Version";

    /// <summary>The roles that sign this agreement: what is said of the partner's level, else of any level.</summary>
    public static IReadOnlyList<string> Signers(IReadOnlyList<AuthorityRow> all, AgreementRow row) =>
        (all.FirstOrDefault(one => one.Id == $"{row.Kind}.{row.PartnerLevel}") ?? all.First(one => one.Id == $"{row.Kind}.{AnyLevel}")).RoleList;

    /// <summary>The roles that sign this agreement today.</summary>
    public static async Task<IReadOnlyList<string>> SignersAsync(Session session, AgreementRow row) =>
        Signers(await session.QueryAsync<AuthorityRow>(SelectAll), row);

    /// <summary>The kind and level that a resource id names.</summary>
    public static (AgreementKind Kind, string Level)? Parse(string id) =>
        id.Split('.') is [var kind, var level] && Levels.Contains(level)
            && Enum.GetValues<AgreementKind>().FirstOrDefault(one => one != AgreementKind.Unspecified && Codes.Of(one) == kind) is var found and not AgreementKind.Unspecified
            ? (found, level) : null;

    /// <summary>What is wrong with a change.</summary>
    public static IReadOnlyList<Violation> Check(SigningAuthority authority)
    {
        var violations = new List<Violation>();
        if (Parse(Ids.Of(authority.Name, "signingAuthorities")) is null)
            violations.Add(new("signing_authority.name", "名称应为 signingAuthorities/类型.级别，如 signingAuthorities/sales.city-agent",
                "must be signingAuthorities/kind.level, for example signingAuthorities/sales.city-agent"));
        for (var i = 0; i < authority.Roles.Count; i++)
            if (!Protocol.Roles.Allows([authority.Roles[i]], SignPermission))
                violations.Add(new($"signing_authority.roles[{i}]", $"{RoleNames.Zh(authority.Roles[i])}无权签订协议", $"the role {authority.Roles[i]} may not sign agreements", "ROLE_MAY_NOT_SIGN"));
        return violations;
    }

    public static Task<List<AuthorityRow>> ListAsync(Session session, Page page) => session.QueryAsync<AuthorityRow>(SelectPage, new { after = page.After, n = page.Fetch });

    /// <summary>Null when the kind and level have none of their own.</summary>
    public static Task<AuthorityRow?> GetAsync(Session session, string id) => session.FirstOrDefaultAsync<AuthorityRow>(SelectOne, new { id });

    /// <summary>Writes it; a row of version 0 is new.</summary>
    public static async Task SaveAsync(Tx tx, AuthorityRow row)
    {
        if (row.Version == 0)
            await tx.ExecuteAsync(Insert, row);
        else
            await tx.UpdateAsync(Update, row, $"signingAuthorities/{row.Id}");
        row.Version++;
    }
}
