using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Standings;

/// <summary>Whether a partner has an agreement in effect 签约状态.</summary>
public sealed class StandingService(Db db) : V1.StandingService.StandingServiceBase
{
    public override async Task<Standing> GetStanding(GetStandingRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        var today = ChinaTime.Today(db.Clock);
        var row = await db.ReadAsync(s => StandingStore.GetAsync(s, Ids.Of(request.Partner, "partners"), today, scope));
        return row is null
            ? new Standing { Partner = request.Partner }
            : new Standing
            {
                Partner = request.Partner,
                Effective = true,
                Agreement = $"agreements/{row.AgreementId}",
                Number = row.Number,
                EffectiveTo = $"{row.EffectiveTo:yyyy-MM-dd}",
            };
    }
}
