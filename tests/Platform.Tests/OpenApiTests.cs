using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;

namespace Qudao.Platform.Tests;

public class OpenApiTests
{
    private static readonly IReadOnlyList<FileDescriptor> ShopFiles = Protoset.Read(typeof(OpenApiTests).Assembly.GetManifestResourceStream("shop.protoset")!);

    private static readonly JsonObject Shop = OpenApi.Build(OpenApi.Services(ShopFiles, "qudao.shop.v1"));

    private static readonly JsonObject All = OpenApi.Build(OpenApi.Services(Protoset.Contracts));

    private static IEnumerable<TestCaseData> Documents() => [new TestCaseData(Shop).SetArgDisplayNames("shop"), new TestCaseData(All).SetArgDisplayNames("contracts")];

    private static JsonObject Schema(string name) => Shop["components"]!["schemas"]![name]!.AsObject();

    private static JsonObject Operation(string path, string verb) => Shop["paths"]![path]![verb]!.AsObject();

    private static string[] Parameters(JsonObject operation) =>
        [.. operation["parameters"]!.AsArray().Select(p => p!["$ref"] is { } reference ? $"{reference}".Split('/')[^1] : $"{p["in"]} {p["name"]}")];

    [TestCaseSource(nameof(Documents))]
    public void The_document_is_valid_openapi(JsonObject document)
    {
        var result = OpenApiDocument.Parse(document.ToJsonString());
        Assert.That(result.Diagnostic!.Errors.Select(e => $"{e.Pointer} {e.Message}"), Is.Empty);
        Assert.That(result.Diagnostic.Warnings.Select(e => $"{e.Pointer} {e.Message}"), Is.Empty);
        Assert.That(result.Diagnostic.SpecificationVersion, Is.EqualTo(OpenApiSpecVersion.OpenApi3_1));
        Assert.That(result.Document!.Paths, Is.Not.Empty);
    }

    [TestCaseSource(nameof(Documents))]
    public void Every_reference_leads_somewhere_and_every_id_is_unique(JsonObject document)
    {
        foreach (var reference in Values(document, "$ref"))
        {
            JsonNode? target = document;
            foreach (var step in reference.Split('/').Skip(1)) target = target?[step];
            Assert.That(target, Is.Not.Null, reference);
        }
        Assert.That(Values(document, "operationId"), Is.Unique);
    }

    [TestCaseSource(nameof(Documents))]
    public void Everything_is_described(JsonObject document)
    {
        foreach (var (path, verbs) in document["paths"]!.AsObject())
        {
            foreach (var (verb, operation) in verbs!.AsObject())
                Assert.That((string?)operation!["summary"], Is.Not.Empty, $"{verb} {path}");
        }
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            if (!name.StartsWith("google.", StringComparison.Ordinal)) Assert.That((string?)schema!["description"], Is.Not.Empty, name);
        }
    }

    // A new rpc gets its line in services/Platform/Data/rpcs-zh.csv; one that is gone leaves none behind.
    [Test]
    public void Every_rpc_is_described_in_Chinese_first_and_in_English()
    {
        var methods = OpenApi.Services(Protoset.Contracts).SelectMany(service => service.Methods).ToList();
        Assert.That(methods.Where(method => OpenApiTexts.Chinese(method) is null).Select(method => method.FullName), Is.Empty, "rpcs without a line in rpcs-zh.csv");
        Assert.That(OpenApiTexts.Rpcs.Keys.Except(methods.Select(method => $"{method.Service.Name}.{method.Name}")), Is.Empty, "lines of rpcs-zh.csv without an rpc");
        var create = All["paths"]!["/v1/partners"]!["post"]!;
        Assert.That((string?)create["summary"], Is.EqualTo("新建机构 Creates a partner in the stage SURVEYED"));
        Assert.That((string?)create["description"], Does.StartWith("新建机构。\n\nCreates a partner"));
    }

    [Test]
    public void Every_json_request_has_an_example_with_all_that_is_required()
    {
        foreach (var (path, verbs) in All["paths"]!.AsObject())
        {
            foreach (var (verb, operation) in verbs!.AsObject().Where(each => each.Value!["requestBody"]?["content"]?["application/json"] is not null))
            {
                var body = operation!["requestBody"]!["content"]!["application/json"]!;
                var schema = All["components"]!["schemas"]![$"{body["schema"]!["$ref"]}".Split('/')[^1]]!;
                var required = schema["required"]?.AsArray().Select(name => (string)name!) ?? [];
                Assert.That(body["example"]!.AsObject().Select(field => field.Key), Is.SupersetOf(required), $"{verb} {path}");
            }
        }
    }

    [Test]
    public void Every_operation_names_what_it_may_be_refused_with()
    {
        var read = All["paths"]!["/v1/partners/{partner}"]!["get"]!["responses"]!.AsObject();
        var open = Operation("/v1/kinds", "get")["responses"]!.AsObject();
        Assert.Multiple(() =>
        {
            Assert.That(read.Select(each => each.Key), Is.EqualTo(new[] { "200", "304", "400", "401", "403", "404", "429", "default" }));
            Assert.That(Operation("/v1/shops", "post")["responses"]!.AsObject().Select(each => each.Key), Does.Contain("409"));
            Assert.That(open.Select(each => each.Key), Has.None.EqualTo("401").And.None.EqualTo("403"));
        });
    }

    [Test]
    public void The_same_contracts_give_the_same_text() =>
        Assert.That(OpenApi.Build(OpenApi.Services(Protoset.Contracts)).ToJsonString(), Is.EqualTo(All.ToJsonString()));

    [Test]
    public void A_services_document_is_a_part_of_the_whole()
    {
        var dealer = OpenApi.Build(OpenApi.Services(Protoset.Contracts, "qudao.dealer.v1"));
        Assert.That(dealer["paths"]!.AsObject(), Has.Count.GreaterThan(0));
        foreach (var (path, verbs) in dealer["paths"]!.AsObject())
            Assert.That(verbs!.ToJsonString(), Is.EqualTo(All["paths"]![path]!.ToJsonString()), path);
    }

    [Test]
    public void Paths_are_readable() => Assert.That(Shop["paths"]!.AsObject().Select(p => p.Key), Is.EquivalentTo(new[]
    {
        "/v1/shops/{shop}", "/v1/shops", "/v1/cities/{city}/shops", "/v1/shops/{shop}:sign", "/v1/shops/{shop}:stock", "/v1/kinds:check", "/v1/kinds", "/v1/shops:watch", "/v1/shops:import",
        "/v1/shops:export", "/v1/shops/{shop}/photos/{photo}",
    }));

    [Test]
    public void Parameters_come_from_path_query_and_headers()
    {
        Assert.That(Parameters(Operation("/v1/shops/{shop}", "get")), Is.EqualTo(new[] { "path shop", "IfNoneMatch" }));
        Assert.That(Parameters(Operation("/v1/shops/{shop}", "patch")), Is.EqualTo(new[] { "path shop", "query updateMask", "IfMatch" }));
        Assert.That(Parameters(Operation("/v1/shops", "post")), Is.EqualTo(new[] { "query requestId", "IdempotencyKey" }));
        Assert.That(Parameters(Operation("/v1/cities/{city}/shops", "get")), Is.EqualTo(new[]
        {
            "path city", "query pageSize", "query states", "query since", "query window.fromDate", "query window.toDate",
        }));
        Assert.That(Parameters(Operation("/v1/shops/{shop}:sign", "post")), Is.EqualTo(new[] { "path shop", "IdempotencyKey", "IfMatch" }));
    }

    [Test]
    public void Schemas_carry_rules_behaviour_and_comments()
    {
        var shop = Schema("shop.Shop");
        Assert.That((string?)shop["description"], Is.EqualTo("A shop 店铺."));
        Assert.That(shop["required"]!.ToJsonString(), Is.EqualTo("""["displayName"]"""));
        Assert.That(shop["properties"]!["displayName"]!["maxLength"]!.ToJsonString(), Is.EqualTo("50"));
        Assert.That((string?)shop["properties"]!["turnover"]!["format"], Is.EqualTo("int64"));
        Assert.That((string?)shop["properties"]!["turnover"]!["type"], Is.EqualTo("string"));
        Assert.That((bool?)shop["properties"]!["state"]!["readOnly"], Is.True);
        Assert.That((string?)shop["properties"]!["createTime"]!["format"], Is.EqualTo("date-time"));
        Assert.That((string?)Schema("shop.ShopState")["description"], Does.Contain("- `SHOP_STATE_OPEN` Open 营业."));
        Assert.That(Schema("shop.SignShopRequestBody")["properties"]!.AsObject().Select(p => p.Key), Is.EqualTo(new[] { "etag", "requestId", "reason" }));
        Assert.That(Schema("shop.ShopPatch")["required"], Is.Null);
        Assert.That(Schema("shop.Kinds")["allOf"]!.ToJsonString(), Is.EqualTo("""[{"not":{"properties":{"left":{},"right":{}},"required":["left","right"]}}]"""));
        Assert.That(Schema("shop.Kinds")["properties"]!["people"]!["additionalProperties"]!.ToJsonString(), Is.EqualTo("""{"$ref":"#/components/schemas/shop.Contact"}"""));
    }

    [Test]
    public void Files_and_streams_have_their_content_types()
    {
        Assert.That(Operation("/v1/shops:import", "post")["requestBody"]!["content"]!.AsObject().Single().Key, Is.EqualTo("*/*"));
        Assert.That(Operation("/v1/shops:export", "get")["responses"]!["200"]!["content"]!.AsObject().Single().Key, Is.EqualTo("*/*"));
        Assert.That(Operation("/v1/shops:watch", "get")["responses"]!["200"]!["content"]!.AsObject().Single().Key, Is.EqualTo(Rest.Lines));
    }

    [Test]
    public void What_anybody_may_call_asks_for_no_sign_in()
    {
        Assert.That(Operation("/v1/kinds", "get")["security"]!.AsArray(), Is.Empty);
        Assert.That(Operation("/v1/shops/{shop}", "delete")["security"], Is.Null);
        Assert.That((string?)Operation("/v1/shops/{shop}", "delete")["x-permission"], Is.EqualTo("shop.shops.delete"));
    }

    [Test]
    public async Task Every_path_of_the_document_is_served()
    {
        await using var host = await ShopHost.StartAsync();
        foreach (var (path, verbs) in Shop["paths"]!.AsObject())
        {
            foreach (var (verb, _) in verbs!.AsObject())
            {
                var filled = System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", "a");
                using var request = new HttpRequestMessage(HttpMethod.Parse(verb), filled);
                var answer = await (await host.Http.SendAsync(request)).Content.ReadAsStringAsync();
                Assert.That(answer, Does.Not.Contain("ROUTE_NOT_FOUND").And.Not.Contain("METHOD_NOT_ALLOWED"), $"{verb} {path}");
            }
        }
    }

    [Test]
    public async Task The_document_is_served_and_remembered()
    {
        await using var host = await ShopHost.StartAsync();
        var response = await host.Http.GetAsync("/openapi.json");
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
        Assert.That((string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["openapi"], Does.StartWith("3.1"));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi.json");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        Assert.That((int)(await host.Http.SendAsync(again)).StatusCode, Is.EqualTo(304));
    }

    /// <summary>The gateway routes by the first segment after /v1/.</summary>
    [Test]
    public void No_collection_belongs_to_two_services()
    {
        var owners =
            from service in OpenApi.Services(Protoset.Contracts)
            from method in service.Methods
            let rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http)
            where rule is not null
            from binding in rule.AdditionalBindings.Prepend(rule)
            let path = HttpPath.Of(binding)
            select (Segment: path.Segments.ElementAtOrDefault(1), service.File.Package, Start: path.Segments[0]);
        var list = owners.Distinct().ToList();
        Assert.That(list.Select(o => o.Start), Has.All.EqualTo("v1"));
        Assert.That(list.Select(o => o.Segment), Is.Unique.And.None.EqualTo("*"));
    }

    private static IEnumerable<string> Values(JsonNode? node, string name) => node switch
    {
        JsonObject members => members.SelectMany(m => m.Key == name && m.Value is JsonValue value ? [value.ToString()] : Values(m.Value, name)),
        JsonArray items => items.SelectMany(item => Values(item, name)),
        _ => [],
    };
}
