using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.People;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract.Delegations;

/// <summary>Delegations 委托代理 of reviews.</summary>
public sealed class DelegationService(Db db, StaffService.StaffServiceClient staff) : V1.DelegationService.DelegationServiceBase
{
    public override async Task<Delegation> CreateDelegation(CreateDelegationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Delegation;
        var me = caller.RequireStaff();
        var colleague = await staff.GetStaffAsync(new GetStaffRequest { Name = asked.Delegate }).FoundAsync();
        Errors.ThrowIfAny([.. DelegationRules.Create(asked, me, ChinaTime.Today(db.Clock)), .. DealerLookups.WhyNotActive(colleague, asked.Delegate, "delegation.delegate")]);
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await StaffStore.SeenAsync(tx, caller);
            var row = new DelegationRow
            {
                Id = tx.NewId(),
                Version = 1,
                AssigneeId = me,
                DelegatorName = caller.Name,
                DelegateId = Ids.Of(colleague!.Name, "staff"),
                DelegateName = colleague.DisplayName,
                FromDate = DateOnly.ParseExact(asked.FromDate, "yyyy-MM-dd"),
                ToDate = DateOnly.ParseExact(asked.ToDate, "yyyy-MM-dd"),
                Reason = asked.Reason,
                ScopePath = await Places.NowAsync(tx, caller.Scope.Path),
                CreatedUs = tx.NowMicros,
            };
            await DelegationStore.InsertAsync(tx, row);
            await AuditAsync(tx, caller, "delegation.create", row);
            return ToMessage(row);
        });
    }

    public override async Task<Delegation> GetDelegation(GetDelegationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return ToMessage(await db.ReadAsync(s => DelegationStore.GetAsync(s, Ids.Of(request.Name, "delegations"), caller)) ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListDelegationsResponse> ListDelegations(ListDelegationsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => DelegationStore.ListAsync(s, caller, page));
        var next = page.Cut(rows, row => row.Id);
        return new ListDelegationsResponse { Delegations = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override Task<Delegation> RevokeDelegation(RevokeDelegationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await DelegationStore.GetAsync(tx, Ids.Of(request.Name, "delegations"), caller) ?? throw Errors.NotFound(request.Name);
            Etag.Check(request.Etag, row.Version, request.Name);
            if (caller.StaffId is not { } me || (me != row.AssigneeId && me != row.DelegateId))
                throw new Refusal(StatusCode.PermissionDenied, "NOT_YOURS", "只有委托人或代理人可以终止委托。", "Only who delegated and who was delegated to may end it.");
            if (!row.Revoked)
            {
                row.Revoked = true;
                await DelegationStore.UpdateAsync(tx, row);
                await AuditAsync(tx, caller, "delegation.revoke", row);
            }
            return ToMessage(row);
        });
    }

    private static Task AuditAsync(Tx tx, Caller caller, string action, DelegationRow row) => tx.AuditAsync(caller, action, $"delegations/{row.Id}", row.ScopePath,
        row.AssigneeId, new { From = row.DelegatorName, To = row.DelegateName, row.FromDate, row.ToDate, row.Reason });

    private static Delegation ToMessage(DelegationRow row) => new()
    {
        Name = $"delegations/{row.Id}",
        Delegator = $"staff/{row.AssigneeId}",
        DelegatorName = row.DelegatorName,
        Delegate = $"staff/{row.DelegateId}",
        DelegateName = row.DelegateName,
        FromDate = $"{row.FromDate:yyyy-MM-dd}",
        ToDate = $"{row.ToDate:yyyy-MM-dd}",
        Reason = row.Reason,
        Revoked = row.Revoked,
        Etag = Etag.Of(row.Version),
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
    };
}
