using System.Text.Json;
using System.Text.Json.Nodes;
using Qudao.TestKit;

namespace Qudao.Clients.Tests;

/// <summary>The documents that partners read, by the judgement of public programs.</summary>
public sealed class DocumentTests
{
    private static readonly Dictionary<string, string?> Quietly = new() { ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true" };

    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        Needs.ClientPackages();
        _folder = Directory.CreateTempSubdirectory("qudao-documents-").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task The_api_document_is_valid_for_Redocly() => await LintAsync(await FetchAsync("/openapi.json"));

    [Test]
    public async Task The_document_of_events_is_valid_for_the_parser_of_AsyncAPI()
    {
        var file = await FetchAsync("/asyncapi.json");
        var found = await Programs.AnswerAsync(["node", "asyncapi.mjs", file]);
        var document = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Multiple(() =>
        {
            Assert.That(found.GetProperty("messages").GetInt32(), Is.EqualTo(document["components"]!["messages"]!.AsObject().Count));
            Assert.That(found.GetProperty("operations").GetInt32(), Is.EqualTo(document["operations"]!.AsObject().Count));
        });
    }

    // Were the rules not read, the tests above would pass.
    [Test]
    public async Task Bad_documents_are_refused()
    {
        var apiFile = await KeepAsync("bad-api.json", JsonNode.Parse("""
            {
              "openapi": "3.1.1",
              "info": { "title": "Bad", "version": "v1" },
              "paths": { "/v1/shops": { "get": {
                "operationId": "List",
                "parameters": [{ "name": "pageSize", "in": "query", "schema": { "type": "integer" }, "example": "many" }],
                "responses": { "200": { "description": "Done." } } } } }
            }
            """)!);
        var events = JsonNode.Parse(await File.ReadAllTextAsync(await FetchAsync("/asyncapi.json")))!;
        events["operations"]!.AsObject().First().Value!["action"] = "guess";
        var eventsFile = await KeepAsync("bad-events.json", events);

        Assert.That(() => LintAsync(apiFile), Throws.InstanceOf<AssertionException>().With.Message.Contains("no-invalid-parameter-examples").And.Message.Contains("operation-description"));
        Assert.That(() => Programs.RunAsync(["node", "asyncapi.mjs", eventsFile]), Throws.InstanceOf<AssertionException>().With.Message.Contains("action"));
    }

    private static async Task LintAsync(string file) =>
        await Programs.RunAsync(["node", Programs.Package("@redocly", "cli", "bin", "cli.js"), "lint", "--config", "redocly.yaml", "--format", "summary", file], Quietly);

    private async Task<string> FetchAsync(string path)
    {
        var file = Path.Combine(_folder, path[1..]);
        await File.WriteAllBytesAsync(file, await House.Administrator.GetByteArrayAsync(path));
        return file;
    }

    private async Task<string> KeepAsync(string name, JsonNode document)
    {
        var file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return file;
    }
}
