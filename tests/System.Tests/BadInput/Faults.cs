using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Enum = System.Enum;

namespace Qudao.System.Tests.BadInput;

/// <summary>One thing wrong with one field of a request.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Field">Which field, by its JSON path: what the answer is to name.</param>
/// <param name="At">The parts of the request that it takes; two faults do not go into one part.</param>
/// <param name="Apply">Spoils a good request.</param>
/// <param name="Patch">What JSON cannot say, done to the message.</param>
public sealed record Fault(string Kind, string Field, IReadOnlyList<string> At, Action<JsonObject> Apply, Action<IMessage>? Patch = null)
{
    public bool Meets(Fault other) => At.Any(mine => other.At.Any(theirs => Within(mine, theirs) || Within(theirs, mine)));

    public override string ToString() => $"{Field}: {Kind}";

    private static bool Within(string inner, string outer) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
}

/// <summary>Everything that can be wrong with single fields of an rpc's request.</summary>
public sealed class Faults(GoodRequests good, Rpc rpc, Transport transport)
{
    private readonly List<Fault> found = [];
    private readonly JsonObject request = good.Of(rpc);

    public IReadOnlyList<Fault> All()
    {
        Message(rpc.Method.InputType, request, []);
        found.AddRange(DomainFaults.Of(rpc));
        return found;
    }

    private bool IsRest => transport == Transport.Rest;

    private void Message(MessageDescriptor type, JsonObject? at, IReadOnlyList<object> steps)
    {
        if (at is null || type.FullName.StartsWith("google.", StringComparison.Ordinal))
            return;
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            object[] here = [.. steps, field.JsonName];
            Field(field, new Spot(here), at[field.JsonName]);
            if (field.FieldType != FieldType.Message)
                continue;
            if (field.IsRepeated && at[field.JsonName] is JsonArray { Count: > 0 } items)
                Message(field.MessageType, items[0] as JsonObject, [.. here, 0]);
            else if (!field.IsRepeated)
                Message(field.MessageType, at[field.JsonName] as JsonObject, here);
        }
        var nowhere = new Spot([.. steps, "nothing"]);
        if (IsRest && (steps.Count > 0 ? rpc.PlaceOf(new Spot([.. steps]).Json) == Place.Body : !rpc.TakesFile))
            Set(nowhere, "no such field", JsonValue.Create("x"));
    }

    private void Field(FieldDescriptor field, Spot spot, JsonNode? value)
    {
        var place = rpc.PlaceOf(spot.Json);
        if (IsRest && rpc.TakesFile && place == Place.Body)
            return;
        var rules = GoodRequests.RulesOf(field);
        if (rules.Required && value is not null && !(IsRest && (place == Place.Path || rpc.IsInPath(spot.Json))))
        {
            Add(spot, "missing", root => spot.Remove(root));
            if (IsRest && place == Place.Body)
                Set(spot, "null", RawJson.Raw("null"));
        }
        if (field.IsRepeated)
            Repeated(field, spot, place, (value as JsonArray)?.FirstOrDefault() ?? good.Value(field));
        else
            Single(field, spot, spot, place, value is not null);
    }

    private void Repeated(FieldDescriptor field, Spot spot, Place place, JsonNode item)
    {
        if (IsRest && place != Place.Body)
            return;
        var max = GoodRequests.RulesOf(field).MaxItems is > 0 and var most ? (int)most : 1000;
        Set(spot, "too many items", new JsonArray([.. Enumerable.Range(0, max + 1).Select(_ => item.DeepClone())]));
        Single(field, spot.Item(1), spot, place, present: true, bad => new JsonArray(item.DeepClone(), bad));
        if (!IsRest)
            return;
        Set(spot, "an object for a list", new JsonObject());
        Set(spot, "text for a list", JsonValue.Create("x"));
    }

    /// <param name="names">The spot that the answer names.</param>
    /// <param name="sets">The spot that is set: the list of an item.</param>
    private void Single(FieldDescriptor field, Spot names, Spot sets, Place place, bool present, Func<JsonNode?, JsonNode>? inList = null)
    {
        void Bad(string kind, JsonNode? value) => Add(kind, names.Json, sets, root => sets.Set(root, inList is null ? value?.DeepClone() : inList(value?.DeepClone())));
        switch (field.FieldType)
        {
            case FieldType.String:
                foreach (var (kind, text) in Texts(field, place))
                    Bad(kind, JsonValue.Create(text));
                break;
            case FieldType.Enum:
                if (IsRest || field.IsRepeated is false)
                    Bad("an unknown number", JsonValue.Create(99));
                break;
            case FieldType.Message or FieldType.Group:
                Messages(field, names, sets);
                break;
            case FieldType.Bool or FieldType.Bytes:
                break;
            default:
                Numbers(field, Bad);
                break;
        }
        if (IsRest && place != Place.Path)
            WrongTypes(field, place, Bad);
        if (IsRest && place != Place.Path && inList is null && present)
            Add(names, "twice", root => names.Repeat(root));
    }

    private static IEnumerable<(string Kind, string Text)> Texts(FieldDescriptor field, Place place)
    {
        var rules = GoodRequests.RulesOf(field);
        var max = rules.MaxLength == 0 ? 200 : (int)rules.MaxLength;
        var nothing = rules.Format.StartsWith("name:", StringComparison.Ordinal) ? GoodRequests.Nothing(rules.Format["name:".Length..]) : "";
        var collection = nothing.Length == 0 ? "" : nothing[..nothing.LastIndexOf('/')];
        if (place == Place.Path)
        {
            // A name in the path stays in its collection, or it is no address of the rpc at all.
            if (collection.Length == 0)
                yield break;
            yield return ("too long", $"{collection}/{new string('a', max)}");
            foreach (var id in new[] { "ÄÖ", "A", "a b", "a.b", "a%b", "a+b", "空", "a'--", "a\u0007b", "a;b", "~", "..a" })
                yield return ("a bad name", $"{collection}/{id}");
            yield break;
        }
        yield return ("too long", new string('x', max + 1));
        // A query of that many would be no address any more.
        if (place == Place.Body)
            yield return ("too long in Chinese", new string('字', max + 1));
        yield return ("a control character", "a\u0007b");
        yield return ("a broken character", "a\ufffdb");
        if (rules.Required)
            yield return ("blank", "  ");
        foreach (var text in BadForms(field.Name, rules.Format, collection))
            yield return ("a bad form", text);
    }

    private static string[] BadForms(string name, string format, string collection) => (name, format) switch
    {
        ("page_token", _) => ["nonsense!", "bm9uc2Vuc2U", "WyJhIl0", "bnVsbA", "WzEsMl0", "W251bGwsbnVsbF0"],
        ("etag", _) => ["7", "v", "vx", "v-1", "v 1", "\"v1\"", "v99999999999999999999", "W/v1"],
        (_, "date") => ["2026-02-30", "20261120", "0000-00-00", "9999-99-99", "1899-12-31", "2200-01-01", "明天", "2026-11-20T00:00:00Z", " 2026-11-20"],
        (_, "month") => ["2026-13", "2026-1", "2026", "2026-11-01", "0001-01"],
        (_, "email") => ["wang", "@example.com", "wang@", "wang@example", "a@b@example.com", "wang@-example.com", "wang..li@example.com", "王@example.com", "wang@example.com\r\nBcc: x@example.com", "w ang@example.com"],
        (_, "phone") => ["call me", "12", "+86"],
        (_, "city") => ["9999", "32", "0101", "32x1", "南京", "3299", "320199"],
        (_, "province") => ["99", "3", "xx", "江苏"],
        (_, "") => [],
        _ => [collection, $"{collection}/", $"{collection}/空", $"other/{collection}", $"{collection}/a/b", $"{collection}/A", $"/{collection}/a", $"{collection}/a?b", "../x"],
    };

    private static void Numbers(FieldDescriptor field, Action<string, JsonNode?> bad)
    {
        var rules = GoodRequests.RulesOf(field);
        if (field.Name == "page_size")
            bad("negative", JsonValue.Create(-1));
        // Without presence a zero is a value that nobody set.
        if (rules.HasMin && (field.HasPresence || rules.Required || rules.Min != 1))
            bad("too small", JsonValue.Create(rules.Min - 1));
        if (rules.HasMax)
            bad("too large", JsonValue.Create(rules.Max + 1));
    }

    private void Messages(FieldDescriptor field, Spot names, Spot sets)
    {
        var type = field.MessageType.FullName;
        if (type == FieldMask.Descriptor.FullName)
            Add("an unknown field in the mask", names.Json, sets, root => sets.Set(root, JsonValue.Create(EveryFieldAndNothing())));
        if (type != Timestamp.Descriptor.FullName || IsRest)
            return;
        Add("after the end of time", names.Json, sets, _ => { }, message => names.SetOn(message, new Timestamp { Seconds = 253402300800 }));
        Add("before the beginning of time", names.Json, sets, _ => { }, message => names.SetOn(message, new Timestamp { Seconds = -62135596801 }));
        Add("a nanosecond too many", names.Json, sets, _ => { }, message => names.SetOn(message, new Timestamp { Seconds = 1, Nanos = 1_000_000_000 }));
    }

    /// <summary>A mask that leaves out nothing, so that it hides no other fault.</summary>
    private string EveryFieldAndNothing()
    {
        var resource = rpc.Method.InputType.Fields.InDeclarationOrder().First(field => field.FieldType == FieldType.Message && !field.MessageType.FullName.StartsWith("google.", StringComparison.Ordinal));
        return string.Join(',', resource.MessageType.Fields.InDeclarationOrder().Select(field => field.JsonName).Append("nothing"));
    }

    private static void WrongTypes(FieldDescriptor field, Place place, Action<string, JsonNode?> bad)
    {
        var isText = field.FieldType == FieldType.String;
        var isMessage = field.FieldType == FieldType.Message;
        if (place == Place.Query)
        {
            if (!isText && !(isMessage && field.MessageType.FullName == FieldMask.Descriptor.FullName))
                bad("text of another type", JsonValue.Create("nonsense"));
            return;
        }
        bad("a list", new JsonArray(JsonValue.Create(1)));
        if (field.FieldType != FieldType.Double)
            bad("a fraction", JsonValue.Create(1.5));
        if (!isMessage || field.MessageType.FullName.StartsWith("google.", StringComparison.Ordinal))
            bad("an object", new JsonObject());
        if (isText)
            bad("half a character", RawJson.Raw("\"\\ud800\""));
        if (field.FieldType != FieldType.Bool)
            bad("a truth", JsonValue.Create(true));
        if (!isText)
            bad("text of another type", JsonValue.Create("non sense"));
        if (!isText && !isMessage && field.FieldType is not (FieldType.Bool or FieldType.Enum or FieldType.Bytes))
            bad("a number beyond all", RawJson.Raw(field.FieldType == FieldType.Double ? "1e999" : "1e99"));
    }

    private void Set(Spot spot, string kind, JsonNode? value) => Add(spot, kind, root => spot.Set(root, value?.DeepClone()));

    private void Add(Spot spot, string kind, Action<JsonObject> apply) => Add(kind, spot.Json, spot, apply);

    private void Add(string kind, string field, Spot at, Action<JsonObject> apply, Action<IMessage>? patch = null) => found.Add(new Fault(kind, field, [at.Json], apply, patch));

    /// <summary>A place in a request, by names and positions from its top.</summary>
    private sealed class Spot(IReadOnlyList<object> steps)
    {
        public string Json => string.Concat(steps.Select((step, i) => step is int at ? $"[{at}]" : i == 0 ? $"{step}" : $".{step}"));

        private string Name => (string)steps[^1];

        public Spot Item(int at) => new([.. steps, at]);

        public void Set(JsonObject root, JsonNode? value) => Holder(root)[Name] = value;

        public void Remove(JsonObject root) => Holder(root).Remove(Name);

        public void Repeat(JsonObject root)
        {
            var holder = Holder(root);
            holder[RawJson.Twice(Name)] = holder[Name]?.DeepClone();
        }

        public void SetOn(IMessage message, object value)
        {
            foreach (var step in steps.SkipLast(1))
                message = step is int at ? throw new NotSupportedException($"{Json}: in a list, at {at}") : (IMessage)FieldOf(message, (string)step).Accessor.GetValue(message);
            FieldOf(message, Name).Accessor.SetValue(message, value);
        }

        private static FieldDescriptor FieldOf(IMessage message, string name) => message.Descriptor.Fields.InDeclarationOrder().First(field => field.JsonName == name);

        private JsonObject Holder(JsonObject root)
        {
            JsonNode at = root;
            foreach (var step in steps.SkipLast(1))
                at = (step is int item ? at[item] : at[(string)step])!;
            return (JsonObject)at;
        }
    }
}
