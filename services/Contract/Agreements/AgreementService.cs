using Grpc.Core;
using Qudao.Contract.Approvals;
using Qudao.Contract.Delegations;
using Qudao.Contract.Numbers;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>Amounts from which an agreement is major 重大; Contract:MajorAmountFen, 1,000,000 yuan unless said otherwise.</summary>
public sealed record AgreementSettings(long MajorAmountFen);

/// <summary>Agreements 协议, from draft to end.</summary>
public sealed class AgreementService(
    Db db, PartnerService.PartnerServiceClient partners, TerritoryService.TerritoryServiceClient territories, AgreementSettings settings)
    : V1.AgreementService.AgreementServiceBase
{
    /// <summary>Dealer holds a claim for 15 minutes; ours is named anew every five, so a stored reply still holds for ten.</summary>
    private static readonly TimeSpan ClaimWindow = TimeSpan.FromMinutes(5);

    public override async Task<Agreement> CreateAgreement(CreateAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var draft = request.Agreement;
        Errors.ThrowIfAny(AgreementRules.Create(draft));
        var partner = await partners.NamedAsync(draft.Partner, "agreement.partner");
        Errors.ThrowIfAny(AgreementRules.PartnerFits(draft.Kind, partner));
        if (partner.Stage == PartnerStage.Terminated)
            throw AgreementRules.PartnerTerminated(partner.DisplayName);
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await NewRowAsync(tx, draft, partner);
            (row.DrafterId, row.DrafterName) = (AgreementRow.Actor(caller), caller.Name);
            row.WrittenBy(caller);
            row.Note(tx.NowMicros, "create", caller, "");
            await AgreementStore.InsertAsync(tx, row);
            await ContentStore.KeepAsync(tx, row);
            return await DoneAsync(tx, caller, row, "create");
        });
    }

    public override async Task<Agreement> GetAgreement(GetAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = await db.ReadAsync(async s => await AgreementStore.GetAsync(s, Ids.Of(request.Name, "agreements"), caller)
            ?? await VisibleAsync(s, caller, await DelegationStore.ActingsAsync(s, caller, ChinaTime.Today(db.Clock)), request.Name)) ?? throw Errors.NotFound(request.Name);
        return AgreementMessages.Whole(row, caller);
    }

    public override async Task<ListAgreementsResponse> ListAgreements(ListAgreementsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new AgreementFilter(Codes.Of(request.State), Codes.Of(request.Kind), Ids.Of(request.Partner, "partners"), request.AwaitsRole);
        var rows = await db.ReadAsync(s => AgreementStore.ListAsync(s, filter, caller, page));
        var next = page.Cut(rows, row => row.Id);
        return new ListAgreementsResponse { Agreements = { rows.Select(row => AgreementMessages.InList(row, caller)) }, NextPageToken = next };
    }

    public override Task<Agreement> UpdateAgreement(UpdateAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        IReadOnlyList<string> mask = request.UpdateMask?.Paths ?? [];
        Errors.ThrowIfAny(AgreementRules.Update(request.Agreement, mask));
        return db.WriteAsync(async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Update, request.Agreement.Name, request.Agreement.Etag);
            await ContentStore.KeepAsync(tx, row);
            AgreementRules.Apply(request.Agreement, mask, row);
            AgreementRules.Complete(row);
            Errors.ThrowIfAny(AgreementRules.Content(row));
            row.WrittenBy(caller);
            return await ChangedAsync(tx, caller, row, "update", "");
        }, context.CancellationToken);
    }

    public override Task<Agreement> SubmitAgreement(SubmitAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Submit, request.Name, request.Etag);
            row.WrittenBy(caller);
            var policy = PolicyRules.Choose(await PolicyStore.EnabledAsync(tx), row, settings.MajorAmountFen) ?? throw PolicyRules.NoPolicy();
            (row.PolicyId, row.PolicyVersion) = (policy.Id, policy.Version);
            row.Steps = ReviewRules.Start(PolicyRules.Chain(policy, row.Authors), tx.NowMicros, WorkingCalendar.Default);
            row.State = AgreementRules.InReview;
            var submitted = await ChangedAsync(tx, caller, row, "submit", request.Comment);
            await ContentStore.KeepAsync(tx, row, submitted: true);
            return submitted;
        });
    }

    public override Task<Agreement> ReviewAgreement(ReviewAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var approves = request.Decision == ReviewDecision.Approve;
        if (!approves && string.IsNullOrWhiteSpace(request.Comment) && request.Remarks.Count == 0)
            throw Errors.Invalid("comment", "退回时须说明原因", "say why it is returned", "REQUIRED");
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var actings = await DelegationStore.ActingsAsync(tx, caller, ChinaTime.DateOf(tx.Now));
            var row = await VisibleAsync(tx, caller, actings, request.Name) ?? throw Errors.NotFound(request.Name);
            Etag.Check(request.Etag, row.Version, request.Name);
            if (AgreementRules.Refuse(AgreementAction.Review, row, caller) is { } refusal)
                throw refusal;
            var (step, acting) = ReviewRules.Find(row, caller, actings, request.Role, request.OnBehalfOf);
            IReadOnlyList<Remark> remarks = [.. request.Remarks.Select(remark => new Remark(remark.Field, remark.Comment))];
            var decided = ReviewRules.Decide(row.Steps, step, caller, acting, approves, request.Comment, remarks, tx.NowMicros);
            row.Steps = approves ? ReviewRules.Start(decided, tx.NowMicros, WorkingCalendar.Default) : decided;
            if (!approves || ReviewRules.Open(row.Steps).Count == 0)
                row.State = Codes.Of(approves ? AgreementState.Approved : AgreementState.Returned);
            return await ChangedAsync(tx, caller, row, approves ? "approve" : "return", request.Comment, acting);
        });
    }

    public override Task<Agreement> RecallAgreement(RecallAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Recall, request.Name, request.Etag);
            row.State = Codes.Of(AgreementState.Draft);
            row.Steps = [];
            return await ChangedAsync(tx, caller, row, "recall", request.Comment);
        });
    }

    public override async Task<CompareAgreementVersionsResponse> CompareAgreementVersions(CompareAgreementVersionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return await db.ReadAsync(async s =>
        {
            var row = await VisibleAsync(s, caller, await DelegationStore.ActingsAsync(s, caller, ChinaTime.Today(db.Clock)), request.Name) ?? throw Errors.NotFound(request.Name);
            // How we came to our offer is not for people outside.
            if (caller.PartnerId is not null)
                throw Errors.NotFound(request.Name);
            var to = request.ToVersion == 0 ? row.Version : request.ToVersion;
            var from = request.FromVersion == 0 ? AgreementRules.ComparedWith(await ContentStore.VersionsAsync(s, row.Id), to, row) : request.FromVersion;
            if (from > to || to > row.Version)
                throw Errors.Invalid(from > to ? "from_version" : "to_version", "没有这个版本，或前后颠倒", "there is no such version, or they are the wrong way round", "OUT_OF_RANGE");
            var after = to == row.Version ? AgreementRules.ContentOf(row) : await ContentStore.AsOfAsync(s, row.Id, to) ?? throw Errors.NotFound($"{request.Name} v{to}");
            var before = await ContentStore.AsOfAsync(s, row.Id, from) ?? throw Errors.NotFound($"{request.Name} v{from}");
            return new CompareAgreementVersionsResponse { FromVersion = from, ToVersion = to, Changes = { AgreementRules.Changes(before, after) } };
        });
    }

    public override Task<Agreement> WithdrawAgreement(WithdrawAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Withdraw, request.Name, request.Etag);
            row.State = Codes.Of(AgreementState.Withdrawn);
            return await ChangedAsync(tx, caller, row, "withdraw", request.Reason);
        });
    }

    /// <summary>
    /// The city is claimed before the write and the claim confirmed by the event of the write. A crash in between leaves a
    /// claim that the same agreement gets again, and that lapses by itself when nobody comes back.
    /// </summary>
    public override async Task<Agreement> SignAgreement(SignAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        await ClaimTerritoryAsync(request, caller);
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Sign, request.Name, request.Etag);
            row.SignedDate = SignedDate(request, row, tx.Now);
            if (await PartnerStore.GetAsync(tx, row.PartnerId) is { Stage: "terminated" })
                throw AgreementRules.PartnerTerminated(row.PartnerName);
            row.Number = await NumberRegister.TakeAsync(tx, row.OrganisationId, Codes.To<AgreementKind>(row.Kind), Ids.Of(row.DrafterId, "staff"), row.Id);
            row.State = Codes.Of(AgreementState.Active);
            var signed = await ChangedAsync(tx, caller, row, "sign", "");
            await tx.PublishAsync(AgreementMessages.Signed(row));
            return signed;
        });
    }

    public override Task<Agreement> TerminateAgreement(TerminateAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Terminate, request.Name, request.Etag);
            (row.TerminationReason, row.TerminationEvidence) = (request.Reason, request.Evidence);
            row.State = Codes.Of(AgreementState.Terminated);
            return await ChangedAsync(tx, caller, row, "terminate", request.Reason);
        });
    }

    /// <summary>Claims the city of a city-agent agreement that can be signed; of any other the write will tell what is wrong.</summary>
    private async Task ClaimTerritoryAsync(SignAgreementRequest request, Caller caller)
    {
        var row = await db.ReadAsync(s => AgreementStore.GetAsync(s, Ids.Of(request.Name, "agreements"), caller)) ?? throw Errors.NotFound(request.Name);
        if (row.Kind != Codes.Of(AgreementKind.CityAgent) || AgreementRules.Refuse(AgreementAction.Sign, row, caller) is not null)
            return;
        Etag.Check(request.Etag, row.Version, request.Name);
        SignedDate(request, row, db.Clock.GetUtcNow());
        await territories.ClaimTerritoryAsync(new ClaimTerritoryRequest
        {
            CityCode = row.CityCode,
            Partner = $"partners/{row.PartnerId}",
            Agreement = $"agreements/{row.Id}",
            RequestId = $"sign-{row.Id}-{db.Clock.NowMicros() / (ClaimWindow.Ticks / 10)}",
        });
    }

    private static DateOnly SignedDate(SignAgreementRequest request, AgreementRow row, DateTimeOffset now)
    {
        var today = ChinaTime.DateOf(now);
        var signed = request.SignedDate.Length == 0 ? today : DateOnly.ParseExact(request.SignedDate, "yyyy-MM-dd");
        return AgreementRules.RefuseSignedDate(row, signed, today) is { } refusal ? throw refusal : signed;
    }

    /// <summary>A draft with this partner, where the partner is now: an event may have told us more than Dealer's answer did.</summary>
    private static async Task<AgreementRow> NewRowAsync(Tx tx, Agreement draft, Partner partner)
    {
        var id = Ids.Of(partner.Name, "partners");
        var answered = new PartnerRow
        {
            Version = Etag.VersionOf(partner.Etag),
            Name = partner.DisplayName,
            ScopePath = partner.ScopePath,
            AssigneeId = partner.Assignee.Length == 0 ? null : Ids.Of(partner.Assignee, "staff"),
        };
        var now = await PartnerStore.GetAsync(tx, id) is { } heard && heard.Version > answered.Version ? heard : answered;
        var row = new AgreementRow
        {
            Id = tx.NewId(),
            Version = 1,
            Kind = Codes.Of(draft.Kind),
            State = Codes.Of(AgreementState.Draft),
            PartnerId = id,
            PartnerVersion = now.Version,
            PartnerName = now.Name,
            OrganisationId = Ids.Of(partner.Organisation, "organisations"),
            ScopePath = await Places.NowAsync(tx, now.ScopePath),
            AssigneeId = now.AssigneeId,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
        AgreementRules.Apply(draft, [], row);
        if (draft.Kind == AgreementKind.CityAgent && row.CityCode.Length == 0)
            row.CityCode = partner.CityCode;
        AgreementRules.Complete(row);
        return row;
    }

    private static async Task<AgreementRow> ReadAsync(Tx tx, Caller caller, AgreementAction action, string name, string etag)
    {
        var row = await AgreementStore.GetAsync(tx, Ids.Of(name, "agreements"), caller) ?? throw Errors.NotFound(name);
        Etag.Check(etag, row.Version, name);
        return AgreementRules.Refuse(action, row, caller) is { } refusal ? throw refusal : row;
    }

    /// <summary>The agreement where the caller sees it himself, or, while it is in review, for somebody who delegated to him.</summary>
    private static async Task<AgreementRow?> VisibleAsync(Session session, Caller caller, IReadOnlyList<Acting> actings, string name)
    {
        var id = Ids.Of(name, "agreements");
        if (await AgreementStore.GetAsync(session, id, caller) is { } own)
            return own;
        foreach (var acting in actings.Where(acting => acting.Delegated))
            if (await AgreementStore.GetAsync(session, id, acting.Scope) is { State: AgreementRules.InReview } row)
                return row;
        return null;
    }

    private static async Task<Agreement> ChangedAsync(Tx tx, Caller caller, AgreementRow row, string action, string comment, Acting? acting = null)
    {
        row.Note(tx.NowMicros, action, caller, comment, acting);
        row.UpdatedUs = tx.NowMicros;
        await AgreementStore.UpdateAsync(tx, row);
        return await DoneAsync(tx, caller, row, action);
    }

    private static async Task<Agreement> DoneAsync(Tx tx, Caller caller, AgreementRow row, string action)
    {
        await tx.PublishAsync(AgreementMessages.Changed(row));
        await tx.AuditAsync(caller, $"agreement.{action}", $"agreements/{row.Id}", row.ScopePath, row.AssigneeId,
            new { row.State, row.Number, row.PartnerName, row.Timeline[^1].Comment });
        return AgreementMessages.Whole(row, caller);
    }
}
