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
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>The organisations. An organisation is nobody's in particular: only the place in the tree decides who sees it.</summary>
public static class OrganisationStore
{
    private const string Columns = """
        id AS Id, name AS Name, kind AS Kind, parent_id AS ParentId, province_code AS ProvinceCode, scope_path AS ScopePath,
        version AS Version, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string InScope = "scope_path >= @ScopeLow AND scope_path < @ScopeHigh";
    private const string SelectOne = $"SELECT {Columns} FROM organisations WHERE id = @id AND {InScope}";
    private const string SelectAny = $"SELECT {Columns} FROM organisations WHERE id = @id";
    private const string SelectByProvince = $"SELECT {Columns} FROM organisations WHERE province_code = @provinceCode";
    private const string SelectPage = $"SELECT {Columns} FROM organisations WHERE id > @after AND {InScope} ORDER BY id LIMIT @n";
    private const string Insert = """
        INSERT INTO organisations (id, name, kind, parent_id, province_code, scope_path, version, created_us, updated_us)
        VALUES (@Id, @Name, @Kind, @ParentId, @ProvinceCode, @ScopePath, @Version, @CreatedUs, @UpdatedUs)
        """;

    public static Task<OrganisationRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<OrganisationRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh });

    /// <summary>Whatever the scope: for what the system itself looks up.</summary>
    public static Task<OrganisationRow?> FindAsync(Session s, string id) => s.FirstOrDefaultAsync<OrganisationRow>(SelectAny, new { id });

    public static Task<OrganisationRow?> OfProvinceAsync(Session s, string provinceCode) =>
        s.FirstOrDefaultAsync<OrganisationRow>(SelectByProvince, new { provinceCode });

    public static Task<List<OrganisationRow>> ListAsync(Session s, Scope scope, Page page) =>
        s.QueryAsync<OrganisationRow>(SelectPage, new { after = page.After, scope.ScopeLow, scope.ScopeHigh, n = page.Fetch });

    /// <exception cref="Refusal">ALREADY_EXISTS: the id or the province is taken.</exception>
    public static async Task InsertAsync(Tx tx, OrganisationRow row)
    {
        try
        {
            await tx.ExecuteAsync(Insert, row);
        }
        catch (DbException e) when (tx.Dialect.IsUniqueViolation(e))
        {
            throw Errors.Conflict("ORGANISATION_EXISTS", $"代码“{row.Id}”已被使用，或该省已有销售服务中心。", $"The id \"{row.Id}\" is taken, or the province has its centre already.");
        }
    }
}
