using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>The messages and enums that operations speak of, as JSON Schema; each is described once, when first spoken of.</summary>
internal sealed class OpenApiSchemas
{
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    public OpenApiSchemas()
    {
        var text = new JsonObject { ["type"] = "string" };
        _schemas["ProblemViolation"] = Object(
            "一个有误的字段。One field at fault.",
            ("field", Described(text, "JSON 路径，如 partner.contacts[2].phone；整个内容有误时为 body。Its JSON path, such as partner.contacts[2].phone; body when the whole content is.")),
            ("reason", Described(text, "如 REQUIRED、TOO_LONG、UNKNOWN_FIELD。For programs: REQUIRED, TOO_LONG, UNKNOWN_FIELD.")),
            ("message", Described(text, "给人看的说明。What is wrong, for people, in the caller's language (Accept-Language).")));
        _schemas["Problem"] = Object(
            "RFC 9457。A failure, after RFC 9457.",
            ("type", Described(text, "urn:qudao:error: 加 reason。urn:qudao:error: and the reason.")),
            ("title", Described(text, "类别。The kind of failure.")),
            ("status", new JsonObject { ["type"] = "integer", ["format"] = "int32", ["description"] = "HTTP 状态。The HTTP status." }),
            ("detail", Described(text, "给人看的说明。What is wrong, for people, in the caller's language (Accept-Language).")),
            ("code", Described(text, "gRPC 状态名，如 INVALID_ARGUMENT。The gRPC code's name, such as INVALID_ARGUMENT.")),
            ("reason", Described(text, "供程序判断，不会改变。Stable: what a program may decide by.")),
            ("violations", new JsonObject { ["type"] = "array", ["items"] = Ref("ProblemViolation") }),
            ("metadata", new JsonObject { ["type"] = "object", ["additionalProperties"] = text.DeepClone() }),
            ("traceId", Described(text, "在日志与跟踪中找到这次调用。Finds this call in logs and traces.")));
        _schemas["Problem"]["required"] = new JsonArray("type", "title", "status", "detail", "code", "reason", "traceId");
    }

    public static JsonObject Ref(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    public static bool IsRequired(FieldDescriptor field) =>
        RulesOf(field).Required || Behaviours(field).Contains(FieldBehavior.Required);

    /// <summary>All of them, by name.</summary>
    public JsonObject Build() => new(_schemas.Select(schema => KeyValuePair.Create<string, JsonNode?>(schema.Key, schema.Value)));

    /// <summary>A message: by reference, or in place where proto has its own JSON for it.</summary>
    public JsonObject Of(MessageDescriptor type) => WellKnown(type) ?? Register(Name(type), () => Describe(type, []));

    /// <summary>A request whose fields in the path are not in its body.</summary>
    public JsonObject Body(MessageDescriptor type, IReadOnlyList<string> inPath) =>
        inPath.Count == 0 ? Of(type) : Register(Name(type) + "Body", () => Describe(type, inPath));

    /// <summary>A resource as an update takes it: what the mask leaves out need not be there.</summary>
    public JsonObject Patch(MessageDescriptor type) => Register(Name(type) + "Patch", () =>
    {
        var schema = Describe(type, []);
        schema.Remove("required");
        return schema;
    });

    /// <summary>A field with its rules, as a list or map where it is one.</summary>
    public JsonObject Of(FieldDescriptor field)
    {
        var rules = RulesOf(field);
        if (field.IsMap) return new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(field.MessageType.FindFieldByNumber(2), rules) };
        if (!field.IsRepeated) return Value(field, rules);
        var list = new JsonObject { ["type"] = "array", ["items"] = Value(field, rules) };
        if (rules.MaxItems > 0) list["maxItems"] = rules.MaxItems;
        if (rules.Required) list["minItems"] = 1;
        return list;
    }

    // "qudao.dealer.v1.Partner" is "dealer.Partner": short, and unlike any other service's.
    private static string Name(IDescriptor type)
    {
        var name = type.FullName;
        if (name.StartsWith("qudao.", StringComparison.Ordinal)) name = name["qudao.".Length..];
        return name.Replace(".v1.", ".", StringComparison.Ordinal);
    }

    private JsonObject Register(string name, Func<JsonObject> describe)
    {
        if (_schemas.TryAdd(name, [])) _schemas[name] = describe();
        return Ref(name);
    }

    private JsonObject Describe(MessageDescriptor type, IReadOnlyList<string> without)
    {
        var fields = type.Fields.InDeclarationOrder().Where(field => !without.Contains(field.Name)).ToList();
        var schema = Object(Protoset.Comment(type.Declaration), [.. fields.Select(field => (field.JsonName, Property(field)))]);
        var required = fields.Where(IsRequired).Select(field => (JsonNode)field.JsonName).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        var pairs = type.Oneofs.Where(oneof => !oneof.IsSynthetic).SelectMany(Exclusions).ToArray();
        if (pairs.Length > 0) schema["allOf"] = new JsonArray(pairs);
        return schema;
    }

    // At most one field of a oneof: no two of them together.
    private static IEnumerable<JsonNode> Exclusions(OneofDescriptor oneof) =>
        from first in oneof.Fields
        from second in oneof.Fields
        where first.Index < second.Index
        select new JsonObject
        {
            ["not"] = new JsonObject
            {
                ["properties"] = new JsonObject { [first.JsonName] = new JsonObject(), [second.JsonName] = new JsonObject() },
                ["required"] = new JsonArray(first.JsonName, second.JsonName),
            },
        };

    private JsonObject Property(FieldDescriptor field)
    {
        var schema = Described(Of(field), OpenApiTexts.Describe(field));
        if (OpenApiExamples.Of(field) is { } example) schema["examples"] = new JsonArray(example);
        var behaviours = Behaviours(field);
        if (behaviours.Contains(FieldBehavior.OutputOnly)) schema["readOnly"] = true;
        if (behaviours.Contains(FieldBehavior.InputOnly)) schema["writeOnly"] = true;
        return schema;
    }

    private JsonObject Value(FieldDescriptor field, FieldRules rules)
    {
        switch (field.FieldType)
        {
            case FieldType.Message or FieldType.Group:
                return field.MessageType.File.Name == "google/protobuf/wrappers.proto" ? Value(field.MessageType.FindFieldByNumber(1), rules) : Of(field.MessageType);
            case FieldType.Enum:
                return Register(Name(field.EnumType), () => Describe(field.EnumType));
            case FieldType.String:
                return Text(rules);
            case FieldType.Bytes:
                return new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" };
            case FieldType.Bool:
                return new JsonObject { ["type"] = "boolean" };
            case FieldType.Double or FieldType.Float:
                return Bounded(new JsonObject { ["type"] = "number", ["format"] = field.FieldType == FieldType.Double ? "double" : "float" }, rules);
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                return Bounded(new JsonObject { ["type"] = "integer", ["format"] = "int32" }, rules);
            case FieldType.UInt32 or FieldType.Fixed32:
                return Bounded(new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = uint.MaxValue }, rules);
            case FieldType.UInt64 or FieldType.Fixed64:
                return new JsonObject { ["type"] = "string", ["format"] = "uint64", ["pattern"] = "^[0-9]+$" };
            default:
                return new JsonObject { ["type"] = "string", ["format"] = "int64", ["pattern"] = "^-?[0-9]+$" };
        }
    }

    private static JsonObject Text(FieldRules rules)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (rules.MaxLength > 0) schema["maxLength"] = rules.MaxLength;
        switch (rules.Format)
        {
            case "date":
                schema["format"] = "date";
                break;
            case "month":
                schema["pattern"] = "^[0-9]{4}-(0[1-9]|1[0-2])$";
                break;
            case "city":
                schema["pattern"] = "^[1-8][0-9]{3}$";
                break;
            case "province":
                schema["pattern"] = "^[1-8][0-9]$";
                break;
            case var name when name.StartsWith("name:", StringComparison.Ordinal):
                schema["pattern"] = $"^{name[5..]}/[a-z0-9-]+$";
                break;
        }
        // What is not required may be empty.
        if (!rules.Required && schema["pattern"] is { } pattern) schema["pattern"] = $"^$|{pattern}";
        return schema;
    }

    private static JsonObject Bounded(JsonObject schema, FieldRules rules)
    {
        if (rules.HasMin) schema["minimum"] = rules.Min;
        if (rules.HasMax) schema["maximum"] = rules.Max;
        return schema;
    }

    private static JsonObject Describe(EnumDescriptor type) => new()
    {
        ["type"] = "string",
        ["description"] = Protoset.Comment(type.Declaration) + "\n\n" + string.Join('\n', type.Values.Select(v => $"- `{v.Name}` {Protoset.Comment(v.Declaration)}")),
        ["enum"] = new JsonArray([.. type.Values.Select(v => (JsonNode)v.Name)]),
    };

    /// <summary>What proto3 writes in a form of its own; null for everything else.</summary>
    private static JsonObject? WellKnown(MessageDescriptor type) => type.FullName switch
    {
        "google.protobuf.Timestamp" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        "google.protobuf.Duration" => new JsonObject { ["type"] = "string", ["pattern"] = "^-?[0-9]+(\\.[0-9]{1,9})?s$" },
        "google.protobuf.FieldMask" => new JsonObject { ["type"] = "string", ["description"] = "以逗号分隔的字段名，如 displayName,phone。Names of fields, separated by commas." },
        "google.protobuf.Empty" => new JsonObject { ["type"] = "object" },
        "google.protobuf.Struct" => new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
        "google.protobuf.Any" => new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["@type"] = new JsonObject { ["type"] = "string" } },
            ["additionalProperties"] = true,
        },
        "google.protobuf.ListValue" => new JsonObject { ["type"] = "array", ["items"] = new JsonObject() },
        "google.protobuf.Value" => [],
        _ => null,
    };

    private static JsonObject Object(string description, params (string Name, JsonObject Schema)[] properties) => new()
    {
        ["type"] = "object",
        ["description"] = description,
        ["properties"] = new JsonObject(properties.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Name, p.Schema))),
    };

    private static JsonObject Described(JsonObject schema, string description)
    {
        var copy = (JsonObject)schema.DeepClone();
        if (description.Length > 0) copy["description"] = description;
        return copy;
    }

    public static IReadOnlyList<FieldBehavior> Behaviours(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior) is { } behaviours ? [.. behaviours] : [];

    public static FieldRules RulesOf(FieldDescriptor field) => field.GetOptions()?.GetExtension(OptionsExtensions.Rules) ?? new FieldRules();
}
