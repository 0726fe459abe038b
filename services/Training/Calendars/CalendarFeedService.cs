using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Training.Calendars;

/// <summary>Calendar feeds 日历订阅: addresses with a secret, for programs that cannot sign in.</summary>
public sealed class CalendarFeedService(Db db, Lookups lookups, TrainingSettings settings) : V1.CalendarFeedService.CalendarFeedServiceBase
{
    private const string Collection = "calendarFeeds";
    private const string Suffix = ".ics";
    private const string SeesSessionsPermission = "training.sessions.read";
    private const int SecretBytes = 32, MostFeeds = 20, MostSessions = 2000;

    /// <summary>A lecturer's or an organisation's, not both.</summary>
    public static IEnumerable<Violation> Create(CalendarFeed feed)
    {
        if (feed is { Lecturer.Length: > 0, Organisation.Length: > 0 })
            yield return new Violation("calendar_feed.organisation", "讲师与机构只能选其一。", "Name a lecturer or an organisation, not both.", "NOT_ALLOWED");
    }

    public override async Task<CalendarFeed> CreateCalendarFeed(CreateCalendarFeedRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.CalendarFeed;
        var lecturer = asked.Lecturer.Length > 0 ? await lookups.LecturerAsync(asked.Lecturer, "calendar_feed.lecturer") : null;
        var organisation = lecturer is null && (asked.Organisation.Length > 0 || caller.PartnerId is null)
            ? await lookups.OrganisationAsync(asked.Organisation, caller, "calendar_feed.organisation") : default;
        return await db.WriteAsync(async tx =>
        {
            if (await CalendarFeedStore.CountAsync(tx, caller.Subject) >= MostFeeds)
                throw Errors.Precondition("TOO_MANY_FEEDS", $"最多 {MostFeeds} 个日历订阅，请先删除不用的。", $"There are {MostFeeds} feeds at most; revoke one first.");
            var secret = NewSecret();
            var row = new CalendarFeedRow
            {
                Id = tx.NewId(),
                Version = 1,
                SecretHash = Hash(secret),
                Title = asked.Title,
                LecturerId = lecturer is null ? null : Ids.Of(lecturer.Name, "staff"),
                OrganisationId = organisation.Id,
                TargetPath = organisation.ScopePath is null ? null : await Places.NowAsync(tx, organisation.ScopePath),
                Maker = caller.Subject,
                MakerStaffId = caller.StaffId,
                ScopePath = await Places.NowAsync(tx, caller.Scope.Path),
                AssigneeId = caller.Scope.Assignee,
                CreatedUs = tx.NowMicros,
            };
            await CalendarFeedStore.InsertAsync(tx, row);
            await AuditAsync(tx, caller, "feed.create", row);
            return ToMessage(row, secret);
        }, context.CancellationToken);
    }

    public override Task<ListCalendarFeedsResponse> ListCalendarFeeds(ListCalendarFeedsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var rows = await CalendarFeedStore.ListAsync(s, caller.Subject, page);
            var reply = new ListCalendarFeedsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.CalendarFeeds.Add(rows.Select(row => ToMessage(row, null)));
            return reply;
        });

    public override Task<CalendarFeed> RotateCalendarFeed(RotateCalendarFeedRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Name, context.Caller());
            var secret = NewSecret();
            row.SecretHash = Hash(secret);
            await CalendarFeedStore.RotateAsync(tx, row);
            await AuditAsync(tx, context.Caller(), "feed.rotate", row);
            return ToMessage(row, secret);
        }, context.CancellationToken);

    public override Task<Empty> RevokeCalendarFeed(RevokeCalendarFeedRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Name, context.Caller());
            await CalendarFeedStore.DeleteAsync(tx, row);
            await AuditAsync(tx, context.Caller(), "feed.revoke", row);
            return new Empty();
        }, context.CancellationToken);

    public override async Task ReadCalendar(ReadCalendarRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var secret = request.Secret.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) ? request.Secret[..^Suffix.Length] : request.Secret;
        var now = db.Clock.GetUtcNow();
        var (feed, sessions) = await db.ReadAsync(async s =>
        {
            var found = await CalendarFeedStore.OfSecretAsync(s, Hash(secret))
                ?? throw new Refusal(StatusCode.NotFound, "NO_SUCH_CALENDAR", "日历地址无效或已停用。", "There is no calendar at this address.");
            // Where the organisation is now, should it have been moved since.
            found.TargetPath = found.TargetPath is null ? null : await Places.NowAsync(s, found.TargetPath);
            return (found, await CalendarFeedStore.SessionsAsync(s, found, now.AddDays(-settings.FeedDaysBack).Micros(), now.AddDays(settings.FeedDaysAhead).Micros(), MostSessions));
        });
        if (feed.ReadUs is null || feed.ReadUs < now.AddHours(-1).Micros())
            await db.WriteAsync(tx => CalendarFeedStore.TouchAsync(tx, feed.Id), context.CancellationToken);
        context.GetHttpContext().Response.Headers.CacheControl = "private, no-store";
        await responseStream.WriteAsync(new HttpBody { ContentType = ICalendar.MediaType, Data = ByteString.CopyFromUtf8(ICalendar.Write(feed.Title, sessions)) });
    }

    /// <summary>The maker moved or left, or his roles changed: his feeds show what he may see now, or are gone with him.</summary>
    internal static async Task FollowAsync(Tx tx, StaffChanged maker)
    {
        if (!maker.Active || !Protocol.Roles.Allows(maker.Roles, SeesSessionsPermission))
            await CalendarFeedStore.DeleteOfStaffAsync(tx, maker.AggregateId);
        else
            await CalendarFeedStore.FollowStaffAsync(tx, maker.AggregateId, maker.ScopePath, maker.Roles.All(Protocol.Roles.AssignedOnly.Contains) ? maker.AggregateId : null);
    }

    private static string NewSecret() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Secrets have 256 bits, so a plain hash can be neither guessed nor turned back.</summary>
    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static Task AuditAsync(Tx tx, Caller caller, string action, CalendarFeedRow row) =>
        tx.AuditAsync(caller, action, $"{Collection}/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Title, row.LecturerId, row.OrganisationId });

    private static async Task<CalendarFeedRow> FindAsync(Session s, string name, Caller caller) =>
        await CalendarFeedStore.OwnAsync(s, Ids.Of(name, Collection), caller.Subject) ?? throw Errors.NotFound(name);

    private static CalendarFeed ToMessage(CalendarFeedRow row, string? secret) => new()
    {
        Name = $"{Collection}/{row.Id}",
        Title = row.Title,
        Lecturer = row.LecturerId is null ? "" : $"staff/{row.LecturerId}",
        Organisation = row.OrganisationId is null ? "" : $"organisations/{row.OrganisationId}",
        Path = secret is null ? "" : $"/v1/calendars/{secret}{Suffix}",
        ReadTime = Times.Of(row.ReadUs),
        CreateTime = Times.Of(row.CreatedUs),
        Etag = Etag.Of(row.Version),
    };
}
