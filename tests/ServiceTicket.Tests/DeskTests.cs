using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using static Qudao.ServiceTicket.Tests.TicketHouse;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.ServiceTicket.Tests;

/// <summary>What the people at the desk work with: queues, who calls, visits, templates, files, figures.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class DeskTests(DatabaseUnderTest database)
{
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[5000]];

    private TicketHouse house = null!;

    private QueueService.QueueServiceClient Queues => new(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/js/", "s-manager", "吴强")));

    private TicketAttachmentService.TicketAttachmentServiceClient Files(string role = "after-sales") => new(house.Service.Grpc(
        role == "partner-terminal" ? house.Service.TokenFor(role, "/hq/js/p1/", name: "店长", partnerId: "p1", organisationId: "js") : house.Service.TokenFor(role, "/hq/js/", "s-after", "周敏")));

    [SetUp]
    public async Task StartAsync() => house = await TicketHouse.StartAsync(database);

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    [Test]
    public async Task A_queue_gives_its_tickets_to_who_can_and_has_least()
    {
        var queue = await Queues.CreateQueueAsync(new CreateQueueRequest
        {
            Queue = new Queue
            {
                Organisation = "organisations/js",
                DisplayName = "投诉组",
                Kinds = { TicketKind.Complaint },
                AutoAssign = true,
                Members = { Member("s-after", 2, "安装"), Member("s-tech", 2) },
            },
        });
        Assert.That(queue.Members.Select(member => member.StaffDisplayName), Is.EqualTo(["周敏", "郑工"]));
        var skilled = Complaint();
        skilled.Ticket.Skill = "安装";
        var handlers = new List<string> { (await house.AfterSales.CreateTicketAsync(skilled)).Handler };
        for (var i = 0; i < 4; i++)
            handlers.Add((await house.OpenAsync()).Handler);
        Assert.That(handlers, Is.EqualTo(["staff/s-after", "staff/s-tech", "staff/s-after", "staff/s-tech", ""]), "who is full is passed over");
        Assert.That((await house.OpenAsync(kind: TicketKind.Repair)).Queue, Is.Empty, "the queue takes complaints");
        Assert.That((await house.AfterSales.CreateTicketAsync(Complaint())).State, Is.EqualTo(TicketState.Open), "given is not yet begun");
        Assert.That((await Queues.GetQueueAsync(new GetQueueRequest { Name = queue.Name })).Members.Select(member => member.OpenTickets), Is.EqualTo([2, 2]));
        var waiting = (await house.AfterSales.ListTicketsAsync(new ListTicketsRequest { Queue = queue.Name })).Tickets.Where(ticket => ticket.Handler.Length == 0).ToList();
        Assert.That(waiting, Has.Count.EqualTo(2));

        // The manager makes room; a member takes what is due next.
        var mine = new QueueService.QueueServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales", "/hq/js/", "s-tech", "郑工")));
        var taken = await mine.TakeNextTicketAsync(new TakeNextTicketRequest { Name = queue.Name, RequestId = "t1" });
        Assert.That((taken.Name, taken.Handler, taken.State), Is.EqualTo((waiting[0].Name, "staff/s-tech", TicketState.InProgress)));
        Assert.That(await mine.TakeNextTicketAsync(new TakeNextTicketRequest { Name = queue.Name, RequestId = "t1" }), Is.EqualTo(taken));
        await mine.TakeNextTicketAsync(new TakeNextTicketRequest { Name = queue.Name });
        await Refused.Async(mine.TakeNextTicketAsync(new TakeNextTicketRequest { Name = queue.Name }), StatusCode.FailedPrecondition, "QUEUE_EMPTY");
        await Refused.Async(Queues.TakeNextTicketAsync(new TakeNextTicketRequest { Name = queue.Name }), StatusCode.FailedPrecondition, "NOT_A_MEMBER");

        await house.Service.HearAsync(new Events.StaffChanged { AggregateId = "s-tech", Version = 2, ScopePath = "/hq/js/", Name = "郑工", OrganisationId = "js", Roles = ["after-sales"], Active = false });
        var routed = await Queues.RouteTicketAsync(new RouteTicketRequest { Name = taken.Name, Skill = "安装" });
        Assert.That((routed.Queue, routed.Handler, routed.Skill), Is.EqualTo((queue.Name, "", "安装")), "the one who can has no room");
        var updated = await Queues.UpdateQueueAsync(new UpdateQueueRequest { Queue = new Queue { Name = queue.Name, Members = { Member("s-after", 9, "安装") }, Etag = queue.Etag }, UpdateMask = FieldMask.FromString("members") });
        Assert.That((updated.DisplayName, updated.AutoAssign, updated.Members.Single().Capacity), Is.EqualTo(("投诉组", true, 9)));
        Assert.That((await Queues.RouteTicketAsync(new RouteTicketRequest { Name = taken.Name })).Handler, Is.EqualTo("staff/s-after"));
        await Queues.DeleteQueueAsync(new DeleteQueueRequest { Name = queue.Name });
        Assert.That((await house.GetAsync(taken.Name)).Queue, Is.Empty);
        await Refused.Async(Queues.GetQueueAsync(new GetQueueRequest { Name = queue.Name }), StatusCode.NotFound);
    }

    [Test]
    public async Task Tickets_of_one_moment_are_shared_out_evenly()
    {
        await Queues.CreateQueueAsync(new CreateQueueRequest
        {
            Queue = new Queue { Organisation = "organisations/js", DisplayName = "全部", AutoAssign = true, Members = { Member("s-after", 50), Member("s-tech", 50) } },
        });
        var tickets = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => house.OpenAsync()));
        Assert.That(tickets.CountBy(ticket => ticket.Handler).Select(pair => pair.Value), Is.EqualTo([20, 20]));
    }

    [Test]
    public async Task A_bad_queue_is_refused_field_by_field()
    {
        Assert.That(await Refused.FieldsAsync(Queues.CreateQueueAsync(new CreateQueueRequest { Queue = new Queue { Organisation = "organisations/js", Kinds = { TicketKind.Unspecified }, Members = { Member("s-after", 0), Member("s-after", 1) } } })),
            Is.EquivalentTo(["queue.display_name", "queue.kinds[0]", "queue.members[0].capacity", "queue.members[1].staff"]));
        Assert.That(await Refused.FieldsAsync(Queues.CreateQueueAsync(new CreateQueueRequest { Queue = new Queue { Organisation = "organisations/js", DisplayName = "x", Members = { Member("s-zj", 1), Member("s-gone", 1), Member("s-tech", 1) } } })),
            Is.EqualTo(["queue.members[0].staff", "queue.members[1].staff"]));
        Assert.That(await Refused.FieldsAsync(Queues.CreateQueueAsync(new CreateQueueRequest { Queue = new Queue { Organisation = "organisations/zj", DisplayName = "x" } })), Is.EqualTo(["queue.organisation"]));
        var staff = new QueueService.QueueServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales", "/hq/js/", "s-after")));
        await Refused.Async(staff.CreateQueueAsync(new CreateQueueRequest { Queue = new Queue { Organisation = "organisations/js", DisplayName = "x" } }), StatusCode.PermissionDenied);
    }

    [Test]
    public async Task Who_calls_is_found_with_what_is_open_for_him()
    {
        var asked = Complaint("partners/p2");
        asked.Ticket.ReporterPhone = "025-8370 0000";
        asked.Ticket.SerialNumbers.Add("GT200-0099");
        var open = await house.AfterSales.CreateTicketAsync(asked);
        var settled = await house.AfterSales.CreateTicketAsync(asked);
        await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = settled.Name, Handler = "staff/s-tech" });
        await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = settled.Name, Result = "好了" });
        var intake = new IntakeService.IntakeServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales", "/hq/js/", "s-after")));

        foreach (var (query, by) in new[] { ("02583700000", CallerMatchKind.EarlierTicket), ("GT200-0099", CallerMatchKind.SerialNumber), ("苏州", CallerMatchKind.ClientFile) })
        {
            var match = (await intake.FindCallerAsync(new FindCallerRequest { Query = query })).Matches.Single();
            Assert.That((match.Partner, match.PartnerDisplayName, match.MatchedBy.Single()), Is.EqualTo(("partners/p2", "苏州宝信汽车", by)), query);
            Assert.That(match.OpenTickets.Select(ticket => ticket.Name), Is.EqualTo([open.Name]), query);
        }
        Assert.That((await intake.FindCallerAsync(new FindCallerRequest { Query = "杭州" })).Matches, Is.Empty, "another centre's");
        var zhejiang = new IntakeService.IntakeServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales", "/hq/zj/", "s-zj")));
        Assert.That((await zhejiang.FindCallerAsync(new FindCallerRequest { Query = "GT200-0099" })).Matches, Is.Empty);
        Assert.That(await Refused.FieldsAsync(intake.FindCallerAsync(new FindCallerRequest())), Is.EqualTo(["query"]));
    }

    [Test]
    public async Task Visits_are_planned_at_closing_put_off_and_done()
    {
        var visits = new FollowUpService.FollowUpServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales", "/hq/js/", "s-after")));
        var (first, second) = (await ClosedAsync(), await ClosedAsync());
        async Task<IEnumerable<(string, string, bool)>> Planned(ListFollowUpsRequest? request = null) =>
            (await visits.ListFollowUpsAsync(request ?? new ListFollowUpsRequest())).FollowUps.Select(visit => (visit.Ticket, visit.DueDate, visit.Overdue));

        Assert.That(await Planned(), Is.EqualTo([(first.Name, "2026-11-26", false), (second.Name, "2026-11-26", false)]));
        var moved = await visits.PlanFollowUpAsync(new PlanFollowUpRequest { Name = first.Name, DueDate = "2026-12-01", Owner = "staff/s-tech" });
        Assert.That((moved.FollowUpDue, moved.FollowUpOwner), Is.EqualTo(("2026-12-01", "staff/s-tech")));
        await house.Service.MoveClockAsync(At("2026-11-27T09:00"));
        Assert.That(await Planned(), Is.EqualTo([(second.Name, "2026-11-26", true), (first.Name, "2026-12-01", false)]));
        Assert.That(await Planned(new ListFollowUpsRequest { Owner = "staff/s-tech" }), Is.EqualTo([(first.Name, "2026-12-01", false)]));
        Assert.That(await Planned(new ListFollowUpsRequest { DueBy = "2026-11-30" }), Is.EqualTo([(second.Name, "2026-11-26", true)]));
        var page = await visits.ListFollowUpsAsync(new ListFollowUpsRequest { PageSize = 1 });
        Assert.That((await visits.ListFollowUpsAsync(new ListFollowUpsRequest { PageSize = 1, PageToken = page.NextPageToken })).FollowUps.Single().Ticket, Is.EqualTo(first.Name));
        Assert.That(await Refused.FieldsAsync(visits.PlanFollowUpAsync(new PlanFollowUpRequest { Name = first.Name, DueDate = "2026-11-26" })), Is.EqualTo(["due_date"]));
        Assert.That(await Refused.FieldsAsync(visits.PlanFollowUpAsync(new PlanFollowUpRequest { Name = first.Name, DueDate = "2026-12-02", Owner = "staff/s-zj" })), Is.EqualTo(["owner"]));
        await house.Shop.FollowUpTicketAsync(new FollowUpTicketRequest { Name = second.Name, Satisfaction = 5 });
        Assert.That(await Planned(), Is.EqualTo([(first.Name, "2026-12-01", false)]));
        await Refused.Async(visits.PlanFollowUpAsync(new PlanFollowUpRequest { Name = second.Name, DueDate = "2026-12-02" }), StatusCode.FailedPrecondition, "ALREADY_FOLLOWED_UP");
    }

    [Test]
    public async Task A_template_speaks_of_the_ticket_it_answers()
    {
        var manager = new AnswerTemplateService.AnswerTemplateServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/js/", "s-manager")));
        var admin = new AnswerTemplateService.AnswerTemplateServiceClient(house.Service.Grpc(house.Service.TokenFor("administrator", "/hq/", "s-admin")));
        var zhejiang = new AnswerTemplateService.AnswerTemplateServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/zj/", "s-zj")));
        var own = await manager.CreateAnswerTemplateAsync(Template("js", "{reporter}您好，{partner}的工单 {number}（{subject}）已受理。{", TicketKind.Complaint));
        var hq = await admin.CreateAnswerTemplateAsync(Template("hq", "您好", TicketKind.Unspecified));
        var ticket = await house.OpenAsync();

        Assert.That((await manager.RenderAnswerTemplateAsync(new RenderAnswerTemplateRequest { Name = own.Name, Ticket = ticket.Name })).Text,
            Is.EqualTo($"李女士您好，南京协众汽车的工单 {ticket.Number}（定位不准）已受理。{{"));
        Assert.That((await manager.ListAnswerTemplatesAsync(new ListAnswerTemplatesRequest { Kind = TicketKind.Complaint })).AnswerTemplates.Select(one => one.Name), Is.EqualTo([own.Name, hq.Name]));
        Assert.That((await manager.ListAnswerTemplatesAsync(new ListAnswerTemplatesRequest { Kind = TicketKind.Repair })).AnswerTemplates.Select(one => one.Name), Is.EqualTo([hq.Name]));
        Assert.That((await zhejiang.ListAnswerTemplatesAsync(new ListAnswerTemplatesRequest())).AnswerTemplates.Select(one => one.Name), Is.EqualTo([hq.Name]));
        await Refused.Async(zhejiang.GetAnswerTemplateAsync(new GetAnswerTemplateRequest { Name = own.Name }), StatusCode.NotFound);
        await Refused.Async(manager.DeleteAnswerTemplateAsync(new DeleteAnswerTemplateRequest { Name = hq.Name }), StatusCode.PermissionDenied, "HQ_DEFAULT");
        Assert.That(await Refused.FieldsAsync(manager.CreateAnswerTemplateAsync(Template("js", "{nobody} {number}", TicketKind.Complaint))), Is.EqualTo(["answer_template.body"]));
        Assert.That(await Refused.FieldsAsync(zhejiang.RenderAnswerTemplateAsync(new RenderAnswerTemplateRequest { Name = hq.Name, Ticket = ticket.Name })), Is.EqualTo(["ticket"]));
        var updated = await manager.UpdateAnswerTemplateAsync(new UpdateAnswerTemplateRequest { AnswerTemplate = new AnswerTemplate { Name = own.Name, Body = "改", Etag = own.Etag }, UpdateMask = FieldMask.FromString("body") });
        Assert.That((updated.Body, updated.DisplayName, updated.Etag), Is.EqualTo(("改", "受理", "v2")));
        await manager.DeleteAnswerTemplateAsync(new DeleteAnswerTemplateRequest { Name = own.Name });
        await Refused.Async(manager.GetAnswerTemplateAsync(new GetAnswerTemplateRequest { Name = own.Name }), StatusCode.NotFound);
    }

    [Test]
    public async Task Files_go_in_and_out_and_internal_ones_stay_inside()
    {
        var ticket = await house.OpenAsync();
        var photo = await Files("partner-terminal").CreateTicketAttachmentAsync(File(ticket, "故障.pdf"));
        var sheet = await Files().CreateTicketAttachmentAsync(File(ticket, "内部.pdf", isInternal: true));
        Assert.That((photo.MediaType, photo.SizeBytes, photo.UploaderDisplayName, sheet.Sha256), Is.EqualTo(("application/pdf", (long)Pdf.Length, "店长", photo.Sha256)));
        Assert.That((await Files().ListTicketAttachmentsAsync(new ListTicketAttachmentsRequest { Parent = ticket.Name })).Attachments, Is.EqualTo(new[] { photo, sheet }));
        Assert.That((await Files("partner-terminal").ListTicketAttachmentsAsync(new ListTicketAttachmentsRequest { Parent = ticket.Name })).Attachments, Is.EqualTo(new[] { photo }));
        Assert.That(await DownloadAsync(Files(), photo.Name, 100, 50), Is.EqualTo(Pdf[100..150]));
        Assert.That(async () => await DownloadAsync(Files("partner-terminal"), sheet.Name), Throws.TypeOf<RpcException>().With.Property("StatusCode").EqualTo(StatusCode.NotFound));
        Assert.That(await Refused.FieldsAsync(Files("partner-terminal").CreateTicketAttachmentAsync(File(ticket, "x.pdf", isInternal: true))), Is.EqualTo(["internal"]));
        Assert.That(await Refused.FieldsAsync(Files().CreateTicketAttachmentAsync(File(ticket, "x.png"))), Is.EqualTo(["file"]));
        var rest = house.Service.Rest(house.Service.TokenFor("after-sales", "/hq/js/", "s-after"));
        using var body = new ByteArrayContent(Pdf);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        var posted = await rest.PostAsync($"/v1/{ticket.Name}/attachments?fileName=rest.pdf", body);
        Assert.That(posted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await posted.Content.ReadAsStringAsync());
        var name = JsonDocument.Parse(await posted.Content.ReadAsStringAsync()).RootElement.GetProperty("name").GetString();
        Assert.That(await rest.GetByteArrayAsync($"/v1/{name}:download"), Is.EqualTo(Pdf));
        await Files().DeleteTicketAttachmentAsync(new DeleteTicketAttachmentRequest { Name = sheet.Name });
        Assert.That((await house.EntriesAsync(ticket.Name)).Select(entry => (entry.Type, entry.Text, entry.Internal)), Is.EqualTo(
        [
            (TicketEntryType.Opened, "", false), (TicketEntryType.FileAdded, "故障.pdf", false), (TicketEntryType.FileAdded, "内部.pdf", true),
            (TicketEntryType.FileAdded, "rest.pdf", false), (TicketEntryType.FileRemoved, "内部.pdf", true),
        ]));
        var zhejiang = new TicketAttachmentService.TicketAttachmentServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales", "/hq/zj/", "s-zj")));
        await Refused.Async(zhejiang.ListTicketAttachmentsAsync(new ListTicketAttachmentsRequest { Parent = ticket.Name }), StatusCode.NotFound);
        await Refused.Async(zhejiang.DeleteTicketAttachmentAsync(new DeleteTicketAttachmentRequest { Name = photo.Name }), StatusCode.NotFound);
    }

    [Test]
    public async Task Figures_of_every_slice_are_what_happened()
    {
        var (late, quick, merged) = (await house.OpenAsync(), await house.OpenAsync("partners/p2", TicketKind.Repair), await house.OpenAsync());
        await house.AfterSales.MergeTicketAsync(new MergeTicketRequest { Name = merged.Name, Into = late.Name });
        await house.Service.MoveClockAsync(At("2026-11-23T10:20:30"));
        await house.Doing("sales-manager").AdvanceTicketAsync(new AdvanceTicketRequest { Name = quick.Name, Move = TicketMove.Refuse, Text = "非质量问题" });
        await house.AfterSales.CloseTicketAsync(new CloseTicketRequest { Name = quick.Name });
        await house.AfterSales.FollowUpTicketAsync(new FollowUpTicketRequest { Name = quick.Name, Satisfaction = 4 });
        await house.Service.MoveClockAsync(At("2026-11-23T12:00"));
        await house.UntilAsync(late.Name, ticket => ticket.FirstResponseBreached, "it is late");
        var figures = new TicketStatisticsService.TicketStatisticsServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/js/", "s-manager")));

        var all = await figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest());
        var row = all.Rows.Single();
        Assert.That((all.From, all.To, row.Opened, row.Resolved, row.Backlog, row.Responded), Is.EqualTo(("2026-10-24", "2026-11-23", 2L, 1L, 1L, 1L)));
        Assert.That((row.FirstResponseMinutes, row.ResolutionMinutes, row.FirstResponseBreached, row.BreachRate, row.Rated, row.Satisfaction, row.Escalated), Is.EqualTo((20.0, 20.0, 1L, 0.5, 1L, 4.0, 1L)));
        Assert.That(row.BacklogAgeHours, Is.EqualTo(2).Within(0.1));
        Assert.That(all.HandOffs.Select(one => (one.Kind, one.Step, one.Count, one.Minutes, one.P50Minutes, one.P90Minutes)), Is.EqualTo([(TicketKind.Repair, TicketStep.Confirmation, 1L, 20.0, 20L, 20L)]));
        var byPartner = (await figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest { GroupBy = TicketGrouping.Partner })).Rows;
        Assert.That(byPartner.Select(one => (one.Key, one.DisplayName, one.Opened)), Is.EquivalentTo([("partners/p1", "南京协众汽车", 1L), ("partners/p2", "苏州宝信汽车", 1L)]));
        Assert.That((await figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest { GroupBy = TicketGrouping.Kind, Kind = TicketKind.Repair })).Rows.Single().Key, Is.EqualTo("repair"));
        Assert.That((await figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest { Organisation = "organisations/zj" })).Rows, Is.Empty);
        Assert.That((await figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest { To = "2026-11-22" })).Rows, Is.Empty);
        foreach (var by in System.Enum.GetValues<TicketGrouping>())
            Assert.That((await figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest { GroupBy = by })).Rows.Sum(one => one.Opened), Is.EqualTo(2), $"{by}");
        var zhejiang = new TicketStatisticsService.TicketStatisticsServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/zj/", "s-zj")));
        Assert.That((await zhejiang.GetTicketStatisticsAsync(new GetTicketStatisticsRequest())).Rows, Is.Empty);
        Assert.That(await Refused.FieldsAsync(figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest { From = "2026-12-01", To = "2026-11-01" })), Is.EqualTo(["from"]));
    }

    [Test]
    public async Task Half_and_nine_tenths_stand_beside_the_mean_of_every_group_and_period()
    {
        // Ten answers, of which one took its time: the mean alone would hide that.
        await house.Service.HearAsync(new Events.OrganisationChanged { AggregateId = "js", Version = 1, ScopePath = "/hq/js/", Code = "js", Name = "江苏", Kind = "centre" });
        var tickets = new List<Ticket>();
        for (var i = 0; i < 10; i++)
            tickets.Add(await house.OpenAsync(i < 8 ? "partners/p1" : "partners/p2"));
        for (var i = 0; i < 9; i++)
        {
            await house.Service.MoveClockAsync(Monday.AddMinutes(i + 1).AddSeconds(30));
            await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = tickets[i].Name, Text = "收到" });
        }
        await house.Service.MoveClockAsync(At("2026-11-23T11:50:30"));
        await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = tickets[9].Name, Text = "抱歉" });
        for (var i = 0; i < 4; i++)
            await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = tickets[i].Name, Result = "好了" });
        await house.Service.MoveClockAsync(At("2026-12-01T09:00"));
        await house.OpenAsync("partners/p2");
        var figures = new TicketStatisticsService.TicketStatisticsServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/js/", "s-manager")));
        async Task<TicketFigures[]> Rows(GetTicketStatisticsRequest request) => [.. (await figures.GetTicketStatisticsAsync(request)).Rows];

        var all = (await Rows(new GetTicketStatisticsRequest())).Single();
        Assert.That((all.Opened, all.FirstResponseMinutes, all.FirstResponseP50Minutes, all.FirstResponseP90Minutes), Is.EqualTo((11L, 15.5, 5L, 9L)));
        Assert.That((all.ResolutionP50Minutes, all.ResolutionP90Minutes), Is.EqualTo((110L, 110L)));
        Assert.That(all.Backlog, Is.EqualTo(7));
        Assert.That(new[] { all.BacklogAgeP50Hours, all.BacklogAgeP90Hours }, Is.All.EqualTo(191).Within(0.1), "eight days less an hour");
        Assert.That((await Rows(new GetTicketStatisticsRequest { GroupBy = TicketGrouping.Partner })).Select(row => (row.Key, row.FirstResponseP50Minutes, row.FirstResponseP90Minutes)),
            Is.EqualTo([("partners/p1", 4L, 8L), ("partners/p2", 9L, 110L)]));
        Assert.That((await Rows(new GetTicketStatisticsRequest { GroupBy = TicketGrouping.Organisation })).Select(row => (row.Key, row.Opened)), Is.EqualTo([("organisations/js", 11L)]));
        Assert.That((await Rows(new GetTicketStatisticsRequest { GroupBy = TicketGrouping.Month })).Select(row => (row.Key, row.Opened, row.FirstResponseP90Minutes)), Is.EqualTo([("2026-11", 10L, 9L), ("2026-12", 1L, 0L)]));
        Assert.That((await Rows(new GetTicketStatisticsRequest { GroupBy = TicketGrouping.Week, Partner = "partners/p2" })).Select(row => (row.Key, row.Opened)), Is.EqualTo([("2026-11-23", 2L), ("2026-11-30", 1L)]));
        Assert.That((await Rows(new GetTicketStatisticsRequest { GroupBy = TicketGrouping.Day })).Select(row => row.Key), Is.EqualTo(["2026-11-23", "2026-12-01"]));
        Assert.That(await Refused.FieldsAsync(figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest { From = "2020-01-01", GroupBy = TicketGrouping.Day })), Is.EqualTo(["from"]));
    }

    [Test]
    public async Task A_large_file_comes_in_pieces_and_is_looked_at_as_any()
    {
        var ticket = await house.OpenAsync();
        byte[] photo = [.. "%PDF-1.7\n"u8, .. new byte[3_000_000]];
        var added = await UploadAsync(Files(), ticket.Name, "现场.pdf", photo, "u1");
        Assert.That((added.SizeBytes, added.Sha256), Is.EqualTo(((long)photo.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(photo)))));
        Assert.That(await UploadAsync(Files(), ticket.Name, "现场.pdf", photo, "u1"), Is.EqualTo(added));
        Assert.That(await DownloadAsync(Files(), added.Name), Is.EqualTo(photo));
        Assert.That(await Refused.FieldsAsync(UploadAsync(Files(), ticket.Name, "现场.png", photo)), Is.EqualTo(["file"]), "called otherwise than it is");
        Assert.That(await Refused.FieldsAsync(UploadAsync(Files(), ticket.Name, "x.pdf", [.. "%PDF-1.7\n"u8, .. new byte[21_000_000]])), Is.EqualTo(["file"]), "too large");
        Assert.That(await Refused.FieldsAsync(UploadAsync(Files("partner-terminal"), "", "", photo, isInternal: true)), Is.EquivalentTo(["parent", "file_name", "internal"]));
        await Refused.Async(UploadAsync(Files(), "tickets/none", "x.pdf", photo), StatusCode.NotFound);
    }

    private static async Task<TicketAttachment> UploadAsync(
        TicketAttachmentService.TicketAttachmentServiceClient files, string parent, string name, byte[] content, string requestId = "", bool isInternal = false)
    {
        using var call = files.UploadTicketAttachment();
        try
        {
            await call.RequestStream.WriteAsync(new UploadTicketAttachmentRequest { Parent = parent, FileName = name, RequestId = requestId, Internal = isInternal });
            foreach (var piece in content.Chunk(100_000))
                await call.RequestStream.WriteAsync(new UploadTicketAttachmentRequest { Data = ByteString.CopyFrom(piece) });
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Refused while it was being sent: the answer says why.
        }
        return await call.ResponseAsync;
    }

    private async Task<Ticket> ClosedAsync()
    {
        var ticket = await house.OpenAsync();
        await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = ticket.Name, Handler = "staff/s-tech" });
        await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "好了" });
        return await house.AfterSales.CloseTicketAsync(new CloseTicketRequest { Name = ticket.Name });
    }

    private static QueueMember Member(string id, int capacity, params string[] skills) => new() { Staff = $"staff/{id}", Capacity = capacity, Skills = { skills } };

    private static CreateAnswerTemplateRequest Template(string organisation, string body, TicketKind kind) =>
        new() { AnswerTemplate = new AnswerTemplate { Organisation = $"organisations/{organisation}", DisplayName = "受理", Kind = kind, Body = body } };

    private static CreateTicketAttachmentRequest File(Ticket ticket, string name, bool isInternal = false) =>
        new() { Parent = ticket.Name, FileName = name, Internal = isInternal, File = new HttpBody { Data = ByteString.CopyFrom(Pdf) } };

    private static async Task<byte[]> DownloadAsync(TicketAttachmentService.TicketAttachmentServiceClient files, string name, long offset = 0, long length = 0)
    {
        using var call = files.DownloadTicketAttachment(new DownloadTicketAttachmentRequest { Name = name, Offset = offset, Length = length });
        using var content = new MemoryStream();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
            content.Write(call.ResponseStream.Current.Data.Span);
        return content.ToArray();
    }
}
