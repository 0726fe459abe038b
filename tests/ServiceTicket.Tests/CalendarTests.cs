using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Calendars;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using static Qudao.ServiceTicket.Tests.TicketHouse;

namespace Qudao.ServiceTicket.Tests;

/// <summary>Working calendars as data, and what their change does to what is due.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class CalendarTests(DatabaseUnderTest database)
{
    private TicketHouse house = null!;

    private ServiceCalendarService.ServiceCalendarServiceClient Manager => new(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/js/", "s-manager", "吴强")));

    [SetUp]
    public async Task StartAsync() => house = await TicketHouse.StartAsync(database);

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    [Test]
    public async Task A_changed_calendar_moves_what_is_due_of_its_running_tickets_and_says_why()
    {
        var (running, waiting, resolved) = (await house.OpenAsync(), await house.OpenAsync(), await house.OpenAsync());
        var elsewhere = await house.As(house.Service.TokenFor("after-sales", "/hq/zj/", "s-zj")).CreateTicketAsync(Complaint("partners/p3"));
        foreach (var ticket in new[] { waiting, resolved })
            await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = ticket.Name, Handler = "staff/s-tech" });
        await house.AfterSales.PauseTicketAsync(new PauseTicketRequest { Name = waiting.Name, Reason = "等照片" });
        var settled = await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = resolved.Name, Result = "好了" });
        Assert.That(running.Calendar, Is.EqualTo("serviceCalendars/hq"));

        // Sunday's snow: Monday begins at noon only.
        var calendar = await Manager.UpdateServiceCalendarAsync(Changed("12:00-20:00", "大雪停工半天"));
        var moved = await house.UntilAsync(running.Name, ticket => ticket.Calendar == "serviceCalendars/js", "it is counted anew");

        Assert.That((calendar.Organisation, calendar.Reason, calendar.Etag), Is.EqualTo(("organisations/js", "大雪停工半天", "v1")));
        Assert.That(moved.FirstResponseDue.ToDateTimeOffset(), Is.EqualTo(At("2026-11-23T13:00")));
        Assert.That(moved.ResolutionDue.ToDateTimeOffset(), Is.EqualTo(At("2026-11-25T18:30")));
        Assert.That((await house.EntriesAsync(running.Name))[^1], Has.Property("Type").EqualTo(TicketEntryType.CalendarChanged).And.Property("Text").Contain("大雪停工半天"));
        Assert.That((await house.AuditAsync(running.Name))[^1].DetailJson, Does.Contain("大雪停工半天").And.Contain("before").And.Contain("after"));
        var held = await house.UntilAsync(waiting.Name, ticket => ticket.Calendar == "serviceCalendars/js", "the waiting one too");
        Assert.That(held.FirstResponseDue.ToDateTimeOffset(), Is.EqualTo(At("2026-11-23T13:00")));
        await Eventually.Async(async () => await house.Service.Db.ReadAsync(CalendarStore.RecountAsync) is null, Patience, "the sweep has been through");
        Assert.That((await house.GetAsync(resolved.Name)).Etag, Is.EqualTo(settled.Etag), "what is settled stays");
        Assert.That((await house.As(house.Service.TokenFor("after-sales", "/hq/zj/", "s-zj")).GetTicketAsync(new GetTicketRequest { Name = elsewhere.Name })).Etag, Is.EqualTo("v1"), "another centre's stays");
        Assert.That((await house.EntriesAsync(running.Name)).Count(entry => entry.Type == TicketEntryType.CalendarChanged), Is.EqualTo(1));
    }

    [Test]
    public async Task Whoever_touches_a_ticket_first_counts_it_anew_first()
    {
        var ticket = await house.OpenAsync();
        await house.Service.MoveClockAsync(At("2026-11-23T11:01"));
        await house.UntilAsync(ticket.Name, t => t.EscalationLevel == 1, "the first level is told");
        var timer = (await house.GetAsync(ticket.Name)).NextEscalationTime;

        await Manager.UpdateServiceCalendarAsync(Changed("08:30-09:00", "只值半小时班"));
        var responded = await house.AfterSales.AddTicketCommentAsync(new AddTicketCommentRequest { Name = ticket.Name, Text = "在处理" });

        var types = (await house.EntriesAsync(ticket.Name)).Select(entry => entry.Type).ToList();
        Assert.That(types.IndexOf(TicketEntryType.CalendarChanged), Is.GreaterThan(0).And.LessThan(types.IndexOf(TicketEntryType.Commented)), responded.Name);
        var after = await house.GetAsync(ticket.Name);
        Assert.That(after.FirstResponseBreached, "what was missed stays missed");
        Assert.That(after.NextEscalationTime.ToDateTimeOffset(), Is.EqualTo(At("2026-11-25T09:00")).And.GreaterThan(timer.ToDateTimeOffset()), "an hour is two days now");
    }

    [Test]
    public async Task Two_sweeps_and_a_restart_count_each_ticket_once()
    {
        var tickets = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => house.OpenAsync()));
        await Manager.UpdateServiceCalendarAsync(Changed("09:00-17:00", "调整作息"));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Recount.SweepAsync(house.Service.Db)));
        await house.Service.RestartAsync();
        await Eventually.Async(async () => await house.Service.Db.ReadAsync(CalendarStore.RecountAsync) is null, Patience, "the sweep has been through");
        foreach (var ticket in tickets)
            Assert.That((await house.EntriesAsync(ticket.Name)).Select(entry => entry.Type), Is.EqualTo([TicketEntryType.Opened, TicketEntryType.CalendarChanged]));
    }

    [Test]
    public async Task A_partner_that_goes_to_another_centre_is_counted_by_that_ones_calendar()
    {
        var ticket = await house.OpenAsync();
        var zhejiang = new ServiceCalendarService.ServiceCalendarServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/zj/", "s-zj")));
        var change = Changed("09:00-17:00", "浙江作息");
        change.ServiceCalendar.Name = "serviceCalendars/zj";
        await zhejiang.UpdateServiceCalendarAsync(change);
        await house.Service.HearAsync(new Events.PartnerChanged
        {
            AggregateId = "p1",
            Version = 2,
            ScopePath = "/hq/zj/p1/",
            Name = "南京协众汽车",
            Kind = "terminal",
            Stage = "signed",
            PreviousStage = "signed",
            ProvinceCode = "33",
            CityCode = "3301",
            OrganisationId = "zj",
        });
        var there = house.As(house.Service.TokenFor("after-sales", "/hq/zj/", "s-zj"));
        await Eventually.Async(async () => (await there.GetTicketAsync(new GetTicketRequest { Name = ticket.Name })).Calendar == "serviceCalendars/zj", Patience, "it is counted anew");
    }

    [Test]
    public async Task A_bad_calendar_is_refused_for_all_its_faults()
    {
        var bad = new UpdateServiceCalendarRequest
        {
            ServiceCalendar = new ServiceCalendar
            {
                Name = "serviceCalendars/js",
                Revisions =
                {
                    new CalendarRevision { EffectiveFrom = "2026-11-01", Windows = { "08:30-12:00", "11:00-17:00" }, Weekend = { 1, 2, 3, 4, 5, 6, 7 } },
                    new CalendarRevision { EffectiveFrom = "2026-10-01", Windows = { "halb neun" }, Weekend = { 8 }, Days = { new SpecialDay { Date = "gestern" } } },
                },
            },
        };
        Assert.That(await Refused.FieldsAsync(Manager.UpdateServiceCalendarAsync(bad)), Is.EquivalentTo(new[]
        {
            "reason", "service_calendar.revisions[0].windows[1]", "service_calendar.revisions[0].weekend", "service_calendar.revisions[1].effective_from",
            "service_calendar.revisions[1].windows[0]", "service_calendar.revisions[1].weekend[0]", "service_calendar.revisions[1].days[0].date",
        }));
        var hq = Changed("09:00-17:00", "x");
        hq.ServiceCalendar.Name = "serviceCalendars/hq";
        await Refused.Async(Manager.UpdateServiceCalendarAsync(hq), StatusCode.PermissionDenied, "HQ_DEFAULT");
        await Refused.Async(Manager.GetServiceCalendarAsync(new GetServiceCalendarRequest { Name = "serviceCalendars/js" }), StatusCode.NotFound);
        Assert.That((await Manager.ListServiceCalendarsAsync(new ListServiceCalendarsRequest())).ServiceCalendars.Select(calendar => calendar.Name), Is.EqualTo(["serviceCalendars/hq"]));
    }

    [Test]
    public async Task A_kind_that_changes_brings_its_own_times_and_a_grade_its_own_policy()
    {
        await house.Manager.UpdateSlaPolicyAsync(new UpdateSlaPolicyRequest { SlaPolicy = new SlaPolicy { Name = "slaPolicies/js-complaint-normal-a", FirstResponseMinutes = 20, ResolutionMinutes = 450, Calendar = SlaCalendar.Working } });
        var (graded, plain) = (await house.OpenAsync("partners/p2"), await house.OpenAsync());
        Assert.That((graded.PartnerGrade, Minutes(graded), plain.PartnerGrade, Minutes(plain)), Is.EqualTo(("A", 20.0, "", 60.0)));

        var repair = await house.AfterSales.ChangeKindAsync(new ChangeKindRequest { Name = plain.Name, Kind = TicketKind.Consultation, Reason = "只是问一下" });

        Assert.That((repair.Kind, repair.Number, Minutes(repair), repair.Step), Is.EqualTo((TicketKind.Consultation, plain.Number, 210.0, TicketStep.Answer)), "two hours from ten, and lunch");
        Assert.That((await house.AuditAsync(plain.Name))[^1].DetailJson, Does.Contain("只是问一下"));
        await Refused.Async(house.AfterSales.ChangeKindAsync(new ChangeKindRequest { Name = plain.Name, Kind = TicketKind.Consultation, Reason = "x" }), StatusCode.FailedPrecondition, "KIND_UNCHANGED");
        var major = await house.OpenAsync(kind: TicketKind.Repair, severity: TicketSeverity.Major);
        var complaint = await house.AfterSales.ChangeKindAsync(new ChangeKindRequest { Name = major.Name, Kind = TicketKind.Complaint, Reason = "客户要求追责" });
        Assert.That((major.EscalationLevel, complaint.EscalationLevel), Is.EqualTo((0, 1)), "a major complaint goes to the superior at once, also when it turns out to be one");
    }

    [Test]
    public async Task A_shorter_make_up_day_is_kept_as_it_was_written_and_counts_for_what_it_is()
    {
        var ticket = await house.OpenAsync();
        var change = Changed("08:30-17:30", "周六调休半天");
        change.ServiceCalendar.Revisions[0].Days.Add(new SpecialDay { Date = "2026-11-23", Working = true, DisplayName = "调休", Windows = { "08:30-10:30", "15:00-17:00" } });
        var calendar = await Manager.UpdateServiceCalendarAsync(change);
        Assert.That(calendar.Revisions.Single().Days.Single().Windows, Is.EqualTo(["08:30-10:30", "15:00-17:00"]));
        var moved = await house.UntilAsync(ticket.Name, one => one.Calendar == "serviceCalendars/js", "it is counted anew");
        Assert.That(moved.FirstResponseDue.ToDateTimeOffset(), Is.EqualTo(At("2026-11-23T15:30")).Within(TimeSpan.FromMinutes(1)), "half an hour of its hour before the break");
        change.ServiceCalendar.Revisions[0].Days[0].Windows[1] = "10:00-12:00";
        change.ServiceCalendar.Revisions[0].Days.Add(new SpecialDay { Date = "2026-11-28", Working = false, Windows = { "bis Mittag" } });
        Assert.That(await Refused.FieldsAsync(Manager.UpdateServiceCalendarAsync(change)), Is.EqualTo(["service_calendar.revisions[0].days[1].windows[0]"]));
        change.ServiceCalendar.Revisions[0].Days[1].Windows[0] = "08:30-12:00";
        Assert.That(await Refused.FieldsAsync(Manager.UpdateServiceCalendarAsync(change)), Is.EqualTo(["service_calendar.revisions[0].days[0].windows[1]", "service_calendar.revisions[0].days[1].windows"]));
    }

    private static double Minutes(Ticket ticket) => (ticket.FirstResponseDue.ToDateTimeOffset() - ticket.OpenTime.ToDateTimeOffset()).TotalMinutes;

    private static UpdateServiceCalendarRequest Changed(string windows, string reason) => new()
    {
        Reason = reason,
        ServiceCalendar = new ServiceCalendar
        {
            Name = "serviceCalendars/js",
            Revisions = { new CalendarRevision { EffectiveFrom = "2026-11-01", Windows = { windows }, Weekend = { 6, 7 }, PublicHolidays = true } },
        },
    };
}
