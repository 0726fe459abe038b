using System.Text;

namespace Qudao.Dealer;

/// <summary>Kinds and states as they are stored and told in events: CityAgent is "city-agent".</summary>
public static class EnumText
{
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.Text[value];

    /// <summary>The text to filter by: empty for a value that was not given.</summary>
    public static string Filter<T>(T value)
        where T : struct, Enum => Convert.ToInt32(value) == 0 ? "" : Of(value);

    public static T Parse<T>(string text)
        where T : struct, Enum => Names<T>.Values[text];

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Text = Enum.GetValues<T>().ToDictionary(value => value, value => Hyphened(value.ToString()));

        public static readonly Dictionary<string, T> Values = Text.ToDictionary(pair => pair.Value, pair => pair.Key);

        private static string Hyphened(string name)
        {
            var text = new StringBuilder();
            foreach (var c in name)
            {
                if (char.IsUpper(c) && text.Length > 0)
                    text.Append('-');
                text.Append(char.ToLowerInvariant(c));
            }
            return text.ToString();
        }
    }
}
