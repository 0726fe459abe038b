using System.Text;

namespace Qudao.ServiceTicket;

/// <summary>Enum values of the contract as they stand in rows and events: TICKET_KIND_SERVICE_REQUEST is "service-request"; unspecified is "".</summary>
public static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.ByValue[value];

    /// <exception cref="KeyNotFoundException">The word is none of the enum's.</exception>
    public static T Parse<T>(string word)
        where T : struct, Enum => TryParse<T>(word, out var value) ? value : throw new KeyNotFoundException($"{typeof(T).Name} has no value {word}.");

    public static bool TryParse<T>(string word, out T value)
        where T : struct, Enum => Table<T>.ByWord.TryGetValue(word, out value);

    private static string Kebab(string name)
    {
        if (name == "Unspecified")
            return "";
        var word = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && word.Length > 0)
                word.Append('-');
            word.Append(char.ToLowerInvariant(c));
        }
        return word.ToString();
    }

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(value => value, value => Kebab(value.ToString()));
        public static readonly Dictionary<string, T> ByWord = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
