using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>People change, and leave: what they looked after goes to whoever is named for it.</summary>
public class StaffTests
{
    private Network network = null!;

    [SetUp]
    public async Task StartAsync() => network = await Network.StartAsync();

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_leavers_portfolio_goes_by_name_by_city_and_the_rest()
    {
        var zhao = await network.TakeOnAsync("赵敏", "js");
        var chen = await network.TakeOnAsync("陈强", "js");
        var named = await WangsAsync("南京一店", "3201");
        var nanjing = await WangsAsync("南京二店", "3201");
        var suzhou = await WangsAsync("苏州店", "3205");
        var tomorrow = ChinaTime.Today(network.Service.Clock).AddDays(1).ToString("yyyy-MM-dd");
        var visit = await network.Wang.Visits.PlanVisitAsync(new PlanVisitRequest { Visit = new Visit { Partner = nanjing.Name, Kind = VisitKind.Phone, PlannedDate = tomorrow } });
        var portfolio = await network.CentreManager.Staff.GetStaffPortfolioAsync(new GetStaffPortfolioRequest { Name = Wang });
        Assert.That((portfolio.PartnerCount, portfolio.PlannedVisitCount, portfolio.Cities.Select(c => $"{c.CityCode} {c.PartnerCount}")), Is.EqualTo((3L, 1L, new[] { "3201 2", "3205 1" })).UsingPropertiesComparer());

        var operation = await network.CentreManager.Staff.LeaveStaffAsync(new LeaveStaffRequest
        {
            Name = Wang,
            Reason = "个人原因",
            Handovers =
            {
                new Handover { Successor = $"staff/{network.LiId}" },
                new Handover { Successor = $"staff/{zhao}", Cities = { "3201" } },
                new Handover { Successor = $"staff/{chen}", Partners = { named.Name } },
            },
        });
        var left = (await network.Service.PublishedAsync<StaffChanged>()).Last(e => e.AggregateId == network.WangId);
        Assert.That(left.Active, Is.False, "the account is locked before the portfolio is through");
        var done = await BulkActionTests.FinishAsync(network.CentreManager, operation);
        Assert.That(BulkActionResult.Parser.ParseJson(done.ResultJson), Is.EqualTo(new BulkActionResult { Total = 3, Done = 3 }));
        Assert.Multiple(async () =>
        {
            Assert.That((await network.Manager.GetAsync(named)).Assignee, Is.EqualTo($"staff/{chen}"));
            Assert.That((await network.Manager.GetAsync(nanjing)).Assignee, Is.EqualTo($"staff/{zhao}"));
            Assert.That((await network.Manager.GetAsync(suzhou)).Assignee, Is.EqualTo($"staff/{network.LiId}"));
            var moved = await network.Manager.Visits.GetVisitAsync(new GetVisitRequest { Name = visit.Name });
            Assert.That((moved.Staff, moved.StaffName, moved.State), Is.EqualTo(($"staff/{zhao}", "赵敏", VisitState.Planned)));
            var gone = await network.Manager.Staff.GetStaffAsync(new GetStaffRequest { Name = Wang });
            Assert.That((gone.Active, gone.LeaveReason, gone.LeaveDate), Is.EqualTo((false, "个人原因", ChinaTime.Today(network.Service.Clock).ToString("yyyy-MM-dd"))));
        });
        Assert.That((await network.Service.PublishedAsync<VisitChanged>())[^1].StaffId, Is.EqualTo(zhao));
    }

    [Test]
    public async Task A_persons_mail_address_is_checked_kept_and_told()
    {
        async Task<StatusCode> SetAsync(string email)
        {
            try
            {
                await network.CentreManager.Staff.UpdateStaffAsync(new UpdateStaffRequest
                {
                    Staff = new V1.Staff { Name = Wang, Email = email, DisplayName = "王伟", Organisation = "organisations/js", Roles = { "salesperson" } },
                    UpdateMask = new Google.Protobuf.WellKnownTypes.FieldMask { Paths = { "email" } },
                });
                return StatusCode.OK;
            }
            catch (RpcException e)
            {
                return e.StatusCode;
            }
        }
        Assert.That(await SetAsync("wang@example"), Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(await SetAsync("wang@example.com"), Is.EqualTo(StatusCode.OK));
        Assert.That((await network.CentreManager.Staff.GetStaffAsync(new GetStaffRequest { Name = Wang })).Email, Is.EqualTo("wang@example.com"));
        Assert.That((await network.Service.PublishedAsync<StaffChanged>()).Last(e => e.AggregateId == network.WangId).Email, Is.EqualTo("wang@example.com"));
        Assert.That(await SetAsync(""), Is.EqualTo(StatusCode.OK), "none is known");
        Assert.That((await network.Service.PublishedAsync<StaffChanged>()).Last(e => e.AggregateId == network.WangId).Email, Is.Empty);
    }

    [Test]
    public async Task What_nobody_takes_waits_and_its_visits_are_called_off()
    {
        var shop = await WangsAsync("南京一店", "3201");
        var visit = await network.Wang.Visits.PlanVisitAsync(new PlanVisitRequest
        {
            Visit = new Visit { Partner = shop.Name, Kind = VisitKind.Phone, PlannedDate = ChinaTime.Today(network.Service.Clock).AddDays(2).ToString("yyyy-MM-dd") },
        });
        var request = new LeaveStaffRequest { Name = Wang, Reason = "离职" };
        await BulkActionTests.FinishAsync(network.CentreManager, await network.CentreManager.Staff.LeaveStaffAsync(request));
        Assert.That((await network.Manager.GetAsync(shop)).Assignee, Is.Empty);
        var off = await network.Manager.Visits.GetVisitAsync(new GetVisitRequest { Name = visit.Name });
        Assert.That((off.State, off.CancelReason), Is.EqualTo((VisitState.Cancelled, "负责人离职：离职")));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.CentreManager.Staff.LeaveStaffAsync(request)), Does.Contain("STAFF_LEFT"));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = Wang })), Does.Contain("assignee INVALID"));
    }

    [Test]
    public async Task Every_fault_of_a_handover_is_named_and_nobody_leaves()
    {
        var far = await network.TakeOnAsync("外省人", "zj");
        Handover To(string successor, string city = "") => city.Length == 0 ? new Handover { Successor = successor } : new Handover { Successor = successor, Cities = { city } };
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.CentreManager.Staff.LeaveStaffAsync(new LeaveStaffRequest
        {
            Name = Wang,
            Reason = "离职",
            Handovers = { To(Wang), To($"staff/{network.LiId}"), To($"staff/{network.LiId}", "3201"), To($"staff/{network.LiId}", "3201") },
        })), Is.EqualTo(new[] { "INVALID_ARGUMENT", "handovers[0].successor INVALID", "handovers[1] TWICE", "handovers[3].cities[0] TWICE" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Admin.Staff.LeaveStaffAsync(new LeaveStaffRequest { Name = Wang, Reason = "离职", Handovers = { To($"staff/{far}") } })),
            Does.Contain("handovers[0].successor INVALID"));
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Manager.Staff.LeaveStaffAsync(new LeaveStaffRequest { Name = Wang, Reason = "离职" }));
        Assert.That((await network.Manager.Staff.GetStaffAsync(new GetStaffRequest { Name = Wang })).Active, Is.True);
    }

    [Test]
    public async Task Somebody_gets_another_role_a_department_and_another_centre()
    {
        await network.Admin.Organisations.CreateOrganisationAsync(new CreateOrganisationRequest
        {
            OrganisationId = "jsyx",
            Organisation = new Organisation { DisplayName = "江苏销售部", Kind = OrganisationKind.Department, Parent = "organisations/js" },
        });
        var wang = await network.CentreManager.Staff.GetStaffAsync(new GetStaffRequest { Name = Wang });
        wang.Roles.Clear();
        wang.Roles.Add("sales-manager");
        wang.Department = "organisations/jsyx";
        wang = await network.CentreManager.Staff.UpdateStaffAsync(new UpdateStaffRequest { Staff = wang });
        Assert.That((wang.Roles.Single(), wang.Department, wang.ScopePath, wang.Etag), Is.EqualTo(("sales-manager", "organisations/jsyx", "/hq/js/", "v2")), "a department sees what its organisation sees");
        Assert.That((await network.Service.PublishedAsync<StaffChanged>())[^1].Roles, Is.EqualTo(new[] { "sales-manager" }));

        wang.Roles.Add("administrator");
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.CentreManager.Staff.UpdateStaffAsync(new UpdateStaffRequest { Staff = wang })), Does.Contain("staff.roles[1] INVALID"));

        wang.Roles.RemoveAt(1);
        wang.Organisation = "organisations/zj";
        wang.Department = "";
        var shop = await network.Manager.ShopAsync("南京一店");
        await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = Wang });
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.Admin.Staff.UpdateStaffAsync(new UpdateStaffRequest { Staff = wang })), Does.Contain("PORTFOLIO_LEFT"));
        await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name });
        wang = await network.Admin.Staff.UpdateStaffAsync(new UpdateStaffRequest { Staff = wang });
        Assert.That((wang.Organisation, wang.Department, wang.ScopePath), Is.EqualTo(("organisations/zj", "", "/hq/zj/")));
        await Refused.Async(StatusCode.NotFound, async () => await network.CentreManager.Staff.GetStaffAsync(new GetStaffRequest { Name = Wang }));
    }

    private string Wang => $"staff/{network.WangId}";

    private async Task<Partner> WangsAsync(string name, string city)
    {
        var shop = await network.Manager.ShopAsync(name, city);
        return await network.Manager.Partners.AssignPartnerAsync(new AssignPartnerRequest { Name = shop.Name, Assignee = Wang });
    }
}
