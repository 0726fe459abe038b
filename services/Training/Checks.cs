using Qudao.Platform;
using Qudao.Training.Requests;
using Qudao.Training.V1;

namespace Qudao.Training;

/// <summary>Which rules look at which request before its method runs.</summary>
internal static class Checks
{
    public static void AddChecks(this IServiceCollection services)
    {
        services.AddRuleBesideFaults<ScheduleTrainingRequest>((request, asking) => TrainingRules.Slot(ServiceRules.Time(request.StartTime), ServiceRules.Time(request.EndTime), asking.Now));
        services.AddRule<HoldTrainingRequest>(request => TrainingRules.Attendance(request.Trainees));
    }
}
