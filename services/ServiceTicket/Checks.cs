using Qudao.Platform;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket;

/// <summary>Which rules look at which request before its method runs.</summary>
internal static class Checks
{
    public static void AddChecks(this IServiceCollection services)
    {
        services.AddRule<CreateTicketRequest>((request, asking) => TicketRules.Create(request.Ticket, asking.Caller));
        services.AddRule<AddTicketCommentRequest>((request, asking) => TicketRules.Comment(request, asking.Caller));
        services.AddRule<UpdateSlaPolicyRequest>(request => PolicyRules.Update(request.SlaPolicy, request.UpdateMask?.Paths ?? []));
        services.AddRule<UpdateEscalationChainRequest>(request => PolicyRules.Update(request.EscalationChain));
    }
}
