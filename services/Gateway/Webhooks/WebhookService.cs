using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Gateway.Events;
using Qudao.Gateway.V1;
using Qudao.Platform;
using Session = Qudao.Platform.Session;

namespace Qudao.Gateway.Webhooks;

/// <summary>Webhooks 事件推送.</summary>
public sealed class WebhookService(Db db) : V1.WebhookService.WebhookServiceBase
{
    private const string Collection = "webhookEndpoints";

    public override async Task<WebhookEndpoint> CreateWebhookEndpoint(CreateWebhookEndpointRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.WebhookEndpoint;
        var secret = "";
        var endpoint = await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            if (await Owners.ScopeAsync(tx, caller.Subject) is not { } owner)
                throw Errors.Precondition("OWNER_UNKNOWN", "只有能查看事件的用户或接口客户端才能拥有推送地址。", "Only a user or API client that may read events can own an address.");
            if (await WebhookStore.CountOfAsync(tx, caller.Subject) >= WebhookRules.MostOfAnOwner)
                throw Errors.Precondition("TOO_MANY_WEBHOOKS", $"每个用户最多 {WebhookRules.MostOfAnOwner} 个推送地址。", $"A user can own {WebhookRules.MostOfAnOwner} addresses at most.");
            var row = new EndpointRow
            {
                Id = tx.NewId(),
                OwnerId = caller.Subject,
                AssigneeId = caller.Scope.Assignee,
                Seq = (await EventStore.HeadAsync(tx)).Seq,
                Version = 1,
                CreatedUs = tx.NowMicros,
            };
            await FillAsync(tx, row, asked, caller, owner);
            await WebhookStore.InsertAsync(tx, row);
            secret = WebhookRules.NewSecret();
            await WebhookStore.AddSecretAsync(tx, row.Id, secret, tx.NowMicros);
            await AuditAsync(tx, caller, "webhook-endpoint.create", row, new { row.Url, row.Types, row.OrganisationId });
            return ToMessage(row);
        });
        // Not part of the stored reply: it is shown this once.
        endpoint.Secret = secret;
        return endpoint;
    }

    public override Task<WebhookEndpoint> GetWebhookEndpoint(GetWebhookEndpointRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => ToMessage(await FindAsync(s, request.Name, context.Caller())));

    public override async Task<ListWebhookEndpointsResponse> ListWebhookEndpoints(ListWebhookEndpointsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => WebhookStore.PageAsync(s, page, caller.Scope));
        var reply = new ListWebhookEndpointsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.WebhookEndpoints.Add(rows.Select(ToMessage));
        return reply;
    }

    public override Task<WebhookEndpoint> UpdateWebhookEndpoint(UpdateWebhookEndpointRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var caller = context.Caller();
            var asked = request.WebhookEndpoint;
            var row = await FindAsync(tx, asked.Name, caller);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            var paths = WebhookRules.Paths(request.UpdateMask);
            var merged = ToMessage(row);
            new FieldMask { Paths = { paths } }.Merge(asked, merged, new FieldMask.MergeOptions { ReplaceRepeatedFields = true, ReplacePrimitiveFields = true });
            if (paths.Contains("organisation"))
                await FillAsync(tx, row, merged, caller, await Owners.ScopeAsync(tx, row.OwnerId) ?? caller.Scope);
            else
                Fill(row, merged);
            await WebhookStore.UpdateAsync(tx, row);
            await AuditAsync(tx, caller, "webhook-endpoint.update", row, new { Fields = paths, row.Url, row.Types, row.OrganisationId });
            return ToMessage((await WebhookStore.ByIdAsync(tx, row.Id))!);
        }, context.CancellationToken);

    public override async Task<Empty> DeleteWebhookEndpoint(DeleteWebhookEndpointRequest request, ServerCallContext context)
    {
        await db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Name, context.Caller());
            Etag.Check(request.Etag, row.Version, request.Name);
            await WebhookStore.DeleteAsync(tx, row.Id);
            await AuditAsync(tx, context.Caller(), "webhook-endpoint.delete", row, new { row.Url });
        }, context.CancellationToken);
        return new Empty();
    }

    public override async Task<WebhookEndpoint> RotateWebhookSecret(RotateWebhookSecretRequest request, ServerCallContext context)
    {
        var secret = "";
        var endpoint = await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name, context.Caller());
            secret = WebhookRules.NewSecret();
            var overlap = WebhookRules.Overlap(request);
            await WebhookStore.AddSecretAsync(tx, row.Id, secret, (tx.Now + overlap).Micros());
            await AuditAsync(tx, context.Caller(), "webhook-endpoint.rotate-secret", row, new { OverlapHours = overlap.TotalHours });
            return ToMessage(row);
        });
        endpoint.Secret = secret;
        return endpoint;
    }

    public override Task<WebhookEndpoint> PauseWebhookEndpoint(PauseWebhookEndpointRequest request, ServerCallContext context) =>
        SetStateAsync(request.Name, context, "webhook-endpoint.pause", WebhookRules.RefusePause, EndpointRow.Paused, "by-hand");

    public override Task<WebhookEndpoint> ResumeWebhookEndpoint(ResumeWebhookEndpointRequest request, ServerCallContext context) =>
        SetStateAsync(request.Name, context, "webhook-endpoint.resume", WebhookRules.RefuseResume, EndpointRow.Active, "");

    public override Task<WebhookDelivery> PingWebhookEndpoint(PingWebhookEndpointRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var endpoint = await FindAsync(tx, request.Name, context.Caller());
            ThrowIf(WebhookRules.RefuseSending(endpoint.State));
            var row = new DeliveryRow { Id = tx.NewId(), EndpointId = endpoint.Id, EventId = tx.NewId(), Type = WebhookRules.PingType, DueUs = tx.NowMicros, CreatedUs = tx.NowMicros };
            await DeliveryStore.InsertAsync(tx, row);
            await AuditAsync(tx, context.Caller(), "webhook-endpoint.ping", endpoint, new { row.EventId });
            return ToMessage(row);
        });

    public override Task<ListWebhookDeliveriesResponse> ListWebhookDeliveries(ListWebhookDeliveriesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return db.ReadAsync(async s =>
        {
            var endpoint = await FindAsync(s, request.Parent, caller);
            var rows = await DeliveryStore.PageAsync(s, endpoint.Id, Text(request.State), page);
            var reply = new ListWebhookDeliveriesResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.WebhookDeliveries.Add(rows.Select(ToMessage));
            return reply;
        });
    }

    public override Task<WebhookDelivery> RedeliverWebhook(RedeliverWebhookRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var (endpoint, row) = await DeliveryAsync(tx, request.Name, context.Caller());
            ThrowIf(WebhookRules.RefuseSending(endpoint.State));
            if (!row.IsPing && await EventStore.ByIdAsync(tx, row.EventId) is null)
                throw Errors.Precondition("EVENT_GONE", "该事件已不再保留。", "The event is not kept any more.");
            if (!await DeliveryStore.SendAgainAsync(tx, row.Id))
                throw Errors.Precondition("DELIVERY_UNDER_WAY", "正在推送，请稍后再试。", "A try is under way; ask again later.");
            await AuditAsync(tx, context.Caller(), "webhook-delivery.redeliver", endpoint, new { row.Id, row.EventId });
            return ToMessage((await DeliveryStore.GetAsync(tx, endpoint.Id, row.Id))!);
        });

    private static void ThrowIf(Refusal? refusal)
    {
        if (refusal is not null)
            throw refusal;
    }

    private static async Task<EndpointRow> FindAsync(Session session, string name, Caller caller) =>
        await WebhookStore.GetAsync(session, Ids.Of(name, Collection), caller.Scope) ?? throw Errors.NotFound(name);

    private static async Task<(EndpointRow Endpoint, DeliveryRow Delivery)> DeliveryAsync(Session session, string name, Caller caller) =>
        name.Split('/') is [Collection, var endpoint, "deliveries", var id]
        && await WebhookStore.GetAsync(session, endpoint, caller.Scope) is { } found
        && await DeliveryStore.GetAsync(session, found.Id, id) is { } delivery
            ? (found, delivery)
            : throw Errors.NotFound(name);

    private static void Fill(EndpointRow row, WebhookEndpoint asked) =>
        (row.DisplayName, row.Url, row.Types) = (asked.DisplayName.Trim(), asked.Url, string.Join(',', asked.Types_.Distinct()));

    /// <summary>Fills the subtree too: the organisation's, or, without one, all that the owner and the caller both see.</summary>
    private static async Task FillAsync(Tx tx, EndpointRow row, WebhookEndpoint asked, Caller caller, Scope owner)
    {
        Fill(row, asked);
        row.OrganisationId = asked.Organisation.Length == 0 ? null : Ids.Of(asked.Organisation, "organisations");
        row.ScopePath = row.OrganisationId is not null
            ? await Subtrees.VisibleAsync(tx, asked.Organisation, caller.Scope, "webhook_endpoint.organisation")
            : (Owners.Shared(owner, caller.Scope.Path) ?? caller.Scope).Path;
    }

    private static Task AuditAsync(Tx tx, Caller caller, string action, EndpointRow row, object detail) =>
        tx.AuditAsync(caller, action, $"{Collection}/{row.Id}", row.ScopePath, row.AssigneeId, detail);

    private Task<WebhookEndpoint> SetStateAsync(string name, ServerCallContext context, string action, Func<string, Refusal?> refuse, string to, string reason) =>
        db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, name, context.Caller());
            ThrowIf(refuse(row.State));
            if (!await WebhookStore.SetStateAsync(tx, row.Id, row.State, to, reason))
                throw Errors.EtagMismatch(name);
            if (to == EndpointRow.Active)
                await DeliveryStore.SendWaitingAsync(tx, row.Id);
            await AuditAsync(tx, context.Caller(), action, row, new { From = row.State, To = to });
            return ToMessage((await WebhookStore.ByIdAsync(tx, row.Id))!);
        }, context.CancellationToken);

    private static string Text(WebhookDeliveryState state) => state == WebhookDeliveryState.Unspecified ? "" : state.ToString().ToLowerInvariant();

    private static Timestamp? Time(long? us) => us is null ? null : Timestamp.FromDateTimeOffset(Clock.FromMicros(us.Value));

    private static WebhookEndpoint ToMessage(EndpointRow row) => new()
    {
        Name = $"{Collection}/{row.Id}",
        DisplayName = row.DisplayName,
        Url = row.Url,
        Types_ = { row.TypeList },
        Organisation = row.OrganisationId is null ? "" : $"organisations/{row.OrganisationId}",
        State = row.State == EndpointRow.Active ? WebhookEndpointState.Active : WebhookEndpointState.Paused,
        PauseReason = row.PauseReason,
        Owner = row.OwnerId,
        FailingSinceTime = Time(row.FailingSinceUs),
        Sequence = EventRules.Sequence(row.Seq),
        CreateTime = Time(row.CreatedUs),
        Etag = Etag.Of(row.Version),
    };

    private static WebhookDelivery ToMessage(DeliveryRow row) => new()
    {
        Name = $"{Collection}/{row.EndpointId}/deliveries/{row.Id}",
        EventId = row.EventId,
        Type = row.Type,
        Sequence = row.IsPing ? "" : EventRules.Sequence(row.Seq),
        State = System.Enum.Parse<WebhookDeliveryState>(row.State, ignoreCase: true),
        Attempts = row.Attempts,
        NextAttemptTime = row.State == DeliveryRow.Pending ? Time(row.DueUs) : null,
        LastAttemptTime = Time(row.AttemptedUs),
        ResponseCode = row.StatusCode,
        DurationMs = row.DurationMs,
        Error = row.Error,
        Response = row.Response,
        CreateTime = Time(row.CreatedUs),
    };
}
