using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Qudao.Events;
using Qudao.Gateway.Users;
using Qudao.Gateway.V1;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class EventFeedTests(DatabaseUnderTest database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private GatewayUnderTest gateway = null!;
    private string admin = "";

    [SetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync(new() { ["Events:HeartbeatSeconds"] = "1" }, database: database);
        admin = await gateway.AdminTokenAsync();
        await gateway.HearAsync(Happened.Place("js", "/hq/js/", 1));
        await gateway.HearAsync(Happened.Place("zj", "/hq/zj/", 1));
    }

    [TearDown]
    public async Task Stop()
    {
        if (gateway is not null)
            await gateway.DisposeAsync();
    }

    [Test]
    public async Task An_event_is_told_once_as_a_CloudEvent_however_often_it_arrives()
    {
        var told = await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 7));
        await gateway.HearAsync(told);
        var page = await ListAsync(admin, "types=qudao.dealer.partner-changed");
        var one = page.GetProperty("events").EnumerateArray().Single();
        Assert.Multiple(() =>
        {
            Assert.That(one.GetProperty("specversion").GetString(), Is.EqualTo("1.0"));
            Assert.That(one.GetProperty("id").GetString(), Is.EqualTo(told.EventId));
            Assert.That(one.GetProperty("source").GetString(), Is.EqualTo("/qudao/dealer"));
            Assert.That(one.GetProperty("type").GetString(), Is.EqualTo("qudao.dealer.partner-changed"));
            Assert.That(one.GetProperty("subject").GetString(), Is.EqualTo("p1"));
            Assert.That(one.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(told.OccurTime).Within(TimeSpan.FromMilliseconds(1)));
            Assert.That(one.GetProperty("datacontenttype").GetString(), Is.EqualTo("application/json"));
            Assert.That(one.GetProperty("dataschema").GetString(), Is.EqualTo("urn:qudao:event:qudao.dealer.partner-changed"));
            Assert.That(one.GetProperty("sequence").GetString(), Has.Length.EqualTo(19));
            Assert.That(one.GetProperty("resourceversion").GetInt32(), Is.EqualTo(7));
            Assert.That(one.GetProperty("data").GetProperty("stage").GetString(), Is.EqualTo("signed"));
        });
    }

    [Test]
    public async Task Pages_tell_each_event_once_in_order_and_the_last_token_goes_on_later()
    {
        for (var i = 0; i < 7; i++)
            await gateway.HearAsync(Happened.Partner($"p{i}", $"/hq/js/p{i}/", 1));
        var seen = new List<string>();
        var token = "";
        for (var more = true; more;)
        {
            var page = await ListAsync(admin, $"types=qudao.dealer.partner-changed&pageSize=3&pageToken={token}");
            token = page.GetProperty("nextPageToken").GetString()!;
            var subjects = Subjects(page);
            seen.AddRange(subjects);
            more = subjects.Count > 0;
        }
        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 7).Select(i => $"p{i}")));
        await gateway.HearAsync(Happened.Partner("later", "/hq/js/later/", 1));
        Assert.That(Subjects(await ListAsync(admin, $"types=qudao.dealer.partner-changed&pageSize=3&pageToken={token}")), Is.EqualTo(new[] { "later" }));
    }

    [Test]
    public async Task Each_sees_his_own_subtree_and_asks_for_no_other()
    {
        var js = await UserAsync("js", "centre-general-manager");
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        await gateway.HearAsync(Happened.Partner("p2", "/hq/zj/p2/", 1));
        Assert.Multiple(async () =>
        {
            Assert.That(Subjects(await ListAsync(js)), Is.EqualTo(new[] { "js", "p1" }));
            Assert.That(Subjects(await ListAsync(admin, "organisation=organisations/zj")), Is.EqualTo(new[] { "zj", "p2" }));
            Assert.That(await RefusalAsync(js, "organisation=organisations/zj"), Is.EqualTo("400 INVALID_ARGUMENT organisation"), "foreign");
            Assert.That(await RefusalAsync(js, "organisation=organisations/nowhere"), Is.EqualTo("400 INVALID_ARGUMENT organisation"), "absent");
            Assert.That(await RefusalAsync(js, "types=qudao.dealer.nothing&after=x"), Is.EqualTo("400 INVALID_ARGUMENT types[0],after"));
        });
    }

    [Test]
    public async Task What_was_told_of_a_partner_goes_where_the_partner_and_its_organisation_go()
    {
        var (js, zj) = (await UserAsync("js", "centre-general-manager"), await UserAsync("zj", "centre-general-manager"));
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        await gateway.HearAsync(Happened.Visit("v1", "/hq/js/p1/"));
        await gateway.HearAsync(Happened.Partner("p1", "/hq/zj/p1/", 2));
        // Told late, of the time before.
        await gateway.HearAsync(Happened.Visit("v2", "/hq/js/p1/"));
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        Assert.Multiple(async () =>
        {
            Assert.That(Subjects(await ListAsync(js)), Is.EqualTo(new[] { "js" }));
            Assert.That(Subjects(await ListAsync(zj)), Is.EqualTo(new[] { "zj", "p1", "v1", "p1", "v2", "p1" }));
        });
        await gateway.HearAsync(Happened.Place("zj", "/hq/js/zj/", 2) with { PreviousScopePath = "/hq/zj/" });
        Assert.That(Subjects(await ListAsync(admin, "organisation=organisations/js")), Is.SupersetOf(new[] { "js", "zj", "p1", "v1", "v2" }));
    }

    [Test]
    public async Task A_cursor_older_than_what_is_kept_is_refused_and_the_oldest_named()
    {
        var first = await ListAsync(admin, "pageSize=1");
        var old = first.GetProperty("nextPageToken").GetString();
        await gateway.MoveClockAsync(TimeSpan.FromDays(31));
        admin = await gateway.AdminTokenAsync();
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        await Eventually.Async(async () => Subjects(await ListAsync(admin)) is ["p1"], Patience, "the old events are gone");
        using var answer = await gateway.Rest(admin, "en").GetAsync($"/v1/events?pageSize=1&pageToken={old}");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var oldest = (await ListAsync(admin)).GetProperty("events")[0].GetProperty("sequence").GetString()!;
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(problem.GetProperty("reason").GetString(), Is.EqualTo("CURSOR_EXPIRED"));
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(oldest));
        });
    }

    [Test]
    public async Task A_stream_tells_what_is_stored_then_what_happens_and_gives_signs_of_life()
    {
        await gateway.HearAsync(Happened.Partner("stored", "/hq/js/stored/", 1));
        var client = new EventService.EventServiceClient(gateway.Grpc(admin));
        using var call = client.StreamEvents(new StreamEventsRequest { Types_ = { "qudao.dealer.partner-changed" }, Seconds = 30 });
        Assert.That((await NextAsync(call)).Event.Subject, Is.EqualTo("stored"));
        var beat = await NextAsync(call);
        Assert.That(beat.Heartbeat, Is.Not.Null, "all that was stored is told");
        await gateway.HearAsync(Happened.Partner("live", "/hq/js/live/", 1));
        StreamEventsResponse next;
        do
            next = await NextAsync(call);
        while (next.Event is null);
        Assert.That(next.Event.Subject, Is.EqualTo("live"));
        Assert.That(string.CompareOrdinal(next.Event.Sequence, beat.Heartbeat.Sequence), Is.GreaterThan(0));
        do
            next = await NextAsync(call);
        while (next.Heartbeat is null);
        using var again = client.StreamEvents(new StreamEventsRequest { After = next.Heartbeat.Sequence, Seconds = 30 });
        Assert.That((await NextAsync(again)).Heartbeat, Is.Not.Null, "nothing comes twice to who goes on after the last sign of life");
    }

    [Test]
    public async Task Over_REST_a_stream_is_a_line_for_each()
    {
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        using var answer = await gateway.Rest(admin).GetAsync("/v1/events:stream?seconds=1&types=qudao.dealer.partner-changed");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(lines[0].GetProperty("event").GetProperty("subject").GetString(), Is.EqualTo("p1"));
            Assert.That(lines[1].TryGetProperty("heartbeat", out _), Is.True);
        });
    }

    private static async Task<StreamEventsResponse> NextAsync(AsyncServerStreamingCall<StreamEventsResponse> call)
    {
        Assert.That(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience), Is.True);
        return call.ResponseStream.Current;
    }

    private static List<string> Subjects(JsonElement page) => [.. page.GetProperty("events").EnumerateArray().Select(each => each.GetProperty("subject").GetString()!)];

    private Task<string> UserAsync(string organisation, string role) => gateway.UserAsync(admin, $"{organisation}-{role}", organisation, role);

    private Task<JsonElement> ListAsync(string token, string query = "") => gateway.Rest(token).GetFromJsonAsync<JsonElement>($"/v1/events?{query}");

    private async Task<string> RefusalAsync(string token, string query)
    {
        using var answer = await gateway.Rest(token).GetAsync($"/v1/events?{query}");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var fields = problem.GetProperty("violations").EnumerateArray().Select(each => each.GetProperty("field").GetString());
        return $"{(int)answer.StatusCode} {problem.GetProperty("reason").GetString()} {string.Join(',', fields)}";
    }
}

/// <summary>Events as services tell them.</summary>
internal static class Happened
{
    public static OrganisationChanged Place(string id, string path, long version) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = path,
        Code = id,
        Name = id,
        Kind = "centre",
    };

    public static PartnerChanged Partner(string id, string path, long version) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = path,
        Name = "青岛鲁诺",
        Kind = "terminal",
        Stage = "signed",
        PreviousStage = "negotiating",
        ProvinceCode = "32",
        CityCode = "3201",
        OrganisationId = "js",
    };

    public static VisitChanged Visit(string id, string path) => new()
    {
        AggregateId = id,
        Version = 1,
        ScopePath = path,
        PartnerId = "p1",
        StaffId = "s1",
        State = "planned",
        Kind = "phone",
        PlannedDate = new DateOnly(2026, 11, 28),
    };
}
