using Qudao.Platform;
using Qudao.Training.V1;
using DealerV1 = Qudao.Dealer.V1;

namespace Qudao.Training.Requests;

/// <summary>What may happen to a training request, and when.</summary>
public static class TrainingRules
{
    public const string Requested = "requested";
    public const string Scheduled = "scheduled";
    public const string Held = "held";
    public const string Evaluated = "evaluated";
    public const string Filed = "filed";
    public const string Rejected = "rejected";
    public const string Cancelled = "cancelled";

    /// <summary>The centre's training head decides; HQ training has the copy 抄送总部培训部.</summary>
    public static readonly IReadOnlyList<string> ToldOfRequests = ["training-manager", "hq-training"];

    /// <summary>requested → scheduled → held → evaluated → filed; a scheduled one may be scheduled anew.</summary>
    private static readonly HashSet<(string From, string To)> Moves =
    [
        (Requested, Scheduled), (Scheduled, Scheduled), (Scheduled, Held), (Held, Evaluated), (Evaluated, Filed),
        (Requested, Rejected), (Requested, Cancelled), (Scheduled, Cancelled),
    ];

    private static readonly Dictionary<string, (string Zh, string En)> Labels = new()
    {
        [Requested] = ("已申请", "requested"),
        [Scheduled] = ("已排期", "scheduled"),
        [Held] = ("已举办", "held"),
        [Evaluated] = ("已评估", "evaluated"),
        [Filed] = ("已归档", "filed"),
        [Rejected] = ("已驳回", "rejected"),
        [Cancelled] = ("已取消", "cancelled"),
    };

    public static IReadOnlyCollection<string> States => Labels.Keys;

    public static bool MayMove(string from, string to) => Moves.Contains((from, to));

    public static void RequireMove(string from, string to)
    {
        if (!MayMove(from, to))
            throw Errors.Precondition("WRONG_STATE",
                $"培训申请当前为“{Labels[from].Zh}”，不能变为“{Labels[to].Zh}”。",
                $"The training request is {Labels[from].En}; it cannot become {Labels[to].En}.");
    }

    /// <summary>A request that a session answers together with others is scheduled, held and evaluated there.</summary>
    public static void RequireAlone(TrainingRow row)
    {
        if (row.SessionId is { } session && session != row.Id)
            throw Errors.Precondition("IN_SESSION", "该申请已并入培训场次，请在场次中办理。", $"The request belongs to trainingSessions/{session}; do it there.");
    }

    /// <summary>A slot lies ahead, ends after it begins, and is not too long.</summary>
    public static IReadOnlyList<Violation> Slot(DateTimeOffset? start, DateTimeOffset? end, DateTimeOffset now, TrainingSettings settings)
    {
        List<Violation> found = [];
        if (start < now)
            found.Add(new Violation("start_time", "开始时间不能早于现在。", "The start lies in the past.", "PAST"));
        if (end <= start)
            found.Add(new Violation("end_time", "结束时间须晚于开始时间。", "The end must come after the start.", "ORDER") { Given = ["start_time"] });
        else if (end - start > TimeSpan.FromDays(settings.LongestTrainingDays))
            found.Add(new Violation("end_time", $"一次培训不能超过 {settings.LongestTrainingDays} 天。", $"A training lasts {settings.LongestTrainingDays} days at most.", "TOO_LONG") { Given = ["start_time"] });
        return found;
    }

    /// <summary>The lecturer is one, and still with us.</summary>
    /// <param name="found">Null when there is nobody of that name for the caller.</param>
    public static IEnumerable<Violation> Lecturer(string name, DealerV1.Staff? found)
    {
        if (found is null)
            yield return Errors.Missing("lecturer", name);
        else if (!found.Active || !found.Roles.Any(role => role is "trainer" or "training-manager" or "hq-training"))
            yield return new("lecturer", $"“{found.DisplayName}”不是培训讲师。", $"{found.DisplayName} is not a lecturer.", "NOT_A_LECTURER");
    }

    /// <summary>A training is held only once it has begun.</summary>
    public static void RequireBegun(long? startUs, DateTimeOffset now)
    {
        if (startUs is { } start && Clock.FromMicros(start) > now)
            throw Errors.Precondition("NOT_BEGUN", "培训尚未开始。", "The training has not begun yet.");
    }

    /// <summary>At least one trainee came.</summary>
    public static IReadOnlyList<Violation> Attendance(IEnumerable<Trainee> trainees) =>
        trainees.Any(t => t.Attended) ? [] : [new Violation("trainees", "至少须有一人出勤；无人参加请取消该培训。", "Somebody must have attended; cancel a training nobody came to.") { Given = ["trainees"] }];

    /// <summary>Scores are given to all who attended, or to nobody.</summary>
    public static IReadOnlyList<Violation> Scores(int given, int attended) =>
        given == 0 || given == attended
            ? []
            : [new Violation("scores", $"成绩数量应等于出勤人数 {attended}。", $"Give one score for each of the {attended} who attended.")];
}
