using Grpc.Core;
using Qudao.Events;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using static Qudao.ServiceTicket.Tests.TicketHouse;

namespace Qudao.ServiceTicket.Tests;

/// <summary>Tickets go from hand to hand, come back, and come from each other.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class FlowTests(DatabaseUnderTest database)
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
    public async Task A_repair_goes_to_the_factory_and_back_and_every_hand_off_is_timed()
    {
        var asked = Complaint(kind: TicketKind.Repair);
        asked.Ticket.SerialNumbers.Add(["GT200-0007", "GT200-0008"]);
        var ticket = await house.AfterSales.CreateTicketAsync(asked);
        Assert.That((ticket.Step, ticket.SerialNumbers.ToArray()), Is.EqualTo((TicketStep.Confirmation, new[] { "GT200-0007", "GT200-0008" })).UsingPropertiesComparer());

        await Refused.Async(house.Doing("technical").AdvanceTicketAsync(Step(ticket, TicketMove.Confirm)), StatusCode.PermissionDenied, "NOT_YOUR_STEP");
        await house.Service.MoveClockAsync(At("2026-11-23T10:30:30"));
        Assert.That((await house.Doing("sales-manager").AdvanceTicketAsync(Step(ticket, TicketMove.Confirm))).State, Is.EqualTo(TicketState.InProgress));
        var checkedTicket = await house.Doing("technical").CheckTicketWarrantyAsync(new CheckTicketWarrantyRequest { Name = ticket.Name, PurchaseDate = "2026-03-31" });
        Assert.That((checkedTicket.Warranty.State, checkedTicket.Warranty.AgreementNumber, checkedTicket.Warranty.Until), Is.EqualTo((WarrantyState.Covered, "XS-0001", "2027-03-31")));
        await Refused.Async(house.Doing("technical").AdvanceTicketAsync(Step(ticket, TicketMove.Reship, reference: "SF1")), StatusCode.FailedPrecondition, "NO_SUCH_MOVE");
        await house.Service.MoveClockAsync(At("2026-11-23T14:31"));
        await house.Doing("technical").AdvanceTicketAsync(Step(ticket, TicketMove.BeyondRepair, note: "主板进水"));
        await Refused.Async(house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "x" }), StatusCode.FailedPrecondition, "FLOW_UNFINISHED");
        await house.Doing("sales-manager").AdvanceTicketAsync(Step(ticket, TicketMove.PassOn));
        await house.Doing("purchasing").AdvanceTicketAsync(Step(ticket, TicketMove.Approve));
        Assert.That(await Refused.FieldsAsync(house.Doing("purchasing").AdvanceTicketAsync(Step(ticket, TicketMove.EnterErp))), Is.EqualTo(["reference"]));
        await house.Doing("back-office").AdvanceTicketAsync(Step(ticket, TicketMove.EnterErp, reference: "ERP-77"));
        await house.Doing("purchasing").AdvanceTicketAsync(Step(ticket, TicketMove.ShipToFactory, reference: "SF100"));
        var shipped = await house.Doing("purchasing").AdvanceTicketAsync(Step(ticket, TicketMove.Reship, reference: "SF200"));
        Assert.That((shipped.Facts.ErpNumber, shipped.Facts.FactoryWaybill, shipped.Facts.ReshipWaybill, shipped.Step), Is.EqualTo(("ERP-77", "SF100", "SF200", TicketStep.Informing)));
        var done = await house.Doing("after-sales").AdvanceTicketAsync(Step(ticket, TicketMove.Inform, text: "已换新机寄出，单号 SF200。"));

        Assert.That((done.State, done.Step, done.Result), Is.EqualTo((TicketState.Resolved, TicketStep.Done, "已换新机寄出，单号 SF200。")));
        var handOffs = (await house.Doing("after-sales").ListHandOffsAsync(new ListHandOffsRequest { Ticket = ticket.Name })).HandOffs;
        // Lunch is not counted: half an hour for the manager, 90 minutes until twelve and 60 after half past one for the appraisal.
        Assert.That(handOffs.Take(2).Select(one => (one.FromStep, one.Minutes)), Is.EqualTo([(TicketStep.Confirmation, 30L), (TicketStep.Appraisal, 150L)]));
        Assert.That(handOffs.Select(one => one.Move), Is.EqualTo(
            [TicketMove.Confirm, TicketMove.BeyondRepair, TicketMove.PassOn, TicketMove.Approve, TicketMove.EnterErp, TicketMove.ShipToFactory, TicketMove.Reship, TicketMove.Inform]));
        Assert.That((await house.Service.PublishedAsync<TicketHandedOff>()).Select(e => e.ToStep), Is.EqualTo(["appraisal", "sales", "purchasing", "erp-entry", "factory-return", "reshipment", "informing", "done"]));
        Assert.That((await house.EntriesAsync(ticket.Name, house.Shop)).Select(entry => entry.Type), Is.EqualTo([TicketEntryType.Opened, TicketEntryType.HandedOff]), "how we got there is ours");
        var outside = new TicketFlowService.TicketFlowServiceClient(house.Service.Grpc(house.Service.TokenFor("partner-terminal", "/hq/js/p1/", partnerId: "p1", organisationId: "js")));
        Assert.That((await outside.ListHandOffsAsync(new ListHandOffsRequest { Ticket = ticket.Name })).HandOffs.Select(one => one.Note), Is.All.Empty);
        Assert.That((await house.AfterSales.ListTicketsAsync(new ListTicketsRequest { SerialNumber = "GT200-0008" })).Tickets.Select(one => one.Name), Is.EqualTo([ticket.Name]));
    }

    [Test]
    public async Task A_device_that_replaces_another_is_on_record_and_covered_from_its_shipment_on()
    {
        var asked = Complaint(kind: TicketKind.Return);
        asked.Ticket.SerialNumbers.Add("GT200-0007");
        var ticket = await house.AfterSales.CreateTicketAsync(asked);
        await house.Doing("sales-manager").AdvanceTicketAsync(Step(ticket, TicketMove.Confirm));
        var old = await house.Doing("technical").CheckTicketWarrantyAsync(new CheckTicketWarrantyRequest { Name = ticket.Name, PurchaseDate = "2025-01-05" });
        Assert.That((old.Warranty.State, old.Warranty.SerialNumber), Is.EqualTo((WarrantyState.Expired, "GT200-0007")), "the only device is the one that is meant");
        var wrong = Step(ticket, TicketMove.Accept);
        wrong.ReplacementSerialNumbers.Add(["GT300-0001", " ", "GT300-0001"]);
        Assert.That(await Refused.FieldsAsync(house.Doing("technical").AdvanceTicketAsync(wrong)),
            Is.EqualTo(["replacement_serial_numbers", "replacement_serial_numbers[1]", "replacement_serial_numbers[2]"]));
        await house.Doing("technical").AdvanceTicketAsync(Step(ticket, TicketMove.Accept));
        await house.Doing("purchasing").AdvanceTicketAsync(Step(ticket, TicketMove.Approve));
        await house.Doing("back-office").AdvanceTicketAsync(Step(ticket, TicketMove.EnterErp, reference: "ERP-77"));
        await house.Doing("purchasing").AdvanceTicketAsync(Step(ticket, TicketMove.ShipToFactory, reference: "SF100"));
        await house.Service.MoveClockAsync(At("2026-12-01T10:00"));
        var reship = Step(ticket, TicketMove.Reship, reference: "SF200");
        reship.ReplacementSerialNumbers.Add("GT200-0007");
        Assert.That(await Refused.FieldsAsync(house.Doing("purchasing").AdvanceTicketAsync(reship)), Is.EqualTo(["replacement_serial_numbers[0]"]), "its own device replaces nothing");
        reship.ReplacementSerialNumbers[0] = "GT300-0001";
        var shipped = await house.Doing("purchasing").AdvanceTicketAsync(reship);

        Assert.That((shipped.Facts.ReplacementSerialNumbers.Single(), shipped.SerialNumbers.Single()), Is.EqualTo(("GT300-0001", "GT200-0007")));
        Assert.That((await house.AuditAsync(ticket.Name))[^1].DetailJson, Does.Contain("GT300-0001"));
        Assert.That((await house.AfterSales.ListTicketsAsync(new ListTicketsRequest { SerialNumber = "GT300-0001" })).Tickets.Single().Name, Is.EqualTo(ticket.Name));
        var replaced = await house.Doing("technical").CheckTicketWarrantyAsync(new CheckTicketWarrantyRequest { Name = ticket.Name, SerialNumber = "GT300-0001" });
        Assert.That((replaced.Warranty.State, replaced.Warranty.Until, replaced.Warranty.SerialNumber), Is.EqualTo((WarrantyState.Covered, "2027-12-01", "GT300-0001")));
        Assert.That(await Refused.FieldsAsync(house.Doing("technical").CheckTicketWarrantyAsync(new CheckTicketWarrantyRequest { Name = ticket.Name, SerialNumber = "GT300-0002" })), Is.EqualTo(["serial_number"]));

        // Thirteen months later the new one fails: nobody need remember when it was shipped.
        await house.Service.MoveClockAsync(At("2027-12-02T10:00"));
        var later = Complaint(kind: TicketKind.Repair);
        later.Ticket.SerialNumbers.Add("GT300-0001");
        var again = await house.AfterSales.CreateTicketAsync(later);
        var after = await house.Doing("technical").CheckTicketWarrantyAsync(new CheckTicketWarrantyRequest { Name = again.Name });
        Assert.That((after.Warranty.State, after.Warranty.Until), Is.EqualTo((WarrantyState.Expired, "2027-12-01")));
    }

    [Test]
    public async Task A_complaint_is_soothed_answered_and_comes_back_until_the_client_is_satisfied()
    {
        var ticket = await house.OpenAsync(severity: TicketSeverity.Major);
        Assert.That(ticket.EscalationLevel, Is.EqualTo(1), "the superior knows at once");
        await house.Service.MoveClockAsync(At("2026-11-23T10:10:30"));
        var soothed = await house.Doing("after-sales").AdvanceTicketAsync(Step(ticket, TicketMove.Soothe, text: "非常抱歉，马上处理。", department: "技术部"));
        Assert.That((soothed.FirstResponseMinutes, soothed.Facts.Department, soothed.Step), Is.EqualTo((10L, "技术部", TicketStep.Department)), "soothing is the first response");
        await house.Doing("technical").AdvanceTicketAsync(Step(ticket, TicketMove.Answer, note: "灵敏度过低"));
        await house.Doing("sales-manager").AdvanceTicketAsync(Step(ticket, TicketMove.SendBack, note: "请给出改进措施"));
        await house.Doing("technical").AdvanceTicketAsync(Step(ticket, TicketMove.Answer, note: "已远程调整"));
        var told = await house.Doing("sales-manager").AdvanceTicketAsync(Step(ticket, TicketMove.Inform, text: "已调整灵敏度。"));
        Assert.That((told.State, told.Step), Is.EqualTo((TicketState.Resolved, TicketStep.Satisfaction)));
        await house.Service.MoveClockAsync(At("2026-11-23T11:00"));
        var back = await house.Doing("after-sales").AdvanceTicketAsync(Step(ticket, TicketMove.Dissatisfied, note: "还是不报警"));
        Assert.That((back.State, back.Step, back.Round, back.EscalationLevel, back.ResolutionMinutes), Is.EqualTo((TicketState.InProgress, TicketStep.Department, 2, 1, 0L)));
        await house.Doing("technical").AdvanceTicketAsync(Step(ticket, TicketMove.Answer, note: "换机"));
        await house.Doing("sales-manager").AdvanceTicketAsync(Step(ticket, TicketMove.Inform, text: "已换机。"));
        var closed = await house.Doing("after-sales").AdvanceTicketAsync(Step(ticket, TicketMove.Satisfied));
        Assert.That((closed.State, closed.Step, closed.FollowUpDue, closed.FollowUpOwner), Is.EqualTo((TicketState.Closed, TicketStep.Done, "2026-11-26", "staff/s-sales")));
        var round = (await house.AfterSales.ListTicketRoundsAsync(new ListTicketRoundsRequest { Ticket = ticket.Name })).Rounds.Single();
        Assert.That((round.Round, round.Result, round.ResolutionMinutes, round.ResolveTime), Is.EqualTo((1, "已调整灵敏度。", 10L, told.ResolveTime)));
    }

    [Test]
    public async Task A_suggestion_is_answered_decided_on_and_rewarded()
    {
        var ticket = await house.OpenAsync(kind: TicketKind.Suggestion);
        Assert.That(await Refused.FieldsAsync(house.Doing("after-sales").AdvanceTicketAsync(Step(ticket, TicketMove.Answer))), Is.EqualTo(["text"]));
        await house.Doing("after-sales").AdvanceTicketAsync(Step(ticket, TicketMove.Answer, text: "感谢建议，正在评估。"));
        await house.Doing("sales-manager").AdvanceTicketAsync(Step(ticket, TicketMove.Adopt));
        await house.Doing("sales-manager").AdvanceTicketAsync(Step(ticket, TicketMove.Reward, note: "赠送一年服务费"));
        var done = await house.Doing("after-sales").AdvanceTicketAsync(Step(ticket, TicketMove.Inform, text: "您的建议已采纳。"));
        Assert.That((done.State, done.Facts.Decision, done.Facts.Reward), Is.EqualTo((TicketState.Resolved, "adopted", "赠送一年服务费")));
        Assert.That((await house.EventsAsync(ticket.Name))[^1].Decision, Is.EqualTo("adopted"));
    }

    [Test]
    public async Task A_bad_rating_takes_the_ticket_up_again_and_keeps_what_it_was()
    {
        var ticket = await ClosedAsync();
        Assert.That(ticket.FollowUpDue, Is.EqualTo("2026-11-26"));
        await house.Service.MoveClockAsync(At("2026-11-24T09:00"));
        var rated = await house.Shop.FollowUpTicketAsync(new FollowUpTicketRequest { Name = ticket.Name, Usage = "仍离线", Satisfaction = 1 });

        Assert.That((rated.State, rated.Round, rated.FollowUp.Satisfaction, rated.FollowUpDue, rated.ResolveTime), Is.EqualTo((TicketState.InProgress, 2, 1, "", (object?)null)));
        Assert.That(rated.FirstResponseTime, Is.EqualTo(ticket.FirstResponseTime));
        // 1350 minutes from nine o'clock on Tuesday: three days.
        Assert.That(rated.ResolutionDue.ToDateTimeOffset(), Is.EqualTo(At("2026-11-27T09:00")).Within(TimeSpan.FromMinutes(1)));
        await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "已换机" });
        await house.AfterSales.CloseTicketAsync(new CloseTicketRequest { Name = ticket.Name });
        var again = await house.Shop.FollowUpTicketAsync(new FollowUpTicketRequest { Name = ticket.Name, Satisfaction = 5 });
        Assert.That((again.State, again.FollowUp.Satisfaction), Is.EqualTo((TicketState.Closed, 5)), "each round is rated once");
        Assert.That((await house.AfterSales.ListTicketRoundsAsync(new ListTicketRoundsRequest { Ticket = ticket.Name })).Rounds.Select(round => (round.Satisfaction, round.ResolveTime, round.CloseTime)),
            Is.EqualTo([(1, ticket.ResolveTime, ticket.CloseTime)]));
    }

    [Test]
    public async Task A_late_reply_opens_another_ticket_and_leaves_the_old_one_as_it_was()
    {
        var old = await ClosedAsync();
        await house.Service.MoveClockAsync(At("2026-11-24T09:00"));
        await house.Shop.AddTicketCommentAsync(new AddTicketCommentRequest { Name = old.Name, Text = "谢谢" });
        Assert.That((await house.GetAsync(old.Name)).State, Is.EqualTo(TicketState.Closed), "within the grace period it is a comment");
        await house.Service.MoveClockAsync(At("2026-11-27T09:00"));
        var request = new AddTicketCommentRequest { Name = old.Name, Text = "又离线了", Reopen = true, RequestId = "late" };
        var entry = await house.Shop.AddTicketCommentAsync(request);
        Assert.That(await house.Shop.AddTicketCommentAsync(request), Is.EqualTo(entry));

        var linked = (await house.AfterSales.ListTicketsAsync(new ListTicketsRequest { LinkedTo = old.Name })).Tickets.Single();
        Assert.That((linked.Link, linked.State, linked.Content, linked.Subject, entry.Name), Is.EqualTo((TicketLink.LateReply, TicketState.Open, "又离线了", "回复：定位不准", $"{linked.Name}/entries/1")));
        var after = await house.GetAsync(old.Name);
        Assert.That((after.State, after.Round, after.ResolveTime, after.CloseTime, after.ResolutionMinutes, after.FirstResponseMinutes),
            Is.EqualTo((TicketState.Closed, 1, old.ResolveTime, old.CloseTime, old.ResolutionMinutes, old.FirstResponseMinutes)));
        await house.AfterSales.AddTicketCommentAsync(new AddTicketCommentRequest { Name = old.Name, Text = "存档说明", Internal = true });
        Assert.That((await house.AfterSales.ListTicketsAsync(new ListTicketsRequest { LinkedTo = old.Name })).Tickets, Has.Count.EqualTo(1), "what staff note is no reply");
    }

    [Test]
    public async Task A_client_who_says_it_is_not_settled_reopens_within_the_grace_period()
    {
        var ticket = await ClosedAsync();
        await house.Shop.AddTicketCommentAsync(new AddTicketCommentRequest { Name = ticket.Name, Text = "又坏了", Reopen = true });
        var reopened = await house.GetAsync(ticket.Name);
        Assert.That((reopened.State, reopened.Round), Is.EqualTo((TicketState.InProgress, 2)));
        Assert.That((await house.EntriesAsync(ticket.Name)).TakeLast(2).Select(entry => entry.Type), Is.EqualTo([TicketEntryType.Reopened, TicketEntryType.Commented]));
    }

    [Test]
    public async Task Two_tickets_of_one_matter_become_one_and_a_second_matter_a_ticket_of_its_own()
    {
        var first = Complaint();
        first.Ticket.SerialNumbers.Add("A1");
        var second = Complaint();
        second.Ticket.SerialNumbers.Add("B2");
        var (stays, ends, other) = (await house.AfterSales.CreateTicketAsync(first), await house.AfterSales.CreateTicketAsync(second), await house.OpenAsync("partners/p2"));
        Assert.That(await Refused.FieldsAsync(house.AfterSales.MergeTicketAsync(new MergeTicketRequest { Name = ends.Name, Into = other.Name })), Is.EqualTo(["into"]));
        Assert.That(await Refused.FieldsAsync(house.AfterSales.MergeTicketAsync(new MergeTicketRequest { Name = ends.Name, Into = ends.Name })), Is.EqualTo(["into"]));
        Assert.That(await Refused.FieldsAsync(house.AfterSales.MergeTicketAsync(new MergeTicketRequest { Name = ends.Name, Into = "tickets/none" })), Is.EqualTo(["into"]));

        var merged = await house.AfterSales.MergeTicketAsync(new MergeTicketRequest { Name = ends.Name, Into = stays.Name, Reason = "同一件事" });
        Assert.That((merged.Name, merged.State, merged.SerialNumbers), Is.EqualTo((stays.Name, TicketState.Open, new[] { "A1", "B2" })).UsingPropertiesComparer());
        var ended = await house.GetAsync(ends.Name);
        Assert.That((ended.State, ended.MergedInto, ended.ResolveTime, ended.NextEscalationTime), Is.EqualTo((TicketState.Closed, stays.Name, (object?)null, (object?)null)));
        await Refused.Async(house.AfterSales.ReopenTicketAsync(new ReopenTicketRequest { Name = ends.Name, Reason = "x" }), StatusCode.FailedPrecondition, "MERGED");
        await house.Service.MoveClockAsync(At("2026-11-30T17:00"));
        await house.UntilAsync(stays.Name, ticket => ticket.ResolutionBreached, "the one that goes on is late");
        Assert.That((await house.GetAsync(ends.Name)).FirstResponseBreached, Is.False, "the merged one waits for nobody");

        var split = await house.AfterSales.SplitTicketAsync(new SplitTicketRequest { Name = stays.Name, Kind = TicketKind.Consultation, Subject = "续费", Content = "顺便问续费价格" });
        Assert.That((split.LinkedTo, split.Link, split.Kind, split.Partner, split.State), Is.EqualTo((stays.Name, TicketLink.Split, TicketKind.Consultation, "partners/p1", TicketState.Open)));
        Assert.That((await house.EntriesAsync(stays.Name))[^1], Has.Property("Type").EqualTo(TicketEntryType.Split).And.Property("Text").EqualTo(split.Number));
    }

    [Test]
    public async Task Nobody_elsewhere_moves_or_sees_it()
    {
        var ticket = await house.OpenAsync(kind: TicketKind.Repair);
        var token = house.Service.TokenFor(["sales-manager", "after-sales-manager"], "/hq/zj/", "s-zj");
        var (flow, tickets) = (new TicketFlowService.TicketFlowServiceClient(house.Service.Grpc(token)), house.As(token));
        await Refused.Async(flow.AdvanceTicketAsync(Step(ticket, TicketMove.Confirm)), StatusCode.NotFound);
        await Refused.Async(flow.CheckTicketWarrantyAsync(new CheckTicketWarrantyRequest { Name = ticket.Name }), StatusCode.NotFound);
        await Refused.Async(flow.ListHandOffsAsync(new ListHandOffsRequest { Ticket = ticket.Name }), StatusCode.NotFound);
        await Refused.Async(tickets.ListTicketRoundsAsync(new ListTicketRoundsRequest { Ticket = ticket.Name }), StatusCode.NotFound);
        await Refused.Async(tickets.MergeTicketAsync(new MergeTicketRequest { Name = ticket.Name, Into = ticket.Name }), StatusCode.InvalidArgument);
        await Refused.Async(tickets.SplitTicketAsync(new SplitTicketRequest { Name = ticket.Name, Subject = "x", Content = "x" }), StatusCode.NotFound);
        await Refused.Async(tickets.ReopenTicketAsync(new ReopenTicketRequest { Name = ticket.Name, Reason = "x" }), StatusCode.NotFound);
        await Refused.Async(tickets.ChangeKindAsync(new ChangeKindRequest { Name = ticket.Name, Kind = TicketKind.Return, Reason = "x" }), StatusCode.NotFound);
        var auditor = house.As(house.Service.TokenFor("auditor", "/hq/", "s-audit"));
        Assert.That((await auditor.GetTicketAsync(new GetTicketRequest { Name = ticket.Name })).ReporterPhone, Is.EqualTo("138****0001"));
        Assert.That((await house.Shop.GetTicketAsync(new GetTicketRequest { Name = ticket.Name })).ReporterPhone, Is.EqualTo("13800000001"));
    }

    private async Task<Ticket> ClosedAsync()
    {
        var ticket = await house.OpenAsync();
        await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = ticket.Name, Text = "收到" });
        await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "好了" });
        return await house.AfterSales.CloseTicketAsync(new CloseTicketRequest { Name = ticket.Name });
    }

    private static AdvanceTicketRequest Step(Ticket ticket, TicketMove move, string note = "", string text = "", string reference = "", string department = "") =>
        new() { Name = ticket.Name, Move = move, Note = note, Text = text, Reference = reference, Department = department };
}
