using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Qudao.Gateway.Access;
using Qudao.Protocol;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>What roles may is data: the manuals' defaults, changed by the company, felt at every door.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class RoleTests(DatabaseUnderTest database)
{
    private const string Password = "correct-horse-9";
    private const string Merge = "dealer.partners.merge";

    private GatewayUnderTest gateway = null!;
    private HttpClient admin = null!;

    [SetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync(database: database);
        admin = gateway.Rest(await gateway.AdminTokenAsync(), "en");
        foreach (var person in new[] { Somebody.At("gm", "js", "centre-general-manager"), Somebody.At("sales", "js", "salesperson"), Somebody.At("boss", "hq", "administrator"), Somebody.At("hqgm", "hq", "hq-general-manager") })
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
    public async Task The_matrix_shows_every_permission_and_role_in_both_languages_with_the_rpcs_behind()
    {
        var matrix = await admin.GetFromJsonAsync<JsonElement>("/v1/permissionMatrix");
        var rows = matrix.GetProperty("permissions").EnumerateArray().ToDictionary(row => row.GetProperty("permission").GetString()!);
        Assert.Multiple(() =>
        {
            Assert.That(rows.Keys, Is.EqualTo(PermissionCatalog.All.Keys));
            Assert.That(matrix.GetProperty("roles").EnumerateArray().Select(role => role.GetProperty("name").GetString()), Is.EqualTo(Roles.Permissions.Keys.Select(role => $"roles/{role}")));
            Assert.That(rows[Merge].GetProperty("title").GetString(), Is.EqualTo("渠道：合并机构"));
            Assert.That(rows[Merge].GetProperty("titleEn").GetString(), Is.EqualTo("Network: Merge partners"));
            Assert.That(rows[Merge].GetProperty("rpcs").EnumerateArray().Select(rpc => rpc.GetString()), Has.Some.EqualTo("qudao.dealer.v1.DuplicateService.MergePartners"));
            foreach (var (permission, row) in rows)
                Assert.That(row.GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EqualTo(Roles.Permissions.Keys.Where(role => Roles.Allows([role], permission)).Select(role => $"roles/{role}")), permission);
        });
    }

    [Test]
    public async Task What_is_taken_from_a_role_and_given_to_it_is_felt_by_who_is_signed_in_and_goes_back()
    {
        var gm = await HireAsync("gm");
        Assert.That((await gateway.CallerAsync(gm)).Grants, Is.Null, "as the manuals have it, the token is small");
        using var changed = await PatchAsync("centre-general-manager", new { removed = new[] { Merge }, granted = new[] { "gateway.roles.read" } });
        Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK), await changed.Content.ReadAsStringAsync());
        var now = await gateway.CallerAsync(gm);
        Assert.Multiple(async () =>
        {
            Assert.That(now.May(Merge), Is.False);
            Assert.That(now.May("dealer.partners.update"), Is.True);
            Assert.That(now.May("gateway.roles.read"), Is.True);
            Assert.That((await gateway.Rest(gm).GetAsync("/v1/roles")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
        using var back = await PatchAsync("centre-general-manager", new { removed = Array.Empty<string>(), granted = Array.Empty<string>() });
        Assert.That((await gateway.CallerAsync(gm)).May(Merge), Is.True);
        Assert.That((await gateway.Rest(gm).GetAsync("/v1/roles")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        var trail = await admin.GetStringAsync("/v1/gateway/auditEntries?resource=roles/centre-general-manager");
        Assert.That(trail, Does.Contain("role.update").And.Contain(Merge));
    }

    [Test]
    public async Task A_role_of_the_companys_own_gives_what_it_says_while_somebody_has_it()
    {
        var sales = await HireAsync("sales");
        Assert.That((await gateway.CallerAsync(sales)).May(Merge), Is.False);
        await CreateAsync("merger", Merge);
        var user = (await gateway.Rest(sales).GetFromJsonAsync<JsonElement>("/v1/me")).GetProperty("name").GetString();
        Assert.That((await admin.PostAsJsonAsync($"/v1/{user}:setRoles", new { extraRoles = new[] { "merger" } })).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var caller = await gateway.CallerAsync(sales);
        Assert.Multiple(() =>
        {
            Assert.That(caller.May(Merge), Is.True);
            Assert.That(caller.May("dealer.visits.plan"), Is.True, "what the salesperson could before");
            Assert.That(caller.Scope.Assignee, Is.EqualTo("sales"), "a role of the company's own shows no more rows");
        });
        using var inUse = await admin.DeleteAsync("/v1/roles/merger");
        Assert.That(await ReasonAsync(inUse), Is.EqualTo("400 ROLE_IN_USE"));
        await admin.PostAsJsonAsync($"/v1/{user}:setRoles", new { });
        Assert.That((await gateway.CallerAsync(sales)).May(Merge), Is.False);
        using var deleted = await admin.DeleteAsync("/v1/roles/merger");
        Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await ReasonAsync(await admin.GetAsync("/v1/roles/merger")), Is.EqualTo("404 NOT_FOUND"));
    }

    [Test]
    public async Task Nobody_gives_what_he_has_not_and_only_who_sees_the_whole_tree_changes_roles()
    {
        await CreateAsync("role-keeper", "gateway.roles.update", "gateway.roles.create", "gateway.users.grant", "gateway.roles.read");
        await CreateAsync("merger", "dealer.partners.merge");
        await CreateAsync("boss-like", "gateway.parked.replay");
        var (hq, gm, sales) = (await HireAsync("hqgm"), await HireAsync("gm"), await HireAsync("sales"));
        await GiveAsync(hq, "role-keeper");
        await GiveAsync(gm, "role-keeper");
        var (keeper, manager) = (gateway.Rest(hq, "en"), gateway.Rest(gm, "en"));
        var seller = await NameAsync(sales);
        Assert.Multiple(async () =>
        {
            Assert.That(await ReasonAsync(await keeper.PostAsJsonAsync("/v1/roles?roleId=mine", Role("gateway.parked.replay"))), Is.EqualTo("403 PERMISSION_DENIED"));
            Assert.That(await ReasonAsync(await keeper.PatchAsJsonAsync("/v1/roles/role-keeper", new { granted = new[] { "gateway.parked.replay" } })), Is.EqualTo("403 PERMISSION_DENIED"));
            Assert.That(await ReasonAsync(await manager.PostAsJsonAsync("/v1/roles?roleId=mine", Role("dealer.partners.read"))), Is.EqualTo("403 PERMISSION_DENIED"), "a centre is not the whole tree");
            Assert.That(await ReasonAsync(await manager.PostAsJsonAsync($"/v1/{seller}:setRoles", new { extraRoles = new[] { "boss-like" } })), Is.EqualTo("403 PERMISSION_DENIED"));
            Assert.That((await manager.PostAsJsonAsync($"/v1/{seller}:setRoles", new { extraRoles = new[] { "merger" } })).StatusCode, Is.EqualTo(HttpStatusCode.OK), "his own people, and what he may himself");
        });
    }

    [Test]
    public async Task What_no_role_can_be_is_told_field_by_field()
    {
        using var made = await admin.PostAsJsonAsync("/v1/roles?roleId=legal", new { displayName = "x", granted = new[] { "dealer.everything", Merge, Merge }, removed = new[] { Merge } });
        using var administrator = await PatchAsync("administrator", new { removed = new[] { Merge } });
        using var renamed = await admin.PatchAsJsonAsync("/v1/roles/legal?updateMask=displayName", new { displayName = "x" });
        using var missing = await PatchAsync("no-such-role", new { granted = new[] { Merge } });
        Assert.Multiple(async () =>
        {
            Assert.That(await FieldsAsync(made), Is.EquivalentTo(new[] { "roleId BUILT_IN", "role.displayNameEn REQUIRED", "role.granted[0] UNKNOWN_PERMISSION", "role.granted[2] DUPLICATE", "role.removed[0] UNKNOWN_PERMISSION" }));
            Assert.That(await FieldsAsync(administrator), Is.EqualTo(new[] { "role.name IMMUTABLE" }));
            Assert.That(await FieldsAsync(renamed), Is.EqualTo(new[] { "updateMask IMMUTABLE" }));
            Assert.That(await ReasonAsync(missing), Is.EqualTo("404 NOT_FOUND"));
        });
    }

    [Test]
    public async Task A_role_changed_twice_at_once_is_changed_by_the_first()
    {
        using var first = await PatchAsync("legal", new { granted = new[] { Merge } });
        var etag = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("etag").GetString();
        await PatchAsync("legal", new { granted = Array.Empty<string>(), etag });
        using var late = await PatchAsync("legal", new { granted = Array.Empty<string>(), etag });
        Assert.That(await ReasonAsync(late), Is.EqualTo("409 ETAG_MISMATCH"));
    }

    [Test]
    public async Task A_disabled_user_is_out_at_once_and_comes_back()
    {
        var sales = await HireAsync("sales");
        var name = await NameAsync(sales);
        Assert.That((await admin.PostAsJsonAsync($"/v1/{name}:disable", new { reason = "lost telephone" })).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var refused = await gateway.SignInAsync("sales", Password);
        Assert.Multiple(async () =>
        {
            Assert.That((await gateway.Rest(sales).GetAsync("/v1/me")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await ReasonAsync(refused), Is.EqualTo("401 WRONG_CREDENTIALS"));
        });
        await admin.PostAsJsonAsync($"/v1/{name}:enable", new { });
        await gateway.TokenAsync("sales", Password);
    }

    [Test]
    public async Task The_last_administrator_stays_and_when_all_others_leave_the_first_is_let_in_again()
    {
        var me = await NameAsync(await gateway.AdminTokenAsync());
        var boss = gateway.Rest(await HireAsync("boss"), "en");
        Assert.That(await ReasonAsync(await admin.PostAsJsonAsync($"/v1/{me}:disable", new { })), Is.EqualTo("400 OWN_USER"));
        Assert.That((await boss.PostAsJsonAsync($"/v1/{me}:disable", new { })).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await gateway.SignInAsync("admin", gateway.AdminPassword)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        await gateway.HearAsync(Somebody.Changed("boss", 2, ["administrator"], active: false, scopePath: "/hq/"));
        await gateway.AdminTokenAsync();
    }

    [Test]
    public void Each_permission_and_each_role_has_a_name()
    {
        Assert.Multiple(() =>
        {
            Assert.That(PermissionCatalog.All.Keys.Where(permission => PermissionCatalog.Title(permission) is null), Is.Empty);
            Assert.That(RoleTitles.All.Keys, Is.EquivalentTo(Roles.Permissions.Keys));
        });
    }

    [Test]
    public void A_token_says_of_every_permission_what_the_roles_say()
    {
        var changed = new RoleDefinitions(
        [
            new RoleRow { Id = "centre-general-manager", Removed = "dealer.partners.merge,training.courses.create,contract.agreements.sign" },
            new RoleRow { Id = "own", Granted = "training.courses.create,gateway.roles.read" },
        ]);
        foreach (var roles in new string[][] { ["centre-general-manager"], ["centre-general-manager", "own"], ["own"], ["centre-general-manager", "trainer"], ["centre-general-manager", "sales-manager", "own"] })
        {
            var grants = changed.GrantsOf(roles)!;
            foreach (var permission in PermissionCatalog.All.Keys)
                Assert.That(Roles.IsGranted(grants, permission), Is.EqualTo(roles.Any(role => changed.Allows(role, permission))), $"{string.Join('+', roles)} {permission}");
        }
        Assert.That(changed.GrantsOf(["trainer"]), Is.Null);
    }

    private static object Role(params string[] granted) => new { displayName = "角色", displayNameEn = "Role", granted };

    private static async Task<string> ReasonAsync(HttpResponseMessage answer) =>
        $"{(int)answer.StatusCode} {(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString()}";

    private static async Task<IEnumerable<string>> FieldsAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("violations").EnumerateArray().Select(fault => $"{fault.GetProperty("field").GetString()} {fault.GetProperty("reason").GetString()}");

    private Task<HttpResponseMessage> PatchAsync(string role, object body) => admin.PatchAsJsonAsync($"/v1/roles/{role}", body);

    private async Task CreateAsync(string id, params string[] granted)
    {
        using var made = await admin.PostAsJsonAsync($"/v1/roles?roleId={id}", Role(granted));
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.OK), await made.Content.ReadAsStringAsync());
    }

    private async Task<string> HireAsync(string login)
    {
        await gateway.HireAsync(await gateway.AdminTokenAsync(), login, login, Password);
        return await gateway.TokenAsync(login, Password);
    }

    private async Task<string> NameAsync(string token) => (await gateway.Rest(token).GetFromJsonAsync<JsonElement>("/v1/me")).GetProperty("name").GetString()!;

    private async Task GiveAsync(string token, string role)
    {
        using var given = await admin.PostAsJsonAsync($"/v1/{await NameAsync(token)}:setRoles", new { extraRoles = new[] { role } });
        Assert.That(given.StatusCode, Is.EqualTo(HttpStatusCode.OK), await given.Content.ReadAsStringAsync());
    }
}
