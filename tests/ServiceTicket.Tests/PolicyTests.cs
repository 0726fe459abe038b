using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using static Qudao.ServiceTicket.Tests.TicketHouse;

namespace Qudao.ServiceTicket.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class PolicyTests(DatabaseUnderTest database)
{
    private const string Own = "slaPolicies/js-complaint-normal";

    private TicketHouse house = null!;

    [SetUp]
    public async Task StartAsync() => house = await TicketHouse.StartAsync(database);

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    [Test]
    public async Task A_centres_own_policy_begins_as_a_copy_and_holds_for_its_tickets_only()
    {
        var before = await house.OpenAsync();
        var own = await house.Manager.UpdateSlaPolicyAsync(FirstResponse(Own, 20, ""));
        Assert.That((own.FirstResponseMinutes, own.ResolutionMinutes, own.Calendar, own.Organisation), Is.EqualTo((20, 1350, SlaCalendar.Working, "organisations/js")));

        var zhejiang = house.As(house.Service.TokenFor("after-sales", "/hq/zj/", "s-zj"));
        Assert.That(Minutes(await house.OpenAsync()), Is.EqualTo(20));
        Assert.That(Minutes(await zhejiang.CreateTicketAsync(Complaint("partners/p3"))), Is.EqualTo(60));
        Assert.That(Minutes(await house.GetAsync(before.Name)), Is.EqualTo(60), "what was promised stays");
        Assert.That((await house.AuditAsync(Own)).Single().DetailJson, Does.Contain("60").And.Contain("20"));
    }

    [Test]
    public async Task Round_the_clock_and_without_limit()
    {
        await house.Manager.UpdateSlaPolicyAsync(new UpdateSlaPolicyRequest
        {
            SlaPolicy = new SlaPolicy { Name = Own, FirstResponseMinutes = 180, Calendar = SlaCalendar.Always },
        });

        var ticket = await house.OpenAsync();

        Assert.That((Minutes(ticket), ticket.ResolutionDue), Is.EqualTo((180, (object?)null)), "lunch counts");
    }

    [Test]
    public async Task A_policy_changes_only_as_it_was_read()
    {
        var first = await house.Manager.UpdateSlaPolicyAsync(FirstResponse(Own, 20, ""));
        var second = await house.Manager.UpdateSlaPolicyAsync(FirstResponse(Own, 25, first.Etag));

        await Refused.Async(house.Manager.UpdateSlaPolicyAsync(FirstResponse(Own, 30, first.Etag)), StatusCode.Aborted, "ETAG_MISMATCH");
        await Refused.Async(house.Manager.UpdateSlaPolicyAsync(FirstResponse("slaPolicies/js-repair-major", 30, "v1")), StatusCode.Aborted, "ETAG_MISMATCH");

        Assert.That((second.Etag, (await house.Manager.GetSlaPolicyAsync(new GetSlaPolicyRequest { Name = Own })).FirstResponseMinutes), Is.EqualTo(("v2", 25)));
    }

    [Test]
    public async Task Of_fifty_who_change_what_they_read_none_is_lost()
    {
        await house.Manager.UpdateSlaPolicyAsync(FirstResponse(Own, 1, ""));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            for (var done = false; !done;)
            {
                var read = await house.Manager.GetSlaPolicyAsync(new GetSlaPolicyRequest { Name = Own });
                try
                {
                    await house.Manager.UpdateSlaPolicyAsync(FirstResponse(Own, read.FirstResponseMinutes + 1, read.Etag));
                    done = true;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.Aborted)
                {
                    // Somebody was faster; read again.
                }
            }
        }));

        Assert.That((await house.Manager.GetSlaPolicyAsync(new GetSlaPolicyRequest { Name = Own })).FirstResponseMinutes, Is.EqualTo(51));
    }

    [Test]
    public async Task Policies_are_changed_by_those_who_answer_for_them()
    {
        var staff = new V1.PolicyService.PolicyServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales", "/hq/js/", "s-after")));
        var zhejiang = new V1.PolicyService.PolicyServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/zj/", "s-zj")));
        await house.Manager.UpdateSlaPolicyAsync(FirstResponse(Own, 20, ""));

        await Refused.Async(staff.UpdateSlaPolicyAsync(FirstResponse(Own, 999, "")), StatusCode.PermissionDenied);
        await Refused.Async(zhejiang.UpdateSlaPolicyAsync(FirstResponse(Own, 999, "")), StatusCode.NotFound);
        await Refused.Async(house.Manager.UpdateSlaPolicyAsync(FirstResponse("slaPolicies/hq-complaint-normal", 999, "")), StatusCode.PermissionDenied, "HQ_DEFAULT");
        await Refused.Async(zhejiang.GetSlaPolicyAsync(new GetSlaPolicyRequest { Name = Own }), StatusCode.NotFound);
        Assert.That((await zhejiang.ListSlaPoliciesAsync(new ListSlaPoliciesRequest())).SlaPolicies.Select(policy => policy.Organisation), Is.All.EqualTo("organisations/hq").And.Exactly(12).Items);
        Assert.That((await staff.ListSlaPoliciesAsync(new ListSlaPoliciesRequest { Organisation = "organisations/js" })).SlaPolicies.Single().FirstResponseMinutes, Is.EqualTo(20));

        await house.Administrator.UpdateSlaPolicyAsync(FirstResponse("slaPolicies/hq-complaint-normal", 45, "v1"));
        Assert.That(Minutes(await zhejiangTicketAsync()), Is.EqualTo(45));

        async Task<Ticket> zhejiangTicketAsync() => await house.As(house.Service.TokenFor("after-sales", "/hq/zj/", "s-zj")).CreateTicketAsync(Complaint("partners/p3"));
    }

    [Test]
    public async Task A_bad_policy_is_refused_field_by_field()
    {
        Assert.That(await Refused.FieldsAsync(house.Manager.UpdateSlaPolicyAsync(new UpdateSlaPolicyRequest
        {
            SlaPolicy = new SlaPolicy { Name = Own, FirstResponseMinutes = 0, ResolutionMinutes = 525_601 },
        })), Is.EqualTo(["sla_policy.first_response_minutes", "sla_policy.resolution_minutes", "sla_policy.calendar"]));
        Assert.That(await Refused.FieldsAsync(house.Manager.UpdateSlaPolicyAsync(FirstResponse("slaPolicies/js-something-normal", 5, ""))), Is.EqualTo(["sla_policy.name"]));
        Assert.That(await Refused.FieldsAsync(house.Manager.UpdateSlaPolicyAsync(new UpdateSlaPolicyRequest { SlaPolicy = new SlaPolicy { Name = Own } })), Is.EqualTo(["sla_policy.calendar"]));
        Assert.That(await Refused.FieldsAsync(house.Manager.UpdateEscalationChainAsync(new UpdateEscalationChainRequest
        {
            EscalationChain = new EscalationChain
            {
                Name = "escalationChains/js-complaint",
                Steps = { new EscalationStep { Role = "sales-manager", AfterMinutes = -1 }, new EscalationStep() },
            },
        })), Is.EqualTo(["escalation_chain.steps[0].after_minutes", "escalation_chain.steps[1].role"]));
        await Refused.Async(house.Manager.GetSlaPolicyAsync(new GetSlaPolicyRequest { Name = Own }), StatusCode.NotFound);
    }

    [Test]
    public async Task A_centres_own_chain_may_tell_nobody()
    {
        var own = await house.Manager.UpdateEscalationChainAsync(new UpdateEscalationChainRequest { EscalationChain = new EscalationChain { Name = "escalationChains/js-complaint" } });
        var ticket = await house.OpenAsync(severity: TicketSeverity.Major);
        await house.Service.MoveClockAsync(At("2026-11-23T10:31"));
        var late = await house.UntilAsync(ticket.Name, t => t.FirstResponseBreached, "it is late");

        Assert.That((late.EscalationLevel, late.NextEscalationTime), Is.EqualTo((0, (object?)null)));
        Assert.That((await house.Manager.ListEscalationChainsAsync(new ListEscalationChainsRequest { Organisation = "organisations/js" })).EscalationChains, Is.EqualTo([own]));
        Assert.That((await house.Manager.GetEscalationChainAsync(new GetEscalationChainRequest { Name = "escalationChains/hq-complaint" })).Steps.Select(step => step.Role),
            Is.EqualTo(["after-sales-manager", "sales-manager", "centre-general-manager"]));
    }

    private static UpdateSlaPolicyRequest FirstResponse(string name, int minutes, string etag) => new()
    {
        SlaPolicy = new SlaPolicy { Name = name, FirstResponseMinutes = minutes, Etag = etag },
        UpdateMask = new FieldMask { Paths = { "first_response_minutes" } },
    };

    private static int Minutes(Ticket ticket) => (int)(ticket.FirstResponseDue.ToDateTimeOffset() - ticket.OpenTime.ToDateTimeOffset()).TotalMinutes;
}
