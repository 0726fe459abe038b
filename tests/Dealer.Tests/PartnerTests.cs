using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.Events;

namespace Qudao.Dealer.Tests;

/// <summary>Partners over the running service.</summary>
public class PartnerTests
{
    private Network network = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => network = await Network.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_salesperson_gets_what_she_creates_and_nobody_elses()
    {
        var shop = await network.Wang.ShopAsync("王伟的店");
        Assert.Multiple(() =>
        {
            Assert.That(shop.Stage, Is.EqualTo(PartnerStage.Surveyed));
            Assert.That(shop.Assignee, Is.EqualTo($"staff/{network.WangId}"));
            Assert.That(shop.ScopePath, Is.EqualTo($"/hq/js/{shop.Name["partners/".Length..]}/"));
            Assert.That(shop.City, Is.EqualTo("南京市"));
        });
        foreach (var stranger in new[] { network.Li, network.ZhejiangManager })
        {
            await Refused.Async(StatusCode.NotFound, async () => await stranger.GetAsync(shop));
            await Refused.Async(StatusCode.NotFound, () => stranger.AdvanceAsync(shop, PartnerStage.Target));
            Assert.That((await stranger.Partners.ListPartnersAsync(new ListPartnersRequest { PageSize = 1000 })).Partners, Has.None.Property("Name").EqualTo(shop.Name));
        }
        Assert.That(await network.Manager.GetAsync(shop), Is.EqualTo(shop));

        var told = (await network.Service.PublishedAsync<PartnerChanged>()).Single(e => $"partners/{e.AggregateId}" == shop.Name);
        Assert.That(told, Is.EqualTo(told with { Stage = "surveyed", PreviousStage = "", Kind = "terminal", CityCode = "3201", ProvinceCode = "32", OrganisationId = "js", AssigneeId = network.WangId, Version = 1 }));
    }

    [Test]
    public async Task The_same_shop_twice_is_refused_and_another_city_is_another_shop()
    {
        await network.Manager.ShopAsync("常州福联汽车", "3204");
        Assert.That(await Refused.Async(StatusCode.AlreadyExists, () => network.Li.ShopAsync("常州 福联汽车 ", "3204")), Is.EqualTo(new[] { "DUPLICATE_PARTNER" }));
        Assert.That(async () => await network.Li.ShopAsync("常州福联汽车", "3205"), Throws.Nothing);
    }

    [Test]
    public async Task A_centre_enters_its_own_province_only()
    {
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => network.Wang.ShopAsync("杭州的店", "3301")), Does.Contain("partner.city_code OUTSIDE_PROVINCE"));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => network.Wang.ShopAsync("哪里的店", "3299")), Does.Contain("partner.city_code BAD_FORMAT"));
        var inHq = await network.Marketing.ShopAsync("杭州的店", "3301");
        Assert.That(inHq.Organisation, Is.EqualTo("organisations/hq"));
    }

    [Test]
    public async Task A_partner_in_a_foreign_organisation_cannot_be_created()
    {
        var reasons = await Refused.Async(StatusCode.InvalidArgument, async () => await network.ZhejiangManager.Partners.CreatePartnerAsync(new CreatePartnerRequest
        {
            Partner = new Partner { DisplayName = "x店", Kind = PartnerKind.Terminal, CityCode = "3201", Organisation = "organisations/js" },
        }));
        Assert.That(reasons, Does.Contain("partner.organisation NOT_FOUND"));
    }

    [Test]
    public async Task Terminals_stand_below_agents_of_their_organisation()
    {
        var agent = await network.Manager.AgentAsync("苏州代理", "3205");
        var shop = await network.Manager.ShopAsync("苏州一店", "3205", agent.Name);
        Assert.That(shop.ScopePath, Is.EqualTo($"{agent.ScopePath}{shop.Name["partners/".Length..]}/"));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => network.Manager.ShopAsync("苏州二店", "3205", shop.Name)), Does.Contain("partner.parent INVALID"));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => network.ZhejiangManager.ShopAsync("湖州一店", "3305", agent.Name)), Does.Contain("partner.parent NOT_FOUND"));
    }

    [Test]
    public async Task An_update_changes_what_the_mask_names_and_only_from_the_etag_that_was_read()
    {
        var shop = await network.Wang.ShopAsync("徐州一店", "3203");
        var read = shop.Etag;
        var change = new UpdatePartnerRequest { Partner = new Partner { Name = shop.Name, Phone = "0516-83900000", Contact = "赵", Etag = read }, UpdateMask = new() { Paths = { "phone" } } };
        shop = await network.Wang.Partners.UpdatePartnerAsync(change);
        Assert.Multiple(() =>
        {
            Assert.That(shop.Phone, Is.EqualTo("0516-83900000"));
            Assert.That(shop.Contact, Is.Empty);
            Assert.That(shop.DisplayName, Is.EqualTo("徐州一店"));
            Assert.That(shop.Etag, Is.Not.EqualTo(read));
        });
        Assert.That(await Refused.Async(StatusCode.Aborted, async () => await network.Wang.Partners.UpdatePartnerAsync(change)), Is.EqualTo(new[] { "ETAG_MISMATCH" }));
        change.Partner.Etag = "";
        Assert.That((await network.Wang.Partners.UpdatePartnerAsync(change)).Etag, Is.EqualTo(shop.Etag), "the same again is no change");
        change.UpdateMask = new() { Paths = { "stage", "organisation" } };
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Partners.UpdatePartnerAsync(change)),
            Is.EqualTo(new[] { "INVALID_ARGUMENT", "update_mask IMMUTABLE", "update_mask IMMUTABLE" }));
    }

    [Test]
    public async Task The_lifecycle_is_walked_with_reasons_and_told()
    {
        var shop = await network.Wang.ShopAsync("扬州一店", "3210");
        await network.Wang.AdvanceAsync(shop, PartnerStage.Target);
        await network.Wang.AdvanceAsync(shop, PartnerStage.Negotiating);
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => network.Wang.AdvanceAsync(shop, PartnerStage.Signed)), Is.EqualTo(new[] { "STAGE_BY_EVENT" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => network.Wang.AdvanceAsync(shop, PartnerStage.Lost)), Does.Contain("reason REQUIRED"));
        await network.Wang.AdvanceAsync(shop, PartnerStage.Lost, "已签竞品");
        var told = (await network.Service.PublishedAsync<PartnerChanged>()).Where(e => $"partners/{e.AggregateId}" == shop.Name).Select(e => $"{e.PreviousStage}>{e.Stage}");
        Assert.That(told, Is.EqualTo(new[] { ">surveyed", "surveyed>target", "target>negotiating", "negotiating>lost" }));
        var audit = await network.CentreManager.Operations.ListAuditEntriesAsync(new ListAuditEntriesRequest { Resource = shop.Name });
        Assert.That(audit.AuditEntries[0].DetailJson, Does.Contain("已签竞品"));
        Assert.That(audit.AuditEntries[0].ActorName, Is.EqualTo("王伟"));
    }

    [Test]
    public async Task Agreements_sign_and_trainings_train()
    {
        var shop = await network.Wang.ShopAsync("镇江一店", "3211");
        await network.Service.HearAsync(Signed(shop));
        Assert.That((await network.Wang.GetAsync(shop)).Stage, Is.EqualTo(PartnerStage.Signed));
        await network.Service.HearAsync(Trained(shop));
        Assert.That((await network.Wang.GetAsync(shop)).Stage, Is.EqualTo(PartnerStage.Trained));
        await network.Service.HearAsync(Signed(shop));
        Assert.That((await network.Wang.GetAsync(shop)).Stage, Is.EqualTo(PartnerStage.Trained), "a second agreement takes nothing back");
        Assert.That((await network.Wang.AdvanceAsync(shop, PartnerStage.Operating)).Stage, Is.EqualTo(PartnerStage.Operating));
    }

    [Test]
    public async Task A_training_heard_before_the_signing_is_not_forgotten()
    {
        var shop = await network.Wang.ShopAsync("泰州一店", "3212");
        await network.Service.HearAsync(Trained(shop));
        Assert.That((await network.Wang.GetAsync(shop)).Stage, Is.EqualTo(PartnerStage.Surveyed));
        await network.Service.HearAsync(Signed(shop));
        Assert.That((await network.Wang.GetAsync(shop)).Stage, Is.EqualTo(PartnerStage.Trained));
    }

    [Test]
    public async Task One_message_delivered_twice_has_one_effect()
    {
        var shop = await network.Wang.ShopAsync("盐城一店", "3209");
        await network.Service.HearAsync(Signed(shop), "01kzzzzzzzzzzzzzzzzzzzzzz1");
        var once = await network.Wang.GetAsync(shop);
        await network.Service.HearAsync(Signed(shop), "01kzzzzzzzzzzzzzzzzzzzzzz1");
        Assert.That(await network.Wang.GetAsync(shop), Is.EqualTo(once));
    }

    [Test]
    public async Task Suspending_is_for_managers_and_terminating_for_headquarters()
    {
        var shop = await network.Wang.ShopAsync("南通一店", "3206");
        await network.Service.HearAsync(Signed(shop));
        await Refused.Async(StatusCode.PermissionDenied, () => network.Wang.AdvanceAsync(shop, PartnerStage.Suspended, "窜货"));
        await network.Manager.AdvanceAsync(shop, PartnerStage.Suspended, "窜货");
        Assert.That((await network.Manager.AdvanceAsync(shop, PartnerStage.Signed)).Stage, Is.EqualTo(PartnerStage.Signed));
        await Refused.Async(StatusCode.PermissionDenied, () => network.CentreManager.AdvanceAsync(shop, PartnerStage.Terminated, "重大违规"));
        Assert.That((await network.HqManager.AdvanceAsync(shop, PartnerStage.Terminated, "重大违规")).Stage, Is.EqualTo(PartnerStage.Terminated));
    }

    [Test]
    public async Task An_assigned_partner_changes_hands()
    {
        var shop = await network.Wang.ShopAsync("淮安一店", "3208");
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Wang.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = $"staff/{network.LiId}" }));
        await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = $"staff/{network.LiId}" });
        Assert.That((await network.Li.GetAsync(shop)).Assignee, Is.EqualTo($"staff/{network.LiId}"));
        await Refused.Async(StatusCode.NotFound, () => network.Wang.GetAsync(shop));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = "staff/01knobody" })),
            Does.Contain("assignee NOT_FOUND"));
    }

    [Test]
    public async Task Lists_filter_search_and_page()
    {
        for (var i = 1; i <= 5; i++)
            await network.Li.Partners.CreatePartnerAsync(new CreatePartnerRequest
            {
                Partner = new Partner { DisplayName = $"宿迁100%店{i}", Kind = PartnerKind.Terminal, CityCode = "3213", Contact = i == 3 ? "孙三" : "" },
            });
        var all = new List<string>();
        var request = new ListPartnersRequest { PageSize = 2, CityCode = "3213", Query = "100%店" };
        do
        {
            var page = await network.Li.Partners.ListPartnersAsync(request);
            all.AddRange(page.Partners.Select(p => p.DisplayName));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(all, Is.EqualTo(Enumerable.Range(1, 5).Select(i => $"宿迁100%店{i}")));
        Assert.That((await network.Li.Partners.ListPartnersAsync(new ListPartnersRequest { Query = "孙三" })).Partners, Has.Count.EqualTo(1));
        Assert.That((await network.Li.Partners.ListPartnersAsync(new ListPartnersRequest { Query = "10_%" })).Partners, Is.Empty);
    }

    [Test]
    public async Task A_hundred_parallel_identical_creates_make_one_shop()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => network.Wang.ShopAsync("连云港一店", "3207", requestId: "same")));
        Assert.That(replies.Distinct().Count(), Is.EqualTo(1));
        Assert.That((await network.Wang.Partners.ListPartnersAsync(new ListPartnersRequest { CityCode = "3207" })).Partners, Has.Count.EqualTo(1));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => network.Wang.ShopAsync("连云港二店", "3207", requestId: "same")), Does.Contain("request_id REQUEST_ID_REUSED"));
    }

    [Test]
    public async Task Fifty_who_read_change_and_write_lose_no_update()
    {
        var shop = await network.Manager.ShopAsync("计数店", "3201");
        shop.AnnualVolume = 0;
        shop = await network.Manager.Partners.UpdatePartnerAsync(new UpdatePartnerRequest { Partner = shop });
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AddOneAsync(shop)));
        Assert.That((await network.Manager.GetAsync(shop)).AnnualVolume, Is.EqualTo(50));
    }

    [Test]
    public async Task The_same_over_REST()
    {
        var rest = network.Wang.Rest;
        using var created = await rest.PostAsJsonAsync("/v1/partners?requestId=rest-1", new { displayName = "网上建的店", kind = "PARTNER_KIND_TERMINAL", cityCode = "3201", annualVolume = "120" });
        var body = await created.Content.ReadAsStringAsync();
        Assert.That(created.StatusCode, Is.EqualTo(HttpStatusCode.OK), body);
        var name = JsonDocument.Parse(body).RootElement.GetProperty("name").GetString();
        using var patched = await rest.PatchAsJsonAsync($"/v1/{name}?updateMask=phone", new { phone = "025-83700000" });
        Assert.That(patched.StatusCode, Is.EqualTo(HttpStatusCode.OK), await patched.Content.ReadAsStringAsync());
        Assert.That(await rest.GetStringAsync($"/v1/{name}"), Does.Contain("025-83700000").And.Contain("网上建的店"));
        using var refused = await rest.PostAsJsonAsync("/v1/partners", new { displayName = "", kind = "PARTNER_KIND_TERMINAL", cityCode = "x" });
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("partner.displayName").And.Contain("partner.cityCode"));
    }

    private async Task AddOneAsync(Partner shop)
    {
        while (true)
        {
            var read = await network.Manager.GetAsync(shop);
            read.AnnualVolume++;
            try
            {
                await network.Manager.Partners.UpdatePartnerAsync(new UpdatePartnerRequest { Partner = read, UpdateMask = new() { Paths = { "annual_volume" } } });
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Aborted)
            {
                // Somebody was faster: read again.
            }
        }
    }

    internal static AgreementSigned Signed(Partner partner, string agreement = "01kagreement", string? city = null) => new()
    {
        AggregateId = agreement,
        Version = 5,
        ScopePath = partner.ScopePath,
        Number = "JS-001",
        Kind = city is null ? "terminal" : "city-agent",
        PartnerId = partner.Name["partners/".Length..],
        OrganisationId = "js",
        PartyA = "江苏销售服务中心",
        PartyB = partner.DisplayName,
        SignedDate = new DateOnly(2026, 11, 1),
        EffectiveFrom = new DateOnly(2026, 11, 1),
        EffectiveTo = new DateOnly(2027, 10, 31),
        CityCode = city,
    };

    private static TrainingCompleted Trained(Partner partner) => new()
    {
        AggregateId = "01ktraining",
        Version = 4,
        ScopePath = partner.ScopePath,
        PartnerId = partner.Name["partners/".Length..],
        CourseId = "01kcourse",
        Attended = 8,
        Effect = 5,
        HeldDate = new DateOnly(2026, 11, 10),
    };
}
