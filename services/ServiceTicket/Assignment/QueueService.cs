using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Assignment;

/// <summary>Queues 队列, and how tickets come to their handlers.</summary>
public sealed class QueueService(Db db, OrganisationService.OrganisationServiceClient organisations, StaffService.StaffServiceClient staff) : V1.QueueService.QueueServiceBase
{
    public override async Task<Queue> CreateQueue(CreateQueueRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var queue = request.Queue;
        var organisation = await organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = queue.Organisation }, cancellationToken: context.CancellationToken)
            .NamedInAsync("queue.organisation", queue.Organisation);
        var members = await MembersAsync(queue, [], context);
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new QueueRow
            {
                Id = tx.NewId(),
                OrganisationId = Ids.Of(queue.Organisation, "organisations"),
                ScopePath = await Places.NowAsync(tx, organisation.ScopePath),
                Version = 1,
            };
            Apply(row, queue, [], tx.NowMicros);
            await QueueStore.InsertAsync(tx, row);
            await QueueStore.ReplaceMembersAsync(tx, row.Id, members.Select(member => Of(row.Id, member)));
            await NoteAsync(tx, caller, "queue.create", row, queue.Members);
            return (await ToMessagesAsync(tx, [row])).Single();
        });
    }

    public override async Task<Queue> GetQueue(GetQueueRequest request, ServerCallContext context) =>
        await db.ReadAsync(async s => (await ToMessagesAsync(s, [await FindAsync(s, request.Name, context.Caller())])).Single());

    public override async Task<ListQueuesResponse> ListQueues(ListQueuesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return await db.ReadAsync(async s =>
        {
            var rows = await QueueStore.ListAsync(s, caller.Scope, page.After, page.Fetch);
            var next = page.Cut(rows, row => row.Id);
            return new ListQueuesResponse { Queues = { await ToMessagesAsync(s, rows) }, NextPageToken = next };
        });
    }

    public override async Task<Queue> UpdateQueue(UpdateQueueRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var queue = request.Queue;
        var mask = request.UpdateMask?.Paths.ToList() ?? [];
        var takesMembers = QueueRules.Takes(mask, "members");
        var known = await db.ReadAsync(async s => await QueueStore.MembersAsync(s, [(await FindAsync(s, queue.Name, caller)).Id]));
        var members = takesMembers ? await MembersAsync(queue, known, context) : [];
        return await db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, queue.Name, caller);
            Etag.Check(queue.Etag, row.Version, queue.Name);
            Apply(row, queue, mask, tx.NowMicros);
            await QueueStore.UpdateAsync(tx, row);
            if (takesMembers)
                await QueueStore.ReplaceMembersAsync(tx, row.Id, members.Select(member => Of(row.Id, member)));
            await NoteAsync(tx, caller, "queue.update", row, queue.Members);
            return (await ToMessagesAsync(tx, [row])).Single();
        }, context.CancellationToken);
    }

    public override Task<Empty> DeleteQueue(DeleteQueueRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            Etag.Check(request.Etag, row.Version, request.Name);
            await QueueStore.DeleteAsync(tx, row);
            await NoteAsync(tx, caller, "queue.delete", row, []);
            return new Empty();
        }, context.CancellationToken);
    }

    public override Task<Ticket> TakeNextTicket(TakeNextTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var staffId = caller.RequireStaff();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var queue = await FindAsync(tx, request.Name, caller);
            await QueueStore.TakeTurnAsync(tx, queue.Id);
            var member = (await QueueStore.MembersAsync(tx, [queue.Id])).Find(one => one.StaffId == staffId)
                ?? throw Errors.Precondition("NOT_A_MEMBER", "您不是该队列的成员。", "You are no member of this queue.");
            var waiting = await TicketStore.UnassignedAsync(tx, queue.Id, caller.Scope);
            var row = waiting.Find(one => QueueRules.CanDo(member, one.Skill)) ?? throw Errors.Precondition("QUEUE_EMPTY", "队列中没有您可以处理的工单。", "The queue has nothing that you can do.");
            await TicketLedger.SettleAsync(tx, row);
            row.State = Words.Of(TicketRules.Next(Words.Parse<TicketState>(row.State), TicketAction.Assign));
            await Routing.GiveAsync(tx, caller, row, member, new { row.Number, Queue = queue.DisplayName, To = staffId });
            return TicketMessages.ToMessage(row, caller);
        });
    }

    public override Task<Ticket> RouteTicket(RouteTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await TicketChange.BeginAsync(tx, request.Name, request.Etag, TicketAction.Queue, caller);
            var from = new { row.QueueId, row.HandlerId, row.Skill };
            if (request.Skill.Length > 0)
                row.Skill = request.Skill;
            var queue = await QueueForAsync(tx, row, request.Queue, caller);
            (row.QueueId, row.HandlerId, row.HandlerName) = (queue.Id, null, null);
            await TicketLedger.SaveAsync(tx, caller, row, TicketChange.Entry(TicketEntryType.Queued, queue.DisplayName, isInternal: true),
                new { row.Number, From = from, To = new { row.QueueId, row.Skill } });
            await Routing.AssignAsync(tx, row, queue);
            return TicketMessages.ToMessage(row, caller);
        });
    }

    private static async Task<QueueRow> QueueForAsync(Tx tx, TicketRow row, string name, Caller caller)
    {
        if (name.Length > 0)
            return await QueueStore.GetAsync(tx, Ids.Of(name, "queues"), caller.Scope)
                ?? throw Errors.Invalid([Errors.Missing("queue", name)]);
        return QueueRules.Choose(await QueueStore.AllAsync(tx), row.ScopePath, row.Kind)
            ?? throw Errors.Precondition("NO_QUEUE", "没有受理该类工单的队列。", "No queue takes tickets of this kind.");
    }

    private static async Task<QueueRow> FindAsync(Session session, string name, Caller caller) =>
        await QueueStore.GetAsync(session, Ids.Of(name, "queues"), caller.Scope) ?? throw Errors.NotFound(name);

    private static Task NoteAsync(Tx tx, Caller caller, string action, QueueRow row, IEnumerable<QueueMember> members) =>
        tx.AuditAsync(caller, action, $"queues/{row.Id}", row.ScopePath, null,
            new { row.DisplayName, Kinds = row.ReadKinds(), row.AutoAssign, Members = members.Select(member => new { member.Staff, member.Skills, member.Capacity }) });

    /// <summary>The members that are asked for, by name; who was one before is known already.</summary>
    private async Task<List<MemberRow>> MembersAsync(Queue queue, IReadOnlyCollection<MemberRow> known, ServerCallContext context)
    {
        var faults = new List<Violation>();
        var rows = new List<MemberRow>();
        foreach (var (i, member) in queue.Members.Index())
        {
            var id = Ids.Of(member.Staff, "staff");
            var before = known.FirstOrDefault(one => one.StaffId == id);
            if ((before?.StaffName ?? await NameAsync(member.Staff, context)) is { } name)
                rows.Add(new MemberRow { StaffId = id, StaffName = name, Skills = JsonSerializer.Serialize(member.Skills, EventJson.Options), Capacity = member.Capacity, LastUs = before?.LastUs ?? 0 });
            else
                faults.Add(new($"queue.members[{i}].staff", "须是您管理范围内在职的本公司员工", "must be an active member of staff within your scope", "NOT_STAFF"));
        }
        Errors.ThrowIfAny(faults);
        return rows;
    }

    private async Task<string?> NameAsync(string name, ServerCallContext context) =>
        await staff.GetStaffAsync(new GetStaffRequest { Name = name }, cancellationToken: context.CancellationToken).FoundAsync() is { } person
            && TicketRules.Staff("staff", person).Count == 0 ? person.DisplayName : null;

    private static MemberRow Of(string queueId, MemberRow member) => new()
    {
        QueueId = queueId,
        StaffId = member.StaffId,
        StaffName = member.StaffName,
        Skills = member.Skills,
        Capacity = member.Capacity,
        LastUs = member.LastUs,
    };

    private static void Apply(QueueRow row, Queue queue, IReadOnlyCollection<string> mask, long now)
    {
        if (QueueRules.Takes(mask, "display_name"))
            row.DisplayName = queue.DisplayName;
        if (QueueRules.Takes(mask, "kinds"))
            row.Kinds = JsonSerializer.Serialize(queue.Kinds.Select(Words.Of));
        if (QueueRules.Takes(mask, "auto_assign"))
            row.AutoAssign = queue.AutoAssign;
        row.UpdatedUs = now;
    }

    private static async Task<List<Queue>> ToMessagesAsync(Session session, IReadOnlyCollection<QueueRow> rows)
    {
        if (rows.Count == 0)
            return [];
        var members = (await QueueStore.MembersAsync(session, [.. rows.Select(row => row.Id)])).ToLookup(member => member.QueueId);
        return [.. rows.Select(row => ToMessage(row, members[row.Id]))];
    }

    private static Queue ToMessage(QueueRow row, IEnumerable<MemberRow> members) => new()
    {
        Name = $"queues/{row.Id}",
        Organisation = $"organisations/{row.OrganisationId}",
        DisplayName = row.DisplayName,
        Kinds = { row.ReadKinds().Select(Words.Parse<TicketKind>) },
        AutoAssign = row.AutoAssign,
        Members =
        {
            members.Select(member => new QueueMember
            {
                Staff = $"staff/{member.StaffId}",
                StaffDisplayName = member.StaffName,
                Skills = { member.ReadSkills() },
                Capacity = member.Capacity,
                OpenTickets = member.OpenTickets,
            }),
        },
        Etag = Etag.Of(row.Version),
        UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
    };
}
