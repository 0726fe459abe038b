using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>Machines: clients, the tokens of the client-credentials grant, and keys.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class ApiClientTests(DatabaseUnderTest database)
{
    private const string Password = "correct-horse-9";

    private GatewayUnderTest gateway = null!;
    private HttpClient admin = null!;
    private string adminToken = "";

    [SetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync(database: database);
        adminToken = await gateway.AdminTokenAsync();
        admin = gateway.Rest(adminToken, "en");
        foreach (var person in new[] { Somebody.At("gm", "js", "centre-general-manager"), Somebody.At("hqgm", "hq", "hq-general-manager") })
            gateway.Backend.Staff[person.Name] = person;
    }

    [TearDown]
    public async Task Stop()
    {
        admin?.Dispose();
        if (gateway is not null)
            await gateway.DisposeAsync();
    }

    [Test]
    public async Task A_client_gets_a_token_either_way_and_calls_as_itself_within_its_place()
    {
        var (name, id, secret) = await CreateAsync(roles: ["dashboard", "auditor"]);
        using var basic = await TokenAsync(new() { ["grant_type"] = "client_credentials" }, $"{id}:{secret}");
        using var post = await TokenAsync(new() { ["grant_type"] = "client_credentials", ["client_id"] = id, ["client_secret"] = secret, ["scope"] = "dashboard" });
        var token = await basic.Content.ReadFromJsonAsync<JsonElement>();
        var caller = await gateway.CallerAsync(token.GetProperty("access_token").GetString()!);
        var narrow = await gateway.CallerAsync((await post.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!);
        Assert.Multiple(async () =>
        {
            Assert.That(token.GetProperty("token_type").GetString(), Is.EqualTo("Bearer"));
            Assert.That(token.GetProperty("expires_in").GetInt32(), Is.EqualTo(3600));
            Assert.That(basic.Headers.CacheControl!.NoStore, Is.True);
            Assert.That((caller.Subject, caller.OrganisationId, caller.Scope.Path, caller.StaffId), Is.EqualTo((id, "js", "/hq/js/", (string?)null)));
            Assert.That(caller.Roles, Is.EqualTo(new[] { "dashboard", "auditor" }));
            Assert.That(narrow.Roles, Is.EqualTo(new[] { "dashboard" }), "the scope that was asked for");
            Assert.That((await admin.GetFromJsonAsync<JsonElement>($"/v1/{name}")).GetProperty("secret").GetString(), Is.Empty);
        });
        await gateway.MoveClockAsync(TimeSpan.FromMinutes(61));
        Assert.That((await gateway.Rest(token.GetProperty("access_token").GetString()).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "an hour has passed");
    }

    [Test]
    public async Task What_is_wrong_with_a_token_request_is_told_as_RFC_6749_says()
    {
        var (_, id, secret) = await CreateAsync();
        var good = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = id, ["client_secret"] = secret };
        Assert.Multiple(async () =>
        {
            Assert.That(await ErrorAsync(TokenAsync(new(good) { ["client_secret"] = "qds_wrong" })), Is.EqualTo("401 invalid_client"));
            Assert.That(await ErrorAsync(TokenAsync(new(good) { ["client_id"] = "nobody" })), Is.EqualTo("401 invalid_client"));
            Assert.That(await ErrorAsync(TokenAsync(new() { ["grant_type"] = "client_credentials" })), Is.EqualTo("401 invalid_client"));
            Assert.That(await ErrorAsync(TokenAsync(new() { ["grant_type"] = "client_credentials" }, $"{id}:wrong")), Is.EqualTo("401 invalid_client"));
            Assert.That(await ErrorAsync(TokenAsync(new(good) { ["grant_type"] = "password" })), Is.EqualTo("400 unsupported_grant_type"));
            Assert.That(await ErrorAsync(TokenAsync(new(good) { ["grant_type"] = "" })), Is.EqualTo("400 invalid_request"));
            Assert.That(await ErrorAsync(TokenAsync(new(good) { ["scope"] = "administrator" })), Is.EqualTo("400 invalid_scope"));
            Assert.That(await ErrorAsync(TokenAsync(good, $"{id}:{secret}")), Is.EqualTo("400 invalid_request"), "two ways at once");
            Assert.That(await ErrorAsync(gateway.Rest().PostAsync("/oauth2/token", new StringContent("grant_type=a&grant_type=b", Encoding.UTF8, "application/x-www-form-urlencoded"))), Is.EqualTo("400 invalid_request"));
            Assert.That(await ErrorAsync(gateway.Rest().PostAsJsonAsync("/oauth2/token", good)), Is.EqualTo("400 invalid_request"));
            Assert.That((await gateway.Rest().PostAsync("/oauth2/token", new StringContent("a=" + new string('x', 9000), Encoding.UTF8, "application/x-www-form-urlencoded"))).StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        });
        using var wrong = await TokenAsync(new(good) { ["client_secret"] = "qds_wrong" });
        Assert.That(wrong.Headers.WwwAuthenticate.Single().Scheme, Is.EqualTo("Basic"));
    }

    [Test]
    public async Task A_key_is_told_once_serves_as_bearer_and_shows_how_it_begins_and_when_it_was_used()
    {
        var (name, id, _) = await CreateAsync();
        var key = await KeyAsync(name);
        var text = key.GetProperty("key").GetString()!;
        Assert.That((await gateway.CallerAsync(text)).Subject, Is.EqualTo(id));
        var listed = (await admin.GetFromJsonAsync<JsonElement>($"/v1/{name}/keys")).GetProperty("apiKeys")[0];
        Assert.Multiple(async () =>
        {
            Assert.That(text, Does.StartWith(listed.GetProperty("prefix").GetString()! + "_"));
            Assert.That(listed.GetProperty("key").GetString(), Is.Empty);
            Assert.That(listed.GetProperty("lastUseTime").ValueKind, Is.EqualTo(JsonValueKind.String));
            Assert.That((await gateway.Rest(text[..^1]).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            var trail = await admin.GetStringAsync($"/v1/gateway/auditEntries?resource={name}");
            Assert.That(trail, Does.Contain("api-client.create").And.Contain("api-key.create").And.Contain("api-client.first-use").And.Not.Contain(text));
        });
    }

    [Test]
    public async Task An_old_key_serves_beside_the_new_one_as_long_as_asked_and_a_revoked_one_no_longer()
    {
        var (name, _, _) = await CreateAsync();
        var old = await KeyAsync(name);
        using var rotated = await admin.PostAsJsonAsync($"/v1/{old.GetProperty("name").GetString()}:rotate", new { overlapHours = 2 });
        var fresh = await rotated.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(await StatusAsync(old), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(fresh), Is.EqualTo(HttpStatusCode.OK));
        await gateway.MoveClockAsync(TimeSpan.FromHours(2.1));
        Assert.That(await StatusAsync(old), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await StatusAsync(fresh), Is.EqualTo(HttpStatusCode.OK));
        await admin.PostAsJsonAsync($"/v1/{fresh.GetProperty("name").GetString()}:revoke", new { });
        Assert.That(await StatusAsync(fresh), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_key_ends_when_it_was_said_to()
    {
        var (name, _, _) = await CreateAsync();
        var key = await KeyAsync(name, DateTimeOffset.UtcNow.AddDays(1));
        Assert.That(await StatusAsync(key), Is.EqualTo(HttpStatusCode.OK));
        await gateway.MoveClockAsync(TimeSpan.FromHours(25));
        Assert.That(await StatusAsync(key), Is.EqualTo(HttpStatusCode.Unauthorized));
        adminToken = await gateway.AdminTokenAsync();
        using var tooLong = await gateway.Rest(adminToken).PostAsJsonAsync($"/v1/{name}/keys", new { displayName = "k", expireTime = DateTimeOffset.UtcNow.AddYears(5) });
        Assert.That(tooLong.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_new_secret_ends_the_old_one_and_its_tokens_a_disabled_client_is_out_and_a_deleted_one_gone()
    {
        var (name, id, secret) = await CreateAsync();
        var token = await AccessTokenAsync(id, secret);
        using var rotated = await admin.PostAsJsonAsync($"/v1/{name}:rotateSecret", new { });
        var fresh = (await rotated.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
        Assert.That((await gateway.Rest(token).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await ErrorAsync(TokenAsync(new() { ["grant_type"] = "client_credentials" }, $"{id}:{secret}")), Is.EqualTo("401 invalid_client"));
        token = await AccessTokenAsync(id, fresh);
        var key = await KeyAsync(name);
        await admin.PostAsJsonAsync($"/v1/{name}:disable", new { });
        Assert.Multiple(async () =>
        {
            Assert.That((await gateway.Rest(token).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await StatusAsync(key), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await ErrorAsync(TokenAsync(new() { ["grant_type"] = "client_credentials" }, $"{id}:{fresh}")), Is.EqualTo("401 invalid_client"));
        });
        await admin.PostAsJsonAsync($"/v1/{name}:enable", new { });
        Assert.That((await gateway.Rest(token).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await admin.DeleteAsync($"/v1/{name}");
        Assert.That((await gateway.Rest(token).GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await admin.GetAsync($"/v1/{name}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Nobody_gives_a_machine_what_he_has_not_nor_a_place_he_does_not_see()
    {
        await admin.PostAsJsonAsync("/v1/roles?roleId=machinist", new { displayName = "机", displayNameEn = "M", granted = new[] { "gateway.clients.create", "gateway.clients.rotate", "gateway.clients.read", "gateway.clients.update" } });
        var gm = await gateway.HireAsync(adminToken, "gm", "gm", Password);
        await admin.PostAsJsonAsync($"/v1/{gm.GetProperty("name").GetString()}:setRoles", new { extraRoles = new[] { "machinist" } });
        var manager = gateway.Rest(await gateway.TokenAsync("gm", Password), "en");
        var (foreign, _, _) = await CreateAsync(organisation: "zj");
        var (strong, _, _) = await CreateAsync(roles: ["hq-training"]);
        Assert.Multiple(async () =>
        {
            Assert.That(await ReasonAsync(await manager.PostAsJsonAsync("/v1/apiClients", Client("js", "finance"))), Is.EqualTo("403 PERMISSION_DENIED"));
            Assert.That((await manager.PostAsJsonAsync("/v1/apiClients", Client("js", "dashboard"))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await ReasonAsync(await manager.GetAsync($"/v1/{foreign}")), Is.EqualTo("404 NOT_FOUND"));
            Assert.That(await ReasonAsync(await manager.PostAsJsonAsync($"/v1/{foreign}/keys", new { displayName = "k" })), Is.EqualTo("404 NOT_FOUND"));
            Assert.That(await ReasonAsync(await manager.PatchAsJsonAsync($"/v1/{strong}?updateMask=roles", new { roles = new[] { "finance" }, displayName = "x" })), Is.EqualTo("403 PERMISSION_DENIED"));
            foreach (var role in new[] { "administrator", "salesperson", "partner-agent", "no-such-role" })
                Assert.That(await ReasonAsync(await admin.PostAsJsonAsync("/v1/apiClients", Client("js", role))), Is.EqualTo("400 INVALID_ARGUMENT"), role);
            Assert.That(await ReasonAsync(await admin.PostAsJsonAsync("/v1/apiClients", Client("nowhere", "dashboard"))), Is.EqualTo("400 INVALID_ARGUMENT"));
        });
    }

    [Test]
    public async Task A_client_has_a_bucket_of_its_own_size_and_empties_nobody_elses()
    {
        var (one, _, _) = await CreateAsync(perSecond: 1);
        var (two, _, _) = await CreateAsync();
        var (slow, usual) = (gateway.Rest((await KeyAsync(one)).GetProperty("key").GetString()), gateway.Rest((await KeyAsync(two)).GetProperty("key").GetString()));
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            answers.Add((await slow.GetAsync("/v1/partners/x")).StatusCode);
            Assert.That((await usual.GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
        Assert.That(answers.Take(2), Has.All.EqualTo(HttpStatusCode.OK));
        Assert.That(answers, Has.Some.EqualTo(HttpStatusCode.TooManyRequests));
    }

    private static object Client(string organisation, params string[] roles) => new { displayName = "ERP", organisation = $"organisations/{organisation}", roles };

    private static async Task<string> ReasonAsync(HttpResponseMessage answer) =>
        $"{(int)answer.StatusCode} {(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString()}";

    private static async Task<string> ErrorAsync(Task<HttpResponseMessage> asking)
    {
        using var answer = await asking;
        return $"{(int)answer.StatusCode} {(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()}";
    }

    private async Task<HttpStatusCode> StatusAsync(JsonElement key)
    {
        using var answer = await gateway.Rest(key.GetProperty("key").GetString()).GetAsync("/v1/partners/x");
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> TokenAsync(Dictionary<string, string> form, string? basic = null)
    {
        var rest = gateway.Rest();
        if (basic is not null)
            rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        return rest.PostAsync("/oauth2/token", new FormUrlEncodedContent(form));
    }

    private async Task<string> AccessTokenAsync(string id, string secret)
    {
        using var answer = await TokenAsync(new() { ["grant_type"] = "client_credentials" }, $"{id}:{secret}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private async Task<(string Name, string Id, string Secret)> CreateAsync(string organisation = "js", int perSecond = 0, params string[] roles)
    {
        using var made = await admin.PostAsJsonAsync("/v1/apiClients", new { displayName = "ERP", organisation = $"organisations/{organisation}", roles = roles.Length == 0 ? ["dashboard"] : roles, requestsPerSecond = perSecond });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.OK), await made.Content.ReadAsStringAsync());
        var client = await made.Content.ReadFromJsonAsync<JsonElement>();
        var name = client.GetProperty("name").GetString()!;
        return (name, name.Split('/')[1], client.GetProperty("secret").GetString()!);
    }

    private async Task<JsonElement> KeyAsync(string client, DateTimeOffset? expires = null)
    {
        using var made = await admin.PostAsJsonAsync($"/v1/{client}/keys", new { displayName = "nightly", expireTime = expires });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.OK), await made.Content.ReadAsStringAsync());
        return await made.Content.ReadFromJsonAsync<JsonElement>();
    }
}
