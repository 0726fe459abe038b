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

/// <summary>What half and nine tenths of a group do not exceed.</summary>
public sealed class QuantileRow
{
    public string GroupKey { get; set; } = "";
    public long Half { get; set; }
    public long NineTenths { get; set; }
}

/// <summary>Quantiles by group; 0 where a group has nothing.</summary>
public sealed class Quantiles(IEnumerable<QuantileRow> rows)
{
    private readonly Dictionary<string, QuantileRow> _rows = rows.ToDictionary(row => row.GroupKey);

    public QuantileRow Of(string key) => _rows.GetValueOrDefault(key) ?? new QuantileRow();
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
    // An organisation is the nearest known place above the ticket; where none is known yet, what the partner is put below.
    private const string GroupKey = """
        CASE @By
            WHEN 'kind' THEN t.kind WHEN 'severity' THEN t.severity WHEN 'channel' THEN t.channel WHEN 'state' THEN t.state WHEN 'step' THEN t.step
            WHEN 'grade' THEN t.partner_grade WHEN 'partner' THEN t.partner_id WHEN 'handler' THEN COALESCE(t.handler_id, '')
            WHEN 'queue' THEN COALESCE(t.queue_id, '')
            WHEN 'organisation' THEN COALESCE((SELECT MAX(p.scope_path) FROM places p WHERE t.scope_path LIKE CONCAT(p.scope_path, '%')), REPLACE(t.scope_path, CONCAT('/', t.partner_id, '/'), '/'))
            ELSE '' END
        """;
    // The nearest rank: the smallest value that so many do not exceed.
    private const string Ranked = """
        SELECT r.group_key AS GroupKey, MIN(CASE WHEN r.place * 2 >= r.many THEN r.minutes ELSE NULL END) AS Half,
               MIN(CASE WHEN r.place * 10 >= r.many * 9 THEN r.minutes ELSE NULL END) AS NineTenths
        FROM (SELECT g.group_key, g.minutes, ROW_NUMBER() OVER (PARTITION BY g.group_key ORDER BY g.minutes) AS place, COUNT(*) OVER (PARTITION BY g.group_key) AS many
        """;
    private const string SelectResponseQuantiles = $"""
        {Ranked} FROM (SELECT {GroupKey} AS group_key, t.first_response_minutes AS minutes FROM tickets t
            WHERE t.first_response_minutes IS NOT NULL AND {InSlice}) g) r GROUP BY r.group_key
        """;
    private const string SelectResolutionQuantiles = $"""
        {Ranked} FROM (SELECT {GroupKey} AS group_key, t.resolution_minutes AS minutes FROM tickets t
            WHERE t.resolution_minutes IS NOT NULL AND {InSlice}) g) r GROUP BY r.group_key
        """;
    private const string SelectAgeQuantiles = $"""
        {Ranked} FROM (SELECT {GroupKey} AS group_key, (@Now - t.opened_us) / 60000000 AS minutes FROM tickets t
            WHERE t.resolved_us IS NULL AND {InSlice}) g) r GROUP BY r.group_key
        """;
    private const string SelectHandOffQuantiles = $"""
        {Ranked} FROM (SELECT CONCAT(t.kind, '/', h.from_step) AS group_key, h.minutes AS minutes FROM tickets t JOIN ticket_hand_offs h ON h.ticket_id = t.id
            WHERE {InSlice}) g) r GROUP BY r.group_key
        """;
    private const string SelectFigures = $"""
        SELECT g.group_key AS GroupKey, MAX(g.label) AS Label, COUNT(*) AS Opened, SUM(g.resolved) AS Resolved, SUM(g.age) AS AgeSum, MAX(g.age) AS AgeMost,
               SUM(g.responded) AS Responded, SUM(g.response) AS ResponseSum, SUM(g.resolution) AS ResolutionSum, MAX(g.resolution) AS ResolutionMost,
               SUM(g.response_late) AS ResponseBreached, SUM(g.resolution_late) AS ResolutionBreached, SUM(g.late) AS Breached, SUM(g.reopened) AS Reopened,
               SUM(g.rated) AS Rated, SUM(g.satisfaction) AS SatisfactionSum, SUM(g.escalated) AS Escalated
        FROM (
            SELECT {GroupKey} AS group_key,
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

    /// <summary>Of each group, minutes to the first response, to the result, and the age of what has none.</summary>
    public static async Task<(Quantiles Response, Quantiles Resolution, Quantiles Age)> QuantilesAsync(Session session, Slice slice, string by, long now, Scope scope)
    {
        var values = Values(slice, by, now, scope, 0);
        return (new(await session.QueryAsync<QuantileRow>(SelectResponseQuantiles, values)),
            new(await session.QueryAsync<QuantileRow>(SelectResolutionQuantiles, values)),
            new(await session.QueryAsync<QuantileRow>(SelectAgeQuantiles, values)));
    }

    /// <summary>The sums of each step.</summary>
    public static Task<List<HandOffSums>> HandOffsAsync(Session session, Slice slice, Scope scope) =>
        session.QueryAsync<HandOffSums>(SelectHandOffs, Values(slice, "", 0, scope, 0));

    /// <summary>Of each "kind/step", minutes.</summary>
    public static async Task<Quantiles> HandOffQuantilesAsync(Session session, Slice slice, Scope scope) =>
        new(await session.QueryAsync<QuantileRow>(SelectHandOffQuantiles, Values(slice, "", 0, scope, 0)));

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
