using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Events;
using Qudao.Gateway.Webhooks;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class WebhookTests(DatabaseUnderTest database)
{
    private const string SelectAudit = "SELECT action FROM audit WHERE resource = @resource ORDER BY id";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> secrets = [];
    private GatewayUnderTest gateway = null!;
    private Receiver receiver = null!;
    private string admin = "";

    [SetUp]
    public async Task Start()
    {
        receiver = await Receiver.StartAsync();
        gateway = await GatewayUnderTest.StartAsync(
            new() { ["Webhooks:AllowHttp"] = "true", ["Webhooks:AllowPrivateAddresses"] = "true", ["Webhooks:TimeoutSeconds"] = "2", ["Faults:SweepMilliseconds"] = "50" }, database: database);
        admin = await gateway.AdminTokenAsync();
        await gateway.HearAsync(Happened.Place("js", "/hq/js/", 1));
        await gateway.HearAsync(Happened.Place("zj", "/hq/zj/", 1));
    }

    [TearDown]
    public async Task Stop()
    {
        if (gateway is not null)
            await gateway.DisposeAsync();
        if (receiver is not null)
            await receiver.DisposeAsync();
    }

    [Test]
    public async Task An_event_arrives_as_a_CloudEvent_signed_after_the_convention()
    {
        var hook = await CreateAsync(admin, "/in", types: ["qudao.dealer.partner-changed"]);
        await gateway.HearAsync(Happened.Visit("v1", "/hq/js/p1/"));
        var told = await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 7));
        await ArrivedAsync("/in", 1);
        var got = receiver.At("/in").Single();
        var json = JsonDocument.Parse(got.Body).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(got.IsSignedWith(secrets[hook]), Is.True);
            Assert.That(got.Id, Is.EqualTo(told.EventId));
            Assert.That(DateTimeOffset.FromUnixTimeSeconds(long.Parse(got.Timestamp)), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
            Assert.That(got.ContentType, Does.StartWith("application/cloudevents+json"));
            Assert.That(json.GetProperty("type").GetString(), Is.EqualTo("qudao.dealer.partner-changed"));
            Assert.That(json.GetProperty("data").GetProperty("stage").GetString(), Is.EqualTo("signed"));
            Assert.That(json.GetProperty("sequence").GetString(), Has.Length.EqualTo(19));
        });
        var delivery = await DeliveryAsync(hook, "DELIVERED");
        Assert.That((delivery.GetProperty("attempts").GetInt32(), delivery.GetProperty("responseCode").GetInt32()), Is.EqualTo((1, 200)));
    }

    [Test]
    public async Task A_secret_is_shown_once_and_two_sign_until_the_old_one_ends()
    {
        var hook = await CreateAsync(admin, "/in");
        var first = secrets[hook];
        Assert.That((await GetAsync(hook)).GetProperty("secret").GetString(), Is.Empty);
        var second = (await PostAsync($"/v1/{hook}:rotateSecret", new { overlapHours = 2 })).GetProperty("secret").GetString()!;
        await PostAsync($"/v1/{hook}:ping", new { });
        await ArrivedAsync("/in", 1);
        Assert.That((receiver.At("/in")[0].IsSignedWith(first), receiver.At("/in")[0].IsSignedWith(second)), Is.EqualTo((true, true)));
        await gateway.MoveClockAsync(TimeSpan.FromHours(3));
        await PostAsync($"/v1/{hook}:ping", new { });
        await ArrivedAsync("/in", 2);
        Assert.That((receiver.At("/in")[1].IsSignedWith(first), receiver.At("/in")[1].IsSignedWith(second)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task The_same_request_id_makes_one_address_and_does_not_tell_the_secret_again()
    {
        var body = new { url = receiver.Address + "/in" };
        var first = await PostAsync("/v1/webhookEndpoints?requestId=once", body);
        var second = await PostAsync("/v1/webhookEndpoints?requestId=once", body);
        Assert.Multiple(() =>
        {
            Assert.That(second.GetProperty("name").GetString(), Is.EqualTo(first.GetProperty("name").GetString()));
            Assert.That(first.GetProperty("secret").GetString(), Does.StartWith("whsec_"));
            Assert.That(second.GetProperty("secret").GetString(), Is.Empty);
        });
    }

    [Test]
    public async Task An_address_gets_its_subtree_and_never_what_its_owner_may_not_see()
    {
        var js = await gateway.UserAsync(admin, "js-gm", "js", "centre-general-manager");
        await CreateAsync(admin, "/of-zj", "organisations/zj");
        await CreateAsync(js, "/of-js");
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        await gateway.HearAsync(Happened.Partner("p2", "/hq/zj/p2/", 1));
        await ArrivedAsync("/of-js", 1);
        await ArrivedAsync("/of-zj", 1);
        Assert.That(Subjects("/of-js"), Is.EqualTo(new[] { "p1" }));
        Assert.That(Subjects("/of-zj"), Is.EqualTo(new[] { "p2" }));
    }

    [Test]
    public async Task What_left_the_owners_sight_while_it_waited_is_withheld()
    {
        var js = await gateway.UserAsync(admin, "js-gm", "js", "centre-general-manager");
        receiver.Answer("/in", 500);
        var hook = await CreateAsync(js, "/in");
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        await ArrivedAsync("/in", 1);
        await gateway.HearAsync(Happened.Partner("p1", "/hq/zj/p1/", 2));
        await gateway.MoveClockAsync(TimeSpan.FromHours(1));
        js = await gateway.TokenAsync("js-gm", "correct-horse-9");
        await DeliveryAsync(hook, "WITHHELD", js);
        Assert.That(receiver.At("/in"), Has.Count.EqualTo(1), "nothing was sent again");
    }

    [Test]
    public async Task Who_leaves_gets_nothing_any_more()
    {
        var js = await gateway.UserAsync(admin, "js-gm", "js", "centre-general-manager");
        var hook = await CreateAsync(js, "/in");
        await gateway.HearAsync(Somebody.Changed("js-gm", 2, ["centre-general-manager"], active: false));
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        await Eventually.Async(async () => (await GetAsync(hook)).GetProperty("pauseReason").GetString() == "owner", Patience, "the address is paused");
        Assert.That(receiver.At("/in"), Is.Empty);
    }

    [Test]
    public async Task A_foreign_address_answers_exactly_like_an_absent_one()
    {
        var js = await gateway.UserAsync(admin, "js-gm", "js", "centre-general-manager");
        var hook = await CreateAsync(admin, "/in", "organisations/zj");
        var absent = "webhookEndpoints/01k0000000000000000000000z";
        foreach (var (method, path) in new[]
        {
            ("GET", "/v1/{0}"), ("DELETE", "/v1/{0}"), ("POST", "/v1/{0}:pause"), ("POST", "/v1/{0}:resume"), ("POST", "/v1/{0}:ping"), ("POST", "/v1/{0}:rotateSecret"), ("GET", "/v1/{0}/deliveries"),
            ("POST", "/v1/{0}/deliveries/01k0000000000000000000000z:redeliver"), ("PATCH", "/v1/{0}?updateMask=displayName"),
        })
        {
            var (foreign, none) = (await AnswerAsync(js, method, path.Replace("{0}", hook, StringComparison.Ordinal)), await AnswerAsync(js, method, path.Replace("{0}", absent, StringComparison.Ordinal)));
            Assert.That(foreign.Status, Is.EqualTo(404), path);
            Assert.That(foreign.Body.Replace(hook, absent), Is.EqualTo(none.Body), path);
        }
        Assert.That((await gateway.Rest(js).GetFromJsonAsync<JsonElement>("/v1/webhookEndpoints")).GetProperty("webhookEndpoints").GetArrayLength(), Is.Zero);
        Assert.That((await AnswerAsync(js, "POST", "/v1/webhookEndpoints", new { url = receiver.Address, organisation = "organisations/zj" })).Status, Is.EqualTo(400));
        var sales = await gateway.UserAsync(admin, "js-sales", "js", "salesperson");
        Assert.That((await AnswerAsync(sales, "GET", $"/v1/{absent}")).Status, Is.EqualTo(403), "permission before existence");
    }

    [Test]
    public async Task A_receiver_that_fails_is_tried_for_three_days_and_then_left_alone()
    {
        receiver.Answer("/in", 500);
        var hook = await CreateAsync(admin, "/in");
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        await ArrivedAsync("/in", 1);
        foreach (var hours in new[] { 9, 18, 36, 54, 71 })
        {
            var before = receiver.At("/in").Count;
            await gateway.MoveClockAsync(TimeSpan.FromHours(hours));
            await ArrivedAsync("/in", before + 1);
            await Eventually.Async(async () => await ReadAsync(hook, "SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = @id AND lease_until_us = 0") == 1, Patience, "the try is noted");
        }
        await gateway.MoveClockAsync(TimeSpan.FromHours(73));
        admin = await gateway.AdminTokenAsync();
        var failed = await DeliveryAsync(hook, "FAILED");
        var tries = receiver.At("/in").Count;
        await Eventually.Async(async () => (await GetAsync(hook)).GetProperty("state").GetString() == "WEBHOOK_ENDPOINT_STATE_PAUSED", Patience, "the address is paused");
        Assert.Multiple(async () =>
        {
            Assert.That((await GetAsync(hook)).GetProperty("pauseReason").GetString(), Is.EqualTo("failing"));
            Assert.That(failed.GetProperty("attempts").GetInt32(), Is.EqualTo(tries).And.GreaterThanOrEqualTo(7));
            Assert.That(receiver.At("/in").Select(each => each.Id).Distinct().Count(), Is.EqualTo(1), "one id for all tries");
            Assert.That(receiver.At("/in").Select(each => each.Json).Distinct().Count(), Is.EqualTo(1), "and one body");
            Assert.That(await AuditAsync(hook), Is.EqualTo(new[] { "webhook-endpoint.create", "webhook-endpoint.pause" }));
        });
        // Once it is well: what failed goes out again by hand, and what happened meanwhile by itself.
        await gateway.HearAsync(Happened.Partner("p2", "/hq/js/p2/", 1));
        receiver.Answer("/in", 204);
        await PostAsync($"/v1/{hook}:resume", new { });
        await PostAsync($"/v1/{failed.GetProperty("name").GetString()}:redeliver", new { });
        await Eventually.Async(() => Subjects("/in").Distinct().Count() == 2 && receiver.At("/in").Count == tries + 2, Patience, "both have arrived");
    }

    [Test]
    public async Task A_receiver_that_says_it_is_gone_is_paused_at_once_and_one_that_asks_for_time_gets_it()
    {
        receiver.Answer("/gone", 410);
        receiver.Answers["/busy"] = http =>
        {
            (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (429, "3600");
            return Task.CompletedTask;
        };
        var (gone, busy) = (await CreateAsync(admin, "/gone"), await CreateAsync(admin, "/busy"));
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        await Eventually.Async(async () => (await GetAsync(gone)).GetProperty("pauseReason").GetString() == "gone", Patience, "the address is paused");
        await Eventually.Async(async () => await DeliveryAsync(busy, "PENDING") is var one && one.GetProperty("responseCode").GetInt32() == 429
            && one.GetProperty("nextAttemptTime").GetDateTimeOffset() - one.GetProperty("lastAttemptTime").GetDateTimeOffset() == TimeSpan.FromHours(1), Patience, "the next try is in an hour");
    }

    [Test]
    public async Task Receivers_that_hang_or_lie_or_redirect_hold_nobody_up_and_get_no_more_than_their_due()
    {
        var end = new TaskCompletionSource();
        var (hanging, most) = (0, 0);
        receiver.Answers["/hang"] = async http =>
        {
            most = Math.Max(most, Interlocked.Increment(ref hanging));
            await Task.WhenAny(end.Task, Task.Delay(Timeout.Infinite, http.RequestAborted));
            Interlocked.Decrement(ref hanging);
        };
        receiver.Answers["/elsewhere"] = http =>
        {
            http.Response.Redirect(receiver.Address + "/secret", permanent: false);
            return Task.CompletedTask;
        };
        receiver.Answers["/drop"] = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        receiver.Answers["/short"] = async http =>
        {
            http.Response.ContentLength = 1000;
            await http.Response.WriteAsync("not a thousand");
            await http.Response.Body.FlushAsync();
            await Task.WhenAny(end.Task, Task.Delay(Timeout.Infinite, http.RequestAborted));
            http.Abort();
        };
        receiver.Answers["/endless"] = async http =>
        {
            http.Response.StatusCode = 500;
            var much = Encoding.UTF8.GetBytes(new string('x', 64 * 1024));
            while (!http.RequestAborted.IsCancellationRequested && !end.Task.IsCompleted)
                await http.Response.Body.WriteAsync(much, http.RequestAborted);
        };
        var hooks = new Dictionary<string, string>();
        foreach (var path in new[] { "/hang", "/elsewhere", "/drop", "/short", "/endless", "/well" })
            hooks[path] = await CreateAsync(admin, path);
        for (var i = 0; i < 30; i++)
            await gateway.HearAsync(Happened.Partner($"p{i}", $"/hq/js/p{i}/", 1));
        await ArrivedAsync("/well", 30);
        // What was given up a moment ago may still be seen here.
        Assert.That(most, Is.InRange(1, 2 * WebhookWorker.SlotsOfEndpoint), "who hangs has a few slots, and others have theirs");
        await ErrorAsync(hooks["/hang"], "timeout", 0);
        await ErrorAsync(hooks["/elsewhere"], "redirect", 302);
        await ErrorAsync(hooks["/drop"], "connection", 0);
        await ErrorAsync(hooks["/short"], "", 200);
        var endless = await ErrorAsync(hooks["/endless"], "status", 500);
        Assert.Multiple(() =>
        {
            Assert.That(receiver.At("/secret"), Is.Empty, "nobody follows a redirect");
            Assert.That(endless.GetProperty("response").GetString(), Is.EqualTo(new string('x', 1000)));
        });
        end.SetResult();
    }

    [Test]
    public async Task A_paused_address_gets_nothing_and_all_of_it_once_it_is_resumed()
    {
        var hook = await CreateAsync(admin, "/in");
        await PostAsync($"/v1/{hook}:pause", new { });
        await gateway.HearAsync(Happened.Partner("p1", "/hq/js/p1/", 1));
        Assert.Multiple(async () =>
        {
            Assert.That((await AnswerAsync(admin, "POST", $"/v1/{hook}:ping")).Body, Does.Contain("WEBHOOK_PAUSED"));
            Assert.That((await AnswerAsync(admin, "POST", $"/v1/{hook}:pause")).Body, Does.Contain("WEBHOOK_PAUSED"));
        });
        await gateway.RestartAsync();
        admin = await gateway.AdminTokenAsync();
        Assert.That(receiver.At("/in"), Is.Empty);
        await PostAsync($"/v1/{hook}:resume", new { });
        Assert.That((await AnswerAsync(admin, "POST", $"/v1/{hook}:resume")).Body, Does.Contain("WEBHOOK_NOT_PAUSED"));
        await ArrivedAsync("/in", 1);
        Assert.That(Subjects("/in"), Is.EqualTo(new[] { "p1" }));
    }

    [Test]
    public async Task Of_two_workers_one_delivers_each_event_and_a_restart_loses_none_and_sends_none_again()
    {
        var hook = await CreateAsync(admin, "/in");
        var settings = gateway.Services.GetRequiredService<WebhookSettings>();
        await using (var db = new Db(gateway.Services.GetRequiredService<Dialect>(), gateway.Db.Clock, new OutboxSignal(), NullLogger<Db>.Instance))
        using (var other = new WebhookWorker(db, gateway.Services.GetRequiredService<WebhookSender>(), settings, NullLogger<WebhookWorker>.Instance))
        {
            await other.StartAsync(CancellationToken.None);
            for (var i = 0; i < 40; i++)
                await gateway.HearAsync(Happened.Partner($"p{i}", $"/hq/js/p{i}/", 1));
            await other.StopAsync(CancellationToken.None);
        }
        await gateway.RestartAsync();
        admin = await gateway.AdminTokenAsync();
        for (var i = 40; i < 50; i++)
            await gateway.HearAsync(Happened.Partner($"p{i}", $"/hq/js/p{i}/", 1));
        await Eventually.Async(async () => await ReadAsync(hook, "SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = @id AND state = 'delivered'") == 50, Patience, "all is delivered");
        var ids = receiver.At("/in").Select(each => each.Id).ToList();
        Assert.That(ids, Is.Unique.And.Count.EqualTo(50));
    }

    [Test]
    public async Task Each_write_is_in_the_audit_trail_and_no_secret_is()
    {
        var hook = await CreateAsync(admin, "/in");
        var renamed = await AnswerAsync(admin, "PATCH", $"/v1/{hook}?updateMask=displayName", new { displayName = "ERP" });
        Assert.That(JsonDocument.Parse(renamed.Body).RootElement.GetProperty("url").GetString(), Is.EqualTo(receiver.Address + "/in"), "what the mask leaves out stays");
        Assert.That((await AnswerAsync(admin, "PATCH", $"/v1/{hook}?updateMask=displayName", new { displayName = "x", etag = "v1" })).Status, Is.EqualTo(409));
        await PostAsync($"/v1/{hook}:ping", new { });
        var delivery = await DeliveryAsync(hook, "DELIVERED");
        await PostAsync($"/v1/{delivery.GetProperty("name").GetString()}:redeliver", new { });
        await ArrivedAsync("/in", 2);
        await PostAsync($"/v1/{hook}:rotateSecret", new { });
        await PostAsync($"/v1/{hook}:pause", new { });
        await PostAsync($"/v1/{hook}:resume", new { });
        Assert.That((await AnswerAsync(admin, "DELETE", $"/v1/{hook}")).Status, Is.EqualTo(200));
        Assert.That(await AuditAsync(hook), Is.EqualTo(new[]
        {
            "webhook-endpoint.create", "webhook-endpoint.update", "webhook-endpoint.ping", "webhook-delivery.redeliver", "webhook-endpoint.rotate-secret", "webhook-endpoint.pause",
            "webhook-endpoint.resume", "webhook-endpoint.delete",
        }));
        Assert.That(await gateway.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM audit WHERE detail LIKE '%whsec_%'")), Is.Zero);
        Assert.That(await gateway.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM webhook_secrets")), Is.Zero);
    }

    [Test]
    public async Task No_request_goes_to_a_private_address_whatever_its_name_was_when_it_was_looked_at()
    {
        var strict = new WebhookSettings(AllowHttp: true, AllowPrivateAddresses: false, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
        var port = new Uri(receiver.Address).Port;
        using var sender = new WebhookSender(strict, (_, _) => Task.FromResult(new[] { IPAddress.Loopback, IPAddress.Parse("::ffff:127.0.0.1") }));
        var attempt = await sender.SendAsync($"http://partner.example.com:{port}/in", new Dictionary<string, string>(), [], CancellationToken.None);
        using var direct = new WebhookSender(strict);
        var literal = await direct.SendAsync($"http://127.0.0.1:{port}/in", new Dictionary<string, string>(), [], CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(attempt.Error, Is.EqualTo("address-not-allowed"));
            Assert.That(literal.Error, Is.EqualTo("address-not-allowed"));
            Assert.That(receiver.At("/in"), Is.Empty);
        });
    }

    private Task ArrivedAsync(string path, int count) => Eventually.Async(() => receiver.At(path).Count >= count, Patience, $"{count} have arrived at {path}");

    private IEnumerable<string> Subjects(string path) => receiver.At(path).Select(each => JsonDocument.Parse(each.Body).RootElement.GetProperty("subject").GetString()!);

    private async Task<string> CreateAsync(string token, string path, string organisation = "", string[]? types = null)
    {
        var answer = await AnswerAsync(token, "POST", "/v1/webhookEndpoints", new { url = receiver.Address + path, organisation, types = types ?? ["qudao.dealer.partner-changed"] });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Body);
        var made = JsonDocument.Parse(answer.Body).RootElement;
        var name = made.GetProperty("name").GetString()!;
        secrets[name] = made.GetProperty("secret").GetString()!;
        return name;
    }

    private Task<JsonElement> GetAsync(string name) => gateway.Rest(admin).GetFromJsonAsync<JsonElement>($"/v1/{name}");

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        var answer = await AnswerAsync(admin, "POST", path, body);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Body);
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    private async Task<(int Status, string Body)> AnswerAsync(string token, string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "POST" or "PATCH" ? JsonContent.Create(body ?? new { }) : null };
        using var answer = await gateway.Rest(token).SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        // What differs with every call is no difference.
        return ((int)answer.StatusCode, System.Text.RegularExpressions.Regex.Replace(text, "\"(traceId|requestId|instance)\":\"[^\"]*\",?", ""));
    }

    /// <summary>The first delivery that comes to this state.</summary>
    private async Task<JsonElement> DeliveryAsync(string hook, string state, string? token = null)
    {
        JsonElement found = default;
        await Eventually.Async(async () =>
        {
            var page = await gateway.Rest(token ?? admin).GetFromJsonAsync<JsonElement>($"/v1/{hook}/deliveries?state=WEBHOOK_DELIVERY_STATE_{state}");
            return page.GetProperty("webhookDeliveries") is var all && all.GetArrayLength() > 0 && (found = all[0]).ValueKind == JsonValueKind.Object;
        }, Patience, $"a delivery is {state}");
        return found;
    }

    private async Task<JsonElement> ErrorAsync(string hook, string error, int code)
    {
        JsonElement found = default;
        await Eventually.Async(async () =>
        {
            var page = await gateway.Rest(admin).GetFromJsonAsync<JsonElement>($"/v1/{hook}/deliveries?pageSize=1000");
            found = page.GetProperty("webhookDeliveries").EnumerateArray().First(each => each.TryGetProperty("lastAttemptTime", out var time) && time.ValueKind == JsonValueKind.String);
            return true;
        }, Patience, "a try has ended");
        Assert.That((found.GetProperty("error").GetString(), found.GetProperty("responseCode").GetInt32()), Is.EqualTo((error, code)), hook);
        return found;
    }

#pragma warning disable CA1857 // The test's own statements.
    private Task<long> ReadAsync(string hook, string sql) => gateway.Db.ReadAsync(s => s.ScalarAsync<long>(sql, new { id = Ids.Of(hook, "webhookEndpoints") }));
#pragma warning restore CA1857

    private Task<List<string>> AuditAsync(string hook) => gateway.Db.ReadAsync(s => s.QueryAsync<string>(SelectAudit, new { resource = hook }));
}
