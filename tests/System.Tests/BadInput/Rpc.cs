using System.Text;
using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Qudao.Common.V1;
using Qudao.Gateway.Edge;
using Qudao.Platform;

namespace Qudao.System.Tests.BadInput;

/// <summary>Where REST takes a field from.</summary>
public enum Place
{
    Path,
    Query,
    Body,
}

/// <summary>One rpc of the contracts, and how a request of it goes over either wire.</summary>
public sealed class Rpc
{
    private readonly HttpRule rule;
    private readonly HttpPath? path;

    private Rpc(MethodDescriptor method)
    {
        Method = method;
        rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http) ?? new HttpRule();
        path = rule.PatternCase == HttpRule.PatternOneofCase.None ? null : HttpPath.Of(rule);
    }

    /// <summary>Every rpc of every service and of the gateway.</summary>
    public static IReadOnlyList<Rpc> All { get; } = [.. Backends.Services.SelectMany(service => service.Methods).Select(method => new Rpc(method))];

    public MethodDescriptor Method { get; }

    /// <summary>"/qudao.dealer.v1.PartnerService/GetPartner".</summary>
    public string GrpcPath => $"/{Method.Service.FullName}/{Method.Name}";

    /// <summary>Whether REST has it too; what a client streams, it has not.</summary>
    public bool HasRest => path is not null;

    /// <summary>The wires it answers on.</summary>
    public IReadOnlyList<Transport> Transports => HasRest ? [Transport.Rest, Transport.Grpc] : [Transport.Grpc];

    public string Permission => Calls.Permission(Method);

    public bool IsAnonymous => Permission == Calls.Anonymous;

    public string Verb => rule.PatternCase.ToString().ToUpperInvariant();

    /// <summary>Whether the body is a file and not JSON.</summary>
    public bool TakesFile => rule.Body.Length > 0 && Method.InputType.FindFieldByName(rule.Body)?.MessageType?.FullName == HttpBody.Descriptor.FullName;

    public bool TakesBody => rule.Body.Length > 0;

    /// <summary>The field that the body is; "" when it is the whole request or there is none.</summary>
    public string BodyField => rule.Body is "*" ? "" : Json(rule.Body);

    /// <summary>Whether the rpc only reads, by its name.</summary>
    public bool IsRead => Method.Name.StartsWith("Get", StringComparison.Ordinal) || Method.Name.StartsWith("List", StringComparison.Ordinal);

    /// <summary>Whether it begins long work without being about one thing: its answer is new each time, whatever it was asked about.</summary>
    public bool BeginsWork => Method.OutputType.FullName == Operation.Descriptor.FullName && !PathPatterns.Any();

    /// <summary>A few of them, others for each rpc: what one place of the platform decides need not be tried with all of them everywhere.</summary>
    public IEnumerable<T> Few<T>(int few, IReadOnlyList<T> all)
    {
        var turn = All.Index().First(one => one.Item == this).Index;
        return Enumerable.Range(0, Math.Min(Loaded.Runs(few), all.Count)).Select(i => all[(turn + i) % all.Count]);
    }

    public override string ToString() => $"{Method.Service.FullName["qudao.".Length..].Replace("v1.", "", StringComparison.Ordinal)}/{Method.Name}";

    /// <summary>What the path asks of its variables: "name" → "agreements/*/attachments/*".</summary>
    public IEnumerable<(string Json, string Pattern)> PathPatterns =>
        path is null ? [] : path.Variables.Select(variable => (Json(variable), string.Join('/', path.Segments.Where((_, i) => path.Owner[i] == variable))));

    /// <summary>Where REST takes the field of this JSON path from.</summary>
    public Place PlaceOf(string json) =>
        path is null ? Place.Body
        : path.Variables.Select(Json).Contains(json) ? Place.Path
        : rule.Body == "*" || (rule.Body.Length > 0 && (json + ".").StartsWith(BodyField + ".", StringComparison.Ordinal)) ? Place.Body
        : Place.Query;

    /// <summary>Whether the path has a part of this field: it cannot be missing then.</summary>
    public bool IsInPath(string json) => path is not null && path.Variables.Select(Json).Any(variable => variable.StartsWith(json + ".", StringComparison.Ordinal));

    /// <summary>The request as gRPC sends it.</summary>
    public IMessage Message(JsonObject request) => JsonParser.Default.Parse(RawJson.Write(request), Method.InputType);

    /// <summary>The request as REST sends it: variables in the path, the body, the rest as query.</summary>
    /// <param name="named">Has the variables of the path where the request has lost them with the field they are in.</param>
    public RestCall Rest(JsonObject request, JsonObject? named = null)
    {
        var rest = (JsonObject)request.DeepClone();
        var url = Path(rest, named ?? request);
        byte[]? body = null;
        var type = "application/json";
        if (TakesFile)
        {
            var file = (JsonObject?)Take(rest, BodyField) ?? [];
            (body, type) = (Convert.FromBase64String((string?)file["data"] ?? ""), (string?)file["contentType"]);
        }
        else if (rule.Body == "*")
        {
            body = Encoding.UTF8.GetBytes(RawJson.Write(rest));
            rest.Clear();
        }
        else if (rule.Body.Length > 0)
        {
            body = Encoding.UTF8.GetBytes(RawJson.Write(Take(rest, BodyField)));
        }
        // A list is named once for each of its items.
        var query = string.Join('&', rest.SelectMany(field => (field.Value is JsonArray items ? items.ToArray() : [field.Value]).Select(value => $"{RawJson.Bare(field.Key)}={Uri.EscapeDataString(RawJson.Text(value))}")));
        return new RestCall(Verb, query.Length == 0 ? url : $"{url}?{query}", body, type);
    }

    /// <summary>A field's name in JSON: "partner.displayName" of "partner.display_name".</summary>
    public static string Json(string proto) => Problems.JsonPath(proto);

    private string Path(JsonObject rest, JsonObject named)
    {
        var spare = (JsonObject)named.DeepClone();
        var url = new StringBuilder();
        string? done = null;
        for (var i = 0; i < path!.Segments.Count; i++)
        {
            if (path.Owner[i] is not { } variable)
                url.Append('/').Append(path.Segments[i]);
            else if (variable != done)
                url.Append('/').Append(string.Join('/', RawJson.Text(TakeAt(rest, Json(done = variable)) ?? TakeAt(spare, Json(variable))).Split('/').Select(Uri.EscapeDataString)));
        }
        return path.Verb is null ? url.ToString() : $"{url}:{path.Verb}";
    }

    private static JsonNode? TakeAt(JsonObject root, string json)
    {
        var steps = json.Split('.');
        var at = root;
        foreach (var step in steps[..^1])
            at = at[step] as JsonObject ?? [];
        return Take(at, steps[^1]);
    }

    private static JsonNode? Take(JsonObject at, string name)
    {
        at.Remove(name, out var value);
        return value;
    }
}

/// <summary>JSON that may say what JSON libraries do not write: a member twice, text that is no JSON.</summary>
public static class RawJson
{
    private const char Verbatim = '\u0002';
    private const char Again = '#';

    /// <summary>A value that is written as this text, whatever it is.</summary>
    public static JsonNode Raw(string text) => JsonValue.Create(Verbatim + text);

    /// <summary>A member's name for the second time.</summary>
    public static string Twice(string name) => name + Again;

    public static string Bare(string name) => name.TrimEnd(Again);

    /// <summary>A scalar as a query string or a path has it.</summary>
    public static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text.TrimStart(Verbatim),
        _ => node.ToJsonString(),
    };

    public static string Write(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject members => "{" + string.Join(',', members.Select(m => $"{JsonValue.Create(Bare(m.Key)).ToJsonString()}:{Write(m.Value)}")) + "}",
        JsonArray items => "[" + string.Join(',', items.Select(Write)) + "]",
        JsonValue value when value.TryGetValue<string>(out var text) && text.StartsWith(Verbatim) => text[1..],
        _ => node.ToJsonString(),
    };
}
