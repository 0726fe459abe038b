using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Forms;

/// <summary>What one organisation or one salesperson did in a month.</summary>
public sealed class DoneRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public long Agents { get; set; }
    public long Terminals { get; set; }
    public long Visits { get; set; }
    public long Sold { get; set; }
}

/// <summary>Figures of the general manager's report that no noun has of its own.</summary>
public static class ManagerReportStore
{
    // A first agreement of its kind, as plans count it.
    private const string First = """
        NOT EXISTS (SELECT 1 FROM agreements e WHERE e.partner_id = a.partner_id AND e.kind = a.kind AND e.signed_date < @From)
        """;
    private const string ByPerson = $"""
        SELECT d.id AS Id, COALESCE(t.name, '') AS Name, d.agents AS Agents, d.terminals AS Terminals, d.visits AS Visits, d.sold AS Sold
        FROM (SELECT x.id AS id, SUM(x.agents) AS agents, SUM(x.terminals) AS terminals, SUM(x.visits) AS visits, SUM(x.sold) AS sold
        FROM (SELECT COALESCE(p.assignee_id, '') AS id, CASE WHEN a.kind = 'city-agent' THEN 1 ELSE 0 END AS agents, CASE WHEN a.kind = 'terminal' THEN 1 ELSE 0 END AS terminals, 0 AS visits, 0 AS sold
              FROM agreements a JOIN {NetworkStore.VisiblePartners} p ON p.id = a.partner_id WHERE a.signed_date BETWEEN @From AND @To AND {First}
              UNION ALL
              SELECT v.staff_id AS id, 0 AS agents, 0 AS terminals, 1 AS visits, 0 AS sold
              FROM visits v JOIN {NetworkStore.VisiblePartners} p ON p.id = v.partner_id WHERE v.planned_date BETWEEN @From AND @To AND v.state = 'reported'
              UNION ALL
              SELECT COALESCE(p.assignee_id, '') AS id, 0 AS agents, 0 AS terminals, 0 AS visits, s.quantity AS sold
              FROM sales_rollup s JOIN {NetworkStore.VisiblePartners} p ON p.id = s.partner_id WHERE s.month = @Month) x
        GROUP BY x.id) d
        LEFT JOIN staff t ON t.id = d.id ORDER BY d.id
        """;
    private const string ByOrganisation = $"""
        SELECT d.id AS Id, COALESCE(o.name, '') AS Name, d.agents AS Agents, d.terminals AS Terminals, d.visits AS Visits, d.sold AS Sold
        FROM (SELECT x.id AS id, SUM(x.agents) AS agents, SUM(x.terminals) AS terminals, SUM(x.visits) AS visits, SUM(x.sold) AS sold
        FROM (SELECT p.organisation_id AS id, CASE WHEN a.kind = 'city-agent' THEN 1 ELSE 0 END AS agents, CASE WHEN a.kind = 'terminal' THEN 1 ELSE 0 END AS terminals, 0 AS visits, 0 AS sold
              FROM agreements a JOIN {NetworkStore.VisiblePartners} p ON p.id = a.partner_id WHERE a.signed_date BETWEEN @From AND @To AND {First}
              UNION ALL
              SELECT p.organisation_id AS id, 0 AS agents, 0 AS terminals, 1 AS visits, 0 AS sold
              FROM visits v JOIN {NetworkStore.VisiblePartners} p ON p.id = v.partner_id WHERE v.planned_date BETWEEN @From AND @To AND v.state = 'reported'
              UNION ALL
              SELECT p.organisation_id AS id, 0 AS agents, 0 AS terminals, 0 AS visits, s.quantity AS sold
              FROM sales_rollup s JOIN {NetworkStore.VisiblePartners} p ON p.id = s.partner_id WHERE s.month = @Month) x
        GROUP BY x.id) d
        LEFT JOIN organisations o ON o.id = d.id ORDER BY d.id
        """;

    /// <summary>By salesperson: first agreements and sales of his partners, and his own reported visits.</summary>
    public static Task<List<DoneRow>> ByPersonAsync(Session session, Sight sight, DateOnly first) => session.QueryAsync<DoneRow>(ByPerson, Values(sight, first));

    /// <summary>By organisation, each for itself.</summary>
    public static Task<List<DoneRow>> ByOrganisationAsync(Session session, Sight sight, DateOnly first) => session.QueryAsync<DoneRow>(ByOrganisation, Values(sight, first));

    private static Dapper.DynamicParameters Values(Sight sight, DateOnly first) => sight.With(new { From = first, To = ChinaTime.EndOfMonth(first), Month = $"{first:yyyy-MM}" });
}
