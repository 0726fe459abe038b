using Grpc.Core;
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
        var partner = draft.Partner.Length == 0 ? null : await partners.GetPartnerAsync(new GetPartnerRequest { Name = draft.Partner }).FoundAsync();
        Errors.ThrowIfAny([
            .. AgreementRules.Create(draft),
            .. partner is null ? Errors.MissingIf(draft.Partner.Length > 0, "agreement.partner", draft.Partner) : AgreementRules.PartnerFits(draft.Kind, partner)]);
        if (partner!.Stage == PartnerStage.Terminated)
            throw AgreementRules.PartnerTerminated(partner.DisplayName);
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await NewRowAsync(tx, draft, partner);
            (row.DrafterId, row.DrafterName) = (AgreementRow.Actor(caller), caller.Name);
            row.WrittenBy(caller);
            row.Note(tx.NowMicros, "create", caller, "");
            await AgreementStore.InsertAsync(tx, row);
            return await DoneAsync(tx, caller, row, "create");
        });
    }

    public override async Task<Agreement> GetAgreement(GetAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = await db.ReadAsync(s => AgreementStore.GetAsync(s, Ids.Of(request.Name, "agreements"), caller)) ?? throw Errors.NotFound(request.Name);
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
        return db.WriteAsync(async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Update, request.Agreement.Name, request.Agreement.Etag);
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
            row.Steps = [.. AgreementRules.Chain(row, settings.MajorAmountFen).Select(role => new Step(role))];
            (row.State, row.AwaitsRole) = (Codes.Of(AgreementState.InReview), row.Steps[0].Role);
            return await ChangedAsync(tx, caller, row, "submit", request.Comment);
        });
    }

    public override Task<Agreement> ReviewAgreement(ReviewAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var approves = request.Decision == ReviewDecision.Approve;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Review, request.Name, request.Etag);
            row.Steps = Reviewed(row, caller, approves ? "approved" : "returned", request.Comment, tx.NowMicros);
            row.AwaitsRole = approves ? row.Steps.FirstOrDefault(step => step.State == "pending")?.Role ?? "" : "";
            if (row.AwaitsRole.Length == 0)
                row.State = Codes.Of(approves ? AgreementState.Approved : AgreementState.Returned);
            return await ChangedAsync(tx, caller, row, approves ? "approve" : "return", request.Comment);
        });
    }

    public override Task<Agreement> WithdrawAgreement(WithdrawAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Withdraw, request.Name, request.Etag);
            (row.State, row.AwaitsRole) = (Codes.Of(AgreementState.Withdrawn), "");
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

    private static IReadOnlyList<Step> Reviewed(AgreementRow row, Caller caller, string state, string comment, long atUs)
    {
        var due = row.Steps.Select((step, i) => (step, i)).First(s => s.step.State == "pending").i;
        return [.. row.Steps.Select((step, i) => i != due ? step
            : step with { State = state, Reviewer = AgreementRow.Actor(caller), ReviewerName = caller.Name, Comment = comment, AtUs = atUs })];
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
            ScopePath = now.ScopePath,
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

    private static async Task<Agreement> ChangedAsync(Tx tx, Caller caller, AgreementRow row, string action, string comment)
    {
        row.Note(tx.NowMicros, action, caller, comment);
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
