using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

public sealed class SurveyRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string OrganisationId { get; set; } = "";

    /// <summary>"2026-11".</summary>
    public string Month { get; set; } = "";
    public string Province { get; set; } = "";
    public string City { get; set; } = "";
    public string Name { get; set; } = "";
    public string Brands { get; set; } = "";
    public long? AnnualVolume { get; set; }
    public string Address { get; set; } = "";
    public string Contact { get; set; } = "";
    public string Phone { get; set; } = "";
    public bool? IsTarget { get; set; }
    public string Advantage { get; set; } = "";
    public string CityCode { get; set; } = "";

    /// <summary>"import", "edit", "confirm" or "mark": how it came to say what it says; "unspecified" before that was noted.</summary>
    public string Source { get; set; } = "unspecified";

    /// <summary>Who said so last.</summary>
    public string EditorName { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }

    public SurveyRow Copy() => (SurveyRow)MemberwiseClone();
}

/// <summary>What surveys are listed by; empty: whatever.</summary>
public sealed record SurveyFilter(string Month, string OrganisationId, string CityCode, string PartnerId);

/// <summary>The market survey 市场及客户信息调研: a row for each shop and month.</summary>
public static class SurveyStore
{
    private const string Columns = """
        id AS Id, partner_id AS PartnerId, organisation_id AS OrganisationId, survey_month AS Month, province AS Province, city AS City, name AS Name,
        brands AS Brands, annual_volume AS AnnualVolume, address AS Address, contact AS Contact, phone AS Phone, is_target AS IsTarget,
        advantage AS Advantage, city_code AS CityCode, source AS Source, editor_name AS EditorName, scope_path AS ScopePath, assignee_id AS AssigneeId,
        version AS Version, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string SelectOne = $"SELECT {Columns} FROM surveys WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectOfPartner = $"SELECT {Columns} FROM surveys WHERE partner_id = @partnerId AND survey_month = @month";
    private const string SelectPage = $"""
        SELECT {Columns} FROM surveys
        WHERE id > @after AND (@Month = '' OR survey_month = @Month) AND (@OrganisationId = '' OR organisation_id = @OrganisationId)
          AND (@CityCode = '' OR city_code = @CityCode) AND (@PartnerId = '' OR partner_id = @PartnerId) AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;
    private const string SelectLatestBefore = $"SELECT {Columns} FROM surveys WHERE partner_id = @partnerId AND survey_month < @month ORDER BY survey_month DESC LIMIT @n";
    private const string CountLater = "SELECT COUNT(*) FROM surveys WHERE partner_id = @partnerId AND survey_month > @month";
    private const string SelectTwoMonths = $"""
        SELECT {Columns} FROM surveys
        WHERE (survey_month = @month OR survey_month = @previous) AND partner_id > @after AND (@organisationId = '' OR organisation_id = @organisationId)
          AND {Scope.SqlFilter}
        ORDER BY partner_id, survey_month LIMIT @n
        """;
    private const string CountOfMonth = "SELECT COUNT(*) FROM surveys WHERE survey_month = @month AND organisation_id = @organisationId";
    private const string Insert = """
        INSERT INTO surveys (id, partner_id, organisation_id, survey_month, province, city, name, brands, annual_volume, address, contact, phone, is_target,
            advantage, city_code, source, editor_name, scope_path, assignee_id, version, created_us, updated_us)
        VALUES (@Id, @PartnerId, @OrganisationId, @Month, @Province, @City, @Name, @Brands, @AnnualVolume, @Address, @Contact, @Phone, @IsTarget,
            @Advantage, @CityCode, @Source, @EditorName, @ScopePath, @AssigneeId, @Version, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE surveys
        SET province = @Province, city = @City, name = @Name, brands = @Brands, annual_volume = @AnnualVolume, address = @Address, contact = @Contact,
            phone = @Phone, is_target = @IsTarget, advantage = @Advantage, source = @Source, editor_name = @EditorName, version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string FollowPartner = "UPDATE surveys SET scope_path = @ScopePath, assignee_id = @AssigneeId WHERE partner_id = @Id";

    private const string SelectImport = "SELECT result FROM survey_imports WHERE operation_id = @operationId";
    private const string UpdateImport = "UPDATE survey_imports SET result = @result WHERE operation_id = @operationId";
    private const string InsertImport = "INSERT INTO survey_imports (operation_id, result) VALUES (@operationId, @result)";

    private const string SelectSubmission = "SELECT version FROM survey_submissions WHERE organisation_id = @organisationId AND survey_month = @month";
    private const string UpdateSubmission = """
        UPDATE survey_submissions SET version = version + 1, updated_us = @now WHERE organisation_id = @organisationId AND survey_month = @month
        """;
    private const string InsertSubmission = """
        INSERT INTO survey_submissions (organisation_id, survey_month, version, updated_us) VALUES (@organisationId, @month, 1, @now)
        """;

    public static Task<SurveyRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<SurveyRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>The partner's row of the month, whatever the scope.</summary>
    public static Task<SurveyRow?> OfPartnerAsync(Session s, string partnerId, string month) =>
        s.FirstOrDefaultAsync<SurveyRow>(SelectOfPartner, new { partnerId, month });

    /// <summary>The partner's latest row of a month before this one, whatever the scope.</summary>
    public static Task<SurveyRow?> LatestBeforeAsync(Session s, string partnerId, string month) =>
        s.FirstOrDefaultAsync<SurveyRow>(SelectLatestBefore, new { partnerId, month, n = 1 });

    /// <summary>Whether no later month says anything of the partner.</summary>
    public static async Task<bool> IsLatestAsync(Session s, string partnerId, string month) => await s.ScalarAsync<long>(CountLater, new { partnerId, month }) == 0;

    /// <summary>The rows of two months, those of one partner side by side, in the order of the partners' ids.</summary>
    public static Task<List<SurveyRow>> OfTwoMonthsAsync(Session s, Scope scope, string month, string previous, string organisationId, string after, int n) =>
        s.QueryAsync<SurveyRow>(SelectTwoMonths, new { month, previous, organisationId, after, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    public static Task<List<SurveyRow>> ListAsync(Session s, Scope scope, SurveyFilter filter, string after, int n) => s.QueryAsync<SurveyRow>(SelectPage, new
    {
        after,
        filter.Month,
        filter.OrganisationId,
        filter.CityCode,
        filter.PartnerId,
        scope.ScopeLow,
        scope.ScopeHigh,
        scope.Assignee,
        n,
    });

    public static Task<long> CountAsync(Session s, string organisationId, string month) => s.ScalarAsync<long>(CountOfMonth, new { organisationId, month });

    public static Task InsertAsync(Tx tx, SurveyRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, SurveyRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"surveys/{row.Id}");
        row.Version++;
    }

    /// <summary>Who sees a partner sees its survey.</summary>
    public static Task FollowPartnerAsync(Tx tx, PartnerRow partner) => tx.ExecuteAsync(FollowPartner, new { partner.Id, partner.ScopePath, partner.AssigneeId });

    /// <summary>What an import counted in its committed steps; null before the first.</summary>
    public static Task<byte[]?> ImportAsync(Session s, string operationId) => s.FirstOrDefaultAsync<byte[]>(SelectImport, new { operationId });

    public static async Task SaveImportAsync(Tx tx, string operationId, byte[] result)
    {
        if (await tx.ExecuteAsync(UpdateImport, new { operationId, result }) == 0)
            await tx.ExecuteAsync(InsertImport, new { operationId, result });
    }

    /// <summary>Counts a submission of a centre's month.</summary>
    /// <returns>How often it was submitted, with this one.</returns>
    public static async Task<long> SubmitAsync(Tx tx, string organisationId, string month)
    {
        var key = new { organisationId, month, now = tx.NowMicros };
        if (await tx.ExecuteAsync(UpdateSubmission, key) == 0)
            await tx.ExecuteAsync(InsertSubmission, key);
        return await tx.ScalarAsync<long>(SelectSubmission, key);
    }
}
