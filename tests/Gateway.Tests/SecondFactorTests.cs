using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Qudao.Gateway.SecondFactors;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>First passwords, second factors, and the sessions that come of both.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class SecondFactorTests(DatabaseUnderTest database)
{
    private const string Password = "correct-horse-9";

    private GatewayUnderTest gateway = null!;
    private string admin = "";

    [SetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync(database: database);
        admin = await gateway.AdminTokenAsync();
        foreach (var person in new[] { Somebody.At("gm", "js", "centre-general-manager"), Somebody.At("sales", "js", "salesperson"), Somebody.At("zj", "zj", "salesperson") })
            gateway.Backend.Staff[person.Name] = person;
    }

    [TearDown]
    public async Task Stop()
    {
        if (gateway is not null)
            await gateway.DisposeAsync();
    }

    [Test]
    public async Task With_a_password_that_was_given_nothing_answers_but_changing_it()
    {
        using var made = await gateway.Rest(admin).PostAsJsonAsync("/v1/users", new { login = "sales", staff = "staff/sales" });
        var given = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("initialPassword").GetString()!;
        var token = await gateway.TokenAsync("sales", given);
        var rest = gateway.Rest(token, "en");
        Assert.Multiple(async () =>
        {
            foreach (var path in new[] { "/v1/partners/x", "/V1/partners/x", "/v1/sessions", "/qudao.dealer.v1.PartnerService/GetPartner" })
                Assert.That(await ReasonAsync(await rest.GetAsync(path)), Is.EqualTo("403 PASSWORD_CHANGE_REQUIRED"), path);
            Assert.That((await rest.GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
        await rest.PostAsJsonAsync("/v1/users/me:changePassword", new { oldPassword = given, newPassword = Password });
        Assert.That((await rest.GetAsync("/v1/partners/x")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_second_factor_is_asked_for_once_it_is_confirmed_and_a_code_serves_once()
    {
        var (token, secret, _) = await EnrolAsync("sales", confirm: false);
        await gateway.TokenAsync("sales", Password);
        using var wrong = await gateway.Rest(token).PostAsJsonAsync("/v1/users/me:confirmSecondFactor", new { code = "abc" });
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        using var confirmed = await gateway.Rest(token).PostAsJsonAsync("/v1/users/me:confirmSecondFactor", new { code = Code(secret, 0) });
        Assert.That(confirmed.StatusCode, Is.EqualTo(HttpStatusCode.OK), await confirmed.Content.ReadAsStringAsync());
        Assert.That(await SignInAsync("sales", null), Is.EqualTo("401 SECOND_FACTOR_REQUIRED"));
        Assert.That(await SignInAsync("sales", Code(secret, 0)), Is.EqualTo("401 SECOND_FACTOR_WRONG"), "the code that confirmed it");
        Assert.That(await SignInAsync("sales", Code(secret, 1)), Is.EqualTo("200"));
        Assert.That(await SignInAsync("sales", Code(secret, 1)), Is.EqualTo("401 SECOND_FACTOR_WRONG"), "used");
        Assert.That(await SignInAsync("sales", Code(secret, 9)), Is.EqualTo("401 SECOND_FACTOR_WRONG"));
        Assert.That((await gateway.Rest(token).GetFromJsonAsync<JsonElement>("/v1/me")).GetProperty("secondFactor").GetBoolean(), Is.True);
    }

    [Test]
    public async Task A_recovery_code_lets_in_once()
    {
        var (_, _, codes) = await EnrolAsync("sales");
        Assert.Multiple(async () =>
        {
            Assert.That(codes, Has.Count.EqualTo(10).And.Unique);
            Assert.That(await SignInAsync("sales", codes[3].ToUpperInvariant()), Is.EqualTo("200"));
            Assert.That(await SignInAsync("sales", codes[3]), Is.EqualTo("401 SECOND_FACTOR_WRONG"));
            Assert.That(await SignInAsync("sales", codes[4]), Is.EqualTo("200"));
        });
    }

    [Test]
    public async Task Wrong_codes_lock_like_wrong_passwords()
    {
        var (_, secret, _) = await EnrolAsync("sales");
        for (var i = 0; i < 5; i++)
            Assert.That(await SignInAsync("sales", "aaaa"), Is.EqualTo("401 SECOND_FACTOR_WRONG"));
        Assert.That(await SignInAsync("sales", Code(secret, 1)), Is.EqualTo("429 SIGN_IN_LOCKED"));
    }

    [Test]
    public async Task Who_lost_everything_is_helped_by_an_administrator_and_who_has_it_removes_it_himself()
    {
        var (token, _, codes) = await EnrolAsync("sales");
        using var without = await gateway.Rest(token).PostAsJsonAsync("/v1/users/me:removeSecondFactor", new { password = Password, code = "aaaa" });
        Assert.That(without.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        using var removed = await gateway.Rest(token).PostAsJsonAsync("/v1/users/me:removeSecondFactor", new { password = Password, code = codes[0] });
        Assert.That(removed.StatusCode, Is.EqualTo(HttpStatusCode.OK), await removed.Content.ReadAsStringAsync());
        Assert.That(await SignInAsync("sales", null), Is.EqualTo("200"));

        var (zj, _, _) = await EnrolAsync("zj");
        var name = (await gateway.Rest(zj).GetFromJsonAsync<JsonElement>("/v1/me")).GetProperty("name").GetString();
        using var reset = await gateway.Rest(admin).PostAsJsonAsync($"/v1/{name}:resetSecondFactor", new { });
        Assert.Multiple(async () =>
        {
            Assert.That(reset.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await gateway.Rest(zj).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "his sessions ended");
            Assert.That(await SignInAsync("zj", null), Is.EqualTo("200"));
        });
    }

    [Test]
    public async Task Sessions_are_listed_and_ended_by_their_owner()
    {
        await gateway.HireAsync(admin, "sales", "sales", Password);
        var (here, there) = (await gateway.TokenAsync("sales", Password), await gateway.TokenAsync("sales", Password));
        var rest = gateway.Rest(here, "en");
        var sessions = (await rest.GetFromJsonAsync<JsonElement>("/v1/sessions")).GetProperty("sessions").EnumerateArray().ToList();
        var (own, other) = (sessions.Single(session => session.GetProperty("current").GetBoolean()), sessions[0].GetProperty("current").GetBoolean() ? sessions[1] : sessions[0]);
        Assert.Multiple(() =>
        {
            Assert.That(own.GetProperty("address").GetString(), Is.EqualTo("127.0.0.1"));
            Assert.That(own.TryGetProperty("token", out _), Is.False);
            Assert.That(own.GetProperty("lastUseTime").GetDateTimeOffset(), Is.GreaterThanOrEqualTo(own.GetProperty("createTime").GetDateTimeOffset()));
        });
        var admins = (await gateway.Rest(admin).GetFromJsonAsync<JsonElement>("/v1/sessions")).GetProperty("sessions")[0].GetProperty("name").GetString();
        Assert.That(await ReasonAsync(await rest.DeleteAsync($"/v1/{admins}")), Is.EqualTo("404 NOT_FOUND"), "another's answers like none");
        Assert.That((await rest.DeleteAsync($"/v1/{sessions.Single(session => session.GetProperty("name").GetString() == other.GetProperty("name").GetString()).GetProperty("name").GetString()}")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await gateway.Rest(there).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_manager_lists_and_ends_the_sessions_of_his_own_people()
    {
        await gateway.HireAsync(admin, "gm", "gm", Password);
        var mine = (await gateway.HireAsync(admin, "sales", "sales", Password)).GetProperty("name").GetString();
        var foreign = (await gateway.HireAsync(admin, "zj", "zj", Password)).GetProperty("name").GetString();
        var session = await gateway.TokenAsync("sales", Password);
        var manager = gateway.Rest(await gateway.TokenAsync("gm", Password), "en");
        Assert.That((await manager.GetFromJsonAsync<JsonElement>($"/v1/{mine}/sessions")).GetProperty("sessions").GetArrayLength(), Is.EqualTo(2));
        Assert.Multiple(async () =>
        {
            Assert.That(await ReasonAsync(await manager.GetAsync($"/v1/{foreign}/sessions")), Is.EqualTo("404 NOT_FOUND"));
            Assert.That(await ReasonAsync(await manager.PostAsJsonAsync($"/v1/{foreign}/sessions:revoke", new { })), Is.EqualTo("404 NOT_FOUND"));
            Assert.That((await manager.PostAsJsonAsync($"/v1/{mine}/sessions:revoke", new { })).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await gateway.Rest(session).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        });
    }

    [Test]
    public async Task Everything_about_access_stands_in_the_audit_trail_page_by_page()
    {
        var (token, secret, codes) = await EnrolAsync("sales");
        var user = (await gateway.Rest(token).GetFromJsonAsync<JsonElement>("/v1/me")).GetProperty("name").GetString();
        await SignInAsync("sales", codes[0]);
        for (var i = 0; i < 5; i++)
            await SignInAsync("sales", "aaaa");
        (await gateway.SignInAsync("nobody here", "x")).Dispose();
        await gateway.Rest(admin).PostAsJsonAsync($"/v1/{user}/sessions:revoke", new { });
        await gateway.Rest(admin).PostAsJsonAsync($"/v1/{user}:disable", new { reason = "gone" });
        var (entries, raw) = (new List<string>(), "");
        for (var page = ""; ;)
        {
            var answer = await gateway.Rest(admin).GetFromJsonAsync<JsonElement>($"/v1/gateway/auditEntries?pageSize=3&pageToken={page}");
            raw += answer.GetRawText();
            entries.AddRange(answer.GetProperty("auditEntries").EnumerateArray().Select(entry => $"{entry.GetProperty("action").GetString()} {entry.GetProperty("resource").GetString()}"));
            page = answer.GetProperty("nextPageToken").GetString()!;
            if (page.Length == 0)
                break;
        }
        Assert.Multiple(() =>
        {
            foreach (var action in new[] { "user.create", "user.change-password", "session.create", "second-factor.confirm", "sign-in.fail", "sign-in.lock", "session.revoke", "user.disable" })
                Assert.That(entries, Has.Some.EqualTo($"{action} {user}"));
            Assert.That(entries, Has.Some.EqualTo("sign-in.fail logins/?"));
            Assert.That(raw, Does.Contain("127.0.0.1").And.Not.Contain(Password).And.Not.Contain(codes[0]).And.Not.Contain("nobody here").And.Not.Contain(Totp.ToBase32(secret)));
        });
    }

    private static string Code(byte[] secret, int stepsOn) => Totp.Code(secret, Totp.StepAt(DateTimeOffset.UtcNow) + stepsOn);

    private static async Task<string> ReasonAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        return body.Contains("\"reason\"", StringComparison.Ordinal) ? $"{(int)answer.StatusCode} {JsonDocument.Parse(body).RootElement.GetProperty("reason").GetString()}" : $"{(int)answer.StatusCode}";
    }

    private async Task<string> SignInAsync(string login, string? code) =>
        await ReasonAsync(await gateway.Rest().PostAsJsonAsync("/v1/sessions", new { login, password = Password, code = code ?? "" }));

    private async Task<(string Token, byte[] Secret, IReadOnlyList<string> Codes)> EnrolAsync(string login, bool confirm = true)
    {
        await gateway.HireAsync(admin, login, login, Password);
        var token = await gateway.TokenAsync(login, Password);
        using var begun = await gateway.Rest(token).PostAsJsonAsync("/v1/users/me:enrolSecondFactor", new { password = Password });
        var enrolment = await begun.Content.ReadFromJsonAsync<JsonElement>();
        var secret = Decode(enrolment.GetProperty("secret").GetString()!);
        Assert.That(enrolment.GetProperty("otpauthUri").GetString(), Is.EqualTo($"otpauth://totp/Qudao:{login}?secret={Totp.ToBase32(secret)}&issuer=Qudao&algorithm=SHA1&digits=6&period=30"));
        if (!confirm)
            return (token, secret, []);
        using var confirmed = await gateway.Rest(token).PostAsJsonAsync("/v1/users/me:confirmSecondFactor", new { code = Code(secret, -1) });
        Assert.That(confirmed.StatusCode, Is.EqualTo(HttpStatusCode.OK), await confirmed.Content.ReadAsStringAsync());
        return (token, secret, [.. (await confirmed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)]);
    }

    private static byte[] Decode(string base32)
    {
        var bits = string.Concat(base32.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
