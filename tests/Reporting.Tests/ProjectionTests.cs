using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Reporting.Tests;

/// <summary>Events come more than once and in any order; what stands in the end is the same.</summary>
internal sealed class ProjectionTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, ChinaTime.Offset);
    private static readonly string[] Tables =
    [
        "SELECT * FROM organisations", "SELECT * FROM staff", "SELECT * FROM partners", "SELECT * FROM partner_stages", "SELECT * FROM visits",
        "SELECT * FROM agreements", "SELECT * FROM training_requests", "SELECT * FROM trainings", "SELECT * FROM tickets", "SELECT * FROM territories",
        "SELECT * FROM territory_conflicts", "SELECT * FROM training_sessions", "SELECT * FROM training_evaluations", "SELECT * FROM certificates", "SELECT * FROM ticket_hand_offs",
        "SELECT duty, subject_id, period, submitted_us, submitter_id FROM obligation_submissions",
        "SELECT duty, subject_id, period, state, submitted_us, due_date, deadline_us FROM obligations",
    ];

    [Test]
    public async Task Any_order_and_any_repetition_ends_the_same([Values(1, 2, 3, 4, 5, 6)] int seed)
    {
        var random = new Random(seed);
        var events = Random(random);

        var inOrder = await EndAsync(events, sweepBetween: false);
        var shuffled = await EndAsync([.. events.Concat(events.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next())], sweepBetween: false);
        var reversed = await EndAsync([.. events.AsEnumerable().Reverse()], sweepBetween: true);

        Assert.That(inOrder, Has.Count.GreaterThan(events.Count / 3));
        Assert.That(shuffled, Is.EqualTo(inOrder));
        // With sweeps in between, obligations are made step by step; the same ones stand in the end.
        Assert.That(reversed, Is.EqualTo(inOrder));
    }

    /// <summary>All 720 orders of a few versioned events, some of them twice, beside those of whole businesses above.</summary>
    [Test]
    public async Task Every_order_of_a_few_versions_ends_the_same()
    {
        Event[] events =
        [
            .. new Event[]
            {
                Heard.Partner("p", "/hq/js/p/", "s1", "target", ""), Heard.Partner("p", "/hq/js/p/", "s2", "negotiating", "target", 2), Heard.Partner("p", "/hq/zj/p/", "s2", "signed", "negotiating", 3),
                Heard.Signed("a", "p", new(2026, 11, 3), version: 2), new AgreementChanged { AggregateId = "a", Version = 3, ScopePath = "/hq/js/", PartnerId = "p", Kind = "terminal", State = "active" },
                Heard.Ticket("k", "p", Start, state: "resolved", version: 2),
            }.Select(one => Stamped(one, Start)),
        ];
        var expected = await EndAsync(events, sweepBetween: false);
        await using var database = new ReportingDatabase(Start.AddDays(10));
        foreach (var order in Orders(events))
        {
            await database.Db.WriteAsync(async tx =>
            {
                await tx.ExecuteAsync("DELETE FROM partners");
                await tx.ExecuteAsync("DELETE FROM partner_stages");
                await tx.ExecuteAsync("DELETE FROM agreements");
                await tx.ExecuteAsync("DELETE FROM tickets");
            });
            // One after the other, each with an id of its own: nothing but the versions keeps older news from winning.
            foreach (var happened in order.Append(order[0]).Append(order[3]))
                await database.HearAsync([Stamped(happened, Start)]);
            Assert.That(await database.DumpAsync([.. Tables.Where(table => table.EndsWith("partners", StringComparison.Ordinal) || table.EndsWith("partner_stages", StringComparison.Ordinal)
                || table.EndsWith("agreements", StringComparison.Ordinal) || table.EndsWith("tickets", StringComparison.Ordinal))]),
                Is.EqualTo(expected.Where(row => !row.Contains("obligation", StringComparison.Ordinal))), string.Join(", ", order.Select(one => $"{one.GetType().Name} {one.Version}")));
        }
    }

    private static IEnumerable<Event[]> Orders(Event[] events) => events.Length == 0 ? [[]]
        : events.SelectMany((first, i) => Orders([.. events[..i], .. events[(i + 1)..]]).Select(rest => (Event[])[first, .. rest]));

    [Test]
    public async Task News_of_a_partner_nobody_told_of_waits_for_it()
    {
        await using var database = new ReportingDatabase(Start);
        await database.HearAsync([Stamped(Heard.Visit("v1", "p1", new(2026, 11, 3), "reported"), Start)]);
        Assert.That(await database.DumpAsync("SELECT partner_id FROM visits"), Has.Count.EqualTo(1));
        const string seen = "SELECT COUNT(*) FROM visits v JOIN partners p ON p.id = v.partner_id";
        Assert.That(await database.Db.ReadAsync(s => s.ScalarAsync<long>(seen)), Is.Zero);

        await database.HearAsync([Stamped(Heard.Partner("p1", "/hq/js/p1/", "s1"), Start)]);

        Assert.That(await database.Db.ReadAsync(s => s.ScalarAsync<long>(seen)), Is.EqualTo(1));
    }

    private static async Task<List<string>> EndAsync(IReadOnlyList<Event> events, bool sweepBetween)
    {
        await using var database = new ReportingDatabase(Start.AddDays(10));
        foreach (var few in events.Chunk(sweepBetween ? 10 : events.Count))
        {
            await database.HearAsync(few);
            await database.SweepAsync();
        }
        return await database.DumpAsync(Tables);
    }

    private static T Stamped<T>(T happened, DateTimeOffset at)
        where T : Event => happened with { EventId = Guid.NewGuid().ToString("n"), OccurTime = at };

    /// <summary>A business of a few days: every resource goes through its versions, one event each.</summary>
    private static List<Event> Random(Random random)
    {
        string[] stages = ["surveyed", "target", "negotiating", "signed", "trained", "operating"];
        string[] visitStates = ["planned", "reported", "missed"];
        string[] ticketStates = ["open", "in-progress", "resolved", "closed"];
        var events = new List<Event>
        {
            Heard.Organisation("hq", "/hq/", "hq"), Heard.Organisation("js", "/hq/js/"), Heard.Organisation("js", "/hq/js/", version: 2, name: "江苏中心"),
            Heard.Staff("s1", "js", "/hq/js/", "salesperson"), Heard.Staff("s1", "js", "/hq/js/", "sales-manager", version: 2),
            Heard.Staff("t1", "js", "/hq/js/", "trainer"), Heard.Staff("t1", "js", "/hq/js/", "trainer", active: false, version: 2),
        };
        for (var p = 0; p < 4; p++)
            for (var version = 1; version <= stages.Length - random.Next(3); version++)
                events.Add(Heard.Partner($"p{p}", $"/hq/js/p{p}/", $"s{random.Next(3)}", stages[version - 1], version == 1 ? "" : stages[version - 2], version));
        for (var v = 0; v < 6; v++)
            for (var version = 1; version <= 1 + random.Next(2); version++)
                events.Add(Heard.Visit($"v{v}", $"p{random.Next(4)}", new(2026, 11, 2 + random.Next(9)), visitStates[version == 1 ? 0 : 1 + random.Next(2)], version));
        for (var a = 0; a < 4; a++)
        {
            var partner = $"p{a}";
            for (var version = 1; version <= 6; version++)
                events.Add(new AgreementChanged { AggregateId = $"a{a}", Version = version, ScopePath = "/hq/js/", PartnerId = partner, Kind = "terminal", State = version < 5 ? "in-review" : "active" });
            events.Add(Heard.Signed($"a{a}", partner, new(2026, 11, 3 + random.Next(6))));
        }
        for (var t = 0; t < 5; t++)
            for (var version = 1; version <= 1 + random.Next(4); version++)
                events.Add(Heard.Ticket($"k{t}", $"p{t % 4}", Start, state: ticketStates[version - 1], first: version > 1 ? 10 : null, level: version > 2 ? 1 : 0, version: version));
        events.Add(Heard.Trained("tr1", "p1", new(2026, 11, 6), 12));
        string[] sessionStates = ["scheduled", "scheduled", "held", "closed"];
        for (var i = 0; i < 3; i++)
        {
            for (var version = 1; version <= 1 + random.Next(4); version++)
                events.Add(Heard.Session($"se{i}", new(2026, 11, 3 + i + version), sessionStates[version - 1], attended: version > 2 ? 7 : 0, version: version));
            events.Add(Heard.Evaluated($"ev{i}", $"se{i}", 0, "invited", 1));
            events.Add(Heard.Evaluated($"ev{i}", $"se{i}", 1 + random.Next(5)));
            events.Add(Heard.Certificate($"ce{i}", i == 0 ? null : $"p{i}", new(2026, 11, 5), new(2027, 11, 4)));
            events.Add(Heard.Certificate($"ce{i}", i == 0 ? null : $"p{i}", new(2026, 11, 5), new(2027, 11, 4), "revoked", version: 2));
            events.Add(Heard.HandedOff($"k{i}", $"p{i}", "confirmation", "appraisal", 30));
            events.Add(Heard.HandedOff($"k{i}", $"p{i}", "appraisal", "repair", 90, 3));
        }
        events.Add(new TerritoryChanged { AggregateId = "te1", Version = 1, ScopePath = "/hq/js/", CityCode = "3201", PartnerId = "p0", State = "reserved" });
        events.Add(new TerritoryChanged { AggregateId = "te1", Version = 2, ScopePath = "/hq/js/", CityCode = "3201", PartnerId = "p0", State = "active" });
        events.Add(new TerritoryConflictOpened { AggregateId = "c1", Version = 1, ScopePath = "/hq/js/", CityCode = "3201", HolderPartnerId = "p0", ClaimantPartnerId = "p1" });
        events.Add(new SurveySubmitted { AggregateId = "su1", Version = 1, ScopePath = "/hq/js/", OrganisationId = "js", Month = "2026-11", StaffId = "s1", Rows = 5 });
        events.Add(new SurveySubmitted { AggregateId = "su1", Version = 2, ScopePath = "/hq/js/", OrganisationId = "js", Month = "2026-11", StaffId = "s1", Rows = 6 });
        events.Add(new StatisticsSubmitted { AggregateId = "st1", Version = 1, ScopePath = "/hq/js/", OrganisationId = "js", StaffId = "s1", ReportDay = new(2026, 11, 9), Rows = 4 });
        // A resource's versions happen in order; between resources anything may come first. The organisation is the first of all.
        return [.. events.Select((e, i) => Stamped(e, Start.AddHours(e.Version * 7 + i % 5)))];
    }
}
