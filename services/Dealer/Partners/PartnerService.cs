using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Staff;
using Qudao.Dealer.Territories;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Partners;

/// <summary>Partners 机构.</summary>
public sealed class PartnerService(Db db) : V1.PartnerService.PartnerServiceBase
{
    public override Task<Partner> CreatePartner(CreatePartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await NewRowAsync(tx, request.Partner, caller);
            await PartnerWrites.CreateAsync(tx, row);
            await tx.AuditAsync(caller, "partner.create", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Name, row.Kind, row.CityCode });
            return ToMessage(row);
        });
    }

    public override async Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        return ToMessage(await db.ReadAsync(s => GetAsync(s, request.Name, scope)));
    }

    public override async Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => PartnerStore.ListAsync(s, caller.Scope, page,
            EnumText.Filter(request.Stage), request.CityCode, EnumText.Filter(request.Kind), request.Query));
        var reply = new ListPartnersResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.Partners.Add(rows.Select(ToMessage));
        return reply;
    }

    public override Task<Partner> UpdatePartner(UpdatePartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Partner;
        var paths = PartnerRules.Paths(request.UpdateMask);
        return db.WriteAsync(async tx =>
        {
            var row = await GetAsync(tx, asked.Name, caller.Scope);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            var (before, path) = (ToMessage(row), row.ScopePath);
            var faults = PartnerRules.Update(asked, request.UpdateMask).ToList();
            foreach (var field in paths.Where(PartnerRules.Changeable.Contains))
                faults.AddRange(await ChangeAsync(tx, row, field, asked, caller));
            Errors.ThrowIfAny(faults);
            if (ToMessage(row).Equals(before))
                return before;
            await PartnerWrites.SaveAsync(tx, row, row.Stage);
            if (row.ScopePath != path)
                await PartnerWrites.CarryAlongAsync(tx, row);
            await tx.AuditAsync(caller, "partner.update", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { Fields = paths, Etag = Etag.Of(row.Version) });
            return ToMessage(row);
        }, context.CancellationToken);
    }

    public override Task<Partner> AdvancePartner(AdvancePartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await GetAsync(tx, request.Name, caller.Scope);
            Etag.Check(request.Etag, row.Version, request.Name);
            var from = EnumText.Parse<PartnerStage>(row.Stage);
            RequirePermission(caller, PartnerRules.Permission(from, request.Stage));
            PartnerStage? suspendedFrom = row.SuspendedFrom.Length == 0 ? null : EnumText.Parse<PartnerStage>(row.SuspendedFrom);
            if (PartnerRules.WhyNot(from, suspendedFrom, request.Stage, request.Reason) is { } refusal)
                throw refusal;
            var previous = row.Stage;
            row.Stage = EnumText.Of(request.Stage);
            row.SuspendedFrom = request.Stage == PartnerStage.Suspended ? previous : "";
            await PartnerWrites.SaveAsync(tx, row, previous);
            if (request.Stage == PartnerStage.Terminated)
                await TerritoryWrites.ReleaseAllOfAsync(tx, row.Id);
            await tx.AuditAsync(caller, "partner.stage", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { From = previous, To = row.Stage, request.Reason });
            return ToMessage(row);
        });
    }

    public override Task<Partner> AssignPartner(AssignPartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await GetAsync(tx, request.Name, caller.Scope);
            var assignee = request.Assignee.Length == 0 ? null : await AssigneeAsync(tx, request.Assignee, row, caller);
            if (assignee?.Id == row.AssigneeId)
                return ToMessage(row);
            var previous = row.AssigneeId;
            row.AssigneeId = assignee?.Id;
            await PartnerWrites.SaveAsync(tx, row, row.Stage);
            await PartnerWrites.CarryAlongAsync(tx, row);
            await tx.AuditAsync(caller, "partner.assign", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { From = previous, To = row.AssigneeId });
            return ToMessage(row);
        });
    }

    private static async Task<PartnerRow> NewRowAsync(Tx tx, Partner asked, Caller caller)
    {
        var organisationId = asked.Organisation.Length == 0 ? caller.OrganisationId : Ids.Of(asked.Organisation, "organisations");
        var organisation = await OrganisationStore.GetAsync(tx, organisationId, caller.Scope);
        var parent = await ParentAsync(tx, asked.Parent, caller);
        Errors.ThrowIfAny([
            .. PartnerRules.Create(asked),
            .. organisation is null ? [Errors.Missing("partner.organisation", $"organisations/{organisationId}")] : PartnerRules.OwnProvince(organisation.ProvinceCode, asked.CityCode),
            .. PartnerRules.Parent(asked.Parent, parent, organisation?.Id)]);
        var id = tx.NewId();
        return new PartnerRow
        {
            Id = id,
            Name = asked.DisplayName.Trim(),
            NameKey = PartnerRules.NameKey(asked.DisplayName),
            Kind = EnumText.Of(asked.Kind),
            Stage = EnumText.Of(PartnerStage.Surveyed),
            ProvinceCode = asked.CityCode[..2],
            CityCode = asked.CityCode,
            Address = asked.Address,
            Contact = asked.Contact,
            Phone = asked.Phone,
            Brands = asked.Brands,
            AnnualVolume = asked.HasAnnualVolume ? asked.AnnualVolume : null,
            Advantage = asked.Advantage,
            OrganisationId = organisation!.Id,
            ParentId = parent?.Id,
            ScopePath = $"{parent?.ScopePath ?? organisation.ScopePath}{id}/",
            // Who sees only what is assigned to him has what he creates assigned to him.
            AssigneeId = caller.Scope.Assignee,
            Version = 1,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
    }

    /// <summary>Puts a field into the row, or says why it cannot be put there.</summary>
    private static async Task<IEnumerable<Violation>> ChangeAsync(Tx tx, PartnerRow row, string field, Partner asked, Caller caller)
    {
        switch (field)
        {
            case "display_name":
                row.Name = asked.DisplayName.Trim();
                row.NameKey = PartnerRules.NameKey(asked.DisplayName);
                break;
            case "city_code":
                row.CityCode = asked.CityCode;
                row.ProvinceCode = asked.CityCode[..2];
                return PartnerRules.OwnProvince((await OrganisationStore.FindAsync(tx, row.OrganisationId))!.ProvinceCode, asked.CityCode);
            case "address":
                row.Address = asked.Address;
                break;
            case "contact":
                row.Contact = asked.Contact;
                break;
            case "phone":
                row.Phone = asked.Phone;
                break;
            case "brands":
                row.Brands = asked.Brands;
                break;
            case "annual_volume":
                row.AnnualVolume = asked.HasAnnualVolume ? asked.AnnualVolume : null;
                break;
            case "advantage":
                row.Advantage = asked.Advantage;
                break;
            case "parent":
                return await PlaceAsync(tx, row, asked.Parent, caller);
            default:
                throw new InvalidOperationException($"{field} is said to be changeable.");
        }
        return [];
    }

    /// <summary>Puts a terminal below an agent, or directly below its organisation.</summary>
    private static async Task<IEnumerable<Violation>> PlaceAsync(Tx tx, PartnerRow row, string parentName, Caller caller)
    {
        if (parentName == (row.ParentId is null ? "" : $"partners/{row.ParentId}"))
            return [];
        if (row.Kind == EnumText.Of(PartnerKind.CityAgent))
            return [PartnerRules.NothingAboveAnAgent];
        var parent = await ParentAsync(tx, parentName, caller);
        var above = parent?.ScopePath ?? (await OrganisationStore.FindAsync(tx, row.OrganisationId))!.ScopePath;
        row.ParentId = parent?.Id;
        row.ScopePath = $"{above}{row.Id}/";
        return PartnerRules.Parent(parentName, parent, row.OrganisationId);
    }

    /// <summary>A salesperson may put a shop below an agent of his centre that a colleague looks after.</summary>
    private static async Task<PartnerRow?> ParentAsync(Tx tx, string name, Caller caller) =>
        name.Length == 0 ? null : await PartnerStore.GetAsync(tx, Ids.Of(name, "partners"), caller.Scope with { Assignee = null });

    private static async Task<StaffRow> AssigneeAsync(Tx tx, string name, PartnerRow partner, Caller caller)
    {
        var person = await StaffStore.GetAsync(tx, Ids.Of(name, "staff"), caller.Scope)
            ?? throw Errors.Invalid([Errors.Missing("assignee", name)]);
        if (!person.Active || person.PartnerId is not null || person.OrganisationId != partner.OrganisationId)
            throw Errors.Invalid("assignee", "须是机构所属组织的在职员工", "must be an active member of the staff of the partner's organisation");
        return person;
    }

    private static void RequirePermission(Caller caller, string? permission)
    {
        if (permission is null)
            return;
        caller.Require(permission);
        if (permission == PartnerRules.TerminatePermission && caller.Scope.Path is not ("/" or "/hq/"))
            throw Errors.Denied(permission);
    }

    private static async Task<PartnerRow> GetAsync(Session s, string name, Scope scope) =>
        await PartnerStore.GetAsync(s, Ids.Of(name, "partners"), scope) ?? throw Errors.NotFound(name);

    private static Partner ToMessage(PartnerRow row)
    {
        var partner = new Partner
        {
            Name = $"partners/{row.Id}",
            DisplayName = row.Name,
            Kind = EnumText.Parse<PartnerKind>(row.Kind),
            Stage = EnumText.Parse<PartnerStage>(row.Stage),
            CityCode = row.CityCode,
            City = PartnerRules.CityName(row.CityCode),
            Address = row.Address,
            Contact = row.Contact,
            Phone = row.Phone,
            Brands = row.Brands,
            Advantage = row.Advantage,
            Organisation = $"organisations/{row.OrganisationId}",
            Parent = row.ParentId is null ? "" : $"partners/{row.ParentId}",
            Assignee = row.AssigneeId is null ? "" : $"staff/{row.AssigneeId}",
            Etag = Etag.Of(row.Version),
            CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
            UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
            ScopePath = row.ScopePath,
        };
        if (row.AnnualVolume is { } volume)
            partner.AnnualVolume = volume;
        return partner;
    }
}
