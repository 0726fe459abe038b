using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Enrolments;

/// <summary>What may be said of somebody on a roster.</summary>
public static class EnrolmentRules
{
    public const string Expected = "expected";
    public const string Attended = "attended";
    public const string Absent = "absent";

    /// <summary>A mark says that somebody came or did not, and each is marked once.</summary>
    public static IEnumerable<Violation> Marks(IReadOnlyList<AttendanceMark> marks)
    {
        for (var i = 0; i < marks.Count; i++)
            if (marks[i].Attendance == Attendance.Expected)
                yield return new Violation($"marks[{i}].attendance", "须为出勤、缺勤或请假", "must be attended, absent or excused", "NOT_ALLOWED");
        foreach (var fault in Twice([.. marks.Select(mark => mark.Enrolment)], "marks"))
            yield return fault;
    }

    public static IEnumerable<Violation> Scores(IReadOnlyList<ScoreMark> scores) => Twice([.. scores.Select(mark => mark.Enrolment)], "scores");

    public static Refusal Full(int capacity) => Errors.Precondition("SESSION_FULL", $"名额 {capacity} 人已满。", $"All {capacity} seats are taken.");

    public static Refusal OnRoster(string name) => Errors.Conflict("ENROLLED", $"“{name}”已在名单中。", $"{name} is on the roster already.");

    private static IEnumerable<Violation> Twice(IReadOnlyList<string> names, string list)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < names.Count; i++)
            if (names[i].Length > 0 && !seen.Add(names[i]))
                yield return new Violation($"{list}[{i}].enrolment", "重复", "is named twice", "DUPLICATE");
    }
}
