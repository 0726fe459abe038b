using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Calendars;
using Qudao.ServiceTicket.Flows;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.Tickets;

namespace Qudao.ServiceTicket;

/// <summary>The ServiceTicket service: what it registers and what it serves.</summary>
public sealed class ServiceTicketModule : IModule
{
    public string Name => "serviceticket";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddChecks();
        services.AddServiceClient<PartnerService.PartnerServiceClient>("Dealer");
        services.AddServiceClient<StaffService.StaffServiceClient>("Dealer");
        services.AddServiceClient<OrganisationService.OrganisationServiceClient>("Dealer");
        services.AddServiceClient<ClientFileService.ClientFileServiceClient>("Dealer");
        services.AddServiceClient<StandingService.StandingServiceClient>("Contract");
        services.AddSingleton(TicketSettings.From(configuration));
        services.AddSweep("tickets", TicketLedger.SweepAsync);
        services.AddSweep("calendar-changes", Recount.SweepAsync);
        services.AddSweep("partner-merges", db => Redirects.WatchAsync(db, KnownPartners.MoveAsync));
    }

    public void Map(WebApplication app)
    {
        app.MapService<OperationsEndpoint>();
        app.MapService<TicketService>();
        app.MapService<PolicyService>();
        app.MapService<CalendarService>();
        app.MapService<FlowService>();
    }
}
