using Qudao.Platform;
using Qudao.Reporting.Dashboards;
using Qudao.Reporting.Decompositions;
using Qudao.Reporting.Evaluations;
using Qudao.Reporting.Forms;
using Qudao.Reporting.Journals;
using Qudao.Reporting.Network;
using Qudao.Reporting.Notifications;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.Plans;
using Qudao.Reporting.Projections;
using Qudao.Reporting.Sales;

namespace Qudao.Reporting;

/// <summary>The Reporting service: what it registers and what it serves.</summary>
public sealed class ReportingModule : IModule
{
    public string Name => "reporting";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddChecks();
        services.AddSweep("obligations-made", db => ObligationEngine.MaterialiseAsync(db, WorkingCalendar.Default));
        services.AddSweep("obligations-moved", ObligationEngine.MoveDueAsync);
        services.AddSources();
        services.AddFormSources();
        services.AddJob(FormSetRun.Kind, FormSetRun.RunAsync);
        services.AddJob(SalesImport.Kind, SalesImport.RunAsync);
        services.AddJob(Rebuild.Kind, Rebuild.RunAsync);
        services.AddJob(Comparison.Kind, Comparison.RunAsync);
        services.AddSweep("projection-lag", Lag.MeasureAsync);
        // Where nobody collects, nothing is counted.
        if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            services.AddSweep("business-figures", new BusinessFigures(TimeSpan.FromSeconds(configuration.GetValue("Metrics:EverySeconds", 60))).MeasureAsync);
        services.AddSweep("sales-days", new SalesDays().MendAsync);
        services.AddSweep("sales-ingestions", IngestionStore.ForgetAsync);
        services.AddSweep("notification-digests", db => Digests.SweepAsync(db, WorkingCalendar.Default));
        services.AddSweep("notification-retention", NotificationRetention.From(configuration).SweepAsync);
        if (Mail.From(configuration) is { } mail)
            services.AddSweep("notifications-outward", db => Outward.SendDueAsync(db, mail.SendAsync));
        services.AddSweep("form-sets", FormSetStore.ForgetAsync);
        services.AddSweep("partner-merges", db => Redirects.WatchAsync(db, MergedPartners.MoveAsync));
    }

    public void Map(WebApplication app)
    {
        app.MapService<DailySalesService>();
        app.MapService<PlanService>();
        app.MapService<DecompositionService>();
        app.MapService<JournalService>();
        app.MapService<EvaluationTemplateService>();
        app.MapService<EvaluationService>();
        app.MapService<ObligationService>();
        app.MapService<ObligationRuleService>();
        app.MapService<FormService>();
        app.MapService<DashboardService>();
        app.MapService<ScreenService>();
        app.MapService<NotificationService>();
        app.MapService<ProjectionService>();
        app.MapService<OperationsEndpoint>();
    }
}
