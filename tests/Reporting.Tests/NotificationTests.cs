using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class NotificationTests(DatabaseUnderTest database)
{
    private static readonly DateTimeOffset Opened = ChinaTime.At(new(2026, 11, 18), new TimeOnly(9, 0));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
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
    public async Task A_ticket_that_is_assigned_is_told_once_and_marked_as_read()
    {
        var assigned = Ticket("k1", "p1") with { HandlerId = "s1", Number = "TS-1", Version = 3 };
        await house.Service.HearAsync(assigned, "e1");
        await house.Service.HearAsync(assigned, "e1");
        // An older event tells the same, and a later one too.
        await house.Service.HearAsync(assigned with { Version = 2 });
        await house.Service.HearAsync(assigned with { Version = 4, State = "in-progress" });

        var one = (await ListAsync(house.S1)).Single(one => one.Kind == NotificationKind.TicketAssigned);
        Assert.That((one.Title, one.TitleEn, one.Resource, one.Severity, one.ReadTime), Is.EqualTo(("工单已分派给您：TS-1 机构p1", "Ticket assigned to you: TS-1 机构p1", "tickets/k1", NotificationSeverity.Warning, default(Google.Protobuf.WellKnownTypes.Timestamp))));
        Assert.That((await ListAsync(house.S2)).Where(other => other.Kind == NotificationKind.TicketAssigned), Is.Empty);

        var stranger = await ReportingHouse.RefusalOfAsync(house.Inbox(house.S2).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { Names = { one.Name } }));
        var marked = await house.Inbox(house.S1).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { Names = { one.Name } });
        var again = await house.Inbox(house.S1).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { Names = { one.Name } });

        Assert.That((stranger.Code, stranger.Fields.Single()), Is.EqualTo((StatusCode.InvalidArgument, "names[0] NOT_FOUND")));
        Assert.That((marked.Marked, again.Marked), Is.EqualTo((1L, 0L)));
        Assert.That((await ListAsync(house.S1, unread: true)).Select(left => left.Name), Does.Not.Contain(one.Name));
        Assert.That((await ListAsync(house.S1)).Single(read => read.Name == one.Name).ReadTime, Is.Not.Null);
    }

    [Test]
    public async Task Pages_counts_and_marking_all_agree()
    {
        for (var i = 0; i < 5; i++)
            await house.Service.HearAsync(Ticket($"k{i}", "p1") with { HandlerId = "s1" });
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 17), "missed"));
        await house.Inbox(house.S1).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { All = true, Kind = NotificationKind.ObligationOverdue });

        var first = await house.Inbox(house.S1).ListNotificationsAsync(new ListNotificationsRequest { PageSize = 3, Kind = NotificationKind.TicketAssigned });
        var second = await house.Inbox(house.S1).ListNotificationsAsync(new ListNotificationsRequest { PageSize = 3, Kind = NotificationKind.TicketAssigned, PageToken = first.NextPageToken });
        var count = await house.Inbox(house.S1).CountUnreadNotificationsAsync(new CountUnreadNotificationsRequest());

        Assert.That(first.Notifications.Concat(second.Notifications).Select(one => one.Resource), Is.EqualTo(new[] { "tickets/k4", "tickets/k3", "tickets/k2", "tickets/k1", "tickets/k0" }));
        Assert.That(second.NextPageToken, Is.Empty);
        Assert.That(count.Kinds.Where(kind => kind.Kind is NotificationKind.TicketAssigned or NotificationKind.VisitMissed).Select(kind => kind.Count), Is.EqualTo(new[] { 5L, 1L }));
        Assert.That(count.Unread, Is.EqualTo(count.Kinds.Sum(kind => kind.Count)));

        Assert.That((await house.Inbox(house.S1).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { All = true, Kind = NotificationKind.TicketAssigned, RequestId = "r" })).Marked, Is.EqualTo(5));
        Assert.That((await house.Inbox(house.S1).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { All = true, Kind = NotificationKind.TicketAssigned, RequestId = "r" })).Marked, Is.EqualTo(5), "the stored reply");
        Assert.That((await house.Inbox(house.S1).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { All = true, Kind = NotificationKind.VisitMissed })).Marked, Is.EqualTo(1));
        var empty = await ReportingHouse.RefusalOfAsync(house.Inbox(house.S1).MarkNotificationsReadAsync(new MarkNotificationsReadRequest()));
        Assert.That(empty.Fields, Is.EqualTo(new[] { "names REQUIRED" }));
    }

    [Test]
    public async Task Who_lost_the_partner_or_the_place_does_not_see_it_any_more()
    {
        await house.Service.HearAsync(Ticket("k1", "p1") with { HandlerId = "s1" });
        var name = (await ListAsync(house.S1, kind: NotificationKind.TicketAssigned)).Single().Name;

        await house.Service.HearAsync(Heard.Partner("p1", "/hq/js/a1/p1/", "s2", parent: "a1", version: 2));

        Assert.That(await ListAsync(house.S1, kind: NotificationKind.TicketAssigned), Is.Empty);
        Assert.That((await house.Inbox(house.S1).CountUnreadNotificationsAsync(new CountUnreadNotificationsRequest())).Kinds.Select(kind => kind.Kind), Does.Not.Contain(NotificationKind.TicketAssigned));
        Assert.That((await ReportingHouse.RefusalOfAsync(house.Inbox(house.S1).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { Names = { name } }))).Fields, Is.EqualTo(new[] { "names[0] NOT_FOUND" }));
        // Back again, it is seen again; in another place of the tree it is not.
        await house.Service.HearAsync(Heard.Partner("p1", "/hq/js/a1/p1/", "s1", parent: "a1", version: 3));
        Assert.That(await ListAsync(house.S1, kind: NotificationKind.TicketAssigned), Has.Count.EqualTo(1));
        Assert.That(await ListAsync(house.Service.TokenFor("salesperson", "/hq/zj/", "s1"), kind: NotificationKind.TicketAssigned), Is.Empty);
    }

    [Test]
    public async Task A_partners_people_are_told_what_is_for_them_and_nothing_of_what_is_said_among_ourselves()
    {
        await house.Service.HearAsync(Heard.Staff("o1", "js", "/hq/js/a1/p1/", "partner-terminal") with { PartnerId = "p1" });
        await house.Service.HearAsync(Heard.Staff("o2", "js", "/hq/js/p2/", "partner-terminal") with { PartnerId = "p2" });
        await house.Service.HearAsync(Heard.Staff("gone", "js", "/hq/js/a1/p1/", "partner-terminal", active: false) with { PartnerId = "p1" });
        var handled = Ticket("k1", "p1") with { HandlerId = "s1", Number = "TS-1", Mentions = ["staff/o1"], EscalationRole = "sales-manager", EscalationLevel = 1 };
        await house.Service.HearAsync(handled);
        await house.Service.HearAsync(handled with { Version = 2, State = "resolved", Mentions = [], EscalationRole = "" });
        await house.Service.HearAsync(handled with { Version = 3, State = "closed", Mentions = [], EscalationRole = "" });
        await house.Service.HearAsync(new TrainingRequestChanged { AggregateId = "t1", Version = 2, ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1", PartnerId = "p1", CourseId = "course", State = "scheduled" });

        var own = await ListAsync(house.Service.TokenFor("partner-terminal", "/hq/js/a1/p1/", "o1"));

        Assert.That(own.Select(one => (one.Kind, one.Title)), Is.EquivalentTo(new[]
        {
            (NotificationKind.TicketAnswered, "工单已答复：TS-1 机构p1"),
            (NotificationKind.TrainingDecided, "培训申请结果：机构p1 已安排"),
        }));
        Assert.That(await ListAsync(house.Service.TokenFor("partner-terminal", "/hq/js/p2/", "o2")), Is.Empty);
        Assert.That(await ReceiversAsync("ticket-answered"), Is.EqualTo(new[] { "o1" }));
    }

    [Test]
    public async Task An_annual_training_plan_waits_for_another_and_its_author_hears_what_became_of_it()
    {
        await house.Service.HearAsync(Heard.Staff("tm", "js", "/hq/js/", "training-manager"));
        await house.Service.HearAsync(Heard.Staff("g1", "js", "/hq/js/", "centre-general-manager"));
        await house.Service.HearAsync(Heard.Staff("ht", "hq", "/hq/", "hq-training"));
        var submitted = new TrainingPlanChanged { AggregateId = "y", Version = 2, ScopePath = "/hq/js/", OrganisationId = "js", Year = 2027, State = "submitted", SubmitterId = "tm" };
        await house.Service.HearAsync(submitted);
        Assert.That(await ReceiversAsync("approval-waiting"), Is.EqualTo(new[] { "g1", "ht" }));

        await house.Service.HearAsync(submitted with { Version = 3, State = "returned", Reason = "少了苏州场次" });

        var told = (await ListAsync(house.Service.TokenFor("training-manager", "/hq/js/", "tm"), kind: NotificationKind.ApprovalDecided)).Single();
        Assert.That((told.Title, told.Text, told.Resource), Is.EqualTo(("审批结果：2027 年度培训计划已退回", "少了苏州场次", "trainingPlans/y")));
    }

    [Test]
    public async Task What_waits_for_a_role_is_told_to_who_has_it_nearest()
    {
        await house.Service.HearAsync(Heard.Staff("l1", "js", "/hq/js/", "legal"));
        await house.Service.HearAsync(Heard.Staff("l2", "hq", "/hq/", "legal"));
        await house.Service.HearAsync(Heard.Staff("l9", "zj", "/hq/zj/", "legal"));
        await house.Service.HearAsync(Heard.Staff("g1", "hq", "/hq/", "centre-general-manager"));
        await house.Service.HearAsync(Heard.Staff("gone", "js", "/hq/js/", "legal", active: false));
        var waiting = new AgreementChanged
        {
            AggregateId = "g",
            Version = 4,
            ScopePath = "/hq/js/a1/p1/",
            AssigneeId = "s1",
            PartnerId = "p1",
            Kind = "terminal",
            State = "in-review",
            AwaitsRoles = ["legal", "centre-general-manager"],
            AwaitsSince = house.Service.Clock.GetUtcNow(),
            DrafterId = "s1",
        };
        await house.Service.HearAsync(waiting);
        await house.Service.HearAsync(waiting with { Version = 5 });
        await house.Service.HearAsync(waiting with { Version = 6, State = "returned", AwaitsRoles = [], AwaitsSince = null });
        // It comes in again, and waits again.
        await house.Service.HearAsync(waiting with { Version = 7, AwaitsRoles = ["legal"], AwaitsSince = house.Service.Clock.GetUtcNow().AddMinutes(1) });
        await house.Service.HearAsync(new ReviewEscalated { AggregateId = "g", Version = 8, ScopePath = "/hq/js/", OrganisationId = "js", Role = "legal", ToRole = "sales-manager", Level = 1, SinceTime = Opened });

        Assert.That(await ReceiversAsync("approval-waiting"), Is.EqualTo(new[] { "g1", "l1", "l1" }));
        Assert.That(await ReceiversAsync("approval-decided"), Is.EqualTo(new[] { "s1" }));
        Assert.That(await ReceiversAsync("approval-escalated"), Is.EqualTo(new[] { "m1" }));
        Assert.That((await ListAsync(house.S1, kind: NotificationKind.ApprovalDecided)).Single().Title, Is.EqualTo("审批结果：机构p1 已退回修改"));
    }

    [Test]
    public async Task Major_complaints_escalations_hand_offs_and_mentions_find_their_people()
    {
        await house.Service.HearAsync(Heard.Staff("t1", "js", "/hq/js/", "technical"));
        await house.Service.HearAsync(Heard.Staff("o1", "js", "/hq/js/", "technical") with { Name = "员工", PartnerId = "p1" });
        await house.Service.HearAsync(Heard.Staff("t2", "js", "/hq/js/", "technical") with { Name = "员" });
        await house.Service.HearAsync(Ticket("k1", "p1") with { Severity = "major", EscalationRole = "sales-manager", EscalationLevel = 1, Version = 2 });
        await house.Service.HearAsync(Ticket("k1", "p1") with { Severity = "major", Version = 3, Mentions = ["员工s1请看", "staff/t1", "员工", "staff/s2", "谁"] });
        await house.Service.HearAsync(Heard.HandedOff("k1", "p1", "confirmation", "appraisal", 3) with { ToRoles = ["technical", "salesperson"], AssigneeId = "s1", ScopePath = "/hq/js/a1/p1/" });

        Assert.That(await ReceiversAsync("major-complaint"), Is.EqualTo(new[] { "m1" }));
        Assert.That(await ReceiversAsync("ticket-escalated"), Is.EqualTo(new[] { "m1" }));
        Assert.That(await ReceiversAsync("mentioned"), Is.EqualTo(new[] { "s1", "t1", "t2" }), "s2 does not see the partner, and people outside are not called on");
        Assert.That(await ReceiversAsync("ticket-handed-off"), Is.EqualTo(new[] { "s1", "t1", "t2" }));
    }

    [Test]
    public async Task Agreements_money_certificates_trainings_and_visits_are_told()
    {
        await house.Service.HearAsync(Heard.Staff("f1", "js", "/hq/js/", "finance"));
        await house.Service.HearAsync(Heard.Staff("tm", "js", "/hq/js/", "training-manager"));
        await house.Service.HearAsync(new AgreementExpiring
        {
            AggregateId = "g",
            Version = 1,
            ScopePath = "/hq/js/a1/p1/",
            AssigneeId = "s1",
            Number = "QD-1",
            Kind = "terminal",
            PartnerId = "p1",
            PartnerName = "机构p1",
            OrganisationId = "js",
            EffectiveTo = new(2026, 12, 18),
            LeadDays = 30,
            DaysLeft = 30,
        });
        await house.Service.HearAsync(new AgreementExpired { AggregateId = "g", Version = 2, ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1", Number = "QD-1", Kind = "terminal", PartnerId = "p1", OrganisationId = "js", EffectiveTo = new(2026, 12, 18) });
        await house.Service.HearAsync(new InstalmentAlerted
        {
            AggregateId = "i",
            Version = 1,
            ScopePath = "/hq/js/a1/p1/",
            AssigneeId = "s1",
            AgreementId = "g",
            AgreementNumber = "QD-1",
            PartnerId = "p1",
            PartnerName = "机构p1",
            OrganisationId = "js",
            DueDate = new(2026, 11, 11),
            OpenFen = 100,
            Offset = 7,
            DaysOverdue = 7,
        });
        await house.Service.HearAsync(new PaymentRequestChanged { AggregateId = "r", Version = 2, ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1", Kind = "invoice", State = "awaiting-finance", PartnerId = "p1", OrganisationId = "js", AmountFen = 5, SettledFen = 0 });
        await house.Service.HearAsync(new CertificateExpiring { AggregateId = "c", Version = 1, ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1", Number = "PX-1", TraineeId = "t", PartnerId = "p1", CourseId = "c", ExpiryDate = new(2026, 12, 18), DaysLeft = 30 });
        await house.Service.HearAsync(new TrainingRequestChanged { AggregateId = "q", Version = 1, ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1", PartnerId = "p1", State = "requested", CourseId = "c", ToldRoles = ["training-manager", "hq-training"] });
        await house.Service.HearAsync(new TrainingRequestChanged { AggregateId = "q", Version = 2, ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1", PartnerId = "p1", State = "scheduled", CourseId = "c" });
        await house.Service.HearAsync(new VisitReminderDue { AggregateId = "v", Version = 1, ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1", PartnerId = "p1", PartnerName = "机构p1", VisitId = "v", DueDate = new(2026, 11, 18) });

        Assert.That(await ReceiversAsync("agreement-expiring"), Is.EqualTo(new[] { "m1", "m1", "s1", "s1" }));
        Assert.That(await ReceiversAsync("instalment-due"), Is.EqualTo(new[] { "f1", "m1", "s1" }));
        Assert.That(await ReceiversAsync("approval-waiting"), Is.EqualTo(new[] { "f1" }));
        Assert.That(await ReceiversAsync("certificate-expiring"), Is.EqualTo(new[] { "s1", "tm" }));
        Assert.That(await ReceiversAsync("training-requested"), Is.EqualTo(new[] { "tm" }));
        Assert.That((await ListAsync(house.S1, kind: NotificationKind.TrainingDecided)).Single().Title, Is.EqualTo("培训申请结果：机构p1 已安排"));
        Assert.That((await ListAsync(house.S1, kind: NotificationKind.VisitDue)).Single().Text, Is.EqualTo("约定日期 2026-11-18"));
        Assert.That((await ListAsync(house.S1, kind: NotificationKind.InstalmentDue)).Single().TextEn, Is.EqualTo("Due on 2026-11-11, 7 days overdue"));
    }

    [Test]
    public async Task An_obligation_tells_who_owes_it_and_who_it_is_owed_to()
    {
        async Task<Obligation> JournalAsync() => (await house.Obligations(house.S1).ListObligationsAsync(new ListObligationsRequest { Staff = "staff/s1", Rule = "obligationRules/self-appraisal" })).Obligations.First();
        await Eventually.Async(async () => (await house.Obligations(house.S1).ListObligationsAsync(new ListObligationsRequest { Staff = "staff/s1", Rule = "obligationRules/self-appraisal" })).Obligations.Count > 0,
            TimeSpan.FromSeconds(30), "he owes it");
        var owed = await JournalAsync();
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 11, 28), new TimeOnly(12, 0)));
        await Eventually.Async(async () => (await ListAsync(house.S1, kind: NotificationKind.ObligationDueSoon)).Any(one => one.Resource == owed.Name), TimeSpan.FromSeconds(30), "it is due soon");
        await house.Obligations(house.S1).SubmitObligationAsync(new SubmitObligationRequest { Name = owed.Name, Note = "已自评" });
        await house.Obligations(house.Manager).ReturnObligationAsync(new ReturnObligationRequest { Name = owed.Name, Reason = "请补充数字" });
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 2), new TimeOnly(12, 0)));
        await Eventually.Async(async () => (await ListAsync(house.Manager, kind: NotificationKind.ObligationOverdue)).Any(one => one.Title.Contains("员工s2", StringComparison.Ordinal)), TimeSpan.FromSeconds(30), "others' are overdue");

        var submitted = (await ListAsync(house.Manager, kind: NotificationKind.ObligationSubmitted)).Single();
        var returned = (await ListAsync(house.S1, kind: NotificationKind.ObligationReturned)).Single();
        Assert.That((submitted.Resource, submitted.Title), Is.EqualTo((owed.Name, "收到报送：员工自评（2026-11）员工s1")));
        Assert.That((returned.Text, returned.TitleEn), Is.EqualTo(("应报日期 2026-11-30。请补充数字", "Returned: Self-appraisal (2026-11) 员工s1")));
        Assert.That((await ListAsync(house.S2, kind: NotificationKind.ObligationOverdue)).Select(one => one.Severity).Distinct(), Is.EqualTo(new[] { NotificationSeverity.Critical }));
        Assert.That((await ListAsync(house.S2)).All(one => !one.Title.Contains("员工s1", StringComparison.Ordinal)), Is.True, "nobody hears of what others owe");
    }

    [Test]
    public async Task Who_watches_sees_each_notification_and_what_was_read()
    {
        // Somebody who owes nothing himself.
        await house.Service.HearAsync(Heard.Staff("h1", "hq", "/hq/", "hq-sales"));
        await house.Service.HearAsync(Ticket("k0", "p1") with { HandlerId = "h1" });
        await house.Inbox(house.Hq).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { All = true });
        using var watched = house.Inbox(house.Hq).WatchNotifications(new WatchNotificationsRequest());
        async Task<WatchNotificationsResponse> NextAsync()
        {
            Assert.That(await watched.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience), Is.True);
            return watched.ResponseStream.Current;
        }
        async Task<WatchNotificationsResponse> NextOfAsync(Func<WatchNotificationsResponse, bool> wanted)
        {
            while (await NextAsync() is var answer)
                if (wanted(answer))
                    return answer;
            throw new InvalidOperationException();
        }
        Assert.That((await NextAsync()).Notifications, Is.Empty);
        await house.Service.HearAsync(Ticket("k2", "p2") with { HandlerId = "s2" });
        await house.Service.HearAsync(Ticket("k1", "p1") with { HandlerId = "h1" });
        var news = await NextOfAsync(answer => answer.Notifications.Any(one => one.Kind == NotificationKind.TicketAssigned));
        Assert.That(news.Notifications.Where(one => one.Kind == NotificationKind.TicketAssigned).Select(one => one.Resource), Is.EqualTo(new[] { "tickets/k1" }));
        Assert.That(news.Unread, Is.GreaterThan(0));
        await house.Inbox(house.Hq).MarkNotificationsReadAsync(new MarkNotificationsReadRequest { All = true });
        Assert.That((await NextOfAsync(answer => answer.Unread == 0)).Notifications, Is.Empty);
        var lines = (await house.Service.Rest(house.Hq).GetStringAsync("/v1/notifications:watch?seconds=1")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task What_is_muted_does_not_come_and_what_is_critical_cannot_be_muted()
    {
        var inbox = house.Inbox(house.S1);
        var usual = await inbox.GetNotificationPreferencesAsync(new GetNotificationPreferencesRequest());
        Assert.That(usual.Kinds.Select(kind => kind.Kind), Is.EquivalentTo(Enum.GetValues<NotificationKind>().Where(kind => kind != NotificationKind.Unspecified)));
        Assert.That(usual.Kinds.All(kind => kind.InApp && kind.Outward == (kind.Severity == NotificationSeverity.Critical)), Is.True);
        Assert.That((usual.Digest, usual.DigestHour, usual.Etag), Is.EqualTo((NotificationDigest.None, 9, "")));

        var critical = await ReportingHouse.RefusalOfAsync(inbox.UpdateNotificationPreferencesAsync(Choice(NotificationKind.ObligationOverdue, false, false)));
        var outward = await ReportingHouse.RefusalOfAsync(inbox.UpdateNotificationPreferencesAsync(Choice(NotificationKind.TicketAssigned, false, true)));
        var chosen = await inbox.UpdateNotificationPreferencesAsync(Choice(NotificationKind.TicketAssigned, false, false));
        var stale = await ReportingHouse.CodeOfAsync(inbox.UpdateNotificationPreferencesAsync(new UpdateNotificationPreferencesRequest { Preferences = new NotificationPreferences { Etag = "v9" } }));
        await house.Service.HearAsync(Ticket("k1", "p1") with { HandlerId = "s1" });

        Assert.That(critical.Fields, Is.EqualTo(new[] { "preferences.kinds[0].in_app CRITICAL" }));
        Assert.That(outward.Fields, Is.EqualTo(new[] { "preferences.kinds[0].outward CONTRADICTS" }));
        Assert.That(stale, Is.EqualTo(StatusCode.Aborted));
        Assert.That(chosen.Kinds.Where(kind => !kind.InApp).Select(kind => kind.Kind), Is.EqualTo(new[] { NotificationKind.TicketAssigned }));
        Assert.That(await ListAsync(house.S1, kind: NotificationKind.TicketAssigned), Is.Empty);
        var daily = await inbox.UpdateNotificationPreferencesAsync(new UpdateNotificationPreferencesRequest { Preferences = new NotificationPreferences { Digest = NotificationDigest.Daily, DigestHour = 8, Etag = chosen.Etag } });
        Assert.That((daily.Digest, daily.DigestHour, daily.Kinds.Count(kind => !kind.InApp)), Is.EqualTo((NotificationDigest.Daily, 8, 1)), "kinds that are not given stay");
        var nobodys = house.Inbox(house.Service.TokenFor("dashboard", "/hq/"));
        Assert.That((await nobodys.ListNotificationsAsync(new ListNotificationsRequest())).Notifications, Is.Empty, "an inbox is somebody's");
        Assert.That(await ReportingHouse.CodeOfAsync(nobodys.GetNotificationPreferencesAsync(new GetNotificationPreferencesRequest())), Is.EqualTo(StatusCode.FailedPrecondition), "and so are choices");
    }

    private static UpdateNotificationPreferencesRequest Choice(NotificationKind kind, bool inApp, bool outward) => new()
    {
        Preferences = new NotificationPreferences { Kinds = { new NotificationPreferences.Types.KindPreference { Kind = kind, InApp = inApp, Outward = outward } } },
        UpdateMask = new Google.Protobuf.WellKnownTypes.FieldMask { Paths = { "kinds" } },
    };

    private static TicketChanged Ticket(string id, string partner) => Heard.Ticket(id, partner, Opened, state: "open") with
    {
        ScopePath = partner == "p1" ? "/hq/js/a1/p1/" : "/hq/js/p2/",
        AssigneeId = partner == "p1" ? "s1" : "s2",
    };

    private async Task<List<Notification>> ListAsync(string token, bool unread = false, NotificationKind kind = NotificationKind.Unspecified) =>
        [.. (await house.Inbox(token).ListNotificationsAsync(new ListNotificationsRequest { PageSize = 1000, Unread = unread, Kind = kind })).Notifications];

    private Task<List<string>> ReceiversAsync(string kind) =>
        house.Service.Db.ReadAsync(s => s.QueryAsync<string>("SELECT receiver_id FROM notifications WHERE kind = @kind ORDER BY receiver_id", new { kind }));
}
