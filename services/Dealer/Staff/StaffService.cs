using System.Text.Json;
using Grpc.Core;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Staff;

/// <summary>Members of staff 员工, and the people of agents and shops.</summary>
public sealed class StaffService(Db db) : V1.StaffService.StaffServiceBase
{
    public override Task<V1.Staff> CreateStaff(CreateStaffRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Staff;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var organisation = await OrganisationStore.GetAsync(tx, Ids.Of(asked.Organisation, "organisations"), caller.Scope);
            var partner = asked.Partner.Length == 0 ? null : await PartnerStore.GetAsync(tx, Ids.Of(asked.Partner, "partners"), caller.Scope);
            Errors.ThrowIfAny([.. StaffRules.Create(asked, caller), .. StaffRules.Place(asked, organisation, partner)]);
            var row = new StaffRow
            {
                Id = tx.NewId(),
                Name = asked.DisplayName.Trim(),
                OrganisationId = organisation!.Id,
                RolesJson = JsonSerializer.Serialize(asked.Roles),
                Phone = asked.Phone,
                PartnerId = partner?.Id,
                Active = true,
                ScopePath = partner?.ScopePath ?? organisation.ScopePath,
                Version = 1,
                CreatedUs = tx.NowMicros,
                UpdatedUs = tx.NowMicros,
            };
            await StaffStore.InsertAsync(tx, row);
            await tx.PublishAsync(Changed(row));
            await tx.AuditAsync(caller, "staff.create", $"staff/{row.Id}", row.ScopePath, null, new { row.Name, Roles = RolesOf(row) });
            return ToMessage(row);
        });
    }

    public override async Task<V1.Staff> GetStaff(GetStaffRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        var row = await db.ReadAsync(s => StaffStore.GetAsync(s, Ids.Of(request.Name, "staff"), scope));
        return ToMessage(row ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListStaffResponse> ListStaff(ListStaffRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => StaffStore.ListAsync(s, caller.Scope, page, Ids.Of(request.Organisation, "organisations")));
        var reply = new ListStaffResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.Staff.Add(rows.Select(ToMessage));
        return reply;
    }

    /// <summary>The event that tells of a person as the row has it.</summary>
    internal static StaffChanged Changed(StaffRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        Name = row.Name,
        OrganisationId = row.OrganisationId,
        Roles = RolesOf(row),
        Active = row.Active,
        PartnerId = row.PartnerId,
    };

    private static string[] RolesOf(StaffRow row) => JsonSerializer.Deserialize<string[]>(row.RolesJson)!;

    private static V1.Staff ToMessage(StaffRow row) => new()
    {
        Name = $"staff/{row.Id}",
        DisplayName = row.Name,
        Organisation = $"organisations/{row.OrganisationId}",
        Roles = { RolesOf(row) },
        Phone = row.Phone,
        Partner = row.PartnerId is null ? "" : $"partners/{row.PartnerId}",
        Active = row.Active,
        ScopePath = row.ScopePath,
        Etag = Etag.Of(row.Version),
    };
}
