using Google.Protobuf.WellKnownTypes;
using Qudao.Contract.Approvals;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

/// <summary>Approval chains as people meet them, on each database.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class ApprovalTests(DatabaseUnderTest database)
{
    private ContractHouse? started;

    private ContractHouse House => started!;

    private People Finance => House.Of("finance", "/hq/js/", "js-finance");

    [SetUp]
    public async Task Start() => started = await ContractHouse.StartAsync(database);

    [TearDown]
    public async Task Stop()
    {
        if (started is not null)
            await started.DisposeAsync();
    }

    [Test]
    public async Task A_centre_s_own_chain_with_reviewers_side_by_side()
    {
        var policy = await PolicyAsync(["sales-manager"], ["legal", "finance"]);
        var draft = await House.DraftedAsync("shop", a => a.AmountFen = 100);
        var submitted = await House.Salesperson.SubmitAsync(draft.Name);
        Assert.That((submitted.ApprovalPolicy, submitted.ApprovalPolicyVersion), Is.EqualTo((policy.Name, 1)));
        Assert.That(submitted.Steps.Select(s => $"{s.Step} {s.Role} {s.Mode}"), Is.EqualTo(new[] { "1 sales-manager All", "2 legal All", "2 finance All" }));
        Assert.That(await Finance.InboxAsync(), Is.Empty);

        await House.SalesManager.ApproveAsync(draft.Name);
        Assert.That((await Finance.InboxAsync()).Single().Agreement, Is.EqualTo(draft.Name));
        Assert.That((await House.Legal.InboxAsync()).Single().PartnerName, Is.EqualTo(draft.PartnerName));
        var half = await Finance.ApproveAsync(draft.Name);
        Assert.That((half.State, (await Finance.InboxAsync()).Count), Is.EqualTo((AgreementState.InReview, 0)));
        Assert.That((await House.Legal.ApproveAsync(draft.Name)).State, Is.EqualTo(AgreementState.Approved));
        Assert.That(await House.Legal.InboxAsync(), Is.Empty);
    }

    [Test]
    public async Task The_first_of_an_any_step_decides_and_a_return_ends_the_round()
    {
        await PolicyAsync(["legal", "finance"], mode: ApprovalMode.Any);
        var draft = await House.DraftedAsync("shop", a => a.AmountFen = 100);
        await House.Salesperson.SubmitAsync(draft.Name);
        var approved = await Finance.ApproveAsync(draft.Name);
        Assert.That((approved.State, approved.Steps[0].State), Is.EqualTo((AgreementState.Approved, ApprovalState.Skipped)));

        var other = await House.DraftedAsync("other", a => a.AmountFen = 100);
        await House.Salesperson.SubmitAsync(other.Name);
        var returned = await House.Legal.Agreements.ReviewAgreementAsync(new ReviewAgreementRequest
        {
            Name = other.Name,
            Decision = ReviewDecision.Return,
            Remarks = { new ReviewRemark { Field = "terms", Comment = "缺少违约条款" } },
        });
        Assert.That((returned.State, returned.Steps[1].State, returned.Steps[0].Remarks.Single().Comment), Is.EqualTo((AgreementState.Returned, ApprovalState.Skipped, "缺少违约条款")));
        Assert.That(await Finance.InboxAsync(), Is.Empty);
    }

    [Test]
    public async Task A_change_of_a_policy_leaves_running_chains_and_old_versions_as_they_were()
    {
        var policy = await PolicyAsync(["sales-manager"], ["legal"]);
        var draft = await House.DraftedAsync("shop", a => a.AmountFen = 100);
        var running = await House.Salesperson.SubmitAsync(draft.Name);

        var changed = await House.Marketing.Policies.UpdateApprovalPolicyAsync(new UpdateApprovalPolicyRequest
        {
            ApprovalPolicy = new ApprovalPolicy { Name = policy.Name, Etag = policy.Etag, Steps = { new ApprovalPolicyStep { Roles = { "finance" } } } },
            UpdateMask = FieldMask.FromString("steps"),
        });
        Assert.That((changed.Version, changed.MaxAmountFen, changed.Steps.Count), Is.EqualTo((2, 1000L, 1)));
        Assert.That((await House.SalesManager.GetAsync(draft.Name)).Steps, Is.EqualTo(running.Steps));
        await House.SalesManager.ApproveAsync(draft.Name);
        Assert.That((await House.Legal.ApproveAsync(draft.Name)).State, Is.EqualTo(AgreementState.Approved));
        var second = await House.Salesperson.SubmitAsync((await House.DraftedAsync("second", a => a.AmountFen = 100)).Name);
        Assert.That((second.ApprovalPolicyVersion, second.Steps.Single().Role), Is.EqualTo((2, "finance")));

        Assert.That(await House.SalesManager.Policies.GetApprovalPolicyAsync(new GetApprovalPolicyRequest { Name = policy.Name, Version = 1 }), Is.EqualTo(policy));
        Assert.That(await House.SalesManager.Policies.GetApprovalPolicyAsync(new GetApprovalPolicyRequest { Name = policy.Name }), Is.EqualTo(changed));
        Assert.That(await Refused.WhyAsync(House.SalesManager.Policies.GetApprovalPolicyAsync(new GetApprovalPolicyRequest { Name = policy.Name, Version = 7 }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));
        Assert.That(await Refused.WhyAsync(House.Zhejiang.Policies.GetApprovalPolicyAsync(new GetApprovalPolicyRequest { Name = policy.Name }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));
        Assert.That(await Refused.WhyAsync(House.GeneralManager.Policies.UpdateApprovalPolicyAsync(new UpdateApprovalPolicyRequest { ApprovalPolicy = changed }).ResponseAsync), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        Assert.That((await House.Zhejiang.Policies.ListApprovalPoliciesAsync(new ListApprovalPoliciesRequest())).ApprovalPolicies.Select(p => p.Name), Is.EquivalentTo(new[] { "approvalPolicies/hq-standard", "approvalPolicies/hq-deviating", "approvalPolicies/hq-major" }));
    }

    [Test]
    public async Task A_preview_tells_the_chain_and_who_may_act_and_changes_nothing()
    {
        await KnowAsync("js-manager", "sales-manager");
        await KnowAsync("js-legal", "legal");
        await KnowAsync("zj-legal", "legal", "/hq/zj/");
        var today = $"{ChinaTime.Today(House.Service.Clock):yyyy-MM-dd}";
        await DelegateAsync(House.Legal, "js-sales", today, today);
        await DelegateAsync(House.Legal, "js-deputy", today, today);
        var draft = await House.DraftedAsync("shop");

        foreach (var request in new[] { new PreviewApprovalRequest { Name = draft.Name }, new PreviewApprovalRequest { Agreement = ContractHouse.Draft(AgreementKind.Terminal, "shop") } })
        {
            var preview = await House.Salesperson.Policies.PreviewApprovalAsync(request);
            Assert.That((preview.Policy, preview.PolicyDisplayName), Is.EqualTo(("approvalPolicies/hq-standard", "标准审批")));
            Assert.That(preview.Steps.Select(s => $"{s.Role}: {string.Join(", ", s.Candidates.Select(c => $"{c.Staff}<{c.OnBehalfOf}"))}"),
                Is.EqualTo(new[] { "sales-manager: staff/js-manager<", "legal: staff/js-legal<, staff/js-deputy<staff/js-legal" }));
        }
        Assert.That((await House.Salesperson.GetAsync(draft.Name)).Etag, Is.EqualTo(draft.Etag));
        Assert.That(await Refused.WhyAsync(House.Salesperson.Policies.PreviewApprovalAsync(new PreviewApprovalRequest()).ResponseAsync), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: agreement REQUIRED"));
    }

    [Test]
    public async Task A_delegate_acts_for_another_on_the_days_given_and_is_shown_so()
    {
        var deputy = House.Of("salesperson", "/hq/js/", "js-deputy");
        var today = ChinaTime.Today(House.Service.Clock);
        var draft = await House.DraftedAsync("shop");
        await House.Salesperson.SubmitAsync(draft.Name);
        Assert.That(await Refused.WhyAsync(deputy.GetAsync(draft.Name)), Is.EqualTo("NotFound NOT_FOUND"));
        Assert.That(await Refused.WhyAsync(DelegateAsync(House.SalesManager, "js-left", $"{today:yyyy-MM-dd}", $"{today:yyyy-MM-dd}")), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: delegation.delegate INVALID"));

        var delegation = await DelegateAsync(House.SalesManager, "js-deputy", $"{today.AddDays(1):yyyy-MM-dd}", $"{today.AddDays(2):yyyy-MM-dd}");
        Assert.That(await deputy.InboxAsync(), Is.Empty);
        await House.Service.MoveClockAsync(ChinaTime.StartOfDay(today.AddDays(1)).AddHours(1));
        var waiting = (await deputy.InboxAsync()).Single();
        Assert.That((waiting.Agreement, waiting.Role, waiting.OnBehalfOf, waiting.OnBehalfOfName), Is.EqualTo((draft.Name, "sales-manager", "staff/js-manager", "js-manager")));
        Assert.That((await deputy.GetAsync(draft.Name)).Name, Is.EqualTo(draft.Name));
        Assert.That((await deputy.Delegations.ListDelegationsAsync(new ListDelegationsRequest())).Delegations.Single(), Is.EqualTo(delegation));
        Assert.That((await House.Zhejiang.Delegations.ListDelegationsAsync(new ListDelegationsRequest())).Delegations, Is.Empty);

        var approved = await deputy.ApproveAsync(draft.Name, "代为同意");
        Assert.That((approved.Steps[0].Reviewer, approved.Steps[0].OnBehalfOf), Is.EqualTo(("staff/js-deputy", "staff/js-manager")));
        Assert.That((approved.Timeline[^1].Actor, approved.Timeline[^1].OnBehalfOfName), Is.EqualTo(("staff/js-deputy", "js-manager")));

        var own = await OwnDraftAsync();
        Assert.That(await Refused.WhyAsync(deputy.ApproveAsync(own.Name)), Is.EqualTo("PermissionDenied OWN_DRAFT"));
        Assert.That(await deputy.InboxAsync(), Is.Empty);

        var third = await House.DraftedAsync("third");
        await House.Salesperson.SubmitAsync(third.Name);
        await deputy.Delegations.RevokeDelegationAsync(new RevokeDelegationRequest { Name = delegation.Name });
        Assert.That(await Refused.WhyAsync(deputy.ApproveAsync(third.Name)), Is.EqualTo("NotFound NOT_FOUND"));

        await DelegateAsync(House.SalesManager, "js-deputy", $"{today:yyyy-MM-dd}", $"{today.AddDays(5):yyyy-MM-dd}");
        Assert.That(await deputy.InboxAsync(), Has.Count.EqualTo(1));
        await KnowAsync("js-manager", "trainer");
        Assert.That(await deputy.InboxAsync(), Is.Empty, "who is no sales manager any more lends nothing of it");
        await House.Service.MoveClockAsync(ChinaTime.EndOfDay(today.AddDays(6)));
        Assert.That(await Refused.WhyAsync(deputy.GetAsync(third.Name)), Is.EqualTo("NotFound NOT_FOUND"));

        async Task<Agreement> OwnDraftAsync()
        {
            House.Dealer.Partners.Put("deputy-s", PartnerKind.Terminal, assignee: "js-deputy");
            var agreement = await deputy.Agreements.CreateAgreementAsync(new CreateAgreementRequest { Agreement = ContractHouse.Draft(AgreementKind.Terminal, "deputy-s") });
            return await deputy.SubmitAsync(agreement.Name);
        }
    }

    [Test]
    public async Task The_inbox_is_paged_longest_waiting_first_and_leaves_out_own_drafts()
    {
        var names = new List<string>();
        for (var i = 0; i < 7; i++)
            names.Add((await House.Salesperson.SubmitAsync((await House.DraftedAsync($"shop{i}")).Name)).Name);
        var joined = names[3];
        await House.SalesManager.ReturnAsync(joined, "改");
        await House.SalesManager.Agreements.UpdateAgreementAsync(new UpdateAgreementRequest { Agreement = new Agreement { Name = joined, Terms = "经理改" }, UpdateMask = FieldMask.FromString("terms") });
        await House.Salesperson.SubmitAsync(joined);
        names.Remove(joined);

        var (seen, request) = (new List<string>(), new ListReviewsRequest { PageSize = 2 });
        do
        {
            var page = await House.SalesManager.Reviews.ListReviewsAsync(request);
            seen.AddRange(page.Reviews.Select(r => r.Agreement));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.That(seen, Is.EqualTo(names));
        Assert.That((await House.GeneralManager.InboxAsync()).Single().Agreement, Is.EqualTo(joined), "the general manager reviews what the sales manager wrote");
        Assert.That(await House.Of("sales-manager", "/hq/zj/", "zj-manager").InboxAsync(), Is.Empty);
    }

    [Test]
    public async Task Reviewers_see_what_changed_since_the_last_submission()
    {
        var draft = await House.DraftedAsync("shop", a => a.AmountFen = 5);
        await House.Salesperson.SubmitAsync(draft.Name);
        Assert.That((await CompareAsync()).Changes, Is.Empty);
        await House.SalesManager.ReturnAsync(draft.Name, "期限太长");
        await House.Salesperson.Agreements.UpdateAgreementAsync(new UpdateAgreementRequest
        {
            Agreement = new Agreement { Name = draft.Name, EffectiveTo = "2030-12-31" },
            UpdateMask = FieldMask.FromString("effective_to,amount_fen"),
        });
        var again = await House.Salesperson.SubmitAsync(draft.Name);
        await House.SalesManager.ApproveAsync(draft.Name);

        var compared = await CompareAsync();
        Assert.That(compared.Changes.Select(c => $"{c.Field}: {c.Before} → {c.After}"), Is.EqualTo(new[] { "effective_to: 2099-12-31 → 2030-12-31", "amount_fen: 5 → " }));
        Assert.That((await CompareAsync(1, 2)).Changes, Is.Empty);
        Assert.That((await CompareAsync(1, Etag.VersionOf(again.Etag))).Changes, Has.Count.EqualTo(2));
        Assert.That(await Refused.WhyAsync(CompareAsync(1, 99)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: to_version OUT_OF_RANGE"));
        Assert.That(await Refused.WhyAsync(House.Zhejiang.Agreements.CompareAgreementVersionsAsync(new CompareAgreementVersionsRequest { Name = draft.Name }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));

        Task<CompareAgreementVersionsResponse> CompareAsync(long from = 0, long to = 0) => House.SalesManager.Agreements.CompareAgreementVersionsAsync(
            new CompareAgreementVersionsRequest { Name = draft.Name, FromVersion = from, ToVersion = to }).ResponseAsync;
    }

    [Test]
    public async Task A_submission_is_taken_back_changed_and_sent_again()
    {
        var draft = await House.DraftedAsync("shop");
        await House.Salesperson.SubmitAsync(draft.Name);
        Assert.That(await Refused.WhyAsync(House.SalesManager.Agreements.RecallAgreementAsync(new RecallAgreementRequest { Name = draft.Name }).ResponseAsync), Is.EqualTo("PermissionDenied DRAFTER_AWAITED"));
        var recalled = await House.Salesperson.Agreements.RecallAgreementAsync(new RecallAgreementRequest { Name = draft.Name, Comment = "金额写错" });
        Assert.That((recalled.State, recalled.Steps.Count, recalled.Timeline[^1].Comment), Is.EqualTo((AgreementState.Draft, 0, "金额写错")));
        Assert.That(await House.SalesManager.InboxAsync(), Is.Empty);
        Assert.That((await House.Salesperson.SubmitAsync(draft.Name)).State, Is.EqualTo(AgreementState.InReview));
    }

    private Task<Delegation> DelegateAsync(People from, string to, string fromDate, string toDate) => from.Delegations.CreateDelegationAsync(
        new CreateDelegationRequest { Delegation = new Delegation { Delegate = $"staff/{to}", FromDate = fromDate, ToDate = toDate, Reason = "年假" } }).ResponseAsync;

    private Task KnowAsync(string staffId, string role, string scopePath = "/hq/js/") => House.Service.HearAsync(new StaffChanged
    {
        AggregateId = staffId,
        Version = House.Service.Clock.NowMicros(),
        ScopePath = scopePath,
        Name = staffId,
        OrganisationId = "js",
        Roles = [role],
        Active = true,
    });

    /// <summary>A policy of the Jiangsu centre for small amounts, one step for each list of roles.</summary>
    private Task<ApprovalPolicy> PolicyAsync(params string[][] steps) => PolicyAsync(steps, ApprovalMode.Unspecified);

    private Task<ApprovalPolicy> PolicyAsync(string[] step, ApprovalMode mode) => PolicyAsync([step], mode);

    private Task<ApprovalPolicy> PolicyAsync(string[][] steps, ApprovalMode mode) => House.Marketing.Policies.CreateApprovalPolicyAsync(new CreateApprovalPolicyRequest
    {
        ApprovalPolicy = new ApprovalPolicy
        {
            DisplayName = "江苏小额",
            Organisation = "organisations/js",
            MaxAmountFen = 1000,
            Steps = { steps.Select(roles => new ApprovalPolicyStep { Roles = { roles }, Mode = mode }) },
        },
    }).ResponseAsync;
}
