using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Dashboards;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class ScreenTests(DatabaseUnderTest database)
{
    private ReportingHouse house = null!;

    [SetUp]
    public async Task StartAsync() => house = await ReportingHouse.StartAsync(database);

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    [Test]
    public async Task The_training_screen_shows_what_was_planned_and_held_beside_before()
    {
        // Told in the wrong order: the older news changes nothing.
        await house.Service.HearAsync(Heard.Session("t1", new(2026, 11, 10), "closed", 10, 8, version: 4));
        await house.Service.HearAsync(Heard.Session("t1", new(2026, 11, 9), "scheduled", 3, 0, version: 2));
        await house.Service.HearAsync(Heard.Session("t2", new(2026, 11, 17), "scheduled", 5, 0));
        await house.Service.HearAsync(Heard.Session("t3", new(2026, 11, 12), "cancelled", 5, 0));
        await house.Service.HearAsync(Heard.Session("t4", new(2026, 10, 31), "held", 4, 1, assignee: "s2"));
        await house.Service.HearAsync(Heard.Session("t5", new(2026, 10, 10), "held", 6, 6));
        await house.Service.HearAsync(Heard.Session("t6", new(2025, 11, 10), "held", 2, 2));
        await house.Service.HearAsync(Heard.Session("t9", new(2026, 11, 11), "held", 9, 9, "zj", "/hq/zj/"));
        await house.Service.HearAsync(Heard.Evaluated("e1", "t1", 5));
        await house.Service.HearAsync(Heard.Evaluated("e2", "t1", 4));
        await house.Service.HearAsync(Heard.Evaluated("e3", "t1", 0, "lapsed"));
        await house.Service.HearAsync(Heard.Evaluated("e1", "t1", 0, "invited", 1));
        await house.Service.HearAsync(Heard.Trained("t1", "p1", new(2026, 11, 10), 8));

        var screen = await house.Screens(house.Manager).GetTrainingScreenAsync(new GetTrainingScreenRequest { From = "2026-10-20", To = "2026-11-18" });

        Assert.That((screen.All.Planned, screen.All.Held, screen.All.Cancelled, screen.All.Enrolled, screen.All.Attended), Is.EqualTo((3L, 2L, 1L, 14L, 9L)));
        Assert.That((screen.All.AttendanceRate, screen.All.Invited, screen.All.Answered, screen.All.Content), Is.EqualTo((9d / 14, 3L, 2L, 4.5)));
        Assert.That((screen.All.Trainings, screen.All.Effect), Is.EqualTo((1L, 4d)));
        Assert.That((screen.Previous.Held, screen.YearAgo.Held), Is.EqualTo((1L, 1L)));
        Assert.That(screen.Cells.Select(cell => (cell.OrganisationName, cell.Month, cell.Figures.Planned, cell.Figures.Held)),
            Is.EqualTo(new[] { ("江苏销售服务中心", "2026-10", 1L, 1L), ("江苏销售服务中心", "2026-11", 2L, 1L) }));
        Assert.That((await house.Screens(house.S1).GetTrainingScreenAsync(new GetTrainingScreenRequest())).All.Held, Is.EqualTo(1), "what is another salesperson's alone is not his");
        Assert.That((await house.Screens(house.Hq).GetTrainingScreenAsync(new GetTrainingScreenRequest())).All.Held, Is.EqualTo(3));
        Assert.That((await house.Screens(house.Hq).GetTrainingScreenAsync(new GetTrainingScreenRequest { Organisation = "organisations/zj" })).All.Held, Is.EqualTo(1));
        Assert.That(await ReportingHouse.CodeOfAsync(house.Screens(house.Stranger).GetTrainingScreenAsync(new GetTrainingScreenRequest { Organisation = "organisations/js" })),
            Is.EqualTo(Grpc.Core.StatusCode.NotFound));
    }

    [Test]
    public async Task Certificates_that_end_soon_are_shown_to_who_sees_their_partner()
    {
        await house.Service.HearAsync(Heard.Certificate("c1", "p1", new(2025, 12, 1), new(2026, 12, 1)));
        await house.Service.HearAsync(Heard.Certificate("c2", "p2", new(2026, 11, 2), new(2026, 11, 28)));
        await house.Service.HearAsync(Heard.Certificate("c3", "p9", new(2026, 11, 2), new(2026, 11, 20), path: "/hq/zj/p9/"));
        await house.Service.HearAsync(Heard.Certificate("c4", null, new(2026, 11, 2), null));
        await house.Service.HearAsync(Heard.Certificate("c5", "p1", new(2025, 11, 2), new(2026, 11, 1), "expired", version: 2));
        await house.Service.HearAsync(Heard.Certificate("c6", "p1", new(2026, 11, 2), new(2027, 11, 1)));

        var manager = await house.Screens(house.Manager).GetTrainingScreenAsync(new GetTrainingScreenRequest());
        var s1 = await house.Screens(house.S1).GetTrainingScreenAsync(new GetTrainingScreenRequest());

        Assert.That((manager.Certificates.Valid, manager.Certificates.Issued, manager.Certificates.Expired, manager.Certificates.Expiring), Is.EqualTo((4L, 3L, 1L, 2L)));
        Assert.That(manager.Expiring.Select(one => (one.Certificate, one.PartnerName, one.ExpiryDate, one.DaysLeft)),
            Is.EqualTo(new[] { ("certificates/c2", "机构p2", "2026-11-28", 10), ("certificates/c1", "机构p1", "2026-12-01", 13) }));
        Assert.That((s1.Certificates.Valid, s1.Expiring.Select(one => one.Certificate).Single()), Is.EqualTo((2L, "certificates/c1")));
        // A merged partner's certificates are the survivor's.
        await house.Service.HearAsync(new PartnerMerged { AggregateId = "p2", Version = 9, ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1", SurvivorId = "p1", SurvivorName = "机构p1", SurvivorVersion = 9 });
        Assert.That((await house.Screens(house.S1).GetTrainingScreenAsync(new GetTrainingScreenRequest())).Expiring, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_ticket_screen_shows_each_step_and_place()
    {
        var opened = ChinaTime.At(new(2026, 11, 10), new TimeOnly(9, 0));
        await house.Service.HearAsync(Heard.Ticket("k1", "p1", opened, "repair", first: 10, breached: true));
        await house.Service.HearAsync(Heard.Ticket("k2", "p2", opened, "repair", "open") with { Severity = "major" });
        await house.Service.HearAsync(Heard.Ticket("k3", "p9", opened));
        await house.Service.HearAsync(Heard.Ticket("k4", "p1", opened.AddDays(-30)));
        await house.Service.HearAsync(Heard.Ticket("k5", "p1", opened.AddYears(-1)));
        await house.Service.HearAsync(Heard.HandedOff("k1", "p1", "confirmation", "appraisal", 30));
        await house.Service.HearAsync(Heard.HandedOff("k1", "p1", "confirmation", "appraisal", 30));
        await house.Service.HearAsync(Heard.HandedOff("k1", "p1", "appraisal", "repair", 200, 3));
        await house.Service.HearAsync(Heard.HandedOff("k2", "p2", "confirmation", "done", 50));
        await house.Service.HearAsync(Heard.HandedOff("k3", "p9", "confirmation", "done", 999));

        var screen = await house.Screens(house.Manager).GetTicketScreenAsync(new GetTicketScreenRequest());

        Assert.That((screen.Times.All.Count, screen.Times.All.FirstResponseBreaches, screen.Major, screen.Previous.Count, screen.YearAgo.Count), Is.EqualTo((2L, 1L, 1L, 1L, 1L)));
        Assert.That(screen.Places.Select(place => (place.OrganisationName, place.Figures.Count)), Is.EqualTo(new[] { ("江苏销售服务中心", 2L) }));
        Assert.That(screen.Steps.Select(step => (step.Step_, step.Minutes.Count, step.Minutes.Average, string.Join(' ', step.Ways.Select(way => $"{way.ToStep} {way.Count}")))),
            Is.EqualTo(new[] { ("appraisal", 1L, 200d, "repair 1"), ("confirmation", 2L, 40d, "appraisal 1 done 1") }));
        Assert.That((await house.Screens(house.S2).GetTicketScreenAsync(new GetTicketScreenRequest())).Steps.Single().Minutes.Average, Is.EqualTo(50));
        Assert.That((await house.Screens(house.Hq).GetTicketScreenAsync(new GetTicketScreenRequest())).Places.Select(place => place.Organisation), Is.EqualTo(new[] { "organisations/js", "organisations/zj" }));
    }

    [Test]
    public async Task The_heat_map_counts_each_duty_of_each_period()
    {
        await house.Service.Db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("DELETE FROM obligations");
            await OweAsync(tx, "1", "work-journal", "s1", new(2026, 9, 3), "on-time");
            await OweAsync(tx, "2", "work-journal", "s1", new(2026, 9, 4), "late");
            await OweAsync(tx, "3", "work-journal", "s1", new(2026, 10, 5), "missing");
            await OweAsync(tx, "4", "work-journal", "s2", new(2026, 10, 6), "on-time");
            await OweAsync(tx, "5", "gm-report", null, new(2026, 10, 7), "on-time");
            await OweAsync(tx, "6", "gm-report", null, new(2026, 7, 7), "missing");
            await OweAsync(tx, "7", "gm-report", null, new(2025, 9, 7), "on-time");
            await OweAsync(tx, "8", "work-journal", "s1", new(2026, 10, 30), "waived");
        });
        var request = new GetObligationHeatMapRequest { From = "2026-09-15", To = "2026-10-01" };

        var map = await house.Screens(house.Manager).GetObligationHeatMapAsync(request);
        var people = await house.Screens(house.Manager).GetObligationHeatMapAsync(new GetObligationHeatMapRequest(request) { GroupBy = HeatMapGroup.Person });
        var own = await house.Screens(house.S2).GetObligationHeatMapAsync(new GetObligationHeatMapRequest(request) { GroupBy = HeatMapGroup.Person });

        Assert.That(map.Rows.Single().Cells.Select(cell => $"{cell.Rule} {cell.Period} {Text(cell.Counts)}"), Is.EqualTo(new[]
        {
            "obligationRules/work-journal 2026-09-01 1 1 0 0", "obligationRules/gm-report 2026-10-01 1 0 0 0", "obligationRules/work-journal 2026-10-01 1 0 1 0",
        }));
        Assert.That((Text(map.All), map.All.ComplianceRate, Text(map.Previous), Text(map.YearAgo)), Is.EqualTo(("3 1 1 0", 0.6, "0 0 1 0", "1 0 0 0")));
        Assert.That(map.Trend.Select(point => $"{point.Period} {Text(point.Counts)} {Text(point.YearAgo)}"), Is.EqualTo(new[] { "2026-09-01 1 1 0 0 1 0 0 0", "2026-10-01 2 0 1 0 0 0 0 0" }));
        Assert.That(map.Duties.Select(duty => (duty.DisplayName, duty.Counts.InTime)), Is.EqualTo(new[] { ("总经理工作报告", 1L), ("工作日志", 2L) }));
        Assert.That(people.Rows.Select(row => $"{row.Subject} {row.DisplayName} {Text(row.Counts)}"), Is.EqualTo(new[] { "staff/s1 员工s1 1 1 1 0", "staff/s2 员工s2 1 0 0 0" }));
        Assert.That(own.Rows.Select(row => row.Subject), Is.EqualTo(new[] { "staff/s2" }), "others' own are not shown");
        Assert.That((await house.Screens(house.Stranger).GetObligationHeatMapAsync(request)).Rows, Is.Empty);
    }

    [Test]
    public async Task The_evaluation_screen_shows_results_to_who_may_read_them()
    {
        await house.Service.Db.WriteAsync(async tx =>
        {
            await JudgeAsync(tx, "1", "s1", "2026-10", "published", 9150);
            await JudgeAsync(tx, "2", "s2", "2026-10", "appealed", 5800);
            await JudgeAsync(tx, "3", "m1", "2026-10", "published", 7000, 1);
            await JudgeAsync(tx, "4", "s3", "2026-10", "open", 0);
            await JudgeAsync(tx, "5", "s1", "2026-09", "published", 8000);
            await JudgeAsync(tx, "6", "s1", "2025-10", "published", 6000);
        });

        var manager = await house.Screens(house.Manager).GetEvaluationScreenAsync(new GetEvaluationScreenRequest());
        var hq = await house.Screens(house.Hq).GetEvaluationScreenAsync(new GetEvaluationScreenRequest { Day = "2026-10-15", Cycle = EvaluationCycle.Monthly });
        var s2 = await house.Screens(house.S2).GetEvaluationScreenAsync(new GetEvaluationScreenRequest());

        Assert.That((manager.Period, manager.All.Count, manager.All.Open, manager.All.Appealed, manager.All.Published), Is.EqualTo(("2026-10", 4L, 1L, 1L, 3L)));
        Assert.That(manager.Best.Select(one => $"{one.StaffName} {one.Total} {one.PreviousTotal}"), Is.EqualTo(new[] { "员工s1 91.5 80", "员工m1 70 0", "员工s2 58 0" }), "his own and those below him");
        Assert.That((hq.All.Average, hq.All.Highest, hq.All.Lowest), Is.EqualTo(((91.5 + 58 + 70) / 3, 91.5, 58d)));
        Assert.That(hq.All.Bands, Is.EqualTo(new[] { 1L, 0L, 1L, 0L, 1L }));
        Assert.That((hq.Previous.Average, hq.YearAgo.Average), Is.EqualTo((80d, 60d)));
        Assert.That(hq.Cells.Select(cell => (cell.DisplayName, cell.OrganisationName, cell.Figures.Count)), Is.EqualTo(new[] { ("销售人员月度考评", "江苏销售服务中心", 4L) }));
        Assert.That(s2.Best.Select(one => one.Staff), Is.EqualTo(new[] { "staff/s2" }), "nobody beside him");
        Assert.That((await house.Screens(house.Stranger).GetEvaluationScreenAsync(new GetEvaluationScreenRequest())).All.Count, Is.Zero);
    }

    [Test]
    public void A_heat_map_has_the_periods_that_were_asked_for()
    {
        static string[] Of(string from, string to, HeatMapGrain grain) => [.. HeatMaps.Periods(from, to, grain, ReportingHouse.Today).Select(period => period.Label)];
        Assert.That(Of("", "", HeatMapGrain.Unspecified), Is.EqualTo(new[] { "2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11" }));
        Assert.That(Of("2026-12-31", "2027-01-04", HeatMapGrain.Week), Is.EqualTo(new[] { "2026-W53", "2027-W01" }));
        Assert.That(HeatMaps.Check(new GetObligationHeatMapRequest { From = "2026-12-01" }, ReportingHouse.Today).Single().Reason, Is.EqualTo("OUT_OF_RANGE"));
        Assert.That(HeatMaps.Check(new GetObligationHeatMapRequest { From = "2024-09-30" }, ReportingHouse.Today).Count(), Is.EqualTo(1), "27 months");
        Assert.That(HeatMaps.Check(new GetObligationHeatMapRequest { From = "2024-10-01" }, ReportingHouse.Today), Is.Empty);
        Assert.That(HeatMaps.Check(new GetObligationHeatMapRequest { From = "9999-12-31", To = "0001-01-01" }, ReportingHouse.Today), Is.Empty, "no days at all: told by their format");
    }

    private static string Text(ObligationHeatMap.Types.Counts counts) => $"{counts.InTime} {counts.Late} {counts.Missing} {counts.Due}";

    private static Task OweAsync(Tx tx, string id, string duty, string? staff, DateOnly due, string state) => tx.ExecuteAsync("""
        INSERT INTO obligations (id, duty, subject_id, period, organisation_id, staff_id, roles, receivers, fulfilment, due_date, due_soon_us, deadline_us,
                                 state, submitter_name, note, reviewer_name, review_note, review, waived, scope_path, assignee_id, version)
        VALUES (@id, @duty, @subject, @period, 'js', @staff, '', '', 'manual', @due, 0, 0, @state, '', '', '', '', '', 0, '/hq/js/', @staff, 1)
        """, new { id, duty, subject = staff ?? "js", period = $"{due:yyyy-MM-dd}", staff, due, state });

    private static Task JudgeAsync(Tx tx, string id, string staff, string month, string state, long total, long rank = 0) => tx.ExecuteAsync("""
        INSERT INTO evaluations (id, place_key, template_id, template_version, definition, cycle, period, start_date, subject_id, subject_name, subject_rank, organisation_id,
                                 state, figures, total, calibration, calibration_reason, appeal_reason, appeal_decision, award, publisher_name, created_us, version)
        VALUES (@id, @id, 'sales-monthly', 1, '', 'monthly', @month, @start, @staff, @name, @rank, 'js', @state, '', @total, 0, '', '', '', '', '', 0, 1)
        """, new { id, month, start = DateOnly.ParseExact($"{month}-01", "yyyy-MM-dd"), staff, name = $"员工{staff}", rank, state, total });
}
