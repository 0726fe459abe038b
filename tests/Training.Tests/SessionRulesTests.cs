using Qudao.Platform;
using Qudao.Training.Bookings;
using Qudao.Training.Lecturers;
using Qudao.Training.Sessions;
using Qudao.Training.V1;
using static Qudao.Training.Sessions.SessionRules;

namespace Qudao.Training.Tests;

public class SessionRulesTests
{
    private static readonly DateTimeOffset Monday = Classroom.Monday;

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Scheduled] = [Scheduled, Held, Cancelled],
        [Held] = [Closed],
        [Closed] = [],
        [Cancelled] = [],
    };

    [Test]
    public void Every_state_allows_exactly_its_own_moves()
    {
        Assert.That(States, Is.EquivalentTo(Allowed.Keys));
        foreach (var from in States)
            foreach (var to in States)
            {
                Assert.That(MayMove(from, to), Is.EqualTo(Allowed[from].Contains(to)), $"{from} → {to}");
                if (!MayMove(from, to))
                    Assert.That(() => RequireMove(from, to), Throws.TypeOf<Refusal>().With.Property("Reason").EqualTo("WRONG_STATE"));
            }
    }

    [TestCase(Scheduled, true, true)]
    [TestCase(Held, false, true)]
    [TestCase(Closed, false, false)]
    [TestCase(Cancelled, false, false)]
    public void A_roster_is_open_until_the_session_is_held_and_its_marks_until_it_is_closed(string state, bool people, bool marks)
    {
        Assert.That(() => RequireOpen(state, forMarks: false), people ? Throws.Nothing : Throws.TypeOf<Refusal>());
        Assert.That(() => RequireOpen(state, forMarks: true), marks ? Throws.Nothing : Throws.TypeOf<Refusal>());
    }

    [TestCase(TrainingWay.Internal, "lecturer,place")]
    [TestCase(TrainingWay.Practice, "lecturer,place")]
    [TestCase(TrainingWay.Online, "lecturer,link")]
    [TestCase(TrainingWay.External, "provider,place")]
    [TestCase(TrainingWay.Unspecified, "")]
    public void Each_way_needs_its_own(TrainingWay way, string needed) =>
        Assert.That(Where(new TrainingSession { Way = way }).Select(v => v.Field["training_session.".Length..]), Is.EqualTo(needed.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    [TestCase(0, 120, "")]
    [TestCase(5, 115, "NOT_QUARTER")]
    [TestCase(0, 125, "NOT_QUARTER")]
    [TestCase(0, 0, "ORDER")]
    [TestCase(0, 721, "TOO_LONG")]
    [TestCase(-60 * 24, 120, "PAST")]
    public void A_time_is_ahead_on_quarter_hours_and_not_too_long(int start, int minutes, string reason)
    {
        var from = Monday.AddMinutes(start);
        Assert.That(Time(from, from.AddMinutes(minutes), Monday.AddHours(-1), new()).Select(v => v.Reason), Is.EqualTo(reason.Split(',', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public void Windows_on_odd_minutes_backwards_or_overlapping_are_named()
    {
        var lecturer = new Lecturer
        {
            Windows =
            {
                new TeachingWindow { Weekday = 1, Start = "08:30", End = "12:00" }, new TeachingWindow { Weekday = 1, Start = "11:45", End = "13:00" },
                new TeachingWindow { Weekday = 2, Start = "12:00", End = "08:00" }, new TeachingWindow { Weekday = 3, Start = "08:07", End = "25:00" },
            },
        };
        Assert.That(LecturerRules.Check(lecturer).Select(v => v.Field), Is.EqualTo(new[] { "lecturer.windows[1]", "lecturer.windows[2].end", "lecturer.windows[3].start", "lecturer.windows[3].end" }));
    }

    [Test]
    public void Proposals_keep_off_nights_noon_weekends_and_holidays()
    {
        var anybody = new Candidate("a", "甲", []);
        var found = new SlotFinder(WorkingCalendar.Default, [], DateTimeOffset.MinValue, []).Find([anybody], null, Monday.AddDays(-1), TimeSpan.FromHours(2), 3, 500);
        Assert.That(found, Is.Not.Empty);
        foreach (var slot in found)
        {
            var (from, until) = (slot.Start.ToOffset(ChinaTime.Offset), slot.End.ToOffset(ChinaTime.Offset));
            Assert.That(WorkingCalendar.Default.IsWorkingDay(DateOnly.FromDateTime(from.DateTime)));
            Assert.That(WorkingCalendar.Default.Windows.Any(w => w.Start <= from.TimeOfDay && until.TimeOfDay <= w.End), $"{from}");
        }
        Assert.That(found.Select(s => (s.Start - Monday.AddDays(-1)).Duration()), Is.Ordered, "the nearest first");
        Assert.That(found.Select(s => s.Start), Is.Unique);
        var day = new SlotFinder(WorkingCalendar.Default, [], DateTimeOffset.MinValue, []).Find([anybody], null, Monday, TimeSpan.FromHours(8), 0, 500);
        Assert.That(day.Select(s => s.Start), Is.EqualTo(new[] { Monday.AddHours(-0.5), Monday.AddHours(-0.25), Monday, Monday.AddHours(0.25), Monday.AddHours(0.5) }.OrderBy(t => (t - Monday).Duration()).ThenBy(t => t)),
            "what is longer than a half day goes over noon");
    }

    [Test]
    public void Whoever_is_free_is_proposed_in_the_place_of_who_is_not()
    {
        var busy = new BusyRow { ResourceKey = "staff/a", StartUs = Monday.Micros(), EndUs = Monday.AddHours(1).Micros() };
        var found = new SlotFinder(WorkingCalendar.Default, [busy], DateTimeOffset.MinValue, [])
            .Find([new Candidate("a", "甲", []), new Candidate("b", "乙", [new Window(1, 540, 600)])], [new RoomCandidate("r", "教室")], Monday, TimeSpan.FromHours(1), 0, 2);
        Assert.That(found.Select(s => (s.Lecturer.Id, s.Start)), Is.EqualTo(new[] { ("b", Monday), ("a", Monday.AddHours(1)) }));
    }
}
