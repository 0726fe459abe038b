using Qudao.Contract.V1;
using Qudao.Events;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

/// <summary>What was agreed with a merged partner is agreed with the survivor.</summary>
internal sealed class MergedPartnerTests
{
    private ContractHouse house = null!;

    [SetUp]
    public async Task Start() => house = await ContractHouse.StartAsync();

    [TearDown]
    public async Task Stop() => await house.DisposeAsync();

    [Test]
    public async Task Agreements_go_over_those_of_before_and_those_of_the_same_moment()
    {
        var before = await house.DraftedAsync("shop");
        await house.Service.HearAsync(new PartnerMerged
        {
            AggregateId = "shop",
            Version = 9,
            ScopePath = "/hq/js/other/",
            AssigneeId = "js-sales",
            SurvivorId = "other",
            SurvivorName = "留存的门店",
            SurvivorVersion = 3,
        });
        var over = await GetAsync(before.Name);
        Assert.That((over.Partner, over.PartnerName), Is.EqualTo(("partners/other", "留存的门店")));

        var meanwhile = await house.DraftedAsync("shop");
        await Eventually.Async(async () => (await GetAsync(meanwhile.Name)).Partner == "partners/other", TimeSpan.FromSeconds(60), "the watch has moved it");
    }

    private Task<Agreement> GetAsync(string name) => house.SalesManager.Agreements.GetAgreementAsync(new GetAgreementRequest { Name = name }).ResponseAsync;
}
