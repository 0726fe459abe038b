using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Qudao.Gateway.V1;

namespace Qudao.Gateway.Tests;

/// <summary>An operator's hand on keys and sessions.</summary>
public class SigningKeyTests
{
    private GatewayUnderTest gateway = null!;
    private string admin = "";

    [SetUp]
    public async Task StartAsync()
    {
        gateway = await GatewayUnderTest.StartAsync();
        admin = await gateway.AdminTokenAsync();
    }

    [TearDown]
    public async Task StopAsync() => await gateway.DisposeAsync();

    [Test]
    public async Task A_key_is_rotated_and_the_old_one_revoked_while_everybody_works_on()
    {
        var old = (await StatesAsync(admin)).Single();
        Assert.That(old.State, Is.EqualTo(SigningKeyState.Signing));
        Assert.That(RefusalOf(() => Keys(admin).RevokeSigningKeyAsync(new RevokeSigningKeyRequest { Name = old.Name, Reason = "x" })), Is.EqualTo(StatusCode.FailedPrecondition), "it signs");

        var made = await Keys(admin).RotateSigningKeyAsync(new RotateSigningKeyRequest { RequestId = "once" });
        Assert.That(await Keys(admin).RotateSigningKeyAsync(new RotateSigningKeyRequest { RequestId = "once" }), Is.EqualTo(made));
        Assert.That(made.State, Is.EqualTo(SigningKeyState.Next));
        Assert.That(RefusalOf(() => Keys(admin).RotateSigningKeyAsync(new RotateSigningKeyRequest())), Is.EqualTo(StatusCode.FailedPrecondition), "one waits already");
        Assert.That(await PublishedAsync(), Is.EquivalentTo(new[] { Id(old.Name), Id(made.Name) }));

        await gateway.MoveClockAsync(TimeSpan.FromMinutes(3));
        Assert.That(await StatesAsync(admin), Is.EqualTo(new[] { (made.Name, SigningKeyState.Signing), (old.Name, SigningKeyState.Retired) }));
        await Keys(admin).RevokeSigningKeyAsync(new RevokeSigningKeyRequest { Name = old.Name, Reason = "丢失" });
        Assert.That(await PublishedAsync(), Is.EqualTo(new[] { Id(made.Name) }));
        // Nobody is sent away: the gateway itself asks with nothing that the old key signed.
        Assert.That(await StatesAsync(admin), Is.EqualTo(new[] { (made.Name, SigningKeyState.Signing) }));
        Assert.That(await SentAsync(), Is.EqualTo(Id(made.Name)));
        Assert.That(await ActionsAsync(), Is.SupersetOf(new[] { "signing-key.create", "signing-key.revoke" }));
    }

    [Test]
    public async Task Sessions_of_everybody_in_the_scope_are_listed_and_ended_one_by_one()
    {
        var ada = await gateway.UserAsync(admin, "ada", "js", "salesperson");
        var bob = await gateway.UserAsync(admin, "bob", "zj", "salesperson");
        var boss = await gateway.UserAsync(admin, "boss", "js", "centre-general-manager");
        var all = await Sessions(admin).ListAllSessionsAsync(new ListAllSessionsRequest());
        Assert.That(all.Sessions.Select(session => session.Login), Is.SupersetOf(new[] { "admin", "ada", "bob", "boss" }));
        var own = await Sessions(boss).ListAllSessionsAsync(new ListAllSessionsRequest());
        Assert.That(own.Sessions.Select(session => session.Login).Distinct(), Is.EquivalentTo(new[] { "ada", "boss" }), "of the own centre");
        Assert.That(RefusalOf(() => Sessions(ada).ListAllSessionsAsync(new ListAllSessionsRequest())), Is.EqualTo(StatusCode.PermissionDenied));

        string Of(string login) => all.Sessions.First(session => session.Login == login).Name;
        Assert.That(RefusalOf(() => Sessions(boss).EndSessionAsync(new EndSessionRequest { Name = Of("bob") })), Is.EqualTo(StatusCode.NotFound), "another centre's");
        await Sessions(boss).EndSessionAsync(new EndSessionRequest { Name = Of("ada") });
        Assert.That((await gateway.Rest(ada).GetAsync("/v1/users/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await gateway.Rest(bob).GetAsync("/v1/users/me")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_centre_has_nothing_to_do_with_keys_and_backups()
    {
        var boss = await gateway.UserAsync(admin, "boss", "js", "centre-general-manager");
        Assert.That(RefusalOf(() => Keys(boss).ListSigningKeysAsync(new ListSigningKeysRequest())), Is.EqualTo(StatusCode.PermissionDenied));
        var backups = new BackupService.BackupServiceClient(gateway.Grpc(boss));
        Assert.That(RefusalOf(() => backups.ListBackupsAsync(new ListBackupsRequest())), Is.EqualTo(StatusCode.PermissionDenied));
    }

    private static string Id(string name) => name["signingKeys/".Length..];

    private static StatusCode RefusalOf<T>(Func<AsyncUnaryCall<T>> call) => Assert.ThrowsAsync<RpcException>(async () => await call())!.StatusCode;

    private SigningKeyService.SigningKeyServiceClient Keys(string token) => new(gateway.Grpc(token));

    private SessionService.SessionServiceClient Sessions(string token) => new(gateway.Grpc(token));

    private async Task<List<(string Name, SigningKeyState State)>> StatesAsync(string token) =>
        [.. (await Keys(token).ListSigningKeysAsync(new ListSigningKeysRequest())).SigningKeys.Select(key => (key.Name, key.State))];

    private async Task<List<string>> PublishedAsync()
    {
        using var set = JsonDocument.Parse(await gateway.Rest().GetStringAsync("/.well-known/jwks.json"));
        return [.. set.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    /// <summary>The kid of the token that a service is sent now.</summary>
    private async Task<string> SentAsync()
    {
        var echo = await gateway.Rest(admin).GetFromJsonAsync<Echo>("/v1/partners/x");
        return new JsonWebTokenHandler().ReadJsonWebToken(echo!.Headers["authorization"]["Bearer ".Length..]).Kid;
    }

    private async Task<List<string>> ActionsAsync() =>
        [.. (await new OperationsService.OperationsServiceClient(gateway.Grpc(admin)).ListAuditEntriesAsync(new Common.V1.ListAuditEntriesRequest { PageSize = 1000 })).AuditEntries.Select(entry => entry.Action)];
}
