using System.Collections.Frozen;

namespace Qudao.Dealer.Search;

/// <summary>
/// Words that mix characters, whole syllables and initials (qd鲁诺, qingdln): no term is spelled so, but the initials of what
/// is meant are one.
/// </summary>
public static class MixedSpelling
{
    private const int MostReadings = 8;

    /// <summary>Letters that begin no syllable.</summary>
    private const string NoInitials = "iuv";

    private static readonly FrozenSet<string> Beginnings =
        Pinyin.Syllables.SelectMany(syllable => Enumerable.Range(1, syllable.Length).Select(length => syllable[..length])).ToFrozenSet();

    /// <summary>What a partner that matches the word is likely found by; none when the word is not mixed.</summary>
    public static IEnumerable<string> Anchors(string word)
    {
        if (!word.Any(char.IsAsciiLetterLower))
            return [];
        var pure = word.All(char.IsAsciiLetterLower);
        return Readings(word).Where(parts => !pure || IsMixed(parts)).Take(MostReadings).Select(Anchor).Distinct();
    }

    // Whole syllables all through, or initials all through, are terms of their own.
    private static bool IsMixed(List<string> parts) =>
        parts.Any(part => part.Length > 1) && parts.SkipLast(1).Any(part => part.Length == 1 && !Pinyin.Syllables.Contains(part));

    // Three initials tell more than one syllable or character.
    private static string Anchor(List<string> parts) =>
        parts.Count > 2 ? string.Concat(parts.Select(Initial)) : parts.MaxBy(part => char.IsAscii(part[0]) ? part.Length : 9)!;

    private static char Initial(string part) => Pinyin.Readings(part)[0] is [var reading, ..] ? reading[0] : part[0];

    /// <summary>The word as characters, syllables and initials, long parts first; the last may be the beginning of a syllable.</summary>
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
        part.Length == 1 ? !NoInitials.Contains(part[0]) : Pinyin.Syllables.Contains(part) || (last && Beginnings.Contains(part));
}
