using Grpc.Core;
using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Statistics;

/// <summary>Ticket statistics 工单统计.</summary>
public sealed class StatisticsService(Db db) : TicketStatisticsService.TicketStatisticsServiceBase
{
    private const int Most = 1000;

    public override async Task<TicketStatistics> GetTicketStatistics(GetTicketStatisticsRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        var (from, to) = StatisticsRules.DaysOf(request, ChinaTime.Today(db.Clock));
        var slice = new Slice(
            ChinaTime.StartOfDay(from).Micros(), ChinaTime.EndOfDay(to).Micros(), Words.Of(request.Kind), Words.Of(request.Severity), Words.Of(request.Channel),
            Ids.Of(request.Partner, "partners"), Ids.Of(request.Handler, "staff"), Ids.Of(request.Queue, "queues"),
            request.Organisation.Length == 0 ? "" : $"%/{Ids.Of(request.Organisation, "organisations")}/%");
        return await db.ReadAsync(async s => new TicketStatistics
        {
            From = $"{from:yyyy-MM-dd}",
            To = $"{to:yyyy-MM-dd}",
            Rows = { (await StatisticsStore.FiguresAsync(s, slice, Words.Of(request.GroupBy), db.Clock.NowMicros(), scope, Most)).Select(row => StatisticsRules.ToFigures(row, request.GroupBy)) },
            HandOffs = { (await StatisticsStore.HandOffsAsync(s, slice, scope)).Select(StatisticsRules.ToFigures) },
        });
    }
}
