using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

/// <summary>A message that leaves the house.</summary>
public sealed class OutwardRow
{
    public string Id { get; set; } = "";
    public string ReceiverId { get; set; } = "";
    public string Subject { get; set; } = "";
    public string Body { get; set; } = "";
    public long Attempts { get; set; }
    public long? DueUs { get; set; }
    public long CreatedUs { get; set; }

    // Of the person as he is now; null when he is no more.
    public string? Email { get; set; }
    public string? Name { get; set; }
}

/// <summary>Messages on their way out: "pending", "sent" or "failed".</summary>
public static class OutwardStore
{
    private const string Insert = """
        INSERT INTO outward_messages (id, receiver_id, message_key, subject, body, state, attempts, due_us, last_error, created_us)
        SELECT @id, @receiver, @key, @subject, @body, 'pending', 0, @now, '', @now
        WHERE NOT EXISTS (SELECT 1 FROM outward_messages WHERE receiver_id = @receiver AND message_key = @key)
        """;
    private const string SelectDue = """
        SELECT m.id AS Id, m.receiver_id AS ReceiverId, m.subject AS Subject, m.body AS Body, m.attempts AS Attempts, m.due_us AS DueUs, m.created_us AS CreatedUs,
               s.email AS Email, s.name AS Name
        FROM outward_messages m LEFT JOIN staff s ON s.id = m.receiver_id AND s.active = 1 WHERE m.due_us <= @now ORDER BY m.due_us LIMIT @n
        """;
    private const string Claim = "UPDATE outward_messages SET attempts = attempts + 1, due_us = @until WHERE id = @Id AND due_us = @DueUs";
    private const string Finish = "UPDATE outward_messages SET state = @state, due_us = NULL, done_us = @now, last_error = @error WHERE id = @id";
    private const string Postpone = "UPDATE outward_messages SET due_us = @due, last_error = @error WHERE id = @id";
    private const string EndOfBatch = "SELECT created_us FROM outward_messages WHERE created_us < @before ORDER BY created_us LIMIT @n";
    private const string Delete = "DELETE FROM outward_messages WHERE created_us <= @upTo";

    /// <summary>Keeps a message for a person, once for each key.</summary>
    public static Task AddAsync(Tx tx, string receiver, string key, string subject, string body) =>
        tx.ExecuteAsync(Insert, new { id = tx.NewId(), receiver, key, subject, body, now = tx.NowMicros });

    public static Task<List<OutwardRow>> DueAsync(Session session, long now, int n) => session.QueryAsync<OutwardRow>(SelectDue, new { now, n });

    /// <summary>Takes a message until an instant; false when another instance did.</summary>
    public static async Task<bool> ClaimAsync(Tx tx, OutwardRow row, long until) => await tx.ExecuteAsync(Claim, new { row.Id, row.DueUs, until }) == 1;

    public static Task FinishAsync(Tx tx, string id, string state, string error) => tx.ExecuteAsync(Finish, new { id, state, error, now = tx.NowMicros });

    public static Task PostponeAsync(Tx tx, string id, long due, string error) => tx.ExecuteAsync(Postpone, new { id, due, error });

    /// <summary>Deletes a batch of those made before an instant; returns how many.</summary>
    public static async Task<int> ForgetAsync(Tx tx, long before, int n)
    {
        var batch = await tx.QueryAsync<long>(EndOfBatch, new { before, n });
        return batch.Count == 0 ? 0 : await tx.ExecuteAsync(Delete, new { upTo = batch[^1] });
    }
}
