using System.Text;
using Qudao.Dealer.Partners;

namespace Qudao.Dealer.Search;

/// <summary>A field as search reads it: its key (see PartnerRules.NameKey), and how each character is read.</summary>
public sealed class SearchText(string text)
{
    private const int MostSpellings = 4;

    public string Key { get; } = PartnerRules.NameKey(text);

    private readonly string[][] readings = Pinyin.Readings(PartnerRules.NameKey(text));

    /// <summary>The ways to write what begins at a place: as it is, by initials 首字母, in pinyin; each cut to a length.</summary>
    public IEnumerable<string> Spellings(int at, int length)
    {
        yield return Key.Substring(at, Math.Min(length, Key.Length - at));
        if (Array.TrueForAll(readings[at..Math.Min(readings.Length, at + length)], r => r.Length == 0))
            yield break;
        foreach (var spelling in Spelled(at, length, reading => reading[..1]).Concat(Spelled(at, length, reading => reading)).Distinct())
            yield return spelling;
    }

    /// <summary>Whether a spelling of what stands at a place can begin with the character.</summary>
    public bool MayBegin(int at, char first)
    {
        if (Key[at] == first)
            return true;
        foreach (var reading in readings[at])
            if (reading[0] == first)
                return true;
        return false;
    }

    /// <summary>
    /// Whether the query, of at most 60 characters, stands anywhere here: each character as it is, by its whole reading or
    /// by its initial, mixed at will (qd鲁诺, qingdaoln); the last syllable may be unfinished.
    /// </summary>
    public bool Contains(string query)
    {
        // Bit i is set while the first i characters of the query are spelled by what ends here.
        var open = 0UL;
        for (var at = 0; at < Key.Length; at++)
        {
            open = Step(query, open | 1, at);
            if ((open >> query.Length & 1) != 0)
                return true;
        }
        return false;
    }

    /// <summary>Whether the query stands at the beginning; see Contains.</summary>
    public bool Begins(string query)
    {
        var open = 1UL;
        for (var at = 0; at < Key.Length && open != 0; at++)
        {
            open = Step(query, open, at);
            if ((open >> query.Length & 1) != 0)
                return true;
        }
        return false;
    }

    private ulong Step(string query, ulong open, int at)
    {
        var next = 0UL;
        for (var i = 0; i < query.Length; i++)
        {
            if ((open >> i & 1) == 0)
                continue;
            if (query[i] == Key[at])
                next |= 1UL << (i + 1);
            foreach (var reading in readings[at])
                next |= Read(query.AsSpan(i), reading) << i;
        }
        return next;
    }

    /// <summary>Bit n is set where the reading takes n characters of the rest of the query.</summary>
    private static ulong Read(ReadOnlySpan<char> rest, string reading)
    {
        var common = rest.CommonPrefixLength(reading);
        if (common == 0)
            return 0;
        var taken = 1UL << 1;
        if (common >= 2 && reading[1] == 'h') // zh, ch, sh are initials too
            taken |= 1UL << 2;
        if (common == reading.Length || common == rest.Length)
            taken |= 1UL << common;
        return taken;
    }

    private List<string> Spelled(int from, int length, Func<string, string> part)
    {
        var spelled = new List<StringBuilder> { new() };
        for (var at = from; at < Key.Length && spelled.Exists(s => s.Length < length); at++)
        {
            var all = readings[at];
            if (all.Length <= 1)
            {
                var only = all.Length == 0 ? Key.Substring(at, 1) : part(all[0]);
                spelled.ForEach(s => s.Append(only));
                continue;
            }
            var options = all.Select(part).Distinct().ToList();
            // A character with several readings doubles the spellings; a few are enough, people spell the start right.
            var others = spelled.Count * options.Count > MostSpellings ? [] : options.Skip(1).ToList();
            var branches = others.SelectMany(option => spelled.Select(s => new StringBuilder(s.ToString()).Append(option))).ToList();
            spelled.ForEach(s => s.Append(options[0]));
            spelled.AddRange(branches);
        }
        return [.. spelled.Select(s => s.ToString(0, Math.Min(length, s.Length)))];
    }
}
