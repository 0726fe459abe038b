using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Visits;

/// <summary>Registered before leaving, reported by the end of the working day.</summary>
public static class VisitRules
{
    public const string Planned = "planned";
    public const string Reported = "reported";
    public const string Missed = "missed";
    public const string Cancelled = "cancelled";

    /// <summary>How far ahead a visit is planned at most: what is further away is a slip of the finger.</summary>
    public const int PlanAheadDays = 366;

    /// <summary>Days of a calendar at most.</summary>
    public const int CalendarDays = 62;

    /// <summary>
    /// Until when a visit is reported: the end of the working day, of the next one when the planned day is none. What is
    /// registered after working hours is reported the same day.
    /// </summary>
    /// <param name="until">When the working day ends.</param>
    public static DateTimeOffset Due(DateOnly planned, DateTimeOffset registered, TimeSpan until, WorkingCalendar calendar)
    {
        var due = ChinaTime.StartOfDay(calendar.WorkingDayOnOrAfter(planned)) + until;
        return registered < due ? due : ChinaTime.EndOfDay(planned);
    }

    public static List<Violation> Range(string from, string to) =>
        ServiceRules.Day(from) is not { } first || ServiceRules.Day(to) is not { } last ? []
        : last < first ? [new("to_date", "不能早于开始日期", "is before from_date", "TOO_EARLY") { Given = ["from_date"] }]
        : last >= first.AddDays(CalendarDays) ? [new("to_date", $"最多 {CalendarDays} 天", $"must be within {CalendarDays} days", "TOO_LATE") { Given = ["from_date"] }]
        : [];

    public static List<Violation> Plan(Visit visit, DateOnly today)
    {
        var planned = ServiceRules.Day(visit.PlannedDate);
        if (planned < today)
            return [new("visit.planned_date", "须在出访之前登记：日期不能早于今天", "must be today or later: visits are registered before leaving", "TOO_EARLY")];
        if (planned > today.AddDays(PlanAheadDays))
            return [new("visit.planned_date", $"最多提前 {PlanAheadDays} 天登记", $"must be within {PlanAheadDays} days", "TOO_LATE")];
        return [];
    }

    /// <summary>What of the report cannot be true.</summary>
    /// <param name="registered">When the visit was; null while the visit is not known.</param>
    public static List<Violation> Report(VisitReport report, DateTimeOffset? registered, DateTimeOffset now)
    {
        var violations = new List<Violation>();
        var talk = ServiceRules.Time(report.TalkTime);
        // People write whole minutes.
        if (talk < registered?.AddTicks(-(registered.Value.Ticks % TimeSpan.TicksPerMinute)))
            violations.Add(new("report.talk_time", "早于出访登记的时间", "is before the visit was registered", "TOO_EARLY"));
        else if (talk > now.AddMinutes(1))
            violations.Add(new("report.talk_time", "不能晚于现在", "is in the future", "TOO_LATE"));
        if (ServiceRules.Day(report.NextVisitDate) < ChinaTime.DateOf(now))
            violations.Add(new("report.next_visit_date", "不能早于今天", "must be today or later", "TOO_EARLY"));
        return violations;
    }

    /// <summary>Why the visit can neither be reported nor called off by this person now; null when it can.</summary>
    public static Refusal? WhyNot(VisitRow visit, string staffId, long nowMicros)
    {
        if (visit.AssigneeId != staffId)
            return Errors.Precondition("NOT_YOUR_VISIT", $"这是{visit.StaffName}登记的拜访，须由其本人处理。", $"The visit is {visit.StaffName}'s; only the visitor does this.");
        return visit.State switch
        {
            Planned when nowMicros < visit.DueUs => null,
            Planned or Missed => Errors.Precondition("VISIT_MISSED", $"报告时限（{Until(visit):yyyy-MM-dd HH:mm}）已过，已记为未报告。",
                $"The visit was to be reported by {Until(visit):yyyy-MM-dd HH:mm}: it is missed."),
            Reported => Errors.Precondition("VISIT_REPORTED", "该拜访已经报告。", "The visit is reported already."),
            _ => Errors.Precondition("VISIT_CANCELLED", "该拜访已经取消。", "The visit is cancelled."),
        };
    }

    private static DateTimeOffset Until(VisitRow visit) => Clock.FromMicros(visit.DueUs).ToOffset(ChinaTime.Offset);
}
