using System.Globalization;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Comments;
using Qudao.ServiceTicket.Flows;
using Qudao.ServiceTicket.V1;
using static Qudao.ServiceTicket.Tickets.TicketChange;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>Tickets 工单.</summary>
public sealed class TicketService(
    Db db, PartnerService.PartnerServiceClient partners, ClientFileService.ClientFileServiceClient clientFiles, StaffService.StaffServiceClient staff, TicketSettings settings)
    : V1.TicketService.TicketServiceBase
{
    public override async Task<Ticket> CreateTicket(CreateTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        // Asked on the caller's behalf: a partner outside the caller's scope is not found.
        var name = request.Ticket.Partner.Length > 0 ? request.Ticket.Partner : $"partners/{caller.PartnerId}";
        var partner = KnownPartner.Of(await partners.GetPartnerAsync(new GetPartnerRequest { Name = name }, cancellationToken: context.CancellationToken).NamedInAsync("ticket.partner", name));
        var grade = await GradeAsync(name, context);
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = TicketOpening.RowOf(request.Ticket, await KnownPartners.NewestAsync(tx, partner), grade);
            await TicketOpening.OpenAsync(tx, caller, row);
            return TicketMessages.ToMessage(row, caller);
        });
    }

    public override async Task<Ticket> GetTicket(GetTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return TicketMessages.ToMessage(await db.ReadAsync(s => FindAsync(s, request.Name, caller)), caller);
    }

    public override async Task<ListTicketsResponse> ListTickets(ListTicketsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var (afterDue, afterId) = TicketRules.Key(page.After);
        var filter = new TicketFilter(Words.Of(request.State), Words.Of(request.Kind), Ids.Of(request.Partner, "partners"), Ids.Of(request.Handler, "staff"),
            request.Breached, request.Number, Words.Of(request.Step), Ids.Of(request.Queue, "queues"), request.SerialNumber.Trim(), Ids.Of(request.LinkedTo, "tickets"));
        var rows = await db.ReadAsync(s => TicketStore.ListAsync(s, filter, caller.Scope, afterDue, afterId, page.Fetch));
        var reply = new ListTicketsResponse { NextPageToken = page.Cut(rows, TicketRules.KeyOf) };
        reply.Tickets.Add(rows.Select(row => TicketMessages.ToMessage(row, caller)));
        return reply;
    }

    public override Task<Ticket> RespondToTicket(RespondToTicketRequest request, ServerCallContext context) =>
        db.ChangeTicketAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Respond, async (tx, row) =>
        {
            TicketRules.RequireUnanswered(row);
            Sla.Respond(row, await TicketStore.PausesAsync(tx, row.Id), tx.NowMicros);
            var caller = context.Caller();
            if (row.HandlerId is null && caller.StaffId is not null)
                (row.HandlerId, row.HandlerName) = (caller.StaffId, caller.Name);
            return (Entry(TicketEntryType.Responded, request.Text), new { row.Number, row.FirstResponseMinutes, row.FirstResponseBreached });
        });

    public override async Task<Ticket> AssignTicket(AssignTicketRequest request, ServerCallContext context)
    {
        // Asked on the caller's behalf: nobody outside the caller's scope can be given a ticket.
        var handler = await staff.GetStaffAsync(new GetStaffRequest { Name = request.Handler }, cancellationToken: context.CancellationToken).NamedInAsync("handler", request.Handler);
        Errors.ThrowIfAny(TicketRules.Staff("handler", handler));
        return await db.ChangeTicketAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Assign, (tx, row) =>
        {
            var before = row.HandlerId;
            (row.HandlerId, row.HandlerName) = (Ids.Of(handler.Name, "staff"), handler.DisplayName);
            var entry = Entry(TicketEntryType.Assigned, handler.DisplayName);
            entry.HandlerId = row.HandlerId;
            return Task.FromResult<(EntryRow, object)>((entry, new { row.Number, From = before, To = row.HandlerId }));
        });
    }

    public override Task<Ticket> PauseTicket(PauseTicketRequest request, ServerCallContext context) =>
        db.ChangeTicketAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Pause, (tx, row) =>
        {
            row.WaitingSinceUs = tx.NowMicros;
            return Task.FromResult<(EntryRow, object)>((Entry(TicketEntryType.Paused, request.Reason), new { row.Number, request.Reason }));
        });

    public override Task<Ticket> ResumeTicket(ResumeTicketRequest request, ServerCallContext context) =>
        db.ChangeTicketAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Resume, async (tx, row) =>
        {
            await EndPauseAsync(tx, row);
            return (Entry(TicketEntryType.Resumed, request.Reason), new { row.Number, request.Reason });
        });

    public override Task<Ticket> ResolveTicket(ResolveTicketRequest request, ServerCallContext context) =>
        db.ChangeTicketAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Resolve, async (tx, row) =>
        {
            var next = FlowRules.AfterResult(Words.Parse<TicketKind>(row.Kind), Words.Parse<TicketStep>(row.Step), row.HandOffs);
            await FlowWork.PassAsync(tx, context.Caller(), row, TicketMove.Unspecified, next, "", "");
            Sla.Resolve(row, await TicketStore.PausesAsync(tx, row.Id), tx.NowMicros);
            row.Result = request.Result;
            return (Entry(TicketEntryType.Resolved, request.Result), new { row.Number, row.ResolutionMinutes, row.ResolutionBreached });
        });

    public override Task<Ticket> CloseTicket(CloseTicketRequest request, ServerCallContext context) =>
        db.ChangeTicketAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Close, async (tx, row) =>
        {
            await FlowWork.PassAsync(tx, context.Caller(), row, TicketMove.Unspecified, TicketStep.Done, "", "");
            TicketClosing.Close(tx, row, settings);
            return (Entry(TicketEntryType.Closed), new { row.Number, row.FollowUpDue });
        });

    public override Task<Ticket> FollowUpTicket(FollowUpTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await BeginAsync(tx, request.Name, request.Etag, TicketAction.FollowUp, caller);
            TicketRules.RequireNotFollowedUp(row);
            row.FollowUpUs = tx.NowMicros;
            row.FollowUpActorName = caller.Name;
            row.FollowUpUsage = request.Usage;
            row.FollowUpNeeds = request.OtherNeeds;
            row.Satisfaction = request.Satisfaction;
            (row.FollowUpDue, row.FollowUpOwnerId) = (null, null);
            await TicketLedger.SaveAsync(tx, caller, row, Entry(TicketEntryType.FollowedUp), new { row.Number, row.Satisfaction });
            if (request.Satisfaction <= settings.BadRating && row.MergedInto is null)
                await TicketRounds.ReopenAsync(tx, caller, row, $"满意度 {request.Satisfaction} 分，重新处理");
            return TicketMessages.ToMessage(row, caller);
        });
    }

    public override Task<Ticket> ChangeSeverity(ChangeSeverityRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await BeginAsync(tx, request.Name, request.Etag, TicketAction.ChangeSeverity, caller);
            TicketRules.RequireOther(row, request.Severity);
            var before = new { row.Severity, row.FirstResponseDueUs, row.ResolutionDueUs };
            row.Severity = Words.Of(request.Severity);
            await TicketOpening.SetPolicyAsync(tx, row);
            Sla.SetDue(row, await TicketStore.PausesAsync(tx, row.Id));
            var entry = Entry(TicketEntryType.SeverityChanged, request.Reason);
            entry.Internal = true;
            await TicketLedger.SaveAsync(tx, caller, row, entry, new
            {
                row.Number,
                request.Reason,
                Before = before,
                After = new { row.Severity, row.FirstResponseDueUs, row.ResolutionDueUs },
            });
            if (TicketRules.IsToldAtOnce(row))
                await TicketLedger.EscalateAtOnceAsync(tx, row);
            return TicketMessages.ToMessage(row, caller);
        });
    }

    public override Task<Ticket> ChangeKind(ChangeKindRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await BeginAsync(tx, request.Name, request.Etag, TicketAction.ChangeKind, caller);
            TicketRules.RequireOther(row, request.Kind);
            var before = new { row.Kind, row.FirstResponseDueUs, row.ResolutionDueUs };
            await FlowWork.PassAsync(tx, caller, row, TicketMove.Unspecified, FlowRules.First(request.Kind), request.Reason, "");
            row.HandOffs = 0;
            row.Kind = Words.Of(request.Kind);
            await TicketOpening.SetPolicyAsync(tx, row);
            Sla.SetDue(row, await TicketStore.PausesAsync(tx, row.Id));
            await TicketLedger.SaveAsync(tx, caller, row, Entry(TicketEntryType.KindChanged, request.Reason, isInternal: true),
                new { row.Number, request.Reason, Before = before, After = new { row.Kind, row.FirstResponseDueUs, row.ResolutionDueUs } });
            // What turns out to be a major complaint goes to the superior at once, as any.
            if (TicketRules.IsToldAtOnce(row))
                await TicketLedger.EscalateAtOnceAsync(tx, row);
            return TicketMessages.ToMessage(row, caller);
        });
    }

    public override Task<Ticket> ReopenTicket(ReopenTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await SettledAsync(tx, request.Name, request.Etag, caller);
            await TicketRounds.ReopenAsync(tx, caller, row, request.Reason);
            return TicketMessages.ToMessage(row, caller);
        });
    }

    public override Task<Ticket> MergeTicket(MergeTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var into = await FindIntoAsync(tx, request.Into, caller);
            Errors.ThrowIfAny(TicketRules.Merge(await FindAsync(tx, request.Name, caller), into));
            var row = await SettledAsync(tx, request.Name, request.Etag, caller);
            await TicketLinks.MergeAsync(tx, caller, row, into, request.Reason);
            return TicketMessages.ToMessage(into, caller);
        });
    }

    public override Task<Ticket> SplitTicket(SplitTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var old = await BeginAsync(tx, request.Name, request.Etag, TicketAction.Split, caller);
            var kind = request.Kind == TicketKind.Unspecified ? old.Kind : Words.Of(request.Kind);
            var row = TicketOpening.RowOf(old, TicketLink.Split, kind, request.Subject, request.Content);
            await TicketOpening.OpenAsync(tx, caller, row);
            await TicketLedger.SaveAsync(tx, caller, old, Entry(TicketEntryType.Split, row.Number), new { old.Number, Opened = row.Number });
            return TicketMessages.ToMessage(row, caller);
        });
    }

    public override async Task<ListTicketRoundsResponse> ListTicketRounds(ListTicketRoundsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var after = int.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var round) ? round : 0;
        var rows = await db.ReadAsync(async s => await TicketRounds.ListAsync(s, (await FindAsync(s, request.Ticket, caller)).Id, after, page.Fetch));
        var next = page.Cut(rows, row => row.Round.ToString(CultureInfo.InvariantCulture));
        return new ListTicketRoundsResponse { Rounds = { rows.Select(TicketMessages.ToMessage) }, NextPageToken = next };
    }

    public override Task<TicketEntry> AddTicketComment(AddTicketCommentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx => TicketMessages.ToMessage(await CommentWork.AddAsync(tx, caller, request, settings)));
    }

    public override async Task<ListTicketEntriesResponse> ListTicketEntries(ListTicketEntriesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var after = long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
        var rows = await db.ReadAsync(async s =>
        {
            var row = await FindAsync(s, request.Ticket, caller);
            return await TicketStore.EntriesAsync(s, row.Id, !TicketRules.IsOutside(caller), after, page.Fetch);
        });
        var reply = new ListTicketEntriesResponse { NextPageToken = page.Cut(rows, entry => entry.Version.ToString(CultureInfo.InvariantCulture)) };
        reply.Entries.Add(rows.Select(TicketMessages.ToMessage));
        return reply;
    }

    /// <summary>The partner's credit grade 信用等级, which may have a policy of its own; "" when not graded.</summary>
    private async Task<string> GradeAsync(string partner, ServerCallContext context)
    {
        var file = await clientFiles.GetClientFileAsync(new GetClientFileRequest { Name = partner }, cancellationToken: context.CancellationToken);
        return file.Credit is { Grade: not CreditGrade.Unspecified } credit ? credit.Grade.ToString().ToLowerInvariant() : "";
    }

    /// <summary>What refers to nothing is a fault of that field.</summary>
    private static async Task<TicketRow> FindIntoAsync(Tx tx, string name, Caller caller) =>
        await TicketStore.GetAsync(tx, Ids.Of(name, "tickets"), caller.Scope)
        ?? throw Errors.Invalid([Errors.Missing("into", name)]);
}
