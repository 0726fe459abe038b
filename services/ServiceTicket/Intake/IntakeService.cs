using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Intake;

/// <summary>Intake 受理: who calls, and what is open for him already.</summary>
public sealed class IntakeService(Db db, PartnerService.PartnerServiceClient partners) : V1.IntakeService.IntakeServiceBase
{
    private const int Most = 10;

    public override async Task<FindCallerResponse> FindCaller(FindCallerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var query = request.Query.Trim();
        // Asked on the caller's behalf: only partners within the caller's scope are found.
        var files = await partners.ListPartnersAsync(new ListPartnersRequest { Query = query, PageSize = Most }, cancellationToken: context.CancellationToken);
        return await db.ReadAsync(async s =>
        {
            var earlier = await IntakeStore.FindAsync(s, IntakeRules.DigitsOf(query), query, caller.Scope, Most);
            var found = files.Partners.Select(partner => new Found(Ids.Of(partner.Name, "partners"), partner.DisplayName, CallerMatchKind.ClientFile))
                .Concat(earlier.Select(row => new Found(row.PartnerId, row.PartnerName, row.BySerial ? CallerMatchKind.SerialNumber : CallerMatchKind.EarlierTicket)));
            var reply = new FindCallerResponse();
            foreach (var one in IntakeRules.Rank(found).Take(Most))
                reply.Matches.Add(await MatchAsync(s, one, caller));
            return reply;
        });
    }

    private static async Task<CallerMatch> MatchAsync(Session session, Ranked one, Caller caller) => new()
    {
        Partner = $"partners/{one.PartnerId}",
        PartnerDisplayName = one.PartnerName,
        MatchedBy = { one.By },
        OpenTickets = { (await IntakeStore.OpenOfAsync(session, one.PartnerId, caller.Scope)).Select(row => TicketMessages.ToMessage(row, caller)) },
    };
}
