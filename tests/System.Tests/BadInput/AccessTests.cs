using System.Text.Json.Nodes;
using Grpc.Core;
using Qudao.Protocol;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// Who may call what: without sign-in nothing, without the permission nothing, and from another centre what is here answers
/// exactly like what is nowhere, by every rpc and over both wires.
/// </summary>
public class AccessTests
{
    private const int PeopleOfEach = 3;

    /// <summary>The same for everybody, wherever he stands.</summary>
    private static readonly string[] Shared = ["courses", "obligationRules"];

    /// <summary>What is a partner's, or one's own: a colleague of the same centre does not see it either.</summary>
    private static readonly string[] Assigned = ["partners", "agents", "surveys", "visits", "contacts", "clientRecords", "agreements", "agreements/*/attachments", "trainingRequests", "tickets", "dailySales", "dealer/operations"];

    private static IEnumerable<Rpc> Every() => Rpc.All;

    private static IEnumerable<Rpc> EveryWithPermission() => Rpc.All.Where(rpc => rpc.Permission.Contains('.'));

    [TestCaseSource(nameof(Every))]
    public async Task Without_sign_in_nothing_answers_but_sign_in(Rpc rpc)
    {
        if (rpc.IsAnonymous)
            return;
        var request = new GoodRequests(Loaded.Network.Names).Of(rpc);
        foreach (var token in rpc.Few(2, [null, "", "nonsense", "eyJhbGciOiJub25lIn0.e30.", new string('x', 4000)]))
            foreach (var reply in await BothAsync(rpc, request, token))
                AssertCode(reply, StatusCode.Unauthenticated, 401);
        Answers.AssertNothingChanged();
    }

    [Test]
    public async Task What_must_answer_without_sign_in_does()
    {
        foreach (var path in new[] { "/livez", "/readyz", "/openapi.json", "/docs", "/.well-known/jwks.json" })
            Assert.That((await Loaded.Wire.RestAsync(new RestCall("GET", path), null)).Status, Is.EqualTo(200), path);
        Assert.That((await Loaded.Wire.GrpcAsync("/grpc.health.v1.Health/Check", new Grpc.Health.V1.HealthCheckRequest(), null)).Code, Is.EqualTo(StatusCode.OK));
        foreach (var path in new[] { "/v1/nothing", "/nothing", "/v1" })
            Assert.That((await Loaded.Wire.RestAsync(new RestCall("GET", path), null)).Status, Is.EqualTo(401), path);
    }

    [TestCaseSource(nameof(EveryWithPermission))]
    public async Task Without_the_permission_what_is_there_answers_like_what_is_not(Rpc rpc)
    {
        var real = new GoodRequests(Loaded.Network.Names).Of(rpc);
        var spoilt = (JsonObject)real.DeepClone();
        foreach (var field in spoilt.Select(field => field.Key).ToList())
            if (rpc.PlaceOf(field) == Place.Body && !rpc.TakesFile && !rpc.IsInPath(field))
                spoilt[field] = 5;
        // Who has a permission is decided in one place.
        foreach (var who in rpc.Few(PeopleOfEach, [.. Loaded.Network.People.Where(who => !Roles.Allows([who.Split('.')[1]], rpc.Permission))]))
        {
            var token = Loaded.Network.Token(who);
            var (here, nowhere) = (await BothAsync(rpc, real, token), await BothAsync(rpc, Fake(rpc, _ => true), token));
            Assert.That(nowhere.Select(reply => Told(reply, new Dictionary<string, string>())), Is.EqualTo(here.Select(reply => Told(reply, new Dictionary<string, string>()))), who);
            foreach (var there in here)
                AssertCode(there, StatusCode.PermissionDenied, 403);
            if (rpc.HasRest)
                AssertCode(await Loaded.Wire.RestAsync(rpc.Rest(spoilt, real), token), StatusCode.PermissionDenied, 403);
        }
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(Every))]
    public async Task Another_centres_things_answer_like_what_is_nowhere(Rpc rpc)
    {
        foreach (var who in Loaded.Network.People.Where(who => who.StartsWith("zj.", StringComparison.Ordinal) && Roles.Allows([who.Split('.')[1]], rpc.Permission)))
            await AssertSameAsync(rpc, who, _ => true);
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(Every))]
    public async Task A_colleagues_things_answer_like_what_is_nowhere(Rpc rpc)
    {
        await AssertSameAsync(rpc, Network.Colleague, Assigned.Contains);
        Answers.AssertNothingChanged();
    }

    /// <summary>Whatever a person of another centre can read without naming anything holds nothing of this one.</summary>
    [TestCaseSource(nameof(Every))]
    public async Task Lists_sums_and_files_hold_nothing_of_another_centre(Rpc rpc)
    {
        var request = new GoodRequests(Loaded.Network.Names).Of(rpc);
        if (!(rpc.IsRead || rpc.Method.Name.StartsWith("Export", StringComparison.Ordinal)) || request.Any(field => field.Value?.ToJsonString().Contains('/') == true))
            return;
        var secrets = Loaded.Network.Names.Where(name => !Shared.Contains(name.Key) && name.Key != "organisations").Select(name => name.Value.Split('/')[^1]).Where(id => id != "js")
            .Append("organisations/js").Append("/hq/js/").Append("南京").Append("江苏").ToList();
        foreach (var who in Loaded.Network.People.Where(who => who.StartsWith("zj.", StringComparison.Ordinal) && Roles.Allows([who.Split('.')[1]], rpc.Permission)))
            foreach (var reply in await BothAsync(rpc, request, Loaded.Network.Token(who)))
            {
                // These are of no centre: only who sees the whole tree may look at them.
                Assert.That(reply.Code, Is.EqualTo(rpc.Method.Name is "ListParkedMessages" or "GetProjectionLag" or "ListProjectionComparisons" ? StatusCode.PermissionDenied : StatusCode.OK), reply.Raw);
                foreach (var secret in secrets)
                    Assert.That(Readable(reply), Does.Not.Contain(secret), who);
            }
        // Exports are entered in the audit trail, and in the export log.
        Assert.That(Loaded.Databases.Changes().Where(table => !table.Contains(".audit:", StringComparison.Ordinal) && !table.Contains(".personal_exports:", StringComparison.Ordinal)), Is.Empty);
    }

    private static async Task AssertSameAsync(Rpc rpc, string who, Func<string, bool> hidden)
    {
        var (real, fake) = (new GoodRequests(Loaded.Network.Names).Of(rpc), Fake(rpc, hidden));
        // What long work does not find, it tells of item by item.
        if (rpc.BeginsWork || JsonNode.DeepEquals(real, fake))
            return;
        var (here, nowhere) = (await BothAsync(rpc, real, Loaded.Network.Token(who)), await BothAsync(rpc, fake, Loaded.Network.Token(who)));
        Assert.That(here.Select(reply => Told(reply, Loaded.Network.Names)), Is.EqualTo(nowhere.Select(reply => Told(reply, Nowhere(_ => true)))), who);
        foreach (var reply in here.Where(reply => reply.Code != StatusCode.OK))
            Answers.AssertRefused(reply, reply.Status == 200 ? Transport.Grpc : Transport.Rest);
    }

    /// <summary>The rpc's request with names that nothing has, of the same collections.</summary>
    private static JsonObject Fake(Rpc rpc, Func<string, bool> hidden) => new GoodRequests(Nowhere(hidden)).Of(rpc);

    private static Dictionary<string, string> Nowhere(Func<string, bool> hidden) => Loaded.Network.Names.ToDictionary(name => name.Key, name =>
        !hidden(name.Key) || Shared.Contains(name.Key) ? name.Value : name.Key switch
        {
            "organisations" => "organisations/xx",
            "slaPolicies" => "slaPolicies/xx-complaint-major",
            "escalationChains" => "escalationChains/xx-complaint",
            "contractNumbers" => "contractNumbers/01k0000000000000000000000z-000000001",
            "agents" => "partners/01k0000000000000000000000y",
            "networkPolicies" => "networkPolicies/xx",
            "trainers" or "generalManagers" => GoodRequests.Nothing("staff"),
            "colleagues" => "staff/01k0000000000000000000000y",
            var collection => GoodRequests.Nothing(collection),
        });

    private static async Task<Reply[]> BothAsync(Rpc rpc, JsonObject request, string? token) =>
    [
        .. rpc.HasRest ? [await Loaded.Wire.RestAsync(rpc.Rest(request), token)] : Array.Empty<Reply>(),
        await Loaded.Wire.GrpcAsync(rpc.GrpcPath, rpc.Message(request), token),
    ];

    private static void AssertCode(Reply reply, StatusCode code, int http)
    {
        Answers.AssertRefused(reply, reply.Status == 200 ? Transport.Grpc : Transport.Rest);
        Assert.That((reply.Code, reply.Status is 200 ? http : reply.Status), Is.EqualTo((code, http)), reply.Raw);
    }

    /// <summary>All that the caller is told, without what is told apart anyway: the names he asked for, and the id of the request.</summary>
    private static string Told(Reply reply, IReadOnlyDictionary<string, string> names)
    {
        var told = global::System.Text.RegularExpressions.Regex.Replace(Readable(reply), "\"traceId\": *\"[0-9a-f]+\"", "");
        foreach (var name in names.Values.Distinct().OrderByDescending(name => name.Length))
            told = told.Replace(name, "{}", StringComparison.Ordinal);
        return $"{reply.Status} {reply.Code} {told}";
    }

    /// <summary>The answer as text: details of a gRPC status read, spreadsheets unpacked.</summary>
    private static string Readable(Reply reply)
    {
        if (reply.Violations.Count > 0 || reply.Code != StatusCode.OK)
            return $"{reply.Reason} {reply.Message} {string.Join(';', reply.Violations)} {(reply.Status == 200 ? "" : reply.Raw)}";
        return reply.Raw;
    }
}
