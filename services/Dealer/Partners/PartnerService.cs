using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Duplicates;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Search;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Partners;

/// <summary>Partners 机构.</summary>
public sealed class PartnerService(Db db, Operator operations) : V1.PartnerService.PartnerServiceBase
{
    public override Task<Partner> CreatePartner(CreatePartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await NewRowAsync(tx, request.Partner, caller);
            if (request.RefuseDuplicates)
                await RefuseDuplicatesAsync(tx, row, caller);
            await PartnerWrites.CreateAsync(tx, row);
            await tx.AuditAsync(caller, "partner.create", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Name, row.Kind, row.CityCode });
            return ToMessage(row, caller);
        });
    }

    public override async Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return ToMessage(await db.ReadAsync(s => GetAsync(s, request.Name, caller.Scope)), caller);
    }

    public override async Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new PartnerFilter(EnumText.Filter(request.Stage), request.CityCode, EnumText.Filter(request.Kind));
        var query = new SearchQuery(request.Query, caller.SeesAllPhones());
        var (rows, next) = string.IsNullOrWhiteSpace(request.Query) ? await ListAsync(caller.Scope, page, filter) : await db.ReadAsync(s => PartnerSearch.FindAsync(s, caller.Scope, page, filter, query));
        var reply = new ListPartnersResponse { NextPageToken = next };
        reply.Partners.Add(rows.Select(row => ToMessage(row, caller)));
        return reply;
    }

    public override Task<Partner> UpdatePartner(UpdatePartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Partner;
        var paths = Fields.Paths(request.UpdateMask, PartnerRules.Changeable);
        return db.WriteAsync(async tx =>
        {
            var row = await ForWritingAsync(tx, asked.Name, caller.Scope);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            var (before, path) = (ToMessage(row, caller), row.ScopePath);
            var faults = PartnerRules.Update(asked, request.UpdateMask).ToList();
            foreach (var field in paths.Where(PartnerRules.Changeable.Contains))
                faults.AddRange(await ChangeAsync(tx, row, field, asked, caller));
            Errors.ThrowIfAny(faults);
            if (ToMessage(row, caller).Equals(before))
                return before;
            await PartnerWrites.SaveAsync(tx, row, row.Stage);
            if (row.ScopePath != path)
                await PartnerWrites.CarryAlongAsync(tx, row);
            await tx.AuditAsync(caller, "partner.update", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { Fields = paths, Etag = Etag.Of(row.Version) });
            return ToMessage(row, caller);
        }, context.CancellationToken);
    }

    public override Task<Partner> AdvancePartner(AdvancePartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ForWritingAsync(tx, request.Name, caller.Scope);
            Etag.Check(request.Etag, row.Version, request.Name);
            await PartnerActions.AdvanceAsync(tx, row, request.Stage, request.Reason, request.Evidence, caller);
            return ToMessage(row, caller);
        });
    }

    public override Task<Partner> AssignPartner(AssignPartnerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ForWritingAsync(tx, request.Name, caller.Scope);
            await PartnerActions.AssignAsync(tx, row, request.Assignee, caller);
            return ToMessage(row, caller);
        });
    }

    private static async Task RefuseDuplicatesAsync(Tx tx, PartnerRow row, Caller caller)
    {
        var found = await DuplicateFinder.CandidatesAsync(tx, caller.Scope with { Assignee = null }, row.Id, DuplicateFinder.KeysOf(row), 3);
        var sure = found.Where(candidate => candidate.Likeness.Score >= DuplicateRules.SureScore).Select(candidate => candidate.Row.Name).ToList();
        if (sure.Count > 0)
            throw Errors.Conflict("LIKELY_DUPLICATE", $"很可能已有此机构：{string.Join("、", sure)}。", $"It is very likely there already: {string.Join(", ", sure)}.");
    }

    public override async Task<ListPartnerTimelineResponse> ListPartnerTimeline(ListPartnerTimelineRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        // Reasons and names in it are ours, not for the agent or shop itself.
        if (caller.PartnerId is not null)
            throw Errors.Denied("dealer.partners.timeline");
        await db.ReadAsync(s => GetAsync(s, request.Name, caller.Scope));
        var (entries, next) = await operations.TimelineAsync(request.Name, page);
        return new ListPartnerTimelineResponse { Entries = { entries }, NextPageToken = next };
    }

    private async Task<(List<PartnerRow> Rows, string NextPageToken)> ListAsync(Scope scope, Page page, PartnerFilter filter)
    {
        var rows = await db.ReadAsync(s => PartnerStore.ListAsync(s, scope, page, filter));
        var next = page.Cut(rows, row => row.Id);
        return (rows, next);
    }

    private static async Task<PartnerRow> NewRowAsync(Tx tx, Partner asked, Caller caller)
    {
        var organisationId = asked.Organisation.Length == 0 ? caller.OrganisationId : Ids.Of(asked.Organisation, "organisations");
        var organisation = await OrganisationStore.GetAsync(tx, organisationId, caller.Scope);
        var parent = await ParentAsync(tx, asked.Parent, caller);
        Errors.ThrowIfAny([
            .. PartnerRules.Create(asked),
            .. PartnerRules.Place(organisation, $"organisations/{organisationId}", asked.CityCode),
            .. PartnerRules.Parent(asked.Parent, parent, organisation?.Id)]);
        await OrganisationWrites.HoldAsync(tx, organisation!);
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
                // Who saw it masked sends it back masked.
                if (asked.Phone.Length == 0 || asked.Phone != Privacy.Mask(row.Phone))
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
    private static async Task<PartnerRow?> ParentAsync(Tx tx, string name, Caller caller)
    {
        var parent = name.Length == 0 ? null : await PartnerStore.GetAsync(tx, Ids.Of(name, "partners"), caller.Scope with { Assignee = null });
        return parent?.MergedInto is null ? parent : throw PartnerRules.Merged(parent);
    }

    private static async Task<PartnerRow> GetAsync(Session s, string name, Scope scope) =>
        await PartnerStore.GetAsync(s, Ids.Of(name, "partners"), scope) ?? throw Errors.NotFound(name);

    private static async Task<PartnerRow> ForWritingAsync(Tx tx, string name, Scope scope) =>
        await GetAsync(tx, name, scope) is var row && row.MergedInto is null ? row : throw PartnerRules.Merged(row);

    /// <summary>The partner as this caller sees it.</summary>
    internal static Partner ToMessage(PartnerRow row, Caller caller)
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
            Phone = caller.SeesPhones(row) ? row.Phone : Privacy.Mask(row.Phone),
            Brands = row.Brands,
            Advantage = row.Advantage,
            Organisation = $"organisations/{row.OrganisationId}",
            Parent = row.ParentId is null ? "" : $"partners/{row.ParentId}",
            Assignee = row.AssigneeId is null ? "" : $"staff/{row.AssigneeId}",
            Etag = Etag.Of(row.Version),
            CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
            UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
            ScopePath = row.ScopePath,
            MergedInto = row.MergedInto is null ? "" : $"partners/{row.MergedInto}",
            LapseDate = row.LapsedDate is { } lapsed ? $"{lapsed:yyyy-MM-dd}" : "",
        };
        if (row.AnnualVolume is { } volume)
            partner.AnnualVolume = volume;
        return partner;
    }
}
