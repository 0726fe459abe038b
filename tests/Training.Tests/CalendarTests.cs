using System.Net;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;
using Qudao.Training.Calendars;
using Qudao.Training.V1;
using static Qudao.Training.Tests.Classroom;
using CalendarFeedService = Qudao.Training.V1.CalendarFeedService;

namespace Qudao.Training.Tests;

/// <summary>Calendar feeds: what a program without sign-in may read, and until when.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class CalendarTests(DatabaseUnderTest database)
{
    private Classroom room = null!;

    [SetUp]
    public async Task OpenAsync() => room = await Classroom.OpenAsync(database);

    [TearDown]
    public async Task CloseAsync()
    {
        if (room is not null)
            await room.DisposeAsync();
    }

    [Test]
    public async Task A_lecturers_feed_shows_his_sessions_to_whoever_has_the_address()
    {
        await room.ScheduleAsync(room.Draft(Monday));
        var cancelled = await room.ScheduleAsync(room.Draft(Monday.AddDays(1)));
        await room.Sessions.CancelTrainingSessionAsync(new CancelTrainingSessionRequest { Name = cancelled.Name, Reason = "台风" });
        await room.ScheduleAsync(room.Draft(Monday, "staff/trainer2", "别处"));
        var feed = await MakeAsync(new CalendarFeed { Title = "我的课", Lecturer = "staff/trainer1" });
        Assert.That(feed.Path, Does.Match(@"^/v1/calendars/[A-Za-z0-9_-]{43}\.ics$"));

        using var answer = await room.Service.Rest(null).GetAsync(feed.Path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/calendar"));
        Assert.That(text, Does.StartWith("BEGIN:VCALENDAR\r\n").And.EndWith("END:VCALENDAR\r\n"));
        Assert.That(Lines(text, "DTSTART"), Is.EqualTo(new[] { "20270308T010000Z", "20270309T010000Z" }));
        Assert.That(Lines(text, "STATUS"), Is.EqualTo(new[] { "CONFIRMED", "CANCELLED" }));
        Assert.That(Lines(text, "SUMMARY")[0], Is.EqualTo("培训：车载终端安装与演示"));
        var listed = (await room.Feeds.ListCalendarFeedsAsync(new ListCalendarFeedsRequest())).CalendarFeeds.Single();
        Assert.That((listed.Path, listed.ReadTime is null), Is.EqualTo(("", false)), "the address is told once; that it is read is noted");
        var stored = await room.Service.Db.ReadAsync(s => s.QueryAsync<string>("SELECT secret_hash FROM calendar_feeds"));
        Assert.That(feed.Path, Does.Not.Contain(stored.Single()));
    }

    [Test]
    public async Task A_new_address_ends_the_old_one_and_a_revoked_feed_is_gone()
    {
        var feed = await MakeAsync(new CalendarFeed { Title = "中心日历" });
        var rotated = await room.Feeds.RotateCalendarFeedAsync(new RotateCalendarFeedRequest { Name = feed.Name });
        Assert.That(rotated.Path, Is.Not.EqualTo(feed.Path));
        Assert.That(await StatusAsync(feed.Path), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await StatusAsync(rotated.Path), Is.EqualTo(HttpStatusCode.OK));
        // Only who made it can end it.
        var other = new CalendarFeedService.CalendarFeedServiceClient(room.Service.Grpc(room.Service.TokenFor("centre-general-manager", "/hq/js/", "gm")));
        Assert.That((await other.ListCalendarFeedsAsync(new ListCalendarFeedsRequest())).CalendarFeeds, Is.Empty);
        Assert.That(await OutcomeAsync(async () => await other.RevokeCalendarFeedAsync(new RevokeCalendarFeedRequest { Name = feed.Name })), Is.EqualTo("NOT_FOUND"));
        await room.Feeds.RevokeCalendarFeedAsync(new RevokeCalendarFeedRequest { Name = feed.Name });
        Assert.That(await StatusAsync(rotated.Path), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_feed_shows_what_its_maker_may_see_now_and_ends_when_he_leaves()
    {
        var session = await room.ScheduleAsync(room.Draft(Monday));
        await room.EnrolAsync(session, "李雷", partner: Shop2);
        var shop2 = new CalendarFeedService.CalendarFeedServiceClient(room.Service.Grpc(room.Service.TokenFor("partner-terminal", "/hq/js/shop2/", partnerId: "shop2")));
        var theirs = await shop2.CreateCalendarFeedAsync(new CreateCalendarFeedRequest { CalendarFeed = new CalendarFeed { Title = "门店" } });
        var shop = new CalendarFeedService.CalendarFeedServiceClient(room.Service.Grpc(room.Service.TokenFor("partner-terminal", "/hq/js/shop/", partnerId: "shop")));
        var nothing = await shop.CreateCalendarFeedAsync(new CreateCalendarFeedRequest { CalendarFeed = new CalendarFeed { Title = "门店" } });
        Assert.That(await CountAsync(theirs), Is.EqualTo(1));
        Assert.That(await CountAsync(nothing), Is.Zero, "nobody of theirs comes");

        var feed = await MakeAsync(new CalendarFeed { Title = "中心", Organisation = "organisations/js" });
        Assert.That(await CountAsync(feed), Is.EqualTo(1));
        await room.Service.HearAsync(Maker(2, "/hq/zj/", active: true, "training-manager"));
        Assert.That(await CountAsync(feed), Is.EqualTo(1), "he gives it himself");
        await room.Sessions.RescheduleTrainingSessionAsync(new RescheduleTrainingSessionRequest { Name = session.Name, Lecturer = "staff/trainer2", StartTime = session.StartTime, EndTime = session.EndTime });
        Assert.That(await CountAsync(feed), Is.Zero, "he works elsewhere now");
        await room.Service.HearAsync(Maker(3, "/hq/js/", active: true, "training-manager"));
        Assert.That(await CountAsync(feed), Is.EqualTo(1));
        await room.Service.HearAsync(Maker(4, "/hq/js/", active: true, "legal"));
        Assert.That(await StatusAsync(feed.Path), Is.EqualTo(HttpStatusCode.NotFound), "he may see no training any more");
    }

    private async Task<CalendarFeed> MakeAsync(CalendarFeed feed) => await room.Feeds.CreateCalendarFeedAsync(new CreateCalendarFeedRequest { CalendarFeed = feed });

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await room.Service.Rest(null).GetAsync(path);
        return answer.StatusCode;
    }

    private async Task<int> CountAsync(CalendarFeed feed) => Lines(await room.Service.Rest(null).GetStringAsync(feed.Path), "UID").Count;

    private static List<string> Lines(string text, string name) => [.. text.Split("\r\n").Where(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..])];

    private static StaffChanged Maker(long version, string path, bool active, string role) =>
        new() { AggregateId = "trainer1", Version = version, ScopePath = path, Name = "讲师王", OrganisationId = path.Trim('/').Split('/')[^1], Roles = [role], Active = active };
}

public class ICalendarTests
{
    [Test]
    public void Lines_are_folded_between_characters_and_marks_are_escaped()
    {
        var text = ICalendar.Write("甲,乙;丙\\丁", [new CalendarRow { Id = "s", CourseTitle = new string('训', 60), Place = "一\n二", State = "scheduled" }]);
        var lines = text.Split("\r\n");
        Assert.That(lines.Select(global::System.Text.Encoding.UTF8.GetByteCount), Is.All.LessThanOrEqualTo(75));
        Assert.That(text.Replace("\r\n ", ""), Does.Contain($"SUMMARY:培训：{new string('训', 60)}\r\n").And.Contain("LOCATION:一\\n二\r\n").And.Contain("X-WR-CALNAME:甲\\,乙\\;丙\\\\丁\r\n"));
        Assert.That(text, Does.Not.Contain("\uFFFD"));
    }
}
