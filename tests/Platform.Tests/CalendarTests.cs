using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;

namespace Qudao.Platform.Tests;

public class CalendarTests
{
    private static readonly WorkingCalendar Calendar = WorkingCalendar.Default;

    private static DateOnly Day(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd");

    private static DateTimeOffset At(string local) => DateTimeOffset.Parse(local + "+08:00");

    [Test]
    public void Public_holidays_are_those_of_the_notices()
    {
        string[] makeUp = ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
            "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"];

        Assert.That(WorkingCalendar.PublicHolidays.Where(d => d.Working).Select(d => d.Date), Is.EqualTo(makeUp.Select(Day)));
        Assert.That(WorkingCalendar.PublicHolidays.Count(d => !d.Working && d.Date.Year == 2025), Is.EqualTo(1 + 8 + 3 + 5 + 3 + 8));
        Assert.That(WorkingCalendar.PublicHolidays.Count(d => !d.Working && d.Date.Year == 2026), Is.EqualTo(3 + 9 + 3 + 5 + 3 + 3 + 7));
        Assert.That(makeUp.Select(Day), Has.All.Matches<DateOnly>(d => d.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday));
    }

    [TestCase("2025-01-27", true)]
    [TestCase("2025-01-28", false)]
    [TestCase("2025-02-08", true)]
    [TestCase("2026-10-07", false)]
    [TestCase("2026-10-08", true)]
    [TestCase("2026-10-10", true)]
    [TestCase("2026-10-11", false)]
    [TestCase("2031-10-01", true)]
    [TestCase("2031-10-04", false)]
    public void A_day_is_worked_or_not(string date, bool worked) => Assert.That(Calendar.IsWorkingDay(Day(date)), Is.EqualTo(worked));

    [TestCase(2024, false)]
    [TestCase(2025, true)]
    [TestCase(2026, true)]
    [TestCase(2027, false)]
    public void A_year_without_a_notice_says_so(int year, bool known) => Assert.That(Calendar.HasDataFor(year), Is.EqualTo(known));

    [Test]
    public void A_new_year_holiday_in_december_is_the_next_years_notice()
    {
        var calendar = new WorkingCalendar(WorkingCalendar.UsualWindows, [DayOfWeek.Sunday],
            [new(Day("2026-12-31"), false, "元旦"), new(Day("2027-01-01"), false, "元旦")]);

        Assert.That((calendar.HasDataFor(2026), calendar.HasDataFor(2027)), Is.EqualTo((false, true)));
    }

    [TestCase("2026-10-05", WorkingDayShift.None, "2026-10-05")]
    [TestCase("2026-10-05", WorkingDayShift.Next, "2026-10-08")]
    [TestCase("2026-10-05", WorkingDayShift.Previous, "2026-09-30")]
    [TestCase("2026-10-10", WorkingDayShift.Next, "2026-10-10")]
    public void A_day_off_is_shifted(string date, WorkingDayShift shift, string expected) =>
        Assert.That(Calendar.Shift(Day(date), shift), Is.EqualTo(Day(expected)));

    [TestCase("2026-09-30", 1, "2026-10-08")]
    [TestCase("2026-10-09", 1, "2026-10-10")]
    [TestCase("2026-10-09", 2, "2026-10-12")]
    [TestCase("2026-10-08", -1, "2026-09-30")]
    [TestCase("2026-10-03", 0, "2026-10-03")]
    [TestCase("2026-10-03", -1, "2026-09-30")]
    public void Working_days_are_added(string date, int n, string expected) =>
        Assert.That(Calendar.AddWorkingDays(Day(date), n), Is.EqualTo(Day(expected)));

    [TestCase("2026-09-29T08:30", "03:30", "2026-09-29T12:00", Description = "lunch is not entered")]
    [TestCase("2026-09-29T08:30", "03:31", "2026-09-29T13:31")]
    [TestCase("2026-09-29T12:30", "00:01", "2026-09-29T13:31", Description = "starting at lunch")]
    [TestCase("2026-09-29T16:30", "02:00", "2026-09-30T09:30", Description = "overnight")]
    [TestCase("2026-09-30T17:00", "01:00", "2026-10-08T09:00", Description = "over the national holiday")]
    [TestCase("2026-10-09T17:00", "01:00", "2026-10-10T09:00", Description = "into a make-up Saturday")]
    [TestCase("2026-10-03T10:00", "00:00", "2026-10-03T10:00", Description = "nothing to add")]
    [TestCase("2026-10-08T09:00", "-01:00", "2026-09-30T17:00", Description = "back over the holiday")]
    [TestCase("2026-09-29T13:30", "-03:30", "2026-09-29T08:30", Description = "back over lunch")]
    public void Working_time_is_added(string start, string span, string expected) =>
        Assert.That(Calendar.AddWorkingTime(At(start), TimeSpan.Parse(span)), Is.EqualTo(At(expected)));

    [TestCase("2026-09-29T00:00", "2026-09-30T00:00", "07:30")]
    [TestCase("2026-09-29T12:00", "2026-09-29T13:30", "00:00")]
    [TestCase("2026-09-30T17:00", "2026-10-08T09:00", "01:00")]
    [TestCase("2026-10-08T09:00", "2026-09-30T17:00", "-01:00")]
    public void Working_time_is_measured(string from, string until, string expected) =>
        Assert.That(Calendar.WorkingTimeBetween(At(from), At(until)), Is.EqualTo(TimeSpan.Parse(expected)));

    [Test]
    public void The_offset_of_the_instant_given_does_not_matter()
    {
        var utc = At("2026-09-29T16:30").ToUniversalTime();

        Assert.That(Calendar.AddWorkingTime(utc, TimeSpan.FromHours(2)), Is.EqualTo(At("2026-09-30T09:30")));
        Assert.That(ChinaTime.DateOf(new(2026, 9, 29, 16, 0, 0, TimeSpan.Zero)), Is.EqualTo(Day("2026-09-30")));
    }

    [Test]
    public void Always_open_counts_every_instant()
    {
        var (from, until) = (At("2026-09-30T17:00"), At("2026-10-08T09:00"));

        Assert.That(WorkingCalendar.AlwaysOpen.WorkingTimeBetween(from, until), Is.EqualTo(until - from));
        Assert.That(WorkingCalendar.AlwaysOpen.AddWorkingTime(from, until - from), Is.EqualTo(until));
    }

    [Test]
    public void Today_is_the_date_in_shanghai()
    {
        var clock = new FakeTimeProvider(new(2026, 9, 29, 16, 0, 0, TimeSpan.Zero));

        Assert.That(ChinaTime.Today(clock), Is.EqualTo(Day("2026-09-30")));
        Assert.That(ChinaTime.StartOfDay(Day("2026-09-30")).UtcDateTime, Is.EqualTo(new DateTime(2026, 9, 29, 16, 0, 0)));
        Assert.That(ChinaTime.EndOfDay(Day("2026-09-30")), Is.EqualTo(ChinaTime.StartOfDay(Day("2026-10-01"))));
    }

    [Test]
    public void The_fixed_offset_is_that_of_the_time_zone_database_since_1992()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Shanghai", out var zone))
            Assert.Ignore("no time zone database here");
        for (var day = Day("1992-01-01"); day < Day("2040-01-01"); day = day.AddDays(1))
            Assert.That(zone!.GetUtcOffset(ChinaTime.StartOfDay(day)), Is.EqualTo(ChinaTime.Offset));
    }

    [Test]
    public void Weeks_months_and_quarters_have_their_ends()
    {
        Assert.That(ChinaTime.StartOfWeek(Day("2026-01-01")), Is.EqualTo(Day("2025-12-29")));
        Assert.That(ChinaTime.EndOfWeek(Day("2026-01-04")), Is.EqualTo(Day("2026-01-04")));
        Assert.That(ChinaTime.WeekOf(Day("2025-12-29")), Is.EqualTo((2026, 1)));
        Assert.That(ChinaTime.StartOfWeek(2026, 1), Is.EqualTo(Day("2025-12-29")));
        Assert.That(ChinaTime.EndOfMonth(Day("2028-02-03")), Is.EqualTo(Day("2028-02-29")));
        Assert.That(ChinaTime.DayOfMonth(Day("2026-06-09"), 31), Is.EqualTo(Day("2026-06-30")));
        Assert.That(ChinaTime.StartOfMonth(Day("2026-06-09")), Is.EqualTo(Day("2026-06-01")));
        Assert.That(ChinaTime.StartOfQuarter(Day("2026-06-09")), Is.EqualTo(Day("2026-04-01")));
        Assert.That(ChinaTime.EndOfQuarter(Day("2026-05-09")), Is.EqualTo(Day("2026-06-30")));
    }

    [Test]
    public void Unsound_data_is_refused_with_every_problem()
    {
        var problems = WorkingCalendar.Problems(
            [WorkingWindow.Parse("12:00-08:30"), WorkingWindow.Parse("09:00-10:00"), WorkingWindow.Parse("09:30-24:00")],
            Enum.GetValues<DayOfWeek>(),
            [new(Day("1991-01-01"), false, ""), new(Day("2026-01-01"), false, ""), new(Day("2026-01-01"), true, "")]);

        Assert.That(problems.Select(p => p.Field), Is.EqualTo(["windows[0]", "windows[2]", "weekend", "days[0]", "days[2]"]));
        Assert.That(WorkingCalendar.Problems([], [], []).Single().Field, Is.EqualTo("windows"));
        Assert.That(() => new WorkingCalendar([], [], []), Throws.ArgumentException);
    }

    [TestCase("08:30")]
    [TestCase("08:30-12")]
    [TestCase("08:30-25:00")]
    [TestCase("")]
    public void A_window_that_is_none_is_refused(string text) => Assert.That(() => WorkingWindow.Parse(text), Throws.InstanceOf<FormatException>());

    [Test]
    public void A_window_is_written_as_it_is_read() =>
        Assert.That(WorkingWindow.Parse("8:30–24:00").ToString(), Is.EqualTo("08:30-24:00"));

    [Test]
    public void The_end_of_time_is_an_error_not_a_hang() => Assert.Multiple(() =>
    {
        Assert.That(() => Calendar.AddWorkingTime(At("9999-12-01T09:00"), TimeSpan.FromDays(300)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Calendar.AddWorkingTime(At("0001-01-05T09:00"), -TimeSpan.FromDays(300)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Calendar.NextWorkingDay(DateOnly.MaxValue), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [Test]
    public void Deadlines_are_cheap()
    {
        var start = At("2026-09-30T16:00");
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
            Calendar.WorkingTimeBetween(start, Calendar.AddWorkingTime(start, TimeSpan.FromMinutes(i % 4800)));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        TestContext.Out.WriteLine($"100,000 deadlines and spans in {watch.ElapsedMilliseconds} ms");
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(allocated, Is.LessThan(10_000));
    }

    /// <summary>A calendar of whole minutes, and the same data for the oracle, over four weeks from 2026-09-14.</summary>
    private sealed record Case(WorkingWindow[] Windows, DayOfWeek[] Weekend, CalendarDay[] Days, int From, int Span)
    {
        private static readonly DateTimeOffset Epoch = At("2026-09-14T00:00");

        public WorkingCalendar Calendar { get; } = new(Windows, Weekend, Days);

        public DateTimeOffset Start => Epoch.AddMinutes(From);

        /// <summary>Asks each minute by itself.</summary>
        public bool Works(DateTimeOffset minute)
        {
            var date = DateOnly.FromDateTime(minute.DateTime);
            var day = Days.FirstOrDefault(d => d.Date == date);
            return (day?.Working ?? !Weekend.Contains(date.DayOfWeek))
                && (day is { Windows.Count: > 0 } ? day.Windows : Windows).Any(w => w.Start <= minute.TimeOfDay && minute.TimeOfDay < w.End);
        }
    }

    private static readonly Arbitrary<Case> Cases = Arb.From(
        from cuts in Gen.Choose(1, 4).SelectMany(n => Gen.ListOf(Gen.Choose(0, 1440), n * 2))
        let times = cuts.Distinct().Order().ToArray()
        where times.Length >= 2
        let windows = times.Chunk(2).Where(w => w.Length == 2)
            .Select(w => new WorkingWindow(TimeSpan.FromMinutes(w[0]), TimeSpan.FromMinutes(w[1]))).ToArray()
        from weekend in Gen.SubListOf([DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Wednesday])
        from marks in Gen.ListOf(Gen.Choose(0, 7), 28)
        from own in Gen.Choose(0, 1200)
        let days = marks.Select((mark, i) => (mark, date: new DateOnly(2026, 9, 14).AddDays(i))).Where(d => d.mark < 4)
            .Select(d => new CalendarDay(d.date, d.mark > 0, "x") { Windows = Own(d.mark, own) }).ToArray()
        from start in Gen.Choose(0, 20 * 1440)
        from span in Gen.Choose(0, 3000)
        select new Case(windows, [.. weekend], days, start, span));

    // Days of mark 2 have one window of their own, those of mark 3 two.
    private static WorkingWindow[] Own(int mark, int from) =>
        [.. Enumerable.Range(0, Math.Max(0, mark - 1)).Select(i => new WorkingWindow(TimeSpan.FromMinutes(from + i * 150), TimeSpan.FromMinutes(from + i * 150 + 90)))];

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property Measured_time_is_that_of_a_minute_by_minute_count() => Prop.ForAll(Cases, c =>
    {
        var until = c.Start.AddMinutes(c.Span * 4);
        var counted = 0;
        for (var minute = c.Start; minute < until; minute = minute.AddMinutes(1))
            if (c.Works(minute))
                counted++;
        return c.Calendar.WorkingTimeBetween(c.Start, until) == TimeSpan.FromMinutes(counted)
            && c.Calendar.WorkingTimeBetween(until, c.Start) == TimeSpan.FromMinutes(-counted);
    });

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property Added_time_is_that_of_a_minute_by_minute_count() => Prop.ForAll(Cases, c =>
    {
        var (forward, back) = (c.Start, c.Start);
        for (var left = c.Span; left > 0; forward = forward.AddMinutes(1))
            if (c.Works(forward))
                left--;
        for (var left = c.Span; left > 0; back = back.AddMinutes(-1))
            if (c.Works(back.AddMinutes(-1)))
                left--;
        var span = TimeSpan.FromMinutes(c.Span);
        return c.Calendar.AddWorkingTime(c.Start, span) == forward && c.Calendar.AddWorkingTime(c.Start, -span) == back;
    });

    [FsCheck.NUnit.Property]
    public Property What_is_added_is_what_is_measured() => Prop.ForAll(Cases, Gen.Choose(0, int.MaxValue).ToArbitrary(), (c, ticks) =>
    {
        var start = c.Start.AddTicks(ticks);
        var span = TimeSpan.FromMinutes(c.Span) + TimeSpan.FromTicks(ticks);
        return c.Calendar.WorkingTimeBetween(start, c.Calendar.AddWorkingTime(start, span)) == span;
    });

    [FsCheck.NUnit.Property]
    public Property Days_are_stepped_as_they_are_counted() => Prop.ForAll(Cases, c =>
    {
        var day = ChinaTime.DateOf(c.Start);
        var n = c.Span % 30 + 1;
        var later = c.Calendar.AddWorkingDays(day, n);
        return c.Calendar.IsWorkingDay(later) && c.Calendar.WorkingDaysBetween(day.AddDays(1), later.AddDays(1)) == n
            && c.Calendar.AddWorkingDays(later, -n) <= day;
    });
}
