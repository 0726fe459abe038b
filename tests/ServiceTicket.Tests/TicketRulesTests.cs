using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Comments;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tests;

internal sealed class TicketRulesTests
{
    // Rows: states; columns: what is done. A state that follows, or the reason it is refused for.
    private const string Table = """
        .          Respond            Assign           Pause              Resume           Resolve            Close          Comment    ChangeSeverity   FollowUp     ChangeKind       Advance            Queue            Reopen       Merge            Absorb           Split          PlanFollowUp
        Open       InProgress         InProgress       NOT_STARTED        NOT_WAITING      NOT_STARTED        NOT_RESOLVED   Open       Open             NOT_RESOLVED Open             InProgress         Open             NOT_RESOLVED Closed           Open             Open           NOT_RESOLVED
        InProgress InProgress         InProgress       Waiting            NOT_WAITING      Resolved           NOT_RESOLVED   InProgress InProgress       NOT_RESOLVED InProgress       InProgress         InProgress       NOT_RESOLVED Closed           InProgress       InProgress     NOT_RESOLVED
        Waiting    WAITING_FOR_CLIENT Waiting          WAITING_FOR_CLIENT InProgress       WAITING_FOR_CLIENT NOT_RESOLVED   Waiting    Waiting          NOT_RESOLVED Waiting          WAITING_FOR_CLIENT Waiting          NOT_RESOLVED Closed           Waiting          Waiting        NOT_RESOLVED
        Resolved   ALREADY_RESOLVED   ALREADY_RESOLVED ALREADY_RESOLVED   ALREADY_RESOLVED ALREADY_RESOLVED   Closed         Resolved   ALREADY_RESOLVED Resolved     ALREADY_RESOLVED ALREADY_RESOLVED   ALREADY_RESOLVED InProgress   ALREADY_RESOLVED ALREADY_RESOLVED Resolved       Resolved
        Closed     ALREADY_CLOSED     ALREADY_CLOSED   ALREADY_CLOSED     ALREADY_CLOSED   ALREADY_CLOSED     ALREADY_CLOSED Closed     ALREADY_CLOSED   Closed       ALREADY_CLOSED   ALREADY_CLOSED     ALREADY_CLOSED   InProgress   ALREADY_CLOSED   ALREADY_CLOSED   ALREADY_CLOSED Closed
        """;

    private static readonly Caller Staff = Caller.System with { StaffId = "s1" };
    private static readonly Caller Outside = Caller.System with { PartnerId = "p1" };

    public static IEnumerable<TestCaseData> EveryStateAndAction()
    {
        var lines = Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        return from line in lines.Skip(1)
               from column in Enumerable.Range(1, line.Length - 1)
               select new TestCaseData(Enum.Parse<TicketState>(line[0]), Enum.Parse<TicketAction>(lines[0][column]), line[column]);
    }

    [Test]
    public void The_table_has_every_state_and_action() =>
        Assert.That(EveryStateAndAction().Count(), Is.EqualTo((Enum.GetValues<TicketState>().Length - 1) * Enum.GetValues<TicketAction>().Length));

    [TestCaseSource(nameof(EveryStateAndAction))]
    public void Each_action_in_each_state_leads_on_or_is_refused_with_its_reason(TicketState from, TicketAction action, string expected)
    {
        if (Enum.TryParse<TicketState>(expected, out var next))
            Assert.That(TicketRules.Next(from, action), Is.EqualTo(next));
        else
            Assert.That(() => TicketRules.Next(from, action), Throws.TypeOf<Refusal>().With.Property(nameof(Refusal.Reason)).EqualTo(expected)
                .And.Property(nameof(Refusal.Code)).EqualTo(Grpc.Core.StatusCode.FailedPrecondition));
    }

    [Test]
    public void Each_kind_has_letters_of_its_own() =>
        Assert.That(Enum.GetValues<TicketKind>().Where(kind => kind != TicketKind.Unspecified).Select(TicketRules.Letters), Is.Unique.And.Exactly(6).Items);

    [Test]
    public void Staff_must_say_for_whom_and_people_outside_must_not_judge() => Assert.Multiple(() =>
    {
        Assert.That(Fields(TicketRules.Create(new Ticket(), Staff)), Is.EqualTo(["ticket.partner"]));
        Assert.That(TicketRules.Create(new Ticket { Severity = TicketSeverity.Major, Partner = "partners/p" }, Staff), Is.Empty);
        Assert.That(TicketRules.Create(new Ticket(), Outside), Is.Empty);
        Assert.That(Fields(TicketRules.Create(new Ticket { Severity = TicketSeverity.Major }, Outside)), Is.EqualTo(["ticket.severity"]));
        Assert.That(Fields(CommentRules.Comment(new AddTicketCommentRequest { Internal = true }, Outside)), Is.EqualTo(["internal"]));
        Assert.That(CommentRules.Comment(new AddTicketCommentRequest { Internal = true }, Staff), Is.Empty);
        Assert.That(Fields(CommentRules.Comment(new AddTicketCommentRequest { Internal = true, Reopen = true }, Staff)), Is.EqualTo(["internal"]));
    });

    [TestCase(true, "", true)]
    [TestCase(false, "", false)]
    [TestCase(true, "partners/p", false)]
    public void Only_active_staff_is_given_a_ticket(bool active, string partner, bool good) =>
        Assert.That(TicketRules.Staff("handler", new Staff { Active = active, Partner = partner }), good ? Is.Empty : Has.One.Items);

    [TestCase("complaint", "major", 0, true)]
    [TestCase("complaint", "major", 1, false)]
    [TestCase("complaint", "normal", 0, false)]
    [TestCase("repair", "major", 0, false)]
    public void Only_a_major_complaint_is_told_at_once(string kind, string severity, int level, bool told) =>
        Assert.That(TicketRules.IsToldAtOnce(new TicketRow { Kind = kind, Severity = severity, EscalationLevel = level }), Is.EqualTo(told));

    [Test]
    public void A_key_of_a_page_is_read_as_it_is_written() => Assert.Multiple(() =>
    {
        Assert.That(TicketRules.Key(TicketRules.KeyOf(new TicketRow { NextDueUs = 42, Id = "01k" })), Is.EqualTo((42L, "01k")));
        Assert.That(TicketRules.Key(""), Is.EqualTo((0L, "")));
        Assert.That(TicketRules.Key("x~y"), Is.EqualTo((0L, "")));
    });

    [Test]
    public void Words_are_those_the_events_promise() => Assert.Multiple(() =>
    {
        Assert.That(Enum.GetValues<TicketKind>().Select(Words.Of), Is.EqualTo(["", "consultation", "complaint", "suggestion", "service-request", "repair", "return"]));
        Assert.That(Enum.GetValues<TicketState>().Select(Words.Of), Is.EqualTo(["", "open", "in-progress", "waiting", "resolved", "closed"]));
        Assert.That(Enum.GetValues<TicketSeverity>().Select(Words.Of), Is.EqualTo(["", "normal", "major"]));
        Assert.That(Enum.GetValues<TicketEntryType>().Select(Words.Of).Select(Words.Parse<TicketEntryType>), Is.EqualTo(Enum.GetValues<TicketEntryType>()));
    });

    [TestCase("/hq/js/a/", "/hq/js/")]
    [TestCase("/hq/js/", "/hq/js/")]
    [TestCase("/hq/jsx/", "/hq/")]
    [TestCase("/hq/js/nj/a/", "/hq/js/nj/")]
    [TestCase("/hq/zj/", "/hq/")]
    [TestCase("/other/", null)]
    public void The_nearest_policy_above_holds(string ticket, string? expected)
    {
        string[] paths = ["/hq/", "/hq/js/nj/", "/hq/js/"];

        Assert.That(PolicyRules.Choose(paths.Select(path => new PolicyRow { ScopePath = path }), ticket)?.ScopePath, Is.EqualTo(expected));
    }

    [Test]
    public void A_policys_name_says_whose_it_is() => Assert.Multiple(() =>
    {
        Assert.That(PolicyRules.ReadPolicy("js-service-request-major"), Is.EqualTo(("js", TicketKind.ServiceRequest, TicketSeverity.Major, "")));
        Assert.That(PolicyRules.ReadPolicy("js-complaint-major-a"), Is.EqualTo(("js", TicketKind.Complaint, TicketSeverity.Major, "a")));
        Assert.That(PolicyRules.ReadChain("hq-service-request"), Is.EqualTo(("hq", TicketKind.ServiceRequest)));
        foreach (var bad in new[] { "", "js", "js-complaint", "js-nothing-major", "js-complaint-worse", "-complaint-major", "js--major", "js-complaint-", "js-major", "js-complaint-a", "js-complaint-major-e", "js-complaint-major-a-b" })
            Assert.That(PolicyRules.ReadPolicy(bad), Is.Null, bad);
        foreach (var bad in new[] { "", "js", "js-", "-complaint", "js-nothing" })
            Assert.That(PolicyRules.ReadChain(bad), Is.Null, bad);
    });

    [Test]
    public void A_policy_takes_over_what_the_mask_names()
    {
        var row = new PolicyRow { FirstResponseMinutes = 60, ResolutionMinutes = 600, Calendar = "working" };

        PolicyRules.Apply(row, new SlaPolicy { FirstResponseMinutes = 30 }, ["first_response_minutes"]);
        Assert.That((row.FirstResponseMinutes, row.ResolutionMinutes, row.Calendar), Is.EqualTo(((long?)30, (long?)600, "working")));
        PolicyRules.Apply(row, new SlaPolicy { Calendar = SlaCalendar.Always }, []);
        Assert.That((row.FirstResponseMinutes, row.ResolutionMinutes, row.Calendar), Is.EqualTo(((long?)null, (long?)null, "always")));
        Assert.That(Fields(PolicyRules.Update(new SlaPolicy { Name = "slaPolicies/js" }, ["calendar", "kind"])), Is.EqualTo(["sla_policy.name", "sla_policy.calendar", "update_mask"]));
    }

    [Test]
    public void A_chain_names_roles_there_are() =>
        Assert.That(Fields(PolicyRules.Update(new EscalationChain { Name = "escalationChains/js-complaint", Steps = { new EscalationStep { Role = "salesperson" }, new EscalationStep { Role = "king" }, new EscalationStep() } })),
            Is.EqualTo(["escalation_chain.steps[1].role", "escalation_chain.steps[2].role"]));

    private static IEnumerable<string> Fields(IEnumerable<Violation> violations) => violations.Select(violation => violation.Field);
}
