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
            var organisation = await OrganisationStore.GetAsync(tx, Ids.Of(asked.Organisation, "organisations"), caller.Scope);
            var partner = asked.Partner.Length == 0 ? null : await PartnerStore.GetAsync(tx, Ids.Of(asked.Partner, "partners"), caller.Scope);
            var department = await DepartmentAsync(tx, asked.Department, caller);
            Errors.ThrowIfAny([
                .. StaffRules.Create(asked, caller), .. StaffRules.Place(asked, organisation, partner), .. StaffRules.Department(asked, department, organisation)]);
            await HoldAsync(tx, organisation, department?.Row);
            var row = new StaffRow
            {
                Id = tx.NewId(),
                Name = asked.DisplayName.Trim(),
                OrganisationId = organisation!.Id,
                RolesJson = JsonSerializer.Serialize(asked.Roles),
                Phone = asked.Phone,
                Email = asked.Email,
                PartnerId = partner?.Id,
                DepartmentId = department?.Row.Id,
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
            Errors.ThrowIfAny(await ChangeAsync(tx, row, paths, asked, caller));
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
        Email = row.Email,
    };

    /// <summary>Puts the fields of the mask into the row, or says why they cannot be put there.</summary>
    private static async Task<List<Violation>> ChangeAsync(Tx tx, StaffRow row, IReadOnlyList<string> paths, V1.Staff asked, Caller caller)
    {
        var faults = new List<Violation>();
        if (paths.Contains("display_name"))
            row.Name = asked.DisplayName.Trim();
        if (paths.Contains("phone"))
            row.Phone = asked.Phone;
        if (paths.Contains("email"))
            row.Email = asked.Email;
        if (paths.Contains("roles"))
            row.RolesJson = JsonSerializer.Serialize(asked.Roles);
        if (paths.Contains("organisation") && asked.Organisation != $"organisations/{row.OrganisationId}")
            faults.AddRange(await GoAsync(tx, row, asked, caller));
        if (paths.Contains("department"))
        {
            var department = await DepartmentAsync(tx, asked.Department, caller);
            faults.AddRange(StaffRules.Department(asked, department, faults.Count > 0 ? null : await OrganisationStore.FindAsync(tx, row.OrganisationId)));
            await HoldAsync(tx, department?.Row);
            row.DepartmentId = department?.Row.Id;
        }
        return faults;
    }

    /// <summary>To another organisation 调动: with empty hands.</summary>
    private static async Task<IEnumerable<Violation>> GoAsync(Tx tx, StaffRow row, V1.Staff asked, Caller caller)
    {
        if (row.PartnerId is not null)
            return [StaffRules.WithThePartner];
        var organisation = await OrganisationStore.GetAsync(tx, Ids.Of(asked.Organisation, "organisations"), caller.Scope);
        if (StaffRules.Organisation(asked, organisation) is { } violation)
            return [violation];
        if ((await StaffPortfolioStore.CitiesAsync(tx, row.Id)).Sum(city => city.Number) is > 0 and var partners)
            throw Errors.Precondition("PORTFOLIO_LEFT", $"{row.Name} 名下尚有 {partners} 家机构，须先移交。", $"{row.Name} still looks after {partners} partners; hand them over first.");
        await HoldAsync(tx, organisation);
        (row.OrganisationId, row.ScopePath, row.DepartmentId) = (organisation!.Id, organisation.ScopePath, null);
        return [];
    }

    private static async Task HoldAsync(Tx tx, params OrganisationRow?[] organisations)
    {
        foreach (var organisation in organisations)
            if (organisation is not null)
                await OrganisationWrites.HoldAsync(tx, organisation);
    }

    private static async Task<(OrganisationRow Row, OrganisationRow Home)?> DepartmentAsync(Tx tx, string name, Caller caller)
    {
        var department = name.Length == 0 ? null : await OrganisationStore.GetAsync(tx, Ids.Of(name, "organisations"), caller.Scope);
        // Departments stand below each other, and then below the organisation.
        return department is null ? null : (department, await OrganisationStore.HomeOfAsync(tx, department));
    }

    private static async Task RequireSuccessorsAsync(Tx tx, LeaveStaffRequest request, StaffRow leaver, Caller caller)
    {
        var violations = StaffRules.Handovers(request);
        for (var i = 0; i < request.Handovers.Count; i++)
        {
            var (field, successor) = ($"handovers[{i}].successor", request.Handovers[i].Successor);
            var person = await StaffStore.GetAsync(tx, Ids.Of(successor, "staff"), caller.Scope);
            if (person is null)
                violations.Add(Errors.Missing(field, successor));
            else if (successor != request.Name && (!person.Active || person.PartnerId is not null || person.OrganisationId != leaver.OrganisationId))
                violations.Add(new(field, "须是同一组织的在职员工", "must be an active member of the same organisation's staff"));
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
        Email = row.Email,
        Partner = row.PartnerId is null ? "" : $"partners/{row.PartnerId}",
        Active = row.Active,
        ScopePath = row.ScopePath,
        Etag = Etag.Of(row.Version),
        Department = row.DepartmentId is null ? "" : $"organisations/{row.DepartmentId}",
        LeaveDate = row.LeftDate?.ToString("yyyy-MM-dd") ?? "",
        LeaveReason = row.LeaveReason,
    };
}
