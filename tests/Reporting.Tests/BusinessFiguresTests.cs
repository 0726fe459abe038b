using System.Diagnostics.Metrics;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Dashboards;

namespace Qudao.Reporting.Tests;

/// <summary>Business figures as whoever collects metrics sees them.</summary>
internal sealed class BusinessFiguresTests
{
    private static readonly DateTimeOffset Noon = ChinaTime.At(ReportingHouse.Today, new TimeOnly(12, 0));

    [Test]
    public async Task Figures_are_told_by_centre_and_counted_now_and_then()
    {
        await using var database = new ReportingDatabase(Noon);
        await database.HearAsync(((Event[])
        [
            Heard.Organisation("hq", "/hq/", "hq"), Heard.Organisation("js", "/hq/js/"), Heard.Organisation("jsyx", "/hq/js/jsyx/", "department"), Heard.Organisation("zj", "/hq/zj/"),
            Heard.Partner("p1", "/hq/js/p1/"), Heard.Partner("p2", "/hq/js/jsyx/p2/", organisation: "jsyx"), Heard.Partner("p3", "/hq/js/p3/", stage: "target"), Heard.Partner("p9", "/hq/zj/p9/", organisation: "zj"),
            new AgreementChanged { AggregateId = "g1", Version = 1, ScopePath = "/hq/js/", PartnerId = "p1", Kind = "terminal", State = "active" },
            new AgreementChanged { AggregateId = "g2", Version = 1, ScopePath = "/hq/js/", PartnerId = "p1", Kind = "terminal", State = "expired" },
            Heard.Ticket("k1", "p1", Noon, state: "open", breached: true), Heard.Ticket("k2", "p2", Noon, state: "waiting"), Heard.Ticket("k3", "p1", Noon, state: "closed", breached: true),
        ]).Select(one => one with { EventId = Guid.NewGuid().ToString("n"), OccurTime = Noon }));
        await database.Db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("""
                INSERT INTO daily_sales (id, partner_id, day, product_code, quantity, reporter_name, created_us, updated_us, version)
                VALUES ('d', 'p1', '2026-11-18', 'GT', 3, '', 0, 0, 1)
                """);
            await tx.ExecuteAsync("INSERT INTO sales_rollup (month, partner_id, product_code, quantity) VALUES ('2026-11', 'p1', 'GT', 8), ('2026-10', 'p1', 'GT', 90)");
            await tx.ExecuteAsync("""
                INSERT INTO obligations (id, duty, subject_id, period, organisation_id, roles, receivers, fulfilment, due_date, due_soon_us, deadline_us,
                                         state, submitter_name, note, reviewer_name, review_note, review, waived, scope_path, version)
                VALUES ('1', 'gm-report', 'js', 'a', 'js', '', '', 'manual', '2026-11-05', 0, 0, 'missing', '', '', '', '', '', 0, '/hq/js/', 1),
                       ('2', 'gm-report', 'js', 'b', 'js', '', '', 'manual', '2026-11-25', 0, 0, 'scheduled', '', '', '', '', '', 0, '/hq/js/', 1),
                       ('3', 'gm-report', 'js', 'c', 'js', '', '', 'manual', '2026-10-05', 0, 0, 'missing', '', '', '', '', '', 0, '/hq/js/', 1)
                """);
        });
        var figures = new BusinessFigures(TimeSpan.FromMinutes(1));
        Assert.That(Collect(figures), Is.Empty, "nothing was counted yet");

        await figures.MeasureAsync(database.Db);

        string[] expected =
        [
            "qudao.agreements js active 1", "qudao.obligations js due 1", "qudao.obligations js late 0", "qudao.obligations js missing 1", "qudao.partners js signed 2", "qudao.partners js target 1",
            "qudao.partners zj signed 1", "qudao.sales js month 8", "qudao.sales js today 3", "qudao.tickets js in-time 1", "qudao.tickets js late 1",
        ];
        Assert.That(Collect(figures), Is.EqualTo(expected));
        await database.Db.WriteAsync(tx => tx.ExecuteAsync("DELETE FROM tickets"));
        await figures.MeasureAsync(database.Db);
        Assert.That(Collect(figures), Is.EqualTo(expected), "as it was a moment ago");
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await figures.MeasureAsync(database.Db);
        Assert.That(Collect(figures), Is.EqualTo(expected.Where(line => !line.StartsWith("qudao.tickets", StringComparison.Ordinal))));
    }

    private static List<string> Collect(BusinessFigures figures)
    {
        var lines = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, all) => { if (instrument.Meter == figures.Meter) all.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => lines.Add($"{instrument.Name} {tags[0].Value} {tags[1].Value} {value}"));
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
