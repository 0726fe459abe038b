using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Evaluations;

/// <summary>The span that figures are counted over, the person whose partners they are of, and his organisation for those of all of it.</summary>
public sealed record FigureSpan(string Subject, string Organisation, DateOnly From, DateOnly To)
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

    private const string WonRows = """
        SELECT a.id AS resource_id, p.name AS name, a.signed_date AS day, 0 AS at_us, 1 AS value, a.number AS note
        FROM agreements a JOIN partners p ON p.id = a.partner_id
        WHERE a.kind = @Key AND a.signed_date BETWEEN @From AND @To
          AND NOT EXISTS (SELECT 1 FROM agreements e WHERE e.partner_id = a.partner_id AND e.kind = a.kind
                          AND (e.signed_date < a.signed_date OR (e.signed_date = a.signed_date AND e.id < a.id)))
        """;
    private const string Won = $"{WonRows} AND p.assignee_id = @Subject";
    private const string TeamWon = $"{WonRows} AND p.organisation_id = @Organisation";
    private const string Signed = """
        SELECT a.id AS resource_id, p.name AS name, a.signed_date AS day, 0 AS at_us, 1 AS value, a.kind AS note
        FROM agreements a JOIN partners p ON p.id = a.partner_id WHERE p.assignee_id = @Subject AND a.signed_date BETWEEN @From AND @To
        """;
    private const string VisitsRows = """
        SELECT v.id AS resource_id, COALESCE(p.name, '') AS name, v.planned_date AS day, 0 AS at_us, 1 AS value, v.kind AS note
        FROM visits v LEFT JOIN partners p ON p.id = v.partner_id WHERE v.state = @Key AND v.planned_date BETWEEN @From AND @To
        """;
    private const string Visits = $"{VisitsRows} AND v.staff_id = @Subject";
    private const string TeamVisits = $"{VisitsRows} AND p.organisation_id = @Organisation";
    private const string SalesRows = """
        SELECT d.id AS resource_id, p.name AS name, d.day AS day, 0 AS at_us, d.quantity AS value, d.product_code AS note
        FROM daily_sales d JOIN partners p ON p.id = d.partner_id WHERE d.day BETWEEN @From AND @To
        """;
    private const string Sales = $"{SalesRows} AND p.assignee_id = @Subject";
    private const string TeamSales = $"{SalesRows} AND p.organisation_id = @Organisation";
    private const string TicketRows = """
        SELECT t.id AS resource_id, p.name AS name, NULL AS day, t.opened_us AS at_us, 1 AS value, t.state AS note
        FROM tickets t JOIN partners p ON p.id = t.partner_id WHERE t.opened_us >= @FromUs AND t.opened_us < @ToUs
        """;
    private const string Resolution = "t.state IN ('resolved', 'closed') AND t.resolution_breached = 0";
    private const string Complaints = $"{TicketRows} AND p.assignee_id = @Subject AND t.kind = 'complaint'";
    private const string Resolved = $"{Complaints} AND {Resolution}";
    private const string Handled = $"{TicketRows} AND t.handler_id = @Subject";
    private const string HandledOnTime = $"{Handled} AND {Resolution}";
    private const string AnsweredOnTime = $"{Handled} AND t.first_response_breached = 0";
    private const string TeamTickets = $"{TicketRows} AND p.organisation_id = @Organisation";
    private const string TeamOnTime = $"{TeamTickets} AND {Resolution}";
    private const string RatedRows = """
        SELECT t.id AS resource_id, p.name AS name, NULL AS day, t.opened_us AS at_us, t.satisfaction AS value, t.kind AS note
        FROM tickets t JOIN partners p ON p.id = t.partner_id WHERE t.satisfaction IS NOT NULL AND t.opened_us >= @FromUs AND t.opened_us < @ToUs
        """;
    private const string Satisfied = $"{RatedRows} AND p.assignee_id = @Subject";
    private const string HandledSatisfied = $"{RatedRows} AND t.handler_id = @Subject";
    private const string TeamSatisfied = $"{RatedRows} AND p.organisation_id = @Organisation";
    private const string DutyRows = """
        SELECT o.id AS resource_id, r.name_zh AS name, o.due_date AS day, 0 AS at_us, CASE WHEN o.submitted_us < o.deadline_us THEN 1 ELSE 0 END AS value, o.state AS note
        FROM obligations o JOIN obligation_rules r ON r.code = o.duty
        WHERE o.due_date BETWEEN @From AND @To AND o.state NOT IN ('scheduled', 'due-soon', 'waived')
        """;
    private const string Duties = $"{DutyRows} AND o.staff_id = @Subject";
    private const string TeamDuties = $"{DutyRows} AND o.organisation_id = @Organisation";

    // A training that several partners came to is one training, and a row for each of them.
    private const string Trained = """
        SELECT x.id AS resource_id, p.name AS name, x.held_date AS day, 0 AS at_us, x.attended AS value, x.course_id AS note
        FROM trainings x JOIN partners p ON p.id = x.partner_id WHERE p.organisation_id = @Organisation AND x.held_date BETWEEN @From AND @To
        """;
    private const string Held = """
        SELECT x.id AS resource_id, MIN(p.name) AS name, x.held_date AS day, 0 AS at_us, 1 AS value, x.course_id AS note
        FROM trainings x JOIN partners p ON p.id = x.partner_id WHERE p.organisation_id = @Organisation AND x.held_date BETWEEN @From AND @To
        GROUP BY x.id, x.held_date, x.course_id
        """;
    private const string Effects = """
        SELECT x.id AS resource_id, MIN(p.name) AS name, x.held_date AS day, 0 AS at_us, MAX(x.effect) AS value, x.course_id AS note
        FROM trainings x JOIN partners p ON p.id = x.partner_id WHERE p.organisation_id = @Organisation AND x.held_date BETWEEN @From AND @To AND x.effect > 0
        GROUP BY x.id, x.held_date, x.course_id
        """;
    private const string Outer = "f.resource_id AS ResourceId, f.name AS Name, f.day AS Day, f.at_us AS AtUs, f.value AS Value, f.note AS Note";
    private const string Sum = "SELECT COUNT(*) AS Count, COALESCE(SUM(f.value), 0) AS Total";
    private const string Order = "ORDER BY f.day, f.at_us, f.resource_id LIMIT @n";

    private const string SumWon = $"{Sum} FROM ({Won}) f";
    private const string SumTeamWon = $"{Sum} FROM ({TeamWon}) f";
    private const string SumSigned = $"{Sum} FROM ({Signed}) f";
    private const string SumVisits = $"{Sum} FROM ({Visits}) f";
    private const string SumTeamVisits = $"{Sum} FROM ({TeamVisits}) f";
    private const string SumSales = $"{Sum} FROM ({Sales}) f";
    private const string SumTeamSales = $"{Sum} FROM ({TeamSales}) f";
    private const string SumComplaints = $"{Sum} FROM ({Complaints}) f";
    private const string SumResolved = $"{Sum} FROM ({Resolved}) f";
    private const string SumHandled = $"{Sum} FROM ({Handled}) f";
    private const string SumHandledOnTime = $"{Sum} FROM ({HandledOnTime}) f";
    private const string SumAnsweredOnTime = $"{Sum} FROM ({AnsweredOnTime}) f";
    private const string SumTeamTickets = $"{Sum} FROM ({TeamTickets}) f";
    private const string SumTeamOnTime = $"{Sum} FROM ({TeamOnTime}) f";
    private const string SumSatisfied = $"{Sum} FROM ({Satisfied}) f";
    private const string SumHandledSatisfied = $"{Sum} FROM ({HandledSatisfied}) f";
    private const string SumTeamSatisfied = $"{Sum} FROM ({TeamSatisfied}) f";
    private const string SumDuties = $"{Sum} FROM ({Duties}) f";
    private const string SumTeamDuties = $"{Sum} FROM ({TeamDuties}) f";
    private const string SumTrained = $"{Sum} FROM ({Trained}) f";
    private const string SumHeld = $"{Sum} FROM ({Held}) f";
    private const string SumEffects = $"{Sum} FROM ({Effects}) f";
    private const string ListWon = $"SELECT {Outer} FROM ({Won}) f {Order}";
    private const string ListTeamWon = $"SELECT {Outer} FROM ({TeamWon}) f {Order}";
    private const string ListSigned = $"SELECT {Outer} FROM ({Signed}) f {Order}";
    private const string ListVisits = $"SELECT {Outer} FROM ({Visits}) f {Order}";
    private const string ListTeamVisits = $"SELECT {Outer} FROM ({TeamVisits}) f {Order}";
    private const string ListSales = $"SELECT {Outer} FROM ({Sales}) f {Order}";
    private const string ListTeamSales = $"SELECT {Outer} FROM ({TeamSales}) f {Order}";
    private const string ListComplaints = $"SELECT {Outer} FROM ({Complaints}) f {Order}";
    private const string ListResolved = $"SELECT {Outer} FROM ({Resolved}) f {Order}";
    private const string ListHandled = $"SELECT {Outer} FROM ({Handled}) f {Order}";
    private const string ListHandledOnTime = $"SELECT {Outer} FROM ({HandledOnTime}) f {Order}";
    private const string ListAnsweredOnTime = $"SELECT {Outer} FROM ({AnsweredOnTime}) f {Order}";
    private const string ListTeamTickets = $"SELECT {Outer} FROM ({TeamTickets}) f {Order}";
    private const string ListTeamOnTime = $"SELECT {Outer} FROM ({TeamOnTime}) f {Order}";
    private const string ListSatisfied = $"SELECT {Outer} FROM ({Satisfied}) f {Order}";
    private const string ListHandledSatisfied = $"SELECT {Outer} FROM ({HandledSatisfied}) f {Order}";
    private const string ListTeamSatisfied = $"SELECT {Outer} FROM ({TeamSatisfied}) f {Order}";
    private const string ListDuties = $"SELECT {Outer} FROM ({Duties}) f {Order}";
    private const string ListTeamDuties = $"SELECT {Outer} FROM ({TeamDuties}) f {Order}";
    private const string ListTrained = $"SELECT {Outer} FROM ({Trained}) f {Order}";
    private const string ListHeld = $"SELECT {Outer} FROM ({Held}) f {Order}";
    private const string ListEffects = $"SELECT {Outer} FROM ({Effects}) f {Order}";
    private const string SelectDue = """
        SELECT COALESCE(SUM(s.agents), 0) AS Agents, COALESCE(SUM(s.terminals), 0) AS Terminals
        FROM decomposition_stages s JOIN decompositions d ON d.id = s.decomposition_id
        WHERE d.implementer_id = @Subject AND d.level <> 'centre' AND d.state = 'issued' AND d.month >= @FromMonth AND d.month <= @ToMonth
        """;
    private const string SelectTeamDue = """
        SELECT COALESCE(SUM(s.agents), 0) AS Agents, COALESCE(SUM(s.terminals), 0) AS Terminals
        FROM decomposition_stages s JOIN decompositions d ON d.id = s.decomposition_id
        WHERE d.organisation_id = @Organisation AND d.level = 'centre' AND d.state = 'issued' AND d.month >= @FromMonth AND d.month <= @ToMonth
        """;

    /// <summary>Those that have facts behind them: the agreements' kind or visits' state they are narrowed to, and the collection of their facts.</summary>
    private static readonly Dictionary<string, (string Collection, string Key)> Facts = new()
    {
        ["agents_recruited"] = ("agreements", "city-agent"),
        ["terminals_recruited"] = ("agreements", "terminal"),
        ["contracts"] = ("agreements", ""),
        ["visits"] = ("visits", "reported"),
        ["visits_missed"] = ("visits", "missed"),
        ["sales"] = ("dailySales", ""),
        ["sales_before"] = ("dailySales", ""),
        ["satisfaction"] = ("tickets", ""),
        ["complaints"] = ("tickets", ""),
        ["complaint_resolution"] = ("tickets", ""),
        ["timeliness"] = ("obligations", ""),
        ["tickets_handled"] = ("tickets", ""),
        ["tickets_on_time"] = ("tickets", ""),
        ["responses_on_time"] = ("tickets", ""),
        ["handled_satisfaction"] = ("tickets", ""),
        ["team_agents"] = ("agreements", "city-agent"),
        ["team_terminals"] = ("agreements", "terminal"),
        ["team_visits"] = ("visits", "reported"),
        ["team_visits_missed"] = ("visits", "missed"),
        ["team_sales"] = ("dailySales", ""),
        ["team_sales_before"] = ("dailySales", ""),
        ["team_tickets"] = ("tickets", ""),
        ["team_tickets_on_time"] = ("tickets", ""),
        ["team_satisfaction"] = ("tickets", ""),
        ["team_timeliness"] = ("obligations", ""),
        ["trainings_held"] = ("trainingRequests", ""),
        ["trained_people"] = ("trainingRequests", ""),
        ["training_effect"] = ("trainingRequests", ""),
    };

    /// <summary>Those that have facts behind them.</summary>
    public static IReadOnlyCollection<string> Counted => Facts.Keys;

    /// <summary>Every name a formula may use.</summary>
    public static readonly IReadOnlySet<string> Names = new HashSet<string>(Facts.Keys.Concat(
        ["plan_attainment", "agents_due", "terminals_due", "growth", "team_plan_attainment", "team_agents_due", "team_terminals_due", "team_growth"]));

    /// <summary>All figures over a span; before is the same length of time before it.</summary>
    public static async Task<Dictionary<string, double>> OfAsync(Session session, FigureSpan span, FigureSpan before)
    {
        var sums = new Dictionary<string, SumRow>();
        foreach (var (figure, (_, key)) in Facts)
            sums[figure] = await SumAsync(session, figure, (IsBefore(figure) ? before : span) with { Key = key });
        var figures = sums.ToDictionary(sum => sum.Key, sum => (double)sum.Value.Total);
        foreach (var figure in new[] { "satisfaction", "handled_satisfaction", "team_satisfaction", "training_effect" })
            figures[figure] = Ratio(sums[figure].Total, sums[figure].Count, 0);
        // Nothing to complain of is the best there is, and nothing owed nothing late.
        foreach (var figure in new[] { "timeliness", "team_timeliness" })
            figures[figure] = Ratio(sums[figure].Total, sums[figure].Count, 1);
        foreach (var (figure, of) in new[]
        {
            ("complaint_resolution", "complaints"), ("tickets_on_time", "tickets_handled"), ("responses_on_time", "tickets_handled"), ("team_tickets_on_time", "team_tickets"),
        })
            figures[figure] = Ratio(sums[figure].Total, sums[of].Total, 1);
        AddPlan(figures, "", (await session.FirstOrDefaultAsync<DueRow>(SelectDue, span))!, "agents_recruited", "terminals_recruited");
        AddPlan(figures, "team_", (await session.FirstOrDefaultAsync<DueRow>(SelectTeamDue, span))!, "team_agents", "team_terminals");
        return figures;
    }

    /// <summary>The rows behind a counted figure.</summary>
    public static async Task<EvaluationFacts> FactsAsync(Session session, string figure, FigureSpan span, FigureSpan before)
    {
        var (collection, key) = Facts[figure];
        var rows = await ListAsync(session, figure, Listed(IsBefore(figure) ? before : span, key));
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

    private static bool IsBefore(string figure) => figure is "sales_before" or "team_sales_before";

    private static void AddPlan(Dictionary<string, double> figures, string prefix, DueRow due, string agents, string terminals)
    {
        (figures[$"{prefix}agents_due"], figures[$"{prefix}terminals_due"]) = (due.Agents, due.Terminals);
        figures[$"{prefix}plan_attainment"] = Ratio(figures[agents] + figures[terminals], due.Agents + due.Terminals, 0);
        figures[$"{prefix}growth"] = Ratio(figures[$"{prefix}sales"] - figures[$"{prefix}sales_before"], figures[$"{prefix}sales_before"], 0);
    }

    private static async Task<SumRow> SumAsync(Session session, string figure, FigureSpan values) => (figure switch
    {
        "agents_recruited" or "terminals_recruited" => await session.FirstOrDefaultAsync<SumRow>(SumWon, values),
        "team_agents" or "team_terminals" => await session.FirstOrDefaultAsync<SumRow>(SumTeamWon, values),
        "contracts" => await session.FirstOrDefaultAsync<SumRow>(SumSigned, values),
        "visits" or "visits_missed" => await session.FirstOrDefaultAsync<SumRow>(SumVisits, values),
        "team_visits" or "team_visits_missed" => await session.FirstOrDefaultAsync<SumRow>(SumTeamVisits, values),
        "sales" or "sales_before" => await session.FirstOrDefaultAsync<SumRow>(SumSales, values),
        "team_sales" or "team_sales_before" => await session.FirstOrDefaultAsync<SumRow>(SumTeamSales, values),
        "satisfaction" => await session.FirstOrDefaultAsync<SumRow>(SumSatisfied, values),
        "complaints" => await session.FirstOrDefaultAsync<SumRow>(SumComplaints, values),
        "complaint_resolution" => await session.FirstOrDefaultAsync<SumRow>(SumResolved, values),
        "tickets_handled" => await session.FirstOrDefaultAsync<SumRow>(SumHandled, values),
        "tickets_on_time" => await session.FirstOrDefaultAsync<SumRow>(SumHandledOnTime, values),
        "responses_on_time" => await session.FirstOrDefaultAsync<SumRow>(SumAnsweredOnTime, values),
        "handled_satisfaction" => await session.FirstOrDefaultAsync<SumRow>(SumHandledSatisfied, values),
        "team_tickets" => await session.FirstOrDefaultAsync<SumRow>(SumTeamTickets, values),
        "team_tickets_on_time" => await session.FirstOrDefaultAsync<SumRow>(SumTeamOnTime, values),
        "team_satisfaction" => await session.FirstOrDefaultAsync<SumRow>(SumTeamSatisfied, values),
        "team_timeliness" => await session.FirstOrDefaultAsync<SumRow>(SumTeamDuties, values),
        "trainings_held" => await session.FirstOrDefaultAsync<SumRow>(SumHeld, values),
        "trained_people" => await session.FirstOrDefaultAsync<SumRow>(SumTrained, values),
        "training_effect" => await session.FirstOrDefaultAsync<SumRow>(SumEffects, values),
        _ => await session.FirstOrDefaultAsync<SumRow>(SumDuties, values),
    })!;

    private static async Task<List<FactRow>> ListAsync(Session session, string figure, object values) => figure switch
    {
        "agents_recruited" or "terminals_recruited" => await session.QueryAsync<FactRow>(ListWon, values),
        "team_agents" or "team_terminals" => await session.QueryAsync<FactRow>(ListTeamWon, values),
        "contracts" => await session.QueryAsync<FactRow>(ListSigned, values),
        "visits" or "visits_missed" => await session.QueryAsync<FactRow>(ListVisits, values),
        "team_visits" or "team_visits_missed" => await session.QueryAsync<FactRow>(ListTeamVisits, values),
        "sales" or "sales_before" => await session.QueryAsync<FactRow>(ListSales, values),
        "team_sales" or "team_sales_before" => await session.QueryAsync<FactRow>(ListTeamSales, values),
        "satisfaction" => await session.QueryAsync<FactRow>(ListSatisfied, values),
        "complaints" => await session.QueryAsync<FactRow>(ListComplaints, values),
        "complaint_resolution" => await session.QueryAsync<FactRow>(ListResolved, values),
        "tickets_handled" => await session.QueryAsync<FactRow>(ListHandled, values),
        "tickets_on_time" => await session.QueryAsync<FactRow>(ListHandledOnTime, values),
        "responses_on_time" => await session.QueryAsync<FactRow>(ListAnsweredOnTime, values),
        "handled_satisfaction" => await session.QueryAsync<FactRow>(ListHandledSatisfied, values),
        "team_tickets" => await session.QueryAsync<FactRow>(ListTeamTickets, values),
        "team_tickets_on_time" => await session.QueryAsync<FactRow>(ListTeamOnTime, values),
        "team_satisfaction" => await session.QueryAsync<FactRow>(ListTeamSatisfied, values),
        "team_timeliness" => await session.QueryAsync<FactRow>(ListTeamDuties, values),
        "trainings_held" => await session.QueryAsync<FactRow>(ListHeld, values),
        "trained_people" => await session.QueryAsync<FactRow>(ListTrained, values),
        "training_effect" => await session.QueryAsync<FactRow>(ListEffects, values),
        _ => await session.QueryAsync<FactRow>(ListDuties, values),
    };

    private static object Listed(FigureSpan span, string key) => new { span.Subject, span.Organisation, span.From, span.To, span.FromUs, span.ToUs, Key = key, n = MostFacts };

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
