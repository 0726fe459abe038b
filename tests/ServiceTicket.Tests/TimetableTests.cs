using FsCheck;
using FsCheck.Fluent;
using Qudao.Platform;
using Qudao.ServiceTicket.Calendars;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.Tickets;

namespace Qudao.ServiceTicket.Tests;

/// <summary>
/// What is due, against an oracle that knows no formula: random calendars – several windows, lunch breaks, holidays, make-up
/// days with hours of their own, revisions that take effect in mid-flight – and random histories of pauses, reopenings and changes of the calendar. The
/// oracle asks of every five minutes whether they are worked, and counts. All numbers are such ticks.
/// </summary>
internal sealed class TimetableTests
{
    private const int Days = 28;
    private const int Horizon = 200;
    private const int Minutes = 5;
    private const int TicksPerDay = 1440 / Minutes;
    private const long Micros = Minutes * 60_000_000L;
    private static readonly DateOnly First = new(2026, 9, 14);
    private static readonly long Epoch = ChinaTime.StartOfDay(First).Micros();

    /// <summary>A calendar as numbers: windows in ticks of the day, days of the week that are off, special days by their number.</summary>
    /// <remarks>Made-up days with hours of their own, by their number: windows too.</remarks>
    public sealed record Plan(int FromDay, int[] Windows, int[] Weekend, bool PublicHolidays, int[] Off, int[] MadeUp, Dictionary<int, int[]> OwnHours);

    /// <summary>A ticket's history: limits, then what happened so many ticks after what came before.</summary>
    public sealed record History(Plan[] Plans, Plan[] ChangedTo, int OpenedAt, int FirstLimit, int ResolutionLimit, int[] Gaps);

    private static readonly Gen<Plan> Plans =
        from fromDay in Gen.Choose(-3, 20)
        from cuts in Gen.ListOf(Gen.Choose(0, TicksPerDay), 6)
        from weekend in Gen.SubListOf(1, 2, 6, 7)
        from holidays in Gen.Elements(true, false)
        from off in Gen.ListOf(Gen.Choose(0, Days), 3)
        from madeUp in Gen.ListOf(Gen.Choose(0, Days), 3)
        from hours in Gen.ListOf(Gen.Elements(0, 2, 4).SelectMany(count => Gen.ListOf(Gen.Choose(0, TicksPerDay), count)), 3)
        select new Plan(fromDay, [.. cuts.Order()], [.. weekend], holidays, [.. off.Distinct()], [.. madeUp.Distinct().Except(off)],
            madeUp.Distinct().Except(off).Zip(hours).Where(own => Spans([.. own.Second.Order()]).Any()).ToDictionary(own => own.First, own => own.Second.Order().ToArray()));

    private static Gen<Plan[]> Revisions => Gen.ListOf(Plans, 3).Select(plans => plans.DistinctBy(plan => plan.FromDay).OrderBy(plan => plan.FromDay).Where(IsUsable).ToArray());

    private static readonly Arbitrary<History> Histories = Arb.From(
        from plans in Revisions
        from changed in Revisions
        from opened in Gen.Choose(0, 7 * TicksPerDay)
        from first in Gen.Choose(1, 100)
        from resolution in Gen.Choose(1, 300)
        from gaps in Gen.ListOf(Gen.OneOf(Gen.Choose(1, 40), Gen.Choose(1, 800)), 6)
        select new History(plans, changed, opened, first, resolution, [.. gaps]));

    [FsCheck.NUnit.Property(MaxTest = 10_000)]
    public Property What_is_due_is_what_counting_minutes_says() => Prop.ForAll(Histories, history =>
    {
        var pauses = PausesOf(history);
        var row = RowOf(history, history.Plans);
        Sla.SetDue(row, pauses);
        Check(row, history, Worked(history.Plans), pauses);

        // The calendar is changed while the ticket runs: all is counted anew, from the opening.
        row.Timetable = TimetableOf(history.ChangedTo);
        Sla.SetDue(row, pauses);
        Check(row, history, Worked(history.ChangedTo), pauses);
        return true;
    });

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public Property A_reopened_ticket_has_its_whole_time_again_and_what_it_took_is_the_sum() => Prop.ForAll(Histories, history =>
    {
        var worked = Worked(history.Plans);
        var row = RowOf(history, history.Plans);
        var (resolved, reopened, again) = (history.OpenedAt + history.Gaps[0], history.OpenedAt + history.Gaps[0] + history.Gaps[1], history.OpenedAt + history.Gaps[0] + history.Gaps[1] + history.Gaps[2]);
        Sla.SetDue(row, []);
        Sla.Resolve(row, [], Instant(resolved));
        Assert.That(row.ResolutionMinutes, Is.EqualTo(Minutes * Count(worked, history.OpenedAt, resolved)));
        List<Pause> settled = [new(Instant(resolved), Instant(reopened))];
        Sla.Reopen(row, settled, Instant(reopened));
        Assert.That((row.Round, row.ResolvedUs, row.ResolutionDueUs), Is.EqualTo((2, (long?)null, Due(worked, reopened, history.ResolutionLimit, []))));
        Sla.Resolve(row, settled, Instant(again));
        Assert.That(row.ResolutionMinutes, Is.EqualTo(Minutes * (Count(worked, history.OpenedAt, resolved) + Count(worked, reopened, again))));
        return true;
    });

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public Property An_escalation_timer_moves_with_the_calendar() => Prop.ForAll(Histories, history =>
    {
        var row = RowOf(history, history.Plans);
        Sla.SetDue(row, []);
        row.State = "open";
        // Missed, and the first level due so many minutes later.
        var started = history.OpenedAt + 3 * TicksPerDay;
        row.FirstResponseDueUs = Instant(history.OpenedAt);
        row.ResolutionLimit = null;
        row.ResolutionDueUs = null;
        Sla.Lapse(row, [new Step(history.FirstLimit * Minutes, "salesperson")], Instant(started));
        Assert.That(row.NextEscalationUs, Is.EqualTo(Due(Worked(history.Plans), started, history.FirstLimit, [])));
        row.FirstResponseUs = Instant(started);
        row.Timetable = TimetableOf(history.ChangedTo);
        Sla.SetDue(row, []);
        Assert.That(row.NextEscalationUs, Is.EqualTo(Due(Worked(history.ChangedTo), started, history.FirstLimit, [])));
        return true;
    });

    [TestCase("2026-09-29T11:30", 60, "2026-09-29T13:30", Description = "an hour's lunch from twelve")]
    [TestCase("2026-09-30T17:30", 60, "2026-10-01T09:00", Description = "the shop is open on the National Day from this year on")]
    public void A_revision_holds_from_its_day_on(string opened, int minutes, string due)
    {
        var shop = new Revision(new DateOnly(2026, 10, 1), ["08:30-12:00", "13:30-17:30"], [], false, []);
        var before = new Revision(new DateOnly(2026, 1, 1), ["08:30-12:00", "13:00-18:00"], [6, 7], true, []);
        var calendar = CalendarRules.ToTimetable([before, shop]);
        Assert.That(Sla.Due(calendar, At(opened), minutes, []), Is.EqualTo(At(due)));
        Assert.That(Sla.Minutes(calendar, At(opened), At(due), []), Is.EqualTo(minutes));
        Assert.That(calendar.AddWorkingDays(new DateOnly(2026, 9, 30), 3), Is.EqualTo(new DateOnly(2026, 10, 3)));
        Assert.That(CalendarRules.ToTimetable([]).AddWorkingDays(new DateOnly(2026, 9, 30), 3), Is.EqualTo(new DateOnly(2026, 10, 10)), "a make-up Saturday after the holiday");
    }

    [TestCase("2026-10-09T17:00", 60, "2026-10-10T09:30", Description = "the make-up Saturday begins at nine")]
    [TestCase("2026-10-10T11:30", 60, "2026-10-12T09:00", Description = "and ends at noon")]
    [TestCase("2026-10-10T13:30", 30, "2026-10-12T09:00", Description = "nobody is there in the afternoon")]
    public void A_make_up_day_may_be_shorter(string opened, int minutes, string due)
    {
        var calendar = CalendarRules.ToTimetable([new Revision(new DateOnly(2026, 1, 1), ["08:30-12:00", "13:30-17:30"], [6, 7], true, [new(new DateOnly(2026, 10, 10), true, "国庆调休", ["09:00-12:00"])])]);
        Assert.That(Sla.Due(calendar, At(opened), minutes, []), Is.EqualTo(At(due)));
        Assert.That(Sla.Minutes(calendar, At(opened), At(due), []), Is.EqualTo(minutes));
        Assert.That(Sla.Minutes(calendar, At("2026-10-09T00:00"), At("2026-10-13T00:00"), []), Is.EqualTo(450 + 180 + 450), "two usual days and the short one between");
    }

    private static void Check(TicketRow row, History history, bool[] worked, List<Pause> pauses)
    {
        Assert.That(row.FirstResponseDueUs, Is.EqualTo(Due(worked, history.OpenedAt, history.FirstLimit, pauses)), "first response");
        Assert.That(row.ResolutionDueUs, Is.EqualTo(Due(worked, history.OpenedAt, history.ResolutionLimit, pauses)), "result");
        var end = Tick(pauses[^1].UntilUs) + history.Gaps[0];
        var paused = pauses.Sum(pause => Count(worked, Tick(pause.FromUs), Tick(pause.UntilUs)));
        Assert.That(Sla.Minutes(row.Timetable, row.OpenedUs, Instant(end), pauses), Is.EqualTo(Minutes * (Count(worked, history.OpenedAt, end) - paused)));
    }

    private static TicketRow RowOf(History history, Plan[] plans) => new()
    {
        State = "in-progress",
        Timetable = TimetableOf(plans),
        OpenedUs = Instant(history.OpenedAt),
        RoundFromUs = Instant(history.OpenedAt),
        FirstResponseLimit = history.FirstLimit * Minutes,
        ResolutionLimit = history.ResolutionLimit * Minutes,
    };

    private static List<Pause> PausesOf(History history)
    {
        var pauses = new List<Pause>();
        var at = history.OpenedAt;
        foreach (var pair in history.Gaps.Chunk(2))
        {
            var from = at + pair[0];
            at = from + pair[1];
            pauses.Add(new Pause(Instant(from), Instant(at)));
        }
        return pauses;
    }

    private static Timetable TimetableOf(Plan[] plans) => CalendarRules.ToTimetable([.. plans.Select(plan => new Revision(
        First.AddDays(plan.FromDay),
        Texts(plan.Windows), plan.Weekend, plan.PublicHolidays,
        [.. plan.Off.Select(day => new RevisionDay(First.AddDays(day), false, "")), .. plan.MadeUp.Select(day => new RevisionDay(First.AddDays(day), true, "", Texts(plan.OwnHours.GetValueOrDefault(day) ?? [])))]))]);

    private static string[] Texts(int[] windows) => [.. Spans(windows).Select(window => $"{Time(window[0])}-{Time(window[1])}")];

    private static IEnumerable<int[]> Spans(int[] windows) => windows.Chunk(2).Where(window => window[0] < window[1]);

    // Two hours a day at least: with less the horizon would not do.
    private static bool IsUsable(Plan plan) => plan.Windows.Chunk(2).Sum(window => window[1] - window[0]) >= 24;

    private static string Time(int tick) => $"{tick * Minutes / 60:00}:{tick * Minutes % 60:00}";

    private static long Instant(int tick) => Epoch + tick * Micros;

    private static int Tick(long us) => (int)((us - Epoch) / Micros);

    private static long At(string local) => DateTimeOffset.Parse(local + "+08:00").Micros();

    // The oracle: every tick from the first day on, worked or not.
    private static bool[] Worked(Plan[] plans)
    {
        var worked = new bool[TicksPerDay * Horizon];
        for (var day = 0; day < Horizon; day++)
        {
            var plan = plans.LastOrDefault(one => one.FromDay <= day) ?? Usual;
            if (!IsWorked(plan, day, First.AddDays(day)))
                continue;
            foreach (var window in (plan.MadeUp.Contains(day) ? plan.OwnHours.GetValueOrDefault(day) ?? plan.Windows : plan.Windows).Chunk(2))
                for (var tick = window[0]; tick < window[1]; tick++)
                    worked[day * TicksPerDay + tick] = true;
        }
        return worked;
    }

    private static readonly Plan Usual = new(0, [102, 144, 162, 210], [6, 7], true, [], [], []);

    // What people know of these weeks and the new year's: Sunday the 20th and Saturday the 10th are worked for the holidays.
    private static readonly Dictionary<DateOnly, bool> Notices = WorkingCalendar.PublicHolidays.ToDictionary(day => day.Date, day => day.Working);

    private static bool IsWorked(Plan plan, int day, DateOnly date) =>
        plan.Off.Contains(day) ? false
        : plan.MadeUp.Contains(day) ? true
        : plan.PublicHolidays && Notices.TryGetValue(date, out var working) ? working
        : !plan.Weekend.Contains(date.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)date.DayOfWeek);

    private static long Count(bool[] worked, int from, int until)
    {
        var count = 0;
        for (var tick = from; tick < until; tick++)
            if (worked[tick])
                count++;
        return count;
    }

    private static long Due(bool[] worked, int from, int ticks, List<Pause> pauses)
    {
        var spans = pauses.Select(pause => (From: Tick(pause.FromUs), Until: Tick(pause.UntilUs))).ToArray();
        for (var tick = from; ; tick++)
            if (worked[tick] && !Array.Exists(spans, span => tick >= span.From && tick < span.Until) && --ticks == 0)
                return Instant(tick + 1);
    }
}
