using Qudao.Platform;

namespace Qudao.ServiceTicket.Statistics;

/// <summary>Sums of a group of tickets; minutes of their calendars, ages in minutes of the clock on the wall.</summary>
public sealed class FiguresRow
{
    public string GroupKey { get; set; } = "";
    public string Label { get; set; } = "";
    public long Opened { get; set; }
    public long Resolved { get; set; }
    public long AgeSum { get; set; }
    public long? AgeMost { get; set; }
    public long Responded { get; set; }
    public long ResponseSum { get; set; }
    public long ResolutionSum { get; set; }
    public long? ResolutionMost { get; set; }
    public long ResponseBreached { get; set; }
    public long ResolutionBreached { get; set; }
    public long Breached { get; set; }
    public long Reopened { get; set; }
    public long Rated { get; set; }
    public long SatisfactionSum { get; set; }
    public long Escalated { get; set; }
}

/// <summary>Sums of the hand-offs from one step.</summary>
public sealed class HandOffSums
{
    public string Kind { get; set; } = "";
    public string Step { get; set; } = "";
    public long Count { get; set; }
    public long MinutesSum { get; set; }
    public long MinutesMost { get; set; }
}

/// <summary>Which tickets count; "" means no cut.</summary>
public sealed record Slice(long FromUs, long ToUs, string Kind, string Severity, string Channel, string PartnerId, string HandlerId, string QueueId, string Place);

/// <summary>Adds tickets up where they lie.</summary>
public static class StatisticsStore
{
    // Merged tickets are told in the ones that go on.
    private const string InSlice = $"""
        t.opened_us >= @FromUs AND t.opened_us < @ToUs AND t.merged_into IS NULL
          AND (@Kind = '' OR t.kind = @Kind) AND (@Severity = '' OR t.severity = @Severity) AND (@Channel = '' OR t.channel = @Channel)
          AND (@PartnerId = '' OR t.partner_id = @PartnerId) AND (@HandlerId = '' OR t.handler_id = @HandlerId)
          AND (@QueueId = '' OR t.queue_id = @QueueId) AND (@Place = '' OR t.scope_path LIKE @Place) AND {Scope.SqlFilter}
        """;
    private const string SelectFigures = $"""
        SELECT g.group_key AS GroupKey, MAX(g.label) AS Label, COUNT(*) AS Opened, SUM(g.resolved) AS Resolved, SUM(g.age) AS AgeSum, MAX(g.age) AS AgeMost,
               SUM(g.responded) AS Responded, SUM(g.response) AS ResponseSum, SUM(g.resolution) AS ResolutionSum, MAX(g.resolution) AS ResolutionMost,
               SUM(g.response_late) AS ResponseBreached, SUM(g.resolution_late) AS ResolutionBreached, SUM(g.late) AS Breached, SUM(g.reopened) AS Reopened,
               SUM(g.rated) AS Rated, SUM(g.satisfaction) AS SatisfactionSum, SUM(g.escalated) AS Escalated
        FROM (
            SELECT CASE @By
                    WHEN 'kind' THEN t.kind WHEN 'severity' THEN t.severity WHEN 'channel' THEN t.channel WHEN 'state' THEN t.state WHEN 'step' THEN t.step
                    WHEN 'grade' THEN t.partner_grade WHEN 'partner' THEN t.partner_id WHEN 'handler' THEN COALESCE(t.handler_id, '')
                    WHEN 'queue' THEN COALESCE(t.queue_id, '') ELSE '' END AS group_key,
                CASE @By WHEN 'partner' THEN t.partner_name WHEN 'handler' THEN COALESCE(t.handler_name, '') ELSE '' END AS label,
                CASE WHEN t.resolved_us IS NULL THEN 0 ELSE 1 END AS resolved,
                CASE WHEN t.resolved_us IS NULL THEN (@Now - t.opened_us) / 60000000 ELSE 0 END AS age,
                CASE WHEN t.first_response_us IS NULL THEN 0 ELSE 1 END AS responded,
                COALESCE(t.first_response_minutes, 0) AS response, COALESCE(t.resolution_minutes, 0) AS resolution,
                t.first_response_breached AS response_late,
                CASE WHEN t.resolution_breached = 1 OR t.earlier_breached = 1 THEN 1 ELSE 0 END AS resolution_late,
                CASE WHEN t.first_response_breached = 1 OR t.resolution_breached = 1 OR t.earlier_breached = 1 THEN 1 ELSE 0 END AS late,
                CASE WHEN t.round > 1 THEN 1 ELSE 0 END AS reopened, CASE WHEN t.satisfaction IS NULL THEN 0 ELSE 1 END AS rated,
                COALESCE(t.satisfaction, 0) AS satisfaction, CASE WHEN t.escalation_level > 0 THEN 1 ELSE 0 END AS escalated
            FROM tickets t WHERE {InSlice}) g
        GROUP BY g.group_key ORDER BY COUNT(*) DESC, g.group_key LIMIT @n
        """;
    private const string SelectHandOffs = $"""
        SELECT t.kind AS Kind, h.from_step AS Step, COUNT(*) AS Count, SUM(h.minutes) AS MinutesSum, MAX(h.minutes) AS MinutesMost
        FROM tickets t JOIN ticket_hand_offs h ON h.ticket_id = t.id WHERE {InSlice}
        GROUP BY t.kind, h.from_step ORDER BY t.kind, h.from_step
        """;

    /// <summary>The sums of each group, the most tickets first.</summary>
    public static Task<List<FiguresRow>> FiguresAsync(Session session, Slice slice, string by, long now, Scope scope, int n) =>
        session.QueryAsync<FiguresRow>(SelectFigures, Values(slice, by, now, scope, n));

    /// <summary>The sums of each step.</summary>
    public static Task<List<HandOffSums>> HandOffsAsync(Session session, Slice slice, Scope scope) =>
        session.QueryAsync<HandOffSums>(SelectHandOffs, Values(slice, "", 0, scope, 0));

    private static object Values(Slice slice, string by, long now, Scope scope, int n) => new
    {
        slice.FromUs,
        slice.ToUs,
        slice.Kind,
        slice.Severity,
        slice.Channel,
        slice.PartnerId,
        slice.HandlerId,
        slice.QueueId,
        slice.Place,
        By = by,
        Now = now,
        scope.ScopeLow,
        scope.ScopeHigh,
        scope.Assignee,
        n,
    };
}
