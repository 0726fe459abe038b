using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Dealer.Visits;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>What may be done with a visit when, as pure rules.</summary>
public class VisitRulesTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly long DayEnd = ChinaTime.EndOfDay(Today).Micros();

    private static IEnumerable<TestCaseData> Finishing() =>
    [
        new("planned", 0L, "wang", null),
        new("planned", -1L, "wang", null),
        new("planned", 0L, "li", "NOT_YOUR_VISIT"),
        new("planned", 1L, "wang", "VISIT_MISSED"),
        new("missed", 0L, "wang", "VISIT_MISSED"),
        new("reported", 0L, "wang", "VISIT_REPORTED"),
        new("cancelled", 0L, "wang", "VISIT_CANCELLED"),
    ];

    [TestCaseSource(nameof(Finishing))]
    public void A_visit_is_finished_by_its_visitor_once_until_the_day_is_over(string state, long microsAfterLast, string staff, string? reason)
    {
        var visit = new VisitRow { State = state, AssigneeId = "wang", StaffName = "王伟", PlannedDate = Today, DueUs = DayEnd };
        Assert.That(VisitRules.WhyNot(visit, staff, DayEnd - 1 + microsAfterLast)?.Reason, Is.EqualTo(reason));
    }

    [TestCase(-1, "TOO_EARLY")]
    [TestCase(0, null)]
    [TestCase(366, null)]
    [TestCase(367, "TOO_LATE")]
    public void A_visit_is_registered_before_leaving(int days, string? reason) =>
        Assert.That(VisitRules.Plan(new Visit { PlannedDate = $"{Today.AddDays(days):yyyy-MM-dd}" }, Today).Select(v => v.Reason), Is.EqualTo(reason is null ? Array.Empty<string>() : [reason]));

    [TestCase(-61, "", "report.talk_time TOO_EARLY")]
    [TestCase(-20, "", "")] // the same minute
    [TestCase(3600, "2026-11-20", "")]
    [TestCase(3600 + 61, "", "report.talk_time TOO_LATE")]
    [TestCase(60, "2026-11-19", "report.next_visit_date TOO_EARLY")]
    public void A_report_tells_of_a_talk_between_registering_and_now(int secondsAfterRegistering, string next, string fault)
    {
        var registered = ChinaTime.At(Today, new TimeOnly(9, 30, 30));
        var report = new VisitReport { TalkTime = Timestamp.FromDateTimeOffset(registered.AddSeconds(secondsAfterRegistering)), NextVisitDate = next };
        Assert.That(string.Join(",", VisitRules.Report(report, registered, registered.AddHours(1)).Select(v => $"{v.Field} {v.Reason}")), Is.EqualTo(fault));
    }
}

/// <summary>Visits over the running service.</summary>
public class VisitTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 20, 8, 0, 0, ChinaTime.Offset);

    private Network network = null!;
    private Partner shop = null!;

    [SetUp]
    public async Task StartAsync()
    {
        network = await Network.StartAsync();
        await network.Service.MoveClockAsync(Morning);
        shop = await network.Wang.ShopAsync("南京一店");
    }

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_visit_is_planned_and_reported()
    {
        var visit = await PlanAsync("2026-11-20");
        Assert.That((visit.State, visit.StaffName, visit.PartnerName, visit.Staff), Is.EqualTo((VisitState.Planned, "王伟", "南京一店", $"staff/{network.WangId}")));
        await network.Service.HearAsync(PartnerTests.Signed(shop));
        await network.Service.MoveClockAsync(Morning.AddHours(3));
        var reported = await ReportAsync(network.Wang, visit);
        Assert.Multiple(() =>
        {
            Assert.That(reported.State, Is.EqualTo(VisitState.Reported));
            Assert.That(reported.SignedClient, Is.True);
            Assert.That(reported.Report.Content, Is.EqualTo("谈了协议条款"));
            Assert.That(reported.Report.NextVisitDate, Is.EqualTo("2026-12-01"));
        });
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ReportAsync(network.Wang, visit)), Is.EqualTo(new[] { "VISIT_REPORTED" }));
        await network.Service.MoveClockAsync(Morning.AddDays(2));
        Assert.That((await network.Wang.Visits.GetVisitAsync(new GetVisitRequest { Name = visit.Name })).State, Is.EqualTo(VisitState.Reported));
        Assert.That(await StatesAsync(visit), Is.EqualTo(new[] { "planned", "reported" }));
    }

    [Test]
    public async Task Without_a_report_it_is_missed_when_the_working_day_ends_not_before()
    {
        var today = await PlanAsync("2026-11-20");
        var tomorrow = await PlanAsync("2026-11-21");
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 11, 20, 17, 29, 30, ChinaTime.Offset));
        Assert.That(await Qudao.Dealer.Visits.VisitService.MissOverdueAsync(network.Service.Db), Is.Zero);
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 11, 20, 17, 30, 1, ChinaTime.Offset));
        await Eventually.Async(async () => (await GetAsync(today)).State == VisitState.Missed, TimeSpan.FromSeconds(20), "the visit is missed");
        Assert.That((await GetAsync(tomorrow)).State, Is.EqualTo(VisitState.Planned));
        Assert.That(await StatesAsync(today), Is.EqualTo(new[] { "planned", "missed" }));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ReportAsync(network.Wang, today)), Is.EqualTo(new[] { "VISIT_MISSED" }));
    }

    [Test]
    public async Task It_is_called_off_with_a_reason_by_the_visitor()
    {
        var visit = await PlanAsync("2026-11-23");
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => CancelAsync(network.Wang, visit, "")), Does.Contain("reason REQUIRED"));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => CancelAsync(network.Manager, visit, "改期")), Is.EqualTo(new[] { "NOT_YOUR_VISIT" }));
        var cancelled = await CancelAsync(network.Wang, visit, "客户出差");
        Assert.That((cancelled.State, cancelled.CancelReason), Is.EqualTo((VisitState.Cancelled, "客户出差")));
    }

    [Test]
    public async Task A_bad_plan_and_a_bad_report_change_nothing()
    {
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => PlanAsync("2026-11-19")), Is.EqualTo(new[] { "INVALID_ARGUMENT", "visit.planned_date TOO_EARLY" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Li.Visits.PlanVisitAsync(new PlanVisitRequest
        {
            Visit = new Visit { Partner = shop.Name, Kind = VisitKind.Phone, PlannedDate = "2026-11-20" },
        })), Does.Contain("visit.partner NOT_FOUND"));
        var visit = await PlanAsync("2026-11-20");
        var reasons = await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Visits.ReportVisitAsync(new ReportVisitRequest
        {
            Name = visit.Name,
            Report = new VisitReport { Contact = "赵", Content = "x", TalkTime = Timestamp.FromDateTimeOffset(Morning.AddDays(-1)), NextVisitDate = "2026-11-01" },
        }));
        Assert.That(reasons, Is.EqualTo(new[] { "INVALID_ARGUMENT", "report.talk_time TOO_EARLY", "report.next_visit_date TOO_EARLY" }));
        Assert.That(await GetAsync(visit), Is.EqualTo(visit));
        await Refused.Async(StatusCode.NotFound, () => ReportAsync(network.Li, visit));
    }

    [Test]
    public async Task They_are_listed_by_date_and_page()
    {
        foreach (var date in new[] { "2026-11-24", "2026-11-22", "2026-11-23", "2026-11-22", "2026-12-01" })
            await PlanAsync(date);
        var dates = new List<string>();
        var request = new ListVisitsRequest { FromDate = "2026-11-21", ToDate = "2026-11-30", PageSize = 2, State = VisitState.Planned, Partner = shop.Name };
        do
        {
            var page = await network.Manager.Visits.ListVisitsAsync(request);
            dates.AddRange(page.Visits.Select(v => v.PlannedDate));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(dates, Is.EqualTo(new[] { "2026-11-22", "2026-11-22", "2026-11-23", "2026-11-24" }));
        Assert.That((await network.Li.Visits.ListVisitsAsync(new ListVisitsRequest())).Visits, Is.Empty);
        Assert.That((await network.ZhejiangManager.Visits.ListVisitsAsync(new ListVisitsRequest())).Visits, Is.Empty);
    }

    [Test]
    public async Task The_number_of_whom_was_talked_to_is_shown_to_those_who_call()
    {
        var visit = await PlanAsync("2026-11-20");
        await network.Service.MoveClockAsync(Morning.AddHours(3));
        Assert.That((await ReportAsync(network.Wang, visit)).Report.Phone, Is.EqualTo("025-52426777"));
        Assert.That((await GetAsync(visit)).Report.Phone, Is.EqualTo("025-52426777"));
        var others = network.Finance.Visits;
        Assert.That((await others.GetVisitAsync(new GetVisitRequest { Name = visit.Name })).Report.Phone, Is.EqualTo("025-****6777"));
        Assert.That((await others.ListVisitsAsync(new ListVisitsRequest())).Visits.Single().Report.Phone, Is.EqualTo("025-****6777"));
    }

    private async Task<Visit> PlanAsync(string date) => await network.Wang.Visits.PlanVisitAsync(new PlanVisitRequest
    {
        Visit = new Visit { Partner = shop.Name, Kind = VisitKind.ClientVisit, PlannedDate = date, Purpose = "谈协议" },
    });

    private async Task<Visit> GetAsync(Visit visit) => await network.Wang.Visits.GetVisitAsync(new GetVisitRequest { Name = visit.Name });

    private async Task<Visit> ReportAsync(Acting who, Visit visit) => await who.Visits.ReportVisitAsync(new ReportVisitRequest
    {
        Name = visit.Name,
        Report = new VisitReport
        {
            Contact = "赵经理",
            ContactTitle = "店总",
            Phone = "025-52426777",
            TalkTime = Timestamp.FromDateTimeOffset(Morning.AddHours(1)),
            Content = "谈了协议条款",
            NextVisitDate = "2026-12-01",
        },
    });

    private static async Task<Visit> CancelAsync(Acting who, Visit visit, string reason) =>
        await who.Visits.CancelVisitAsync(new CancelVisitRequest { Name = visit.Name, Reason = reason });

    private async Task<IEnumerable<string>> StatesAsync(Visit visit) =>
        (await network.Service.PublishedAsync<VisitChanged>()).Where(e => $"visits/{e.AggregateId}" == visit.Name).OrderBy(e => e.Version).Select(e => e.State);
}
