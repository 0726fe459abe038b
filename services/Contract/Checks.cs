using Qudao.Contract.Accounts;
using Qudao.Contract.Agreements;
using Qudao.Contract.Approvals;
using Qudao.Contract.Authorities;
using Qudao.Contract.Delegations;
using Qudao.Contract.Dunning;
using Qudao.Contract.Instalments;
using Qudao.Contract.Numbers;
using Qudao.Contract.Payments;
using Qudao.Contract.Reconciliations;
using Qudao.Contract.Statistics;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract;

/// <summary>Which rules look at which request before its method runs.</summary>
internal static class Checks
{
    public static void AddChecks(this IServiceCollection services)
    {
        services.AddRuleBesideFaults<CreateAgreementRequest>((request, _) => AgreementRules.Create(request.Agreement));
        services.AddRule<UpdateAgreementRequest>(request => AgreementRules.Update(request.Agreement, request.UpdateMask?.Paths ?? []));
        services.AddRule<ReviewAgreementRequest>(request => AgreementRules.Review(request.Decision, request.Comment, request.Remarks.Count));
        services.AddRule<SignAgreementRequest>((request, asking) => AgreementRules.Sign(request.SignedDate, asking.Today));
        services.AddRuleBesideFaults<CreateApprovalPolicyRequest>((request, _) => PolicyRules.Create(request.ApprovalPolicy));
        services.AddRule<UpdateApprovalPolicyRequest>(request => PolicyRules.Update(request.ApprovalPolicy, request.UpdateMask?.Paths ?? []));
        services.AddRule<PreviewApprovalRequest>(PolicyRules.Preview);
        services.AddRuleBesideFaults<CreateDelegationRequest>((request, asking) => DelegationRules.Create(request.Delegation, asking.Caller.StaffId, asking.Today));
        services.AddRule<UpdateSigningAuthorityRequest>(request => SigningAuthorities.Check(request.SigningAuthority));
        services.AddRuleBesideFaults<CreateNumberBlockRequest>((request, _) => NumberRules.Create(request.NumberBlock));
        services.AddRule<GetAgreementStatisticsRequest>((request, asking) => StatisticsRules.ReportDay(request.ReportDay, asking.Today));
        services.AddRule<ExportAgreementStatisticsRequest>((request, asking) => StatisticsRules.ReportDay(request.ReportDay, asking.Today));
        services.AddRule<SubmitAgreementStatisticsRequest>((request, asking) => StatisticsRules.ReportDay(request.ReportDay, asking.Today));
        services.AddRule<ScheduleInstalmentsRequest>(request => InstalmentRules.Faults(InstalmentRules.Plan(request.Instalments), null, "", ""));
        services.AddRule<PostponeInstalmentRequest>((request, asking) => InstalmentRules.Postpone(request.DueDate, asking.Today));
        services.AddRule<CreatePaymentRequestRequest>(request => PaymentRules.Create(request.PaymentRequest));
        services.AddRule<UpdatePaymentRequestRequest>(request => PaymentRules.Update(request.PaymentRequest, request.UpdateMask?.Paths ?? []));
        services.AddRule<RecordReceiptRequest>((request, asking) =>
            [.. PaymentRules.NotLater("received_date", request.ReceivedDate, asking.Today), .. PaymentRules.Lines(request.Allocations, "allocations", required: false)]);
        services.AddRule<RecordInvoiceRequest>((request, asking) => PaymentRules.NotLater("invoice_date", request.InvoiceDate, asking.Today));
        services.AddRule<SignPaymentRequestRequest>((request, asking) => PaymentRules.NotLater("signed_date", request.SignedDate, asking.Today));
        services.AddRule<RecordDunningStepRequest>((request, asking) => DunningRules.Record(request.PromisedDate, asking.Today));
        services.AddRule<GetAccountStatementRequest>((request, asking) => AccountRules.Period(request.FromDate, request.ToDate, asking.Today));
        services.AddRule<ExportAccountStatementRequest>((request, asking) => AccountRules.Period(request.FromDate, request.ToDate, asking.Today));
        services.AddRule<CreateReconciliationRequest>((request, asking) => ReconciliationRules.Cutoff(request.Reconciliation.CutoffDate, asking.Today));
    }
}
