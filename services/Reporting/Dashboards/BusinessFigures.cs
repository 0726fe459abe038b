using System.Diagnostics.Metrics;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Dashboards;

/// <summary>A count of an organisation.</summary>
public sealed class FigureRow
{
    public string OrganisationId { get; set; } = "";

    /// <summary>The stage, or what else it is a count of.</summary>
    public string Label { get; set; } = "";

    public long Count { get; set; }
}

/// <summary>
/// Business figures as OpenTelemetry metrics: counted every so often by a sweep and remembered, so that whoever collects them costs no
/// query. Labels are bounded: the centre (or whatever stands highest below headquarters), and a stage or state. Every instance tells the same.
/// </summary>
public sealed class BusinessFigures
{
    private const string CountPartners = "SELECT organisation_id AS OrganisationId, stage AS Label, COUNT(*) AS Count FROM partners GROUP BY organisation_id, stage";
    private const string CountAgreements = """
        SELECT p.organisation_id AS OrganisationId, 'active' AS Label, COUNT(*) AS Count FROM agreements a JOIN partners p ON p.id = a.partner_id
        WHERE a.state IN ('active', 'expiring') GROUP BY p.organisation_id
        """;

    // In words that the index of unfinished tickets has.
    private const string CountTickets = """
        SELECT x.organisation_id AS OrganisationId, x.label AS Label, COUNT(*) AS Count
        FROM (SELECT p.organisation_id, CASE WHEN t.first_response_breached = 1 OR t.resolution_breached = 1 THEN 'late' ELSE 'in-time' END AS label
              FROM tickets t JOIN partners p ON p.id = t.partner_id WHERE t.state <> 'closed' AND t.state <> 'resolved') x
        GROUP BY x.organisation_id, x.label
        """;
    private const string CountObligations = $"""
        SELECT y.organisation_id AS OrganisationId, SUM(y.opened) AS Due, SUM(y.late) AS Late, SUM(y.missing) AS Missing
        FROM (SELECT o.organisation_id, {ObligationStore.Outcomes} FROM obligations o WHERE o.due_date >= @From AND o.due_date <= @To) y
        GROUP BY y.organisation_id
        """;
    private const string SumToday = """
        SELECT p.organisation_id AS OrganisationId, 'today' AS Label, SUM(d.quantity) AS Count FROM daily_sales d JOIN partners p ON p.id = d.partner_id
        WHERE d.day = @Today GROUP BY p.organisation_id
        """;
    private const string SumMonth = """
        SELECT p.organisation_id AS OrganisationId, 'month' AS Label, SUM(r.quantity) AS Count FROM sales_rollup r JOIN partners p ON p.id = r.partner_id
        WHERE r.month = @Month GROUP BY p.organisation_id
        """;

    private readonly TimeSpan every;
    private volatile IReadOnlyDictionary<string, IReadOnlyList<Measurement<long>>> known = new Dictionary<string, IReadOnlyList<Measurement<long>>>();
    private long nextUs;

    public BusinessFigures(TimeSpan every)
    {
        this.every = every;
        Gauge("qudao.partners", "{partner}", "Partners by stage");
        Gauge("qudao.agreements", "{agreement}", "Agreements in force");
        Gauge("qudao.tickets", "{ticket}", "Tickets neither resolved nor closed, late or in time");
        Gauge("qudao.obligations", "{obligation}", "Obligations due this month that are due, late or missing");
        Gauge("qudao.sales", "{piece}", "Pieces sold today and this month");
    }

    /// <summary>What they are told by.</summary>
    public Meter Meter { get; } = new(Telemetry.Name);

    /// <summary>Counts, unless that was done a little while ago; a sweep that never has more to do.</summary>
    public async Task<int> MeasureAsync(Db db)
    {
        var now = db.Clock.GetUtcNow();
        if (now.Micros() < nextUs)
            return 0;
        nextUs = (now + every).Micros();
        known = await db.ReadAsync(s => CountAsync(s, ChinaTime.DateOf(now), now.Micros()));
        return 0;
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<Measurement<long>>>> CountAsync(Session session, DateOnly today, long now)
    {
        var centres = CentresOf(await NetworkStore.OrganisationsAsync(session, Sight.Of("/")));
        var month = new { From = ChinaTime.StartOfMonth(today), To = ChinaTime.EndOfMonth(today), Now = now };
        var obligations = await session.QueryAsync<OwedRow>(CountObligations, month);
        IReadOnlyList<Measurement<long>> Measured(string label, IEnumerable<FigureRow> rows) => Measure(label, rows, centres);
        return new Dictionary<string, IReadOnlyList<Measurement<long>>>
        {
            ["qudao.partners"] = Measured("stage", await session.QueryAsync<FigureRow>(CountPartners)),
            ["qudao.agreements"] = Measured("state", await session.QueryAsync<FigureRow>(CountAgreements)),
            ["qudao.tickets"] = Measured("state", await session.QueryAsync<FigureRow>(CountTickets)),
            ["qudao.obligations"] = Measured("state", obligations.SelectMany(row => row.Figures)),
            ["qudao.sales"] = Measured("period",
                (await session.QueryAsync<FigureRow>(SumToday, new { Today = today })).Concat(await session.QueryAsync<FigureRow>(SumMonth, new { Month = $"{today:yyyy-MM}" }))),
        };
    }

    /// <summary>The centre that an organisation is in, by id; headquarters' own departments and regions count for headquarters.</summary>
    private static Dictionary<string, string> CentresOf(List<OrganisationRow> organisations)
    {
        var centres = organisations.Where(one => one.Kind == "centre").ToList();
        return organisations.ToDictionary(one => one.Id, one => centres.FirstOrDefault(centre => one.ScopePath.StartsWith(centre.ScopePath, StringComparison.Ordinal))?.Id ?? "hq");
    }

    private static IReadOnlyList<Measurement<long>> Measure(string label, IEnumerable<FigureRow> rows, Dictionary<string, string> centres) =>
    [
        .. from row in rows
           group row by (Centre: centres.GetValueOrDefault(row.OrganisationId, "hq"), row.Label) into cell
           select new Measurement<long>(cell.Sum(row => row.Count), new KeyValuePair<string, object?>("centre", cell.Key.Centre), new KeyValuePair<string, object?>(label, cell.Key.Label)),
    ];

    private void Gauge(string name, string unit, string description) => Meter.CreateObservableGauge(name, () => known.GetValueOrDefault(name) ?? [], unit, description);

    private sealed class OwedRow
    {
        public string OrganisationId { get; set; } = "";
        public long Due { get; set; }
        public long Late { get; set; }
        public long Missing { get; set; }

        public IEnumerable<FigureRow> Figures =>
        [
            new() { OrganisationId = OrganisationId, Label = "due", Count = Due }, new() { OrganisationId = OrganisationId, Label = "late", Count = Late },
            new() { OrganisationId = OrganisationId, Label = "missing", Count = Missing },
        ];
    }
}
