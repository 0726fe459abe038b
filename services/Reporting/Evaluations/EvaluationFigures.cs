using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Evaluations;

/// <summary>The span that figures are counted over, and the person whose partners they are of.</summary>
public sealed record FigureSpan(string Subject, DateOnly From, DateOnly To)
{
    public long FromUs => ChinaTime.StartOfDay(From).Micros();

    public long ToUs => ChinaTime.EndOfDay(To).Micros();

    public string FromMonth => $"{From:yyyy-MM}";

    public string ToMonth => $"{To:yyyy-MM}";

    /// <summary>A kind or state that the statement is narrowed to.</summary>
    public string Key { get; init; } = "";
}

/// <summary>
/// The figures that formulas name. Each that is counted is a sum over the very rows that GetEvaluationFacts shows; the others are
/// made of them.
/// </summary>
public static class EvaluationFigures
{
    private const int MostFacts = 1000;

    private const string Won = """
        SELECT a.id AS resource_id, p.name AS name, a.signed_date AS day, 0 AS at_us, 1 AS value, a.number AS note
        FROM agreements a JOIN partners p ON p.id = a.partner_id
        WHERE p.assignee_id = @Subject AND a.kind = @Key AND a.signed_date BETWEEN @From AND @To
          AND NOT EXISTS (SELECT 1 FROM agreements e WHERE e.partner_id = a.partner_id AND e.kind = a.kind
                          AND (e.signed_date < a.signed_date OR (e.signed_date = a.signed_date AND e.id < a.id)))
        """;
    private const string Signed = """
        SELECT a.id AS resource_id, p.name AS name, a.signed_date AS day, 0 AS at_us, 1 AS value, a.kind AS note
        FROM agreements a JOIN partners p ON p.id = a.partner_id WHERE p.assignee_id = @Subject AND a.signed_date BETWEEN @From AND @To
        """;
    private const string Visits = """
        SELECT v.id AS resource_id, COALESCE(p.name, '') AS name, v.planned_date AS day, 0 AS at_us, 1 AS value, v.kind AS note
        FROM visits v LEFT JOIN partners p ON p.id = v.partner_id WHERE v.staff_id = @Subject AND v.state = @Key AND v.planned_date BETWEEN @From AND @To
        """;
    private const string Sales = """
        SELECT d.id AS resource_id, p.name AS name, d.day AS day, 0 AS at_us, d.quantity AS value, d.product_code AS note
        FROM daily_sales d JOIN partners p ON p.id = d.partner_id WHERE p.assignee_id = @Subject AND d.day BETWEEN @From AND @To
        """;
    private const string Complaints = """
        SELECT t.id AS resource_id, p.name AS name, NULL AS day, t.opened_us AS at_us, 1 AS value, t.state AS note
        FROM tickets t JOIN partners p ON p.id = t.partner_id
        WHERE p.assignee_id = @Subject AND t.kind = 'complaint' AND t.opened_us >= @FromUs AND t.opened_us < @ToUs
        """;
    private const string Resolved = $"{Complaints} AND t.state IN ('resolved', 'closed') AND t.resolution_breached = 0";
    private const string Satisfied = """
        SELECT t.id AS resource_id, p.name AS name, NULL AS day, t.opened_us AS at_us, t.satisfaction AS value, t.kind AS note
        FROM tickets t JOIN partners p ON p.id = t.partner_id
        WHERE p.assignee_id = @Subject AND t.satisfaction IS NOT NULL AND t.opened_us >= @FromUs AND t.opened_us < @ToUs
        """;
    private const string Duties = """
        SELECT o.id AS resource_id, r.name_zh AS name, o.due_date AS day, 0 AS at_us, CASE WHEN o.submitted_us < o.deadline_us THEN 1 ELSE 0 END AS value, o.state AS note
        FROM obligations o JOIN obligation_rules r ON r.code = o.duty
        WHERE o.staff_id = @Subject AND o.due_date BETWEEN @From AND @To AND o.state NOT IN ('scheduled', 'due-soon', 'waived')
        """;
    private const string Outer = "f.resource_id AS ResourceId, f.name AS Name, f.day AS Day, f.at_us AS AtUs, f.value AS Value, f.note AS Note";
    private const string Sum = "SELECT COUNT(*) AS Count, COALESCE(SUM(f.value), 0) AS Total";
    private const string Order = "ORDER BY f.day, f.at_us, f.resource_id LIMIT @n";

    private const string SumWon = $"{Sum} FROM ({Won}) f";
    private const string SumSigned = $"{Sum} FROM ({Signed}) f";
    private const string SumVisits = $"{Sum} FROM ({Visits}) f";
    private const string SumSales = $"{Sum} FROM ({Sales}) f";
    private const string SumComplaints = $"{Sum} FROM ({Complaints}) f";
    private const string SumResolved = $"{Sum} FROM ({Resolved}) f";
    private const string SumSatisfied = $"{Sum} FROM ({Satisfied}) f";
    private const string SumDuties = $"{Sum} FROM ({Duties}) f";
    private const string ListWon = $"SELECT {Outer} FROM ({Won}) f {Order}";
    private const string ListSigned = $"SELECT {Outer} FROM ({Signed}) f {Order}";
    private const string ListVisits = $"SELECT {Outer} FROM ({Visits}) f {Order}";
    private const string ListSales = $"SELECT {Outer} FROM ({Sales}) f {Order}";
    private const string ListComplaints = $"SELECT {Outer} FROM ({Complaints}) f {Order}";
    private const string ListResolved = $"SELECT {Outer} FROM ({Resolved}) f {Order}";
    private const string ListSatisfied = $"SELECT {Outer} FROM ({Satisfied}) f {Order}";
    private const string ListDuties = $"SELECT {Outer} FROM ({Duties}) f {Order}";
    private const string SelectDue = """
        SELECT COALESCE(SUM(s.agents), 0) AS Agents, COALESCE(SUM(s.terminals), 0) AS Terminals
        FROM decomposition_stages s JOIN decompositions d ON d.id = s.decomposition_id
        WHERE d.implementer_id = @Subject AND d.level <> 'centre' AND d.state = 'issued' AND d.month >= @FromMonth AND d.month <= @ToMonth
        """;

    /// <summary>Every name a formula may use.</summary>
    public static readonly IReadOnlySet<string> Names = new HashSet<string>
    {
        "plan_attainment", "agents_due", "agents_recruited", "terminals_due", "terminals_recruited", "visits", "visits_missed", "contracts", "sales", "sales_before", "growth",
        "satisfaction", "complaints", "complaint_resolution", "timeliness",
    };

    /// <summary>Those that have facts behind them.</summary>
    public static readonly IReadOnlySet<string> Counted = new HashSet<string>
    {
        "agents_recruited", "terminals_recruited", "visits", "visits_missed", "contracts", "sales", "sales_before", "satisfaction", "complaints", "complaint_resolution", "timeliness",
    };

    /// <summary>All figures over a span; before is the same length of time before it.</summary>
    public static async Task<Dictionary<string, double>> OfAsync(Session session, FigureSpan span, FigureSpan before)
    {
        var due = (await session.FirstOrDefaultAsync<DueRow>(SelectDue, span))!;
        var agents = await SumAsync(session, "agents_recruited", span);
        var terminals = await SumAsync(session, "terminals_recruited", span);
        var (sales, salesBefore) = (await SumAsync(session, "sales", span), await SumAsync(session, "sales", before));
        var (complaints, resolved) = (await SumAsync(session, "complaints", span), await SumAsync(session, "complaint_resolution", span));
        var (satisfied, duties) = (await SumAsync(session, "satisfaction", span), await SumAsync(session, "timeliness", span));
        return new Dictionary<string, double>
        {
            ["agents_due"] = due.Agents,
            ["terminals_due"] = due.Terminals,
            ["agents_recruited"] = agents.Total,
            ["terminals_recruited"] = terminals.Total,
            ["plan_attainment"] = Ratio(agents.Total + terminals.Total, due.Agents + due.Terminals, 0),
            ["visits"] = (await SumAsync(session, "visits", span)).Total,
            ["visits_missed"] = (await SumAsync(session, "visits_missed", span)).Total,
            ["contracts"] = (await SumAsync(session, "contracts", span)).Total,
            ["sales"] = sales.Total,
            ["sales_before"] = salesBefore.Total,
            ["growth"] = Ratio(sales.Total - salesBefore.Total, salesBefore.Total, 0),
            ["satisfaction"] = Ratio(satisfied.Total, satisfied.Count, 0),
            ["complaints"] = complaints.Total,
            // Nothing to complain of is the best there is, and nothing owed nothing late.
            ["complaint_resolution"] = Ratio(resolved.Total, complaints.Total, 1),
            ["timeliness"] = Ratio(duties.Total, duties.Count, 1),
        };
    }

    /// <summary>The rows behind a counted figure.</summary>
    public static async Task<EvaluationFacts> FactsAsync(Session session, string figure, FigureSpan span)
    {
        var (collection, rows) = figure switch
        {
            "agents_recruited" => ("agreements", await session.QueryAsync<FactRow>(ListWon, Listed(span, "city-agent"))),
            "terminals_recruited" => ("agreements", await session.QueryAsync<FactRow>(ListWon, Listed(span, "terminal"))),
            "contracts" => ("agreements", await session.QueryAsync<FactRow>(ListSigned, Listed(span))),
            "visits" => ("visits", await session.QueryAsync<FactRow>(ListVisits, Listed(span, "reported"))),
            "visits_missed" => ("visits", await session.QueryAsync<FactRow>(ListVisits, Listed(span, "missed"))),
            "sales" or "sales_before" => ("dailySales", await session.QueryAsync<FactRow>(ListSales, Listed(span))),
            "satisfaction" => ("tickets", await session.QueryAsync<FactRow>(ListSatisfied, Listed(span))),
            "complaints" => ("tickets", await session.QueryAsync<FactRow>(ListComplaints, Listed(span))),
            "complaint_resolution" => ("tickets", await session.QueryAsync<FactRow>(ListResolved, Listed(span))),
            _ => ("obligations", await session.QueryAsync<FactRow>(ListDuties, Listed(span))),
        };
        var facts = new EvaluationFacts();
        facts.Facts.Add(rows.Select(row => new EvaluationFact
        {
            Resource = $"{collection}/{row.ResourceId}",
            DisplayName = row.Name,
            Day = $"{row.Day ?? ChinaTime.DateOf(Clock.FromMicros(row.AtUs)):yyyy-MM-dd}",
            Value = row.Value,
            Note = row.Note,
        }));
        return facts;
    }

    private static async Task<SumRow> SumAsync(Session session, string figure, FigureSpan span) => (figure switch
    {
        "agents_recruited" => await session.FirstOrDefaultAsync<SumRow>(SumWon, span with { Key = "city-agent" }),
        "terminals_recruited" => await session.FirstOrDefaultAsync<SumRow>(SumWon, span with { Key = "terminal" }),
        "contracts" => await session.FirstOrDefaultAsync<SumRow>(SumSigned, span),
        "visits" => await session.FirstOrDefaultAsync<SumRow>(SumVisits, span with { Key = "reported" }),
        "visits_missed" => await session.FirstOrDefaultAsync<SumRow>(SumVisits, span with { Key = "missed" }),
        "sales" => await session.FirstOrDefaultAsync<SumRow>(SumSales, span),
        "satisfaction" => await session.FirstOrDefaultAsync<SumRow>(SumSatisfied, span),
        "complaints" => await session.FirstOrDefaultAsync<SumRow>(SumComplaints, span),
        "complaint_resolution" => await session.FirstOrDefaultAsync<SumRow>(SumResolved, span),
        _ => await session.FirstOrDefaultAsync<SumRow>(SumDuties, span),
    })!;

    private static object Listed(FigureSpan span, string key = "") => new { span.Subject, span.From, span.To, span.FromUs, span.ToUs, Key = key, n = MostFacts };

    private static double Ratio(double part, double whole, double without) => whole == 0 ? without : part / whole;

    private sealed class SumRow
    {
        public long Count { get; set; }
        public long Total { get; set; }
    }

    private sealed class DueRow
    {
        public long Agents { get; set; }
        public long Terminals { get; set; }
    }

    private sealed class FactRow
    {
        public string ResourceId { get; set; } = "";
        public string Name { get; set; } = "";
        public DateOnly? Day { get; set; }
        public long AtUs { get; set; }
        public long Value { get; set; }
        public string Note { get; set; } = "";
    }
}
