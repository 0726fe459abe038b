using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Journals;

/// <summary>What a journal counts: the writer's visits, and agreements and sales of the partners that are his.</summary>
public static class JournalFacts
{
    private const string SelectVisits = """
        SELECT v.partner_id AS PartnerId, COALESCE(p.name, '') AS PartnerName, v.kind AS Kind, v.state AS State
        FROM visits v LEFT JOIN partners p ON p.id = v.partner_id
        WHERE v.staff_id = @Writer AND v.planned_date = @From AND v.state <> 'cancelled' ORDER BY v.id
        """;
    private const string CountVisits = """
        SELECT COUNT(*) FROM visits v
        WHERE v.staff_id = @Writer AND v.state = 'reported' AND v.planned_date BETWEEN @From AND @To AND (@Key = '' OR v.partner_id = @Key)
        """;
    private const string CountNewVisits = """
        SELECT COUNT(*) FROM visits v
        WHERE v.staff_id = @Writer AND v.state = 'reported' AND v.planned_date BETWEEN @From AND @To
          AND NOT EXISTS (SELECT 1 FROM visits e WHERE e.partner_id = v.partner_id AND e.state = 'reported' AND e.planned_date < @From)
        """;
    private const string CountSigned = """
        SELECT COUNT(*) FROM agreements a JOIN partners p ON p.id = a.partner_id
        WHERE p.assignee_id = @Writer AND a.kind = @Key AND a.signed_date BETWEEN @From AND @To
        """;
    private const string CountWon = """
        SELECT COUNT(DISTINCT a.partner_id) FROM agreements a JOIN partners p ON p.id = a.partner_id
        WHERE p.assignee_id = @Writer AND a.kind = @Key AND a.signed_date BETWEEN @From AND @To
          AND NOT EXISTS (SELECT 1 FROM agreements e WHERE e.partner_id = a.partner_id AND e.kind = a.kind AND e.signed_date < @From)
        """;
    private const string SelectSales = """
        SELECT CASE WHEN p.kind = 'city-agent' THEN p.name ELSE COALESCE(a.name, '') END AS AgentName, d.product_code AS ProductCode, p.name AS PartnerName,
               d.quantity AS Quantity
        FROM daily_sales d JOIN partners p ON p.id = d.partner_id LEFT JOIN partners a ON a.id = p.parent_partner_id
        WHERE p.assignee_id = @Writer AND d.day = @From AND d.quantity <> 0 ORDER BY p.id, d.product_code
        """;
    private const string SumSales = """
        SELECT COALESCE(SUM(d.quantity), 0) FROM daily_sales d JOIN partners p ON p.id = d.partner_id
        WHERE p.assignee_id = @Writer AND d.day BETWEEN @From AND @To
        """;
    private const string SelectDue = """
        SELECT COALESCE(SUM(s.agents), 0) AS Agents, COALESCE(SUM(s.terminals), 0) AS Terminals
        FROM decomposition_stages s JOIN decompositions d ON d.id = s.decomposition_id
        WHERE d.assignee_id = @Writer AND d.month = @Key AND d.state = 'issued'
        """;
    private const string SelectPartnerName = "SELECT name FROM partners WHERE id = @id";

    private const string Agent = "city-agent";
    private const string Terminal = "terminal";

    /// <summary>The form of these words with its figures as they are now.</summary>
    public static async Task<Journal> FillAsync(Session session, JournalRow row, Journal words)
    {
        var period = JournalRules.PeriodOf(Codes.To<JournalKind>(row.Kind), row.StartDate);
        if (words.Daily is { } daily)
            await FillAsync(session, daily, new Span(row.WriterId, row.StartDate, period.End));
        else if (words.Weekly is { } weekly)
            await FillAsync(session, weekly, new Span(row.WriterId, row.StartDate, period.End));
        else
            await FillAsync(session, words.Monthly ??= new MonthlyJournal(), new Span(row.WriterId, row.StartDate, period.End));
        return words;
    }

    private static async Task FillAsync(Session session, DailyJournal daily, Span day)
    {
        daily.Visits.Add((await session.QueryAsync<VisitFact>(SelectVisits, day)).Select(visit => new JournalVisit
        {
            Partner = $"partners/{visit.PartnerId}",
            PartnerName = visit.PartnerName,
            Kind = visit.Kind,
            State = visit.State,
        }));
        daily.AgentsSigned = await session.ScalarAsync<long>(CountSigned, day with { Key = Agent });
        daily.TerminalsSigned = await session.ScalarAsync<long>(CountSigned, day with { Key = Terminal });
        daily.Sales.Add((await session.QueryAsync<SaleFact>(SelectSales, day)).Select(sale => new JournalSale
        {
            AgentName = sale.AgentName,
            ProductCode = sale.ProductCode,
            PartnerName = sale.PartnerName,
            Quantity = sale.Quantity,
        }));
    }

    private static async Task FillAsync(Session session, WeeklyJournal weekly, Span week)
    {
        var planned = await PlannedAsync(session, week);
        foreach (var row in weekly.Rows)
            row.Partner = await NowAsync(session, row.Partner);
        foreach (var kind in Enum.GetValues<WeekRowKind>().Where(kind => kind is not (WeekRowKind.Unspecified or WeekRowKind.TargetClientVisits)))
            if (weekly.Rows.All(row => row.Kind != kind))
                weekly.Rows.Add(new WeekRow { Kind = kind });
        // The clients that last week aimed at, until others are named.
        if (weekly.Rows.All(row => row.Kind != WeekRowKind.TargetClientVisits))
            weekly.Rows.Add(planned.Keys.Where(key => key.Partner.Length > 0).Select(key => new WeekRow { Kind = key.Kind, Partner = key.Partner }));
        var rows = weekly.Rows.OrderBy(row => row.Kind).ToList();
        weekly.Rows.Clear();
        weekly.Rows.Add(rows);
        foreach (var row in weekly.Rows)
        {
            if (!row.HasPlan && planned.TryGetValue((row.Kind, row.Partner), out var plan))
                row.Plan = plan;
            row.Result = await ResultAsync(session, row, week);
            if (row.Partner.Length > 0)
                row.PartnerName = await session.FirstOrDefaultAsync<string>(SelectPartnerName, new { id = Ids.Of(row.Partner, "partners") }) ?? "";
        }
    }

    private static async Task FillAsync(Session session, MonthlyJournal monthly, Span month)
    {
        var due = (await session.FirstOrDefaultAsync<DueFact>(SelectDue, month with { Key = $"{month.From:yyyy-MM}" }))!;
        monthly.Visits = await session.ScalarAsync<long>(CountVisits, month);
        (monthly.AgentsDue, monthly.TerminalsDue) = (due.Agents, due.Terminals);
        monthly.AgentsActual = await session.ScalarAsync<long>(CountWon, month with { Key = Agent });
        monthly.TerminalsActual = await session.ScalarAsync<long>(CountWon, month with { Key = Terminal });
        monthly.Sales = await session.ScalarAsync<long>(SumSales, month);
        monthly.SalesCumulative = await session.ScalarAsync<long>(SumSales, month with { From = new DateOnly(month.From.Year, 1, 1) });
        monthly.NextMonthTotal = new NextMonthLine
        {
            Item = "小计",
            Agents = monthly.NextMonth.Sum(line => line.Agents),
            Terminals = monthly.NextMonth.Sum(line => line.Terminals),
            Sales = monthly.NextMonth.Sum(line => line.Sales),
            Visits = monthly.NextMonth.Sum(line => line.Visits),
        };
    }

    /// <summary>What last week's form planned for this week.</summary>
    private static async Task<Dictionary<(WeekRowKind Kind, string Partner), long>> PlannedAsync(Session session, Span week)
    {
        var last = JournalRules.PeriodOf(JournalKind.Weekly, week.From).Shifted(-1);
        var words = await JournalStore.WordsAtAsync(session, JournalMessages.PlaceKey(week.Writer, JournalKind.Weekly, last.Label));
        var planned = new Dictionary<(WeekRowKind Kind, string Partner), long>();
        foreach (var row in words is null ? [] : JournalMessages.Form(words).Weekly.Rows.Where(row => row.HasNextPlan))
            planned.TryAdd((row.Kind, await NowAsync(session, row.Partner)), row.NextPlan);
        return planned;
    }

    /// <summary>A client that was merged is the survivor.</summary>
    private static async Task<string> NowAsync(Session session, string partner) =>
        partner.Length > 0 && await Redirects.FindAsync(session, Ids.Of(partner, "partners")) is { } merged ? $"partners/{merged.SurvivorId}" : partner;

    private static Task<long> ResultAsync(Session session, WeekRow row, Span week) => row.Kind switch
    {
        WeekRowKind.Agents => session.ScalarAsync<long>(CountWon, week with { Key = Agent }),
        WeekRowKind.Terminals => session.ScalarAsync<long>(CountWon, week with { Key = Terminal }),
        WeekRowKind.Sales => session.ScalarAsync<long>(SumSales, week),
        WeekRowKind.NewClientVisits => session.ScalarAsync<long>(CountNewVisits, week),
        _ => session.ScalarAsync<long>(CountVisits, week with { Key = Ids.Of(row.Partner, "partners") }),
    };

    private sealed record Span(string Writer, DateOnly From, DateOnly To)
    {
        /// <summary>A kind of agreement, a partner or a month: what the statement is narrowed to.</summary>
        public string Key { get; init; } = "";
    }

    private sealed class VisitFact
    {
        public string PartnerId { get; set; } = "";
        public string PartnerName { get; set; } = "";
        public string Kind { get; set; } = "";
        public string State { get; set; } = "";
    }

    private sealed class SaleFact
    {
        public string AgentName { get; set; } = "";
        public string ProductCode { get; set; } = "";
        public string PartnerName { get; set; } = "";
        public long Quantity { get; set; }
    }

    private sealed class DueFact
    {
        public long Agents { get; set; }
        public long Terminals { get; set; }
    }
}
