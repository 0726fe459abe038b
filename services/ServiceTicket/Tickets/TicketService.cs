using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>Tickets 工单.</summary>
public sealed class TicketService(Db db, PartnerService.PartnerServiceClient partners, StaffService.StaffServiceClient staff)
    : V1.TicketService.TicketServiceBase
{
    public override async Task<Ticket> CreateTicket(CreateTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        // Asked on the caller's behalf: a partner outside the caller's scope is not found.
        var name = request.Ticket.Partner.Length > 0 ? request.Ticket.Partner : $"partners/{caller.PartnerId}";
        var partner = KnownPartner.Of(await partners.GetPartnerAsync(new GetPartnerRequest { Name = name }, cancellationToken: context.CancellationToken).NamedInAsync("ticket.partner", name));
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await NewRowAsync(tx, request.Ticket, await KnownPartners.NewestAsync(tx, partner));
            await TicketLedger.OpenAsync(tx, caller, row, Entry(TicketEntryType.Opened), new { row.Number, row.Kind, row.Severity, row.PartnerId });
            if (TicketRules.IsToldAtOnce(row))
                await TicketLedger.EscalateAtOnceAsync(tx, row);
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
            request.Breached, request.Number);
        var rows = await db.ReadAsync(s => TicketStore.ListAsync(s, filter, caller.Scope, afterDue, afterId, page.Fetch));
        var reply = new ListTicketsResponse { NextPageToken = page.Cut(rows, TicketRules.KeyOf) };
        reply.Tickets.Add(rows.Select(row => TicketMessages.ToMessage(row, caller)));
        return reply;
    }

    public override Task<Ticket> RespondToTicket(RespondToTicketRequest request, ServerCallContext context) =>
        ChangeAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Respond, async (tx, row) =>
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
        Errors.ThrowIfAny(TicketRules.Handler(handler));
        return await ChangeAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Assign, (tx, row) =>
        {
            var before = row.HandlerId;
            (row.HandlerId, row.HandlerName) = (Ids.Of(handler.Name, "staff"), handler.DisplayName);
            var entry = Entry(TicketEntryType.Assigned, handler.DisplayName);
            entry.HandlerId = row.HandlerId;
            return Task.FromResult<(EntryRow, object)>((entry, new { row.Number, From = before, To = row.HandlerId }));
        });
    }

    public override Task<Ticket> PauseTicket(PauseTicketRequest request, ServerCallContext context) =>
        ChangeAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Pause, (tx, row) =>
        {
            row.WaitingSinceUs = tx.NowMicros;
            return Task.FromResult<(EntryRow, object)>((Entry(TicketEntryType.Paused, request.Reason), new { row.Number, request.Reason }));
        });

    public override Task<Ticket> ResumeTicket(ResumeTicketRequest request, ServerCallContext context) =>
        ChangeAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Resume, async (tx, row) =>
        {
            await EndPauseAsync(tx, row);
            return (Entry(TicketEntryType.Resumed, request.Reason), new { row.Number, request.Reason });
        });

    public override Task<Ticket> ResolveTicket(ResolveTicketRequest request, ServerCallContext context) =>
        ChangeAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Resolve, async (tx, row) =>
        {
            Sla.Resolve(row, await TicketStore.PausesAsync(tx, row.Id), tx.NowMicros);
            row.Result = request.Result;
            return (Entry(TicketEntryType.Resolved, request.Result), new { row.Number, row.ResolutionMinutes, row.ResolutionBreached });
        });

    public override Task<Ticket> CloseTicket(CloseTicketRequest request, ServerCallContext context) =>
        ChangeAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Close, (tx, row) =>
        {
            row.ClosedUs = tx.NowMicros;
            return Task.FromResult<(EntryRow, object)>((Entry(TicketEntryType.Closed), new { row.Number }));
        });

    public override Task<Ticket> FollowUpTicket(FollowUpTicketRequest request, ServerCallContext context) =>
        ChangeAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.FollowUp, (tx, row) =>
        {
            TicketRules.RequireNotFollowedUp(row);
            row.FollowUpUs = tx.NowMicros;
            row.FollowUpActorName = context.Caller().Name;
            row.FollowUpUsage = request.Usage;
            row.FollowUpNeeds = request.OtherNeeds;
            row.Satisfaction = request.Satisfaction;
            return Task.FromResult<(EntryRow, object)>((Entry(TicketEntryType.FollowedUp), new { row.Number, row.Satisfaction }));
        });

    public override Task<Ticket> ChangeSeverity(ChangeSeverityRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await BeginAsync(tx, request.Name, request.Etag, TicketAction.ChangeSeverity, caller);
            TicketRules.RequireOther(row, request.Severity);
            var before = new { row.Severity, row.FirstResponseDueUs, row.ResolutionDueUs };
            row.Severity = Words.Of(request.Severity);
            await SetPolicyAsync(tx, row);
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

    public override Task<TicketEntry> AddTicketComment(AddTicketCommentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await BeginAsync(tx, request.Name, "", TicketAction.Comment, caller);
            if (row.WaitingSinceUs is not null && TicketRules.IsOutside(caller))
                await ResumeByClientAsync(tx, caller, row);
            var entry = Entry(TicketEntryType.Commented, request.Text);
            entry.Internal = request.Internal;
            await TicketLedger.SaveAsync(tx, caller, row, entry, new { row.Number, request.Internal });
            return TicketMessages.ToMessage(entry);
        });
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

    /// <summary>The way of most changes: find, settle what the clock brought about, move the state, change, write.</summary>
    private Task<Ticket> ChangeAsync(ServerCallContext context, IMessage request, string requestId, string name, string etag, TicketAction action,
        Func<Tx, TicketRow, Task<(EntryRow Entry, object Detail)>> change)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await BeginAsync(tx, name, etag, action, caller);
            var (entry, detail) = await change(tx, row);
            await TicketLedger.SaveAsync(tx, caller, row, entry, detail);
            return TicketMessages.ToMessage(row, caller);
        });
    }

    private static async Task<TicketRow> BeginAsync(Tx tx, string name, string etag, TicketAction action, Caller caller)
    {
        var row = await FindAsync(tx, name, caller);
        Etag.Check(etag, row.Version, name);
        await TicketLedger.SettleAsync(tx, row);
        row.State = Words.Of(TicketRules.Next(Words.Parse<TicketState>(row.State), action));
        return row;
    }

    private static async Task<TicketRow> FindAsync(Session session, string name, Caller caller) =>
        await TicketStore.GetAsync(session, Ids.Of(name, "tickets"), caller.Scope) ?? throw Errors.NotFound(name);

    private static async Task<TicketRow> NewRowAsync(Tx tx, Ticket ticket, KnownPartner partner)
    {
        var row = new TicketRow
        {
            Id = tx.NewId(),
            Number = await TicketStore.NextNumberAsync(tx, Words.Of(ticket.Kind), TicketRules.Letters(ticket.Kind), ChinaTime.DateOf(tx.Now)),
            Kind = Words.Of(ticket.Kind),
            Channel = Words.Of(ticket.Channel),
            Severity = Words.Of(ticket.Severity == TicketSeverity.Unspecified ? TicketSeverity.Normal : ticket.Severity),
            State = Words.Of(TicketState.Open),
            PartnerId = partner.Id,
            PartnerName = partner.Name,
            PartnerVersion = partner.Version,
            Reporter = ticket.Reporter,
            ReporterPhone = ticket.ReporterPhone,
            Subject = ticket.Subject,
            Content = ticket.Content,
            OpenedUs = tx.NowMicros,
            ScopePath = partner.ScopePath,
            AssigneeId = partner.AssigneeId,
        };
        await SetPolicyAsync(tx, row);
        Sla.SetDue(row, []);
        return row;
    }

    /// <summary>The limits stay with the ticket: a later change of the policy does not move what was promised.</summary>
    private static async Task SetPolicyAsync(Tx tx, TicketRow row)
    {
        var policy = PolicyRules.Choose(await PolicyStore.PoliciesAsync(tx, row.Kind, row.Severity), row.ScopePath)
            ?? throw new InvalidOperationException($"There is no policy for {row.Kind} {row.Severity}.");
        row.Calendar = policy.Calendar;
        row.FirstResponseLimit = policy.FirstResponseMinutes;
        row.ResolutionLimit = policy.ResolutionMinutes;
    }

    private static async Task ResumeByClientAsync(Tx tx, Caller caller, TicketRow row)
    {
        row.State = Words.Of(TicketRules.Next(TicketState.Waiting, TicketAction.Resume));
        await EndPauseAsync(tx, row);
        await TicketLedger.SaveAsync(tx, caller, row, Entry(TicketEntryType.Resumed, "客户已回复"), new { row.Number });
    }

    private static async Task EndPauseAsync(Tx tx, TicketRow row)
    {
        await TicketStore.InsertPauseAsync(tx, row.Id, new Pause(row.WaitingSinceUs!.Value, tx.NowMicros));
        Sla.Resume(row, await TicketStore.PausesAsync(tx, row.Id));
    }

    private static EntryRow Entry(TicketEntryType type, string text = "") => new() { Type = Words.Of(type), Text = text };
}
