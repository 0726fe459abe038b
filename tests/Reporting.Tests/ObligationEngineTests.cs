using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Tests;

/// <summary>The engine against a naive oracle: a year, day by day, with the State Council's holidays.</summary>
internal sealed class ObligationEngineTests
{
    private static readonly DateOnly First = new(2026, 1, 1), Last = new(2026, 12, 31);

    [Test]
    public async Task A_year_of_obligations_is_what_a_naive_count_says([Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        await using var database = new ReportingDatabase(ChinaTime.At(First, new TimeOnly(8, 0)));
        await database.HearAsync([Stamp(Heard.Organisation("js", "/hq/js/"), database), Stamp(Heard.Staff("s1", "js", "/hq/js/", "salesperson"), database)]);
        var surveys = new Dictionary<string, DateTimeOffset>();
        var statistics = new Dictionary<string, DateTimeOffset>();
        for (var day = First; day <= Last; day = day.AddDays(1))
        {
            // Sometimes nothing runs for days; the sweep then makes up for them.
            if (random.Next(4) > 0)
                await AtAsync(database, day, new TimeOnly(7, random.Next(60)));
            if (random.Next(28) == 0)
                await SubmitAsync(database, surveys, day, random, at => new SurveySubmitted { AggregateId = "x", Version = 1, ScopePath = "/hq/js/", OrganisationId = "js", Month = $"{day:yyyy-MM}", StaffId = "s1", Rows = 1 });
            if (random.Next(28) == 0)
                await SubmitAsync(database, statistics, day, random, at => new StatisticsSubmitted { AggregateId = "y", Version = 1, ScopePath = "/hq/js/", OrganisationId = "js", StaffId = "s1", ReportDay = day, Rows = 1 });
        }
        await AtAsync(database, Last, new TimeOnly(23, 59));

        var rules = (await database.Db.ReadAsync(RuleStore.AllAsync)).ToDictionary(rule => rule.Code);
        var made = await database.Db.ReadAsync(s => s.QueryAsync<ObligationRow>(
            "SELECT duty AS Duty, subject_id AS SubjectId, period AS Period, due_date AS DueDate, state AS State FROM obligations"));
        var expected = Oracle.Year(rules.Values, surveys, statistics);

        Assert.That(made.Select(row => $"{row.Duty} {row.SubjectId} {row.Period} {row.DueDate:yyyy-MM-dd} {row.State}").Order(StringComparer.Ordinal),
            Is.EqualTo(expected.Order(StringComparer.Ordinal)));
        Assert.That(made.Where(row => row.Duty == "market-survey").Select(row => row.State).Distinct().Count(), Is.GreaterThan(2), "the year holds several outcomes");
    }

    [Test]
    public async Task Every_move_is_published_once_and_in_order()
    {
        await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 11, 18), new TimeOnly(8, 0)));
        await database.HearAsync([Stamp(Heard.Organisation("js", "/hq/js/"), database)]);
        await database.SweepAsync();
        await AtAsync(database, new(2026, 11, 22), new TimeOnly(0, 0));
        await AtAsync(database, new(2026, 11, 25), new TimeOnly(23, 59));
        await AtAsync(database, new(2026, 11, 26), new TimeOnly(0, 0));
        await database.HearAsync([Stamp(new StatisticsSubmitted { AggregateId = "y", Version = 1, ScopePath = "/hq/js/", OrganisationId = "js", StaffId = "s1", ReportDay = new(2026, 11, 25), Rows = 1 }, database)]);
        await database.SweepAsync();

        var published = await PublishedAsync(database);
        Assert.That(published.Where(e => e.Duty == "agreement-statistics" && e.Period == "2026-11").Select(e => (e.Version, e.State)),
            Is.EqualTo(new[] { (1L, "scheduled"), (2L, "due-soon"), (3L, "missing"), (4L, "late") }));
        Assert.That(published.Select(e => (e.AggregateId, e.Version)), Is.Unique);
    }

    [Test]
    public async Task Accounts_reconciled_within_the_month_of_grace_are_on_time()
    {
        const string Duty = "SELECT period, due_date, state FROM obligations WHERE duty = 'account-reconciliation' AND subject_id = 'js'";
        await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 6, 1), new TimeOnly(8, 0)));
        await database.HearAsync([Stamp(Heard.Organisation("js", "/hq/js/"), database), Stamp(Heard.Organisation("zj", "/hq/zj/"), database)]);
        await database.SweepAsync();
        await AtAsync(database, new(2026, 7, 31), new TimeOnly(23, 59));
        Assert.That(await database.DumpAsync(Duty), Has.Some.EndsWith("2026-H1|2026-06-30|due-soon"));
        await database.HearAsync([Stamp(new AccountsReconciled
        {
            AggregateId = "r", Version = 3, ScopePath = "/hq/js/", OrganisationId = "js", StaffId = null, Period = "2026-H1", CutoffDate = new(2026, 6, 30), Statements = 2, OurFen = 5,
        }, database)]);
        await AtAsync(database, new(2026, 8, 1), new TimeOnly(0, 1));

        Assert.That(await database.DumpAsync(Duty), Has.Some.EndsWith("2026-H1|2026-06-30|on-time"));
        Assert.That(await database.DumpAsync("SELECT period, due_date, state FROM obligations WHERE duty = 'account-reconciliation' AND subject_id = 'zj'"), Has.Some.EndsWith("2026-H1|2026-06-30|missing"));
    }

    [Test]
    public async Task Sweeps_that_run_together_make_and_move_everything_once()
    {
        await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 11, 2), new TimeOnly(8, 0)));
        await database.HearAsync([Stamp(Heard.Organisation("js", "/hq/js/"), database), Stamp(Heard.Organisation("zj", "/hq/zj/"), database)]);
        database.Clock.SetUtcNow(ChinaTime.At(new(2026, 11, 27), new TimeOnly(8, 0)));

        await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => new[] { database.SweepAsync(), database.SweepInAnotherInstanceAsync() }));

        var published = await PublishedAsync(database);
        Assert.That(published.Select(e => (e.AggregateId, e.Version)), Is.Unique);
        Assert.That(published.Count(e => e.Duty == "agreement-statistics" && e.Period == "2026-11" && e.State == "missing"), Is.EqualTo(2));
    }

    [Test]
    public async Task What_a_killed_instance_left_undone_is_done_once([Values(1, 2, 3, 5, 8, 13)] int reads)
    {
        const string Made = "SELECT duty, subject_id, period, due_date, state, version FROM obligations";
        async Task<(List<string> Made, List<ObligationChanged> Published)> EndAsync(bool kill)
        {
            await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 11, 2), new TimeOnly(8, 0)));
            await database.HearAsync(new[] { "js", "zj", "ah" }.Select(id => Stamp(Heard.Organisation(id, $"/hq/{id}/"), database)));
            await database.HearAsync(Enumerable.Range(0, 5).Select(i => Stamp(Heard.Staff($"s{i}", "js", "/hq/js/", "salesperson"), database)));
            foreach (var day in new[] { 2, 11, 27 })
            {
                database.Clock.SetUtcNow(ChinaTime.At(new(2026, 11, day), new TimeOnly(8, 0)));
                if (kill)
                    Assert.That(await database.SweepUntilKilledAsync(reads), $"there is work left on the {day}th");
                await Task.WhenAll(database.SweepAsync(), kill ? database.SweepInAnotherInstanceAsync() : Task.CompletedTask);
            }
            return (await database.DumpAsync(Made), await PublishedAsync(database));
        }

        var (undisturbed, _) = await EndAsync(kill: false);
        var (made, published) = await EndAsync(kill: true);

        Assert.That(made, Is.EqualTo(undisturbed));
        Assert.That(published.Select(e => (e.AggregateId, e.Version)), Is.Unique);
    }

    [Test]
    public async Task An_agreement_is_to_be_entered_within_one_working_day()
    {
        await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 11, 18), new TimeOnly(8, 0)));
        await database.HearAsync([Stamp(Heard.Organisation("js", "/hq/js/"), database)]);
        await database.SweepAsync();
        // 20 November is a Friday: due on Monday the 23rd.
        database.Clock.SetUtcNow(ChinaTime.At(new(2026, 11, 24), new TimeOnly(9, 0)));
        await database.HearAsync(
        [
            Stamp(Heard.Signed("a1", "p1", new(2026, 11, 20), number: "QD-1"), database), Stamp(Heard.Signed("a2", "p2", new(2026, 11, 23), number: "QD-2"), database),
        ]);
        await database.SweepAsync();

        Assert.That(await database.DumpAsync("SELECT period, due_date, state FROM obligations WHERE duty = 'contract-entry'"),
            Is.EqualTo(new[] { "QD-1|2026-11-23|late", "QD-2|2026-11-24|on-time" }.Select(row => $"SELECT period, due_date, state FROM obligations WHERE duty = 'contract-entry': {row}")));
    }

    [Test]
    public async Task A_deal_is_to_be_reported_by_its_signing_and_its_original_filed_by_the_5th()
    {
        await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 11, 18), new TimeOnly(8, 0)));
        await database.HearAsync([Stamp(Heard.Organisation("js", "/hq/js/"), database)]);
        await database.SweepAsync();
        await AtAsync(database, new(2026, 11, 20), new TimeOnly(9, 0));
        await database.HearAsync(
        [
            Stamp(Heard.Signed("a1", "p1", new(2026, 11, 20), number: "QD-1") with { ReportTime = ChinaTime.At(new(2026, 11, 10), new TimeOnly(9, 0)) }, database),
            Stamp(Heard.Signed("a2", "p2", new(2026, 11, 19), number: "QD-2") with { ReportTime = ChinaTime.At(new(2026, 11, 20), new TimeOnly(0, 0)) }, database),
        ]);
        await database.SweepAsync();
        await AtAsync(database, new(2026, 12, 7), new TimeOnly(9, 0));
        await database.HearAsync([Stamp(Filed("a1", "QD-1", new(2026, 11, 20)), database)]);
        await AtAsync(database, new(2026, 12, 8), new TimeOnly(9, 0));
        await database.HearAsync([Stamp(Filed("a2", "QD-2", new(2026, 11, 19)), database)]);
        await database.SweepAsync();

        // 5 December 2026 is a Saturday: due on Monday the 7th.
        var states = await database.Db.ReadAsync(s => s.QueryAsync<string>(
            "SELECT duty || ' ' || period || ' ' || due_date || ' ' || state FROM obligations WHERE duty IN ('agreement-report', 'originals-bound') ORDER BY 1"));
        Assert.That(states, Is.EqualTo(new[]
        {
            "agreement-report QD-1 2026-11-20 on-time", "agreement-report QD-2 2026-11-19 late", "originals-bound QD-1 2026-12-07 on-time", "originals-bound QD-2 2026-12-07 late",
        }));

        static AgreementFiled Filed(string id, string number, DateOnly signed) => new()
        {
            AggregateId = id,
            Version = 9,
            ScopePath = "/hq/js/",
            Number = number,
            Kind = "terminal",
            PartnerId = "p1",
            OrganisationId = "js",
            SignedDate = signed,
            ArchiveNumber = number,
            ArchiveBox = "",
            Departments = [],
        };
    }

    [Test]
    public async Task Who_leaves_owes_nothing_that_is_still_to_come()
    {
        await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 11, 18), new TimeOnly(8, 0)));
        await database.HearAsync([Stamp(Heard.Organisation("js", "/hq/js/"), database), Stamp(Heard.Staff("s1", "js", "/hq/js/", "salesperson"), database)]);
        await database.SweepAsync();
        await AtAsync(database, new(2026, 11, 19), new TimeOnly(9, 0));
        await database.HearAsync([Stamp(Heard.Staff("s1", "js", "/hq/js/", "salesperson", active: false, version: 2), database)]);
        await database.SweepAsync();
        await AtAsync(database, new(2026, 12, 3), new TimeOnly(9, 0));

        var states = await database.Db.ReadAsync(s => s.QueryAsync<string>("SELECT duty || ' ' || period || ' ' || state FROM obligations WHERE staff_id = 's1' ORDER BY 1"));
        Assert.That(states, Does.Contain("work-journal 2026-11-18 missing"));
        Assert.That(states, Does.Contain("work-journal 2026-11-19 waived"));
        Assert.That(states, Does.Contain("self-appraisal 2026-11 waived"));
        Assert.That(states.Where(state => state.Contains("2026-12", StringComparison.Ordinal)), Is.All.EndsWith("waived"));
    }

    [Test]
    public async Task Who_changes_roles_owes_what_the_new_one_owes()
    {
        await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 11, 18), new TimeOnly(8, 0)));
        await database.HearAsync([Stamp(Heard.Organisation("js", "/hq/js/"), database), Stamp(Heard.Staff("s1", "js", "/hq/js/", "trainer"), database)]);
        await database.SweepAsync();
        Assert.That(await OwedAsync(database), Is.EquivalentTo(new[] { "self-appraisal 2026-11 scheduled", "self-appraisal 2026-12 scheduled" }));

        await database.HearAsync([Stamp(Heard.Staff("s1", "js", "/hq/js/", "salesperson", version: 2), database)]);
        await database.SweepAsync();
        Assert.That(await OwedAsync(database), Is.SupersetOf(new[] { "self-appraisal 2026-11 scheduled", "work-journal 2026-11-18 due-soon", "visit-plan 2026-W48 scheduled" }));

        await database.HearAsync([Stamp(Heard.Staff("s1", "js", "/hq/js/", "trainer", version: 3), database)]);
        await database.SweepAsync();
        Assert.That(await OwedAsync(database), Is.SupersetOf(new[] { "self-appraisal 2026-11 scheduled", "work-journal 2026-11-18 waived", "visit-plan 2026-W48 waived" }));

        await database.HearAsync([Stamp(Heard.Staff("s1", "js", "/hq/js/", "salesperson", version: 4), database)]);
        await database.SweepAsync();
        Assert.That(await OwedAsync(database), Is.SupersetOf(new[] { "work-journal 2026-11-18 due-soon", "visit-plan 2026-W48 scheduled" }));
    }

    [Test]
    public async Task Nobody_outside_a_centre_owes_anything()
    {
        await using var database = new ReportingDatabase(ChinaTime.At(new(2026, 11, 18), new TimeOnly(8, 0)));
        await database.HearAsync(
        [
            Stamp(Heard.Organisation("hq", "/hq/", "hq"), database), Stamp(Heard.Staff("h1", "hq", "/hq/", "finance"), database), Stamp(Heard.Organisation("js", "/hq/js/"), database),
            Stamp(Heard.Staff("o1", "js", "/hq/js/a1/", "salesperson") with { PartnerId = "a1" }, database), Stamp(Heard.Staff("s9", "nowhere", "/hq/nowhere/", "salesperson"), database),
        ]);
        await database.SweepAsync();

        Assert.That(await database.Db.ReadAsync(s => s.QueryAsync<string>("SELECT DISTINCT subject_id FROM obligations")), Is.EqualTo(new[] { "js" }));
    }

    private static Task<List<string>> OwedAsync(ReportingDatabase database) =>
        database.Db.ReadAsync(s => s.QueryAsync<string>("SELECT duty || ' ' || period || ' ' || state FROM obligations WHERE staff_id = 's1'"));

    private static async Task AtAsync(ReportingDatabase database, DateOnly day, TimeOnly time)
    {
        var to = ChinaTime.At(day, time);
        if (to > database.Clock.GetUtcNow())
            database.Clock.SetUtcNow(to);
        await database.SweepAsync();
    }

    private static async Task SubmitAsync(ReportingDatabase database, Dictionary<string, DateTimeOffset> submitted, DateOnly day, Random random, Func<DateTimeOffset, Event> make)
    {
        var at = ChinaTime.At(day, new TimeOnly(8 + random.Next(15), 30));
        if (at > database.Clock.GetUtcNow())
            database.Clock.SetUtcNow(at);
        submitted.TryAdd($"{day:yyyy-MM}", database.Clock.GetUtcNow());
        await database.HearAsync([Stamp(make(at), database)]);
    }

    private static Event Stamp(Event happened, ReportingDatabase database) =>
        happened with { EventId = Guid.NewGuid().ToString("n"), OccurTime = database.Clock.GetUtcNow() };

    private static async Task<List<ObligationChanged>> PublishedAsync(ReportingDatabase database)
    {
        var bodies = await database.Db.ReadAsync(s => s.QueryAsync<string>("SELECT body FROM outbox WHERE type = 'qudao.reporting.obligation-changed' ORDER BY seq"));
        return [.. bodies.Select(body => (ObligationChanged)EventJson.Read("qudao.reporting.obligation-changed", body))];
    }

    /// <summary>
    /// What stands at the end of 31 December 2026 for centre js and salesperson s1, both there from 1 January: worked out from
    /// the manuals' table by walking over the days, without the service's periods and rules.
    /// </summary>
    private static class Oracle
    {
        private static readonly DateTimeOffset End = ChinaTime.At(Last, new TimeOnly(23, 59));

        public static IEnumerable<string> Year(IEnumerable<RuleRow> rules, Dictionary<string, DateTimeOffset> surveys, Dictionary<string, DateTimeOffset> statistics)
        {
            foreach (var rule in rules)
                foreach (var (period, due) in Due(rule.Code).Where(owed => owed.Due >= First))
                {
                    var submitted = rule.Code switch
                    {
                        "market-survey" when surveys.TryGetValue(period, out var at) => at,
                        "agreement-statistics" when statistics.TryGetValue(period, out var at) => at,
                        _ => (DateTimeOffset?)null,
                    };
                    yield return $"{rule.Code} {(rule.Personal ? "s1" : "js")} {period} {due:yyyy-MM-dd} {State(due, submitted, (int)rule.DueSoonDays, rule.Code == "account-reconciliation" ? 31 : 0)}";
                }
        }

        private static string State(DateOnly due, DateTimeOffset? submitted, int soon, int grace)
        {
            if (submitted is { } at)
                return DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(8)).DateTime) <= due ? "on-time" : "late";
            var today = DateOnly.FromDateTime(End.ToOffset(TimeSpan.FromHours(8)).DateTime);
            return today > due.AddDays(grace) ? "missing" : today >= due.AddDays(-soon) ? "due-soon" : "scheduled";
        }

        private static IEnumerable<(string Period, DateOnly Due)> Due(string code) => code switch
        {
            "work-journal" or "daily-sales" => Days(new(2027, 1, 1)).Where(Works).Select(day => ($"{day:yyyy-MM-dd}", day)),
            "expansion-progress" => Mondays(new(2027, 1, 4)).Select(monday => (Week(monday), Later(monday))),
            "weekly-journal" => Mondays(new(2027, 1, 4)).Select(monday => (Week(monday), Later(monday.AddDays(7)))),
            "department-meeting" => Mondays(new(2027, 1, 4)).Select(monday => (Week(monday), Earlier(monday.AddDays(4)))),
            "visit-plan" => Mondays(new(2027, 1, 4)).Select(monday => (Week(monday), monday.AddDays(-2))),
            "plan-decomposition" or "market-survey" => Months(13).Select(m => ($"{m:yyyy-MM}", Later(m.AddDays(4)))),
            "gm-report" or "attainment" or "staff-evaluation" or "monthly-journal" => Months(13).Select(m => ($"{m:yyyy-MM}", Later(m.AddMonths(1).AddDays(4)))),
            "evaluation-form" => Months(13).Select(m => ($"{m:yyyy-MM}", Later(m.AddMonths(1).AddDays(9)))),
            "monthly-summary" => Months(13).Select(m => ($"{m:yyyy-MM}", Later(m.AddMonths(1).AddDays(17)))),
            "centre-meeting" or "agreement-statistics" => Months(13).Select(m => ($"{m:yyyy-MM}", Later(m.AddDays(24)))),
            "self-appraisal" or "department-evaluation" => Months(13).Select(m => ($"{m:yyyy-MM}", Earlier(m.AddMonths(1).AddDays(-1)))),
            "quarterly-appraisal" => Enumerable.Range(0, 5).Select(q => First.AddMonths(3 * q)).Select(q => ($"{q:yyyy}-Q{(q.Month - 1) / 3 + 1}", Earlier(q.AddMonths(3).AddDays(-1)))),
            "account-reconciliation" => Enumerable.Range(0, 3).Select(h => First.AddMonths(6 * h)).Select(h => ($"{h:yyyy}-H{(h.Month == 1 ? 1 : 2)}", Earlier(h.AddMonths(6).AddDays(-1)))),
            "training-plan" => [("2026", Earlier(new(2026, 1, 31))), ("2027", Earlier(new(2027, 1, 31)))],
            "annual-appraisal" or "annual-summary" => [("2026", Earlier(new(2026, 12, 31))), ("2027", Earlier(new(2027, 12, 31)))],
            "contract-entry" or "agreement-report" or "originals-bound" => [],
            _ => throw new AssertionException($"The oracle does not know {code}."),
        };

        // What was due before 1 January is nobody's; that concerns the week of 29 December 2025 only.
        private static IEnumerable<DateOnly> Mondays(DateOnly last) => Days(last, new(2025, 12, 29)).Where(day => day.DayOfWeek == DayOfWeek.Monday);

        private static IEnumerable<DateOnly> Months(int n) => Enumerable.Range(0, n).Select(First.AddMonths);

        private static IEnumerable<DateOnly> Days(DateOnly last, DateOnly? first = null)
        {
            for (var day = first ?? First; day <= last; day = day.AddDays(1))
                yield return day;
        }

        private static string Week(DateOnly monday) => $"{System.Globalization.ISOWeek.GetYear(monday.ToDateTime(default))}-W{System.Globalization.ISOWeek.GetWeekOfYear(monday.ToDateTime(default)):00}";

        private static bool Works(DateOnly day) =>
            WorkingCalendar.PublicHolidays.FirstOrDefault(d => d.Date == day)?.Working ?? day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

        private static DateOnly Later(DateOnly day) => Works(day) ? day : Later(day.AddDays(1));

        private static DateOnly Earlier(DateOnly day) => Works(day) ? day : Earlier(day.AddDays(-1));
    }
}
