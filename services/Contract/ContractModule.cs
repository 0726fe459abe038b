using Qudao.Contract.Agreements;
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

    public string Name => "contract";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddServiceClient<OrganisationService.OrganisationServiceClient>(Dealer);
        services.AddServiceClient<StaffService.StaffServiceClient>(Dealer);
        services.AddServiceClient<PartnerService.PartnerServiceClient>(Dealer);
        services.AddServiceClient<TerritoryService.TerritoryServiceClient>(Dealer);
        services.AddSingleton(new AgreementSettings(configuration.GetValue("Contract:MajorAmountFen", MajorAmountFen)));
        services.AddChecks();
        services.AddSweep("agreement-expiry", AgreementExpiry.SweepAsync);
    }

    public void Map(WebApplication app)
    {
        app.MapService<NumberService>();
        app.MapService<AgreementService>();
        app.MapService<StandingService>();
        app.MapService<AgreementStatisticsService>();
        app.MapService<OperationsEndpoint>();
    }
}
