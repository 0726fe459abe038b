using Qudao.Platform;
using Qudao.ServiceTicket.Comments;
using Qudao.ServiceTicket.Flows;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tests;

/// <summary>The table of moves: as the manuals have it, and no other way.</summary>
internal sealed class FlowRulesTests
{
    // From the manuals [3, 4]: each line a kind's steps with the moves that lead on.
    private const string Manual = """
        Consultation   Answer       Answer>Done!
        Complaint      Soothing     Soothe>Department
        Complaint      Department   Answer>Result
        Complaint      Result       SendBack>Department Inform>Satisfaction!
        Complaint      Satisfaction Satisfied>Done Dissatisfied>Department
        Suggestion     Answer       Answer>Decision
        Suggestion     Decision     Adopt>Reward Decline>Informing
        Suggestion     Reward       Reward>Informing
        Suggestion     Informing    Inform>Done!
        ServiceRequest Confirmation Confirm>Form Refuse>Done!
        ServiceRequest Form         FileForm>Contact
        ServiceRequest Contact      Dispatch>OnSite SolveRemotely>Report
        ServiceRequest OnSite       FinishOnSite>Report
        ServiceRequest Report       Report>Informing
        ServiceRequest Informing    Inform>Done!
        Repair         Confirmation Confirm>Appraisal Refuse>Done!
        Repair         Appraisal    Repairable>Repair NoFault>Informing BeyondRepair>Sales
        Repair         Repair       FinishRepair>Informing BeyondRepair>Sales
        Repair         Sales        PassOn>Purchasing
        Repair         Purchasing   Approve>ErpEntry SendBack>Sales
        Repair         ErpEntry     EnterErp>FactoryReturn
        Repair         FactoryReturn ShipToFactory>Reshipment
        Repair         Reshipment   Reship>Informing
        Repair         Informing    Inform>Done!
        Return         Confirmation Confirm>Appraisal Refuse>Done!
        Return         Appraisal    Accept>Purchasing Decline>Informing
        Return         Purchasing   Approve>ErpEntry SendBack>Appraisal
        Return         ErpEntry     EnterErp>FactoryReturn
        Return         FactoryReturn ShipToFactory>Reshipment
        Return         Reshipment   Reship>Informing
        Return         Informing    Inform>Done!
        """;

    private static readonly Dictionary<(TicketKind, TicketStep, TicketMove), (TicketStep Next, bool Resolves)> Expected = (
        from line in Manual.Split('\n')
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        from move in words.Skip(2)
        let parts = move.TrimEnd('!').Split('>')
        select ((Enum.Parse<TicketKind>(words[0]), Enum.Parse<TicketStep>(words[1]), Enum.Parse<TicketMove>(parts[0])), (Enum.Parse<TicketStep>(parts[1]), move.EndsWith('!'))))
        .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private static IEnumerable<TicketKind> Kinds => Enum.GetValues<TicketKind>().Where(kind => kind != TicketKind.Unspecified);

    private static readonly Caller Overseer = Caller.System with { Roles = ["after-sales-manager"] };

    [Test]
    public void Every_kind_step_and_move_is_as_the_manuals_have_it()
    {
        foreach (var kind in Kinds)
            foreach (var step in Enum.GetValues<TicketStep>())
                foreach (var move in Enum.GetValues<TicketMove>())
                    if (Expected.TryGetValue((kind, step, move), out var expected))
                    {
                        var found = FlowRules.Find(kind, step, move, Overseer);
                        Assert.That((found.Next, found.Does == TicketAction.Resolve), Is.EqualTo(expected), $"{kind} {step} {move}");
                    }
                    else
                        Assert.That(() => FlowRules.Find(kind, step, move, Overseer), Throws.TypeOf<Refusal>().With.Property("Reason").EqualTo("NO_SUCH_MOVE"), $"{kind} {step} {move}");
    }

    [Test]
    public void Every_step_leads_to_the_end_and_has_somebody_whose_turn_it_is()
    {
        foreach (var kind in Kinds)
        {
            var reached = new HashSet<TicketStep>();
            var open = new Queue<TicketStep>([FlowRules.First(kind), FlowRules.Again(kind)]);
            while (open.TryDequeue(out var step))
            {
                if (!reached.Add(step) || step == TicketStep.Done)
                    continue;
                Assert.That(FlowRules.OwnersOf(step), Is.Not.Empty.And.SubsetOf(Protocol.Roles.Permissions.Keys), $"{step}");
                foreach (var move in FlowRules.Moves.Where(move => move.Kind == kind && move.Step == step))
                    open.Enqueue(move.Next);
            }
            Assert.That(reached, Does.Contain(TicketStep.Done), $"{kind}");
            Assert.That(FlowRules.Moves.Where(move => move.Kind == kind).Select(move => move.Step).Distinct(), Is.SubsetOf(reached), $"{kind}: all its steps are reached");
        }
    }

    [Test]
    public void Each_role_moves_at_its_own_steps_only()
    {
        foreach (var role in Protocol.Roles.Permissions.Keys)
            foreach (var move in FlowRules.Moves)
            {
                var caller = Caller.System with { Roles = [role] };
                var may = FlowRules.OwnersOf(move.Step).Contains(role) || role is "administrator" or "hq-general-manager" or "centre-general-manager" or "after-sales-manager";
                if (may)
                    Assert.That(FlowRules.Find(move.Kind, move.Step, move.Name, caller), Is.EqualTo(move));
                else
                    Assert.That(() => FlowRules.Find(move.Kind, move.Step, move.Name, caller), Throws.TypeOf<Refusal>().With.Property("Reason").EqualTo("NOT_YOUR_STEP"));
            }
        foreach (var role in FlowRules.Moves.SelectMany(move => FlowRules.OwnersOf(move.Step)).Distinct())
            Assert.That(Protocol.Roles.Allows([role], "serviceticket.tickets.advance"), $"{role} may call the rpc");
    }

    [Test]
    public void A_result_told_without_a_move_ends_what_was_not_begun_or_has_come_to_it()
    {
        foreach (var kind in Kinds)
        {
            Assert.That(FlowRules.AfterResult(kind, FlowRules.First(kind), 0), Is.EqualTo(TicketStep.Done), $"{kind}: straight away");
            foreach (var step in FlowRules.Moves.Where(move => move.Kind == kind).Select(move => move.Step).Distinct())
            {
                var telling = Expected.Where(pair => pair.Key.Item1 == kind && pair.Key.Item2 == step && pair.Value.Resolves && pair.Key.Item3 != TicketMove.Refuse).ToList();
                if (telling.Count == 1)
                    Assert.That(FlowRules.AfterResult(kind, step, 3), Is.EqualTo(telling[0].Value.Next), $"{kind} {step}");
                else
                    Assert.That(() => FlowRules.AfterResult(kind, step, 3), Throws.TypeOf<Refusal>().With.Property("Reason").EqualTo("FLOW_UNFINISHED"), $"{kind} {step}");
            }
        }
    }

    [TestCase(TicketMove.Inform, "text")]
    [TestCase(TicketMove.Refuse, "text")]
    [TestCase(TicketMove.Soothe, "text department")]
    [TestCase(TicketMove.Reward, "note")]
    [TestCase(TicketMove.SendBack, "note")]
    [TestCase(TicketMove.Dissatisfied, "note")]
    [TestCase(TicketMove.EnterErp, "reference")]
    [TestCase(TicketMove.ShipToFactory, "reference")]
    [TestCase(TicketMove.Reship, "reference")]
    [TestCase(TicketMove.Confirm, "")]
    public void What_a_move_needs_is_asked_for_all_at_once(TicketMove move, string fields)
    {
        Assert.That(FlowRules.Advance(new AdvanceTicketRequest { Move = move }).Select(fault => fault.Field), Is.EqualTo(fields.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That(FlowRules.Advance(new AdvanceTicketRequest { Move = move, Text = "x", Note = "x", Reference = "x", Department = "x" }), Is.Empty);
    }

    [TestCase(false, null, null, WarrantyState.NoAgreement, null)]
    [TestCase(true, "2027-12-31", null, WarrantyState.Covered, "2027-12-31")]
    [TestCase(true, "2027-12-31", "2025-11-23", WarrantyState.Covered, "2026-11-23")]
    [TestCase(true, "2027-12-31", "2025-11-22", WarrantyState.Expired, "2026-11-22")]
    [TestCase(true, "2027-12-31", "2024-02-29", WarrantyState.Expired, "2025-02-28")]
    public void A_device_is_covered_for_a_year_under_an_agreement(bool effective, string? ends, string? bought, WarrantyState state, string? until) =>
        Assert.That(FlowRules.Warranty(effective, Day(ends), Day(bought), 12, new DateOnly(2026, 11, 23)), Is.EqualTo((state, Day(until))));

    [Test]
    public void A_reply_stays_resumes_reopens_or_opens_another_by_state_and_time()
    {
        foreach (var state in Enum.GetValues<TicketState>().Where(state => state != TicketState.Unspecified))
            foreach (var (client, reopen, past) in from client in new[] { false, true } from reopen in new[] { false, true } from past in new[] { false, true } select (client, reopen, past))
            {
                var expected = !client ? CommentFate.Stays
                    : state == TicketState.Waiting ? CommentFate.Resumes
                    : state == TicketState.Closed && past ? CommentFate.OpensAnother
                    : state is TicketState.Closed or TicketState.Resolved && reopen ? CommentFate.Reopens
                    : CommentFate.Stays;
                Assert.That(CommentRules.FateOf(state, client, reopen, past), Is.EqualTo(expected), $"{state} {client} {reopen} {past}");
            }
    }

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text);
}
