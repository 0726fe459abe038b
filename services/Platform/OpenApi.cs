using System.IO.Hashing;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Qudao.Platform;

/// <summary>The API document: OpenAPI 3.1 of the REST side, made from the contracts and their comments.</summary>
public static class OpenApi
{
    private const string Description =
        "经销商网络管理。同一套接口也以 gRPC 提供。列表用 pageSize 与 pageToken 翻页；写操作可带 Idempotency-Key，重复提交得到同一答复；出错时一律返回 application/problem+json，并列出每个有误的字段。\n\n"
        + "Manages a dealer network. The same rpcs are served over gRPC. Lists page by pageSize and pageToken; writes take an Idempotency-Key, and the same one gets the same answer; every failure is application/problem+json and names each field at fault.";

    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Verbs = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    /// <summary>Serves GET /openapi.json for the services of one package ("qudao.dealer.v1"), or of all; made once, when first asked for.</summary>
    public static void MapApiDocument(this IEndpointRouteBuilder app, string? package = null)
    {
        var document = new Lazy<(byte[] Json, string Etag)>(() =>
        {
            var json = Write(package);
            return (json, $"\"{XxHash64.HashToUInt64(json):x}\"");
        });
        app.MapGet("/openapi.json", (HttpContext http) =>
        {
            var (json, etag) = document.Value;
            http.Response.Headers.ETag = etag;
            return http.Request.Headers.IfNoneMatch == etag
                ? Results.StatusCode(StatusCodes.Status304NotModified)
                : Results.Bytes(json, "application/json; charset=utf-8");
        });
    }

    /// <summary>The document of one package's services, or of all, as GET /openapi.json answers it.</summary>
    public static byte[] Write(string? package = null) => JsonSerializer.SerializeToUtf8Bytes(Build(Services(Protoset.Contracts, package)), Written);

    /// <summary>The rpc services that the files declare, of one package or of all, by name.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services(IReadOnlyList<FileDescriptor> files, string? package = null) =>
        [.. files.Where(file => package is null || file.Package == package).SelectMany(file => file.Services).OrderBy(s => s.FullName, StringComparer.Ordinal)];

    /// <summary>
    /// The document of these services; the same services give the same text. Services must come from <see cref="Protoset"/> to
    /// have comments.
    /// </summary>
    public static JsonObject Build(IReadOnlyList<ServiceDescriptor> services)
    {
        var schemas = new OpenApiSchemas();
        var paths = new SortedDictionary<string, SortedDictionary<int, JsonObject>>(StringComparer.Ordinal);
        var tags = new JsonArray();
        foreach (var service in services)
        {
            var tag = Tag(service);
            var operations = Operations(service, tag, schemas).ToList();
            if (operations.Count > 0) tags.Add(new JsonObject { ["name"] = tag, ["description"] = Protoset.Comment(service.Declaration) });
            foreach (var (path, verb, operation) in operations)
            {
                if (!paths.TryGetValue(path, out var verbs)) paths[path] = verbs = [];
                if (!verbs.TryAdd(Array.IndexOf(Verbs, verb), operation))
                    throw new InvalidOperationException($"{verb} {path} is served twice; once by {operation["operationId"]}.");
            }
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Qudao", ["version"] = "v1", ["description"] = Description },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["clientCredentials"] = new JsonArray() }),
            ["tags"] = tags,
            ["paths"] = new JsonObject(paths.Select(path => KeyValuePair.Create<string, JsonNode?>(
                path.Key, new JsonObject(path.Value.Select(verb => KeyValuePair.Create<string, JsonNode?>(Verbs[verb.Key], verb.Value)))))),
            ["components"] = Components(schemas),
        };
    }

    // Every service has an OperationsService; its package tells them apart.
    private static string Tag(ServiceDescriptor service)
    {
        if (service.Name != "OperationsService") return service.Name;
        var package = service.File.Package.Split('.')[1];
        return char.ToUpperInvariant(package[0]) + package[1..] + service.Name;
    }

    private static IEnumerable<(string Path, string Verb, JsonObject Operation)> Operations(ServiceDescriptor service, string tag, OpenApiSchemas schemas)
    {
        foreach (var method in service.Methods)
        {
            if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule) continue;
            var number = 0;
            foreach (var binding in rule.AdditionalBindings.Prepend(rule))
            {
                var id = $"{tag}_{method.Name}" + (++number == 1 ? "" : $"_{number}");
                var operation = new OpenApiOperation(method, binding, schemas);
                yield return (operation.Path, operation.Verb, operation.Build(id, tag));
            }
        }
    }

    private static JsonObject Components(OpenApiSchemas schemas) => new()
    {
        ["schemas"] = schemas.Build(),
        ["responses"] = OpenApiErrors.Responses(),
        ["parameters"] = new JsonObject
        {
            ["IdempotencyKey"] = Header("Idempotency-Key", "同一个键与内容得到同一答复；等同于 requestId。The same key and content get the same answer; the same as requestId."),
            ["IfMatch"] = Header("If-Match", "读取时的 ETag；已被他人修改则拒绝（409）；等同于 etag。The ETag that was read; refused (409) when somebody has changed it since; the same as etag."),
            ["IfNoneMatch"] = Header("If-None-Match", "已有的 ETag；没有变化则返回 304。The ETag one has; 304 when nothing has changed."),
        },
        ["securitySchemes"] = new JsonObject
        {
            ["bearer"] = new JsonObject
            {
                ["type"] = "http",
                ["scheme"] = "bearer",
                ["description"] = "登录（POST /v1/sessions）得到的 token，或给程序用的密钥 qdk_…（API key）。\n\nThe token of a sign-in (POST /v1/sessions), or an API key, qdk_….",
            },
            ["clientCredentials"] = new JsonObject
            {
                ["type"] = "oauth2",
                ["description"] = "接口客户端用编号与密钥换取一小时有效的 token；scope 是角色，不给则为全部角色。\n\nAn API client gets a token for an hour with its id and secret; a scope is a role, and without one it has all its roles.",
                ["flows"] = new JsonObject
                {
                    ["clientCredentials"] = new JsonObject { ["tokenUrl"] = "/oauth2/token", ["scopes"] = new JsonObject() },
                },
            },
        },
    };

    private static JsonObject Header(string name, string description) => new()
    {
        ["name"] = name,
        ["in"] = "header",
        ["description"] = description,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };
}
