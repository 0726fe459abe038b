using Qudao.Platform;

namespace Qudao.Gateway.Webhooks;

/// <summary>What the house itself does to an address: how a try ended, and when it has had enough of it.</summary>
public static class WebhookEndings
{
    private const int Gone = 410;

    /// <summary>Notes how a try ended; a failure is due again, given up, or the end of an address that is dead.</summary>
    public static async Task RecordAsync(Tx tx, DeliveryRow row, Attempt attempt)
    {
        (row.AttemptedUs, row.StatusCode, row.DurationMs) = (tx.NowMicros, attempt.Code, (int)attempt.Took.TotalMilliseconds);
        (row.Error, row.Response) = (attempt.Error, attempt.Response);
        var pause = attempt.IsReceived ? null : WebhookRules.Pause(row.Attempts, tx.Now - Clock.FromMicros(row.FirstUs ?? tx.NowMicros), attempt.Asked, Random.Shared.NextDouble());
        row.State = attempt.IsReceived ? DeliveryRow.Delivered : pause is null ? DeliveryRow.Failed : DeliveryRow.Pending;
        row.DueUs = (tx.Now + (pause ?? TimeSpan.Zero)).Micros();
        if (await DeliveryStore.RecordAsync(tx, row) && await WebhookStore.ByIdAsync(tx, row.EndpointId) is { } endpoint)
            await JudgeAsync(tx, endpoint, attempt);
    }

    /// <summary>Notes that nothing was sent, and why.</summary>
    public static Task EndUnsentAsync(Tx tx, DeliveryRow row, string state, string error)
    {
        (row.State, row.Error, row.StatusCode, row.Response, row.AttemptedUs) = (state, error, 0, "", tx.NowMicros);
        return DeliveryStore.RecordAsync(tx, row);
    }

    /// <summary>Pauses an address, once; false when it was paused already.</summary>
    public static async Task<bool> PauseAsync(Tx tx, EndpointRow endpoint, string reason)
    {
        if (!await WebhookStore.SetStateAsync(tx, endpoint.Id, EndpointRow.Active, EndpointRow.Paused, reason))
            return false;
        await AuditAsync(tx, endpoint, "webhook-endpoint.pause", new { Reason = reason });
        return true;
    }

    public static Task AuditAsync(Tx tx, EndpointRow endpoint, string action, object detail) =>
        tx.AuditAsync(Caller.System, action, $"webhookEndpoints/{endpoint.Id}", endpoint.ScopePath, endpoint.AssigneeId, detail);

    private static async Task JudgeAsync(Tx tx, EndpointRow endpoint, Attempt attempt)
    {
        if (attempt.IsReceived)
        {
            if (endpoint.FailingSinceUs is not null)
                await WebhookStore.SetFailingAsync(tx, endpoint.Id, null);
            return;
        }
        if (endpoint.FailingSinceUs is null)
            await WebhookStore.SetFailingAsync(tx, endpoint.Id, tx.NowMicros);
        if (attempt.Code == Gone)
            await PauseAsync(tx, endpoint, "gone");
        else if (endpoint.FailingSinceUs is { } since && tx.Now - Clock.FromMicros(since) >= WebhookRules.GiveUpAfter)
            await PauseAsync(tx, endpoint, "failing");
    }
}
