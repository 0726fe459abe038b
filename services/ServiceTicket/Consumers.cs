using Qudao.Events;
using Qudao.Platform;
using Qudao.ServiceTicket.Assignment;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket;

/// <summary>A partner was renamed, moved in the tree or given to another salesperson: its tickets go with it.</summary>
public sealed class KeepPartnersUpToDate : IHear<PartnerChanged>
{
    public async Task HearAsync(PartnerChanged happened, Tx tx)
    {
        await KnownPartners.LearnAsync(tx, KnownPartner.Of(happened));
        await Redirects.FollowAsync(tx, happened);
    }
}

/// <summary>A partner was merged into another: its tickets go over.</summary>
public sealed class TicketsOfMerged : IHear<PartnerMerged>
{
    public Task HearAsync(PartnerMerged happened, Tx tx) => Redirects.HearAsync(tx, happened, KnownPartners.MoveAsync);
}

/// <summary>
/// Somebody left: the tickets he was dealing with are nobody's again, where their managers see them; the clock goes on,
/// for the client waits all the same.
/// </summary>
public sealed class HandlersLeave : IHear<StaffChanged>
{
    public async Task HearAsync(StaffChanged happened, Tx tx)
    {
        if (happened.Active)
            return;
        await QueueStore.DropMemberAsync(tx, happened.AggregateId);
        foreach (var ticket in await TicketStore.OpenOfHandlerAsync(tx, happened.AggregateId))
        {
            await TicketLedger.SettleAsync(tx, ticket);
            (ticket.HandlerId, ticket.HandlerName) = (null, null);
            var entry = new EntryRow { Type = Words.Of(TicketEntryType.Assigned), Text = $"{happened.Name} 已离职，待重新指派", Internal = true };
            await TicketLedger.SaveAsync(tx, Caller.System, ticket, entry, new { ticket.Number, From = happened.AggregateId, To = (string?)null });
        }
    }
}
