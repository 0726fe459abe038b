using System.Collections.Frozen;
using System.Reflection;

namespace Qudao.Dealer.Search;

/// <summary>
/// How Chinese is read: pinyin 拼音 without tones, ü as v. Characters by the Unicode Consortium's Unihan database
/// (Data/pinyin.tsv says which version), words that are read otherwise by a list of ours (Data/pinyin-words.tsv).
/// </summary>
public static class Pinyin
{
    private static readonly string[] None = [];
    private static readonly FrozenDictionary<char, string[]> OfCharacter = Characters();
    private static readonly FrozenDictionary<string, string[]> OfWord =
        Rows("pinyin-words.tsv").ToFrozenDictionary(row => row[0], row => row[1].Split(' '));
    private static readonly int LongestWord = OfWord.Keys.Max(word => word.Length);
    private static readonly FrozenSet<char> InWords = OfWord.Keys.Select(word => word[0]).ToFrozenSet();

    /// <summary>Every syllable there is.</summary>
    public static FrozenSet<string> Syllables { get; } = OfCharacter.Values.SelectMany(readings => readings).ToFrozenSet();

    /// <summary>For each character its readings, the likeliest first; none for what is no Chinese character.</summary>
    public static string[][] Readings(string text)
    {
        var readings = new string[text.Length][];
        for (var at = 0; at < text.Length;)
        {
            if (InWords.Contains(text[at]) && WordAt(text, at) is { } word)
            {
                foreach (var syllable in word)
                    readings[at++] = [syllable];
                continue;
            }
            readings[at] = OfCharacter.GetValueOrDefault(text[at], None);
            at++;
        }
        return readings;
    }

    private static string[]? WordAt(string text, int at)
    {
        for (var length = Math.Min(LongestWord, text.Length - at); length > 1; length--)
            if (OfWord.TryGetValue(text.Substring(at, length), out var syllables))
                return syllables;
        return null;
    }

    private static FrozenDictionary<char, string[]> Characters()
    {
        var rows = Rows("pinyin.tsv").ToList();
        var main = rows.SelectMany(row => row[1].Select(character => (character, syllable: row[0])));
        var other = rows.SelectMany(row => row[2].Select(character => (character, syllable: row[0])));
        return main.Concat(other).GroupBy(pair => pair.character).ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.syllable).ToArray());
    }

    private static IEnumerable<string[]> Rows(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        while (reader.ReadLine() is { } line)
            if (!line.StartsWith('#'))
                yield return line.Split('\t');
    }
}
