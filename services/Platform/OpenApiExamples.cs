using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>Values that show what a field holds: what its comment quotes, what its rules ask for, or what such fields hold everywhere.</summary>
internal static partial class OpenApiExamples
{
    private const string Id = "01k9z3m4n5p6q7r8s9t0v1w2x3";
    private const int Deepest = 4;

    /// <summary>A field's value, as JSON writes it; null where nothing says what one looks like.</summary>
    public static JsonNode? Of(FieldDescriptor field)
    {
        var one = field.IsMap ? null : One(field);
        return one is null || !field.IsRepeated ? one : new JsonArray(one);
    }

    /// <summary>A request's content: what must be there, and what has an example; without what only the house sets, and what the path says.</summary>
    public static JsonObject Of(MessageDescriptor type, IReadOnlyCollection<string> without) => Of(type, without, 0);

    private static JsonObject Of(MessageDescriptor type, IReadOnlyCollection<string> without, int depth)
    {
        var example = new JsonObject();
        foreach (var field in type.Fields.InDeclarationOrder().Where(field => IsWritten(field) && !without.Contains(field.Name)))
        {
            var required = OpenApiSchemas.IsRequired(field);
            var value = field.IsMap ? null
                : IsMessage(field) ? (required || depth == 0) && depth < Deepest ? Of(field.MessageType, [], depth + 1) : null
                : One(field) ?? (required && field.FieldType == FieldType.String ? "…" : null);
            if (value is JsonObject { Count: 0 } && !required) value = null;
            if (value is not null) example[field.JsonName] = field.IsRepeated ? new JsonArray(value) : value;
        }
        return example;
    }

    // Of a choice the first; what is read back only, and what only matters to a change, is left out.
    private static bool IsWritten(FieldDescriptor field) =>
        (field.RealContainingOneof is not { } choice || choice.Fields[0] == field)
        && !(OpenApiSchemas.Behaviours(field).Any(each => each is FieldBehavior.OutputOnly or FieldBehavior.Identifier) && !OpenApiSchemas.IsRequired(field))
        && field.Name is not ("etag" or "page_token" or "update_mask");

    private static bool IsMessage(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && !field.MessageType.File.Name.StartsWith("google/", StringComparison.Ordinal);

    private static JsonNode? One(FieldDescriptor field)
    {
        var rules = OpenApiSchemas.RulesOf(field);
        switch (field.FieldType)
        {
            case FieldType.String:
                return Text(field, rules);
            case FieldType.Enum:
                return field.EnumType.Values.FirstOrDefault(value => value.Number != 0)?.Name;
            case FieldType.Bool:
                return true;
            case FieldType.Int32 or FieldType.SInt32 or FieldType.UInt32:
                return Whole(field, rules);
            case FieldType.Int64 or FieldType.SInt64 or FieldType.UInt64:
                return Whole(field, rules).ToString(CultureInfo.InvariantCulture);
            case FieldType.Message:
                return field.MessageType.FullName switch
                {
                    "google.protobuf.Timestamp" => "2026-11-20T08:30:00Z",
                    "google.protobuf.Duration" => "3600s",
                    _ => null,
                };
            default:
                return null;
        }
    }

    private static int Whole(FieldDescriptor field, FieldRules rules)
    {
        var value = long.TryParse(OpenApiTexts.Example(field), CultureInfo.InvariantCulture, out var shared) ? shared : 3;
        if (rules.HasMin) value = Math.Max(value, rules.Min);
        if (rules.HasMax) value = Math.Min(value, rules.Max);
        return (int)value;
    }

    private static string? Text(FieldDescriptor field, FieldRules rules)
    {
        var comment = Protoset.Comment(field.Declaration);
        return rules.Format switch
        {
            "date" => "2026-11-20",
            "month" => "2026-11",
            "city" => "3201",
            "province" => "32",
            var name when name.StartsWith("name:", StringComparison.Ordinal) => $"{name[5..]}/{Id}",
            _ when ResourceName().Match(comment) is { Success: true } named => named.Groups[1].Value.Replace("01k…", Id, StringComparison.Ordinal).Replace("…", Id, StringComparison.Ordinal),
            _ when Quoted().Match(comment) is { Success: true } quoted => quoted.Groups[1].Value,
            _ => OpenApiTexts.Example(field),
        } is { } text && (rules.MaxLength == 0 || text.Length <= rules.MaxLength) ? text : null;
    }

    /// <summary>"partners/01k…/contacts/01k…", "staff/…".</summary>
    [GeneratedRegex("\"([A-Za-z]+(?:/[A-Za-z]+)*/(?:01k)?…(?:/[A-Za-z]+/(?:01k)?…)*)\"")]
    private static partial Regex ResourceName();

    [GeneratedRegex("(?:for example|such as) \"([^\"…]+)\"")]
    private static partial Regex Quoted();
}
