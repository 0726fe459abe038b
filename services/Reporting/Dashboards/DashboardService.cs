using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Activity;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.Plans;
using Qudao.Reporting.Sales;
using Qudao.Reporting.Tickets;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Dashboards;

/// <summary>Dashboards 看板: figures over what the caller may see.</summary>
public sealed class DashboardService(Db db, IHostApplicationLifetime lifetime) : V1.DashboardService.DashboardServiceBase
{
    private const int Ranked = 10;
    private const int Mixed = 50;
    private const int MostPlans = 1000;
    private const int WatchSeconds = 60;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public override Task<Funnel> GetFunnel(GetFunnelRequest request, ServerCallContext context) => db.ReadAsync(async s =>
        await FunnelAsync(s, await Sight.OfAsync(s, context.Caller().Scope, request.Organisation), request.CityCode));

    public override Task<PlanAttainment> GetPlanAttainment(GetPlanAttainmentRequest request, ServerCallContext context) =>
        db.ReadAsync(s => PlansAsync(s, context.Caller().Scope, Days.Month(request.Month, db.Clock).First));

    public override Task<SalesTrend> GetSalesTrend(GetSalesTrendRequest request, ServerCallContext context)
    {
        var (from, to) = Days.Range(request.From, request.To, ChinaTime.Today(db.Clock));
        return db.ReadAsync(async s =>
        {
            var sight = Sight.Of(context.Caller().Scope);
            var trend = await TrendAsync(s, sight, from, to, request.Grain);
            await CompareAsync(s, sight, trend, new SalesFilter("", "", from, to), request.RankBy is SalesGroup.Unspecified or SalesGroup.Period ? SalesGroup.Partner : request.RankBy);
            return trend;
        });
    }

    public override Task<TicketTimes> GetTicketTimes(GetTicketTimesRequest request, ServerCallContext context)
    {
        var (from, to) = Days.Range(request.From, request.To, ChinaTime.Today(db.Clock));
        return db.ReadAsync(s => TicketsAsync(s, Sight.Of(context.Caller().Scope), from, to));
    }

    public override Task<ObligationSummary> GetObligationSummary(GetObligationSummaryRequest request, ServerCallContext context)
    {
        var (first, last) = Days.Month("", db.Clock);
        var from = Days.Parse(request.DueFrom) ?? first;
        var to = Days.Parse(request.DueTo) ?? (request.DueFrom.Length == 0 ? last : ChinaTime.EndOfMonth(from));
        return db.ReadAsync(async s =>
        {
            var sight = await Sight.OfAsync(s, context.Caller().Scope, request.Organisation);
            return await ObligationsAsync(s, sight, from, to, Errors.Language(context));
        });
    }

    public override Task<NetworkFigures> GetNetworkFigures(GetNetworkFiguresRequest request, ServerCallContext context) => FiguresAsync(request.Month, context);

    public override async Task WatchNetworkFigures(WatchNetworkFiguresRequest request, IServerStreamWriter<NetworkFigures> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        end.CancelAfter(TimeSpan.FromSeconds(request.Seconds == 0 ? WatchSeconds : request.Seconds));
        for (var (mark, shown) = (default(MarkRow), default(NetworkFigures)); !end.IsCancellationRequested;)
        {
            // Before the figures are read, so that what comes in between makes another difference.
            var now = await db.ReadAsync(DashboardStore.MarkAsync);
            if (now != mark && await FiguresAsync(request.Month, context) is var figures && !figures.Equals(shown))
                await responseStream.WriteAsync(shown = figures, context.CancellationToken);
            mark = now;
            await Task.Delay(Look, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    private Task<NetworkFigures> FiguresAsync(string month, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        var sight = Sight.Of(scope);
        var (first, last) = Days.Month(month, db.Clock);
        return db.ReadAsync(async s => new NetworkFigures
        {
            Month = $"{first:yyyy-MM}",
            Funnel = await FunnelAsync(s, sight, ""),
            Plans = await PlansAsync(s, scope, first),
            Sales = await TrendAsync(s, sight, first, last, SalesGrain.Day),
            Tickets = await TicketsAsync(s, sight, first, last),
            Obligations = await ObligationsAsync(s, sight, first, last, Errors.Language(context)),
            Activity = await ActivityAsync(s, sight, first, last),
            CitiesHeld = await DashboardStore.CountCitiesHeldAsync(s, sight),
            ConflictsOpened = await DashboardStore.CountConflictsAsync(s, sight, first, last),
        });
    }

    private static async Task<Funnel> FunnelAsync(Session session, Sight sight, string city) =>
        DashboardFigures.Funnel(await DashboardStore.CountStagesAsync(session, sight, city), await DashboardStore.CountReachedAsync(session, sight, city));

    private static async Task<PlanAttainment> PlansAsync(Session session, Scope scope, DateOnly first)
    {
        var attainment = new PlanAttainment { Month = $"{first:yyyy-MM}" };
        foreach (var row in await PlanStore.ListAsync(session, attainment.Month, "", scope, "", MostPlans))
            attainment.Plans.Add(await PlanFigures.ProgressAsync(session, row));
        return attainment;
    }

    private static async Task<SalesTrend> TrendAsync(Session session, Sight sight, DateOnly from, DateOnly to, SalesGrain grain)
    {
        var range = new SalesFilter("", "", from, to);
        var before = Before(range);
        var byPeriod = await SalesFigures.SummariseAsync(session, sight, range, grain, SalesGroup.Period);
        var byPartner = SalesFigures.Fold(await SalesStore.SumRangeAsync(session, sight, range, "partner"), range, grain, SalesGroup.Partner);
        var previous = await SalesStore.SumRangeAsync(session, sight, before, "");
        var trend = new SalesTrend { Quantity = byPeriod.Quantity, PreviousQuantity = previous.Sum(figure => figure.Quantity) };
        trend.Points.Add(DashboardFigures.Points(byPeriod, from, to, grain));
        trend.Ranking.Add(byPartner.Totals.Take(Ranked));
        return trend;
    }

    /// <summary>Ranking beside the period and the year before, and the mix; whole months of them come from the roll-up.</summary>
    private static async Task CompareAsync(Session session, Sight sight, SalesTrend trend, SalesFilter range, SalesGroup rankBy)
    {
        Task<SalesSummary> SumAsync(SalesFilter filter, SalesGroup group) => SalesFigures.SummariseAsync(session, sight, filter, SalesGrain.Month, group);
        var now = await SumAsync(range, rankBy);
        var previous = (await SumAsync(Before(range), rankBy)).Totals.ToDictionary(row => row.Key, row => row.Quantity);
        var yearAgo = await SumAsync(range with { From = range.From.AddYears(-1), To = range.To.AddYears(-1) }, rankBy);
        var ofYearAgo = yearAgo.Totals.ToDictionary(row => row.Key, row => row.Quantity);
        trend.YearAgoQuantity = yearAgo.Quantity;
        trend.Ranks.Add(now.Totals.Take(Ranked).Select(row => new SalesTrend.Types.Rank
        {
            Key = row.Key,
            DisplayName = row.DisplayName,
            Quantity = row.Quantity,
            PreviousQuantity = previous.GetValueOrDefault(row.Key),
            YearAgoQuantity = ofYearAgo.GetValueOrDefault(row.Key),
        }));
        trend.Mix.Add((await SumAsync(range, SalesGroup.Product)).Totals.Take(Mixed));
    }

    /// <summary>As many days before a range.</summary>
    private static SalesFilter Before(SalesFilter range) =>
        Days.Before((range.From, range.To)) is var (from, to) ? range with { From = from, To = to } : range;

    private static async Task<TicketTimes> TicketsAsync(Session session, Sight sight, DateOnly from, DateOnly to) =>
        DashboardFigures.TicketTimes(await TicketStore.OpenedAsync(session, sight, from, to));

    private async Task<ObligationSummary> ObligationsAsync(Session session, Sight sight, DateOnly from, DateOnly to, string language) =>
        DashboardFigures.Obligations(await ObligationStore.CountAsync(session, sight, from, to, db.Clock.NowMicros()), language);

    private static async Task<NetworkFigures.Types.Activity> ActivityAsync(Session session, Sight sight, DateOnly from, DateOnly to)
    {
        var counts = await ActivityStore.CountAsync(session, sight, from, to);
        return new NetworkFigures.Types.Activity
        {
            Visits = counts.Visits,
            VisitsReported = counts.VisitsReported,
            VisitsMissed = counts.VisitsMissed,
            TrainingsHeld = counts.TrainingsHeld,
            TrainedPeople = counts.TrainedPeople,
            AgreementsSigned = counts.AgreementsSigned,
        };
    }
}
