using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Gateway.Sessions;
using Qudao.Gateway.V1;
using Qudao.TestKit;
using SessionService = Qudao.Gateway.V1.SessionService;

namespace Qudao.Gateway.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class SignInTests(DatabaseUnderTest database)
{
    [Test]
    public async Task The_first_start_makes_one_administrator_and_tells_its_password_once()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        Assert.That(gateway.Printed.Trim(), Does.Match(@"^First administrator: admin  password: \S{16,}$"));
        var password = gateway.AdminPassword;
        await gateway.RestartAsync();
        Assert.That(gateway.Printed.Split("password:"), Has.Length.EqualTo(2), "told once");
        var token = await gateway.TokenAsync("admin", password);
        var me = await gateway.Rest(token).GetFromJsonAsync<JsonElement>("/v1/me");
        Assert.Multiple(() =>
        {
            Assert.That(me.GetProperty("login").GetString(), Is.EqualTo("admin"));
            Assert.That(me.GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EqualTo(new[] { "administrator" }));
            Assert.That(me.GetProperty("scopePath").GetString(), Is.EqualTo("/hq/"));
            Assert.That(me.GetProperty("password").GetString(), Is.Empty);
        });
    }

    [Test]
    public async Task The_key_and_the_sessions_outlive_a_restart_and_the_file_is_ours_alone()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        var token = await gateway.AdminTokenAsync();
        var keys = await gateway.Rest().GetStringAsync("/.well-known/jwks.json");
        await gateway.RestartAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(await gateway.Rest().GetStringAsync("/.well-known/jwks.json"), Is.EqualTo(keys));
            Assert.That((await gateway.Rest(token).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(keys, Does.Not.Contain("\"d\""), "the private half");
            if (gateway.DatabaseFile is { } file && !OperatingSystem.IsWindows())
                Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        });
    }

    [Test]
    public async Task A_wrong_login_and_a_wrong_password_get_the_same_answer_and_are_locked_alike()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        var known = await AnswersAsync(gateway, "admin");
        var unknown = await AnswersAsync(gateway, "nobody-here");
        Assert.Multiple(() =>
        {
            Assert.That(known, Is.EqualTo(unknown));
            Assert.That(known.Take(5), Has.All.EqualTo("401 WRONG_CREDENTIALS"));
            Assert.That(known[5], Is.EqualTo("429 SIGN_IN_LOCKED"));
        });

        static async Task<List<string>> AnswersAsync(GatewayUnderTest gateway, string login)
        {
            var answers = new List<string>();
            for (var i = 0; i < 6; i++)
            {
                using var answer = await gateway.SignInAsync(login, "not the password");
                answers.Add($"{(int)answer.StatusCode} {(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString()}");
            }
            return answers;
        }
    }

    [Test]
    public async Task A_lock_holds_against_the_right_password_too_and_ends_after_fifteen_minutes()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        for (var i = 0; i < 5; i++)
            (await gateway.SignInAsync("ADMIN", "not the password")).Dispose();
        using var locked = await gateway.SignInAsync("admin", gateway.AdminPassword);
        Assert.That(locked.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        await gateway.MoveClockAsync(TimeSpan.FromMinutes(14));
        using var still = await gateway.SignInAsync("admin", gateway.AdminPassword);
        Assert.That(still.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        await gateway.MoveClockAsync(TimeSpan.FromMinutes(16));
        await gateway.AdminTokenAsync();
    }

    [Test]
    public async Task Guesses_made_side_by_side_do_not_get_round_the_lock()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        var guesses = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => gateway.SignInAsync("admin", "not the password")));
        Assert.That(guesses.Select(guess => guess.StatusCode), Has.All.EqualTo(HttpStatusCode.Unauthorized).Or.EqualTo(HttpStatusCode.TooManyRequests));
        using var right = await gateway.SignInAsync("admin", gateway.AdminPassword);
        Assert.That(right.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task Four_failures_are_forgotten_with_a_success()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
                (await gateway.SignInAsync("admin", "not the password")).Dispose();
            await gateway.AdminTokenAsync();
        }
    }

    [Test]
    public async Task A_session_lasts_twelve_hours_from_its_last_use()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        var token = await gateway.AdminTokenAsync();
        var rest = gateway.Rest(token);
        foreach (var hours in new[] { 11, 22, 33 })
        {
            await gateway.MoveClockAsync(TimeSpan.FromHours(hours));
            Assert.That((await rest.GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.OK), $"after {hours} hours");
        }
        await gateway.MoveClockAsync(TimeSpan.FromHours(45.1));
        using var ended = await rest.GetAsync("/v1/me");
        Assert.That(ended.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await ended.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString(), Is.EqualTo("SESSION_INVALID"));
    }

    [Test]
    public async Task Signing_out_ends_this_session_and_no_other()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        var (here, there) = (await gateway.AdminTokenAsync(), await gateway.AdminTokenAsync());
        Assert.That((await gateway.Rest(here).DeleteAsync("/v1/sessions/current")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.Multiple(async () =>
        {
            Assert.That((await gateway.Rest(here).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That((await gateway.Rest(there).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task A_session_that_the_house_grants_itself_is_on_no_disk_tells_its_source_and_ends_when_withdrawn()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Backend.Staff["staff/w"] = Somebody.At("w", "js", "salesperson");
        var sessions = gateway.Services.GetRequiredService<SignedInSessions>();
        var token = sessions.Grant(new SessionRow { Id = "house", UserId = "house", Name = "本系统", OrganisationId = "hq", Roles = "administrator", ScopePath = "/hq/" }, "inside");
        var rest = gateway.Rest(token);
        using var made = await rest.PostAsJsonAsync("/v1/users", new { login = "wang", staff = "staff/w" });
        var user = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString();
        var trail = await rest.GetFromJsonAsync<JsonElement>($"/v1/gateway/auditEntries?resource={user}");
        var entry = trail.GetProperty("auditEntries")[0];
        Assert.Multiple(() =>
        {
            Assert.That(entry.GetProperty("actorName").GetString(), Is.EqualTo("本系统"));
            Assert.That(entry.GetProperty("source").GetString(), Is.EqualTo("inside"));
        });
        Assert.That(await gateway.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM sessions")), Is.Zero);
        sessions.Withdraw(token);
        Assert.That((await rest.GetAsync("/v1/users")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Tokens_and_passwords_are_nowhere_stored_as_they_are()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        var token = await gateway.AdminTokenAsync();
        var stored = await gateway.Db.ReadAsync(s => s.ScalarAsync<string>("SELECT token_hash FROM sessions"));
        Assert.That(stored, Is.EqualTo(SignedInSessions.Hash(token)));
        await gateway.RestartAsync();
        if (gateway.DatabaseFile is not { } path)
            return;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            var content = System.Text.Encoding.Latin1.GetString(copy.ToArray());
            Assert.That(content, Does.Not.Contain(token).And.Not.Contain(gateway.AdminPassword), file);
        }
    }

    [Test]
    public async Task Signing_in_works_over_grpc_with_the_same_refusals()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(database: database);
        var session = await new SessionService.SessionServiceClient(gateway.Grpc())
            .CreateSessionAsync(new CreateSessionRequest { Login = "admin", Password = gateway.AdminPassword });
        var users = new UserService.UserServiceClient(gateway.Grpc(session.Token));
        Assert.That((await users.GetCurrentUserAsync(new GetCurrentUserRequest())).Login, Is.EqualTo("admin"));
        var wrong = Assert.ThrowsAsync<RpcException>(async () => await new SessionService.SessionServiceClient(gateway.Grpc())
            .CreateSessionAsync(new CreateSessionRequest { Login = "admin", Password = "not the password" }));
        var nobody = Assert.ThrowsAsync<RpcException>(async () =>
            await new UserService.UserServiceClient(gateway.Grpc()).GetCurrentUserAsync(new GetCurrentUserRequest()));
        var forged = Assert.ThrowsAsync<RpcException>(async () =>
            await new UserService.UserServiceClient(gateway.Grpc("no-such-token")).GetCurrentUserAsync(new GetCurrentUserRequest()));
        Assert.Multiple(() =>
        {
            Assert.That(wrong!.StatusCode, Is.EqualTo(StatusCode.Unauthenticated));
            Assert.That(nobody!.StatusCode, Is.EqualTo(StatusCode.Unauthenticated));
            Assert.That(forged!.StatusCode, Is.EqualTo(StatusCode.Unauthenticated));
            Assert.That(forged.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason, Is.EqualTo("SESSION_INVALID"));
        });
    }
}
