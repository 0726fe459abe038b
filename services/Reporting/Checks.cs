using Qudao.Platform;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.Plans;
using Qudao.Reporting.Sales;
using Qudao.Reporting.V1;

namespace Qudao.Reporting;

/// <summary>Which rules look at which request before its method runs.</summary>
internal static class Checks
{
    public static void AddChecks(this IServiceCollection services)
    {
        services.AddRuleBesideFaults<CreatePlanRequest>((request, _) => PlanRules.Create(request.Plan));
        services.AddRule<UpdatePlanRequest>(request => PlanRules.Update(request.UpdateMask?.Paths ?? []));
        services.AddRuleBesideFaults<UpdateObligationRuleRequest>((request, _) => ObligationRules.Update(request.ObligationRule, request.UpdateMask?.Paths ?? []));
        services.AddRuleBesideFaults<ReportDailySalesRequest>((request, asking) => SalesRules.Check(request.Lines, asking.Today));
        services.AddRule<GetSalesSummaryRequest>((request, asking) => Days.Check(request.From, request.To, SalesFigures.MaxDays(request.Grain), asking.Today));
        services.AddRule<ListSalesHolesRequest>((request, asking) => Days.Check(request.From, request.To, SalesHoles.MaxDays, asking.Today));
        services.AddRule<GetSalesTrendRequest>((request, asking) => Days.Check(request.From, request.To, SalesFigures.MaxDays(request.Grain), asking.Today));
        services.AddRule<RebuildProjectionsRequest>(request => Projections.Sources.Check(request.Sources));
        services.AddRule<GetTicketTimesRequest>((request, asking) => Days.Check(request.From, request.To, Days.Most, asking.Today));
        services.AddRule<GetObligationSummaryRequest>((request, asking) => ObligationRules.Summary(request.DueFrom, request.DueTo, asking.Today));
    }
}
