using Grpc.Core;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class PlanTests(DatabaseUnderTest database)
{
    private ReportingHouse house = null!;

    [SetUp]
    public async Task StartAsync() => house = await ReportingHouse.StartAsync(database);

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    [Test]
    public async Task A_plan_stands_beside_what_was_achieved()
    {
        var plan = await CreateAsync(house.Manager);
        await house.Service.HearAsync(Heard.Signed("g1", "a1", new(2026, 11, 3), "city-agent"));
        await house.Service.HearAsync(Heard.Signed("g2", "p1", new(2026, 11, 30)));
        // Not of this month; a renewal; another centre's; another kind.
        await house.Service.HearAsync(Heard.Signed("g3", "p2", new(2026, 10, 31)));
        await house.Service.HearAsync(Heard.Signed("g4", "p2", new(2026, 11, 5)));
        await house.Service.HearAsync(Heard.Signed("g5", "p9", new(2026, 11, 5), organisation: "zj"));
        await house.Service.HearAsync(Heard.Signed("g6", "p1", new(2026, 11, 6), "sales"));
        await house.ReportAsync(house.Manager, ("p1", "2026-11-17", "GT-100", 60), ("p2", "2026-11-17", "GT-100", 65), ("p1", "2026-10-31", "GT-100", 900));
        await house.ReportAsync(house.S9, ("p9", "2026-11-17", "GT-100", 700));

        var progress = await house.Plans(house.S1).GetPlanProgressAsync(new GetPlanProgressRequest { Name = plan.Name });

        Assert.That(progress.Plan, Is.EqualTo(plan));
        Assert.That(Text(progress.Agents), Is.EqualTo("1 of 2, gap 1, 0.5"));
        Assert.That(Text(progress.Terminals), Is.EqualTo("1 of 4, gap 3, 0.25"));
        Assert.That(Text(progress.SalesQuantity), Is.EqualTo("125 of 100, gap 0, 1.25"));
        var attainment = await house.Dashboards(house.Hq).GetPlanAttainmentAsync(new GetPlanAttainmentRequest());
        Assert.That(attainment.Plans, Is.EqualTo(new[] { progress }));
    }

    [Test]
    public async Task There_is_one_plan_for_a_month_and_an_organisation()
    {
        await CreateAsync(house.Manager);

        var again = await ReportingHouse.RefusalOfAsync(house.Plans(house.Manager).CreatePlanAsync(New("js")));
        var foreign = await ReportingHouse.RefusalOfAsync(house.Plans(house.Manager).CreatePlanAsync(New("zj")));
        var empty = await ReportingHouse.RefusalOfAsync(house.Plans(house.Manager).CreatePlanAsync(new CreatePlanRequest { Plan = new Plan() }));
        var bad = await ReportingHouse.RefusalOfAsync(house.Plans(house.Manager).CreatePlanAsync(
            new CreatePlanRequest { Plan = new Plan { Month = "2026-13", Organisation = "js", Agents = -1 } }));
        var powerless = await ReportingHouse.RefusalOfAsync(house.Plans(house.S1).CreatePlanAsync(New("js")));

        Assert.That((again.Code, again.Reason), Is.EqualTo((StatusCode.AlreadyExists, "PLAN_EXISTS")));
        Assert.That(foreign.Fields, Is.EqualTo(new[] { "plan.organisation NOT_FOUND" }));
        Assert.That(empty.Fields, Is.EquivalentTo(new[] { "plan.month REQUIRED", "plan.organisation REQUIRED", "plan REQUIRED" }));
        Assert.That(bad.Fields, Is.EquivalentTo(new[] { "plan.month BAD_FORMAT", "plan.organisation BAD_FORMAT", "plan.agents OUT_OF_RANGE" }));
        Assert.That(powerless.Code, Is.EqualTo(StatusCode.PermissionDenied));
        Assert.That((await house.Plans(house.Hq).ListPlansAsync(new ListPlansRequest())).Plans, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_update_changes_what_the_mask_names_and_never_loses_another()
    {
        var plan = await CreateAsync(house.Manager);

        var updated = await house.Plans(house.Manager).UpdatePlanAsync(new UpdatePlanRequest
        {
            Plan = new Plan { Name = plan.Name, Agents = 0, Terminals = 99, Etag = plan.Etag },
            UpdateMask = new() { Paths = { "agents" } },
        });
        var set = await house.Plans(house.Manager).UpdatePlanAsync(new UpdatePlanRequest { Plan = new Plan { Name = plan.Name, Note = "调整" } });
        var stale = await ReportingHouse.RefusalOfAsync(house.Plans(house.Manager).UpdatePlanAsync(
            new UpdatePlanRequest { Plan = new Plan { Name = plan.Name, Agents = 7, Etag = plan.Etag } }));
        var month = await ReportingHouse.RefusalOfAsync(house.Plans(house.Manager).UpdatePlanAsync(
            new UpdatePlanRequest { Plan = new Plan { Name = plan.Name, Month = "2027-01" }, UpdateMask = new() { Paths = { "month" } } }));

        Assert.That((updated.Agents, updated.Terminals, updated.SalesQuantity), Is.EqualTo((0L, 4L, 100L)));
        Assert.That((set.Agents, set.Terminals, set.Note), Is.EqualTo((0L, 4L, "调整")));
        Assert.That(stale.Code, Is.EqualTo(StatusCode.Aborted));
        Assert.That(month.Fields, Is.EqualTo(new[] { "update_mask NOT_CHANGEABLE" }));
        Assert.That(await house.Plans(house.Manager).GetPlanAsync(new GetPlanRequest { Name = plan.Name }), Is.EqualTo(set));
    }

    [Test]
    public async Task Another_centre_sees_no_plan()
    {
        var plan = await CreateAsync(house.Manager);
        var agent = house.Service.TokenFor("partner-agent", "/hq/js/a1/", partnerId: "a1", organisationId: "js");
        foreach (var token in new[] { house.Stranger, house.S9 })
        {
            var get = await ReportingHouse.RefusalOfAsync(house.Plans(token).GetPlanAsync(new GetPlanRequest { Name = plan.Name }));
            var progress = await ReportingHouse.RefusalOfAsync(house.Plans(token).GetPlanProgressAsync(new GetPlanProgressRequest { Name = plan.Name }));
            Assert.That(new[] { get.Code, progress.Code }, Is.All.EqualTo(StatusCode.NotFound));
            Assert.That((await house.Plans(token).ListPlansAsync(new ListPlansRequest())).Plans, Is.Empty);
            Assert.That((await house.Dashboards(token).GetPlanAttainmentAsync(new GetPlanAttainmentRequest())).Plans, Is.Empty);
        }
        var update = await ReportingHouse.RefusalOfAsync(house.Plans(house.Stranger).UpdatePlanAsync(new UpdatePlanRequest { Plan = new Plan { Name = plan.Name, Agents = 9 } }));
        Assert.That(update.Code, Is.EqualTo(StatusCode.NotFound));
        var outside = await ReportingHouse.RefusalOfAsync(house.Plans(agent).GetPlanAsync(new GetPlanRequest { Name = plan.Name }));
        Assert.That(outside.Code, Is.EqualTo(StatusCode.PermissionDenied));
    }

    private static string Text(PlanMeasure measure) => $"{measure.Actual} of {measure.Target}, gap {measure.Gap}, {measure.Attainment}";

    private static CreatePlanRequest New(string organisation) =>
        new() { Plan = new Plan { Month = "2026-11", Organisation = $"organisations/{organisation}", Agents = 2, Terminals = 4, SalesQuantity = 100 } };

    private async Task<Plan> CreateAsync(string token) => await house.Plans(token).CreatePlanAsync(New("js"));
}
