using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Organisations;

/// <summary>The organisation tree 组织.</summary>
public sealed class OrganisationService(Db db) : V1.OrganisationService.OrganisationServiceBase
{
    public override Task<Organisation> CreateOrganisation(CreateOrganisationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Organisation;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var parent = await OrganisationStore.GetAsync(tx, Ids.Of(asked.Parent, "organisations"), caller.Scope);
            Errors.ThrowIfAny([.. OrganisationRules.Create(request.OrganisationId, asked), .. Errors.MissingIf(parent is null, "organisation.parent", asked.Parent)]);
            var row = new OrganisationRow
            {
                Id = request.OrganisationId,
                Name = asked.DisplayName.Trim(),
                Kind = EnumText.Of(asked.Kind),
                ParentId = parent!.Id,
                ProvinceCode = asked.ProvinceCode.Length == 0 ? null : asked.ProvinceCode,
                ScopePath = $"{parent.ScopePath}{request.OrganisationId}/",
                Version = 1,
                CreatedUs = tx.NowMicros,
                UpdatedUs = tx.NowMicros,
            };
            await OrganisationStore.InsertAsync(tx, row);
            await tx.PublishAsync(Changed(row));
            await tx.AuditAsync(caller, "organisation.create", $"organisations/{row.Id}", row.ScopePath, null, new { row.Name, row.ProvinceCode });
            return ToMessage(row);
        });
    }

    public override async Task<Organisation> GetOrganisation(GetOrganisationRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        var row = await db.ReadAsync(s => OrganisationStore.GetAsync(s, Ids.Of(request.Name, "organisations"), scope));
        return ToMessage(row ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListOrganisationsResponse> ListOrganisations(ListOrganisationsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => OrganisationStore.ListAsync(s, caller.Scope, page));
        var reply = new ListOrganisationsResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.Organisations.Add(rows.Select(ToMessage));
        return reply;
    }

    private static OrganisationChanged Changed(OrganisationRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        Code = row.Id,
        Name = row.Name,
        Kind = row.Kind,
        ParentId = row.ParentId,
        ProvinceCode = row.ProvinceCode,
    };

    private static Organisation ToMessage(OrganisationRow row) => new()
    {
        Name = $"organisations/{row.Id}",
        DisplayName = row.Name,
        Kind = EnumText.Parse<OrganisationKind>(row.Kind),
        Parent = row.ParentId is null ? "" : $"organisations/{row.ParentId}",
        ProvinceCode = row.ProvinceCode ?? "",
        ScopePath = row.ScopePath,
        Etag = Etag.Of(row.Version),
    };
}
