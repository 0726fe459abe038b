using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;
using Figures = Qudao.Reporting.V1.EvaluationScreen.Types.Figures;

namespace Qudao.Reporting.Dashboards;

/// <summary>What came out of an evaluation.</summary>
public sealed class ResultRow
{
    public string Id { get; set; } = "";
    public string TemplateId { get; set; } = "";
    public string TemplateName { get; set; } = "";
    public string SubjectId { get; set; } = "";
    public string SubjectName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string OrganisationName { get; set; } = "";
    public string State { get; set; } = "";

    /// <summary>In hundredths.</summary>
    public long Total { get; set; }

    public string Award { get; set; } = "";
}

/// <summary>The evaluation screen 考评看板: what a caller may read of evaluations (see Reader), in figures.</summary>
public static class EvaluationScreens
{
    private const int Shown = 10;
    private const double Hundredths = 100;
    private static readonly double[] Bands = [90, 80, 70, 60, double.NegativeInfinity];

    private const string Select = """
        SELECT e.id AS Id, e.template_id AS TemplateId, t.name AS TemplateName, e.subject_id AS SubjectId, e.subject_name AS SubjectName,
               e.organisation_id AS OrganisationId, o.name AS OrganisationName, e.state AS State, e.total AS Total, e.award AS Award
        FROM evaluations e JOIN organisations o ON o.id = e.organisation_id JOIN evaluation_templates t ON t.id = e.template_id
        WHERE e.start_date = @Start AND e.cycle = @Cycle AND o.scope_path >= @BelowLow AND o.scope_path < @BelowHigh
          AND (e.subject_id = @Me OR (e.subject_rank < @Rank AND o.scope_path >= @ScopeLow AND o.scope_path < @ScopeHigh))
        ORDER BY e.id
        """;

    public static async Task<EvaluationScreen> OfAsync(Session session, Reader reader, Sight sight, Period period)
    {
        Task<List<ResultRow>> ReadAsync(Period one) => session.QueryAsync<ResultRow>(Select,
            new { one.Start, Cycle = one.Recurrence, sight.BelowLow, sight.BelowHigh, reader.Me, reader.Rank, reader.ScopeLow, reader.ScopeHigh });
        var (now, previous) = (await ReadAsync(period), await ReadAsync(period.Shifted(-1)));
        var screen = new EvaluationScreen
        {
            Period = period.Label,
            All = FiguresOf(now),
            Previous = FiguresOf(previous),
            YearAgo = FiguresOf(await ReadAsync(Period.Of(period.Recurrence, period.Start.AddYears(-1)))),
        };
        screen.Cells.Add(CellsOf(now));
        screen.Best.Add(BestOf(now, previous));
        return screen;
    }

    /// <summary>The period asked for; the last that is over where nothing is said.</summary>
    public static Period PeriodOf(EvaluationCycle cycle, string day, DateOnly today)
    {
        var recurrence = cycle switch
        {
            EvaluationCycle.Quarterly => Recurrences.Quarterly,
            EvaluationCycle.Yearly => Recurrences.Yearly,
            _ => Recurrences.Monthly,
        };
        return ServiceRules.Day(day) is { } asked ? Period.Of(recurrence, asked) : Period.Of(recurrence, today).Shifted(-1);
    }

    public static Figures FiguresOf(IReadOnlyCollection<ResultRow> rows)
    {
        var totals = rows.Where(IsPublished).Select(row => row.Total / Hundredths).ToList();
        var figures = new Figures
        {
            Count = rows.Count,
            Open = rows.Count - totals.Count,
            Appealed = rows.Count(row => row.State == "appealed"),
            Published = totals.Count,
            Average = totals.DefaultIfEmpty(0).Average(),
            Highest = totals.DefaultIfEmpty(0).Max(),
            Lowest = totals.DefaultIfEmpty(0).Min(),
        };
        figures.Bands.Add(Bands.Select((least, i) => (long)totals.Count(total => total >= least && (i == 0 || total < Bands[i - 1]))));
        return figures;
    }

    private static IEnumerable<EvaluationScreen.Types.Cell> CellsOf(IEnumerable<ResultRow> rows) =>
        from row in rows
        group row by (row.TemplateId, row.OrganisationId) into own
        orderby own.Key.TemplateId, own.Key.OrganisationId
        select new EvaluationScreen.Types.Cell
        {
            Template = $"evaluationTemplates/{own.Key.TemplateId}",
            DisplayName = own.First().TemplateName,
            Organisation = $"organisations/{own.Key.OrganisationId}",
            OrganisationName = own.First().OrganisationName,
            Figures = FiguresOf([.. own]),
        };

    private static IEnumerable<EvaluationScreen.Types.Best> BestOf(IEnumerable<ResultRow> rows, IEnumerable<ResultRow> previous)
    {
        var before = previous.Where(IsPublished).ToDictionary(row => (row.TemplateId, row.SubjectId), row => row.Total / Hundredths);
        return rows.Where(IsPublished).OrderByDescending(row => row.Total).ThenBy(row => row.Id, StringComparer.Ordinal).Take(Shown).Select(row => new EvaluationScreen.Types.Best
        {
            Evaluation = $"evaluations/{row.Id}",
            Staff = $"staff/{row.SubjectId}",
            StaffName = row.SubjectName,
            Template = $"evaluationTemplates/{row.TemplateId}",
            Total = row.Total / Hundredths,
            PreviousTotal = before.GetValueOrDefault((row.TemplateId, row.SubjectId)),
            Award = row.Award,
        });
    }

    private static bool IsPublished(ResultRow row) => row.State != "open";
}
