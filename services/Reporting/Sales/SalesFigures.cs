using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Sales;

/// <summary>Sums lines into periods. Whole months come from the roll-up, everything else from the lines.</summary>
public static class SalesFigures
{
    /// <summary>Days a range may have, by grain: what an answer can hold.</summary>
    public static int MaxDays(SalesGrain grain) => grain switch
    {
        SalesGrain.Month or SalesGrain.Quarter or SalesGrain.Year => 3660,
        SalesGrain.Week => 366,
        _ => 92,
    };

    /// <summary>The first day of the period a day lies in.</summary>
    public static DateOnly PeriodOf(DateOnly day, SalesGrain grain) => grain switch
    {
        SalesGrain.Year => new DateOnly(day.Year, 1, 1),
        SalesGrain.Quarter => ChinaTime.StartOfQuarter(day),
        SalesGrain.Month => ChinaTime.StartOfMonth(day),
        SalesGrain.Week => ChinaTime.StartOfWeek(day),
        _ => day,
    };

    public static string GroupText(SalesGroup groupBy) => groupBy switch
    {
        SalesGroup.Partner => "partner",
        SalesGroup.Agent => "agent",
        SalesGroup.Organisation or SalesGroup.Tree => "organisation",
        SalesGroup.Salesperson => "salesperson",
        SalesGroup.Product => "product",
        _ => "",
    };

    /// <summary>A group's key as the API names it.</summary>
    public static string KeyName(SalesGroup groupBy, string key) => groupBy switch
    {
        SalesGroup.Partner or SalesGroup.Agent when key.Length > 0 => $"partners/{key}",
        SalesGroup.Organisation or SalesGroup.Tree when key.Length > 0 => $"organisations/{key}",
        SalesGroup.Salesperson when key.Length > 0 => $"staff/{key}",
        _ => key,
    };

    /// <summary>Pieces by period and key: months, quarters and years from the roll-up of whole months.</summary>
    public static async Task<SalesSummary> SummariseAsync(Session session, Sight sight, SalesFilter filter, SalesGrain grain, SalesGroup groupBy)
    {
        var figures = grain is SalesGrain.Month or SalesGrain.Quarter or SalesGrain.Year
            ? await MonthlyAsync(session, sight, filter, GroupText(groupBy))
            : await SalesStore.SumDaysAsync(session, sight, filter, GroupText(groupBy));
        if (groupBy != SalesGroup.Tree)
            return Fold(figures, filter, grain, groupBy);
        var summary = Fold(UpTheTree(figures, await NetworkStore.OrganisationsAsync(session, sight)), filter, grain, groupBy);
        summary.Quantity = figures.Sum(figure => figure.Quantity);
        return summary;
    }

    /// <summary>Figures of organisations, once more for each organisation above them; what nobody told the place of stands alone.</summary>
    public static List<SalesFigure> UpTheTree(IEnumerable<SalesFigure> figures, IReadOnlyCollection<OrganisationRow> organisations)
    {
        var byId = organisations.ToDictionary(one => one.Id);
        var above = organisations.ToDictionary(one => one.Id, one => organisations.Where(other => one.ScopePath.StartsWith(other.ScopePath, StringComparison.Ordinal)).ToList());
        return
        [
            .. figures.SelectMany(figure => byId.ContainsKey(figure.GroupKey)
                ? above[figure.GroupKey].Select(one => new SalesFigure { Day = figure.Day, GroupKey = one.Id, GroupName = one.Name, Quantity = figure.Quantity })
                : [figure]),
        ];
    }

    /// <summary>Sums figures of days or months into the rows of a summary.</summary>
    public static SalesSummary Fold(IReadOnlyCollection<SalesFigure> figures, SalesFilter filter, SalesGrain grain, SalesGroup groupBy)
    {
        var summary = new SalesSummary { Quantity = figures.Sum(f => f.Quantity) };
        var cells = from figure in figures
                    group figure by (Period: PeriodOf(figure.Day, grain), figure.GroupKey) into cell
                    select Row(cell.Key.Period, cell.Key.GroupKey, cell, groupBy);
        summary.Rows.Add(cells.Where(row => row.Quantity != 0).OrderBy(row => row.Period, StringComparer.Ordinal).ThenBy(row => row.Key, StringComparer.Ordinal));
        var totals = from figure in figures
                     group figure by figure.GroupKey into cell
                     select Row(filter.From, cell.Key, cell, groupBy);
        summary.Totals.Add(totals.Where(row => row.Quantity != 0).OrderByDescending(row => row.Quantity).ThenBy(row => row.Key, StringComparer.Ordinal));
        return summary;
    }

    private static SalesSummary.Types.Row Row(DateOnly period, string key, IEnumerable<SalesFigure> figures, SalesGroup groupBy) => new()
    {
        Period = $"{period:yyyy-MM-dd}",
        Key = KeyName(groupBy, key),
        DisplayName = figures.First().GroupName is { Length: > 0 } name ? name : key,
        Quantity = figures.Sum(f => f.Quantity),
    };

    private static async Task<List<SalesFigure>> MonthlyAsync(Session session, Sight sight, SalesFilter filter, string group)
    {
        // The months that lie wholly in the range; what is left of it at both ends is summed from the lines.
        var first = filter.From.Day == 1 ? filter.From : ChinaTime.StartOfMonth(filter.From).AddMonths(1);
        var end = ChinaTime.StartOfMonth(filter.To.AddDays(1));
        if (first >= end)
            return await SalesStore.SumDaysAsync(session, sight, filter, group);
        var figures = await SalesStore.SumMonthsAsync(session, sight, filter with { From = first, To = end.AddDays(-1) }, group);
        if (filter.From < first)
            figures.AddRange(await SalesStore.SumRangeAsync(session, sight, filter with { To = first.AddDays(-1) }, group));
        if (filter.To >= end)
            figures.AddRange(await SalesStore.SumRangeAsync(session, sight, filter with { From = end }, group));
        return figures;
    }
}
