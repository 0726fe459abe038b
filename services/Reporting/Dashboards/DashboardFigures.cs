using Qudao.Platform;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.Sales;
using Qudao.Reporting.Tickets;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Dashboards;

/// <summary>Rows become figures; pure functions.</summary>
public static class DashboardFigures
{
    /// <summary>The lifecycle in its order.</summary>
    public static IReadOnlyList<string> Stages { get; } =
        ["surveyed", "target", "negotiating", "signed", "trained", "operating", "suspended", "terminated", "lost"];

    public static Funnel Funnel(List<FunnelCount> counts, List<ReachedCount> reached)
    {
        var funnel = new Funnel { Total = counts.Sum(c => c.Count) };
        funnel.Stages.Add(Stages.Select(stage => new Funnel.Types.Stage
        {
            Stage_ = stage,
            Count = counts.Where(c => c.Stage == stage).Sum(c => c.Count),
            Reached = reached.Where(r => r.Stage == stage).Sum(r => r.Count),
        }));
        funnel.Cells.Add(counts.Select(c => new Funnel.Types.Cell
        {
            Organisation = $"organisations/{c.OrganisationId}",
            OrganisationName = c.OrganisationName,
            CityCode = c.CityCode,
            City = Divisions.ByCode(c.CityCode)?.Name ?? "",
            Stage = c.Stage,
            Count = c.Count,
        }));
        return funnel;
    }

    /// <summary>Every period of the range, with nothing where nothing was sold.</summary>
    public static IEnumerable<SalesTrend.Types.Point> Points(SalesSummary byPeriod, DateOnly from, DateOnly to, SalesGrain grain)
    {
        var sold = byPeriod.Rows.ToDictionary(row => row.Period, row => row.Quantity);
        return Enumerable.Range(0, to.DayNumber - from.DayNumber + 1)
            .Select(n => $"{SalesFigures.PeriodOf(from.AddDays(n), grain):yyyy-MM-dd}").Distinct()
            .Select(period => new SalesTrend.Types.Point { Period = period, Quantity = sold.GetValueOrDefault(period) });
    }

    public static TicketTimes TicketTimes(List<TicketRow> tickets)
    {
        var times = new TicketTimes { All = Row("", tickets) };
        times.Kinds.Add(tickets.GroupBy(t => t.Kind).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Row(g.Key, [.. g])));
        return times;
    }

    public static ObligationSummary Obligations(List<ObligationCount> counts, string language)
    {
        var summary = new ObligationSummary { ComplianceRate = ComplianceRate(counts) };
        summary.States.Add(StateCounts(counts));
        foreach (var cell in counts.GroupBy(c => (c.Duty, c.OrganisationId)))
        {
            var first = cell.First();
            var message = new ObligationSummary.Types.Cell
            {
                Rule = $"obligationRules/{first.Duty}",
                DisplayName = language == Errors.English ? first.DutyEn : first.DutyZh,
                Organisation = $"organisations/{first.OrganisationId}",
                OrganisationName = first.OrganisationName,
                ComplianceRate = ComplianceRate([.. cell]),
            };
            message.States.Add(StateCounts(cell));
            summary.Cells.Add(message);
        }
        return summary;
    }

    /// <summary>In time ÷ (in time + late + missing); 1 when nothing counts yet.</summary>
    public static double ComplianceRate(IReadOnlyCollection<ObligationCount> counts)
    {
        var inTime = counts.Where(c => c.State == States.OnTime || (c.State == States.Accepted && c.SubmittedInTime)).Sum(c => c.Count);
        var late = counts.Where(c => c.State == States.Late || (c.State == States.Accepted && !c.SubmittedInTime)).Sum(c => c.Count);
        var missing = counts.Where(c => c.State == States.Missing || (c.State == States.Returned && c.Overdue)).Sum(c => c.Count);
        var all = inTime + late + missing;
        return all == 0 ? 1 : (double)inTime / all;
    }

    /// <summary>The smallest that nine in ten do not exceed; 0 of none.</summary>
    public static long NinthDecile(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[(sorted.Count * 9 + 9) / 10 - 1];
    }

    private static IEnumerable<ObligationSummary.Types.StateCount> StateCounts(IEnumerable<ObligationCount> counts) =>
        from count in counts
        group count by States.Of(count.State) into state
        orderby state.Key
        select new ObligationSummary.Types.StateCount { State = state.Key, Count = state.Sum(c => c.Count) };

    /// <summary>The figures of these tickets.</summary>
    public static TicketTimes.Types.Row Row(string kind, List<TicketRow> tickets)
    {
        var ratings = tickets.Where(t => t.Satisfaction is not null).Select(t => (double)t.Satisfaction!.Value).ToList();
        return new TicketTimes.Types.Row
        {
            Kind = kind,
            Count = tickets.Count,
            Open = tickets.Count(t => t.State is not ("resolved" or "closed")),
            FirstResponse = Minutes(tickets.Select(t => t.FirstResponseMinutes)),
            Resolution = Minutes(tickets.Select(t => t.ResolutionMinutes)),
            FirstResponseBreaches = tickets.Count(t => t.FirstResponseBreached),
            ResolutionBreaches = tickets.Count(t => t.ResolutionBreached),
            Escalated = tickets.Count(t => t.EscalationLevel > 0),
            Rated = ratings.Count,
            Satisfaction = ratings.Count == 0 ? 0 : ratings.Average(),
        };
    }

    /// <summary>Mean and ninth decile of what is known.</summary>
    public static TicketTimes.Types.Minutes Minutes(IEnumerable<long?> values)
    {
        var known = values.OfType<long>().ToList();
        return new TicketTimes.Types.Minutes { Count = known.Count, Average = known.Count == 0 ? 0 : known.Average(), P90 = NinthDecile(known) };
    }
}
