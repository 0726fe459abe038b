using Qudao.Platform;
using Qudao.Training.Requests;
using Qudao.Training.V1;
using static Qudao.Training.Requests.TrainingRules;

namespace Qudao.Training.Tests;

public class TrainingRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 9, 0, 0, TimeSpan.FromHours(8));

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Requested] = [Scheduled, Rejected, Cancelled],
        [Scheduled] = [Scheduled, Held, Cancelled],
        [Held] = [Evaluated],
        [Evaluated] = [Filed],
        [Filed] = [],
        [Rejected] = [],
        [Cancelled] = [],
    };

    [Test]
    public void Every_state_allows_exactly_its_own_moves()
    {
        foreach (var from in States)
        {
            var allowed = States.Where(to => MayMove(from, to));
            Assert.That(allowed, Is.EquivalentTo(Allowed[from]), from);
        }
    }

    [Test]
    public void A_refused_move_says_where_it_stands_in_both_languages()
    {
        var refused = Assert.Throws<Refusal>(() => RequireMove(Requested, Held))!;
        Assert.Multiple(() =>
        {
            Assert.That(refused.Reason, Is.EqualTo("WRONG_STATE"));
            Assert.That(refused.Zh, Does.Contain("已申请"));
            Assert.That(refused.En, Does.Contain("requested"));
        });
    }

    [Test]
    public void A_slot_in_the_past_that_ends_before_it_begins_has_both_faults_named()
    {
        var found = Slot(Now.AddHours(-1), Now.AddHours(-2), Now, new());
        Assert.That(found.Select(v => v.Field), Is.EqualTo(new[] { "start_time", "end_time" }));
        Assert.That(Slot(Now.AddDays(1), Now.AddDays(9), Now, new()).Select(v => v.Reason), Is.EqualTo(new[] { "TOO_LONG" }));
        Assert.That(Slot(Now.AddHours(1), Now.AddHours(3), Now, new()), Is.Empty);
    }

    [Test]
    public void Nobody_attended_or_not_begun_is_no_training()
    {
        var absent = new Trainee { DisplayName = "李雷", Attended = false };
        Assert.That(Attendance([absent]).Single().Field, Is.EqualTo("trainees"));
        Assert.That(Attendance([absent, new Trainee { DisplayName = "韩梅梅", Attended = true }]), Is.Empty);
        Assert.That(() => RequireBegun(Now.AddHours(1).Micros(), Now), Throws.TypeOf<Refusal>().With.Property("Reason").EqualTo("NOT_BEGUN"));
        Assert.That(() => RequireBegun(Now.Micros(), Now), Throws.Nothing);
    }

    [TestCase(0, 3, true)]
    [TestCase(3, 3, true)]
    [TestCase(2, 3, false)]
    [TestCase(4, 3, false)]
    public void Scores_are_for_all_who_came_or_for_nobody(int given, int attended, bool right) =>
        Assert.That(Scores(given, attended), right ? Is.Empty : Has.Count.EqualTo(1));
}
