using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>One rpc under one google.api.http rule, as an OpenAPI operation.</summary>
internal sealed class OpenApiOperation
{
    private const int MaxQueryDepth = 3;

    private readonly MethodDescriptor _method;
    private readonly HttpRule _rule;
    private readonly OpenApiSchemas _schemas;
    private readonly HttpPath _path;
    private readonly List<(string Name, string Variable, string Shape)> _pathParameters = [];

    public OpenApiOperation(MethodDescriptor method, HttpRule rule, OpenApiSchemas schemas)
    {
        (_method, _rule, _schemas) = (method, rule, schemas);
        _path = HttpPath.Of(rule);
        Verb = rule.PatternCase == HttpRule.PatternOneofCase.Custom ? rule.Custom.Kind.ToLowerInvariant() : rule.PatternCase.ToString().ToLowerInvariant();
        Path = Template();
    }

    /// <summary>"/v1/partners/{partner}:sign" for "/v1/{name=partners/*}:sign".</summary>
    public string Path { get; }

    public string Verb { get; }

    private MessageDescriptor Input => _method.InputType;

    private MessageDescriptor Output => _method.OutputType;

    public JsonObject Build(string id, string tag)
    {
        var permission = _method.GetOptions()?.GetExtension(OptionsExtensions.Permission) ?? "";
        var operation = new JsonObject
        {
            ["operationId"] = id,
            ["tags"] = new JsonArray(tag),
            ["summary"] = OpenApiTexts.Summary(_method),
            ["description"] = OpenApiTexts.Describe(_method),
            ["x-permission"] = permission,
        };
        if (permission == Calls.Anonymous) operation["security"] = new JsonArray();
        var parameters = new JsonArray([.. PathParameters(), .. QueryParameters(), .. HeaderParameters()]);
        if (parameters.Count > 0) operation["parameters"] = parameters;
        if (_rule.Body.Length > 0) operation["requestBody"] = RequestBody();
        operation["responses"] = new JsonObject([KeyValuePair.Create<string, JsonNode?>("200", Response()), .. Failures(permission == Calls.Anonymous)]);
        return operation;
    }

    // What it may be answered with beside what everything may: 5xx, sizes, media types, which stand under default.
    private IEnumerable<KeyValuePair<string, JsonNode?>> Failures(bool anonymous)
    {
        if (IsConditionalRead) yield return Failure(304);
        yield return Failure(400);
        if (!anonymous)
        {
            yield return Failure(401);
            yield return Failure(403);
        }
        if (_pathParameters.Count > 0) yield return Failure(404);
        if (!IsRead) yield return Failure(409);
        yield return Failure(429);
        yield return KeyValuePair.Create<string, JsonNode?>("default", OpenApiErrors.Default());
    }

    private static KeyValuePair<string, JsonNode?> Failure(int status) => KeyValuePair.Create<string, JsonNode?>($"{status}", OpenApiErrors.Ref(status));

    private bool IsRead => _rule.PatternCase == HttpRule.PatternOneofCase.Get;

    private bool IsConditionalRead => IsRead && HasEtag(Output);

    private string Template()
    {
        var segments = new List<string>();
        for (var i = 0; i < _path.Segments.Count; i++)
        {
            var segment = _path.Segments[i];
            if (segment[0] != '*')
            {
                segments.Add(segment);
                continue;
            }
            var name = ParameterName(i);
            segments.Add($"{{{name}}}");
            var variable = _path.Owner[i] ?? name;
            _pathParameters.Add((name, variable, string.Join('/', _path.Segments.Where((_, j) => _path.Owner[j] == variable))));
        }
        return "/" + string.Join('/', segments) + (_path.Verb is null ? "" : ":" + _path.Verb);
    }

    // A whole variable is named as its field; a part of a resource name as one of its collection.
    private string ParameterName(int index)
    {
        var variable = _path.Owner[index];
        if (variable is not null && _path.Owner.Count(owner => owner == variable) == 1) return Problems.JsonPath(variable.Split('.')[^1]);
        var collection = index > 0 ? _path.Segments[index - 1] : "name";
        var one = collection switch
        {
            _ when collection.EndsWith("ies", StringComparison.Ordinal) => collection[..^3] + "y",
            _ when collection.EndsWith("sses", StringComparison.Ordinal) => collection[..^2],
            _ when collection.EndsWith('s') && !collection.EndsWith("ss", StringComparison.Ordinal) => collection[..^1],
            _ => collection + "Id",
        };
        return _pathParameters.Exists(p => p.Name == one) ? $"{one}{index}" : one;
    }

    private IEnumerable<JsonNode> PathParameters()
    {
        foreach (var (name, variable, shape) in _pathParameters)
        {
            var field = FieldAt(variable);
            var comment = field is null ? "" : OpenApiTexts.Describe(field);
            yield return new JsonObject
            {
                ["name"] = name,
                ["in"] = "path",
                ["required"] = true,
                ["description"] = shape is "*" ? comment : $"{comment} ({Problems.JsonPath(variable)} = {shape})",
                ["schema"] = new JsonObject { ["type"] = "string" },
            };
        }
    }

    private FieldDescriptor? FieldAt(string path)
    {
        FieldDescriptor? field = null;
        foreach (var step in path.Split('.')) field = (field is null ? Input : field.MessageType).FindFieldByName(step);
        return field;
    }

    private IEnumerable<JsonNode> QueryParameters() => _rule.Body == "*" ? [] : QueryParameters(Input, "", "", 0);

    private IEnumerable<JsonNode> QueryParameters(MessageDescriptor type, string protoPrefix, string jsonPrefix, int depth)
    {
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            var path = protoPrefix + field.Name;
            if (_path.Variables.Contains(path) || path == _rule.Body || field.IsMap) continue;
            var shape = new FieldShape(field, 0);
            if (shape.Kind is JsonKind.Object or JsonKind.Array or JsonKind.Value || (shape.Kind == JsonKind.Message && field.IsRepeated)) continue;
            if (shape.Kind == JsonKind.Message)
            {
                if (depth == MaxQueryDepth) continue;
                foreach (var inner in QueryParameters(field.MessageType, path + ".", $"{jsonPrefix}{field.JsonName}.", depth + 1)) yield return inner;
                continue;
            }
            yield return QueryParameter(field, jsonPrefix + field.JsonName);
        }
    }

    private JsonObject QueryParameter(FieldDescriptor field, string name)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = "query", ["description"] = OpenApiTexts.Describe(field) };
        if (OpenApiSchemas.IsRequired(field)) parameter["required"] = true;
        parameter["schema"] = _schemas.Of(field);
        if (OpenApiExamples.Of(field) is { } example) parameter["example"] = example;
        return parameter;
    }

    private IEnumerable<JsonNode> HeaderParameters()
    {
        var body = _rule.Body is "" or "*" ? null : Input.FindFieldByName(_rule.Body);
        if (Input.FindFieldByName("request_id") is not null) yield return Parameter("IdempotencyKey");
        // A condition is about something that exists, which the path names.
        if (!IsRead && _pathParameters.Count > 0 && (HasEtag(Input) || (body is { FieldType: FieldType.Message, IsRepeated: false } && HasEtag(body.MessageType)))) yield return Parameter("IfMatch");
        if (IsConditionalRead) yield return Parameter("IfNoneMatch");
    }

    private JsonObject RequestBody()
    {
        var field = _rule.Body == "*" ? null : Input.FindFieldByName(_rule.Body);
        if (field is { FieldType: FieldType.Message, IsRepeated: false } && IsFile(field.MessageType))
            return new JsonObject { ["required"] = true, ["description"] = OpenApiTexts.Describe(field), ["content"] = File() };
        var schema = field is null ? _schemas.Body(Input, _path.Variables)
            : field is { FieldType: FieldType.Message, IsRepeated: false } && Input.FindFieldByName("update_mask") is not null ? _schemas.Patch(field.MessageType)
            : _schemas.Of(field);
        var content = Json(schema);
        if (Example(field) is { } example) content["application/json"]!["example"] = example;
        return new JsonObject { ["required"] = true, ["content"] = content };
    }

    private JsonNode? Example(FieldDescriptor? field) =>
        field is null ? OpenApiExamples.Of(Input, _path.Variables)
        : field is { FieldType: FieldType.Message, IsRepeated: false } ? OpenApiExamples.Of(field.MessageType, [])
        : OpenApiExamples.Of(field);

    private JsonObject Response()
    {
        var response = new JsonObject { ["description"] = _method.IsServerStreaming && !IsFile(Output) ? "每行一个 JSON。One JSON object per line." : "成功。Done." };
        if (!_method.IsServerStreaming && HasEtag(Output))
            response["headers"] = new JsonObject { ["ETag"] = new JsonObject { ["description"] = "版本。The version.", ["schema"] = new JsonObject { ["type"] = "string" } } };
        response["content"] = IsFile(Output) ? File()
            : _method.IsServerStreaming ? new JsonObject { [Rest.Lines] = new JsonObject { ["schema"] = _schemas.Of(Output) } }
            : Json(_schemas.Of(Output));
        return response;
    }

    private static bool IsFile(MessageDescriptor type) => type.FullName == HttpBody.Descriptor.FullName;

    private static bool HasEtag(MessageDescriptor type) => type.FindFieldByName("etag") is { FieldType: FieldType.String };

    private static JsonObject Parameter(string name) => new() { ["$ref"] = $"#/components/parameters/{name}" };

    private static JsonObject Json(JsonNode schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static JsonObject File() => new()
    {
        ["*/*"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "binary" } },
    };
}
