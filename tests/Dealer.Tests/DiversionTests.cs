using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Dealer.Diversions;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Dealer.Tests;

/// <summary>Diversion cases 窜货 over the running service: from the claim to the executed ruling, and everything that is in the way.</summary>
public class DiversionTests
{
    private static readonly DateTimeOffset Friday = new(2026, 11, 20, 9, 0, 0, ChinaTime.Offset);
    private static readonly byte[] Pdf = "%PDF-1.4 invoice"u8.ToArray();

    private Network network = null!;
    private Partner claimant = null!;
    private Partner accused = null!;

    [SetUp]
    public async Task StartAsync()
    {
        network = await Network.StartAsync();
        await network.Service.MoveClockAsync(Friday);
        claimant = await network.Manager.AgentAsync("南京代理", "3201");
        accused = await network.Manager.AgentAsync("苏州代理", "3205");
        await network.Service.HearAsync(PartnerTests.Signed(accused));
    }

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_case_goes_from_claim_to_a_fine_that_is_told()
    {
        var people = network.PeopleOf(claimant);
        var found = await people.Diversions.CreateDiversionAsync(new CreateDiversionRequest { Diversion = Claim(accused: null, text: "苏州代理的货"), RequestId = "once" });
        Assert.That((found.State, found.Claimant, found.Accused, found.AccusedText, found.Goods[0].Quantity), Is.EqualTo((DiversionState.Claimed, claimant.Name, "", "苏州代理的货", 2L)));
        Assert.That(await people.Diversions.CreateDiversionAsync(new CreateDiversionRequest { Diversion = Claim(accused: null, text: "苏州代理的货"), RequestId = "once" }), Is.EqualTo(found));
        await AttachAsync(people, found, "发票.pdf", Pdf);

        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => InvestigateAsync(network.CentreManager, found)), Is.EqualTo(new[] { "ACCUSED_UNKNOWN" }));
        found = await network.CentreManager.Diversions.IdentifyDiversionAccusedAsync(new IdentifyDiversionAccusedRequest { Name = found.Name, Accused = accused.Name, Etag = found.Etag });
        Assert.That((found.AccusedName, found.Headquarters), Is.EqualTo(("苏州代理", false)));
        var other = network.PeopleOf(accused);
        await Refused.Async(StatusCode.NotFound, () => GetAsync(other, found));
        found = await InvestigateAsync(network.CentreManager, found);
        Assert.That((found.State, found.InvestigatorName), Is.EqualTo((DiversionState.Investigating, "王伟")));

        // The accused learns of it now, not of who claimed, nor of anything internal.
        await network.Wang.Diversions.RecordDiversionFindingsAsync(new RecordDiversionFindingsRequest { Name = found.Name, Findings = "序列号属苏州批次" });
        await network.Wang.Diversions.CreateDiversionNoteAsync(new CreateDiversionNoteRequest { Parent = found.Name, Text = "对方态度消极" });
        var seen = await GetAsync(other, found);
        Assert.That((seen.Claimant, seen.ClaimantName, seen.AccusedText, seen.Investigator, seen.Findings), Is.EqualTo(("", "", "", "", "")));
        Assert.That((await other.Diversions.ListDiversionEvidenceAsync(new ListDiversionEvidenceRequest { Parent = found.Name })).Evidence, Is.Empty);
        foreach (var outside in new[] { other, people })
        {
            await Refused.Async(StatusCode.PermissionDenied, async () => await outside.Diversions.ListDiversionNotesAsync(new ListDiversionNotesRequest { Parent = found.Name }));
            await Refused.Async(StatusCode.PermissionDenied, async () => await outside.Diversions.CreateDiversionNoteAsync(new CreateDiversionNoteRequest { Parent = found.Name, Text = "x" }));
            await Refused.Async(StatusCode.PermissionDenied, async () => await outside.Diversions.ListDiversionTimelineAsync(new ListDiversionTimelineRequest { Diversion = found.Name }));
            await Refused.Async(StatusCode.PermissionDenied, async () => await outside.Diversions.GetDiversionStatisticsAsync(new GetDiversionStatisticsRequest()));
        }
        Assert.That((await network.Manager.Diversions.ListDiversionNotesAsync(new ListDiversionNotesRequest { Parent = found.Name })).Notes.Single().Text, Is.EqualTo("对方态度消极"));

        await network.Wang.Diversions.InviteDiversionStatementAsync(new InviteDiversionStatementRequest { Name = found.Name, DueDate = "2026-11-25" });
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => RuleAsync(network.Manager, found, Fine)), Is.EqualTo(new[] { "STATEMENT_AWAITED" }));
        await Refused.Async(StatusCode.PermissionDenied, () => SayAsync(people, found));
        var stated = await SayAsync(other, found);
        Assert.That((stated.Statement.Text, stated.Statement.AuthorName), Is.EqualTo(("是客户自行带走", "苏州代理的人")));
        Assert.That((await GetAsync(people, found)).Statement, Is.Null);
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => SayAsync(other, found)), Is.EqualTo(new[] { "STATEMENT_MADE" }));

        var ruled = await RuleAsync(network.Manager, found, Fine);
        Assert.That((ruled.State, ruled.Ruling.FineFen, ruled.Ruling.AuthorName, ruled.FinalRuling), Is.EqualTo((DiversionState.Ruled, 500_000L, "陈经理", (DiversionRuling?)null)));
        Assert.That(ruled.AppealDueTime.ToDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2026, 12, 12, 0, 0, 0, ChinaTime.Offset)));
        Assert.That((await GetAsync(other, found)).Ruling.AuthorName, Is.Empty);
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ExecuteAsync(network.Manager, found)), Is.EqualTo(new[] { "DIVERSION_STATE" }));

        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 12, 0, 0, 1, ChinaTime.Offset));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DiversionDeadlines.SweepAsync(network.Service.Db)));
        var final = await GetAsync(network.Manager, found);
        Assert.That((final.State, final.FinalRuling.Kind), Is.EqualTo((DiversionState.Final, DiversionRulingKind.Fine)));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => AppealAsync(other, found)), Is.EqualTo(new[] { "DIVERSION_STATE" }));
        await ExecuteAsync(network.Manager, found);
        var fined = (await network.Service.PublishedAsync<DiversionFined>()).Single();
        Assert.That((fined.PartnerId, fined.AmountFen, fined.LegalBase), Is.EqualTo((accused.Name["partners/".Length..], 500_000L, "协议第5条")));
        Assert.That((await network.Service.PublishedAsync<DiversionChanged>()).Select(e => e.State).Distinct(), Is.EqualTo(new[] { "claimed", "investigating", "ruled", "final", "executed" }));
        Assert.That((await network.Service.PublishedAsync<DiversionChanged>()).Count(e => e is { State: "final", PreviousState: "ruled" }), Is.EqualTo(1), "once, however many look");
        var timeline = (await network.Manager.Diversions.ListDiversionTimelineAsync(new ListDiversionTimelineRequest { Diversion = found.Name })).Entries.Select(e => e.Action).Reverse();
        Assert.That(timeline, Is.EqualTo(new[] { "claim", "evidence", "identify", "investigate", "findings", "note", "invite-statement", "statement", "rule", "final", "execute" }.Select(action => $"diversion.{action}")));
    }

    [Test]
    public async Task An_appeal_is_decided_by_headquarters_and_by_another_and_changes_what_is_executed()
    {
        var found = await RuledAsync(network.Manager, Suspension("2027-01-31"));
        Assert.That(await Refused.Async(StatusCode.PermissionDenied, () => AppealAsync(network.Wang, found)), Has.Length.EqualTo(1), "who investigates is no side");
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => AppealAsync(network.PeopleOf(accused), found, DiversionSide.Claimant)), Does.Contain("side INVALID"));
        var appealed = await AppealAsync(network.PeopleOf(accused), found);
        Assert.That((appealed.State, appealed.Appeal.Side), Is.EqualTo((DiversionState.Appealed, DiversionSide.Accused)));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => AppealAsync(network.PeopleOf(claimant), found)), Is.EqualTo(new[] { "DIVERSION_STATE" }), "once");
        await Refused.Async(StatusCode.PermissionDenied, () => DecideAsync(network.CentreManager, found, DiversionAppealOutcome.Upheld));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => DecideAsync(network.HqManager, found, DiversionAppealOutcome.Changed)), Does.Contain("decision.ruling REQUIRED"));

        // Two of headquarters decide at the same moment: one decision stands.
        var decided = await Task.WhenAll(TriedAsync(() => DecideAsync(network.HqManager, found, DiversionAppealOutcome.Upheld)), TriedAsync(() => DecideAsync(network.HqSales, found, DiversionAppealOutcome.Revoked)));
        Assert.That(decided.Count(code => code == StatusCode.OK), Is.EqualTo(1));
        Assert.That(decided.Single(code => code != StatusCode.OK), Is.EqualTo(StatusCode.FailedPrecondition).Or.EqualTo(StatusCode.Aborted));

        found = await GetAsync(network.Manager, found);
        Assert.That(found.State, Is.EqualTo(DiversionState.Final));
        Assert.That(found.FinalRuling is not null, Is.EqualTo(found.Decision.Outcome == DiversionAppealOutcome.Upheld));
        if (found.FinalRuling is null)
            Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => ExecuteAsync(network.Manager, found)), Is.EqualTo(new[] { "NOTHING_TO_EXECUTE" }));
    }

    [Test]
    public async Task A_suspension_acts_by_the_partners_own_rules_and_its_end_is_told_once()
    {
        var found = await RuledAsync(network.Manager, Suspension("2027-01-31"));
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 14, 9, 0, 0, ChinaTime.Offset));
        await DiversionDeadlines.SweepAsync(network.Service.Db);
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => ExecuteAsync(network.Manager, found)), Does.Contain("evidence REQUIRED"), "the evidence rule holds");
        await network.HqManager.Diversions.ReopenDiversionAsync(new ReopenDiversionRequest { Name = found.Name, Reason = "补充证据" });
        await AttachAsync(network.Manager, found, "照片.pdf", Pdf);
        var ruled = await RuleAsync(network.Manager, found, Suspension("2027-01-31"));
        Assert.That(ruled.Round, Is.EqualTo(2));
        await network.Service.MoveClockAsync(new DateTimeOffset(2027, 1, 20, 9, 0, 0, ChinaTime.Offset));
        await DiversionDeadlines.SweepAsync(network.Service.Db);
        await ExecuteAsync(network.Manager, found);
        Assert.That((await network.Manager.GetAsync(accused)).Stage, Is.EqualTo(PartnerStage.Suspended));
        var audit = await network.Manager.Partners.ListPartnerTimelineAsync(new ListPartnerTimelineRequest { Name = accused.Name });
        Assert.That(audit.Entries[0].DetailJson, Does.Contain($"{found.Name}/evidence/"));

        await network.Service.MoveClockAsync(new DateTimeOffset(2027, 2, 1, 0, 0, 1, ChinaTime.Offset));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DiversionDeadlines.SweepAsync(network.Service.Db)));
        Assert.That((await network.Service.PublishedAsync<DiversionSuspensionEnded>()).Single().PartnerName, Is.EqualTo("苏州代理"));
        Assert.That((await network.Manager.GetAsync(accused)).Stage, Is.EqualTo(PartnerStage.Suspended), "people lift it");
    }

    [Test]
    public async Task What_concerns_two_centres_is_headquarters()
    {
        var foreign = await network.ZhejiangManager.AgentAsync("杭州代理", "3301");
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => CreateAsync(network.Manager, Claim(foreign))), Does.Contain("diversion.accused NOT_FOUND"));
        var found = await CreateAsync(network.Manager, Claim(null, "杭州的代理"));
        found = await network.HqSales.Diversions.IdentifyDiversionAccusedAsync(new IdentifyDiversionAccusedRequest { Name = found.Name, Accused = foreign.Name });
        Assert.That(found.Headquarters, Is.True);
        foreach (var centre in new[] { network.CentreManager, network.ZhejiangManager })
        {
            Assert.That((await GetAsync(centre, found)).Accused, Is.EqualTo(foreign.Name), "both centres see it");
            await Refused.Async(StatusCode.PermissionDenied, () => InvestigateAsync(centre, found));
        }
        Assert.That((await InvestigateAsync(network.HqSales, found)).State, Is.EqualTo(DiversionState.Investigating));
        await Refused.Async(StatusCode.PermissionDenied, () => RuleAsync(network.CentreManager, found, Fine));
        Assert.That((await RuleAsync(network.HqSales, found, Fine)).State, Is.EqualTo(DiversionState.Ruled));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () =>
        {
            await AppealAsync(network.PeopleOf(foreign), found);
            await DecideAsync(network.HqSales, found, DiversionAppealOutcome.Upheld);
        }), Is.EqualTo(new[] { "OWN_RULING" }));
        Assert.That((await DecideAsync(network.HqManager, found, DiversionAppealOutcome.Upheld)).State, Is.EqualTo(DiversionState.Final));
    }

    [Test]
    public async Task Nobody_rules_on_the_own_case_nor_terminates_without_headquarters()
    {
        var found = await CreateAsync(network.Manager, Claim(accused));
        Assert.That(found.ClaimantName, Is.EqualTo("陈经理"), "the company claims by its manager");
        await InvestigateAsync(network.Manager, found);
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => RuleAsync(network.Manager, found, Fine)), Is.EqualTo(new[] { "OWN_CASE" }));
        await Refused.Async(StatusCode.PermissionDenied, () => RuleAsync(network.CentreManager, found, Termination));
        await Refused.Async(StatusCode.PermissionDenied, () => RuleAsync(network.Wang, found, Fine));
        await AttachAsync(network.Manager, found, "合同.pdf", Pdf);
        await RuleAsync(network.HqSales, found, Termination);
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 14, 9, 0, 0, ChinaTime.Offset));
        await DiversionDeadlines.SweepAsync(network.Service.Db);
        await Refused.Async(StatusCode.PermissionDenied, () => ExecuteAsync(network.CentreManager, found));
        await ExecuteAsync(network.Marketing, found);
        Assert.That((await network.Manager.GetAsync(accused)).Stage, Is.EqualTo(PartnerStage.Terminated));
    }

    [Test]
    public async Task A_claim_is_withdrawn_by_who_made_it_and_taken_up_again_by_headquarters_alone()
    {
        var found = await CreateAsync(network.PeopleOf(claimant), Claim(null, "苏州代理"));
        await Refused.Async(StatusCode.PermissionDenied, () => WithdrawAsync(network.Manager, found));
        Assert.That((await WithdrawAsync(network.PeopleOf(claimant), found)).State, Is.EqualTo(DiversionState.Withdrawn));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => InvestigateAsync(network.Manager, found)), Is.EqualTo(new[] { "DIVERSION_STATE" }));
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.CentreManager.Diversions.ReopenDiversionAsync(new ReopenDiversionRequest { Name = found.Name, Reason = "x" }));
        var reopened = await network.HqManager.Diversions.ReopenDiversionAsync(new ReopenDiversionRequest { Name = found.Name, Reason = "新的录像" });
        Assert.That((reopened.State, reopened.Round, reopened.ReopenReason, reopened.WithdrawReason), Is.EqualTo((DiversionState.Investigating, 2, "新的录像", "")));
    }

    [Test]
    public async Task A_statement_that_does_not_come_expires_once_and_lets_the_ruling_be()
    {
        var found = await CreateAsync(network.PeopleOf(claimant), Claim(null, "苏州代理"));
        await network.Manager.Diversions.IdentifyDiversionAccusedAsync(new IdentifyDiversionAccusedRequest { Name = found.Name, Accused = accused.Name });
        await InvestigateAsync(network.Manager, found);
        await network.Manager.Diversions.InviteDiversionStatementAsync(new InviteDiversionStatementRequest { Name = found.Name, DueDate = "2026-11-23" });
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 11, 24, 0, 0, 1, ChinaTime.Offset));
        await DiversionDeadlines.SweepAsync(network.Service.Db);
        await network.Service.RestartAsync();
        Assert.That(await DiversionDeadlines.SweepAsync(network.Service.Db), Is.Zero);
        found = await GetAsync(network.Manager, found);
        Assert.That((found.Statement.DueDate, found.Statement.Expired), Is.EqualTo(("2026-11-23", true)));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => SayAsync(network.PeopleOf(accused), found)), Is.EqualTo(new[] { "STATEMENT_OVER" }));
        Assert.That((await RuleAsync(network.Manager, found, Fine)).State, Is.EqualTo(DiversionState.Ruled));
    }

    [Test]
    public async Task Two_who_rule_at_once_make_one_ruling()
    {
        var found = await RuledAsync(network.Manager, null);
        var tried = await Task.WhenAll(TriedAsync(() => RuleAsync(network.Manager, found, Fine)), TriedAsync(() => RuleAsync(network.CentreManager, found, Suspension("2027-03-01"))));
        Assert.That(tried.Count(code => code == StatusCode.OK), Is.EqualTo(1));
        Assert.That((await network.Service.PublishedAsync<DiversionChanged>()).Count(e => e is { State: "ruled", PreviousState: "investigating" }), Is.EqualTo(1));
        Assert.That(await Refused.Async(StatusCode.Aborted, async () => await network.HqManager.Diversions.WithdrawDiversionAsync(new WithdrawDiversionRequest { Name = found.Name, Reason = "x", Etag = found.Etag })), Is.EqualTo(new[] { "ETAG_MISMATCH" }));
    }

    [Test]
    public async Task Cases_are_seen_by_who_sees_a_side_follow_its_partner_and_are_counted()
    {
        var found = await RuledAsync(network.Manager, Fine);
        var second = await RuledAsync(network.Manager, Fine);
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 14, 9, 0, 0, ChinaTime.Offset));
        while (await DiversionDeadlines.SweepAsync(network.Service.Db) > 0)
        {
        }
        await CreateAsync(network.PeopleOf(claimant), Claim(null, "不知道谁"));
        await Refused.Async(StatusCode.NotFound, () => GetAsync(network.ZhejiangManager, found));
        await Refused.Async(StatusCode.NotFound, () => GetAsync(network.Li, found));
        await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = accused.Name, Assignee = $"staff/{network.LiId}" });
        Assert.That((await GetAsync(network.Li, found)).Name, Is.EqualTo(found.Name), "whose the partner is, his are its cases");

        Assert.That((await network.Manager.Diversions.ListDiversionsAsync(new ListDiversionsRequest { Accused = accused.Name })).Diversions.Select(d => d.Name), Is.EqualTo(new[] { second.Name, found.Name }));
        Assert.That((await network.Manager.Diversions.ListDiversionsAsync(new ListDiversionsRequest { State = DiversionState.Claimed, CityCode = "3201", PageSize = 1 })).Diversions, Has.Count.EqualTo(1));
        Assert.That((await network.PeopleOf(accused).Diversions.ListDiversionsAsync(new ListDiversionsRequest())).Diversions, Has.Count.EqualTo(2));
        Assert.That((await network.PeopleOf(accused).Diversions.ListDiversionsAsync(new ListDiversionsRequest { Claimant = claimant.Name })).Diversions, Is.Empty, "no filter tells who claimed");

        var statistics = await network.Manager.Diversions.GetDiversionStatisticsAsync(new GetDiversionStatisticsRequest { FromDate = "2026-11-01", ToDate = "2026-12-31" });
        Assert.Multiple(() =>
        {
            Assert.That(statistics.States.Select(c => (c.Key, c.DisplayName, c.Count)), Is.EquivalentTo(new[] { ("claimed", "已举报", 1L), ("final", "已生效", 2L) }));
            Assert.That(statistics.Products.Select(c => (c.Key, c.Count)), Is.EquivalentTo(new[] { ("卫星定位终端", 3L), ("防盗主机", 3L) }));
            Assert.That(statistics.Cities.Select(c => (c.Key, c.Count)), Is.EqualTo(new[] { ("3201", 3L) }));
            Assert.That(statistics.Partners.Select(c => (c.DisplayName, c.Count)), Is.EqualTo(new[] { ("苏州代理", 2L) }));
            Assert.That(statistics.RepeatOffenders.Select(c => (c.Key, c.Count)), Is.EqualTo(new[] { (accused.Name, 2L) }));
        });
        Assert.That((await network.ZhejiangManager.Diversions.GetDiversionStatisticsAsync(new GetDiversionStatisticsRequest())).States, Is.Empty);
    }

    [Test]
    public async Task Evidence_is_a_file_of_a_known_kind_over_REST_too_and_each_side_sees_its_own()
    {
        var found = await RuledAsync(network.Manager, null);
        using var body = new ByteArrayContent(Pdf);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var added = await network.PeopleOf(accused).Rest.PostAsync($"/v1/{found.Name}/evidence?fileName={Uri.EscapeDataString("出库单.pdf")}", body);
        Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.OK), await added.Content.ReadAsStringAsync());
        var evidence = JsonParser.Default.Parse<DiversionEvidence>(await added.Content.ReadAsStringAsync());
        Assert.That((evidence.Side, evidence.SizeBytes, evidence.MediaType), Is.EqualTo((DiversionSide.Accused, (long)Pdf.Length, "application/pdf")));
        Assert.That(await network.Manager.Rest.GetByteArrayAsync($"/v1/{evidence.Name}:download"), Is.EqualTo(Pdf));
        using var stranger = await network.PeopleOf(claimant).Rest.GetAsync($"/v1/{evidence.Name}:download");
        Assert.That(stranger.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => AttachAsync(network.Manager, found, "脚本.pdf", "#!/bin/sh"u8.ToArray())), Does.Contain("file FILE_TYPE"));
        Assert.That(await Refused.Async(StatusCode.NotFound, () => AttachAsync(network.ZhejiangManager, found, "a.pdf", Pdf)), Has.Length.EqualTo(1));
        Assert.That((await network.Manager.Diversions.ListDiversionEvidenceAsync(new ListDiversionEvidenceRequest { Parent = found.Name })).Evidence, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Everything_wrong_with_a_claim_is_told_at_once()
    {
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => CreateAsync(network.Manager, new Diversion { FoundDate = "2026-11-21", CityCode = "3201", Goods = { new DiversionGoods() } })), Is.EquivalentTo(new[]
        {
            "INVALID_ARGUMENT", "diversion.goods[0].product REQUIRED", "diversion.description REQUIRED", "diversion.accused REQUIRED", "diversion.found_date TOO_LATE",
        }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => CreateAsync(network.PeopleOf(claimant), Claim(claimant))), Does.Contain("diversion.accused INVALID"));
        var forAnother = Claim(null, "x");
        forAnother.Claimant = accused.Name;
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => CreateAsync(network.PeopleOf(claimant), forAnother)), Does.Contain("diversion.claimant INVALID"));
        Assert.That((await network.Manager.Diversions.ListDiversionsAsync(new ListDiversionsRequest())).Diversions, Is.Empty);
    }

    private static DiversionRuling Fine => new() { Kind = DiversionRulingKind.Fine, FineFen = 500_000, Reasons = "跨区销售属实", LegalBase = "协议第5条" };

    private static DiversionRuling Termination => new() { Kind = DiversionRulingKind.Termination, Reasons = "屡次窜货", LegalBase = "协议第9条" };

    private static DiversionRuling Suspension(string until) => new() { Kind = DiversionRulingKind.Suspension, SuspendUntil = until, Reasons = "跨区销售属实", LegalBase = "协议第6条" };

    private static Diversion Claim(Partner? accused, string text = "") => new()
    {
        Accused = accused?.Name ?? "",
        AccusedText = text,
        CityCode = "3201",
        FoundDate = "2026-11-18",
        Description = "在南京汽配城发现苏州批次的产品",
        Goods = { new DiversionGoods { Product = "卫星定位终端", Batch = "SZ2609", Serials = { "SN001", "SN002" } }, new DiversionGoods { Product = "防盗主机", Quantity = 3 } },
    };

    private static async Task<Diversion> CreateAsync(Acting who, Diversion claim) => await who.Diversions.CreateDiversionAsync(new CreateDiversionRequest { Diversion = claim });

    private static async Task<Diversion> GetAsync(Acting who, Diversion found) => await who.Diversions.GetDiversionAsync(new GetDiversionRequest { Name = found.Name });

    private async Task<Diversion> InvestigateAsync(Acting who, Diversion found) =>
        await who.Diversions.InvestigateDiversionAsync(new InvestigateDiversionRequest { Name = found.Name, Investigator = $"staff/{network.WangId}" });

    private static async Task<Diversion> SayAsync(Acting who, Diversion found) => await who.Diversions.SubmitDiversionStatementAsync(new SubmitDiversionStatementRequest { Name = found.Name, Text = "是客户自行带走" });

    private static async Task<Diversion> RuleAsync(Acting who, Diversion found, DiversionRuling ruling) => await who.Diversions.RuleDiversionAsync(new RuleDiversionRequest { Name = found.Name, Ruling = ruling });

    private static async Task<Diversion> AppealAsync(Acting who, Diversion found, DiversionSide side = DiversionSide.Unspecified) =>
        await who.Diversions.AppealDiversionAsync(new AppealDiversionRequest { Name = found.Name, Grounds = "证据不足", Side = side });

    private static async Task<Diversion> DecideAsync(Acting who, Diversion found, DiversionAppealOutcome outcome) =>
        await who.Diversions.DecideDiversionAppealAsync(new DecideDiversionAppealRequest { Name = found.Name, Decision = new DiversionDecision { Outcome = outcome, Reasons = "复核" } });

    private static async Task<Diversion> ExecuteAsync(Acting who, Diversion found) => await who.Diversions.ExecuteDiversionAsync(new ExecuteDiversionRequest { Name = found.Name });

    private static async Task<Diversion> WithdrawAsync(Acting who, Diversion found) => await who.Diversions.WithdrawDiversionAsync(new WithdrawDiversionRequest { Name = found.Name, Reason = "误会" });

    private static async Task<DiversionEvidence> AttachAsync(Acting who, Diversion found, string name, byte[] content) =>
        await who.Diversions.CreateDiversionEvidenceAsync(new CreateDiversionEvidenceRequest { Parent = found.Name, FileName = name, File = new HttpBody { Data = ByteString.CopyFrom(content) } });

    /// <summary>A case of the claimant's people against the accused, investigated, and ruled on when a ruling is given.</summary>
    private async Task<Diversion> RuledAsync(Acting who, DiversionRuling? ruling)
    {
        var found = await CreateAsync(network.PeopleOf(claimant), Claim(null, "苏州代理"));
        await network.CentreManager.Diversions.IdentifyDiversionAccusedAsync(new IdentifyDiversionAccusedRequest { Name = found.Name, Accused = accused.Name });
        found = await InvestigateAsync(network.CentreManager, found);
        return ruling is null ? found : await RuleAsync(who, found, ruling);
    }

    private static async Task<StatusCode> TriedAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
