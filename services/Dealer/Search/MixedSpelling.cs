namespace Qudao.Dealer.Search;

/// <summary>Words that mix characters, whole syllables and initials (qd鲁诺, qingdln): no term begins so, but one begins with a part of them.</summary>
public static class MixedSpelling
{
    private const int MostReadings = 8;

    /// <summary>Letters that begin no syllable.</summary>
    private const string NoInitials = "iuv";

    /// <summary>What a partner that matches the word is likely found by, the most telling first; none when the word is not mixed.</summary>
    public static IEnumerable<string> Anchors(string word)
    {
        if (!word.Any(char.IsAsciiLetterLower))
            return [];
        var rest = word.Split([.. "abcdefghijklmnopqrstuvwxyz"], StringSplitOptions.RemoveEmptyEntries);
        return rest.Length > 0 ? [rest.MaxBy(run => run.Length)!] : Readings(word).Where(IsMixed).Take(MostReadings).Select(Anchor);
    }

    private static bool IsMixed(List<string> parts) =>
        parts.Any(part => part.Length > 1) && parts.SkipLast(1).Any(part => part.Length == 1 && !Pinyin.Syllables.Contains(part));

    // Three initials tell more than one syllable.
    private static string Anchor(List<string> parts) =>
        parts.Count > 2 ? string.Concat(parts.Select(part => part[0])) : parts.MaxBy(part => part.Length)!;

    /// <summary>The word as syllables and initials, long parts first; the last may be the beginning of a syllable.</summary>
    private static IEnumerable<List<string>> Readings(string word)
    {
        if (word.Length == 0)
            return [[]];
        return from length in Enumerable.Range(1, Math.Min(6, word.Length)).Reverse()
               where IsPart(word[..length], length == word.Length)
               from rest in Readings(word[length..])
               select (List<string>)[word[..length], .. rest];
    }

    private static bool IsPart(string part, bool last) =>
        part.Length == 1 ? !NoInitials.Contains(part[0])
        : Pinyin.Syllables.Contains(part) || (last && Pinyin.Syllables.Any(syllable => syllable.StartsWith(part, StringComparison.Ordinal)));
}
