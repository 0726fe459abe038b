using Qudao.Events;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;

namespace Qudao.ServiceTicket;

/// <summary>A partner was renamed, moved in the tree or given to another salesperson: its tickets go with it.</summary>
public sealed class KeepPartnersUpToDate : IHear<PartnerChanged>
{
    public Task HearAsync(PartnerChanged happened, Tx tx) => KnownPartners.LearnAsync(tx, KnownPartner.Of(happened));
}
