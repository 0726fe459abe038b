using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>How many of an organisation's shops a month has.</summary>
public sealed class SurveyMonthCount
{
    public string OrganisationId { get; set; } = "";
    public long Shops { get; set; }
    public long Updated { get; set; }
}

/// <summary>A shop that a month has no row for.</summary>
public sealed class MissingShop
{
    public string PartnerId { get; set; } = "";
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string CityCode { get; set; } = "";
    public string? AssigneeId { get; set; }
    public string? LatestMonth { get; set; }
    public string? LatestId { get; set; }
}

/// <summary>How far the months are brought up to date: shops that are neither lost nor terminated are surveyed each month.</summary>
public static class SurveyMonthStore
{
    private const string Surveyed = "p.kind = 'terminal' AND p.merged_into IS NULL AND p.stage NOT IN ('lost', 'terminated')";
    private const string InScope = "p.scope_path >= @ScopeLow AND p.scope_path < @ScopeHigh AND (@Assignee IS NULL OR p.assignee_id = @Assignee)";
    private const string HasNone = "NOT EXISTS (SELECT 1 FROM surveys v WHERE v.partner_id = p.id AND v.survey_month = @month)";
    private const string SelectCounts = $"""
        SELECT p.organisation_id AS OrganisationId, COUNT(*) AS Shops, SUM(CASE WHEN v.id IS NULL THEN 0 ELSE 1 END) AS Updated
        FROM partners p LEFT JOIN surveys v ON v.partner_id = p.id AND v.survey_month = @month
        WHERE {Surveyed} AND {InScope} GROUP BY p.organisation_id ORDER BY p.organisation_id
        """;
    private const string CountMissing = $"SELECT COUNT(*) FROM partners p WHERE {Surveyed} AND p.organisation_id = @organisationId AND {HasNone}";
    private const string SelectMissing = $"""
        SELECT p.id AS PartnerId, p.name AS Name, p.organisation_id AS OrganisationId, p.city_code AS CityCode, p.assignee_id AS AssigneeId,
               l.survey_month AS LatestMonth, l.id AS LatestId
        FROM partners p LEFT JOIN surveys l ON l.partner_id = p.id
            AND l.survey_month = (SELECT MAX(e.survey_month) FROM surveys e WHERE e.partner_id = p.id AND e.survey_month < @month)
        WHERE p.id > @after AND {Surveyed} AND (@organisationId = '' OR p.organisation_id = @organisationId) AND {HasNone} AND {InScope}
        ORDER BY p.id LIMIT @n
        """;
    private const string SelectSubmissions = "SELECT COALESCE(MAX(version), 0) FROM survey_submissions WHERE organisation_id = @organisationId AND survey_month = @month";

    public static Task<List<SurveyMonthCount>> CountsAsync(Session s, Scope scope, string month) =>
        s.QueryAsync<SurveyMonthCount>(SelectCounts, new { month, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>How many of the organisation's shops the month has no row for, whatever the scope.</summary>
    public static Task<long> MissingAsync(Session s, string organisationId, string month) => s.ScalarAsync<long>(CountMissing, new { organisationId, month });

    public static Task<List<MissingShop>> MissingAsync(Session s, Scope scope, string organisationId, string month, Page page) =>
        s.QueryAsync<MissingShop>(SelectMissing, new { organisationId, month, after = page.After, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    /// <summary>How often an organisation's month was submitted.</summary>
    public static Task<long> SubmissionsAsync(Session s, string organisationId, string month) => s.ScalarAsync<long>(SelectSubmissions, new { organisationId, month });
}
