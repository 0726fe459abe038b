using Microsoft.Extensions.Time.Testing;

namespace Qudao.Platform.Tests;

public class IdsTests
{
    [Test]
    public void Ids_are_ordered_as_they_are_made_even_within_a_millisecond()
    {
        var clock = new FakeTimeProvider();
        var ids = Enumerable.Range(0, 1000).Select(_ => Ids.New(clock)).ToList();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        ids.Add(Ids.New(clock));
        Assert.That(ids, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(ids, Is.Unique);
        Assert.That(ids, Has.All.Matches("^[0-9a-hjkmnp-tv-z]{26}$"));
    }

    [Test]
    public void A_clock_set_back_makes_no_id_twice()
    {
        var clock = new FakeTimeProvider();
        var before = Ids.New(clock);
        clock.AdjustTime(clock.GetUtcNow().AddDays(1));
        Ids.New(clock);
        clock.AdjustTime(clock.GetUtcNow().AddDays(-1));
        Assert.That(Ids.New(clock), Is.Not.EqualTo(before));
    }

    [TestCase("partners/01k", "01k")]
    [TestCase("staff/01k", "")]
    [TestCase("", "")]
    public void The_id_is_what_follows_the_collection(string name, string id) => Assert.That(Ids.Of(name, "partners"), Is.EqualTo(id));
}
