using System.Reflection;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

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
            State = "",
            Kind = "",
            Breached = 0,
            Step = "",
            PartnerId = "p",
            HandlerId = "s-tech",
            QueueId = "q",
            Number = "",
            LinkedId = "",
            SerialNumber = "",
            AfterDue = 0L,
            AfterId = "",
            ScopeLow = "/hq/js/",
            ScopeHigh = "/hq/js0",
            Assignee = (string?)null,
            queueId = "q",
            now = 0L,
            n = 21,
        };
#pragma warning disable CA1857 // The statement itself is a constant.
        var plan = await house.Service.Db.ReadAsync(s => s.QueryAsync<PlanRow>($"EXPLAIN QUERY PLAN {sql}", values));
#pragma warning restore CA1857
        Assert.That(plan.Select(row => row.Detail).First(), Is.EqualTo(expected));
        Assert.That(plan.Select(row => row.Detail), Has.None.Contains("TEMP B-TREE").And.None.Contains("SCAN tickets"), "nothing is sorted, and not every ticket looked at");
    }

    [Test]
    public async Task An_agents_list_is_his_own_what_is_due_next_first_and_what_is_settled_last()
    {
        await using var house = await TicketHouse.StartAsync();
        await house.Service.Db.WriteAsync(async tx =>
        {
            for (var number = 0; number < 200; number++)
                await TicketStore.InsertAsync(tx, RowOf(tx, number));
        });
        var headquarters = house.As(house.Service.TokenFor("sales-manager", "/hq/", "s-hq"));
        foreach (var caller in new[] { headquarters, house.AfterSales })
        {
            var seen = new List<string>();
            var request = new ListTicketsRequest { Handler = "staff/3", PageSize = 7 };
            do
            {
                var page = await caller.ListTicketsAsync(request);
                seen.AddRange(page.Tickets.Select(ticket => ticket.Number));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            var expected = Enumerable.Range(0, 200).Where(number => number % 10 == 3).OrderBy(number => number % 4 == 0 ? 1 : 0).ThenBy(number => number % 4 == 0 ? number : -number);
            Assert.That(seen, Is.EqualTo(expected.Select(number => $"FX-{number:0000000}")));
        }
    }

    // One in four is settled; of the others the later ones are due first.
    private static TicketRow RowOf(Tx tx, int number)
    {
        var due = tx.NowMicros + (1000 - number) * 60_000_000L;
        return new TicketRow
        {
            Id = tx.NewId(),
            Number = $"FX-{number:0000000}",
            Kind = "repair",
            Channel = "phone",
            Severity = "normal",
            State = number % 4 == 0 ? "closed" : "in-progress",
            Step = number % 4 == 0 ? "done" : "appraisal",
            PartnerId = $"p{number}",
            HandlerId = $"{number % 10}",
            HandlerName = "周敏",
            OpenedUs = tx.NowMicros,
            RoundFromUs = tx.NowMicros,
            Calendar = "working",
            CalendarKey = "hq@1",
            ResolutionLimit = 2250,
            ResolutionDueUs = due,
            NextDueUs = number % 4 == 0 ? Sla.Never : due,
            ScopePath = $"/hq/js/p{number}/",
            Version = 1,
            UpdatedUs = tx.NowMicros,
        };
    }

    private sealed class PlanRow
    {
        public string Detail { get; set; } = "";
    }
}
