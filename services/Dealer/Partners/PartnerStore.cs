using System.Data.Common;
using Qudao.Dealer.Search;
using Qudao.Platform;

namespace Qudao.Dealer.Partners;

public class PartnerRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>The name by which duplicates are found; see PartnerRules.NameKey.</summary>
    public string NameKey { get; set; } = "";

    /// <summary>"city-agent" or "terminal".</summary>
    public string Kind { get; set; } = "";

    /// <summary>"surveyed" … "lost".</summary>
    public string Stage { get; set; } = "";

    /// <summary>The stage a suspended partner returns to; else empty.</summary>
    public string SuspendedFrom { get; set; } = "";

    /// <summary>When its people were first trained, even if that was heard before the signing.</summary>
    public DateOnly? TrainedDate { get; set; }

    /// <summary>The last day of the agreement that lasts longest, as far as was heard.</summary>
    public DateOnly? AgreedUntil { get; set; }

    /// <summary>The last day of an agreement that was not renewed 到期未续: suspended for that alone. Signing again ends it.</summary>
    public DateOnly? LapsedDate { get; set; }
    public string ProvinceCode { get; set; } = "";
    public string CityCode { get; set; } = "";
    public string Address { get; set; } = "";
    public string Contact { get; set; } = "";
    public string Phone { get; set; } = "";
    public string Brands { get; set; } = "";
    public long? AnnualVolume { get; set; }
    public string Advantage { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? ParentId { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    /// <summary>The partner that stands for this one since they were merged.</summary>
    public string? MergedInto { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>What partners are listed by; empty: whatever.</summary>
public sealed record PartnerFilter(string Stage, string CityCode, string Kind);

/// <summary>The partners 机构.</summary>
public static class PartnerStore
{
    internal const string Columns = """
        id AS Id, name AS Name, name_key AS NameKey, kind AS Kind, stage AS Stage, suspended_from AS SuspendedFrom, trained_date AS TrainedDate,
        agreed_until AS AgreedUntil, lapsed_date AS LapsedDate,
        province_code AS ProvinceCode, city_code AS CityCode, address AS Address, contact AS Contact, phone AS Phone, brands AS Brands,
        annual_volume AS AnnualVolume, advantage AS Advantage, organisation_id AS OrganisationId, parent_id AS ParentId, scope_path AS ScopePath,
        assignee_id AS AssigneeId, merged_into AS MergedInto, version AS Version, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string SelectOne = $"SELECT {Columns} FROM partners WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectAny = $"SELECT {Columns} FROM partners WHERE id = @id";
    private const string SelectNatural = $"""
        SELECT {Columns} FROM partners WHERE organisation_id = @organisationId AND name_key = @nameKey AND city_code = @cityCode
        """;
    private const string SelectBelowAgent = $"SELECT {Columns} FROM partners WHERE parent_id = @agentId ORDER BY id";
    private const string SelectFiltered = $"""
        SELECT {Columns} FROM partners
        WHERE id > @after AND merged_into IS NULL AND (@Stage = '' OR stage = @Stage) AND (@CityCode = '' OR city_code = @CityCode) AND (@Kind = '' OR kind = @Kind)
        """;
    private const string SelectPage = $"{SelectFiltered} AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string SelectPageOfWhole = $"{SelectFiltered} AND {Scope.SqlFilterOfWhole} ORDER BY id LIMIT @n";
    private const string Insert = """
        INSERT INTO partners (id, name, name_key, kind, stage, suspended_from, trained_date, province_code, city_code, address, contact, phone, brands,
            annual_volume, advantage, organisation_id, parent_id, scope_path, assignee_id, version, created_us, updated_us)
        VALUES (@Id, @Name, @NameKey, @Kind, @Stage, @SuspendedFrom, @TrainedDate, @ProvinceCode, @CityCode, @Address, @Contact, @Phone, @Brands,
            @AnnualVolume, @Advantage, @OrganisationId, @ParentId, @ScopePath, @AssigneeId, @Version, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE partners
        SET name = @Name, name_key = @NameKey, stage = @Stage, suspended_from = @SuspendedFrom, trained_date = @TrainedDate, agreed_until = @AgreedUntil, lapsed_date = @LapsedDate,
            province_code = @ProvinceCode, city_code = @CityCode, address = @Address, contact = @Contact, phone = @Phone, brands = @Brands,
            annual_volume = @AnnualVolume, advantage = @Advantage, organisation_id = @OrganisationId, parent_id = @ParentId, scope_path = @ScopePath, assignee_id = @AssigneeId,
            merged_into = @MergedInto, version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;

    public static Task<PartnerRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<PartnerRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>Whatever the scope: for consumers and sweeps.</summary>
    public static Task<PartnerRow?> FindAsync(Session s, string id) => s.FirstOrDefaultAsync<PartnerRow>(SelectAny, new { id });

    /// <summary>The partner, or the one that stands for it since they were merged; whatever the scope.</summary>
    public static async Task<PartnerRow?> SurvivorAsync(Session s, string id)
    {
        var row = await FindAsync(s, id);
        while (row?.MergedInto is { } onward)
            row = await FindAsync(s, onward);
        return row;
    }

    /// <summary>The one partner of this name in the organisation's city, or the one it was merged into; whatever the scope.</summary>
    public static async Task<PartnerRow?> ByNameAsync(Session s, string organisationId, string nameKey, string cityCode)
    {
        var row = await s.FirstOrDefaultAsync<PartnerRow>(SelectNatural, new { organisationId, nameKey, cityCode });
        return row?.MergedInto is { } onward ? await SurvivorAsync(s, onward) : row;
    }

    /// <summary>The shops below an agent, whatever the scope.</summary>
    public static Task<List<PartnerRow>> BelowAgentAsync(Session s, string agentId) => s.QueryAsync<PartnerRow>(SelectBelowAgent, new { agentId });

    public static Task<List<PartnerRow>> ListAsync(Session s, Scope scope, Page page, PartnerFilter filter)
    {
        var values = new
        {
            after = page.After,
            filter.Stage,
            filter.CityCode,
            filter.Kind,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            n = page.Fetch,
        };
        return scope.IsWhole ? s.QueryAsync<PartnerRow>(SelectPageOfWhole, values) : s.QueryAsync<PartnerRow>(SelectPage, values);
    }

    public static Task InsertAsync(Tx tx, PartnerRow row) => RefuseDuplicateAsync(tx, row, () => tx.ExecuteAsync(Insert, row));

    /// <summary>Writes the row's new values and what it is found by, and moves its version on.</summary>
    public static async Task UpdateAsync(Tx tx, PartnerRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        var before = await SearchStore.FindAsync(tx, row.Id);
        await RefuseDuplicateAsync(tx, row, () => tx.UpdateAsync(Update, row, $"partners/{row.Id}"));
        await SearchIndex.ChangeAsync(tx, before!, row);
        row.Version++;
    }

    private static async Task RefuseDuplicateAsync(Tx tx, PartnerRow row, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (DbException e) when (tx.Dialect.IsUniqueViolation(e))
        {
            var city = PartnerRules.CityName(row.CityCode);
            throw Errors.Conflict("DUPLICATE_PARTNER", $"本组织在{city}已有同名机构“{row.Name}”。", $"The organisation already has a partner \"{row.Name}\" in {city}.");
        }
    }

    /// <summary>The pattern that finds the text anywhere; empty for no text.</summary>
    public static string Like(string query) => query.Length == 0 ? "" : $"%{Literal(query)}%";

    // What LIKE would take for a pattern stands for itself; SQL Server has '[' beside '%' and '_'.
    private static string Literal(string text) =>
        text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_").Replace("[", @"\[");
}
