using System.Text.Json;
using Grpc.Core;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Staff;

/// <summary>Members of staff 员工, and the people of agents and shops.</summary>
public sealed class StaffService(Db db, ServiceName service) : V1.StaffService.StaffServiceBase
{
    public override Task<V1.Staff> CreateStaff(CreateStaffRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Staff;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var organisation = await OrganisationWrites.TakeInAsync(tx, Ids.Of(asked.Organisation, "organisations"), caller.Scope, "staff.organisation");
            RefuseDepartment(organisation);
            var partner = asked.Partner.Length == 0 ? null : await PartnerOfAsync(tx, asked, caller);
            var row = new StaffRow
            {
                Id = tx.NewId(),
                Name = asked.DisplayName.Trim(),
                OrganisationId = organisation.Id,
                RolesJson = JsonSerializer.Serialize(asked.Roles),
                Phone = asked.Phone,
                PartnerId = partner?.Id,
                DepartmentId = (await DepartmentAsync(tx, asked.Department, organisation, caller))?.Id,
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
        return ToMessage(await db.ReadAsync(s => GetAsync(s, request.Name, scope)));
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

    public override Task<V1.Staff> UpdateStaff(UpdateStaffRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Staff;
        var paths = Fields.Paths(request.UpdateMask, StaffRules.Changeable);
        return db.WriteAsync(async tx =>
        {
            var row = await GetAsync(tx, asked.Name, caller.Scope);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            if (StaffRules.WhyNot(row) is { } refusal)
                throw refusal;
            var before = ToMessage(row);
            await ChangeAsync(tx, row, paths, asked, caller);
            var after = ToMessage(row);
            if (after.Equals(before))
                return before;
            // Somebody's roles are for who might have given them; the rest of the record has no such limits.
            if (!after.Roles.Equals(before.Roles) || after.Organisation != before.Organisation)
                Errors.ThrowIfAny([.. StaffRules.Create(before, caller), .. StaffRules.Create(after, caller)]);
            await StaffStore.UpdateAsync(tx, row);
            await tx.PublishAsync(Changed(row));
            await tx.AuditAsync(caller, "staff.update", $"staff/{row.Id}", row.ScopePath, null, new { Fields = paths, row.Name, Roles = RolesOf(row), row.OrganisationId, row.DepartmentId });
            return ToMessage(row);
        }, context.CancellationToken);
    }

    public override async Task<StaffPortfolio> GetStaffPortfolio(GetStaffPortfolioRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        return await db.ReadAsync(async s =>
        {
            var row = await GetAsync(s, request.Name, scope);
            var cities = await StaffPortfolioStore.CitiesAsync(s, row.Id);
            var portfolio = new StaffPortfolio
            {
                PartnerCount = cities.Sum(city => city.Number),
                PlannedVisitCount = await StaffPortfolioStore.PlannedVisitsAsync(s, row.Id),
                OpenConflictCount = await StaffPortfolioStore.OpenConflictsAsync(s, row.Id),
            };
            portfolio.Cities.Add(cities.Select(city => new CityCount { CityCode = city.CityCode, City = PartnerRules.CityName(city.CityCode), PartnerCount = city.Number }));
            return portfolio;
        });
    }

    public override Task<Common.V1.Operation> LeaveStaff(LeaveStaffRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        Errors.ThrowIfAny(StaffRules.Handovers(request));
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await GetAsync(tx, request.Name, caller.Scope);
            Etag.Check(request.Etag, row.Version, request.Name);
            if (StaffRules.WhyNot(row) is { } refusal)
                throw refusal;
            if (row.Id == caller.StaffId)
                throw Errors.Precondition("NOT_ONESELF", "本人的离职须由他人办理。", "Somebody else lets you leave.");
            Errors.ThrowIfAny(StaffRules.Create(ToMessage(row), caller));
            await RequireSuccessorsAsync(tx, request, row, caller);
            (row.Active, row.LeftDate, row.LeaveReason) = (false, ChinaTime.DateOf(tx.Now), request.Reason);
            await StaffStore.UpdateAsync(tx, row);
            await tx.PublishAsync(Changed(row));
            var operation = await StaffHandover.StartAsync(tx, caller, service.Value, request);
            await tx.AuditAsync(caller, "staff.leave", $"staff/{row.Id}", row.ScopePath, null, new { request.Reason, Partners = operation.ProgressTotal });
            return operation;
        });
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

    private static async Task<PartnerRow> PartnerOfAsync(Tx tx, V1.Staff asked, Caller caller)
    {
        var partner = await PartnerStore.GetAsync(tx, Ids.Of(asked.Partner, "partners"), caller.Scope)
            ?? throw Errors.Invalid("staff.partner", "找不到该机构，或它不在您的管理范围内", "was not found, or is outside your scope", "NOT_FOUND");
        if (asked.Organisation != $"organisations/{partner.OrganisationId}")
            throw Errors.Invalid("staff.organisation", "与机构所属的组织不一致", "is not the partner's organisation");
        return partner;
    }

    private static async Task ChangeAsync(Tx tx, StaffRow row, IReadOnlyList<string> paths, V1.Staff asked, Caller caller)
    {
        if (paths.Contains("display_name"))
            row.Name = asked.DisplayName.Trim();
        if (paths.Contains("phone"))
            row.Phone = asked.Phone;
        if (paths.Contains("roles"))
            row.RolesJson = JsonSerializer.Serialize(asked.Roles);
        if (paths.Contains("organisation") && asked.Organisation != $"organisations/{row.OrganisationId}")
            await GoAsync(tx, row, asked.Organisation, caller);
        if (paths.Contains("department"))
        {
            var organisation = (await OrganisationStore.FindAsync(tx, row.OrganisationId))!;
            row.DepartmentId = (await DepartmentAsync(tx, asked.Department, organisation, caller))?.Id;
        }
    }

    /// <summary>To another organisation 调动: with empty hands.</summary>
    private static async Task GoAsync(Tx tx, StaffRow row, string organisationName, Caller caller)
    {
        if (row.PartnerId is not null)
            throw Errors.Invalid("staff.organisation", "外部人员的组织随其机构", "is that of the person's partner");
        var organisation = await OrganisationWrites.TakeInAsync(tx, Ids.Of(organisationName, "organisations"), caller.Scope, "staff.organisation");
        RefuseDepartment(organisation);
        if ((await StaffPortfolioStore.CitiesAsync(tx, row.Id)).Sum(city => city.Number) is > 0 and var partners)
            throw Errors.Precondition("PORTFOLIO_LEFT", $"{row.Name} 名下尚有 {partners} 家机构，须先移交。", $"{row.Name} still looks after {partners} partners; hand them over first.");
        (row.OrganisationId, row.ScopePath, row.DepartmentId) = (organisation.Id, organisation.ScopePath, null);
    }

    private static void RefuseDepartment(OrganisationRow organisation)
    {
        if (organisation.Kind == EnumText.Of(OrganisationKind.Department))
            throw Errors.Invalid("staff.organisation", "须是部门所属的组织，部门填入 department", "must be the organisation that the department belongs to; name that in department", "WRONG_KIND");
    }

    private static async Task<OrganisationRow?> DepartmentAsync(Tx tx, string name, OrganisationRow organisation, Caller caller)
    {
        if (name.Length == 0)
            return null;
        var department = await OrganisationWrites.TakeInAsync(tx, Ids.Of(name, "organisations"), caller.Scope, "staff.department");
        // Departments stand below each other, and then below the organisation.
        if (department.Kind != EnumText.Of(OrganisationKind.Department) || (await OrganisationStore.HomeOfAsync(tx, department)).Id != organisation.Id)
            throw Errors.Invalid("staff.department", "须是该组织的部门", "must be a department of the organisation", "WRONG_KIND");
        return department;
    }

    private static async Task RequireSuccessorsAsync(Tx tx, LeaveStaffRequest request, StaffRow leaver, Caller caller)
    {
        var violations = new List<Violation>();
        for (var i = 0; i < request.Handovers.Count; i++)
        {
            var person = await StaffStore.GetAsync(tx, Ids.Of(request.Handovers[i].Successor, "staff"), caller.Scope);
            if (person is null)
                violations.Add(new($"handovers[{i}].successor", "找不到该员工，或其不在您的管理范围内", "was not found, or is outside your scope", "NOT_FOUND"));
            else if (!person.Active || person.PartnerId is not null || person.OrganisationId != leaver.OrganisationId)
                violations.Add(new($"handovers[{i}].successor", "须是同一组织的在职员工", "must be an active member of the same organisation's staff"));
        }
        Errors.ThrowIfAny(violations);
    }

    private static async Task<StaffRow> GetAsync(Session s, string name, Scope scope) =>
        await StaffStore.GetAsync(s, Ids.Of(name, "staff"), scope) ?? throw Errors.NotFound(name);

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
        Department = row.DepartmentId is null ? "" : $"organisations/{row.DepartmentId}",
        LeaveDate = row.LeftDate?.ToString("yyyy-MM-dd") ?? "",
        LeaveReason = row.LeaveReason,
    };
}
