using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

/// <summary>What is unread comes as one message for each period. The due time stands in the row: two instances, or a restart, make no second.</summary>
public static class Digests
{
    private const int Batch = 100;
    private const int Listed = 30;

    /// <summary>Makes the digests that are due; returns how many people's it looked at.</summary>
    public static async Task<int> SweepAsync(Db db, WorkingCalendar calendar)
    {
        var due = await db.ReadAsync(s => PreferenceStore.DueAsync(s, db.Clock.NowMicros(), Batch));
        foreach (var row in due)
            await db.WriteAsync(tx => MakeAsync(tx, row, calendar));
        return due.Count;
    }

    private static async Task MakeAsync(Tx tx, PreferenceRow row, WorkingCalendar calendar)
    {
        var next = DigestRules.Next(row.Digest, row.DigestHour, tx.Now, calendar)!.Value;
        if (!await PreferenceStore.ClaimAsync(tx, row, next.Micros()))
            return;
        if (await Receivers.OneAsync(tx, row.StaffId) is not { Email.Length: > 0 } receiver)
            return;
        var unread = await NotificationStore.UnreadAsync(tx, receiver.Id, receiver.Scope);
        if (unread.Count == 0)
            return;
        var first = await NotificationStore.ListAsync(tx, receiver.Id, receiver.Scope, new NotificationFilter(Unread: true, ""), "", Listed);
        var count = unread.Sum(kind => kind.Count);
        await OutwardStore.AddAsync(tx, receiver.Id, DigestRules.KeyOf(row.Digest, Clock.FromMicros(row.NextDigestUs!.Value)), $"您有 {count} 条未读通知", OutwardText.Of(first, count));
    }
}
