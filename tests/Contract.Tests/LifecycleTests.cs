using Microsoft.Extensions.DependencyInjection;
using Qudao.Contract.Agreements;
using Qudao.Contract.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

/// <summary>What becomes of agreements besides their review, on each database.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class LifecycleTests(DatabaseUnderTest database)
{
    private static readonly int[] Leads = [90, 60, 30, 7];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ContractHouse? started;

    private ContractHouse House => started!;

    private DateOnly Today => ChinaTime.Today(House.Service.Clock);

    [SetUp]
    public async Task Start()
    {
        started = await ContractHouse.StartAsync(database);
        await House.OpenBlockAsync(AgreementKind.Terminal, "JS-");
    }

    [TearDown]
    public async Task Stop()
    {
        if (started is not null)
            await started.DisposeAsync();
    }

    [Test]
    public async Task A_deal_is_reported_by_hand_or_by_its_submission()
    {
        var draft = await House.DraftedAsync("shop");
        var reported = await House.Salesperson.Agreements.ReportAgreementAsync(new ReportAgreementRequest { Name = draft.Name, Comment = "客户同意" });
        Assert.That((reported.ReporterName, reported.State, reported.Timeline[^1].Action), Is.EqualTo(("js-sales", AgreementState.Draft, "report")));
        Assert.That(await Refused.WhyAsync(House.Salesperson.Agreements.ReportAgreementAsync(new ReportAgreementRequest { Name = draft.Name }).ResponseAsync), Is.EqualTo("FailedPrecondition ALREADY_REPORTED"));
        await House.ApprovedAsync(draft);
        await House.SalesManager.SignAsync(draft.Name);
        Assert.That((await House.Service.PublishedAsync<AgreementSigned>()).Single().ReportTime, Is.EqualTo(reported.ReportTime.ToDateTimeOffset()));

        var submitted = await House.Salesperson.SubmitAsync((await House.DraftedAsync("other")).Name);
        Assert.That(submitted.ReportTime, Is.EqualTo(submitted.UpdateTime));
    }

    [Test]
    public async Task Hq_says_who_signs_what_with_partners_of_which_level()
    {
        var listed = (await House.SalesManager.Authorities.ListSigningAuthoritiesAsync(new ListSigningAuthoritiesRequest())).SigningAuthorities;
        Assert.That(listed.Select(a => $"{a.Name} {string.Join(",", a.Roles)}"), Is.EqualTo(new[]
        {
            "signingAuthorities/city-agent.any hq-marketing", "signingAuthorities/sales.any centre-general-manager,sales-manager",
            "signingAuthorities/terminal.any centre-general-manager,sales-manager",
        }));
        var approved = await House.ApprovedAsync(await House.DraftedAsync("shop"));
        var change = new SigningAuthority { Name = "signingAuthorities/terminal.terminal", Roles = { "centre-general-manager" } };
        Assert.That(await Refused.WhyAsync(UpdateAsync(House.GeneralManager, change)), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        Assert.That(await Refused.WhyAsync(UpdateAsync(House.Marketing, new SigningAuthority { Name = "signingAuthorities/lease.any", Roles = { "legal" } })),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: signing_authority.name INVALID, signing_authority.roles[0] ROLE_MAY_NOT_SIGN"));
        var made = await UpdateAsync(House.Marketing, change);
        Assert.That((made.Kind, made.PartnerLevel), Is.EqualTo((AgreementKind.Terminal, "terminal")));

        Assert.That(await Refused.WhyAsync(House.SalesManager.SignAsync(approved.Name)), Is.EqualTo("PermissionDenied SIGNER_AWAITED"));
        Assert.That((await House.GeneralManager.SignAsync(approved.Name)).State, Is.EqualTo(AgreementState.Active));
        Assert.That(await Refused.WhyAsync(UpdateAsync(House.Marketing, new SigningAuthority(made) { Etag = "v9" })), Is.EqualTo("Aborted ETAG_MISMATCH"));

        static Task<SigningAuthority> UpdateAsync(People who, SigningAuthority authority) =>
            who.Authorities.UpdateSigningAuthorityAsync(new UpdateSigningAuthorityRequest { SigningAuthority = authority }).ResponseAsync;
    }

    [Test]
    public async Task An_original_is_filed_once_under_a_number_of_its_own()
    {
        var (first, second) = (await House.ActiveAsync("a", 200), await House.ActiveAsync("b", 200));
        var unsigned = await House.DraftedAsync("c");
        Assert.That(await Refused.WhyAsync(FileAsync(unsigned.Name, "G-1")), Is.EqualTo("FailedPrecondition AGREEMENT_STATE"));
        var filed = await FileAsync(first.Name, "G-1");
        Assert.That((filed.ArchiveNumber, filed.ArchiveBox, filed.FileTime is null), Is.EqualTo(("G-1", "盒 3", false)));
        Assert.That(await Refused.WhyAsync(FileAsync(first.Name, "G-2")), Is.EqualTo("FailedPrecondition ALREADY_FILED"));
        Assert.That(await Refused.WhyAsync(FileAsync(second.Name, "G-1")), Is.EqualTo("AlreadyExists ARCHIVE_NUMBER_EXISTS"));
        Assert.That((await House.SalesManager.GetAsync(second.Name)).Etag, Is.EqualTo(second.Etag));
        Assert.That(await Refused.WhyAsync(House.Legal.Agreements.FileAgreementAsync(new FileAgreementRequest { Name = second.Name, ArchiveNumber = "G-3" }).ResponseAsync), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));

        var told = (await House.Service.PublishedAsync<AgreementFiled>()).Single();
        Assert.That((told.Number, told.ArchiveNumber, told.StaffId, told.OrganisationId, told.Departments.Contains("finance")), Is.EqualTo((first.Number, "G-1", "js-office", "js", true)));

        Task<Agreement> FileAsync(string name, string number) => House.BackOffice.Agreements.FileAgreementAsync(
            new FileAgreementRequest { Name = name, ArchiveNumber = number, ArchiveBox = "盒 3" }).ResponseAsync;
    }

    [Test]
    public async Task An_amendment_takes_the_place_of_its_agreement_on_its_day()
    {
        var old = await House.ActiveAsync("shop", 200);
        Assert.That(await Refused.WhyAsync(AmendAsync(Today.AddDays(201))), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: effective_from OUT_OF_RANGE"));
        var draft = await AmendAsync(Today.AddDays(10));
        Assert.That((draft.State, draft.Amends, draft.Terms, draft.EffectiveTo, draft.Number), Is.EqualTo((AgreementState.Draft, old.Name, old.Terms, old.EffectiveTo, "")));
        Assert.That(await Refused.WhyAsync(AmendAsync(Today.AddDays(20))), Is.EqualTo("FailedPrecondition ALREADY_FOLLOWED"));
        await House.ApprovedAsync(draft);
        var signed = await House.SalesManager.SignAsync(draft.Name);

        var waiting = await House.SalesManager.GetAsync(old.Name);
        Assert.That((waiting.State, waiting.SupersededBy, waiting.SupersededFrom), Is.EqualTo((AgreementState.Active, signed.Name, draft.EffectiveFrom)));
        Assert.That((await StandingAsync()).Agreement, Is.EqualTo(old.Name));
        await House.Service.MoveClockAsync(ChinaTime.StartOfDay(Today.AddDays(10)).AddMinutes(1));
        await Eventually.Async(async () => (await House.SalesManager.GetAsync(old.Name)).State == AgreementState.Superseded, Patience, "the amendment holds");
        Assert.That((await StandingAsync()).Agreement, Is.EqualTo(signed.Name));
        Assert.That(await Refused.WhyAsync(AmendAsync(Today.AddDays(1))), Is.EqualTo("FailedPrecondition AGREEMENT_STATE"));

        Task<Agreement> AmendAsync(DateOnly from) => House.Salesperson.Agreements.AmendAgreementAsync(
            new AmendAgreementRequest { Name = old.Name, EffectiveFrom = $"{from:yyyy-MM-dd}", Reason = "增加产品" }).ResponseAsync;
        async Task<Standing> StandingAsync() => await House.Salesperson.Standings.GetStandingAsync(new GetStandingRequest { Partner = "partners/shop" });
    }

    [Test]
    public async Task A_renewal_follows_and_the_old_agreement_ends_renewed()
    {
        var old = await House.ActiveAsync("shop", 20);
        Assert.That(await Refused.WhyAsync(RenewAsync(Today.AddDays(15))), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: effective_to OUT_OF_RANGE"));
        var draft = await RenewAsync(Today.AddDays(400));
        Assert.That((draft.Renews, draft.EffectiveFrom), Is.EqualTo((old.Name, $"{Today.AddDays(21):yyyy-MM-dd}")));
        Assert.That((await BoardAsync()).Single().RenewalState, Is.EqualTo(AgreementState.Draft));
        await House.ApprovedAsync(draft);
        var signed = await House.SalesManager.SignAsync(draft.Name);
        Assert.That((await House.SalesManager.GetAsync(old.Name)).RenewedBy, Is.EqualTo(signed.Name));
        Assert.That(await BoardAsync(), Is.Empty);

        await House.Service.MoveClockAsync(ChinaTime.EndOfDay(Today.AddDays(20)).AddMinutes(1));
        await Eventually.Async(async () => (await House.SalesManager.GetAsync(old.Name)).State == AgreementState.Renewed, Patience, "it ended");
        Assert.That((await House.Salesperson.Standings.GetStandingAsync(new GetStandingRequest { Partner = "partners/shop" })).Agreement, Is.EqualTo(signed.Name));

        Task<Agreement> RenewAsync(DateOnly to) => House.Salesperson.Agreements.RenewAgreementAsync(
            new RenewAgreementRequest { Name = old.Name, EffectiveTo = $"{to:yyyy-MM-dd}" }).ResponseAsync;
        async Task<IReadOnlyList<ExpiringAgreement>> BoardAsync() => (await House.SalesManager.Agreements.ListExpiringAgreementsAsync(new ListExpiringAgreementsRequest())).Agreements;
    }

    [Test]
    public async Task A_city_agent_that_renews_keeps_its_city()
    {
        await House.OpenBlockAsync(AgreementKind.CityAgent, "SD-");
        var old = await House.ApprovedAsync(await House.DraftedAgentAsync("nanjing", "3201"));
        await House.Marketing.SignAsync(old.Name);
        await House.Salesperson.Agreements.AmendAgreementAsync(new AmendAgreementRequest { Name = old.Name, EffectiveFrom = $"{Today:yyyy-MM-dd}", Reason = "改" });
        var draft = (await House.SalesManager.Agreements.ListAgreementsAsync(new ListAgreementsRequest { State = AgreementState.Draft })).Agreements.Single();
        await House.ApprovedAsync(draft);
        var signed = await House.Marketing.SignAsync(draft.Name);

        Assert.That((signed.State, signed.CityCode, signed.Number), Is.EqualTo((AgreementState.Active, "3201", "SD-0002")));
        Assert.That((await House.Marketing.GetAsync(old.Name)).State, Is.EqualTo(AgreementState.Superseded), "at once: its day is today");
        Assert.That(House.Dealer.Territories.Claims.Select(c => $"{c.CityCode} {c.Partner} {c.Agreement}"), Is.EqualTo(new[] { $"3201 partners/nanjing {old.Name}", $"3201 partners/nanjing {signed.Name}" }));
    }

    [Test]
    public async Task What_was_terminated_meanwhile_is_not_renewed()
    {
        var old = await House.ActiveAsync("shop", 20);
        var draft = await House.Salesperson.Agreements.RenewAgreementAsync(new RenewAgreementRequest { Name = old.Name, EffectiveTo = $"{Today.AddDays(400):yyyy-MM-dd}" });
        await House.ApprovedAsync(draft);
        await House.Marketing.Agreements.TerminateAgreementAsync(new TerminateAgreementRequest { Name = old.Name, Reason = "窜货", Evidence = "照片" });

        Assert.That(await Refused.WhyAsync(House.SalesManager.SignAsync(draft.Name)), Is.EqualTo("FailedPrecondition AGREEMENT_STATE"));
        Assert.That((await House.BackOffice.Numbers.ListContractNumbersAsync(new ListContractNumbersRequest { State = NumberState.Used })).ContractNumbers, Has.Count.EqualTo(1));
        var told = (await House.Service.PublishedAsync<AgreementTerminated>()).Single();
        Assert.That((told.PartnerId, told.Number, told.Reason), Is.EqualTo(("shop", old.Number, "窜货")));
    }

    [Test]
    public async Task The_board_shows_what_ends_soon_soonest_first_within_the_scope()
    {
        foreach (var days in new[] { 40, 5, 85, 200 })
            await House.ActiveAsync($"in{days}", days);
        var (seen, request) = (new List<string>(), new ListExpiringAgreementsRequest { PageSize = 1 });
        do
        {
            var page = await House.SalesManager.Agreements.ListExpiringAgreementsAsync(request);
            seen.AddRange(page.Agreements.Select(a => $"{a.Partner} {a.DaysLeft}"));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(seen, Is.EqualTo(new[] { "partners/in5 5", "partners/in40 40", "partners/in85 85" }));
        Assert.That((await House.SalesManager.Agreements.ListExpiringAgreementsAsync(new ListExpiringAgreementsRequest { WithinDays = 300 })).Agreements, Has.Count.EqualTo(4));
        Assert.That((await House.Zhejiang.Agreements.ListExpiringAgreementsAsync(new ListExpiringAgreementsRequest())).Agreements, Is.Empty);
    }

    [Test]
    public async Task Each_alert_is_sent_once_over_two_instances_and_a_restart()
    {
        if (database == DatabaseUnderTest.SqlServer)
            Assert.Ignore("The second instance is started on an SQLite file.");
        var agreements = new List<Agreement>();
        for (var i = 0; i < 12; i++)
            agreements.Add(await House.ActiveAsync($"shop{i}", 100));
        var start = Today;
        await using (var second = await House.SecondInstanceAsync())
        {
            foreach (var (day, count) in new[] { (10, 1), (11, 1), (39, 1), (40, 2), (71, 3) })
            {
                await House.Service.MoveClockAsync(ChinaTime.StartOfDay(start.AddDays(day)).AddHours(1));
                Db[] databases = [House.Service.Db, second.Services.GetRequiredService<Db>()];
                await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AgreementClock.AlertAsync(databases[i % 2], Leads)));
                await Eventually.Async(async () => (await House.Service.PublishedAsync<AgreementExpiring>()).Count >= 12 * count, Patience, $"day {day} is told");
            }
            await second.StopAsync();
        }
        await House.Service.RestartAsync();
        await House.Service.MoveClockAsync(ChinaTime.StartOfDay(start.AddDays(94)).AddHours(1));
        await Eventually.Async(async () => (await House.Service.PublishedAsync<AgreementExpiring>()).Count >= 12 * 4, Patience, "the last is told");
        await AgreementClock.AlertAsync(House.Service.Db, Leads);

        var told = (await House.Service.PublishedAsync<AgreementExpiring>()).GroupBy(e => e.AggregateId);
        Assert.That(told.Select(t => string.Join(" ", t.Select(e => $"{e.LeadDays}:{e.DaysLeft}"))), Is.All.EqualTo("90:90 60:60 30:29 7:6").And.Exactly(12).Items);
        Assert.That((await House.SalesManager.GetAsync(agreements[0].Name)).State, Is.EqualTo(AgreementState.Expiring));
        Assert.That((await House.Salesperson.Standings.GetStandingAsync(new GetStandingRequest { Partner = "partners/shop0" })).Effective, "it is still in effect");
        await House.Service.MoveClockAsync(ChinaTime.EndOfDay(start.AddDays(100)).AddHours(1));
        await Eventually.Async(async () => (await House.SalesManager.GetAsync(agreements[0].Name)).State == AgreementState.Expired, Patience, "it expired");
    }
}
