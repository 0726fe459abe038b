using System.Data.Common;
using Qudao.Platform;

namespace Qudao.Dealer.Organisations;

public sealed class OrganisationRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Kind { get; set; } = "";
    public string? ParentId { get; set; }
    public string? ProvinceCode { get; set; }
    public string ScopePath { get; set; } = "";

    /// <summary>"active" or "closed".</summary>
    public string State { get; set; } = OrganisationRules.Active;
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>What an organisation has itself.</summary>
public sealed class OrganisationCount
{
    public string Id { get; set; } = "";
    public long Staff { get; set; }
    public long Partners { get; set; }
    public long Signed { get; set; }
}

/// <summary>What an organisation still has, with all below it.</summary>
public sealed class OrganisationUse
{
    public long Organisations { get; set; }
    public long Staff { get; set; }
    public long Partners { get; set; }
    public long Territories { get; set; }

    public bool IsEmpty => Organisations + Staff + Partners + Territories == 0;
}

/// <summary>The organisations. An organisation is nobody's in particular: only the place in the tree decides who sees it.</summary>
public static class OrganisationStore
{
    private const string Columns = """
        id AS Id, name AS Name, kind AS Kind, parent_id AS ParentId, province_code AS ProvinceCode, scope_path AS ScopePath,
        state AS State, version AS Version, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string InScope = "scope_path >= @ScopeLow AND scope_path < @ScopeHigh";
    private const string SelectOne = $"SELECT {Columns} FROM organisations WHERE id = @id AND {InScope}";
    private const string SelectAny = $"SELECT {Columns} FROM organisations WHERE id = @id";
    private const string SelectByProvince = $"SELECT {Columns} FROM organisations WHERE province_code = @provinceCode";
    private const string SelectPage = $"SELECT {Columns} FROM organisations WHERE id > @after AND {InScope} ORDER BY id LIMIT @n";
    private const string SelectBelow = $"SELECT {Columns} FROM organisations WHERE {InScope} ORDER BY scope_path";
    private const string SelectCounts = $"""
        SELECT o.id AS Id,
               (SELECT COUNT(*) FROM staff s WHERE (s.organisation_id = o.id AND s.department_id IS NULL OR s.department_id = o.id)
                   AND s.active = 1 AND s.partner_id IS NULL) AS Staff,
               COALESCE(SUM(p.here), 0) AS Partners, COALESCE(SUM(p.is_signed), 0) AS Signed
        FROM organisations o LEFT JOIN
            (SELECT organisation_id, 1 AS here, CASE WHEN stage IN ('signed', 'trained', 'operating') THEN 1 ELSE 0 END AS is_signed
             FROM partners WHERE stage NOT IN ('lost', 'terminated') AND {Scope.SqlFilter}) p ON p.organisation_id = o.id
        WHERE o.scope_path >= @ScopeLow AND o.scope_path < @ScopeHigh GROUP BY o.id
        """;
    private const string SelectUse = """
        SELECT (SELECT COUNT(*) FROM organisations WHERE parent_id = @id AND state = 'active') AS Organisations,
               (SELECT COUNT(*) FROM staff WHERE (organisation_id = @id OR department_id = @id) AND active = 1) AS Staff,
               (SELECT COUNT(*) FROM partners WHERE organisation_id = @id AND stage NOT IN ('lost', 'terminated')) AS Partners,
               (SELECT COUNT(*) FROM territories WHERE organisation_id = @id AND live = 1) AS Territories
        """;
    private const string LockTree = "UPDATE organisation_tree SET changes = changes + 1 WHERE id = 1";
    private const string Hold = "UPDATE organisations SET updated_us = updated_us WHERE id = @Id AND scope_path = @ScopePath AND state = 'active'";
    private const string Update = """
        UPDATE organisations
        SET name = @Name, parent_id = @ParentId, province_code = @ProvinceCode, state = @State, version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string CountOnOrganisations = $"UPDATE organisations SET version = version + 1, updated_us = @now WHERE {InScope} AND id <> @Id";
    private const string CountOnPartners = $"UPDATE partners SET version = version + 1 WHERE {InScope}";
    private const string CountOnStaff = $"UPDATE staff SET version = version + 1 WHERE {InScope}";
    private const string Insert = """
        INSERT INTO organisations (id, name, kind, parent_id, province_code, scope_path, state, version, created_us, updated_us)
        VALUES (@Id, @Name, @Kind, @ParentId, @ProvinceCode, @ScopePath, @State, @Version, @CreatedUs, @UpdatedUs)
        """;

    public static Task<OrganisationRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<OrganisationRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh });

    /// <summary>Whatever the scope: for what the system itself looks up.</summary>
    public static Task<OrganisationRow?> FindAsync(Session s, string id) => s.FirstOrDefaultAsync<OrganisationRow>(SelectAny, new { id });

    /// <summary>The organisation itself; for a department, the one that it is a department of.</summary>
    public static async Task<OrganisationRow> HomeOfAsync(Session s, OrganisationRow row)
    {
        while (row.Kind == EnumText.Of(V1.OrganisationKind.Department))
            row = (await FindAsync(s, row.ParentId!))!;
        return row;
    }

    public static Task<OrganisationRow?> OfProvinceAsync(Session s, string provinceCode) =>
        s.FirstOrDefaultAsync<OrganisationRow>(SelectByProvince, new { provinceCode });

    public static Task<List<OrganisationRow>> ListAsync(Session s, Scope scope, Page page) =>
        s.QueryAsync<OrganisationRow>(SelectPage, new { after = page.After, scope.ScopeLow, scope.ScopeHigh, n = page.Fetch });

    /// <summary>All in scope, closed ones too; each behind those it is below.</summary>
    public static Task<List<OrganisationRow>> BelowAsync(Session s, Scope scope) =>
        s.QueryAsync<OrganisationRow>(SelectBelow, new { scope.ScopeLow, scope.ScopeHigh });

    /// <summary>What each organisation in scope has itself, as far as the scope sees it.</summary>
    public static async Task<IReadOnlyDictionary<string, OrganisationCount>> CountsAsync(Session s, Scope scope) =>
        (await s.QueryAsync<OrganisationCount>(SelectCounts, new { scope.ScopeLow, scope.ScopeHigh, scope.Assignee })).ToDictionary(count => count.Id);

    public static async Task<OrganisationUse> UseAsync(Session s, string id) => (await s.FirstOrDefaultAsync<OrganisationUse>(SelectUse, new { id }))!;

    /// <summary>Whoever changes the shape of the tree does it alone: what he has read of it holds until he has written.</summary>
    public static Task LockTreeAsync(Tx tx) => tx.ExecuteAsync(LockTree);

    /// <summary>Keeps the organisation where it is, and open, until this transaction is committed; false when it is so no longer.</summary>
    public static async Task<bool> TryHoldAsync(Tx tx, OrganisationRow row) => await tx.ExecuteAsync(Hold, row) == 1;

    /// <summary>Writes the row's new values but for its path, and moves its version on.</summary>
    /// <exception cref="Refusal">ALREADY_EXISTS: the province is taken.</exception>
    public static async Task UpdateAsync(Tx tx, OrganisationRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await RefuseTakenAsync(tx, row, () => tx.UpdateAsync(Update, row, $"organisations/{row.Id}"));
        row.Version++;
    }

    /// <summary>Moves the version of everything below the organisation on: who has read its path before must read it again.</summary>
    public static async Task CountOnBelowAsync(Tx tx, OrganisationRow row)
    {
        var below = new Scope(row.ScopePath, null);
        await tx.ExecuteAsync(CountOnOrganisations, new { row.Id, now = tx.NowMicros, below.ScopeLow, below.ScopeHigh });
        await tx.ExecuteAsync(CountOnPartners, new { below.ScopeLow, below.ScopeHigh });
        await tx.ExecuteAsync(CountOnStaff, new { below.ScopeLow, below.ScopeHigh });
    }

    /// <exception cref="Refusal">ALREADY_EXISTS: the id or the province is taken.</exception>
    public static Task InsertAsync(Tx tx, OrganisationRow row) => RefuseTakenAsync(tx, row, () => tx.ExecuteAsync(Insert, row));

    private static async Task RefuseTakenAsync(Tx tx, OrganisationRow row, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (DbException e) when (tx.Dialect.IsUniqueViolation(e))
        {
            throw Errors.Conflict("ORGANISATION_EXISTS", $"代码“{row.Id}”已被使用，或该省已有销售服务中心。", $"The id \"{row.Id}\" is taken, or the province has its centre already.");
        }
    }
}
