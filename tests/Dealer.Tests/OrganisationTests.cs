using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Events;

namespace Qudao.Dealer.Tests;

/// <summary>The tree and its people.</summary>
public class OrganisationTests
{
    private Network network = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => network = await Network.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task Headquarters_is_there_from_the_start_and_is_told_of()
    {
        var hq = await network.Marketing.Organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = "organisations/hq" });
        Assert.Multiple(() =>
        {
            Assert.That(hq.Kind, Is.EqualTo(OrganisationKind.Hq));
            Assert.That(hq.ScopePath, Is.EqualTo("/hq/"));
        });
        var told = await network.Service.PublishedAsync<OrganisationChanged>();
        Assert.That(told[0], Has.Property("AggregateId").EqualTo("hq").And.Property("Name").EqualTo("总部").And.Property("ScopePath").EqualTo("/hq/").And.Property("Kind").EqualTo("hq"));
        Assert.That(told.Select(e => e.AggregateId), Is.SupersetOf(new[] { "hq", "js", "zj" }));
    }

    [Test]
    public async Task A_centre_has_its_path_and_others_do_not_see_it()
    {
        var name = new GetOrganisationRequest { Name = "organisations/js" };
        Assert.That((await network.Manager.Organisations.GetOrganisationAsync(name)).ScopePath, Is.EqualTo("/hq/js/"));
        await Refused.Async(StatusCode.NotFound, async () => await network.ZhejiangManager.Organisations.GetOrganisationAsync(name));
        var seen = await network.ZhejiangManager.Organisations.ListOrganisationsAsync(new ListOrganisationsRequest());
        Assert.That(seen.Organisations.Select(o => o.Name), Is.EqualTo(new[] { "organisations/zj" }));
    }

    [Test]
    public async Task Every_fault_of_a_new_organisation_is_named()
    {
        var reasons = await Refused.Async(StatusCode.InvalidArgument, async () => await network.Admin.Organisations.CreateOrganisationAsync(new CreateOrganisationRequest
        {
            OrganisationId = "J/S",
            Organisation = new Organisation { DisplayName = "x", Kind = OrganisationKind.Centre, Parent = "organisations/hq", ProvinceCode = "82" },
        }));
        Assert.That(reasons, Is.EqualTo(new[] { "INVALID_ARGUMENT", "organisation.province_code BAD_FORMAT", "organisation_id INVALID" }));
    }

    [TestCase("js", "51")]
    [TestCase("js2", "32")]
    public async Task An_id_or_a_province_is_taken_once(string id, string province) =>
        Assert.That(await Refused.Async(StatusCode.AlreadyExists, () => network.CreateCentreAsync(id, "又一个中心", province)), Is.EqualTo(new[] { "ORGANISATION_EXISTS" }));

    [Test]
    public async Task A_centre_cannot_make_itself_powerful()
    {
        async Task<string[]> TryAsync(V1.Staff staff) =>
            await Refused.Async(StatusCode.InvalidArgument, async () => await network.CentreManager.Staff.CreateStaffAsync(new CreateStaffRequest { Staff = staff }));
        var person = new V1.Staff { DisplayName = "某人", Organisation = "organisations/js", Roles = { "administrator", "hq-marketing", "nobody" } };
        Assert.That(await TryAsync(person), Is.EqualTo(new[] { "INVALID_ARGUMENT", "staff.roles[0] INVALID", "staff.roles[1] INVALID", "staff.roles[2] INVALID" }));
        person = new V1.Staff { DisplayName = "某人", Organisation = "organisations/hq", Roles = { "administrator" } };
        Assert.That(await TryAsync(person), Does.Contain("staff.roles[0] INVALID"));
        person = new V1.Staff { DisplayName = "某人", Organisation = "organisations/hq", Roles = { "hq-sales" } };
        Assert.That(await TryAsync(person), Does.Contain("staff.organisation NOT_FOUND"));
        person = new V1.Staff { DisplayName = "某人", Organisation = "organisations/js", Roles = { "partner-agent" } };
        Assert.That(await TryAsync(person), Does.Contain("staff.roles[0] INVALID"));
    }

    [Test]
    public async Task People_of_a_partner_see_the_partner_and_move_with_it()
    {
        var agent = await network.Manager.AgentAsync("无锡代理", "3202");
        var shop = await network.Manager.ShopAsync("无锡一店", "3202");
        var person = await network.CentreManager.Staff.CreateStaffAsync(new CreateStaffRequest
        {
            Staff = new V1.Staff { DisplayName = "店长", Organisation = "organisations/js", Roles = { "partner-terminal" }, Partner = shop.Name },
        });
        Assert.That(person.ScopePath, Is.EqualTo(shop.ScopePath));

        shop.Parent = agent.Name;
        shop = await network.Manager.Partners.UpdatePartnerAsync(new UpdatePartnerRequest { Partner = shop, UpdateMask = new() { Paths = { "parent" } } });
        Assert.That(shop.ScopePath, Does.StartWith(agent.ScopePath));
        var moved = await network.CentreManager.Staff.GetStaffAsync(new GetStaffRequest { Name = person.Name });
        Assert.That(moved.ScopePath, Is.EqualTo(shop.ScopePath));
        var told = (await network.Service.PublishedAsync<StaffChanged>()).Where(e => $"staff/{e.AggregateId}" == person.Name).ToList();
        Assert.That(told.Select(e => (e.Version, e.ScopePath)), Is.EqualTo(new[] { (1L, person.ScopePath), (2L, shop.ScopePath) }));
    }
}
