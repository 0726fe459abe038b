using FsCheck;
using FsCheck.Fluent;
using Qudao.Platform;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Tests;

/// <summary>
/// Five years of obligations, with holidays, rules that change, and sweeps that come when they like: what is made is what
/// walking from day to day says. The walk shares nothing with the engine but what a rule means.
/// </summary>
internal sealed class ObligationOracleTests
{
    private static readonly DateOnly First = new(2024, 1, 1), Last = new(2028, 12, 31);
    private static readonly string[] Recurring = ["daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly"];

    private sealed record Change(int Day, int Rule, int Offset, int Month, int DueDay, int Shift, bool Active);

    private sealed record Story(DateOnly Created, int[] Gaps, Change[] Begin, Change[] Changes, int[] Off, int[] MadeUp);

    private static readonly Gen<Change> Changing =
        from day in Gen.Choose(0, 1826)
        from rule in Gen.Choose(0, Recurring.Length - 1)
        from offset in Gen.Choose(-1, 1)
        from month in Gen.Choose(1, 12)
        from due in Gen.Choose(1, 31)
        from shift in Gen.Choose(0, 3)
        from active in Gen.Elements(true, true, true, false)
        select new Change(day, rule, offset, month, due, shift, active);

    private static readonly Arbitrary<Story> Stories = Arb.From(
        from created in Gen.Choose(0, 400)
        from gaps in Gen.ListOf(Gen.OneOf(Gen.Constant(1), Gen.Choose(1, 45)), 400)
        from begin in Gen.ListOf(Changing, Recurring.Length)
        from changes in Gen.ListOf(Changing, 12)
        from off in Gen.ListOf(Gen.Choose(0, 1900), 150)
        from madeUp in Gen.ListOf(Gen.Choose(0, 1900), 40)
        select new Story(First.AddDays(created), [.. gaps], [.. begin], [.. changes.OrderBy(change => change.Day)], [.. off.Distinct()], [.. madeUp.Distinct().Except(off)]));

    [FsCheck.NUnit.Property(MaxTest = 25)]
    public Property Five_years_are_what_walking_from_day_to_day_says() => Prop.ForAll(Stories, story =>
    {
        var calendar = new WorkingCalendar(WorkingCalendar.UsualWindows, [DayOfWeek.Saturday, DayOfWeek.Sunday],
            [.. story.Off.Select(day => new CalendarDay(First.AddDays(day), false, "")), .. story.MadeUp.Select(day => new CalendarDay(First.AddDays(day), true, ""))]);
        var rules = Recurring.Select(recurrence => new RuleRow { Code = recurrence, Recurrence = recurrence, DueMonth = 1, DueDay = 1, Shift = "none", Active = true }).ToList();
        foreach (var (change, i) in story.Begin.Select((change, i) => (change, i)))
            Apply(rules[i], change);
        var walk = new Walk(story.Off.Select(day => First.AddDays(day)).ToHashSet(), story.MadeUp.Select(day => First.AddDays(day)).ToHashSet(), story.Created);
        var made = new Dictionary<string, DateOnly>();
        var walked = new Dictionary<string, DateOnly>();
        var (from, changed) = (story.Created, 0);
        foreach (var today in story.Gaps.Aggregate(new List<DateOnly> { story.Created }, (days, gap) => [.. days, days[^1].AddDays(gap)]).TakeWhile(day => day <= Last))
        {
            for (; changed < story.Changes.Length && First.AddDays(story.Changes[changed].Day) <= today; changed++)
            {
                Apply(rules[story.Changes[changed].Rule], story.Changes[changed]);
                // A change lets everybody be looked at again from its day on.
                var day = First.AddDays(story.Changes[changed].Day);
                from = day < from ? day : from;
            }
            foreach (var owed in ObligationRules.Recurring(rules, new Subject("js", "js", null, [], true, "/hq/js/", story.Created, from), today, calendar))
                made.TryAdd($"{owed.Rule.Code} {owed.Period}", owed.DueDate);
            foreach (var rule in rules.Where(rule => rule.Active))
                foreach (var (period, due) in walk.Owed(rule, from, today))
                    walked.TryAdd($"{rule.Code} {period}", due);
            from = today.AddDays(1);
        }
        Assert.That(made.Select(one => $"{one.Key} {one.Value:yyyy-MM-dd}").Order(StringComparer.Ordinal), Is.EqualTo(walked.Select(one => $"{one.Key} {one.Value:yyyy-MM-dd}").Order(StringComparer.Ordinal)));
        return made.Count > 0 || rules.All(rule => !rule.Active);
    });

    private static void Apply(RuleRow rule, Change change)
    {
        (rule.DueOffset, rule.Active) = (change.Offset, change.Active);
        rule.DueMonth = rule.Recurrence switch { "quarterly" => (change.Month - 1) % 3 + 1, "half-yearly" => (change.Month - 1) % 6 + 1, "yearly" => change.Month, _ => 1 };
        rule.DueDay = rule.Recurrence switch { "daily" => 1, "weekly" => (change.DueDay - 1) % 7 + 1, _ => change.DueDay };
        rule.Shift = new[] { "none", "next", "previous", "skip" }[change.Shift];
    }

    /// <summary>Knows of a day which period it lies in, by its label, and whether it is worked; all else by walking.</summary>
    private sealed class Walk(HashSet<DateOnly> off, HashSet<DateOnly> madeUp, DateOnly created)
    {
        public IEnumerable<(string Period, DateOnly Due)> Owed(RuleRow rule, DateOnly from, DateOnly today)
        {
            // The current and the next period of each day looked at.
            var end = After(rule, After(rule, today));
            var seen = "";
            for (var day = Begin(rule, from); day < end; day = day.AddDays(1))
            {
                if (Label(rule, day) == seen)
                    continue;
                seen = Label(rule, day);
                if (After(rule, day) > created && Due(rule, day) is { } due && due >= created)
                    yield return (seen, due);
            }
        }

        private DateOnly? Due(RuleRow rule, DateOnly day)
        {
            var start = rule.DueOffset switch { 1 => After(rule, day), -1 => Begin(rule, Begin(rule, day).AddDays(-1)), _ => Begin(rule, day) };
            var due = start;
            if (rule.Recurrence == "weekly")
                due = start.AddDays((int)rule.DueDay - 1);
            else if (rule.Recurrence != "daily")
            {
                for (var month = 1; month < rule.DueMonth;)
                    if ((due = due.AddDays(1)).Day == 1)
                        month++;
                while (due.Day < rule.DueDay && due.AddDays(1).Day > 1)
                    due = due.AddDays(1);
            }
            if (rule.Shift == "skip" && !Works(due))
                return null;
            while (rule.Shift is "next" or "previous" && !Works(due))
                due = due.AddDays(rule.Shift == "next" ? 1 : -1);
            return due;
        }

        private bool Works(DateOnly day) => madeUp.Contains(day) || (!off.Contains(day) && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));

        private static DateOnly Begin(RuleRow rule, DateOnly day)
        {
            while (Label(rule, day.AddDays(-1)) == Label(rule, day))
                day = day.AddDays(-1);
            return day;
        }

        private static DateOnly After(RuleRow rule, DateOnly day)
        {
            var label = Label(rule, day);
            while (Label(rule, day) == label)
                day = day.AddDays(1);
            return day;
        }

        private static string Label(RuleRow rule, DateOnly day)
        {
            var thursday = day;
            while (rule.Recurrence == "weekly" && thursday.DayOfWeek != DayOfWeek.Thursday)
                thursday = thursday.AddDays(thursday.DayOfWeek is DayOfWeek.Monday or DayOfWeek.Tuesday or DayOfWeek.Wednesday ? 1 : -1);
            return rule.Recurrence switch
            {
                "daily" => $"{day:yyyy-MM-dd}",
                "weekly" => $"{thursday.Year}-W{(thursday.DayOfYear - 1) / 7 + 1:00}",
                "monthly" => $"{day:yyyy-MM}",
                "quarterly" => $"{day.Year}-Q{(day.Month < 4 ? 1 : day.Month < 7 ? 2 : day.Month < 10 ? 3 : 4)}",
                "half-yearly" => $"{day.Year}-H{(day.Month < 7 ? 1 : 2)}",
                _ => $"{day.Year}",
            };
        }
    }
}
