using Qudao.Platform;
using Qudao.Training.Enrolments;
using Qudao.Training.Exams;
using Qudao.Training.Lecturers;
using Qudao.Training.Plans;
using Qudao.Training.Questions;
using Qudao.Training.Requests;
using Qudao.Training.Sessions;
using Qudao.Training.V1;

namespace Qudao.Training;

/// <summary>Which rules look at which request before its method runs.</summary>
internal static class Checks
{
    public static void AddChecks(this IServiceCollection services, TrainingSettings settings)
    {
        services.AddRuleBesideFaults<ScheduleTrainingRequest>((request, asking) => TrainingRules.Slot(ServiceRules.Time(request.StartTime), ServiceRules.Time(request.EndTime), asking.Now, settings));
        services.AddRule<UpdateCourseRequest>(request => Updates.Immutable(request.UpdateMask, Courses.CourseService.Changeable));
        services.AddRule<CreateLecturerRequest>(request => LecturerRules.Create(request.Lecturer));
        services.AddRule<UpdateLecturerRequest>(request => LecturerRules.Check(request.Lecturer).Concat(Updates.Immutable(request.UpdateMask, LecturerRules.Changeable)));
        services.AddRule<CreateAbsenceRequest>((request, asking) =>
            LecturerRules.Absence(ServiceRules.Time(request.Absence.StartTime), ServiceRules.Time(request.Absence.EndTime), asking.Now));
        services.AddRule<UpdateRoomRequest>(request => Updates.Immutable(request.UpdateMask, Rooms.RoomService.Changeable));
        services.AddRule<CreateTrainingSessionRequest>((request, asking) => SessionRules.Create(request.TrainingSession, asking.Now, settings));
        services.AddRule<RescheduleTrainingSessionRequest>((request, asking) =>
            SessionRules.Time(ServiceRules.Time(request.StartTime), ServiceRules.Time(request.EndTime), asking.Now, settings));
        services.AddRule<RecordAttendanceRequest>(request => EnrolmentRules.Marks(request.Marks));
        services.AddRule<RecordScoresRequest>(request => EnrolmentRules.Scores(request.Scores));
        services.AddRule<CreateQuestionRequest>(request => QuestionRules.Check(request.Question));
        services.AddRule<UpdateQuestionRequest>(request => QuestionRules.Check(request.Question));
        services.AddRule<CreateExamRequest>(ExamRules.Create);
        services.AddRule<CreateTrainingPlanRequest>(request => PlanRules.Items(request.TrainingPlan.Items));
        services.AddRule<UpdateTrainingPlanRequest>(request => PlanRules.Items(request.TrainingPlan.Items));
        services.AddRule<ListPartnerTrainingStatisticsRequest>(request => Statistics.TrainingStatisticsService.Days(request.FromDate, request.UntilDate));
        services.AddRule<CreateCalendarFeedRequest>(request => Calendars.CalendarFeedService.Create(request.CalendarFeed));
        services.AddRule<HoldTrainingRequest>(request => TrainingRules.Attendance(request.Trainees));
    }
}
