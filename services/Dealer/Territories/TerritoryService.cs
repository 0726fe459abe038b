using System.Data.Common;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Territories;

/// <summary>Territories 区域.</summary>
public sealed class TerritoryService(Db db) : V1.TerritoryService.TerritoryServiceBase
{
    public override async Task<Territory> ClaimTerritory(ClaimTerritoryRequest request, ServerCallContext context)
    {
        var outcome = await ClaimAsync(request, context);
        if (outcome.TryUnpack<Territory>(out var territory))
            return territory;
        var holder = await db.ReadAsync(s => PartnerStore.FindAsync(s, Ids.Of(outcome.Unpack<TerritoryConflict>().Holder, "partners")));
        throw TerritoryRules.Conflict(request.CityCode, holder?.Name ?? "");
    }

    public override async Task<ListTerritoriesResponse> ListTerritories(ListTerritoriesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => TerritoryStore.ListAsync(s, caller.Scope, page, request.CityCode, EnumText.Filter(request.State), Ids.Of(request.Partner, "partners")));
        var reply = new ListTerritoriesResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.Territories.Add(rows.Select(ToMessage));
        return reply;
    }

    public override async Task<ListTerritoryConflictsResponse> ListTerritoryConflicts(ListTerritoryConflictsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => TerritoryStore.ListConflictsAsync(s, caller.Scope, page, request.OpenOnly));
        var reply = new ListTerritoryConflictsResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.TerritoryConflicts.Add(rows.Select(ToMessage));
        return reply;
    }

    public override Task<Territory> TransferTerritory(TransferTerritoryRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await GetAsync(tx, request.Name, request.Etag, caller);
            var from = (await PartnerStore.FindAsync(tx, row.PartnerId))!;
            var to = await PartnerStore.GetAsync(tx, Ids.Of(request.Partner, "partners"), caller.Scope)
                ?? throw Errors.Invalid([Errors.Missing("partner", request.Partner)]);
            if (TerritoryRules.WhyNotTransfer(row, from, to, await TerritoryStore.LiveAsync(tx, row.CityCode)) is { } refusal)
                throw refusal;
            var held = await TerritoryWrites.TransferAsync(tx, row, to, Ids.Of(request.Agreement, "agreements"), request.Reason);
            foreach (var conflict in await TerritoryStore.OpenOfAsync(tx, row.CityCode, to.Id))
                await TerritoryStore.CloseConflictAsync(tx, conflict, request.Reason);
            await tx.AuditAsync(caller, "territory.transfer", request.Name, row.ScopePath, row.AssigneeId, new { row.CityCode, From = from.Id, To = to.Id, request.Reason });
            await tx.AuditAsync(caller, "territory.take-over", $"territories/{held.Id}", held.ScopePath, held.AssigneeId, new { held.CityCode, From = from.Id, To = to.Id, request.Reason });
            return ToMessage(held);
        });
    }

    public override Task<Territory> ReleaseTerritory(ReleaseTerritoryRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await GetAsync(tx, request.Name, request.Etag, caller);
            if (row.State == TerritoryRules.Released)
                throw Errors.Precondition("TERRITORY_RELEASED", "该区域已经释放。", "The territory is released already.");
            await TerritoryWrites.ReleaseAsync(tx, row, request.Reason);
            await tx.AuditAsync(caller, "territory.release", request.Name, row.ScopePath, row.AssigneeId, new { row.CityCode, row.PartnerId, request.Reason });
            return ToMessage(row);
        });
    }

    public override Task<TerritoryConflict> DismissTerritoryConflict(DismissTerritoryConflictRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await TerritoryStore.ConflictAsync(tx, Ids.Of(request.Name, "territoryConflicts"), caller.Scope) ?? throw Errors.NotFound(request.Name);
            if (!row.IsOpen)
                throw Errors.Precondition("CONFLICT_CLOSED", "该区域冲突已经裁定。", "The conflict was ruled on already.");
            await TerritoryStore.CloseConflictAsync(tx, row, request.Reason);
            await tx.AuditAsync(caller, "territory.dismiss", request.Name, row.ScopePath, row.AssigneeId, new { row.CityCode, row.ClaimantId, request.Reason });
            return ToMessage(row);
        });
    }

    public override async Task<ListCityAvailabilityResponse> ListCityAvailability(ListCityAvailabilityRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var name = request.Organisation.Length > 0 ? request.Organisation : $"organisations/{caller.OrganisationId}";
        return await db.ReadAsync(async s =>
        {
            var organisation = await OrganisationStore.GetAsync(s, Ids.Of(name, "organisations"), caller.Scope) ?? throw Errors.NotFound(name);
            return await TerritoryAvailability.ListAsync(s, organisation, request, caller, db.Clock.NowMicros());
        });
    }

    private static async Task<TerritoryRow> GetAsync(Tx tx, string name, string etag, Caller caller)
    {
        var row = await TerritoryStore.GetAsync(tx, Ids.Of(name, "territories"), caller.Scope) ?? throw Errors.NotFound(name);
        Etag.Check(etag, row.Version, name);
        return row;
    }

    /// <summary>
    /// The Territory, or the TerritoryConflict: a refused claim leaves its conflict behind, so it is committed, and
    /// refused afterwards. The stored reply of its request_id is that outcome too.
    /// </summary>
    private async Task<Any> ClaimAsync(ClaimTerritoryRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        try
        {
            return await WriteAsync();
        }
        catch (DbException e) when (db.Dialect.IsUniqueViolation(e))
        {
            // Two took the city in the same instant, and the other was faster: now it is there to be seen.
            return await WriteAsync();
        }

        Task<Any> WriteAsync() => db.WriteOnceAsync(context, request, request.RequestId, tx => ClaimAsync(tx, request, caller));
    }

    private static async Task<Any> ClaimAsync(Tx tx, ClaimTerritoryRequest request, Caller caller)
    {
        var partner = await PartnerStore.GetAsync(tx, Ids.Of(request.Partner, "partners"), caller.Scope) ?? throw Errors.NotFound(request.Partner);
        if (TerritoryRules.WhyNot(partner) is { } refusal)
            throw refusal;
        var organisation = await OrganisationStore.FindAsync(tx, partner.OrganisationId);
        if (organisation?.ProvinceCode is { } province && !request.CityCode.StartsWith(province, StringComparison.Ordinal))
            throw Errors.Invalid("city_code", "不在代理商所属中心的省份", "is not in the province of the agent's centre", "OUTSIDE_PROVINCE");

        var agreement = Ids.Of(request.Agreement, "agreements");
        if (await TerritoryWrites.HoldAsync(tx, partner, request.CityCode, agreement, signed: false) is { } row)
        {
            await tx.AuditAsync(caller, "territory.claim", $"territories/{row.Id}", row.ScopePath, row.AssigneeId, new { row.CityCode, row.AgreementId });
            return Any.Pack(ToMessage(row));
        }
        var conflict = await TerritoryWrites.OpenConflictAsync(tx, partner, request.CityCode, agreement);
        await tx.AuditAsync(caller, "territory.conflict", $"territoryConflicts/{conflict.Id}", conflict.ScopePath, conflict.AssigneeId, new { conflict.CityCode, conflict.HolderId });
        return Any.Pack(ToMessage(conflict));
    }

    internal static Territory ToMessage(TerritoryRow row) => new()
    {
        Name = $"territories/{row.Id}",
        CityCode = row.CityCode,
        City = PartnerRules.CityName(row.CityCode),
        Partner = $"partners/{row.PartnerId}",
        Agreement = $"agreements/{row.AgreementId}",
        State = EnumText.Parse<TerritoryState>(row.State),
        HoldStartTime = TimeOf(row.HeldFromUs),
        HoldEndTime = TimeOf(row.HeldToUs),
        EndReason = row.EndReason,
        Etag = Etag.Of(row.Version),
        ReserveUntil = row.State == TerritoryRules.Reserved ? Timestamp.FromDateTimeOffset(Clock.FromMicros(row.ReserveUntilUs)) : null,
    };

    private static TerritoryConflict ToMessage(TerritoryConflictRow row) => new()
    {
        Name = $"territoryConflicts/{row.Id}",
        CityCode = row.CityCode,
        Holder = $"partners/{row.HolderId}",
        Claimant = $"partners/{row.ClaimantId}",
        Agreement = $"agreements/{row.AgreementId}",
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        Open = row.IsOpen,
        Ruling = row.Ruling,
    };

    private static Timestamp? TimeOf(long? micros) => micros is { } time ? Timestamp.FromDateTimeOffset(Clock.FromMicros(time)) : null;
}
