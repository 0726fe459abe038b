using System.Reflection;
using Qudao.ServiceTicket.Tickets;

namespace Qudao.ServiceTicket.Tests;

/// <summary>
/// Among a million tickets nobody sorts or scans: SQLite says how it would answer. The bench measures it.
/// </summary>
internal sealed class WorkListTests
{
    [TestCase("SelectPageOfHandler", "SEARCH tickets USING INDEX ix_tickets_handler_due (handler_id=? AND next_due_us>?)")]
    [TestCase("SelectPageOfQueue", "SEARCH tickets USING INDEX ix_tickets_queue_due (queue_id=? AND next_due_us>?)")]
    [TestCase("SelectPageOfPartner", "SEARCH tickets USING INDEX ix_tickets_partner_due (partner_id=? AND next_due_us>?)")]
    [TestCase("SelectPage", "SEARCH tickets USING INDEX ix_tickets_due (next_due_us>?)")]
    [TestCase("SelectUnassigned", "SEARCH tickets USING INDEX ix_tickets_queue_due (queue_id=?)")]
    [TestCase("SelectDue", "SEARCH tickets USING INDEX ix_tickets_wake (wake_us<?)")]
    public async Task A_work_list_in_its_default_order_is_a_walk_along_an_index(string statement, string expected)
    {
        await using var house = await TicketHouse.StartAsync();
        var sql = (string)typeof(TicketStore).GetField(statement, BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;
        var values = new
        {
            State = "", Kind = "", Breached = 0, Step = "", PartnerId = "", HandlerId = "s-tech", QueueId = "q", Number = "", LinkedId = "", SerialNumber = "",
            AfterDue = 0L, AfterId = "", ScopeLow = "/hq/js/", ScopeHigh = "/hq/js0", Assignee = (string?)null, queueId = "q", now = 0L, n = 21,
        };
#pragma warning disable CA1857 // The statement itself is a constant.
        var plan = await house.Service.Db.ReadAsync(s => s.QueryAsync<PlanRow>($"EXPLAIN QUERY PLAN {sql}", values));
#pragma warning restore CA1857
        Assert.That(plan.Select(row => row.Detail).First(), Is.EqualTo(expected));
        Assert.That(plan.Select(row => row.Detail), Has.None.Contains("TEMP B-TREE").And.None.Contains("SCAN tickets"), "nothing is sorted, and not every ticket looked at");
    }

    private sealed class PlanRow
    {
        public string Detail { get; set; } = "";
    }
}
