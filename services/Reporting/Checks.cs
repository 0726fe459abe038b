using Qudao.Platform;
using Qudao.Reporting.Decompositions;
using Qudao.Reporting.Evaluations;
using Qudao.Reporting.Forms;
using Qudao.Reporting.Journals;
using Qudao.Reporting.Notifications;
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
        services.AddRuleBesideFaults<CreateDecompositionRequest>((request, _) => DecompositionRules.Create(request.Decomposition));
        services.AddRule<UpdateDecompositionRequest>(request => DecompositionRules.Update(request.Decomposition, request.UpdateMask?.Paths ?? []));
        services.AddRule<AdjustDecompositionRequest>(request => DecompositionRules.Adjust(request.Stages));
        services.AddRule<GetDecompositionProgressRequest>((request, asking) => ProgressRules.AsOf(request.AsOf, asking.Today));
        services.AddRule<ExportProgressRequest>((request, asking) => ProgressRules.AsOf(request.AsOf, asking.Today));
        services.AddRule<SubmitProgressRequest>((request, asking) => ProgressRules.Remarks(request.Remarks, asking.Today));
        services.AddRuleBesideFaults<CreateJournalRequest>((request, asking) => JournalRules.Create(request.Journal, asking.Today));
        services.AddRule<UpdateJournalRequest>(request => JournalRules.Update(request.Journal, request.UpdateMask?.Paths ?? []));
        services.AddRule<CreateEvaluationTemplateRequest>(request => EvaluationRules.Create(request.EvaluationTemplate));
        services.AddRule<UpdateEvaluationTemplateRequest>(request => EvaluationRules.Update(request.EvaluationTemplate, request.UpdateMask?.Paths ?? []));
        services.AddRule<ScoreEvaluationRequest>(EvaluationRules.Score);
        services.AddRule<GetEvaluationFactsRequest>(request => EvaluationRules.Facts(request.Figure));
        services.AddRule<ExportFormSetRequest>((request, asking) => FormRules.Set(request.Period, asking.Today));
        services.AddRule<ExportManagerReportRequest>((request, asking) => FormRules.Report(request.Month, asking.Today));
        services.AddRuleBesideFaults<UpdateObligationRuleRequest>((request, _) => ObligationRules.Update(request.ObligationRule, request.UpdateMask?.Paths ?? []));
        services.AddRuleBesideFaults<ReportDailySalesRequest>((request, asking) => SalesRules.Check(request.Lines, asking.Today));
        services.AddRule<GetSalesSummaryRequest>((request, asking) => Days.Check(request.From, request.To, SalesFigures.MaxDays(request.Grain), asking.Today));
        services.AddRule<ListSalesHolesRequest>((request, asking) => Days.Check(request.From, request.To, SalesHoles.MaxDays, asking.Today));
        services.AddRule<GetSalesTrendRequest>((request, asking) => Days.Check(request.From, request.To, SalesFigures.MaxDays(request.Grain), asking.Today));
        services.AddRule<RebuildProjectionsRequest>(request => Projections.Sources.Check(request.Sources));
        services.AddRule<GetTicketTimesRequest>((request, asking) => Days.Check(request.From, request.To, Days.Most, asking.Today));
        services.AddRule<GetTrainingScreenRequest>((request, asking) => Days.Check(request.From, request.To, Days.Most, asking.Today));
        services.AddRule<GetTicketScreenRequest>((request, asking) => Days.Check(request.From, request.To, Days.Most, asking.Today));
        services.AddRule<GetObligationHeatMapRequest>((request, asking) => Dashboards.HeatMaps.Check(request, asking.Today));
        services.AddRule<MarkNotificationsReadRequest>(NotificationRules.Mark);
        services.AddRule<UpdateNotificationPreferencesRequest>(request => NotificationRules.Prefer(request.Preferences, request.UpdateMask?.Paths ?? []));
        services.AddRuleBesideFaults<CreateObligationRuleRequest>((request, _) => ObligationRules.Create(request.ObligationRule, request.ObligationRuleId));
        services.AddRule<SubmitObligationRequest>(request => Artefacts.Check(request.Artefact));
        services.AddRule<ListComplianceRequest>((request, asking) => ObligationRules.Summary(request.DueFrom, request.DueTo, asking.Today));
        services.AddRule<GetObligationSummaryRequest>((request, asking) => ObligationRules.Summary(request.DueFrom, request.DueTo, asking.Today));
    }
}
