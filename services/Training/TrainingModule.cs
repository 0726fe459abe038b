using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Training.Calendars;
using Qudao.Training.Certificates;
using Qudao.Training.Courses;
using Qudao.Training.Enrolments;
using Qudao.Training.Evaluations;
using Qudao.Training.Exams;
using Qudao.Training.Lecturers;
using Qudao.Training.Plans;
using Qudao.Training.Questions;
using Qudao.Training.Requests;
using Qudao.Training.Rooms;
using Qudao.Training.Sessions;
using Qudao.Training.Statistics;
using Qudao.Training.Trainees;

namespace Qudao.Training;

/// <summary>The Training service: what it registers and what it serves.</summary>
public sealed class TrainingModule : IModule
{
    public string Name => "training";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        var settings = TrainingSettings.From(configuration);
        services.AddSingleton(settings);
        services.AddChecks(settings);
        services.AddServiceClient<PartnerService.PartnerServiceClient>("Dealer");
        services.AddServiceClient<StaffService.StaffServiceClient>("Dealer");
        services.AddServiceClient<OrganisationService.OrganisationServiceClient>("Dealer");
        services.AddServiceClient<StandingService.StandingServiceClient>("Contract");
        services.AddSingleton<Lookups>();
        services.AddSweep("certificate-expiry", CertificateClock.ExpireAsync);
        services.AddSweep("certificate-reminders", db => CertificateClock.RemindAsync(db, settings));
        services.AddSweep("evaluation-invitations", db => EvaluationClock.InviteAsync(db, settings));
        services.AddSweep("evaluation-lapses", EvaluationClock.LapseAsync);
        services.AddSweep("partner-merges", db => Redirects.WatchAsync(db, Merges.MoveAsync));
    }

    public void Map(WebApplication app)
    {
        app.MapService<CourseService>();
        app.MapService<LecturerService>();
        app.MapService<RoomService>();
        app.MapService<TrainingRequestService>();
        app.MapService<TrainingSessionService>();
        app.MapService<EnrolmentService>();
        app.MapService<CertificateService>();
        app.MapService<TrainingEvaluationService>();
        app.MapService<QuestionService>();
        app.MapService<ExamService>();
        app.MapService<TrainingPlanService>();
        app.MapService<GrowthFileService>();
        app.MapService<TrainingStatisticsService>();
        app.MapService<CalendarFeedService>();
        app.MapService<OperationsEndpoint>();
    }
}
