using Grpc.Core;
using Qudao.Dealer.V1;
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
            await OrganisationStore.LockTreeAsync(tx);
            var parent = await OrganisationStore.GetAsync(tx, Ids.Of(asked.Parent, "organisations"), caller.Scope);
            Errors.ThrowIfAny([.. OrganisationRules.Create(request.OrganisationId, asked), .. OrganisationRules.Parent(asked, parent)]);
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
            await OrganisationWrites.TellAsync(tx, row);
            await tx.AuditAsync(caller, "organisation.create", $"organisations/{row.Id}", row.ScopePath, null, new { row.Name, row.ProvinceCode });
            return ToMessage(row);
        });
    }

    public override async Task<Organisation> GetOrganisation(GetOrganisationRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        return ToMessage(await db.ReadAsync(s => GetAsync(s, request.Name, scope)));
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

    public override async Task<OrganisationTree> GetOrganisationTree(GetOrganisationTreeRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        return await db.ReadAsync(async s =>
        {
            if (request.Root.Length > 0)
                scope = scope with { Path = (await GetAsync(s, request.Root, scope)).ScopePath };
            var rows = await OrganisationStore.BelowAsync(s, scope);
            return OrganisationTrees.Build([.. rows.Where(row => request.ShowClosed || row.State == OrganisationRules.Active)], await OrganisationStore.CountsAsync(s, scope));
        });
    }

    public override Task<Organisation> UpdateOrganisation(UpdateOrganisationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Organisation;
        var paths = Fields.Paths(request.UpdateMask, OrganisationRules.Changeable);
        return db.WriteAsync(async tx =>
        {
            var row = await GetAsync(tx, asked.Name, caller.Scope);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            var before = ToMessage(row);
            if (paths.Contains("display_name"))
                row.Name = asked.DisplayName.Trim();
            if (paths.Contains("province_code"))
            {
                Errors.ThrowIfAny(OrganisationRules.Province(EnumText.Parse<OrganisationKind>(row.Kind), asked.ProvinceCode));
                if ((row.ProvinceCode ?? "") != asked.ProvinceCode && (await OrganisationStore.UseAsync(tx, row.Id)).Partners > 0)
                    throw Errors.Precondition("PROVINCE_IN_USE", $"“{row.Name}”已有机构，不能更改所在省份。", $"\"{row.Name}\" has partners; its province stays.");
                row.ProvinceCode = asked.ProvinceCode.Length == 0 ? null : asked.ProvinceCode;
            }
            if (ToMessage(row).Equals(before))
                return before;
            if (row.State == OrganisationRules.Closed)
                throw OrganisationRules.WhyNotClose(row, new OrganisationUse())!;
            await OrganisationStore.UpdateAsync(tx, row);
            await OrganisationWrites.TellAsync(tx, row);
            await tx.AuditAsync(caller, "organisation.update", $"organisations/{row.Id}", row.ScopePath, null, new { Fields = paths, row.Name, row.ProvinceCode });
            return ToMessage(row);
        }, context.CancellationToken);
    }

    public override Task<Organisation> MoveOrganisation(MoveOrganisationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await OrganisationStore.LockTreeAsync(tx);
            var row = await GetAsync(tx, request.Name, caller.Scope);
            Etag.Check(request.Etag, row.Version, request.Name);
            var parent = await OrganisationStore.GetAsync(tx, Ids.Of(request.Parent, "organisations"), caller.Scope)
                ?? throw Errors.Invalid([Errors.Missing("parent", request.Parent)]);
            var below = await OrganisationStore.BelowAsync(tx, new Scope(row.ScopePath, null));
            if (OrganisationRules.WhyNotMove(below, parent) is { } refusal)
                throw refusal;
            // Its people see what their organisation sees, which is written in their rows.
            if (row.Kind == EnumText.Of(OrganisationKind.Department) && (await OrganisationStore.HomeOfAsync(tx, row)).Id != (await OrganisationStore.HomeOfAsync(tx, parent)).Id)
                throw Errors.Precondition("DEPARTMENT_STAYS", "部门不能移到另一组织，请在那里新设部门。", "A department stays with its organisation; create another there.");
            return row.ParentId == parent.Id ? ToMessage(row) : ToMessage(await OrganisationWrites.MoveAsync(tx, row, parent, caller, request.Reason));
        });
    }

    public override Task<Organisation> CloseOrganisation(CloseOrganisationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await OrganisationStore.LockTreeAsync(tx);
            var row = await GetAsync(tx, request.Name, caller.Scope);
            Etag.Check(request.Etag, row.Version, request.Name);
            // From here on nothing new comes to it, so what is counted is what there is.
            if (row.State == OrganisationRules.Active && !await OrganisationStore.TryHoldAsync(tx, row))
                throw Errors.EtagMismatch(request.Name);
            if (OrganisationRules.WhyNotClose(row, await OrganisationStore.UseAsync(tx, row.Id)) is { } refusal)
                throw refusal;
            var province = row.ProvinceCode;
            (row.State, row.ProvinceCode) = (OrganisationRules.Closed, null);
            await OrganisationStore.UpdateAsync(tx, row);
            await OrganisationWrites.TellAsync(tx, row);
            await tx.AuditAsync(caller, "organisation.close", $"organisations/{row.Id}", row.ScopePath, null, new { request.Reason, ProvinceCode = province });
            return ToMessage(row);
        });
    }

    private static async Task<OrganisationRow> GetAsync(Session s, string name, Scope scope) =>
        await OrganisationStore.GetAsync(s, Ids.Of(name, "organisations"), scope) ?? throw Errors.NotFound(name);

    internal static Organisation ToMessage(OrganisationRow row) => new()
    {
        Name = $"organisations/{row.Id}",
        DisplayName = row.Name,
        Kind = EnumText.Parse<OrganisationKind>(row.Kind),
        Parent = row.ParentId is null ? "" : $"organisations/{row.ParentId}",
        ProvinceCode = row.ProvinceCode ?? "",
        ScopePath = row.ScopePath,
        Etag = Etag.Of(row.Version),
        State = EnumText.Parse<OrganisationState>(row.State),
    };
}
