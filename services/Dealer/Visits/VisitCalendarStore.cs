using Qudao.Platform;

namespace Qudao.Dealer.Visits;

/// <summary>How many there are of a state on a day.</summary>
public sealed class DayCount
{
    public DateOnly Day { get; set; }
    public string State { get; set; } = "";
    public long Number { get; set; }
}

/// <summary>How many visits somebody has in a week.</summary>
public sealed class WeekCount
{
    public string StaffId { get; set; } = "";
    public long Planned { get; set; }
    public long Fixed { get; set; }
}

/// <summary>Somebody who visits clients.</summary>
public sealed class Visitor
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string OrganisationId { get; set; } = "";
}

/// <summary>Visits counted day by day, and person by person.</summary>
public static class VisitCalendarStore
{
    private const string SelectCounts = $"""
        SELECT planned_date AS Day, state AS State, COUNT(*) AS Number FROM visits
        WHERE planned_date >= @from AND planned_date <= @to AND (@staffId = '' OR assignee_id = @staffId) AND {Scope.SqlFilter}
        GROUP BY planned_date, state
        """;
    private const string SelectWeek = $"""
        SELECT assignee_id AS StaffId, COUNT(*) AS Planned, SUM(CASE WHEN created_us < @fixUs THEN 1 ELSE 0 END) AS Fixed FROM visits
        WHERE planned_date >= @from AND planned_date <= @to AND state <> 'cancelled' AND {Scope.SqlFilter}
        GROUP BY assignee_id
        """;
    private const string SelectVisitors = """
        SELECT id AS Id, name AS Name, organisation_id AS OrganisationId FROM staff
        WHERE active = 1 AND partner_id IS NULL AND roles_json LIKE '%"salesperson"%' AND scope_path >= @ScopeLow AND scope_path < @ScopeHigh
          AND (@Assignee IS NULL OR id = @Assignee)
        ORDER BY organisation_id, id
        """;

    public static Task<List<DayCount>> CountsAsync(Session s, Scope scope, DateOnly from, DateOnly to, string staffId) =>
        s.QueryAsync<DayCount>(SelectCounts, new { from, to, staffId, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <param name="fixUs">Those registered before this count as fixed.</param>
    public static Task<List<WeekCount>> WeekAsync(Session s, Scope scope, DateOnly from, DateOnly to, long fixUs) =>
        s.QueryAsync<WeekCount>(SelectWeek, new { from, to, fixUs, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>The salespeople at work.</summary>
    public static Task<List<Visitor>> VisitorsAsync(Session s, Scope scope) =>
        s.QueryAsync<Visitor>(SelectVisitors, new { scope.ScopeLow, scope.ScopeHigh, scope.Assignee });
}
