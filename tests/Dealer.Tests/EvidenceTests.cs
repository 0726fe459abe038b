using Grpc.Core;
using Qudao.Dealer.V1;

namespace Qudao.Dealer.Tests;

/// <summary>Stopping a partnership takes evidence, and the record's timeline keeps it.</summary>
public class EvidenceTests
{
    private Network network = null!;

    [SetUp]
    public async Task StartAsync() => network = await Network.StartAsync();

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task Stopping_takes_evidence_unless_the_policy_says_otherwise()
    {
        var shop = await SignedShopAsync();
        var request = new AdvancePartnerRequest { Name = shop.Name, Stage = PartnerStage.Suspended, Reason = "窜货" };
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Partners.AdvancePartnerAsync(request)), Does.Contain("evidence REQUIRED"));
        request.Evidence.Add(" ");
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Partners.AdvancePartnerAsync(request)), Does.Contain("evidence REQUIRED"));
        request.Evidence.Add("巡查记录 2026-11-03");
        Assert.That((await network.Manager.Partners.AdvancePartnerAsync(request)).Stage, Is.EqualTo(PartnerStage.Suspended));

        var other = await SignedShopAsync("苏州一店", "3205");
        await network.CentreManager.Policies.UpdateNetworkPolicyAsync(new UpdateNetworkPolicyRequest
        {
            NetworkPolicy = new NetworkPolicy { Name = "networkPolicies/js", AgentsPerCity = 1, SuspendWithoutEvidence = true },
        });
        Assert.That((await network.Manager.AdvanceAsync(other, PartnerStage.Suspended, "停业整顿")).Stage, Is.EqualTo(PartnerStage.Suspended));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => network.HqManager.AdvanceAsync(other, PartnerStage.Terminated, "重大违规")), Does.Contain("evidence REQUIRED"));
    }

    [Test]
    public async Task The_timeline_tells_who_did_what_when_and_from_where_to_all_who_see_the_partner()
    {
        var shop = await SignedShopAsync();
        await network.Manager.Partners.AdvancePartnerAsync(new AdvancePartnerRequest { Name = shop.Name, Stage = PartnerStage.Suspended, Reason = "窜货", Evidence = { "照片一" } });
        await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = $"staff/{network.LiId}" });
        var first = await network.Li.Partners.ListPartnerTimelineAsync(new ListPartnerTimelineRequest { Name = shop.Name, PageSize = 2 });
        var rest = await network.Li.Partners.ListPartnerTimelineAsync(new ListPartnerTimelineRequest { Name = shop.Name, PageSize = 2, PageToken = first.NextPageToken });
        var entries = first.Entries.Concat(rest.Entries).ToList();
        Assert.That(entries.Select(e => (e.Action, e.ActorName)), Is.EqualTo(new[] { ("partner.assign", "陈经理"), ("partner.stage", "陈经理"), ("partner.stage", "系统"), ("partner.create", "王伟") }),
            "whoever looks after it now sees what was before");
        Assert.That(entries[1].DetailJson, Does.Contain("窜货").And.Contain("照片一"));
        Assert.That(entries[1].Source, Is.EqualTo("test"));
        await Refused.Async(StatusCode.NotFound, async () => await network.Wang.Partners.ListPartnerTimelineAsync(new ListPartnerTimelineRequest { Name = shop.Name }));
    }

    private async Task<Partner> SignedShopAsync(string name = "南京一店", string city = "3201")
    {
        var shop = await network.Wang.ShopAsync(name, city);
        await network.Service.HearAsync(PartnerTests.Signed(shop));
        return shop;
    }
}
