using Grpc.Core;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Statistics;

/// <summary>Ticket statistics 工单统计.</summary>
public sealed class StatisticsService(Db db, TicketSettings settings) : TicketStatisticsService.TicketStatisticsServiceBase
{
    private const int Most = 1000;

    public override async Task<TicketStatistics> GetTicketStatistics(GetTicketStatisticsRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        var (from, to) = StatisticsRules.DaysOf(request, ChinaTime.Today(db.Clock), settings);
        var slice = new Slice(
            ChinaTime.StartOfDay(from).Micros(), ChinaTime.EndOfDay(to).Micros(), Words.Of(request.Kind), Words.Of(request.Severity), Words.Of(request.Channel),
            Ids.Of(request.Partner, "partners"), Ids.Of(request.Handler, "staff"), Ids.Of(request.Queue, "queues"),
            request.Organisation.Length == 0 ? "" : $"%/{Ids.Of(request.Organisation, "organisations")}/%");
        return await db.ReadAsync(async s => new TicketStatistics
        {
            From = $"{from:yyyy-MM-dd}",
            To = $"{to:yyyy-MM-dd}",
            Rows = { await RowsAsync(s, slice, request.GroupBy, from, to, scope) },
            HandOffs = { await HandOffsAsync(s, slice, scope) },
        });
    }

    private async Task<List<TicketFigures>> RowsAsync(Session session, Slice slice, TicketGrouping by, DateOnly from, DateOnly to, Scope scope)
    {
        if (!StatisticsRules.IsPeriod(by))
            return await FiguresAsync(session, slice, by, scope);
        var rows = new List<TicketFigures>();
        foreach (var period in StatisticsRules.Periods(by, from, to))
        {
            var within = slice with { FromUs = ChinaTime.StartOfDay(period.From).Micros(), ToUs = ChinaTime.EndOfDay(period.To).Micros() };
            foreach (var figures in await FiguresAsync(session, within, TicketGrouping.Unspecified, scope))
            {
                figures.Key = period.Key;
                rows.Add(figures);
            }
        }
        return rows;
    }

    private async Task<List<TicketFigures>> FiguresAsync(Session session, Slice slice, TicketGrouping by, Scope scope)
    {
        var (grouping, now) = (Words.Of(by), db.Clock.NowMicros());
        var rows = await StatisticsStore.FiguresAsync(session, slice, grouping, now, scope, Most);
        if (rows.Count == 0)
            return [];
        var (response, resolution, age) = await StatisticsStore.QuantilesAsync(session, slice, grouping, now, scope);
        return [.. rows.Select(row => StatisticsRules.ToFigures(row, by, response.Of(row.GroupKey), resolution.Of(row.GroupKey), age.Of(row.GroupKey)))];
    }

    private static async Task<IEnumerable<HandOffFigures>> HandOffsAsync(Session session, Slice slice, Scope scope)
    {
        var quantiles = await StatisticsStore.HandOffQuantilesAsync(session, slice, scope);
        return (await StatisticsStore.HandOffsAsync(session, slice, scope)).Select(sums => StatisticsRules.ToFigures(sums, quantiles.Of($"{sums.Kind}/{sums.Step}")));
    }
}
