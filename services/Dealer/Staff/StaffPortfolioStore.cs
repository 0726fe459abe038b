using Qudao.Platform;

namespace Qudao.Dealer.Staff;

/// <summary>A partner of somebody's portfolio.</summary>
public sealed class PortfolioPartner
{
    public string Id { get; set; } = "";
    public string CityCode { get; set; } = "";
}

/// <summary>How many partners somebody looks after in a city.</summary>
public sealed class PortfolioCity
{
    public string CityCode { get; set; } = "";
    public long Number { get; set; }
}

/// <summary>What a member of staff looks after 名下客户, whatever the scope: asked for those who may see the person.</summary>
public static class StaffPortfolioStore
{
    private const string SelectNotListed = """
        SELECT id AS Id, city_code AS CityCode FROM partners
        WHERE assignee_id = @staffId AND NOT EXISTS (SELECT 1 FROM bulk_items i WHERE i.operation_id = @operationId AND i.partner_id = partners.id) ORDER BY id
        """;
    private const string SelectCities = """
        SELECT city_code AS CityCode, COUNT(*) AS Number FROM partners WHERE assignee_id = @staffId GROUP BY city_code ORDER BY city_code
        """;
    private const string CountVisits = "SELECT COUNT(*) FROM visits WHERE assignee_id = @staffId AND state = 'planned'";
    private const string CountConflicts = "SELECT COUNT(*) FROM territory_conflicts WHERE assignee_id = @staffId AND is_open = 1";

    /// <summary>The person's partners that are not among the operation's items.</summary>
    public static Task<List<PortfolioPartner>> NotListedAsync(Session s, string staffId, string operationId) =>
        s.QueryAsync<PortfolioPartner>(SelectNotListed, new { staffId, operationId });

    public static Task<List<PortfolioCity>> CitiesAsync(Session s, string staffId) => s.QueryAsync<PortfolioCity>(SelectCities, new { staffId });

    public static Task<long> PlannedVisitsAsync(Session s, string staffId) => s.ScalarAsync<long>(CountVisits, new { staffId });

    public static Task<long> OpenConflictsAsync(Session s, string staffId) => s.ScalarAsync<long>(CountConflicts, new { staffId });
}
