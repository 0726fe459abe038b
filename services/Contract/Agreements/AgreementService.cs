using Google.Protobuf;
using Grpc.Core;
using Qudao.Contract.Approvals;
using Qudao.Contract.Authorities;
using Qudao.Contract.Delegations;
using Qudao.Contract.Instalments;
using Qudao.Contract.Numbers;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>What the manuals leave to be set.</summary>
/// <param name="MajorAmountFen">From which amount an agreement is major 重大; Contract:MajorAmountFen, 1,000,000 yuan unless said otherwise.</param>
/// <param name="RefuseUnreported">
/// Contract:RefuseUnreportedSigning: a date of signing before the deal was reported 报备 is refused. Off unless set: what was
/// signed on paper must be entered, and its late report is measured.
/// </param>
/// <param name="LeadDays">Contract:RenewalLeadDays, with commas between: on how many days before its end an agreement is alerted; 90,60,30,7 unless set.</param>
public sealed record AgreementSettings(long MajorAmountFen, bool RefuseUnreported, IReadOnlyList<int> LeadDays);

/// <summary>Agreements 协议, from draft to end.</summary>
public sealed class AgreementService(
    Db db, PartnerService.PartnerServiceClient partners, TerritoryService.TerritoryServiceClient territories, AgreementSettings settings,
    InstalmentSettings instalments)
    : V1.AgreementService.AgreementServiceBase
{
    /// <summary>Dealer holds a claim for 15 minutes; ours is named anew every five, so a stored reply still holds for ten.</summary>
    private static readonly TimeSpan ClaimWindow = TimeSpan.FromMinutes(5);

    /// <summary>How far the board of expiring agreements looks ahead unless asked otherwise.</summary>
    private const int BoardDays = 90;

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
            await ContentStore.KeepAsync(tx, row);
            return await DoneAsync(tx, caller, row, "create");
        });
    }

    public override async Task<Agreement> GetAgreement(GetAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = await db.ReadAsync(s => AgreementStore.SeenAsync(s, Ids.Of(request.Name, "agreements"), caller, ChinaTime.Today(db.Clock))) ?? throw Errors.NotFound(request.Name);
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
            Reported(row, caller, tx.NowMicros);
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
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var today = ChinaTime.DateOf(tx.Now);
            var actings = await DelegationStore.ActingsAsync(tx, caller, today);
            var row = await AgreementStore.SeenAsync(tx, Ids.Of(request.Name, "agreements"), caller, today) ?? throw Errors.NotFound(request.Name);
            Etag.Check(request.Etag, row.Version, request.Name);
            if (AgreementRules.Refuse(AgreementAction.Review, row, caller, []) is { } refusal)
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
            var row = await AgreementStore.SeenAsync(s, Ids.Of(request.Name, "agreements"), caller, ChinaTime.Today(db.Clock)) ?? throw Errors.NotFound(request.Name);
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

    public override Task<Agreement> ReportAgreement(ReportAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.Report, request.Name, request.Etag);
            if (row.ReportedUs is not null)
                throw Errors.Precondition("ALREADY_REPORTED", "该笔签约已报备。", "The deal was reported already.");
            Reported(row, caller, tx.NowMicros);
            return await ChangedAsync(tx, caller, row, "report", request.Comment);
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
            if (settings.RefuseUnreported && AgreementRules.RefuseUnreported(row, row.SignedDate.Value) is { } unreported)
                throw unreported;
            if (await PartnerStore.GetAsync(tx, row.PartnerId) is { Stage: "terminated" })
                throw AgreementRules.PartnerTerminated(row.PartnerName);
            row.Number = await NumberRegister.TakeAsync(tx, row.OrganisationId, Codes.To<AgreementKind>(row.Kind), Ids.Of(row.DrafterId, "staff"), row.Id);
            row.State = Codes.Of(AgreementState.Active);
            (_, row.NextAlert) = AgreementRules.Alert(row, DateOnly.MinValue, settings.LeadDays);
            await FollowAsync(tx, caller, row);
            var signed = await ChangedAsync(tx, caller, row, "sign", "");
            await tx.PublishAsync(AgreementMessages.Signed(row));
            await InstalmentSchedule.SignAsync(tx, caller, row, instalments.AlertOffsets);
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
            var terminated = await ChangedAsync(tx, caller, row, "terminate", request.Reason);
            await tx.PublishAsync(AgreementMessages.Terminated(row));
            return terminated;
        });
    }

    public override Task<Agreement> FileAgreement(FileAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, AgreementAction.File, request.Name, request.Etag);
            if (row.FiledUs is not null)
                throw Errors.Precondition("ALREADY_FILED", $"该协议原件已归档（{row.ArchiveNumber}）。", $"The original is filed already, as {row.ArchiveNumber}.");
            (row.FiledUs, row.ArchiveNumber, row.ArchiveBox) = (tx.NowMicros, request.ArchiveNumber.Trim(), request.ArchiveBox.Trim());
            try
            {
                var filed = await ChangedAsync(tx, caller, row, "file", row.ArchiveNumber);
                await tx.PublishAsync(AgreementMessages.Filed(row, caller.StaffId));
                return filed;
            }
            catch (Exception e) when (tx.Dialect.IsUniqueViolation(e))
            {
                throw Errors.Conflict("ARCHIVE_NUMBER_EXISTS", $"归档编号 {row.ArchiveNumber} 已使用。", $"The archive number {row.ArchiveNumber} is in use.");
            }
        });
    }

    public override Task<Agreement> AmendAgreement(AmendAgreementRequest request, ServerCallContext context)
    {
        var from = DateOnly.ParseExact(request.EffectiveFrom, "yyyy-MM-dd");
        return FollowWithAsync(context, request, request.RequestId, request.Name, AgreementAction.Amend, request.Reason, (of, draft) =>
        {
            draft.EffectiveFrom = from;
            draft.AmendsId = of.Id;
            return AgreementRules.RefuseAmendFrom(of, from);
        });
    }

    public override Task<Agreement> RenewAgreement(RenewAgreementRequest request, ServerCallContext context) =>
        FollowWithAsync(context, request, request.RequestId, request.Name, AgreementAction.Renew, "", (of, draft) =>
        {
            draft.EffectiveFrom = request.EffectiveFrom.Length == 0 ? of.EffectiveTo.AddDays(1) : DateOnly.ParseExact(request.EffectiveFrom, "yyyy-MM-dd");
            draft.EffectiveTo = DateOnly.ParseExact(request.EffectiveTo, "yyyy-MM-dd");
            draft.RenewsId = of.Id;
            // The new term has a plan of its own.
            (draft.Schedule, draft.ScheduleReason) = ([], "");
            return draft.EffectiveFrom > of.EffectiveFrom && draft.EffectiveTo > of.EffectiveTo && draft.EffectiveFrom <= draft.EffectiveTo ? null
                : Errors.Invalid("effective_to", "续签的有效期须晚于原协议", "the new term must be later than the old one", "OUT_OF_RANGE");
        });

    public override async Task<ListExpiringAgreementsResponse> ListExpiringAgreements(ListExpiringAgreementsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var today = ChinaTime.Today(db.Clock);
        var horizon = today.AddDays(request.WithinDays == 0 ? BoardDays : request.WithinDays);
        var rows = await db.ReadAsync(s => AgreementStore.ExpiringAsync(s, today, horizon, Codes.Of(request.Kind), caller.Scope, page));
        var next = page.Cut(rows, row => row.Key);
        return new ListExpiringAgreementsResponse { Agreements = { rows.Select(row => AgreementMessages.OnBoard(row, today)) }, NextPageToken = next };
    }

    /// <summary>Drafts what amends or renews an agreement; one at a time.</summary>
    private Task<Agreement> FollowWithAsync(ServerCallContext context, IMessage request, string requestId, string name, AgreementAction action, string comment,
        Func<AgreementRow, AgreementRow, Refusal?> fill)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var of = await ReadAsync(tx, caller, action, name, "");
            var draft = AgreementRules.Following(of);
            if (of.RenewedBy is not null || of.SupersededBy is not null || await AgreementStore.IsFollowedAsync(tx, of.Id))
                throw Errors.Precondition("ALREADY_FOLLOWED", "该协议已有变更或续签（含办理中的）。", "The agreement has an amendment or a renewal already, perhaps one in the making.");
            if (await PartnerStore.GetAsync(tx, of.PartnerId) is { Stage: "terminated" })
                throw AgreementRules.PartnerTerminated(of.PartnerName);
            if (fill(of, draft) is { } refusal)
                throw refusal;
            (draft.Id, draft.CreatedUs, draft.UpdatedUs) = (tx.NewId(), tx.NowMicros, tx.NowMicros);
            (draft.DrafterId, draft.DrafterName) = (AgreementRow.Actor(caller), caller.Name);
            draft.WrittenBy(caller);
            draft.Note(tx.NowMicros, "create", caller, comment);
            await AgreementStore.InsertAsync(tx, draft);
            await ContentStore.KeepAsync(tx, draft);
            // The one that is followed moves on: two who draft at once cannot both.
            await ChangedAsync(tx, caller, of, action == AgreementAction.Amend ? "amend" : "renew", comment);
            return await DoneAsync(tx, caller, draft, "create");
        });
    }

    /// <summary>A signed amendment or renewal tells the agreement it follows; that one must still be what it was.</summary>
    private static async Task FollowAsync(Tx tx, Caller caller, AgreementRow signed)
    {
        if ((signed.AmendsId ?? signed.RenewsId) is not { } id)
            return;
        var amends = signed.AmendsId is not null;
        var of = await AgreementStore.GetAsync(tx, id) ?? throw Errors.NotFound($"agreements/{id}");
        if (AgreementRules.Refuse(amends ? AgreementAction.Amend : AgreementAction.Renew, of, caller, []) is { } refusal)
            throw refusal;
        if (amends)
        {
            (of.SupersededBy, of.SupersededFrom) = (signed.Id, signed.EffectiveFrom);
            if (of.SupersededFrom <= ChinaTime.DateOf(tx.Now))
                of.State = Codes.Of(AgreementState.Superseded);
            await ChangedAsync(tx, caller, of, "supersede", $"agreements/{signed.Id}");
        }
        else
        {
            of.RenewedBy = signed.Id;
            if (of.State == Codes.Of(AgreementState.Expired))
                of.State = Codes.Of(AgreementState.Renewed);
            await ChangedAsync(tx, caller, of, "renew", $"agreements/{signed.Id}");
        }
    }

    /// <summary>The deal is reported 报备 now, unless it was before.</summary>
    private static void Reported(AgreementRow row, Caller caller, long nowUs)
    {
        if (row.ReportedUs is null)
            (row.ReportedUs, row.ReporterName) = (nowUs, caller.Name);
    }

    /// <summary>Claims the city of a city-agent agreement that can be signed; of any other the write will tell what is wrong.</summary>
    private async Task ClaimTerritoryAsync(SignAgreementRequest request, Caller caller)
    {
        var row = await db.ReadAsync(s => AgreementStore.GetAsync(s, Ids.Of(request.Name, "agreements"), caller)) ?? throw Errors.NotFound(request.Name);
        if (row.Kind != Codes.Of(AgreementKind.CityAgent)
            || AgreementRules.Refuse(AgreementAction.Sign, row, caller, await db.ReadAsync(s => SigningAuthorities.SignersAsync(s, row))) is not null)
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
            PartnerLevel = Codes.Of(partner.Kind),
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
        return AgreementRules.Refuse(action, row, caller, await SigningAuthorities.SignersAsync(tx, row)) is { } refusal ? throw refusal : row;
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
