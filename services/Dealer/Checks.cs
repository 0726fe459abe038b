using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Diversions;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Staff;
using Qudao.Dealer.Surveys;
using Qudao.Dealer.V1;
using Qudao.Dealer.Visits;
using Qudao.Platform;

namespace Qudao.Dealer;

/// <summary>Which rules look at which request before its method runs.</summary>
internal static class Checks
{
    public static void AddChecks(this IServiceCollection services)
    {
        services.AddRule<CreateOrganisationRequest>(request => OrganisationRules.Create(request.OrganisationId, request.Organisation));
        services.AddRule<UpdateOrganisationRequest>(request => Fields.Immutable(request.UpdateMask, OrganisationRules.Changeable));
        services.AddRule<CreateStaffRequest>((request, asking) => StaffRules.Create(request.Staff, asking.Caller));
        services.AddRule<UpdateStaffRequest>(request => Fields.Immutable(request.UpdateMask, StaffRules.Changeable));
        services.AddRule<UpdateContactRequest>(request => Fields.Immutable(request.UpdateMask, ClientFileRules.Changeable));
        services.AddRule<CreatePartnerRequest>(request => PartnerRules.Create(request.Partner));
        services.AddRule<UpdatePartnerRequest>(request => PartnerRules.Update(request.Partner, request.UpdateMask));
        services.AddRule<ImportSurveysRequest>((request, asking) => SurveyRules.Month(request.Month, asking.Today));
        services.AddRule<CreateSurveyRequest>((request, asking) => SurveyRules.Create(request.Survey, asking.Today));
        services.AddRule<UpdateSurveyRequest>(request => Fields.Immutable(request.UpdateMask, SurveyRules.Changeable));
        services.AddRule<ConfirmSurveyRequest>((request, asking) => SurveyRules.Month(request.Month, asking.Today));
        services.AddRule<ConfirmSurveysRequest>((request, asking) => SurveyRules.Month(request.Month, asking.Today));
        services.AddRule<PlanVisitRequest>((request, asking) => VisitRules.Plan(request.Visit, asking.Today));
        services.AddRule<GetVisitCalendarRequest>(request => VisitRules.Range(request.FromDate, request.ToDate));
        services.AddRule<CreateDiversionRequest>((request, asking) => DiversionRules.Create(request.Diversion, asking.Today));
        services.AddRule<InviteDiversionStatementRequest>((request, asking) => DiversionRules.Invite(request.DueDate, asking.Today));
        services.AddRule<RuleDiversionRequest>((request, asking) => DiversionRules.Ruling(request.Ruling, "ruling", asking.Today));
        services.AddRule<ReportVisitRequest>((request, asking) => VisitRules.Report(request.Report, asking.Now));
    }
}
