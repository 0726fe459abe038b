using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.NUnit;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Qudao.Platform.Tests.Shops;

namespace Qudao.Platform.Tests;

public class RestTests
{
    private ShopHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await ShopHost.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _host.Http.SendAsync(request);
    }

    private Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    private Task<HttpResponseMessage> PostAsync(string path, string json, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, json, headers);

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    /// <summary>The problem in the answer, after checking what every problem must have.</summary>
    private static async Task<JsonNode> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(status), text);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        var problem = JsonNode.Parse(text)!;
        Assert.That((int)problem["status"]!, Is.EqualTo((int)status));
        Assert.That((string?)problem["type"], Is.EqualTo("urn:qudao:error:" + problem["reason"]));
        foreach (var member in new[] { "title", "detail", "code", "traceId" }) Assert.That((string?)problem[member], Is.Not.Empty, member);
        return problem;
    }

    private static async Task<string[]> FaultsAsync(HttpResponseMessage response)
    {
        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest);
        return [.. problem["violations"]!.AsArray().Select(v => $"{v!["field"]} {v["reason"]}")];
    }

    [Test]
    public async Task A_reply_is_lower_camel_json_with_defaults_and_long_numbers_as_text()
    {
        var response = await GetAsync("/v1/shops/01k");
        var shop = await JsonAsync(response);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
        Assert.That((string?)shop["name"], Is.EqualTo("shops/01k"));
        Assert.That((string?)shop["turnover"], Is.EqualTo("9007199254740993"));
        Assert.That((string?)shop["state"], Is.EqualTo("SHOP_STATE_UNSPECIFIED"));
        Assert.That(shop["contacts"]!.AsArray(), Is.Empty);
        Assert.That((string?)shop["cityCode"], Is.Empty);
        Assert.That(shop["createTime"], Is.Null);
    }

    [Test]
    public async Task The_same_port_serves_grpc()
    {
        using var channel = GrpcChannel.ForAddress(_host.Address);
        var client = new ShopService.ShopServiceClient(channel);
        Assert.That((await client.GetShopAsync(new GetShopRequest { Name = "shops/a" })).Etag, Is.EqualTo("v3"));
        var failure = Assert.ThrowsAsync<RpcException>(async () => await client.GetShopAsync(new GetShopRequest { Name = "a" }))!;
        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(failure.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field, Is.EqualTo("name"));
    }

    [Test]
    public async Task All_faults_of_shape_come_at_once_with_json_paths()
    {
        var faults = await FaultsAsync(await PostAsync("/v1/shops", """
            {"displayName": 5, "cityCode": "3201", "cityCode": "3202", "contacts": [{"name": "王"}, {"phne": "1"}, 7, null],
             "state": "OPEN", "createTime": "yesterday", "turnover": "many", "nothing": {"deep": [1, 2]}, "remark": null}
            """));
        Assert.That(faults, Is.EquivalentTo(new[]
        {
            "shop.displayName WRONG_TYPE", "shop.cityCode DUPLICATE", "shop.contacts[1].phne UNKNOWN_FIELD", "shop.contacts[2] WRONG_TYPE",
            "shop.contacts[3] WRONG_TYPE", "shop.state WRONG_TYPE", "shop.createTime WRONG_TYPE", "shop.turnover WRONG_TYPE", "shop.nothing UNKNOWN_FIELD",
            "shop.contacts TOO_MANY",
        }));
    }

    [Test]
    public async Task Faults_of_shape_and_of_content_come_together_and_what_was_told_is_not_told_twice() => Assert.That(
        await FaultsAsync(await SendAsync(HttpMethod.Patch, "/v1/shops/A?updateMask=*&nothing=1", """
            {"displayName": {"a": "}"}, "cityCode": "x", "contacts": [{"name": 5, "phone": "call me"}, 7], "state": 99, "no_thing": [{"a": 1}]}
            """, ("If-Match", "W/\"v3\""))),
        Is.EquivalentTo(new[]
        {
            "nothing UNKNOWN_FIELD", "shop.displayName WRONG_TYPE", "shop.contacts[0].name WRONG_TYPE", "shop.contacts[1] WRONG_TYPE", "shop.state WRONG_TYPE",
            "shop.no_thing UNKNOWN_FIELD", "If-Match BAD_FORMAT", "shop.name BAD_FORMAT", "shop.cityCode BAD_FORMAT", "shop.contacts[0].phone BAD_FORMAT",
        }));

    [Test]
    public async Task All_faults_of_content_come_at_once_with_json_paths_in_the_callers_language()
    {
        const string Json = """{"cityCode": "x", "contacts": [{"phone": "call me"}]}""";
        var zh = await ProblemAsync(await PostAsync("/v1/shops", Json), HttpStatusCode.BadRequest);
        var en = await ProblemAsync(await PostAsync("/v1/shops", Json, ("Accept-Language", "en-GB,en;q=0.9")), HttpStatusCode.BadRequest);
        Assert.That(zh["violations"]!.AsArray().Select(v => (string?)v!["field"]), Is.EquivalentTo(new[]
        {
            "shop.displayName", "shop.cityCode", "shop.contacts[0].name", "shop.contacts[0].phone",
        }));
        Assert.That((string?)zh["violations"]![0]!["message"], Is.EqualTo("必填"));
        Assert.That((string?)en["violations"]![0]!["message"], Is.EqualTo("is required"));
        Assert.That((string?)zh["code"], Is.EqualTo("INVALID_ARGUMENT"));
    }

    [TestCase("{", "body BAD_JSON")]
    [TestCase("", null)]
    [TestCase("nonsense", "body BAD_JSON")]
    [TestCase("{} {}", "body BAD_JSON")]
    [TestCase("{\"text\": \"a\",}", "body BAD_JSON")]
    [TestCase("[]", "body WRONG_TYPE")]
    [TestCase("null", "body WRONG_TYPE")]
    [TestCase("{\"text\": \"\\ud800\"}", "text WRONG_TYPE")]
    [TestCase("{\"\\ud800\": 1}", "? UNKNOWN_FIELD")]
    [TestCase("{\"text\": \"\\u0000\"}", "text BAD_CHARACTERS")]
    [TestCase("{\"small\": 2147483648}", "small WRONG_TYPE")]
    [TestCase("{\"small\": 1.5}", "small WRONG_TYPE")]
    [TestCase("{\"usmall\": -1}", "usmall WRONG_TYPE")]
    [TestCase("{\"large\": 9223372036854775808}", "large WRONG_TYPE")]
    [TestCase("{\"large\": \"9223372036854775807\"}", null)]
    [TestCase("{\"ularge\": \"-1\"}", "ularge WRONG_TYPE")]
    [TestCase("{\"single\": 1e39}", "single WRONG_TYPE")]
    [TestCase("{\"real\": 1e999}", "real WRONG_TYPE")]
    [TestCase("{\"real\": \"NaN\"}", "real WRONG_TYPE")]
    [TestCase("{\"data\": \"_-\"}", "data WRONG_TYPE")]
    [TestCase("{\"data\": \"A\\/8=\"}", null)]
    [TestCase("{\"state\": 1}", null)]
    [TestCase("{\"state\": 7}", "state WRONG_TYPE")]
    [TestCase("{\"states\": [\"SHOP_STATE_OPEN\", \"x\"]}", "states[1] WRONG_TYPE")]
    [TestCase("{\"time\": \"2026-02-29T00:00:00Z\"}", "time WRONG_TYPE")]
    [TestCase("{\"time\": \"2026-02-28T00:00:00.123456789+08:00\"}", null)]
    [TestCase("{\"span\": \"1m\"}", "span WRONG_TYPE")]
    [TestCase("{\"span\": \"-1s\"}", null)]
    [TestCase("{\"span\": \"-0.5s\"}", "span WRONG_TYPE")]
    [TestCase("{\"span\": \"999999999999s\"}", "span WRONG_TYPE")]
    [TestCase("{\"mask\": \"a b\"}", "mask WRONG_TYPE")]
    [TestCase("{\"left\": \"a\", \"right\": 1}", "right DUPLICATE")]
    [TestCase("{\"left\": \"a\", \"right\": null}", null)]
    [TestCase("{\"counts\": {\"a\": 1, \"a\": 2}}", "counts[a] DUPLICATE")]
    [TestCase("{\"counts\": {\"a\": \"x\"}}", "counts[a] WRONG_TYPE")]
    [TestCase("{\"people\": {\"x\": {\"name\": \"a\"}}}", "people[x] WRONG_TYPE")]
    [TestCase("{\"people\": {\"7\": {\"name\": \"a\"}}}", null)]
    [TestCase("{\"object\": {\"free\": [1, {\"a\": null}]}, \"anything\": null}", null)]
    [TestCase("{\"anything\": \"\\ud83d\"}", "anything BAD_CHARACTERS")]
    [TestCase("{\"object\": {\"free\": [1, {\"\\ud83d\": {}}]}}", "object BAD_CHARACTERS")]
    [TestCase("{\"maybeSmall\": null, \"maybeText\": null, \"inner\": null, \"texts\": null, \"flag\": null}", null)]
    [TestCase("{\"text\": \"a\", \"flag\": null}", null)]
    [TestCase("{\"flag\": null , \"text\": \"a\", \"small\":null,\"large\":null}", null)]
    [TestCase("{\"maybeSmall\": 1.5}", "maybeSmall WRONG_TYPE")]
    [TestCase("{\"may_be\": 1}", "may_be UNKNOWN_FIELD")]
    [TestCase("{\"maybe_text\": \"a\", \"maybeText\": \"b\"}", "maybeText DUPLICATE")]
    [TestCase("\ufeff{\"text\": \"a\"}", null)]
    public async Task Json_is_taken_or_refused(string json, string? fault)
    {
        var response = await PostAsync("/v1/kinds:check", json);
        if (fault is null) Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        else Assert.That(await FaultsAsync(response), Is.EqualTo(new[] { fault }));
    }

    [Test]
    public async Task What_is_taken_arrives()
    {
        const string Json = """{"flag":true,"small":-1,"large":"5","text":"文","inner":null,"counts":{"a":1},"texts":["x","y"],"span":"1.5s","maybeSmall":0,"right":3}""";
        await PostAsync("/v1/kinds:check", Json);
        Assert.That(_host.Keeper.Seen, Is.EqualTo(new Kinds
        {
            Flag = true,
            Small = -1,
            Large = 5,
            Text = "文",
            Counts = { ["a"] = 1 },
            Texts = { "x", "y" },
            Span = new Duration { Seconds = 1, Nanos = 500_000_000 },
            MaybeSmall = 0,
            Right = 3,
        }));
    }

    [Test]
    public async Task Depth_has_a_limit()
    {
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"inner\":", depth)) + "{}" + new string('}', depth);
        Assert.That((await PostAsync("/v1/kinds:check", Nested(31))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await FaultsAsync(await PostAsync("/v1/kinds:check", Nested(32))), Is.EqualTo(new[] { "body TOO_DEEP" }));
        Assert.That(await FaultsAsync(await PostAsync("/v1/kinds:check", Nested(20_000))), Is.EqualTo(new[] { "body TOO_DEEP" }));
    }

    [Test]
    public async Task Broken_utf8_is_refused()
    {
        using var content = new ByteArrayContent([.. "{\"text\":\""u8, 0xd6, 0xd0, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Assert.That(await FaultsAsync(await _host.Http.PostAsync("/v1/kinds:check", content)), Is.EqualTo(new[] { "body BAD_ENCODING" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_body_has_a_largest_size(bool told)
    {
        async Task<HttpResponseMessage> Post(int size)
        {
            using var content = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes("{}" + new string(' ', size - 2))));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (!told) content.Headers.ContentLength = null;
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/kinds:check") { Content = content };
            request.Headers.TransferEncodingChunked = told ? null : true;
            return await _host.Http.SendAsync(request);
        }

        Assert.That((await Post(Rest.MaxJson)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await ProblemAsync(await Post(Rest.MaxJson + 1), HttpStatusCode.RequestEntityTooLarge);
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/json; charset=gb18030")]
    [TestCase("application/json; charset=nonsense")]
    [TestCase("nonsense")]
    public async Task A_wrong_content_type_is_415(string type)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        await ProblemAsync(await _host.Http.PostAsync("/v1/kinds:check", content), HttpStatusCode.UnsupportedMediaType);
    }

    [Test]
    public async Task A_charset_nobody_knows_does_not_upset_a_get()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/shops/a") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=nonsense");
        await ProblemAsync(await _host.Http.SendAsync(request), HttpStatusCode.UnsupportedMediaType);
    }

    [Test]
    public async Task A_request_without_content_is_an_empty_one()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/shops/a:sign");
        Assert.That((await _host.Http.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(_host.Keeper.Seen, Is.EqualTo(new SignShopRequest { Name = "shops/a" }));
    }

    [Test]
    public async Task Content_where_none_belongs_is_refused() =>
        Assert.That(await FaultsAsync(await SendAsync(HttpMethod.Get, "/v1/shops/a", "{}")), Is.EqualTo(new[] { "body UNKNOWN_FIELD" }));

    [Test]
    public async Task Query_parameters_fill_fields()
    {
        var response = await GetAsync("/v1/cities/3201/shops?pageSize=5&states=SHOP_STATE_OPEN&states=SHOP_STATE_CLOSED&since=2026-01-01T00:00:00Z&window.fromDate=2026-01-01&window.to_date=2026-01-31");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        Assert.That(_host.Keeper.Seen, Is.EqualTo(new ListShopsRequest
        {
            Parent = "cities/3201",
            PageSize = 5,
            States = { ShopState.Open, ShopState.Closed },
            Since = new Timestamp { Seconds = 1767225600 },
            Window = new Window { FromDate = "2026-01-01", ToDate = "2026-01-31" },
        }));
    }

    [Test]
    public async Task All_faults_of_the_query_come_at_once() => Assert.That(
        await FaultsAsync(await GetAsync("/v1/cities/3201/shops?pageSize=x&page_size=1&states=OPEN&since=now&nothing=1&parent=a&window=1&window.x=2&states.y=1")),
        Is.EquivalentTo(new[]
        {
            "pageSize WRONG_TYPE", "page_size DUPLICATE", "states WRONG_TYPE", "since WRONG_TYPE", "nothing UNKNOWN_FIELD", "parent UNKNOWN_FIELD",
            "window UNKNOWN_FIELD", "window.x UNKNOWN_FIELD", "states.y UNKNOWN_FIELD",
        }));

    [Test]
    public async Task A_query_beside_a_whole_body_is_refused() =>
        Assert.That(await FaultsAsync(await PostAsync("/v1/kinds:check?text=a", "{\"small\": true}")), Is.EqualTo(new[] { "text UNKNOWN_FIELD", "small WRONG_TYPE" }));

    [Test]
    public async Task Every_kind_can_come_by_query()
    {
        var response = await GetAsync("/v1/kinds?flag=true&small=-1&large=2&usmall=3&ularge=4&single=1.5&real=-2e3&text=%E4%B8%AD&data=AAE%3D&time=2026-01-01T00:00:00Z"
            + "&span=90s&mask=displayName&maybeSmall=0&maybeLarge=7&maybeText=x&right=1&texts=a&texts=b&numbers=1&inner.inner.small=9");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        var seen = (Kinds)_host.Keeper.Seen!;
        Assert.That(seen.Inner.Inner.Small, Is.EqualTo(9));
        Assert.That(seen.Mask.Paths, Is.EqualTo(new[] { "display_name" }));
        Assert.That(seen.Data, Is.EqualTo(ByteString.CopyFrom(0, 1)));
        Assert.That((seen.Text, seen.MaybeSmall, seen.Right), Is.EqualTo(("中", (int?)0, 1)));
    }

    [TestCase("flag=yes")]
    [TestCase("small=")]
    [TestCase("large=1.5")]
    [TestCase("usmall=-1")]
    [TestCase("single=NaN")]
    [TestCase("data=!")]
    [TestCase("counts=1")]
    [TestCase("object=1")]
    [TestCase("anything=1")]
    [TestCase("many.text=a")]
    [TestCase("text=a&text=b")]
    [TestCase("text=%00")]
    [TestCase("chosen=11")]
    [TestCase("=1")]
    [TestCase("a.b.c.d=1")]
    public async Task Bad_queries_are_refused(string query) =>
        Assert.That(await FaultsAsync(await GetAsync("/v1/kinds?" + query)), Has.Length.EqualTo(1));

    [Test]
    public async Task A_patch_takes_its_mask_by_query_in_json_names()
    {
        var response = await SendAsync(HttpMethod.Patch, "/v1/shops/a?updateMask=displayName,city_code", """{"displayName": "店"}""");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        var seen = (UpdateShopRequest)_host.Keeper.Seen!;
        Assert.That(seen.UpdateMask.Paths, Is.EqualTo(new[] { "display_name", "city_code" }));
        Assert.That(seen.Shop, Is.EqualTo(new Shops.Shop { Name = "shops/a", DisplayName = "店" }));
        Assert.That(await FaultsAsync(await SendAsync(HttpMethod.Patch, "/v1/shops/a?updateMask=nothing", """{"displayName": "店"}""")),
            Is.EqualTo(new[] { "updateMask UNKNOWN_FIELD" }));
    }

    [TestCase("InvalidArgument", 400)]
    [TestCase("FailedPrecondition", 400)]
    [TestCase("OutOfRange", 400)]
    [TestCase("Unauthenticated", 401)]
    [TestCase("PermissionDenied", 403)]
    [TestCase("NotFound", 404)]
    [TestCase("AlreadyExists", 409)]
    [TestCase("Aborted", 409)]
    [TestCase("ResourceExhausted", 429)]
    [TestCase("Cancelled", 499)]
    [TestCase("Internal", 500)]
    [TestCase("DataLoss", 500)]
    [TestCase("Unknown", 500)]
    [TestCase("Unimplemented", 501)]
    [TestCase("Unavailable", 503)]
    [TestCase("DeadlineExceeded", 504)]
    public async Task A_refusal_is_a_problem_under_its_codes_status(string code, int status)
    {
        var problem = await ProblemAsync(await PostAsync("/v1/shops/a:sign", $$"""{"reason": "{{code}}"}"""), (HttpStatusCode)status);
        Assert.That((string?)problem["reason"], Is.EqualTo("SOME_REASON"));
        Assert.That((string?)problem["detail"], Is.EqualTo("不行。"));
        Assert.That((string?)problem["code"], Is.EqualTo(JsonNamingPolicy.SnakeCaseUpper.ConvertName(code)));
        Assert.That(problem["violations"], Is.Null);
    }

    [Test]
    public async Task An_unexpected_exception_tells_a_trace_id_and_nothing_else()
    {
        var response = await PostAsync("/v1/shops/a:sign", """{"reason": "throw"}""");
        var problem = await ProblemAsync(response, HttpStatusCode.InternalServerError);
        Assert.That((string?)problem["reason"], Is.EqualTo("INTERNAL"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Contain("secret").And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_services_own_violations_get_json_paths() => Assert.That(
        await FaultsAsync(await PostAsync("/v1/shops/a:sign", """{"reason": "rule"}""")),
        Is.EqualTo(new[] { "shop.contacts[0].phoneNumber BAD_FORMAT", "requestId INVALID" }));

    [Test]
    public async Task Unknown_addresses_and_methods_are_problems()
    {
        await ProblemAsync(await GetAsync("/nothing"), HttpStatusCode.NotFound);
        await ProblemAsync(await GetAsync("/v1/shops/a/b/c"), HttpStatusCode.NotFound);
        var response = await SendAsync(HttpMethod.Put, "/v1/shops/a", "{}");
        await ProblemAsync(response, HttpStatusCode.MethodNotAllowed);
        Assert.That(response.Content.Headers.Allow, Does.Contain("GET").And.Contain("PATCH"));
        Assert.That((int)(await PostAsync("/qudao.shop.v1.ShopService/GetShop", "{}")).StatusCode, Is.InRange(400, 499));
    }

    [Test]
    public async Task Without_a_token_only_anonymous_rpcs_are_looked_at()
    {
        var response = await SendAsync(HttpMethod.Delete, "/v1/shops/a?nonsense=1");
        await ProblemAsync(response, HttpStatusCode.Unauthorized);
        Assert.That(response.Headers.WwwAuthenticate.ToString(), Is.EqualTo("Bearer"));
        await ProblemAsync(await SendAsync(HttpMethod.Delete, "/v1/shops/a", null, ("Authorization", "Basic eDp5")), HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task An_etag_travels_as_a_header()
    {
        var response = await GetAsync("/v1/shops/a");
        Assert.That(response.Headers.ETag, Is.EqualTo(new EntityTagHeaderValue("\"v3\"")));
        foreach (var known in new[] { "\"v3\"", "W/\"v3\"", "\"v1\", \"v3\"", "*" })
        {
            var unchanged = await GetAsync("/v1/shops/a", ("If-None-Match", known));
            Assert.That(unchanged.StatusCode, Is.EqualTo(HttpStatusCode.NotModified), known);
            Assert.That(unchanged.Headers.ETag?.Tag, Is.EqualTo("\"v3\""));
            Assert.That(await unchanged.Content.ReadAsStringAsync(), Is.Empty);
        }
        Assert.That((await GetAsync("/v1/shops/a", ("If-None-Match", "\"v2\""))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await GetAsync("/v1/shops/a", ("If-None-Match", "nonsense"))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task If_match_fills_the_etag_of_the_request_or_of_its_resource()
    {
        await PostAsync("/v1/shops/a:sign", "{}", ("If-Match", "\"v3\""));
        Assert.That(((SignShopRequest)_host.Keeper.Seen!).Etag, Is.EqualTo("v3"));
        await SendAsync(HttpMethod.Patch, "/v1/shops/a", """{"displayName": "店"}""", ("If-Match", "\"v4\""));
        Assert.That(((UpdateShopRequest)_host.Keeper.Seen!).Shop.Etag, Is.EqualTo("v4"));
        await PostAsync("/v1/shops/a:sign", """{"etag": "v5"}""", ("If-Match", "\"v5\""));
        Assert.That(((SignShopRequest)_host.Keeper.Seen!).Etag, Is.EqualTo("v5"));
        await PostAsync("/v1/shops/a:sign", "{}", ("If-Match", "*"));
        Assert.That(((SignShopRequest)_host.Keeper.Seen!).Etag, Is.Empty);
    }

    [TestCase("/v1/shops/a:sign", "{\"etag\": \"v5\"}", "\"v6\"")]
    [TestCase("/v1/shops/a:sign", "{}", "v6")]
    [TestCase("/v1/shops/a:sign", "{}", "\"v5\", \"v6\"")]
    [TestCase("/v1/shops/a:sign", "{}", "W/\"v6\"")]
    [TestCase("/v1/kinds:check", "{}", "\"v6\"")]
    public async Task An_if_match_that_cannot_hold_is_refused(string path, string json, string tag) =>
        Assert.That((await FaultsAsync(await PostAsync(path, json, ("If-Match", tag)))).Single(), Does.StartWith("If-Match "));

    [Test]
    public async Task An_idempotency_key_fills_an_empty_request_id()
    {
        await PostAsync("/v1/shops", """{"displayName": "店"}""", ("Idempotency-Key", "k1"));
        Assert.That(((CreateShopRequest)_host.Keeper.Seen!).RequestId, Is.EqualTo("k1"));
        await PostAsync("/v1/shops?requestId=own", """{"displayName": "店"}""", ("Idempotency-Key", "k1"));
        Assert.That(((CreateShopRequest)_host.Keeper.Seen!).RequestId, Is.EqualTo("own"));
        Assert.That(await FaultsAsync(await PostAsync("/v1/shops", """{"displayName": "店"}""", ("Idempotency-Key", new string('k', 201)))),
            Is.EqualTo(new[] { "requestId TOO_LONG" }));
    }

    [Test]
    public async Task A_stream_is_one_json_per_line()
    {
        var response = await GetAsync("/v1/shops:watch?pageSize=2");
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo(Rest.Lines));
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines.Select(line => (string?)JsonNode.Parse(line)!["name"]), Is.EqualTo(new[] { "shops/0", "shops/1" }));
        var none = await GetAsync("/v1/shops:watch");
        Assert.That((none.StatusCode, await none.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.OK, "")));
        Assert.That(none.Content.Headers.ContentType?.MediaType, Is.EqualTo(Rest.Lines));
    }

    [Test]
    public async Task A_stream_that_fails_says_so_in_its_last_line()
    {
        var text = await (await GetAsync("/v1/shops:watch?pageSize=9")).Content.ReadAsStringAsync();
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(4), text);
        Assert.That((string?)JsonNode.Parse(lines[^1])!["error"]!["reason"], Is.EqualTo("CLOSED"));
        await ProblemAsync(await GetAsync("/v1/shops:watch?pageSize=-1"), HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task A_file_comes_up_as_it_is()
    {
        var bytes = Enumerable.Range(0, 200_000).Select(i => (byte)i).ToArray();
        using var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", "text/csv; charset=gb18030");
        var reply = await JsonAsync(await _host.Http.PostAsync("/v1/shops:import?fileName=%E5%BA%97.csv", content));
        Assert.That((string?)reply["size"], Is.EqualTo("200000"));
        Assert.That((string?)reply["contentType"], Is.EqualTo("text/csv; charset=gb18030"));
        var seen = (ImportShopsRequest)_host.Keeper.Seen!;
        Assert.That((seen.FileName, seen.File.Data), Is.EqualTo(("店.csv", ByteString.CopyFrom(bytes))));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_file_has_a_largest_size(bool told)
    {
        using var content = new StreamContent(new MemoryStream(new byte[Rest.MaxFile + 1]));
        if (!told) content.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/shops:import") { Content = content };
        request.Headers.TransferEncodingChunked = told ? null : true;
        await ProblemAsync(await _host.Http.SendAsync(request), HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task A_file_goes_down_in_pieces_with_its_name()
    {
        var response = await GetAsync("/v1/shops:export?pieces=3");
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("piece 0;piece 1;piece 2;"));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/csv"));
        Assert.That(response.Content.Headers.ContentDisposition?.FileNameStar, Is.EqualTo("店.csv"));
        var photo = await GetAsync("/v1/shops/a/photos/b");
        Assert.That(await photo.Content.ReadAsByteArrayAsync(), Is.EqualTo(new byte[] { 0x89, 0x50, 0x0a }));
        Assert.That(photo.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/png"));
        Assert.That(photo.Content.Headers.ContentDisposition?.DispositionType, Is.EqualTo("inline"));
    }

    [Test]
    public async Task A_file_that_fails_is_a_problem_before_its_first_byte_and_breaks_off_after_it()
    {
        var response = await GetAsync("/v1/shops:export?pieces=3&failAfter=1");
        await ProblemAsync(response, HttpStatusCode.NotFound);
        Assert.That(response.Content.Headers.ContentDisposition, Is.Null);
        Assert.That(async () => await GetAsync("/v1/shops:export?pieces=3&failAfter=2"), Throws.InstanceOf<HttpRequestException>());
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public Property Any_json_is_taken_or_its_faults_are_named() => Prop.ForAll(Json().ToArbitrary(), json =>
        IsTakenOrNamed(PostAsync("/v1/kinds:check", json)));

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property Any_bytes_are_taken_or_their_faults_are_named() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        using var content = new ByteArrayContent([.. "{\"text\":"u8, .. bytes]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return IsTakenOrNamed(_host.Http.PostAsync("/v1/kinds:check", content));
    });

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public Property Any_query_is_taken_or_its_faults_are_named() => Prop.ForAll(Query().ToArbitrary(), query =>
        IsTakenOrNamed(GetAsync("/v1/kinds?" + query)));

    [TestCase("maybeText=%7B")]
    [TestCase("mask=SHOP_STATE_OPEN")]
    [TestCase("ularge=5")]
    [TestCase("maybeText=%7B&mask=SHOP_STATE_OPEN&ularge=5")]
    public void A_query_once_found_by_chance_stays_right(string query) => Assert.That(IsTakenOrNamed(GetAsync("/v1/kinds?" + query)));

    private static bool IsTakenOrNamed(Task<HttpResponseMessage> call)
    {
        var response = call.GetAwaiter().GetResult();
        if (response.StatusCode == HttpStatusCode.OK) return true;
        var violations = JsonAsync(response).GetAwaiter().GetResult()["violations"]?.AsArray();
        return response.StatusCode == HttpStatusCode.BadRequest && violations?.Count > 0;
    }

    private static readonly string[] Names = [.. Kinds.Descriptor.Fields.InDeclarationOrder().Select(f => f.JsonName), "nothing", "", "maybe_text"];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-1", "7", "1.5", "1e400", "99999999999999999999", "\"\"", "\"a\"", "\"5\"", "\"\\ud83d\"", "\"\\u0000\"", "\"SHOP_STATE_OPEN\"",
        "\"2026-01-01T00:00:00Z\"", "\"1s\"", "\"AAE=\"", "\"NaN\"", "\"a.b,c\"", "{", "]",
    ];

    // JSON of the right names with values right and wrong, nested, now and then cut off.
    private static Gen<string> Json() =>
        from json in Object(3)
        from cut in Gen.Frequency((9, Gen.Constant(0)), (1, Gen.Choose(1, 5)))
        select json[..Math.Max(0, json.Length - cut)];

    private static Gen<string> Object(int depth) =>
        from names in Gen.Elements(Names).ListOf(4)
        from values in Value(depth).ListOf(names.Count)
        select "{" + string.Join(",", names.Zip(values, (n, v) => $"\"{n}\":{v}")) + "}";

    private static Gen<string> Value(int depth) => depth == 0
        ? Gen.Elements(Scalars)
        : Gen.Frequency(
            (4, Gen.Elements(Scalars)),
            (2, Object(depth - 1)),
            (1, Value(depth - 1).ListOf(2).Select(items => $"[{string.Join(",", items)}]")));

    private static Gen<string> Query() =>
        from names in Gen.Elements(Names).ListOf(3)
        from values in Gen.Elements(Scalars).ListOf(3)
        select string.Join("&", names.Zip(values, (n, v) => $"{n}={Uri.EscapeDataString(v.Trim('"'))}"));
}
