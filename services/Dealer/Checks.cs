using Qudao.Dealer.BulkActions;
using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Diversions;
using Qudao.Dealer.Duplicates;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Policies;
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
        services.AddRuleBesideFaults<CreateOrganisationRequest>((request, _) => OrganisationRules.Create(request.OrganisationId, request.Organisation));
        services.AddRule<UpdateOrganisationRequest>(request => Fields.Immutable(request.UpdateMask, OrganisationRules.Changeable));
        services.AddRuleBesideFaults<CreateStaffRequest>((request, asking) => StaffRules.Create(request.Staff, asking.Caller));
        services.AddRule<UpdateStaffRequest>(request => Fields.Immutable(request.UpdateMask, StaffRules.Changeable).Concat(StaffRules.Unknown(request.Staff, request.UpdateMask)));
        services.AddRuleBesideFaults<LeaveStaffRequest>((request, _) => StaffRules.Handovers(request));
        services.AddRuleBesideFaults<CreateContactRequest>((request, asking) => ClientFileRules.Create(request.Contact, asking.Today));
        services.AddRule<UpdateContactRequest>((request, asking) => ClientFileRules.Update(request.Contact, request.UpdateMask, asking.Today));
        services.AddRuleBesideFaults<AddRecordRequest>((request, asking) => ClientFileRules.Record(request.Record, asking.Today));
        services.AddRule<UpdateNetworkPolicyRequest>(request => PolicyRules.Check(request.NetworkPolicy));
        services.AddRule<MarkDistinctRequest>(MergeRules.Distinct);
        services.AddRule<MergePartnersRequest>(MergeRules.Merge);
        // The action's own permission comes first, and only the method knows it.
        services.AddRuleBesideFaults<StartBulkActionRequest>((request, _) => BulkRules.Check(request));
        services.AddRuleBesideFaults<CreatePartnerRequest>((request, _) => PartnerRules.Create(request.Partner));
        services.AddRuleBesideFaults<UpdatePartnerRequest>((request, _) => PartnerRules.Update(request.Partner, request.UpdateMask));
        services.AddRule<ImportSurveysRequest>((request, asking) => SurveyRules.Month(request.Month, asking.Today));
        services.AddRule<CreateSurveyRequest>((request, asking) => SurveyRules.Create(request.Survey, asking.Today));
        services.AddRule<UpdateSurveyRequest>(request => Fields.Immutable(request.UpdateMask, SurveyRules.Changeable));
        services.AddRule<ConfirmSurveyRequest>((request, asking) => SurveyRules.Month(request.Month, asking.Today));
        services.AddRule<ConfirmSurveysRequest>((request, asking) => SurveyRules.Month(request.Month, asking.Today));
        services.AddRuleBesideFaults<PlanVisitRequest>((request, asking) => VisitRules.Plan(request.Visit, asking.Today));
        services.AddRule<GetVisitCalendarRequest>(request => VisitRules.Range(request.FromDate, request.ToDate));
        services.AddRuleBesideFaults<ReportVisitRequest>((request, asking) => VisitRules.Report(request.Report, null, asking.Now));
        services.AddRule<CreateDiversionRequest>((request, asking) => DiversionRules.Create(request.Diversion, asking.Today));
        services.AddRule<InviteDiversionStatementRequest>((request, asking) => DiversionRules.Invite(request.DueDate, asking.Today));
        services.AddRule<RuleDiversionRequest>((request, asking) => DiversionRules.Ruling(request.Ruling, "ruling", asking.Today));
    }
}
