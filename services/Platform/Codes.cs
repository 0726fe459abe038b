using System.Collections.Frozen;

namespace Qudao.Platform;

/// <summary>Enum values as rows and events hold them: AgreementState.InReview is "in-review", …Unspecified is "".</summary>
public static class Codes
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Code.GetValueOrDefault(value, "");

    public static T To<T>(string code)
        where T : struct, Enum => Table<T>.Value[code];

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Code = Enum.GetValues<T>().ToFrozenDictionary(value => value, CodeOf);
        public static readonly FrozenDictionary<string, T> Value = Code.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

        private static string CodeOf(T value) => Convert.ToInt32(value) == 0
            ? ""
            : string.Concat(value.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));
    }
}
