using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Primitives;

namespace Qudao.Platform;

/// <summary>
/// Does this JSON have the shape of that message? Protobuf's JSON reader stops at the first fault and overlooks unknown
/// fields; this finds every fault before the reader sees the request.
/// </summary>
internal sealed class JsonShape
{
    /// <summary>Objects and arrays inside one another at most.</summary>
    public const int MaxDepth = 32;

    /// <summary>Where a fault of the whole body is reported.</summary>
    public const string Body = "body";

    private static readonly ConcurrentDictionary<MessageDescriptor, JsonShape> Shapes = new();

    private static readonly byte[] Nothing = "{}"u8.ToArray();

    // Built on first use, because message types may contain themselves.
    private readonly Lazy<Dictionary<string, FieldShape>> _fields;

    private JsonShape(MessageDescriptor type) => _fields = new(() =>
    {
        var fields = type.Fields.InFieldNumberOrder();
        var named = new Dictionary<string, FieldShape>(fields.Count * 2, StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            var shape = new FieldShape(fields[i], i);
            named[fields[i].Name] = shape;
            named[fields[i].JsonName] = shape;
        }
        return named;
    });

    public static JsonShape Of(MessageDescriptor type) => Shapes.GetOrAdd(type, static t => new JsonShape(t));

    /// <summary>The field of that JSON or proto name, or null.</summary>
    public FieldShape? Find(string name) => _fields.Value.GetValueOrDefault(name);

    /// <summary>
    /// Checks a body that is to become a message of this shape, or the one field <paramref name="only"/> of it. What has a fault
    /// is left out of the body that goes on, so that the rest of it can be looked at too; and so are fields given as null: to
    /// proto they are not there, to the reader after us they would be wrong.
    /// </summary>
    public CheckedJson Check(ReadOnlyMemory<byte> body, FieldShape? only)
    {
        var walk = new Walk();
        if (!System.Text.Unicode.Utf8.IsValid(body.Span))
        {
            walk.Add(Body, "不是有效的 UTF-8 文本", "is not valid UTF-8", "BAD_ENCODING");
            return new(walk.Faults, Nothing, IsUnreadable: true);
        }
        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var fits = only is null ? walk.Message(this, ref reader) : walk.Root(only, ref reader);
            reader.Read();
            return new(walk.Faults, fits ? walk.Mend(body) : Nothing, IsUnreadable: !fits && only is null);
        }
        catch (JsonException e)
        {
            walk.NotJson(e, reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0));
            return new(walk.Faults, Nothing, IsUnreadable: true);
        }
    }

    private FieldShape? Find(ref Utf8JsonReader reader)
    {
        Span<char> name = stackalloc char[128];
        return Text(ref reader, name, out var length)
            && _fields.Value.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..length], out var field) ? field : null;
    }

    /// <summary>The token's text, if it fits; false for longer ones and for halves of surrogate pairs.</summary>
    private static bool Text(ref Utf8JsonReader reader, scoped Span<char> text, out int length)
    {
        length = 0;
        if (reader.ValueSpan.Length > text.Length) return false;
        if (!reader.ValueIsEscaped)
        {
            length = Encoding.UTF8.GetChars(reader.ValueSpan, text);
            return true;
        }
        try
        {
            length = reader.CopyString(text);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>One pass over one body.</summary>
    private sealed class Walk
    {
        private readonly List<object> _path = [];
        private List<Edit>? _edits;
        private List<Violation>? _faults;

        public IReadOnlyList<Violation> Faults => _faults ?? (IReadOnlyList<Violation>)[];

        public void Add(string field, string zh, string en, string reason) => RequestRules.Add(ref _faults, field, zh, en, reason);

        public bool Root(FieldShape field, ref Utf8JsonReader reader)
        {
            _path.Add(field.Name);
            return Value(field, ref reader);
        }

        /// <summary>False when it is no object at all; faults within it are left out of it.</summary>
        public bool Message(JsonShape shape, ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return Wrong("须为对象 {…}", "must be an object {…}", ref reader);
            var (seen, cases) = (default(FieldSet), default(FieldSet));
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var start = (int)reader.TokenStartIndex;
                var stays = shape.Find(ref reader) is { } field ? Member(field, ref seen, ref cases, ref reader) : Unknown(ref reader);
                if (!stays) LeaveOut(start, ref reader);
            }
            return true;
        }

        private bool Member(FieldShape field, ref FieldSet seen, ref FieldSet cases, ref Utf8JsonReader reader)
        {
            _path.Add(field.Name);
            reader.Read();
            var stays = seen.Add(field.Index);
            if (!stays) Fault("重复出现", "is given twice", "DUPLICATE");
            if (reader.TokenType == JsonTokenType.Null && field.Kind != JsonKind.Value)
            {
                stays = false;
            }
            else
            {
                if (field.Oneof is { } oneof && !cases.Add(oneof.Index))
                {
                    Fault($"以下字段只能有一个：{FieldShape.CaseNames(oneof)}", $"only one may be given of: {FieldShape.CaseNames(oneof)}", "DUPLICATE");
                    stays = false;
                }
                stays &= Value(field, ref reader);
            }
            _path.RemoveAt(_path.Count - 1);
            return stays;
        }

        private bool Unknown(ref Utf8JsonReader reader)
        {
            Span<char> name = stackalloc char[128];
            _path.Add(Text(ref reader, name, out var length) ? RequestRules.Shown(name[..length].ToString()) : "?");
            Fault("没有这个字段", "is no known field", "UNKNOWN_FIELD");
            _path.RemoveAt(_path.Count - 1);
            reader.Read();
            MoveOver(ref reader);
            return false;
        }

        private bool Value(FieldShape field, ref Utf8JsonReader reader) =>
            field.IsMap ? Map(field, ref reader) : field.IsRepeated ? List(field, ref reader) : Single(field, ref reader);

        private bool List(FieldShape field, ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartArray) return Wrong("须为数组 […]", "must be an array […]", ref reader);
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                var start = (int)reader.TokenStartIndex;
                _path.Add(i);
                // An empty item in its place: those after it keep their numbers.
                if (!Single(field, ref reader)) (_edits ??= []).Add(new(start, (int)reader.BytesConsumed, field.Empty));
                _path.RemoveAt(_path.Count - 1);
            }
            return true;
        }

        private bool Map(FieldShape field, ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return Wrong("须为对象 {…}", "must be an object {…}", ref reader);
            var keys = new HashSet<string>(StringComparer.Ordinal);
            Span<char> text = stackalloc char[256];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var start = (int)reader.TokenStartIndex;
                var key = Text(ref reader, text, out var length) ? text[..length].ToString() : null;
                _path.Add(new Key(RequestRules.Shown(key ?? "?")));
                var stays = true;
                if (key is null || !field.Key!.Fits(key)) stays = Fault("键无效", "has a bad key", "WRONG_TYPE");
                else if (!keys.Add(key)) stays = Fault("重复出现", "is given twice", "DUPLICATE");
                reader.Read();
                stays &= Single(field, ref reader);
                if (!stays) LeaveOut(start, ref reader);
                _path.RemoveAt(_path.Count - 1);
            }
            return true;
        }

        private bool Single(FieldShape field, ref Utf8JsonReader reader)
        {
            if (field.Kind == JsonKind.Message) return Message(field.Message!, ref reader);
            if (!field.Fits(ref reader)) return Wrong(field.Expected.Zh, field.Expected.En, ref reader);
            return MoveOver(ref reader) || Fault("含有残缺字符", "has broken characters", "BAD_CHARACTERS");
        }

        /// <summary>
        /// Moves over a value, whatever is in it; false when a text in it has half a surrogate pair. The reader's own Skip would
        /// forget how deep it was when it fails.
        /// </summary>
        private static bool MoveOver(ref Utf8JsonReader reader)
        {
            var (depth, isOne, whole) = (reader.CurrentDepth, reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray), true);
            do
            {
                if (reader.ValueIsEscaped && reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) whole &= FieldShape.Text(ref reader) is not null;
            }
            while (!isOne && reader.Read() && reader.CurrentDepth > depth);
            return whole;
        }

        public void NotJson(JsonException e, int depth)
        {
            if (depth >= MaxDepth) Add(Body, $"嵌套超过 {MaxDepth} 层", $"is nested more than {MaxDepth} deep", "TOO_DEEP");
            else Add(Body, $"不是有效的 JSON（第 {e.LineNumber + 1} 行第 {e.BytePositionInLine + 1} 字节）", $"is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", "BAD_JSON");
        }

        /// <summary>The body without what was left out; the body itself when that is nothing.</summary>
        public ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> body)
        {
            if (_edits is null) return body;
            var mended = new List<byte>(body.Length);
            var at = 0;
            foreach (var edit in _edits.OrderBy(edit => edit.Start).ThenByDescending(edit => edit.End))
            {
                // Within what was left out already.
                if (edit.Start < at) continue;
                mended.AddRange(body.Span[at..edit.Start]);
                mended.AddRange(edit.Instead);
                at = edit.Instead.Length > 0 ? edit.End : AfterComma(body.Span, edit.End, mended);
            }
            mended.AddRange(body.Span[at..]);
            return mended.ToArray();
        }

        // Each member goes with one comma beside it, so that what stays is JSON again.
        private static int AfterComma(ReadOnlySpan<byte> body, int end, List<byte> mended)
        {
            var next = end;
            while (char.IsWhiteSpace((char)body[next])) next++;
            if (body[next] == ',') return next + 1;
            var last = mended.Count - 1;
            while (char.IsWhiteSpace((char)mended[last])) last--;
            if (mended[last] == ',') mended.RemoveRange(last, mended.Count - last);
            return end;
        }

        private void LeaveOut(int start, ref Utf8JsonReader reader) => (_edits ??= []).Add(new(start, (int)reader.BytesConsumed, []));

        private bool Wrong(string zh, string en, ref Utf8JsonReader reader)
        {
            MoveOver(ref reader);
            return Fault(zh, en, "WRONG_TYPE");
        }

        private bool Fault(string zh, string en, string reason)
        {
            Add(Path(), zh, en, reason);
            return false;
        }

        private string Path()
        {
            var path = new StringBuilder();
            foreach (var step in _path)
            {
                if (step is string name) path.Append(path.Length == 0 ? "" : ".").Append(name);
                else path.Append(CultureInfo.InvariantCulture, $"[{step}]");
            }
            return path.Length == 0 ? Body : path.ToString();
        }

        /// <summary>What stands there instead; nothing for a member that goes altogether.</summary>
        private readonly record struct Edit(int Start, int End, byte[] Instead);

        private sealed record Key(string Text)
        {
            public override string ToString() => Text;
        }
    }

    /// <summary>Which fields of a message were seen; messages of more than 64 fields are rare.</summary>
    private struct FieldSet
    {
        private ulong _first;
        private HashSet<int>? _rest;

        public bool Add(int index)
        {
            if (index >= 64) return (_rest ??= []).Add(index);
            var bit = 1UL << index;
            var isNew = (_first & bit) == 0;
            _first |= bit;
            return isNew;
        }
    }
}

/// <summary>A body after it was looked at.</summary>
/// <param name="Body">Without what has a fault.</param>
/// <param name="IsUnreadable">It is no JSON of the kind asked for: of what it may hold nothing is known.</param>
internal readonly record struct CheckedJson(IReadOnlyList<Violation> Faults, ReadOnlyMemory<byte> Body, bool IsUnreadable);

/// <summary>What JSON gives for a proto field.</summary>
internal enum JsonKind
{
    Boolean,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Single,
    Double,
    Text,
    Bytes,
    Enum,
    Message,
    Timestamp,
    Duration,
    FieldMask,
    Object,
    Array,
    Value,
}

/// <summary>What one field of a message looks like in JSON and in a query string.</summary>
internal sealed partial class FieldShape
{
    private readonly HashSet<string>? _enumNames;
    private readonly EnumDescriptor? _enum;

    public FieldShape(FieldDescriptor field, int index)
    {
        (Descriptor, Name, Index) = (field, field.JsonName, index);
        IsMap = field.IsMap;
        IsRepeated = field.IsRepeated && !IsMap;
        Oneof = field.RealContainingOneof;
        if (IsMap) Key = new FieldShape(field.MessageType.FindFieldByNumber(1), 0);
        var value = IsMap ? field.MessageType.FindFieldByNumber(2) : field;
        if (IsMessage(value) && value.MessageType.File.Name == "google/protobuf/wrappers.proto") value = value.MessageType.FindFieldByNumber(1);
        Kind = KindOf(value);
        Empty = Encoding.UTF8.GetBytes(Kind switch
        {
            JsonKind.Boolean => "false",
            JsonKind.Text or JsonKind.Bytes or JsonKind.FieldMask => "\"\"",
            JsonKind.Timestamp => "\"1970-01-01T00:00:00Z\"",
            JsonKind.Duration => "\"0s\"",
            JsonKind.Message or JsonKind.Object => "{}",
            JsonKind.Array => "[]",
            JsonKind.Value => "null",
            _ => "0",
        });
        if (Kind == JsonKind.Message) Message = JsonShape.Of(value.MessageType);
        if (Kind != JsonKind.Enum) return;
        _enum = value.EnumType;
        _enumNames = [.. _enum.Values.Select(v => v.Name)];
    }

    public FieldDescriptor Descriptor { get; }

    /// <summary>The JSON name.</summary>
    public string Name { get; }

    /// <summary>Its place among the fields of its message.</summary>
    public int Index { get; }

    public JsonKind Kind { get; }

    public bool IsRepeated { get; }

    public bool IsMap { get; }

    public OneofDescriptor? Oneof { get; }

    /// <summary>Of a map: what its keys are.</summary>
    public FieldShape? Key { get; }

    /// <summary>Of a message field: the message's shape.</summary>
    public JsonShape? Message { get; }

    public (string Zh, string En) Expected => Kind switch
    {
        JsonKind.Boolean => ("须为 true 或 false", "must be true or false"),
        JsonKind.Int32 => ("须为整数（−2147483648 至 2147483647）", "must be a whole number from -2147483648 to 2147483647"),
        JsonKind.UInt32 => ("须为整数（0 至 4294967295）", "must be a whole number from 0 to 4294967295"),
        JsonKind.Int64 => ("须为整数（64 位，可写作字符串）", "must be a whole number of 64 bits, as a number or a string"),
        JsonKind.UInt64 => ("须为非负整数（64 位，可写作字符串）", "must be a whole number of 64 bits from 0, as a number or a string"),
        JsonKind.Single or JsonKind.Double => ("须为数字", "must be a number"),
        JsonKind.Text => ("须为文本", "must be text"),
        JsonKind.Bytes => ("须为 base64 文本", "must be base64 text"),
        JsonKind.Enum => ($"须为以下之一：{EnumNames()}", $"must be one of: {EnumNames()}"),
        JsonKind.Timestamp => ("须为时间，如 2026-03-31T08:00:00Z", "must be a time such as 2026-03-31T08:00:00Z"),
        JsonKind.Duration => ("须为时长，如 90s", "must be a duration such as 90s"),
        JsonKind.FieldMask => ("须为以逗号分隔的字段名", "must be field names separated by commas"),
        JsonKind.Array => ("须为数组 […]", "must be an array […]"),
        _ => ("须为对象 {…}", "must be an object {…}"),
    };

    /// <summary>One value of the field that says nothing, as JSON.</summary>
    public byte[] Empty { get; }

    public static string CaseNames(OneofDescriptor oneof) => string.Join(", ", oneof.Fields.Select(f => f.JsonName));

    /// <summary>Does the value under the reader fit? Messages are looked into elsewhere.</summary>
    public bool Fits(ref Utf8JsonReader reader) => (Kind, reader.TokenType) switch
    {
        (JsonKind.Boolean, JsonTokenType.True or JsonTokenType.False) => true,
        (JsonKind.Int32, JsonTokenType.Number) => reader.TryGetInt32(out _),
        (JsonKind.UInt32, JsonTokenType.Number) => reader.TryGetUInt32(out _),
        (JsonKind.Int64, JsonTokenType.Number) => reader.TryGetInt64(out _),
        (JsonKind.UInt64, JsonTokenType.Number) => reader.TryGetUInt64(out _),
        (JsonKind.Single, JsonTokenType.Number) => reader.TryGetSingle(out var number) && float.IsFinite(number),
        (JsonKind.Double, JsonTokenType.Number) => reader.TryGetDouble(out var number) && double.IsFinite(number),
        (JsonKind.Enum, JsonTokenType.Number) => reader.TryGetInt32(out var number) && _enum!.FindValueByNumber(number) is not null,
        // Plain text needs no copy, and neither does base64.
        (JsonKind.Text, JsonTokenType.String) when !reader.ValueIsEscaped => true,
        (JsonKind.Bytes, JsonTokenType.String) when !reader.ValueIsEscaped => Base64.IsValid(reader.ValueSpan),
        (JsonKind.Int32 or JsonKind.UInt32 or JsonKind.Single or JsonKind.Double or JsonKind.Boolean, JsonTokenType.String) => false,
        (_, JsonTokenType.String) when IsWritten(Kind) => Text(ref reader) is { } text && Fits(text),
        (JsonKind.Object, JsonTokenType.StartObject) => true,
        (JsonKind.Array, JsonTokenType.StartArray) => true,
        (JsonKind.Value, _) => true,
        _ => false,
    };

    /// <summary>Does this text fit, in a query string, as a map's key, or where JSON writes the kind as text?</summary>
    public bool Fits(string text) => Kind switch
    {
        JsonKind.Boolean => text is "true" or "false",
        JsonKind.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        JsonKind.UInt32 => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        JsonKind.Int64 => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        JsonKind.UInt64 => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        JsonKind.Single => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number),
        JsonKind.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number),
        JsonKind.Text => true,
        JsonKind.Bytes => Base64.IsValid(text),
        JsonKind.Enum => _enumNames!.Contains(text),
        JsonKind.Timestamp => IsTime(text),
        JsonKind.Duration => IsSpan(text),
        JsonKind.FieldMask => Mask().IsMatch(text),
        _ => false,
    };

    /// <summary>May the field be given in a query string, and do these values fit? Null when they do.</summary>
    public Violation? InQuery(string path, StringValues values)
    {
        if (!IsWritten(Kind) || IsMap) return new Violation(path, "没有这个查询参数", "is no known query parameter", "UNKNOWN_FIELD");
        if (values.Count > 1 && !IsRepeated) return new Violation(path, "重复出现", "is given twice", "DUPLICATE");
        var fit = true;
        foreach (var value in values) fit &= value is not null && Fits(value);
        return fit ? null : new Violation(path, Expected.Zh, Expected.En, "WRONG_TYPE");
    }

    private static bool IsWritten(JsonKind kind) => kind is not (JsonKind.Message or JsonKind.Object or JsonKind.Array or JsonKind.Value);

    public static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape.
            return null;
        }
    }

    private string EnumNames() => string.Join(", ", _enum!.Values.Select(v => v.Name));

    private static bool IsTime(string text) =>
        Timestamp().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    // At most 10,000 years; the reader after us knows no fractions of negative seconds.
    private static bool IsSpan(string text) =>
        Duration().Match(text) is { Success: true } span
        && long.Parse(span.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) <= 315_576_000_000;

    private static bool IsMessage(FieldDescriptor field) => field.FieldType is FieldType.Message or FieldType.Group;

    private static JsonKind KindOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => JsonKind.Boolean,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => JsonKind.Int32,
        FieldType.UInt32 or FieldType.Fixed32 => JsonKind.UInt32,
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => JsonKind.Int64,
        FieldType.UInt64 or FieldType.Fixed64 => JsonKind.UInt64,
        FieldType.Float => JsonKind.Single,
        FieldType.Double => JsonKind.Double,
        FieldType.String => JsonKind.Text,
        FieldType.Bytes => JsonKind.Bytes,
        FieldType.Enum => field.EnumType.FullName == "google.protobuf.NullValue" ? JsonKind.Value : JsonKind.Enum,
        _ => field.MessageType.FullName switch
        {
            "google.protobuf.Timestamp" => JsonKind.Timestamp,
            "google.protobuf.Duration" => JsonKind.Duration,
            "google.protobuf.FieldMask" => JsonKind.FieldMask,
            "google.protobuf.Struct" or "google.protobuf.Any" => JsonKind.Object,
            "google.protobuf.ListValue" => JsonKind.Array,
            "google.protobuf.Value" => JsonKind.Value,
            _ => JsonKind.Message,
        },
    };

    [GeneratedRegex(@"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[012][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])\z")]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"^(?:-(?=[0-9]+s))?([0-9]{1,12})(?:\.[0-9]{1,9})?s\z")]
    private static partial Regex Duration();

    // Field names as JSON has them (cityCode) or as the .proto has them (city_code).
    private const string MaskName = @"(?:[a-z][A-Za-z0-9]*|[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*)";
    private const string MaskPath = $@"(?:\*|{MaskName}(?:\.{MaskName})*)";

    [GeneratedRegex($@"^(?:{MaskPath}(?:,{MaskPath})*)?\z")]
    private static partial Regex Mask();
}
