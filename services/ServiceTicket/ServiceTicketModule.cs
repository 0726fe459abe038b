using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Assignment;
using Qudao.ServiceTicket.Attachments;
using Qudao.ServiceTicket.Calendars;
using Qudao.ServiceTicket.Flows;
using Qudao.ServiceTicket.FollowUps;
using Qudao.ServiceTicket.Intake;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.Statistics;
using Qudao.ServiceTicket.Templates;
using Qudao.ServiceTicket.Tickets;
using StandingService = Qudao.Contract.V1.StandingService;

namespace Qudao.ServiceTicket;

/// <summary>The ServiceTicket service: what it registers and what it serves.</summary>
public sealed class ServiceTicketModule : IModule
{
    public string Name => "serviceticket";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        var settings = TicketSettings.From(configuration);
        services.AddSingleton(settings);
        services.AddChecks(settings);
        services.AddServiceClient<PartnerService.PartnerServiceClient>("Dealer");
        services.AddServiceClient<StaffService.StaffServiceClient>("Dealer");
        services.AddServiceClient<OrganisationService.OrganisationServiceClient>("Dealer");
        services.AddServiceClient<ClientFileService.ClientFileServiceClient>("Dealer");
        services.AddServiceClient<StandingService.StandingServiceClient>("Contract");
        var folder = ContentFolder.Of(configuration, "ServiceTicket:AttachmentFolder", "ticket-attachments");
        services.AddSingleton(folder);
        services.AddSingleton(new FileScan(configuration["ServiceTicket:ScanCommand"]));
        services.AddSingleton(new AttachmentSettings(configuration.GetValue("ServiceTicket:AttachmentMaxBytes", (long)Rest.MaxFile)));
        services.AddSweep("attachment-orphans", new OrphanSweep(folder, AttachmentStore.IsUsedAsync).SweepAsync);
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
        app.MapService<QueueService>();
        app.MapService<IntakeService>();
        app.MapService<FollowUpService>();
        app.MapService<TemplateService>();
        app.MapService<StatisticsService>();
        app.MapService<AttachmentService>();
    }
}
