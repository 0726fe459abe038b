using Qudao.Dealer.BulkActions;
using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Diversions;
using Qudao.Dealer.Duplicates;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Policies;
using Qudao.Dealer.Search;
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
        services.AddJob(SurveyMany.ConfirmKind, SurveyMany.ConfirmAsync);
        services.AddJob(SurveyMany.MarkKind, SurveyMany.MarkAsync);
        services.AddSweep("survey-import-files", SurveyImportStore.ForgetAsync);
        services.AddSweep("search-index", SearchIndex.FillAsync);
        services.AddSweep("partner-merges", PartnerMerge.WatchAsync);
        services.AddJob(BulkActionService.Kind, BulkActionService.RunAsync);
        services.AddJob(StaffHandover.Kind, StaffHandover.RunAsync);
        services.AddSweep("visits-missed", VisitService.MissOverdueAsync);
        services.AddSweep("visit-reminders", VisitReminders.RemindAsync);
        services.AddSweep("diversion-deadlines", DiversionDeadlines.SweepAsync);
        var evidence = ContentFolder.Of(configuration, "Dealer:EvidenceFolder", "dealer-evidence");
        services.AddSingleton(evidence);
        services.AddSingleton(new FileScan(configuration["Dealer:ScanCommand"]));
        services.AddSingleton<DiversionFiles>();
        services.AddSweep("evidence-orphans", new OrphanSweep(evidence, DiversionFileStore.IsUsedAsync).SweepAsync);
        services.AddSweep("territory-reservations", TerritoryWrites.ReleaseExpiredAsync);
    }

    public void Map(WebApplication app)
    {
        app.MapService<OrganisationService>();
        app.MapService<StaffService>();
        app.MapService<PartnerService>();
        app.MapService<ClientFileService>();
        app.MapService<DuplicateService>();
        app.MapService<BulkActionService>();
        app.MapService<SurveyService>();
        app.MapService<VisitService>();
        app.MapService<TerritoryService>();
        app.MapService<DiversionService>();
        app.MapService<NetworkPolicyService>();
        app.MapService<OperationsEndpoint>();
    }
}
