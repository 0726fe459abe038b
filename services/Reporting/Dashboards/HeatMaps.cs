using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;
using Counts = Qudao.Reporting.V1.ObligationHeatMap.Types.Counts;

namespace Qudao.Reporting.Dashboards;

/// <summary>The heat map 热力图 of obligations: a period is counted for itself, so that each is a range of an index.</summary>
public static class HeatMaps
{
    /// <summary>Most periods.</summary>
    public const int MostPeriods = 26;

    private const int MostRows = 200;
    private const int Usual = 6;

    public static async Task<ObligationHeatMap> OfAsync(Session session, Sight sight, GetObligationHeatMapRequest request, TimeProvider clock, string language)
    {
        var now = clock.NowMicros();
        var periods = Periods(request.From, request.To, request.Grain, ChinaTime.Today(clock));
        var group = request.GroupBy == HeatMapGroup.Person ? "staff" : "organisations";
        var rows = new List<OutcomeRow>();
        var map = new ObligationHeatMap();
        foreach (var period in periods)
        {
            rows.AddRange(await HeatMapStore.BySubjectAsync(session, sight, group, period, now));
            map.Trend.Add(new ObligationHeatMap.Types.Point
            {
                Period = $"{period.Start:yyyy-MM-dd}",
                Counts = CountsOf([await HeatMapStore.AllAsync(session, sight, period.Start, period.End, now)]),
                YearAgo = CountsOf([await HeatMapStore.AllAsync(session, sight, YearBefore(period).Start, YearBefore(period).End, now)]),
            });
        }
        Fold(map, rows, group, language);
        map.All = Sum(map.Trend.Select(point => point.Counts));
        map.YearAgo = Sum(map.Trend.Select(point => point.YearAgo));
        map.Previous = CountsOf([await HeatMapStore.AllAsync(session, sight, periods[0].Shifted(-periods.Count).Start, periods[0].Start.AddDays(-1), now)]);
        return map;
    }

    /// <summary>The periods asked for, in order; as many as are usual up to now where nothing is said.</summary>
    public static IReadOnlyList<Period> Periods(string from, string to, HeatMapGrain grain, DateOnly today)
    {
        var recurrence = grain == HeatMapGrain.Week ? Recurrences.Weekly : Recurrences.Monthly;
        var last = Period.Of(recurrence, Day(to) ?? today);
        var first = Day(from) is { } day ? Period.Of(recurrence, day) : last.Shifted(1 - Usual);
        var periods = new List<Period>();
        for (var period = first; period.Start <= last.Start && periods.Count <= MostPeriods; period = period.Shifted(1))
            periods.Add(period);
        return periods;
    }

    /// <summary>Why a heat map cannot be asked for.</summary>
    public static IEnumerable<Violation> Check(GetObligationHeatMapRequest request, DateOnly today) => Periods(request.From, request.To, request.Grain, today).Count switch
    {
        0 => [new("to", "结束日期不能早于开始日期。", "The last day cannot be before the first.", "OUT_OF_RANGE") { Given = ["from"] }],
        > MostPeriods => [new("to", $"最多 {MostPeriods} 个期间。", $"There can be at most {MostPeriods} periods.", "OUT_OF_RANGE") { Given = ["from", "grain"] }],
        _ => [],
    };

    /// <summary>Rows become the map: subjects with the lowest compliance first.</summary>
    public static void Fold(ObligationHeatMap map, IReadOnlyCollection<OutcomeRow> rows, string group, string language)
    {
        var subjects = rows.GroupBy(row => row.GroupKey).Select(own => RowOf(own, group)).ToList();
        map.Rows.Add(subjects.OrderBy(row => row.Counts.ComplianceRate).ThenByDescending(row => row.Counts.Missing + row.Counts.Late)
            .ThenBy(row => row.Subject, StringComparer.Ordinal).Take(MostRows));
        map.LeftOut = Math.Max(0, subjects.Count - MostRows);
        map.Duties.Add(rows.GroupBy(row => row.Duty).OrderBy(duty => duty.Key, StringComparer.Ordinal).Select(duty => new ObligationHeatMap.Types.Duty
        {
            Rule = $"obligationRules/{duty.Key}",
            DisplayName = language == Errors.English ? duty.First().DutyEn : duty.First().DutyZh,
            Counts = CountsOf([.. duty]),
        }));
    }

    private static ObligationHeatMap.Types.Row RowOf(IGrouping<string, OutcomeRow> own, string group)
    {
        var row = new ObligationHeatMap.Types.Row { Subject = $"{group}/{own.Key}", DisplayName = own.First().Name, Counts = CountsOf([.. own]) };
        row.Cells.Add(own.OrderBy(cell => cell.Period).ThenBy(cell => cell.Duty, StringComparer.Ordinal).Select(cell => new ObligationHeatMap.Types.Cell
        {
            Rule = $"obligationRules/{cell.Duty}",
            Period = $"{cell.Period:yyyy-MM-dd}",
            Counts = CountsOf([cell]),
        }));
        return row;
    }

    // Beside other faults, days may come that have none before or after them.
    private static DateOnly? Day(string text) => ServiceRules.Day(text) is { Year: > 1000 and < 9000 } day ? day : null;

    // A week of a year ago is the one that the same day of the year lies in.
    private static Period YearBefore(Period period) => Period.Of(period.Recurrence, period.Start.AddYears(-1));

    private static Counts Sum(IEnumerable<Counts> counts) => counts.Aggregate(new Counts { ComplianceRate = 1 }, (sum, one) =>
        Rated(sum.InTime + one.InTime, sum.Late + one.Late, sum.Missing + one.Missing, sum.Due + one.Due));

    private static Counts CountsOf(IReadOnlyCollection<OutcomeRow> rows) =>
        Rated(rows.Sum(row => row.InTime), rows.Sum(row => row.Late), rows.Sum(row => row.Missing), rows.Sum(row => row.Opened));

    private static Counts Rated(long inTime, long late, long missing, long due)
    {
        var counted = inTime + late + missing;
        return new Counts { InTime = inTime, Late = late, Missing = missing, Due = due, ComplianceRate = counted == 0 ? 1 : (double)inTime / counted };
    }
}
