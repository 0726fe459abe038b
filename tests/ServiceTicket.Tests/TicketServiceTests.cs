using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Events;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using static Qudao.ServiceTicket.Tests.TicketHouse;

namespace Qudao.ServiceTicket.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class TicketServiceTests(DatabaseUnderTest database)
{
    private TicketHouse house = null!;

    [SetUp]
    public async Task StartAsync() => house = await TicketHouse.StartAsync(database);

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    [Test]
    public async Task A_complaint_is_late_escalates_is_resolved_followed_up_and_rated()
    {
        var opened = await house.OpenAsync();
        Assert.That((opened.Number, opened.State, opened.PartnerDisplayName), Is.EqualTo(("TS-20261123-0001", TicketState.Open, "南京协众汽车")));
        Assert.That(opened.FirstResponseDue.ToDateTimeOffset() - opened.OpenTime.ToDateTimeOffset(), Is.EqualTo(TimeSpan.FromMinutes(60)));

        await house.Service.MoveClockAsync(At("2026-11-23T11:01"));
        var late = await house.UntilAsync(opened.Name, t => t.EscalationLevel == 1, "the first level is told");
        Assert.That((late.FirstResponseBreached, late.ResolutionBreached), Is.EqualTo((true, false)));
        await house.Service.MoveClockAsync(At("2026-11-23T13:33:30"));
        await house.UntilAsync(opened.Name, t => t.EscalationLevel == 2, "an hour's work later the second level is told");

        await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = opened.Name, Handler = "staff/s-tech" });
        var responded = await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = opened.Name, Text = "非常抱歉，工程师今天到店。" });
        Assert.That((responded.State, responded.Handler, responded.FirstResponseMinutes), Is.EqualTo((TicketState.InProgress, "staff/s-tech", 123)));
        Assert.That(responded.NextEscalationTime, Is.Null);

        await house.Service.MoveClockAsync(At("2026-11-23T15:00:30"));
        var resolved = await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = opened.Name, Result = "更换天线，定位已准。" });
        Assert.That((resolved.State, resolved.ResolutionMinutes, resolved.Result), Is.EqualTo((TicketState.Resolved, 210, "更换天线，定位已准。")));
        await house.AfterSales.CloseTicketAsync(new CloseTicketRequest { Name = opened.Name });
        var rated = await house.Shop.FollowUpTicketAsync(new FollowUpTicketRequest { Name = opened.Name, Usage = "正常", Satisfaction = 5, OtherNeeds = "想再装十台" });

        Assert.That((rated.State, rated.FollowUp.Satisfaction, rated.FollowUp.ActorDisplayName), Is.EqualTo((TicketState.Closed, 5, "店长")));
        Assert.That((await house.EntriesAsync(opened.Name)).Select(entry => entry.Type), Is.EqualTo(
        [
            TicketEntryType.Opened, TicketEntryType.FirstResponseBreached, TicketEntryType.Escalated, TicketEntryType.Escalated, TicketEntryType.Assigned,
            TicketEntryType.Responded, TicketEntryType.Resolved, TicketEntryType.Closed, TicketEntryType.FollowedUp,
        ]));
        Assert.That((await house.AuditAsync(opened.Name)).Select(entry => entry.Action), Is.EqualTo(
        [
            "ticket.opened", "ticket.first-response-breached", "ticket.escalated", "ticket.escalated", "ticket.assigned", "ticket.responded", "ticket.resolved",
            "ticket.closed", "ticket.followed-up",
        ]));
        var events = await house.EventsAsync(opened.Name);
        Assert.That(events.Select(e => e.Version), Is.EqualTo(Enumerable.Range(1, 9)));
        var last = events[^1];
        Assert.That((last.Kind, last.Severity, last.State, last.PartnerId, last.HandlerId), Is.EqualTo(("complaint", "normal", "closed", "p1", "s-tech")));
        Assert.That((last.FirstResponseBreached, last.ResolutionBreached, last.EscalationLevel), Is.EqualTo((true, false, 2)));
        Assert.That((last.Satisfaction, last.FirstResponseMinutes, last.ResolutionMinutes), Is.EqualTo(((int?)5, (long?)123, (long?)210)));
        Assert.That((last.ScopePath, last.AssigneeId), Is.EqualTo(("/hq/js/p1/", "s-sales")));
        Assert.That(last.ResolutionDue, Is.EqualTo(rated.ResolutionDue.ToDateTimeOffset()));
    }

    [Test]
    public async Task A_bad_ticket_is_refused_for_all_its_faults_and_leaves_nothing()
    {
        var bad = Complaint();
        bad.Ticket.Reporter = "";
        bad.Ticket.ReporterPhone = "不详";
        bad.Ticket.Kind = (TicketKind)99;
        bad.Ticket.Channel = TicketChannel.Unspecified;
        bad.Ticket.Subject = new string('长', 101);

        Assert.That(await Refused.FieldsAsync(house.AfterSales.CreateTicketAsync(bad)),
            Is.EquivalentTo(["ticket.reporter", "ticket.reporter_phone", "ticket.kind", "ticket.channel", "ticket.subject"]));
        Assert.That(await Refused.FieldsAsync(house.AfterSales.CreateTicketAsync(Complaint(partner: ""))), Is.EqualTo(["ticket.partner"]));
        Assert.That((await house.AfterSales.ListTicketsAsync(new ListTicketsRequest())).Tickets, Is.Empty);
        Assert.That(await house.Service.PublishedAsync<TicketChanged>(), Is.Empty);
        Assert.That((await house.OpenAsync()).Number, Does.EndWith("-0001"), "no number was lost");
    }

    [Test]
    public async Task Another_centre_sees_nothing_of_a_ticket()
    {
        var ticket = await house.OpenAsync();
        var token = house.Service.TokenFor(["after-sales", "centre-general-manager"], "/hq/zj/", "s-zj");
        var zhejiang = house.As(token);
        var operations = new V1.OperationsService.OperationsServiceClient(house.Service.Grpc(token));
        var name = ticket.Name;

        await Refused.Async(house.AfterSales.CreateTicketAsync(Complaint("partners/p3")), StatusCode.InvalidArgument);
        await Refused.Async(zhejiang.GetTicketAsync(new GetTicketRequest { Name = name }), StatusCode.NotFound);
        await Refused.Async(zhejiang.ListTicketEntriesAsync(new ListTicketEntriesRequest { Ticket = name }), StatusCode.NotFound);
        await Refused.Async(zhejiang.RespondToTicketAsync(new RespondToTicketRequest { Name = name, Text = "x" }), StatusCode.NotFound);
        await Refused.Async(zhejiang.AssignTicketAsync(new AssignTicketRequest { Name = name, Handler = "staff/s-zj" }), StatusCode.NotFound);
        await Refused.Async(zhejiang.PauseTicketAsync(new PauseTicketRequest { Name = name, Reason = "x" }), StatusCode.NotFound);
        await Refused.Async(zhejiang.ResumeTicketAsync(new ResumeTicketRequest { Name = name, Reason = "x" }), StatusCode.NotFound);
        await Refused.Async(zhejiang.ResolveTicketAsync(new ResolveTicketRequest { Name = name, Result = "x" }), StatusCode.NotFound);
        await Refused.Async(zhejiang.CloseTicketAsync(new CloseTicketRequest { Name = name }), StatusCode.NotFound);
        await Refused.Async(zhejiang.ChangeSeverityAsync(new ChangeSeverityRequest { Name = name, Severity = TicketSeverity.Major, Reason = "x" }), StatusCode.NotFound);
        await Refused.Async(zhejiang.FollowUpTicketAsync(new FollowUpTicketRequest { Name = name, Satisfaction = 1 }), StatusCode.NotFound);
        await Refused.Async(zhejiang.AddTicketCommentAsync(new AddTicketCommentRequest { Name = name, Text = "x" }), StatusCode.NotFound);
        Assert.That((await zhejiang.ListTicketsAsync(new ListTicketsRequest())).Tickets, Is.Empty);
        Assert.That((await zhejiang.ListTicketsAsync(new ListTicketsRequest { Number = ticket.Number })).Tickets, Is.Empty);
        Assert.That((await operations.ListEventsAsync(new ListEventsRequest())).Events, Is.Empty);
        Assert.That((await operations.ListAuditEntriesAsync(new ListAuditEntriesRequest { Resource = name })).AuditEntries, Is.Empty);
        Assert.That((await house.GetAsync(name)).Etag, Is.EqualTo("v1"));
        await Refused.Async(house.As("").GetTicketAsync(new GetTicketRequest { Name = name }), StatusCode.Unauthenticated);
    }

    [Test]
    public async Task People_outside_open_comment_and_rate_but_see_nothing_internal()
    {
        var request = Complaint(partner: "");
        var opened = await house.Shop.CreateTicketAsync(request);
        Assert.That(opened.Partner, Is.EqualTo("partners/p1"));
        await house.Service.MoveClockAsync(At("2026-11-23T11:01"));
        await house.UntilAsync(opened.Name, t => t.EscalationLevel == 1, "the first level is told");
        await house.AfterSales.AddTicketCommentAsync(new AddTicketCommentRequest { Name = opened.Name, Text = "这家店欠款，注意语气。", Internal = true });
        await house.AfterSales.AddTicketCommentAsync(new AddTicketCommentRequest { Name = opened.Name, Text = "请提供设备编号。" });
        await house.AfterSales.ChangeSeverityAsync(new ChangeSeverityRequest { Name = opened.Name, Severity = TicketSeverity.Major, Reason = "客户很生气" });

        var seen = await house.EntriesAsync(opened.Name, house.Shop);
        Assert.That(seen.Select(entry => entry.Text), Is.EqualTo(["", "请提供设备编号。"]));
        var ticket = await house.Shop.GetTicketAsync(new GetTicketRequest { Name = opened.Name });
        Assert.That((ticket.EscalationLevel, ticket.NextEscalationTime), Is.EqualTo((0, (object?)null)));
        Assert.That((await house.Shop.ListTicketsAsync(new ListTicketsRequest())).Tickets.Single().EscalationLevel, Is.Zero);
        Assert.That(await house.EntriesAsync(opened.Name), Has.Exactly(4).Matches<TicketEntry>(entry => entry.Internal));

        request.Ticket.Severity = TicketSeverity.Major;
        Assert.That(await Refused.FieldsAsync(house.Shop.CreateTicketAsync(request)), Is.EqualTo(["ticket.severity"]));
        Assert.That(await Refused.FieldsAsync(house.Shop.AddTicketCommentAsync(new AddTicketCommentRequest { Name = opened.Name, Text = "x", Internal = true })), Is.EqualTo(["internal"]));
        await Refused.Async(house.Shop.RespondToTicketAsync(new RespondToTicketRequest { Name = opened.Name, Text = "x" }), StatusCode.PermissionDenied);
        await Refused.Async(house.Shop.CreateTicketAsync(Complaint("partners/p2")), StatusCode.InvalidArgument);
    }

    [Test]
    public async Task A_salesperson_sees_the_tickets_of_his_partners_wherever_they_move()
    {
        var ticket = await house.OpenAsync();
        var salesperson = house.As(house.Service.TokenFor("salesperson", "/hq/js/", "s-sales"));
        var other = house.As(house.Service.TokenFor("salesperson", "/hq/js/", "s-other"));
        Assert.That((await salesperson.ListTicketsAsync(new ListTicketsRequest())).Tickets, Has.Count.EqualTo(1));
        await Refused.Async(other.GetTicketAsync(new GetTicketRequest { Name = ticket.Name }), StatusCode.NotFound);

        await house.Service.HearAsync(Changed(version: 3, "s-other", "南京协众汽车集团"));
        await house.Service.HearAsync(Changed(version: 2, "s-third", "旧名"));

        Assert.That((await other.GetTicketAsync(new GetTicketRequest { Name = ticket.Name })).PartnerDisplayName, Is.EqualTo("南京协众汽车集团"));
        Assert.That((await salesperson.ListTicketsAsync(new ListTicketsRequest())).Tickets, Is.Empty);
    }

    [Test]
    public async Task A_ticket_opens_where_its_partner_is_now_even_when_the_dealer_services_answer_is_old()
    {
        await house.Service.HearAsync(Changed(version: 2, "s-other", "新名"));

        var ticket = await house.OpenAsync();

        Assert.That(ticket.PartnerDisplayName, Is.EqualTo("新名"));
        Assert.That((await house.EventsAsync(ticket.Name)).Single().AssigneeId, Is.EqualTo("s-other"));
    }

    [Test]
    public async Task A_repeated_request_opens_one_ticket()
    {
        var request = Complaint();
        request.RequestId = "r1";

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => house.AfterSales.CreateTicketAsync(request).ResponseAsync));

        Assert.That(replies.Distinct(), Has.One.Items);
        Assert.That((await house.AfterSales.ListTicketsAsync(new ListTicketsRequest())).Tickets, Has.Count.EqualTo(1));
        var other = Complaint();
        other.RequestId = "r1";
        other.Ticket.Subject = "另一件事";
        Assert.That(await Refused.FieldsAsync(house.AfterSales.CreateTicketAsync(other)), Is.EqualTo(["request_id"]));
        var respond = new RespondToTicketRequest { Name = replies[0].Name, Text = "收到", RequestId = "r2" };
        var (first, again) = (await house.AfterSales.RespondToTicketAsync(respond), await house.AfterSales.RespondToTicketAsync(respond));
        Assert.That(again, Is.EqualTo(first));
    }

    [Test]
    public async Task Numbers_of_a_kind_and_day_follow_each_other_without_gap_or_repeat()
    {
        var tickets = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => house.OpenAsync(kind: i % 2 == 0 ? TicketKind.Complaint : TicketKind.Repair)));
        Assert.That(tickets.Select(t => t.Number), Is.EquivalentTo(Enumerable.Range(1, 20).SelectMany(n => new[] { $"TS-20261123-{n:0000}", $"FX-20261123-{n:0000}" })));

        // In Shanghai the day begins eight hours before it does in UTC.
        await house.Service.MoveClockAsync(At("2026-11-24T00:01"));
        Assert.That((await house.OpenAsync()).Number, Is.EqualTo("TS-20261124-0001"));
    }

    [Test]
    public async Task A_list_has_the_longest_overdue_first_and_pages_through_all()
    {
        var suggestion = await house.OpenAsync(kind: TicketKind.Suggestion);
        await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = suggestion.Name, Text = "谢谢" });
        var repair = await house.OpenAsync("partners/p2", TicketKind.Repair);
        var complaint = await house.OpenAsync();
        var major = await house.OpenAsync(severity: TicketSeverity.Major);
        string[] order = [major.Name, complaint.Name, repair.Name, suggestion.Name];

        var names = new List<string>();
        var request = new ListTicketsRequest { PageSize = 1 };
        do
        {
            var page = await house.AfterSales.ListTicketsAsync(request);
            names.AddRange(page.Tickets.Select(ticket => ticket.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(names, Is.EqualTo(order));

        var first = await house.AfterSales.ListTicketsAsync(new ListTicketsRequest { PageSize = 1 });
        Assert.That(await Refused.FieldsAsync(house.AfterSales.ListTicketsAsync(new ListTicketsRequest { PageSize = 1, PageToken = first.NextPageToken, Kind = TicketKind.Repair })),
            Is.EqualTo(["page_token"]));

        async Task<IEnumerable<string>> Names(ListTicketsRequest filter) => (await house.AfterSales.ListTicketsAsync(filter)).Tickets.Select(ticket => ticket.Name);
        Assert.That(await Names(new() { State = TicketState.InProgress }), Is.EqualTo([suggestion.Name]));
        Assert.That(await Names(new() { Kind = TicketKind.Complaint }), Is.EqualTo([major.Name, complaint.Name]));
        Assert.That(await Names(new() { Partner = "partners/p2" }), Is.EqualTo([repair.Name]));
        Assert.That(await Names(new() { Handler = "staff/s-after" }), Is.EqualTo([suggestion.Name]));
        Assert.That(await Names(new() { Number = complaint.Number }), Is.EqualTo([complaint.Name]));
        Assert.That(await Names(new() { Breached = true }), Is.Empty);
        await house.Service.MoveClockAsync(At("2026-11-23T10:45"));
        await house.UntilAsync(major.Name, ticket => ticket.FirstResponseBreached, "the major one is late");
        Assert.That(await Names(new() { Breached = true }), Is.EqualTo([major.Name]));
    }

    [Test]
    public async Task A_stale_etag_changes_nothing()
    {
        var ticket = await house.OpenAsync();
        await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = ticket.Name, Text = "收到", Etag = ticket.Etag });

        await Refused.Async(house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "好了", Etag = ticket.Etag }), StatusCode.Aborted, "ETAG_MISMATCH");
        await Refused.Async(house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = ticket.Name, Text = "再次" }), StatusCode.FailedPrecondition, "ALREADY_RESPONDED");
        await Refused.Async(house.AfterSales.ResumeTicketAsync(new ResumeTicketRequest { Name = ticket.Name, Reason = "x" }), StatusCode.FailedPrecondition, "NOT_WAITING");

        Assert.That((await house.GetAsync(ticket.Name)).Etag, Is.EqualTo("v2"));
        Assert.That(await house.EventsAsync(ticket.Name), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Who_leaves_leaves_his_open_tickets_to_be_assigned_anew()
    {
        var (open, done) = (await house.OpenAsync(), await house.OpenAsync());
        foreach (var ticket in new[] { open, done })
            await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = ticket.Name, Handler = "staff/s-tech" });
        await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = done.Name, Result = "已更换" });
        await house.Service.HearAsync(new Events.StaffChanged { AggregateId = "s-tech", Version = 2, ScopePath = "/hq/js/", Name = "郑工", OrganisationId = "js", Roles = ["after-sales"], Active = false });
        Assert.That((await house.GetAsync(open.Name)).Handler, Is.Empty);
        Assert.That((await house.GetAsync(done.Name)).Handler, Is.EqualTo("staff/s-tech"), "what he did stays his");
        var entries = await house.EntriesAsync(open.Name);
        Assert.That((entries[^1].Type, entries[^1].Text), Is.EqualTo((TicketEntryType.Assigned, "郑工 已离职，待重新指派")));
        Assert.That((await house.EventsAsync(open.Name))[^1].HandlerId, Is.Null);
    }

    [Test]
    public async Task Both_clocks_stand_still_while_the_client_has_to_do_something()
    {
        var ticket = await house.OpenAsync(kind: TicketKind.ServiceRequest);
        await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = ticket.Name, Handler = "staff/s-tech" });
        await house.Service.MoveClockAsync(At("2026-11-23T11:30"));
        var waiting = await house.AfterSales.PauseTicketAsync(new PauseTicketRequest { Name = ticket.Name, Reason = "请提供行驶证照片" });
        Assert.That((waiting.State, waiting.WaitingSince is null), Is.EqualTo((TicketState.Waiting, false)));

        await house.Service.MoveClockAsync(At("2026-11-24T09:00"));
        Assert.That((await house.GetAsync(ticket.Name)).FirstResponseBreached, Is.False);
        await house.Shop.AddTicketCommentAsync(new AddTicketCommentRequest { Name = ticket.Name, Text = "照片已发" });

        var resumed = await house.GetAsync(ticket.Name);
        Assert.That((resumed.State, resumed.WaitingSince), Is.EqualTo((TicketState.InProgress, (object?)null)));
        // 90 of the 120 minutes were used on Monday; 30 are left from 9 o'clock on Tuesday. The result has 900: two days.
        Assert.That(resumed.FirstResponseDue.ToDateTimeOffset(), Is.EqualTo(At("2026-11-24T09:30")).Within(TimeSpan.FromSeconds(50)));
        Assert.That(resumed.ResolutionDue.ToDateTimeOffset(), Is.EqualTo(At("2026-11-25T16:30")).Within(TimeSpan.FromSeconds(50)));
        await house.Service.MoveClockAsync(At("2026-11-24T09:20:30"));
        var responded = await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = ticket.Name, Text = "收到" });
        Assert.That((responded.FirstResponseMinutes, responded.FirstResponseBreached), Is.EqualTo((110, false)));
        Assert.That((await house.EntriesAsync(ticket.Name, house.Shop)).Select(entry => (entry.Type, entry.State)), Is.EqualTo(
        [
            (TicketEntryType.Opened, TicketState.Open), (TicketEntryType.Assigned, TicketState.InProgress), (TicketEntryType.Paused, TicketState.Waiting),
            (TicketEntryType.Resumed, TicketState.InProgress), (TicketEntryType.Commented, TicketState.InProgress), (TicketEntryType.Responded, TicketState.InProgress),
        ]));
    }

    [Test]
    public async Task A_comment_of_staff_does_not_end_the_waiting()
    {
        var ticket = await house.OpenAsync();
        await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = ticket.Name, Text = "收到" });
        await house.AfterSales.PauseTicketAsync(new PauseTicketRequest { Name = ticket.Name, Reason = "等照片" });

        await house.AfterSales.AddTicketCommentAsync(new AddTicketCommentRequest { Name = ticket.Name, Text = "已催" });

        Assert.That((await house.GetAsync(ticket.Name)).State, Is.EqualTo(TicketState.Waiting));
    }

    [Test]
    public async Task A_change_of_severity_sets_other_times_and_tells_why()
    {
        var ticket = await house.OpenAsync();

        var major = await house.AfterSales.ChangeSeverityAsync(new ChangeSeverityRequest { Name = ticket.Name, Severity = TicketSeverity.Major, Reason = "媒体介入" });

        Assert.That(major.FirstResponseDue.ToDateTimeOffset() - major.OpenTime.ToDateTimeOffset(), Is.EqualTo(TimeSpan.FromMinutes(30)));
        Assert.That(major.EscalationLevel, Is.EqualTo(1), "a major complaint goes to the superior at once");
        Assert.That((await house.AuditAsync(ticket.Name)).Single(entry => entry.Action == "ticket.severity-changed").DetailJson, Does.Contain("媒体介入").And.Contain("before"));
        await Refused.Async(house.AfterSales.ChangeSeverityAsync(new ChangeSeverityRequest { Name = ticket.Name, Severity = TicketSeverity.Major, Reason = "x" }),
            StatusCode.FailedPrecondition, "SEVERITY_UNCHANGED");
        var normal = await house.AfterSales.ChangeSeverityAsync(new ChangeSeverityRequest { Name = ticket.Name, Severity = TicketSeverity.Normal, Reason = "误会" });
        Assert.That((normal.FirstResponseDue, normal.EscalationLevel), Is.EqualTo((ticket.FirstResponseDue, 1)));
    }

    [Test]
    public async Task A_follow_up_comes_once_and_after_the_result()
    {
        var ticket = await house.OpenAsync();
        var followUp = new FollowUpTicketRequest { Name = ticket.Name, Satisfaction = 3 };
        await Refused.Async(house.AfterSales.FollowUpTicketAsync(followUp), StatusCode.FailedPrecondition, "NOT_RESOLVED");
        await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = ticket.Name, Handler = "staff/s-tech" });
        var resolved = await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "已处理" });
        Assert.That(resolved.FirstResponseMinutes, Is.Zero, "the result is a response too");

        Assert.That(await Refused.FieldsAsync(house.AfterSales.FollowUpTicketAsync(new FollowUpTicketRequest { Name = ticket.Name, Satisfaction = 6 })), Is.EqualTo(["satisfaction"]));
        Assert.That(await Refused.FieldsAsync(house.AfterSales.FollowUpTicketAsync(new FollowUpTicketRequest { Name = ticket.Name })), Is.EqualTo(["satisfaction"]));
        Assert.That((await house.AfterSales.FollowUpTicketAsync(followUp)).State, Is.EqualTo(TicketState.Resolved));
        await Refused.Async(house.Shop.FollowUpTicketAsync(followUp), StatusCode.FailedPrecondition, "ALREADY_FOLLOWED_UP");
        Assert.That((await house.GetAsync(ticket.Name)).FollowUp.Satisfaction, Is.EqualTo(3));
    }

    [TestCase("staff/s-gone", StatusCode.InvalidArgument)]
    [TestCase("staff/s-zj", StatusCode.InvalidArgument)]
    [TestCase("staff/nobody", StatusCode.InvalidArgument)]
    public async Task A_ticket_goes_only_to_somebody_who_is_there(string handler, StatusCode refused)
    {
        var ticket = await house.OpenAsync();

        await Refused.Async(house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = ticket.Name, Handler = handler }), refused);

        Assert.That((await house.GetAsync(ticket.Name)).Etag, Is.EqualTo("v1"));
    }

    [Test]
    public async Task The_same_over_REST()
    {
        var rest = house.Service.Rest(house.Service.TokenFor("after-sales", "/hq/js/", "s-after"));
        var created = await rest.PostAsJsonAsync("/v1/tickets", new
        {
            kind = "TICKET_KIND_COMPLAINT",
            channel = "TICKET_CHANNEL_PHONE",
            partner = "partners/p1",
            reporter = "李女士",
            reporterPhone = "13800000001",
            subject = "定位不准",
            content = "地图上在江对岸。",
        });
        var ticket = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement;
        Assert.That(created.StatusCode, Is.EqualTo(HttpStatusCode.OK), ticket.ToString());
        var name = ticket.GetProperty("name").GetString();

        var comment = await rest.PostAsJsonAsync($"/v1/{name}:comment", new { text = "已联系" });
        var entries = JsonDocument.Parse(await rest.GetStringAsync($"/v1/{name}/entries")).RootElement.GetProperty("entries");
        var policies = JsonDocument.Parse(await rest.GetStringAsync("/v1/slaPolicies?organisation=organisations/hq")).RootElement.GetProperty("slaPolicies");

        Assert.That(comment.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(entries.EnumerateArray().Select(entry => entry.GetProperty("type").GetString()), Is.EqualTo(["TICKET_ENTRY_TYPE_OPENED", "TICKET_ENTRY_TYPE_COMMENTED"]));
        Assert.That(policies.GetArrayLength(), Is.EqualTo(12));
    }

    [Test]
    public async Task A_merged_partners_tickets_are_the_survivors_also_those_of_the_same_moment()
    {
        var before = await house.OpenAsync();
        await house.Service.HearAsync(new PartnerMerged
        {
            AggregateId = "p1",
            Version = 9,
            ScopePath = "/hq/js/p8/",
            SurvivorId = "p8",
            SurvivorName = "留存的门店",
            SurvivorVersion = 3,
        });
        var over = await house.GetAsync(before.Name);
        Assert.That((over.Partner, over.PartnerDisplayName), Is.EqualTo(("partners/p8", "留存的门店")));
        var meanwhile = await house.OpenAsync();
        await house.UntilAsync(meanwhile.Name, ticket => ticket.Partner == "partners/p8", "the watch has moved it");
    }

    [Test]
    public async Task A_centre_that_moves_takes_its_tickets_along()
    {
        var before = await house.OpenAsync();
        await house.Service.HearAsync(new OrganisationChanged { AggregateId = "js", Version = 2, ScopePath = "/hq/east/js/", PreviousScopePath = "/hq/js/", Code = "js", Name = "江苏", Kind = "centre" });
        // The dealer service's answer was on its way when the centre moved.
        var after = await house.OpenAsync();
        await house.Service.HearAsync(Changed(2, "s-sales", "改名"));
        var there = house.As(house.Service.TokenFor("after-sales", "/hq/east/js/", "s-after"));
        Assert.That((await there.ListTicketsAsync(new ListTicketsRequest())).Tickets.Select(t => t.Name), Is.EquivalentTo(new[] { before.Name, after.Name }));
        Assert.That((await house.AfterSales.ListTicketsAsync(new ListTicketsRequest())).Tickets, Is.Empty);
    }

    private static PartnerChanged Changed(long version, string assignee, string name) => new()
    {
        AggregateId = "p1",
        Version = version,
        ScopePath = "/hq/js/p1/",
        AssigneeId = assignee,
        Name = name,
        Kind = "terminal",
        Stage = "signed",
        PreviousStage = "signed",
        ProvinceCode = "32",
        CityCode = "3201",
        OrganisationId = "js",
    };
}
