using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Dealer.V1;
using Qudao.Gateway.ApiClients;
using Qudao.Gateway.Edge;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>How much a client may ask for in a day and in a month, counted for all gateways together.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class QuotaTests(DatabaseUnderTest database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private GatewayUnderTest gateway = null!;
    private HttpClient admin = null!;

    [SetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:Concurrency"] = "1", ["Gateway:Queue"] = "0" }, database: database);
        admin = gateway.Rest(await gateway.AdminTokenAsync(), "en");
    }

    [TearDown]
    public async Task Stop()
    {
        admin?.Dispose();
        if (gateway is not null)
            await gateway.DisposeAsync();
    }

    [Test]
    public async Task Two_gateways_on_one_database_let_through_what_the_quota_allows_and_not_one_more()
    {
        var (name, key) = await ClientAsync(perDay: 10);
        await using var second = await GatewayUnderTest.StartAsync(gateway.DatabaseSettings.ToDictionary(), gateway.Backend);
        var doors = new[] { gateway.Rest(key, "en"), second.Rest(key, "en") };
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 12; i++)
            answers.Add(await doors[i % 2].GetAsync("/v1/partners/x"));
        Assert.That(answers.Select(answer => answer.StatusCode), Is.EqualTo(Enumerable.Repeat(HttpStatusCode.OK, 10).Concat(Enumerable.Repeat(HttpStatusCode.TooManyRequests, 2))));

        var problem = await answers[^1].Content.ReadFromJsonAsync<JsonElement>();
        var day = UsagePeriods.At(DateTimeOffset.UtcNow);
        Assert.Multiple(async () =>
        {
            Assert.That(answers[0].Headers.GetValues("RateLimit-Policy").Single(), Does.EndWith(", \"day\";q=10;w=86400"));
            Assert.That(answers[0].Headers.GetValues("RateLimit").Single(), Does.Match("^\"requests\";r=[0-9]+;t=1, \"day\";r=9;t=[0-9]+$"));
            Assert.That(answers[^1].Headers.GetValues("RateLimit").Single(), Does.Contain("\"day\";r=0;t="), "told with the refusal as well");
            Assert.That(answers[^1].Headers.RetryAfter!.Delta, Is.EqualTo(day.DayEnds - DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
            Assert.That(problem.GetProperty("reason").GetString(), Is.EqualTo("QUOTA_EXCEEDED"));
            Assert.That(problem.GetProperty("detail").GetString(), Does.StartWith("The quota of 10 requests a day is used up"));
            Assert.That(problem.GetProperty("metadata").GetProperty("quota").GetString(), Is.EqualTo("day"));
            Assert.That(await (await second.Rest(key).GetAsync("/v1/partners/x")).Content.ReadAsStringAsync(), Does.Contain("每日 10 次请求的配额已用完"));
        });

        var overGrpc = Assert.ThrowsAsync<RpcException>(async () => await new StaffService.StaffServiceClient(second.Grpc(key)).GetStaffAsync(new GetStaffRequest { Name = "staff/x" }))!;
        var status = overGrpc.GetRpcStatus()!;
        Assert.Multiple(() =>
        {
            Assert.That(overGrpc.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
            Assert.That(status.GetDetail<Google.Rpc.ErrorInfo>().Reason, Is.EqualTo("QUOTA_EXCEEDED"));
            Assert.That(status.GetDetail<Google.Rpc.QuotaFailure>().Violations.Single().Subject, Is.EqualTo(name));
            Assert.That(status.GetDetail<Google.Rpc.RetryInfo>().RetryDelay.Seconds, Is.Positive);
        });

        await admin.PatchAsJsonAsync($"/v1/{name}?updateMask=requestsPerDay", new { requestsPerDay = 12 });
        await Eventually.Async(async () => (await doors[0].GetAsync("/v1/partners/x")).IsSuccessStatusCode, Patience, "more is given");
    }

    [Test]
    public async Task A_restart_forgets_nothing_and_both_sides_read_what_is_used()
    {
        var (name, key) = await ClientAsync(perDay: 100_000);
        for (var i = 0; i < 3; i++)
            Assert.That((await gateway.Rest(key).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await UsageAsync(name), Is.EqualTo((3, 3)));
        await gateway.RestartAsync();
        admin = gateway.Rest(await gateway.TokenAsync("admin", gateway.AdminPassword), "en");
        Assert.That(await UsageAsync(name), Is.EqualTo((3, 3)), "what was counted in advance was taken off");
        await gateway.Rest(key).GetAsync("/v1/partners/x");
        var own = await gateway.Rest(key).GetFromJsonAsync<JsonElement>("/v1/me/usage");
        Assert.Multiple(async () =>
        {
            Assert.That(own.GetProperty("apiClient").GetString(), Is.EqualTo(name));
            Assert.That((own.GetProperty("day").GetProperty("used").GetString(), own.GetProperty("day").GetProperty("limit").GetString()), Is.EqualTo(("4", "100000")));
            Assert.That((own.GetProperty("month").GetProperty("used").GetString(), own.GetProperty("month").GetProperty("limit").GetString()), Is.EqualTo(("4", "0")));
            Assert.That(await UsageAsync(name), Is.EqualTo((4, 4)), "to read it counts for nothing");
            Assert.That(await (await admin.GetAsync("/v1/me/usage")).Content.ReadAsStringAsync(), Does.Contain("NOT_AN_API_CLIENT"));
        });
        await gateway.Services.GetRequiredService<Quotas>().SettleAsync(all: true);
        Assert.That(await gateway.Db.ReadAsync(s => UsageStore.UsedAsync(s, name["apiClients/".Length..], UsagePeriods.At(DateTimeOffset.UtcNow))), Is.EqualTo((4L, 4L)));
    }

    [Test]
    public async Task A_day_begins_anew_a_month_goes_on_and_what_is_used_up_can_still_be_read()
    {
        // Two days of one month, whatever today is.
        var tenth = ChinaTime.At(ChinaTime.StartOfMonth(ChinaTime.Today(TimeProvider.System)).AddMonths(1).AddDays(9), new TimeOnly(12, 0)) - DateTimeOffset.UtcNow;
        var (_, key) = await ClientAsync(perDay: 2, perMonth: 3);
        await gateway.MoveClockAsync(tenth);
        var rest = gateway.Rest(key, "en");
        async Task<string> AskAsync()
        {
            using var answer = await rest.GetAsync("/v1/partners/x");
            return answer.IsSuccessStatusCode ? "served" : (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("metadata").GetProperty("quota").GetString()!;
        }

        Assert.That(new[] { await AskAsync(), await AskAsync(), await AskAsync() }, Is.EqualTo(new[] { "served", "served", "day" }));
        Assert.That((await rest.GetAsync("/v1/me/usage")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await gateway.MoveClockAsync(tenth + TimeSpan.FromDays(1));
        Assert.That(new[] { await AskAsync(), await AskAsync() }, Is.EqualTo(new[] { "served", "month" }));
        await gateway.MoveClockAsync(tenth + TimeSpan.FromDays(35));
        Assert.That(await AskAsync(), Is.EqualTo("served"));
    }

    [Test]
    public async Task What_is_turned_away_counts_for_nothing_and_nobody_reads_anothers_usage()
    {
        var (name, key) = await ClientAsync(perDay: 1);
        var seats = gateway.Services.GetRequiredService<Shedding>().Requests;
        var held = admin.GetAsync("/v1/partners/hang");
        await Eventually.Async(() => seats.Taken == 1, Patience, "the only seat is taken");
        Assert.That((await gateway.Rest(key).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        gateway.Backend.Release.SetResult();
        await held;
        await Eventually.Async(() => seats.Taken == 0, Patience, "it is free");
        Assert.That((await gateway.Rest(key).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var (auditor, foreign) = (await ClientAsync(organisation: "zj", role: "auditor"), await ClientAsync(organisation: "zj"));
        Assert.Multiple(async () =>
        {
            Assert.That((await gateway.Rest(foreign.Key).GetAsync($"/v1/{name}:usage")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "permission first");
            Assert.That((await gateway.Rest(auditor.Key).GetAsync($"/v1/{name}:usage")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound).Or.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await admin.GetAsync("/v1/apiClients/01k0000000000000000000000z:usage")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [TestCase(10L, ExpectedResult = 1L)]
    [TestCase(1L, ExpectedResult = 1L)]
    [TestCase(0L, ExpectedResult = 0L)]
    [TestCase(-5L, ExpectedResult = 0L)]
    [TestCase(500L, ExpectedResult = 10L)]
    [TestCase(100_000L, ExpectedResult = 100L)]
    [TestCase(long.MaxValue, ExpectedResult = 100L)]
    public long No_more_is_counted_in_advance_than_a_fiftieth_of_what_is_left(long left) => QuotaRules.Ahead(left);

    [TestCase(0, 0, 5, 5, ExpectedResult = long.MaxValue)]
    [TestCase(10, 0, 4, 4, ExpectedResult = 6)]
    [TestCase(10, 20, 4, 18, ExpectedResult = 2)]
    [TestCase(10, 20, 12, 12, ExpectedResult = -2)]
    public long What_is_left_is_the_less_of_both(long perDay, long perMonth, long day, long month) => QuotaRules.Left(new Quota("c", perDay, perMonth), day, month);

    private async Task<(int Day, int Month)> UsageAsync(string name)
    {
        var usage = await admin.GetFromJsonAsync<JsonElement>($"/v1/{name}:usage");
        int Used(string period) => int.Parse(usage.GetProperty(period).GetProperty("used").GetString()!);
        return (Used("day"), Used("month"));
    }

    private async Task<(string Name, string Key)> ClientAsync(int perDay = 0, int perMonth = 0, string organisation = "js", string role = "dashboard")
    {
        using var made = await admin.PostAsJsonAsync("/v1/apiClients", new { displayName = "ERP", organisation = $"organisations/{organisation}", roles = new[] { role }, requestsPerDay = perDay, requestsPerMonth = perMonth });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.OK), await made.Content.ReadAsStringAsync());
        var name = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString()!;
        using var key = await admin.PostAsJsonAsync($"/v1/{name}/keys", new { displayName = "k" });
        return (name, (await key.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!);
    }
}
