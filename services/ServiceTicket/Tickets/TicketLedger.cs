using Qudao.Platform;
using Qudao.ServiceTicket.Calendars;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>
/// How a ticket is written, by people and by the clock alike: every change is one version of the row with one entry of the
/// timeline, one line of the audit trail and one event.
/// </summary>
public static class TicketLedger
{
    private const int Batch = 50;

    public static async Task OpenAsync(Tx tx, Caller caller, TicketRow row, EntryRow entry, object detail)
    {
        row.Version = 1;
        SetClockwork(tx, row);
        await TicketStore.InsertAsync(tx, row);
        await TellAsync(tx, caller, row, entry, detail);
    }

    public static async Task SaveAsync(Tx tx, Caller caller, TicketRow row, EntryRow entry, object detail)
    {
        SetClockwork(tx, row);
        await TicketStore.UpdateAsync(tx, row);
        await TellAsync(tx, caller, row, entry, detail);
    }

    /// <summary>
    /// Brings a ticket up to the present: what the clock has brought about is written before anybody does something else
    /// to it. The timer stands in the row and every change takes the row's version, so two instances never do it twice.
    /// </summary>
    /// <returns>How much the clock had brought about.</returns>
    public static async Task<int> SettleAsync(Tx tx, TicketRow row)
    {
        var count = await Recount.BindAsync(tx, row) ? 1 : 0;
        if (row.WakeUs is null || row.WakeUs > tx.NowMicros)
            return count;
        var chain = await ChainOfAsync(tx, row);
        for (; Sla.Lapse(row, chain, tx.NowMicros) is { } entry; count++)
            await SaveAsync(tx, Caller.System, row, entry, Lapsed(row, entry));
        if (row.WakeUs != Sla.Wake(row))
        {
            row.WakeUs = Sla.Wake(row);
            await TicketStore.UpdateTimerAsync(tx, row);
        }
        return count;
    }

    /// <summary>Tells the first level of the ticket's chain now, without a time missed.</summary>
    public static async Task EscalateAtOnceAsync(Tx tx, TicketRow row)
    {
        if (Sla.Escalate(row, await ChainOfAsync(tx, row), tx.NowMicros) is { } entry)
            await SaveAsync(tx, Caller.System, row, entry, Lapsed(row, entry));
    }

    /// <summary>The sweep: settles the tickets whose time has come; returns how many it moved.</summary>
    public static async Task<int> SweepAsync(Db db)
    {
        var due = await db.ReadAsync(s => TicketStore.DueAsync(s, db.Clock.NowMicros(), Batch));
        var moved = await Task.WhenAll(due.Select(id => SettleOneAsync(db, id)));
        return moved.Count(changes => changes > 0);
    }

    private static async Task<int> SettleOneAsync(Db db, string id)
    {
        try
        {
            return await db.WriteAsync(async tx => await TicketStore.GetAnyAsync(tx, id) is { } row ? await SettleAsync(tx, row) : 0);
        }
        catch (Refusal refusal) when (refusal.Code == Grpc.Core.StatusCode.Aborted)
        {
            return 0; // Somebody else has just changed the ticket, and settled it first.
        }
    }

    private static async Task<IReadOnlyList<Step>> ChainOfAsync(Tx tx, TicketRow row) =>
        PolicyRules.Choose(await PolicyStore.ChainsAsync(tx, row.Kind), row.ScopePath)?.ReadSteps() ?? [];

    private static void SetClockwork(Tx tx, TicketRow row)
    {
        row.NextDueUs = Sla.NextDue(row);
        row.WakeUs = Sla.Wake(row);
        row.UpdatedUs = tx.NowMicros;
    }

    private static async Task TellAsync(Tx tx, Caller caller, TicketRow row, EntryRow entry, object detail)
    {
        entry.TicketId = row.Id;
        entry.Version = row.Version;
        entry.AtUs = tx.NowMicros;
        entry.Actor = caller.Subject;
        entry.ActorName = caller.Name;
        entry.State = row.State;
        await TicketStore.InsertEntryAsync(tx, entry);
        await tx.AuditAsync(caller, $"ticket.{entry.Type}", $"tickets/{row.Id}", row.ScopePath, row.AssigneeId, detail);
        await tx.PublishAsync(TicketMessages.ToEvent(row) with
        {
            EscalationRole = entry.Role,
            Mentions = entry.Type == Words.Of(V1.TicketEntryType.Commented) ? Comments.Mentions.In(entry.Text) : [],
        });
    }

    private static object Lapsed(TicketRow row, EntryRow entry) => entry.Level > 0
        ? new { row.Number, entry.Level, entry.Role }
        : new { row.Number, row.FirstResponseBreached, row.ResolutionBreached };
}
