using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Dashboards;

/// <summary>What became of obligations: of a duty of an organisation or person, or of all.</summary>
public sealed class OutcomeRow
{
    public string GroupKey { get; set; } = "";
    public string Name { get; set; } = "";
    public string Duty { get; set; } = "";
    public string DutyZh { get; set; } = "";
    public string DutyEn { get; set; } = "";
    public long InTime { get; set; }
    public long Late { get; set; }
    public long Missing { get; set; }
    public long Opened { get; set; }

    /// <summary>The first day of the period it was counted over; not from the table.</summary>
    public DateOnly Period { get; set; }
}

/// <summary>Counts of obligations due within a range of days.</summary>
public static class HeatMapStore
{
    private const string Range = $"""
        o.due_date >= @From AND o.due_date <= @To AND {ObligationStore.ScopeFilter} AND o.scope_path >= @BelowLow AND o.scope_path < @BelowHigh
        """;
    private const string CountBySubject = $"""
        SELECT z.group_key AS GroupKey, COALESCE(g.name, s.name, '') AS Name, z.duty AS Duty, r.name_zh AS DutyZh, r.name_en AS DutyEn,
               z.in_time AS InTime, z.late AS Late, z.missing AS Missing, z.opened AS Opened
        FROM (SELECT y.group_key, y.duty, SUM(y.in_time) AS in_time, SUM(y.late) AS late, SUM(y.missing) AS missing, SUM(y.opened) AS opened
              FROM (SELECT CASE @Group WHEN 'staff' THEN o.staff_id ELSE o.organisation_id END AS group_key, o.duty, {ObligationStore.Outcomes}
                    FROM obligations o WHERE (@Group <> 'staff' OR o.staff_id IS NOT NULL) AND {Range}) y
              GROUP BY y.group_key, y.duty) z
        JOIN obligation_rules r ON r.code = z.duty
        LEFT JOIN organisations g ON g.id = z.group_key AND @Group = 'organisations'
        LEFT JOIN staff s ON s.id = z.group_key AND @Group = 'staff'
        """;
    private const string CountAll = $"""
        SELECT COALESCE(SUM(y.in_time), 0) AS InTime, COALESCE(SUM(y.late), 0) AS Late, COALESCE(SUM(y.missing), 0) AS Missing, COALESCE(SUM(y.opened), 0) AS Opened
        FROM (SELECT {ObligationStore.Outcomes} FROM obligations o WHERE {Range}) y
        """;

    /// <summary>By organisation or person ("organisations", "staff") and duty.</summary>
    public static async Task<List<OutcomeRow>> BySubjectAsync(Session session, Sight sight, string group, Period period, long now)
    {
        var rows = await session.QueryAsync<OutcomeRow>(CountBySubject, sight.With(new { Group = group, From = period.Start, To = period.End, Now = now }));
        rows.ForEach(row => row.Period = period.Start);
        return rows;
    }

    /// <summary>Over everything.</summary>
    public static async Task<OutcomeRow> AllAsync(Session session, Sight sight, DateOnly from, DateOnly to, long now) =>
        (await session.FirstOrDefaultAsync<OutcomeRow>(CountAll, sight.With(new { From = from, To = to, Now = now })))!;
}
