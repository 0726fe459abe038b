using System.Net.Http.Json;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract.Tests;

internal sealed class SigningTests
{
    private ContractHouse house = null!;

    [SetUp]
    public async Task Start() => house = await ContractHouse.StartAsync();

    [TearDown]
    public async Task Stop() => await house.DisposeAsync();

    private string Today => $"{ChinaTime.Today(house.Service.Clock):yyyy-MM-dd}";

    [Test]
    public async Task An_agent_signs_from_draft_to_active()
    {
        await house.OpenBlockAsync(AgreementKind.CityAgent, "SD-2026-");
        var draft = await house.DraftedAgentAsync("nanjing", "3201");
        Assert.That((draft.State, draft.PartyB, draft.Subject, draft.CityCode, draft.City),
            Is.EqualTo((AgreementState.Draft, "nanjing 汽车销售有限公司", "市级代理协议", "3201", "南京市")));

        var approved = await house.ApprovedAsync(draft);
        Assert.That(approved.State, Is.EqualTo(AgreementState.Approved));
        var signed = await house.Marketing.SignAsync(draft.Name);

        Assert.That((signed.State, signed.Number, signed.SignedDate), Is.EqualTo((AgreementState.Active, "SD-2026-0001", Today)));
        Assert.That(signed.Timeline.Select(e => $"{e.Action} {e.Actor}"), Is.EqualTo(new[]
        {
            "create staff/js-sales", "submit staff/js-sales", "approve staff/js-manager", "approve staff/js-legal", "sign staff/hq-marketing-1",
        }));
        var claim = house.Dealer.Territories.Claims.Single();
        Assert.That((claim.CityCode, claim.Partner, claim.Agreement), Is.EqualTo(("3201", "partners/nanjing", signed.Name)));

        var told = (await house.Service.PublishedAsync<AgreementSigned>()).Single();
        Assert.That((told.Number, told.Kind, told.PartnerId, told.OrganisationId, told.CityCode, $"{told.SignedDate:yyyy-MM-dd}", told.ScopePath, told.AssigneeId),
            Is.EqualTo(("SD-2026-0001", "city-agent", "nanjing", "js", "3201", Today, "/hq/js/nanjing/", "js-sales")));
        var states = (await house.Service.PublishedAsync<AgreementChanged>()).Select(e => $"{e.Version} {e.State} {e.DrafterId} {string.Join(',', e.AwaitsRoles)}".TrimEnd());
        Assert.That(states, Is.EqualTo(new[] { "1 draft js-sales", "2 in-review js-sales sales-manager", "3 in-review js-sales legal", "4 approved js-sales", "5 active js-sales" }));
        var number = (await house.BackOffice.Numbers.ListContractNumbersAsync(new ListContractNumbersRequest { State = NumberState.Used })).ContractNumbers.Single();
        Assert.That((number.Number, number.Agreement, number.SettleDate), Is.EqualTo(("SD-2026-0001", signed.Name, Today)));
    }

    [Test]
    public async Task A_taken_city_is_refused_as_dealer_refused_it_and_nothing_changes()
    {
        await house.OpenBlockAsync(AgreementKind.CityAgent, "SD-");
        var first = await house.ApprovedAsync(await house.DraftedAgentAsync("first", "3205"));
        var second = await house.ApprovedAsync(await house.DraftedAgentAsync("second", "3205"));
        await house.Marketing.SignAsync(first.Name);

        var refused = await Refused.ErrorAsync(house.Marketing.SignAsync(second.Name, requestId: "r1"));
        Assert.That(refused.Status.Detail, Is.EqualTo("该城市已有市级代理商。"));
        var english = house.Of("hq-marketing", "/hq/", "hq-marketing-1", language: "en");
        Assert.That((await Refused.ErrorAsync(english.SignAsync(second.Name))).Status.Detail, Is.EqualTo("The city has an agent already."));
        Assert.That(await Refused.WhyAsync(house.Marketing.SignAsync(second.Name)), Is.EqualTo("FailedPrecondition TERRITORY_CONFLICT"));

        var still = await house.Marketing.GetAsync(second.Name);
        Assert.That((still.State, still.Etag, still.Number), Is.EqualTo((AgreementState.Approved, second.Etag, "")));
        Assert.That(await house.Service.PublishedAsync<AgreementSigned>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Sixty_four_parallel_signers_take_sixty_four_consecutive_numbers()
    {
        const int Signers = 64;
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-2026-", last: 200);
        var approved = new List<Agreement>();
        for (var i = 0; i < Signers; i++)
            approved.Add(await house.ApprovedAsync(await house.DraftedAsync($"shop{i}")));

        var rest = house.SalesManager.Rest;
        var numbers = await Task.WhenAll(approved.Select(async (a, i) => i % 2 == 0
            ? (await house.SalesManager.SignAsync(a.Name)).Number
            : Agreement.Parser.ParseJson(await (await rest.PostAsJsonAsync($"/v1/{a.Name}:sign", new { })).EnsureSuccessStatusCode().Content.ReadAsStringAsync()).Number));

        Assert.That(numbers.Order(), Is.EqualTo(Enumerable.Range(1, Signers).Select(i => $"JS-2026-{i:D4}")));
        var register = (await house.BackOffice.Numbers.ListContractNumbersAsync(new ListContractNumbersRequest { PageSize = 1000 })).ContractNumbers;
        Assert.That(register.Select(n => n.State == NumberState.Used), Is.EqualTo(Enumerable.Range(1, 200).Select(i => i <= Signers)), "no gap, and none beyond");
        Assert.That(register.Take(Signers).Select(n => n.Agreement), Is.EquivalentTo(approved.Select(a => a.Name)));
    }

    [Test]
    public async Task The_same_request_signs_once_and_gives_the_same_reply()
    {
        await house.OpenBlockAsync(AgreementKind.CityAgent, "SD-");
        var approved = await house.ApprovedAsync(await house.DraftedAgentAsync("nanjing", "3201"));

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.Marketing.SignAsync(approved.Name, requestId: "sign-1")));
        var later = await house.Marketing.SignAsync(approved.Name, requestId: "sign-1");

        Assert.That(replies.Append(later).Distinct(), Has.Exactly(1).Items);
        Assert.That(await house.Service.PublishedAsync<AgreementSigned>(), Has.Count.EqualTo(1));
        Assert.That(await Refused.WhyAsync(house.Marketing.SignAsync(approved.Name, requestId: "sign-2")), Is.EqualTo("FailedPrecondition AGREEMENT_STATE"));
        Assert.That(await Refused.WhyAsync(house.Marketing.SignAsync(approved.Name, "2026-11-01", "sign-1")),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: request_id REQUEST_ID_REUSED"));
    }

    [Test]
    public async Task A_signing_that_fails_between_its_claim_and_its_commit_can_be_repeated()
    {
        await using var failing = await ContractHouse.StartAsync(errorsExpected: true);
        await failing.OpenBlockAsync(AgreementKind.CityAgent, "SD-");
        var approved = await failing.ApprovedAsync(await failing.DraftedAgentAsync("nanjing", "3201"));
        await failing.Service.Db.WriteAsync(tx => tx.ExecuteAsync("CREATE TRIGGER no_signing BEFORE UPDATE ON agreements BEGIN SELECT RAISE(ABORT, 'out of order'); END"));

        var failed = await Refused.ErrorAsync(failing.Marketing.SignAsync(approved.Name, requestId: "sign-1"));
        Assert.That(failed.StatusCode, Is.EqualTo(StatusCode.Internal));
        Assert.That((await failing.Marketing.GetAsync(approved.Name)).State, Is.EqualTo(AgreementState.Approved));
        Assert.That((await failing.BackOffice.Numbers.ListContractNumbersAsync(new ListContractNumbersRequest { State = NumberState.Used })).ContractNumbers, Is.Empty);
        await failing.Service.Db.WriteAsync(tx => tx.ExecuteAsync("DROP TRIGGER no_signing"));
        await failing.Service.RestartAsync();

        var signed = await failing.Marketing.SignAsync(approved.Name, requestId: "sign-1");

        Assert.That((signed.State, signed.Number), Is.EqualTo((AgreementState.Active, "SD-0001")));
        Assert.That(failing.Dealer.Territories.Claims.Select(c => c.Agreement), Is.EqualTo(new[] { approved.Name, approved.Name }));
    }

    [Test]
    public async Task Without_a_number_nothing_is_signed()
    {
        var approved = await house.ApprovedAsync(await house.DraftedAsync("shop"));
        Assert.That(await Refused.WhyAsync(house.SalesManager.SignAsync(approved.Name)), Is.EqualTo("FailedPrecondition NO_FREE_NUMBER"));

        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 1);
        var other = await house.ApprovedAsync(await house.DraftedAsync("other"));
        await house.SalesManager.SignAsync(other.Name);
        Assert.That(await Refused.WhyAsync(house.SalesManager.SignAsync(approved.Name)), Is.EqualTo("FailedPrecondition NO_FREE_NUMBER"));
        Assert.That((await house.SalesManager.GetAsync(approved.Name)).State, Is.EqualTo(AgreementState.Approved));
    }

    [Test]
    public async Task Hq_gives_its_numbers_to_an_organisation_without_a_block()
    {
        await house.OpenBlockAsync(AgreementKind.CityAgent, "HQ-", organisation: "hq");
        var approved = await house.ApprovedAsync(await house.DraftedAgentAsync("nanjing", "3201"));

        Assert.That((await house.Marketing.SignAsync(approved.Name)).Number, Is.EqualTo("HQ-0001"));
    }

    [Test]
    public async Task The_drafter_s_own_numbers_go_first_and_those_of_others_are_left_alone()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        await IssueAsync("js-other", 2);
        await IssueAsync("js-sales", 1);
        var first = await house.ApprovedAsync(await house.DraftedAsync("a"));
        var second = await house.ApprovedAsync(await house.DraftedAsync("b"));

        Assert.That((await house.SalesManager.SignAsync(first.Name)).Number, Is.EqualTo("JS-0003"));
        Assert.That((await house.SalesManager.SignAsync(second.Name)).Number, Is.EqualTo("JS-0004"));

        Task IssueAsync(string holder, int count) => house.BackOffice.Numbers.IssueNumbersAsync(
            new IssueNumbersRequest { Kind = AgreementKind.Terminal, Count = count, Holder = $"staff/{holder}" }).ResponseAsync;
    }

    [Test]
    public async Task The_signed_date_is_given_or_today_but_never_later()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        var approved = await house.ApprovedAsync(await house.DraftedAsync("shop"));
        var tomorrow = $"{ChinaTime.Today(house.Service.Clock).AddDays(1):yyyy-MM-dd}";

        Assert.That(await Refused.WhyAsync(house.SalesManager.SignAsync(approved.Name, tomorrow)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: signed_date INVALID"));
        Assert.That((await house.SalesManager.SignAsync(approved.Name, "2026-02-03")).SignedDate, Is.EqualTo("2026-02-03"));
    }

    [Test]
    public async Task A_centre_that_moves_takes_its_agreements_and_numbers_along()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        var drafted = await house.DraftedAsync("shop");
        await house.Service.HearAsync(new OrganisationChanged { AggregateId = "js", Version = 2, ScopePath = "/hq/east/js/", PreviousScopePath = "/hq/js/", Code = "js", Name = "江苏", Kind = "centre" });
        var there = house.Service.Grpc(house.Service.TokenFor("sales-manager", "/hq/east/js/", "js-manager"));
        Assert.That((await new AgreementService.AgreementServiceClient(there).GetAgreementAsync(new GetAgreementRequest { Name = drafted.Name })).Name, Is.EqualTo(drafted.Name));
        Assert.That((await new NumberService.NumberServiceClient(there).ListNumberBlocksAsync(new ListNumberBlocksRequest())).NumberBlocks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_partner_terminated_meanwhile_gets_no_agreement()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        var approved = await house.ApprovedAsync(await house.DraftedAsync("shop"));
        await house.Service.HearAsync(new PartnerChanged
        {
            AggregateId = "shop",
            Version = 7,
            ScopePath = "/hq/js/shop/",
            AssigneeId = "js-sales",
            Name = "shop",
            Kind = "terminal",
            Stage = "terminated",
            PreviousStage = "negotiating",
            ProvinceCode = "32",
            CityCode = "3201",
            OrganisationId = "js",
        });

        Assert.That(await Refused.WhyAsync(house.SalesManager.SignAsync(approved.Name)), Is.EqualTo("FailedPrecondition PARTNER_TERMINATED"));
    }
}
