using Qudao.Contract.Agreements;
using Qudao.Contract.Approvals;
using Qudao.Contract.Attachments;
using Qudao.Contract.Authorities;
using Qudao.Contract.Delegations;
using Qudao.Contract.Numbers;
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

    public string Name => "contract";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddServiceClient<OrganisationService.OrganisationServiceClient>(Dealer);
        services.AddServiceClient<StaffService.StaffServiceClient>(Dealer);
        services.AddServiceClient<PartnerService.PartnerServiceClient>(Dealer);
        services.AddServiceClient<TerritoryService.TerritoryServiceClient>(Dealer);
        services.AddSingleton(Settings(configuration));
        services.AddChecks();
        services.AddSweep("agreement-expiry", AgreementClock.ExpireAsync);
        services.AddSweep("agreement-amendments", AgreementClock.SupersedeAsync);
        services.AddSweep("agreement-alerts", db => AgreementClock.AlertAsync(db, Settings(configuration).LeadDays));
        var folder = new ContentFolder(AttachmentFolder(configuration), "Contract:AttachmentFolder");
        services.AddSingleton(folder);
        services.AddSingleton(new FileScan(configuration["Contract:ScanCommand"]));
        services.AddSingleton(new AttachmentSettings(configuration.GetValue("Contract:AttachmentMaxBytes", (long)Rest.MaxFile)));
        services.AddSweep("attachment-orphans", new OrphanSweep(folder, AttachmentStore.IsUsedAsync).SweepAsync);
        services.AddSweep("partner-merges", db => Redirects.WatchAsync(db, AgreementStore.MoveAsync));
        services.AddSweep("review-escalation", ReviewEscalation.SweepAsync);
    }

    private static AgreementSettings Settings(IConfiguration configuration) => new(
        configuration.GetValue("Contract:MajorAmountFen", MajorAmountFen),
        configuration.GetValue("Contract:RefuseUnreportedSigning", false),
        [.. configuration.GetValue("Contract:RenewalLeadDays", LeadDays)!.Split(',').Select(int.Parse)]);

    /// <summary>
    /// Contract:AttachmentFolder; beside the SQLite file unless set. With SQL Server it must be set, to one folder that all
    /// instances share: a file of one is asked of another.
    /// </summary>
    private static string? AttachmentFolder(IConfiguration configuration) => configuration["Contract:AttachmentFolder"]
        ?? (configuration["Database:Path"] is { } path ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "contract-attachments") : null);

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
        app.MapService<OperationsEndpoint>();
    }
}
