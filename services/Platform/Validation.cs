using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>
/// May this request reach its service? Checks a message against the <c>rules</c> of its .proto and against the limits
/// that hold for every field, and names every fault at once. What is checked is worked out once per message type.
/// </summary>
public static class RequestRules
{
    /// <summary>Longest text, in characters, where the .proto says nothing.</summary>
    public const int DefaultMaxLength = 200;

    /// <summary>Most items of a list or map where the .proto says nothing.</summary>
    public const int DefaultMaxItems = 1_000;

    /// <summary>Longest bytes field where the .proto says nothing.</summary>
    public const int DefaultMaxBytes = 20 * 1024 * 1024;

    /// <summary>Violations named at most; the last says that there are more.</summary>
    public const int MaxViolations = 1_000;

    private static readonly ConcurrentDictionary<MessageDescriptor, MessageCheck> Checks = new();

    private delegate void ValueCheck(string field, object value, ref List<Violation>? found);

    /// <summary>
    /// Every violation in the message, with field paths as in the .proto (<c>partner.contacts[2].phone</c>); empty when
    /// there is none. A .proto whose rules make no sense throws InvalidOperationException.
    /// </summary>
    public static IReadOnlyList<Violation> Check(IMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<Violation>? found = null;
        CheckOf(request.Descriptor).Run(request, ref found);
        return found ?? (IReadOnlyList<Violation>)[];
    }

    private static MessageCheck CheckOf(MessageDescriptor type) => Checks.GetOrAdd(type, static t => new MessageCheck(t));

    /// <summary>Adds a violation while there is room, and at the end of the room that there are more.</summary>
    internal static void Add(ref List<Violation>? found, string field, string zh, string en, string reason)
    {
        found ??= [];
        if (found.Count < MaxViolations - 1) found.Add(new Violation(field, zh, en, reason));
        else if (found.Count < MaxViolations) found.Add(new Violation("", "错误太多，其余未列出", "too many faults; the others are not listed", Errors.MoreViolations));
    }

    /// <summary>The fields of one message type that have anything to check.</summary>
    private sealed class MessageCheck(MessageDescriptor type)
    {
        // Built on first use, because message types may contain themselves.
        private readonly Lazy<FieldCheck[]> _fields = new(() =>
            [.. type.Fields.InDeclarationOrder().Select(f => new FieldCheck(f)).Where(f => f.HasWork)]);

        private readonly FieldDescriptor? _updateMask = MaskOf(type);
        private readonly FieldDescriptor? _maskTarget = type.Fields.InDeclarationOrder()
            .FirstOrDefault(f => f.FieldType == FieldType.Message && !f.IsRepeated && !IsWellKnown(f.MessageType));

        public void Run(IMessage message, ref List<Violation>? found)
        {
            foreach (var field in _fields.Value) field.Run(message, ref found);
            if (_updateMask is null || _maskTarget is null || _updateMask.Accessor.GetValue(message) is not FieldMask { Paths.Count: > 0 } mask) return;
            if (mask.Paths.Contains("*")) return;
            found?.RemoveAll(violation => IsLeftOut(violation.Field, mask));
            foreach (var path in mask.Paths)
            {
                if (Exists(_maskTarget.MessageType, path)) continue;
                var shown = Shown(path);
                Add(ref found, "update_mask", $"没有字段“{shown}”", $"no field \"{shown}\"", "UNKNOWN_FIELD");
            }
        }

        /// <summary>What an update leaves out of its mask is not looked at, so it need not be good; the name says what is updated.</summary>
        private bool IsLeftOut(string field, FieldMask mask)
        {
            var prefix = _maskTarget!.Name.Length + 1;
            if (field.Length <= prefix || field[prefix - 1] != '.' || !field.StartsWith(_maskTarget.Name, StringComparison.Ordinal)) return false;
            var path = field.AsSpan(prefix);
            if (path is "name") return false;
            foreach (var kept in mask.Paths)
            {
                if (path.StartsWith(kept, StringComparison.Ordinal) && (path.Length == kept.Length || path[kept.Length] is '.' or '[')) return false;
            }
            return true;
        }

        private static FieldDescriptor? MaskOf(MessageDescriptor type)
        {
            var field = type.FindFieldByName("update_mask");
            return field is { FieldType: FieldType.Message, IsRepeated: false }
                && field.MessageType.FullName == FieldMask.Descriptor.FullName ? field : null;
        }

        private static bool Exists(MessageDescriptor type, string path)
        {
            foreach (var step in path.Split('.'))
            {
                if (type is null || type.FindFieldByName(step) is not { } field) return false;
                type = field.FieldType == FieldType.Message && !field.IsRepeated ? field.MessageType : null!;
            }
            return true;
        }
    }

    /// <summary>One field: is it there, are there too many, and is each value good.</summary>
    private sealed class FieldCheck
    {
        private readonly FieldDescriptor _field;
        private readonly string _name;
        private readonly bool _required;
        private readonly int _maxItems;
        private readonly ValueCheck? _value;
        private readonly ValueCheck? _key;

        public FieldCheck(FieldDescriptor field)
        {
            _field = field;
            _name = field.Name;
            var rules = RulesOf(field);
            // What a page and a version are is the same everywhere, so no contract says it.
            if (_name == "page_size") rules = new FieldRules(rules) { Min = 0 };
            else if (_name is "page_token" or "etag" && rules.Format.Length == 0) rules = new FieldRules(rules) { Format = _name };
            _required = rules.Required;
            _maxItems = rules.MaxItems == 0 ? DefaultMaxItems : checked((int)rules.MaxItems);
            if (field.IsMap)
            {
                _key = ValueCheckOf(field.MessageType.FindFieldByNumber(1), new FieldRules());
                _value = ValueCheckOf(field.MessageType.FindFieldByNumber(2), rules);
            }
            else
            {
                _value = ValueCheckOf(field, rules);
            }
        }

        public bool HasWork => _required || _value is not null || _field.IsRepeated;

        public void Run(IMessage message, ref List<Violation>? found)
        {
            var value = _field.Accessor.GetValue(message);
            if (_field.IsMap) RunMap((IDictionary)value, ref found);
            else if (_field.IsRepeated) RunList((IList)value, ref found);
            else if (IsSet(message, value)) _value?.Invoke(_name, value, ref found);
            else if (_required) Missing(ref found);
        }

        // Without presence on the wire a zero or empty value is a value nobody set.
        private bool IsSet(IMessage message, object? value) => value switch
        {
            null => false,
            string text when _required => !string.IsNullOrWhiteSpace(text),
            ByteString bytes when _required => !bytes.IsEmpty,
            IMessage or bool => true,
            _ when _field.HasPresence => _field.Accessor.HasValue(message),
            string or ByteString => true,
            IConvertible number => number.ToDouble(CultureInfo.InvariantCulture) != 0,
            _ => true,
        };

        private void Missing(ref List<Violation>? found) => Add(ref found, _name, "必填", "is required", "REQUIRED");

        private bool TooMany(int count, ref List<Violation>? found)
        {
            if (count == 0 && _required) Missing(ref found);
            if (count <= _maxItems) return false;
            Add(ref found, _name, $"最多 {_maxItems} 项（现有 {count} 项）", $"must have at most {_maxItems} items (has {count})", "TOO_MANY");
            return true;
        }

        private void RunList(IList list, ref List<Violation>? found)
        {
            if (TooMany(list.Count, ref found) || _value is null) return;
            for (var i = 0; i < list.Count; i++)
            {
                var before = found?.Count ?? 0;
                _value(_name, list[i]!, ref found);
                if (found?.Count > before) Locate(found, before, i);
            }
        }

        private void RunMap(IDictionary map, ref List<Violation>? found)
        {
            if (TooMany(map.Count, ref found)) return;
            foreach (DictionaryEntry entry in map)
            {
                var before = found?.Count ?? 0;
                _key?.Invoke(_name, entry.Key, ref found);
                _value?.Invoke(_name, entry.Value!, ref found);
                if (found?.Count > before) Locate(found, before, entry.Key);
            }
        }

        // "contacts.phone" becomes "contacts[2].phone"; written only when something is at fault.
        private void Locate(List<Violation> found, int from, object index)
        {
            for (var i = from; i < found.Count; i++)
            {
                if (found[i].Reason != Errors.MoreViolations) found[i] = found[i] with { Field = string.Concat(_name, $"[{Shown(index)}]", found[i].Field.AsSpan(_name.Length)) };
            }
        }
    }

    internal static FieldRules RulesOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(OptionsExtensions.Rules) ?? new FieldRules();

    private static ValueCheck? ValueCheckOf(FieldDescriptor field, FieldRules rules)
    {
        if (rules.Format.Length > 0 && TypeOf(field) != FieldType.String)
            throw new InvalidOperationException($"{field.FullName}: only text has a format.");
        return TypeOf(field) switch
        {
            FieldType.String => TextCheck(field, rules),
            FieldType.Bytes => BytesCheck(rules),
            FieldType.Enum => EnumCheck(field.EnumType),
            FieldType.Message or FieldType.Group => MessageCheckOf(field.MessageType),
            FieldType.Float or FieldType.Double => RealCheck(rules),
            FieldType.Bool => null,
            _ => IntegerCheck(rules),
        };
    }

    // google.protobuf.StringValue and its like are their value, or absent.
    private static FieldType TypeOf(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && field.MessageType.File.Name == "google/protobuf/wrappers.proto"
            ? field.MessageType.FindFieldByNumber(1).FieldType
            : field.FieldType;

    private static ValueCheck TextCheck(FieldDescriptor field, FieldRules rules)
    {
        var max = rules.MaxLength == 0 ? DefaultMaxLength : checked((int)rules.MaxLength);
        var format = rules.Format.Length == 0 ? null : Format.Of(rules.Format, field.FullName);
        return (string name, object value, ref List<Violation>? found) =>
        {
            var text = (string)value;
            if (text.Length == 0) return;
            // Only texts long enough for paragraphs may have line breaks.
            if (!IsClean(text, lineBreaks: max > DefaultMaxLength))
            {
                Add(ref found, name, "含有控制字符或残缺字符", "has control characters or broken characters", "BAD_CHARACTERS");
                return;
            }
            if (text.Length > max && Length(text) is var length && length > max)
            {
                Add(ref found, name, $"最多 {max} 个字（现有 {length} 个）", $"must have at most {max} characters (has {length})", "TOO_LONG");
                return;
            }
            if (format is not null && !format.Fits(text)) Add(ref found, name, format.Zh, format.En, "BAD_FORMAT");
        };
    }

    /// <summary>
    /// No control characters (tab and line breaks where allowed), no half surrogate pairs, and no U+FFFD, which stands where
    /// bytes of another encoding were read as UTF-8.
    /// </summary>
    private static bool IsClean(ReadOnlySpan<char> text, bool lineBreaks)
    {
        if (!MayBeUnclean(text)) return true;
        while (text.Length > 0)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != OperationStatus.Done) return false;
            if (rune.Value == 0xfffd) return false;
            if (Rune.IsControl(rune) && !(lineBreaks && rune.Value is '\n' or '\r' or '\t')) return false;
            text = text[length..];
        }
        return true;
    }

    // Names are short: a plain loop beats the vectorized searches here.
    private static bool MayBeUnclean(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c < ' ' || c is >= '\u007f' and <= '\u009f' || char.IsSurrogate(c) || c == '\ufffd') return true;
        }
        return false;
    }

    private static int Length(string text)
    {
        var length = 0;
        foreach (var _ in text.EnumerateRunes()) length++;
        return length;
    }

    private static ValueCheck BytesCheck(FieldRules rules)
    {
        var max = rules.MaxLength == 0 ? DefaultMaxBytes : checked((int)rules.MaxLength);
        return (string name, object value, ref List<Violation>? found) =>
        {
            var length = ((ByteString)value).Length;
            if (length > max) Add(ref found, name, $"最多 {max} 字节（现有 {length}）", $"must have at most {max} bytes (has {length})", "TOO_LONG");
        };
    }

    private static ValueCheck EnumCheck(EnumDescriptor type) => (string name, object value, ref List<Violation>? found) =>
    {
        var number = (int)value;
        if (type.FindValueByNumber(number) is null)
            Add(ref found, name, $"没有取值 {number}", $"no value {number}", "UNKNOWN_VALUE");
    };

    private static ValueCheck? MessageCheckOf(MessageDescriptor type)
    {
        if (type.FullName == Timestamp.Descriptor.FullName) return TimestampCheck;
        if (type.FullName == Duration.Descriptor.FullName) return DurationCheck;
        if (IsWellKnown(type)) return null;
        var check = CheckOf(type);
        return (string name, object value, ref List<Violation>? found) =>
        {
            var before = found?.Count ?? 0;
            check.Run((IMessage)value, ref found);
            for (var i = before; i < (found?.Count ?? 0); i++)
            {
                if (found![i].Reason != Errors.MoreViolations) found[i] = found[i] with { Field = $"{name}.{found[i].Field}" };
            }
        };
    }

    // From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z, as google.protobuf.Timestamp has it.
    internal static bool IsTime(Timestamp time) => time.Seconds is >= -62135596800 and <= 253402300799 && time.Nanos is >= 0 and <= 999_999_999;

    private static void TimestampCheck(string name, object value, ref List<Violation>? found)
    {
        if (!IsTime((Timestamp)value))
            Add(ref found, name, "时间超出范围（公元 1 年至 9999 年）", "must be a time between the years 1 and 9999", "OUT_OF_RANGE");
    }

    private static void DurationCheck(string name, object value, ref List<Violation>? found)
    {
        var span = (Duration)value;
        var mixed = span.Seconds != 0 && span.Nanos != 0 && span.Seconds < 0 != span.Nanos < 0;
        if (mixed || Math.Abs((decimal)span.Seconds) > 315_576_000_000 || span.Nanos is < -999_999_999 or > 999_999_999)
            Add(ref found, name, "时长超出范围", "must be a duration of at most 10,000 years", "OUT_OF_RANGE");
    }

    private static ValueCheck? IntegerCheck(FieldRules rules)
    {
        if (!rules.HasMin && !rules.HasMax) return null;
        return (string name, object value, ref List<Violation>? found) =>
        {
            // Beyond the longs there are only values that every max refuses.
            var number = value is ulong and > long.MaxValue ? long.MaxValue : Convert.ToInt64(value, CultureInfo.InvariantCulture);
            if ((rules.HasMin && number < rules.Min) || (rules.HasMax && number > rules.Max)) AddRange(ref found, name, rules);
        };
    }

    private static ValueCheck RealCheck(FieldRules rules) => (string name, object value, ref List<Violation>? found) =>
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) Add(ref found, name, "必须是数字", "must be a finite number", "OUT_OF_RANGE");
        else if ((rules.HasMin && number < rules.Min) || (rules.HasMax && number > rules.Max)) AddRange(ref found, name, rules);
    };

    private static void AddRange(ref List<Violation>? found, string name, FieldRules rules)
    {
        var (zh, en) = (rules.HasMin, rules.HasMax) switch
        {
            (true, true) => ($"须在 {rules.Min} 与 {rules.Max} 之间", $"must be between {rules.Min} and {rules.Max}"),
            (true, false) => ($"不能小于 {rules.Min}", $"must be at least {rules.Min}"),
            _ => ($"不能大于 {rules.Max}", $"must be at most {rules.Max}"),
        };
        Add(ref found, name, zh, en, "OUT_OF_RANGE");
    }

    private static bool IsWellKnown(MessageDescriptor type) => type.File.Package == "google.protobuf";

    /// <summary>A caller's own text as a message may repeat it: short, and without characters that break a line.</summary>
    internal static string Shown(object text)
    {
        var shown = Convert.ToString(text, CultureInfo.InvariantCulture) ?? "";
        if (shown.Length > 40) shown = shown[..40] + "…";
        return IsClean(shown, lineBreaks: false) ? shown : string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

    /// <summary>What a text must look like, by the name it has in <c>rules.format</c>.</summary>
    private sealed record Format(Func<string, bool> Fits, string Zh, string En)
    {
        private static readonly SearchValues<char> PhoneCharacters = SearchValues.Create("0123456789+-/ ()（）,，;；、转*#");
        private static readonly SearchValues<char> DomainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
        private static readonly SearchValues<char> MailboxCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+%");
        private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

        public static Format Of(string name, string field) => name switch
        {
            "date" => new(IsDate, "须是日期，如 2026-03-31", "must be a date such as 2026-03-31"),
            "month" => new(t => t.Length == 7 && IsDate(t + "-01"), "须是月份，如 2026-03", "must be a month such as 2026-03"),
            "phone" => new(IsPhone, "须是电话号码，如 13800000000、025-83700000 转 12、400-800-0000", "must be a telephone number such as 13800000000 or 025-83700000"),
            "email" => new(IsEmail, "须是电子邮箱，如 wang@example.com", "must be an e-mail address such as wang@example.com"),
            "city" => new(t => IsDivision(t, DivisionLevel.City), "须是 4 位城市代码（GB/T 2260），如 3201", "must be a GB/T 2260 city code of 4 digits such as 3201"),
            "province" => new(t => IsDivision(t, DivisionLevel.Province), "须是 2 位省级代码（GB/T 2260），如 32", "must be a GB/T 2260 province code of 2 digits such as 32"),
            "page_token" => new(Page.IsToken, "无效，请使用上一页返回的值", "is not one that was given out"),
            "etag" => new(Etag.IsEtag, "格式不正确，请使用读取时返回的值", "is malformed; use the one you read"),
            _ when name.StartsWith("name:", StringComparison.Ordinal) && name.Length > 5 => ResourceName(name[5..]),
            _ => throw new InvalidOperationException($"{field}: unknown format \"{name}\"."),
        };

        // A year before 1900 or after 2199 is a slip of the finger.
        private static bool IsDate(string text) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= 1900 and < 2200;

        // One or several numbers as people write them: mobile, landline with area code, 400, with extension.
        private static bool IsPhone(string text)
        {
            if (text.AsSpan().ContainsAnyExcept(PhoneCharacters)) return false;
            var digits = 0;
            foreach (var c in text)
            {
                if (char.IsAsciiDigit(c)) digits++;
            }
            return digits >= 5;
        }

        // What a mail server takes without quoting: one @, a name before it, and a domain with a dot after it.
        private static bool IsEmail(string text)
        {
            var at = text.IndexOf('@');
            var (name, domain) = at < 0 ? ("", "") : (text[..at], text[(at + 1)..]);
            return name.Length is > 0 and <= 64 && !name.AsSpan().ContainsAnyExcept(MailboxCharacters) && IsDotted(name)
                && domain.Contains('.') && !domain.AsSpan().ContainsAnyExcept(DomainCharacters) && IsDotted(domain)
                && domain.Split('.').All(label => label[0] != '-' && label[^1] != '-');
        }

        private static bool IsDotted(string text) => text.Split('.').All(part => part.Length > 0);

        // Among the cities are counties that their province administers itself (济源市 419001), under their 6 digits.
        private static bool IsDivision(string text, DivisionLevel level) => Divisions.ByCode(text)?.Level == level;

        // "partners", or "agreements/*/attachments" for what belongs to another resource.
        private static Format ResourceName(string collection)
        {
            if (collection.Contains('*'))
                return new(t => Belongs(t, [.. collection.Split('/'), "*"]), $"须是资源名，如 {collection.Replace("*", "01k2…")}/01k2…", $"must be a resource name such as {collection.Replace("*", "01k2…")}/01k2…");
            var prefix = collection + "/";
            return new(
                t => t.Length > prefix.Length && t.StartsWith(prefix, StringComparison.Ordinal)
                    && !t.AsSpan(prefix.Length).ContainsAnyExcept(IdCharacters),
                $"须是资源名，如 {prefix}01k2…",
                $"must be a resource name such as {prefix}01k2…");
        }

        private static bool Belongs(string text, string[] pattern)
        {
            var steps = text.Split('/');
            return steps.Length == pattern.Length
                && steps.Zip(pattern).All(step => step.Second == "*" ? step.First.Length > 0 && !step.First.AsSpan().ContainsAnyExcept(IdCharacters) : step.First == step.Second);
        }
    }
}
