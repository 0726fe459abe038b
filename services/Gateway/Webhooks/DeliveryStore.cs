using Qudao.Platform;

namespace Qudao.Gateway.Webhooks;

/// <summary>One event for one address.</summary>
public sealed class DeliveryRow
{
    public const string Pending = "pending";
    public const string Delivered = "delivered";
    public const string Failed = "failed";
    public const string Withheld = "withheld";

    public string Id { get; set; } = "";
    public string EndpointId { get; set; } = "";

    /// <summary>The event's; a ping has one of its own.</summary>
    public string EventId { get; set; } = "";

    /// <summary>The event's place in the feed; 0 for a ping.</summary>
    public long Seq { get; set; }

    public string Type { get; set; } = "";
    public string State { get; set; } = Pending;

    /// <summary>Tries that were begun.</summary>
    public int Attempts { get; set; }

    public long? FirstUs { get; set; }
    public long DueUs { get; set; }

    /// <summary>Until when one worker has it.</summary>
    public long LeaseUntilUs { get; set; }

    public long CreatedUs { get; set; }
    public long? AttemptedUs { get; set; }
    public int StatusCode { get; set; }
    public int DurationMs { get; set; }
    public string Error { get; set; } = "";
    public string Response { get; set; } = "";

    public bool IsPing => Seq == 0;
}

/// <summary>Reads and writes deliveries.</summary>
public static class DeliveryStore
{
    private const string Columns = """
        id AS Id, endpoint_id AS EndpointId, event_id AS EventId, seq AS Seq, type AS Type, state AS State, attempts AS Attempts, first_us AS FirstUs,
        due_us AS DueUs, lease_until_us AS LeaseUntilUs, created_us AS CreatedUs, attempted_us AS AttemptedUs, status_code AS StatusCode,
        duration_ms AS DurationMs, error AS Error, response AS Response
        """;
    private const string SelectOne = $"SELECT {Columns} FROM webhook_deliveries WHERE id = @id AND endpoint_id = @endpoint";
    private const string SelectPage = $"""
        SELECT {Columns} FROM webhook_deliveries WHERE endpoint_id = @endpoint AND (@after = '' OR id < @after) AND (@state = '' OR state = @state)
        ORDER BY id DESC LIMIT @n
        """;
    private const string CountPending = "SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = @endpoint AND state = 'pending'";
    private const string Insert = """
        INSERT INTO webhook_deliveries (id, endpoint_id, event_id, seq, type, state, attempts, first_us, due_us, lease_until_us, created_us, attempted_us,
            status_code, duration_ms, error, response)
        VALUES (@Id, @EndpointId, @EventId, @Seq, @Type, 'pending', 0, NULL, @DueUs, 0, @CreatedUs, NULL, 0, 0, '', '')
        """;
    private const string SelectEndpointsDue = """
        SELECT e.id FROM webhook_endpoints e WHERE e.state = 'active' AND EXISTS (
            SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.due_us <= @now AND d.lease_until_us < @now)
        """;
    private const string SelectDue = """
        SELECT id FROM webhook_deliveries WHERE endpoint_id = @endpoint AND state = 'pending' AND due_us <= @now AND lease_until_us < @now
        ORDER BY due_us, seq LIMIT @n
        """;
    private const string Lease = """
        UPDATE webhook_deliveries SET lease_until_us = @until, attempts = attempts + 1, first_us = COALESCE(first_us, @now)
        WHERE id = @id AND state = 'pending' AND due_us <= @now AND lease_until_us < @now
        """;
    private const string Release = """
        UPDATE webhook_deliveries SET lease_until_us = 0, attempts = attempts - 1 WHERE id = @Id AND lease_until_us = @LeaseUntilUs AND state = 'pending'
        """;

    // Only by whoever has the lease: one that came back too late has nothing to say any more.
    private const string Record = """
        UPDATE webhook_deliveries SET state = @State, due_us = @DueUs, lease_until_us = 0, attempted_us = @AttemptedUs, status_code = @StatusCode,
            duration_ms = @DurationMs, error = @Error, response = @Response
        WHERE id = @Id AND lease_until_us = @LeaseUntilUs
        """;
    private const string SendAgain = """
        UPDATE webhook_deliveries SET state = 'pending', attempts = 0, first_us = NULL, due_us = @now, lease_until_us = 0 WHERE id = @id AND lease_until_us <= @now
        """;
    private const string SendWaiting = """
        UPDATE webhook_deliveries SET first_us = NULL, due_us = @now WHERE endpoint_id = @endpoint AND state = 'pending'
        """;
    private const string DeleteOfEndpoint = "DELETE FROM webhook_deliveries WHERE endpoint_id = @endpoint";
    private const string SelectOld = "SELECT id FROM webhook_deliveries WHERE created_us < @before AND state <> 'pending' ORDER BY created_us LIMIT @n";
    private const string DeleteThese = "DELETE FROM webhook_deliveries WHERE id IN @ids";

    public static Task<DeliveryRow?> GetAsync(Session session, string endpoint, string id) => session.FirstOrDefaultAsync<DeliveryRow>(SelectOne, new { endpoint, id });

    /// <summary>Newest first.</summary>
    /// <param name="state">All when empty.</param>
    public static Task<List<DeliveryRow>> PageAsync(Session session, string endpoint, string state, Page page) =>
        session.QueryAsync<DeliveryRow>(SelectPage, new { endpoint, state, after = page.After, n = page.Fetch });

    public static Task<long> CountPendingAsync(Session session, string endpoint) => session.ScalarAsync<long>(CountPending, new { endpoint });

    public static Task InsertAsync(Tx tx, DeliveryRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>The active addresses that something is due for.</summary>
    public static Task<List<string>> EndpointsDueAsync(Session session, long now) => session.QueryAsync<string>(SelectEndpointsDue, new { now });

    public static Task<List<string>> DueAsync(Session session, string endpoint, long now, int n) => session.QueryAsync<string>(SelectDue, new { endpoint, now, n });

    /// <summary>Begins a try, unless another worker has.</summary>
    public static async Task<DeliveryRow?> LeaseAsync(Tx tx, string endpoint, string id, long until) =>
        await tx.ExecuteAsync(Lease, new { id, until, now = tx.NowMicros }) == 1 ? await GetAsync(tx, endpoint, id) : null;

    /// <summary>Gives a try back that was not made.</summary>
    public static Task ReleaseAsync(Tx tx, DeliveryRow row) => tx.ExecuteAsync(Release, row);

    /// <summary>Notes how a try ended; false when the lease is another's by now.</summary>
    public static async Task<bool> RecordAsync(Tx tx, DeliveryRow row) => await tx.ExecuteAsync(Record, row) == 1;

    /// <summary>False while a try is under way.</summary>
    public static async Task<bool> SendAgainAsync(Tx tx, string id) => await tx.ExecuteAsync(SendAgain, new { id, now = tx.NowMicros }) == 1;

    /// <summary>What waited while the address was paused is due now, with three days to come.</summary>
    public static Task SendWaitingAsync(Tx tx, string endpoint) => tx.ExecuteAsync(SendWaiting, new { endpoint, now = tx.NowMicros });

    public static Task DeleteOfAsync(Tx tx, string endpoint) => tx.ExecuteAsync(DeleteOfEndpoint, new { endpoint });

    public static Task<List<string>> OldAsync(Session session, long before, int n) => session.QueryAsync<string>(SelectOld, new { before, n });

    public static Task<int> DeleteAsync(Tx tx, List<string> ids) => tx.ExecuteAsync(DeleteThese, new { ids });
}
