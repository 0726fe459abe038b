using Google.Protobuf;
using Qudao.Dealer.BulkActions;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Dealer.Visits;
using Qudao.Platform;

namespace Qudao.Dealer.Staff;

/// <summary>
/// A leaver's whole portfolio 客户移交, as long work: each partner goes to the successor named for it, for its city or for
/// the rest, with its planned visits, its territories and open conflicts; what other services have of it follows by event.
/// </summary>
public static class StaffHandover
{
    public const string Kind = "staff-handover";

    /// <summary>Starts it in the transaction in which the person leaves.</summary>
    public static async Task<Common.V1.Operation> StartAsync(Tx tx, Caller caller, string service, LeaveStaffRequest request)
    {
        var operation = await tx.StartJobAsync(caller, service, Kind, request.ToByteArray());
        await tx.SetTotalAsync(operation, await AddAsync(tx, Ids.Of(operation.Name, $"{service}/operations"), request));
        return operation;
    }

    /// <summary>The long work.</summary>
    public static async Task<IMessage?> RunAsync(IServiceProvider services, JobRun run)
    {
        var db = services.GetRequiredService<Db>();
        var request = LeaveStaffRequest.Parser.ParseFrom(run.Argument);
        var leaver = Ids.Of(request.Name, "staff");
        var work = new BulkRun(db, run, dryRun: false, async (tx, partner, successor) =>
        {
            if (partner.AssigneeId != leaver)
                return false;
            await PartnerActions.AssignAsync(tx, partner, successor, run.Caller);
            return true;
        });
        BulkActionResult result;
        do
        {
            result = await work.RunAsync();
        }
        // What was created in the leaver's name while this went on: a token holds a moment longer than the person.
        while (await db.WriteAsync(tx => AddAsync(tx, run.Id, request)) > 0);
        while (await db.WriteAsync(tx => VisitHandover.FollowPartnersAsync(tx, leaver, request.Reason, run.Caller)) > 0)
        {
        }
        return result;
    }

    /// <summary>Whose the partner becomes, "staff/…"; empty for nobody.</summary>
    public static string SuccessorOf(IEnumerable<Handover> handovers, string partnerId, string cityCode)
    {
        var named = handovers.FirstOrDefault(h => h.Partners.Contains($"partners/{partnerId}"))
            ?? handovers.FirstOrDefault(h => h.Cities.Contains(cityCode))
            ?? handovers.FirstOrDefault(h => h.Partners.Count + h.Cities.Count == 0);
        return named?.Successor ?? "";
    }

    private static async Task<long> AddAsync(Tx tx, string operationId, LeaveStaffRequest request)
    {
        var partners = await StaffPortfolioStore.NotListedAsync(tx, Ids.Of(request.Name, "staff"), operationId);
        foreach (var partner in partners)
            await BulkStore.InsertAsync(tx, new BulkItemRow { OperationId = operationId, PartnerId = partner.Id, Target = SuccessorOf(request.Handovers, partner.Id, partner.CityCode) });
        return partners.Count;
    }
}
