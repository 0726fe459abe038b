using Qudao.Contract.Accounts;
using Qudao.Contract.Agreements;
using Qudao.Contract.Approvals;
using Qudao.Contract.Attachments;
using Qudao.Contract.Authorities;
using Qudao.Contract.Delegations;
using Qudao.Contract.Dunning;
using Qudao.Contract.Instalments;
using Qudao.Contract.Numbers;
using Qudao.Contract.Partners;
using Qudao.Contract.Payments;
using Qudao.Contract.Reconciliations;
using Qudao.Contract.Standings;
using Qudao.Contract.Statistics;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract;

/// <summary>The Contract service: what it registers and what it serves.</summary>
public sealed class ContractModule : IModule
{
    private const string Dealer = "Dealer";

    /// <summary>1,000,000 yuan; the manuals give no figure.</summary>
    private const long MajorAmountFen = 100_000_000;

    /// <summary>The manuals give no lead days either.</summary>
    private const string LeadDays = "90,60,30,7";

    /// <summary>Nor when to tell of money that is due: a week and a day before, and so many days after.</summary>
    private const string InstalmentAlertDays = "-7,-1,1,15,30,60,90";

    public string Name => "contract";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddServiceClient<OrganisationService.OrganisationServiceClient>(Dealer);
        services.AddServiceClient<StaffService.StaffServiceClient>(Dealer);
        services.AddServiceClient<PartnerService.PartnerServiceClient>(Dealer);
        services.AddServiceClient<TerritoryService.TerritoryServiceClient>(Dealer);
        services.AddSingleton(Settings(configuration));
        services.AddSingleton(new InstalmentSettings(Days(configuration, "Contract:InstalmentAlertDays", InstalmentAlertDays)));
        services.AddChecks();
        services.AddSweep("agreement-expiry", AgreementClock.ExpireAsync);
        services.AddSweep("agreement-amendments", AgreementClock.SupersedeAsync);
        services.AddSweep("agreement-alerts", db => AgreementClock.AlertAsync(db, Settings(configuration).LeadDays));
        var folder = ContentFolder.Of(configuration, "Contract:AttachmentFolder", "contract-attachments");
        services.AddSingleton(folder);
        services.AddSingleton(new FileScan(configuration["Contract:ScanCommand"]));
        services.AddSingleton(new AttachmentSettings(configuration.GetValue("Contract:AttachmentMaxBytes", (long)Rest.MaxFile)));
        services.AddSweep("attachment-orphans", new OrphanSweep(folder, AttachmentStore.IsUsedAsync).SweepAsync);
        services.AddSweep("partner-merges", db => Redirects.WatchAsync(db, PartnerMerges.MoveAsync));
        services.AddSweep("instalment-alerts", db => InstalmentClock.AlertAsync(db, Days(configuration, "Contract:InstalmentAlertDays", InstalmentAlertDays)));
        services.AddSweep("review-escalation", ReviewEscalation.SweepAsync);
    }

    private static AgreementSettings Settings(IConfiguration configuration) => new(
        configuration.GetValue("Contract:MajorAmountFen", MajorAmountFen),
        configuration.GetValue("Contract:RefuseUnreportedSigning", false),
        Days(configuration, "Contract:RenewalLeadDays", LeadDays));

    private static IReadOnlyList<int> Days(IConfiguration configuration, string key, string usual) => [.. configuration.GetValue(key, usual)!.Split(',').Select(int.Parse)];

    public void Map(WebApplication app)
    {
        app.MapService<NumberService>();
        app.MapService<AgreementService>();
        app.MapService<ApprovalPolicyService>();
        app.MapService<ReviewService>();
        app.MapService<DelegationService>();
        app.MapService<AttachmentService>();
        app.MapService<SigningAuthorityService>();
        app.MapService<StandingService>();
        app.MapService<AgreementStatisticsService>();
        app.MapService<InstalmentService>();
        app.MapService<PaymentRequestService>();
        app.MapService<DunningService>();
        app.MapService<AccountService>();
        app.MapService<ReconciliationService>();
        app.MapService<OperationsEndpoint>();
    }
}
