using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>
/// What every service offers operators and integrators: operations, the event feed, parked messages, the audit trail.
/// Each service's OperationsService (PerService/OperationsEndpoint.cs) calls this.
/// </summary>
public sealed class Operator(Db db, ServiceName service)
{
    private const string OperationColumns = """
        id AS Id, kind AS Kind, owner AS Owner, done AS Done, progress_done AS ProgressDone, progress_total AS ProgressTotal,
        error AS Error, result AS Result, created_us AS CreatedUs, updated_us AS UpdatedUs, cancel_requested AS CancelRequested
        """;
    private const string SelectOperation = $"SELECT {OperationColumns} FROM operations WHERE id = @id AND owner = @owner";
    private const string SelectOperations = $"""
        SELECT {OperationColumns} FROM operations WHERE owner = @owner AND (@after = '' OR id < @after) ORDER BY id DESC LIMIT @n
        """;
    private const string SelectAllOperations = $"""
        SELECT {OperationColumns}, caller AS Caller FROM operations
        WHERE (@open = 0 OR done = 0) AND (@kind = '' OR kind = @kind) AND (@after = '' OR id < @after) ORDER BY id DESC LIMIT @n
        """;
    private const string SelectAnyOperation = $"SELECT {OperationColumns}, caller AS Caller FROM operations WHERE id = @id";
    private const string RequestCancel = "UPDATE operations SET cancel_requested = 1, updated_us = @now WHERE id = @id AND owner = @owner AND done = 0";
    private const string SelectEvents = $"""
        SELECT log_seq AS LogSeq, id AS Id, type AS Type, aggregate_id AS AggregateId, version AS Version, occurred_us AS OccurredUs, body AS Body
        FROM outbox WHERE log_seq > @after AND (@type = '' OR type = @type) AND {Scope.SqlFilter} ORDER BY log_seq LIMIT @n
        """;
    private const string SelectParked = """
        SELECT message_id AS MessageId, consumer AS Consumer, type AS Type, body AS Body, received_us AS ReceivedUs, attempts AS Attempts,
               last_error AS LastError
        FROM inbox_retry WHERE parked = 1 AND (message_id > @message OR (message_id = @message AND consumer > @consumer)) ORDER BY message_id, consumer LIMIT @n
        """;
    private const string SelectOneParked = """
        SELECT message_id AS MessageId, consumer AS Consumer, type AS Type, body AS Body, received_us AS ReceivedUs, attempts AS Attempts,
               last_error AS LastError
        FROM inbox_retry WHERE parked = 1 AND message_id = @message AND consumer = @consumer
        """;
    private const string Replay = """
        UPDATE inbox_retry SET parked = 0, attempts = 0, due_us = @now, lease_until_us = 0
        WHERE parked = 1 AND message_id = @message AND consumer = @consumer
        """;
    private const string Drop = "DELETE FROM inbox_retry WHERE parked = 1 AND message_id = @message AND consumer = @consumer";
    private const string CountAsHeard = """
        INSERT INTO inbox (message_id, consumer, received_us)
        SELECT @message, @consumer, @now WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE message_id = @message AND consumer = @consumer)
        """;
    private const string SelectAudit = $"""
        SELECT id AS Id, at_us AS AtUs, actor AS Actor, actor_name AS ActorName, action AS Action, resource AS Resource, detail AS Detail, source AS Source
        FROM audit WHERE (@resource = '' OR resource = @resource) AND (@after = '' OR id < @after) AND {Scope.SqlFilter} ORDER BY id DESC LIMIT @n
        """;
    private const string SelectTimeline = """
        SELECT id AS Id, at_us AS AtUs, actor AS Actor, actor_name AS ActorName, action AS Action, resource AS Resource, detail AS Detail, source AS Source
        FROM audit WHERE resource = @resource AND (@after = '' OR id < @after) ORDER BY id DESC LIMIT @n
        """;

    public async Task<Operation> GetOperationAsync(GetOperationRequest request, ServerCallContext call) =>
        Jobs.ToMessage(await FindAsync(request.Name, call.Caller()), service.Value);

    public async Task<ListOperationsResponse> ListOperationsAsync(ListOperationsRequest request, ServerCallContext call)
    {
        var page = Page.From(request, call.Caller());
        var rows = await db.ReadAsync(s => s.QueryAsync<OperationRow>(SelectOperations, new { owner = call.Caller().Subject, after = page.After, n = page.Fetch }));
        var reply = new ListOperationsResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.Operations.Add(rows.Select(row => Jobs.ToMessage(row, service.Value)));
        return reply;
    }

    public async Task<Operation> CancelOperationAsync(CancelOperationRequest request, ServerCallContext call)
    {
        var row = await FindAsync(request.Name, call.Caller());
        await db.WriteAsync(tx => tx.ExecuteAsync(RequestCancel, new { id = row.Id, owner = row.Owner, now = tx.NowMicros }));
        return Jobs.ToMessage(await FindAsync(request.Name, call.Caller()), service.Value);
    }

    /// <summary>Everybody's operations, with whose they are.</summary>
    public async Task<ListOperationsResponse> ListAllOperationsAsync(ListAllOperationsRequest request, ServerCallContext call)
    {
        RequireWhole(call.Caller());
        var page = Page.From(request, call.Caller());
        var rows = await db.ReadAsync(s => s.QueryAsync<OperationRow>(SelectAllOperations, new { open = request.OpenOnly ? 1 : 0, kind = request.Kind, after = page.After, n = page.Fetch }));
        var reply = new ListOperationsResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.Operations.Add(rows.Select(row => Jobs.ToMessage(row, service.Value)));
        return reply;
    }

    /// <summary>Asks somebody's operation to stop, and says why in the audit trail.</summary>
    public async Task<Operation> StopOperationAsync(StopOperationRequest request, ServerCallContext call)
    {
        var caller = call.Caller();
        RequireWhole(caller);
        var id = Ids.Of(request.Name, $"{service.Value}/operations");
        return await db.WriteAsync(async tx =>
        {
            var row = await tx.FirstOrDefaultAsync<OperationRow>(SelectAnyOperation, new { id }) ?? throw Errors.NotFound(request.Name);
            if (row.Done)
                throw Errors.Precondition("OPERATION_DONE", "任务已结束。", "The operation is done.");
            await tx.ExecuteAsync(RequestCancel, new { id, owner = row.Owner, now = tx.NowMicros });
            await tx.AuditAsync(caller, "operation.stop", request.Name, "/hq/", null, new { row.Kind, row.Owner, request.Reason });
            row.CancelRequested = true;
            return Jobs.ToMessage(row, service.Value);
        }, call.CancellationToken);
    }

    public async Task<ListEventsResponse> ListEventsAsync(ListEventsRequest request, ServerCallContext call)
    {
        var caller = call.Caller();
        var page = Page.From(request, caller);
        var after = long.TryParse(page.After, out var seq) ? seq : 0;
        var rows = await db.ReadAsync(s => s.QueryAsync<EventRow>(SelectEvents, new
        {
            after,
            type = request.Type,
            caller.Scope.ScopeLow,
            caller.Scope.ScopeHigh,
            caller.Scope.Assignee,
            n = page.Size,
        }));
        var reply = new ListEventsResponse { NextPageToken = page.Token((rows.Count > 0 ? rows[^1].LogSeq : after).ToString()) };
        reply.Events.Add(rows.Select(row => new EventRecord
        {
            Id = row.Id,
            Type = row.Type,
            AggregateId = row.AggregateId,
            Version = row.Version,
            OccurTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.OccurredUs)),
            DataJson = row.Body,
        }));
        return reply;
    }

    public async Task<ListParkedMessagesResponse> ListParkedMessagesAsync(ListParkedMessagesRequest request, ServerCallContext call)
    {
        RequireWhole(call.Caller());
        var page = Page.From(request, call.Caller());
        // One message may be parked for several consumers: the key is both.
        var after = page.Key<(string Message, string Consumer)>(key => key.Split('~') is [var message, var consumer] ? (message, consumer) : null) ?? ("", "");
        var rows = await db.ReadAsync(s => s.QueryAsync<ParkedRow>(SelectParked, new { message = after.Message, consumer = after.Consumer, n = page.Fetch }));
        var reply = new ListParkedMessagesResponse { NextPageToken = page.Cut(rows, r => $"{r.MessageId}~{r.Consumer}") };
        reply.ParkedMessages.Add(rows.Select(ToMessage));
        return reply;
    }

    public async Task<ParkedMessage> ReplayParkedMessageAsync(ReplayParkedMessageRequest request, ServerCallContext call)
    {
        RequireWhole(call.Caller());
        var (message, consumer) = ParkedKey(request.Name);
        return await db.WriteAsync(async tx =>
        {
            var row = await tx.FirstOrDefaultAsync<ParkedRow>(SelectOneParked, new { message, consumer }) ?? throw Errors.NotFound(request.Name);
            await tx.ExecuteAsync(Replay, new { message, consumer, now = tx.NowMicros });
            await tx.AuditAsync(call.Caller(), "parked-message.replay", request.Name, "/hq/", null, new { row.Type, row.Consumer });
            return ToMessage(row);
        });
    }

    /// <summary>
    /// Gives a parked message up for good. It counts as heard from then on: a broker that brings it once more, or a database
    /// restored beside it, does not bring it back.
    /// </summary>
    public async Task<ParkedMessage> DropParkedMessageAsync(DropParkedMessageRequest request, ServerCallContext call)
    {
        RequireWhole(call.Caller());
        var (message, consumer) = ParkedKey(request.Name);
        return await db.WriteAsync(async tx =>
        {
            var row = await tx.FirstOrDefaultAsync<ParkedRow>(SelectOneParked, new { message, consumer });
            if (row is null || await tx.ExecuteAsync(Drop, new { message, consumer }) == 0)
                throw Errors.NotFound(request.Name);
            await tx.ExecuteAsync(CountAsHeard, new { message, consumer, now = tx.NowMicros });
            await tx.AuditAsync(call.Caller(), "parked-message.drop", request.Name, "/hq/", null, new { row.Type, row.Consumer, request.Reason });
            return ToMessage(row);
        }, call.CancellationToken);
    }

    /// <summary>
    /// What was done to one resource, newest first, for a caller who was seen to see the resource: what was done before
    /// it was his is part of it too.
    /// </summary>
    public async Task<(IEnumerable<AuditEntry> Entries, string NextPageToken)> TimelineAsync(string resource, Page page)
    {
        var rows = await db.ReadAsync(s => s.QueryAsync<AuditRow>(SelectTimeline, new { resource, after = page.After, n = page.Fetch }));
        var next = page.Cut(rows, r => r.Id);
        return (rows.Select(ToMessage), next);
    }

    public async Task<ListAuditEntriesResponse> ListAuditEntriesAsync(ListAuditEntriesRequest request, ServerCallContext call)
    {
        var caller = call.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => s.QueryAsync<AuditRow>(SelectAudit, new
        {
            resource = request.Resource,
            after = page.After,
            caller.Scope.ScopeLow,
            caller.Scope.ScopeHigh,
            caller.Scope.Assignee,
            n = page.Fetch,
        }));
        var reply = new ListAuditEntriesResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.AuditEntries.Add(rows.Select(ToMessage));
        return reply;
    }

    private async Task<OperationRow> FindAsync(string name, Caller caller)
    {
        var id = Ids.Of(name, $"{service.Value}/operations");
        return await db.ReadAsync(s => s.FirstOrDefaultAsync<OperationRow>(SelectOperation, new { id, owner = caller.Subject })) ?? throw Errors.NotFound(name);
    }

    private (string Message, string Consumer) ParkedKey(string name) =>
        Ids.Of(name, $"{service.Value}/parkedMessages").Split('~') is [{ Length: > 0 } message, { Length: > 0 } consumer]
            ? (message, consumer)
            : throw Errors.Invalid("name", "名称格式应为 服务/parkedMessages/消息~消费者。", "The name must be service/parkedMessages/message~consumer.");

    /// <summary>What is of no place in the tree is not cut by scope: only who sees the whole tree may look at it.</summary>
    internal static void RequireWhole(Caller caller)
    {
        if (!caller.Scope.IsWhole)
            throw Errors.Denied("whole");
    }

    private static AuditEntry ToMessage(AuditRow row) => new()
    {
        Id = row.Id,
        Time = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.AtUs)),
        Actor = row.Actor,
        ActorName = row.ActorName,
        Action = row.Action,
        Resource = row.Resource,
        DetailJson = row.Detail,
        Source = row.Source,
    };

    private ParkedMessage ToMessage(ParkedRow row) => new()
    {
        Name = $"{service.Value}/parkedMessages/{row.MessageId}~{row.Consumer}",
        Type = row.Type,
        Consumer = row.Consumer,
        Attempts = row.Attempts,
        LastError = row.LastError,
        ReceiveTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.ReceivedUs)),
        DataJson = row.Body,
    };

    private sealed class EventRow
    {
        public long LogSeq { get; set; }
        public string Id { get; set; } = "";
        public string Type { get; set; } = "";
        public string AggregateId { get; set; } = "";
        public long Version { get; set; }
        public long OccurredUs { get; set; }
        public string Body { get; set; } = "";
    }

    private sealed class ParkedRow
    {
        public string MessageId { get; set; } = "";
        public string Consumer { get; set; } = "";
        public string Type { get; set; } = "";
        public string Body { get; set; } = "";
        public long ReceivedUs { get; set; }
        public int Attempts { get; set; }
        public string LastError { get; set; } = "";
    }

    private sealed class AuditRow
    {
        public string Id { get; set; } = "";
        public long AtUs { get; set; }
        public string Actor { get; set; } = "";
        public string ActorName { get; set; } = "";
        public string Action { get; set; } = "";
        public string Resource { get; set; } = "";
        public string Detail { get; set; } = "";
        public string Source { get; set; } = "";
    }
}
