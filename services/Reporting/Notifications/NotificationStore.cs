using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

/// <summary>A notification 通知 of somebody.</summary>
public sealed class NotificationRow
{
    public string Id { get; set; } = "";
    public string ReceiverId { get; set; } = "";

    /// <summary>What the news is, whichever event told it.</summary>
    public string NoticeKey { get; set; } = "";

    public string Kind { get; set; } = "";
    public string TitleZh { get; set; } = "";
    public string TitleEn { get; set; } = "";
    public string TextZh { get; set; } = "";
    public string TextEn { get; set; } = "";
    public string Resource { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? PartnerId { get; set; }
    public long AtUs { get; set; }
    public long CreatedUs { get; set; }
    public long? ReadUs { get; set; }
}

/// <summary>How many are unread of a kind.</summary>
public sealed class UnreadRow
{
    public string Kind { get; set; } = "";
    public long Count { get; set; }
}

/// <summary>What a list is narrowed to.</summary>
public sealed record NotificationFilter(bool Unread, string Kind);

/// <summary>Notifications; every read asks anew whether the receiver still sees the partner, or the place, it is about.</summary>
public static class NotificationStore
{
    private const string Columns = """
        n.id AS Id, n.receiver_id AS ReceiverId, n.notice_key AS NoticeKey, n.kind AS Kind, n.title_zh AS TitleZh, n.title_en AS TitleEn, n.text_zh AS TextZh,
        n.text_en AS TextEn, n.resource AS Resource, n.scope_path AS ScopePath, n.partner_id AS PartnerId, n.at_us AS AtUs, n.created_us AS CreatedUs, n.read_us AS ReadUs
        """;
    private const string Visible = $"""
        n.receiver_id = @Me AND ((n.partner_id IS NULL AND n.scope_path >= @ScopeLow AND n.scope_path < @ScopeHigh)
            OR EXISTS (SELECT 1 FROM partners p WHERE p.id = n.partner_id AND {Scope.SqlFilter}))
        """;
    private const string Insert = """
        INSERT INTO notifications (id, receiver_id, notice_key, kind, title_zh, title_en, text_zh, text_en, resource, scope_path, partner_id, at_us, created_us)
        SELECT @Id, @ReceiverId, @NoticeKey, @Kind, @TitleZh, @TitleEn, @TextZh, @TextEn, @Resource, @ScopePath, @PartnerId, @AtUs, @CreatedUs
        WHERE NOT EXISTS (SELECT 1 FROM notifications WHERE receiver_id = @ReceiverId AND notice_key = @NoticeKey)
        """;

    // The same news may be told by several events; it happened when the first of them did.
    private const string Date = "UPDATE notifications SET at_us = @AtUs WHERE receiver_id = @ReceiverId AND notice_key = @NoticeKey AND at_us > @AtUs";
    private const string SelectPage = $"""
        SELECT {Columns} FROM notifications n
        WHERE (@After = '' OR n.id < @After) AND (@Unread = 0 OR n.read_us IS NULL) AND (@Kind = '' OR n.kind = @Kind) AND {Visible}
        ORDER BY n.id DESC LIMIT @n
        """;
    private const string SelectSince = $"SELECT {Columns} FROM notifications n WHERE n.created_us >= @since AND {Visible} ORDER BY n.id";
    private const string CountUnread = $"SELECT n.kind AS Kind, COUNT(*) AS Count FROM notifications n WHERE n.read_us IS NULL AND {Visible} GROUP BY n.kind";
    private const string SelectIds = $"SELECT n.id FROM notifications n WHERE n.id IN @ids AND {Visible}";
    private const string SelectUnreadIds = $"SELECT n.id FROM notifications n WHERE n.read_us IS NULL AND (@Kind = '' OR n.kind = @Kind) AND {Visible} ORDER BY n.id LIMIT @n";
    private const string Mark = "UPDATE notifications SET read_us = @now WHERE id IN @ids AND read_us IS NULL";
    private const string EndOfBatch = "SELECT created_us FROM notifications WHERE created_us < @before ORDER BY created_us LIMIT @n";
    private const string Delete = "DELETE FROM notifications WHERE created_us <= @upTo";

    /// <summary>Whether it is new; a known one is only dated back when it happened earlier than was known.</summary>
    public static async Task<bool> AddAsync(Tx tx, NotificationRow row)
    {
        if (await tx.ExecuteAsync(Insert, row) == 1)
            return true;
        await tx.ExecuteAsync(Date, row);
        return false;
    }

    public static Task<List<NotificationRow>> ListAsync(Session session, string me, Scope scope, NotificationFilter filter, string after, int n) =>
        session.QueryAsync<NotificationRow>(SelectPage, new { Me = me, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, filter.Unread, filter.Kind, After = after, n });

    /// <summary>Those made since an instant, the oldest first.</summary>
    public static Task<List<NotificationRow>> SinceAsync(Session session, string me, Scope scope, long since) =>
        session.QueryAsync<NotificationRow>(SelectSince, new { Me = me, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, since });

    public static Task<List<UnreadRow>> UnreadAsync(Session session, string me, Scope scope) =>
        session.QueryAsync<UnreadRow>(CountUnread, new { Me = me, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>Those of these ids that are his, and seen by him.</summary>
    public static Task<List<string>> OwnAsync(Session session, string me, Scope scope, IReadOnlyCollection<string> ids) =>
        session.QueryAsync<string>(SelectIds, new { Me = me, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, ids });

    public static Task<List<string>> UnreadIdsAsync(Session session, string me, Scope scope, string kind, int n) =>
        session.QueryAsync<string>(SelectUnreadIds, new { Me = me, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, Kind = kind, n });

    /// <summary>How many of them were unread.</summary>
    public static Task<int> MarkAsync(Tx tx, IReadOnlyCollection<string> ids) => tx.ExecuteAsync(Mark, new { ids, now = tx.NowMicros });

    /// <summary>Deletes a batch of those made before an instant; returns how many.</summary>
    public static async Task<int> ForgetAsync(Tx tx, long before, int n)
    {
        var batch = await tx.QueryAsync<long>(EndOfBatch, new { before, n });
        return batch.Count == 0 ? 0 : await tx.ExecuteAsync(Delete, new { upTo = batch[^1] });
    }
}
