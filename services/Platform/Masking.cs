using System.Text.RegularExpressions;

namespace Qudao.Platform;

/// <summary>What is shown of a person to who need not know all.</summary>
public static partial class Masking
{
    /// <summary>Each number of a text with its middle hidden: 138****5678, 025-52****88. The form stays, so that it can be told from others.</summary>
    public static string Phone(string phone) => Number().Replace(phone, number => Hidden(number.Value));

    /// <summary>A name of which only the first character is told: 张*, 张**. How long it is tells nobody who it is.</summary>
    public static string Name(string name)
    {
        var runes = name.Trim().EnumerateRunes().ToList();
        return runes.Count == 0 ? "" : runes[0] + new string('*', Math.Clamp(runes.Count - 1, 1, 2));
    }

    private static string Hidden(string number)
    {
        var digits = number.Count(char.IsAsciiDigit);
        // Of a mobile the first three and last four stay, of anything shorter two at each end.
        var (head, tail) = digits >= 11 ? (3, 4) : digits >= 7 ? (2, 2) : (0, 0);
        var seen = 0;
        return string.Concat(number.Select(character =>
        {
            if (!char.IsAsciiDigit(character))
                return character;
            seen++;
            return seen <= head || seen > digits - tail ? character : '*';
        }));
    }

    // Digits with at most one separator between them; two spaces or a slash part two numbers.
    [GeneratedRegex(@"[0-9](?:[-  ()（）+]{0,2}[0-9])*")]
    private static partial Regex Number();
}
