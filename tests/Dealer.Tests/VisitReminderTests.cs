using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Dealer.Visits;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>Until when a visit is reported.</summary>
public class VisitDueTests
{
    private static readonly TimeSpan HalfPastFive = new(17, 30, 0);

    // 2026-11-20 is a Friday; 2026-02-16 to 02-23 is the Spring Festival.
    [TestCase("2026-11-20", "2026-11-20 08:00", "2026-11-20 17:30")]
    [TestCase("2026-11-20", "2026-11-19 23:00", "2026-11-20 17:30")]
    [TestCase("2026-11-20", "2026-11-20 17:30", "2026-11-21 00:00")] // registered after hours
    [TestCase("2026-11-21", "2026-11-20 09:00", "2026-11-23 17:30")] // a Saturday: by the next working day
    [TestCase("2026-11-22", "2026-11-22 20:00", "2026-11-23 17:30")]
    [TestCase("2026-02-17", "2026-02-10 09:00", "2026-02-24 17:30")]
    public void It_is_the_end_of_the_working_day(string planned, string registered, string due) =>
        Assert.That(VisitRules.Due(DateOnly.Parse(planned), At(registered), HalfPastFive, WorkingCalendar.Default), Is.EqualTo(At(due)));

    [Test]
    public void It_never_lies_behind_the_registering()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var registered = At("2026-01-01 00:00").AddMinutes(random.Next(365 * 24 * 60));
            var planned = ChinaTime.DateOf(registered).AddDays(random.Next(0, 40));
            var due = VisitRules.Due(planned, registered, TimeSpan.FromMinutes(random.Next(1, 24 * 60 + 1)), WorkingCalendar.Default);
            Assert.That(due, Is.GreaterThan(registered), $"{planned} {registered}");
            Assert.That(due, Is.GreaterThan(ChinaTime.StartOfDay(planned)), $"{planned} {registered}");
        }
    }

    [TestCase("2026-11-01", "2027-01-01", "")]
    [TestCase("2026-11-01", "2027-01-02", "TOO_LATE")]
    [TestCase("2026-11-02", "2026-11-01", "TOO_EARLY")]
    [TestCase("2026-11-02", "yesterday", "")] // told by the contract
    public void A_calendar_has_62_days_at_most(string from, string to, string fault) =>
        Assert.That(string.Concat(VisitRules.Range(from, to).Select(v => v.Reason)), Is.EqualTo(fault));

    private static DateTimeOffset At(string text) => new(DateTime.Parse(text), ChinaTime.Offset);
}

/// <summary>Reminders of next visits, the calendar and the week's plan, over the running service.</summary>
public class VisitReminderTests
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
    public async Task A_report_promises_a_visit_that_a_later_plan_does_and_its_calling_off_opens_again()
    {
        var reminder = await PromisedAsync("2026-12-01");
        Assert.That((reminder.PartnerName, reminder.Staff, reminder.DueDate, reminder.State, reminder.Overdue), Is.EqualTo(("南京一店", $"staff/{network.WangId}", "2026-12-01", VisitReminderState.Open, false)));
        await PlanAsync(network.Wang, "2026-11-30");
        Assert.That((await GetAsync(reminder)).State, Is.EqualTo(VisitReminderState.Open), "the day before is not the day");
        var visit = await PlanAsync(network.Wang, "2026-12-02");
        Assert.That(await GetAsync(reminder), Has.Property("State").EqualTo(VisitReminderState.Done).And.Property("DoneByVisit").EqualTo(visit.Name));
        await network.Wang.Visits.CancelVisitAsync(new CancelVisitRequest { Name = visit.Name, Reason = "客户出差" });
        Assert.That((await GetAsync(reminder)).State, Is.EqualTo(VisitReminderState.Open));

        var missed = await PlanAsync(network.Wang, "2026-12-01");
        Assert.That((await GetAsync(reminder)).State, Is.EqualTo(VisitReminderState.Done));
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 1, 17, 31, 0, ChinaTime.Offset));
        await Eventually.Async(async () => (await GetAsync(reminder)).State == VisitReminderState.Open, TimeSpan.FromSeconds(20), $"{missed.Name} is missed, and the reminder open again");
        Assert.That((await network.Wang.Visits.ListVisitRemindersAsync(new ListVisitRemindersRequest { DueBy = "2026-12-01" })).VisitReminders, Has.Count.EqualTo(1));
        Assert.That((await network.Wang.Visits.ListVisitRemindersAsync(new ListVisitRemindersRequest { DueBy = "2026-11-30" })).VisitReminders, Is.Empty);
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 2, 9, 0, 0, ChinaTime.Offset));
        Assert.That((await GetAsync(reminder)).Overdue, Is.True);
    }

    [Test]
    public async Task What_is_planned_for_the_day_already_needs_no_reminder()
    {
        var planned = await PlanAsync(network.Wang, "2026-12-03");
        Assert.That(await PromisedAsync("2026-12-01", VisitReminderState.Done), Has.Property("DoneByVisit").EqualTo(planned.Name));
    }

    [Test]
    public async Task The_day_is_told_once_however_many_look_and_through_a_restart()
    {
        var reminder = await PromisedAsync("2026-12-01");
        Assert.That(await network.Service.PublishedAsync<VisitReminderDue>(), Is.Empty);
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 1, 0, 0, 1, ChinaTime.Offset));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => VisitReminders.RemindAsync(network.Service.Db)));
        await network.Service.RestartAsync();
        await VisitReminders.RemindAsync(network.Service.Db);
        var told = (await network.Service.PublishedAsync<VisitReminderDue>()).Single();
        Assert.That((told.AggregateId, told.PartnerName, told.DueDate, told.AssigneeId), Is.EqualTo((reminder.Name["visitReminders/".Length..], "南京一店", new DateOnly(2026, 12, 1), network.WangId)));
    }

    [Test]
    public async Task It_goes_with_the_client_and_is_dismissed_with_a_reason_by_whoever_has_it()
    {
        var reminder = await PromisedAsync("2026-12-01");
        await Refused.Async(StatusCode.NotFound, async () => await network.Li.Visits.GetVisitReminderAsync(new GetVisitReminderRequest { Name = reminder.Name }));
        await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = $"staff/{network.LiId}" });
        await Refused.Async(StatusCode.NotFound, async () => await network.Wang.Visits.GetVisitReminderAsync(new GetVisitReminderRequest { Name = reminder.Name }));
        Assert.That((await network.Manager.Visits.ListVisitRemindersAsync(new ListVisitRemindersRequest { Staff = $"staff/{network.LiId}", Organisation = "organisations/js" })).VisitReminders, Has.Count.EqualTo(1));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.ZhejiangManager.Visits.ListVisitRemindersAsync(new ListVisitRemindersRequest { Organisation = "organisations/js" })), Does.Contain("organisation NOT_FOUND"));

        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => DismissAsync(network.Li, reminder, "")), Does.Contain("reason REQUIRED"));
        var dismissed = await DismissAsync(network.Li, reminder, "客户已改为电话沟通");
        Assert.That((dismissed.State, dismissed.DismissReason), Is.EqualTo((VisitReminderState.Dismissed, "客户已改为电话沟通")));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => DismissAsync(network.Li, reminder, "again")), Is.EqualTo(new[] { "REMINDER_CLOSED" }));
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 2, 0, 0, 1, ChinaTime.Offset));
        await VisitReminders.RemindAsync(network.Service.Db);
        Assert.That(await network.Service.PublishedAsync<VisitReminderDue>(), Is.Empty);
    }

    [Test]
    public async Task The_policy_names_another_hour_for_the_report()
    {
        await network.CentreManager.Policies.UpdateNetworkPolicyAsync(new UpdateNetworkPolicyRequest { NetworkPolicy = new NetworkPolicy { Name = "networkPolicies/js", AgentsPerCity = 1, VisitReportUntil = "24:00" } });
        var visit = await PlanAsync(network.Wang, "2026-11-20");
        Assert.That(visit.DueTime.ToDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2026, 11, 21, 0, 0, 0, ChinaTime.Offset)));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.CentreManager.Policies.UpdateNetworkPolicyAsync(
            new UpdateNetworkPolicyRequest { NetworkPolicy = new NetworkPolicy { Name = "networkPolicies/js", AgentsPerCity = 1, VisitReportUntil = "25:00" } })), Does.Contain("network_policy.visit_report_until BAD_FORMAT"));
    }

    [Test]
    public async Task The_calendar_is_one_call_for_a_person_or_an_organisation()
    {
        await PromisedAsync("2026-12-01");
        await PlanAsync(network.Wang, "2026-12-01");
        await PlanAsync(network.Wang, "2026-11-21");
        var request = new GetVisitCalendarRequest { FromDate = "2026-11-20", ToDate = "2027-01-04" };
        var calendar = await network.Manager.Visits.GetVisitCalendarAsync(request);
        Assert.That((calendar.Days.Count, calendar.Aggregated), Is.EqualTo((46, false)));
        var days = calendar.Days.ToDictionary(day => day.Date);
        Assert.That((days["2026-11-20"].ReportedCount, days["2026-11-20"].WorkingDay, days["2026-11-20"].Visits.Single().Report), Is.EqualTo((1L, true, (VisitReport?)null)));
        Assert.That((days["2026-11-21"].PlannedCount, days["2026-11-21"].WorkingDay), Is.EqualTo((1L, false)));
        Assert.That((days["2026-12-01"].PlannedCount, days["2026-12-01"].ReminderCount), Is.EqualTo((1L, 0L)), "the plan does the reminder");

        request.Staff = $"staff/{network.LiId}";
        Assert.That((await network.Manager.Visits.GetVisitCalendarAsync(request)).Days.Sum(day => day.PlannedCount + day.ReportedCount), Is.Zero);
        request.Staff = "";
        Assert.That((await network.ZhejiangManager.Visits.GetVisitCalendarAsync(request)).Days.Sum(day => day.PlannedCount + day.ReportedCount), Is.Zero);
        request.Organisation = "organisations/zj";
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Visits.GetVisitCalendarAsync(request)), Does.Contain("organisation NOT_FOUND"));
        using var rest = await network.Manager.Rest.GetAsync("/v1/visits:calendar?fromDate=2026-10-01&toDate=2026-10-10&organisation=organisations/js");
        Assert.That(await rest.Content.ReadAsStringAsync(), Does.Contain("国庆节"));

        // Many: only counted.
        await network.Service.Db.WriteAsync(async tx =>
        {
            for (var i = 0; i < 501; i++)
                await VisitStore.InsertAsync(tx, new VisitRow { Id = $"many{i}", PartnerId = "p", OrganisationId = "js", Kind = "phone", State = "reported", PlannedDate = new DateOnly(2026, 11, 25), ScopePath = "/hq/js/p/", AssigneeId = network.LiId, Version = 1 });
        });
        var many = await network.Manager.Visits.GetVisitCalendarAsync(new GetVisitCalendarRequest { FromDate = "2026-11-25", ToDate = "2026-11-25" });
        Assert.That((many.Aggregated, many.Days.Single().ReportedCount, many.Days.Single().Visits.Count), Is.EqualTo((true, 501L, 0)));
    }

    [Test]
    public async Task Next_weeks_visits_are_counted_by_person_and_fixed_on_Saturday()
    {
        await PlanAsync(network.Wang, "2026-11-23");
        await PlanAsync(network.Wang, "2026-11-29");
        await network.Wang.Visits.CancelVisitAsync(new CancelVisitRequest { Name = (await PlanAsync(network.Wang, "2026-11-24")).Name, Reason = "改期" });
        var week = await network.Manager.Visits.GetVisitWeekAsync(new GetVisitWeekRequest());
        Assert.That((week.StartDate, week.EndDate, week.FixDate, week.Fixed), Is.EqualTo(("2026-11-23", "2026-11-29", "2026-11-21", false)));
        Assert.That(week.Rows.Select(row => (row.StaffName, row.PlannedCount, row.FixedCount)), Is.EquivalentTo(new[] { ("王伟", 2L, 2L), ("李娜", 0L, 0L) }));
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 11, 22, 9, 0, 0, ChinaTime.Offset));
        await PlanAsync(network.Wang, "2026-11-25");
        week = await network.Wang.Visits.GetVisitWeekAsync(new GetVisitWeekRequest { Date = "2026-11-26" });
        Assert.That((week.Fixed, week.Rows.Single().PlannedCount, week.Rows.Single().FixedCount), Is.EqualTo((true, 3L, 2L)), "what came on Sunday was not fixed");
    }

    private async Task<VisitReminder> PromisedAsync(string day, VisitReminderState state = VisitReminderState.Open)
    {
        var visit = await PlanAsync(network.Wang, "2026-11-20");
        await network.Wang.Visits.ReportVisitAsync(new ReportVisitRequest
        {
            Name = visit.Name,
            Report = new VisitReport { Contact = "赵经理", TalkTime = Timestamp.FromDateTimeOffset(network.Service.Clock.GetUtcNow()), Content = "谈了协议条款", NextVisitDate = day },
        });
        return (await network.Wang.Visits.ListVisitRemindersAsync(new ListVisitRemindersRequest { Partner = shop.Name, State = state })).VisitReminders.Single(r => r.SourceVisit == visit.Name);
    }

    private async Task<Visit> PlanAsync(Acting who, string date) =>
        await who.Visits.PlanVisitAsync(new PlanVisitRequest { Visit = new Visit { Partner = shop.Name, Kind = VisitKind.ClientVisit, PlannedDate = date } });

    private async Task<VisitReminder> GetAsync(VisitReminder reminder) => await network.Wang.Visits.GetVisitReminderAsync(new GetVisitReminderRequest { Name = reminder.Name });

    private static async Task<VisitReminder> DismissAsync(Acting who, VisitReminder reminder, string reason) =>
        await who.Visits.DismissVisitReminderAsync(new DismissVisitReminderRequest { Name = reminder.Name, Reason = reason });
}
