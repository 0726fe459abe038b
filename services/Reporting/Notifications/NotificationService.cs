using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Notifications;

/// <summary>The caller's inbox 通知, and what he chose to be told of.</summary>
public sealed class NotificationService(Db db, IHostApplicationLifetime lifetime) : V1.NotificationService.NotificationServiceBase
{
    private const int MostMarked = 1000;
    private const int WatchSeconds = 60;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    // Two transactions may be committed in another order than they began in.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    public override Task<ListNotificationsResponse> ListNotifications(ListNotificationsRequest request, ServerCallContext context)
    {
        var (me, scope) = Reader(context);
        var page = Page.From(request, context.Caller());
        return db.ReadAsync(async s =>
        {
            var rows = await NotificationStore.ListAsync(s, me, scope, new NotificationFilter(request.Unread, Kinds.CodeOf(request.Kind)), page.After, page.Fetch);
            var reply = new ListNotificationsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.Notifications.Add(rows.Select(ToMessage));
            return reply;
        });
    }

    public override async Task<CountUnreadNotificationsResponse> CountUnreadNotifications(CountUnreadNotificationsRequest request, ServerCallContext context)
    {
        var (me, scope) = Reader(context);
        var rows = await db.ReadAsync(s => NotificationStore.UnreadAsync(s, me, scope));
        var reply = new CountUnreadNotificationsResponse { Unread = rows.Sum(row => row.Count) };
        reply.Kinds.Add(rows.Select(row => new CountUnreadNotificationsResponse.Types.KindCount { Kind = Kinds.Of(row.Kind).Value, Count = row.Count }).OrderBy(one => one.Kind));
        return reply;
    }

    public override Task<MarkNotificationsReadResponse> MarkNotificationsRead(MarkNotificationsReadRequest request, ServerCallContext context)
    {
        var (me, scope) = Me(context);
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var marked = request.All ? await MarkAllAsync(tx, me, scope, Kinds.CodeOf(request.Kind)) : await MarkNamedAsync(tx, me, scope, request.Names);
            if (marked > 0)
                await tx.AuditAsync(context.Caller(), "notifications.read", $"staff/{me}", scope.Path, me, new { marked });
            return new MarkNotificationsReadResponse { Marked = marked };
        });
    }

    public override async Task WatchNotifications(WatchNotificationsRequest request, IServerStreamWriter<WatchNotificationsResponse> responseStream, ServerCallContext context)
    {
        var (me, scope) = Reader(context);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        end.CancelAfter(TimeSpan.FromSeconds(request.Seconds == 0 ? WatchSeconds : request.Seconds));
        for (var (seen, shown) = (default(HashSet<string>), -1L); !end.IsCancellationRequested;)
        {
            var (recent, unread) = await LookAsync(me, scope);
            var news = recent.Where(row => seen?.Contains(row.Id) == false).ToList();
            if (news.Count > 0 || unread != shown)
            {
                var answer = new WatchNotificationsResponse { Unread = shown = unread };
                answer.Notifications.Add(news.Select(ToMessage));
                await responseStream.WriteAsync(answer, context.CancellationToken);
            }
            seen = [.. recent.Select(row => row.Id)];
            await Task.Delay(Look, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    public override async Task<NotificationPreferences> GetNotificationPreferences(GetNotificationPreferencesRequest request, ServerCallContext context)
    {
        var (me, _) = Me(context);
        return await db.ReadAsync(s => ToMessageAsync(s, me));
    }

    public override Task<NotificationPreferences> UpdateNotificationPreferences(UpdateNotificationPreferencesRequest request, ServerCallContext context)
    {
        var (me, scope) = Me(context);
        var mask = request.UpdateMask?.Paths.ToList() ?? [];
        return db.WriteAsync(async tx =>
        {
            var row = (await PreferenceStore.OfAsync(tx, [me]))[me];
            Etag.Check(request.Preferences.Etag, row.Version, "notificationPreferences");
            NotificationRules.Apply(row, request.Preferences, mask, tx.Now, WorkingCalendar.Default);
            await PreferenceStore.SaveAsync(tx, row);
            await tx.AuditAsync(context.Caller(), "notifications.prefer", $"staff/{me}", scope.Path, me, new { row.Muted, row.Outward, row.Digest, row.DigestHour });
            return await ToMessageAsync(tx, me);
        }, context.CancellationToken);
    }

    // Who is not of the staff is told nothing, so his inbox is empty.
    private static (string Me, Scope Scope) Reader(ServerCallContext context) => (context.Caller().StaffId ?? "", context.Caller().Scope);

    private static (string Me, Scope Scope) Me(ServerCallContext context) => (context.Caller().RequireStaff(), context.Caller().Scope);

    private Task<(List<NotificationRow> Recent, long Unread)> LookAsync(string me, Scope scope) => db.ReadAsync(async s => (
        await NotificationStore.SinceAsync(s, me, scope, (db.Clock.GetUtcNow() - Overlap).Micros()),
        (await NotificationStore.UnreadAsync(s, me, scope)).Sum(row => row.Count)));

    private static async Task<long> MarkNamedAsync(Tx tx, string me, Scope scope, IReadOnlyList<string> names)
    {
        var ids = names.Select(name => Ids.Of(name, "notifications")).ToList();
        var own = (await NotificationStore.OwnAsync(tx, me, scope, ids)).ToHashSet();
        Errors.ThrowIfAny([.. ids.Index().Where(one => !own.Contains(one.Item)).Select(one => Errors.Missing($"names[{one.Index}]", names[one.Index]))]);
        return await NotificationStore.MarkAsync(tx, ids);
    }

    private static async Task<long> MarkAllAsync(Tx tx, string me, Scope scope, string kind)
    {
        for (var marked = 0L; ;)
        {
            var ids = await NotificationStore.UnreadIdsAsync(tx, me, scope, kind, MostMarked);
            if (ids.Count == 0)
                return marked;
            marked += await NotificationStore.MarkAsync(tx, ids);
        }
    }

    private static async Task<NotificationPreferences> ToMessageAsync(Session session, string me)
    {
        var row = (await PreferenceStore.OfAsync(session, [me]))[me];
        var message = new NotificationPreferences
        {
            Digest = Codes.To<NotificationDigest>(row.Digest),
            DigestHour = row.DigestHour,
            Email = (await Receivers.OneAsync(session, me))?.Email ?? "",
            Etag = row.Version == 0 ? "" : Etag.Of(row.Version),
        };
        message.Kinds.Add(Kinds.All.Select(kind => new NotificationPreferences.Types.KindPreference
        {
            Kind = kind.Value,
            InApp = !row.IsMuted(kind),
            Outward = row.GoesOut(kind),
            Severity = kind.Severity,
        }));
        return message;
    }

    private static Notification ToMessage(NotificationRow row)
    {
        var kind = Kinds.Of(row.Kind);
        return new Notification
        {
            Name = $"notifications/{row.Id}",
            Kind = kind.Value,
            Severity = kind.Severity,
            Title = row.TitleZh,
            TitleEn = row.TitleEn,
            Text = row.TextZh,
            TextEn = row.TextEn,
            Resource = row.Resource,
            Time = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.AtUs)),
            ReadTime = row.ReadUs is { } read ? Timestamp.FromDateTimeOffset(Clock.FromMicros(read)) : null,
        };
    }
}
