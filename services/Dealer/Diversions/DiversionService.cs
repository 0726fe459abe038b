using Google.Protobuf;
using Grpc.Core;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Policies;
using Qudao.Dealer.Staff;
using Qudao.Dealer.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Dealer.Diversions;

/// <summary>Diversion cases 窜货, from the claim to the executed ruling.</summary>
public sealed class DiversionService(Db db, DiversionFiles files, Operator operations) : V1.DiversionService.DiversionServiceBase
{
    public override Task<Diversion> CreateDiversion(CreateDiversionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx => await DiversionMessages.ReadAsync(tx, await DiversionClaims.CreateAsync(tx, request.Diversion, caller), caller));
    }

    public override Task<Diversion> GetDiversion(GetDiversionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.ReadAsync(async s => await DiversionMessages.ReadAsync(s, await DiversionCase.GetAsync(s, request.Name, caller), caller));
    }

    public override async Task<ListDiversionsResponse> ListDiversions(ListDiversionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new DiversionFilter(EnumText.Filter(request.State), Ids.Of(request.Accused, "partners"), Ids.Of(request.Claimant, "partners"), request.CityCode);
        return await db.ReadAsync(async s =>
        {
            // The accused is not to learn who claimed, be it by a filter.
            var rows = caller.PartnerId is { } own && filter.ClaimantId.Length > 0 && filter.ClaimantId != own ? [] : await DiversionStore.ListAsync(s, caller, page, filter);
            var reply = new ListDiversionsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            var goods = await DiversionStore.GoodsAsync(s, [.. rows.Select(row => row.Id)]);
            reply.Diversions.Add((await DiversionCase.OfAsync(s, rows)).Select(found => DiversionMessages.Of(found, goods[found.Row.Id], caller)));
            return reply;
        });
    }

    public override Task<Diversion> IdentifyDiversionAccused(IdentifyDiversionAccusedRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Identify, (tx, found, caller) => DiversionClaims.IdentifyAsync(tx, found, request.Accused, caller));

    public override Task<Diversion> InvestigateDiversion(InvestigateDiversionRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Investigate, async (tx, found, caller) =>
        {
            var row = found.Row;
            if (found.Accused is null)
                throw Errors.Precondition("ACCUSED_UNKNOWN", "尚未确认被举报方。", "It is not known yet which partner is accused.");
            var person = await StaffStore.GetAsync(tx, Ids.Of(request.Investigator, "staff"), caller.Scope);
            if (person is null || !person.Active || person.PartnerId is not null)
                throw Errors.Invalid("investigator", "找不到该在职员工，或其不在您的管理范围内", "must be an active member of staff within your scope", "NOT_FOUND");
            if (person.Id == row.Filer)
                throw Errors.Invalid("investigator", "举报人不能调查自己举报的案件", "must be another than who claimed", "OWN_CASE");
            (row.InvestigatorId, row.InvestigatorName, row.Opened) = (person.Id, person.Name, true);
            await found.SaveAsync(tx, DiversionState.Investigating, "investigate", new { Investigator = person.Name }, caller);
        });

    public override Task<Diversion> InviteDiversionStatement(InviteDiversionStatementRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Invite, (tx, found, caller) =>
        {
            var row = found.Row;
            if (row.StatementUs is not null)
                throw Errors.Precondition("STATEMENT_MADE", "已经提交陈述申辩。", "The statement is made already.");
            (row.StatementDueUs, row.StatementExpired) = (ChinaTime.EndOfDay(ServiceRules.Day(request.DueDate)!.Value).Micros(), false);
            return found.SaveAsync(tx, found.State, "invite-statement", new { request.DueDate }, caller);
        });

    public override Task<Diversion> SubmitDiversionStatement(SubmitDiversionStatementRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Answer, (tx, found, caller) =>
        {
            var row = found.Row;
            if (DiversionRules.WhyNoStatement(row, tx.NowMicros) is { } refusal)
                throw refusal;
            (row.Statement, row.StatementAuthor, row.StatementUs) = (request.Text, caller.Name, tx.NowMicros);
            return found.SaveAsync(tx, found.State, "statement", new { row.StatementAuthor }, caller);
        });

    public override Task<Diversion> RecordDiversionFindings(RecordDiversionFindingsRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Find, (tx, found, caller) =>
        {
            found.Row.Findings = request.Findings;
            return found.SaveAsync(tx, found.State, "findings", new { request.Findings }, caller);
        });

    public override Task<Diversion> RuleDiversion(RuleDiversionRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Rule, async (tx, found, caller) =>
        {
            var row = found.Row;
            if (DiversionRules.WhyNotYet(row, found.Accused is not null) is { } refusal)
                throw refusal;
            // As with every termination.
            if (request.Ruling.Kind == DiversionRulingKind.Termination && !caller.Scope.IsWhole)
                throw Errors.Denied(PartnerRules.TerminatePermission);
            var policy = await PolicyStore.EffectiveAsync(tx, found.Accused!.ScopePath);
            row.Ruling = Signed(request.Ruling, caller, tx).ToByteArray();
            row.Ruler = DiversionCase.Actor(caller);
            row.AppealDueUs = DiversionRules.AppealDue(ChinaTime.DateOf(tx.Now), PolicyRules.DiversionAppealDays(policy), WorkingCalendar.Default).Micros();
            await found.SaveAsync(tx, DiversionState.Ruled, "rule", new { Kind = EnumText.Of(request.Ruling.Kind), request.Ruling.FineFen, request.Ruling.SuspendUntil, request.Ruling.Reasons, request.Ruling.LegalBase }, caller);
        });

    public override Task<Diversion> AppealDiversion(AppealDiversionRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Appeal, (tx, found, caller) =>
        {
            if (DiversionRules.WhyNoAppeal(found.Row, tx.NowMicros) is { } refusal)
                throw refusal;
            var side = SideOfAppeal(found.WhoIs(caller), request.Side);
            found.Row.Appeal = new DiversionAppeal { Side = side, Grounds = request.Grounds, AuthorName = caller.Name, CreateTime = DiversionMessages.TimeOf(tx.NowMicros) }.ToByteArray();
            return found.SaveAsync(tx, DiversionState.Appealed, "appeal", new { Side = EnumText.Of(side), request.Grounds }, caller);
        });

    public override Task<Diversion> DecideDiversionAppeal(DecideDiversionAppealRequest request, ServerCallContext context)
    {
        var asked = request.Decision;
        Errors.ThrowIfAny(DiversionRules.Decision(asked, asked.Ruling is not null, ChinaTime.Today(db.Clock)));
        return ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Decide, (tx, found, caller) =>
        {
            var decision = new DiversionDecision
            {
                Outcome = asked.Outcome,
                Ruling = asked.Ruling is null ? null : Signed(asked.Ruling, caller, tx),
                Reasons = asked.Reasons,
                AuthorName = caller.Name,
                CreateTime = DiversionMessages.TimeOf(tx.NowMicros),
            };
            found.Row.Decision = decision.ToByteArray();
            DiversionDeadlines.SetFinal(found.Row, DiversionRuling.Parser.ParseFrom(found.Row.Ruling), decision, tx.NowMicros);
            return found.SaveAsync(tx, DiversionState.Final, "decide", new { Outcome = EnumText.Of(asked.Outcome), found.Row.FinalKind, asked.Reasons }, caller);
        });
    }

    public override Task<Diversion> ExecuteDiversion(ExecuteDiversionRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Execute, DiversionExecution.ExecuteAsync);

    public override Task<Diversion> WithdrawDiversion(WithdrawDiversionRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Withdraw, (tx, found, caller) =>
        {
            found.Row.WithdrawReason = request.Reason;
            return found.SaveAsync(tx, DiversionState.Withdrawn, "withdraw", new { request.Reason }, caller);
        });

    public override Task<Diversion> ReopenDiversion(ReopenDiversionRequest request, ServerCallContext context) =>
        ActAsync(context, request, request.RequestId, request.Name, request.Etag, DiversionAction.Reopen, (tx, found, caller) =>
        {
            DiversionClaims.Reopen(found.Row, request.Reason);
            return found.SaveAsync(tx, DiversionState.Investigating, "reopen", new { found.Row.Round, request.Reason }, caller);
        });

    public override Task<DiversionNote> CreateDiversionNote(CreateDiversionNoteRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var found = await DiversionCase.GetAsync(tx, request.Parent, caller);
            found.Require(DiversionAction.Note, caller);
            var row = new DiversionNoteRow { Id = tx.NewId(), CaseId = found.Row.Id, Text = request.Text, AuthorName = caller.Name, CreatedUs = tx.NowMicros };
            await DiversionFileStore.InsertAsync(tx, row);
            await found.NoteAsync(tx, "note", new { request.Text }, caller);
            return DiversionMessages.Of(row);
        });
    }

    public override async Task<ListDiversionNotesResponse> ListDiversionNotes(ListDiversionNotesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return await db.ReadAsync(async s =>
        {
            var found = await InternalAsync(s, request.Parent, caller);
            var rows = await DiversionFileStore.NotesAsync(s, found.Row.Id, page);
            var reply = new ListDiversionNotesResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.Notes.Add(rows.Select(DiversionMessages.Of));
            return reply;
        });
    }

    public override Task<DiversionEvidence> CreateDiversionEvidence(CreateDiversionEvidenceRequest request, ServerCallContext context) => files.AddAsync(request, context);

    public override Task<ListDiversionEvidenceResponse> ListDiversionEvidence(ListDiversionEvidenceRequest request, ServerCallContext context) => files.ListAsync(request, context);

    public override Task DownloadDiversionEvidence(DownloadDiversionEvidenceRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context) =>
        files.SendAsync(request.Name, responseStream, context);

    public override async Task<ListDiversionTimelineResponse> ListDiversionTimeline(ListDiversionTimelineRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        await db.ReadAsync(s => InternalAsync(s, request.Diversion, caller));
        var (entries, next) = await operations.TimelineAsync(request.Diversion, page);
        return new ListDiversionTimelineResponse { Entries = { entries }, NextPageToken = next };
    }

    public override Task<DiversionStatistics> GetDiversionStatistics(GetDiversionStatisticsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (caller.PartnerId is not null)
            throw Errors.Denied("dealer.diversions.internal");
        return db.ReadAsync(s => DiversionFigures.ReadAsync(s, request, caller));
    }

    private async Task<Diversion> ActAsync(
        ServerCallContext context, IMessage request, string requestId, string name, string etag, DiversionAction action, Func<Tx, DiversionCase, Caller, Task> act)
    {
        var caller = context.Caller();
        return await db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var found = await DiversionCase.GetAsync(tx, name, caller);
            Etag.Check(etag, found.Row.Version, name);
            found.Require(action, caller);
            await act(tx, found, caller);
            // Who is accused may be another now.
            return await DiversionMessages.ReadAsync(tx, await DiversionCase.OfAsync(tx, found.Row), caller);
        });
    }

    private static async Task<DiversionCase> InternalAsync(Session s, string name, Caller caller)
    {
        if (caller.PartnerId is not null)
            throw Errors.Denied("dealer.diversions.internal");
        return await DiversionCase.GetAsync(s, name, caller);
    }

    private static DiversionSide SideOfAppeal(DiversionWho who, DiversionSide asked)
    {
        var own = who.HasFlag(DiversionWho.Accused) ? DiversionSide.Accused
            : (who & (DiversionWho.Claimant | DiversionWho.Filer)) != 0 ? DiversionSide.Claimant
            : DiversionSide.Unspecified;
        if (own != DiversionSide.Unspecified && asked is not DiversionSide.Unspecified && asked != own)
            throw Errors.Invalid("side", "须是本方", "must be the caller's own side");
        return own != DiversionSide.Unspecified ? own
            : asked is DiversionSide.Claimant or DiversionSide.Accused ? asked
            : throw Errors.Invalid("side", "须指明哪一方申诉", "is required: who appeals", "REQUIRED");
    }

    private static DiversionRuling Signed(DiversionRuling asked, Caller caller, Tx tx)
    {
        var ruling = asked.Clone();
        (ruling.AuthorName, ruling.CreateTime) = (caller.Name, DiversionMessages.TimeOf(tx.NowMicros));
        return ruling;
    }
}
