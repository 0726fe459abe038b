using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

internal sealed class AgreementTests
{
    private ContractHouse house = null!;

    [SetUp]
    public async Task Start() => house = await ContractHouse.StartAsync();

    [TearDown]
    public async Task Stop() => await house.DisposeAsync();

    [Test]
    public async Task A_draft_needs_a_partner_of_its_kind_within_the_caller_s_scope()
    {
        house.Dealer.Partners.Put("agent", PartnerKind.CityAgent, assignee: "js-sales");
        house.Dealer.Partners.Put("foreign", PartnerKind.Terminal, assignee: "js-sales", organisation: "zj");
        house.Dealer.Partners.Put("colleague", PartnerKind.Terminal, assignee: "js-other");
        house.Dealer.Partners.Put("ended", PartnerKind.Terminal, assignee: "js-sales").Stage = PartnerStage.Terminated;

        Assert.That(await WhyNotAsync("agent"), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: agreement.kind INVALID"));
        Assert.That(await WhyNotAsync("foreign"), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: agreement.partner NOT_FOUND"));
        Assert.That(await WhyNotAsync("colleague"), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: agreement.partner NOT_FOUND"));
        Assert.That(await WhyNotAsync("nobody"), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: agreement.partner NOT_FOUND"));
        Assert.That(await WhyNotAsync("ended"), Is.EqualTo("FailedPrecondition PARTNER_TERMINATED"));
        Assert.That((await house.Marketing.Agreements.ListAgreementsAsync(new ListAgreementsRequest())).Agreements, Is.Empty);

        Task<string> WhyNotAsync(string partner) => Refused.WhyAsync(house.Salesperson.Agreements.CreateAgreementAsync(
            new CreateAgreementRequest { Agreement = ContractHouse.Draft(AgreementKind.Terminal, partner) }).ResponseAsync);
    }

    [Test]
    public async Task The_same_request_drafts_once()
    {
        house.Dealer.Partners.Put("shop", PartnerKind.Terminal, assignee: "js-sales");
        var request = new CreateAgreementRequest { Agreement = ContractHouse.Draft(AgreementKind.Terminal, "shop"), RequestId = "draft-1" };

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.Salesperson.Agreements.CreateAgreementAsync(request).ResponseAsync));

        Assert.That(replies.Distinct(), Has.Exactly(1).Items);
        Assert.That((await house.Marketing.Agreements.ListAgreementsAsync(new ListAgreementsRequest())).Agreements, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_draft_is_changed_by_mask_and_not_behind_somebody_s_back()
    {
        var draft = await house.DraftedAsync("shop");
        var changed = await UpdateAsync(new Agreement { Name = draft.Name, Etag = draft.Etag, Terms = "新条款", PartyA = "别的" }, "terms");
        Assert.That((changed.Terms, changed.PartyA, changed.EffectiveTo), Is.EqualTo(("新条款", draft.PartyA, draft.EffectiveTo)));

        Assert.That(await Refused.WhyAsync(UpdateAsync(new Agreement { Name = draft.Name, Etag = draft.Etag, Terms = "更新" }, "terms")), Is.EqualTo("Aborted ETAG_MISMATCH"));
        Assert.That(await Refused.WhyAsync(UpdateAsync(new Agreement { Name = draft.Name }, "number", "effective_to")),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: update_mask READ_ONLY, agreement.effective_to REQUIRED"));
        Assert.That(await Refused.WhyAsync(UpdateAsync(new Agreement { Name = draft.Name }, "party_a", "effective_to")),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: agreement.party_a REQUIRED, agreement.effective_to REQUIRED"));
        Assert.That(await house.SalesManager.GetAsync(draft.Name), Is.EqualTo(changed));
    }

    [Test]
    public async Task A_returned_agreement_is_changed_and_goes_through_the_whole_chain_again()
    {
        var draft = await house.DraftedAsync("shop", a => a.Deviations = "账期 60 天");
        await SubmitAsync(draft.Name);
        Assert.That(await Refused.WhyAsync(house.Legal.ApproveAsync(draft.Name)), Is.EqualTo("PermissionDenied REVIEWER_AWAITED"));
        await house.SalesManager.ApproveAsync(draft.Name, "同意");
        Assert.That(await Refused.WhyAsync(house.SalesManager.ApproveAsync(draft.Name)), Is.EqualTo("PermissionDenied REVIEWER_AWAITED"));

        Assert.That(await Refused.WhyAsync(ReturnAsync("")), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: comment REQUIRED"));
        var returned = await ReturnAsync("账期过长");
        Assert.That((returned.State, returned.Steps[1].Role, returned.Steps[1].State, returned.Steps[1].Comment, returned.Steps[1].Reviewer),
            Is.EqualTo((AgreementState.Returned, "centre-general-manager", ApprovalState.Returned, "账期过长", "staff/js-gm")));

        await house.Salesperson.Agreements.UpdateAgreementAsync(new UpdateAgreementRequest
        {
            Agreement = new Agreement { Name = draft.Name },
            UpdateMask = FieldMask.FromString("deviations"),
        });
        var again = await SubmitAsync(draft.Name);
        Assert.That(again.Steps.Select(s => $"{s.Role} {s.State}"), Is.EqualTo(new[] { "sales-manager Pending", "legal Pending" }));
        await house.SalesManager.ApproveAsync(draft.Name);
        var approved = await house.Legal.ApproveAsync(draft.Name, "可签");

        Assert.That(approved.State, Is.EqualTo(AgreementState.Approved));
        Assert.That(approved.Timeline.Select(e => e.Action + (e.Comment.Length > 0 ? $": {e.Comment}" : "")), Is.EqualTo(new[]
        {
            "create", "submit", "approve: 同意", "return: 账期过长", "update", "submit", "approve", "approve: 可签",
        }));

        Task<Agreement> ReturnAsync(string comment) => house.GeneralManager.Agreements.ReviewAgreementAsync(
            new ReviewAgreementRequest { Name = draft.Name, Decision = ReviewDecision.Return, Comment = comment }).ResponseAsync;
    }

    [Test]
    public async Task Nobody_reviews_his_own_draft()
    {
        house.Dealer.Partners.Put("shop", PartnerKind.Terminal);
        var draft = await house.SalesManager.Agreements.CreateAgreementAsync(new CreateAgreementRequest { Agreement = ContractHouse.Draft(AgreementKind.Terminal, "shop") });
        var submitted = await house.SalesManager.Agreements.SubmitAgreementAsync(new SubmitAgreementRequest { Name = draft.Name });
        Assert.That(submitted.Steps.Select(s => s.Role), Is.EqualTo(new[] { "centre-general-manager", "legal" }));
        Assert.That(await Refused.WhyAsync(house.SalesManager.ApproveAsync(draft.Name)), Is.EqualTo("PermissionDenied REVIEWER_AWAITED"));

        var both = new People(house.Service, house.Service.TokenFor(["sales-manager", "legal"], "/hq/js/", "js-both"), "zh-CN");
        house.Dealer.Partners.Put("second", PartnerKind.Terminal);
        var own = await both.Agreements.CreateAgreementAsync(new CreateAgreementRequest { Agreement = ContractHouse.Draft(AgreementKind.Terminal, "second") });
        await both.Agreements.SubmitAgreementAsync(new SubmitAgreementRequest { Name = own.Name });
        await house.GeneralManager.ApproveAsync(own.Name);
        Assert.That(await Refused.WhyAsync(both.ApproveAsync(own.Name)), Is.EqualTo("PermissionDenied OWN_DRAFT"));
    }

    [Test]
    public async Task Reviewers_find_what_waits_for_them()
    {
        var waiting = await house.DraftedAsync("a");
        await house.DraftedAsync("b");
        await SubmitAsync(waiting.Name);

        var found = await house.SalesManager.Agreements.ListAgreementsAsync(new ListAgreementsRequest { AwaitsRole = "sales-manager" });
        Assert.That(found.Agreements.Select(a => a.Name), Is.EqualTo(new[] { waiting.Name }));
        Assert.That((await house.Legal.Agreements.ListAgreementsAsync(new ListAgreementsRequest { AwaitsRole = "legal" })).Agreements, Is.Empty);
    }

    [Test]
    public async Task Lists_are_filtered_and_paged()
    {
        foreach (var i in Enumerable.Range(0, 5))
            await house.DraftedAsync($"shop{i}");
        var agent = await house.DraftedAgentAsync("agent", "3201");
        var seen = new List<string>();
        var request = new ListAgreementsRequest { PageSize = 2, Kind = AgreementKind.Terminal };
        do
        {
            var page = await house.SalesManager.Agreements.ListAgreementsAsync(request);
            seen.AddRange(page.Agreements.Select(a => a.Partner));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.That(seen, Is.EquivalentTo(Enumerable.Range(0, 5).Select(i => $"partners/shop{i}")));
        Assert.That((await house.SalesManager.Agreements.ListAgreementsAsync(new ListAgreementsRequest { Partner = "partners/agent", State = AgreementState.Draft })).Agreements.Single().Name, Is.EqualTo(agent.Name));
    }

    [Test]
    public async Task Agreements_are_seen_within_the_scope_only()
    {
        var draft = await house.DraftedAsync("shop");
        var colleague = house.Of("salesperson", "/hq/js/", "js-other");

        foreach (var outsider in new[] { house.Zhejiang, colleague })
        {
            Assert.That(await Refused.WhyAsync(outsider.GetAsync(draft.Name)), Is.EqualTo("NotFound NOT_FOUND"));
            Assert.That((await outsider.Agreements.ListAgreementsAsync(new ListAgreementsRequest())).Agreements, Is.Empty);
            Assert.That(await Refused.WhyAsync(outsider.Agreements.SubmitAgreementAsync(new SubmitAgreementRequest { Name = draft.Name }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));
        }
        Assert.That((await house.Salesperson.GetAsync(draft.Name)).Name, Is.EqualTo(draft.Name));
    }

    [Test]
    public async Task Partners_see_what_was_signed_but_not_how_it_was_approved()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        var draft = await house.DraftedAsync("shop");
        var shop = house.Of("partner-terminal", "/hq/js/shop/", null, "shop");
        Assert.That(await Refused.WhyAsync(shop.GetAsync(draft.Name)), Is.EqualTo("NotFound NOT_FOUND"));

        await house.ApprovedAsync(draft);
        await house.SalesManager.SignAsync(draft.Name);

        var seen = await shop.GetAsync(draft.Name);
        Assert.That((seen.Number, seen.Steps.Count, seen.Timeline.Count), Is.EqualTo(("JS-0001", 0, 0)));
        var listed = (await shop.Agreements.ListAgreementsAsync(new ListAgreementsRequest())).Agreements.Single();
        Assert.That((listed.Name, listed.Steps.Count), Is.EqualTo((draft.Name, 0)));
    }

    [Test]
    public async Task The_drafter_withdraws_what_is_not_signed()
    {
        var draft = await house.DraftedAsync("shop");
        await SubmitAsync(draft.Name);

        var withdrawn = await house.Salesperson.Agreements.WithdrawAgreementAsync(new WithdrawAgreementRequest { Name = draft.Name, Reason = "客户改变主意" });

        Assert.That((withdrawn.State, withdrawn.Timeline[^1].Comment), Is.EqualTo((AgreementState.Withdrawn, "客户改变主意")));
        Assert.That(await Refused.WhyAsync(SubmitAsync(draft.Name)), Is.EqualTo("FailedPrecondition AGREEMENT_STATE"));
    }

    [Test]
    public async Task Hq_ends_an_agreement_with_reason_and_evidence()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        var signed = await house.SalesManager.SignAsync((await house.ApprovedAsync(await house.DraftedAsync("shop"))).Name);
        var request = new TerminateAgreementRequest { Name = signed.Name, Reason = "窜货", Evidence = "2026 年 10 月苏州查获 20 台" };

        Assert.That(await Refused.WhyAsync(house.GeneralManager.Agreements.TerminateAgreementAsync(request).ResponseAsync), Is.EqualTo("PermissionDenied TERMINATION_BY_HQ"));
        Assert.That(await Refused.WhyAsync(house.HqGeneralManager.Agreements.TerminateAgreementAsync(new TerminateAgreementRequest { Name = signed.Name }).ResponseAsync),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: reason REQUIRED, evidence REQUIRED"));
        var ended = await house.HqGeneralManager.Agreements.TerminateAgreementAsync(request);

        Assert.That((ended.State, ended.TerminationReason, ended.TerminationEvidence), Is.EqualTo((AgreementState.Terminated, "窜货", "2026 年 10 月苏州查获 20 台")));
        Assert.That((await house.Service.PublishedAsync<AgreementChanged>())[^1].State, Is.EqualTo("terminated"));
        Assert.That((await StandingAsync(house.SalesManager, "shop")).Effective, Is.False);
    }

    [Test]
    public async Task A_partner_is_in_standing_until_the_day_after_the_term_then_the_agreement_expires()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        var today = ChinaTime.Today(house.Service.Clock);
        var last = today.AddDays(30);
        var approved = await house.ApprovedAsync(await house.DraftedAsync("shop", a => a.EffectiveTo = $"{last:yyyy-MM-dd}"));
        Assert.That((await StandingAsync(house.Salesperson, "shop")).Effective, Is.False);
        await house.SalesManager.SignAsync(approved.Name);

        var standing = await StandingAsync(house.Salesperson, "shop");
        Assert.That((standing.Effective, standing.Agreement, standing.Number, standing.EffectiveTo), Is.EqualTo((true, approved.Name, "JS-0001", $"{last:yyyy-MM-dd}")));
        Assert.That((await StandingAsync(house.Zhejiang, "shop")).Effective, Is.False);

        await house.Service.MoveClockAsync(ChinaTime.EndOfDay(last).AddMinutes(-5));
        Assert.That((await StandingAsync(house.Salesperson, "shop")).Effective, Is.True);
        await house.Service.MoveClockAsync(ChinaTime.EndOfDay(last).AddSeconds(1));
        Assert.That((await StandingAsync(house.Salesperson, "shop")).Effective, Is.False);
        await Eventually.Async(async () => (await house.Salesperson.GetAsync(approved.Name)).State == AgreementState.Expired, TimeSpan.FromSeconds(30), "the agreement expired");

        var expired = await house.Salesperson.GetAsync(approved.Name);
        Assert.That((expired.Timeline[^1].Action, expired.Timeline[^1].Actor), Is.EqualTo(("expire", "")));
        Assert.That((await house.Service.PublishedAsync<AgreementChanged>()).Count(e => e.State == "expired"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_agreement_that_begins_later_gives_no_standing_yet()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        var tomorrow = ChinaTime.Today(house.Service.Clock).AddDays(1);
        var approved = await house.ApprovedAsync(await house.DraftedAsync("shop", a => a.EffectiveFrom = $"{tomorrow:yyyy-MM-dd}"));
        await house.SalesManager.SignAsync(approved.Name);

        Assert.That((await StandingAsync(house.Salesperson, "shop")).Effective, Is.False);
        await house.Service.MoveClockAsync(ChinaTime.StartOfDay(tomorrow).AddSeconds(1));
        Assert.That((await StandingAsync(house.Salesperson, "shop")).Effective, Is.True);
    }

    [Test]
    public async Task Agreements_follow_their_partner_through_the_tree()
    {
        var draft = await house.DraftedAsync("shop");
        await house.Service.HearAsync(Changed(version: 5, "新名", "js-other"));
        await house.Service.HearAsync(Changed(version: 4, "旧名", "js-sales"));

        var colleague = house.Of("salesperson", "/hq/js/", "js-other");
        var moved = await colleague.GetAsync(draft.Name);
        Assert.That((moved.PartnerName, moved.Assignee, moved.PartyB, moved.Etag), Is.EqualTo(("新名", "staff/js-other", draft.PartyB, draft.Etag)));
        Assert.That(await Refused.WhyAsync(house.Salesperson.GetAsync(draft.Name)), Is.EqualTo("NotFound NOT_FOUND"));
    }

    [Test]
    public async Task A_draft_written_while_its_partner_moves_lands_where_the_partner_is()
    {
        await house.Service.HearAsync(Changed(version: 5, "新名", "js-other"));

        var draft = await house.DraftedAsync("shop");

        Assert.That((draft.PartnerName, draft.Assignee), Is.EqualTo(("新名", "staff/js-other")));
    }

    [Test]
    public async Task Rest_speaks_the_same()
    {
        house.Dealer.Partners.Put("shop", PartnerKind.Terminal, assignee: "js-sales");
        var rest = house.Salesperson.Rest;
        var created = await rest.PostAsJsonAsync("/v1/agreements?requestId=r1", new
        {
            kind = "AGREEMENT_KIND_TERMINAL",
            partner = "partners/shop",
            partyA = "江苏中心",
            effectiveFrom = "2026-01-01",
            effectiveTo = "2030-12-31",
            amountFen = "1200",
        });
        Assert.That(created.StatusCode, Is.EqualTo(HttpStatusCode.OK), await created.Content.ReadAsStringAsync());
        var name = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement.GetProperty("name").GetString()!;

        var submitted = await rest.PostAsJsonAsync($"/v1/{name}:submit", new { });
        Assert.That(submitted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await submitted.Content.ReadAsStringAsync());
        var standing = await rest.GetStringAsync("/v1/standings/partners/shop");
        Assert.That(JsonDocument.Parse(standing).RootElement.GetProperty("partner").GetString(), Is.EqualTo("partners/shop"));
        var refused = await rest.PatchAsJsonAsync($"/v1/{name}?updateMask=terms", new { terms = "x" });
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("AGREEMENT_STATE"));
    }

    private static PartnerChanged Changed(long version, string name, string assignee) => new()
    {
        AggregateId = "shop",
        Version = version,
        ScopePath = "/hq/js/shop/",
        AssigneeId = assignee,
        Name = name,
        Kind = "terminal",
        Stage = "negotiating",
        PreviousStage = "negotiating",
        ProvinceCode = "32",
        CityCode = "3201",
        OrganisationId = "js",
    };

    private static Task<Standing> StandingAsync(People who, string partner) =>
        who.Standings.GetStandingAsync(new GetStandingRequest { Partner = $"partners/{partner}" }).ResponseAsync;

    private Task<Agreement> SubmitAsync(string name) => house.Salesperson.Agreements.SubmitAgreementAsync(new SubmitAgreementRequest { Name = name }).ResponseAsync;

    private Task<Agreement> UpdateAsync(Agreement agreement, params string[] mask) => house.Salesperson.Agreements.UpdateAgreementAsync(
        new UpdateAgreementRequest { Agreement = agreement, UpdateMask = new FieldMask { Paths = { mask } } }).ResponseAsync;
}
