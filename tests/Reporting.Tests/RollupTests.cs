using FsCheck;
using FsCheck.Fluent;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Sales;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Tests;

/// <summary>
/// Whatever is reported, reported again, corrected, moved, reassigned and merged, in whatever order: every summary is what
/// adding up the lines says, and a sale counts for who has its partner now.
/// </summary>
internal sealed class RollupTests
{
    private static readonly DateTimeOffset Now = new(2027, 2, 1, 9, 0, 0, ChinaTime.Offset);
    private static readonly DateOnly First = new(2026, 11, 20), Last = new(2027, 1, 29);
    private static readonly string[] Organisations = ["hq", "east", "js", "zj"];
    private static readonly Dictionary<string, string> PathOf = new() { ["hq"] = "/hq/", ["east"] = "/hq/east/", ["js"] = "/hq/east/js/", ["zj"] = "/hq/zj/" };
    // The company, a centre with one below it, a salesperson, the people of a partner.
    private static readonly Scope[] Scopes = [new("/", null), new("/hq/east/", null), new("/hq/", "s1"), new("/hq/east/js/p1/", null)];
    private static readonly Caller Reporter = Caller.System with { StaffId = "s0" };
    private static readonly SalesGrain[] Grains = [SalesGrain.Day, SalesGrain.Week, SalesGrain.Month, SalesGrain.Quarter, SalesGrain.Year];
    private static readonly SalesGroup[] Groups =
        [SalesGroup.Period, SalesGroup.Partner, SalesGroup.Agent, SalesGroup.Salesperson, SalesGroup.Organisation, SalesGroup.Tree, SalesGroup.Product];

    /// <summary>Kinds: 0–3 report, 4 correct, 5 move to another organisation, 6 reassign, 7 merge, 8 hear old news again.</summary>
    private sealed record Step(int Kind, int Who, int Other, int Day, int Product, int Quantity);

    private static readonly Arbitrary<Step[]> Stories = Arb.From(Gen.ListOf(
        from kind in Gen.Choose(0, 8)
        from who in Gen.Choose(0, 5)
        from other in Gen.Choose(0, 5)
        from day in Gen.Choose(0, 70)
        from product in Gen.Choose(0, 2)
        from quantity in Gen.Choose(0, 9)
        select new Step(kind, who, other, day, product, quantity), 60).Select(steps => steps.ToArray()));

    [FsCheck.NUnit.Property(MaxTest = 20)]
    public Property Every_summary_is_the_sum_of_the_lines() => Prop.ForAll(Stories, story =>
    {
        CheckAsync(story).GetAwaiter().GetResult();
        return true;
    });

    private static async Task CheckAsync(Step[] story)
    {
        await using var database = new ReportingDatabase(Now);
        var told = new Naive();
        await database.HearAsync(Organisations.Select(id => Stamped(Heard.Organisation(id, PathOf[id], name: id))));
        await database.HearAsync(told.Begin());
        foreach (var step in story)
            await TakeAsync(database, told, step);
        foreach (var (from, to) in new[] { (First, Last), (new DateOnly(2026, 12, 1), new DateOnly(2026, 12, 31)), (new DateOnly(2026, 12, 3), new DateOnly(2027, 1, 2)) })
            foreach (var scope in Scopes)
                foreach (var grain in Grains)
                    foreach (var group in Groups.Where(group => scope.IsWhole || group != SalesGroup.Tree))
                    {
                        var summary = await database.Db.ReadAsync(s => SalesFigures.SummariseAsync(s, Sight.Of(scope), new SalesFilter("", "", from, to), grain, group));
                        Assert.That(summary.Rows.Select(row => $"{row.Period} {row.Key} {row.Quantity}"), Is.EquivalentTo(told.Rows(scope, from, to, grain, group)), $"{from} to {to} by {grain} and {group} for {scope}");
                        Assert.That(summary.Quantity, Is.EqualTo(told.Sum(scope, from, to)));
                    }
        const string RollUp = "SELECT month, partner_id, product_code, quantity FROM sales_rollup WHERE quantity <> 0";
        const string Lines = "SELECT substr(day, 1, 7), partner_id, product_code, SUM(quantity) FROM daily_sales GROUP BY 1, 2, 3 HAVING SUM(quantity) <> 0";
        const string RolledDays = "SELECT day, product_code, quantity FROM sales_days WHERE quantity <> 0";
        const string Days = "SELECT day, product_code, SUM(quantity) FROM daily_sales GROUP BY 1, 2 HAVING SUM(quantity) <> 0";
        const string RolledPlaces = "SELECT organisation_id, day, product_code, quantity FROM sales_organisation_days WHERE quantity <> 0";
        const string Places = "SELECT p.organisation_id, d.day, d.product_code, SUM(d.quantity) FROM daily_sales d JOIN partners p ON p.id = d.partner_id GROUP BY 1, 2, 3 HAVING SUM(d.quantity) <> 0";
        Assert.That((await database.DumpAsync(RolledPlaces)).Select(row => row[RolledPlaces.Length..]), Is.EqualTo((await database.DumpAsync(Places)).Select(row => row[Places.Length..])));
        Assert.That((await database.DumpAsync(RolledDays)).Select(row => row[RolledDays.Length..]), Is.EqualTo((await database.DumpAsync(Days)).Select(row => row[Days.Length..])));
        Assert.That((await database.DumpAsync(RollUp)).Select(row => row[RollUp.Length..]), Is.EqualTo((await database.DumpAsync(Lines)).Select(row => row[Lines.Length..])));
    }

    private static async Task TakeAsync(ReportingDatabase database, Naive told, Step step)
    {
        var (who, other) = ($"p{step.Who}", $"p{step.Other}");
        switch (step.Kind)
        {
            case < 4:
                var lines = Enumerable.Range(0, 3).Select(i => (Partner: who, Day: First.AddDays((step.Day + i * step.Other) % 71), Product: $"GT-{step.Product}", Quantity: (long)step.Quantity)).ToList();
                await database.Db.WriteAsync(async tx =>
                {
                    var row = await SalesIngestions.BeginStreamAsync(tx, Reporter, tx.NewId());
                    await SalesIngestions.TakeAsync(tx, row, Reporter, [.. lines.Select(line =>
                        new SalesIngestions.Offered(ReportingHouse.Line((line.Partner, $"{line.Day:yyyy-MM-dd}", line.Product, line.Quantity)), []))]);
                });
                lines.ForEach(told.Report);
                break;
            case 4:
                if (await database.Db.ReadAsync(s => SalesStore.OfPartnerAsync(s, who, First, Last)) is [var line0, ..])
                {
                    await database.Db.WriteAsync(tx => SalesStore.CorrectAsync(tx, line0,
                        new CorrectionRow { Id = tx.NewId(), DailySalesId = line0.Id, PreviousQuantity = line0.Quantity, Quantity = step.Quantity, Reason = "x", CorrectorId = "x" }));
                    told.Correct((who, line0.Day, line0.ProductCode), step.Quantity);
                }
                break;
            case 5:
                await database.HearAsync(told.Move(who, Organisations[step.Other % Organisations.Length]));
                break;
            case 6:
                await database.HearAsync(told.Assign(who, step.Other == 0 ? null : $"s{step.Other}"));
                break;
            case 7:
                await database.HearAsync(told.Merge(who, other));
                break;
            default:
                await database.HearAsync(told.Again(step.Day));
                break;
        }
    }

    private static T Stamped<T>(T happened)
        where T : Event => happened with { EventId = Guid.NewGuid().ToString("n"), OccurTime = Now };

    /// <summary>What was told, and the lines one by one.</summary>
    private sealed class Naive
    {
        private readonly Dictionary<string, (string Organisation, string? Assignee, string Kind, string? Parent, long Version)> partners = new()
        {
            ["p0"] = ("js", "s1", "city-agent", null, 1),
            ["p1"] = ("js", "s1", "terminal", "p0", 1),
            ["p2"] = ("js", "s2", "terminal", "p0", 1),
            ["p3"] = ("zj", null, "terminal", null, 1),
            ["p4"] = ("zj", "s3", "city-agent", null, 1),
            ["p5"] = ("hq", "s3", "terminal", "p4", 1),
        };
        private readonly Dictionary<(string Partner, DateOnly Day, string Product), long> lines = [];
        private readonly List<Event> heard = [];

        public IEnumerable<Event> Begin() => [.. partners.Keys.ToList().Select(Tell)];

        public void Report((string Partner, DateOnly Day, string Product, long Quantity) line)
        {
            if (partners.ContainsKey(line.Partner))
                lines.TryAdd((line.Partner, line.Day, line.Product), line.Quantity);
        }

        public void Correct((string Partner, DateOnly Day, string Product) line, long quantity) => lines[line] = quantity;

        public IEnumerable<Event> Move(string id, string organisation) => Change(id, p => p with { Organisation = organisation });

        public IEnumerable<Event> Assign(string id, string? staff) => Change(id, p => p with { Assignee = staff });

        public IEnumerable<Event> Again(int which) => [Stamped(heard[which % heard.Count])];

        public IEnumerable<Event> Merge(string id, string into)
        {
            if (id == into || !partners.TryGetValue(into, out var survivor) || !partners.Remove(id, out var gone))
                return [];
            foreach (var (key, quantity) in lines.Where(line => line.Key.Partner == id).ToList())
            {
                lines.Remove(key);
                lines[key with { Partner = into }] = lines.GetValueOrDefault(key with { Partner = into }) + quantity;
            }
            // Dealer tells of the children too, with their new parent.
            var children = partners.Where(p => p.Value.Parent == id).Select(p => p.Key).ToList();
            return Kept([
                Stamped(new PartnerMerged { AggregateId = id, Version = gone.Version + 1, ScopePath = PathOf[survivor.Organisation], SurvivorId = into, SurvivorName = into, SurvivorVersion = survivor.Version }),
                .. children.SelectMany(child => Change(child, p => p with { Parent = into })),
            ]);
        }

        public long Sum(Scope scope, DateOnly from, DateOnly to) => lines.Where(line => line.Key.Day >= from && line.Key.Day <= to && Sees(scope, line.Key.Partner)).Sum(line => line.Value);

        private bool Sees(Scope scope, string partner) => scope.Sees($"{PathOf[partners[partner].Organisation]}{partner}/", partners[partner].Assignee);

        public IEnumerable<string> Rows(Scope scope, DateOnly from, DateOnly to, SalesGrain grain, SalesGroup groupBy) =>
            from line in lines
            where line.Key.Day >= @from && line.Key.Day <= to && Sees(scope, line.Key.Partner)
            from key in Keys(line.Key.Partner, line.Key.Product, groupBy)
            group line.Value by (Period: Period(line.Key.Day, grain), key) into cell
            where cell.Sum() != 0
            select $"{cell.Key.Period} {cell.Key.key} {cell.Sum()}";

        private IEnumerable<string> Keys(string partner, string product, SalesGroup group)
        {
            var (organisation, assignee, kind, parent, _) = partners[partner];
            return group switch
            {
                SalesGroup.Partner => [$"partners/{partner}"],
                SalesGroup.Agent => kind == "city-agent" ? [$"partners/{partner}"] : parent is null ? [""] : [$"partners/{parent}"],
                SalesGroup.Salesperson => assignee is null ? [""] : [$"staff/{assignee}"],
                SalesGroup.Organisation => [$"organisations/{organisation}"],
                SalesGroup.Tree => Organisations.Where(above => PathOf[organisation].StartsWith(PathOf[above], StringComparison.Ordinal)).Select(above => $"organisations/{above}"),
                SalesGroup.Product => [product],
                _ => [""],
            };
        }

        private static string Period(DateOnly day, SalesGrain grain)
        {
            while (grain == SalesGrain.Week && day.DayOfWeek != DayOfWeek.Monday)
                day = day.AddDays(-1);
            return grain switch
            {
                SalesGrain.Month => $"{day:yyyy-MM}-01",
                SalesGrain.Quarter => $"{day:yyyy}-{(day.Month < 4 ? 1 : day.Month < 7 ? 4 : day.Month < 10 ? 7 : 10):00}-01",
                SalesGrain.Year => $"{day:yyyy}-01-01",
                _ => $"{day:yyyy-MM-dd}",
            };
        }

        private IEnumerable<Event> Change(string id, Func<(string Organisation, string? Assignee, string Kind, string? Parent, long Version), (string Organisation, string? Assignee, string Kind, string? Parent, long Version)> change)
        {
            if (!partners.TryGetValue(id, out var before))
                return [];
            partners[id] = change(before) with { Version = before.Version + 1 };
            return [Tell(id)];
        }

        private PartnerChanged Tell(string id)
        {
            var (organisation, assignee, kind, parent, version) = partners[id];
            return Kept([Stamped(Heard.Partner(id, $"{PathOf[organisation]}{id}/", assignee, version: version, kind: kind, parent: parent, organisation: organisation))]).Cast<PartnerChanged>().Single();
        }

        private List<Event> Kept(List<Event> events)
        {
            heard.AddRange(events.Except(heard));
            return events;
        }
    }
}
