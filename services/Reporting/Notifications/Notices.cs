using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

/// <summary>
/// A piece of news before anybody is told. Key says what it is, so that another event, the same one again or another instance tells
/// nobody twice. A partner's news is for who sees the partner, any other for who sees the place.
/// </summary>
public sealed record Notice(Kind Kind, string Key, string Resource, Place Place, DateTimeOffset At, string Zh, string En, string TextZh = "", string TextEn = "");

/// <summary>Puts news into the inboxes of its receivers, in the transaction that heard it.</summary>
public static class Notices
{
    private const int TitleLength = 200;
    private const int TextLength = 900;

    // A rebuild tells again what was told weeks ago: nobody wants to be woken for that.
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(7);

    public static async Task TellAsync(Tx tx, Notice notice, IReadOnlyCollection<ReceiverRow> receivers)
    {
        if (receivers.Count == 0 || !IsFresh(tx, notice.At))
            return;
        var preferences = await PreferenceStore.OfAsync(tx, [.. receivers.Select(one => one.Id)]);
        foreach (var receiver in receivers.Where(one => !preferences[one.Id].IsMuted(notice.Kind)))
        {
            var row = RowOf(tx, notice, receiver);
            if (await NotificationStore.AddAsync(tx, row) && preferences[receiver.Id].GoesOut(notice.Kind) && receiver.Email.Length > 0)
                await OutwardStore.AddAsync(tx, receiver.Id, notice.Key, row.TitleZh, OutwardText.Of([row]));
        }
    }

    /// <summary>Whether news of then is still news.</summary>
    public static bool IsFresh(Tx tx, DateTimeOffset at) => tx.Now - at <= Fresh;

    private static NotificationRow RowOf(Tx tx, Notice notice, ReceiverRow receiver) => new()
    {
        Id = tx.NewId(),
        ReceiverId = receiver.Id,
        NoticeKey = notice.Key,
        Kind = notice.Kind.Code,
        TitleZh = Short($"{notice.Kind.Zh}：{notice.Zh}", TitleLength),
        TitleEn = Short($"{notice.Kind.En}: {notice.En}", TitleLength),
        TextZh = Short(notice.TextZh, TextLength),
        TextEn = Short(notice.TextEn, TextLength),
        Resource = notice.Resource,
        ScopePath = notice.Place.ScopePath,
        PartnerId = notice.Place.PartnerId,
        AtUs = notice.At.Micros(),
        CreatedUs = tx.NowMicros,
    };

    private static string Short(string text, int length) => text.Length <= length ? text : text[..length];
}
