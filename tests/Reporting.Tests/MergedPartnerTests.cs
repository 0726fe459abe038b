using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Reporting.Tests;

/// <summary>What was counted for a merged partner counts for the survivor, in whatever order the news comes.</summary>
internal sealed class MergedPartnerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, ChinaTime.Offset);

    [Test]
    public async Task Sales_of_both_are_added_up_once()
    {
        await using var database = new ReportingDatabase(Start);
        await database.HearAsync([Stamped(Heard.Partner("a", "/hq/js/a/")), Stamped(Heard.Partner("b", "/hq/js/b/"))]);
        await database.Db.WriteAsync(async tx =>
        {
            foreach (var (id, partner, day, quantity) in new[] { ("1", "a", "2026-11-01", 3), ("2", "b", "2026-11-01", 4), ("3", "b", "2026-11-02", 5) })
                await tx.ExecuteAsync("""
                    INSERT INTO daily_sales (id, partner_id, day, product_code, quantity, reporter_id, reporter_name, created_us, updated_us, version)
                    VALUES (@id, @partner, @day, 'x', @quantity, NULL, '', 1, 1, 1)
                    """, new { id, partner, day, quantity });
            await tx.ExecuteAsync("INSERT INTO sales_rollup (month, partner_id, product_code, quantity) VALUES ('2026-11', 'a', 'x', 3), ('2026-11', 'b', 'x', 9)");
        });
        var merged = Stamped(Merged("b", "a"));
        await database.HearAsync([merged, merged, Stamped(Merged("b", "a"))]);
        Assert.That(await database.DumpAsync("SELECT partner_id, day, quantity FROM daily_sales ORDER BY day"), Has.Count.EqualTo(2));
        Assert.That(await SumAsync(database, "SELECT SUM(quantity) FROM daily_sales WHERE partner_id = 'a'"), Is.EqualTo(12));
        Assert.That(await SumAsync(database, "SELECT SUM(quantity) FROM sales_rollup WHERE partner_id = 'a'"), Is.EqualTo(12));
        Assert.That(await SumAsync(database, "SELECT COUNT(*) FROM sales_corrections WHERE daily_sales_id = '1' AND previous_quantity = 3 AND quantity = 7"), Is.EqualTo(1));
        Assert.That(await SumAsync(database, "SELECT COUNT(*) FROM partners WHERE id = 'b'"), Is.Zero);
    }

    [Test]
    public async Task Any_order_of_a_chain_of_merges_leads_to_the_last([Values(0, 1, 2, 3, 4, 5)] int order)
    {
        await using var database = new ReportingDatabase(Start);
        Event[] events =
        [
            Stamped(Heard.Partner("c", "/hq/js/c/")), Stamped(Merged("a", "b")), Stamped(Merged("b", "c")),
            Stamped(Heard.Visit("v1", "a", new(2026, 11, 3), "reported")), Stamped(Heard.Partner("a", "/hq/js/a/")), Stamped(Heard.Partner("b", "/hq/js/b/")),
        ];
        var random = new Random(order);
        await database.HearAsync([.. events.OrderBy(_ => random.Next())]);
        await Redirects.WatchAsync(database.Db, Network.MergedPartners.MoveAsync);
        Assert.That(await SumAsync(database, "SELECT COUNT(*) FROM visits WHERE partner_id = 'c'"), Is.EqualTo(1));
        Assert.That(await SumAsync(database, "SELECT COUNT(*) FROM partners WHERE id <> 'c'"), Is.Zero);
    }

    private static Task<long> SumAsync(ReportingDatabase database, string sql) => database.Db.ReadAsync(s => s.ScalarAsync<long>(sql));

    private static PartnerMerged Merged(string id, string into) => new()
    {
        AggregateId = id,
        Version = 9,
        ScopePath = $"/hq/js/{into}/",
        SurvivorId = into,
        SurvivorName = into,
        SurvivorVersion = 9,
    };

    private static T Stamped<T>(T happened)
        where T : Event => happened with { EventId = Guid.NewGuid().ToString("n"), OccurTime = Start };
}
