namespace Qudao.Gateway.Users;

/// <summary>Passwords that are guessed first: words and rows of keys with a number or a sign put before or behind.</summary>
public static class CommonPasswords
{
    // What is left of them when digits and signs at both ends are taken off and letters written as digits are read.
    private static readonly HashSet<string> Words =
    [
        "", "password", "passwort", "passw", "pass", "secret", "letmein", "welcome", "login", "admin", "administrator", "root", "user", "test", "guest", "default", "changeme", "master",
        "qudao", "woaini", "woaiwojia", "mima", "wodemima", "nihao", "zhongguo", "china", "beijing", "shanghai", "qwerty", "qwertyuiop", "qwertyui", "qwert", "asdfghjkl", "asdfgh", "asdf", "zxcvbnm", "zxcvbn",
        "qazwsx", "qazwsxedc", "iloveyou", "dragon", "monkey", "football", "baseball", "superman", "sunshine", "princess", "company", "spring", "summer", "autumn", "winter", "abc", "abcd", "abcdef", "abcdefgh", "aabbcc",
    ];

    public static bool Has(string password)
    {
        var plain = string.Concat(password.ToLowerInvariant().Trim().Where(c => !char.IsWhiteSpace(c)));
        return Words.Contains(Core(plain)) || Words.Contains(Core(Read(plain))) || Words.Contains(Read(Core(plain))) || IsRepeated(plain);
    }

    private static string Core(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && !char.IsLetter(text[start]))
            start++;
        while (end > start && !char.IsLetter(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>"p@ssw0rd" is read as "password".</summary>
    private static string Read(string text) => text.Replace('@', 'a').Replace('0', 'o').Replace('1', 'l').Replace('3', 'e').Replace('$', 's').Replace('5', 's');

    /// <summary>"abcabcabcabc": one short piece, again and again.</summary>
    private static bool IsRepeated(string text) =>
        Enumerable.Range(1, 4).Any(length => text.Length >= 3 * length && text.Select((c, i) => c == text[i % length]).All(same => same));
}
