namespace Qudao.Dealer.Search;

/// <summary>The telephone numbers in a field as people write it: several, with separators, area and country codes.</summary>
public static class PhoneNumbers
{
    private const int FewestDigits = 5;

    /// <summary>Each number's digits as dialled within the country: +86 and what stands for it is dropped, an extension too.</summary>
    public static IReadOnlyList<string> Digits(string written)
    {
        var numbers = new List<string>();
        foreach (var part in Half(written).Split(['/', ',', ';', '、', '|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            foreach (var number in OfPart(part))
                if (!numbers.Contains(number))
                    numbers.Add(number);
        return numbers;
    }

    private static IEnumerable<string> OfPart(string part)
    {
        var main = part.Split(['转', '#', '*', 'x', 'X'])[0];
        var whole = Inland(new string([.. main.Where(char.IsAsciiDigit)]), main.TrimStart().StartsWith('+'));
        // Two mobiles with only a space between them are two numbers.
        var words = main.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Inland(new string([.. word.Where(char.IsAsciiDigit)]), word.StartsWith('+'))).ToList();
        return words.Count > 1 && words.All(IsWhole) ? words : whole.Length >= FewestDigits ? [whole] : [];
    }

    // 11 digits of a mobile, or an area code with a subscriber's number.
    private static bool IsWhole(string digits) => digits.Length >= 7 && (digits.Length >= 10 || digits[0] != '0');

    private static string Inland(string digits, bool plus) =>
        digits.StartsWith("0086", StringComparison.Ordinal) ? digits[4..]
        : digits.StartsWith("86", StringComparison.Ordinal) && (plus || digits.Length >= 13) ? digits[2..]
        : digits;

    // Full-width forms, of which the Chinese comma and brackets are some, as half-width ones.
    private static string Half(string text) =>
        string.Create(text.Length, text, (half, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                half[i] = from[i] is >= '！' and <= '～' ? (char)(from[i] - 0xFEE0) : from[i] == '\u3000' ? ' ' : from[i];
        });
}
