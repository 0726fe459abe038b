using FsCheck;
using FsCheck.Fluent;
using Qudao.Platform;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tests;

/// <summary>
/// The two clocks and the escalation timer against an oracle that knows no formula: it walks through four weeks around the
/// National Day of 2026 in steps of half a minute and counts.
/// </summary>
internal sealed class SlaTests
{
    private const long Tick = 30_000_000;
    private const int TicksPerDay = 2880;
    private const int Days = 28;
    private const int Length = 14 * TicksPerDay;
    private static readonly DateTimeOffset Epoch = new(2026, 9, 14, 0, 0, 0, TimeSpan.FromHours(8));

    // What people know of these weeks: Sunday the 20th and Saturday the 10th are worked for the holidays.
    private static readonly HashSet<string> Off = ["09-25", "09-26", "09-27", "10-01", "10-02", "10-03", "10-04", "10-05", "10-06", "10-07"];
    private static readonly HashSet<string> MadeUp = ["09-20", "10-10"];

    private static readonly bool[] WorkingTicks = [.. Enumerable.Range(0, Days * TicksPerDay).Select(tick => Works(Epoch.AddSeconds(tick * 30)))];

    private static readonly Step[] Chain = [new(0, "salesperson"), new(45, "sales-manager"), new(120, "centre-general-manager")];

    public enum Doing
    {
        Nothing,
        Respond,
        Pause,
        Resume,
        Resolve,
    }

    /// <summary>What somebody does, and how many half minutes after what was done before.</summary>
    public sealed record Deed(int After, Doing What);

    /// <summary>A ticket's life: opened at a half minute of the four weeks, under limits in minutes, with what is done to it.</summary>
    public sealed record Life(bool Always, int OpenedAt, int? FirstLimit, int? ResolutionLimit, Deed[] Deeds);

    private static readonly Arbitrary<Life> Lives = Arb.From(
        from always in Gen.Elements(false, false, false, true)
        from opened in Gen.Choose(0, 12 * TicksPerDay)
        from first in Limit(300)
        from resolution in Limit(2000)
        from deeds in Gen.ListOf(
            from after in Gen.OneOf(Gen.Choose(0, 200), Gen.Choose(0, 5000))
            from what in Gen.Elements(Doing.Nothing, Doing.Respond, Doing.Pause, Doing.Resume, Doing.Pause, Doing.Resume, Doing.Resolve)
            select new Deed(after, what), 12)
        select new Life(always, opened, first, resolution, [.. deeds]));

    private static Gen<int?> Limit(int most) => Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(1, most).Select(minutes => (int?)minutes), Gen.Choose(1, most).Select(minutes => (int?)minutes));

    [FsCheck.NUnit.Property(MaxTest = 150)]
    public Property A_tickets_whole_life_is_that_of_a_tick_by_tick_count() => Prop.ForAll(Lives, life =>
    {
        var ticket = new Tested(life);
        var oracle = new Oracle(life);
        foreach (var (tick, what) in Schedule(life))
        {
            ticket.Sweep(tick);
            oracle.Sweep(tick);
            ticket.Do(what, tick);
            oracle.Do(what, tick);
            // Each tells what happened at which tick: it is enough to compare now and then.
            if (what != Doing.Nothing || tick == life.OpenedAt + Length)
                Assert.That(ticket.ToString(), Is.EqualTo(oracle.ToString()), $"at {Epoch.AddSeconds(tick * 30):MM-dd HH:mm:ss}, {what}");
        }
        return true;
    });

    [FsCheck.NUnit.Property(MaxTest = 150)]
    public Property What_was_missed_does_not_depend_on_how_often_somebody_looks() => Prop.ForAll(Lives, life =>
    {
        var (often, seldom) = (new Tested(life), new Tested(life));
        foreach (var (tick, what) in Schedule(life))
        {
            often.Sweep(tick);
            if (what == Doing.Nothing)
                continue;
            seldom.Sweep(tick);
            often.Do(what, tick);
            seldom.Do(what, tick);
        }
        var last = life.OpenedAt + Length;
        often.Sweep(last);
        seldom.Sweep(last);
        Assert.That(seldom.Missed, Is.EqualTo(often.Missed));
        return true;
    });

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property What_is_due_is_where_the_minutes_are_used_up() => Prop.ForAll(Lives, life =>
    {
        var calendar = life.Always ? WorkingCalendar.AlwaysOpen : WorkingCalendar.Default;
        var opened = Micros(life.OpenedAt);
        var pauses = new List<Pause>();
        var at = life.OpenedAt;
        foreach (var pair in life.Deeds.Chunk(2).Where(pair => pair.Length == 2))
        {
            var from = at + pair[0].After;
            at = from + pair[1].After + 1;
            pauses.Add(new Pause(Micros(from), Micros(at)));
        }
        var minutes = life.FirstLimit ?? 60;
        var due = Sla.Due(calendar, opened, minutes, pauses);
        var before = pauses.Where(pause => pause.UntilUs <= due).ToList();
        Assert.That(pauses.Where(pause => pause.FromUs < due && pause.UntilUs > due), Is.Empty, "due within a pause");
        Assert.That(Sla.Minutes(calendar, opened, due, before), Is.EqualTo(minutes));
        Assert.That(Sla.Minutes(calendar, opened, due - 1, [.. before.Where(pause => pause.UntilUs < due)]), Is.EqualTo(minutes - 1));
        return true;
    });

    [TestCase("2026-09-29T11:30", 60, "2026-09-29T14:00", Description = "over lunch")]
    [TestCase("2026-09-30T17:00", 60, "2026-10-08T09:00", Description = "over the National Day")]
    [TestCase("2026-10-09T17:00", 60, "2026-10-10T09:00", Description = "into a make-up Saturday")]
    [TestCase("2026-10-03T10:00", 30, "2026-10-08T09:00", Description = "opened in the holiday")]
    public void What_is_due_counts_working_time(string opened, int minutes, string due) =>
        Assert.That(Sla.Due(WorkingCalendar.Default, At(opened), minutes, []), Is.EqualTo(At(due)));

    [Test]
    public void A_pause_moves_what_is_due_by_its_working_time()
    {
        // Waiting from 11:00 on Wednesday to 09:30 after the holiday is 5 hours of work and one more.
        var pause = new Pause(At("2026-09-30T11:00"), At("2026-10-08T09:30"));

        Assert.That(Sla.Due(WorkingCalendar.Default, At("2026-09-30T10:00"), 120, [pause]), Is.EqualTo(At("2026-10-08T10:30")));
        Assert.That(Sla.Due(WorkingCalendar.AlwaysOpen, At("2026-09-30T10:00"), 120, [pause]), Is.EqualTo(At("2026-10-08T10:30")));
        Assert.That(Sla.Due(WorkingCalendar.Default, At("2026-09-30T10:00"), 45, [pause]), Is.EqualTo(At("2026-09-30T10:45")), "due before it");
    }

    private static long At(string local) => DateTimeOffset.Parse(local + "+08:00").Micros();

    private static long Micros(long tick) => Epoch.Micros() + tick * Tick;

    private static bool Works(DateTimeOffset at)
    {
        var day = at.ToString("MM-dd");
        var worked = MadeUp.Contains(day) || (!Off.Contains(day) && at.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
        var time = at.Hour * 60 + at.Minute;
        return worked && time is (>= 510 and < 720) or (>= 810 and < 1050);
    }

    /// <summary>Every tick of two weeks from the opening, with what is done in it.</summary>
    private static IEnumerable<(int Tick, Doing What)> Schedule(Life life)
    {
        var deeds = new Dictionary<int, Doing>();
        var at = life.OpenedAt;
        foreach (var deed in life.Deeds)
            deeds[at += deed.After + 1] = deed.What;
        for (var tick = life.OpenedAt; tick <= life.OpenedAt + Length; tick++)
            yield return (tick, deeds.GetValueOrDefault(tick));
    }

    /// <summary>The row, moved by the real arithmetic.</summary>
    private sealed class Tested
    {
        private readonly List<Pause> pauses = [];
        private readonly List<string> told = [];
        private readonly int openedAt;
        private readonly TicketRow row;

        public Tested(Life life)
        {
            openedAt = life.OpenedAt;
            row = new TicketRow
            {
                State = "open",
                Timetable = life.Always ? WorkingCalendar.AlwaysOpen : WorkingCalendar.Default,
                OpenedUs = Micros(life.OpenedAt),
                RoundFromUs = Micros(life.OpenedAt),
                FirstResponseLimit = life.FirstLimit,
                ResolutionLimit = life.ResolutionLimit,
            };
            Sla.SetDue(row, pauses);
            row.State = "in-progress";
        }

        public (bool, bool) Missed => (row.FirstResponseBreached, row.ResolutionBreached);

        public void Sweep(int tick)
        {
            // Only when its time has come, as the sweep does: this proves Wake as well.
            if (Sla.Wake(row) is not { } wake || wake > Micros(tick))
                return;
            while (Sla.Lapse(row, Chain, Micros(tick)) is { } entry)
                told.Add($"{tick - openedAt}:{entry.Type}{entry.Level}{entry.Role}");
        }

        public void Do(Doing what, int tick)
        {
            switch (what)
            {
                case Doing.Respond when row.State == "in-progress" && row.FirstResponseUs is null:
                    Sla.Respond(row, pauses, Micros(tick));
                    break;
                case Doing.Pause when row.State == "in-progress":
                    (row.State, row.WaitingSinceUs) = ("waiting", Micros(tick));
                    break;
                case Doing.Resume when row.State == "waiting":
                    row.State = "in-progress";
                    pauses.Add(new Pause(row.WaitingSinceUs!.Value, Micros(tick)));
                    Sla.Resume(row, pauses);
                    break;
                case Doing.Resolve when row.State == "in-progress":
                    row.State = "resolved";
                    Sla.Resolve(row, pauses, Micros(tick));
                    break;
            }
        }

        public override string ToString() =>
            $"{row.State} {row.FirstResponseBreached}/{row.FirstResponseMinutes} {row.ResolutionBreached}/{row.ResolutionMinutes} {row.EscalationLevel} {string.Join(' ', told)}";
    }

    /// <summary>Counts half minutes, and nothing else.</summary>
    private sealed class Oracle(Life life)
    {
        private readonly List<string> told = [];
        private string state = "in-progress";
        private int used;
        private int counted = life.OpenedAt;
        private int? firstUsedUpAt, resolutionUsedUpAt, timer;
        private bool firstMissed, resolutionMissed;
        private int level;
        private long? firstMinutes, resolutionMinutes;

        public void Sweep(int tick)
        {
            for (; counted < tick; counted++)
                if (state == "in-progress" && (life.Always || WorkingTicks[counted]))
                    used++;
            firstUsedUpAt ??= used >= life.FirstLimit * 2 ? tick : null;
            resolutionUsedUpAt ??= used >= life.ResolutionLimit * 2 ? tick : null;
            if (state != "in-progress")
                return;
            if (firstMinutes is null && !firstMissed && firstUsedUpAt < tick)
                Miss(out firstMissed, tick, "first-response-breached");
            if (!resolutionMissed && resolutionUsedUpAt < tick)
                Miss(out resolutionMissed, tick, "resolution-breached");
            while (timer is { } started && used - started >= Chain[level].AfterMinutes * 2)
            {
                level++;
                told.Add($"{tick - life.OpenedAt}:escalated{level}{Chain[level - 1].Role}");
                timer = level < Chain.Length ? used : null;
            }
        }

        public void Do(Doing what, int tick)
        {
            switch (what)
            {
                case Doing.Respond when state == "in-progress" && firstMinutes is null:
                    Respond();
                    break;
                case Doing.Pause when state == "in-progress":
                    state = "waiting";
                    break;
                case Doing.Resume when state == "waiting":
                    state = "in-progress";
                    break;
                case Doing.Resolve when state == "in-progress":
                    if (firstMinutes is null)
                        Respond();
                    resolutionMinutes = used / 2;
                    (state, timer) = ("resolved", null);
                    break;
            }
        }

        public override string ToString() =>
            $"{state} {firstMissed}/{firstMinutes} {resolutionMissed}/{resolutionMinutes} {level} {string.Join(' ', told)}";

        private void Respond()
        {
            firstMinutes = used / 2;
            if (!resolutionMissed)
                timer = null;
        }

        private void Miss(out bool missed, int tick, string what)
        {
            missed = true;
            told.Add($"{tick - life.OpenedAt}:{what}0");
            if (level < Chain.Length)
                timer ??= used;
        }
    }
}
