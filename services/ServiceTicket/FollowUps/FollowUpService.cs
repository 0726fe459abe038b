using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.FollowUps;

/// <summary>Follow-up visits 回访 that are to be made.</summary>
public sealed class FollowUpService(Db db, StaffService.StaffServiceClient staff) : V1.FollowUpService.FollowUpServiceBase
{
    public override async Task<ListFollowUpsResponse> ListFollowUps(ListFollowUpsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var dueBy = ServiceRules.Day(request.DueBy) ?? FollowUpRules.Latest;
        var rows = await db.ReadAsync(s => FollowUpStore.ListAsync(s, Ids.Of(request.Owner, "staff"), dueBy, caller.Scope, FollowUpRules.Key(page.After), page.Fetch));
        var next = page.Cut(rows, FollowUpRules.KeyOf);
        var today = ChinaTime.Today(db.Clock);
        return new ListFollowUpsResponse { FollowUps = { rows.Select(row => ToMessage(row, caller, today)) }, NextPageToken = next };
    }

    public override async Task<Ticket> PlanFollowUp(PlanFollowUpRequest request, ServerCallContext context)
    {
        context.Caller().RequireStaff();
        var owner = request.Owner.Length == 0 ? null
            : await staff.GetStaffAsync(new GetStaffRequest { Name = request.Owner }, cancellationToken: context.CancellationToken).NamedInAsync("owner", request.Owner);
        if (owner is not null)
            Errors.ThrowIfAny(TicketRules.Staff("owner", owner));
        return await db.ChangeTicketAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.PlanFollowUp, (tx, row) =>
        {
            TicketRules.RequireNotMerged(row);
            TicketRules.RequireNotFollowedUp(row);
            var before = new { row.FollowUpDue, row.FollowUpOwnerId };
            row.FollowUpDue = ServiceRules.Day(request.DueDate);
            row.FollowUpOwnerId = owner is null ? row.FollowUpOwnerId ?? row.AssigneeId ?? row.HandlerId : Ids.Of(owner.Name, "staff");
            return Task.FromResult<(EntryRow, object)>((TicketChange.Entry(TicketEntryType.FollowUpPlanned, request.DueDate, isInternal: true),
                new { row.Number, Before = before, After = new { row.FollowUpDue, row.FollowUpOwnerId } }));
        });
    }

    private static PlannedFollowUp ToMessage(PlannedRow row, Caller caller, DateOnly today) => new()
    {
        Ticket = $"tickets/{row.Id}",
        Number = row.Number,
        Subject = row.Subject,
        Result = row.Result ?? "",
        Partner = $"partners/{row.PartnerId}",
        PartnerDisplayName = row.PartnerName,
        Reporter = row.Reporter,
        ReporterPhone = TicketRules.SeesPhones(caller, row.AssigneeId) ? row.ReporterPhone : Phones.Mask(row.ReporterPhone),
        DueDate = $"{row.Due:yyyy-MM-dd}",
        Overdue = row.Due < today,
        Owner = row.OwnerId is null || TicketRules.IsOutside(caller) ? "" : $"staff/{row.OwnerId}",
        CloseTime = TicketMessages.Time(row.ClosedUs),
    };
}
