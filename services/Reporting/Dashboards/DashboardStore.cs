using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Dashboards;

/// <summary>Partners that stand at a stage in a place.</summary>
public sealed class FunnelCount
{
    public string OrganisationId { get; set; } = "";
    public string OrganisationName { get; set; } = "";
    public string CityCode { get; set; } = "";
    public string Stage { get; set; } = "";
    public long Count { get; set; }
}

/// <summary>Partners that ever came to a stage.</summary>
public sealed class ReachedCount
{
    public string Stage { get; set; } = "";
    public long Count { get; set; }
}

/// <summary>The last thing that was heard, written by somebody, and told; another one means that figures may have changed.</summary>
public sealed record MarkRow
{
    public long HeardUs { get; set; }
    public string Written { get; set; } = "";
    public long Told { get; set; }
}

/// <summary>Counts over partners and territories that belong to no noun of their own.</summary>
public static class DashboardStore
{
    private const string CountStages = $"""
        SELECT f.organisation_id AS OrganisationId, COALESCE(o.name, '') AS OrganisationName, f.city_code AS CityCode, f.stage AS Stage, f.n AS Count
        FROM (SELECT p.organisation_id, p.city_code, p.stage, COUNT(*) AS n FROM {NetworkStore.VisiblePartners} p
              WHERE (@City = '' OR p.city_code = @City) GROUP BY p.organisation_id, p.city_code, p.stage) f
        LEFT JOIN organisations o ON o.id = f.organisation_id ORDER BY f.organisation_id, f.city_code, f.stage
        """;
    private const string CountReached = $"""
        SELECT h.stage AS Stage, COUNT(DISTINCT h.partner_id) AS Count FROM partner_stages h JOIN {NetworkStore.VisiblePartners} p ON p.id = h.partner_id
        WHERE (@City = '' OR p.city_code = @City) GROUP BY h.stage
        """;
    private const string CountCitiesHeld = $"""
        SELECT COUNT(DISTINCT t.city_code) FROM territories t JOIN {NetworkStore.VisiblePartners} p ON p.id = t.partner_id WHERE t.state = 'active'
        """;
    private const string CountConflicts = $"""
        SELECT COUNT(*) FROM territory_conflicts c JOIN {NetworkStore.VisiblePartners} p ON p.id = c.claimant_id
        WHERE c.opened_us >= @FromUs AND c.opened_us < @ToUs
        """;

    // The ends of three indexes. What a sweep moves is told, too.
    private const string SelectMark = """
        SELECT COALESCE((SELECT MAX(received_us) FROM inbox), 0) AS HeardUs, COALESCE((SELECT MAX(id) FROM audit), '') AS Written,
            COALESCE((SELECT MAX(seq) FROM outbox), 0) AS Told
        """;

    public static async Task<MarkRow> MarkAsync(Session session) => (await session.FirstOrDefaultAsync<MarkRow>(SelectMark))!;

    public static Task<List<FunnelCount>> CountStagesAsync(Session session, Sight sight, string city) =>
        session.QueryAsync<FunnelCount>(CountStages, sight.With(new { City = city }));

    public static Task<List<ReachedCount>> CountReachedAsync(Session session, Sight sight, string city) =>
        session.QueryAsync<ReachedCount>(CountReached, sight.With(new { City = city }));

    public static Task<long> CountCitiesHeldAsync(Session session, Sight sight) => session.ScalarAsync<long>(CountCitiesHeld, sight.With());

    public static Task<long> CountConflictsAsync(Session session, Sight sight, DateOnly from, DateOnly to) =>
        session.ScalarAsync<long>(CountConflicts, sight.With(new { FromUs = ChinaTime.StartOfDay(from).Micros(), ToUs = ChinaTime.EndOfDay(to).Micros() }));
}
