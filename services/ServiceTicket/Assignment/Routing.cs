using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Assignment;

/// <summary>Puts tickets into queues, and gives them to members by skill and load.</summary>
internal static class Routing
{
    /// <summary>The queue of a new ticket; null where no organisation above it has one for its kind.</summary>
    public static async Task<QueueRow?> PlaceAsync(Tx tx, TicketRow row)
    {
        var queue = QueueRules.Choose(await QueueStore.AllAsync(tx), row.ScopePath, row.Kind);
        row.QueueId = queue?.Id;
        return queue;
    }

    /// <summary>A ticket of another kind goes where that kind is taken, unless its queue takes it too; null then.</summary>
    public static async Task<QueueRow?> PlaceAnewAsync(Tx tx, TicketRow row) =>
        (await QueueStore.AllAsync(tx)).Any(queue => queue.Id == row.QueueId && QueueRules.TakesKind(queue, row.Kind)) ? null : await PlaceAsync(tx, row);

    /// <summary>Where the queue gives out its tickets by itself and somebody has room: a handler, and an entry of its own.</summary>
    public static async Task AssignAsync(Tx tx, TicketRow row, QueueRow? queue)
    {
        if (queue is not { AutoAssign: true })
            return;
        await QueueStore.TakeTurnAsync(tx, queue.Id);
        if (QueueRules.Choose(await QueueStore.MembersAsync(tx, [queue.Id]), row.Skill) is { } member)
            await GiveAsync(tx, Caller.System, row, member, new { row.Number, Queue = queue.DisplayName, To = member.StaffId, member.OpenTickets });
    }

    /// <summary>The ticket is the member's.</summary>
    public static async Task GiveAsync(Tx tx, Caller caller, TicketRow row, MemberRow member, object detail)
    {
        (row.HandlerId, row.HandlerName) = (member.StaffId, member.StaffName);
        await QueueStore.NoteLastAsync(tx, member.QueueId, member.StaffId);
        var entry = TicketChange.Entry(TicketEntryType.Assigned, member.StaffName);
        entry.HandlerId = member.StaffId;
        await TicketLedger.SaveAsync(tx, caller, row, entry, detail);
    }
}
