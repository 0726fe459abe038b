using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

/// <summary>What somebody chose to be told of, and how.</summary>
public sealed class PreferenceRow
{
    public string StaffId { get; set; } = "";

    /// <summary>Kinds that do not come into the inbox, separated by commas.</summary>
    public string Muted { get; set; } = "";

    /// <summary>Kinds that go out at once, separated by commas: what is critical, where nothing was chosen.</summary>
    public string Outward { get; set; } = string.Join(',', Kinds.All.Where(kind => kind.IsCritical).Select(kind => kind.Code));

    /// <summary>"none", "daily" or "weekly".</summary>
    public string Digest { get; set; } = DigestRules.None;

    public int DigestHour { get; set; } = DigestRules.UsualHour;
    public long? NextDigestUs { get; set; }

    /// <summary>0 where nothing was chosen yet.</summary>
    public long Version { get; set; }

    public bool IsMuted(Kind kind) => !kind.IsCritical && Split(Muted).Contains(kind.Code);

    public bool GoesOut(Kind kind) => !IsMuted(kind) && Split(Outward).Contains(kind.Code);

    public static string[] Split(string codes) => codes.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Choices of people.</summary>
public static class PreferenceStore
{
    private const string Columns = """
        staff_id AS StaffId, muted AS Muted, outward AS Outward, digest AS Digest, digest_hour AS DigestHour, next_digest_us AS NextDigestUs, version AS Version
        """;
    private const string SelectOf = $"SELECT {Columns} FROM notification_preferences WHERE staff_id IN @ids";
    private const string SelectDue = $"SELECT {Columns} FROM notification_preferences WHERE next_digest_us <= @now ORDER BY next_digest_us LIMIT @n";
    private const string Insert = """
        INSERT INTO notification_preferences (staff_id, muted, outward, digest, digest_hour, next_digest_us, version)
        SELECT @StaffId, @Muted, @Outward, @Digest, @DigestHour, @NextDigestUs, 1
        WHERE NOT EXISTS (SELECT 1 FROM notification_preferences WHERE staff_id = @StaffId)
        """;
    private const string Update = """
        UPDATE notification_preferences SET muted = @Muted, outward = @Outward, digest = @Digest, digest_hour = @DigestHour, next_digest_us = @NextDigestUs,
               version = version + 1
        WHERE staff_id = @StaffId AND version = @Version
        """;
    private const string Claim = "UPDATE notification_preferences SET next_digest_us = @next WHERE staff_id = @StaffId AND next_digest_us = @NextDigestUs AND version = @Version";

    /// <summary>Of each of these people; the usual ones of who chose nothing.</summary>
    public static async Task<Dictionary<string, PreferenceRow>> OfAsync(Session session, IReadOnlyCollection<string> ids)
    {
        var chosen = (await session.QueryAsync<PreferenceRow>(SelectOf, new { ids })).ToDictionary(row => row.StaffId);
        return ids.Distinct().ToDictionary(id => id, id => chosen.GetValueOrDefault(id) ?? new PreferenceRow { StaffId = id });
    }

    /// <summary>Stores it; its version is the new one afterwards.</summary>
    public static async Task SaveAsync(Tx tx, PreferenceRow row)
    {
        if (row.Version > 0)
            await tx.UpdateAsync(Update, row, "notificationPreferences");
        else if (await tx.ExecuteAsync(Insert, row) == 0)
            throw Errors.EtagMismatch("notificationPreferences");
        row.Version++;
    }

    /// <summary>Whose digest is due.</summary>
    public static Task<List<PreferenceRow>> DueAsync(Session session, long now, int n) => session.QueryAsync<PreferenceRow>(SelectDue, new { now, n });

    /// <summary>Takes a digest that is due and sets the next; false when somebody else took it, or the choice changed.</summary>
    public static async Task<bool> ClaimAsync(Tx tx, PreferenceRow row, long next) =>
        await tx.ExecuteAsync(Claim, new { row.StaffId, row.NextDigestUs, row.Version, next }) == 1;
}
