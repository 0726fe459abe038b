using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

/// <summary>Every statement of the stores, on each database: one agreement's whole life and what is read of it.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class StoreTests(DatabaseUnderTest database)
{
    private ContractHouse? started;

    private ContractHouse House => started!;

    [SetUp]
    public async Task Start() => started = await ContractHouse.StartAsync(database);

    [TearDown]
    public async Task Stop()
    {
        if (started is not null)
            await started.DisposeAsync();
    }

    [Test]
    public async Task An_agreement_s_life()
    {
        var block = await House.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 3);
        var last = ChinaTime.Today(House.Service.Clock).AddDays(3);
        var draft = await House.DraftedAsync("shop", a =>
        {
            (a.EffectiveTo, a.AmountFen, a.Terms) = ($"{last:yyyy-MM-dd}", 123_456, new string('条', 20_000));
            a.Products.Add("第二种");
        });
        await House.Salesperson.Agreements.UpdateAgreementAsync(new UpdateAgreementRequest { Agreement = new Agreement(draft) { Subject = "项目甲" } });
        var approved = await House.ApprovedAsync(draft);
        var signed = await House.SalesManager.SignAsync(approved.Name, "2026-02-03");
        Assert.That(await House.SalesManager.GetAsync(draft.Name), Is.EqualTo(signed));
        Assert.That((signed.Number, signed.Subject, signed.AmountFen, signed.Terms.Length, signed.Products.Count), Is.EqualTo(("JS-0001", "项目甲", 123_456L, 20_000, 2)));
        Assert.That((await House.Salesperson.Agreements.ListAgreementsAsync(new ListAgreementsRequest { PageSize = 1 })).Agreements, Has.Count.EqualTo(1));
        Assert.That((await House.Salesperson.Standings.GetStandingAsync(new GetStandingRequest { Partner = "partners/shop" })).Number, Is.EqualTo("JS-0001"));
        Assert.That((await House.BackOffice.Numbers.GetNumberBlockAsync(new GetNumberBlockRequest { Name = block.Name })).UsedCount, Is.EqualTo(1));

        var day = new GetAgreementStatisticsRequest { ReportDay = "2026-02-03", PageSize = 1 };
        Assert.That((await House.SalesManager.Statistics.GetAgreementStatisticsAsync(day)).Rows.Single().SignedDate, Is.EqualTo("2026-02-03"));
        var submitted = await House.SalesManager.Statistics.SubmitAgreementStatisticsAsync(new SubmitAgreementStatisticsRequest { ReportDay = "2026-02-03" });
        Assert.That(await House.SalesManager.Statistics.GetAgreementStatisticsSubmissionAsync(new GetAgreementStatisticsSubmissionRequest { Name = submitted.Name }), Is.EqualTo(submitted));
        Assert.That((await House.SalesManager.Statistics.ListAgreementStatisticsSubmissionsAsync(new ListAgreementStatisticsSubmissionsRequest())).Submissions, Has.Count.EqualTo(1));

        await House.Service.HearAsync(Renamed(2));
        await House.Service.HearAsync(Renamed(3));
        Assert.That((await House.SalesManager.GetAsync(draft.Name)).PartnerName, Is.EqualTo("新名 3"));
        await House.Service.MoveClockAsync(ChinaTime.EndOfDay(last).AddSeconds(1));
        await Eventually.Async(async () => (await House.SalesManager.GetAsync(draft.Name)).State == AgreementState.Expired, TimeSpan.FromSeconds(30), "the agreement expired");
    }

    [Test]
    public async Task Numbers_are_taken_issued_voided_and_returned()
    {
        await House.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 5);
        var issued = (await House.BackOffice.Numbers.IssueNumbersAsync(new IssueNumbersRequest { Kind = AgreementKind.Terminal, Count = 3, Holder = "staff/js-sales" })).ContractNumbers;
        await House.BackOffice.Numbers.VoidNumberAsync(new VoidNumberRequest { Name = issued[0].Name, Reason = "作废" });
        await House.BackOffice.Numbers.ReturnNumberAsync(new ReturnNumberRequest { Name = issued[1].Name });
        var first = await House.ApprovedAsync(await House.DraftedAsync("a"));
        var second = await House.ApprovedAsync(await House.DraftedAsync("b"));
        Assert.That((await House.SalesManager.SignAsync(first.Name)).Number, Is.EqualTo("JS-0003"));
        Assert.That((await House.SalesManager.SignAsync(second.Name)).Number, Is.EqualTo("JS-0002"));
        Assert.That(await Refused.WhyAsync(House.OpenBlockAsync(AgreementKind.Sales, "JS-", last: 1)), Is.EqualTo("AlreadyExists NUMBER_EXISTS"));

        var all = (await House.BackOffice.Numbers.ListContractNumbersAsync(new ListContractNumbersRequest())).ContractNumbers;
        Assert.That(all.Select(n => n.State), Is.EqualTo(new[] { NumberState.Void, NumberState.Used, NumberState.Used, NumberState.Free, NumberState.Free }));
    }

    [Test]
    public async Task Parallel_signers_take_consecutive_numbers()
    {
        const int Signers = 16;
        await House.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: Signers);
        var approved = new List<Agreement>();
        for (var i = 0; i < Signers; i++)
            approved.Add(await House.ApprovedAsync(await House.DraftedAsync($"shop{i}")));

        var signed = await Task.WhenAll(approved.Select(a => House.SalesManager.SignAsync(a.Name)));

        Assert.That(signed.Select(a => a.Number).Order(), Is.EqualTo(Enumerable.Range(1, Signers).Select(i => $"JS-{i:D4}")));
    }

    private static PartnerChanged Renamed(long version) => new()
    {
        AggregateId = "shop",
        Version = version,
        ScopePath = "/hq/js/shop/",
        AssigneeId = "js-sales",
        Name = $"新名 {version}",
        Kind = "terminal",
        Stage = "signed",
        PreviousStage = "signed",
        ProvinceCode = "32",
        CityCode = "3201",
        OrganisationId = "js",
    };
}
