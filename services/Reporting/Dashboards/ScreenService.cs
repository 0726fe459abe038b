using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Dashboards;

/// <summary>Screens 专题看板: each of one subject, in one call.</summary>
public sealed class ScreenService(Db db) : V1.ScreenService.ScreenServiceBase
{
    public override Task<TrainingScreen> GetTrainingScreen(GetTrainingScreenRequest request, ServerCallContext context) =>
        SeeAsync(context, request.Organisation, (s, sight) => TrainingScreens.OfAsync(s, sight, Days.Range(request.From, request.To, Today), Today));

    public override Task<TicketScreen> GetTicketScreen(GetTicketScreenRequest request, ServerCallContext context) =>
        SeeAsync(context, request.Organisation, (s, sight) => TicketScreens.OfAsync(s, sight, Days.Range(request.From, request.To, Today)));

    public override Task<EvaluationScreen> GetEvaluationScreen(GetEvaluationScreenRequest request, ServerCallContext context) =>
        SeeAsync(context, request.Organisation, (s, sight) =>
            EvaluationScreens.OfAsync(s, Reader.Of(context.Caller()), sight, EvaluationScreens.PeriodOf(request.Cycle, request.Day, Today)));

    public override Task<ObligationHeatMap> GetObligationHeatMap(GetObligationHeatMapRequest request, ServerCallContext context) =>
        SeeAsync(context, request.Organisation, (s, sight) => HeatMaps.OfAsync(s, sight, request, db.Clock, Errors.Language(context)));

    private DateOnly Today => ChinaTime.Today(db.Clock);

    private Task<T> SeeAsync<T>(ServerCallContext context, string organisation, Func<Session, Sight, Task<T>> see) =>
        db.ReadAsync(async s => await see(s, await Sight.OfAsync(s, context.Caller().Scope, organisation)));
}
