using Qudao.Events;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;

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
