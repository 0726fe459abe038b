using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Qudao.Events;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class UserTests(DatabaseUnderTest database)
{
    private const string Password = "correct-horse-9";

    private GatewayUnderTest gateway = null!;
    private string admin = "";

    [SetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync(database: database);
        admin = await gateway.AdminTokenAsync();
        foreach (var person in new[]
        {
            Somebody.At("gm", "js", "centre-general-manager"), Somebody.At("sales", "js", "salesperson"), Somebody.At("boss", "js", "administrator"), Somebody.At("zj", "zj", "salesperson"),
        })
            gateway.Backend.Staff[person.Name] = person;
    }

    [TearDown]
    public async Task Stop()
    {
        if (gateway is not null)
            await gateway.DisposeAsync();
    }

    [Test]
    public async Task A_user_made_without_a_password_gets_one_that_is_told_this_once()
    {
        var made = await CreateAsync(admin, "Wang.Wei", "sales");
        var initial = made.GetProperty("initialPassword").GetString()!;
        var token = await gateway.TokenAsync("wang.wei", initial);
        var me = await gateway.Rest(token).GetFromJsonAsync<JsonElement>("/v1/users/me");
        Assert.Multiple(() =>
        {
            Assert.That(me.GetProperty("staff").GetString(), Is.EqualTo("staff/sales"));
            Assert.That(me.GetProperty("displayName").GetString(), Is.EqualTo("员工sales"));
            Assert.That(me.GetProperty("initialPassword").GetString(), Is.Empty);
            Assert.That(me.GetProperty("passwordTemporary").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task The_same_request_id_makes_one_user_and_does_not_tell_the_password_again()
    {
        var first = await CreateAsync(admin, "wang", "sales", requestId: "once");
        var second = await CreateAsync(admin, "wang", "sales", requestId: "once");
        Assert.Multiple(() =>
        {
            Assert.That(second.GetProperty("name").GetString(), Is.EqualTo(first.GetProperty("name").GetString()));
            Assert.That(first.GetProperty("initialPassword").GetString(), Is.Not.Empty);
            Assert.That(second.GetProperty("initialPassword").GetString(), Is.Empty);
        });
    }

    [Test]
    public async Task A_login_and_a_person_are_taken_once()
    {
        await CreateAsync(admin, "wang", "sales");
        Assert.Multiple(async () =>
        {
            Assert.That(await RefusalAsync(admin, new { login = "WANG", staff = "staff/gm" }), Is.EqualTo("409 LOGIN_TAKEN"));
            Assert.That(await RefusalAsync(admin, new { login = "wang2", staff = "staff/sales" }), Is.EqualTo("409 STAFF_HAS_USER"));
            Assert.That(await RefusalAsync(admin, new { login = "wang3", staff = "staff/unknown" }), Is.EqualTo("400 INVALID_ARGUMENT"));
            Assert.That(await RefusalAsync(admin, new { login = "x", staff = "", password = "short" }), Is.EqualTo("400 INVALID_ARGUMENT"));
        });
        var users = await gateway.Rest(admin).GetFromJsonAsync<JsonElement>("/v1/users");
        Assert.That(users.GetProperty("users").GetArrayLength(), Is.EqualTo(2), "nothing was made on the way");
    }

    [Test]
    public async Task A_centre_manager_lets_in_his_own_and_makes_no_administrator_and_a_salesperson_lets_in_nobody()
    {
        await CreateAsync(admin, "gm", "gm", Password);
        await CreateAsync(admin, "zj", "zj", Password);
        var manager = await gateway.TokenAsync("gm", Password);
        await CreateAsync(manager, "sales", "sales", Password);
        var salesperson = await gateway.TokenAsync("sales", Password);
        Assert.Multiple(async () =>
        {
            Assert.That(await RefusalAsync(manager, new { login = "boss", staff = "staff/boss" }), Is.EqualTo("403 PERMISSION_DENIED"));
            Assert.That(await RefusalAsync(salesperson, new { login = "boss", staff = "staff/boss" }), Is.EqualTo("403 PERMISSION_DENIED"));
            var seen = await gateway.Rest(manager).GetFromJsonAsync<JsonElement>("/v1/users");
            Assert.That(seen.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("login").GetString()), Is.EquivalentTo(new[] { "gm", "sales" }));
        });
    }

    [Test]
    public async Task A_changed_password_ends_the_other_sessions_and_the_old_password()
    {
        await CreateAsync(admin, "sales", "sales", Password);
        var (here, there) = (await gateway.TokenAsync("sales", Password), await gateway.TokenAsync("sales", Password));
        using var wrong = await ChangeAsync(here, "not the password", "another-good-one-7");
        using var weak = await ChangeAsync(here, Password, "short");
        using var changed = await ChangeAsync(here, Password, "another-good-one-7");
        Assert.Multiple(async () =>
        {
            Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(await wrong.Content.ReadAsStringAsync(), Does.Contain("oldPassword").Or.Contain("old_password"));
            Assert.That(weak.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await changed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("passwordTemporary").GetBoolean(), Is.False);
            Assert.That((await gateway.Rest(here).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await gateway.Rest(there).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That((await gateway.SignInAsync("sales", Password)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        });
        await gateway.TokenAsync("sales", "another-good-one-7");
    }

    [Test]
    public async Task A_reset_gives_a_new_password_lifts_the_lock_and_ends_every_session()
    {
        var user = await CreateAsync(admin, "sales", "sales", Password);
        var token = await gateway.TokenAsync("sales", Password);
        for (var i = 0; i < 5; i++)
            (await gateway.SignInAsync("sales", "not the password")).Dispose();
        using var reset = await gateway.Rest(admin).PostAsJsonAsync($"/v1/{user.GetProperty("name").GetString()}:resetPassword", new { });
        var made = (await reset.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("initialPassword").GetString()!;
        Assert.That((await gateway.Rest(token).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        await gateway.TokenAsync("sales", made);
    }

    [Test]
    public async Task Roles_scope_and_leaving_follow_the_staff_and_stale_news_is_ignored()
    {
        await CreateAsync(admin, "sales", "sales", Password);
        var token = await gateway.TokenAsync("sales", Password);
        Assert.That((await MeAsync(token)).GetProperty("roles")[0].GetString(), Is.EqualTo("salesperson"));
        await gateway.HearAsync(Somebody.Changed("sales", 3, ["sales-manager"], scopePath: "/hq/sh/"));
        await gateway.HearAsync(Somebody.Changed("sales", 2, ["legal"]));
        var me = await MeAsync(token);
        Assert.Multiple(() =>
        {
            Assert.That(me.GetProperty("roles")[0].GetString(), Is.EqualTo("sales-manager"));
            Assert.That(me.GetProperty("scopePath").GetString(), Is.EqualTo("/hq/sh/"));
            Assert.That(me.GetProperty("displayName").GetString(), Is.EqualTo("新名字"));
        });
        await gateway.HearAsync(Somebody.Changed("sales", 4, ["sales-manager"], active: false));
        await TestKit.Eventually.Async(async () => (await gateway.Rest(token).GetAsync("/v1/me")).StatusCode == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(10), "who has left is out");
        Assert.That((await gateway.SignInAsync("sales", Password)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task An_organisation_that_moves_takes_its_people_along()
    {
        await CreateAsync(admin, "sales", "sales", Password);
        await gateway.HearAsync(new OrganisationChanged { AggregateId = "js", Version = 2, ScopePath = "/hq/east/js/", Code = "js", Name = "江苏", Kind = "centre" });
        Assert.That((await MeAsync(await gateway.TokenAsync("sales", Password))).GetProperty("scopePath").GetString(), Is.EqualTo("/hq/east/js/"));
    }

    [Test]
    public async Task What_was_done_to_users_stands_in_the_audit_trail_without_any_secret()
    {
        var user = await CreateAsync(admin, "sales", "sales", Password);
        var name = user.GetProperty("name").GetString();
        var trail = await gateway.Rest(admin).GetStringAsync($"/v1/gateway/auditEntries?resource={name}");
        Assert.That(trail, Does.Contain("user.create").And.Not.Contain(Password));
    }

    private async Task<JsonElement> CreateAsync(string token, string login, string staff, string? password = null, string requestId = "")
    {
        if (password is not null)
            return await gateway.HireAsync(token, login, staff, password);
        using var answer = await gateway.Rest(token).PostAsJsonAsync($"/v1/users?requestId={requestId}", new { login, staff = $"staff/{staff}" });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<string> RefusalAsync(string token, object user)
    {
        using var answer = await gateway.Rest(token).PostAsJsonAsync("/v1/users", user);
        return $"{(int)answer.StatusCode} {(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString()}";
    }

    private Task<HttpResponseMessage> ChangeAsync(string token, string oldPassword, string newPassword) =>
        gateway.Rest(token).PostAsJsonAsync("/v1/users/me:changePassword", new { oldPassword, newPassword });

    private async Task<JsonElement> MeAsync(string token) => await gateway.Rest(token).GetFromJsonAsync<JsonElement>("/v1/me");
}
