using Google.Protobuf;
using Grpc.Core;
using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>The way of most changes of a ticket: find, settle what the clock brought about, move the state, change, write.</summary>
internal static class TicketChange
{
    public static Task<Ticket> ChangeTicketAsync(this Db db, ServerCallContext context, IMessage request, string requestId, string name, string etag, TicketAction action,
        Func<Tx, TicketRow, Task<(EntryRow Entry, object Detail)>> change)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await BeginAsync(tx, name, etag, action, caller);
            var (entry, detail) = await change(tx, row);
            await TicketLedger.SaveAsync(tx, caller, row, entry, detail);
            return TicketMessages.ToMessage(row, caller);
        });
    }

    /// <summary>The ticket, brought up to the present and to the state that the action leads to.</summary>
    public static async Task<TicketRow> BeginAsync(Tx tx, string name, string etag, TicketAction action, Caller caller)
    {
        var row = await SettledAsync(tx, name, etag, caller);
        row.State = Words.Of(TicketRules.Next(Words.Parse<TicketState>(row.State), action));
        return row;
    }

    /// <summary>The ticket, brought up to the present.</summary>
    public static async Task<TicketRow> SettledAsync(Tx tx, string name, string etag, Caller caller)
    {
        var row = await FindAsync(tx, name, caller);
        Etag.Check(etag, row.Version, name);
        await TicketLedger.SettleAsync(tx, row);
        return row;
    }

    public static async Task<TicketRow> FindAsync(Session session, string name, Caller caller) =>
        await TicketStore.GetAsync(session, Ids.Of(name, "tickets"), caller.Scope) ?? throw Errors.NotFound(name);

    /// <summary>The client need not do anything any more.</summary>
    public static async Task EndPauseAsync(Tx tx, TicketRow row)
    {
        await TicketStore.InsertPauseAsync(tx, row.Id, new Pause(row.WaitingSinceUs!.Value, tx.NowMicros));
        Sla.Resume(row, await TicketStore.PausesAsync(tx, row.Id));
    }

    public static EntryRow Entry(TicketEntryType type, string text = "", bool isInternal = false) => new() { Type = Words.Of(type), Text = text, Internal = isInternal };
}
