namespace Qudao.Platform;

/// <summary>What is shown of a person to who need not know all; of telephone numbers see Phones.</summary>
public static class Masking
{
    /// <summary>A name of which only the first character is told: 张*, 张**. How long it is tells nobody who it is.</summary>
    public static string Name(string name)
    {
        var runes = name.Trim().EnumerateRunes().ToList();
        return runes.Count == 0 ? "" : runes[0] + new string('*', Math.Clamp(runes.Count - 1, 1, 2));
    }
}
