using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Staff;
using Qudao.Dealer.Surveys;
using Qudao.Dealer.Territories;
using Qudao.Dealer.Visits;
using Qudao.Platform;

namespace Qudao.Dealer;

/// <summary>The Dealer service: what it registers and what it serves.</summary>
public sealed class DealerModule : IModule
{
    public string Name => "dealer";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddChecks();
        services.AddJob(SurveyImport.Kind, SurveyImport.RunAsync);
        services.AddSweep("visits-missed", VisitService.MissOverdueAsync);
        services.AddSweep("territory-reservations", TerritoryWrites.ReleaseExpiredAsync);
    }

    public void Map(WebApplication app)
    {
        app.MapService<OrganisationService>();
        app.MapService<StaffService>();
        app.MapService<PartnerService>();
        app.MapService<SurveyService>();
        app.MapService<VisitService>();
        app.MapService<TerritoryService>();
        app.MapService<OperationsEndpoint>();
    }
}
