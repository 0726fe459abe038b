using System.Globalization;
using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Lecturers;

/// <summary>A window of a day of the week, in minutes since midnight.</summary>
public readonly record struct Window(int Weekday, int Start, int End);

/// <summary>What a lecturer teaches and when.</summary>
public static class LecturerRules
{
    public const int Quarter = 15;

    public static readonly IReadOnlyList<string> Changeable = ["courses", "windows", "introduction", "retired"];

    private static readonly TimeSpan LongestAbsence = TimeSpan.FromDays(366);

    public static IEnumerable<Violation> Create(Lecturer lecturer) =>
        lecturer.Staff.Length == 0 ? Check(lecturer).Prepend(new Violation("lecturer.staff", "必填", "is required", "REQUIRED")) : Check(lecturer);

    /// <summary>Windows are on quarter hours, end after they begin, and do not overlap.</summary>
    public static IEnumerable<Violation> Check(Lecturer lecturer)
    {
        var known = new List<Window>();
        for (var i = 0; i < lecturer.Windows.Count; i++)
        {
            var field = $"lecturer.windows[{i}]";
            var (start, end) = (Minutes(lecturer.Windows[i].Start), Minutes(lecturer.Windows[i].End));
            if (start is null)
                yield return NoTime($"{field}.start");
            if (end is null)
                yield return NoTime($"{field}.end");
            if (start is not { } from || end is not { } until)
                continue;
            var window = new Window(lecturer.Windows[i].Weekday, from, until);
            if (until <= from)
                yield return new Violation($"{field}.end", "结束时间须晚于开始时间。", "The end must come after the start.", "ORDER");
            else if (known.Any(other => other.Weekday == window.Weekday && other.Start < until && from < other.End))
                yield return new Violation(field, "与前面的时段重叠。", "Overlaps one before it.", "OVERLAP");
            known.Add(window);
        }
    }

    public static IReadOnlyList<Violation> Absence(DateTimeOffset? start, DateTimeOffset? end, DateTimeOffset now)
    {
        if (end <= start)
            return [new Violation("absence.end_time", "结束时间须晚于开始时间。", "The end must come after the start.", "ORDER") { Given = ["absence.start_time"] }];
        if (end - start > LongestAbsence)
            return [new Violation("absence.end_time", "一次最长 366 天。", "It lasts 366 days at most.", "TOO_LONG") { Given = ["absence.start_time"] }];
        return end <= now ? [new Violation("absence.end_time", "不能早于现在。", "It lies in the past.", "PAST")] : [];
    }

    /// <summary>"1 540-720;1 810-1050": a day of the week and its minutes.</summary>
    public static string Text(IEnumerable<TeachingWindow> windows) =>
        string.Join(';', windows.Select(w => $"{w.Weekday} {Minutes(w.Start)}-{Minutes(w.End)}"));

    public static IReadOnlyList<Window> Windows(string text) =>
    [
        .. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(' ', '-'))
            .Select(n => new Window(int.Parse(n[0], CultureInfo.InvariantCulture), int.Parse(n[1], CultureInfo.InvariantCulture), int.Parse(n[2], CultureInfo.InvariantCulture))),
    ];

    public static string Shown(int minutes) => $"{minutes / 60:00}:{minutes % 60:00}";

    public static bool Teaches(LecturerRow row, string course) => row.Courses.Length == 0 || row.Courses.Split(',').Contains(course);

    /// <summary>Whether the span lies within the windows; who has none can be asked at any time.</summary>
    public static bool IsWithin(IReadOnlyList<Window> windows, DateTimeOffset start, DateTimeOffset end)
    {
        if (windows.Count == 0)
            return true;
        var (from, until) = (start.ToOffset(ChinaTime.Offset), end.ToOffset(ChinaTime.Offset));
        var weekday = from.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)from.DayOfWeek;
        var (first, last) = ((int)from.TimeOfDay.TotalMinutes, (int)(until.DateTime - from.Date).TotalMinutes);
        return windows.Any(w => w.Weekday == weekday && w.Start <= first && last <= w.End);
    }

    /// <summary>Refuses to book a lecturer for what he does not teach or for when he cannot be booked.</summary>
    public static void RequireAvailable(LecturerRow? row, string course, long startUs, long endUs)
    {
        if (row is null)
            return;
        if (row.Retired)
            throw Errors.Precondition("LECTURER_UNAVAILABLE", $"讲师“{row.DisplayName}”已停止排课。", $"The lecturer {row.DisplayName} is not to be booked any more.");
        if (!Teaches(row, course))
            throw Errors.Precondition("LECTURER_UNAVAILABLE", $"讲师“{row.DisplayName}”不讲授此课程。", $"The lecturer {row.DisplayName} does not teach this course.");
        if (!IsWithin(Windows(row.Windows), Clock.FromMicros(startUs), Clock.FromMicros(endUs)))
            throw Errors.Precondition("LECTURER_UNAVAILABLE", $"该时段不在讲师“{row.DisplayName}”的可授课时间内。", $"The time is outside the hours of the lecturer {row.DisplayName}.");
    }

    private static Violation NoTime(string field) => new(field, "须是整刻钟的时刻，如 08:30", "must be a time on the quarter hour such as 08:30", "BAD_FORMAT");

    private static int? Minutes(string text)
    {
        if (text == "24:00")
            return 24 * 60;
        return TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && time.Minute % Quarter == 0
            ? time.Hour * 60 + time.Minute
            : null;
    }
}
